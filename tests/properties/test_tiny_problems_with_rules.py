"""Whatever ties visits and routes together: on small problems the search finds the best plan.

``rule_brute_force`` tries everything, whatever rules there are, on two or three orders; ``exact``
proves the optimum of up to six orders for the rules that its model covers. Both judge each other
where they overlap, and the checker and the scorer judge both.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import exact
import pytest
import rule_brute_force
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rule_brute_force import Best, TooMany, locked_out
from solving import solve_strictly

from drawing import minutes, some, sometimes
from homeserve_dispatch import (
    Location,
    Objective,
    Order,
    Plan,
    Problem,
    Shift,
    Streets,
    TimeWindow,
    Worker,
    check,
    score,
)
from homeserve_dispatch.model import (
    AllOrNone,
    Break,
    Customer,
    DifferentWorkers,
    Recurrence,
    Role,
    SameTime,
    SameWorker,
    Sequence,
)
from strategies import ruled_problems

MOST_ALONE = 1500
"""So many routes are tried one by one, at most, to keep a problem tiny."""


def assert_as_good(problem: Problem, plan: Plan, best: Best) -> None:
    assert not [violation for violation in check(problem, plan) if violation.hard]
    total = score(problem, plan).total
    found = (locked_out(problem, plan), pytest.approx(total, rel=1e-6, abs=1e-6))
    assert found == (best.left, best.cost), f"{best.plan}\n\n{plan}"


def tame(problem: Problem) -> Problem:
    """Make it one of those that the exact model covers."""
    workers = [
        worker.model_copy(
            update={
                "rates": worker.rates.model_copy(update={"waiting": None}),
                "shifts": tuple(
                    shift.model_copy(update={"paid_from": "shift_start"}) for shift in worker.shifts
                ),
            }
        )
        for worker in problem.workers
    ]
    return problem.model_copy(
        update={
            "workers": tuple(workers),
            "objective": problem.objective.model_copy(update={"waiting": 0.0}),
            "locks": tuple(lock.model_copy(update={"position": None}) for lock in problem.locks),
            "traffic": (),
            "freeze_until": None,
        }
    )


def ruled(max_orders: int, max_workers: int, **kinds: Any) -> st.SearchStrategy[Problem]:
    """Mixes of all rules in which no order pays only together with another one."""
    return ruled_problems(max_orders, max_workers, 2, min_orders=2, rugged=False, **kinds)


def filled_up(problem: Problem, plan: Plan) -> bool:
    """Whether a visit keeps its locked position only with one before it that is not locked there.

    The search does not do that: where what is locked first cannot be kept, what is locked behind
    it is left out. It would fit only together with another order.
    """
    at = {(lock.order, lock.role, lock.occurrence): lock.position for lock in problem.locks}
    for route in plan.routes:
        places = [at.get((it.order, it.role, it.occurrence)) for it in route.visits]
        last = max((it for it in places if it is not None), default=-1)
        if None in places[:last]:
            return True
    return False


def few_routes(problem: Problem) -> bool:
    """Whether brute force is done with it in a second or so."""
    return rule_brute_force.effort(problem) <= MOST_ALONE


@settings(max_examples=40)
@given(ruled_problems(2, 2, 2, min_orders=1))
def test_the_exact_model_and_brute_force_agree(problem: Problem) -> None:
    problem = tame(problem)
    assume(exact.outside(problem) is None and few_routes(problem))
    proven, tried = exact.optimum(problem), rule_brute_force.optimum(problem)
    assert proven.left == tried.left
    assert proven.cost == pytest.approx(tried.cost, rel=1e-6, abs=1e-6)


@settings(max_examples=50)
@given(ruled(3, 2))
def test_two_or_three_orders_and_every_rule(problem: Problem) -> None:
    assume(few_routes(problem))
    plan = solve_strictly(problem, 1500, seed=7)
    try:
        best = rule_brute_force.optimum(problem, plan)
    except TooMany:
        assume(condition=False)
    assume(not filled_up(problem, best.plan))
    assert_as_good(problem, plan, best)


@settings(max_examples=60)
@given(ruled(5, 3))
def test_more_orders_and_every_rule_that_the_model_covers(problem: Problem) -> None:
    problem = tame(problem)
    assume(exact.outside(problem) is None)
    assert_as_good(problem, solve_strictly(problem, 2000, seed=7), exact.optimum(problem))


# --- problems in which most orders can be done, and one rule matters

MORNING = datetime(2026, 5, 4, 8)
HOUR = timedelta(hours=1)
HOME = Location(id="home", lat=48.0, lon=11.0)


def _at(minute: int, day: int = 0) -> datetime:
    return MORNING + timedelta(days=day, minutes=minute)


class Town:
    """A town of four to six orders and two or three workers, and what a rule adds to it."""

    def __init__(self, draw: st.DrawFn, days: int = 1, orders: int = 4) -> None:
        self.draw, self.days = draw, days
        step = st.integers(-6, 6).map(lambda number: number / 100)
        self.orders: list[dict[str, Any]] = [
            {
                "id": f"o{number}",
                "location": Location(id=f"q{number}", lat=48 + draw(step), lon=11 + draw(step)),
                "duration": draw(minutes(15, 90)),
                "skip_cost": float(draw(st.integers(60, 200))),
            }
            for number in range(draw(st.integers(orders, orders + 2)))
        ]
        self.shift: dict[str, Any] = {}
        self.worker: dict[str, Any] = {}
        self.more: dict[str, Any] = {}
        self.weights: dict[str, Any] = {}
        self.count = draw(st.integers(2, 3))
        self.length = draw(st.sampled_from((180, 240, 480)))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(order["id"] for order in self.orders)

    def some_of(self, least: int, most: int) -> list[str]:
        names = st.lists(st.sampled_from(self.names), min_size=least, max_size=most, unique=True)
        return self.draw(names)

    def windows(self, *, soft: bool) -> None:
        for order in self.orders:
            if self.draw(st.booleans()):
                opens = self.draw(st.integers(0, 30)) * 5
                closes = opens + self.draw(st.integers(2, 24)) * 5
                day = self.draw(st.integers(0, self.days - 1))
                order["time_windows"] = [
                    TimeWindow(earliest=_at(opens, day), latest=_at(closes, day), soft=soft)
                ]

    def problem(self) -> Problem:
        shifts = [
            Shift(
                start=_at(0, day),
                end=_at(self.length, day),
                start_location=HOME,
                end_location=HOME,
                **{name: value(day) for name, value in self.shift.items()},
            )
            for day in range(self.days)
        ]
        return Problem(
            orders=[Order(**order) for order in self.orders],
            workers=[
                Worker(id=f"w{number}", shifts=shifts, **self.worker)
                for number in range(self.count)
            ],
            travel=Streets(centre=HOME, speed_kmh={"car": 30.0}),
            objective=Objective(waiting=0.0, **self.weights),
            **self.more,
        )


def crews(town: Town) -> None:
    town.windows(soft=False)
    offsets = st.sampled_from(((0, 0), (0, 30), (15, 45)))
    for order in town.orders[: town.draw(st.integers(1, 2))]:
        soonest, latest = (timedelta(minutes=minute) for minute in town.draw(offsets))
        other = Role(duration=HOUR / 4, earliest_offset=soonest, latest_offset=latest)
        order |= {"crew": [Role(), other], "skip_cost": 300.0}


def sequences(town: Town) -> None:
    town.windows(soft=False)
    first, second, third = town.some_of(3, 3)
    room = town.draw(sometimes(minutes(0, 60)))
    between = town.draw(st.sampled_from(("end-start", "start-start")))
    town.more["relations"] = [
        Sequence(first=first, second=second, between=between, max_gap=room),
        Sequence(first=second, second=third, min_gap=town.draw(minutes(0, 60))),
    ]


def same_times(town: Town) -> None:
    town.windows(soft=False)
    town.more["relations"] = [SameTime(orders=town.some_of(2, 3))]


def same_or_different_workers(town: Town) -> None:
    town.windows(soft=False)
    kind = town.draw(st.sampled_from((SameWorker, DifferentWorkers)))
    town.more["relations"] = [kind(orders=town.some_of(2, 3))]


def all_or_none(town: Town) -> None:
    town.length = 180
    town.more["relations"] = [AllOrNone(orders=town.some_of(2, 3))]


def breaks(town: Town) -> None:
    town.windows(soft=False)
    opens, place = town.draw(st.integers(3, 24)) * 5, town.draw(sometimes(st.just(HOME)))
    hard, length = town.draw(st.booleans()), town.draw(minutes(15, 45))
    rest = {"duration": length, "hard": hard, "location": place, "skip_cost": 20.0}
    town.shift["breaks"] = lambda day: [
        Break(earliest=_at(opens, day), latest=_at(opens + 60, day), **rest)
    ]


def soft_windows(town: Town) -> None:
    town.windows(soft=True)
    town.weights |= {"worst_lateness": town.draw(st.sampled_from((0.0, 50.0, 500.0)))}


def idle_times(town: Town) -> None:
    # With three of them two may stand idle: nothing is gained before the last of them gets work.
    town.count = 2
    weights = st.sampled_from((0.0, 5.0, 50.0))
    town.weights |= {"max_idle": town.draw(weights), "idle_time": town.draw(weights)}


def overtimes(town: Town) -> None:
    town.length = 120
    town.shift["overtime_until"] = lambda day: _at(town.length + 120, day)
    town.weights["overtime"] = town.draw(st.sampled_from((10.0, 45.0, 200.0)))


def balances(town: Town) -> None:
    over = town.draw(st.sampled_from(("worker", "shift")))
    town.weights |= {"workload_balance": 20.0, "balance_over": over}


def known_faces(town: Town) -> None:
    for order in town.orders:
        order["customer"] = town.draw(st.sampled_from(("c0", "c1")))
    known = [f"w{number}" for number in range(town.count)]
    most = town.draw(sometimes(st.integers(1, 2)))
    town.more["customers"] = [
        Customer(id="c0", history=town.draw(some(tuple(known))), max_workers=most)
    ]
    town.weights["continuity"] = 40.0


def recurrences(town: Town) -> None:
    town.days = 3
    town.count = 2
    town.orders = town.orders[:3]
    for order in town.orders[: town.draw(st.integers(1, 2))]:
        least = town.draw(st.integers(1, 2))
        order |= {"recurrence": Recurrence(times=2, min_gap_days=least), "skip_cost": 300.0}
    town.worker["max_days_in_row"] = town.draw(sometimes(st.integers(1, 2)))


RULES = (
    crews,
    sequences,
    same_times,
    same_or_different_workers,
    all_or_none,
    breaks,
    soft_windows,
    idle_times,
    overtimes,
    balances,
    known_faces,
    recurrences,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@settings(max_examples=10)
@given(data=st.data())
def test_four_to_six_orders_and_one_rule(rule: Any, data: st.DataObject) -> None:
    town = Town(data.draw)
    rule(town)
    problem = town.problem()
    assert exact.outside(problem) is None
    assert_as_good(problem, solve_strictly(problem, 3000, seed=7), exact.optimum(problem))


# --- what the search must find its way out of


def _orders(*stated: dict[str, Any]) -> list[Order]:
    return [
        Order(**{"id": f"o{number}", "location": HOME, "duration": HOUR / 4, **one})
        for number, one in enumerate(stated)
    ]


def _alone(**stated: Any) -> Worker:
    shift = {"start": _at(0), "end": _at(480), "start_location": HOME, "end_location": HOME}
    return Worker(id=stated.pop("id", "w"), shifts=[Shift(**shift | stated)])


def a_break_that_is_better_missed() -> Problem:
    rest = Break(duration=HOUR / 3, earliest=_at(240), latest=_at(300), hard=False)
    worker = _alone(paid_from="shift_start", breaks=[rest])
    return Problem(orders=_orders({}), workers=[worker], objective=Objective(paid_time=50.0))


def a_soft_break_that_leaves_no_room() -> Problem:
    rest = Break(duration=HOUR / 6, earliest=_at(155), latest=_at(235), hard=False)
    order = {"location": Location(id="q", lat=48.0, lon=11.09), "duration": 2.75 * HOUR}
    return Problem(orders=_orders(order), workers=[_alone(end=_at(215), breaks=[rest])])


def breaks_that_fit_in_one_sequence_only() -> Problem:
    """The shift is over before the longer break is where that is the second one."""
    rests = [
        Break(duration=7 * HOUR / 12, earliest=_at(135), latest=_at(250), hard=False),
        Break(duration=HOUR / 12, earliest=_at(190), latest=_at(310), hard=False),
    ]
    return Problem(orders=_orders({}), workers=[_alone(end=_at(210), breaks=rests)])


def breaks_in_another_sequence() -> Problem:
    """The one that may begin first is the one further from home, where the route ends."""
    near, far = (Location(id=f"r{n}", lat=48.0, lon=11.0 + n / 50) for n in (1, 2))
    rests = [
        Break(duration=HOUR / 2, earliest=_at(60), latest=_at(300), location=far, hard=False),
        Break(duration=HOUR / 6, earliest=_at(90), latest=_at(300), location=near, hard=False),
    ]
    order = {"location": Location(id="q", lat=48.0, lon=11.05)}
    return Problem(orders=_orders(order), workers=[_alone(start_location=None, breaks=rests)])


def recurring_work_and_a_soft_break_far_away() -> Problem:
    """Of two days on which work is to be done, one has a break that there is no time for."""
    away = Location(id="away", lat=48.06, lon=11.0)
    rest = Break(
        duration=5 * HOUR / 12, earliest=_at(180), latest=_at(300), location=away, hard=False
    )
    shifts = [
        Shift(start=_at(0), end=_at(215), end_location=HOME, breaks=[rest]),
        Shift(start=_at(0, 1), end=_at(240, 1)),
    ]
    return Problem(
        orders=_orders({"recurrence": Recurrence(times=2)}),
        workers=[Worker(id="w", shifts=shifts)],
        travel=Streets(centre=HOME, speed_kmh={"car": 20.0}),
    )


def orders_that_pay_only_together(*, ruled: bool) -> Problem:
    """Two at one place: the way there costs more than leaving one out, and less than both."""
    far = {"location": Location(id="far", lat=48.0, lon=11.03)}
    rest = Break(duration=HOUR / 4, earliest=_at(0), latest=_at(400), hard=False, skip_cost=0.0)
    worker = _alone(end_location=None, breaks=[rest] if ruled else ())
    objective = Objective(travel_distance=80.0)
    return Problem(orders=_orders(far, far), workers=[worker], objective=objective)


def the_other_one_of_two() -> Problem:
    """The first may only be done in the evening, the second only in the morning: one is done.

    The second has less time and is put in first, but is the one further away.
    """
    evening, morning = (
        TimeWindow(earliest=_at(at), latest=_at(to)) for at, to in ((500, 800), (60, 90))
    )
    near, far = (Location(id=f"q{n}", lat=48.0 + n / 100, lon=11.0) for n in (2, 5))
    return Problem(
        orders=_orders(
            {"location": near, "time_windows": [evening]},
            {"location": far, "time_windows": [morning]},
        ),
        workers=[_alone(id="early"), _alone(id="late", start=_at(500), end=_at(900))],
        relations=[Sequence(first="o0", second="o1")],
    )


DEAD_ENDS = {
    "a break that is better missed": a_break_that_is_better_missed(),
    "a soft break that leaves no room": a_soft_break_that_leaves_no_room(),
    "breaks that fit in one sequence only": breaks_that_fit_in_one_sequence_only(),
    "breaks in another sequence": breaks_in_another_sequence(),
    "recurring work and a soft break far away": recurring_work_and_a_soft_break_far_away(),
    "orders that pay only together": orders_that_pay_only_together(ruled=False),
    "the same beside a break": orders_that_pay_only_together(ruled=True),
    "the other one of two": the_other_one_of_two(),
}


@pytest.mark.parametrize("problem", DEAD_ENDS.values(), ids=DEAD_ENDS)
def test_the_search_gets_out_of_dead_ends(problem: Problem) -> None:
    plan = solve_strictly(problem, 2000, seed=7)
    assert_as_good(problem, plan, rule_brute_force.optimum(problem, plan))


def test_places_of_breaks_are_taken_over_from_a_plan() -> None:
    problem = breaks_in_another_sequence()
    best = rule_brute_force.optimum(problem)
    assert_as_good(problem, solve_strictly(problem, 1, start=best.plan), best)
