"""The checkers that lie with the benchmark sets, for tests that run only where they are."""

from __future__ import annotations

import importlib.util
import os
import sys
import warnings
from pathlib import Path

import pytest

BENCH = Path(os.environ.get("HOMESERVE_BENCH", Path(__file__).parents[3] / "shared" / "bench"))
needs_bench = pytest.mark.skipif(
    not (BENCH / "score.py").is_file(), reason="the benchmark data is not here"
)


def judge(which, instance, solution):
    """Value, errors and parts of a solution file, by the set's own checker."""
    spec = importlib.util.spec_from_file_location("bench_score", BENCH / "score.py")
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    try:
        # The checkers leave files to be closed by themselves.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            spec.loader.exec_module(module)
            return module.score(which, str(instance), str(solution))
    finally:
        sys.path[:] = before


def instances(which, pattern="*"):
    """Files of a set; none where the sets are not there."""
    return sorted((BENCH / which / "instances").glob(pattern))
