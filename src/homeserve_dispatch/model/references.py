"""Faults between records: ids, references, places, time zones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from homeserve_dispatch.errors import Issue
from homeserve_dispatch.model.faults import nearest
from homeserve_dispatch.model.location import Location
from homeserve_dispatch.model.order import Order, ServiceType
from homeserve_dispatch.model.travel import GreatCircle, Streets, Travel, TravelMatrix
from homeserve_dispatch.model.worker import Worker

if TYPE_CHECKING:
    from homeserve_dispatch.model.problem import Problem

WORKER_FIELDS = ("required_workers", "preferred_workers", "forbidden_workers")
AnyTravel = GreatCircle | Streets | TravelMatrix


def faults(problem: Problem) -> list[Issue]:
    """All faults between the records of a problem whose records are each sound."""
    ids = {
        "order": [order.id for order in problem.orders],
        "worker": [worker.id for worker in problem.workers],
        "service": [service.id for service in problem.services],
    }
    return _between(
        problem.orders, problem.workers, problem.services, problem.travel, problem.skills, ids
    )


def faults_of_raw(data: Any) -> list[Issue]:
    """The same of raw input: all of it for records sound by themselves, names for the others."""
    if not isinstance(data, Mapping):
        return []
    orders, order_ids, faulty = _sound(data.get("orders"), Order)
    workers, worker_ids, _ = _sound(data.get("workers"), Worker)
    services, service_ids, _ = _sound(data.get("services"), ServiceType)
    try:
        travel: AnyTravel | None = TypeAdapter(Travel).validate_python(
            data.get("travel", GreatCircle())
        )
    except ValidationError:
        travel = None
    ids = {"order": order_ids, "worker": worker_ids, "service": service_ids}
    found = _between(orders, workers, services, travel, _names(data.get("skills")), ids)
    known_workers, known_services = set(worker_ids), set(service_ids)
    for record in faulty:
        if isinstance(record, Mapping) and isinstance(record.get("id"), str):
            where = f"order {record['id']!r}"
            named = {field: _names(record.get(field)) or () for field in WORKER_FIELDS}
            found += _unknown_workers(where, named, known_workers, found)
            service = record.get("service")
            if isinstance(service, str) and service not in known_services:
                place = f"{where}, field service"
                found.append(_unknown("service", service, place, known_services, found))
    return found


def _names(value: Any) -> list[str] | None:
    if isinstance(value, list | tuple) and all(isinstance(name, str) for name in value):
        return list(value)
    return None


def _sound(records: Any, model: type[Any]) -> tuple[list[Any], list[str], list[Any]]:
    """The records that are valid, the ids of all, and the records that are not."""
    sound: list[Any] = []
    ids: list[str] = []
    faulty: list[Any] = []
    if not isinstance(records, Sequence) or isinstance(records, str | bytes):
        return sound, ids, faulty
    for record in records:
        identity = record.get("id") if isinstance(record, Mapping) else getattr(record, "id", None)
        if isinstance(identity, str):
            ids.append(identity)
        try:
            sound.append(model.__pydantic_validator__.validate_python(record))
        except ValidationError:
            faulty.append(record)
    return sound, ids, faulty


def _between(
    orders: Sequence[Order],
    workers: Sequence[Worker],
    services: Sequence[ServiceType],
    travel: AnyTravel | None,
    vocabulary: Sequence[str] | None,
    ids: Mapping[str, list[str]],
) -> list[Issue]:
    found: list[Issue] = []
    for kind, names in ids.items():
        for name, count in Counter(names).items():
            if count > 1:
                found.append(
                    Issue(
                        "DUPLICATE_ID",
                        f"{kind} {name!r}, field id",
                        f"{count} {kind}s have this id",
                        "give each its own",
                    )
                )
    known_workers, known_services = set(ids["worker"]), set(ids["service"])
    by_service = {service.id: service for service in services}
    for order in orders:
        where = f"order {order.id!r}"
        named = {field: getattr(order, field) for field in WORKER_FIELDS}
        found += _unknown_workers(where, named, known_workers, found)
        if order.service is not None and order.service not in known_services:
            found.append(
                _unknown("service", order.service, f"{where}, field service", known_services, found)
            )
        elif order.duration is None:
            service = by_service.get(order.service or "")
            if (service is None and order.service is None) or (
                service is not None and service.duration is None
            ):
                found.append(
                    Issue(
                        "MISSING_FIELD",
                        f"{where}, field duration",
                        "neither the order nor its service has a duration",
                        "give one of them",
                    )
                )
    found += _skills(orders, workers, services, vocabulary)
    found += _zones(orders, workers)
    if travel is not None:
        found += _places(orders, workers, travel)
    return found


def _skills(
    orders: Sequence[Order],
    workers: Sequence[Worker],
    services: Sequence[ServiceType],
    vocabulary: Sequence[str] | None,
) -> list[Issue]:
    """Names outside the stated vocabulary; without one, names that look like a misspelt skill.

    A skill that nobody has is an outcome (the order is left out), a misspelt one is a fault.
    """
    held = {name for worker in workers for name in worker.skills}
    found: list[Issue] = []
    used: list[tuple[str, Iterable[str]]] = []
    used += [(f"order {order.id!r}", order.skills or ()) for order in orders]
    used += [(f"service {service.id!r}", service.skills or ()) for service in services]
    if vocabulary is not None:
        used += [(f"worker {worker.id!r}", worker.skills) for worker in workers]
        known = set(vocabulary)
        for where, names in used:
            for name in names:
                if name not in known:
                    found.append(_unknown("skill", name, f"{where}, field skills", known, found))
        return found
    folded = {_folded(name): name for name in held}
    for where, names in used:
        for name in names:
            if name not in held and (alike := folded.get(_folded(name))):
                found.append(
                    Issue(
                        "UNKNOWN_SKILL",
                        f"{where}, field skills",
                        f"no worker has {name!r}, but some have {alike!r}",
                        "spell both the same way",
                    )
                )
    return found


def _unknown_workers(
    where: str, named: Mapping[str, Iterable[str]], known: set[str], found: Sequence[Issue]
) -> list[Issue]:
    return [
        _unknown("worker", name, f"{where}, field {field}", known, found)
        for field, names in named.items()
        for name in names
        if name not in known
    ]


def _folded(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _unknown(
    kind: str, name: str, where: str, known: Iterable[str], found: Sequence[Issue]
) -> Issue:
    close = nearest(name, known, len(found))
    hint = f"did you mean {close!r}?" if close else f"add that {kind}, or remove the name"
    return Issue(f"UNKNOWN_{kind.upper()}", where, f"there is no {kind} {name!r}", hint)


def _zones(orders: Sequence[Order], workers: Sequence[Worker]) -> list[Issue]:
    """Aware and naive times cannot be compared: the rarer kind is named, record by record."""
    kinds: dict[bool, list[str]] = {True: [], False: []}
    for word, records in (("order", orders), ("worker", workers)):
        for record in records:
            for field, moment in record.moments():
                kinds[moment.tzinfo is None].append(f"{word} {record.id!r}, field {field}")
    if not (kinds[True] and kinds[False]):
        return []
    naive_is_rare = len(kinds[True]) <= len(kinds[False])
    here, rest = (
        ("no time zone", "others have one")
        if naive_is_rare
        else (
            "a time zone",
            "others have none",
        )
    )
    return [
        Issue("MIXED_TIME_ZONES", where, f"the time has {here}, {rest}", "use one kind throughout")
        for where in dict.fromkeys(kinds[naive_is_rare])
    ]


def _places(orders: Sequence[Order], workers: Sequence[Worker], travel: AnyTravel) -> list[Issue]:
    found: list[Issue] = []
    modes = travel.modes()
    matrix = isinstance(travel, TravelMatrix)
    problem = "the matrix has no such place" if matrix else "it has no lat and lon"
    action = "name it in travel.places" if matrix else "give both"

    spots: dict[str, tuple[float | None, float | None]] = {}

    def look(location: Location | None, where: str) -> None:
        if location is not None and not travel.knows(location):
            code = "UNKNOWN_PLACE" if matrix else "MISSING_FIELD"
            found.append(Issue(code, where, problem, action))
        elif location is not None and location.id is not None and not matrix:
            first = spots.setdefault(location.id, (location.lat, location.lon))
            if first != (location.lat, location.lon):
                found.append(
                    Issue(
                        "CONFLICTING_PLACE",
                        where,
                        f"place {location.id!r} is at {(location.lat, location.lon)} here and at "
                        f"{first} elsewhere",
                        "give one id one place",
                    )
                )

    for order in orders:
        look(order.location, f"order {order.id!r}, field location")
    for worker in workers:
        if worker.mode not in modes:
            found.append(
                _unknown("mode", worker.mode, f"worker {worker.id!r}, field mode", modes, found)
            )
        for number, shift in enumerate(worker.shifts):
            where = f"worker {worker.id!r}, shift number {number + 1}"
            look(shift.start_location, f"{where}, field start_location")
            look(shift.end_location, f"{where}, field end_location")
    return found
