"""Places and travel modes that the travel model does not know."""

from __future__ import annotations

from collections.abc import Iterator

from homeserve_dispatch.errors import Issue
from homeserve_dispatch.model.location import Location
from homeserve_dispatch.model.records import AnyTravel, Records, unknown
from homeserve_dispatch.model.travel import TravelMatrix


def place_faults(records: Records) -> list[Issue]:
    """Places without a way to them, one id at two spots, modes without a speed or table."""
    travel = records.travel
    if travel is None:
        return []
    found: list[Issue] = []
    modes = travel.modes()
    spots: dict[str, tuple[float | None, float | None]] = {}
    for where, location in _places(records):
        if not travel.knows(location):
            found.append(_nowhere(where, travel))
        elif location.id is not None and not isinstance(travel, TravelMatrix):
            here = (location.lat, location.lon)
            first = spots.setdefault(location.id, here)
            if first != here:
                found.append(_elsewhere(where, location.id, here, first))
    for worker in records.workers:
        if worker.mode not in modes:
            where = f"worker {worker.id!r}, field mode"
            found.append(unknown("mode", worker.mode, where, modes, found))
    for number, period in records.traffic:
        for mode in period.modes:
            if mode not in modes:
                where = f"traffic period number {number}, field modes"
                found.append(unknown("mode", mode, where, modes, found))
    return found


def _places(records: Records) -> Iterator[tuple[str, Location]]:
    """Every place with where it is stated."""
    for order in records.orders:
        yield f"order {order.id!r}, field location", order.location
    for worker in records.workers:
        for number, shift in enumerate(worker.shifts, 1):
            where = f"worker {worker.id!r}, shift number {number}"
            if shift.start_location is not None:
                yield f"{where}, field start_location", shift.start_location
            if shift.end_location is not None:
                yield f"{where}, field end_location", shift.end_location
            for at, each in enumerate(shift.breaks, 1):
                if each.location is not None:
                    yield f"{where}, break number {at}, field location", each.location
            if shift.restock is not None:
                yield f"{where}, field restock.location", shift.restock.location


def _nowhere(where: str, travel: AnyTravel) -> Issue:
    if isinstance(travel, TravelMatrix):
        action = "name it in travel.places"
        return Issue("UNKNOWN_PLACE", where, "the matrix has no such place", action)
    return Issue("MISSING_FIELD", where, "it has no lat and lon", "give both")


def _elsewhere(where: str, name: str, here: object, first: object) -> Issue:
    problem = f"place {name!r} is at {here} here and at {first} elsewhere"
    return Issue("CONFLICTING_PLACE", where, problem, "give one id one place")
