"""Plans in files."""

from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from any_problem import any_problem
from hypothesis import given, settings
from hypothesis import strategies as st

from homeserve_dispatch import check
from homeserve_dispatch.errors import InputError
from homeserve_dispatch.formats import read_plan, write_plan
from homeserve_dispatch.model import Break, Problem, Role, VisitKey
from homeserve_dispatch.plan import (
    BreakTaken,
    Plan,
    Reason,
    RestockCall,
    Route,
    Unassigned,
    Visit,
)
from homeserve_dispatch.schedule import BreakStep, RestockStep, build_plan
from strategies import ruled_problems

EIGHT, NINE, TEN = (datetime(2026, 5, 4, hour) for hour in (8, 9, 10))
FORMATS = ("native", "csv", "vroom", "sol")


@pytest.fixture
def planned(home_day):
    return build_plan(home_day, {("Ana", 0): ["leak at Mrs. A", "boiler"], ("Bo", 0): ["=tap"]})


def some_plan(problem, seed):
    """A plan of no sense: orders dealt out to the shifts in turn."""
    shifts = [(w.id, n) for w in problem.workers for n in range(len(w.shifts))]
    orders = [order.id for order in problem.orders]
    dealt = {shift: orders[at :: len(shifts) + seed % 2] for at, shift in enumerate(shifts)}
    return build_plan(problem, dealt)


@pytest.mark.parametrize("name", ["native", "csv", "vroom"])
def test_a_plan_written_in_a_format_reads_back_equal(name, planned, home_day, tmp_path):
    path = tmp_path / "plan"
    write_plan(planned, path, name, problem=home_day)
    assert read_plan(path, home_day, name) == planned
    assert check(home_day, read_plan(path, home_day)) == check(home_day, planned)


@pytest.mark.parametrize("seed", range(120))
def test_any_plan_written_as_csv_reads_back_equal(seed, tmp_path):
    problem = any_problem(seed)
    plan = some_plan(problem, seed)
    write_plan(plan, tmp_path / "plan.csv", problem=problem)
    assert read_plan(tmp_path / "plan.csv", problem) == plan


@pytest.mark.parametrize("seed", range(60))
def test_any_plan_written_as_vroom_reads_back_equal(seed, tmp_path):
    problem = any_problem(seed)
    plan = some_plan(problem, seed)
    write_plan(plan, tmp_path / "plan.json", "vroom", problem)
    assert read_plan(tmp_path / "plan.json", problem) == plan


def test_a_plan_that_states_odd_figures_reads_back_from_csv_as_stated(home_day, tmp_path):
    visit = Visit(
        order="ghost",
        arrival=TEN,
        start=NINE,
        finish=EIGHT,
        travel_time=timedelta(hours=2),
        distance_m=7,
        lateness=timedelta(seconds=1.5),
        sla_lateness=timedelta(days=1),
        setup=timedelta(milliseconds=1),
    )
    route = Route(
        worker="=nobody",
        shift=3,
        departure=TEN,
        end=EIGHT,
        visits=(visit, visit),
        travel_time=timedelta(minutes=5),
        distance_m=1,
        waiting=timedelta(minutes=1),
        overtime=timedelta(minutes=3),
    )
    left = Unassigned(
        order="boiler", reasons=(Reason.SKILL, Reason.AREA), details="-none;\nof it", skip_cost=2.5
    )
    plan = Plan(routes=(route,), unassigned=(left,))
    for problem in (None, home_day):
        write_plan(plan, tmp_path / "plan.csv", problem=problem)
        assert read_plan(tmp_path / "plan.csv", home_day) == plan


@st.composite
def ruled_plans(draw: st.DrawFn) -> tuple[Problem, Plan]:
    """A plan of no sense with breaks, calls at depots, roles and times, and what it is for."""
    problem = draw(ruled_problems())
    keys = draw(st.permutations([key for order in problem.orders for key in problem.visits(order)]))
    shifts = [(w.id, n) for w in problem.workers for n in range(len(w.shifts))]
    sequences = {}
    for at, (worker, shift) in enumerate(shifts):
        stretch = problem.worker(worker).shifts[shift]
        steps = list(keys[at :: len(shifts) + 1])
        others = [BreakStep(number) for number in range(len(stretch.breaks))]
        others += [RestockStep()] * (stretch.restock is not None)
        for step in others:
            if draw(st.booleans()):
                steps.insert(draw(st.integers(0, len(steps))), step)
        sequences[worker, shift] = steps
    return problem, build_plan(problem, sequences)


@settings(max_examples=100, deadline=None)
@given(ruled_plans())
def test_a_plan_with_any_stops_reads_back_equal_from_native_json_and_from_csv(
    planned: tuple[Problem, Plan],
) -> None:
    problem, plan = planned
    with TemporaryDirectory() as folder:
        for name in ("plan.json", "plan.csv"):
            write_plan(plan, Path(folder, name), problem=problem)
            assert read_plan(Path(folder, name), problem) == plan


def lunches(home_day, *times, **fields):
    """The day with breaks in Ana's shift, by earliest and latest hour."""
    ana, bo = home_day.workers
    breaks = [
        Break(
            duration=timedelta(minutes=30),
            earliest=EIGHT + timedelta(hours=earliest - 8),
            latest=EIGHT + timedelta(hours=latest - 8),
            **fields,
        )
        for earliest, latest in times
    ]
    shift = ana.shifts[0].model_copy(update={"breaks": tuple(breaks)})
    return home_day.model_copy(
        update={"workers": (ana.model_copy(update={"shifts": (shift,)}), bo)}
    )


@pytest.mark.parametrize(
    "steps",
    [
        ["boiler", BreakStep(0), "=tap", BreakStep(1)],
        [BreakStep(0), "boiler", "=tap"],
        [BreakStep(1), BreakStep(0), "boiler", BreakStep(2)],
        ["boiler", BreakStep(2), BreakStep(1), BreakStep(0), "=tap"],
    ],
)
def test_breaks_of_a_plan_read_back_equal_from_vroom(steps, home_day, tmp_path):
    problem = lunches(home_day, (8, 12), (9.5, 13), (8, 16))
    plan = build_plan(problem, {("Ana", 0): steps, ("Bo", 0): ["leak at Mrs. A"]})
    write_plan(plan, tmp_path / "plan.json", "vroom", problem)
    assert read_plan(tmp_path / "plan.json", problem) == plan
    data = json.loads((tmp_path / "plan.json").read_text())
    kinds = [step["type"] for step in data["routes"][0]["steps"]]
    assert kinds.count("break") == len(steps) - 1 - steps.count("=tap")
    assert (kinds[0], kinds[-1]) == ("start", "end")
    service = data["routes"][0]["service"]
    assert service == sum(step["service"] for step in data["routes"][0]["steps"])


def test_what_formats_of_sequences_lack_is_refused_by_name(home_day, tmp_path):
    problem = lunches(home_day, (8, 12), location=home_day.orders[0].location)
    visit = Visit(order="boiler", role=1, occurrence=1, arrival=EIGHT, start=EIGHT, finish=NINE)
    pause = BreakTaken(number=0, after=0, arrival=EIGHT, start=EIGHT, finish=NINE)
    call = RestockCall(after=0, arrival=EIGHT, start=EIGHT, finish=NINE)
    route = Route(
        worker="Ana", departure=EIGHT, end=TEN, visits=(visit,), breaks=(pause,), restock=call
    )
    where = "route 'Ana', shift number 1"
    both = {
        f"{where}, visit 'boiler', field role",
        f"{where}, visit 'boiler', field occurrence",
        f"{where}, field restock",
    }
    for name, more in (
        ("sol", f"{where}, field breaks"),
        ("vroom", "route 'Ana', break number 1, field location"),
    ):
        with pytest.raises(InputError) as excinfo:
            write_plan(Plan(routes=(route,)), tmp_path / "plan", name, problem)
        assert {issue.where for issue in excinfo.value.issues} == both | {more}


def test_a_csv_plan_by_hand_says_where_breaks_lie_and_which_role_a_visit_is(home_day, tmp_path):
    problem = lunches(home_day, (8, 12), (9, 13))
    pair = problem.orders[1].model_copy(update={"crew": (Role(), Role())})
    problem = problem.model_copy(update={"orders": (problem.orders[0], pair, problem.orders[2])})
    path = tmp_path / "mine.csv"
    path.write_text(
        "row,worker,order,role_number,break_number,position\n"
        ",Ana,=tap,,,2\n,Ana,boiler,2,,1\nbreak,Ana,,,2,1\nbreak,Ana,,,,2\n,Bo,boiler,,,\n"
    )
    steps = [VisitKey("boiler", 1), BreakStep(1), "=tap", BreakStep(0)]
    expected = build_plan(problem, {("Ana", 0): steps, ("Bo", 0): ["boiler"]})
    assert read_plan(path, problem).routes == expected.routes


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        (",Ana,boiler,2,\n", "line 2: order 'boiler' has 1 roles, and this is number 2"),
        (",Ana,boiler,0,\n", "line 2, field role_number: '0' is no position"),
        (",Ana,boiler,,\nbreak,Ana,,,3\n", "line 3: the shift has 1 breaks, and this is number 3"),
        (",Ana,boiler,,\nrestock,Ana,,,\n", "line 3: the shift has no depot to call at"),
        ("break,,,,\n", "line 2, field worker: it is blank"),
    ],
)
def test_a_csv_plan_that_names_what_is_not_there_is_a_fault(home_day, tmp_path, rows, complaint):
    path = tmp_path / "plan.csv"
    path.write_text(f"row,worker,order,role_number,break_number\n{rows}")
    with pytest.raises(InputError) as excinfo:
        read_plan(path, lunches(home_day, (8, 12)))
    assert complaint in str(excinfo.value)


def test_a_route_of_a_csv_plan_has_one_call_at_the_depot(home_day, tmp_path):
    visit = Visit(order="boiler", arrival=EIGHT, start=EIGHT, finish=NINE)
    call = RestockCall(after=0, arrival=EIGHT, start=EIGHT, finish=EIGHT)
    route = Route(worker="Ana", departure=EIGHT, end=TEN, visits=(visit,), restock=call)
    path = tmp_path / "plan.csv"
    write_plan(Plan(routes=(route,)), path)
    rows = path.read_text().splitlines()
    assert read_plan(path, home_day).routes == (route,)
    path.write_text("\n".join([*rows[:3], rows[2], *rows[3:]]))
    with pytest.raises(InputError, match="line 4: a route has one call at the depot"):
        read_plan(path, home_day)


def test_the_cost_goes_along_only_in_the_native_format(planned, home_day, tmp_path):
    plan = planned.model_copy(update={"iterations": 5, "stopped_by": "iterations"})
    for name, kept in (("native", 5), ("csv", 0)):
        write_plan(plan, tmp_path / "plan", name)
        assert read_plan(tmp_path / "plan", home_day).iterations == kept


def test_a_csv_plan_has_a_row_where_a_route_starts_one_a_visit_and_one_where_it_ends(
    planned, home_day, tmp_path
):
    write_plan(planned, tmp_path / "plan.csv", problem=home_day)
    with (tmp_path / "plan.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [row["row"] for row in rows] == [
        "start",
        "visit",
        "visit",
        "end",
        "start",
        "visit",
        "end",
    ]
    assert [row["order"] for row in rows if row["order"]] == ["leak at Mrs. A", "boiler", "'=tap"]
    assert rows[0]["finish"] == rows[0]["finish"][:10] + "T08:00"
    assert rows[1]["customer"] == "Mrs. A"
    total = sum(float(row["travel_min"] or 0) for row in rows[:4])
    assert total == pytest.approx(planned.routes[0].travel_time / timedelta(minutes=1))


def test_a_csv_plan_without_times_gets_those_of_the_schedule_rule(planned, home_day, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("worker,order\nBo,=tap\nAna,leak at Mrs. A\nAna,boiler\n")
    assert {r.worker: r for r in read_plan(path, home_day).routes} == {
        route.worker: route for route in planned.routes
    }


def test_visits_of_a_csv_plan_are_done_in_the_order_of_their_positions(home_day, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("worker,position,order\nAna,2,boiler\nAna,1,=tap\n")
    (route,) = read_plan(path, home_day).routes
    assert [visit.order for visit in route.visits] == ["=tap", "boiler"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("worker,order\nAnna,boiler\n", "plan.csv line 2: there is no worker 'Anna'"),
        ("worker,order\nAna,boilr\n", "plan.csv line 2: there is no order 'boilr'"),
        ("worker,shift_number,order\nAna,2,boiler\n", "has 1 shifts, and this is number 2"),
        ("worker,shift_number,order\nAna,0,boiler\n", "has 1 shifts, and this is number 0"),
        ("worker,order,arrival\nAna,boiler,soon\n", "line 2, field arrival: 'soon' is not a date"),
        ("worker,order,arrival\nAna,boiler,2026-05-04\n", "line 2, field start: it is blank"),
        ("row,worker,order\nlunch,Ana,boiler\n", "line 2, field row: 'lunch' is not one of"),
        ("row,worker,order\nvisit,Ana,\n", "line 2, field order: it is blank"),
        (
            "worker,order,arrival,start,finish\nAna,boiler,2026-05-04,2026-05-04,2026-05-04\n",
            "line 2, field finish: its times are given, and a row 'start' with finish is not",
        ),
        (
            "row,worker,order,reasons\nunassigned,,boiler,BORING\n",
            "plan.csv line 2, order 'boiler', field reasons.0: input should be 'SKILL'",
        ),
        ("worker,ordr\nAna,boiler\n", "did you mean 'order'?"),
        ("id,lat,lon,duration_min\nA1,1,2,3\n", "this is a file of orders, not a plan"),
    ],
)
def test_a_faulty_csv_plan_is_a_fault_with_its_line(home_day, tmp_path, text, complaint):
    path = tmp_path / "plan.csv"
    path.write_text(text)
    with pytest.raises(InputError) as excinfo:
        read_plan(path, home_day)
    assert complaint in str(excinfo.value)


def test_a_vroom_plan_has_steps_with_cumulated_travel_in_whole_seconds(planned, home_day, tmp_path):
    write_plan(planned, tmp_path / "plan.json", "vroom", home_day)
    data = json.loads((tmp_path / "plan.json").read_text())
    assert data["code"] == 0
    assert (data["summary"]["routes"], data["summary"]["unassigned"]) == (2, 0)
    steps = data["routes"][0]["steps"]
    assert [step["type"] for step in steps] == ["start", "job", "job", "end"]
    assert (steps[1]["id"], steps[1]["description"]) == (1, "leak at Mrs. A")
    assert steps[1]["location"] == [11.6, 48.1]
    for before, step in pairwise(steps):
        gone = step["duration"] - before["duration"]
        done = sum(before[name] for name in ("waiting_time", "setup", "service"))
        assert abs(before["arrival"] + done + gone - step["arrival"]) <= 1
    assert data["routes"][0]["duration"] == steps[-1]["duration"]
    open_end = data["routes"][1]["steps"]
    assert [step["type"] for step in open_end] == ["start", "job", "end"]
    assert open_end[2]["location"] == open_end[1]["location"]


def test_ids_that_are_numbers_stay_numbers_in_a_vroom_plan(home_day, tmp_path):
    orders = tuple(
        order.model_copy(update={"id": str(number)})
        for number, order in zip((7, 30, 4), home_day.orders, strict=True)
    )
    problem = home_day.model_copy(update={"orders": orders})
    plan = build_plan(problem, {("Ana", 0): ["30"]})
    write_plan(plan, tmp_path / "plan.json", "vroom", problem)
    data = json.loads((tmp_path / "plan.json").read_text())
    assert [step.get("id") for step in data["routes"][0]["steps"]] == [None, 30, None]
    assert [job["id"] for job in data["unassigned"]] == [7, 4]
    assert read_plan(tmp_path / "plan.json", problem) == plan


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"code": 2, "error": "no way"}, "field code: VROOM found no plan: 'no way'"),
        ({"routes": None}, "field routes: a plan has routes"),
        ({"routes": [5]}, "route number 1: 5 is no object"),
        ({"routes": [{"steps": []}]}, "route number 1, field vehicle: None is no id"),
        (
            {"routes": [{"vehicle": 1, "steps": [{"type": "pickup", "arrival": 0, "id": 1}]}]},
            "route number 1, step 1, field type: a step of type 'pickup' cannot be expressed",
        ),
        (
            {"routes": [{"vehicle": 1, "steps": [{"type": "job", "id": 1}]}]},
            "step 1, field arrival: a step states when it is reached",
        ),
        (
            {"routes": [{"vehicle": 1, "steps": [{"type": "job", "arrival": 1}]}]},
            "step 1, field id: None is no id",
        ),
    ],
)
def test_a_faulty_vroom_plan_is_a_fault_by_route_and_step(home_day, tmp_path, change, complaint):
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({"code": 0, "routes": []} | change))
    with pytest.raises(InputError) as excinfo:
        read_plan(path, home_day, "vroom")
    assert complaint in str(excinfo.value)


def test_unknown_ids_in_a_vroom_plan_are_for_the_checker_to_find(home_day, tmp_path):
    path = tmp_path / "plan.json"
    steps = [{"type": "job", "id": 99, "arrival": 0, "service": 5}]
    path.write_text(json.dumps({"code": 0, "routes": [{"vehicle": 77, "steps": steps}]}))
    plan = read_plan(path, home_day)
    assert (plan.routes[0].worker, plan.routes[0].visits[0].order) == ("77", "99")


def test_writing_vroom_without_the_problem_is_an_error_of_the_caller(planned, tmp_path):
    with pytest.raises(TypeError, match="vroom needs the problem"):
        write_plan(planned, tmp_path / "plan.json", "vroom")


def test_a_plan_full_of_unknown_ids_can_still_be_written_and_read(home_day, tmp_path):
    visit = Visit(order="ghost", arrival=EIGHT, start=NINE, finish=TEN)
    route = Route(worker="nobody", shift=2, departure=EIGHT, end=TEN, visits=(visit,))
    plan = Plan(routes=(route,), unassigned=(Unassigned(order="none"),))
    for name in ("native", "csv", "vroom"):
        write_plan(plan, tmp_path / "plan", name, home_day)
        read = read_plan(tmp_path / "plan", home_day)
        assert [(r.worker, r.visits[0].order) for r in read.routes] == [("nobody", "ghost")]


def test_a_csv_file_has_a_byte_order_mark_only_where_a_spreadsheet_needs_it(home_day, tmp_path):
    plan = build_plan(home_day, {("Ana", 0): ["boiler"]})
    write_plan(plan, tmp_path / "plan.csv", problem=home_day)
    assert (tmp_path / "plan.csv").read_bytes().startswith(b"row,worker")
    left = Unassigned(order="boiler", details="schönes Wetter")
    write_plan(Plan(unassigned=(left,)), tmp_path / "plan.csv")
    assert (tmp_path / "plan.csv").read_bytes().startswith(b"\xef\xbb\xbfrow")


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_plan_can_be_written(name, home_day, tmp_path):
    write_plan(Plan(), tmp_path / "plan", name, problem=home_day)
    assert (tmp_path / "plan").exists()
