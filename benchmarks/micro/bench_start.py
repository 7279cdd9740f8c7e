"""New processes: what the import takes, and the first plan once the kernel is on disk."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

pytestmark = pytest.mark.benchmark(group="new process")
ROUNDS = 5
SCRIPTS = {
    "nothing": "pass",
    "import": "import homeserve_dispatch",
    "import-model": "from homeserve_dispatch import Problem",
    "import-solve": "from homeserve_dispatch import solve",
    "first-solve": (
        "from homeserve_dispatch import Iterations, solve\n"
        "from homeserve_dispatch.datasets import generate_day\n"
        "solve(generate_day(50, seed=1), stop=Iterations(100), threads=1)"
    ),
}


@pytest.mark.parametrize("script", SCRIPTS)
def bench_process(benchmark: BenchmarkFixture, script: str) -> None:
    command = [sys.executable, "-c", SCRIPTS[script]]
    benchmark.pedantic(
        subprocess.run, args=(command,), kwargs={"check": True}, rounds=ROUNDS, warmup_rounds=1
    )
