"""A problem in plain integers that no solver is partial to, and the rules that a problem uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from homeserve_dispatch import Objective, Order, Problem, Shift, TravelMatrix, Worker
from homeserve_dispatch.eligibility import eligibility

WHO = "who may do what"
WINDOWS = "hard windows"
SEVERAL = "several windows"
MODES = "travel by mode"
SKIPS = "orders left out at a cost"

HELD = frozenset({WHO, WINDOWS, SEVERAL, MODES, SKIPS})
"""Rules that the neutral form holds, and that every adapter states."""

OPEN = "open ends"
OVERTIME = "overtime"
CAPACITY = "capacity"
MAX_VISITS = "most visits"
MAX_TRAVEL = "most travel"
MAX_WORK = "most work"
MAX_DISTANCE = "most metres"
DISTANCE = "cost of distance"
WAITING = "cost of waiting"
PAID = "paid time"
USE = "cost of a shift"
RATES = "a worker's own rates"
SETUP = "setup once a place"
RELEASE = "release"
SOFT = "soft windows"
SEVERAL_SOFT = "several soft windows of an order"
FINISH = "windows of the finish"
SLA = "SLA deadlines"
WISHES = "preferences"
OTHERS = "breaks, crews, bonds, locks, traffic and the like"

_OF_ORDERS = {SETUP, RELEASE, SOFT, SEVERAL_SOFT, FINISH, SLA, WISHES}
_OF_SHIFTS = {OPEN, OVERTIME, CAPACITY, MAX_VISITS, MAX_TRAVEL, MAX_WORK, MAX_DISTANCE}
_OF_COSTS = {DISTANCE, WAITING, PAID, USE, RATES}
RULES = HELD | _OF_ORDERS | _OF_SHIFTS | _OF_COSTS | {OTHERS}
"""All the names. An adapter names those that its solver has no way to express, tricks included:
other matrices, more dimensions of load, windows moved by the duration."""


@dataclass(frozen=True, slots=True)
class Job:
    """An order.

    Attributes
    ----------
    id : str
        Of the order.
    place : int
        Row of the travel tables.
    duration : int
        Seconds of service.
    windows : tuple of (int, int)
        Seconds since midnight between which it may start, both included; never none of them.
    priority : int
        0 to 100.
    skip_cost : int
        Seconds that leaving it out costs.
    allowed : tuple of int
        Vehicles that may take it.
    """

    id: str
    place: int
    duration: int
    windows: tuple[tuple[int, int], ...]
    priority: int
    skip_cost: int
    allowed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A shift of a worker, from home back home.

    Attributes
    ----------
    worker : str
        Id of the worker.
    shift : int
        Which of the worker's shifts, from 0.
    home : int
        Row of the travel tables.
    mode : int
        Which of the travel tables.
    start, end : int
        Seconds since midnight.
    """

    worker: str
    shift: int
    home: int
    mode: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Neutral:
    """All of a problem.

    Attributes
    ----------
    jobs : tuple of Job
        In the problem's order.
    vehicles : tuple of Vehicle
        In the problem's order of workers, then by shift.
    travel : int32 (modes, places, places)
        Seconds.
    points : tuple of (float, float)
        Latitude and longitude of each place, for solvers that look at a map.
    midnight : datetime
        From when seconds count.
    """

    jobs: tuple[Job, ...]
    vehicles: tuple[Vehicle, ...]
    travel: npt.NDArray[np.int32]
    points: tuple[tuple[float, float], ...]
    midnight: datetime

    def may(self) -> npt.NDArray[np.bool_]:
        """Whether a job (row) may be done by a vehicle (column)."""
        table = np.zeros((len(self.jobs), len(self.vehicles)), np.bool_)
        for row, job in enumerate(self.jobs):
            table[row, list(job.allowed)] = True
        return table


def neutral(problem: Problem) -> Neutral:
    """The neutral form of a problem.

    Raises
    ------
    ValueError
        The problem uses rules that the form does not hold.
    """
    if beyond := rules_of(problem) - HELD:
        raise ValueError(f"the neutral form does not hold: {', '.join(sorted(beyond))}")
    travel = problem.travel
    assert isinstance(travel, TravelMatrix)
    shifts = [(worker, at) for worker in problem.workers for at in range(len(worker.shifts))]
    midnight = datetime.combine(min(w.shifts[at].start for w, at in shifts).date(), time())
    modes = list(travel.tables)
    everywhen = np.ones((len(problem.orders), len(shifts)), np.bool_)
    who = eligibility(problem, shifts, everywhen)
    vehicles = []
    for worker, at in shifts:
        shift = worker.shifts[at]
        assert shift.start_location is not None
        home = travel.index[shift.start_location.key]
        start, end = _seconds(midnight, shift.start), _seconds(midnight, shift.end)
        mode = modes.index(worker.mode)
        vehicles.append(Vehicle(worker.id, at, home, mode, start, end))
    last = max(vehicle.end for vehicle in vehicles)
    jobs = []
    for order, row in zip(problem.orders, who.row.tolist(), strict=True):
        asks = problem.effective(order)
        windows = [
            (_seconds(midnight, window.earliest), _seconds(midnight, window.latest))
            for window in order.time_windows
        ]
        jobs.append(
            Job(
                id=order.id,
                place=travel.index[order.location.key],
                duration=round(asks.duration.total_seconds()),
                windows=tuple(sorted(windows)) or ((0, last),),
                priority=asks.priority,
                skip_cost=round(asks.skip_cost),
                allowed=tuple(np.flatnonzero(who.eligible[row]).tolist()),
            )
        )
    return Neutral(tuple(jobs), tuple(vehicles), _travel(travel), _points(problem), midnight)


def _seconds(midnight: datetime, moment: datetime) -> int:
    return (moment - midnight) // timedelta(seconds=1)


def _travel(travel: TravelMatrix) -> npt.NDArray[np.int32]:
    size = len(travel.places)
    tables = [
        np.frombuffer(table.travel_time_s.values, np.int32).reshape(size, size) // 1000
        for table in travel.tables.values()
    ]
    return np.stack(tables)


def _points(problem: Problem) -> tuple[tuple[float, float], ...]:
    assert isinstance(problem.travel, TravelMatrix)
    found = [(0.0, 0.0)] * len(problem.travel.places)
    places = [order.location for order in problem.orders]
    places += [s.start_location for w in problem.workers for s in w.shifts if s.start_location]
    for place in places:
        if place.lat is not None and place.lon is not None:
            found[problem.travel.index[place.key]] = (place.lat, place.lon)
    return tuple(found)


def rules_of(problem: Problem) -> frozenset[str]:
    """Names of the rules that the problem uses, beyond travel time, durations and shifts."""
    found = {
        *_rules_of_orders(problem),
        *_rules_of_workers(problem.workers),
        *_rules_of_objective(problem.objective),
    }
    if problem.orders:
        found.add(SKIPS)
    ties = (problem.relations, problem.customers, problem.locks, problem.traffic)
    if any(ties) or problem.freeze_until is not None:
        found.add(OTHERS)
    return frozenset(found)


def _rules_of_orders(problem: Problem) -> Iterator[str]:
    for order in problem.orders:
        asks = problem.effective(order)
        who = (asks.skills, asks.required_tags, asks.forbidden_tags)
        if any(who) or order.required_workers or order.forbidden_workers:
            yield WHO
        if asks.setup:
            yield SETUP
        if asks.demand:
            yield CAPACITY
        if asks.preferred_tags or order.preferred_workers:
            yield WISHES
        if order.release is not None:
            yield RELEASE
        if order.respond_by is not None or order.resolve_by is not None:
            yield SLA
        beyond = (asks.tools, order.recurrence, order.urgent, len(asks.roles) > 1)
        if any(beyond):
            yield OTHERS
        yield from _rules_of_windows(order)


def _rules_of_windows(order: Order) -> Iterator[str]:
    if order.time_windows:
        yield WINDOWS
        if len(order.time_windows) > 1:
            yield SEVERAL
        if order.time_windows[0].soft:
            yield SEVERAL_SOFT if len(order.time_windows) > 1 else SOFT
        if order.time_windows[0].bounds != "start":
            yield FINISH


def _rules_of_workers(workers: Iterable[Worker]) -> Iterator[str]:
    workers = tuple(workers)
    if len({worker.mode for worker in workers}) > 1:
        yield MODES
    for worker in workers:
        if worker.areas:
            yield WHO
        if worker.preferred_areas:
            yield WISHES
        if worker.rates.model_dump(exclude_none=True):
            yield RATES
        limits = ("max_visits", "max_travel", "max_work", "max_distance_m")
        over_days = [*limits, "min_rest", "max_days_in_row"]
        slow = any(skill.efficiency != 1.0 for skill in worker.skills.values())
        if slow or worker.ratings or any(getattr(worker, n) is not None for n in over_days):
            yield OTHERS
    for shift in (shift for worker in workers for shift in worker.shifts):
        yield from _rules_of_shift(shift)


def _rules_of_shift(shift: Shift) -> Iterator[str]:
    if shift.start_location is None or shift.end_location != shift.start_location:
        yield OPEN
    if shift.overtime_until is not None:
        yield OVERTIME
    limits = {
        MAX_VISITS: shift.max_visits,
        MAX_TRAVEL: shift.max_travel,
        MAX_WORK: shift.max_work,
        MAX_DISTANCE: shift.max_distance_m,
    }
    yield from (name for name, limit in limits.items() if limit is not None)
    if shift.breaks or shift.restock or shift.tools:
        yield OTHERS


def _rules_of_objective(objective: Objective) -> Iterator[str]:
    weights = {
        DISTANCE: objective.travel_distance,
        WAITING: objective.waiting,
        PAID: objective.paid_time,
        USE: objective.shift_use,
    }
    yield from (name for name, weight in weights.items() if weight)
    parts = ("worst_lateness", "idle_time", "max_idle", "workload_balance", "continuity")
    if any(getattr(objective, part) for part in parts):
        yield OTHERS


def same_sets(day: Neutral) -> tuple[list[int], list[int]]:
    """Number the different sets of vehicles that jobs allow.

    Returns
    -------
    numbers : list of int
        Of each job's set, from 0.
    samples : list of int
        A job of each set.
    """
    numbers: dict[tuple[int, ...], int] = {}
    samples: list[int] = []
    for at, job in enumerate(day.jobs):
        if job.allowed not in numbers:
            numbers[job.allowed] = len(samples)
            samples.append(at)
    return [numbers[job.allowed] for job in day.jobs], samples


def sets_of_vehicles(day: Neutral) -> list[list[int]]:
    """Numbers of the sets (:func:`same_sets`) that each vehicle is in."""
    held: list[list[int]] = [[] for _ in day.vehicles]
    for number, sample in enumerate(same_sets(day)[1]):
        for vehicle in day.jobs[sample].allowed:
            held[vehicle].append(number)
    return held
