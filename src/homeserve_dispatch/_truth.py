"""What a plan works out to, from its departures and starts and the problem alone.

The checker and the score both read a plan through this, and through nothing that the search
uses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from math import floor

from homeserve_dispatch._truth_records import MS, Call, Pause, Run, Stop, Way, to_ms
from homeserve_dispatch._truth_traffic import Traffic
from homeserve_dispatch.model.location import Location
from homeserve_dispatch.model.lock import Lock
from homeserve_dispatch.model.order import Order
from homeserve_dispatch.model.problem import Effective, EffectiveRole, Problem, VisitKey
from homeserve_dispatch.model.travel import NO_WAY, Leg
from homeserve_dispatch.model.worker import Shift, Worker
from homeserve_dispatch.plan import BreakTaken, Plan, RestockCall, Route, Visit

_NOWHERE = Leg(0, 0)


@dataclass(slots=True)
class Truth:
    """A plan worked out.

    ``runs`` has an entry for each route of the plan, ``None`` where nothing can be worked out;
    ``shifts`` has them by worker and shift. ``visits`` holds the first visit of each key in the
    runs, ``done`` the ids of the orders of which none is missing, ``asks`` what each order asks
    for. ``locks`` are by visit, ``locked_out`` the ids of orders locked as left out.
    """

    problem: Problem
    plan: Plan
    naive: bool | None
    orders: dict[str, Order]
    workers: dict[str, Worker]
    asks: dict[str, Effective]
    locks: dict[VisitKey, Lock]
    locked_out: set[str]
    freeze_ms: int | None
    traffic: Traffic | None
    runs: list[Run | None] = field(default_factory=list)
    shifts: dict[tuple[str, int], list[Run]] = field(default_factory=dict)
    visits: dict[VisitKey, tuple[Run, Stop]] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)

    def needs(self, visit: Visit) -> VisitKey | None:
        """Its key; None where there is no such order, or the order has no such visit."""
        order = self.orders.get(visit.order)
        if order is None or visit.role >= len(self.asks[order.id].roles):
            return None
        times = 1 if order.recurrence is None else order.recurrence.times
        return VisitKey(*_key(visit)) if visit.occurrence < times else None

    def keys(self, order: Order) -> list[VisitKey]:
        """Every visit that the order needs."""
        times = 1 if order.recurrence is None else order.recurrence.times
        roles = len(self.asks[order.id].roles)
        return [VisitKey(order.id, role, time) for time in range(times) for role in range(roles)]


def derive(problem: Problem, plan: Plan) -> Truth:
    """Work the plan out; whatever is unknown in it is left aside."""
    frozen = problem.freeze_until
    truth = Truth(
        problem,
        plan,
        _is_naive(problem),
        orders={order.id: order for order in problem.orders},
        workers={worker.id: worker for worker in problem.workers},
        asks={order.id: problem.effective(order) for order in problem.orders},
        locks={
            VisitKey(lock.order, lock.role, lock.occurrence): lock
            for lock in problem.locks
            if not lock.unassigned
        },
        locked_out={lock.order for lock in problem.locks if lock.unassigned},
        freeze_ms=None if frozen is None else to_ms(frozen),
        traffic=Traffic(problem) if problem.traffic else None,
    )
    for route in plan.routes:
        run = _run(truth, route)
        truth.runs.append(run)
        if run is not None:
            truth.shifts.setdefault((run.worker.id, route.shift), []).append(run)
            for stop in run.stops:
                truth.visits.setdefault(stop.key, (run, stop))
    for order in problem.orders:
        if all(key in truth.visits for key in truth.keys(order)):
            truth.done.add(order.id)
    return truth


def moments_of(route: Route) -> Iterator[datetime]:
    """Every point in time that the route states."""
    yield route.departure
    yield route.end
    restock = () if route.restock is None else (route.restock,)
    for one in (*route.visits, *route.breaks, *restock):
        yield one.arrival
        yield one.start
        yield one.finish


def windows_ms(order: Order) -> list[tuple[int, int]]:
    """Its time windows by time, both ends included; of its finish where they bound that."""
    return sorted((to_ms(window.earliest), to_ms(window.latest)) for window in order.time_windows)


def service_ms(role: EffectiveRole, worker: Worker, day: date) -> int:
    """How long this worker's service takes, by the least efficient of the skills asked for.

    A skill that the worker does not hold on that day does not count: the visit is locked to
    them, or the plan is broken.
    """
    held = (worker.skills[name] for name in role.skills if name in worker.skills)
    least = min((skill.efficiency for skill in held if skill.holds_on(day)), default=1.0)
    nominal = role.duration // MS
    return nominal if least == 1.0 else floor(nominal / least + 0.5)


def _key(visit: Visit) -> tuple[str, int, int]:
    return visit.order, visit.role, visit.occurrence


def _is_naive(problem: Problem) -> bool | None:
    """Whether the problem's times have no time zone; None where it states no time at all."""
    records: tuple[Order | Worker, ...] = (*problem.workers, *problem.orders)
    for record in records:
        for _, moment in record.moments():
            return moment.tzinfo is None
    return None


def _run(truth: Truth, route: Route) -> Run | None:
    worker = truth.workers.get(route.worker)
    if worker is None or route.shift >= len(worker.shifts):
        return None
    shift = worker.shifts[route.shift]
    walk = _Walk(truth, worker, shift, to_ms(route.departure))
    for event in _events(route):
        walk.take(event)
    if not walk.visited:
        return None
    home = walk.way_to(shift.end_location, walk.now)
    return Run(
        route=route,
        worker=worker,
        shift=shift,
        halts=walk.halts,
        timed=all((moment.tzinfo is None) == truth.naive for moment in moments_of(route)),
        departure_ms=to_ms(route.departure),
        end_ms=home.arrival_ms,
        home=home,
        shift_start_ms=to_ms(shift.start),
        shift_end_ms=to_ms(shift.end),
    )


def _events(route: Route) -> list[tuple[int, Visit] | BreakTaken | RestockCall]:
    """All that a route states, in sequence; visits with their positions."""
    between: list[BreakTaken | RestockCall] = [*route.breaks]
    if route.restock is not None:
        between.append(route.restock)
    between.sort(key=lambda one: (one.after, to_ms(one.start), to_ms(one.finish)))
    events: list[tuple[int, Visit] | BreakTaken | RestockCall] = []
    done = 0
    for position, visit in enumerate(route.visits):
        while done < len(between) and between[done].after <= position:
            events.append(between[done])
            done += 1
        events.append((position, visit))
    return [*events, *between[done:]]


class _Walk:
    """Follows a worker along a route: where they are, since when, and whether that is known.

    ``before`` is the place of the visit before; breaks and the depot do not change it.
    """

    def __init__(self, truth: Truth, worker: Worker, shift: Shift, departure_ms: int) -> None:
        self.truth, self.worker, self.shift = truth, worker, shift
        self.day = shift.start.date()
        self.place = shift.start_location
        self.area: str | None = None
        self.now = departure_ms
        self.free_ms = to_ms(shift.start)
        self.lost = False
        self.left = False
        self.visited = 0
        self.before: Location | None = None
        self.halts: list[Stop | Pause | Call] = []

    def take(self, event: tuple[int, Visit] | BreakTaken | RestockCall) -> None:
        """Do the next thing that the route states."""
        if isinstance(event, BreakTaken):
            self._pause(event)
        elif isinstance(event, RestockCall):
            self._restock(event)
        else:
            self._visit(*event)

    def way_to(self, to: Location | None, set_out: int) -> Way:
        """The leg from here; an open one takes nothing."""
        leg, mode = _NOWHERE, self.worker.mode
        if self.place is not None and to is not None:
            leg = self.truth.problem.travel.leg(self.place, to, mode)
        no_way = leg == NO_WAY
        if no_way:
            leg = _NOWHERE
        arrival, slack, traffic = set_out + leg.time_ms, 0, self.truth.traffic
        if traffic is not None and leg.time_ms and traffic.applies(mode, self.area):
            arrival, slack = traffic.arrival(set_out, leg.time_ms, mode, self.area), 1
        return Way(
            no_way=no_way,
            known=not (no_way or self.lost),
            travel_ms=arrival - set_out,
            distance_m=leg.distance_m,
            arrival_ms=arrival,
            slack_ms=slack,
        )

    def _lose_track(self) -> None:
        """Something unknown is done somewhere for some time."""
        self.lost = self.left = True

    def _arrive(self, place: Location, area: str | None, finish: int) -> None:
        self.place, self.area, self.now = place, area, finish
        self.lost, self.left = False, True

    def _visit(self, position: int, visit: Visit) -> None:
        key = self.truth.needs(visit)
        if key is None:
            self.before = None
            self._lose_track()
            return
        order, asks = self.truth.orders[key.order], self.truth.asks[key.order]
        freeze = self.truth.freeze_ms
        set_out = self.now
        if freeze is not None and key not in self.truth.locks:
            set_out = max(set_out, freeze)
        way = self.way_to(order.location, set_out)
        role = asks.roles[key.role]
        goes_on = self.before is not None and self.before.key == order.location.key
        setup = 0 if goes_on else asks.setup // MS
        start = to_ms(visit.start)
        finish = start + setup + service_ms(role, self.worker, self.day)
        respond, resolve = order.respond_by, order.resolve_by
        stop = Stop(
            way=way,
            start_ms=start,
            finish_ms=finish,
            visit=visit,
            key=key,
            position=position,
            order=order,
            asks=asks,
            role=role,
            setup_ms=setup,
            late_ms=_late(order, start, finish),
            respond_ms=0 if respond is None else max(0, start - to_ms(respond)),
            resolve_ms=0 if resolve is None else max(0, finish - to_ms(resolve)),
        )
        self.halts.append(stop)
        self.visited += 1
        self.before = order.location
        self._arrive(order.location, order.area, finish)

    def _pause(self, taken: BreakTaken) -> None:
        if taken.number >= len(self.shift.breaks):
            if self.left:
                self._lose_track()
            return
        rule = self.shift.breaks[taken.number]
        start = to_ms(taken.start)
        finish = start + rule.duration // MS
        leading = rule.location is None and not self.left
        if rule.location is not None:
            way = self.way_to(rule.location, self.now)
        else:
            way = Way(False, not self.lost, 0, 0, self.free_ms if leading else self.now, 0)
        self.halts.append(Pause(way, start, finish, taken, rule, leading))
        if rule.location is not None:
            self._arrive(rule.location, None, finish)
        elif leading:
            self.free_ms = finish
        else:
            self.now = finish

    def _restock(self, call: RestockCall) -> None:
        rule = self.shift.restock
        if rule is None:
            self._lose_track()
            return
        way = self.way_to(rule.location, self.now)
        start = to_ms(call.start)
        finish = start + rule.duration // MS
        self.halts.append(Call(way, start, finish, call, rule, self.visited))
        self._arrive(rule.location, None, finish)


def _late(order: Order, start: int, finish: int) -> int:
    """Past the latest of the last soft window that had opened by then."""
    if not order.time_windows or not order.time_windows[0].soft:
        return 0
    bounds = order.time_windows[0].bounds
    opening = finish if bounds == "finish" else start
    opened = [latest for earliest, latest in windows_ms(order) if earliest <= opening]
    return max(0, (start if bounds == "start" else finish) - opened[-1]) if opened else 0
