"""Orders, services and time windows: what they accept, what they refuse, what they fill in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from homeserve_dispatch import (
    InputError,
    Location,
    Objective,
    Order,
    Problem,
    Recurrence,
    Role,
    ServiceType,
    TimeWindow,
)

HERE = Location(lat=48, lon=11)
NINE = datetime(2026, 5, 4, 9)
HOUR = timedelta(hours=1)


def window(start: float, end: float, **kind: Any) -> TimeWindow:
    return TimeWindow(earliest=NINE + start * HOUR, latest=NINE + end * HOUR, **kind)


def order(identity: str = "A", **fields: Any) -> Order:
    return Order(**{"id": identity, "location": HERE, "duration": HOUR} | fields)


def test_a_window_of_one_moment_is_a_window() -> None:
    assert window(1, 1).earliest == window(1, 1).latest


def test_a_window_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(InputError, match=r"the window ends \(2026-05-04 09:00:00\) before"):
        window(1, 0)


def test_a_window_is_compared_in_utc_where_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 2, 45, tzinfo=berlin)
    second = datetime(2026, 10, 25, 2, 15, fold=1, tzinfo=berlin)
    assert TimeWindow(earliest=first, latest=second).latest == second
    with pytest.raises(InputError, match=r"ends .* before it starts"):
        TimeWindow(earliest=second, latest=first)


def test_a_window_with_a_time_zone_at_one_end_only_is_refused() -> None:
    with pytest.raises(InputError, match="must both have a time zone, or neither"):
        TimeWindow(earliest=NINE, latest=NINE.replace(tzinfo=UTC))


@pytest.mark.parametrize("second", [(0.5, 2), (1, 2), (0, 1), (0.2, 0.4), (-1, 3)])
def test_windows_that_overlap_or_touch_are_refused(second: tuple[float, float]) -> None:
    with pytest.raises(InputError, match=r"the time windows overlap.*join them"):
        order(time_windows=[window(0, 1), window(*second)])


def test_windows_may_come_in_any_order() -> None:
    windows = (window(5, 6), window(0, 1), window(2, 3))
    assert order(time_windows=windows).time_windows == windows


@pytest.mark.parametrize("other", [{"soft": True}, {"bounds": "finish"}])
def test_windows_of_several_kinds_in_one_order_are_refused(other: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="must agree in bounds, soft and time zone"):
        order(time_windows=[window(0, 1), window(2, 3, **other)])


def test_windows_with_and_without_time_zone_in_one_order_are_refused() -> None:
    aware = TimeWindow(
        earliest=datetime(2026, 5, 5, tzinfo=UTC), latest=datetime(2026, 5, 6, tzinfo=UTC)
    )
    with pytest.raises(InputError, match="must agree in bounds, soft and time zone"):
        order(time_windows=[window(0, 1), aware])


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({"id": ""}, "field id"),
        ({"duration": timedelta(seconds=-1)}, "a duration cannot be negative"),
        ({"duration": "an hour"}, "field duration"),
        ({"priority": 101}, "field priority"),
        ({"priority": -1}, "field priority"),
        ({"skip_cost": -0.5}, "field skip_cost"),
        ({"skip_cost": float("inf")}, "field skip_cost"),
        ({"skip_cost": float("nan")}, "field skip_cost"),
        ({"skip_cost": 1e16}, "field skip_cost"),
        ({"skills": {"gas": 0}}, "field skills.gas"),
        ({"skills": {"gas": 1001}}, "field skills.gas"),
        ({"demand": {"kg": -1}}, "field demand.kg"),
        ({"location": {"lat": 91, "lon": 0}}, "field location.lat"),
        ({"colour": "red"}, "no such field"),
        ({"durations": HOUR}, "did you mean 'duration'"),
    ],
)
def test_a_value_out_of_range_is_refused_and_named(fields: dict[str, Any], match: str) -> None:
    with pytest.raises(InputError, match=match) as caught:
        order(**fields)
    assert "order" in caught.value.issues[0].where


def test_all_faults_of_an_order_are_listed_together() -> None:
    with pytest.raises(InputError) as caught:
        order(priority=200, duration=timedelta(-1), skills={"gas": 0}, colour="red")
    assert len(caught.value.issues) == 4


def test_durations_are_also_seconds_and_iso_8601() -> None:
    assert order(duration=90).duration == timedelta(seconds=90)
    assert order(duration="PT1H30M").duration == 1.5 * HOUR


def test_times_and_durations_are_kept_to_the_millisecond() -> None:
    made = order(duration=timedelta(microseconds=1999), release=NINE.replace(microsecond=1999))
    assert made.duration == timedelta(milliseconds=1)
    assert made.release == NINE.replace(microsecond=1000)


def test_an_order_tells_all_its_times() -> None:
    made = order(release=NINE, resolve_by=NINE + HOUR, time_windows=[window(0, 1)])
    names = [name for name, _ in made.moments()]
    assert names == ["release", "resolve_by", "time_windows.earliest", "time_windows.latest"]


# --- the service catalogue

SERVICE = ServiceType(
    id="boiler",
    duration=2 * HOUR,
    setup=HOUR / 6,
    skills={"gas": 2},
    required_tags=["van"],
    preferred_tags=["german"],
    forbidden_tags=["smoker"],
    priority=20,
    skip_cost=77,
    demand={"kg": 3},
    tools=["ladder"],
)


def effective(order: Order, **objective: Any) -> dict[str, Any]:
    problem = Problem(
        orders=[order], workers=[], services=[SERVICE], objective=Objective(**objective)
    )
    found = problem.effective(order)._asdict()
    # With no crew the one role is the order itself.
    (role,) = found.pop("roles")
    assert role == (found["duration"], found["skills"], timedelta(0), timedelta(0))
    return found


def test_what_an_order_leaves_out_its_service_fills_in() -> None:
    assert effective(Order(id="A", location=HERE, service="boiler")) == {
        "duration": 2 * HOUR,
        "setup": HOUR / 6,
        "skills": {"gas": 2},
        "required_tags": ("van",),
        "preferred_tags": ("german",),
        "forbidden_tags": ("smoker",),
        "priority": 20,
        "skip_cost": 77,
        "demand": {"kg": 3},
        "tools": ("ladder",),
    }


def test_what_an_order_states_replaces_its_services_as_a_whole() -> None:
    own = {
        "duration": HOUR,
        "setup": timedelta(0),
        "skills": {"wiring": 1},
        "required_tags": (),
        "preferred_tags": ("dutch",),
        "forbidden_tags": (),
        "priority": 0,
        "skip_cost": 0.0,
        "demand": {},
        "tools": (),
    }
    assert effective(order(service="boiler", **own)) == own


def test_without_a_service_the_defaults_hold() -> None:
    found = effective(order())
    assert found == {
        "duration": HOUR,
        "setup": timedelta(0),
        "skills": {},
        "required_tags": (),
        "preferred_tags": (),
        "forbidden_tags": (),
        "priority": 0,
        "skip_cost": 150,
        "demand": {},
        "tools": (),
    }


def test_priority_raises_the_cost_of_leaving_out_unless_it_is_stated() -> None:
    assert effective(order(priority=100))["skip_cost"] == 150 * 11
    weights = {"unassigned": 10, "unassigned_by_priority": 1}
    assert effective(order(priority=3), **weights)["skip_cost"] == 40
    assert effective(order(priority=3, skip_cost=1), **weights)["skip_cost"] == 1


def test_a_service_without_an_id_of_an_empty_order_is_not_found_by_accident() -> None:
    dash = ServiceType(id="-", duration=5 * HOUR, priority=9)
    problem = Problem(orders=[order()], workers=[], services=[dash])
    assert problem.effective(problem.orders[0]).priority == 0


# --- crews and recurring work


def test_roles_take_from_the_order_what_they_do_not_state() -> None:
    helper = Role(duration=HOUR / 2, skills={"lift": 1}, latest_offset=HOUR)
    service = SERVICE.model_copy(update={"crew": (Role(), helper)})
    problem = Problem(
        orders=[
            Order(id="A", location=HERE, service="boiler"),
            order("B", service="boiler", crew=()),
            order("C", service="boiler", crew=[Role(duration=3 * HOUR), Role()]),
        ],
        workers=[],
        services=[service],
    )
    whole, none, own = (problem.effective(each) for each in problem.orders)
    first = (2 * HOUR, {"gas": 2}, timedelta(0), timedelta(0))
    assert whole.roles == (first, (HOUR / 2, {"lift": 1}, timedelta(0), HOUR))
    assert (whole.duration, whole.skills) == (2 * HOUR, {"gas": 2})
    assert [role.duration for role in none.roles] == [HOUR]
    assert [role.duration for role in own.roles] == [3 * HOUR, HOUR]
    assert own.duration == 3 * HOUR
    assert problem.visits(problem.orders[0]) == [("A", 0, 0), ("A", 1, 0)]


def test_recurring_work_needs_a_visit_each_time() -> None:
    made = order(recurrence=Recurrence(times=3))
    problem = Problem(orders=[made], workers=[])
    assert problem.visits(made) == [("A", 0, 0), ("A", 0, 1), ("A", 0, 2)]


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"times": 1}, "field times"),
        ({"times": 2, "min_gap_days": 0}, "field min_gap_days"),
        ({"times": 2, "min_gap_days": 3, "max_gap_days": 2}, "max_gap_days is less than min_gap"),
        ({"times": 2, "patterns": [["2026-05-04"]]}, "a pattern has 1 days, times is 2"),
        ({"times": 2, "patterns": [["2026-05-05", "2026-05-04"]]}, "the days of a pattern must"),
    ],
)
def test_a_recurrence_that_makes_no_sense_is_refused(
    fields: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(InputError, match=complaint):
        Recurrence(**fields)


def test_the_offsets_of_a_role_are_in_order() -> None:
    with pytest.raises(InputError, match="latest_offset is before earliest_offset"):
        Role(earliest_offset=HOUR)
