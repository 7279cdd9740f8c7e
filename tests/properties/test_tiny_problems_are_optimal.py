"""On problems so small that everything can be tried, the search finds the best plan there is."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from brute_force import optimum
from hypothesis import given, settings
from solving import solve_strictly

from homeserve_dispatch import (
    GreatCircle,
    Location,
    Objective,
    Order,
    Problem,
    Shift,
    Worker,
    check,
    score,
)
from strategies import problems


def assert_solved(problem: Problem, iterations: int) -> None:
    best = optimum(problem)
    plan = solve_strictly(problem, iterations, seed=7)
    assert not [violation for violation in check(problem, plan) if violation.hard]
    total = score(problem, plan).total
    assert total == pytest.approx(best.cost, rel=1e-6, abs=1e-6), f"{best.plan}\n\n{plan}"


@settings(max_examples=120)
@given(problems(min_orders=1, max_orders=4, max_workers=2, rugged=False))
def test_four_orders_and_every_rule(problem: Problem) -> None:
    assert_solved(problem, 1000)


@settings(max_examples=15)
@given(problems(min_orders=5, max_orders=5, max_workers=1, rugged=False))
def test_five_orders_and_one_worker(problem: Problem) -> None:
    assert_solved(problem, 2000)


@settings(max_examples=30)
@given(problems(max_orders=3, max_workers=2))
def test_the_brute_force_itself_makes_plans_that_are_right(problem: Problem) -> None:
    best = optimum(problem)
    assert check(problem, best.plan) == []
    assert score(problem, best.plan).total == pytest.approx(best.cost, rel=1e-9, abs=1e-9)


# XF
@pytest.mark.parametrize(
    ("shift_use", "far", "skip"), [(30.0, 0.0, 20.0), (0.0, 0.5, 30.0)], ids=["shift", "trip"]
)
def test_orders_that_pay_only_together_are_done(shift_use: float, far: float, skip: float) -> None:
    start = datetime(2026, 5, 4, 8)
    home = Location(lat=48, lon=11)
    shift = Shift(
        start=start, end=start + timedelta(hours=8), start_location=home, end_location=home
    )
    problem = Problem(
        orders=[
            Order(
                id=f"o{number}",
                location=Location(lat=48 + far, lon=11),
                duration=timedelta(minutes=10),
                skip_cost=skip,
            )
            for number in range(3)
        ],
        workers=[Worker(id="w", shifts=[shift])],
        travel=GreatCircle(speed_kmh={"car": 100}),
        objective=Objective(travel_distance=0, shift_use=shift_use),
    )
    assert_solved(problem, 2000)
