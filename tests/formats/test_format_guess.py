"""The format is told by what is in a file."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from homeserve_dispatch.errors import InputError
from homeserve_dispatch.formats import (
    FORMATS,
    Guess,
    guess_format,
    guess_output,
    read_plan,
    read_problem,
    write_plan,
    write_problem,
)
from homeserve_dispatch.plan import Plan


@pytest.mark.parametrize(
    ("text", "name", "because"),
    [
        ('{"orders": [], "workers": []}', "native", "f has orders and workers"),
        ('\ufeff \n {"routes": []}', "native", "f has routes"),
        ('{"vehicles": [], "jobs": []}', "vroom", "f has vehicles and jobs"),
        ('{"code": 0, "routes": []}', "vroom", "f has code, summary or vehicles"),
        ('{"routes": [{"vehicle": 1}]}', "vroom", "f has code, summary or vehicles"),
        ("[]", "native", "f is JSON, and not VROOM's"),
        ("X\n\nVEHICLE\nNUMBER CAPACITY\n1 2\n", "solomon", "f has the sections VEHICLE"),
        ("Route #1: 2 1\nCost 5\n", "sol", "f has lines like 'Route #1:'"),
        ("id;lat;lon;duration_min\n", "csv", "f has the columns id, lat, lon, duration_min"),
        ("worker,order\n", "csv", "of plan"),
    ],
)
def test_the_content_tells_the_format_and_why(tmp_path, text, name, because):
    (tmp_path / "f").write_text(text, encoding="utf-8")
    guess = guess_format(tmp_path / "f")
    assert guess.format == name
    assert because in guess.because


def test_a_folder_and_several_files_are_csv(tmp_path):
    assert guess_format(tmp_path).format == "csv"
    assert guess_format([tmp_path / "a", tmp_path / "b"]) == Guess("csv", "there are 2 files")


@pytest.mark.parametrize("text", ["hello", "<xml/>", "name,colour\na,b\n", "1,2,3\n4,5,6\n"])
def test_a_file_of_another_kind_is_a_fault(tmp_path, text):
    (tmp_path / "f").write_text(text)
    with pytest.raises(InputError, match="its format cannot be told"):
        guess_format(tmp_path / "f")


@pytest.mark.parametrize(
    ("path", "what", "name"),
    [
        ("a.json", "problem", "native"),
        ("a.JSON", "plan", "native"),
        ("a.txt", "problem", "solomon"),
        ("folder", "problem", "csv"),
        ("a.csv", "plan", "csv"),
        ("a.sol", "plan", "sol"),
    ],
)
def test_the_suffix_tells_the_format_of_output(path, what, name):
    assert guess_output(path, what).format == name


@pytest.mark.parametrize(
    ("path", "what"), [("a.csv", "problem"), ("a.xlsx", "plan"), ("a", "plan")]
)
def test_a_suffix_that_no_format_has_is_a_fault(path, what):
    with pytest.raises(InputError, match=f"no format of a {what} belongs to the suffix"):
        guess_output(path, what)


def test_what_was_guessed_is_logged(tmp_path, home_day, caplog):
    with caplog.at_level(logging.INFO, logger="homeserve_dispatch.formats"):
        write_problem(home_day, tmp_path / "day.json")
        read_problem(tmp_path / "day.json")
    assert caplog.messages[1] == "problem format native: day.json has orders and workers"


def test_an_unknown_format_is_a_fault_that_names_the_nearest(tmp_path, home_day):
    for use in (
        lambda: read_problem(tmp_path / "x", "vrom"),
        lambda: read_plan(tmp_path / "x", home_day, "vrom"),
        lambda: write_problem(home_day, tmp_path / "x", "vrom"),
        lambda: write_plan(Plan(), tmp_path / "x", "vrom"),
    ):
        with pytest.raises(InputError, match="did you mean 'vroom'"):
            use()


def test_a_format_of_plans_is_none_of_problems():
    assert "sol" not in FORMATS["problem"]
    with pytest.raises(InputError, match="there is no format 'sol' of a problem"):
        read_problem("x", "sol")


def test_a_plan_given_as_a_problem_is_a_fault_that_says_so(tmp_path):
    (tmp_path / "f.sol").write_text("Route #1: 2\n")
    with pytest.raises(InputError, match="it is a plan, not a problem"):
        read_problem(tmp_path / "f.sol")


def test_a_problem_given_as_a_plan_is_a_fault_that_says_so(tmp_path, home_day):
    (tmp_path / "f.txt").write_text("VEHICLE\nNUMBER CAPACITY\n")
    for path in (tmp_path / "f.txt", tmp_path):
        with pytest.raises(InputError, match="it is a problem, not a plan"):
            read_plan(path, home_day)


def test_importing_the_formats_loads_nothing_numeric():
    code = (
        "import sys, homeserve_dispatch.formats; "
        "sys.exit(bool({'numpy', 'numba', 'pandas'} & sys.modules.keys()))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
