"""On problems so small that everything can be tried, the search finds the best plan there is."""

from __future__ import annotations

import pytest
from brute_force import optimum
from hypothesis import given, note, settings
from solving import solve_strictly

from homeserve_dispatch import Problem, check, score
from strategies import problems


def assert_solved(problem: Problem, iterations: int) -> None:
    best = optimum(problem)
    plan = solve_strictly(problem, iterations, seed=7)
    assert not [violation for violation in check(problem, plan) if violation.hard]
    note(f"best: {best}")
    note(f"found: {plan}")
    assert score(problem, plan).total == pytest.approx(best.cost, rel=1e-6, abs=1e-6)


@settings(max_examples=120)
@given(problems(min_orders=1, max_orders=4, max_workers=2))
def test_four_orders_and_every_rule(problem: Problem) -> None:
    assert_solved(problem, 1000)


@settings(max_examples=15)
@given(problems(min_orders=5, max_orders=5, max_workers=1))
def test_five_orders_and_one_worker(problem: Problem) -> None:
    assert_solved(problem, 2000)


@settings(max_examples=30)
@given(problems(max_orders=3, max_workers=2))
def test_the_brute_force_itself_makes_plans_that_are_right(problem: Problem) -> None:
    best = optimum(problem)
    assert check(problem, best.plan) == []
    assert score(problem, best.plan).total == pytest.approx(best.cost, rel=1e-9, abs=1e-9)
