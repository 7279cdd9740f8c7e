"""The search gives a plan up early only where it could not have become good."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from homeserve_dispatch import Break, Iterations, Problem, score, solve
from homeserve_dispatch.datasets import generate_day
from homeserve_dispatch.encode import encode
from homeserve_dispatch.encode_rules import encode_rules
from homeserve_dispatch.schedule import build_plan
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.solver import steps_of

WEIGHTS = [{}, {"waiting": 25.0}, {"waiting": 0.0, "paid_time": 20.0}]
RULED = [*WEIGHTS, {"idle_time": 20.0}, {"waiting": 2.0, "workload_balance": 10.0}]

BY_BREAKS = 0.02
"""An order before a break has its way driven before it, which may end the day earlier."""


def day(weights: dict[str, float]) -> Problem:
    """A tight day with these weights."""
    problem = generate_day(30, seed=4, tightness="tight")
    objective = problem.objective.model_copy(update=weights)
    return problem.model_copy(update={"objective": objective})


def with_breaks(problem: Problem) -> Problem:
    """The same, everybody having half an hour at noon."""
    workers = []
    for worker in problem.workers:
        shifts = []
        for shift in worker.shifts:
            middle = shift.start + (shift.end - shift.start) / 2
            hour = timedelta(hours=1)
            noon = Break(
                duration=timedelta(minutes=30), earliest=middle - hour, latest=middle + hour
            )
            shifts.append(shift.model_copy(update={"breaks": (noon,)}))
        workers.append(worker.model_copy(update={"shifts": tuple(shifts)}))
    return problem.model_copy(update={"workers": tuple(workers)})


def assert_never_worth_more(
    problem: Problem, worth: dict[str, float], beyond: float = 1e-9
) -> None:
    """Each order of a plan in turn is taken out: how much more does the rest cost?"""
    plan = solve(problem, stop=Iterations(3000), threads=1, seed=1)
    cost = score(problem, plan).total
    closest = np.inf
    for route in plan.routes:
        for gone in route.visits:
            steps = {
                (other.worker, other.shift): [
                    step for step in steps_of(other) if getattr(step, "order", None) != gone.order
                ]
                for other in plan.routes
            }
            saved = score(problem, build_plan(problem, steps)).total - cost
            assert saved <= worth[gone.order] * (1.0 + beyond)
            closest = min(closest, worth[gone.order] - saved)
    assert np.isfinite(closest)


@pytest.mark.parametrize("weights", WEIGHTS)
def test_no_order_is_worth_more_than_the_search_takes_it_for(weights: dict[str, float]) -> None:
    problem = day(weights)
    encoded = encode(problem)
    worth = encoded.instance.order_costs[:, f.WORTH]
    assert_never_worth_more(problem, dict(zip(encoded.orders, worth.tolist(), strict=True)))


@pytest.mark.parametrize("weights", RULED)
def test_the_same_with_breaks_and_costs_of_idle_time(weights: dict[str, float]) -> None:
    problem = with_breaks(day(weights))
    encoded = encode_rules(problem)
    worth = encoded.instance.order_costs[:, f.WORTH]
    steps = [getattr(step, "order", "") for step in encoded.steps]
    assert_never_worth_more(problem, dict(zip(steps, worth.tolist(), strict=True)), BY_BREAKS)


@pytest.mark.parametrize("weights", [{"waiting": 31.0}, {"max_idle": 1.0}])
def test_where_waiting_costs_more_than_driving_nothing_is_said(weights: dict[str, float]) -> None:
    problem = with_breaks(day(weights))
    assert np.isinf(encode_rules(problem).instance.order_costs[:, f.WORTH]).all()
