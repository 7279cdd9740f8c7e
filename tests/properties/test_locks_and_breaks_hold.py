"""Locked positions, hard breaks and bonds where one of them gets in the way of another."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from solving import solve_strictly

from homeserve_dispatch import (
    Break,
    Location,
    Lock,
    ModeMatrix,
    Objective,
    Order,
    Plan,
    Problem,
    Reason,
    Role,
    Shift,
    TimeWindow,
    TravelMatrix,
    Worker,
    check,
)
from homeserve_dispatch.model import AllOrNone, Customer, Recurrence, SameTime, Sequence

HOUR = timedelta(hours=1)
PLACES = ("home", "a", "b")
TRAVEL = TravelMatrix(
    places=PLACES,
    tables={
        "car": ModeMatrix(travel_time_s=[[0 if x == y else 600 for y in PLACES] for x in PLACES])
    },
)
LUNCH = Break(duration=HOUR, earliest=datetime(2026, 5, 4, 11), latest=datetime(2026, 5, 4, 13))


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, 4, hour, minute)


def order(name: str, place: str = "a", **fields: Any) -> Order:
    return Order(id=name, location=Location(id=place), **({"duration": HOUR} | fields))


def worker(name: str, *breaks: Break, start: int = 8, end: int = 18) -> Worker:
    home = Location(id="home")
    shift = Shift(start=at(start), end=at(end), start_location=home, breaks=breaks)
    return Worker(id=name, shifts=[shift])


def locked(name: str, position: int) -> Lock:
    return Lock(order=name, worker="Ana", shift=0, position=position)


def problem_of(orders: list[Order], workers: list[Worker], **fields: Any) -> Problem:
    return Problem(orders=orders, workers=workers, travel=TRAVEL, **fields)


def served(plan: Plan) -> dict[str, list[str]]:
    return {route.worker: [visit.order for visit in route.visits] for route in plan.routes}


@pytest.mark.parametrize("seed", range(4))
def test_nothing_comes_before_a_break_that_stands_before_a_locked_position(seed: int) -> None:
    early = Break(duration=HOUR, earliest=at(8), latest=at(10))
    orders = [order("A"), *(order(f"B{n}", "b") for n in range(6))]
    problem = problem_of(orders, [worker("Ana", early)], locks=[locked("A", 0)])
    plan = solve_strictly(problem, iterations=300, seed=seed)
    assert served(plan)["Ana"][0] == "A"
    assert len(served(plan)["Ana"]) == 7


def test_behind_a_locked_position_that_cannot_be_kept_nothing_is_locked() -> None:
    late = TimeWindow(earliest=at(20), latest=at(21))
    orders = [order("A"), order("B", time_windows=[late]), order("C"), order("D")]
    locks = [locked("A", 0), locked("B", 1), locked("C", 2)]
    plan = solve_strictly(problem_of(orders, [worker("Ana")], locks=locks))
    assert served(plan) == {"Ana": ["A", "D"]}
    assert {one.order: one.reasons[0] for one in plan.unassigned} == {
        "B": Reason.LOCK,
        "C": Reason.LOCK,
    }


def test_what_goes_with_a_visit_that_cannot_be_done_gives_up_its_position_too() -> None:
    twice = Recurrence(times=2)  # there is one day only
    orders = [order("A", recurrence=twice), order("B"), order("C")]
    locks = [locked("A", 0), locked("B", 1)]
    plan = solve_strictly(problem_of(orders, [worker("Ana"), worker("Ben")], locks=locks))
    assert sorted(visit for visits in served(plan).values() for visit in visits) == ["C"]
    assert [one.order for one in plan.unassigned] == ["A", "B"]


def test_a_locked_visit_gives_way_to_a_hard_break() -> None:
    orders = [
        order("A", duration=3 * HOUR),
        order("B", time_windows=[TimeWindow(earliest=at(8), latest=at(9))]),
    ]
    lock = Lock(order="A", worker="Ana", shift=0, position=0, start=at(10, 30))
    plan = solve_strictly(problem_of(orders, [worker("Ana", LUNCH)], locks=[lock]))
    assert served(plan) == {"Ana": ["B"]}
    assert plan.unassigned[0].reasons[0] is Reason.LOCK


@pytest.mark.parametrize("seed", range(4))
def test_a_warm_start_keeps_locked_positions_at_the_front(seed: int) -> None:
    orders = [order(name) for name in "ABCD"]
    before = solve_strictly(problem_of(orders, [worker("Ana", LUNCH)]), seed=seed)
    locks = [locked("C", 0), locked("A", 1)]
    problem = problem_of(orders, [worker("Ana", LUNCH)], locks=locks)
    plan = solve_strictly(problem, iterations=1, seed=seed, start=before)
    assert served(plan)["Ana"][:2] == ["C", "A"]
    assert plan.unassigned == ()


def test_who_waits_for_another_cannot_set_out_later() -> None:
    """The start of a visit that is bound to another one cannot move to save waiting before it."""
    crew = [Role(), Role()]
    long = [Role(duration=timedelta(minutes=10)), Role(), Role(duration=timedelta(minutes=45))]
    orders = [
        order("A", "home", duration=timedelta(minutes=15)),
        order("B", "home", duration=timedelta(minutes=15), crew=crew),
        order("C", "home", duration=timedelta(minutes=15), crew=crew),
        order("D", "home", duration=timedelta(minutes=75), crew=long),
    ]
    for seed in range(10):
        problem = problem_of(
            orders,
            [worker("Ana"), worker("Ben"), worker("Cem")],
            relations=[Sequence(first="A", second="B"), SameTime(orders=["C", "A"])],
            objective=Objective(waiting=60.0),
        )
        solve_strictly(problem, iterations=100, seed=seed)


def test_nothing_that_is_locked_out_comes_in_with_what_is_locked_to_a_position() -> None:
    locks = [locked("A", 0), Lock(order="B", unassigned=True)]
    orders = [order("A"), order("B"), order("C")]
    problem = problem_of(
        orders, [worker("Ana")], locks=locks, relations=[AllOrNone(orders=["A", "B"])]
    )
    plan = solve_strictly(problem)
    assert served(plan) == {"Ana": ["C"]}


def test_a_locked_position_does_not_bring_a_customer_one_worker_too_many() -> None:
    orders = [order("A", customer="c"), order("B")]
    customers = [Customer(id="c", history=["Ben"], max_workers=1)]
    workers = [worker("Ana"), worker("Ben")]
    problem = problem_of(orders, workers, locks=[locked("A", 0)], customers=customers)
    plan = solve_strictly(problem)
    assert [one.order for one in plan.unassigned] == ["A"]
    assert check(problem, plan) == []
