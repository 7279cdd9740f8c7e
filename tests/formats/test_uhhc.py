"""Benchmark files of unified home health care."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from random import Random

import pytest
from judging import instances, judge, needs_bench
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
from homeserve_dispatch.model import AllOrNone, Location, VisitKey
from homeserve_dispatch.schedule import BreakStep, build_plan
from homeserve_dispatch.scoring import score

BASE = datetime(2000, 1, 1)
MINUTE = timedelta(minutes=1)
WEIGHTS = {
    "travel_time": 2,
    "total_tardiness": 5,
    "highest_tardiness": 4,
    "total_waiting_time": 3,
    "total_extra_time": 7,
    "max_idle_time": 6,
    "caregiver_preferences": 11,
    "optional_patients": 140,
    "missed_lunch_break": 50,
}


def tiny(*, met="at_service_start", **weights):
    """Three caregivers at two places; five patients, of whom two may be left out."""
    return {
        "metadata": {
            "time_window_met": met,
            "name": "tiny",
            "origin": "generated",
            "cost_components": {k: w for k, w in (WEIGHTS | weights).items() if w is not ...},
        },
        "terminal_points": [
            {"id": "north", "distance_matrix_index": 0, "location": [13.2, 46.1]},
            {"id": "south", "distance_matrix_index": 1, "location": [13.3, 46.0]},
        ],
        "caregivers": [
            caregiver("x", ["wash"], "north"),
            caregiver("y", ["wash", "dose"], "south", start=60),
            caregiver("z", ["dose"], "south", end=240),
        ],
        "services": [{"id": "wash", "type": "t", "default_duration": 20}, {"id": "dose"}],
        "patients": [
            patient("ann", 2, [(40, 100)], wash=None, preferred_caregivers=["y"]),
            patient("bob", 3, [(30, 60), (150, 200)], dose=15, optional=True),
            patient("cy", 4, [(100, 130)], wash=30, dose=10, sync={"type": "simultaneous"}),
            patient("di", 2, [(0, 300)], wash=10, dose=10, sync={"type": "independent"}),
            patient(
                "ed",
                3,
                [(120, 210)],
                dose=5,
                wash=15,
                sync={"type": "sequential", "distance": {"min": 15, "max": 45}},
                incompatible_caregivers=["x"],
                optional=True,
            ),
        ],
        "lunch_breaks": {"start": 110, "end": 200, "min_duration": 30},
        "distances": [
            [0, 9, 10, 20, 15],
            [9, 0, 12, 22, 14],
            [11, 13, 0, 8, 7],
            [20, 21, 8, 0, 6],
            [15, 14, 7, 6, 0],
        ],
    }


def caregiver(identity, abilities, place, start=0, end=300):
    return {
        "id": identity,
        "abilities": abilities,
        "departing_point": place,
        "arrival_point": place,
        "working_shift": {"start": start, "end": end},
        "lunch_break": True,
    }


def patient(identity, index, windows, *, sync=None, optional=False, wash=0, dose=0, **more):
    needs = {"wash": wash, "dose": dose} if identity != "ed" else {"dose": dose, "wash": wash}
    services = [{"service": k, "duration": v} for k, v in needs.items() if v != 0]
    return {
        "id": identity,
        "distance_matrix_index": index,
        "location": [13.0 + index / 10, 46.0],
        "required_services": services,
        "time_windows": [{"start": start, "end": end} for start, end in windows],
        "optional": optional,
        **({"synchronization": sync} if sync else {}),
        **more,
    }


@pytest.fixture
def read(tmp_path):
    def read(data):
        path = tmp_path / "tiny.json"
        path.write_text(json.dumps(data))
        return read_problem(path, "uhhc")

    return read


def full_plan(problem):
    """Everybody done, x and y and z with lunch in the middle, first and last."""
    return build_plan(
        problem,
        {
            ("x", 0): [VisitKey("di / wash"), VisitKey("cy", 0), BreakStep(0), VisitKey("ann")],
            ("y", 0): [BreakStep(0), VisitKey("ed", 1)],
            ("z", 0): [
                VisitKey("bob"),
                VisitKey("cy", 1),
                VisitKey("ed", 0),
                VisitKey("di / dose"),
                BreakStep(0),
            ],
        },
    )


def complaints(read, data):
    with pytest.raises(InputError) as excinfo:
        read(data)
    return "\n".join(map(str, excinfo.value.issues))


def changed(*path, to, **options):
    """The tiny file with one thing changed; ``...`` takes it out."""
    data = tiny(**options)
    place = data
    for step in path[:-1]:
        place = place[step]
    if to is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return data


def test_the_format_is_told_by_patients_caregivers_and_what_else_there_is(tmp_path):
    (tmp_path / "f.json").write_text(json.dumps(tiny()))
    guess = guess_format(tmp_path / "f.json")
    assert guess.format == "uhhc"
    assert "terminal_points" in guess.because
    (tmp_path / "p.json").write_text('{"routes": [{"caregiver_id": "x"}]}')
    assert guess_format(tmp_path / "p.json").format == "uhhc"


def test_weights_a_minute_are_weights_an_hour_here_and_those_of_cases_the_same(read):
    objective = read(tiny(workload_balance=0.5)).objective
    assert (objective.travel_time, objective.lateness, objective.worst_lateness) == (120, 300, 240)
    assert (objective.waiting, objective.overtime, objective.max_idle) == (180, 420, 360)
    assert (objective.workload_balance, objective.preference) == (30, 11)
    assert objective.missed_break == 50
    zero = ("travel_distance", "shift_use", "paid_time", "sla_lateness", "idle_time", "continuity")
    assert not any(getattr(objective, part) for part in zero)


def test_a_mandatory_patient_is_dearer_than_anything(read):
    problem = read(tiny())
    costs = [problem.effective(order).skip_cost for order in problem.orders]
    assert costs == [1e6, 140, 1e6, 1e6, 1e6, 140]


def test_components_that_are_hard_forbid_their_parts(read):
    weights = dict.fromkeys(["total_tardiness", "total_extra_time", "missed_lunch_break"], "HARD")
    problem = read(tiny(**weights, caregiver_preferences="HARD", optional_patients="HARD"))
    assert (problem.objective.lateness, problem.objective.overtime) == ("hard", "hard")
    assert problem.objective.worst_lateness == 0
    assert problem.order("ann").required_workers == ("y",)
    assert problem.order("ann").preferred_workers == ()
    assert problem.order("bob").skip_cost is None
    shift = problem.worker("x").shifts[0]
    assert shift.breaks[0].hard
    assert shift.overtime_until is None


def test_preferences_without_a_component_are_hard(read):
    assert read(tiny()).order("ann").preferred_workers == ("y",)
    assert read(tiny(caregiver_preferences=...)).order("ann").required_workers == ("y",)


def test_the_highest_tardiness_is_hard_if_it_must_be_0(read):
    assert read(tiny(highest_tardiness="HARD")).objective.lateness == "hard"


def test_no_lunch_where_it_is_not_weighed(read):
    assert read(tiny(missed_lunch_break=...)).worker("x").shifts[0].breaks == ()


@pytest.mark.parametrize(
    ("met", "bounds", "latest"),
    [("at_service_start", "start", 200), ("at_service_end", "service", 170)],
)
def test_windows_and_lunch_are_met_at_the_start_or_the_end(read, met, bounds, latest):
    problem = read(tiny(met=met))
    windows = problem.order("bob").time_windows
    assert [(w.bounds, w.soft) for w in windows] == [(bounds, True)] * 2
    (lunch,) = problem.worker("y").shifts[0].breaks
    assert (lunch.earliest, lunch.latest) == (BASE + 110 * MINUTE, BASE + latest * MINUTE)
    assert (lunch.duration, lunch.hard, lunch.location) == (30 * MINUTE, False, None)


def test_services_of_their_own_are_done_all_or_none_where_they_may_be_left_out(read):
    assert read(tiny()).relations == ()
    problem = read(changed("patients", 3, "optional", to=True))
    assert problem.relations == (AllOrNone(orders=("di / wash", "di / dose")),)
    assert [problem.order(f"di / {name}").skip_cost for name in ("wash", "dose")] == [140, 0]


def test_caregivers_start_and_end_at_their_points_and_may_work_on(read):
    shift = read(tiny()).worker("y").shifts[0]
    assert (shift.start, shift.end) == (BASE + 60 * MINUTE, BASE + 300 * MINUTE)
    assert shift.overtime_until == shift.start + timedelta(days=20)
    assert shift.start_location == Location(id="1", lat=46.0, lon=13.3)


def test_coordinates_that_are_no_degrees_are_left_out(read):
    problem = read(changed("patients", 0, "location", to=[500, 20]))
    assert problem.worker("x").shifts[0].start_location == Location(id="0")


def test_windows_that_touch_are_joined_where_they_bound_the_start(read):
    windows = [{"start": 150, "end": 200}, {"start": 30, "end": 150}]
    (window,) = read(changed("patients", 1, "time_windows", to=windows)).order("bob").time_windows
    assert (window.earliest, window.latest) == (BASE + 30 * MINUTE, BASE + 200 * MINUTE)


def test_of_windows_that_touch_the_second_counts_from_its_start_on(read):
    windows = [{"start": 30, "end": 150}, {"start": 150, "end": 200}]
    data = changed("patients", 1, "time_windows", to=windows, met="at_service_end")
    first, second = read(data).order("bob").time_windows
    assert first.latest == BASE + 150 * MINUTE - timedelta(milliseconds=1)
    assert second.earliest == BASE + 150 * MINUTE


@pytest.mark.parametrize("met", ["at_service_start", "at_service_end"])
@pytest.mark.parametrize("hard", [{}, {"total_tardiness": "HARD", "caregiver_preferences": ...}])
def test_a_problem_is_written_and_read_back_equal(read, tmp_path, met, hard):
    for data in (
        tiny(met=met, **hard),
        changed("patients", 3, "optional", to=True, met=met, total_extra_time="HARD"),
        changed("caregivers", 0, "working_shift", to=..., met=met, max_idle_time=0),
        changed("patients", 0, "time_windows", to=[{"start": 1.5, "end": 2.25}], met=met),
    ):
        problem = read(data)
        write_problem(problem, tmp_path / "again.json", "uhhc")
        assert read_problem(tmp_path / "again.json") == problem


def test_lunch_is_written_with_the_patient_at_whose_place_it_is(read, tmp_path):
    problem = read(tiny())
    write_plan(full_plan(problem), tmp_path / "plan.json", "uhhc", problem)
    routes = json.loads((tmp_path / "plan.json").read_text())["routes"]
    stops = {
        route["caregiver_id"]: [(stop["patient"], stop["service"]) for stop in route["locations"]]
        for route in routes
    }
    assert stops["x"][2] == ("cy", "lunch_break")
    assert stops["y"][0] == ("depot", "lunch_break")
    assert stops["z"][-1] == ("di", "lunch_break")


def test_a_plan_with_lunches_is_written_and_read_back(read, tmp_path):
    problem = read(tiny())
    made = full_plan(problem)
    write_plan(made, tmp_path / "plan.json", "uhhc", problem)
    back = read_plan(tmp_path / "plan.json", problem)
    assert check(problem, back) == check(problem, made) == []
    assert score(problem, back) == score(problem, made)


def test_a_caregiver_without_a_visit_gets_a_route_of_the_lunch_alone(read, tmp_path):
    problem = read(tiny())
    plan = build_plan(problem, {("x", 0): [VisitKey("ann")]})
    write_plan(plan, tmp_path / "plan.json", "uhhc", problem)
    routes = json.loads((tmp_path / "plan.json").read_text())["routes"]
    assert [route["caregiver_id"] for route in routes] == ["x", "y", "z"]
    lunch = {"patient": "depot", "service": "lunch_break"}
    assert routes[1]["locations"] == [lunch | {"arrival_time": 110, "departure_time": 140}]
    assert [r.worker for r in read_plan(tmp_path / "plan.json", problem).routes] == ["x"]


def test_no_lunch_alone_where_it_is_dearer_than_missing_it(read, tmp_path):
    # The way from one point to the other costs 2 x 9, lunch past the shift 7 a minute.
    data = tiny(missed_lunch_break=17)
    data["caregivers"][1]["arrival_point"] = "north"
    data["caregivers"][2]["working_shift"]["end"] = 137
    problem = read(data)
    plan = build_plan(problem, {("x", 0): [VisitKey("ann")]})
    write_plan(plan, tmp_path / "plan.json", "uhhc", problem)
    assert len(json.loads((tmp_path / "plan.json").read_text())["routes"]) == 1


def test_lunch_at_the_next_patients_place_is_read_as_lunch_before_the_drive(read, tmp_path):
    problem = read(tiny())
    stops = [
        ("di", "wash", 100, 110),
        ("cy", "lunch_break", 118, 148),
        ("cy", "wash", 148, 178),
    ]
    route = {
        "caregiver_id": "x",
        "locations": [
            {"patient": p, "service": s, "arrival_time": a, "departure_time": d}
            for p, s, a, d in stops
        ],
    }
    (tmp_path / "plan.json").write_text(json.dumps({"routes": [route]}))
    (found,) = read_plan(tmp_path / "plan.json", problem).routes
    # Seven minutes of way.
    assert found.breaks[0].start == BASE + 111 * MINUTE
    assert found.visits[1].arrival == found.visits[1].start == BASE + 148 * MINUTE


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (changed("metadata", to=...), "tiny.json, field metadata: the format needs it"),
        (
            tiny(met="never"),
            "metadata, field time_window_met: 'never' is none of at_service_start",
        ),
        (
            tiny(travel_time="HARD"),
            "cost_components, field travel_time: it can be weighed here, and not be forbidden",
        ),
        (tiny(total_tardiness=-1), "field total_tardiness: -1 is no number from 0 to 100000"),
        (tiny(max_waiting_time=1), "field max_waiting_time: there is no such part of the cost"),
        (tiny(working_time="HARD"), "field working_time: there is no such part of the cost"),
        (tiny(qualification=4), "field qualification: abilities and incompatible caregivers"),
        (
            changed("metadata", "origin", to="bazirha"),
            "metadata, field origin: waiting before the first visit",
        ),
        (changed("lunch_breaks", to=...), "field lunch_breaks: missed_lunch_break is weighed"),
        (
            changed("lunch_breaks", "end", to=120, met="at_service_end"),
            "lunch_breaks, field end: it leaves no time for the break",
        ),
        (
            changed("patients", 0, "distance_matrix_index", to=5),
            "patient 'ann', field distance_matrix_index: 5 is not from 0 to 4",
        ),
        (
            changed("patients", 0, "preferred_caregivers", to=["w"]),
            "patient 'ann', field preferred_caregivers: there is no worker 'w'",
        ),
        (
            changed("patients", 0, "preferred_caregivers", to=[]),
            "patient 'ann', field preferred_caregivers: nobody is named",
        ),
        (
            changed("patients", 4, "incompatible_caregivers", to=["w"]),
            "patient 'ed', field incompatible_caregivers: there is no worker 'w'",
        ),
        (
            changed("patients", 0, "time_windows", to=[]),
            "patient 'ann', field time_windows: a patient has at least one",
        ),
        (
            changed("patients", 0, "time_windows", 0, "end", to=30),
            "patient 'ann', time window number 1, field end: 30 is before the start 40",
        ),
        (
            changed("patients", 1, "time_windows", 0, "end", to=160, met="at_service_end"),
            "patient 'bob', field time_windows: [30.0, 160.0] and [150.0, 200.0] overlap",
        ),
        (
            changed("caregivers", 1, "departing_point", to="west"),
            "caregiver 'y', field departing_point: there is no terminal point 'west'",
        ),
        (
            changed("caregivers", 1, "working_shift", "end", to=60),
            "caregiver 'y', working_shift, field end: 60 is not after the start 60",
        ),
        (
            changed("caregivers", 1, "working_shift", to=...),
            "caregiver 'y', field working_shift: idle time is weighed",
        ),
        (changed("caregivers", 1, "id", to="x"), "caregiver 'x', field id: another caregiver"),
    ],
)
def test_a_fault_names_the_record_and_the_field(read, data, complaint):
    assert complaint in complaints(read, data)


def test_what_the_format_has_no_words_for_is_named(tmp_path, home_day):
    with pytest.raises(InputError) as excinfo:
        write_problem(home_day, tmp_path / "day.json", "uhhc")
    text = "\n".join(map(str, excinfo.value.issues))
    for part in (
        "order 'boiler', field setup",
        "order 'leak at Mrs. A', field skills",
        "objective, field travel_distance",
        "worker 'Bo', shift number 1, field end_location",
    ):
        assert part in text
    assert not (tmp_path / "day.json").exists()


@pytest.mark.parametrize("seed", range(60))
def test_spoilt_files_are_read_or_refused(read, tmp_path, seed):
    dice, problem = Random(seed), read(tiny())
    (tmp_path / "f").write_text(as_json(spoil_value(tiny(), dice)))
    faults_of(lambda: read_problem(tmp_path / "f", "uhhc"))
    write_plan(full_plan(problem), tmp_path / "plan.json", "uhhc", problem)
    data = spoil_value(json.loads((tmp_path / "plan.json").read_text()), dice)
    (tmp_path / "plan.json").write_text(as_json(data))
    faults_of(lambda: read_plan(tmp_path / "plan.json", problem, "uhhc"))


@needs_bench
@pytest.mark.parametrize("met", ["at_service_start", "at_service_end"])
@pytest.mark.parametrize("left", [{}, {"y"}, {"x", "z"}])
def test_the_checker_of_the_set_agrees_on_a_small_plan(read, tmp_path, met, left):
    problem = read(tiny(met=met))
    made = full_plan(problem)
    if left:
        # Without those whose crew would be torn apart.
        torn = {"cy", "ed"}
        made = build_plan(
            problem,
            {
                (route.worker, 0): [
                    VisitKey(visit.order, visit.role)
                    for visit in route.visits
                    if visit.order not in torn
                ]
                for route in made.routes
                if route.worker not in left
            },
        )
    write_plan(made, tmp_path / "plan.json", "uhhc", problem)
    verdict = judge("uhhc", tmp_path / "tiny.json", tmp_path / "plan.json")
    parts, cost = verdict["parts"], score(problem, made)
    hours = {
        "travel_time": "travel_time",
        "total_tardiness": "lateness",
        "highest_tardiness": "worst_lateness",
        "total_waiting_time": "waiting",
        "total_extra_time": "overtime",
    }
    for theirs, ours in hours.items():
        assert parts[theirs] == pytest.approx(60 * cost.amounts[ours])
    assert parts["caregiver_preferences"] == cost.amounts["preference"]
    if not left:
        assert verdict["errors"] == []
        assert check(problem, made) == []
        assert parts["max_idle_time"] == pytest.approx(60 * cost.amounts["max_idle"])
        assert parts["missed_lunch_break"] == 0
        assert verdict["value"] == pytest.approx(cost.total)


@pytest.mark.parametrize(
    "path",
    [*instances("uhhc", "*/*1.json"), *instances("uhhc", "*/i-*.json")],
    ids=lambda p: p.stem,
)
def test_a_published_instance_is_written_and_read_back_equal(path, tmp_path):
    problem = read_problem(path)
    write_problem(problem, tmp_path / "again.json", "uhhc")
    assert read_problem(tmp_path / "again.json") == problem
