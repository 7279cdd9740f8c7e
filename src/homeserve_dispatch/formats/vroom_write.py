"""Problems as VROOM takes them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats.files import PathLike, json_text, write_text
from homeserve_dispatch.formats.unsupported import (
    numbers_of,
    of_orders,
    of_ties,
    of_workers,
    shifts_of,
    unsupported,
)
from homeserve_dispatch.formats.vroom import PER_HOUR
from homeserve_dispatch.formats.vroom_breaks import break_faults, breaks_of
from homeserve_dispatch.formats.vroom_fields import plain, seconds
from homeserve_dispatch.model import Location, Problem, TravelMatrix, Worker

_NAME = "vroom"
_SECOND = timedelta(seconds=1)
_SCALES = (1, 10, 100, 1000, 10_000)
NO_WAY_S = 2_000_000
"""Travel time where there is no way; longer than any shift."""


class Numbers:
    """The numbers that a VROOM file has for orders and shifts; the same on each call.

    Attributes
    ----------
    orders : dict of str to int
        By id.
    shifts : dict of (str, int) to int
        By worker and shift. A vehicle is a shift.
    """

    def __init__(self, problem: Problem) -> None:
        self.orders = numbers_of(order.id for order in problem.orders)
        pairs = [(worker.id, number) for worker, number in shifts_of(problem)]
        if all(len(worker.shifts) == 1 for worker in problem.workers):
            by_worker = numbers_of(worker.id for worker in problem.workers)
            self.shifts = {pair: by_worker[pair[0]] for pair in pairs}
        else:
            self.shifts = {pair: number for number, pair in enumerate(pairs, 1)}


def write_problem(problem: Problem, path: PathLike) -> None:
    """Write a problem that VROOM can express.

    Travel goes along as matrices in whole seconds, rounded up, with the coordinates beside them.
    Costs go along as far as VROOM has them; its order of aims (priorities, number of jobs, cost)
    is its own.

    Parameters
    ----------
    problem : Problem
        With hard windows of start, hard breaks without a place, and none of what VROOM has not:
        tags, areas, named workers, SLA deadlines, overtime, limits of work or over several shifts,
        crews, recurring work, tools and restocking, efficiency, ratings, relations, locks, limits
        of customers, traffic.
    path : path-like
        The file.

    Raises
    ------
    InputError
        The problem says more than that (each such thing is named), times are not whole seconds,
        or the file cannot be written.
    """
    if faults := list(_faults(problem)):
        raise InputError(faults)
    write_text(path, json_text(_data(problem)))


def _data(problem: Problem) -> dict[str, Any]:
    numbers = Numbers(problem)
    skills = _skills(problem)
    places = _places(problem)
    goods = goods_of(problem)
    scale = _scale(problem)
    jobs = []
    for order in problem.orders:
        effective = problem.effective(order)
        job: dict[str, Any] = {"id": numbers.orders[order.id]}
        if str(job["id"]) != order.id:
            job["description"] = order.id
        job |= _at("location", order.location, places)
        job |= {
            "setup": plain(effective.setup / _SECOND),
            "service": plain(effective.duration / _SECOND),
        }
        if goods:
            job["delivery"] = [plain(effective.demand.get(name, 0)) for name in goods]
        if effective.skills:
            job["skills"] = sorted(skills[pair] for pair in effective.skills.items())
        if effective.priority:
            job["priority"] = effective.priority
        if order.time_windows:
            job["time_windows"] = [
                [plain(seconds(w.earliest)), plain(seconds(w.latest))] for w in order.time_windows
            ]
        jobs.append(job)
    vehicles = [
        _vehicle(problem, worker, number, numbers, skills, places, goods, scale)
        for worker, number in shifts_of(problem)
    ]
    return {"vehicles": vehicles, "jobs": jobs, "matrices": _matrices(problem, places)}


def _vehicle(
    problem: Problem,
    worker: Worker,
    number: int,
    numbers: Numbers,
    skills: dict[tuple[str, int], int],
    places: dict[Any, int],
    goods: list[str],
    scale: int,
) -> dict[str, Any]:
    shift = worker.shifts[number]
    vehicle: dict[str, Any] = {"id": numbers.shifts[worker.id, number]}
    if str(vehicle["id"]) != worker.id:
        of_many = f", shift number {number + 1}" if len(worker.shifts) > 1 else ""
        vehicle["description"] = worker.id + of_many
    vehicle["profile"] = worker.mode
    if shift.start_location:
        vehicle |= _at("start", shift.start_location, places)
    if shift.end_location:
        vehicle |= _at("end", shift.end_location, places)
    vehicle["time_window"] = [plain(seconds(shift.start)), plain(seconds(shift.end))]
    if goods:
        vehicle["capacity"] = [plain(shift.capacity.get(name, 0)) for name in goods]
    day = shift.start.date()
    held = [
        code
        for (name, level), code in skills.items()
        if name in worker.skills
        and worker.skills[name].level >= level
        and worker.skills[name].holds_on(day)
    ]
    if held:
        vehicle["skills"] = sorted(held)
    limits = {
        "max_tasks": shift.max_visits,
        "max_travel_time": None if shift.max_travel is None else shift.max_travel // _SECOND,
        "max_distance": shift.max_distance_m,
    }
    vehicle |= {key: value for key, value in limits.items() if value is not None}
    if shift.breaks:
        vehicle["breaks"] = breaks_of(shift)
    costs = {
        name: plain(round(amount * scale, 6)) for name, amount in _costs(problem, worker).items()
    }
    if costs != {"fixed": 0, "per_hour": PER_HOUR, "per_km": 0}:
        vehicle["costs"] = {name: round(amount) for name, amount in costs.items()}
    return vehicle


def _costs(problem: Problem, worker: Worker) -> dict[str, float]:
    objective, rates = problem.objective, worker.rates
    pairs = (
        ("fixed", rates.shift_use, objective.shift_use),
        ("per_hour", rates.travel_time, objective.travel_time),
        ("per_km", rates.travel_distance, objective.travel_distance),
    )
    return {name: common if own is None else own for name, own, common in pairs}


def _scale(problem: Problem) -> int:
    """Make costs whole by multiplying all alike; past ten thousandths they are rounded."""
    amounts = [a for worker in problem.workers for a in _costs(problem, worker).values()]

    def whole(amount: float) -> bool:
        return abs(amount - round(amount)) < 1e-6

    return next((s for s in _SCALES if all(whole(a * s) for a in amounts)), _SCALES[-1])


def _skills(problem: Problem) -> dict[tuple[str, int], int]:
    """Numbers for skill and level as orders ask for them; a worker holds all up to the own level.

    The skill itself is the number where all are whole numbers and of level 1.
    """
    pairs = {pair for order in problem.orders for pair in problem.effective(order).skills.items()}
    names = sorted({name for name, _ in pairs})
    numbers = numbers_of(names)
    if all(level == 1 for _, level in pairs):
        return {pair: numbers[pair[0]] for pair in pairs}
    return {pair: number for number, pair in enumerate(sorted(pairs), 1)}


def goods_of(problem: Problem) -> list[str]:
    """Return the names of what is carried, in the order of the components of amounts."""
    names: dict[str, None] = {}
    for worker, number in shifts_of(problem):
        names |= dict.fromkeys(worker.shifts[number].capacity)
    for order in problem.orders:
        names |= dict.fromkeys(problem.effective(order).demand)
    return list(names)


def _places(problem: Problem) -> dict[Any, int]:
    """Row of each place: the matrix's own, else in the order of first use."""
    if isinstance(problem.travel, TravelMatrix):
        return dict(problem.travel.index)
    return {place.key: row for row, place in enumerate(_locations(problem).values())}


def _locations(problem: Problem) -> dict[Any, Location]:
    found = [order.location for order in problem.orders]
    for worker, number in shifts_of(problem):
        shift = worker.shifts[number]
        found += [place for place in (shift.start_location, shift.end_location) if place]
    return {place.key: place for place in reversed(found)}


def _at(key: str, place: Location, places: dict[Any, int]) -> dict[str, Any]:
    index = "location_index" if key == "location" else f"{key}_index"
    point = {key: [place.lon, place.lat]} if place.lat is not None else {}
    return {**point, index: places[place.key]}


def _matrices(problem: Problem, places: dict[Any, int]) -> dict[str, Any]:
    travel = problem.travel
    matrices: dict[str, Any] = {}
    stops = _locations(problem)
    for mode in dict.fromkeys(worker.mode for worker in problem.workers):
        if isinstance(travel, TravelMatrix):
            tables = travel.tables[mode]
            matrices[mode] = {"durations": [list(map(_up, r)) for r in tables.travel_time_s.rows()]}
            if tables.distance_m is not None:
                matrices[mode]["distances"] = [list(map(_up, r)) for r in tables.distance_m.rows()]
            continue
        ends = [stops[key] for key in places]
        legs = [[travel.leg(origin, to, mode) for to in ends] for origin in ends]
        matrices[mode] = {
            "durations": [[math.ceil(leg.time_ms / 1000) for leg in row] for row in legs],
            "distances": [[leg.distance_m for leg in row] for row in legs],
        }
    return matrices


def _up(value: float | None) -> int:
    return NO_WAY_S if value is None else math.ceil(value)


def _faults(problem: Problem) -> Iterator[Issue]:
    yield from of_orders(problem, _NAME, ("setup", "skills", "priority"))
    rates = ("rates.shift_use", "rates.travel_time", "rates.travel_distance")
    limits = ("max_visits", "max_travel", "max_distance_m")
    yield from of_workers(problem, _NAME, ("breaks", *limits, *rates))
    yield from of_ties(problem, _NAME)
    for order in problem.orders:
        where, effective = f"order {order.id!r}", problem.effective(order)
        moments = [m for w in order.time_windows for m in (w.earliest, w.latest)]
        yield from _not_whole(where, "time_windows", map(seconds, moments))
        times = ((effective.duration / _SECOND), (effective.setup / _SECOND))
        yield from _not_whole(where, "duration, setup", times)
        yield from _not_whole(where, "demand", effective.demand.values())
    for worker, number in shifts_of(problem):
        shift = worker.shifts[number]
        where = f"worker {worker.id!r}, shift number {number + 1}"
        yield from _not_whole(where, "start, end", map(seconds, (shift.start, shift.end)))
        yield from _not_whole(where, "capacity", shift.capacity.values())
        yield from break_faults(where, shift, _NAME)
        for at, each in enumerate(shift.breaks, 1):
            values = (seconds(each.earliest), seconds(each.latest), each.duration / _SECOND)
            fields = "earliest, latest, duration"
            yield from _not_whole(f"{where}, break number {at}", fields, values)
        if shift.start_location is None and shift.end_location is None:
            why = "a vehicle has a start, an end or both"
            yield unsupported(where, "start_location", _NAME, why)


def _not_whole(where: str, field: str, values: Any) -> Iterator[Issue]:
    if any(value != int(value) or value < 0 for value in values):
        why = "VROOM has whole numbers from 0 only: seconds (since 1970), amounts"
        yield unsupported(where, field, _NAME, why)
