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
from homeserve_dispatch.model import (
    AllOrNone,
    Break,
    Customer,
    GreatCircle,
    Location,
    Lock,
    Objective,
    Problem,
    Rates,
    Recurrence,
    Restock,
    Role,
    ServiceType,
    Skill,
    TrafficPeriod,
    Worker,
)
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


def test_breaks_of_a_vehicle_must_be_taken_and_have_no_place(read):
    breaks = [
        {"id": 9, "service": 600, "time_windows": [[3600, 5400]], "description": "lunch"},
        {"id": 2},
    ]
    lunch, free = read(small(vehicles=[vehicle(breaks=breaks)])).workers[0].shifts[0].breaks
    begin = datetime(1970, 1, 1, 1, tzinfo=UTC)
    assert lunch == Break(
        duration=timedelta(minutes=10), earliest=begin, latest=begin + timedelta(minutes=30)
    )
    assert (lunch.hard, lunch.location) == (True, None)
    assert free.duration == timedelta(0)
    assert (free.earliest.timestamp(), free.latest.timestamp()) == (0, 36_000)


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ([[10, 20], [21, 30]], (10, 30)),
        ([[25, 30], [10, 25]], (10, 30)),
        ([[10, 50], [20, 30]], (10, 50)),
        ([[10, 20], [40_000, 50_000]], (10, 20)),
    ],
)
def test_windows_of_a_break_are_joined_where_nothing_lies_between_them(read, windows, expected):
    data = small(vehicles=[vehicle(breaks=[{"id": 1, "time_windows": windows}])])
    (found,) = read(data).workers[0].shifts[0].breaks
    assert (found.earliest.timestamp(), found.latest.timestamp()) == expected


def test_keys_that_vroom_does_not_know_are_passed_over(read):
    assert read(small(jobs=[job(1, description="a", colour="red")], comment="x")).orders


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"shipments": [{"amount": [1]}]}, "shipment number 1: a pickup and its delivery"),
        (
            {"vehicles": [vehicle(breaks=[{"id": 4, "max_load": [1]}])]},
            "vehicle 1, break 4, field max_load: a break that depends on the load cannot be",
        ),
        (
            {"vehicles": [vehicle(breaks=[{"id": 4, "time_windows": [[60, 90], [100, 120]]}])]},
            "vehicle 1, break 4, field time_windows: it may begin from 60 to 90 or from 100 on",
        ),
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
        ({"vehicles": [vehicle(breaks=5)]}, "vehicle 1, field breaks: 5 is not a list"),
        ({"vehicles": [vehicle(breaks=[{}])]}, "vehicle 1, break number 1, field id: it is not"),
        (
            {"vehicles": [vehicle(breaks=[{"id": 1}, {"id": 1}])]},
            "vehicle 1, break 1, field id: another break has this id",
        ),
        (
            {"vehicles": [vehicle(breaks=[{"id": 1, "service": "x", "time_windows": [[5, 1]]}])]},
            "vehicle 1, break 1, field time_windows.0: [5, 1] ends before it starts",
        ),
        (
            {"vehicles": [vehicle(breaks=[{"id": 7, "time_windows": [[40000, 50000]]}])]},
            "vehicle 1, break 7, field time_windows: the break cannot begin while the shift lasts",
        ),
    ],
)
def test_a_fault_names_the_record_and_the_field(read, change, complaint):
    assert complaint in complaints(read, small(**change))


def test_all_faults_are_listed_together(read):
    data = small(jobs=[job(1, service="x"), job(1)], shipments=[{}])
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
                vehicle(
                    1,
                    skills=[3, 5],
                    capacity=[9, 9],
                    costs={"fixed": 5, "per_km": 2},
                    breaks=[{"id": 1, "service": 60, "time_windows": [[30, 90]]}],
                ),
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


def test_every_rule_that_vroom_lacks_is_refused_by_name(tmp_path, home_day):
    day = home_day.workers[0].shifts[0]
    lunch = Break(duration=timedelta(minutes=5), earliest=day.start, latest=day.start)
    breaks = (
        lunch.model_copy(update={"hard": False}),
        lunch.model_copy(update={"location": day.start_location}),
        lunch.model_copy(update={"duration": timedelta(milliseconds=1)}),
    )
    shift = day.model_copy(
        update={"breaks": breaks, "restock": Restock(location=day.start_location)}
    )
    later = day.model_copy(
        update={"start": day.start + timedelta(days=1), "end": day.end + timedelta(days=1)}
    )
    ana = Worker(
        id="Ana",
        shifts=[shift, later],
        skills={"plumbing": Skill(level=3, efficiency=2.0)},
        ratings={"s": 3.0},
        max_work=timedelta(hours=3),
        min_rest=timedelta(hours=8),
        worked=timedelta(hours=1),
    )
    first, second, third = home_day.orders
    problem = Problem(
        orders=[
            first.model_copy(update={"crew": (Role(), Role()), "urgent": True}),
            second.model_copy(update={"recurrence": Recurrence(times=2), "tools": ("saw",)}),
            third.model_copy(update={"service": "s"}),
        ],
        workers=[ana],
        services=[ServiceType(id="s", duration=timedelta(minutes=5))],
        relations=[AllOrNone(orders=[first.id, third.id])],
        locks=[Lock(order=first.id, worker="Ana")],
        customers=[Customer(id="Mrs. A", max_workers=1), Customer(id="Mr. B", history=["Ana"])],
        traffic=[TrafficPeriod(start="07:00", end="09:00", factor=2)],
        freeze_until=day.start,
        objective=Objective(workload_balance=1),
    )
    with pytest.raises(InputError) as excinfo:
        write_problem(problem, tmp_path / "day.json", "vroom")
    assert {issue.code for issue in excinfo.value.issues} == {"UNSUPPORTED"}
    where = "worker 'Ana', shift number 1"
    assert {issue.where for issue in excinfo.value.issues} == {
        "order 'leak at Mrs. A', field crew",
        "order 'leak at Mrs. A', field urgent",
        "order 'boiler', field recurrence",
        "order 'boiler', field tools",
        "worker 'Ana', field ratings",
        "worker 'Ana', field max_work",
        "worker 'Ana', field min_rest",
        "worker 'Ana', field skills.efficiency",
        "worker 'Ana', field worked",
        f"{where}, field restock",
        f"{where}, break number 1, field hard",
        f"{where}, break number 2, field location",
        f"{where}, break number 3, field earliest, latest, duration",
        "relation number 1",
        "lock number 1",
        "customer 'Mrs. A', field max_workers",
        "traffic period number 1",
        "problem, field freeze_until",
    }


def test_breaks_of_a_plan_are_told_apart_by_their_ids_or_by_length_and_times(read, tmp_path):
    breaks = [
        {"id": 40, "service": 60, "time_windows": [[600, 6000]]},
        {"id": 41, "service": 60, "time_windows": [[600, 3000]]},
        {"id": 42, "service": 30},
    ]
    problem = read(small(vehicles=[vehicle(breaks=breaks)]))

    def numbers(*steps):
        path = tmp_path / "plan.json"
        jobs = [{"type": "job", "id": 1, "arrival": 60, "service": 300}]
        taken = [
            {"type": "break", "id": identity, "arrival": at, "service": length}
            for identity, at, length in steps
        ]
        path.write_text(json.dumps({"code": 0, "routes": [{"vehicle": 1, "steps": jobs + taken}]}))
        (route,) = read_plan(path, problem).routes
        return [taken.number for taken in route.breaks]

    assert numbers((1, 700, 60), (2, 800, 60), (3, 900, 30)) == [0, 1, 2]
    assert numbers((2, 700, 60), (1, 800, 60)) == [1, 0]
    assert numbers((41, 700, 60), (40, 800, 60), (42, 900, 30)) == [1, 0, 2]
    assert numbers((40, 4000, 60), (41, 5000, 99)) == [0, 40]


samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the benchmark data is not here")


@samples
def test_vroom_s_own_example_with_matrices_and_its_solution_agree_with_the_rules():
    problem = read_problem(SAMPLES / "example_2.json")
    plan = read_plan(SAMPLES / "example_2_sol.json", problem)
    assert check(problem, plan) == []
    assert plan.routes[0].travel_time == timedelta(seconds=5461)
    assert plan == build_plan(problem, {("0", 0): ["1414", "1515"]})


@samples
def test_vroom_s_own_example_with_shipments_is_refused_by_name():
    with pytest.raises(InputError) as excinfo:
        read_problem(SAMPLES / "example_1.json")
    assert [issue.where for issue in excinfo.value.issues] == [
        "example_1.json, shipment number 1",
        "example_1.json, job 2, field pickup",
    ]


@samples
def test_vroom_s_own_example_of_a_plan_that_breaks_rules_is_read_and_its_faults_are_found():
    problem = read_problem(SAMPLES / "example_3.json")
    plan = read_plan(SAMPLES / "example_3_sol.json", problem)
    codes = {violation.code for violation in check(problem, plan)}
    assert {"CAPACITY", "TIME_WINDOW", "SHIFT_START"} <= codes
