"""Whatever the problem: the plan keeps every rule, states what is so, and leaves nothing out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solving import solve_strictly

from homeserve_dispatch import Plan, Problem, Status, check, score
from homeserve_dispatch.model import PARTS
from homeserve_dispatch.schedule import build_plan
from strategies import problems


@settings(max_examples=250)
@given(problems(), st.integers(0, 3))
def test_a_plan_breaks_no_rule_and_states_what_is_so(problem: Problem, seed: int) -> None:
    plan = solve_strictly(problem, seed=seed)
    assert check(problem, plan) == []
    cost = score(problem, plan)
    assert plan.cost is not None
    assert plan.cost.total == pytest.approx(cost.total, rel=1e-6, abs=1e-6)
    assert plan.cost.total == pytest.approx(sum(plan.cost.parts.values()), rel=1e-9, abs=1e-9)
    assert set(plan.cost.parts) == set(plan.cost.amounts) == set(PARTS)
    visited = [visit.order for route in plan.routes for visit in route.visits]
    left = [one.order for one in plan.unassigned]
    assert sorted(visited + left) == sorted(order.id for order in problem.orders)
    assert left == [order.id for order in problem.orders if order.id in set(left)]
    places = {worker.id: number for number, worker in enumerate(problem.workers)}
    order_of_routes = [(places[route.worker], route.shift) for route in plan.routes]
    assert order_of_routes == sorted(set(order_of_routes))
    assert plan.status is not None
    assert (plan.status is Status.COMPLETE) == (not left)
    assert all(one.reasons for one in plan.unassigned)


@settings(max_examples=60)
@given(problems(max_orders=12))
def test_a_plan_is_timed_by_the_schedule_rule_and_comes_back_from_json(problem: Problem) -> None:
    plan = solve_strictly(problem, iterations=50)
    sequences = {
        (route.worker, route.shift): [visit.order for visit in route.visits]
        for route in plan.routes
    }
    assert build_plan(problem, sequences).routes == plan.routes
    assert Plan.model_validate_json(plan.model_dump_json()) == plan


@settings(max_examples=40)
@given(problems(max_orders=10), st.integers(0, 2**32 - 1))
def test_one_seed_makes_one_plan(problem: Problem, seed: int) -> None:
    one, other = (solve_strictly(problem, 100, seed) for _ in range(2))
    assert one.routes == other.routes
    assert one.unassigned == other.unassigned
    assert one.cost == other.cost


@settings(max_examples=10)
@given(problems(min_orders=4, max_orders=12))
def test_one_seed_makes_one_plan_with_several_threads_too(problem: Problem) -> None:
    one, other = (solve_strictly(problem, 100, threads=3) for _ in range(2))
    assert one.routes == other.routes
    assert check(problem, one) == []


@settings(max_examples=40)
@given(problems())
def test_more_iterations_never_make_a_plan_worse(problem: Problem) -> None:
    costs = [score(problem, solve_strictly(problem, count, seed=3)).total for count in (0, 200)]
    assert costs[1] <= costs[0] * (1 + 1e-9) + 1e-9
    nothing = score(problem, Plan()).total
    assert costs[0] <= nothing * (1 + 1e-9) + 1e-9


@settings(max_examples=30)
@given(problems())
def test_a_problem_read_back_from_json_has_the_same_plan(problem: Problem) -> None:
    again = Problem.model_validate_json(problem.model_dump_json())

    totals = [score(one, solve_strictly(one)).total for one in (problem, again)]
    assert totals[0] == pytest.approx(totals[1])
