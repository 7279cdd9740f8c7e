"""However broken a plan is, checker and score say something sensible of it."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from broken_plans import broken_plans
from homeserve_dispatch import Plan, Problem, check, score
from homeserve_dispatch.checking import Code
from homeserve_dispatch.model import PARTS
from strategies import problems

CASES = problems(max_orders=4, max_workers=2).flatmap(
    lambda problem: st.tuples(st.just(problem), broken_plans(problem))
)


@settings(max_examples=200)
@given(CASES)
def test_nothing_raises_and_every_fault_is_measured(case: tuple[Problem, Plan]) -> None:
    problem, plan = case
    found = check(problem, plan)
    assert all(math.isfinite(one.amount) and one.amount > 0 for one in found)
    assert all(one.hard == (one.code is not Code.STATED) for one in found)
    assert all(one.message and "{by}" not in one.message for one in found)
    cost = score(problem, plan)
    assert set(cost.parts) == set(cost.amounts) == set(PARTS)
    assert math.isfinite(cost.total)
    assert min(cost.parts.values()) >= 0
    assert min(cost.amounts.values()) >= 0


@settings(max_examples=100)
@given(CASES)
def test_a_cost_that_is_stated_as_it_scores_is_no_fault(case: tuple[Problem, Plan]) -> None:
    problem, plan = case
    stated = plan.model_copy(update={"cost": score(problem, plan), "status": None})
    messages = [one.message for one in check(problem, stated) if one.code is Code.STATED]
    assert not [one for one in messages if "cost" in one or "amount" in one]


@settings(max_examples=100)
@given(CASES)
def test_an_order_is_in_the_plan_once_or_named(case: tuple[Problem, Plan]) -> None:
    problem, plan = case
    visited = [visit.order for route in plan.routes for visit in route.visits]
    left = [one.order for one in plan.unassigned]
    named = {one.order for one in check(problem, plan) if one.code in COUNTS}
    for order in problem.orders:
        assert ((visited + left).count(order.id) != 1) == (order.id in named)


COUNTS = {Code.MISSING_ORDER, Code.DUPLICATE_VISIT, Code.DUPLICATE_UNASSIGNED, Code.BOTH}
