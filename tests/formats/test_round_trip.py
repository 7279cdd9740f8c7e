"""What is written in the formats that hold everything comes back the same."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from any_problem import any_problem
from hypothesis import given, settings

from homeserve_dispatch.formats import read_problem, write_problem
from homeserve_dispatch.model import Problem
from strategies import ruled_problems

SEEDS = range(120)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_problem_written_as_native_json_reads_back_equal(seed, tmp_path):
    problem, path = any_problem(seed), tmp_path / "day.json"
    write_problem(problem, path)
    assert read_problem(path) == problem


@settings(max_examples=100, deadline=None)
@given(ruled_problems())
def test_a_problem_with_any_rule_reads_back_equal_from_native_json_and_from_csv_files(
    problem: Problem,
) -> None:
    with TemporaryDirectory() as folder:
        for path in (Path(folder, "day.json"), Path(folder, "tables")):
            write_problem(problem, path)
            assert read_problem(path) == problem


@pytest.mark.parametrize("seed", SEEDS)
def test_any_problem_written_as_csv_files_reads_back_equal(seed, tmp_path):
    problem, folder = any_problem(seed), tmp_path / "day"
    write_problem(problem, folder)
    assert read_problem(folder) == problem


@pytest.mark.parametrize("seed", SEEDS)
def test_no_text_in_a_csv_file_begins_like_a_formula(seed, tmp_path):
    write_problem(any_problem(seed), tmp_path / "day")
    for file in (tmp_path / "day").glob("*.csv"):
        with file.open(newline="", encoding="utf-8-sig") as lines:
            for row in csv.DictReader(lines):
                for column, cell in row.items():
                    if cell.lstrip()[:1] in {"=", "+", "-", "@"}:
                        assert column.endswith(("lat", "lon"))
                        float(cell)


def test_native_json_has_no_nulls(tmp_path):
    def nulls(value):
        if isinstance(value, dict):
            return any(map(nulls, value.values()))
        return any(map(nulls, value)) if isinstance(value, list) else value is None

    for seed in SEEDS:
        path = tmp_path / f"{seed}.json"
        write_problem(any_problem(seed), path)
        data = json.loads(path.read_text(encoding="utf-8"))
        data["travel"].pop("tables", None)  # there null means that there is no way
        assert not nulls(data)


def test_writing_twice_gives_the_same_bytes(tmp_path):
    for name in ("a.json", "b.json"):
        write_problem(any_problem(1), tmp_path / name)
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_csv_files_written_over_older_ones_do_not_keep_the_older_services_and_settings(tmp_path):
    problems = [any_problem(seed) for seed in range(40)]
    for problem in problems:
        write_problem(problem, tmp_path)
        assert read_problem(tmp_path) == problem
        bare = problem.model_copy(
            update={
                "services": (),
                "name": None,
                "orders": tuple(o.model_copy(update={"service": None}) for o in problem.orders),
            }
        )
        write_problem(bare, tmp_path)
        assert read_problem(tmp_path) == bare
