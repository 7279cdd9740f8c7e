"""What a plan works out to, from its departures and starts and the problem alone.

The checker and the score both read a plan through this, and through nothing that the search
uses. Times are int milliseconds of UTC (of the wall clock where times are naive).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from homeserve_dispatch.model.base import instant
from homeserve_dispatch.model.location import Location
from homeserve_dispatch.model.order import Order
from homeserve_dispatch.model.problem import Effective, Problem
from homeserve_dispatch.model.travel import NO_WAY, Leg
from homeserve_dispatch.model.worker import Shift, Worker
from homeserve_dispatch.plan import Plan, Route, Visit

MS = timedelta(milliseconds=1)
_NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive times count from a naive one
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOWHERE = Leg(0, 0)


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970; a naive time is read as if it were UTC."""
    if moment.tzinfo is None:
        return (moment - _NAIVE_EPOCH) // MS
    return (instant(moment) - _EPOCH) // MS


@dataclass(slots=True)
class Stop:
    """A visit of a known order, worked out.

    ``leg_known`` is false where there is no way, or where a stop that nobody knows lies between;
    the leg then counts as 0. ``late_ms``, ``respond_ms`` and ``resolve_ms`` are how far the visit
    is past its soft windows and deadlines, hard or not.
    """

    visit: Visit
    order: Order
    asks: Effective
    no_way: bool
    leg_known: bool
    travel_ms: int
    distance_m: int
    setup_ms: int
    arrival_ms: int
    start_ms: int
    finish_ms: int
    late_ms: int
    respond_ms: int
    resolve_ms: int

    @property
    def waiting_ms(self) -> int:
        """Between arrival and start."""
        return max(0, self.start_ms - self.arrival_ms)


@dataclass(slots=True)
class Run:
    """A route of a known worker and shift with at least one known order, worked out.

    ``timed`` is false where the route's times are naive and the problem's are not, or the other
    way round: nothing can be said about its times then.
    """

    route: Route
    worker: Worker
    shift: Shift
    stops: list[Stop]
    timed: bool
    departure_ms: int
    end_ms: int
    home_no_way: bool
    home_known: bool
    home: Leg
    shift_start_ms: int
    shift_end_ms: int

    @property
    def legs_known(self) -> bool:
        """Whether every leg is."""
        return self.home_known and all(stop.leg_known for stop in self.stops)

    @property
    def travel_ms(self) -> int:
        """Of all legs."""
        return self.home.time_ms + sum(stop.travel_ms for stop in self.stops)

    @property
    def distance_m(self) -> int:
        """Of all legs."""
        return self.home.distance_m + sum(stop.distance_m for stop in self.stops)

    @property
    def waiting_ms(self) -> int:
        """Of all visits."""
        return sum(stop.waiting_ms for stop in self.stops)

    @property
    def service_ms(self) -> int:
        """Setup and service of all visits."""
        return sum(stop.finish_ms - stop.start_ms for stop in self.stops)

    @property
    def overtime_ms(self) -> int:
        """From the shift's end to the end of the route, if positive."""
        return max(0, self.end_ms - self.shift_end_ms)

    @property
    def paid_ms(self) -> int:
        """From the departure, or the shift's start, to the end of the route."""
        from_start = self.shift.paid_from == "shift_start"
        return max(0, self.end_ms - (self.shift_start_ms if from_start else self.departure_ms))


@dataclass(slots=True)
class Truth:
    """A plan worked out.

    ``runs`` has an entry for each route of the plan, ``None`` where nothing can be worked out.
    ``done`` holds the ids of the orders visited in runs, ``asks`` what each order asks for.
    """

    problem: Problem
    plan: Plan
    naive: bool | None
    orders: dict[str, Order]
    workers: dict[str, Worker]
    asks: dict[str, Effective]
    runs: list[Run | None] = field(default_factory=list)
    done: set[str] = field(default_factory=set)


def derive(problem: Problem, plan: Plan) -> Truth:
    """Work the plan out; whatever is unknown in it is left aside."""
    truth = Truth(
        problem,
        plan,
        _is_naive(problem),
        {order.id: order for order in problem.orders},
        {worker.id: worker for worker in problem.workers},
        {order.id: problem.effective(order) for order in problem.orders},
    )
    for route in plan.routes:
        run = _run(truth, route)
        truth.runs.append(run)
        if run is not None:
            truth.done.update(stop.order.id for stop in run.stops)
    return truth


def moments_of(route: Route) -> Iterator[datetime]:
    """Every point in time that the route states."""
    yield route.departure
    yield route.end
    for visit in route.visits:
        yield visit.arrival
        yield visit.start
        yield visit.finish


def windows_ms(order: Order) -> list[tuple[int, int]]:
    """Its time windows by time, both ends included; of its finish where they bound that."""
    return sorted((to_ms(window.earliest), to_ms(window.latest)) for window in order.time_windows)


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
    stops: list[Stop] = []
    place, now, gap = shift.start_location, to_ms(route.departure), False
    for visit in route.visits:
        order = truth.orders.get(visit.order)
        if order is None:
            gap = True
            continue
        stop = _stop(truth, worker, visit, order, place, now, gap, first=not stops)
        stops.append(stop)
        place, now, gap = order.location, stop.finish_ms, False
    if not stops:
        return None
    home = _leg(truth.problem, place, shift.end_location, worker.mode)
    no_way = home == NO_WAY
    if no_way:
        home = _NOWHERE
    return Run(
        route=route,
        worker=worker,
        shift=shift,
        stops=stops,
        timed=all((moment.tzinfo is None) == truth.naive for moment in moments_of(route)),
        departure_ms=to_ms(route.departure),
        end_ms=now + home.time_ms,
        home_no_way=no_way,
        home_known=not (no_way or gap),
        home=home,
        shift_start_ms=to_ms(shift.start),
        shift_end_ms=to_ms(shift.end),
    )


def _leg(problem: Problem, origin: Location | None, to: Location | None, mode: str) -> Leg:
    """Find the way; none where an end is open."""
    if origin is None or to is None:
        return _NOWHERE
    return problem.travel.leg(origin, to, mode)


def _stop(
    truth: Truth,
    worker: Worker,
    visit: Visit,
    order: Order,
    place: Location | None,
    now: int,
    gap: bool,
    *,
    first: bool,
) -> Stop:
    asks = truth.asks[order.id]
    leg = _leg(truth.problem, place, order.location, worker.mode)
    no_way = leg == NO_WAY
    if no_way:
        leg = _NOWHERE
    goes_on = not (first or gap) and place is not None and place.key == order.location.key
    setup = 0 if goes_on else asks.setup // MS
    start = to_ms(visit.start)
    finish = start + setup + asks.duration // MS
    respond, resolve = order.respond_by, order.resolve_by
    return Stop(
        visit=visit,
        order=order,
        asks=asks,
        no_way=no_way,
        leg_known=not (no_way or gap),
        travel_ms=leg.time_ms,
        distance_m=leg.distance_m,
        setup_ms=setup,
        arrival_ms=now + leg.time_ms,
        start_ms=start,
        finish_ms=finish,
        late_ms=_late(order, start, finish),
        respond_ms=0 if respond is None else max(0, start - to_ms(respond)),
        resolve_ms=0 if resolve is None else max(0, finish - to_ms(resolve)),
    )


def _late(order: Order, start: int, finish: int) -> int:
    """Past the latest of the last soft window that had opened by then."""
    if not order.time_windows or not order.time_windows[0].soft:
        return 0
    moment = finish if order.time_windows[0].bounds == "finish" else start
    opened = [latest for earliest, latest in windows_ms(order) if earliest <= moment]
    return max(0, moment - opened[-1]) if opened else 0
