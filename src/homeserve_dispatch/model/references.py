"""Faults between records: ids, references, places, time zones."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from homeserve_dispatch.errors import SHOWN, Issue
from homeserve_dispatch.model.location import Location
from homeserve_dispatch.model.order import Order, ServiceType
from homeserve_dispatch.model.travel import GreatCircle, Streets, Travel, TravelMatrix
from homeserve_dispatch.model.worker import Worker

if TYPE_CHECKING:
    from homeserve_dispatch.model.problem import Problem

AnyTravel = GreatCircle | Streets | TravelMatrix


def faults(problem: Problem) -> list[Issue]:
    """All faults between the records of a problem whose records are each sound."""
    ids = {
        "order": [order.id for order in problem.orders],
        "worker": [worker.id for worker in problem.workers],
        "service": [service.id for service in problem.services],
    }
    return _between(problem.orders, problem.workers, problem.services, problem.travel, problem.skills, ids)


def faults_of_raw(data: Any) -> list[Issue]:
    """The same among those records of raw input that are sound by themselves."""
    if not isinstance(data, Mapping):
        return []
    orders, order_ids = _sound(data.get("orders"), Order)
    workers, worker_ids = _sound(data.get("workers"), Worker)
    services, service_ids = _sound(data.get("services"), ServiceType)
    try:
        travel: AnyTravel | None = TypeAdapter(Travel).validate_python(
            data.get("travel", GreatCircle())
        )
    except ValidationError:
        travel = None
    ids = {"order": order_ids, "worker": worker_ids, "service": service_ids}
    return _between(orders, workers, services, travel, data.get("skills"), ids)


def _sound(records: Any, model: type[Any]) -> tuple[list[Any], list[str]]:
    """The records that are valid, and the ids of all."""
    sound: list[Any] = []
    ids: list[str] = []
    if not isinstance(records, Sequence) or isinstance(records, str | bytes):
        return sound, ids
    for record in records:
        identity = record.get("id") if isinstance(record, Mapping) else getattr(record, "id", None)
        if isinstance(identity, str):
            ids.append(identity)
        try:
            sound.append(model.__pydantic_validator__.validate_python(record))
        except ValidationError:
            continue
    return sound, ids


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
        for field in ("required_workers", "preferred_workers", "forbidden_workers"):
            for name in getattr(order, field):
                if name not in known_workers:
                    found.append(_unknown("worker", name, f"{where}, field {field}", known_workers, found))
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


def _folded(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _unknown(
    kind: str, name: str, where: str, known: Iterable[str], found: Sequence[Issue]
) -> Issue:
    # Looking for the nearest name is slow: only for the faults that are shown.
    close = difflib.get_close_matches(name, list(known), 1) if len(found) < 2 * SHOWN else []
    hint = f"did you mean {close[0]!r}?" if close else f"add that {kind}, or remove the name"
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
    here, rest = ("no time zone", "others have one") if naive_is_rare else (
        "a time zone",
        "others have none",
    )
    return [
        Issue("MIXED_TIME_ZONES", where, f"the time has {here}, {rest}", "use one kind throughout")
        for where in dict.fromkeys(kinds[naive_is_rare])
    ]


def _places(
    orders: Sequence[Order], workers: Sequence[Worker], travel: AnyTravel
) -> list[Issue]:
    found: list[Issue] = []
    modes = travel.modes()
    matrix = isinstance(travel, TravelMatrix)
    problem = "the matrix has no such place" if matrix else "it has no lat and lon"
    action = "name it in travel.places" if matrix else "give both"

    def look(location: Location | None, where: str) -> None:
        if location is not None and not travel.knows(location):
            code = "UNKNOWN_PLACE" if matrix else "MISSING_FIELD"
            found.append(Issue(code, where, problem, action))

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
