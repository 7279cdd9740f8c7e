"""Problems: faults between records are found, all of them, and named so that they can be mended."""

from __future__ import annotations

import pickle
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeserve_dispatch import (
    DispatchError,
    GreatCircle,
    InputError,
    Issue,
    Location,
    ModeMatrix,
    Objective,
    Order,
    Problem,
    ServiceType,
    Shift,
    TimeWindow,
    TravelMatrix,
    Worker,
)
from strategies import problems, ruled_problems

HERE = Location(lat=48, lon=11)
EIGHT = datetime(2026, 5, 4, 8)
HOUR = timedelta(hours=1)
DAY = Shift(start=EIGHT, end=EIGHT + 8 * HOUR)


def order(identity: str = "A", **fields: Any) -> Order:
    return Order(**{"id": identity, "location": HERE, "duration": HOUR} | fields)


def worker(identity: str = "Ana", **fields: Any) -> Worker:
    return Worker(**{"id": identity, "shifts": [DAY]} | fields)


def faults(**fields: Any) -> list[str]:
    """The codes and places of all faults."""
    with pytest.raises(InputError) as caught:
        Problem(**{"orders": [order()], "workers": [worker()]} | fields)
    return [f"{issue.code} {issue.where}" for issue in caught.value.issues]


def test_a_problem_of_nothing_is_a_problem() -> None:
    assert Problem(orders=[], workers=[]).orders == ()


def test_records_are_found_by_id() -> None:
    problem = Problem(orders=[order("A"), order("B")], workers=[worker()])
    assert problem.order("B").id == "B"
    assert problem.worker("Ana").id == "Ana"
    with pytest.raises(KeyError, match="C"):
        problem.order("C")
    with pytest.raises(KeyError, match="Ben"):
        problem.worker("Ben")


def test_ids_used_twice_are_named_once_each() -> None:
    found = faults(
        orders=[order("A"), order("A"), order("A"), order("B")],
        workers=[worker(), worker()],
        services=[ServiceType(id="s"), ServiceType(id="s")],
    )
    assert found == [
        "DUPLICATE_ID order 'A', field id",
        "DUPLICATE_ID worker 'Ana', field id",
        "DUPLICATE_ID service 's', field id",
    ]


def test_one_id_may_name_an_order_and_a_worker() -> None:
    assert Problem(orders=[order("A")], workers=[worker("A")]).worker("A").id == "A"


@pytest.mark.parametrize("field", ["required_workers", "preferred_workers", "forbidden_workers"])
def test_an_unknown_worker_is_named_with_the_nearest(field: str) -> None:
    with pytest.raises(
        InputError, match=r"there is no worker 'Anna'.*did you mean 'Ana'"
    ) as caught:
        Problem(orders=[order(**{field: ["Anna"]})], workers=[worker()])
    assert caught.value.issues[0].where == f"order 'A', field {field}"


def test_an_unknown_service_is_named() -> None:
    assert faults(orders=[order(service="boiler")]) == ["UNKNOWN_SERVICE order 'A', field service"]


def test_an_order_without_a_duration_anywhere_is_named() -> None:
    services = [ServiceType(id="s"), ServiceType(id="t", duration=HOUR)]
    found = faults(
        orders=[
            order("A", duration=None),
            order("B", duration=None, service="s"),
            order("C", duration=None, service="t"),
            order("D", service="s"),
        ],
        services=services,
    )
    assert found == [
        "MISSING_FIELD order 'A', field duration",
        "MISSING_FIELD order 'B', field duration",
    ]


def test_an_unknown_mode_is_named() -> None:
    assert faults(workers=[worker(mode="boat")]) == ["UNKNOWN_MODE worker 'Ana', field mode"]
    train = GreatCircle(speed_kmh={"train": 60})
    assert faults(travel=train) == ["UNKNOWN_MODE worker 'Ana', field mode"]


def test_places_that_the_travel_model_does_not_know_are_named() -> None:
    stray = Location(id="x")
    shift = Shift(start=EIGHT, end=EIGHT + HOUR, start_location=stray, end_location=stray)
    late = Shift(start=EIGHT + 2 * HOUR, end=EIGHT + 3 * HOUR, end_location=stray)
    found = faults(orders=[order(location=stray)], workers=[worker(shifts=[shift, late])])
    assert found == [
        "MISSING_FIELD order 'A', field location",
        "MISSING_FIELD worker 'Ana', shift number 1, field start_location",
        "MISSING_FIELD worker 'Ana', shift number 1, field end_location",
        "MISSING_FIELD worker 'Ana', shift number 2, field end_location",
    ]
    table = TravelMatrix(places=["y"], tables={"car": ModeMatrix(travel_time_s=[[0]])})
    assert faults(orders=[order(location=stray)], travel=table) == [
        "UNKNOWN_PLACE order 'A', field location"
    ]
    assert faults(travel=table) == ["UNKNOWN_PLACE order 'A', field location"]


def test_one_place_id_at_two_spots_is_a_fault_where_coordinates_count() -> None:
    one, other = Location(id="x", lat=1, lon=2), Location(id="x", lat=1, lon=3)
    both = [order("A", location=one), order("B", location=other), order("C", location=one)]
    assert faults(orders=both) == ["CONFLICTING_PLACE order 'B', field location"]
    table = TravelMatrix(places=["x"], tables={"car": ModeMatrix(travel_time_s=[[0]])})
    assert Problem(orders=both, workers=[], travel=table).order("B").location == other


def test_a_skill_that_nobody_holds_is_no_fault_without_a_vocabulary() -> None:
    problem = Problem(orders=[order(skills={"gas": 1})], workers=[worker(skills=["wiring"])])
    assert problem.order("A").skills == {"gas": 1}


def test_a_skill_spelt_in_two_ways_is_a_fault() -> None:
    with pytest.raises(
        InputError, match="no worker has 'Gas fitting', but some have 'gas_fitting'"
    ):
        Problem(orders=[order(skills={"Gas fitting": 1})], workers=[worker(skills=["gas_fitting"])])


def test_a_skill_outside_the_vocabulary_is_a_fault_wherever_it_is() -> None:
    found = faults(
        orders=[order(skills={"gaz": 1})],
        workers=[worker(skills=["gsa"])],
        services=[ServiceType(id="s", skills={"sag": 1})],
        skills=["gas"],
    )
    assert found == [
        "UNKNOWN_SKILL order 'A', field skills",
        "UNKNOWN_SKILL service 's', field skills",
        "UNKNOWN_SKILL worker 'Ana', field skills",
    ]


def test_the_rarer_of_aware_and_naive_times_is_named_record_by_record() -> None:
    aware = EIGHT.replace(tzinfo=UTC)
    found = faults(
        orders=[
            order("A", release=aware, respond_by=aware),
            order("B", release=EIGHT),
            order("C", time_windows=[TimeWindow(earliest=EIGHT, latest=EIGHT)]),
        ]
    )
    assert found == [
        "MIXED_TIME_ZONES order 'A', field release",
        "MIXED_TIME_ZONES order 'A', field respond_by",
    ]


def test_faults_within_records_and_between_them_are_listed_together() -> None:
    raw = {
        "orders": [
            {"id": "A", "location": {"lat": 99, "lon": 0}, "duration": 60},
            {"id": "B", "location": {"lat": 9, "lon": 0}, "service": "none"},
            {"id": "B", "location": {"lat": 9, "lon": 0}, "duration": 60, "colour": "red"},
        ],
        "workers": [{"id": "Ana", "mode": "boat"}],
        "objective": {"overtime": "soft"},
    }
    with pytest.raises(InputError) as caught:
        Problem.model_validate(raw)
    found = {(issue.code, issue.where) for issue in caught.value.issues}
    assert {
        ("BAD_VALUE", "order 'A', field location.lat"),
        ("UNKNOWN_FIELD", "order 'B', field colour"),
        ("DUPLICATE_ID", "order 'B', field id"),
        ("UNKNOWN_SERVICE", "order 'B', field service"),
        ("UNKNOWN_MODE", "worker 'Ana', field mode"),
    } <= found
    assert any(where.startswith("field objective.overtime") for _, where in found)


@pytest.mark.parametrize(
    ("text", "code"),
    [("{", "BAD_JSON"), ("[]", "BAD_VALUE"), ("{}", "MISSING_FIELD"), ("null", "BAD_VALUE")],
)
def test_text_that_is_no_problem_is_refused(text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        Problem.model_validate_json(text)
    assert caught.value.issues[0].code == code


def test_a_faulty_record_is_named_by_its_id_or_its_number() -> None:
    raw = {"orders": [{"id": "A", "duration": 1}, {"duration": 1}], "workers": []}
    with pytest.raises(InputError) as caught:
        Problem.model_validate(raw)
    assert [issue.where for issue in caught.value.issues] == [
        "order 'A', field location",
        "order number 2, field id",
        "order number 2, field location",
    ]


def test_a_fault_in_a_list_within_a_record_is_placed() -> None:
    raw = {
        "orders": [
            {
                "id": "A",
                "location": {"lat": 1, "lon": 2},
                "duration": 1,
                "time_windows": [{"earliest": "2026-05-04T08:00", "latest": "noon"}],
            }
        ],
        "workers": [],
    }
    with pytest.raises(InputError, match="order 'A', time window number 1, field latest"):
        Problem.model_validate(raw)


def test_an_input_error_is_a_value_error_of_this_library_and_can_be_sent_to_a_process() -> None:
    with pytest.raises(InputError) as caught:
        order(priority=101)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, DispatchError)
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert again.issues == caught.value.issues
    assert str(again) == str(caught.value)


def test_the_text_of_many_faults_stops_at_twenty_and_counts_the_rest() -> None:
    issues = [Issue("X", f"order {n}", "is wrong", "mend it") for n in range(25)]
    text = str(InputError(issues))
    assert text.startswith("25 faults in the input:\n  order 0: is wrong [X] -> mend it\n")
    assert text.endswith("order 19: is wrong [X] -> mend it\n  … and 5 more")
    with pytest.raises(TypeError, match="at least one Issue"):
        InputError([])


def test_a_copy_with_other_records_does_not_remember_the_old_ones() -> None:
    problem = Problem(orders=[order("A")], workers=[worker()])
    assert problem.order("A").priority is None
    urgent = problem.model_copy(update={"orders": (order("A", priority=9),)})
    assert urgent.order("A").priority == 9
    assert problem.order("A").priority is None


def test_a_problem_cannot_be_changed() -> None:
    problem = Problem(orders=[], workers=[])
    with pytest.raises(ValueError, match="frozen"):
        problem.orders = ()  # type: ignore[misc]


@pytest.mark.parametrize("part", ["overtime", "lateness", "sla_lateness", "preference"])
def test_only_some_parts_can_be_forbidden(part: str) -> None:
    assert getattr(Objective(**{part: "hard"}), part) == "hard"
    for value in ("soft", -1, float("inf"), None):
        with pytest.raises(InputError, match=f"field {part}"):
            Objective(**{part: value})
    with pytest.raises(InputError, match="field travel_time"):
        Objective(travel_time="hard")


@settings(max_examples=60)
@given(st.one_of(problems(), ruled_problems()))
def test_any_problem_comes_back_from_json_and_from_itself(problem: Problem) -> None:
    again = Problem.model_validate_json(problem.model_dump_json())
    assert again == problem
    assert Problem.model_validate(problem.model_dump()) == problem
    assert pickle.loads(pickle.dumps(problem)) == problem  # noqa: S301


def test_five_thousand_orders_with_a_fault_each_are_refused_quickly() -> None:
    raw = {
        "orders": [
            {"id": f"o{n}", "location": {"lat": 1, "lon": 2}, "duration": 1, "prioriti": n}
            for n in range(5000)
        ],
        "workers": [{"id": f"w{n}"} for n in range(500)],
    }
    began = time.perf_counter()
    with pytest.raises(InputError, match="did you mean 'priority'") as caught:
        Problem.model_validate(raw)
    assert len(caught.value.issues) == 5000
    assert time.perf_counter() - began < 5
