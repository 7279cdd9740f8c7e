"""The checker: a good plan has no faults; each way to break it is named, and only it."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from a_day import (
    ANA,
    BEN,
    PLAN,
    PROBLEM,
    at,
    codes,
    later,
    minutes,
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
    Cost,
    Location,
    Order,
    Plan,
    Problem,
    Rates,
    Route,
    ServiceType,
    Shift,
    Skill,
    Status,
    Streets,
    Unassigned,
    Violation,
    Worker,
    check,
    score,
)
from homeserve_dispatch.checking import Code
from homeserve_dispatch.schedule import build_plan


def only(problem: Problem, plan: Plan) -> Violation:
    """The one fault."""
    (violation,) = check(problem, plan)
    return violation


def assert_says(problem: Problem, plan: Plan, code: str, match: str, amount: float) -> None:
    violation = only(problem, plan)
    assert violation.code == code
    assert match in violation.message
    assert violation.amount == pytest.approx(amount)
    assert violation.hard == (code != "STATED")


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
