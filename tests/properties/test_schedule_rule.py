"""``build_route`` against the words of the rules page: a second, plainer reading of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from math import ceil
from typing import Any, NamedTuple

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from homeserve_dispatch import (
    Break,
    GreatCircle,
    Location,
    Lock,
    Objective,
    Order,
    Plan,
    Problem,
    Restock,
    Role,
    Route,
    SameTime,
    Sequence,
    Shift,
    TimeWindow,
    TrafficPeriod,
    Worker,
    check,
)
from homeserve_dispatch.model import VisitKey
from homeserve_dispatch.model.base import instant
from homeserve_dispatch.model.travel import NO_WAY
from homeserve_dispatch.schedule import BreakStep, RestockStep, Step, build_plan, build_route
from strategies import problems

MS = timedelta(milliseconds=1)


class Timed(NamedTuple):
    """One visit: its times, the window it is in, and how late it is in all."""

    arrival: datetime
    start: datetime
    finish: datetime
    window: int | None
    late: timedelta


@st.composite
def sequences(draw: st.DrawFn) -> tuple[Problem, str, int, list[str]]:
    """A problem, one of its shifts, and some of its orders in some sequence."""
    problem = draw(problems(min_orders=1, max_orders=6, max_workers=1))
    worker = problem.workers[0]
    ids = draw(st.permutations([order.id for order in problem.orders]))
    shift = draw(st.integers(0, len(worker.shifts) - 1))
    return problem, worker.id, shift, ids[: draw(st.integers(1, len(ids)))]


def simulate(
    problem: Problem, worker: str, shift: int, ids: list[str], departure: datetime
) -> tuple[list[Timed], datetime] | None:
    """First half of the rule from any departure; None where there is no way."""
    who = problem.worker(worker)
    stretch = who.shifts[shift]
    place, now, timed = stretch.start_location, departure, []
    for number, identity in enumerate(ids):
        order = problem.order(identity)
        asks = problem.effective(order)
        if place is not None:
            leg = problem.travel.leg(place, order.location, who.mode)
            if leg == NO_WAY:
                return None
            now += timedelta(milliseconds=leg.time_ms)
        service = asks.duration
        if number == 0 or place is None or place.key != order.location.key:
            service += asks.setup
        timed.append(_timed(problem, order, now, service))
        place, now = order.location, timed[-1].finish
    if stretch.end_location is not None and place is not None:
        leg = problem.travel.leg(place, stretch.end_location, who.mode)
        if leg == NO_WAY:
            return None
        now += timedelta(milliseconds=leg.time_ms)
    return timed, now


def _timed(problem: Problem, order: Order, arrival: datetime, service: timedelta) -> Timed:
    edges = sorted((instant(one.earliest), instant(one.latest)) for one in order.time_windows)
    by_finish = any(one.bounds == "finish" for one in order.time_windows)
    soft = any(one.soft for one in order.time_windows) and problem.objective.lateness != "hard"
    offset = service if by_finish else timedelta(0)
    ready = arrival if order.release is None else max(arrival, instant(order.release))

    def inside(start: datetime) -> int | None:
        found = [n for n, (lo, hi) in enumerate(edges) if lo <= start + offset <= hi]
        return found[0] if found else None

    def allowed(start: datetime) -> bool:
        if not edges:
            return True
        return start + offset >= edges[0][0] if soft else inside(start) is not None

    moments = [ready, *(lo - offset for lo, _ in edges)]
    start = min((one for one in moments if one >= ready and allowed(one)), default=ready)
    late = timedelta(0)
    for deadline, moment in ((order.respond_by, start), (order.resolve_by, start + service)):
        if deadline is not None:
            late += max(timedelta(0), moment - instant(deadline))
    if soft:
        opened = [hi for lo, hi in edges if lo <= start + offset]
        late += max(timedelta(0), start + offset - opened[-1])
    return Timed(arrival, start, start + service, inside(start), late)


def as_utc(route: Route) -> tuple[datetime, list[tuple[datetime, datetime, datetime]], datetime]:
    visits = [(instant(v.arrival), instant(v.start), instant(v.finish)) for v in route.visits]
    return instant(route.departure), visits, instant(route.end)


@settings(max_examples=300)
@given(sequences())
def test_a_route_begins_as_late_as_the_rule_says_and_no_later(
    case: tuple[Problem, str, int, list[str]],
) -> None:
    problem, worker, shift, ids = case
    who = problem.worker(worker)
    opening = instant(who.shifts[shift].start)
    earliest = simulate(*case, opening)
    assume(earliest is not None)
    assert earliest is not None
    hard = problem.objective.lateness == "hard"
    for timed, order in zip(earliest[0], map(problem.order, ids), strict=True):
        missed = timed.window is None and order.time_windows
        assume(not (missed and (hard or not order.time_windows[0].soft)))

    departure, visits, end = as_utc(build_route(*case))
    now = simulate(*case, departure)
    assert now is not None
    assert visits == [(one.arrival, one.start, one.finish) for one in now[0]]
    assert end == now[1] == earliest[1]

    def keeps(later: tuple[list[Timed], datetime] | None) -> bool:
        assert later is not None
        return later[1] <= earliest[1] and all(
            after.late <= before.late and before.window in (None, after.window)
            for before, after in zip(earliest[0], later[0], strict=True)
        )

    objective, own = problem.objective, who.rates
    waiting = objective.waiting if own.waiting is None else own.waiting
    paid = objective.paid_time if own.paid_time is None else own.paid_time
    if waiting > 0 or (paid > 0 and who.shifts[shift].paid_from == "departure"):
        assert departure >= opening
        assert keeps(now)
        assert not keeps(simulate(*case, departure + MS))
    else:
        assert departure == opening


TIMES = {"STATED", "TRAVEL", "START_BEFORE_ARRIVAL", "DURATION", "SHIFT_START", "RELEASE"}


@settings(max_examples=200)
@given(sequences())
def test_any_sequence_is_timed_as_the_checker_works_it_out(
    case: tuple[Problem, str, int, list[str]],
) -> None:
    problem = case[0]
    found = {one.code.value for one in check(problem, Plan(routes=[build_route(*case)]))}
    assert not found & TIMES


def test_times_come_back_in_the_zone_of_the_shift() -> None:
    from a_day import BERLIN, PROBLEM

    route = build_route(PROBLEM, "Ana", 0, ["A"])
    assert route.departure.tzinfo is BERLIN
    assert route.visits[0].start.astimezone(UTC).hour == 7


# --- rules that reach beyond one order in one route, in milliseconds of one day

MINUTE = 60_000
MIDNIGHT = datetime(2026, 5, 4)
NEVER = 10**12


Case = tuple[Problem, dict[tuple[str, int], list[Step]]]


class Halt(NamedTuple):
    """Something that a worker does: who it is, where, what moves its start, and its length."""

    name: Any
    place: Location | None
    area: str | None
    length: int
    windows: list[tuple[int, int]]
    soft: bool
    ready: int
    deadline: int
    not_before: int
    fixed: int | None
    still: bool


class At(NamedTuple):
    """When a halt is."""

    arrival: int
    start: int
    finish: int


Walk = tuple[int, list[At], int]
"""Departure, when each halt is, end."""


def ms(moment: datetime) -> int:
    return (moment - MIDNIGHT) // MS


def five(low: int, high: int) -> st.SearchStrategy[timedelta]:
    return st.integers(low // 5, high // 5).map(lambda n: timedelta(minutes=5 * n))


def moments(low: int, high: int) -> st.SearchStrategy[datetime]:
    return five(60 * low, 60 * high).map(lambda after: MIDNIGHT + after)


@st.composite
def linked_orders(draw: st.DrawFn, name: str, places: list[Location]) -> Order:
    fields: dict[str, Any] = {}
    kind = draw(st.sampled_from(("none", "none", "crew", "urgent", "release", "deadline")))
    if kind == "crew":
        low = draw(five(0, 60))
        fields["crew"] = [Role(), Role(earliest_offset=low, latest_offset=low + draw(five(0, 60)))]
    elif kind == "urgent":
        fields["urgent"] = True
    elif kind == "release":
        fields["release"] = draw(moments(8, 12))
    elif kind == "deadline":
        fields["resolve_by"] = draw(moments(9, 14))
    if draw(st.booleans()):
        cuts = sorted(draw(st.lists(moments(8, 18), min_size=4, max_size=4, unique=True)))
        bounds = draw(st.sampled_from(("start", "finish", "service")))
        soft = draw(st.booleans())
        fields["time_windows"] = [
            TimeWindow(earliest=cuts[at], latest=cuts[at + 1], bounds=bounds, soft=soft)
            for at in range(0, draw(st.sampled_from((2, 4))), 2)
        ]
    return Order(
        id=name,
        location=draw(st.sampled_from(places)),
        duration=draw(five(5, 60)),
        setup=draw(five(0, 10)),
        area=draw(st.sampled_from(("north", None))),
        **fields,
    )


@st.composite
def linked_days(
    draw: st.DrawFn, *, traffic: bool
) -> tuple[Problem, dict[tuple[str, int], list[Step]]]:
    """A day of two or three workers with crews, relations, breaks, depots, locks and a freeze."""
    places = [Location(lat=48.0 + n / 100, lon=11.0) for n in range(4)]
    orders = [draw(linked_orders(f"o{n}", places)) for n in range(draw(st.integers(2, 6)))]
    workers = []
    for name in ("w0", "w1", "w2"):
        begins = st.tuples(moments(8, 13), five(0, 180), st.sampled_from((None, places[0])))
        breaks = [
            Break(duration=draw(five(0, 45)), earliest=begin, latest=begin + room, location=where)
            for begin, room, where in draw(st.lists(begins, max_size=2))
        ]
        stretch = Shift(
            start=MIDNIGHT + timedelta(hours=8),
            end=MIDNIGHT + timedelta(hours=20),
            start_location=draw(st.sampled_from((places[0], None))),
            end_location=draw(st.sampled_from((places[0], None))),
            breaks=breaks,
            restock=Restock(location=places[3], duration=draw(five(0, 15))),
        )
        workers.append(Worker(id=name, shifts=[stretch]))
    visits = [VisitKey(o.id, r) for o in orders for r in range(len(o.crew or (0,)))]
    dealt: dict[tuple[str, int], list[Step]] = {(worker.id, 0): [] for worker in workers}
    for key in draw(st.permutations(visits)):
        dealt[draw(st.sampled_from(("w0", "w1", "w2"))), 0].append(key)
    for worker in workers:
        extra: list[Step] = [BreakStep(n) for n in range(len(worker.shifts[0].breaks))]
        if draw(st.booleans()):
            extra.append(RestockStep())
        steps = dealt[worker.id, 0]
        for step in extra:
            steps.insert(draw(st.integers(0, len(steps))), step)
    pairs = st.lists(st.sampled_from([o.id for o in orders]), min_size=2, max_size=2, unique=True)
    relations: list[Any] = []
    for first, second in draw(st.lists(pairs, max_size=2)):
        if draw(st.booleans()):
            relations.append(SameTime(orders=[first, second]))
            continue
        gap = draw(five(0, 30))
        most = draw(st.sampled_from((None, gap + timedelta(hours=1))))
        between = draw(st.sampled_from(("end-start", "start-start")))
        relations.append(
            Sequence(first=first, second=second, min_gap=gap, max_gap=most, between=between)
        )
    locks = []
    for key in draw(st.lists(st.sampled_from(visits), max_size=2, unique=True)):
        start = draw(st.one_of(st.none(), moments(8, 12)))
        locks.append(Lock(order=key.order, role=key.role, worker="w0", start=start))
    periods = []
    if traffic:
        for hour in draw(st.lists(st.integers(7, 15), max_size=4, unique=True)):
            periods.append(
                TrafficPeriod(
                    start=time(hour),
                    end=time(hour + 1),
                    factor=draw(st.sampled_from((2.0, 0.5, 1.5))),
                    areas=draw(st.sampled_from(((), ("north",)))),
                )
            )
    problem = Problem.model_construct(  # relations that contradict one another are welcome
        orders=tuple(orders),
        workers=tuple(workers),
        services=(),
        travel=GreatCircle(),
        objective=Objective(waiting=0),
        relations=tuple(relations),
        locks=tuple(locks),
        freeze_until=draw(st.one_of(st.none(), moments(8, 11))),
        traffic=tuple(periods),
        skills=None,
        name=None,
        customers=(),
    )
    return problem, dealt


def arrival(problem: Problem, now: int, nominal: int, area: str | None) -> int:
    """End of a leg, in exact numbers."""
    left, moment = Fraction(nominal), Fraction(now)
    while left > 0:
        hour = moment // (60 * MINUTE)
        factor = Fraction(1)
        for period in reversed(problem.traffic):
            if period.start.hour == hour % 24 and (not period.areas or area in period.areas):
                factor = Fraction(period.factor)
        driven = min(left, ((hour + 1) * 60 * MINUTE - moment) / factor)
        left, moment = left - driven, moment + driven * factor
    return ceil(moment)


def halts(problem: Problem, worker: Worker, steps: list[Step], bound: set[VisitKey]) -> list[Halt]:
    found: list[Halt] = []
    stretch, before = worker.shifts[0], None
    locks = {(lock.order, lock.role): lock for lock in problem.locks}
    for step in steps:
        if isinstance(step, BreakStep):
            rule = stretch.breaks[step.number]
            times: Any = [], False, ms(rule.earliest), ms(rule.latest), 0, None, False
            found.append(Halt(step, rule.location, None, rule.duration // MS, *times))
            continue
        if isinstance(step, RestockStep):
            assert stretch.restock is not None
            depot = stretch.restock
            free: Any = [], False, 0, NEVER, 0, None, False
            found.append(Halt(step, depot.location, None, depot.duration // MS, *free))
            continue
        assert isinstance(step, VisitKey)
        order = problem.order(step.order)
        asks = problem.effective(order)
        length = asks.roles[step.role].duration // MS
        length += 0 if before == order.location else asks.setup // MS
        before = order.location
        lock = locks.get((step.order, step.role))
        fixed = None if lock is None or lock.start is None else ms(lock.start)
        frozen = lock is None and problem.freeze_until is not None
        windows = []
        for one in order.time_windows:
            low, high = ms(one.earliest), ms(one.latest)
            low -= length if one.bounds == "finish" else 0
            high -= 0 if one.bounds == "start" else length
            windows.append((low, high))
        found.append(
            Halt(
                step,
                order.location,
                order.area,
                length,
                windows,
                any(one.soft for one in order.time_windows),
                0 if order.release is None else ms(order.release),
                NEVER if order.resolve_by is None else ms(order.resolve_by) - length,
                ms(problem.freeze_until) if frozen and problem.freeze_until else 0,
                fixed,
                order.urgent or fixed is not None or step in bound,
            )
        )
    return found


def first_allowed(halt: Halt, ready: int) -> int:
    ready = max(ready, halt.ready)
    if halt.soft:
        return max(ready, min(low for low, _ in halt.windows))
    if not halt.windows:
        return ready
    inside = [max(ready, low) for low, high in halt.windows if max(ready, low) <= high]
    return min(inside, default=max(ready, min(low for low, _ in halt.windows)))


def walk(
    problem: Problem,
    worker: Worker,
    chain: list[Halt],
    least: dict[Any, int],
    departure: int | None = None,
) -> Walk:
    """Departure, times of all halts, end; from ``departure`` on, or as early as possible."""
    stretch = worker.shifts[0]
    now, place, area = ms(stretch.start), stretch.start_location, None
    began, times = None, []
    for halt in chain:
        if halt.place is None:
            begin = max(now, halt.ready)
            times.append(At(now, begin, begin + halt.length))
            now = begin + halt.length
            continue
        leave = max(now, halt.not_before)
        if began is None:
            began = leave = leave if departure is None else departure
        nominal = 0
        if place is not None:
            nominal = problem.travel.leg(place, halt.place, worker.mode).time_ms
        came = arrival(problem, leave, nominal, area)
        if halt.fixed is not None:
            begin = max(came, halt.fixed)
        else:
            begin = first_allowed(halt, max(came, least.get(halt.name, 0)))
        times.append(At(came, begin, begin + halt.length))
        now, place, area = begin + halt.length, halt.place, halt.area
    assert began is not None
    if stretch.end_location is not None:
        assert place is not None
        leg = problem.travel.leg(place, stretch.end_location, worker.mode)
        now = arrival(problem, now, leg.time_ms, area)
    return began, times, now


Lengths = dict[VisitKey, int]


def asked(problem: Problem, starts: dict[VisitKey, int], lengths: Lengths) -> Iterator[Any]:
    """For each bond: the visit that is bound, and the start that it asks for."""
    for key, start in starts.items():
        if key.role:
            role = problem.effective(problem.order(key.order)).roles[key.role]
            head = VisitKey(key.order)
            yield key, starts[head] + role.earliest_offset // MS
            yield head, start - role.latest_offset // MS
    for relation in problem.relations:
        if isinstance(relation, SameTime):
            for one in relation.orders:
                for other in relation.orders:
                    if one != other:
                        yield VisitKey(one), starts[VisitKey(other)]
        elif isinstance(relation, Sequence):
            a, b = VisitKey(relation.first), VisitKey(relation.second)
            length = lengths[a] if relation.between == "end-start" else 0
            yield b, starts[a] + length + relation.min_gap // MS
            if relation.max_gap is not None:
                yield a, starts[b] - relation.max_gap // MS - length
            else:
                yield a, 0


def of_route(route: Route) -> tuple[int, dict[Any, At], int]:
    found: dict[Any, At] = {
        VisitKey(v.order, v.role, v.occurrence): At(ms(v.arrival), ms(v.start), ms(v.finish))
        for v in route.visits
    }
    for b in route.breaks:
        found[BreakStep(b.number)] = At(ms(b.arrival), ms(b.start), ms(b.finish))
    if (call := route.restock) is not None:
        found[RestockStep()] = At(ms(call.arrival), ms(call.start), ms(call.finish))
    return ms(route.departure), found, ms(route.end)


def late(halt: Halt, start: int) -> int:
    opened = [high for low, high in halt.windows if low <= start]
    past = max(0, start - max(opened)) if halt.soft and opened else 0
    return past + max(0, start - halt.deadline)


def keeps(chain: list[Halt], before: Walk, after: Walk) -> bool:
    """Whether the later beginning harms nothing."""
    if after[2] > before[2]:
        return False
    for halt, old, new in zip(chain, before[1], after[1], strict=True):
        if old.start == new.start:
            continue
        around = [w for w in halt.windows if w[0] <= old.start <= w[1]]
        if halt.still or late(halt, new.start) > late(halt, old.start):
            return False
        if around and not around[0][0] <= new.start <= around[0][1]:
            return False
        if halt.windows and not around:  # missed already
            return False
    return True


def least_starts(
    problem: Problem, chains: dict[str, list[Halt]], lengths: Lengths
) -> dict[str, Walk] | None:
    """All routes as early as possible, bond by bond; None where they push one another for ever."""
    least: dict[Any, int] = {}
    for _ in range(40):
        walks = {
            name: walk(problem, problem.worker(name), chain, least)
            for name, chain in chains.items()
        }
        starts = {
            halt.name: at.start
            for name, chain in chains.items()
            for halt, at in zip(chain, walks[name][1], strict=True)
            if isinstance(halt.name, VisitKey)
        }
        raised = dict(least)
        for name, wanted in asked(problem, starts, lengths):
            raised[name] = max(raised.get(name, 0), wanted)
        if raised == least:
            return walks
        least = raised
    return None


def check_beginning(problem: Problem, route: Route, chain: list[Halt], before: Walk) -> None:
    """The route begins as late as the rule says, and no later."""
    worker = problem.worker(route.worker)
    # What is still does not move, so its bonds ask for what it has.
    settled = {h.name: at.start for h, at in zip(chain, before[1], strict=True) if h.still}
    departure, found, end = of_route(route)
    now = walk(problem, worker, chain, settled, departure)
    names = [halt.name for halt in chain]
    assert (found, end) == (dict(zip(names, now[1], strict=True)), now[2])
    assert departure >= before[0]
    assert keeps(chain, before, now)
    assert not keeps(chain, before, walk(problem, worker, chain, settled, departure + 1))


def check_linked(case: Case) -> None:
    problem, dealt = case
    routes = {
        name: steps
        for (name, _), steps in dealt.items()
        if any(isinstance(step, VisitKey) for step in steps)
    }
    keys = [step for steps in routes.values() for step in steps if isinstance(step, VisitKey)]
    none = dict.fromkeys(keys, 0)
    bound = {one for one, _ in asked(problem, none, none)}
    chains = {
        name: halts(problem, problem.worker(name), steps, bound) for name, steps in routes.items()
    }
    lengths = {halt.name: halt.length for chain in chains.values() for halt in chain}
    walks = least_starts(problem, chains, lengths)
    assume(walks is not None)
    assert walks is not None

    plan = build_plan(problem, dealt)
    assert [route.worker for route in plan.routes] == list(routes)
    for route in plan.routes:
        began, times, end = walks[route.worker]
        names = [halt.name for halt in chains[route.worker]]
        assert of_route(route) == (began, dict(zip(names, times, strict=True)), end)

    dear = problem.model_copy(update={"objective": Objective(waiting=1)})
    for route in build_plan(dear, dealt).routes:
        check_beginning(problem, route, chains[route.worker], walks[route.worker])


@settings(max_examples=80)
@given(linked_days(traffic=False))
def test_routes_that_are_bound_together_are_timed_by_the_rule(
    case: Case,
) -> None:
    check_linked(case)


@settings(max_examples=80)
@given(linked_days(traffic=True))
def test_so_are_they_in_traffic(case: Case) -> None:
    check_linked(case)
