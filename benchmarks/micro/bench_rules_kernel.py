"""The kernel for rules, on a day with crews and breaks."""

from __future__ import annotations

import pytest
from prepared import Prepared, everything
from pytest_benchmark.fixture import BenchmarkFixture

from homeserve_dispatch.encode_rules import encode_rules

pytestmark = pytest.mark.benchmark(group="rules kernel")
ROUNDS = 10


def bench_encode_rules(benchmark: BenchmarkFixture, ruled: Prepared) -> None:
    """With the lists of neighbours."""
    benchmark(encode_rules, ruled.problem)


def bench_rules_load(benchmark: BenchmarkFixture, ruled: Prepared) -> None:
    benchmark(ruled.engine.load, ruled.state, ruled.chain)


def bench_rules_build(benchmark: BenchmarkFixture, ruled: Prepared) -> None:
    engine, state = ruled.engine, ruled.state
    order = everything(engine)

    def empty() -> tuple[tuple[object, ...], dict[str, object]]:
        engine.load_empty(state)
        return (state, order), {}

    benchmark.pedantic(engine.build, setup=empty, rounds=3)


def bench_rules_1000_iterations(benchmark: BenchmarkFixture, ruled: Prepared) -> None:
    benchmark.pedantic(ruled.engine.run, setup=ruled.blocks(), rounds=ROUNDS)
