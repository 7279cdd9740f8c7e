"""Invented VRPTW instances: they can be read, all customers can be served, and seeds tell."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from homeserve_dispatch import Iterations, check, read_problem, solve

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import made


@pytest.mark.parametrize("name", made.NAMES)
def test_every_customer_can_be_served(name: str, tmp_path: Path) -> None:
    file = tmp_path / "made.txt"
    file.write_text(made.solomon_text(name, 60, seed=2), encoding="utf-8")
    problem = read_problem(file, format="solomon")
    assert len(problem.orders) == 60
    plan = solve(problem, stop=Iterations(200), threads=1)
    assert check(problem, plan) == []
    assert plan.unassigned == ()


def test_a_seed_makes_one_instance() -> None:
    assert made.solomon_text("RC2", 40, 5) == made.solomon_text("RC2", 40, 5)
    assert made.solomon_text("RC2", 40, 5) != made.solomon_text("RC2", 40, 6)


def test_series_two_has_longer_routes() -> None:
    for name in ("C", "R", "RC"):
        assert made.KINDS[f"{name}2"].day > 2 * made.KINDS[f"{name}1"].day
