"""The checker: a good plan has no faults; each way to break it is named, and only it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
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
    codes,
    later,
    minutes,
    only,
    place,
    plan_of,
    visit,
    window,
    with_objective,
    with_order,
    with_shift,
    with_visit,
    with_worker,
)
from homeserve_dispatch import (
    Location,
    Order,
    Problem,
    Rates,
    Route,
    ServiceType,
    Shift,
    Skill,
    Violation,
    Worker,
    check,
)
from homeserve_dispatch.checking import Code
from homeserve_dispatch.schedule import build_plan


def test_a_good_plan_has_no_faults() -> None:
    assert check(PROBLEM, PLAN) == []


def test_a_fault_names_order_worker_shift_and_amount() -> None:
    plan = plan_of(with_visit(ANA, 1, finish=at("10:45")), BEN)
    assert only(PROBLEM, plan) == Violation(
        code=Code.DURATION,
        order="B",
        worker="Ana",
        shift=0,
        amount=300.0,
        unit="s",
        hard=True,
        message="worker 'Ana', shift 0: the finish of order 'B' is 5 min off start + setup + "
        "duration",
    )


def test_a_fault_reads_as_its_message_and_code() -> None:
    plan = plan_of(ANA, left=("E", "D", "D"))
    assert (
        str(only(PROBLEM, plan)) == "order 'D' is listed as left out again [DUPLICATE_UNASSIGNED]"
    )


# --- who is in the plan


def test_an_order_in_neither_routes_nor_unassigned_is_missing() -> None:
    assert_says(PROBLEM, plan_of(ANA, BEN, left=()), "MISSING_ORDER", "'E' is neither", 1)


def test_an_order_visited_and_left_out_is_both() -> None:
    assert_says(PROBLEM, plan_of(ANA, BEN, left=("D", "E")), "BOTH", "'D' is visited and", 1)


def test_an_unknown_order_is_named_in_routes_and_among_those_left_out() -> None:
    stray = with_visit(BEN, 0, order="X")
    assert codes(PROBLEM, plan_of(ANA, stray, left=("D", "E"))) == ["UNKNOWN_ORDER"]
    assert codes(PROBLEM, plan_of(ANA, BEN, left=("E", "X"))) == ["UNKNOWN_ORDER"]


def test_nothing_is_said_of_the_way_past_an_unknown_order() -> None:
    stray = with_visit(ANA, 1, order="X")
    assert codes(PROBLEM, plan_of(stray, BEN, left=("B", "E"))) == ["UNKNOWN_ORDER"]


def test_an_unknown_worker_and_an_unknown_shift_are_named() -> None:
    nobody = BEN.model_copy(update={"worker": "Cleo"})
    assert_says(PROBLEM, plan_of(ANA, nobody), "UNKNOWN_WORKER", "no worker 'Cleo'", 1)
    never = BEN.model_copy(update={"shift": 2})
    assert_says(PROBLEM, plan_of(ANA, never), "UNKNOWN_SHIFT", "shifts are 2, counted from 0", 1)


def test_who_may_do_what_is_judged_in_an_unknown_shift_too() -> None:
    never = ANA.model_copy(update={"shift": 1, "worker": "Ben", "visits": ANA.visits[:1]})
    never = never.model_copy(update={"shift": 7})
    assert codes(PROBLEM, plan_of(BEN, never, left=("B", "C", "E"))) == [
        "UNKNOWN_SHIFT",
        "SKILL_LEVEL",
        "REQUIRED_TAG",
        "FORBIDDEN_TAG",
        "REQUIRED_WORKER",
    ]


def test_an_order_visited_twice_is_named_once() -> None:
    again = Route(
        worker="Ben",
        shift=1,
        departure=at("8:00", 5),
        end=at("8:30", 5),
        visits=[visit("D", "8:00", "8:00", "8:30", day=5)],
    )
    violation = only(PROBLEM, plan_of(ANA, BEN, again))
    assert (violation.code, violation.order, violation.shift) == ("DUPLICATE_VISIT", "D", 1)


def test_two_routes_in_one_shift_are_named() -> None:
    more = Route(
        worker="Ben",
        departure=at("9:00"),
        end=at("9:30"),
        visits=[visit("F", "9:00", "9:00", "9:30")],
    )
    extra = Order(id="F", location=place("c"), duration=minutes(30))
    problem = PROBLEM.model_copy(update={"orders": (*PROBLEM.orders, extra)})
    assert_says(problem, plan_of(ANA, BEN, more), "DUPLICATE_ROUTE", "another route", 1)


def test_a_route_without_visits_is_named() -> None:
    empty = BEN.model_copy(update={"visits": ()})
    assert codes(PROBLEM, plan_of(ANA, empty, left=("D", "E"))) == ["EMPTY_ROUTE"]


# --- who may do what


@pytest.mark.parametrize(
    ("change", "code", "match", "amount", "unit"),
    [
        ({"skills": {"wiring": 1}}, "SKILL", "'wiring' for order 'A' is lacking", 1, ""),
        ({"skills": {"gas": 5}}, "SKILL_LEVEL", "level 2, 5 is asked for", 3, "level"),
        ({"required_tags": ("van",)}, "REQUIRED_TAG", "requires the tag 'van'", 1, ""),
        ({"forbidden_tags": ("german",)}, "FORBIDDEN_TAG", "forbids the tag 'german'", 1, ""),
        ({"area": "south"}, "AREA", "area 'south', the worker only goes to north", 1, ""),
        ({"area": None}, "AREA", "lies in no area", 1, ""),
        ({"required_workers": ("Ben",)}, "REQUIRED_WORKER", "requires 'Ben'", 1, ""),
        ({"forbidden_workers": ("Ana",)}, "FORBIDDEN_WORKER", "forbids this worker", 1, ""),
    ],
)
def test_a_worker_who_may_not_do_it_is_named(
    change: dict[str, Any], code: str, match: str, amount: float, unit: str
) -> None:
    assert_says(with_order("A", **change), PLAN, code, match, amount)
    assert only(with_order("A", **change), PLAN).unit == unit


def test_what_the_service_asks_for_counts_unless_the_order_says_otherwise() -> None:
    service = ServiceType(id="boiler", skills={"boilers": 1}, duration=minutes(5), setup=minutes(9))
    problem = with_order("A", service="boiler").model_copy(update={"services": (service,)})
    assert check(problem, PLAN) == []
    problem = with_order("A", service="boiler", skills=None).model_copy(
        update={"services": (service,)}
    )
    assert_says(problem, PLAN, "SKILL", "'boilers'", 1)


@pytest.mark.parametrize(
    ("skill", "match", "days"),
    [
        (Skill(level=2, valid_until=date(2026, 5, 1)), "only until 2026-05-01", 3),
        (Skill(level=2, valid_from=date(2026, 5, 6)), "only from 2026-05-06 on", 2),
    ],
)
def test_a_skill_that_is_not_valid_on_the_day_is_named(
    skill: Skill, match: str, days: float
) -> None:
    problem = with_worker("Ana", skills={"gas": skill})
    assert_says(problem, PLAN, "SKILL_EXPIRED", match, days)
    assert only(problem, PLAN).unit == "day"


def test_a_skill_can_be_too_low_and_expired() -> None:
    problem = with_worker("Ana", skills={"gas": Skill(level=1, valid_until=date(2026, 5, 1))})
    assert codes(problem, PLAN) == ["SKILL_LEVEL", "SKILL_EXPIRED"]


def test_the_day_of_a_skill_is_that_of_the_shifts_own_zone() -> None:
    auckland = ZoneInfo("Pacific/Auckland")
    start = datetime(2026, 5, 4, 8, tzinfo=auckland)  # still the 3rd in UTC
    order = Order(
        id="A", location=Location(id="x", lat=0, lon=0), duration=minutes(5), skills={"s": 1}
    )
    worker = Worker(
        id="W",
        shifts=[Shift(start=start, end=start + timedelta(hours=1))],
        skills={"s": Skill(valid_from=date(2026, 5, 4), valid_until=date(2026, 5, 4))},
    )
    problem = Problem(orders=[order], workers=[worker])
    assert check(problem, build_plan(problem, {("W", 0): ["A"]})) == []


def test_missed_preferences_are_faults_only_where_they_are_forbidden() -> None:
    problem = with_objective(preference="hard")
    found = check(problem, PLAN)
    assert [(one.code, one.order, one.amount) for one in found] == [
        ("PREFERENCE", "A", 1.0),
        ("PREFERENCE", "B", 1.0),
        ("PREFERENCE", "C", 3.0),
    ]
    assert "rather have 'Ben'" in found[2].message
    assert "rather have 'van'" in found[2].message
    assert "'Ana' would rather work in 'south'" in found[2].message


# --- when


def test_a_visit_before_its_window_is_named() -> None:
    problem = with_order("A", time_windows=(window("9:20", "10:00"),))
    assert_says(problem, PLAN, "TIME_WINDOW", "'A' starts 20 min outside", 1200)


def test_a_visit_after_its_window_is_named() -> None:
    problem = with_order("A", time_windows=(window("8:00", "8:59"),))
    assert_says(problem, PLAN, "TIME_WINDOW", "'A' starts 1 min outside", 60)


def test_a_visit_between_two_windows_is_off_by_the_way_to_the_nearer_one() -> None:
    problem = with_order("A", time_windows=(window("9:05", "9:30"), window("8:00", "8:50")))
    assert_says(problem, PLAN, "TIME_WINDOW", "5 min", 300)


@pytest.mark.parametrize("edge", [("9:00", "10:00"), ("8:00", "9:00"), ("9:00", "9:00")])
def test_both_ends_of_a_window_are_in_it(edge: tuple[str, str]) -> None:
    assert check(with_order("A", time_windows=(window(*edge),)), PLAN) == []


@pytest.mark.parametrize(
    ("bounds", "amount"), [(("10:00", "10:30"), 600), (("11:00", "12:00"), 1200)]
)
def test_a_window_of_the_finish_is_held_against_the_finish(
    bounds: tuple[str, str], amount: float
) -> None:
    problem = with_order("B", time_windows=(window(*bounds, bounds="finish"),))
    assert_says(problem, PLAN, "TIME_WINDOW", "'B' finishes", amount)


def test_a_soft_window_may_be_missed_but_not_started_early() -> None:
    problem = with_order("A", time_windows=(window("8:00", "8:30", soft=True),))
    assert check(problem, PLAN) == []
    problem = with_order("A", time_windows=(window("9:30", "10:30", soft=True),))
    assert_says(problem, PLAN, "TIME_WINDOW", "starts 30 min before its window opens", 1800)


def test_a_missed_soft_window_is_a_fault_where_lateness_is_forbidden() -> None:
    assert_says(
        with_objective(lateness="hard"), PLAN, "LATENESS", "'C' starts 20 min outside", 1200
    )


def test_a_start_before_the_release_is_named() -> None:
    assert_says(with_order("D", release=at("8:31")), PLAN, "RELEASE", "starts 1 min too early", 60)


def test_hard_deadlines_are_named_and_soft_ones_are_not() -> None:
    problem = with_order("B", respond_by=at("10:00"), resolve_by=at("10:39"))
    assert codes(problem, PLAN) == ["RESPOND_BY", "RESOLVE_BY"]
    assert [one.amount for one in check(problem, PLAN)] == [600.0, 60.0]
    assert check(with_order("C", respond_by=at("10:00")), PLAN) == []


def test_a_deadline_that_is_just_met_is_met() -> None:
    problem = with_order("B", respond_by=at("10:10"), resolve_by=at("10:40"))
    assert check(problem, PLAN) == []


def test_every_deadline_is_hard_where_sla_lateness_is_forbidden() -> None:
    assert_says(with_objective(sla_lateness="hard"), PLAN, "RESOLVE_BY", "30 min past", 1800)


# --- times that do not add up


def test_a_visit_that_comes_too_soon_after_the_one_before_is_named() -> None:
    assert_says(PROBLEM, plan_of(later(ANA, minutes(-4), first=2), BEN), "TRAVEL", "4 min", 240)


def test_delaying_one_visit_makes_the_next_arrival_impossible() -> None:
    held_up = with_visit(ANA, 1, start=at("10:12"), finish=at("10:42"))
    assert_says(PROBLEM, plan_of(held_up, BEN), "TRAVEL", "'C' 2 min too early", 120)


def test_a_first_visit_that_is_reached_too_fast_is_named() -> None:
    hurried = ANA.model_copy(update={"departure": at("8:55")})
    assert_says(PROBLEM, plan_of(hurried, BEN), "TRAVEL", "the way takes 10 min", 300)


def test_a_route_that_ends_before_it_can_is_named() -> None:
    short = ANA.model_copy(update={"end": at("11:59")})
    assert_says(PROBLEM, plan_of(short, BEN), "TRAVEL", "ends 1 min too early", 60)
    short = BEN.model_copy(update={"end": at("8:59")})
    assert_says(PROBLEM, plan_of(ANA, short), "TRAVEL", "ends 1 min too early", 60)


def test_a_start_before_the_arrival_is_named() -> None:
    eager = with_visit(BEN, 0, start=at("8:31"), finish=at("9:01"), arrival=at("8:33"))
    plan = plan_of(ANA, eager.model_copy(update={"departure": at("8:33"), "end": at("9:01")}))
    assert_says(PROBLEM, plan, "START_BEFORE_ARRIVAL", "starts 2 min before", 120)


@pytest.mark.parametrize(("finish", "amount"), [("9:01", 60), ("8:40", 1200)])
def test_a_finish_that_is_not_start_and_duration_is_named(finish: str, amount: float) -> None:
    assert_says(
        PROBLEM, plan_of(ANA, with_visit(BEN, 0, finish=at(finish))), "DURATION", "", amount
    )


def test_a_visit_elsewhere_between_two_at_one_place_makes_setup_due_again() -> None:
    route = Route(
        worker="Ana",
        departure=at("8:50"),
        end=at("12:00"),
        visits=[
            visit("A", "9:00", "9:00", "10:10"),
            visit("C", "10:20", "10:20", "11:20"),
            visit("B", "11:30", "11:30", "12:00"),
        ],
    )
    problem = with_order("B", respond_by=None, time_windows=())
    found = {one.code for one in check(problem, plan_of(route, BEN))}
    assert found == {"DURATION", "TRAVEL", "MAX_TRAVEL", "MAX_WORK", "MAX_DISTANCE"}


def test_a_departure_before_the_shift_is_named() -> None:
    early = later(BEN, minutes(-31))
    problem = with_order("D", release=None)
    assert_says(problem, plan_of(ANA, early), "SHIFT_START", "departs 1 min before", 60)


def test_a_later_start_than_need_be_is_no_fault() -> None:
    assert check(PROBLEM, plan_of(ANA, later(BEN, minutes(90)))) == []
    waits = with_visit(BEN, 0, start=at("8:45"), finish=at("9:15"))
    assert check(PROBLEM, plan_of(ANA, waits.model_copy(update={"end": at("9:15")}))) == []


# --- limits of the shift


def test_a_route_past_overtime_until_is_named() -> None:
    assert_says(
        with_shift("Ana", overtime_until=at("11:45")), PLAN, "SHIFT_END", "ends 15 min after", 900
    )


def test_a_route_past_the_end_is_named_where_there_is_no_overtime() -> None:
    assert_says(with_shift("Ana", overtime_until=None), PLAN, "SHIFT_END", "30 min after", 1800)
    assert_says(with_shift("Ben", end=at("8:50")), PLAN, "SHIFT_END", "10 min after", 600)


def test_overtime_is_named_where_it_is_forbidden() -> None:
    assert_says(with_objective(overtime="hard"), PLAN, "OVERTIME", "30 min of overtime", 1800)


def test_a_rate_for_overtime_does_not_allow_it_where_it_is_forbidden() -> None:
    problem = with_worker("Ana", rates=Rates(overtime=1)).model_copy(
        update={"objective": PROBLEM.objective.model_copy(update={"overtime": "hard"})}
    )
    assert codes(problem, PLAN) == ["OVERTIME"]


@pytest.mark.parametrize(
    ("change", "code", "match", "amount", "unit"),
    [
        (
            {"capacity": {"pipes": 4}},
            "CAPACITY",
            "take 4.5 of 'pipes', the shift carries 4",
            0.5,
            "",
        ),
        ({"capacity": {}}, "CAPACITY", "carries 0", 4.5, ""),
        ({"max_visits": 1}, "MAX_VISITS", "3 visits, at most 1", 2, ""),
        ({"max_travel": minutes(29)}, "MAX_TRAVEL", "1 min more travel", 60, "s"),
        ({"max_work": minutes(180)}, "MAX_WORK", "10 min more work", 600, "s"),
        ({"max_distance_m": 2950}, "MAX_DISTANCE", "50 m more", 50, "m"),
    ],
)
def test_a_limit_that_is_passed_is_named(
    change: dict[str, Any], code: str, match: str, amount: float, unit: str
) -> None:
    problem = with_shift("Ana", **change)
    assert_says(problem, PLAN, code, match, amount)
    assert only(problem, PLAN).unit == unit


def test_capacity_is_compared_with_a_tolerance_of_a_millionth() -> None:
    assert check(with_shift("Ana", capacity={"pipes": 4.5 - 9e-7}), PLAN) == []
    assert codes(with_shift("Ana", capacity={"pipes": 4.5 - 2e-6}), PLAN) == ["CAPACITY"]


def test_where_there_is_no_way_nobody_goes() -> None:
    problem = with_order("C", location=place("island"))
    found = check(problem, PLAN)
    assert [(one.code, one.order) for one in found] == [
        ("UNREACHABLE", None),
        ("UNREACHABLE", "C"),
    ]


# --- moving visits about


def test_a_visit_given_to_another_worker_breaks_what_that_worker_lacks() -> None:
    moved = ANA.model_copy(update={"visits": ANA.visits[:2], "end": at("10:50")})
    taken = Route(
        worker="Ben",
        departure=at("8:30"),
        end=at("11:00"),
        visits=[BEN.visits[0], visit("C", "9:10", "10:00", "11:00")],
    )
    assert check(PROBLEM, plan_of(moved, taken)) == []
    problem = with_order("C", forbidden_workers=("Ben",))
    assert codes(problem, plan_of(moved, taken)) == ["FORBIDDEN_WORKER"]


def test_the_whole_route_under_another_name_breaks_that_workers_rules() -> None:
    swapped = BEN.model_copy(update={"worker": "Ana"})
    found = [(one.code, one.worker) for one in check(PROBLEM, plan_of(swapped))]
    assert found == [
        ("FORBIDDEN_WORKER", "Ana"),
        ("AREA", "Ana"),
        ("TRAVEL", "Ana"),
        ("TRAVEL", "Ana"),
        ("MISSING_ORDER", None),
        ("MISSING_ORDER", None),
        ("MISSING_ORDER", None),
    ]


def test_two_visits_swapped_in_a_route_are_named_as_travel_that_cannot_be() -> None:
    visits = (ANA.visits[0], ANA.visits[2], ANA.visits[1])
    swapped = ANA.model_copy(update={"visits": visits})
    assert set(codes(PROBLEM, plan_of(swapped, BEN))) >= {"TRAVEL"}


def test_a_dropped_visit_is_missing_and_nothing_else() -> None:
    dropped = ANA.model_copy(update={"visits": ANA.visits[:2], "end": at("10:50")})
    assert_says(PROBLEM, plan_of(dropped, BEN), "MISSING_ORDER", "'C'", 1)


def test_all_faults_are_listed_together() -> None:
    broken = with_visit(later(ANA, minutes(-60)), 2, order="X")
    found = codes(PROBLEM, plan_of(broken, left=()))
    assert found == [
        "UNKNOWN_ORDER",
        "SHIFT_START",
        "TIME_WINDOW",
        "MISSING_ORDER",
        "MISSING_ORDER",
        "MISSING_ORDER",
    ]
