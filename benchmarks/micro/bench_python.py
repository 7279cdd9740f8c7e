"""What is plain Python around the search: times, check, score, reasons."""

from __future__ import annotations

import pytest
from prepared import Prepared
from pytest_benchmark.fixture import BenchmarkFixture

from homeserve_dispatch import check, score
from homeserve_dispatch.encode import Encoded
from homeserve_dispatch.reasons import Explainer
from homeserve_dispatch.schedule import build_plan

pytestmark = pytest.mark.benchmark(group="plain Python")


def bench_build_plan(benchmark: BenchmarkFixture, plain: Prepared) -> None:
    benchmark(build_plan, plain.problem, plain.sequences())


def bench_build_plan_with_rules(benchmark: BenchmarkFixture, ruled: Prepared) -> None:
    benchmark(build_plan, ruled.problem, ruled.sequences())


def bench_check(benchmark: BenchmarkFixture, plain: Prepared) -> None:
    assert benchmark(check, plain.problem, plain.plan()) == []


def bench_check_with_rules(benchmark: BenchmarkFixture, ruled: Prepared) -> None:
    assert benchmark(check, ruled.problem, ruled.plan()) == []


def bench_score(benchmark: BenchmarkFixture, plain: Prepared) -> None:
    benchmark(score, plain.problem, plain.plan())


def bench_reasons(benchmark: BenchmarkFixture, plain: Prepared) -> None:
    """Of all that is left out."""
    assert isinstance(plain.encoded, Encoded)
    encoded, state = plain.encoded, plain.settled()
    left = [plain.problem.order(one.order) for one in plain.plan().unassigned]

    def explain_all() -> None:
        explainer = Explainer(plain.problem, encoded, state)
        for order in left:
            explainer.explain(order)

    benchmark(explain_all)
