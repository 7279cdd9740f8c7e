"""Faults between records: ids, names that refer to nothing, what two records say together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from homeserve_dispatch.errors import Issue
from homeserve_dispatch.model.base import Moment
from homeserve_dispatch.model.bonds import relation_faults
from homeserve_dispatch.model.customer import Customer
from homeserve_dispatch.model.lock import Lock
from homeserve_dispatch.model.locking import lock_faults
from homeserve_dispatch.model.moments import break_faults, zone_faults
from homeserve_dispatch.model.order import Order, Role, ServiceType
from homeserve_dispatch.model.places import place_faults
from homeserve_dispatch.model.records import Records, bad, unknown
from homeserve_dispatch.model.relation import Relation
from homeserve_dispatch.model.traffic import TrafficPeriod
from homeserve_dispatch.model.travel import GreatCircle, Travel
from homeserve_dispatch.model.worker import Worker

if TYPE_CHECKING:
    from homeserve_dispatch.model.problem import Problem

WORKER_FIELDS = ("required_workers", "preferred_workers", "forbidden_workers")
_ORDER_FIELDS = ("first", "second", "orders")
_KINDS: dict[str, tuple[str, Any]] = {
    "order": ("orders", Order),
    "worker": ("workers", Worker),
    "service": ("services", ServiceType),
    "customer": ("customers", Customer),
    "relation": ("relations", Relation),
    "lock": ("locks", Lock),
    "traffic period": ("traffic", TrafficPeriod),
}
_WITH_ID = ("order", "worker", "service", "customer")
_VALIDATORS = {kind: TypeAdapter(model).validator for kind, (_, model) in _KINDS.items()}
_TRAVEL: TypeAdapter[Any] = TypeAdapter(Travel)
_MOMENT: TypeAdapter[Any] = TypeAdapter(Moment)


def faults(problem: Problem) -> list[Issue]:
    """All faults between the records of a problem whose records are each sound."""
    ids = {
        kind: [record.id for record in getattr(problem, field)]
        for kind, (field, _) in _KINDS.items()
        if kind in _WITH_ID
    }
    return _between(
        Records(
            orders=problem.orders,
            workers=problem.workers,
            services=problem.services,
            customers=problem.customers,
            relations=list(enumerate(problem.relations, 1)),
            locks=list(enumerate(problem.locks, 1)),
            traffic=list(enumerate(problem.traffic, 1)),
            travel=problem.travel,
            skills=problem.skills,
            freeze_until=problem.freeze_until,
            ids=ids,
        )
    )


def faults_of_raw(data: Any) -> list[Issue]:
    """The same of raw input: all of it for records sound by themselves, names for the others."""
    if not isinstance(data, Mapping):
        return []
    sound: dict[str, list[tuple[int, Any]]] = {}
    faulty: dict[str, list[tuple[int, Any]]] = {}
    for kind, (field, _) in _KINDS.items():
        sound[kind], faulty[kind] = _sound(data.get(field), kind)
    records = Records(
        orders=[order for _, order in sound["order"]],
        workers=[worker for _, worker in sound["worker"]],
        services=[service for _, service in sound["service"]],
        customers=[customer for _, customer in sound["customer"]],
        relations=sound["relation"],
        locks=sound["lock"],
        traffic=sound["traffic period"],
        travel=_valid(_TRAVEL, data.get("travel", GreatCircle())),
        skills=_names(data.get("skills")),
        freeze_until=_valid(_MOMENT, data.get("freeze_until")),
        ids={kind: _ids(data.get(_KINDS[kind][0])) for kind in _WITH_ID},
    )
    found = _between(records)
    for kind, those in faulty.items():
        for number, record in those:
            for known, name, where in _mentioned(kind, number, record):
                if name not in records.known[known]:
                    found.append(unknown(known, name, where, records.known[known], found))
    return found


def _mentioned(kind: str, number: int, record: Any) -> Iterator[tuple[str, str, str]]:
    """What a faulty record refers to: kind, name and where, as far as it can be read."""
    if not isinstance(record, Mapping):
        return
    where = f"{kind} number {number}"
    if kind in _WITH_ID:
        if not isinstance(record.get("id"), str):
            return
        where = f"{kind} {record['id']!r}"
    fields = {
        "order": (("worker", WORKER_FIELDS), ("service", ("service",))),
        "customer": (("worker", ("history",)),),
        "relation": (("order", _ORDER_FIELDS),),
        "lock": (("order", ("order",)), ("worker", ("worker",))),
    }
    for known, names in fields.get(kind, ()):
        for field in names:
            value = record.get(field)
            for name in [value] if isinstance(value, str) else _names(value) or ():
                yield known, name, f"{where}, field {field}"


def _names(value: Any) -> list[str] | None:
    if isinstance(value, list | tuple) and all(isinstance(name, str) for name in value):
        return list(value)
    return None


def _valid(adapter: TypeAdapter[Any], value: Any) -> Any:
    """The value, None where it is faulty."""
    try:
        return adapter.validate_python(value)
    except ValidationError:
        return None


def _listed(records: Any) -> Sequence[Any]:
    if isinstance(records, Sequence) and not isinstance(records, str | bytes):
        return records
    return ()


def _ids(records: Any) -> list[str]:
    """The ids of all records, faulty or not."""
    found = (
        record.get("id") if isinstance(record, Mapping) else getattr(record, "id", None)
        for record in _listed(records)
    )
    return [identity for identity in found if isinstance(identity, str)]


def _sound(records: Any, kind: str) -> tuple[list[tuple[int, Any]], list[tuple[int, Any]]]:
    """The records that are valid, and those that are not, each with its number."""
    sound: list[tuple[int, Any]] = []
    faulty: list[tuple[int, Any]] = []
    validate = _VALIDATORS[kind].validate_python
    for number, record in enumerate(_listed(records), 1):
        try:
            sound.append((number, validate(record)))
        except ValidationError:
            faulty.append((number, record))
    return sound, faulty


def _between(records: Records) -> list[Issue]:
    found = _duplicates(records)
    for order in records.orders:
        found += _of_order(order, records, found)
    for service in records.services:
        found += _offsets(f"service {service.id!r}", service.crew)
    found += _unknown_in_the_rest(records, found)
    found += _skills(records)
    found += zone_faults(records)
    found += break_faults(records)
    found += place_faults(records)
    found += lock_faults(records)
    found += relation_faults(records)
    return found


def _duplicates(records: Records) -> list[Issue]:
    return [
        Issue(
            "DUPLICATE_ID",
            f"{kind} {name!r}, field id",
            f"{count} {kind}s have this id",
            "give each its own",
        )
        for kind, names in records.ids.items()
        for name, count in Counter(names).items()
        if count > 1
    ]


def _of_order(order: Order, records: Records, found: Sequence[Issue]) -> Iterator[Issue]:
    where = f"order {order.id!r}"
    for field in WORKER_FIELDS:
        yield from _unknown_workers(
            f"{where}, field {field}", getattr(order, field), records, found
        )
    if order.service is not None and order.service not in records.known["service"]:
        known = records.known["service"]
        yield unknown("service", order.service, f"{where}, field service", known, found)
    elif _lacks_duration(order, records):
        problem = "neither the order nor its service has a duration"
        yield Issue("MISSING_FIELD", f"{where}, field duration", problem, "give one of them")
    yield from _offsets(where, order.crew)
    if order.recurrence is not None and records.crew(order):
        of = "the order" if order.crew else f"its service {order.service!r}"
        problem = f"recurring work is done by one worker, and {of} has a crew"
        yield bad(f"{where}, field recurrence", problem, "drop one of them")


def _lacks_duration(order: Order, records: Records) -> bool:
    if order.duration is not None:
        return False
    service = records.service_of.get(order.service or "")
    if service is None:
        missing = order.service is None
    else:
        missing = service.duration is None
    crew = records.crew(order)
    # Roles that all state their own need no other.
    return missing and not (crew and all(role.duration is not None for role in crew))


def _offsets(where: str, crew: Sequence[Role] | None) -> Iterator[Issue]:
    # The earliest is at most the latest.
    if crew and crew[0].latest_offset:
        problem = f"the offsets of the first role are {crew[0].earliest_offset} to "
        problem += f"{crew[0].latest_offset}, and all offsets count from its start"
        yield bad(f"{where}, field crew", problem, "give the first role none")


def _unknown_in_the_rest(records: Records, found: Sequence[Issue]) -> Iterator[Issue]:
    known = records.known["service"]
    for worker in records.workers:
        for service in worker.ratings:
            if service not in known:
                where = f"worker {worker.id!r}, field ratings"
                yield unknown("service", service, where, known, found)
    for customer in records.customers:
        where = f"customer {customer.id!r}, field history"
        yield from _unknown_workers(where, customer.history, records, found)


def _unknown_workers(
    where: str, named: Iterable[str], records: Records, found: Sequence[Issue]
) -> Iterator[Issue]:
    known = records.known["worker"]
    return (unknown("worker", name, where, known, found) for name in named if name not in known)


def _asked(records: Records) -> Iterator[tuple[str, Iterable[str]]]:
    """Where skills are asked for, and which."""
    stated: list[tuple[str, Order | ServiceType]] = []
    stated += [(f"order {order.id!r}", order) for order in records.orders]
    stated += [(f"service {service.id!r}", service) for service in records.services]
    for where, record in stated:
        if record.skills:
            yield f"{where}, field skills", record.skills
        for role in record.crew or ():
            if role.skills:
                yield f"{where}, field crew", role.skills


def _skills(records: Records) -> list[Issue]:
    """Names outside the stated vocabulary; without one, names that look like a misspelt skill.

    A skill that nobody has is an outcome (the order is left out), a misspelt one is a fault.
    """
    found: list[Issue] = []
    if records.skills is not None:
        known = set(records.skills)
        used = [*_asked(records)]
        used += [
            (f"worker {worker.id!r}, field skills", worker.skills) for worker in records.workers
        ]
        for where, names in used:
            for name in names:
                if name not in known:
                    found.append(unknown("skill", name, where, known, found))
        return found
    held = {name for worker in records.workers for name in worker.skills}
    folded = {_folded(name): name for name in held}
    for where, names in _asked(records):
        for name in names:
            if name not in held and (alike := folded.get(_folded(name))):
                problem = f"no worker has {name!r}, but some have {alike!r}"
                found.append(Issue("UNKNOWN_SKILL", where, problem, "spell both the same way"))
    return found


def _folded(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
