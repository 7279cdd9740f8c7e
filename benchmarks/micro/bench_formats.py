"""Reading and writing files."""

from __future__ import annotations

from pathlib import Path

import pytest
from prepared import Prepared
from pytest_benchmark.fixture import BenchmarkFixture

from homeserve_dispatch import read_plan, read_problem, write_plan, write_problem

pytestmark = pytest.mark.benchmark(group="formats")
FORMATS = {"native": "json", "csv": ""}
each_format = pytest.mark.parametrize("of_format", FORMATS)


def _path(folder: Path, what: str, of_format: str) -> Path:
    ending = FORMATS[of_format]
    return folder / (f"{what}.{ending}" if ending else what)


@each_format
def bench_write_problem(
    benchmark: BenchmarkFixture, plain: Prepared, tmp_path: Path, of_format: str
) -> None:
    benchmark(write_problem, plain.problem, _path(tmp_path, "day", of_format), format=of_format)


@each_format
def bench_read_problem(
    benchmark: BenchmarkFixture, plain: Prepared, tmp_path: Path, of_format: str
) -> None:
    path = _path(tmp_path, "day", of_format)
    write_problem(plain.problem, path, format=of_format)
    benchmark(read_problem, path, format=of_format)


@each_format
def bench_write_plan(
    benchmark: BenchmarkFixture, plain: Prepared, tmp_path: Path, of_format: str
) -> None:
    path = tmp_path / f"plan.{of_format}"
    benchmark(write_plan, plain.plan(), path, format=of_format, problem=plain.problem)


@each_format
def bench_read_plan(
    benchmark: BenchmarkFixture, plain: Prepared, tmp_path: Path, of_format: str
) -> None:
    path = tmp_path / f"plan.{of_format}"
    write_plan(plain.plan(), path, format=of_format, problem=plain.problem)
    benchmark(read_plan, path, format=of_format, problem=plain.problem)
