"""Problem to :class:`Instance`: every rule of the model as numbers."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from homeserve_dispatch.eligibility import eligibility
from homeserve_dispatch.instance import Floats, Instance, Ints
from homeserve_dispatch.model import Problem
from homeserve_dispatch.model.base import instant
from homeserve_dispatch.model.location import Location
from homeserve_dispatch.model.order import Order
from homeserve_dispatch.model.problem import Effective
from homeserve_dispatch.model.worker import Shift, Worker
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.blocks import sort_by_kind
from homeserve_dispatch.search.neighbours import neighbours
from homeserve_dispatch.search.worth import plain_worth
from homeserve_dispatch.travel.tables import Places, geometry

MS_PER_HOUR = 3_600_000.0
NEAR = 40
"""Nearest orders beside which an insertion is tried."""
AROUND = 120
"""Nearest orders among which a ruin looks for routes."""
KINDS = 24
"""Kinds of shifts that an order may begin a route of."""
_MILLISECOND = timedelta(milliseconds=1)
_EPSILON = 1e-6


class Encoded(NamedTuple):
    """An instance, and what its numbers stand for.

    Attributes
    ----------
    instance : Instance
        The numbers.
    orders : list of str
        Id of each order.
    shifts : list of (str, int)
        Worker id and index of the shift, of each shift.
    places : Places
        Numbers of the places.
    missed : float64 (rows, V)
        Cost of the preferences missed, also where the worker may not do it.
    resources : list of str
        Names of what is carried.
    """

    instance: Instance
    orders: list[str]
    shifts: list[tuple[str, int]]
    places: Places
    missed: Floats
    resources: list[str]


def first_moment(problem: Problem) -> datetime:
    """Where times in numbers count from: the start of the first shift."""
    starts = [instant(shift.start) for worker in problem.workers for shift in worker.shifts]
    if starts:
        return min(starts)
    moments = [moment for order in problem.orders for _, moment in order.moments()]
    return instant(moments[0]) if moments else datetime(2000, 1, 1)  # noqa: DTZ001


def encode(
    problem: Problem,
    *,
    efficiency: tuple[float, float] | None = None,
    more_places: Sequence[Location] = (),
    listed: bool = True,
    any_time: Collection[str] = (),
) -> Encoded:
    """The arrays that state a problem to the search.

    Parameters
    ----------
    problem : Problem
        Valid by construction.
    more_places : sequence of Location
        Places that legs must be known for besides those of orders and shifts.
    listed : bool
        Whether lists of neighbours are made.
    any_time : collection of str
        Ids of orders that may be done in any shift, whatever their windows.
    efficiency : (least, most), optional
        Where service depends on the worker: the bounds of how fast they are.

    Returns
    -------
    Encoded
        Times count from the start of the first shift.
    """
    shifts = [(worker, index) for worker in problem.workers for index in range(len(worker.shifts))]
    epoch = first_moment(problem)
    places = Places()
    order_rows, order_costs, windows = _orders(problem, epoch, places, efficiency)
    shift_rows, rates, modes = _shifts(problem, shifts, epoch, places)
    for place in more_places:
        places.number(place)
    nowhere = len(places)
    ends = shift_rows[:, f.START_LOC : f.END_LOC + 1]
    ends[ends < 0] = nowhere
    how = geometry(problem.travel, places.locations, modes)

    overlaps = (order_rows[:, f.LO, None] <= shift_rows[None, :, f.SHIFT_LIMIT]) & (
        order_rows[:, f.HI, None] >= shift_rows[None, :, f.SHIFT_START]
    )
    overlaps &= (order_rows[:, f.LO] <= order_rows[:, f.HI])[:, None]
    if any_time:
        overlaps[[order.id in any_time for order in problem.orders]] = True
    who = eligibility(problem, shifts, overlaps)
    order_rows[:, f.ROW] = who.row
    weight = problem.objective.preference
    missed: Floats = who.missed * np.float64(0.0 if isinstance(weight, str) else weight)
    pairs = np.where(who.eligible == 1, missed, np.inf)
    demand, capacity, resources = _resources(problem, shifts)
    order_costs[:, f.WORTH] = plain_worth(order_costs[:, f.SKIP_COST], order_rows, rates)
    order_costs, rates = np.hstack((order_costs, demand)), np.hstack((rates, capacity))
    _mark_limited(shift_rows, capacity)
    kinds, count_of_kinds = _kinds(shift_rows, rates, pairs)

    facts = np.zeros(f.FACTS, np.int64)
    facts[f.N_ORDERS], facts[f.N_SHIFTS] = len(problem.orders), len(shifts)
    facts[f.N_LOCATIONS], facts[f.NOWHERE] = nowhere + 1, nowhere
    facts[f.ALL_PLAIN] = bool(order_rows[:, f.PLAIN].all() and not shift_rows[:, f.TIMED].any())
    facts[f.HAS_PREFERENCES] = bool(missed.any())
    facts[f.N_RESOURCES] = demand.shape[1]
    facts[f.GEOMETRY], facts[f.OVERHEAD_MS] = how.kind, how.overhead_ms
    facts[f.N_KINDS] = count_of_kinds
    legs = how.legs
    if how.legs_to is not how.legs:
        facts[f.BACK] = len(legs)
        legs = np.concatenate((legs, how.legs_to))
    weights = np.zeros(f.SPEEDS + len(modes))
    weights[f.LATE_PER_MS] = _per_ms(problem.objective.lateness)
    weights[f.SLA_PER_MS] = _per_ms(problem.objective.sla_lateness)
    weights[f.GRID], weights[f.DETOUR] = how.grid, how.detour
    weights[f.SPEEDS :] = how.speed_kmh

    instance = Instance(
        facts=np.concatenate((facts, kinds)),
        weights=weights,
        orders=order_rows,
        order_costs=order_costs,
        windows=windows,
        shifts=shift_rows,
        rates=rates,
        pairs=pairs,
        legs=legs,
        points=how.points,
        close=np.zeros((0, 0), np.int32),
    )
    if listed:
        instance = neighbours(instance, near=NEAR, around=AROUND, kinds=KINDS)
    names = [(worker.id, index) for worker, index in shifts]
    orders = [order.id for order in problem.orders]
    return Encoded(instance, orders, names, places, missed, resources)


def _ms(duration: timedelta) -> int:
    return duration // _MILLISECOND


def _per_ms(weight: float | str) -> float:
    return 0.0 if isinstance(weight, str) else weight / MS_PER_HOUR


def _orders(
    problem: Problem,
    epoch: datetime,
    places: Places,
    efficiency: tuple[float, float] | None,
) -> tuple[Ints, Floats, Ints]:
    count = len(problem.orders)
    rows = np.zeros((count, f.ORDER), np.int64)
    costs = np.zeros((count, f.DEMANDS))
    windows: list[tuple[int, int, int]] = []
    effective = [problem.effective(order) for order in problem.orders]
    rows[:, f.PLACE] = [places.number(order.location) for order in problem.orders]
    shared = np.zeros(count, np.bool_)
    if count:
        shared = np.bincount(rows[:, f.PLACE])[rows[:, f.PLACE]] > 1
    for at, order in enumerate(problem.orders):
        _order(
            problem, order, effective[at], bool(shared[at]), epoch, rows[at], windows, efficiency
        )
        costs[at, f.SKIP_COST] = effective[at].skip_cost
        costs[at, f.PER_SERVICE] = effective[at].skip_cost / max(1, rows[at, f.DURATION])
    return rows, costs, np.array(windows, np.int64).reshape(-1, 3)


def _order(
    problem: Problem,
    order: Order,
    effective: Effective,
    shared_place: bool,
    epoch: datetime,
    row: Ints,
    windows: list[tuple[int, int, int]],
    efficiency: tuple[float, float] | None,
) -> None:
    """Fills the order's row and appends its windows."""

    def moment(value: datetime | None, otherwise: int) -> int:
        return otherwise if value is None else _ms(instant(value) - epoch)

    objective = problem.objective
    duration, setup = _ms(effective.duration), _ms(effective.setup)
    varies = efficiency is not None
    slowest, fastest = efficiency or (1.0, 1.0)
    if not shared_place and not varies:
        duration, setup = duration + setup, 0  # nobody else is there: it is always paid
    hard_sla = order.hard_sla or objective.sla_lateness == "hard"
    respond, resolve = moment(order.respond_by, f.FAR), moment(order.resolve_by, f.FAR)
    release = moment(order.release, -f.FAR)
    hard_respond = respond if hard_sla else f.FAR
    hard_resolve = resolve if hard_sla else f.FAR
    soft = bool(order.time_windows) and order.time_windows[0].soft and objective.lateness != "hard"

    shortest, longest = math.floor(duration / fastest), math.ceil(duration / slowest)
    bounds: list[tuple[int, int, int]] = []
    for window in order.time_windows:
        earliest, latest = moment(window.earliest, 0), moment(window.latest, 0)
        by = f.BY[window.bounds]
        if setup == 0 and not varies:  # service has one length: all bounds are bounds of the start
            earliest -= duration if by == f.BY_FINISH else 0
            latest -= duration if by != f.BY_START else 0
            by = f.BY_START
        bounds.append((earliest, latest, by))
    bounds.sort()

    def most_service(entry: tuple[int, int, int]) -> int:
        return longest + setup if entry[2] == f.BY_FINISH else 0

    def least_service(entry: tuple[int, int, int]) -> int:
        return shortest if entry[2] != f.BY_START else 0

    low, high = release, min(hard_respond, hard_resolve - shortest)
    if bounds:
        low = max(low, bounds[0][0] - most_service(bounds[0]))
        if not soft:
            high = min(high, bounds[-1][1] - least_service(bounds[-1]))
    plain = (
        len(bounds) <= 1
        and not soft
        and setup == 0
        and not varies
        and (hard_sla or (respond == f.FAR and resolve == f.FAR))
    )
    row[f.LO], row[f.HI] = low, high
    row[f.DURATION], row[f.SETUP], row[f.RELEASE] = duration, setup, release
    row[f.WINDOW], row[f.WINDOWS] = len(windows), len(bounds)
    row[f.PLAIN], row[f.SOFT] = plain, soft
    row[f.RESPOND], row[f.RESOLVE] = (f.FAR, f.FAR) if hard_sla else (respond, resolve)
    row[f.HARD_RESPOND], row[f.HARD_RESOLVE] = hard_respond, hard_resolve
    windows.extend(bounds)


def _shifts(
    problem: Problem, shifts: list[tuple[Worker, int]], epoch: datetime, places: Places
) -> tuple[Ints, Floats, list[str]]:
    rows = np.zeros((len(shifts), f.SHIFT), np.int64)
    rates = np.zeros((len(shifts), f.CAPACITIES))
    modes = sorted({worker.mode for worker, _ in shifts})
    for at, (worker, index) in enumerate(shifts):
        shift = worker.shifts[index]
        _rates(problem, worker, rates[at])
        _shift(problem, shift, epoch, rows[at], rates[at])
        rows[at, f.MODE] = modes.index(worker.mode)
        ends = ((f.START_LOC, shift.start_location), (f.END_LOC, shift.end_location))
        for column, place in ends:
            rows[at, column] = -1 if place is None else places.number(place)
    return rows, rates, modes


def _rates(problem: Problem, worker: Worker, row: Floats) -> None:
    def rate(name: str) -> float:
        own = getattr(worker.rates, name)
        weight = getattr(problem.objective, name) if own is None else own
        return 0.0 if isinstance(weight, str) else float(weight)

    row[f.PER_MS] = rate("travel_time") / MS_PER_HOUR
    row[f.PER_M] = rate("travel_distance") / 1000.0
    row[f.USE] = rate("shift_use")
    row[f.PAID] = rate("paid_time") / MS_PER_HOUR
    hard = problem.objective.overtime == "hard"
    row[f.OVERTIME] = 0.0 if hard else rate("overtime") / MS_PER_HOUR
    row[f.WAITING] = rate("waiting") / MS_PER_HOUR


def _shift(problem: Problem, shift: Shift, epoch: datetime, row: Ints, rates: Floats) -> None:
    end = _ms(instant(shift.end) - epoch)
    limit = end
    if shift.overtime_until is not None and problem.objective.overtime != "hard":
        limit = _ms(instant(shift.overtime_until) - epoch)
    row[f.SHIFT_START] = _ms(instant(shift.start) - epoch)
    row[f.SHIFT_END], row[f.SHIFT_LIMIT] = end, limit
    row[f.MAX_VISITS] = f.FAR if shift.max_visits is None else shift.max_visits
    row[f.MAX_TRAVEL] = f.FAR if shift.max_travel is None else _ms(shift.max_travel)
    row[f.MAX_WORK] = f.FAR if shift.max_work is None else _ms(shift.max_work)
    row[f.MAX_DISTANCE] = f.FAR if shift.max_distance_m is None else shift.max_distance_m
    from_departure = shift.paid_from == "departure"
    row[f.PAID_FROM_DEPARTURE] = from_departure
    row[f.MOVES_LATER] = rates[f.WAITING] > 0 or (rates[f.PAID] > 0 and from_departure)
    row[f.TIMED] = (
        row[f.MOVES_LATER] or rates[f.PAID] > 0 or (limit > end and rates[f.OVERTIME] > 0)
    )


def _resources(
    problem: Problem, shifts: list[tuple[Worker, int]]
) -> tuple[Floats, Floats, list[str]]:
    """Only what somebody asks for counts."""
    asked = [problem.effective(order).demand for order in problem.orders]
    names = sorted({name for amounts in asked for name, amount in amounts.items() if amount > 0})
    demand = np.zeros((len(asked), len(names)))
    capacity = np.zeros((len(shifts), len(names)))
    for column, name in enumerate(names):
        demand[:, column] = [amounts.get(name, 0.0) for amounts in asked]
        capacity[:, column] = [
            worker.shifts[index].capacity.get(name, 0.0) + _EPSILON for worker, index in shifts
        ]
    return demand, capacity, names


def _mark_limited(rows: Ints, capacity: Floats) -> None:
    limits = (f.MAX_VISITS, f.MAX_TRAVEL, f.MAX_WORK, f.MAX_DISTANCE)
    bounded = np.any(rows[:, limits] < f.FAR, axis=1)
    rows[:, f.LIMITED] = bounded | (capacity.shape[1] > 0)


def _kinds(rows: Ints, rates: Floats, pairs: Floats) -> tuple[Ints, int]:
    """Numbers the kinds in ``rows``; returns them as ``Instance.facts`` has them, and how many."""
    numbers: dict[bytes, int] = {}
    kind_of: list[int] = []
    for at in range(len(rows)):
        parts = (rows[at], rates[at], np.ascontiguousarray(pairs[:, at]))
        key = b"".join(part.tobytes() for part in parts)
        kind_of.append(numbers.setdefault(key, len(numbers)))
    rows[:, f.KIND] = kind_of
    return sort_by_kind(rows), len(numbers)
