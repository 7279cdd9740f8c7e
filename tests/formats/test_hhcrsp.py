"""Benchmark files of home health care routing."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from random import Random

import pytest
from judging import BENCH, instances, judge, needs_bench
from test_bad_files import as_json, faults_of, spoil_value

from homeserve_dispatch.checking import check
from homeserve_dispatch.errors import InputError
from homeserve_dispatch.formats import (
    guess_format,
    read_plan,
    read_problem,
    write_plan,
    write_problem,
)
from homeserve_dispatch.model import Location, VisitKey
from homeserve_dispatch.schedule import build_plan
from homeserve_dispatch.scoring import score

BASE = datetime(2000, 1, 1)
MINUTE = timedelta(minutes=1)


def tiny():
    """Three caregivers; one plain patient and one of each kind of synchronisation."""
    return {
        "patients": [
            {
                "id": "ann",
                "time_window": [30, 60],
                "required_caregivers": [{"service": "wash", "duration": 20}],
            },
            {
                "id": "bob",
                "time_window": [0, 45],
                "required_caregivers": [{"service": "lift"}, {"service": "wash", "duration": 10}],
                "synchronization": {"type": "simultaneous"},
            },
            {
                "id": "cy",
                "time_window": [60, 90],
                "required_caregivers": [
                    {"service": "wash", "duration": 15},
                    {"service": "dose", "duration": 5},
                ],
                "synchronization": {"type": "sequential", "distance": [30, 40]},
            },
        ],
        "services": [
            {"id": "wash", "default_duration": 99},
            {"id": "lift", "default_duration": 25},
            {"id": "dose"},
        ],
        "caregivers": [
            {"id": "x", "abilities": ["wash"]},
            {"id": "y", "abilities": ["lift", "dose"]},
            {"id": "z", "abilities": ["wash", "dose"]},
        ],
        "central_offices": [{"id": "d", "location": [1, 2]}],
        "distances": [[0, 10, 20.5, 30], [11, 0, 8, 9], [21, 8, 0, 12.345], [31, 9, 12, 0]],
    }


@pytest.fixture
def read(tmp_path):
    def read(data):
        path = tmp_path / "tiny.json"
        path.write_text(json.dumps(data))
        return read_problem(path, "hhcrsp")

    return read


@pytest.fixture
def plan(read):
    problem = read(tiny())
    sequences = {
        ("x", 0): [VisitKey("bob", 1), VisitKey("ann")],
        ("y", 0): [VisitKey("bob", 0), VisitKey("cy", 1)],
        ("z", 0): [VisitKey("cy", 0)],
    }
    return problem, build_plan(problem, sequences)


def complaints(read, data):
    with pytest.raises(InputError) as excinfo:
        read(data)
    return "\n".join(map(str, excinfo.value.issues))


def changed(*path, to):
    """The tiny file with one thing changed; ``...`` takes it out."""
    data = tiny()
    place = data
    for step in path[:-1]:
        place = place[step]
    if to is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return data


def test_the_format_is_told_by_patients_and_caregivers(tmp_path):
    (tmp_path / "f.json").write_text(json.dumps(tiny()))
    assert guess_format(tmp_path / "f.json").format == "hhcrsp"


def test_a_patient_is_an_order_with_a_soft_window_of_start(read):
    order = read(tiny()).order("ann")
    (window,) = order.time_windows
    assert (window.bounds, window.soft) == ("start", True)
    assert (window.earliest, window.latest) == (BASE + 30 * MINUTE, BASE + 60 * MINUTE)
    assert (order.duration, order.skills) == (20 * MINUTE, {"wash": 1})


def test_two_services_are_a_crew_in_the_order_of_the_file(read):
    problem = read(tiny())
    lift, wash = problem.order("bob").crew
    assert (lift.name, lift.duration, lift.skills) == ("lift", 25 * MINUTE, {"lift": 1})
    assert (wash.earliest_offset, wash.latest_offset) == (timedelta(0), timedelta(0))
    second = problem.order("cy").crew[1]
    assert (second.name, second.earliest_offset, second.latest_offset) == (
        "dose",
        30 * MINUTE,
        40 * MINUTE,
    )


def test_caregivers_have_all_the_time_there_is_and_return_to_the_depot(read):
    worker = read(tiny()).worker("y")
    (shift,) = worker.shifts
    assert (shift.start, shift.end - shift.start) == (BASE, timedelta(days=20))
    assert shift.start_location == shift.end_location == Location(id="0")
    assert list(worker.skills) == ["lift", "dose"]


def test_legs_are_minutes_in_the_order_of_the_patients(read):
    travel = read(tiny()).travel
    assert travel.leg(Location(id="0"), Location(id="2"), "car").time_ms == 20.5 * 60_000
    # 12.345 minutes are no whole number in floating point, and are one of milliseconds.
    assert travel.leg(Location(id="2"), Location(id="3"), "car").time_ms == 740_700


def test_what_is_finer_than_a_millisecond_is_rounded_up(read):
    problem = read(changed("distances", 0, 1, to=10 + 1 / 90_000))
    assert problem.travel.leg(Location(id="0"), Location(id="1"), "car").time_ms == 600_001


def test_services_that_are_not_synchronised_are_orders_of_their_own(read):
    problem = read(changed("patients", 1, "synchronization", to=...))
    assert [order.id for order in problem.orders] == ["ann", "bob / lift", "bob / wash", "cy"]
    assert problem.order("bob / wash").customer == "bob"
    assert problem.relations == ()


def test_travel_lateness_and_the_worst_lateness_cost_a_third_each(plan):
    problem, made = plan
    # x: 20.5 to bob, 8 to ann, 11 back. y: 20.5 to bob, 12.345 to cy, 31 back. z: 30 and 31.
    travel = 39.5 + 63.845 + 61
    assert score(problem, made).total == pytest.approx(travel / 3)
    # An hour later everywhere: ann 38.5 + 60, bob 20.5 + 60 twice, cy 60 + 60 and 90 + 60.
    late = made.model_copy(
        update={
            "routes": tuple(
                route.model_copy(
                    update={
                        "visits": tuple(
                            visit.model_copy(update={"start": visit.start + 60 * MINUTE})
                            for visit in route.visits
                        )
                    }
                )
                for route in made.routes
            )
        }
    )
    lateness = [38.5, 35.5, 35.5, 30, 60]
    assert score(problem, late).total == pytest.approx((travel + sum(lateness) + 60) / 3)


def test_leaving_a_patient_out_costs_more_than_any_plan(read):
    problem = read(tiny())
    assert score(problem, build_plan(problem, {})).total == 3_000_000


def test_a_problem_is_written_and_read_back_equal(read, tmp_path):
    for data in (tiny(), changed("patients", 1, "synchronization", to=...)):
        problem = read(data)
        write_problem(problem, tmp_path / "again.json", "hhcrsp")
        assert read_problem(tmp_path / "again.json") == problem


def test_a_plan_is_written_and_read_back_with_its_times(plan, tmp_path):
    problem, made = plan
    write_plan(made, tmp_path / "plan.json", "hhcrsp", problem)
    back = read_plan(tmp_path / "plan.json", problem)
    assert check(problem, back) == []
    assert score(problem, back).total == score(problem, made).total
    starts = {(v.order, v.role): v.start for route in made.routes for v in route.visits}
    assert {(v.order, v.role): v.start for route in back.routes for v in route.visits} == starts
    write_plan(back, tmp_path / "again.json", "hhcrsp", problem)
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "plan.json").read_bytes()


def test_a_written_plan_names_patient_service_start_and_end(plan, tmp_path):
    problem, made = plan
    write_plan(made, tmp_path / "plan.json", "hhcrsp", problem)
    routes = json.loads((tmp_path / "plan.json").read_text())["routes"]
    assert [route["caregiver_id"] for route in routes] == ["x", "y", "z"]
    first = {"patient": "bob", "service": "wash", "arrival_time": 20.5, "departure_time": 30.5}
    assert routes[0]["locations"][0] == first


def test_a_plan_with_other_names_for_the_same_is_read(plan, tmp_path):
    problem, _ = plan
    stops = [
        {"depot": "d", "departing_time": 5},
        {"patient_id": "ann", "service_id": "wash", "start_time": 45, "end_time": 65},
        {"depot": "d", "arrival_time": 80},
    ]
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({"routes": [{"caregiver_id": "z", "locations": stops}]}))
    read = read_plan(path, problem)
    (route,) = read.routes
    assert (route.worker, route.departure) == ("z", BASE + 35 * MINUTE)
    assert route.end == BASE + 76 * MINUTE
    assert [left.order for left in read.unassigned] == ["bob", "cy"]


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (changed("patients", to=...), "tiny.json, field patients: the format needs it"),
        (changed("patients", 0, "id", to=7), "patient 7, field id: 7 is no text"),
        (changed("patients", 0, "id", to="bob"), "patient 'bob', field id: another patient"),
        (changed("patients", 0, "time_window", to=...), "patient 'ann', field time_window"),
        (changed("patients", 0, "time_window", to=[5, 4]), "[5, 4] ends before it starts"),
        (changed("patients", 0, "time_window", to=[5]), "[5] is not [from, to] in minutes"),
        (changed("patients", 0, "time_window", to=[5, 1e9]), "in minutes from 0 to 28800"),
        (
            changed("patients", 0, "required_caregivers", to=[]),
            "patient 'ann', field required_caregivers: a patient needs at least one service",
        ),
        (
            changed("patients", 0, "required_caregivers", 0, "service", to="wax"),
            "patient 'ann', required_caregivers number 1, field service: there is no service 'wax'",
        ),
        (
            changed("patients", 2, "required_caregivers", 1, "duration", to=...),
            "number 2, field duration: the service 'dose' has no default duration",
        ),
        (
            changed("patients", 1, "required_caregivers", 1, "service", to="lift"),
            "'lift' is needed twice",
        ),
        (
            changed("patients", 1, "synchronization", "type", to="soon"),
            "patient 'bob', synchronization, field type: 'soon' is none of simultaneous",
        ),
        (
            changed("patients", 0, "synchronization", to={"type": "simultaneous"}),
            "simultaneous services are two, and this patient needs 1",
        ),
        (
            changed("patients", 2, "synchronization", "distance", to=[-1, 4]),
            "patient 'cy', synchronization, field distance: [-1, 4] is not [from, to]",
        ),
        (changed("caregivers", 1, "abilities", to=[1]), "caregiver 'y', field abilities: [1]"),
        (changed("distances", 3, to=[1, 2]), "field distances, row 3: it has 2 entries and the"),
        (changed("distances", 1, 2, to=-4), "field distances, row 1, column 2: -4 is not"),
        (changed("distances", 2, 2, to=4), "row 2, column 2: 4 is not 0, as the way"),
        (changed("distances", to=[[0]]), "it has 1 rows; 3 patients and the depot need one each"),
    ],
)
def test_a_fault_names_the_record_and_the_field(read, data, complaint):
    assert complaint in complaints(read, data)


def test_all_faults_are_listed(read):
    data = changed("patients", 0, "time_window", to="noon")
    data["caregivers"][0]["abilities"] = "all"
    data["distances"][0][1] = None
    text = complaints(read, data)
    assert text.count("[BAD_VALUE]") == 2
    assert text.count("[MATRIX_VALUE]") == 1


@pytest.mark.parametrize(
    ("routes", "complaint"),
    [
        ([{"caregiver_id": "w"}], "route number 1, field caregiver_id: there is no worker 'w'"),
        ([{"caregiver_id": "x"}, {"caregiver_id": "x"}], "there is another route of 'x'"),
        ([{"caregiver_id": "x", "locations": 5}], "field locations: 5 is not a list"),
        (
            [{"caregiver_id": "x", "locations": [{"patient": "ann", "service": "dose"}]}],
            "location 1, field service: no patient 'ann' needs 'dose'",
        ),
        (
            [{"caregiver_id": "x", "locations": [{"patient": "ann", "service": "wash"}]}],
            "location 1, field arrival_time: a stop says when it begins and ends",
        ),
        (
            [
                {
                    "caregiver_id": "x",
                    "locations": [
                        {
                            "patient": "ann",
                            "service": "wash",
                            "arrival_time": 9,
                            "departure_time": 5,
                        }
                    ],
                }
            ],
            "field departure_time: 5 is before it begins, 9",
        ),
    ],
)
def test_a_faulty_plan_is_a_fault_by_route_and_stop(read, tmp_path, routes, complaint):
    problem = read(tiny())
    (tmp_path / "plan.json").write_text(json.dumps({"routes": routes}))
    with pytest.raises(InputError) as excinfo:
        read_plan(tmp_path / "plan.json", problem)
    assert complaint in str(excinfo.value)


def test_what_the_format_has_no_words_for_is_named(tmp_path, home_day):
    with pytest.raises(InputError) as excinfo:
        write_problem(home_day, tmp_path / "day.json", "hhcrsp")
    text = "\n".join(map(str, excinfo.value.issues))
    for part in (
        "order 'boiler', field setup",
        "order 'boiler', field time_windows: a patient has one soft window",
        "order 'leak at Mrs. A', field skills: skills of the format hhcrsp have no levels",
        "order 'boiler', field skip_cost",
        "worker 'Bo', shift number 1, field end_location",
        "worker 'Ana', field shifts.end: nobody has to be back",
        "objective, field waiting",
        "objective, field lateness: travel, lateness and the worst",
    ):
        assert part in text
    assert not (tmp_path / "day.json").exists()


@pytest.mark.parametrize("seed", range(60))
def test_spoilt_files_are_read_or_refused(plan, tmp_path, seed):
    dice, problem = Random(seed), plan[0]
    (tmp_path / "f").write_text(as_json(spoil_value(tiny(), dice)))
    faults_of(lambda: read_problem(tmp_path / "f", "hhcrsp"))
    write_plan(plan[1], tmp_path / "plan.json", "hhcrsp", problem)
    data = spoil_value(json.loads((tmp_path / "plan.json").read_text()), dice)
    (tmp_path / "plan.json").write_text(as_json(data))
    faults_of(lambda: read_plan(tmp_path / "plan.json", problem, "hhcrsp"))


@needs_bench
def test_the_checker_of_the_set_agrees_on_a_small_plan(plan, tmp_path):
    problem, made = plan
    write_problem(problem, tmp_path / "tiny.json", "hhcrsp")
    write_plan(made, tmp_path / "plan.json", "hhcrsp", problem)
    verdict = judge("hhcrsp", tmp_path / "tiny.json", tmp_path / "plan.json")
    assert verdict["errors"] == []
    assert verdict["value"] == pytest.approx(score(problem, made).total, abs=1e-4)


@needs_bench
def test_the_stored_optimum_of_the_toy_is_read_and_costs_what_it_should(tmp_path):
    problem = read_problem(BENCH / "hhcrsp" / "toy.json")
    best = read_plan(BENCH / "hhcrsp" / "toy-optimal-solution.json", problem)
    assert check(problem, best) == []
    assert score(problem, best).total == pytest.approx(111.3333, abs=1e-4)
    write_plan(best, tmp_path / "plan.json", "hhcrsp", problem)
    verdict = judge("hhcrsp", BENCH / "hhcrsp" / "toy.json", tmp_path / "plan.json")
    assert (verdict["value"], verdict["errors"]) == (111.3333, [])


@pytest.mark.parametrize("path", instances("hhcrsp", "*_1.json"), ids=lambda path: path.stem)
def test_a_published_instance_is_written_and_read_back_equal(path, tmp_path):
    problem = read_problem(path)
    write_problem(problem, tmp_path / "again.json", "hhcrsp")
    assert read_problem(tmp_path / "again.json") == problem
