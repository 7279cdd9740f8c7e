"""The small benchmarks of each tree, by turns."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from comparing.table import Measured
from comparing.trees import CHECKOUT, Tree

MICRO = CHECKOUT / "benchmarks" / "micro"


def measure(trees: Sequence[Tree], chosen: argparse.Namespace, folder: Path) -> Iterator[Measured]:
    """Medians in microseconds, one file of benchmarks after the other.

    The shorter a turn, the less the machine changes between its two sides. All begin from the
    settled plans of the last tree.
    """
    settled = folder / "settled"
    settled.mkdir()
    _run(trees[-1], MICRO, settled, ["-k", "bench_rules_load or bench_load"])
    options = ["-k", chosen.only] if chosen.only else []
    files = sorted(MICRO.glob("bench_*.py"))
    if chosen.cpu:
        options.append("--benchmark-timer=time.process_time")
        files.remove(MICRO / "bench_start.py")  # that of other processes is not counted
    for turn in range(chosen.rounds):
        for file in files:
            for side, tree in enumerate(trees):
                for name, micro in _run(tree, file, settled, options).items():
                    yield Measured(side, name, "us", turn, micro)


def _run(tree: Tree, file: Path, settled: Path, options: Sequence[str]) -> dict[str, float]:
    """Median of each benchmark; those that fail, as a tree lacks something, are left out."""
    report = settled / "report.json"
    report.unlink(missing_ok=True)
    done = tree.run(
        *("-m", "pytest", str(file), "-q", "-p", "no:cacheprovider", "-W", "default"),
        *("--settled", str(settled), f"--benchmark-json={report}"),
        *options,
    )
    if done.returncode == pytest.ExitCode.TESTS_FAILED:
        print(f"{tree.name}: {done.stdout.strip().splitlines()[-1]}")
    elif done.returncode not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise SystemExit(f"{tree.name}: nothing was measured\n{done.stdout}\n{done.stderr}")
    if not report.is_file() or not report.stat().st_size:
        return {}
    found = json.loads(report.read_text(encoding="utf-8"))["benchmarks"]
    return {one["name"]: 1e6 * one["stats"]["median"] for one in found}
