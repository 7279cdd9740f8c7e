"""The tables of who may do what and what that misses, against the checker."""

from __future__ import annotations

import numpy as np
from brute_force import NEVER
from hypothesis import given, settings

from homeserve_dispatch import Plan, Problem, check
from homeserve_dispatch.eligibility import eligibility
from homeserve_dispatch.schedule import build_route
from strategies import problems

WHO = NEVER - {"CAPACITY"}


@settings(max_examples=150)
@given(problems(min_orders=1, max_orders=4, max_workers=2))
def test_who_may_do_what_is_what_the_checker_says(problem: Problem) -> None:
    shifts = [(worker, index) for worker in problem.workers for index in range(len(worker.shifts))]
    always = np.ones((len(problem.orders), len(shifts)), bool)
    table = eligibility(problem, shifts, always)
    softly = problem.objective.model_copy(update={"preference": 0.0})
    hardly = problem.objective.model_copy(update={"preference": "hard"})
    for at, order in enumerate(problem.orders):
        for column, (worker, index) in enumerate(shifts):
            plan = Plan(routes=[build_route(problem, worker.id, index, [order.id])])
            faults = {one.code.value for one in check(problem, plan)}
            assert bool(table.eligible[table.row[at], column]) == (not faults & WHO)
            missed = sum(
                one.amount
                for one in check(problem.model_copy(update={"objective": hardly}), plan)
                if one.code == "PREFERENCE"
            )
            assert table.missed[table.row[at], column] == missed
            kept = check(problem.model_copy(update={"objective": softly}), plan)
            assert not [one for one in kept if one.code == "PREFERENCE"]
