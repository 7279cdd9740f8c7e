"""Parts of a large plan: all of it is in one of them, and each is a problem and a plan."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from homeserve_dispatch import Iterations, check, score, solve
from homeserve_dispatch.datasets import generate_day

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import large


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_parts_are_problems_and_plans_of_their_own(count: int) -> None:
    problem = generate_day(90, seed=3, tightness="tight")
    plan = solve(problem, stop=Iterations(300), threads=1)
    assert plan.unassigned
    found = large.parts(problem, plan, count)
    assert len(found) == count
    routes = np.concatenate([part.routes for part in found]).tolist()
    assert sorted(routes) == [at for at, route in enumerate(plan.routes) if route.visits]
    left_out = np.concatenate([part.left_out for part in found]).tolist()
    assert sorted(left_out) == list(range(len(plan.unassigned)))
    for part in found:
        some, as_it_is = large.cut_out(problem, plan, part)
        assert len(some.orders) < 3 * len(problem.orders) / count
        assert [fault for fault in check(some, as_it_is) if fault.hard] == []
        again = solve(some, stop=Iterations(1), start=as_it_is, threads=1)
        assert again.cost is not None
        assert again.cost.total <= score(some, as_it_is).total + 1e-6
