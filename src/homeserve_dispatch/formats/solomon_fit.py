"""Whether a problem fits into a Solomon file, and the text of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats.cells import write_number
from homeserve_dispatch.formats.solomon import BASE, _tables, coordinates
from homeserve_dispatch.formats.unsupported import (
    numbers_of,
    of_objective,
    of_orders,
    of_ties,
    of_workers,
    unsupported,
)
from homeserve_dispatch.model import Location, Problem, Shift, TravelMatrix
from homeserve_dispatch.model.base import instant

_NAME = "solomon"
_MINUTE = timedelta(minutes=1)
# Without soft windows, SLAs, overtime, preferences, breaks and urgent orders these weights weigh
# nothing; what is left out costs, in the format, more than anything.
_WEIGHTLESS = (
    "travel_distance",
    "overtime",
    "lateness",
    "worst_lateness",
    "sla_lateness",
    "preference",
    "missed_break",
    "response_time",
    "unassigned",
)


def problem_text(problem: Problem) -> str:
    """Write a problem as the text of a Solomon file.

    Raises
    ------
    InputError
        Everything in the problem that the format has no words for.
    """
    if faults := list(_faults(problem)):
        raise InputError(faults)
    shift = problem.workers[0].shifts[0]
    base = shift.start.replace(hour=0, minute=0, second=0, microsecond=0)
    if shift.start.tzinfo is None and shift.start >= BASE:
        base = min(base, BASE) if shift.start - BASE < timedelta(days=20) else base
    capacity = next(iter(shift.capacity.values()), 0.0)
    assert shift.start_location is not None
    lines = [
        *([" ".join(problem.name.split()), ""] if problem.name else []),
        "VEHICLE",
        "NUMBER     CAPACITY",
        f"{len(problem.workers):4}         {write_number(capacity)}",
        "",
        "CUSTOMER",
        "CUST NO.  XCOORD.  YCOORD.  DEMAND  READY TIME  DUE DATE  SERVICE TIME",
        "",
        _row(0, shift.start_location, 0.0, shift.start, shift.end, timedelta(0), base),
    ]
    numbers = numbers_of(order.id for order in problem.orders)
    if 0 in numbers.values():
        numbers = {order.id: at for at, order in enumerate(problem.orders, 1)}
    for order in problem.orders:
        effective = problem.effective(order)
        window = order.time_windows[0] if order.time_windows else None
        lines.append(
            _row(
                numbers[order.id],
                order.location,
                next(iter(effective.demand.values()), 0.0),
                window.earliest if window else shift.start,
                window.latest if window else shift.end,
                effective.duration,
                base,
            )
        )
    return "\n".join(lines) + "\n"


def _row(
    number: int,
    location: Location,
    demand: float,
    earliest: datetime,
    latest: datetime,
    service: timedelta,
    base: datetime,
) -> str:
    zero = instant(base)
    x, y = coordinates(location) or (0.0, 0.0)
    minutes = ((instant(earliest) - zero) / _MINUTE, (instant(latest) - zero) / _MINUTE)
    values = (number, x, y, demand, *minutes, service / _MINUTE)
    return " ".join(f"{write_number(value):>9}" for value in values)


def _faults(problem: Problem) -> Iterator[Issue]:
    yield from of_orders(problem, _NAME, ("priority",))
    yield from of_workers(problem, _NAME, ())
    yield from of_ties(problem, _NAME)
    yield from of_objective(problem, _NAME, _WEIGHTLESS)
    if not problem.workers:
        yield unsupported("problem", "workers", _NAME, "the format needs the depot of a worker")
        return
    first = problem.workers[0]
    for worker in problem.workers:
        where = f"worker {worker.id!r}"
        if len(worker.shifts) != 1:
            why = f"a vehicle has one shift, and this worker {len(worker.shifts)}"
            yield unsupported(where, "shifts", _NAME, why)
        elif worker.shifts != first.shifts or worker.mode != first.mode:
            yield unsupported(where, "shifts", _NAME, "vehicles are alike, and this one is not")
    if len(first.shifts) == 1:
        yield from _of_shift(f"worker {first.id!r}", first.shifts[0], problem)
    for order in problem.orders:
        where = f"order {order.id!r}"
        if len(order.time_windows) > 1:
            yield unsupported(where, "time_windows", _NAME, "a customer has one time window")
        if len(problem.effective(order).demand) > 1:
            yield unsupported(where, "demand", _NAME, "there is one thing to carry")


def _of_shift(where: str, shift: Shift, problem: Problem) -> Iterator[Issue]:
    depot = shift.start_location
    if depot is None or shift.end_location is None or depot.key != shift.end_location.key:
        yield unsupported(where, "start_location", _NAME, "routes begin and end at one depot")
        return
    carried = set(shift.capacity)
    for order in problem.orders:
        carried |= set(problem.effective(order).demand)
    if len(carried) > 1:
        yield unsupported(where, "capacity", _NAME, "there is one thing to carry")
    yield from _of_travel(depot, problem)


def _of_travel(depot: Location, problem: Problem) -> Iterator[Issue]:
    """Whether the legs are those that the coordinates make."""
    why = "legs are floor(10 * euclid) / 10 minutes and kilometres of the places' coordinates"
    issue = unsupported("problem", "travel", _NAME, why)
    travel, mode = problem.travel, problem.workers[0].mode
    places = {place.key: place for place in (depot, *(o.location for o in problem.orders))}
    points = [coordinates(place) for place in places.values()]
    known = [point for point in points if point is not None]
    if not isinstance(travel, TravelMatrix) or len(known) < len(points):
        yield issue
        return
    try:
        tables = _tables(known)
    except OverflowError:
        yield issue
        return
    rows = [travel.index[key] for key in places]
    times, metres = travel.tables[mode].travel_time_s, travel.tables[mode].distance_m
    in_order = rows == list(range(len(travel.places)))
    if in_order and times == tables["travel_time_s"] and metres == tables["distance_m"]:
        return
    for at, row in enumerate(rows):
        for to, column in enumerate(rows):
            same = times.at(row, column) == tables["travel_time_s"].at(at, to) and (
                metres is not None and metres.at(row, column) == tables["distance_m"].at(at, to)
            )
            if not same and at != to:
                yield issue
                return
