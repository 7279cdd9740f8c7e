"""Plans the day of a home-service company: who does what, when, in which order, and why.

Importing this package is cheap: each public name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "homeserve_dispatch.checking": ("Violation", "check"),
    "homeserve_dispatch.errors": ("DispatchError", "InputError", "Issue"),
    "homeserve_dispatch.formats": ("read_plan", "read_problem", "write_plan", "write_problem"),
    "homeserve_dispatch.freezing": ("freeze",),
    "homeserve_dispatch.model": (
        "AllOrNone",
        "Break",
        "Customer",
        "DifferentWorkers",
        "GreatCircle",
        "Location",
        "Lock",
        "ModeMatrix",
        "Objective",
        "Order",
        "Problem",
        "Rates",
        "Recurrence",
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
        "TravelMatrix",
        "Worker",
    ),
    "homeserve_dispatch.plan": (
        "BreakTaken",
        "Cost",
        "Improvement",
        "Plan",
        "Reason",
        "RestockCall",
        "Route",
        "Status",
        "Unassigned",
        "Visit",
    ),
    "homeserve_dispatch.progress": ("Progress",),
    "homeserve_dispatch.scoring": ("score",),
    "homeserve_dispatch.solver": ("solve",),
    "homeserve_dispatch.stop": ("Iterations", "NoImprovement", "Target", "TimeLimit"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

if TYPE_CHECKING:
    from homeserve_dispatch.checking import Violation, check
    from homeserve_dispatch.errors import DispatchError, InputError, Issue
    from homeserve_dispatch.formats import read_plan, read_problem, write_plan, write_problem
    from homeserve_dispatch.freezing import freeze
    from homeserve_dispatch.model import (
        AllOrNone,
        Break,
        Customer,
        DifferentWorkers,
        GreatCircle,
        Location,
        Lock,
        ModeMatrix,
        Objective,
        Order,
        Problem,
        Rates,
        Recurrence,
        Restock,
        Role,
        SameDay,
        SameTime,
        SameWorker,
        Sequence,
        ServiceType,
        Shift,
        Skill,
        Streets,
        TimeWindow,
        TrafficPeriod,
        TravelMatrix,
        Worker,
    )
    from homeserve_dispatch.plan import (
        BreakTaken,
        Cost,
        Improvement,
        Plan,
        Reason,
        RestockCall,
        Route,
        Status,
        Unassigned,
        Visit,
    )
    from homeserve_dispatch.progress import Progress
    from homeserve_dispatch.scoring import score
    from homeserve_dispatch.solver import solve
    from homeserve_dispatch.stop import Iterations, NoImprovement, Target, TimeLimit

__all__ = [
    "AllOrNone",
    "Break",
    "BreakTaken",
    "Cost",
    "Customer",
    "DifferentWorkers",
    "DispatchError",
    "GreatCircle",
    "Improvement",
    "InputError",
    "Issue",
    "Iterations",
    "Location",
    "Lock",
    "ModeMatrix",
    "NoImprovement",
    "Objective",
    "Order",
    "Plan",
    "Problem",
    "Progress",
    "Rates",
    "Reason",
    "Recurrence",
    "Restock",
    "RestockCall",
    "Role",
    "Route",
    "SameDay",
    "SameTime",
    "SameWorker",
    "Sequence",
    "ServiceType",
    "Shift",
    "Skill",
    "Status",
    "Streets",
    "Target",
    "TimeLimit",
    "TimeWindow",
    "TrafficPeriod",
    "TravelMatrix",
    "Unassigned",
    "Violation",
    "Visit",
    "Worker",
    "__version__",
    "check",
    "freeze",
    "read_plan",
    "read_problem",
    "score",
    "solve",
    "write_plan",
    "write_problem",
]


def __getattr__(name: str) -> Any:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
