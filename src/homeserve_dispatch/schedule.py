"""The one schedule rule: from who does what in which order to times.

Plain Python on the user's objects, as ``docs/rules.md`` states it. It times any sequence, also
one that breaks rules; whether it does is for the checker to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from homeserve_dispatch.model.base import instant
from homeserve_dispatch.model.order import Order, TimeWindow
from homeserve_dispatch.model.problem import Effective, Problem
from homeserve_dispatch.model.travel import NO_WAY, Leg
from homeserve_dispatch.model.worker import Shift, Worker
from homeserve_dispatch.plan import Plan, Route, Unassigned, Visit

_ZERO = timedelta(0)
_NO_LEG = Leg(0, 0)


@dataclass(slots=True)
class _Stop:
    """A visit while its route is being timed; instants, not local times."""

    order: Order
    effective: Effective
    leg: Leg
    setup: timedelta
    arrival: datetime
    start: datetime
    finish: datetime
    room: timedelta | None = None


def build_route(problem: Problem, worker: str, shift: int, orders: Sequence[str]) -> Route:
    """Time a sequence of orders by the schedule rule.

    Parameters
    ----------
    problem : Problem
        What the ids refer to.
    worker : str
        Id of the worker.
    shift : int
        Which of the worker's shifts, from 0.
    orders : sequence of str
        Ids, in the order in which they are done; at least one.

    Returns
    -------
    Route
        Fully timed. A sequence that breaks a hard rule is timed as well as it goes: a hard
        window that is past is missed, and where there is no way the leg takes no time.

    Raises
    ------
    KeyError
        An id is not in the problem.
    IndexError
        The worker has no such shift.

    Examples
    --------
    >>> from datetime import datetime, timedelta
    >>> from homeserve_dispatch import Location, Order, Problem, Shift, Worker
    >>> day = Shift(start=datetime(2026, 5, 4, 8), end=datetime(2026, 5, 4, 16))
    >>> problem = Problem(
    ...     orders=[Order(id="A1", location=Location(lat=48.1, lon=11.6),
    ...                   duration=timedelta(hours=1))],
    ...     workers=[Worker(id="Ana", shifts=[day])])
    >>> build_route(problem, "Ana", 0, ["A1"]).end
    datetime.datetime(2026, 5, 4, 9, 0)
    """
    who = problem.worker(worker)
    stretch = who.shifts[shift]
    stops, back = _as_early_as_possible(problem, who, stretch, orders)
    end = stops[-1].finish + _time(back)
    departure = stops[0].arrival - _time(stops[0].leg)
    if _waiting_matters(problem, who, stretch):
        departure += _begin_later(stops)
    return _route(who, shift, stops, back, departure, end)


def build_plan(problem: Problem, sequences: Mapping[tuple[str, int], Sequence[str]]) -> Plan:
    """Time all routes; what no sequence holds is unassigned. The plan states no cost.

    Parameters
    ----------
    problem : Problem
        What the ids refer to.
    sequences : mapping of (worker id, shift) to sequence of order ids
        Empty sequences make no route.

    Returns
    -------
    Plan
        Routes in the problem's order of workers, then by shift.

    Raises
    ------
    KeyError, IndexError
        As :func:`build_route`.
    """
    rank = {worker.id: at for at, worker in enumerate(problem.workers)}
    keys = sorted(sequences, key=lambda key: (rank[key[0]], key[1]))
    routes = tuple(build_route(problem, *key, sequences[key]) for key in keys if sequences[key])
    done = {visit.order for route in routes for visit in route.visits}
    left = tuple(
        Unassigned(order=order.id, skip_cost=problem.effective(order).skip_cost)
        for order in problem.orders
        if order.id not in done
    )
    return Plan(routes=routes, unassigned=left)


def _as_early_as_possible(
    problem: Problem, worker: Worker, shift: Shift, orders: Sequence[str]
) -> tuple[list[_Stop], Leg]:
    """First half of the rule. Returns the stops and the leg to the end place."""
    stops: list[_Stop] = []
    now, place = instant(shift.start), shift.start_location
    soft_is_hard = problem.objective.lateness == "hard"
    for identity in orders:
        order = problem.order(identity)
        effective = problem.effective(order)
        leg = problem.travel.leg(place, order.location, worker.mode) if place else _NO_LEG
        run_goes_on = bool(stops) and stops[-1].order.location.key == order.location.key
        setup = _ZERO if run_goes_on else effective.setup
        arrival = now + _time(leg)
        start = arrival
        if order.release is not None:
            start = max(start, instant(order.release))
        start = _into_window(order.time_windows, start, setup + effective.duration, soft_is_hard)
        now, place = start + setup + effective.duration, order.location
        stops.append(_Stop(order, effective, leg, setup, arrival, start, now))
    home = shift.end_location
    back = problem.travel.leg(stops[-1].order.location, home, worker.mode) if home else _NO_LEG
    return stops, back


def _bounds(window: TimeWindow, service: timedelta) -> tuple[datetime, datetime]:
    """The window as bounds of the start."""
    shift = service if window.bounds == "finish" else _ZERO
    return instant(window.earliest) - shift, instant(window.latest) - shift


def _into_window(
    windows: Sequence[TimeWindow], ready: datetime, service: timedelta, soft_is_hard: bool
) -> datetime:
    """The first moment from ``ready`` on at which service may start."""
    bounds = sorted(_bounds(window, service) for window in windows)
    if not bounds:
        return ready
    if windows[0].soft and not soft_is_hard:
        return max(ready, bounds[0][0])
    for earliest, latest in bounds:
        if ready <= latest:
            return max(ready, earliest)
    return ready


def _waiting_matters(problem: Problem, worker: Worker, shift: Shift) -> bool:
    """Whether the second half of the rule applies: waiting costs, or time paid from departure."""
    objective, rates = problem.objective, worker.rates
    waiting = objective.waiting if rates.waiting is None else rates.waiting
    paid = objective.paid_time if rates.paid_time is None else rates.paid_time
    return waiting > 0 or (paid > 0 and shift.paid_from == "departure")


def _room(stop: _Stop) -> timedelta | None:
    """By how much the start could move without leaving its window or being late; None: freely."""
    order, rooms = stop.order, []
    opened = [
        latest
        for earliest, latest in (
            _bounds(window, stop.finish - stop.start) for window in order.time_windows
        )
        if earliest <= stop.start
    ]
    if opened:
        rooms.append(max(opened) - stop.start)
    if order.respond_by is not None:
        rooms.append(instant(order.respond_by) - stop.start)
    if order.resolve_by is not None:
        rooms.append(instant(order.resolve_by) - stop.finish)
    return max(_ZERO, min(rooms)) if rooms else None


def _begin_later(stops: list[_Stop]) -> timedelta:
    """Second half of the rule: moves starts in place, returns by how much the departure moves."""
    waited = _ZERO
    slack: timedelta | None = None
    for stop in stops:
        waited += stop.start - stop.arrival
        room = _room(stop)
        if room is not None and (slack is None or waited + room < slack):
            slack = waited + room
    moved = waited if slack is None else min(waited, slack)
    later = moved
    for stop in stops:
        stop.arrival += later
        later = max(_ZERO, stop.arrival - stop.start)
        stop.start += later
        stop.finish += later
    return moved


def _route(
    worker: Worker,
    shift: int,
    stops: list[_Stop],
    back: Leg,
    departure: datetime,
    end: datetime,
) -> Route:
    stretch = worker.shifts[shift]
    zone = stretch.start.tzinfo
    visits = tuple(_visit(stop, zone) for stop in stops)
    return Route(
        worker=worker.id,
        shift=shift,
        departure=_local(departure, zone),
        end=_local(end, zone),
        visits=visits,
        travel_time=sum((visit.travel_time for visit in visits), _time(back)),
        distance_m=sum(stop.leg.distance_m for stop in stops) + back.distance_m,
        waiting=sum((stop.start - stop.arrival for stop in stops), _ZERO),
        overtime=max(_ZERO, end - instant(stretch.end)),
    )


def _visit(stop: _Stop, zone: tzinfo | None) -> Visit:
    order = stop.order
    lateness = _ZERO
    if order.time_windows and order.time_windows[0].soft:
        opened = [
            latest
            for earliest, latest in (
                _bounds(window, stop.finish - stop.start) for window in order.time_windows
            )
            if earliest <= stop.start
        ]
        lateness = max(_ZERO, stop.start - max(opened))
    sla = _ZERO
    if order.respond_by is not None:
        sla += max(_ZERO, stop.start - instant(order.respond_by))
    if order.resolve_by is not None:
        sla += max(_ZERO, stop.finish - instant(order.resolve_by))
    return Visit(
        order=order.id,
        arrival=_local(stop.arrival, zone),
        start=_local(stop.start, zone),
        finish=_local(stop.finish, zone),
        travel_time=_time(stop.leg),
        distance_m=stop.leg.distance_m,
        setup=stop.setup,
        lateness=lateness,
        sla_lateness=sla,
    )


def _local(moment: datetime, zone: tzinfo | None) -> datetime:
    """Back to the time zone that the shift is stated in."""
    return moment if zone is None else moment.astimezone(zone)


def _time(leg: Leg) -> timedelta:
    """Of a leg; where there is no way it is 0, and the checker says so."""
    return _ZERO if leg == NO_WAY else timedelta(milliseconds=leg.time_ms)
