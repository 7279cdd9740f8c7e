"""The records of a problem as the checks between them see them: those that are sound alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from homeserve_dispatch.errors import Issue
from homeserve_dispatch.model.base import Moment
from homeserve_dispatch.model.customer import Customer
from homeserve_dispatch.model.faults import nearest
from homeserve_dispatch.model.lock import Lock
from homeserve_dispatch.model.order import Order, Role, ServiceType
from homeserve_dispatch.model.relation import (
    AllOrNone,
    DifferentWorkers,
    SameDay,
    SameTime,
    SameWorker,
)
from homeserve_dispatch.model.relation import Sequence as InSequence
from homeserve_dispatch.model.traffic import TrafficPeriod
from homeserve_dispatch.model.travel import GreatCircle, Streets, TravelMatrix
from homeserve_dispatch.model.worker import Worker

AnyTravel: TypeAlias = GreatCircle | Streets | TravelMatrix
AnyRelation: TypeAlias = InSequence | SameTime | SameWorker | DifferentWorkers | SameDay | AllOrNone


@dataclass(frozen=True)
class Records:
    """What is checked against each other.

    Attributes
    ----------
    orders, workers, services, customers : sequence
        Those without faults of their own.
    relations, locks, traffic : sequence of (int, record)
        The same, each with its number in the problem's list, from 1.
    travel : GreatCircle, Streets or TravelMatrix, optional
        None where it is faulty.
    skills : sequence of str, optional
        The vocabulary, if there is one.
    freeze_until : datetime, optional
        As in the problem; None where it is faulty.
    ids : mapping of str to list of str
        By kind of record (``order``, ``worker``, …) the ids of all, faulty ones too.
    """

    orders: Sequence[Order]
    workers: Sequence[Worker]
    services: Sequence[ServiceType]
    customers: Sequence[Customer]
    relations: Sequence[tuple[int, AnyRelation]]
    locks: Sequence[tuple[int, Lock]]
    traffic: Sequence[tuple[int, TrafficPeriod]]
    travel: AnyTravel | None
    skills: Sequence[str] | None
    freeze_until: Moment | None
    ids: Mapping[str, list[str]]

    @cached_property
    def known(self) -> dict[str, set[str]]:
        """The ids of each kind of record."""
        return {kind: set(names) for kind, names in self.ids.items()}

    @cached_property
    def order_of(self) -> dict[str, Order]:
        """Sound orders by id."""
        return {order.id: order for order in self.orders}

    @cached_property
    def worker_of(self) -> dict[str, Worker]:
        """Sound workers by id."""
        return {worker.id: worker for worker in self.workers}

    @cached_property
    def service_of(self) -> dict[str, ServiceType]:
        """Sound services by id."""
        return {service.id: service for service in self.services}

    def crew(self, order: Order) -> Sequence[Role] | None:
        """The roles that the order or its service states; None where that cannot be told."""
        if order.crew is not None:
            return order.crew
        if order.service is None:
            return ()
        service = self.service_of.get(order.service)
        return None if service is None else service.crew or ()


def unknown(
    kind: str, name: str, where: str, known: Iterable[str], found: Sequence[Issue]
) -> Issue:
    """Say that a name refers to nothing; the nearest known one is named."""
    close = nearest(name, known, len(found))
    hint = f"did you mean {close!r}?" if close else f"add that {kind}, or remove the name"
    return Issue(f"UNKNOWN_{kind.upper()}", where, f"there is no {kind} {name!r}", hint)


def bad(where: str, problem: str, action: str) -> Issue:
    """Say that a value is wrong, or does not go together with another one."""
    return Issue("BAD_VALUE", where, problem, action)
