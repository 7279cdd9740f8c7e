"""Freezing: what has begun is locked, the rest is planned anew, and nothing else changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from homeserve_dispatch import (
    Break,
    InputError,
    Location,
    Lock,
    ModeMatrix,
    Objective,
    Order,
    Plan,
    Problem,
    Recurrence,
    Restock,
    Role,
    Route,
    Shift,
    TravelMatrix,
    Visit,
    Worker,
    freeze,
)
from homeserve_dispatch.model import VisitKey
from homeserve_dispatch.schedule import BreakStep, RestockStep, build_plan

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PLACES = ("home", "a", "b", "c")
TRAVEL = TravelMatrix(
    places=PLACES,
    tables={
        "car": ModeMatrix(
            travel_time_s=[[0 if x == y else 600 for y in PLACES] for x in PLACES],
        )
    },
)
HOME = Location(id="home")


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, 4, hour, minute)


def order(name: str, place: str, **fields: Any) -> Order:
    return Order(id=name, location=Location(id=place), duration=HOUR, **fields)


def worker(name: str, **fields: Any) -> Worker:
    return Worker(id=name, shifts=[Shift(start=at(8), end=at(18), start_location=HOME, **fields)])


def problem_of(*orders: Order, **fields: Any) -> Problem:
    stated = {
        "orders": orders or (order("A", "a"), order("B", "b"), order("C", "c")),
        "workers": [worker("Ana"), worker("Ben")],
        "travel": TRAVEL,
        "objective": Objective(waiting=0),
    }
    return Problem(**(stated | fields))


ABC = {("Ana", 0): ["A", "B"], ("Ben", 0): ["C"]}
"""Ana sets out to A at 8:00 and to B at 9:10, Ben to C at 8:00."""


def locked(problem: Problem) -> list[tuple[str, int | None]]:
    return [(lock.order, lock.position) for lock in problem.locks]


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (at(8), []),
        (at(8, 1), [("A", 0), ("C", 0)]),
        (at(9, 10), [("A", 0), ("C", 0)]),
        (at(9, 11), [("A", 0), ("B", 1), ("C", 0)]),
        (at(17), [("A", 0), ("B", 1), ("C", 0)]),
    ],
)
def test_what_a_worker_has_set_out_to_is_locked(
    until: datetime, expected: list[tuple[str, int]]
) -> None:
    problem = problem_of()
    frozen = freeze(problem, build_plan(problem, ABC), until)
    assert locked(frozen) == expected
    assert frozen.freeze_until == until


def test_a_lock_states_all_there_is_to_know() -> None:
    problem = problem_of()
    lock = freeze(problem, build_plan(problem, ABC), at(8, 30)).locks[0]
    assert lock == Lock(order="A", worker="Ana", shift=0, start=at(8, 10), position=0)


def test_nothing_else_changes() -> None:
    problem = problem_of(name="a day")
    frozen = freeze(problem, build_plan(problem, ABC), at(8, 30))
    assert frozen.model_copy(update={"locks": (), "freeze_until": None}) == problem
    assert problem.locks == () and problem.freeze_until is None


def test_the_frozen_plan_is_the_plan_and_the_rest_sets_out_later() -> None:
    problem = problem_of()
    plan = build_plan(problem, ABC)
    frozen = freeze(problem, plan, at(9))
    assert build_plan(frozen, ABC) == plan
    late = freeze(problem, plan, at(9, 10)).model_copy(update={"freeze_until": at(11)})
    (first, second) = build_plan(late, ABC).routes[0].visits
    assert (first.start, second.start) == (at(8, 10), at(11, 10))


def test_freezing_twice_at_one_moment_is_freezing_once() -> None:
    problem = problem_of()
    frozen = freeze(problem, build_plan(problem, ABC), at(10))
    again = freeze(frozen, build_plan(frozen, ABC), at(10))
    assert again == frozen


def test_nobody_has_set_out_to_what_was_frozen_before() -> None:
    # A is done at 9:10, and nobody could go on to B before 12:00.
    problem = problem_of()
    frozen = freeze(problem, build_plan(problem, {("Ana", 0): ["A"]}), at(8, 30))
    frozen = frozen.model_copy(update={"freeze_until": at(12)})
    plan = build_plan(frozen, ABC)
    assert locked(freeze(frozen, plan, at(12))) == [("A", 0)]
    assert locked(freeze(frozen, plan, at(12, 1))) == [("A", 0), ("B", 1), ("C", 0)]


def test_a_break_without_a_place_comes_before_setting_out() -> None:
    pause = Break(duration=HOUR, earliest=at(8), latest=at(12))
    problem = problem_of(workers=[worker("Ana", breaks=[pause]), worker("Ben")])
    plan = build_plan(problem, {("Ana", 0): ["A", BreakStep(0), "B"]})
    assert locked(freeze(problem, plan, at(10, 10))) == [("A", 0)]
    assert locked(freeze(problem, plan, at(10, 11))) == [("A", 0), ("B", 1)]


def test_going_to_the_depot_is_not_setting_out_to_the_visit_after_it() -> None:
    restock = Restock(location=Location(id="c"), duration=HOUR)
    problem = problem_of(workers=[worker("Ana", restock=restock)])
    plan = build_plan(problem, {("Ana", 0): [RestockStep(), "A"]})
    assert locked(freeze(problem, plan, at(9, 10))) == []
    assert locked(freeze(problem, plan, at(9, 11))) == [("A", 0)]


def test_one_visit_of_a_crew_is_locked_alone() -> None:
    crew = [Role(), Role(earliest_offset=HOUR, latest_offset=2 * HOUR)]
    problem = problem_of(order("A", "a", crew=crew), order("B", "b"))
    plan = build_plan(problem, {("Ana", 0): ["A"], ("Ben", 0): ["B", VisitKey("A", 1)]})
    frozen = freeze(problem, plan, at(8, 30))
    assert [(lock.order, lock.role) for lock in frozen.locks] == [("A", 0), ("B", 0)]


def test_times_of_recurring_work_are_locked_one_by_one() -> None:
    days = [
        Shift(start=at(8) + timedelta(days=n), end=at(18) + timedelta(days=n)) for n in range(3)
    ]
    problem = problem_of(
        order("A", "a", recurrence=Recurrence(times=3)), workers=[Worker(id="Ana", shifts=days)]
    )
    plan = build_plan(problem, {("Ana", n): [VisitKey("A", 0, n)] for n in range(3)})
    frozen = freeze(problem, plan, at(9) + timedelta(days=1))
    assert [(lock.occurrence, lock.shift) for lock in frozen.locks] == [(0, 0), (1, 1)]


def test_locks_of_other_visits_stay_and_those_of_these_are_replaced() -> None:
    before = [
        Lock(order="A", worker="Ana"),
        Lock(order="B", worker="Ben", start=at(12)),
        Lock(order="C", unassigned=True),
    ]
    problem = problem_of(locks=before)
    plan = build_plan(problem, {("Ana", 0): ["A"]})
    frozen = freeze(problem, plan, at(8, 30))
    assert frozen.locks == (
        *before[1:],
        Lock(order="A", worker="Ana", shift=0, start=at(8, 10), position=0),
    )


def test_what_is_done_is_not_locked_out() -> None:
    crew = [Role(), Role()]
    problem = problem_of(
        order("A", "a", crew=crew), locks=[Lock(order="A", role=0, unassigned=True)]
    )
    plan = build_plan(problem, {("Ben", 0): [VisitKey("A", 1)]})
    assert [lock.role for lock in freeze(problem, plan, at(9)).locks] == [1]


def test_visits_before_one_that_has_begun_are_locked_too() -> None:
    visits = [
        Visit(order="A", arrival=at(12), start=at(12), finish=at(13)),
        Visit(order="B", arrival=at(8), start=at(8), finish=at(9)),
        Visit(order="C", arrival=at(14), start=at(14), finish=at(15)),
    ]
    route = Route(worker="Ana", departure=at(11), end=at(15), visits=visits)
    frozen = freeze(problem_of(), Plan(routes=[route]), at(10))
    # C follows at 9:00, says the plan; it is broken, and taken at its word.
    assert locked(frozen) == [("A", 0), ("B", 1), ("C", 2)]
    assert locked(freeze(problem_of(), Plan(routes=[route]), at(8, 30))) == [("A", 0), ("B", 1)]


def test_an_empty_plan_only_sets_the_time() -> None:
    frozen = freeze(problem_of(), Plan(), at(9))
    assert frozen.locks == () and frozen.freeze_until == at(9)


def codes(error: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [issue.code for issue in error.value.issues]


def test_the_moment_must_be_of_the_kind_of_the_problems_times() -> None:
    problem = problem_of()
    with pytest.raises(InputError, match="until: the time has a time zone") as error:
        freeze(problem, Plan(), at(9).replace(tzinfo=UTC))
    assert codes(error) == ["MIXED_TIME_ZONES"]
    aware = problem_of(
        workers=[
            Worker(
                id="Ana",
                shifts=[Shift(start=at(8).replace(tzinfo=UTC), end=at(9).replace(tzinfo=UTC))],
            )
        ]
    )
    with pytest.raises(InputError, match="no time zone, the problem's times have one"):
        freeze(aware, Plan(), at(9))
    with pytest.raises(InputError, match="until has a time zone, times of the route have none"):
        freeze(aware, build_plan(problem, ABC), at(9).replace(tzinfo=UTC))


def test_every_unknown_name_is_a_fault_and_all_are_listed() -> None:
    def visit(name: str, **fields: int) -> Visit:
        return Visit(order=name, arrival=at(9), start=at(9), finish=at(10), **fields)

    def route(name: str, number: int, *visits: Visit) -> Route:
        return Route(worker=name, shift=number, departure=at(8), end=at(12), visits=visits)

    plan = Plan(
        routes=[
            route("An", 0, visit("A"), visit("AA")),
            route("Ana", 3, visit("B"), visit("B")),
            route("Ben", 0, visit("C", role=1), visit("C", occurrence=2), visit("nobody's")),
        ]
    )
    with pytest.raises(InputError) as error:
        freeze(problem_of(), plan, at(9))
    assert codes(error) == [
        "UNKNOWN_WORKER",
        "UNKNOWN_ORDER",
        "UNKNOWN_SHIFT",
        "DUPLICATE_VISIT",
        "UNKNOWN_VISIT",
        "UNKNOWN_VISIT",
        "UNKNOWN_ORDER",
    ]
    text = str(error.value)
    assert "route of worker 'An', shift 0: there is no worker 'An'" in text
    assert "did you mean 'Ana'?" in text
    assert "shift 3: the worker has 1 shift, counted from 0" in text
    assert "visit number 2: the plan has this visit of order 'B' twice" in text


def test_a_time_the_library_cannot_hold_is_kept_to_the_millisecond() -> None:
    frozen = freeze(problem_of(), Plan(), at(9) + timedelta(microseconds=1500))
    assert frozen.freeze_until == at(9) + timedelta(milliseconds=1)
