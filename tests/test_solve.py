"""``solve`` as its users know it: same seed same plan, stops, warm starts, interruption."""

import os
import subprocess
import sys
import time

import pytest

from homeserve_dispatch import (
    Iterations,
    NoImprovement,
    Objective,
    Plan,
    Problem,
    Progress,
    Reason,
    Status,
    Target,
    TimeLimit,
    Violation,
    check,
    score,
    solve,
    solver,
)
from homeserve_dispatch.checking import Code
from homeserve_dispatch.datasets import generate_day
from homeserve_dispatch.encode import encode
from homeserve_dispatch.search import state
from homeserve_dispatch.search.annealing import fixed_slice

_IN_ANOTHER_PROCESS = """
from homeserve_dispatch import Iterations, solve
from homeserve_dispatch.datasets import generate_day
plan = solve(generate_day(60, seed=4), stop=Iterations(3000), seed=5, threads=2)
print(plan.model_dump_json(include={"routes", "unassigned", "cost"}))
"""

_WITHOUT_COMPILING = """
import warnings
warnings.simplefilter("ignore", RuntimeWarning)  # numpy's integers wrap around with a warning
from homeserve_dispatch import Iterations, check, score, solve
from homeserve_dispatch.datasets import generate_day
problem = generate_day(25, seed=2)
plan = solve(problem, stop=Iterations(40), seed=1, threads=1)
assert not [v for v in check(problem, plan) if v.hard]
assert abs(score(problem, plan).total - plan.cost.total) < 1e-6
print(f"{plan.cost.total:.6f}")
"""


_NOBODY_IN_PARTICULAR = Violation(code=Code.ALL_OR_NONE, message="somebody is missing")


@pytest.fixture(scope="module")
def day() -> Problem:
    return generate_day(60, seed=4)


def _run(script: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"} | environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_same_seed_iterations_and_threads_give_the_same_plan_in_another_process(
    day: Problem,
) -> None:
    plan = solve(day, stop=Iterations(3000), seed=5, threads=2)
    here = plan.model_dump_json(include={"routes", "unassigned", "cost"})
    assert _run(_IN_ANOTHER_PROCESS) == here


def test_the_kernel_without_compiling_finds_the_same_plan() -> None:
    problem = generate_day(25, seed=2)
    plan = solve(problem, stop=Iterations(40), seed=1, threads=1)
    assert plan.cost is not None
    assert _run(_WITHOUT_COMPILING, NUMBA_DISABLE_JIT="1") == f"{plan.cost.total:.6f}"


def test_iterations_are_done_by_each_thread(day: Problem) -> None:
    plan = solve(day, stop=Iterations(1000), threads=2)
    assert plan.stopped_by == "iterations"
    assert plan.iterations == 2000


def test_no_iterations_give_the_first_plan(day: Problem) -> None:
    plan = solve(day, stop=Iterations(0), threads=1)
    assert plan.iterations == 0
    assert plan.routes
    assert not [violation for violation in check(day, plan) if violation.hard]


def test_a_target_ends_the_search_as_soon_as_it_is_reached(day: Problem) -> None:
    plan = solve(day, stop=Target(1e9) | TimeLimit(30), threads=1)
    assert plan.stopped_by == "target"


def test_the_search_ends_when_nothing_improves(day: Problem) -> None:
    plan = solve(day, stop=NoImprovement(iterations=3000) | TimeLimit(60), threads=1)
    assert plan.stopped_by == "no_improvement"


def test_the_history_holds_improvements_only(day: Problem) -> None:
    plan = solve(day, stop=Iterations(3000), threads=1)
    costs = [improvement.cost for improvement in plan.history]
    assert costs == sorted(costs, reverse=True)
    assert len(set(costs)) == len(costs)
    assert plan.cost is not None
    assert plan.cost.total <= costs[-1] + 1e-6


def test_a_warm_start_is_never_worse_than_what_it_starts_from(day: Problem) -> None:
    good = solve(day, stop=Iterations(3000), seed=1, threads=1)
    again = solve(day, stop=Iterations(0), start=good, threads=1)
    assert again.cost is not None
    assert good.cost is not None
    assert again.cost.total <= good.cost.total + 1e-6


def test_a_broken_plan_can_be_started_from(day: Problem) -> None:
    good = solve(day, stop=Iterations(500), seed=1, threads=1)
    first, *rest = good.routes
    everything = tuple(visit for route in good.routes for visit in route.visits)
    stranger = everything[0].model_copy(update={"order": "nobody's"})
    broken = Plan(
        routes=(
            first.model_copy(update={"visits": (stranger, *reversed(everything))}),
            first,
            first.model_copy(update={"worker": "nobody"}),
            *rest,
        )
    )
    plan = solve(day, stop=Iterations(200), start=broken, threads=1)
    assert not [violation for violation in check(day, plan) if violation.hard]


def test_an_interruption_returns_the_best_plan_so_far(day: Problem) -> None:
    def interrupt(report: Progress) -> None:
        if report.phase == "searching" and report.iterations > 0:
            raise KeyboardInterrupt

    plan = solve(day, stop=TimeLimit(60), threads=2, on_progress=interrupt)
    assert plan.stopped_by == "interrupt"
    assert plan.routes
    assert not [violation for violation in check(day, plan) if violation.hard]


def test_an_interruption_while_the_pace_is_measured_returns_the_first_plan(
    day: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> float:
        raise KeyboardInterrupt

    monkeypatch.setattr("homeserve_dispatch.search.pace._measured", interrupted)
    plan = solve(day, stop=TimeLimit(60), threads=2)
    assert plan.stopped_by == "interrupt"
    assert plan.routes
    assert not [violation for violation in check(day, plan) if violation.hard]


def test_progress_runs_from_building_to_done(day: Problem) -> None:
    reports: list[Progress] = []
    solve(day, stop=Iterations(1000), threads=1, on_progress=reports.append)
    phases = [report.phase for report in reports if report.phase != "compiling"]
    assert phases[0] == "building"
    assert phases[-1] == "done"
    fractions = [report.fraction for report in reports]
    assert fractions == sorted(fractions)


def test_the_time_limit_ends_a_search_that_would_go_on(day: Problem) -> None:
    solve(day, stop=Iterations(1), threads=1)
    began = time.perf_counter()
    plan = solve(day, stop=TimeLimit(0.5))
    assert plan.stopped_by == "time_limit"
    assert time.perf_counter() - began < 30  # no measurement: only that it ends


@pytest.mark.parametrize(("option", "value"), [("threads", 0), ("seed", -1)])
def test_options_out_of_range_are_refused(day: Problem, option: str, value: int) -> None:
    with pytest.raises(ValueError, match=option):
        solve(day, **{option: value})  # type: ignore[arg-type]


def test_nothing_to_do_is_a_complete_plan() -> None:
    plan = solve(Problem(orders=(), workers=()), stop=Iterations(10), threads=1)
    assert plan.status is Status.COMPLETE
    assert plan.cost is not None
    assert plan.cost.total == 0


def test_without_workers_everything_is_left_out_for_want_of_a_shift(day: Problem) -> None:
    orders = [
        order.model_copy(
            update={"required_workers": (), "preferred_workers": (), "forbidden_workers": ()}
        )
        for order in day.orders
    ]
    nobody = day.model_copy(update={"workers": (), "orders": tuple(orders)})
    plan = solve(nobody, stop=Iterations(10), threads=1)
    assert plan.status is Status.EMPTY
    assert {left.reasons for left in plan.unassigned} == {(Reason.SHIFT,)}


def test_an_order_that_is_not_worth_the_way_says_so(day: Problem) -> None:
    cheap = day.model_copy(
        update={"objective": Objective(unassigned=0.0), "services": day.services}
    )
    plan = solve(cheap, stop=Iterations(100), threads=1)
    reasons = {reason for left in plan.unassigned for reason in left.reasons}
    assert Reason.NOT_WORTH_IT in reasons
    assert score(cheap, plan).parts["unassigned"] == 0


def test_large_problems_work_legs_out_one_by_one_to_the_same_cost(
    day: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_table = solve(day, stop=Iterations(300), threads=1)
    monkeypatch.setattr("homeserve_dispatch.travel.tables.LARGEST_TABLE_BYTES", 0)
    assert len(encode(day).instance.legs) == 1
    without = solve(day, stop=Iterations(300), threads=1)
    assert without.routes == with_table.routes


def test_chains_of_one_seed_draw_different_numbers(day: Problem) -> None:
    instance = encode(day).instance
    chains = [state.new_state(instance, 0, chain).numbers[state.RNG] for chain in range(4)]
    assert len(set(chains)) == 4


def test_a_slice_without_a_clock_depends_on_the_iterations_only() -> None:
    assert fixed_slice(10_000, 0) == fixed_slice(9_950, 50) == fixed_slice(9_000, 1_000) == 50
    assert fixed_slice(20, 9_980) == 20


def test_a_fault_that_names_no_order_cannot_keep_the_search_from_ending(
    day: Problem, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def three_routes_at_most(problem: Problem, plan: Plan) -> list[Violation]:
        assert problem is day
        return [_NOBODY_IN_PARTICULAR] if len(plan.routes) > 3 else []

    monkeypatch.setattr(solver, "check", three_routes_at_most)
    plan = solve(day, stop=Iterations(1), threads=1)
    assert len(plan.routes) == 3
    assert "somebody is missing" in caplog.text
