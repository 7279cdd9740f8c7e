"""A whole day (or more) to plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any, NamedTuple, Self

from pydantic import Field, ModelWrapValidatorHandler, ValidationError, model_validator

from homeserve_dispatch.errors import InputError
from homeserve_dispatch.model import references
from homeserve_dispatch.model.base import Model, Moment, Names
from homeserve_dispatch.model.customer import Customer
from homeserve_dispatch.model.faults import input_error
from homeserve_dispatch.model.lock import Lock
from homeserve_dispatch.model.objective import Objective
from homeserve_dispatch.model.order import Order, ServiceType
from homeserve_dispatch.model.relation import Relation
from homeserve_dispatch.model.traffic import TrafficPeriod
from homeserve_dispatch.model.travel import GreatCircle, Travel
from homeserve_dispatch.model.worker import Worker


class VisitKey(NamedTuple):
    """One visit that an order needs: which role, which time of recurring work, both from 0."""

    order: str
    role: int = 0
    occurrence: int = 0


class EffectiveRole(NamedTuple):
    """What one worker of an order is asked for.

    The offsets count from the start of the first role.
    """

    duration: timedelta
    skills: Mapping[str, int]
    earliest_offset: timedelta
    latest_offset: timedelta


class Effective(NamedTuple):
    """What an order asks for once the service catalogue has filled in what it left out.

    ``roles`` has at least one entry; ``duration`` and ``skills`` are those of the first.
    """

    duration: timedelta
    setup: timedelta
    skills: Mapping[str, int]
    required_tags: Names
    preferred_tags: Names
    forbidden_tags: Names
    priority: int
    skip_cost: float
    demand: Mapping[str, float]
    tools: Names
    roles: tuple[EffectiveRole, ...]


class Problem(Model):
    """Orders, workers and how to get around: everything that a plan is made from.

    Attributes
    ----------
    orders : tuple of Order
        Ids are unique.
    workers : tuple of Worker
        Ids are unique.
    services : tuple of ServiceType
        The service catalogue; ids are unique.
    travel : GreatCircle, Streets or TravelMatrix
        Travel times and distances.
    objective : Objective
        The weights of the cost parts.
    skills : tuple of str, optional
        Every skill there is. Where it is given, any other name is a fault; without it a skill
        that no worker holds just leaves its orders unassigned.
    name : str, optional
        What it is called in reports.
    relations : tuple of Sequence, SameTime, SameWorker, DifferentWorkers, SameDay or AllOrNone
        Bonds between orders. Orders with a recurrence have none.
    customers : tuple of Customer
        Whom customers know already; ids are unique.
    locks : tuple of Lock
        What a dispatcher has fixed; one lock a visit.
    freeze_until : datetime, optional
        The plan up to here is fact: nobody sets out to a visit before it, unless the visit is
        locked. :func:`homeserve_dispatch.freeze` makes the locks from a plan.
    traffic : tuple of TrafficPeriod
        Times of day in which travel takes longer.

    Raises
    ------
    InputError
        Every fault of every record: wrong types and ranges, duplicate ids, unknown services,
        workers, modes and places, one place id at two spots, aware times mixed with naive ones,
        orders without a duration.

    Examples
    --------
    >>> from datetime import datetime, timedelta
    >>> from homeserve_dispatch import Location, Order, Shift, Worker
    >>> day = Shift(start=datetime(2026, 5, 4, 8), end=datetime(2026, 5, 4, 16))
    >>> problem = Problem(
    ...     orders=[Order(id="A1", location=Location(lat=48.1, lon=11.6),
    ...                   duration=timedelta(hours=1))],
    ...     workers=[Worker(id="Ana", shifts=[day])])
    >>> problem.order("A1").duration
    datetime.timedelta(seconds=3600)
    """

    orders: tuple[Order, ...]
    workers: tuple[Worker, ...]
    services: tuple[ServiceType, ...] = ()
    travel: Travel = Field(default_factory=GreatCircle)
    objective: Objective = Objective()
    skills: Names | None = None
    name: str | None = None
    relations: tuple[Relation, ...] = ()
    customers: tuple[Customer, ...] = ()
    locks: tuple[Lock, ...] = ()
    freeze_until: Moment | None = None
    traffic: tuple[TrafficPeriod, ...] = ()

    @model_validator(mode="wrap")
    @classmethod
    def _all_faults(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Lists faults between records also where single records are faulty."""
        try:
            problem = handler(data)
        except ValidationError as error:
            found = list(input_error(error, "Problem", data).issues)
            found += references.faults_of_raw(data)
            raise InputError(found) from None
        if found := references.faults(problem):
            raise InputError(found)
        return problem

    @cached_property
    def _orders_by_id(self) -> dict[str, Order]:
        return {order.id: order for order in self.orders}

    @cached_property
    def _workers_by_id(self) -> dict[str, Worker]:
        return {worker.id: worker for worker in self.workers}

    @cached_property
    def _services_by_id(self) -> dict[str, ServiceType]:
        return {service.id: service for service in self.services}

    def order(self, identity: str) -> Order:
        """The order of that id; KeyError if there is none."""
        return self._orders_by_id[identity]

    def worker(self, identity: str) -> Worker:
        """The worker of that id; KeyError if there is none."""
        return self._workers_by_id[identity]

    @cached_property
    def _effective(self) -> dict[str, tuple[Order, Effective]]:
        return {}

    def effective(self, order: Order) -> Effective:
        """What the order asks for: its own word, else its service's, else the default."""
        known = self._effective.get(order.id)
        if known is None or known[0] is not order:
            known = self._effective[order.id] = order, self._work_out(order)
        return known[1]

    def _work_out(self, order: Order) -> Effective:
        service = self._services_by_id.get(order.service or "") or _NOTHING

        def first(name: str, default: Any) -> Any:
            own = getattr(order, name)
            if own is None:
                own = getattr(service, name)
            return default if own is None else own

        priority = first("priority", 0)
        duration, skills = first("duration", timedelta(0)), first("skills", {})
        roles = tuple(
            EffectiveRole(
                duration if role.duration is None else role.duration,
                skills if role.skills is None else role.skills,
                role.earliest_offset,
                role.latest_offset,
            )
            for role in first("crew", ())
        ) or (EffectiveRole(duration, skills, timedelta(0), timedelta(0)),)
        return Effective(
            duration=roles[0].duration,
            setup=first("setup", timedelta(0)),
            skills=roles[0].skills,
            required_tags=first("required_tags", ()),
            preferred_tags=first("preferred_tags", ()),
            forbidden_tags=first("forbidden_tags", ()),
            priority=priority,
            skip_cost=self.objective.skip_cost(priority, first("skip_cost", None)),
            demand=first("demand", {}),
            tools=first("tools", ()),
            roles=roles,
        )

    def visits(self, order: Order) -> list[VisitKey]:
        """Every visit that the order needs: by occurrence, then by role."""
        times = 1 if order.recurrence is None else order.recurrence.times
        roles = len(self.effective(order).roles)
        return [VisitKey(order.id, role, time) for time in range(times) for role in range(roles)]


_NOTHING = ServiceType(id="-")
