"""Problems as VROOM takes them."""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from homeserve_dispatch import check
from homeserve_dispatch.errors import InputError
from homeserve_dispatch.formats import read_plan, read_problem, write_problem
from homeserve_dispatch.model import GreatCircle, Location, Rates
from homeserve_dispatch.schedule import build_plan

SQUARE = [[0, 60, 120], [60, 0, 90], [120, 95, 0]]
BENCH = Path(os.environ.get("HOMESERVE_BENCH", Path(__file__).parents[3] / "shared" / "bench"))
SAMPLES = BENCH / "samples" / "vroom"


def job(number, **more):
    return {"id": number, "location_index": number, **more}


def vehicle(number=1, **more):
    return {"id": number, "start_index": 0, "end_index": 0, "time_window": [0, 36000], **more}


def small(**more):
    return {
        "jobs": [job(1, service=300), job(2)],
        "vehicles": [vehicle()],
        "matrices": {"car": {"durations": SQUARE}},
        **more,
    }


@pytest.fixture
def read(tmp_path):
    def read(data):
        path = tmp_path / "vroom.json"
        path.write_text(json.dumps(data))
        return read_problem(path)

    return read


def complaints(read, data):
    with pytest.raises(InputError) as excinfo:
        read(data)
    return str(excinfo.value)


def test_jobs_vehicles_and_matrices_become_orders_workers_and_travel(read):
    problem = read(
        small(
            jobs=[job(1, service=300, setup=60, skills=[3], priority=7, time_windows=[[10, 90]])],
            vehicles=[
                vehicle(
                    skills=[3, 4], max_tasks=5, max_travel_time=100, max_distance=9, end_index=2
                )
            ],
            matrices={"car": {"durations": SQUARE, "distances": SQUARE}},
        )
    )
    order, worker = problem.orders[0], problem.workers[0]
    assert (order.id, order.location) == ("1", Location(id="1"))
    assert (order.duration, order.setup) == (timedelta(minutes=5), timedelta(minutes=1))
    assert (order.skills, order.priority) == ({"3": 1}, 7)
    assert order.time_windows[0].latest == datetime(1970, 1, 1, 0, 1, 30, tzinfo=UTC)
    shift = worker.shifts[0]
    assert (shift.start_location.id, shift.end_location.id) == ("0", "2")
    assert (shift.max_visits, shift.max_travel, shift.max_distance_m) == (
        5,
        timedelta(seconds=100),
        9,
    )
    assert set(worker.skills) == {"3", "4"}
    leg = problem.travel.leg(Location(id="2"), Location(id="1"), "car")
    assert leg == (95_000, 95)


def test_without_matrices_the_great_circle_counts_and_longitude_comes_first(read):
    problem = read(
        {
            "jobs": [{"id": 1, "location": [11.6, 48.1]}],
            "vehicles": [{"id": 1, "start": [11.5, 48.2], "profile": "cycling-regular"}],
        }
    )
    assert problem.orders[0].location == Location(lat=48.1, lon=11.6)
    assert isinstance(problem.travel, GreatCircle)
    assert problem.travel.speed_kmh == {"cycling-regular": 14.0}


def test_costs_of_a_vehicle_become_the_workers_rates(read):
    problem = read(
        small(
            vehicles=[vehicle(costs={"fixed": 50, "per_hour": 1800, "per_km": 2})],
            matrices={"car": {"durations": SQUARE, "distances": SQUARE}},
        )
    )
    assert problem.workers[0].rates == Rates(shift_use=50, travel_time=1800, travel_distance=2)
    assert problem.objective.travel_time == 3600


def test_a_speed_factor_scales_travel_times_to_a_hundredth_of_its_inverse(read):
    problem = read(small(vehicles=[vehicle(speed_factor=1.5), vehicle(2)]))
    fast, plain = (worker.mode for worker in problem.workers)
    assert (fast, plain) == ("car x1.5", "car")
    ends = Location(id="0"), Location(id="1")
    assert problem.travel.leg(*ends, fast).time_ms == 60_000 * 67 // 100
    assert problem.travel.leg(*ends, plain).time_ms == 60_000


def test_amounts_become_demand_and_capacity_by_component(read):
    problem = read(
        small(
            jobs=[job(1, delivery=[3, 0]), job(2, pickup=[0, 2])],
            vehicles=[vehicle(capacity=[5, 4])],
        )
    )
    assert [order.demand for order in problem.orders] == [{"load_1": 3}, {"load_2": 2}]
    assert problem.workers[0].shifts[0].capacity == {"load_1": 5, "load_2": 4}


def test_the_old_names_amount_and_matrix_are_understood(read):
    data = small(jobs=[job(1, amount=[3])], vehicles=[vehicle(capacity=[5])], matrix=SQUARE)
    del data["matrices"]
    assert read(data).orders[0].demand == {"load_1": 3}


def test_leaving_a_job_out_costs_more_than_all_travel_and_priority_more_than_any_number(read):
    problem = read(small(jobs=[job(1, priority=1), job(2)]))
    costs = [problem.effective(order).skip_cost for order in problem.orders]
    assert costs[1] > 120 * 3
    assert costs[0] > 2 * costs[1]


def test_a_huge_travel_time_means_that_there_is_no_way(read):
    rows = [[0, 4294967295, 1], [1, 0, 1], [1, 1, 0]]
    travel = read(small(matrices={"car": {"durations": rows}})).travel
    assert travel.tables["car"].travel_time_s.rows()[0] == [0, None, 1]


def test_a_vehicle_without_working_hours_is_there_for_20_days_from_a_day_before_the_first_window(
    read,
):
    first = 1_600_000_000
    problem = read(
        small(
            jobs=[job(1, time_windows=[[first, first + 60]])],
            vehicles=[{"id": 1, "start_index": 0}, vehicle(2, time_window=[0, 4294967295])],
        )
    )
    for worker in problem.workers:
        assert worker.shifts[0].start.timestamp() == first - 86_400
        assert worker.shifts[0].end - worker.shifts[0].start == timedelta(days=20)


def test_a_route_begins_as_late_as_it_can_as_in_vroom(read):
    problem = read(small(jobs=[job(1, service=300, time_windows=[[1000, 2000]])]))
    (route,) = build_plan(problem, {("1", 0): ["1"]}).routes
    assert route.departure.timestamp() == 1000 - 60


def test_steps_of_a_vehicle_are_not_used_and_that_is_said(read, caplog):
    with caplog.at_level(logging.WARNING):
        read(small(vehicles=[vehicle(steps=[{"type": "start"}])]))
    assert "vehicle 1: the steps, a plan to start from, are not used" in caplog.text


def test_keys_that_vroom_does_not_know_are_passed_over(read):
    assert read(small(jobs=[job(1, description="a", colour="red")], comment="x")).orders


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"shipments": [{"amount": [1]}]}, "shipment number 1: a pickup and its delivery"),
        ({"vehicles": [vehicle(breaks=[{"id": 1}])]}, "vehicle 1, field breaks: breaks cannot be"),
        ({"jobs": [job(1, service_per_type={"a": 1})]}, "job 1, field service_per_type: durations"),
        ({"jobs": [job(1, setup_per_type={"a": 1})]}, "job 1, field setup_per_type: durations"),
        (
            {
                "jobs": [job(1, delivery=[1]), job(2, pickup=[1])],
                "vehicles": [vehicle(capacity=[3])],
            },
            "job 2, field pickup: component 1 is picked up here and delivered by jobs too",
        ),
        (
            {"vehicles": [vehicle(costs={"per_task_hour": 5})]},
            "vehicle 1, costs, field per_task_hour: a cost of the time at work",
        ),
        (
            {"matrices": {"car": {"durations": SQUARE, "costs": [[1]]}}},
            "matrices.car, field costs: a matrix of costs",
        ),
    ],
)
def test_what_vroom_can_and_this_library_cannot_is_refused_by_record(read, change, complaint):
    text = complaints(read, small(**change))
    assert complaint in text
    assert "[UNSUPPORTED]" in text


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"vehicles": None}, "field vehicles: a problem needs vehicles"),
        ({"jobs": {"id": 1}}, "field jobs: {'id': 1} is not a list"),
        ({"jobs": [job(1), job(1)]}, "job 1, field id: another job has this id"),
        ({"jobs": [{"location_index": 1}]}, "job number 1, field id: it is not given"),
        ({"jobs": [{"id": 1}]}, "job 1, field location_index: with matrices it is needed"),
        ({"jobs": [job(7)]}, "job 7, field location_index: 7 is not from 0 to 2"),
        ({"jobs": [job(1, service=-1)]}, "job 1, field service: -1 is not a number"),
        ({"jobs": [job(1, priority=101)]}, "job 1, field priority: 101 is not a whole number"),
        ({"jobs": [job(1, skills=["a"])]}, "job 1, field skills: ['a'] are not whole numbers"),
        ({"jobs": [job(1, time_windows=[[5, 1]])]}, "time_windows.0: [5, 1] ends before"),
        ({"jobs": [job(1, time_windows=[[1, 5], [4, 9]])]}, "[1, 5] and [4, 9] overlap"),
        ({"jobs": [job(1, location=[48.1, 95])]}, "write [longitude, latitude] in degrees"),
        ({"vehicles": [vehicle(capacity=[1]), vehicle(2, capacity=[1, 2])]}, "others 1"),
        ({"vehicles": [{"id": 1}]}, "vehicle 1, field start: a vehicle has a start"),
        ({"vehicles": [vehicle(time_window=[5, 5])]}, "field time_window: [5, 5] leaves no time"),
        ({"vehicles": [vehicle(profile="bike")]}, "there is no sound matrix 'bike'; there is car"),
        ({"vehicles": [vehicle(speed_factor=9)]}, "speed_factor: 9 is not a number from 0 to 5"),
        ({"vehicles": [vehicle(max_distance=5)]}, "max_distance: the matrices have no distances"),
        ({"vehicles": [vehicle(costs={"per_km": 5})]}, "costs.per_km: the matrices have no"),
        ({"matrices": {"car": {}}}, "matrices.car, field durations: a profile's travel times"),
        ({"matrices": {"car": {"durations": [[0, 1]]}}}, "matrix row 0: it has 2 entries and"),
        ({"matrices": {"car": {"durations": [[0, -1], [1, 0]]}}}, "row 0, column 1: -1 is not"),
        ({"matrices": 5}, "matrices: 5 is no object"),
    ],
)
def test_a_fault_names_the_record_and_the_field(read, change, complaint):
    assert complaint in complaints(read, small(**change))


def test_all_faults_are_listed_together(read):
    data = small(jobs=[job(1, service="x"), job(1)], vehicles=[vehicle(breaks=[{}])])
    assert complaints(read, data).startswith("3 faults in the input:")


def test_a_problem_read_from_vroom_is_written_and_read_back_equal(read, tmp_path):
    problem = read(
        small(
            jobs=[
                job(
                    1, service=300, delivery=[3, 1], skills=[3], priority=7, time_windows=[[10, 90]]
                ),
                job(2, setup=4, time_windows=[[0, 5], [9, 20]], location=[11.5, 48.0]),
            ],
            vehicles=[
                vehicle(1, skills=[3, 5], capacity=[9, 9], costs={"fixed": 5, "per_km": 2}),
                {"id": 9, "end_index": 2, "time_window": [3, 9], "max_tasks": 4, "profile": "car"},
            ],
            matrices={"car": {"durations": SQUARE, "distances": SQUARE}},
        )
    )
    path = tmp_path / "again.json"
    write_problem(problem, path, "vroom")
    written = json.loads(path.read_text())
    assert [entry["id"] for entry in written["jobs"] + written["vehicles"]] == [1, 2, 1, 9]
    assert written["jobs"][0]["time_windows"] == [[10, 90]]
    again = read_problem(path)
    assert again.orders == problem.orders
    assert again.travel == problem.travel
    assert again.workers[0].shifts == problem.workers[0].shifts


def test_levels_of_skills_become_numbers_of_their_own(tmp_path, home_day):
    path = tmp_path / "day.json"
    write_problem(home_day, path, "vroom")
    written = json.loads(path.read_text())
    asked = [set(entry.get("skills", [])) for entry in written["jobs"]]
    held = [set(entry.get("skills", [])) for entry in written["vehicles"]]
    assert len(asked[0]) == 1
    assert asked[0] <= held[0]
    assert not asked[0] <= held[1]
    assert written["jobs"][0]["description"] == "leak at Mrs. A"


def test_travel_goes_along_as_matrices_in_whole_seconds_rounded_up(tmp_path, home_day):
    path = tmp_path / "day.json"
    write_problem(home_day, path, "vroom")
    written = json.loads(path.read_text())
    rows = written["matrices"]["car"]["durations"]
    row, column = written["jobs"][0]["location_index"], written["jobs"][1]["location_index"]
    leg = home_day.travel.leg(home_day.orders[0].location, home_day.orders[1].location, "car")
    assert rows[row][column] == -(-leg.time_ms // 1000)
    assert written["jobs"][0]["location"] == [11.6, 48.1]


def test_what_vroom_has_no_words_for_is_named_record_by_record(tmp_path, home_day):
    order = home_day.orders[0].model_copy(
        update={"required_tags": ("van",), "respond_by": datetime(2026, 5, 4, 9)}
    )
    problem = home_day.model_copy(update={"orders": (order, *home_day.orders[1:])})
    with pytest.raises(InputError) as excinfo:
        write_problem(problem, tmp_path / "day.json", "vroom")
    assert [issue.where for issue in excinfo.value.issues] == [
        "order 'leak at Mrs. A', field respond_by",
        "order 'leak at Mrs. A', field required_tags",
    ]
    assert {issue.code for issue in excinfo.value.issues} == {"UNSUPPORTED"}
    assert not (tmp_path / "day.json").exists()


samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the benchmark data is not here")


@samples
def test_vroom_s_own_example_with_matrices_and_its_solution_agree_with_the_rules():
    problem = read_problem(SAMPLES / "example_2.json")
    plan = read_plan(SAMPLES / "example_2_sol.json", problem)
    assert check(problem, plan) == []
    assert plan.routes[0].travel_time == timedelta(seconds=5461)
    assert plan == build_plan(problem, {("0", 0): ["1414", "1515"]})


@samples
def test_vroom_s_own_example_with_shipments_and_breaks_is_refused_by_name():
    with pytest.raises(InputError) as excinfo:
        read_problem(SAMPLES / "example_1.json")
    assert [issue.where for issue in excinfo.value.issues] == [
        "example_1.json, shipment number 1",
        "example_1.json, job 2, field pickup",
        "example_1.json, vehicle 2, field breaks",
    ]


@samples
def test_vroom_s_own_example_of_a_plan_that_breaks_rules_is_read_and_its_faults_are_found():
    problem = read_problem(SAMPLES / "example_3.json")
    plan = read_plan(SAMPLES / "example_3_sol.json", problem)
    codes = {violation.code for violation in check(problem, plan)}
    assert {"CAPACITY", "TIME_WINDOW", "SHIFT_START"} <= codes
