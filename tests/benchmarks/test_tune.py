"""The experiment for settings: what is tried, and the table that comes out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import tune
from homeserve_dispatch.search.settings import DEFAULT


def test_a_change_keeps_the_kind_of_each_number() -> None:
    settings = tune.changed("hot=2,exchanges=30")
    assert (settings.hot, settings.exchanges) == (2.0, 30)
    assert settings.cold == DEFAULT.cold


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(AttributeError):
        tune.changed("hotter=2")


def test_days_held_out_are_others() -> None:
    first, second = (
        [case.problem.orders[0].location for case in tune.cases(["tight-100"], seeds, False)]
        for seeds in (tune.SEEDS, tune.HELD_OUT)
    )
    assert len(first) == len(second) == 3
    assert not {str(place) for place in first} & {str(place) for place in second}


def test_the_table_has_a_line_for_each_change_with_mean_and_error() -> None:
    ratios = {("tight-100", "as it is"): [1.0, 1.0], ("tight-100", "hot=2"): [0.98, 1.0]}
    lines = tune.table(ratios, ["as it is", "hot=2"], ["tight-100"]).splitlines()
    assert lines[2] == "| as it is | 1.0000 ± 0.0000 |"
    assert lines[3] == "| hot=2 | 0.9900 ± 0.0100 |"
