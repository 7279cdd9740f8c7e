"""The score on crews, breaks, several days, idle time, workload, customers and urgent work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from a_day import (
    ANA,
    BEN,
    PLAN,
    PROBLEM,
    at,
    done,
    job,
    minutes,
    place,
    plan_of,
    shift_of,
    tour,
    town,
    window,
    with_objective,
    with_worker,
)
from homeserve_dispatch import (
    Break,
    BreakTaken,
    Cost,
    Customer,
    Lock,
    Objective,
    Order,
    Problem,
    Rates,
    Recurrence,
    Restock,
    RestockCall,
    Role,
    Route,
    ServiceType,
    Skill,
    Status,
    TrafficPeriod,
    Worker,
    check,
    score,
)


def cost_of(problem: Problem, *routes: Route, **weights: Any) -> Cost:
    """Cost of these routes, with other weights."""
    if weights:
        objective = problem.objective.model_copy(update=weights)
        problem = problem.model_copy(update={"objective": objective})
    return score(problem, plan_of(*routes, left=()))


def part(cost: Cost, name: str) -> tuple[float, float]:
    """Amount and cost of one part."""
    return pytest.approx(cost.amounts[name]), pytest.approx(cost.parts[name])


# --- orders with several visits

CREW = job("X", crew=[Role(), Role(duration=minutes(60))], skip_cost=77, setup=minutes(5))
FIRST = tour("Ana", done("X", "9:00", "9:35"))
SECOND = tour("Ben", done("X", "9:00", "10:05", role=1))


@pytest.mark.parametrize(
    ("routes", "left"),
    [((FIRST, SECOND), (0, 0)), ((FIRST,), (1, 77)), ((SECOND,), (1, 77)), ((), (1, 77))],
)
def test_an_order_that_is_not_done_by_all_of_its_crew_is_left_out(
    routes: tuple[Route, ...], left: tuple[float, float]
) -> None:
    assert part(cost_of(town([CREW]), *routes), "unassigned") == left


def test_what_is_done_of_an_order_counts_all_the_same() -> None:
    cost = cost_of(town([CREW]), SECOND, paid_time=12)
    assert part(cost, "paid_time") == (65 / 60, 13)
    assert part(cost, "shift_use")[0] == 1


def test_recurring_work_is_left_out_unless_every_time_is_done() -> None:
    shifts = [shift_of(day=day) for day in (4, 5)]
    order = job("R", recurrence=Recurrence(times=2), priority=10)
    problem = town([order], [Worker(id="Ana", shifts=shifts)])
    one = tour("Ana", done("R", "9:00", "9:30"))
    two = tour("Ana", done("R", "9:00", "9:30", day=5, occurrence=1), shift=1)
    stray = tour("Ana", done("R", "9:00", "9:30", day=5, occurrence=2), shift=1)
    assert part(cost_of(problem, one, two), "unassigned") == (0, 0)
    assert part(cost_of(problem, one), "unassigned") == (1, 300)
    assert part(cost_of(problem, one, stray), "unassigned") == (1, 300)


def test_the_status_of_an_order_that_is_done_in_part_is_not_complete() -> None:
    for routes, status in (
        ((FIRST, SECOND), Status.COMPLETE),
        ((FIRST,), Status.EMPTY),
    ):
        plan = plan_of(*routes, left=()).model_copy(update={"status": status})
        assert "STATED" not in {one.code for one in check(town([CREW]), plan)}


def test_of_crews_every_visit_misses_its_own_preferences() -> None:
    order = CREW.model_copy(update={"preferred_workers": ("Cleo",), "preferred_tags": ("van",)})
    workers = [
        Worker(id="Ana", shifts=[shift_of()], tags=["van"]),
        Worker(id="Ben", shifts=[shift_of()]),
        Worker(id="Cleo"),
    ]
    assert part(cost_of(town([order], workers), FIRST, SECOND), "preference") == (3, 30)


# --- ratings


@pytest.mark.parametrize(("rating", "missed"), [(5, 0), (4, 0.2), (2.5, 0.5), (0, 1)])
def test_a_rating_below_5_is_part_of_a_missed_preference(rating: float, missed: float) -> None:
    problem = town(
        [job("A", service="boiler")],
        [Worker(id="Ana", shifts=[shift_of()], ratings={"boiler": rating, "tap": 0})],
        services=[ServiceType(id="boiler"), ServiceType(id="tap")],
    )
    route = tour("Ana", done("A", "9:00", "9:30"))
    assert part(cost_of(problem, route), "preference") == (missed, 10 * missed)
    assert part(cost_of(problem, route, preference="hard"), "preference") == (0, 0)
    hard = problem.model_copy(update={"objective": Objective(preference="hard")})
    assert check(hard, plan_of(route, left=())) == []


def test_who_is_not_rated_for_the_service_misses_nothing() -> None:
    problem = town(
        [job("A", service="boiler"), job("B")],
        [Worker(id="Ana", shifts=[shift_of()], ratings={"tap": 0})],
        services=[ServiceType(id="boiler"), ServiceType(id="tap")],
    )
    route = tour("Ana", done("A", "9:00", "9:30"), done("B", "9:30", "10:00"))
    assert part(cost_of(problem, route), "preference") == (0, 0)


# --- lateness


def test_the_worst_lateness_is_that_of_one_visit() -> None:
    soft = {"time_windows": [window("8:00", "8:30", soft=True)]}
    problem = town([job("A", **soft), job("B", "b", **soft), job("C", "c")])
    routes = (
        tour("Ana", done("A", "9:00", "9:30"), done("B", "9:40", "10:10")),
        tour("Ben", done("C", "9:00", "9:30")),
    )
    cost = cost_of(problem, *routes, worst_lateness=7)
    assert part(cost, "lateness") == (100 / 60, 100)
    assert part(cost, "worst_lateness") == (70 / 60, 7 * 70 / 60)
    assert part(cost_of(problem, worst_lateness=7), "worst_lateness") == (0, 0)
    hard = cost_of(problem, *routes, worst_lateness=7, lateness="hard")
    assert part(hard, "worst_lateness") == (0, 0)


def test_lateness_of_a_service_window_is_of_its_finish() -> None:
    soft = window("8:00", "9:10", soft=True, bounds="service")
    next_one = window("9:20", "9:25", soft=True, bounds="service")
    problem = town([job("A", time_windows=[soft, next_one])])
    # Started at 9:00, when the second window had not opened, though it had by the finish.
    cost = cost_of(problem, tour("Ana", done("A", "9:00", "9:30")))
    assert part(cost, "lateness") == (20 / 60, 20)


def test_a_locked_start_past_a_soft_window_costs() -> None:
    lock = Lock(order="A", worker="Ana", shift=0, start=at("9:00"))
    soft = window("8:00", "8:30", soft=True)
    problem = town([job("A", time_windows=[soft])], locks=[lock])
    assert part(cost_of(problem, tour("Ana", done("A", "9:00", "9:30"))), "lateness") == (0.5, 30)


# --- breaks of a shift


def resting(*breaks: Break, **shift: Any) -> Problem:
    """A at a and B at b; Ana is on shift from 8:00 to 12:00 and starts at the depot."""
    ana = Worker(id="Ana", shifts=[shift_of(start_location=place("depot"), breaks=breaks, **shift)])
    return town([job("A"), job("B", "b")], [ana])


def rest(**more: Any) -> Break:
    """Half an hour from 8:00 on."""
    times = {"earliest": at("8:00"), "latest": at("11:00")}
    return Break(**{"duration": minutes(30), **times, **more})


def taken(start: str, finish: str, **more: Any) -> BreakTaken:
    times = {"arrival": at(start), "start": at(start), "finish": at(finish)}
    return BreakTaken(**{"number": 0, "after": 1, **times, **more})


def rested(*breaks: BreakTaken, **more: Any) -> Route:
    """From 8:50: A at 9:00, half an hour of rest, B at 10:10, to 10:40."""
    visits = (done("A", "9:00", "9:30"), done("B", "10:10", "10:40"))
    return tour("Ana", *visits, departure=at("8:50"), breaks=breaks, **more)


BETWEEN = taken("9:30", "10:00")
BEFORE = taken("8:10", "8:40", after=0)


def test_soft_breaks_that_are_missed_cost_what_each_says() -> None:
    problem = resting(
        rest(hard=False), rest(hard=False, skip_cost=7), rest(hard=False, skip_cost=0), rest()
    )
    assert part(cost_of(problem, rested()), "missed_break") == (3, 37)
    assert part(cost_of(problem, rested(), missed_break=4), "missed_break") == (3, 11)
    assert part(cost_of(problem, rested(BETWEEN)), "missed_break") == (2, 7)
    # Nobody works, so nobody is due a break.
    assert part(cost_of(problem), "missed_break") == (0, 0)


@pytest.mark.parametrize(
    ("paid", "paid_from", "pause", "expected"),
    [
        (True, "departure", BETWEEN, 110),
        (False, "departure", BETWEEN, 80),
        (True, "departure", BEFORE, 110),
        (False, "departure", BEFORE, 110),
        (True, "shift_start", BETWEEN, 160),
        (False, "shift_start", BETWEEN, 130),
        (True, "shift_start", BEFORE, 160),
        (False, "shift_start", BEFORE, 130),
    ],
)
def test_unpaid_breaks_are_no_paid_time(
    paid: bool, paid_from: str, pause: BreakTaken, expected: float
) -> None:
    problem = resting(rest(paid=paid), paid_from=paid_from)
    cost = cost_of(problem, rested(pause), paid_time=6)
    assert part(cost, "paid_time") == (expected / 60, expected / 10)


def test_waiting_for_a_break_or_the_depot_is_waiting() -> None:
    problem = resting(rest(), restock=Restock(location=place("b")))
    # Ten minutes before the break, ten at the depot, which is where B is.
    pause = taken("9:40", "10:10").model_copy(update={"arrival": at("9:30")})
    call = RestockCall(after=1, arrival=at("10:20"), start=at("10:30"), finish=at("10:30"))
    visits = (done("A", "9:00", "9:30"), done("B", "10:30", "11:00"))
    route = tour("Ana", *visits, departure=at("8:50"), breaks=[pause], restock=call)
    assert part(cost_of(problem, route), "waiting") == (20 / 60, 2)
    assert check(problem, plan_of(route, left=())) == []
    stated = route.model_copy(update={"waiting": minutes(20), "travel_time": minutes(20)})
    assert check(problem, plan_of(stated, left=())) == []
    wrong = route.model_copy(update={"waiting": minutes(10)})
    assert [one.code for one in check(problem, plan_of(wrong, left=()))] == ["STATED"]


def test_nobody_waits_for_a_break_before_the_departure() -> None:
    problem = resting(rest(earliest=at("8:10")))
    assert part(cost_of(problem, rested(BEFORE)), "waiting") == (0.5, 3)  # for B
    assert part(cost_of(problem, rested(BETWEEN)), "waiting") == (0, 0)


def test_breaks_with_a_place_and_the_depot_are_travelled_to() -> None:
    problem = resting(rest(location=place("c")), restock=Restock(location=place("depot")))
    pause = taken("9:40", "10:10")
    call = RestockCall(after=1, arrival=at("10:20"), start=at("10:20"), finish=at("10:20"))
    visits = (done("A", "9:00", "9:30"), done("B", "10:30", "11:00"))
    route = tour("Ana", *visits, departure=at("8:50"), breaks=[pause], restock=call)
    assert part(cost_of(problem, route), "travel_distance") == (4, 1.2)
    assert check(problem, plan_of(route, left=())) == []


def test_unknown_breaks_and_depots_count_as_if_they_were_not_there() -> None:
    call = RestockCall(after=1, arrival=at("9:31"), start=at("9:31"), finish=at("9:31"))
    stray = rested(taken("9:30", "9:31", number=3), restock=call)
    assert score(resting(), plan_of(stray)) == score(resting(), plan_of(rested()))


# --- idle time and workload


@pytest.mark.parametrize(
    ("pauses", "idle"),
    # On shift for 240 minutes: two legs of 10, two visits of 30 and perhaps half an hour of rest.
    [((), 160), ((BETWEEN,), 130), ((BEFORE,), 130)],
)
def test_idle_is_who_neither_travels_works_nor_rests(
    pauses: tuple[BreakTaken, ...], idle: float
) -> None:
    cost = cost_of(resting(rest()), rested(*pauses), idle_time=3, max_idle=6)
    assert part(cost, "idle_time") == (idle / 60, idle / 20)
    assert part(cost, "max_idle") == (idle / 60, idle / 10)


def test_after_the_shift_nobody_is_idle() -> None:
    problem = resting(rest(), end_location=None, overtime_until=at("13:00"))
    shift = problem.worker("Ana").shifts[0].model_copy(update={"end": at("10:00")})
    ana = problem.worker("Ana").model_copy(update={"shifts": (shift,)})
    problem = problem.model_copy(update={"workers": (ana,)})
    # From 8:00 to 10:40, of which 50 minutes before the departure: all else is busy.
    assert part(cost_of(problem, rested(BETWEEN)), "idle_time")[0] == 50 / 60


def test_a_shift_without_visits_is_idle_from_start_to_end() -> None:
    shifts = [shift_of(), shift_of("13:00", "14:30"), shift_of("8:00", "18:00", 5)]
    problem = town([], [Worker(id="Ana", shifts=shifts), Worker(id="Ben")])
    cost = cost_of(problem, idle_time=1, max_idle=1)
    assert part(cost, "idle_time") == (15.5, 15.5)
    assert part(cost, "max_idle") == (10, 10)


def test_kept_back_before_what_is_frozen_is_idle_and_no_waiting() -> None:
    problem = resting().model_copy(
        update={
            "freeze_until": at("10:00"),
            "locks": (Lock(order="A", worker="Ana", shift=0, position=0),),
        }
    )
    cost = cost_of(problem, rested(), idle_time=1)
    assert part(cost, "waiting") == (0, 0)
    assert part(cost, "idle_time")[0] == 160 / 60


def balanced(over: str = "worker") -> Problem:
    """Ana has two shifts, Ben one and has worked an hour already, Cleo none."""
    restock = Restock(location=place("a"), duration=minutes(6))
    workers = [
        Worker(id="Ana", shifts=[shift_of(restock=restock, breaks=[rest()]), shift_of(day=5)]),
        Worker(id="Ben", shifts=[shift_of()], worked=timedelta(hours=1)),
        Worker(id="Cleo"),
    ]
    orders = [job("A", setup=minutes(4)), job("B", "b")]
    return town(orders, workers, objective=Objective(workload_balance=10, balance_over=over))


BUSY = tour(
    "Ana",
    done("A", "9:30", "10:04"),
    done("B", "10:50", "11:20"),
    breaks=[taken("10:04", "10:34")],
    restock=RestockCall(after=1, arrival=at("10:34"), start=at("10:34"), finish=at("10:40")),
)


def test_workload_is_balanced_over_workers_with_shifts() -> None:
    # Ana works 34 + 6 + 10 + 30 = 80 minutes, Ben has worked 60; the mean is 70.
    assert check(balanced(), plan_of(BUSY, left=())) == []
    assert part(cost_of(balanced(), BUSY), "workload_balance") == (20 / 60, 10 / 3)
    assert part(cost_of(balanced()), "workload_balance") == (1, 10)


def test_workload_is_balanced_over_shifts_where_it_says_so() -> None:
    # 80 minutes, 0 and 0; what was worked before counts in no shift.
    mean = 80 / 3
    cost = cost_of(balanced("shift"), BUSY)
    hours = (80 - mean + 2 * mean) / 60
    assert part(cost, "workload_balance") == (hours, 10 * hours)
    assert part(cost_of(balanced("shift")), "workload_balance") == (0, 0)


def test_who_is_faster_works_less() -> None:
    quick = Worker(id="Ana", shifts=[shift_of()], skills={"gas": Skill(efficiency=2)})
    problem = town([job("A", skills={"gas": 1})], [quick, Worker(id="Ben", shifts=[shift_of()])])
    cost = cost_of(problem, tour("Ana", done("A", "9:00", "9:15")), workload_balance=1)
    assert part(cost, "workload_balance") == (0.25, 0.25)


# --- customers and urgent work


@pytest.mark.parametrize(
    ("history", "new"),
    [(None, 1), ((), 1), (("Ana",), 1), (("Cleo",), 2), (("Ben", "Ana"), 0)],
)
def test_continuity_counts_workers_new_to_a_customer(
    history: tuple[str, ...] | None, new: float
) -> None:
    known = [] if history is None else [Customer(id="Kim", history=history)]
    orders = [job("A", customer="Kim"), job("B", "b", customer="Kim"), job("C", "c")]
    workers = [Worker(id=name, shifts=[shift_of()]) for name in ("Ana", "Ben", "Cleo")]
    problem = town(orders, workers, customers=known)
    ana = tour("Ana", done("A", "9:00", "9:30"))
    ben = tour("Ben", done("B", "9:00", "9:30"), done("C", "9:40", "10:10"))
    assert part(cost_of(problem, ana, ben, continuity=8), "continuity") == (new, 8 * new)
    # A worker who comes twice is new once, and nobody is new to a customer without visits.
    both = tour("Ben", done("A", "9:00", "9:30"), done("B", "9:40", "10:10"))
    once = 0 if not history or "Ben" in history else 1
    assert part(cost_of(problem, both, continuity=8), "continuity") == (once, 8 * once)
    assert part(cost_of(problem, continuity=8), "continuity") == (0, 0)


@pytest.mark.parametrize(
    ("order", "hours"),
    [
        ({"urgent": True}, 2),  # the first shift of the problem starts at 7:00
        ({"urgent": True, "release": at("8:30")}, 0.5),
        ({"urgent": True, "release": at("9:30")}, 0),
        ({"urgent": False, "release": at("8:30")}, 0),
    ],
)
def test_the_response_to_urgent_orders_is_from_release_to_start(
    order: dict[str, Any], hours: float
) -> None:
    workers = [
        Worker(id="Ana", shifts=[shift_of()]),
        Worker(id="Ben", shifts=[shift_of(day=5), shift_of("7:00", "8:00")]),
    ]
    problem = town([job("A", **order), job("B", urgent=True)], workers)
    cost = cost_of(problem, tour("Ana", done("A", "9:00", "9:30")))
    assert part(cost, "response_time") == (hours, 15 * hours)


def test_the_first_role_responds_and_each_time_of_recurring_work() -> None:
    crew = town([CREW.model_copy(update={"urgent": True})])
    second = tour("Ben", done("X", "9:30", "10:35", role=1))
    assert part(cost_of(crew, FIRST, second), "response_time") == (1, 15)
    order: Order = job("R", urgent=True, recurrence=Recurrence(times=2), release=at("8:00"))
    twice = town([order], [Worker(id="Ana", shifts=[shift_of(), shift_of(day=5)])])
    routes = [
        tour("Ana", done("R", "9:00", "9:30", day=4 + time, occurrence=time), shift=time)
        for time in (0, 1)
    ]
    assert part(cost_of(twice, *routes), "response_time") == (26, 15 * 26)


# --- all together


def test_traffic_makes_travel_take_longer_and_no_farther() -> None:
    slow = TrafficPeriod(start=at("8:00").time(), end=at("10:00").time(), factor=1.5)
    problem = resting().model_copy(update={"traffic": (slow,)})
    route = rested().model_copy(update={"departure": at("8:45")})
    cost = cost_of(problem, route)
    # 15 minutes to A; to B from 9:30 on, 15 minutes, and 25 of waiting.
    assert part(cost, "travel_time") == (0.5, 15)
    assert part(cost, "travel_distance") == (2, 0.6)
    assert part(cost, "waiting") == (25 / 60, 2.5)


def test_a_workers_rates_do_not_touch_what_is_nobodys_own() -> None:
    common = ("worst_lateness", "idle_time", "max_idle", "workload_balance", "continuity")
    weights = dict.fromkeys(common, 3.0)
    rates = Rates(travel_time=1, paid_time=1, overtime=1, waiting=1)
    plain, rated = with_objective(**weights), with_worker("Ben", rates=rates)
    rated = rated.model_copy(update={"objective": plain.objective})
    for name in common:
        assert score(plain, PLAN).parts[name] == score(rated, PLAN).parts[name]


def test_a_broken_plan_has_no_negative_idle_time() -> None:
    twice = plan_of(ANA, ANA, BEN)
    assert min(score(PROBLEM, twice).amounts.values()) >= 0
