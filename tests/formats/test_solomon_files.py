"""Benchmark files of the VRPTW."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from homeserve_dispatch.errors import InputError
from homeserve_dispatch.formats import read_plan, read_problem, write_plan, write_problem
from homeserve_dispatch.model import Location
from homeserve_dispatch.schedule import build_plan
from homeserve_dispatch.scoring import score

BENCH = Path(os.environ.get("HOMESERVE_BENCH", Path(__file__).parents[3] / "shared" / "bench"))
INSTANCES = BENCH / "solomon" / "instances"

SMALL = """TINY

VEHICLE
NUMBER     CAPACITY
   3          20

CUSTOMER
CUST NO.   XCOORD.   YCOORD.    DEMAND   READY TIME   DUE DATE   SERVICE TIME

    0         10        10          0          0        230           0
    1         13        14          7         60         70          10
    2         10        11.5        9          0        200          10
    3        500        10          1          0        200          10
"""


@pytest.fixture
def read(tmp_path):
    def read(text):
        path = tmp_path / "tiny.txt"
        path.write_text(text)
        return read_problem(path)

    return read


def test_a_unit_of_time_is_a_minute_and_a_unit_of_way_a_kilometre(read):
    problem = read(SMALL)
    assert problem.name == "TINY"
    assert [order.id for order in problem.orders] == ["1", "2", "3"]
    assert [worker.id for worker in problem.workers] == ["1", "2", "3"]
    order, shift = problem.orders[0], problem.workers[2].shifts[0]
    assert order.duration == timedelta(minutes=10)
    assert order.time_windows[0].earliest == datetime(2000, 1, 1, 1)
    assert order.demand == {"load": 7}
    assert (shift.end, shift.capacity) == (datetime(2000, 1, 1, 3, 50), {"load": 20})


def test_legs_are_the_distance_cut_to_a_tenth(read):
    travel = read(SMALL).travel
    assert travel.leg(Location(id="0"), Location(id="1"), "car") == (5 * 60_000, 5_000)
    assert travel.leg(Location(id="1"), Location(id="2"), "car") == (39 * 6_000, 3_900)


def test_only_the_length_costs_and_a_customer_left_out_costs_a_million(read):
    problem = read(SMALL)
    plan = build_plan(problem, {("1", 0): ["2", "1"]})
    cost = score(problem, plan)
    assert cost.parts["travel_distance"] == pytest.approx(1.5 + 3.9 + 5.0)
    assert cost.total == pytest.approx(1e6 + 10.4)


def test_a_problem_is_written_and_read_back_equal(read, tmp_path):
    problem = read(SMALL)
    write_problem(problem, tmp_path / "again.txt")
    assert read_problem(tmp_path / "again.txt") == problem


def test_what_the_format_has_no_words_for_is_named(tmp_path, home_day):
    with pytest.raises(InputError) as excinfo:
        write_problem(home_day, tmp_path / "day.txt")
    text = "\n".join(map(str, excinfo.value.issues))
    for part in ("field skills", "field setup", "field travel:", "objective, field waiting"):
        assert part in text
    assert not (tmp_path / "day.txt").exists()


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("     60 ", "     xx ", "tiny.txt line 11, field READY TIME: 'xx' is not a number"),
        ("     60 ", "     80 ", "line 11, customer 1, field DUE DATE: 70 is before the READY"),
        ("          7 ", "         -7 ", "customer 1, field DEMAND: -7 is negative"),
        ("   3        500", "   3       9999", "customer 3, field XCOORD: 9999 is more than 5000"),
        ("   2         10        11.5", "   2    11.5", "line 12: it has 6 entries, not 7"),
        ("   2         10", "   1         10", "customer 1, field id: 2 orders have this id"),
        ("   3          20", "   3.5        20", "line 5, field NUMBER: it is not a whole number"),
        ("   3          20", "   3         -20", "line 5, field CAPACITY: it is negative"),
        ("   3          20", "   3", "line 5: it has 1 entries, not 2"),
        ("NUMBER", "COUNT", "there is no line NUMBER CAPACITY"),
        ("CUST NO.", "WHO", "there is no line CUST NO."),
        ("        230 ", "      99999 ", "line 10, depot: the shift is longer than 20 days"),
        ("        230 ", "          0 ", "line 10, depot: the shift ends"),
    ],
)
def test_a_fault_names_the_line_and_the_column(read, old, new, complaint):
    assert old in SMALL
    with pytest.raises(InputError) as excinfo:
        read(SMALL.replace(old, new, 1))
    assert complaint in str(excinfo.value)


def test_sequences_read_from_a_sol_file_are_timed_by_the_schedule_rule(read, tmp_path):
    problem = read(SMALL)
    path = tmp_path / "best.sol"
    path.write_text("Route #1: 2 1\nRoute #2: 3\nCost 990.4\n")
    plan = read_plan(path, problem)
    assert plan == build_plan(problem, {("1", 0): ["2", "1"], ("2", 0): ["3"]})
    assert plan.unassigned == ()


def test_a_sol_file_has_routes_and_the_cost(read, tmp_path):
    problem = read(SMALL)
    plan = build_plan(problem, {("1", 0): ["2", "1"], ("3", 0): ["3"]})
    write_plan(plan, tmp_path / "best.sol", problem=problem)
    text = (tmp_path / "best.sol").read_text()
    assert text == "Route #1: 2 1\nRoute #2: 3\nCost 990.4\n"


def test_where_workers_differ_the_number_of_a_route_tells_whose_it_is(home_day, tmp_path):
    plan = build_plan(home_day, {("Bo", 0): ["boiler", "=tap"]})
    write_plan(plan, tmp_path / "day.sol", problem=home_day)
    assert (tmp_path / "day.sol").read_text().startswith("Route #2: boiler =tap\n")
    assert read_plan(tmp_path / "day.sol", home_day) == plan


def test_an_id_with_a_blank_cannot_be_written_in_a_sol_file(home_day, tmp_path):
    plan = build_plan(home_day, {("Ana", 0): ["leak at Mrs. A"]})
    with pytest.raises(InputError, match=r"order 'leak at Mrs\. A', field id: the format sol"):
        write_plan(plan, tmp_path / "day.sol", problem=home_day)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Route #1: 2 9\n", "best.sol line 1: there is no order '9'"),
        ("Route #4: 2\n", "line 1: route 4, and the workers of the problem have 3 shifts"),
        ("Route #1: 2\nRoute #1: 1\n", "line 2: there is another route 1"),
        ("Route 1 2 3\n", "line 1: 'Route 1 2 3' is not a route"),
        ("Route #1: 2\n7 8\n", "line 2: '7 8' is not a route"),
        ("Cost 5\n", "there is no line of a route"),
    ],
)
def test_a_faulty_sol_file_is_a_fault_with_its_line(read, tmp_path, text, complaint):
    problem = read(SMALL)
    path = tmp_path / "best.sol"
    path.write_text(text)
    with pytest.raises(InputError) as excinfo:
        read_plan(path, problem, "sol")
    assert complaint in str(excinfo.value)


@pytest.mark.skipif(not INSTANCES.is_dir(), reason="the benchmark data is not here")
@pytest.mark.parametrize("name", ["R101", "C204", "RC208"])
def test_a_published_instance_is_written_and_read_back_equal(name, tmp_path):
    problem = read_problem(INSTANCES / f"{name}.txt")
    assert len(problem.orders) == 100
    write_problem(problem, tmp_path / "again.txt")
    assert read_problem(tmp_path / "again.txt") == problem
