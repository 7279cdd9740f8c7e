"""Each rule about times on days small enough to work out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Listed
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeserve_dispatch import (
    Break,
    Location,
    Lock,
    ModeMatrix,
    Objective,
    Order,
    Plan,
    Problem,
    Recurrence,
    Restock,
    Role,
    Route,
    SameTime,
    Sequence,
    ServiceType,
    Shift,
    Skill,
    TimeWindow,
    TrafficPeriod,
    TravelMatrix,
    Worker,
)
from homeserve_dispatch._schedule_clock import Traffic, to_ms
from homeserve_dispatch.model import VisitKey
from homeserve_dispatch.schedule import BreakStep, RestockStep, Step, build_plan, build_route

PLACES = ("home", "a", "b", "c", "far")
ROWS = [
    [0, 10, 20, 30, None],
    [10, 0, 15, 25, None],
    [20, 15, 0, 5, None],
    [30, 25, 5, 0, None],
    [None, None, None, None, 0],
]
"""Minutes from place to place."""
TRAVEL = TravelMatrix(
    places=PLACES,
    tables={
        "car": ModeMatrix(
            travel_time_s=[[None if m is None else 60 * m for m in row] for row in ROWS],
            distance_m=[[None if m is None else 1000 * m for m in row] for row in ROWS],
        )
    },
)
HOUR, MINUTE, MS = timedelta(hours=1), timedelta(minutes=1), timedelta(milliseconds=1)
HOME = Location(id="home")
CALM = Objective(waiting=0, paid_time=0)
"""Nothing that would make the second step of the rule apply."""


def at(hour: int, minute: int = 0, second: int = 0, day: int = 4) -> datetime:
    return datetime(2026, 5, day, hour, minute, second)


def order(name: str, place: str = "a", minutes: int = 60, **fields: Any) -> Order:
    return Order(
        id=name, location=Location(id=place), duration=timedelta(minutes=minutes), **fields
    )


def shift(**fields: Any) -> Shift:
    stated = {
        "start": at(8),
        "end": at(18),
        "start_location": HOME,
        "end_location": HOME,
    }
    return Shift(**(stated | fields))


def worker(name: str = "Ana", *shifts: Shift, **fields: Any) -> Worker:
    return Worker(id=name, shifts=shifts or (shift(),), **fields)


def day(orders: Listed[Order], workers: Listed[Worker] | None = None, **fields: Any) -> Problem:
    return Problem(
        orders=orders, workers=[worker()] if workers is None else workers, travel=TRAVEL, **fields
    )


def window(opens: datetime, closes: datetime, **fields: Any) -> tuple[TimeWindow]:
    return (TimeWindow(earliest=opens, latest=closes, **fields),)


def clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}".removesuffix(":00")


def starts(found: Plan | Route) -> dict[str, str]:
    routes = found.routes if isinstance(found, Plan) else (found,)
    names = {}
    for route in routes:
        for visit in route.visits:
            suffix = f"/{visit.role}" if visit.role else ""
            names[visit.order + suffix] = clock(visit.start)
    return names


def frame(route: Route) -> tuple[str, str]:
    return clock(route.departure), clock(route.end)


# --- what was there before


def test_without_new_rules_a_route_is_timed_as_ever() -> None:
    problem = day(
        [order("A", "a", time_windows=window(at(9), at(12))), order("B", "b", setup=HOUR)]
    )
    route = build_route(problem, "Ana", 0, ["A", "B"])
    assert frame(route) == ("08:50", "12:35")
    assert starts(route) == {"A": "09:00", "B": "10:15"}
    assert route.travel_time == 45 * MINUTE
    assert route.distance_m == 45_000
    assert route.breaks == () and route.restock is None


def test_a_key_and_its_short_form_are_the_same() -> None:
    problem = day([order("A"), order("B", "b")])
    long = build_plan(problem, {("Ana", 0): [VisitKey("A"), VisitKey("B")]})
    assert long == build_plan(problem, {("Ana", 0): ["A", "B"]})


def test_a_way_that_is_not_there_takes_no_time() -> None:
    route = build_route(day([order("A", "far")]), "Ana", 0, ["A"])
    assert frame(route) == ("08:00", "09:00")


# --- windows


@pytest.mark.parametrize(
    ("bounds", "start"), [("start", "10:00"), ("finish", "09:00"), ("service", "10:00")]
)
def test_what_opens_with_a_window(bounds: str, start: str) -> None:
    windows = window(at(10), at(12), bounds=bounds)
    problem = day([order("A", time_windows=windows)])
    assert starts(build_route(problem, "Ana", 0, ["A"])) == {"A": start}


def test_service_lies_within_its_window_or_waits_for_the_next() -> None:
    windows = (
        *window(at(8), at(9), bounds="service"),
        *window(at(10), at(10, 59), bounds="service"),
        *window(at(13), at(14), bounds="service"),
    )
    problem = day([order("A", time_windows=windows)])
    # It would end at 9:10, does not fit into the second, and just fits into the third.
    assert starts(build_route(problem, "Ana", 0, ["A"])) == {"A": "13:00"}


def test_the_finish_may_be_late_in_a_soft_window_of_service() -> None:
    windows = window(at(9), at(9, 30), bounds="service", soft=True)
    problem = day([order("A", time_windows=windows)])
    (visit,) = build_route(problem, "Ana", 0, ["A"]).visits
    assert clock(visit.start) == "09:00"
    assert visit.lateness == 30 * MINUTE


def test_a_window_of_service_bounds_how_far_the_beginning_moves() -> None:
    first = order("A", time_windows=window(at(8), at(10), bounds="service"))
    second = order("B", "b", time_windows=window(at(12), at(13)))
    route = build_route(day([first, second]), "Ana", 0, ["A", "B"])
    # A may start at 9:00 at the latest to be done by 10:00, though B has no hurry.
    assert starts(route) == {"A": "09:00", "B": "12:00"}
    assert frame(route) == ("08:50", "13:20")
    assert route.waiting == 105 * MINUTE


# --- efficiency


def test_the_least_efficient_skill_asked_for_counts_and_setup_stays() -> None:
    held = {"gas": Skill(efficiency=2.0), "care": Skill(efficiency=0.5), "rest": Skill()}
    problem = day(
        [
            order("none", setup=HOUR),
            order("gas", "b", setup=HOUR, skills={"gas": 1}),
            order("both", "c", setup=HOUR, skills={"gas": 1, "care": 1}),
        ],
        [worker(skills=held)],
    )
    for name, hours in (("none", 2), ("gas", 1.5), ("both", 3)):
        (visit,) = build_route(problem, "Ana", 0, [name]).visits
        assert visit.finish - visit.start == hours * HOUR


def test_a_skill_that_is_not_held_that_day_does_not_count() -> None:
    held = {"gas": Skill(efficiency=0.5, valid_until=date(2026, 5, 3)), "care": Skill(efficiency=4)}
    problem = day(
        [
            order("A", skills={"gas": 1}),
            order("B", skills={"gas": 1, "care": 1}),
            order("C", skills={"other": 1}),
        ],
        [worker(skills=held)],
    )
    lengths = {
        name: build_route(problem, "Ana", 0, [name]).visits[0].finish
        - build_route(problem, "Ana", 0, [name]).visits[0].start
        for name in "ABC"
    }
    assert lengths == {"A": HOUR, "B": HOUR / 4, "C": HOUR}


@pytest.mark.parametrize(
    ("ms", "efficiency", "served"),
    [(3, 2.0, 2), (1, 2.0, 1), (5, 4.0, 1), (10_000, 3.0, 3333), (20_000, 3.0, 6667)],
)
def test_service_is_rounded_to_the_nearest_millisecond(
    ms: int, efficiency: float, served: int
) -> None:
    asked = Order(id="A", location=HOME, duration=ms * MS, skills={"gas": 1})
    problem = day([asked], [worker(skills={"gas": Skill(efficiency=efficiency)})])
    (visit,) = build_route(problem, "Ana", 0, ["A"]).visits
    assert visit.finish - visit.start == served * MS


def test_each_role_has_its_own_skills_and_length() -> None:
    crew = [Role(skills={"gas": 1}), Role(duration=2 * HOUR, skills={"care": 1}), Role()]
    ana = worker(skills={"gas": Skill(efficiency=2.0), "care": Skill(efficiency=4.0)})
    problem = day([order("A", skills={"gas": 1, "care": 1}, crew=crew)], [ana])
    lengths = []
    for role in range(3):
        (visit,) = build_route(problem, "Ana", 0, [VisitKey("A", role)]).visits
        lengths.append(visit.finish - visit.start)
    assert lengths == [HOUR / 2, HOUR / 2, HOUR / 2]


# --- crews

PAIR = [worker("Ana"), worker("Ben")]


def crew_of(earliest: int, latest: int) -> list[Role]:
    return [Role(), Role(earliest_offset=earliest * MINUTE, latest_offset=latest * MINUTE)]


def both(first: Listed[Step], second: Listed[Step]) -> Mapping[tuple[str, int], Listed[Step]]:
    return {("Ana", 0): first, ("Ben", 0): second}


def test_a_crew_that_starts_together_waits_for_the_last() -> None:
    problem = day([order("A", crew=[Role(), Role()]), order("B", "b")], PAIR)
    plan = build_plan(problem, both(["A"], ["B", VisitKey("A", 1)]))
    # Ben is done with B at 9:20 and 15 minutes away.
    assert starts(plan) == {"A": "09:35", "B": "08:20", "A/1": "09:35"}
    assert plan.unassigned == ()
    # A visit bound to another does not move, but the wait before the first one goes.
    assert [frame(route) for route in plan.routes] == [("09:25", "10:45"), ("08:00", "10:45")]


def test_a_role_starts_no_sooner_than_its_offset() -> None:
    problem = day([order("A", crew=crew_of(30, 60))], PAIR)
    plan = build_plan(problem, both(["A"], [VisitKey("A", 1)]))
    assert starts(plan) == {"A": "08:10", "A/1": "08:40"}
    assert clock(plan.routes[1].departure) == "08:30"


def test_a_late_role_pulls_the_first_one_along() -> None:
    problem = day([order("A", crew=crew_of(30, 60)), order("B", "b", 150)], PAIR)
    plan = build_plan(problem, both(["A"], ["B", VisitKey("A", 1)]))
    # Ben arrives at 8:20 + 2:30 + 0:15 = 11:05; the first may be an hour before him.
    assert starts(plan) == {"A": "10:05", "B": "08:20", "A/1": "11:05"}


def test_offsets_within_bounds_change_nothing() -> None:
    problem = day([order("A", crew=crew_of(30, 90)), order("B", "b", 30)], PAIR)
    plan = build_plan(problem, both(["A"], ["B", VisitKey("A", 1)]))
    assert starts(plan) == {"A": "08:10", "B": "08:20", "A/1": "09:05"}


def test_windows_hold_for_each_role_by_itself() -> None:
    windows = (*window(at(8), at(9)), *window(at(13), at(15)))
    problem = day([order("A", crew=crew_of(60, 60), time_windows=windows)], PAIR)
    plan = build_plan(problem, both(["A"], [VisitKey("A", 1)]))
    # 8:10 puts the second at 9:10, outside: 13:00 at the soonest; and the first follows to 13:00.
    assert starts(plan) == {"A": "13:00", "A/1": "14:00"}


def test_a_delay_goes_on_to_whatever_follows() -> None:
    problem = day(
        [
            order("A", crew=[Role(), Role()]),
            order("B", "b", crew=[Role(), Role()]),
            order("C", "c", time_windows=window(at(12), at(18))),
        ],
        [*PAIR, worker("Cem")],
    )
    plan = build_plan(
        problem,
        {
            ("Ana", 0): ["A"],
            ("Ben", 0): [VisitKey("A", 1), "B"],
            ("Cem", 0): ["C", VisitKey("B", 1)],
        },
    )
    assert starts(plan) == {
        "A": "08:10",
        "A/1": "08:10",
        "B": "13:05",
        "C": "12:00",
        "B/1": "13:05",
    }


def test_a_role_alone_is_bound_to_nothing() -> None:
    problem = day([order("A", crew=crew_of(30, 60))], PAIR)
    plan = build_plan(problem, {("Ben", 0): [VisitKey("A", 1)]})
    assert starts(plan) == {"A/1": "08:10"}
    assert plan.unassigned == ()
    assert starts(build_route(problem, "Ana", 0, ["A"])) == {"A": "08:10"}


def test_crews_of_the_catalogue_count() -> None:
    service = ServiceType(id="lift", duration=HOUR, crew=crew_of(30, 30))
    problem = day([Order(id="A", location=HOME, service="lift")], PAIR, services=[service])
    assert starts(build_plan(problem, both(["A"], [VisitKey("A", 1)]))) == {
        "A": "08:00",
        "A/1": "08:30",
    }


# --- relations


@pytest.mark.parametrize(("between", "second"), [("end-start", "09:40"), ("start-start", "08:40")])
def test_a_sequence_keeps_its_least_gap(between: str, second: str) -> None:
    after = Sequence(first="A", second="B", min_gap=30 * MINUTE, between=between)
    problem = day([order("A"), order("B", "b")], PAIR, relations=[after])
    assert starts(build_plan(problem, both(["A"], ["B"]))) == {"A": "08:10", "B": second}
    # The same bond the other way round in the mapping of routes.
    assert starts(build_plan(problem, both(["B"], ["A"]))) == {"A": "08:10", "B": second}


def test_setup_and_efficiency_count_in_the_finish_of_the_first() -> None:
    after = Sequence(first="A", second="B")
    problem = day(
        [order("A", skills={"gas": 1}, setup=10 * MINUTE), order("B", "b")],
        [worker("Ana", skills={"gas": Skill(efficiency=2)}), worker("Ben")],
        relations=[after],
    )
    assert starts(build_plan(problem, both(["A"], ["B"])))["B"] == "08:50"


@pytest.mark.parametrize(("between", "first"), [("end-start", "10:30"), ("start-start", "11:30")])
def test_the_greatest_gap_moves_the_first_one(between: str, first: str) -> None:
    after = Sequence(first="A", second="B", max_gap=30 * MINUTE, between=between)
    problem = day(
        [order("A"), order("B", "b", time_windows=window(at(12), at(13)))], PAIR, relations=[after]
    )
    # Both are bound, so neither moves in the second step; waiting before them goes.
    plan = build_plan(problem, both(["A"], ["B"]))
    assert starts(plan) == {"A": first, "B": "12:00"}
    assert [route.waiting for route in plan.routes] == [timedelta(0)] * 2


def test_within_one_route_the_first_of_a_sequence_waits_too() -> None:
    after = Sequence(first="A", second="B", max_gap=30 * MINUTE)
    problem = day(
        [order("A"), order("B", "b", time_windows=window(at(12), at(13)))], relations=[after]
    )
    assert starts(build_route(problem, "Ana", 0, ["A", "B"])) == {"A": "10:30", "B": "12:00"}


def test_a_sequence_binds_only_where_both_are_done() -> None:
    after = Sequence(first="A", second="B", min_gap=5 * HOUR)
    problem = day([order("A"), order("B", "b")], relations=[after])
    plan = build_plan(problem, {("Ana", 0): ["B"]})
    assert starts(plan) == {"B": "08:20"}
    assert [left.order for left in plan.unassigned] == ["A"]


def test_the_first_role_stands_for_a_crew() -> None:
    after = Sequence(first="A", second="B")
    crew = [Role(duration=HOUR), Role(duration=5 * HOUR)]
    problem = day(
        [order("A", crew=crew), order("B", "b")], [*PAIR, worker("Cem")], relations=[after]
    )
    plan = build_plan(
        problem, {("Ana", 0): ["A"], ("Ben", 0): [VisitKey("A", 1)], ("Cem", 0): ["B"]}
    )
    assert starts(plan) == {"A": "08:10", "A/1": "08:10", "B": "09:10"}


def test_those_at_the_same_time_wait_for_the_last() -> None:
    together = SameTime(orders=["A", "B", "C", "D"])
    problem = day(
        [order("A"), order("B", "b"), order("C", "c"), order("D")],
        [*PAIR, worker("Cem")],
        relations=[together],
    )
    plan = build_plan(problem, {("Ana", 0): ["A"], ("Ben", 0): ["B"], ("Cem", 0): ["C"]})
    assert starts(plan) == {"A": "08:30", "B": "08:30", "C": "08:30"}


def test_windows_and_bonds_find_the_first_moment_that_suits_all() -> None:
    hours = [(8, 9), (11, 12), (14, 15)], [(9, 10), (12, 13), (14, 16)]
    orders = [
        order(
            name,
            time_windows=[
                TimeWindow(earliest=at(opens), latest=at(closes) - MINUTE) for opens, closes in of
            ],
        )
        for name, of in zip("AB", hours, strict=True)
    ]
    problem = day(orders, PAIR, relations=[SameTime(orders=["A", "B"])])
    assert starts(build_plan(problem, both(["A"], ["B"]))) == {"A": "14:00", "B": "14:00"}


def test_a_bound_visit_does_not_move_though_there_is_room() -> None:
    orders = [order("A"), order("B", "b"), order("C", "c", time_windows=window(at(12), at(13)))]
    relation = Sequence(first="A", second="B", min_gap=timedelta(0))
    alone = build_plan(day(orders, PAIR), both(["A", "C"], ["B"]))
    assert starts(alone)["A"] == "10:35"
    bound = build_plan(day(orders, PAIR, relations=[relation]), both(["A", "C"], ["B"]))
    assert starts(bound) == {"A": "08:10", "B": "09:10", "C": "12:00"}
    assert bound.routes[0].waiting == 145 * MINUTE
    # Where the other is not in the plan, nothing binds.
    single = build_plan(day(orders, PAIR, relations=[relation]), {("Ana", 0): ["A", "C"]})
    assert starts(single)["A"] == "10:35"


def test_bonds_that_contradict_one_another_come_to_an_end() -> None:
    relations = [
        Sequence(first="A", second="B", max_gap=timedelta(0)),
        Sequence(first="C", second="D"),
    ]
    orders = [order("A"), order("B", "b"), order("C"), order("D", "b")]
    problem = day(orders, PAIR, relations=relations)
    # It is 15 minutes from A to B, and the bond allows none.
    plan = build_plan(problem, both(["A", "B"], ["C", "D"]))
    assert len(plan.routes) == 2
    assert starts(plan)["C"] == "08:10"
    assert starts(plan)["D"] == "09:25"
    assert plan == build_plan(problem, both(["A", "B"], ["C", "D"]))


def test_bonds_that_push_one_another_for_years_stay_in_the_calendar() -> None:
    years = timedelta(days=3600)
    relations = [Sequence(first=a, second=b, min_gap=years) for a, b in ("AB", "BC")]
    relations.append(Sequence(first="C", second="D", max_gap=timedelta(0), between="start-start"))
    problem = day([order(name) for name in "ABCD"], PAIR, relations=relations)
    plan = build_plan(problem, both(["B", "C"], ["D", "A"]))
    assert all(route.end.year < 2030 for route in plan.routes)


def test_a_role_that_comes_before_its_first_in_one_route_ends_too() -> None:
    problem = day([order("A", crew=crew_of(0, 0))])
    route = build_route(problem, "Ana", 0, [VisitKey("A", 1), "A"])
    assert [visit.role for visit in route.visits] == [1, 0]


# --- time off


def pause(hour: int, until: int, minutes: int = 30, **fields: Any) -> Break:
    return Break(duration=minutes * MINUTE, earliest=at(hour), latest=at(until), **fields)


def with_breaks(*breaks: Break, **fields: Any) -> list[Worker]:
    return [worker("Ana", shift(breaks=breaks, **fields))]


def test_a_break_between_visits_is_taken_before_driving_on() -> None:
    problem = day([order("A", minutes=120), order("B", "b")], with_breaks(pause(9, 12)))
    route = build_route(problem, "Ana", 0, ["A", BreakStep(0), "B"])
    (taken,) = route.breaks
    assert (taken.number, taken.after) == (0, 1)
    assert [clock(t) for t in (taken.arrival, taken.start, taken.finish)] == [
        "10:10",
        "10:10",
        "10:40",
    ]
    assert taken.travel_time == timedelta(0) and taken.distance_m == 0
    assert starts(route) == {"A": "08:10", "B": "10:55"}
    assert route.travel_time == 45 * MINUTE


def test_waiting_for_a_break_is_waiting_and_moves_the_beginning() -> None:
    problem = day([order("A"), order("B", "b")], with_breaks(pause(12, 13)))
    steps: list[Step] = ["A", BreakStep(0), "B"]
    route = build_route(problem, "Ana", 0, steps)
    assert starts(route) == {"A": "11:00", "B": "12:45"}
    assert frame(route) == ("10:50", "14:05")
    assert route.waiting == timedelta(0)
    calm = build_route(
        day([order("A"), order("B", "b")], with_breaks(pause(12, 13)), objective=CALM),
        "Ana",
        0,
        steps,
    )
    assert frame(calm) == ("08:00", "14:05")
    assert calm.waiting == 170 * MINUTE
    assert clock(calm.breaks[0].arrival) == "09:10"


def test_a_break_keeps_within_its_times_when_the_beginning_moves() -> None:
    late = order("B", "b", time_windows=window(at(15), at(16)))
    problem = day([order("A"), late], with_breaks(pause(9, 11)))
    route = build_route(problem, "Ana", 0, ["A", BreakStep(0), "B"])
    # From 9:10 it could begin until 11:00; B would let it begin at 14:15.
    assert clock(route.breaks[0].start) == "11:00"
    assert starts(route) == {"A": "10:00", "B": "15:00"}
    assert route.waiting == 195 * MINUTE


def test_a_break_that_comes_too_late_is_taken_and_does_not_move() -> None:
    late = order("B", "b", time_windows=window(at(15), at(16)))
    problem = day([order("A", minutes=240), late], with_breaks(pause(9, 11)))
    route = build_route(problem, "Ana", 0, ["A", BreakStep(0), "B"])
    assert clock(route.breaks[0].start) == "12:10"
    assert frame(route)[0] == "08:00"


def test_a_break_at_a_place_is_a_stop() -> None:
    canteen = pause(9, 12, location=Location(id="c"))
    problem = day([order("A"), order("B", "b")], with_breaks(canteen))
    route = build_route(problem, "Ana", 0, ["A", BreakStep(0), "B"])
    (taken,) = route.breaks
    assert [clock(t) for t in (taken.arrival, taken.start, taken.finish)] == [
        "09:35",
        "09:35",
        "10:05",
    ]
    assert taken.travel_time == 25 * MINUTE and taken.distance_m == 25_000
    assert starts(route)["B"] == "10:10"
    assert route.travel_time == (10 + 25 + 5 + 20) * MINUTE
    assert route.distance_m == 60_000


def test_a_break_before_the_first_stop_lies_before_the_departure() -> None:
    problem = day([order("A", time_windows=window(at(11), at(12)))], with_breaks(pause(9, 10)))
    route = build_route(problem, "Ana", 0, [BreakStep(0), "A"])
    (taken,) = route.breaks
    assert taken.after == 0
    assert [clock(t) for t in (taken.arrival, taken.start, taken.finish)] == [
        "08:00",
        "09:00",
        "09:30",
    ]
    assert frame(route) == ("10:50", "12:10")
    assert route.waiting == timedelta(0)
    calm = day(problem.orders, problem.workers, objective=CALM)
    route = build_route(calm, "Ana", 0, [BreakStep(0), "A"])
    assert frame(route) == ("09:30", "12:10")
    assert route.waiting == 80 * MINUTE


def test_leading_breaks_do_not_hold_back_the_beginning() -> None:
    problem = day(
        [order("A", time_windows=window(at(15), at(16)))], with_breaks(pause(8, 8), pause(8, 9))
    )
    route = build_route(problem, "Ana", 0, [BreakStep(0), BreakStep(1), "A"])
    assert [clock(taken.start) for taken in route.breaks] == ["08:00", "08:30"]
    assert frame(route) == ("14:50", "16:10")


def test_a_break_after_one_at_a_place_is_not_leading() -> None:
    breaks = (pause(8, 9, location=Location(id="c")), pause(8, 12))
    problem = day([order("A", "b")], with_breaks(*breaks))
    route = build_route(problem, "Ana", 0, [BreakStep(0), BreakStep(1), "A"])
    assert [(clock(taken.start), taken.after) for taken in route.breaks] == [
        ("08:30", 0),
        ("09:00", 0),
    ]
    assert starts(route) == {"A": "09:35"}
    assert frame(route) == ("08:00", "10:55")


def test_a_break_at_the_end_is_taken_before_going_home() -> None:
    problem = day([order("A")], with_breaks(pause(10, 11)))
    route = build_route(problem, "Ana", 0, ["A", BreakStep(0)])
    assert route.breaks[0].after == 1
    assert frame(route) == ("08:50", "10:40")
    assert starts(route) == {"A": "09:00"}


def test_with_open_ends_the_first_stop_is_where_the_route_begins() -> None:
    ends = {"start_location": None, "end_location": None}
    problem = day([order("A"), order("B", "b")], with_breaks(pause(8, 12, location=HOME), **ends))
    route = build_route(problem, "Ana", 0, [BreakStep(0), "A"])
    assert frame(route) == ("08:00", "09:40")
    assert clock(route.breaks[0].start) == "08:00"
    assert route.travel_time == 10 * MINUTE


def test_unpaid_breaks_are_timed_alike() -> None:
    orders = [order("A"), order("B", "b")]
    steps: list[Step] = ["A", BreakStep(0), "B"]
    paid, unpaid = (
        build_route(day(orders, with_breaks(pause(12, 13, paid=paid))), "Ana", 0, steps)
        for paid in (True, False)
    )
    assert paid == unpaid


def test_breaks_do_not_break_a_run_of_visits_at_one_place() -> None:
    problem = day(
        [order("A", setup=HOUR), order("B", setup=HOUR)],
        with_breaks(pause(8, 12), pause(8, 12, location=HOME)),
    )
    route = build_route(problem, "Ana", 0, ["A", BreakStep(0), BreakStep(1), "B"])
    assert [visit.setup for visit in route.visits] == [HOUR, timedelta(0)]


def test_routes_without_visits_are_none() -> None:
    problem = day([order("A")], with_breaks(pause(9, 10)))
    plan = build_plan(problem, {("Ana", 0): [BreakStep(0)]})
    assert plan.routes == ()
    assert [left.order for left in plan.unassigned] == ["A"]
    with pytest.raises(ValueError, match="at least one visit"):
        build_route(problem, "Ana", 0, [BreakStep(0)])
    with pytest.raises(IndexError):
        build_route(problem, "Ana", 0, ["A", BreakStep(1)])


# --- restocking


def test_a_call_at_the_depot_is_a_stop() -> None:
    depot = Restock(location=Location(id="c"), duration=20 * MINUTE)
    problem = day([order("A"), order("B", "b")], [worker("Ana", shift(restock=depot))])
    route = build_route(problem, "Ana", 0, ["A", RestockStep(), "B"])
    call = route.restock
    assert call is not None
    assert call.after == 1
    assert [clock(t) for t in (call.arrival, call.start, call.finish)] == [
        "09:35",
        "09:35",
        "09:55",
    ]
    assert call.travel_time == 25 * MINUTE and call.distance_m == 25_000
    assert starts(route)["B"] == "10:00"
    assert frame(route) == ("08:00", "11:20")
    assert route.travel_time == 60 * MINUTE


def test_a_call_moves_freely_with_the_beginning() -> None:
    depot = Restock(location=Location(id="c"), duration=20 * MINUTE)
    late = order("B", "b", time_windows=window(at(15), at(16)))
    problem = day([late], [worker("Ana", shift(restock=depot))])
    route = build_route(problem, "Ana", 0, [RestockStep(), "B"])
    assert frame(route) == ("14:05", "16:20")
    assert route.restock is not None and clock(route.restock.start) == "14:35"


def test_there_must_be_a_depot_to_call_at() -> None:
    with pytest.raises(ValueError, match="'Ana' has no depot"):
        build_route(day([order("A")]), "Ana", 0, ["A", RestockStep()])


# --- what is urgent, locked and frozen


def test_an_urgent_visit_is_not_put_off() -> None:
    late = order("B", "b", time_windows=window(at(12), at(13)))
    problem = day([order("A", urgent=True), late])
    route = build_route(problem, "Ana", 0, ["A", "B"])
    assert starts(route) == {"A": "08:10", "B": "12:00"}
    assert frame(route)[0] == "08:00"
    # Waiting before it goes all the same.
    waits = order("A", urgent=True, release=at(9))
    assert frame(build_route(day([waits, late]), "Ana", 0, ["A", "B"]))[0] == "08:50"


def test_a_locked_start_is_exact_whatever_the_window_says() -> None:
    hard = order("A", time_windows=window(at(12), at(13)), release=at(11))
    lock = Lock(order="A", start=at(9))
    route = build_route(day([hard], locks=[lock]), "Ana", 0, ["A"])
    assert starts(route) == {"A": "09:00"}
    assert frame(route) == ("08:50", "10:10")


def test_a_locked_start_gives_way_only_to_the_arrival() -> None:
    lock = Lock(order="A", start=at(8))
    route = build_route(day([order("A")], locks=[lock]), "Ana", 0, ["A"])
    assert starts(route) == {"A": "08:10"}


def test_a_locked_start_is_late_past_a_soft_window_and_early_before_it() -> None:
    soft = order("A", time_windows=window(at(9), at(10), soft=True))
    for hour, lateness in ((11, HOUR), (9, timedelta(0))):
        lock = Lock(order="A", start=at(hour) - (0 if hour == 11 else 1) * 30 * MINUTE)
        (visit,) = build_route(day([soft], locks=[lock]), "Ana", 0, ["A"]).visits
        assert visit.start == lock.start
        assert visit.lateness == lateness


def test_a_locked_start_does_not_move_with_the_beginning() -> None:
    late = order("B", "b", time_windows=window(at(12), at(13)))
    lock = Lock(order="A", start=at(9))
    route = build_route(day([order("A"), late], locks=[lock]), "Ana", 0, ["A", "B"])
    assert starts(route) == {"A": "09:00", "B": "12:00"}
    assert frame(route)[0] == "08:50"


def test_a_locked_start_binds_others_and_is_not_bound() -> None:
    together = SameTime(orders=["A", "B", "C"])
    problem = day(
        [order("A"), order("B", "b"), order("C", "c")],
        [*PAIR, worker("Cem")],
        relations=[together],
        locks=[Lock(order="A", start=at(8, 25))],
    )
    plan = build_plan(problem, {("Ana", 0): ["A"], ("Ben", 0): ["B"], ("Cem", 0): ["C"]})
    assert starts(plan) == {"A": "08:25", "B": "08:30", "C": "08:30"}


def test_nobody_sets_out_before_the_freeze() -> None:
    problem = day([order("A"), order("B", "b")], freeze_until=at(10))
    route = build_route(problem, "Ana", 0, ["A", "B"])
    assert starts(route) == {"A": "10:10", "B": "11:25"}
    assert frame(route)[0] == "10:00"
    assert route.waiting == timedelta(0)


def test_what_is_locked_is_set_out_to_before_the_freeze() -> None:
    lock = Lock(order="A", worker="Ana", shift=0, start=at(8, 30), position=0)
    problem = day([order("A"), order("B", "b")], freeze_until=at(10), locks=[lock])
    route = build_route(problem, "Ana", 0, ["A", "B"])
    assert starts(route) == {"A": "08:30", "B": "10:15"}
    second = route.visits[1]
    assert clock(second.arrival) == "10:15" and second.travel_time == 15 * MINUTE
    assert frame(route) == ("08:20", "11:35")
    assert route.waiting == timedelta(0)


def test_a_lock_without_start_lets_the_worker_set_out_and_moves_up_to_the_freeze() -> None:
    lock = Lock(order="A", worker="Ana")
    problem = day([order("A"), order("B", "b")], freeze_until=at(10), locks=[lock])
    route = build_route(problem, "Ana", 0, ["A", "B"])
    # A is done just when the worker may set out to B; the end stays.
    assert starts(route) == {"A": "09:00", "B": "10:15"}
    calm = build_route(
        day(problem.orders, freeze_until=at(10), locks=[lock], objective=CALM), "Ana", 0, ["A", "B"]
    )
    assert starts(calm) == {"A": "08:10", "B": "10:15"}
    assert calm.waiting == timedelta(0)


def test_being_locked_out_is_not_being_locked() -> None:
    lock = Lock(order="A", unassigned=True)
    problem = day([order("A")], freeze_until=at(10), locks=[lock])
    assert starts(build_route(problem, "Ana", 0, ["A"])) == {"A": "10:10"}


def test_breaks_and_calls_are_not_frozen() -> None:
    depot = Restock(location=Location(id="c"), duration=20 * MINUTE)
    workers = [worker("Ana", shift(restock=depot, breaks=[pause(8, 9)]))]
    problem = day([order("A", "b")], workers, freeze_until=at(10), objective=CALM)
    route = build_route(problem, "Ana", 0, [BreakStep(0), RestockStep(), "A"])
    assert clock(route.breaks[0].start) == "08:00"
    assert route.restock is not None and clock(route.restock.start) == "09:00"
    assert starts(route) == {"A": "10:05"}
    assert frame(route)[0] == "08:30"


def test_only_the_locked_role_is_locked() -> None:
    lock = Lock(order="A", role=1, start=at(9, 30))
    problem = day([order("A", crew=crew_of(0, 60))], PAIR, locks=[lock], freeze_until=at(9))
    plan = build_plan(problem, both(["A"], [VisitKey("A", 1)]))
    assert starts(plan) == {"A": "09:10", "A/1": "09:30"}


# --- recurring work


def test_times_are_numbered_by_day() -> None:
    shifts = [shift(start=at(8, day=n), end=at(18, day=n)) for n in (6, 4, 5)]
    problem = day(
        [order("A", recurrence=Recurrence(times=3)), order("B", "b")],
        [worker("Ana", *shifts)],
    )
    plan = build_plan(
        problem,
        {
            ("Ana", 0): [VisitKey("A", 0, 0)],
            ("Ana", 1): ["B", VisitKey("A", 0, 2)],
            ("Ana", 2): [VisitKey("A", 0, 1)],
        },
    )
    found = {
        (visit.start.day, visit.occurrence)
        for route in plan.routes
        for visit in route.visits
        if visit.order == "A"
    }
    assert found == {(4, 0), (5, 1), (6, 2)}
    assert plan.unassigned == ()


def test_locks_are_of_the_times_as_the_plan_numbers_them() -> None:
    shifts = [shift(start=at(8, day=n), end=at(18, day=n)) for n in (4, 5)]
    problem = day(
        [order("A", recurrence=Recurrence(times=2))],
        [worker("Ana", *shifts)],
        locks=[Lock(order="A", occurrence=1, start=at(12, day=5))],
    )
    plan = build_plan(problem, {("Ana", 0): [VisitKey("A", 0, 1)], ("Ana", 1): ["A"]})
    assert [clock(route.visits[0].start) for route in plan.routes] == ["08:10", "12:00"]


def test_some_of_the_times_keep_their_numbers() -> None:
    shifts = [shift(start=at(8, day=n), end=at(18, day=n)) for n in (4, 5)]
    problem = day([order("A", recurrence=Recurrence(times=3))], [worker("Ana", *shifts)])
    plan = build_plan(
        problem, {("Ana", 0): [VisitKey("A", 0, 2)], ("Ana", 1): [VisitKey("A", 0, 1)]}
    )
    assert [route.visits[0].occurrence for route in plan.routes] == [1, 2]


# --- traffic

RUSH = TrafficPeriod(start=time(8), end=time(9), factor=2.0)


def crossing(*periods: TrafficPeriod, opens: int = 8, **fields: Any) -> Route:
    """From home to a and back, 10 minutes each way without traffic; calm."""
    problem = day(
        [order("A", **fields)],
        [worker("Ana", shift(start=at(opens)))],
        traffic=periods,
        objective=CALM,
    )
    return build_route(problem, "Ana", 0, ["A"])


def test_a_leg_in_a_period_takes_longer() -> None:
    route = crossing(RUSH)
    assert starts(route) == {"A": "08:20"}
    assert route.visits[0].travel_time == 20 * MINUTE
    assert frame(route) == ("08:00", "09:30")
    assert route.travel_time == 30 * MINUTE
    assert route.distance_m == 20_000


@pytest.mark.parametrize(
    ("service", "home"),
    [(30, "09:06"), (39, "09:09:30"), (40, "09:10"), (20, "09:00"), (19, "08:59")],
)
def test_a_leg_across_the_end_of_a_period_is_driven_at_both_speeds(service: int, home: str) -> None:
    # Service begins at 8:20; of the 10 minutes (left - 9:00) / 2 are driven in the period.
    route = crossing(RUSH, minutes=service)
    left = 20 + service
    in_rush = min(10.0, (60 - left) / 2)
    assert clock(route.end) == home if service in (20, 19, 40, 39) else True
    assert route.travel_time == (20 + in_rush * 2 + 10 - in_rush) * MINUTE


def test_a_leg_into_a_period_slows_down() -> None:
    # Back at 7:55 + ...: five minutes at full speed, the other five take ten.
    route = crossing(RUSH, opens=6, minutes=105)
    assert starts(route) == {"A": "06:10"}
    assert clock(route.end) == "08:10"


def test_a_leg_across_several_periods() -> None:
    periods = [
        TrafficPeriod(start=time(8), end=time(8, 4), factor=4.0),
        TrafficPeriod(start=time(8, 6), end=time(8, 8), factor=0.5),
    ]
    # 8:00-8:04 1 minute, 8:04-8:06 2, 8:06-8:08 4, then 3 more.
    assert starts(crossing(*periods)) == {"A": "08:11"}


def test_the_first_period_of_the_list_counts() -> None:
    slow = TrafficPeriod(start=time(7), end=time(12), factor=3.0)
    assert starts(crossing(RUSH, slow)) == {"A": "08:20"}
    assert starts(crossing(slow, RUSH)) == {"A": "08:30"}


def test_arrivals_are_rounded_up_to_the_millisecond_and_decimals_are_meant() -> None:
    assert starts(crossing(TrafficPeriod(start=time(8), end=time(9), factor=1.1))) == {"A": "08:11"}
    third = crossing(TrafficPeriod(start=time(8), end=time(9), factor=1.000001))
    assert third.visits[0].travel_time == timedelta(minutes=10, milliseconds=1)


def test_midnight_ends_a_period_and_a_day() -> None:
    night = TrafficPeriod(start=time(23), end=time(0), factor=2.0)
    problem = day(
        [order("A", minutes=0)],
        [worker("Ana", shift(start=at(23, 54), end=at(6, day=5)))],
        traffic=[night],
        objective=CALM,
    )
    # Three minutes' worth until midnight, seven after it; then back at full speed.
    route = build_route(problem, "Ana", 0, ["A"])
    assert frame(route) == ("23:54", "00:17")


def test_periods_of_weekdays_modes_and_areas() -> None:
    monday = RUSH.model_copy(update={"weekdays": (1,)})
    tuesday = RUSH.model_copy(update={"weekdays": (2,)})
    assert starts(crossing(monday)) == {"A": "08:20"}
    assert starts(crossing(tuesday)) == {"A": "08:10"}
    bicycle = RUSH.model_copy(update={"modes": ("bicycle",)})
    traffic = Traffic(day([]).model_copy(update={"traffic": (bicycle,)}))
    assert traffic.profile("car", None) is None and traffic.profile("bicycle", None) is not None
    north = RUSH.model_copy(update={"areas": ("north",)})
    route = crossing(north, area="north", minutes=20)
    # The way there leaves from no order, the way back from the north.
    assert starts(route) == {"A": "08:10"}
    assert clock(route.end) == "08:50"


def test_a_leg_from_a_break_at_a_place_or_a_depot_leaves_from_no_area() -> None:
    north = RUSH.model_copy(update={"areas": ("north",)})
    depot = Restock(location=Location(id="c"))
    breaks = [pause(8, 9, 0, location=Location(id="c")), pause(8, 9, 0)]
    problem = day(
        [order("A", minutes=0, area="north"), order("B", "b", minutes=0)],
        [worker("Ana", shift(restock=depot, breaks=breaks))],
        traffic=[north],
        objective=CALM,
    )
    found: list[tuple[list[Step], str]] = [
        (["A", "B"], "08:40"),
        (["A", BreakStep(1), "B"], "08:40"),
        (["A", BreakStep(0), "B"], "09:05"),
        (["A", RestockStep(), "B"], "09:05"),
        ([BreakStep(0), "A", "B"], "09:12:30"),
    ]
    for steps, arrival in found:
        route = build_route(problem, "Ana", 0, steps)
        assert clock(route.visits[-1].arrival) == arrival


def test_periods_are_local_times_of_the_first_shift_and_follow_the_clocks() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    # On 29 March 2026 clocks go from 2:00 to 3:00; 8:00 there is 7:00 UTC before, 6:00 after.
    for number, hour in ((28, 7), (29, 6)):
        begin = datetime(2026, 3, number, hour, 55, tzinfo=UTC) - HOUR
        stretch = shift(start=begin.astimezone(berlin), end=begin + 8 * HOUR)
        later = shift(start=begin + 20 * HOUR, end=begin + 21 * HOUR)
        problem = day([order("A")], [worker("Ana", later, stretch)], traffic=[RUSH], objective=CALM)
        (visit,) = build_route(problem, "Ana", 1, ["A"]).visits
        # It leaves at 7:55 local time: five minutes before the period and ten in it.
        assert visit.travel_time == 15 * MINUTE


def test_a_period_over_the_night_of_the_clocks() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    early = TrafficPeriod(start=time(1), end=time(4), factor=3.0)
    for date_, hours in ((datetime(2026, 3, 29), 2), (datetime(2026, 10, 25), 4)):
        midnight = date_.replace(tzinfo=berlin)
        stretch = shift(start=midnight, end=midnight + timedelta(days=1))
        profile = Traffic(day([], [worker("Ana", stretch)], traffic=[early])).profile("car", None)
        assert profile is not None
        begin = to_ms(datetime.combine(date_, time(1), tzinfo=berlin))
        end, factor = profile.segment(begin)
        assert factor == 3.0
        assert end - begin == hours * HOUR // MS
        assert profile.segment(begin - 1) == (begin, 1.0)
        assert profile.segment(end)[1] == 1.0


def test_a_skipped_hour_is_no_period() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    gone = TrafficPeriod(start=time(2), end=time(3), factor=3.0)
    stretch = shift(
        start=datetime(2026, 3, 28, 20, tzinfo=berlin), end=datetime(2026, 3, 29, 20, tzinfo=berlin)
    )
    profile = Traffic(day([], [worker("Ana", stretch)], traffic=[gone])).profile("car", None)
    assert profile is not None
    begin = to_ms(datetime(2026, 3, 29, 0, 30, tzinfo=UTC))
    assert profile.arrival(begin, 3_600_000) == begin + 3_600_000


def test_with_traffic_the_departure_is_the_latest_that_keeps_the_end() -> None:
    opens = order("A", time_windows=window(at(9, 2), at(12)))
    problem = day([opens], traffic=[RUSH])
    # 2 of the 10 minutes after 9:00, 8 before it at half the speed.
    route = build_route(problem, "Ana", 0, ["A"])
    assert frame(route) == ("08:44", "10:12")
    assert route.visits[0].travel_time == 18 * MINUTE
    assert route.waiting == timedelta(0)


def test_with_traffic_the_beginning_moves_past_a_rush_hour_and_saves_travel() -> None:
    # Without a reason to be early: leave after the rush, wait as long as B asks.
    first = order("A", "b", minutes=30)
    then = order("B", "c", time_windows=window(at(12), at(13)))
    route = build_route(day([first, then], traffic=[RUSH]), "Ana", 0, ["A", "B"])
    assert starts(route) == {"A": "11:25", "B": "12:00"}
    assert frame(route)[0] == "11:05"
    assert route.travel_time == 55 * MINUTE


def test_with_traffic_rooms_hold_as_ever() -> None:
    first = order("A", minutes=30, time_windows=window(at(8), at(9, 30)))
    then = order("B", "b", time_windows=window(at(12), at(13)))
    route = build_route(day([first, then], traffic=[RUSH]), "Ana", 0, ["A", "B"])
    assert starts(route) == {"A": "09:30", "B": "12:00"}
    assert frame(route)[0] == "09:20"
    urgent = first.model_copy(update={"urgent": True})
    # Leaving a millisecond later would get there two later.
    route = build_route(day([urgent, then], traffic=[RUSH]), "Ana", 0, ["A", "B"])
    assert frame(route)[0] == "08:00"
    assert starts(route) == {"A": "08:20", "B": "12:00"}


def fraction_arrival(periods: list[tuple[int, int, Fraction]], now: int, nominal: int) -> int:
    """The same in exact numbers: ``periods`` do not overlap, in ms of one day, by time."""
    left, moment = Fraction(nominal), Fraction(now)
    for begin, end, factor in [*periods, (10**12, 10**12 + 1, Fraction(1))]:
        if moment < begin:
            step = min(left, begin - moment)
            left, moment = left - step, moment + step
        if begin <= moment < end:
            step = min(left, (end - moment) / factor)
            left, moment = left - step, moment + step * factor
    return ceil(moment)


@st.composite
def profiles(draw: st.DrawFn) -> tuple[list[tuple[int, int, float]], Traffic]:
    hours = sorted(draw(st.lists(st.integers(0, 23), min_size=2, max_size=8, unique=True)))
    factors = st.integers(10, 2000).map(lambda n: n / 100)
    spans = [(a, b, draw(factors)) for a, b in zip(hours[::2], hours[1::2], strict=False)]
    periods = [TrafficPeriod(start=time(a), end=time(b), factor=f) for a, b, f in spans]
    return spans, Traffic(day([], traffic=periods))


@given(profiles(), st.integers(0, 86_400_000), st.integers(0, 15_000_000))
def test_arrivals_are_the_exact_ones(
    case: tuple[list[tuple[int, int, float]], Traffic], now: int, nominal: int
) -> None:
    spans, traffic = case
    profile = traffic.profile("car", None)
    assert profile is not None
    midnight, hour = to_ms(at(0)), 3_600_000
    periods = [
        (a * hour + d, b * hour + d, Fraction(str(f)))
        for d in range(0, 20 * 24 * hour, 24 * hour)
        for a, b, f in spans
    ]
    found = profile.arrival(midnight + now, nominal) - midnight
    exact = fraction_arrival(periods, now, nominal)
    # What lies less than a nanosecond past a millisecond counts as that one.
    assert found in (exact, exact - 1)
    if found < exact:
        assert fraction_arrival(periods, now, nominal) == exact
    assert profile.arrival(midnight + now + 1, nominal) - midnight >= found


def test_no_day_is_too_far() -> None:
    profile = Traffic(day([], traffic=[RUSH])).profile("car", None)
    assert profile is not None
    for year in (1, 9999):
        moment = to_ms(datetime(year, 1, 1, 8, tzinfo=UTC))
        assert profile.arrival(moment, 1000) == moment + 1000
    almost = to_ms(datetime(9998, 1, 1, tzinfo=UTC)) - 500
    assert profile.arrival(almost, 1000) == almost + 1000


def test_there_is_no_traffic_without_shifts() -> None:
    traffic = Traffic(day([], [Worker(id="Ana")], traffic=[RUSH]))
    assert traffic.profile("car", "north") is traffic.profile("car", "north")
    assert Traffic(day([])).profile("car", None) is None
