"""The checker on crews, bonds, breaks, restocking, several days, locks and traffic.

Of each rule a plan that keeps it has no faults, and one that does not has just that one.
"""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from a_day import (
    all_codes,
    at,
    done,
    faults,
    job,
    minutes,
    only,
    place,
    plan_of,
    shift_of,
    tour,
    town,
    window,
)
from broken_plans import broken_plans
from homeserve_dispatch import (
    AllOrNone,
    Break,
    BreakTaken,
    Customer,
    DifferentWorkers,
    Location,
    Lock,
    Objective,
    Order,
    Plan,
    Problem,
    Recurrence,
    Restock,
    RestockCall,
    Role,
    Route,
    SameDay,
    SameTime,
    SameWorker,
    Sequence,
    Shift,
    Skill,
    TrafficPeriod,
    TravelMatrix,
    Unassigned,
    Visit,
    Worker,
    check,
    score,
)
from homeserve_dispatch.checking import Code
from homeserve_dispatch.model import PARTS
from homeserve_dispatch.schedule import BreakStep, RestockStep, Step, build_plan
from strategies import ruled_problems

# --- crews

CREW = town(
    [
        job(
            "X",
            setup=minutes(5),
            demand={"pipes": 1},
            tools=["saw"],
            crew=[
                Role(skills={}),
                Role(
                    duration=minutes(60),
                    skills={"gas": 1},
                    earliest_offset=minutes(10),
                    latest_offset=minutes(20),
                ),
            ],
        )
    ],
    [
        Worker(id="Ana", shifts=[shift_of(capacity={"pipes": 1}, tools=["saw"])]),
        Worker(id="Ben", shifts=[shift_of()], skills=["gas"]),
    ],
)
FIRST = tour("Ana", done("X", "9:00", "9:35"))
SECOND = tour("Ben", done("X", "9:10", "10:15", role=1))


def test_a_crew_that_is_complete_is_no_fault() -> None:
    assert faults(CREW, FIRST, SECOND) == []
    late = tour("Ben", done("X", "9:20", "10:25", role=1))
    assert faults(CREW, FIRST, late) == []


def test_a_role_that_nobody_has_is_named() -> None:
    assert faults(CREW, FIRST) == [("CREW", "X", 1)]
    assert "lacks role 1 of its 2" in only(CREW, plan_of(FIRST, left=())).message
    assert faults(CREW, SECOND) == [("CREW", "X", 1)]
    assert faults(CREW, left=("X",)) == []
    assert faults(CREW) == [("MISSING_ORDER", "X", 1)]
    assert faults(CREW, FIRST, left=("X",)) == [("BOTH", "X", 1), ("CREW", "X", 1)]


def test_one_worker_in_two_roles_is_named() -> None:
    both = tour("Ben", done("X", "9:00", "9:35"), done("X", "9:35", "10:35", role=1))
    assert faults(CREW, both) == [
        ("CAPACITY", None, 1),
        ("TOOL", "X", 1),
        ("CREW_WORKERS", "X", 1),
        ("OFFSET", "X", 15 * 60),
    ]


@pytest.mark.parametrize(
    ("start", "finish", "amount", "match"),
    [("9:09", "10:14", 60, "too early for its offset"), ("9:21", "10:26", 60, "too late for")],
)
def test_a_role_that_starts_off_its_offset_is_named(
    start: str, finish: str, amount: float, match: str
) -> None:
    plan = plan_of(FIRST, tour("Ben", done("X", start, finish, role=1)), left=())
    fault = only(CREW, plan)
    assert (fault.code, fault.order, fault.amount, fault.unit) == ("OFFSET", "X", amount, "s")
    assert f"order 'X', role 1 starts 1 min {match}" in fault.message


def test_of_each_role_its_own_skills_are_asked() -> None:
    swapped = (
        tour("Ben", done("X", "9:00", "9:35")),
        tour("Ana", done("X", "9:10", "10:15", role=1)),
    )
    assert faults(CREW, *swapped) == [
        ("CAPACITY", None, 1),
        ("TOOL", "X", 1),
        ("SKILL", "X", 1),
    ]


def test_a_role_or_a_time_that_an_order_does_not_have_is_named() -> None:
    stray = tour("Ben", done("X", "9:10", "10:15", role=2))
    assert faults(CREW, FIRST, stray) == [("UNKNOWN_VISIT", "X", 1), ("CREW", "X", 1)]
    again = tour("Ben", done("X", "9:10", "10:15", role=1, occurrence=1))
    assert faults(CREW, again) == [("UNKNOWN_VISIT", "X", 1), ("MISSING_ORDER", "X", 1)]


def test_a_role_that_is_visited_twice_is_named() -> None:
    problem = town(
        list(CREW.orders), [*CREW.workers, Worker(id="Cleo", shifts=[shift_of()], skills=["gas"])]
    )
    third = tour("Cleo", done("X", "9:10", "10:15", role=1))
    assert faults(problem, FIRST, SECOND, third) == [("DUPLICATE_VISIT", "X", 1)]


def test_what_a_visit_states_of_a_role_is_compared() -> None:
    wrong = tour("Ben", done("X", "9:10", "9:45", role=1), end=at("10:15"))
    assert faults(CREW, FIRST, wrong) == [("DURATION", "X", 30 * 60)]


# --- efficiency


@pytest.mark.parametrize(
    ("skills", "taken"),
    [
        ({"gas": Skill(efficiency=2)}, minutes(15)),
        ({"gas": Skill(efficiency=0.5)}, minutes(60)),
        ({"gas": Skill(efficiency=2), "wiring": Skill(efficiency=0.5)}, minutes(15)),
        # 1 800 000 / 0.7 is 2 571 428.571...
        ({"gas": Skill(efficiency=0.7)}, timedelta(milliseconds=2_571_429)),
    ],
)
def test_service_takes_as_long_as_the_worker_is_efficient(
    skills: dict[str, Skill], taken: timedelta
) -> None:
    problem = town(
        [job("A", skills={"gas": 1}, setup=minutes(10))],
        [Worker(id="Ana", shifts=[shift_of()], skills=skills)],
    )
    finish = at("9:10") + taken
    visit = Visit(order="A", arrival=at("9:00"), start=at("9:00"), finish=finish)
    assert faults(problem, tour("Ana", visit)) == []
    later = visit.model_copy(update={"finish": finish + timedelta(milliseconds=1)})
    assert faults(problem, tour("Ana", later, end=finish)) == [("DURATION", "A", 0.001)]


def test_the_least_efficient_of_the_skills_asked_for_counts() -> None:
    problem = town(
        [job("A", skills={"gas": 1, "wiring": 1})],
        [
            Worker(
                id="Ana",
                shifts=[shift_of()],
                skills={"gas": Skill(efficiency=3), "wiring": Skill(efficiency=1.5)},
            )
        ],
    )
    assert faults(problem, tour("Ana", done("A", "9:00", "9:20"))) == []


# --- windows of the whole service


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        (("9:00", "9:30"), []),
        (("9:01", "9:31"), [("TIME_WINDOW", "A", 60)]),
        (("8:00", "9:28"), [("TIME_WINDOW", "A", 120)]),
        (("9:01", "9:28"), [("TIME_WINDOW", "A", 120)]),
    ],
)
def test_service_lies_in_a_window_that_bounds_it(
    edges: tuple[str, str], expected: list[tuple[str, str, float]]
) -> None:
    problem = town([job("A", time_windows=[window(*edges, bounds="service")])])
    assert faults(problem, tour("Ana", done("A", "9:00", "9:30"))) == expected


def test_a_soft_window_of_the_service_opens_with_its_start_and_closes_with_its_finish() -> None:
    soft = window("9:00", "9:10", bounds="service", soft=True)
    problem = town([job("A", time_windows=[soft])])
    assert faults(problem, tour("Ana", done("A", "9:00", "9:30"))) == []
    early = tour("Ana", done("A", "8:50", "9:20"))
    assert faults(problem, early) == [("TIME_WINDOW", "A", 600)]
    hard = problem.model_copy(update={"objective": Objective(lateness="hard")})
    assert faults(hard, tour("Ana", done("A", "9:00", "9:30"))) == [("LATENESS", "A", 1200)]


# --- relations

A_AT_9 = tour("Ana", done("A", "9:00", "9:30"))


def at_b(start: str, finish: str, worker: str = "Ben") -> Route:
    return tour(worker, done("B", start, finish))


@pytest.mark.parametrize(
    ("relation", "start", "finish", "expected"),
    [
        (Sequence(first="A", second="B"), "9:30", "10:00", []),
        (Sequence(first="A", second="B"), "9:29", "9:59", [("SEQUENCE", "B", 60)]),
        (Sequence(first="A", second="B", min_gap=minutes(10)), "9:40", "10:10", []),
        (
            Sequence(first="A", second="B", min_gap=minutes(10)),
            "9:30",
            "10:00",
            [("SEQUENCE", "B", 600)],
        ),
        (Sequence(first="A", second="B", max_gap=minutes(10)), "9:40", "10:10", []),
        (
            Sequence(first="A", second="B", max_gap=minutes(10)),
            "9:41",
            "10:11",
            [("SEQUENCE", "B", 60)],
        ),
        (Sequence(first="A", second="B", between="start-start"), "9:00", "9:30", []),
        (
            Sequence(first="A", second="B", between="start-start"),
            "8:59",
            "9:29",
            [("SEQUENCE", "B", 60)],
        ),
        (SameTime(orders=["A", "B"]), "9:00", "9:30", []),
        (SameTime(orders=["A", "B"]), "9:05", "9:35", [("SAME_TIME", "B", 300)]),
        (SameTime(orders=["A", "B"]), "8:58", "9:28", [("SAME_TIME", "A", 120)]),
        (SameWorker(orders=["A", "B"]), "9:00", "9:30", [("SAME_WORKER", "B", 1)]),
        (DifferentWorkers(orders=["A", "B"]), "9:00", "9:30", []),
        (SameDay(orders=["A", "B"]), "9:00", "9:30", []),
        (AllOrNone(orders=["A", "B"]), "9:00", "9:30", []),
    ],
)
def test_relations_between_two_workers(
    relation: Any, start: str, finish: str, expected: list[tuple[str, str, float]]
) -> None:
    problem = town([job("A"), job("B", "b")], relations=[relation])
    assert faults(problem, A_AT_9, at_b(start, finish)) == expected


@pytest.mark.parametrize(
    ("relation", "expected"),
    [
        (SameWorker(orders=["A", "B"]), []),
        (DifferentWorkers(orders=["A", "B"]), [("DIFFERENT_WORKERS", "B", 1)]),
    ],
)
def test_relations_within_a_route(relation: Any, expected: list[tuple[str, str, float]]) -> None:
    problem = town([job("A"), job("B", "b")], relations=[relation])
    both = tour("Ana", done("A", "9:00", "9:30"), done("B", "9:40", "10:10"))
    assert faults(problem, both) == expected


@pytest.mark.parametrize(
    ("relation", "expected"),
    [
        (Sequence(first="A", second="B", min_gap=minutes(999)), []),
        (SameTime(orders=["A", "B"]), []),
        (SameWorker(orders=["A", "B"]), []),
        (DifferentWorkers(orders=["A", "B"]), []),
        (SameDay(orders=["A", "B"]), []),
        (AllOrNone(orders=["A", "B"]), [("ALL_OR_NONE", "B", 1)]),
    ],
)
def test_relations_bind_those_that_are_assigned(
    relation: Any, expected: list[tuple[str, str, float]]
) -> None:
    problem = town([job("A"), job("B", "b")], relations=[relation])
    assert faults(problem, A_AT_9, left=("B",)) == expected
    assert faults(problem, left=("A", "B")) == []


def test_orders_of_one_day_on_several_days_are_named() -> None:
    shifts = [shift_of(day=day) for day in (4, 5)]
    problem = town(
        [job("A"), job("B", "b")],
        [Worker(id="Ana", shifts=shifts)],
        relations=[SameDay(orders=["A", "B"])],
    )
    tomorrow = tour("Ana", done("B", "9:00", "9:30", day=5), shift=1)
    assert faults(problem, A_AT_9, tomorrow) == [("SAME_DAY", "B", 1)]
    assert "2026-05-04, 2026-05-05" in only(problem, plan_of(A_AT_9, tomorrow, left=())).message


def test_the_first_role_stands_for_a_crew_in_relations() -> None:
    problem = town(
        [job("A"), job("B", "b", crew=[Role(), Role(latest_offset=minutes(60))])],
        [Worker(id=name, shifts=[shift_of()]) for name in ("Ana", "Ben", "Cleo")],
        relations=[SameTime(orders=["A", "B"]), DifferentWorkers(orders=["A", "B"])],
    )
    second = tour("Cleo", done("B", "9:50", "10:20", role=1))
    assert faults(problem, A_AT_9, at_b("9:00", "9:30"), second) == []


def test_a_crew_that_is_not_complete_is_not_done_where_all_are_or_none() -> None:
    problem = town(
        [job("A"), job("B", "b", crew=[Role(), Role()])],
        relations=[AllOrNone(orders=["A", "B"])],
    )
    assert faults(problem, A_AT_9, at_b("9:00", "9:30")) == [
        ("CREW", "B", 1),
        ("ALL_OR_NONE", "B", 1),
    ]


def test_three_of_which_two_stray_are_counted() -> None:
    orders = [job("A"), job("B", "b"), job("C", "c")]
    workers = [Worker(id=name, shifts=[shift_of()]) for name in ("Ana", "Ben", "Cleo")]
    routes = (A_AT_9, at_b("9:10", "9:40"), tour("Cleo", done("C", "9:20", "9:50")))
    for relation, expected in (
        (SameWorker(orders=["A", "B", "C"]), ("SAME_WORKER", "B", 2.0)),
        (SameTime(orders=["A", "B", "C"]), ("SAME_TIME", "C", 1200.0)),
    ):
        assert faults(town(orders, workers, relations=[relation]), *routes) == [expected]
    together = tour(
        "Ana", done("A", "9:00", "9:30"), done("B", "9:40", "10:10"), done("C", "10:20", "10:50")
    )
    different = town(orders, workers, relations=[DifferentWorkers(orders=["A", "B", "C"])])
    fault = only(different, plan_of(together, left=()))
    assert (fault.code, fault.worker, fault.shift, fault.amount) == (
        "DIFFERENT_WORKERS",
        "Ana",
        None,
        2,
    )
    assert fault.message.startswith("worker 'Ana': orders 'A', 'B', 'C' are for different")


# --- recurring work


def weekly(**rule: Any) -> Problem:
    """Three visits to R, and a worker with a shift on each of ten days."""
    shifts = [shift_of(day=day) for day in range(4, 14)]
    recurrence = Recurrence(times=3, **rule)
    return town([job("R", recurrence=recurrence)], [Worker(id="Ana", shifts=shifts)])


def on_days(*days: int) -> list[Route]:
    """A visit on each of these days, numbered as they come."""
    return [
        tour("Ana", done("R", "9:00", "9:30", day=day, occurrence=time), shift=day - 4)
        for time, day in enumerate(days)
    ]


@pytest.mark.parametrize(
    ("rule", "days", "expected"),
    [
        ({}, (4, 5, 6), []),
        ({}, (4, 9, 13), []),
        ({"min_gap_days": 2, "max_gap_days": 3}, (4, 6, 9), []),
        ({"min_gap_days": 2, "max_gap_days": 3}, (4, 5, 9), [1, 1]),
        ({"min_gap_days": 2, "max_gap_days": 3}, (4, 6, 11), [2]),
        ({}, (4, 6, 5), [1]),
        ({"patterns": [(date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 12))]}, (4, 5, 12), []),
        (
            {
                "patterns": [(date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 12))],
                "min_gap_days": 2,
            },
            (4, 5, 12),
            [],
        ),
        ({"patterns": [(date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 12))]}, (4, 5, 11), [1]),
        ({}, (4, 5), [1]),
        ({}, (4,), [2]),
    ],
)
def test_days_of_recurring_work(
    rule: dict[str, Any], days: tuple[int, ...], expected: list[float]
) -> None:
    found = faults(weekly(**rule), *on_days(*days))
    assert found == [("RECURRENCE", "R", amount) for amount in expected]


def test_two_times_on_one_day_are_named() -> None:
    twice = tour("Ana", done("R", "9:00", "9:30"), done("R", "9:30", "10:00", occurrence=1))
    routes = (twice, tour("Ana", done("R", "9:00", "9:30", day=6, occurrence=2), shift=2))
    assert faults(weekly(), *routes) == [("RECURRENCE", "R", 1)]
    assert "visited 2 times on 2026-05-04" in only(weekly(), plan_of(*routes, left=())).message


def test_a_time_that_is_visited_twice_or_does_not_exist_is_named() -> None:
    assert faults(weekly(), *on_days(4, 5, 6, 7)) == [("UNKNOWN_VISIT", "R", 1)]
    again = tour("Ana", done("R", "9:00", "9:30", day=8, occurrence=1), shift=4)
    assert faults(weekly(), *on_days(4, 5, 6), again) == [("DUPLICATE_VISIT", "R", 1)]


def test_the_day_of_a_visit_is_that_of_its_shifts_own_zone() -> None:
    auckland = ZoneInfo("Pacific/Auckland")
    midnight = datetime(2026, 5, 5, tzinfo=auckland)
    shifts = [
        Shift(start=midnight - minutes(60), end=midnight),
        Shift(start=midnight, end=midnight + minutes(60)),  # 12:00 UTC of the same day
    ]
    order = Order(
        id="R",
        location=Location(id="x", lat=0, lon=0),
        duration=minutes(30),
        recurrence=Recurrence(times=2),
    )
    problem = Problem(orders=[order], workers=[Worker(id="W", shifts=shifts)])
    routes = []
    for number, shift in enumerate(shifts):
        finish = shift.start + minutes(30)
        visit = Visit(
            order="R", occurrence=number, arrival=shift.start, start=shift.start, finish=finish
        )
        routes.append(tour("W", visit, shift=number))
    assert faults(problem, *routes) == []


# --- breaks of a shift


def with_break(*breaks: Break, **more: Any) -> Problem:
    """A at a, then B at b; Ana starts at the depot at 8:00."""
    shift = shift_of(start_location=place("depot"), breaks=breaks, **more)
    return town([job("A"), job("B", "b")], [Worker(id="Ana", shifts=[shift])])


def pause(**more: Any) -> Break:
    return Break(**{"duration": minutes(15), "earliest": at("9:00"), "latest": at("9:45"), **more})


def taken(start: str, finish: str, arrival: str | None = None, **more: Any) -> BreakTaken:
    times = {"arrival": at(arrival or start), "start": at(start), "finish": at(finish)}
    return BreakTaken(**{"number": 0, "after": 1, **times, **more})


def morning(b: str, b_done: str, *breaks: BreakTaken, departure: str = "8:50") -> Route:
    """A at 9:00 and B as said, with these breaks."""
    return tour(
        "Ana",
        done("A", "9:00", "9:30"),
        done("B", b, b_done),
        departure=at(departure),
        breaks=breaks,
    )


def test_a_break_between_two_visits_is_taken_before_driving_on() -> None:
    assert faults(with_break(pause()), morning("9:55", "10:25", taken("9:30", "9:45"))) == []


@pytest.mark.parametrize(
    ("b", "pauses", "expected"),
    [
        (("9:40", "10:10"), [("9:30", "9:45")], [("TRAVEL", "B", 900)]),
        (("9:56", "10:26"), [("9:30", "9:45")], [("STATED", "B", 60)]),
        (("9:55", "10:25"), [("9:30", "9:40")], [("DURATION", None, 300)]),
        (("9:55", "10:25"), [("9:30", "9:50")], [("DURATION", None, 300)]),
        (("9:54", "10:24"), [("9:29", "9:44")], [("TRAVEL", None, 60)]),
        (("9:55", "10:25"), [("9:30", "9:45", "9:29")], [("TRAVEL", None, 60)]),
        (("10:05", "10:35"), [("9:40", "9:55", "9:30")], []),
        (("10:05", "10:35"), [("9:40", "9:55", "9:31")], [("STATED", None, 60)]),
        (
            ("9:55", "10:25"),
            [("9:30", "9:45", "9:31")],
            [("STATED", None, 60), ("START_BEFORE_ARRIVAL", None, 60)],
        ),
        (("10:10", "10:40"), [("9:45", "10:00", "9:30")], []),
        (("10:11", "10:41"), [("9:46", "10:01", "9:30")], [("BREAK_TIME", None, 60)]),
        (("9:40", "10:10"), [], [("BREAK_MISSED", None, 1)]),
        (
            ("10:10", "10:40"),
            [("9:30", "9:45"), ("9:45", "10:00")],
            [("DUPLICATE_BREAK", None, 1)],
        ),
    ],
)
def test_a_break_that_is_not_as_it_must_be_is_named(
    b: tuple[str, str], pauses: list[tuple[str, ...]], expected: list[Any]
) -> None:
    route = morning(*b, *(taken(*each) for each in pauses))
    assert faults(with_break(pause()), route) == expected


def test_a_break_begins_at_its_earliest_or_later() -> None:
    problem = with_break(pause(earliest=at("9:31")))
    route = morning("9:55", "10:25", taken("9:30", "9:45"))
    assert faults(problem, route) == [("BREAK_TIME", None, 60)]
    assert faults(with_break(pause(earliest=at("9:30"))), route) == []


def test_a_soft_break_may_be_missed_and_not_moved() -> None:
    problem = with_break(pause(hard=False))
    assert faults(problem, morning("9:40", "10:10")) == []
    late = morning("10:11", "10:41", taken("9:46", "10:01", "9:30"))
    assert faults(problem, late) == [("BREAK_TIME", None, 60)]


def test_a_break_is_due_only_in_a_shift_with_visits() -> None:
    problem = with_break(pause())
    assert faults(problem, left=("A", "B")) == []


def test_an_unknown_break_is_named_and_nothing_said_of_the_way_past_it() -> None:
    problem = with_break()
    route = morning("9:41", "10:11", taken("9:30", "9:31"))
    assert faults(problem, route) == [("UNKNOWN_BREAK", None, 1)]
    first = morning("9:41", "10:11", taken("8:30", "8:31", after=0))
    assert faults(problem, first) == [("UNKNOWN_BREAK", None, 1), ("STATED", "B", 60)]


def test_a_break_after_more_visits_than_there_are_comes_after_the_last() -> None:
    problem = with_break(pause(latest=at("11:00")))
    last = taken("10:10", "10:25", after=4)
    route = morning("9:40", "10:10", last).model_copy(update={"end": at("10:25")})
    assert faults(problem, route) == [("STATED", None, 2)]


def test_a_break_after_the_last_visit_holds_up_the_way_home() -> None:
    problem = with_break(pause(latest=at("11:00")), end_location=place("depot"))
    route = morning("9:40", "10:10", taken("10:10", "10:25", after=2))
    assert faults(problem, route.model_copy(update={"end": at("10:35")})) == []
    early = route.model_copy(update={"end": at("10:20")})
    assert faults(problem, early) == [("TRAVEL", None, 900)]


EARLY = {"earliest": at("8:00"), "latest": at("8:45")}


@pytest.mark.parametrize(
    ("start", "finish", "expected"),
    [
        ("8:00", "8:15", []),
        ("8:35", "8:50", []),
        ("8:36", "8:51", [("BREAK_OVERLAP", None, 60)]),
        ("7:59", "8:14", [("BREAK_TIME", None, 60), ("SHIFT_START", None, 60)]),
    ],
)
def test_a_break_before_the_first_visit_is_over_by_the_departure(
    start: str, finish: str, expected: list[Any]
) -> None:
    route = morning("9:40", "10:10", taken(start, finish, after=0))
    assert faults(with_break(pause(**EARLY)), route) == expected


def test_breaks_before_the_departure_come_one_after_the_other() -> None:
    problem = with_break(pause(**EARLY), pause(**EARLY))
    second = taken("8:20", "8:35", after=0, number=1)
    route = morning("9:40", "10:10", taken("8:05", "8:20", after=0), second)
    assert faults(problem, route) == []
    overlapping = morning("9:40", "10:10", taken("8:06", "8:21", after=0), second)
    fault = only(problem, plan_of(overlapping, left=()))
    assert (fault.code, fault.amount) == ("BREAK_OVERLAP", 60)
    assert "break 1 begins 1 min before break 0 is over" in fault.message


def test_with_an_open_start_a_break_may_come_before_the_first_arrival() -> None:
    shift = shift_of(breaks=[pause(**EARLY)])
    problem = town([job("A")], [Worker(id="Ana", shifts=[shift])])
    early = [taken("8:00", "8:15", after=0)]
    assert faults(problem, tour("Ana", done("A", "8:15", "8:45"), breaks=early)) == []
    assert faults(problem, tour("Ana", done("A", "8:10", "8:40"), breaks=early)) == [
        ("BREAK_OVERLAP", None, 300)
    ]


def test_a_break_with_a_place_is_a_stop_like_any_other() -> None:
    problem = with_break(pause(location=place("c"), latest=at("10:00")))
    there = taken("9:40", "9:55", travel_time=minutes(10), distance_m=1000)
    route = morning("10:05", "10:35", there)
    assert faults(problem, route) == []
    assert faults(problem, morning("9:55", "10:25", there)) == [("TRAVEL", "B", 600)]
    wrong = there.model_copy(update={"travel_time": minutes(9), "distance_m": 999})
    assert faults(problem, morning("10:05", "10:35", wrong)) == [
        ("STATED", None, 60),
        ("STATED", None, 1),
    ]
    island = with_break(pause(location=place("island"), latest=at("10:00")))
    assert faults(island, route) == [("UNREACHABLE", None, 1), ("UNREACHABLE", "B", 1)]


def test_a_break_with_a_place_may_come_first() -> None:
    problem = with_break(pause(location=place("c"), **EARLY))
    first = taken("8:35", "8:50", after=0)
    route = morning("9:40", "10:10", first, departure="8:25")
    assert faults(problem, route) == []
    late = route.model_copy(update={"departure": at("8:30")})
    assert faults(problem, late) == [("TRAVEL", None, 300)]


def test_naive_times_of_breaks_are_named() -> None:
    naive = taken("9:30", "9:45").model_copy(update={"start": datetime(2026, 5, 4, 9, 30)})
    assert all_codes(with_break(pause()), morning("9:55", "10:25", naive)) == ["TIME_ZONE"]


def test_a_break_in_one_of_two_routes_of_a_shift_is_taken() -> None:
    problem = with_break(pause())
    one = tour("Ana", done("A", "9:10", "9:40"), departure=at("9:00"))
    two = tour(
        "Ana",
        done("B", "9:10", "9:40"),
        departure=at("9:00"),
        end=at("9:55"),
        breaks=[taken("9:40", "9:55")],
    )
    assert faults(problem, one, two) == [("DUPLICATE_ROUTE", None, 1)]


# --- parts, tools and restocking


def stocked(restock: Restock | None, **more: Any) -> Problem:
    """A needs a saw; A and B take 2 pipes and 1 kg each."""
    shift = shift_of(start_location=place("depot"), restock=restock, **{"capacity": {}, **more})
    demand = {"pipes": 2, "kg": 1}
    return town(
        [job("A", demand=demand), job("B", "b", demand=demand, tools=["saw"])],
        [Worker(id="Ana", shifts=[shift])],
    )


def fetched(after: int = 1, *, ready: str = "9:40", left: str = "9:45", **more: Any) -> Route:
    """A, the depot for five minutes and B; or the depot first."""
    call = RestockCall(after=after, arrival=at(ready), start=at(ready), finish=at(left), **more)
    return tour(
        "Ana",
        done("A", "9:00", "9:30"),
        done("B", "9:55", "10:25"),
        departure=at("8:50"),
        restock=call,
    )


DEPOT = Restock(
    location=place("depot"), duration=minutes(5), tools=["saw"], amounts={"pipes": 2, "kg": None}
)
CARRIED = {"pipes": 2, "kg": 1}


def test_a_call_at_the_depot_brings_parts_and_tools() -> None:
    assert faults(stocked(DEPOT, capacity=CARRIED), fetched()) == []


@pytest.mark.parametrize(
    ("restock", "carried", "expected"),
    [
        (DEPOT.model_copy(update={"tools": ()}), CARRIED, [("TOOL", "B", 1)]),
        (DEPOT, {"pipes": 1.5, "kg": 1}, [("CAPACITY", None, 0.5)]),
        (DEPOT, {"pipes": 9, "kg": 0}, [("CAPACITY", None, 1)]),
        (
            DEPOT.model_copy(update={"amounts": {"pipes": 1, "kg": None}}),
            {"pipes": 9, "kg": 9},
            [("CAPACITY", None, 1)],
        ),
        (
            DEPOT.model_copy(update={"amounts": {"kg": 1}}),
            {"pipes": 2, "kg": 1},
            [("CAPACITY", None, 2)],
        ),
        (
            DEPOT.model_copy(update={"amounts": {"pipes": 0, "kg": 0}}),
            {"pipes": 0, "kg": 0},
            [("CAPACITY", None, amount) for amount in (2, 2, 1, 1)],
        ),
    ],
)
def test_what_is_not_on_board_before_or_after_the_depot_is_named(
    restock: Restock, carried: dict[str, float], expected: list[Any]
) -> None:
    assert faults(stocked(restock, capacity=carried), fetched()) == expected


def test_a_tool_of_the_depot_is_not_there_before() -> None:
    problem = stocked(DEPOT, capacity={"pipes": 9, "kg": 9})
    after = tour(
        "Ana",
        done("A", "9:00", "9:30"),
        done("B", "9:40", "10:10"),
        departure=at("8:50"),
        end=at("10:25"),
        restock=RestockCall(after=2, arrival=at("10:20"), start=at("10:20"), finish=at("10:25")),
    )
    assert faults(problem, after) == [("TOOL", "B", 1)]
    assert faults(stocked(DEPOT, capacity={"pipes": 9, "kg": 9}, tools=["saw"]), after) == []


def test_without_a_call_all_demands_are_on_board_from_the_start() -> None:
    problem = stocked(DEPOT, capacity=CARRIED, tools=["saw"])
    assert faults(problem, morning("9:40", "10:10")) == [
        ("CAPACITY", None, 2),
        ("CAPACITY", None, 1),
    ]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ({"ready": "9:39"}, [("TRAVEL", None, 60), ("DURATION", None, 60), ("STATED", "B", 60)]),
        ({"left": "9:46"}, [("DURATION", None, 60)]),
        ({"travel_time": minutes(9)}, [("STATED", None, 60)]),
        ({"distance_m": 10}, [("STATED", None, 990)]),
    ],
)
def test_a_call_that_does_not_add_up_is_named(call: dict[str, Any], expected: list[Any]) -> None:
    assert faults(stocked(DEPOT, capacity=CARRIED), fetched(**call)) == expected


def test_a_call_where_the_shift_has_no_depot_is_named() -> None:
    problem = stocked(None, capacity={"pipes": 4, "kg": 2}, tools=["saw"])
    assert faults(problem, fetched()) == [("UNKNOWN_RESTOCK", None, 1)]


def test_a_break_and_the_depot_after_one_visit_come_by_their_starts() -> None:
    shift = shift_of(
        start_location=place("depot"), restock=Restock(location=place("c")), breaks=[pause()]
    )
    problem = town([job("A"), job("B", "b")], [Worker(id="Ana", shifts=[shift])])
    # Break at a, then by the depot at c to b; or to the depot at c, break there, and on to b.
    for rest, call in ((("9:30", "9:45"), "9:55"), (("9:40", "9:55"), "9:40")):
        route = tour(
            "Ana",
            done("A", "9:00", "9:30"),
            done("B", "10:05", "10:35"),
            departure=at("8:50"),
            breaks=[taken(*rest)],
            restock=RestockCall(after=1, arrival=at(call), start=at(call), finish=at(call)),
        )
        assert faults(problem, route) == []


def test_setup_is_due_by_the_visit_before_whatever_lies_between() -> None:
    shift = shift_of(
        start_location=place("depot"), restock=Restock(location=place("c"), duration=minutes(5))
    )
    problem = town(
        [
            job("A", setup=minutes(10)),
            job("B", setup=minutes(10)),
            job("C", "c", setup=minutes(10)),
        ],
        [Worker(id="Ana", shifts=[shift])],
    )
    call = RestockCall(after=1, arrival=at("9:50"), start=at("9:50"), finish=at("9:55"))
    # A and B are both at a; C is where the depot is.
    back = tour(
        "Ana",
        done("A", "9:00", "9:40"),
        done("B", "10:05", "10:35"),
        departure=at("8:50"),
        restock=call,
    )
    assert faults(problem, back, left=("C",)) == []
    there = tour(
        "Ana",
        done("A", "9:00", "9:40"),
        done("C", "9:55", "10:35"),
        departure=at("8:50"),
        restock=call,
    )
    assert faults(problem, there, left=("B",)) == []


# --- limits of a worker


def week(**limits: Any) -> Problem:
    """D4 to D8, one on each of five days, each ten minutes from Ana's depot."""
    days = range(4, 9)
    shifts = [shift_of("8:00", "20:00", day, start_location=place("depot")) for day in days]
    ana = Worker(id="Ana", shifts=shifts, **limits)
    return town([job(f"D{day}") for day in days], [ana])


def day_trip(day: int, start: str = "9:00", finish: str = "9:30") -> Route:
    one = done(f"D{day}", start, finish, day=day)
    leave = one.arrival - minutes(10)
    return tour("Ana", one, shift=day - 4, departure=leave)


TWO = (day_trip(4), day_trip(5))
REST = ("D6", "D7", "D8")


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"max_visits": 2}, None),
        ({"max_visits": 1}, ("WORKER_MAX_VISITS", 1, "")),
        ({"max_travel": minutes(20)}, None),
        ({"max_travel": minutes(15)}, ("WORKER_MAX_TRAVEL", 300, "s")),
        ({"max_work": minutes(80)}, None),
        ({"max_work": minutes(79)}, ("WORKER_MAX_WORK", 60, "s")),
        ({"max_distance_m": 2000}, None),
        ({"max_distance_m": 1999}, ("WORKER_MAX_DISTANCE", 1, "m")),
    ],
)
def test_limits_of_a_worker_hold_over_all_routes(
    limits: dict[str, Any], expected: tuple[str, float, str] | None
) -> None:
    found = check(week(**limits), plan_of(*TWO, left=REST))
    assert [(one.code, one.amount, one.unit) for one in found] == ([expected] if expected else [])
    assert all((one.worker, one.shift) == ("Ana", None) for one in found)


def test_restocking_is_work_and_breaks_are_none() -> None:
    shift = shift_of(
        start_location=place("depot"),
        restock=Restock(location=place("depot"), duration=minutes(5)),
        breaks=[pause(duration=minutes(5))],
    )

    def problem(most: int, of: str) -> Problem:
        limit = {"max_work": minutes(most)}
        limited = shift.model_copy(update=limit if of == "shift" else {})
        ana = Worker(id="Ana", shifts=[limited], **(limit if of == "worker" else {}))
        return town([job("A"), job("B", "b")], [ana])

    route = tour(
        "Ana",
        done("A", "9:00", "9:30"),
        done("B", "10:00", "10:30"),
        departure=at("8:50"),
        breaks=[taken("9:30", "9:35")],
        restock=RestockCall(after=1, arrival=at("9:45"), start=at("9:45"), finish=at("9:50")),
    )
    # Three legs of 10 min, two visits of 30 min and 5 min at the depot.
    for of, code in (("shift", "MAX_WORK"), ("worker", "WORKER_MAX_WORK")):
        assert faults(problem(95, of), route) == []
        assert faults(problem(94, of), route) == [(code, None, 60)]


@pytest.mark.parametrize(
    ("rest", "expected"), [(minutes(22 * 60 + 30), []), (minutes(23 * 60), [("REST", None, 1800)])]
)
def test_rest_is_from_the_end_of_a_route_to_the_start_of_the_next_shift(
    rest: timedelta, expected: list[Any]
) -> None:
    found = check(week(min_rest=rest), plan_of(*reversed(TWO), left=REST))
    assert [(one.code, one.order, one.amount) for one in found] == expected
    assert all((one.worker, one.shift) == ("Ana", 1) for one in found)
    later = (day_trip(4), day_trip(6))
    assert faults(week(min_rest=rest), *later, left=("D5", "D7", "D8")) == []


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((4, 5, 7, 8), []),
        ((4, 5, 6, 8), [1]),
        ((4, 5, 6, 7, 8), [3]),
    ],
)
def test_days_in_a_row_are_counted(days: tuple[int, ...], expected: list[float]) -> None:
    routes = [day_trip(day) for day in days]
    left = tuple(f"D{day}" for day in range(4, 9) if day not in days)
    found = check(week(max_days_in_row=2), plan_of(*routes, left=left))
    assert [(one.code, one.amount, one.unit) for one in found] == [
        ("DAYS_IN_ROW", amount, "day") for amount in expected
    ]


# --- customers


@pytest.mark.parametrize(
    ("history", "most", "expected"),
    [
        ((), 2, []),
        ((), 1, [("MAX_WORKERS", None, 1)]),
        (("Ana",), 2, []),
        (("Ana", "Ben"), 2, []),
        (("Cleo",), 2, [("MAX_WORKERS", None, 1)]),
        (("Cleo", "Ana"), 2, [("MAX_WORKERS", None, 1)]),
        (("Cleo",), 1, [("MAX_WORKERS", None, 2)]),
        (("Cleo", "Ana", "Ben"), 2, []),
        (("Cleo", "Ana"), None, []),
    ],
)
def test_a_customer_has_at_most_so_many_workers(
    history: tuple[str, ...], most: int | None, expected: list[Any]
) -> None:
    problem = town(
        [job("A", customer="Kim"), job("B", "b", customer="Kim")],
        [Worker(id=name, shifts=[shift_of()]) for name in ("Ana", "Ben", "Cleo")],
        customers=[Customer(id="Kim", history=history, max_workers=most)],
    )
    assert faults(problem, A_AT_9, at_b("9:00", "9:30")) == expected
    assert faults(problem, left=("A", "B")) == []


# --- locks and what is frozen


def locked(*locks: Lock, **order: Any) -> Problem:
    shifts = [shift_of(), shift_of("13:00", "17:00")]
    workers = [Worker(id=name, shifts=shifts) for name in ("Ana", "Ben")]
    return town([job("A", **order), job("B", "b")], workers, locks=locks)


BOTH = tour("Ana", done("A", "9:00", "9:30"), done("B", "9:40", "10:10"))


@pytest.mark.parametrize(
    ("lock", "expected"),
    [
        (Lock(order="B", worker="Ana", shift=0, start=at("9:40")), []),
        (Lock(order="A", worker="Ana", shift=0, position=0), []),
        (Lock(order="B", worker="Ben", shift=0, position=0), [("LOCK", "B", 1)]),
        (Lock(order="B", worker="Ana", shift=1, position=0), [("LOCK", "B", 1)]),
        (Lock(order="B", worker="Ana", shift=0, position=0), [("LOCK", "B", 1)]),
        (Lock(order="A", start=at("9:05")), [("LOCK", "A", 300)]),
        (Lock(order="A", start=at("8:55")), [("LOCK", "A", 300)]),
        (
            Lock(order="B", worker="Ben", start=at("9:41")),
            [("LOCK", "B", 1), ("LOCK", "B", 60)],
        ),
        (Lock(order="B", unassigned=True), [("LOCK", "B", 1)]),
    ],
)
def test_what_is_locked_is_kept(lock: Lock, expected: list[Any]) -> None:
    assert faults(locked(lock), BOTH) == expected


def test_a_lock_that_cannot_be_kept_leaves_the_order_out() -> None:
    problem = locked(Lock(order="B", worker="Ana", shift=0, position=0))
    assert faults(problem, A_AT_9, left=("B",)) == []
    assert faults(problem, A_AT_9) == [("MISSING_ORDER", "B", 1)]


def test_an_order_locked_as_left_out_is_listed_as_such() -> None:
    problem = locked(Lock(order="B", unassigned=True))
    assert faults(problem, A_AT_9, left=("B",)) == []
    assert faults(problem, A_AT_9) == [("MISSING_ORDER", "B", 1)]


def test_a_visit_that_is_late_in_its_route_is_off_by_as_many_visits() -> None:
    first = Lock(order="C", worker="Ana", shift=0, position=0)
    problem = town([job("A"), job("B", "b"), job("C", "c")], locks=[first])
    route = tour("Ana", *BOTH.visits, done("C", "10:20", "10:50"))
    assert faults(problem, route) == [("LOCK", "C", 2)]


def test_breaks_and_restocking_are_not_counted_in_positions() -> None:
    first, second = (
        Lock(order=order, worker="Ana", shift=0, position=position)
        for position, order in enumerate("AB")
    )
    problem = with_break(pause()).model_copy(update={"locks": (first, second)})
    assert faults(problem, morning("9:55", "10:25", taken("9:30", "9:45"))) == []


NOT_FOR_ANA: dict[str, Any] = {
    "skills": {"gas": 1},
    "required_tags": ["van"],
    "required_workers": ["Ben"],
    "forbidden_workers": ["Ana"],
    "preferred_tags": ["german"],
}


def test_a_visit_locked_to_a_worker_is_not_asked_who_may_do_it() -> None:
    hard = {"objective": Objective(preference="hard")}
    free = locked(**NOT_FOR_ANA).model_copy(update=hard)
    named = ["SKILL", "REQUIRED_TAG", "REQUIRED_WORKER", "FORBIDDEN_WORKER", "PREFERENCE"]
    assert all_codes(free, BOTH) == named
    ana = locked(Lock(order="A", worker="Ana"), **NOT_FOR_ANA).model_copy(update=hard)
    assert faults(ana, BOTH) == []
    ben = locked(Lock(order="A", worker="Ben"), **NOT_FOR_ANA).model_copy(update=hard)
    assert all_codes(ben, BOTH) == [*named, "LOCK"]
    start = locked(Lock(order="A", start=at("9:00")), **NOT_FOR_ANA).model_copy(update=hard)
    assert all_codes(start, BOTH) == named


def test_a_locked_start_is_not_asked_about_windows_release_and_deadlines() -> None:
    late = {
        "time_windows": [window("8:00", "8:30")],
        "release": at("9:10"),
        "respond_by": at("8:50"),
        "resolve_by": at("9:00"),
        "hard_sla": True,
    }
    named = ["RELEASE", "TIME_WINDOW", "RESPOND_BY", "RESOLVE_BY"]
    assert all_codes(locked(**late), BOTH) == named
    assert faults(locked(Lock(order="A", start=at("9:00")), **late), BOTH) == []
    assert all_codes(locked(Lock(order="A", start=at("9:01")), **late), BOTH) == ["LOCK", *named]
    assert all_codes(locked(Lock(order="A", worker="Ana"), **late), BOTH) == named


def frozen(*locks: Lock, until: str = "9:00", **shift: Any) -> Problem:
    return town(
        [job("A"), job("B", "b")],
        [Worker(id="Ana", shifts=[shift_of(start_location=place("depot"), **shift)])],
        locks=locks,
        freeze_until=at(until),
    )


def test_nobody_departs_before_what_is_frozen_is_over() -> None:
    route = tour("Ana", done("A", "9:10", "9:40"), departure=at("9:00"))
    assert faults(frozen(), route, left=("B",)) == []
    # Where the worker sets out when they may, but the route begins earlier:
    early = route.model_copy(update={"departure": at("8:50")})
    assert faults(frozen(), early, left=("B",)) == [("FROZEN", "A", 600)]
    gone = tour("Ana", done("A", "9:00", "9:30"), departure=at("8:50"))
    assert faults(frozen(), gone, left=("B",)) == [("FROZEN", "A", 600), ("TRAVEL", "A", 600)]
    locked_there = frozen(Lock(order="A", worker="Ana", shift=0, position=0))
    assert faults(locked_there, gone, left=("B",)) == []


def test_nobody_drives_on_before_what_is_frozen_is_over() -> None:
    problem = frozen(Lock(order="A", worker="Ana", shift=0, position=0), until="9:50")
    assert faults(problem, morning("10:00", "10:30")) == []
    assert faults(problem, morning("9:40", "10:10")) == [("TRAVEL", "B", 1200)]
    assert faults(problem, morning("10:01", "10:31")) == [("STATED", "B", 60)]


def test_breaks_and_the_depot_are_not_frozen() -> None:
    problem = frozen(breaks=[pause(location=place("c"), **EARLY)], until="9:00")
    first = taken("8:10", "8:25", after=0)
    route = tour("Ana", done("A", "9:10", "9:40"), departure=at("8:00"), breaks=[first])
    assert faults(problem, route, left=("B",)) == []


# --- traffic


def busy(*periods: TrafficPeriod, **more: Any) -> Problem:
    """A, B and C, ten minutes from one another and from the depot."""
    orders = [job("A", area="north"), job("B", "b", area="south"), job("C", "c")]
    ana = Worker(id="Ana", shifts=[shift_of(start_location=place("depot"))], **more)
    return town(orders, [ana], traffic=periods)


def slow(start: time, end: time, factor: float = 2.0, **more: Any) -> TrafficPeriod:
    return TrafficPeriod(start=start, end=end, factor=factor, **more)


def to_a(arrival: str, departure: str = "8:50") -> Route:
    finish = at(arrival) + minutes(30)
    visit = Visit(order="A", arrival=at(arrival), start=at(arrival), finish=finish)
    return tour("Ana", visit, departure=at(departure))


@pytest.mark.parametrize(
    ("periods", "arrival"),
    [
        ([slow(time(7), time(10))], "9:10"),
        ([slow(time(9), time(10))], "9:00"),
        # 8:50 to 8:55 at half the speed, the rest at full speed; and the other way round.
        ([slow(time(7), time(8, 55), 2.5)], "9:03"),
        ([slow(time(8, 56), time(10), 3)], "9:08"),
        ([slow(time(8, 54), time(8, 58), 4)], "9:03"),
        ([slow(time(7), time(10), 0.5)], "8:55"),
        # The first of the list counts, and one ends where the other begins.
        ([slow(time(8, 55), time(9), 1), slow(time(7), time(10), 2)], "9:05"),
        ([slow(time(7), time(10), weekdays=[1])], "9:10"),
        ([slow(time(7), time(10), weekdays=[2, 7])], "9:00"),
        ([slow(time(7), time(10), modes=["car"])], "9:10"),
        ([slow(time(0), time(0))], "9:10"),
        ([slow(time(8), time(0), 1.5)], "9:05"),
    ],
)
def test_a_leg_takes_as_long_as_the_traffic_on_it(
    periods: list[TrafficPeriod], arrival: str
) -> None:
    problem = busy(*periods)
    assert faults(problem, to_a(arrival), left=("B", "C")) == []
    early = to_a(arrival)
    visit = early.visits[0]
    for by, code in ((minutes(-1), "TRAVEL"), (minutes(1), "STATED")):
        times = {name: getattr(visit, name) + by for name in ("arrival", "start", "finish")}
        moved = tour("Ana", visit.model_copy(update=times), departure=early.departure)
        assert faults(problem, moved, left=("B", "C")) == [(code, "A", 60)]


def test_traffic_of_a_mode_slows_those_who_travel_by_it() -> None:
    by_mode = {"travel_time_s": [[0, 600], [600, 0]], "distance_m": [[0, 1000], [1000, 0]]}
    travel = TravelMatrix(places=["depot", "a"], tables={"car": by_mode, "foot": by_mode})
    shift = shift_of(start_location=place("depot"))
    for mode, arrival in (("foot", "9:10"), ("car", "9:00")):
        problem = Problem(
            orders=[job("A")],
            workers=[Worker(id="Ana", shifts=[shift], mode=mode)],
            travel=travel,
            traffic=[slow(time(7), time(10), modes=["foot"])],
        )
        assert faults(problem, to_a(arrival)) == []


def test_traffic_of_an_area_slows_legs_that_leave_from_its_orders() -> None:
    problem = busy(slow(time(0), time(0), areas=["north"]))
    route = tour(
        "Ana",
        done("A", "9:00", "9:30"),  # from the depot
        done("B", "9:50", "10:20"),  # from A in the north
        done("C", "10:30", "11:00"),  # from B in the south
        departure=at("8:50"),
    )
    assert faults(problem, route) == []


def test_a_break_does_not_move_a_worker_out_of_an_area_unless_it_has_a_place() -> None:
    periods = [slow(time(0), time(0), areas=["north"])]
    for location, ways in (
        (None, ("9:30", "9:45", "10:05")),
        (place("c"), ("9:50", "10:05", "10:15")),
    ):
        shift = shift_of(
            start_location=place("depot"), breaks=[pause(location=location, latest=at("10:00"))]
        )
        problem = town(
            [job("A", area="north"), job("B", "b")],
            [Worker(id="Ana", shifts=[shift])],
            traffic=periods,
        )
        begin, over, arrival = ways
        finish = (at(arrival) + minutes(30)).strftime("%H:%M")
        assert faults(problem, morning(arrival, finish, taken(begin, over))) == []


def test_the_way_home_is_in_traffic_too() -> None:
    shift = shift_of(end_location=place("depot"))
    problem = town(
        [job("A")], [Worker(id="Ana", shifts=[shift])], traffic=[slow(time(9, 35), time(10), 3)]
    )
    route = tour("Ana", done("A", "9:00", "9:30"), travel_time=minutes(20), end=at("9:50"))
    assert faults(problem, route) == []
    early = route.model_copy(update={"end": at("9:40")})
    assert faults(problem, early) == [("TRAVEL", None, 600)]


def test_arrivals_are_rounded_up_and_may_be_a_millisecond_off_in_traffic() -> None:
    # 600 000 ms at a factor of 1.000 001 takes 600 000.6 ms.
    problem = busy(slow(time(0), time(0), 1.000001))
    for ms in (0, 1, 2):
        moment = at("9:00") + timedelta(milliseconds=ms)
        visit = Visit(order="A", arrival=moment, start=moment, finish=moment + minutes(30))
        assert faults(problem, tour("Ana", visit, departure=at("8:50")), left=("B", "C")) == []
    moment = at("9:00") + timedelta(milliseconds=3)
    visit = Visit(order="A", arrival=moment, start=moment, finish=moment + minutes(30))
    far = tour("Ana", visit, departure=at("8:50"))
    assert faults(problem, far, left=("B", "C")) == [("STATED", "A", 0.002)]


def test_periods_are_times_of_the_zone_in_which_the_first_shift_starts() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    first = datetime(2026, 5, 4, 9, tzinfo=tokyo)  # 2:00 in Berlin
    early = Worker(id="Yui", shifts=[Shift(start=first, end=first + minutes(60))])
    problem = busy(slow(time(15), time(16)))
    both = problem.model_copy(update={"workers": (*problem.workers, early)})
    # 8:50 in Berlin is 15:50 in Tokyo.
    assert faults(both, to_a("9:05"), left=("B", "C")) == []
    assert faults(problem, to_a("9:00"), left=("B", "C")) == []


def test_naive_times_are_times_of_day_as_they_are() -> None:
    start = datetime(2026, 5, 4, 8)
    shift = Shift(start=start, end=start + minutes(240), start_location=place("depot"))
    problem = town(
        [job("A")], [Worker(id="Ana", shifts=[shift])], traffic=[slow(time(8), time(8, 5))]
    )
    arrival = start + timedelta(seconds=750)
    visit = Visit(order="A", arrival=arrival, start=arrival, finish=arrival + minutes(30))
    assert faults(problem, tour("Ana", visit, departure=start)) == []


@pytest.mark.parametrize(
    ("day", "period", "minutes_on_the_way"),
    [
        # There is no 2:00 to 3:00 that night: from 1:50, the period begins ten minutes later.
        ("2026-03-29", (time(3), time(4)), 30),
        # There are two of them: a period from 3:00 on begins 70 minutes later.
        ("2026-10-25", (time(3), time(4)), 20),
        ("2026-10-25", (time(2), time(3)), 30),
    ],
)
def test_periods_keep_to_the_clock_where_it_changes(
    day: str, period: tuple[time, time], minutes_on_the_way: int
) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime.fromisoformat(f"{day} 01:50").replace(tzinfo=berlin)
    utc = ZoneInfo("UTC")
    end = start.astimezone(utc) + minutes(240)
    place_of = {"depot": Location(lat=0, lon=0), "a": Location(lat=0.1, lon=0)}
    problem = Problem(
        orders=[Order(id="A", location=place_of["a"], duration=minutes(30))],
        workers=[
            Worker(id="W", shifts=[Shift(start=start, end=end, start_location=place_of["depot"])])
        ],
        travel={
            "kind": "great_circle",
            "detour": 1.0,
            "speed_kmh": {"car": 33.36},
            "overhead": 0,
        },
        traffic=[slow(*period)],
    )
    nominal = problem.travel.leg(place_of["depot"], place_of["a"], "car").time_ms
    assert 1_190_000 < nominal < 1_210_000
    away = 600_000 if minutes_on_the_way == 30 else None
    taken_ms = nominal if away is None else away + 2 * (nominal - away)
    arrival = start.astimezone(utc) + timedelta(milliseconds=taken_ms)
    visit = Visit(order="A", arrival=arrival, start=arrival, finish=arrival + minutes(30))
    assert faults(problem, tour("W", visit, departure=start)) == []


def test_a_leg_over_midnight_meets_the_traffic_of_both_days() -> None:
    shift = Shift(start=at("22:00"), end=at("4:00", 5), start_location=place("depot"))
    problem = town(
        [job("A")],
        [Worker(id="Ana", shifts=[shift])],
        traffic=[
            slow(time(23), time(0), 2.5, weekdays=[1]),
            slow(time(0), time(1), 3, weekdays=[2]),
        ],
    )
    # From 23:55: 5 minutes do 2 of the 10, the other 8 take 24.
    visit = Visit(order="A", arrival=at("0:24", 5), start=at("0:24", 5), finish=at("0:54", 5))
    assert faults(problem, tour("Ana", visit, departure=at("23:55"))) == []


def test_what_is_frozen_meets_the_traffic_of_when_it_is_over() -> None:
    problem = busy(slow(time(9), time(10))).model_copy(update={"freeze_until": at("9:10")})
    route = tour("Ana", done("A", "9:30", "10:00"), departure=at("9:10"))
    assert faults(problem, route, left=("B", "C")) == []


def test_times_far_outside_the_calendar_do_not_raise() -> None:
    problem = busy(slow(time(0), time(0)))
    for moment in (datetime.min, datetime.max):
        far = moment.replace(microsecond=0)
        visit = Visit(order="A", arrival=far, start=far, finish=far)
        plan = Plan(
            routes=[tour("Ana", visit)], unassigned=[Unassigned(order="B"), Unassigned(order="C")]
        )
        assert "TIME_ZONE" in {one.code for one in check(problem, plan)}


# --- anything at all

CASES = ruled_problems(max_orders=4, max_workers=2).flatmap(
    lambda problem: st.tuples(st.just(problem), broken_plans(problem, parts=True))
)


@settings(max_examples=80)
@given(CASES)
def test_nothing_raises_and_every_fault_is_measured(case: tuple[Problem, Plan]) -> None:
    problem, plan = case
    found = check(problem, plan)
    assert all(math.isfinite(one.amount) and one.amount > 0 for one in found)
    assert all(one.message and "{by}" not in one.message for one in found)
    cost = score(problem, plan)
    assert set(cost.parts) == set(cost.amounts) == set(PARTS)
    assert min(cost.parts.values()) >= 0
    assert min(cost.amounts.values()) >= 0


@settings(max_examples=40)
@given(CASES)
def test_a_cost_that_is_stated_as_it_scores_is_no_fault(case: tuple[Problem, Plan]) -> None:
    problem, plan = case
    stated = plan.model_copy(update={"cost": score(problem, plan), "status": None})
    messages = [one.message for one in check(problem, stated) if one.code is Code.STATED]
    assert not [one for one in messages if "cost" in one or "amount" in one]


@st.composite
def timed_plans(draw: st.DrawFn) -> tuple[Problem, Plan]:
    """Visits, breaks and depots anywhere, timed by the schedule rule."""
    problem = draw(ruled_problems())
    shifts = {
        (worker.id, number): shift
        for worker in problem.workers
        for number, shift in enumerate(worker.shifts)
    }
    sequences: dict[tuple[str, int], list[Step]] = {key: [] for key in shifts}
    for key in draw(
        st.permutations([key for one in problem.orders for key in problem.visits(one)])
    ):
        where = draw(st.sampled_from([None, *shifts]))
        if where is not None:
            sequences[where].append(key)
    for where, steps in sequences.items():
        extra: list[Step] = [BreakStep(number) for number, _ in enumerate(shifts[where].breaks)]
        if shifts[where].restock is not None:
            extra.append(RestockStep())
        for step in extra if steps else ():
            if draw(st.integers(0, 3)):
                steps.insert(draw(st.integers(0, len(steps))), step)
    plan = build_plan(problem, sequences)
    return problem, plan.model_copy(update={"cost": score(problem, plan)})


@settings(max_examples=80)
@given(timed_plans())
def test_what_the_schedule_rule_times_adds_up(case: tuple[Problem, Plan]) -> None:
    assert not FIGURES.intersection(one.code for one in check(*case))


FIGURES = {
    Code.TRAVEL,
    Code.STATED,
    Code.DURATION,
    Code.START_BEFORE_ARRIVAL,
    Code.SHIFT_START,
    Code.BREAK_OVERLAP,
    Code.FROZEN,
}
