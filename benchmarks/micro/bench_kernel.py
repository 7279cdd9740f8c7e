"""The plain kernel and what it is fed: encoding, lists of neighbours, blocks of iterations."""

from __future__ import annotations

import pytest
from prepared import Prepared, everything
from pytest_benchmark.fixture import BenchmarkFixture

from homeserve_dispatch import encode as encoding
from homeserve_dispatch.search.neighbours import neighbours

pytestmark = pytest.mark.benchmark(group="plain kernel")
ROUNDS = 20


def bench_encode(benchmark: BenchmarkFixture, plain: Prepared) -> None:
    benchmark(encoding.encode, plain.problem, listed=False)


def bench_neighbours(benchmark: BenchmarkFixture, plain: Prepared) -> None:
    instance = encoding.encode(plain.problem, listed=False).instance
    lengths = {"near": encoding.NEAR, "around": encoding.AROUND, "kinds": encoding.KINDS}
    benchmark(neighbours, instance, **lengths)


def bench_load(benchmark: BenchmarkFixture, plain: Prepared) -> None:
    benchmark(plain.engine.load, plain.state, plain.chain)


def bench_build(benchmark: BenchmarkFixture, plain: Prepared) -> None:
    engine, state = plain.engine, plain.state
    order = everything(engine)

    def empty() -> tuple[tuple[object, ...], dict[str, object]]:
        engine.load_empty(state)
        return (state, order), {}

    benchmark.pedantic(engine.build, setup=empty, rounds=ROUNDS)


def bench_place_all(benchmark: BenchmarkFixture, plain: Prepared) -> None:
    engine = plain.engine
    benchmark.pedantic(engine.place_all, setup=lambda: ((plain.settled(),), {}), rounds=ROUNDS)


def bench_1000_iterations(benchmark: BenchmarkFixture, plain: Prepared) -> None:
    benchmark.pedantic(plain.engine.run, setup=plain.blocks(), rounds=ROUNDS)


def bench_1000_ruins(benchmark: BenchmarkFixture, plain: Prepared) -> None:
    """Ruin and recreate only."""
    benchmark.pedantic(plain.engine.run, setup=plain.blocks(tails=0.0), rounds=ROUNDS)


def bench_1000_tails(benchmark: BenchmarkFixture, plain: Prepared) -> None:
    """Exchange of tails only."""
    benchmark.pedantic(plain.engine.run, setup=plain.blocks(tails=1.0), rounds=ROUNDS)
