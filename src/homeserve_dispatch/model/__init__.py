"""What the user states: orders, workers, travel, objective. Pydantic only, nothing numeric."""

from homeserve_dispatch.model.customer import Customer
from homeserve_dispatch.model.location import Location
from homeserve_dispatch.model.lock import Lock
from homeserve_dispatch.model.objective import PARTS, Objective
from homeserve_dispatch.model.order import Order, Recurrence, Role, ServiceType, TimeWindow
from homeserve_dispatch.model.problem import Effective, EffectiveRole, Problem, VisitKey
from homeserve_dispatch.model.relation import (
    AllOrNone,
    DifferentWorkers,
    Relation,
    SameDay,
    SameTime,
    SameWorker,
    Sequence,
)
from homeserve_dispatch.model.traffic import TrafficPeriod
from homeserve_dispatch.model.travel import (
    GreatCircle,
    Leg,
    ModeMatrix,
    Streets,
    Travel,
    TravelMatrix,
)
from homeserve_dispatch.model.worker import Break, Rates, Restock, Shift, Skill, Worker

FIELDS: dict[str, list[str]] = {
    "orders": list(Order.model_fields),
    "workers": list(Worker.model_fields),
    "services": list(ServiceType.model_fields),
    "shifts": list(Shift.model_fields),
    "time_windows": list(TimeWindow.model_fields),
    "crew": list(Role.model_fields),
    "breaks": list(Break.model_fields),
    "relations": [*Sequence.model_fields, "orders"],
    "customers": list(Customer.model_fields),
    "locks": list(Lock.model_fields),
    "traffic": list(TrafficPeriod.model_fields),
    "Order": list(Order.model_fields),
    "Worker": list(Worker.model_fields),
    "Shift": list(Shift.model_fields),
    "Problem": list(Problem.model_fields),
}
FIELDS["all"] = sorted(
    {
        name
        for model in (
            Order,
            Worker,
            ServiceType,
            Shift,
            TimeWindow,
            Problem,
            Location,
            Objective,
            Skill,
            Break,
            Restock,
            Role,
            Recurrence,
            Lock,
            Customer,
            TrafficPeriod,
            Sequence,
            SameTime,
        )
        for name in model.model_fields
    }
)

__all__ = [
    "FIELDS",
    "PARTS",
    "AllOrNone",
    "Break",
    "Customer",
    "DifferentWorkers",
    "Effective",
    "EffectiveRole",
    "GreatCircle",
    "Leg",
    "Location",
    "Lock",
    "ModeMatrix",
    "Objective",
    "Order",
    "Problem",
    "Rates",
    "Recurrence",
    "Relation",
    "Restock",
    "Role",
    "SameDay",
    "SameTime",
    "SameWorker",
    "Sequence",
    "ServiceType",
    "Shift",
    "Skill",
    "Streets",
    "TimeWindow",
    "TrafficPeriod",
    "Travel",
    "TravelMatrix",
    "VisitKey",
    "Worker",
]
