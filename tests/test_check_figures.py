"""The checker on time zones, on figures that a plan states, and at size."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from a_day import (
    ANA,
    BEN,
    PLAN,
    PROBLEM,
    assert_says,
    at,
    later,
    minutes,
    only,
    plan_of,
    with_visit,
)
from homeserve_dispatch import (
    Cost,
    Location,
    Order,
    Plan,
    Problem,
    Route,
    Shift,
    Status,
    Streets,
    Unassigned,
    Worker,
    check,
    score,
)
from homeserve_dispatch.schedule import build_plan

# --- time zones


def test_naive_times_in_a_plan_of_an_aware_problem_are_named_once_a_route() -> None:
    def naive(route: Route) -> Route:
        bare = {name: getattr(route, name).replace(tzinfo=None) for name in ("departure", "end")}
        visits = tuple(
            one.model_copy(
                update={
                    name: getattr(one, name).replace(tzinfo=None)
                    for name in ("arrival", "start", "finish")
                }
            )
            for one in route.visits
        )
        return route.model_copy(update=bare | {"visits": visits})

    violation = only(PROBLEM, plan_of(naive(ANA), BEN))
    assert (violation.code, violation.worker, violation.amount) == ("TIME_ZONE", "Ana", 11.0)
    assert score(PROBLEM, plan_of(naive(ANA), naive(BEN))).amounts["unassigned"] == 1


def test_one_naive_time_in_an_aware_route_is_named() -> None:
    mixed = with_visit(BEN, 0, start=datetime(2026, 5, 4, 8, 30))
    assert_says(PROBLEM, plan_of(ANA, mixed), "TIME_ZONE", "1 of its times cannot be compared", 1)


def test_times_are_compared_in_utc_where_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    shift = Shift(
        start=datetime(2026, 3, 29, 1, tzinfo=berlin), end=datetime(2026, 3, 29, 6, tzinfo=berlin)
    )
    order = Order(id="A", location=Location(lat=48, lon=11), duration=minutes(90))
    problem = Problem(orders=[order], workers=[Worker(id="W", shifts=[shift])])
    one, half_past_three = shift.start, datetime(2026, 3, 29, 3, 30, tzinfo=berlin)
    route = {"worker": "W", "departure": one, "end": half_past_three}
    done = {"order": "A", "arrival": one, "start": one, "finish": half_past_three}
    plan = Plan.model_validate({"routes": [{**route, "visits": [done]}]})
    # From 1:00 it is 90 minutes to 3:30: there is no 2:00 to 3:00 that night.
    assert check(problem, plan) == []
    utc = plan.routes[0].model_copy(update={"end": half_past_three.astimezone(UTC)})
    assert check(problem, Plan(routes=[utc])) == []


# --- figures


FULL = build_plan(PROBLEM, {("Ana", 0): ["A", "B", "C"], ("Ben", 0): ["D"]})


def test_figures_that_are_right_are_no_faults() -> None:
    plan = FULL.model_copy(update={"cost": score(PROBLEM, FULL), "status": Status.PARTIAL})
    assert check(PROBLEM, plan) == []


@pytest.mark.parametrize(
    ("field", "value", "match", "amount"),
    [
        (
            "travel_time",
            minutes(11),
            "travel time of order 'C' is stated as 11 min, it is 10 min",
            60,
        ),
        ("distance_m", 990, "distance of order 'C' is stated as 990 m, it is 1000 m", 10),
        ("setup", minutes(1), "setup of order 'C'", 60),
        ("lateness", minutes(0), "lateness of order 'C' is stated as 0 s, it is 20 min", 1200),
        ("sla_lateness", minutes(31), "SLA lateness of order 'C'", 60),
    ],
)
def test_a_visits_wrong_figure_is_named(field: str, value: Any, match: str, amount: float) -> None:
    plan = plan_of(with_visit(ANA, 2, **{field: value}), BEN)
    assert_says(PROBLEM, plan, "STATED", match, amount)


@pytest.mark.parametrize(
    ("field", "value", "match", "amount"),
    [
        ("travel_time", minutes(29), "travel time of the route", 60),
        ("distance_m", 4000, "distance of the route", 1000),
        ("waiting", minutes(5), "waiting of the route is stated as 5 min, it is 0 s", 300),
        ("overtime", minutes(0), "overtime of the route", 1800),
        ("end", at("12:01"), "the end stated is 1 min later", 60),
    ],
)
def test_a_routes_wrong_figure_is_named(field: str, value: Any, match: str, amount: float) -> None:
    plan = plan_of(ANA.model_copy(update={field: value}), BEN)
    assert_says(PROBLEM, plan, "STATED", match, amount)


def test_an_arrival_later_than_travel_makes_it_is_a_wrong_figure() -> None:
    plan = plan_of(later(ANA, minutes(1), first=2), BEN)
    assert_says(PROBLEM, plan, "STATED", "arrival stated at order 'C' is 1 min later", 60)


def test_a_figure_that_is_not_stated_is_not_faulted() -> None:
    assert ANA.waiting == timedelta(0)
    assert "waiting" not in ANA.model_fields_set
    assert check(PROBLEM, PLAN) == []


def test_a_wrong_cost_is_named_part_by_part() -> None:
    cost = score(PROBLEM, PLAN)
    wrong = Cost(
        total=cost.total + 1,
        parts=cost.parts | {"overtime": 23.5, "bribes": 2.0},
        amounts=cost.amounts | {"overtime": 1.5},
    )
    found = check(PROBLEM, PLAN.model_copy(update={"cost": wrong}))
    assert {one.code for one in found} == {"STATED"}
    assert not any(one.hard for one in found)
    assert [one.amount for one in found] == pytest.approx([1.0, 1.0, 2.0, 1.0])
    assert "total cost" in found[0].message
    assert "cost of 'bribes' is stated as 2, it is 0" in found[2].message


def test_a_cost_may_be_off_by_a_millionth() -> None:
    cost = score(PROBLEM, PLAN)
    near = cost.model_copy(update={"total": cost.total * (1 + 5e-7)})
    assert check(PROBLEM, PLAN.model_copy(update={"cost": near})) == []


@pytest.mark.parametrize(
    ("plan", "status"),
    [
        (plan_of(ANA, BEN), Status.PARTIAL),
        (plan_of(left=("A", "B", "C", "D", "E")), Status.EMPTY),
    ],
)
def test_a_wrong_status_is_named(plan: Plan, status: Status) -> None:
    assert check(PROBLEM, plan.model_copy(update={"status": status})) == []
    wrong = plan.model_copy(update={"status": Status.COMPLETE})
    assert_says(PROBLEM, wrong, "STATED", f"stated as complete, it is {status}", 1)


def test_a_wrong_skip_cost_is_named() -> None:
    plan = PLAN.model_copy(update={"unassigned": (Unassigned(order="E", skip_cost=81),)})
    assert_says(PROBLEM, plan, "STATED", "skip cost of 'E' is stated as 81, it is 80", 1)


# --- at size


def test_two_thousand_orders_are_checked_and_scored_in_a_moment() -> None:
    start = datetime(2026, 5, 4, 8)
    problem = Problem(
        orders=[
            Order(
                id=f"o{number}",
                location=Location(lat=48 + number % 50 / 500, lon=11 + number // 50 / 500),
                duration=minutes(10),
                skills={"s": 1},
                demand={"kg": 1},
            )
            for number in range(2000)
        ],
        workers=[
            Worker(
                id=f"w{number}",
                shifts=[Shift(start=start, end=start + minutes(600), capacity={"kg": 99})],
                skills=["s"],
            )
            for number in range(100)
        ],
        travel=Streets(centre=Location(lat=48, lon=11)),
    )
    plan = build_plan(
        problem,
        {(f"w{w}", 0): [f"o{number}" for number in range(20 * w, 20 * w + 20)] for w in range(100)},
    )
    fastest = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        assert check(problem, plan) == []
        assert score(problem, plan).amounts["unassigned"] == 0
        fastest = min(fastest, time.perf_counter() - began)
    assert fastest < 1.0  # 0.1 s alone on a slow core; the rest is for busy machines
