"""Benchmark files of technician routing."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from random import Random

import pytest
from judging import instances, judge, needs_bench
from test_bad_files import as_json, faults_of, spoil_bytes, spoil_value

from homeserve_dispatch.checking import check
from homeserve_dispatch.errors import InputError
from homeserve_dispatch.formats import (
    guess_format,
    read_plan,
    read_problem,
    write_plan,
    write_problem,
)
from homeserve_dispatch.model import Location
from homeserve_dispatch.schedule import RestockStep, build_plan
from homeserve_dispatch.scoring import score

BASE = datetime(2000, 1, 1)
MINUTE = timedelta(minutes=1)
SMALL = """TINY

INFO
CREW COUNT  SKILLS  TOOLS   SPARE PARTS
2      3       2       2

DEPOT TECHNICIANS AND REQUESTS
ID   X     Y     TWS    TWE    Serv   SKILLS   TOOLS    SPARE PARTS
0    0     0     0      400    5      []       []       []
1    3     4     10     300    0      [0,2]    [1]      [1,0]
2    -6    8     0      400    0      [0, 1]   []       [4,4]
3    3     14    60     90     20     [2]      [1]      [1,0]
4    0     -5    0      400    10     [0]      []       [1,0]
5    -6    18    100    120    30     [1]      [0]      [0,2]
"""


@pytest.fixture
def read(tmp_path):
    def read(text, name=None):
        path = tmp_path / "tiny.txt"
        path.write_text(text)
        return read_problem(path, name)

    return read


def full_plan(problem):
    """The first technician fetches a part for 4, the second the tool for 5."""
    return build_plan(
        problem, {("1", 0): ["3", RestockStep(), "4"], ("2", 0): [RestockStep(), "5"]}
    )


def test_the_format_is_told_by_its_sections(read, tmp_path):
    read(SMALL)
    assert guess_format(tmp_path / "tiny.txt").format == "trsp"
    (tmp_path / "plan.json").write_text('{"routes": {"1": [3]}}')
    assert guess_format(tmp_path / "plan.json").format == "trsp"


def test_technicians_are_workers_and_requests_are_orders(read):
    problem = read(SMALL)
    assert problem.name == "TINY"
    assert [worker.id for worker in problem.workers] == ["1", "2"]
    assert [order.id for order in problem.orders] == ["3", "4", "5"]
    order, worker = problem.order("3"), problem.worker("1")
    (window,) = order.time_windows
    assert (window.earliest, window.latest) == (BASE + 60 * MINUTE, BASE + 90 * MINUTE)
    assert (window.soft, window.bounds) == (False, "start")
    assert (order.skills, order.tools, order.demand) == ({"skill_2": 1}, ("tool_1",), {"part_0": 1})
    assert list(worker.skills) == ["skill_0", "skill_2"]
    (shift,) = worker.shifts
    assert (shift.start, shift.end) == (BASE + 10 * MINUTE, BASE + 300 * MINUTE)
    assert (shift.tools, shift.capacity) == (("tool_1",), {"part_0": 1})
    assert shift.start_location == shift.end_location == Location(id="1", lat=0.04, lon=0.03)


def test_the_depot_has_every_tool_and_any_number_of_parts(read):
    restock = read(SMALL).worker("2").shifts[0].restock
    assert (restock.location.id, restock.duration) == ("0", 5 * MINUTE)
    assert restock.tools == ("tool_0", "tool_1")
    assert restock.amounts == {"part_0": None, "part_1": None}


def test_legs_are_euclidean_minutes_rounded_up_to_the_millisecond(read):
    travel = read(SMALL).travel
    assert travel.leg(Location(id="0"), Location(id="1"), "car") == (5 * 60_000, 0)
    # sqrt(9 + 81) minutes are 569209.97… ms.
    assert travel.leg(Location(id="1"), Location(id="4"), "car") == (569_210, 0)


def test_the_time_away_from_home_is_what_costs(read):
    problem = read(SMALL)
    plan = full_plan(problem)
    assert check(problem, plan) == []
    # 1: 10 to 3, 20 there, 14.32 to the depot, 5 there, 5 to 4, 10 there, 9.49 back.
    first = 10 + 20 + (9 + 196) ** 0.5 + 5 + 5 + 10 + 90**0.5
    # 2: 10 to the depot, 5 there, 18.97 to 5, 30 there, 10 back; it departs at 66.
    second = 10 + 5 + (36 + 324) ** 0.5 + 30 + 10
    assert score(problem, plan).total == pytest.approx(first + second, abs=1e-3)
    assert plan.routes[1].departure > BASE + 60 * MINUTE


def test_without_the_depot_tools_and_parts_are_missing(read):
    problem = read(SMALL)
    plan = build_plan(problem, {("1", 0): ["3", "4"], ("2", 0): ["5"]})
    assert {violation.order for violation in check(problem, plan)} & {"5"}
    assert len(check(problem, plan)) >= 2


def test_a_problem_is_written_and_read_back_equal(read, tmp_path):
    problem = read(SMALL)
    write_problem(problem, tmp_path / "again.txt", "trsp")
    assert read_problem(tmp_path / "again.txt") == problem


def test_a_plan_is_sequences_with_0_for_the_depot(read, tmp_path):
    problem = read(SMALL)
    plan = full_plan(problem)
    write_plan(plan, tmp_path / "plan.json", "trsp", problem)
    data = json.loads((tmp_path / "plan.json").read_text())
    assert data == {"routes": {"1": [3, 0, 4], "2": [0, 5]}}
    assert read_plan(tmp_path / "plan.json", problem) == plan


def test_ids_that_are_no_such_numbers_are_numbered(home_day, tmp_path):
    plan = build_plan(home_day, {("Bo", 0): ["boiler", "=tap"]})
    write_plan(plan, tmp_path / "plan.json", "trsp", home_day)
    assert json.loads((tmp_path / "plan.json").read_text()) == {"routes": {"2": [4, 5]}}
    assert read_plan(tmp_path / "plan.json", home_day) == plan


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("14    60     90", "14    xx     90", "line 12, field TWS: 'xx' is not a number from 0"),
        ("14    60     90", "14    95     90", "line 12, field TWE: 90 is before the TWS 95"),
        ("10     300", "300     300", "line 10, technician 1: the shift ends"),
        ("10     300", "10     401", "line 9, field TWS and TWE: the depot cannot be closed"),
        ("[2]      [1]", "[3]      [1]", "line 12, field SKILLS: 3 is not a whole number below 3"),
        ("[2]      [1]", "[x]      [1]", "line 12, field SKILLS: 'x' is not a number >= 0"),
        ("[1,0]\n4", "[1]\n4", "line 12, field SPARE PARTS: it has 1 entries, not 2"),
        ("[1,0]\n4", "\n4", "[1]' is not ID X Y TWS TWE Serv SKILLS TOOLS SPARE PARTS, the last"),
        ("3    3     14", "7    3     14", "line 12, field ID: 7 where 3 is expected"),
        ("3    3     14", "3    3     9e9", "line 12, field Y: '9e9' is not a number from -5000"),
        ("2      3       2       2", "2      3       2", "line 5: '2      3       2' is not four"),
        ("CREW", "TEAM", "there is no line CREW COUNT"),
        ("ID   X", "NO   X", "there is no line ID X Y TWS TWE"),
        ("2      3       2", "9      3       2", "it has 6 lines; the depot and 9 technicians"),
    ],
)
def test_a_fault_names_the_line_and_the_column(read, old, new, complaint):
    assert old in SMALL
    with pytest.raises(InputError) as excinfo:
        read(SMALL.replace(old, new, 1), "trsp")
    assert complaint in str(excinfo.value)


@pytest.mark.parametrize(
    ("routes", "complaint"),
    [
        ({"7": [3]}, "technician '7': there is no such technician"),
        ({"1": [9]}, "technician '1', stop 1: there is no request 9"),
        ({"1": [3, "4"]}, "stop 2: there is no request '4'"),
        ({"1": [0, 3, 0]}, "technician '1': it calls at the depot 2 times"),
        ({"1": 3}, "field 1: 3 is not a list"),
        ([], "routes: [] is no object"),
    ],
)
def test_a_faulty_plan_is_a_fault_by_technician_and_stop(read, tmp_path, routes, complaint):
    problem = read(SMALL)
    (tmp_path / "plan.json").write_text(json.dumps({"routes": routes}))
    with pytest.raises(InputError) as excinfo:
        read_plan(tmp_path / "plan.json", problem, "trsp")
    assert complaint in str(excinfo.value)


def test_what_the_format_has_no_words_for_is_named(tmp_path, home_day):
    with pytest.raises(InputError) as excinfo:
        write_problem(home_day, tmp_path / "day.txt", "trsp")
    text = "\n".join(map(str, excinfo.value.issues))
    for part in (
        "order 'boiler', field setup",
        "order 'boiler', field time_windows: a request has one hard window",
        "order 'leak at Mrs. A', field skills",
        "order 'boiler', field skip_cost",
        "worker 'Bo', shift number 1, field end_location",
        "objective, field travel_time",
        "objective, field paid_time",
    ):
        assert part in text
    assert not (tmp_path / "day.txt").exists()


@pytest.mark.parametrize("seed", range(40))
def test_spoilt_files_are_read_or_refused(read, tmp_path, seed):
    dice, problem = Random(seed), read(SMALL)
    (tmp_path / "f").write_bytes(spoil_bytes(SMALL.encode(), dice))
    faults_of(lambda: read_problem(tmp_path / "f", "trsp"))
    write_plan(full_plan(problem), tmp_path / "plan.json", "trsp", problem)
    data = spoil_value(json.loads((tmp_path / "plan.json").read_text()), dice)
    (tmp_path / "plan.json").write_text(as_json(data))
    faults_of(lambda: read_plan(tmp_path / "plan.json", problem, "trsp"))


@needs_bench
def test_the_checker_of_the_set_agrees_on_a_small_plan(read, tmp_path):
    problem = read(SMALL)
    plan = full_plan(problem)
    write_plan(plan, tmp_path / "plan.json", "trsp", problem)
    verdict = judge("trsp", tmp_path / "tiny.txt", tmp_path / "plan.json")
    assert verdict["errors"] == []
    assert verdict["value"] == pytest.approx(score(problem, plan).total, abs=1e-3)


@pytest.mark.parametrize("path", instances("trsp", "*1.100*"), ids=lambda path: path.stem)
def test_a_published_instance_is_written_and_read_back_equal(path, tmp_path):
    problem = read_problem(path)
    assert len(problem.orders) == 100
    write_problem(problem, tmp_path / "again.txt", "trsp")
    assert read_problem(tmp_path / "again.txt") == problem
