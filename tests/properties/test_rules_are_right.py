"""Whatever mix of rules: the plan keeps them all, and the search's cost is the scorer's."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solving import solve_strictly

from homeserve_dispatch import Problem, check, score
from homeserve_dispatch.schedule import build_plan
from homeserve_dispatch.solver import steps_of
from strategies import ruled_problems


@settings(max_examples=300)
@given(ruled_problems(), st.integers(0, 3))
def test_a_plan_with_rules_breaks_none_and_states_what_is_so(problem: Problem, seed: int) -> None:
    plan = solve_strictly(problem, iterations=120, seed=seed)
    assert check(problem, plan) == []
    cost = score(problem, plan)
    assert plan.cost is not None
    assert plan.cost.total == pytest.approx(cost.total, rel=1e-6, abs=1e-6)
    visited = [(v.order, v.role, v.occurrence) for route in plan.routes for v in route.visits]
    left = {one.order for one in plan.unassigned}
    needed = [tuple(k) for o in problem.orders if o.id not in left for k in problem.visits(o)]
    assert sorted(visited) == sorted(needed)
    assert all(one.reasons for one in plan.unassigned)


@settings(max_examples=60)
@given(ruled_problems())
def test_a_plan_with_rules_is_timed_by_the_schedule_rule(problem: Problem) -> None:
    plan = solve_strictly(problem, iterations=40)
    sequences = {(route.worker, route.shift): steps_of(route) for route in plan.routes}
    assert build_plan(problem, sequences).routes == plan.routes


@settings(max_examples=30)
@given(ruled_problems(), st.integers(0, 2**32 - 1))
def test_one_seed_makes_one_plan_with_rules(problem: Problem, seed: int) -> None:
    one, other = (solve_strictly(problem, 60, seed) for _ in range(2))
    assert one.routes == other.routes
    assert one.cost == other.cost


@settings(max_examples=30)
@given(ruled_problems())
def test_a_plan_with_rules_can_be_gone_on_from(problem: Problem) -> None:
    plan = solve_strictly(problem, 60)
    again = solve_strictly(problem, 20, start=plan)
    assert score(problem, again).total <= score(problem, plan).total * (1 + 1e-9) + 1e-6
