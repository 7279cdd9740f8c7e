"""``build_route`` against the words of the rules page: a second, plainer reading of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from homeserve_dispatch import Order, Plan, Problem, Route, check
from homeserve_dispatch.model.base import instant
from homeserve_dispatch.model.travel import NO_WAY
from homeserve_dispatch.schedule import build_route
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
