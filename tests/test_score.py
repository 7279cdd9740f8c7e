"""The score: each part of the cost by hand, and what forbidden and broken things cost."""

from __future__ import annotations

from datetime import datetime

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
    Location,
    Objective,
    Order,
    Plan,
    Problem,
    Rates,
    Route,
    ServiceType,
    Shift,
    Worker,
    score,
)
from homeserve_dispatch.model import PARTS


def part(problem: Problem, plan: Plan, name: str) -> tuple[float, float]:
    """Amount and cost of one part."""
    cost = score(problem, plan)
    return pytest.approx(cost.amounts[name]), pytest.approx(cost.parts[name])


def test_every_part_of_the_day_is_what_it_comes_to_by_hand() -> None:
    cost = score(PROBLEM, PLAN)
    assert cost.amounts == pytest.approx(
        {
            "travel_time": 0.5,
            "travel_distance": 3,
            "shift_use": 2,
            "paid_time": 3 + 10 / 60 + 0.5,
            "overtime": 0.5,
            "waiting": 0,
            "lateness": 20 / 60,
            "sla_lateness": 0.5,
            "unassigned": 1,
            "preference": 5,
            "worst_lateness": 20 / 60,
            "idle_time": 50 / 60 + 3.5 + 4,
            "max_idle": 4,
            "workload_balance": (190 - 30) / 60,
            "missed_break": 0,
            "continuity": 0,
            "response_time": 0,
        }
    )
    assert cost.parts == pytest.approx(
        {
            "travel_time": 0.5 * 36,
            "travel_distance": 3 * 0.3,
            "shift_use": 2 * 5,
            "paid_time": 12 * (3 + 10 / 60),
            "overtime": 0.5 * 45,
            "waiting": 0,
            "lateness": 60 * 20 / 60,
            "sla_lateness": 60 * 0.5,
            "unassigned": 80,
            "preference": 5 * 10,
            "worst_lateness": 0,
            "idle_time": 0,
            "max_idle": 0,
            "workload_balance": 0,
            "missed_break": 0,
            "continuity": 0,
            "response_time": 0,
        }
    )


def test_the_total_is_the_sum_of_the_parts() -> None:
    cost = score(PROBLEM, PLAN)
    assert cost.total == pytest.approx(sum(cost.parts.values()), rel=1e-15)


def test_every_part_is_there_also_in_an_empty_plan_of_nothing() -> None:
    cost = score(Problem(orders=[], workers=[]), Plan())
    assert cost.total == 0
    assert list(cost.parts) == list(cost.amounts) == list(PARTS)


def test_an_order_left_out_costs_its_skip_cost_or_what_its_priority_says() -> None:
    left = plan_of(left=("A", "B", "C", "D", "E"))
    assert part(PROBLEM, left, "unassigned") == (5, 3 * 150 + 150 * 2 + 80)
    free = with_order("E", skip_cost=0)
    assert part(free, left, "unassigned") == (5, 3 * 150 + 150 * 2)


def test_a_services_priority_and_skip_cost_count_where_the_order_has_none() -> None:
    services = (ServiceType(id="s", priority=40, duration=minutes(1)),)
    problem = with_order("D", service="s").model_copy(update={"services": services})
    assert part(problem, plan_of(ANA), "unassigned") == (2, 300 + 80)
    problem = with_order("D", service="s", priority=None).model_copy(update={"services": services})
    assert part(problem, plan_of(ANA), "unassigned") == (2, 150 * 5 + 80)


def test_an_order_that_the_plan_forgets_is_left_out() -> None:
    assert score(PROBLEM, plan_of(ANA, BEN, left=())) == score(PROBLEM, PLAN)


def test_an_order_both_visited_and_left_out_is_visited() -> None:
    assert score(PROBLEM, plan_of(ANA, BEN, left=("D", "E"))) == score(PROBLEM, PLAN)


def test_waiting_is_from_the_arrival_that_travel_makes_to_the_start() -> None:
    waits = with_visit(BEN, 0, arrival=at("8:40"), start=at("8:45"), finish=at("9:15"))
    plan = plan_of(ANA, waits.model_copy(update={"end": at("9:15")}))
    assert part(PROBLEM, plan, "waiting") == (0.25, 0.25 * 6)


def test_paid_time_is_from_departure_or_the_shifts_start() -> None:
    problem = with_worker("Ben", rates=Rates(paid_time=10))
    late = plan_of(later(BEN, minutes(60)), left=("A", "B", "C", "E"))
    assert part(problem, late, "paid_time") == (0.5, 5)
    tomorrow = Route(
        worker="Ben",
        shift=1,
        departure=at("9:00", 5),
        end=at("9:30", 5),
        visits=[visit("D", "9:00", "9:00", "9:30", day=5)],
    )
    assert part(problem, plan_of(tomorrow), "paid_time") == (1.5, 15)


def test_a_shift_is_used_once_whatever_its_routes() -> None:
    plan = plan_of(ANA, BEN, BEN)
    assert part(PROBLEM, plan, "shift_use") == (2, 10)


def test_a_workers_rate_replaces_the_weight_for_that_worker() -> None:
    rates = Rates(travel_time=1, travel_distance=2, shift_use=3, paid_time=4, overtime=5, waiting=6)
    cost = score(with_worker("Ana", rates=rates), PLAN)
    assert cost.parts == pytest.approx(
        score(PROBLEM, PLAN).parts
        | {
            "travel_time": 0.5,
            "travel_distance": 6,
            "shift_use": 3 + 5,
            "paid_time": 4 * (3 + 10 / 60),
            "overtime": 2.5,
        }
    )
    assert cost.amounts == score(PROBLEM, PLAN).amounts


def test_a_rate_of_nothing_is_a_rate() -> None:
    assert part(with_worker("Ana", rates=Rates(travel_time=0)), PLAN, "travel_time") == (0.5, 0)


@pytest.mark.parametrize("name", ["overtime", "lateness", "sla_lateness", "preference"])
def test_what_is_forbidden_costs_nothing_and_is_a_fault(name: str) -> None:
    problem = with_objective(**{name: "hard"})
    assert part(problem, PLAN, name) == (0, 0)
    assert codes(problem, PLAN)


def test_a_hard_deadline_that_is_missed_is_not_weighed() -> None:
    assert part(with_order("C", hard_sla=True), PLAN, "sla_lateness") == (0, 0)


def test_both_deadlines_of_an_order_add_up() -> None:
    problem = with_order("C", respond_by=at("10:20"))
    assert part(problem, PLAN, "sla_lateness") == (1, 60)


@pytest.mark.parametrize(
    ("windows", "hours"),
    [
        ([("9:00", "10:00"), ("10:20", "10:40")], 10 / 60),
        ([("9:00", "10:00"), ("10:51", "11:30")], 50 / 60),
        ([("9:00", "10:00"), ("10:50", "11:30")], 0),
        ([("10:50", "10:50")], 0),
    ],
)
def test_lateness_is_past_the_last_window_that_had_opened(
    windows: list[tuple[str, str]], hours: float
) -> None:
    problem = with_order("C", time_windows=tuple(window(*one, soft=True) for one in windows))
    assert part(problem, PLAN, "lateness") == (hours, 60 * hours)


def test_lateness_is_of_the_finish_where_windows_bound_that() -> None:
    soft = window("11:00", "11:20", soft=True, bounds="finish")
    assert part(with_order("C", time_windows=(soft,)), PLAN, "lateness") == (0.5, 30)


def test_a_hard_window_that_is_missed_is_not_late() -> None:
    problem = with_order("C", time_windows=(window("9:00", "10:00"),))
    assert part(problem, PLAN, "lateness") == (0, 0)


def test_a_preference_is_missed_once_however_often_it_is_named() -> None:
    problem = with_order("D", preferred_tags=("german", "german", "van"))
    assert part(problem, PLAN, "preference") == (6, 60)


def test_one_of_the_preferred_workers_is_enough() -> None:
    assert part(with_order("C", preferred_workers=("Ben", "Ana")), PLAN, "preference") == (4, 40)


def test_an_order_without_an_area_is_in_none_of_those_preferred() -> None:
    assert part(with_worker("Ben", preferred_areas=("north",)), PLAN, "preference") == (6, 60)


def test_an_open_end_costs_no_travel() -> None:
    assert part(with_shift("Ana", end_location=None), PLAN, "travel_distance") == (2, 0.6)
    both = with_shift("Ana", end_location=None, start_location=None)
    assert part(both, PLAN, "travel_distance") == (1, 0.3)


def test_a_leg_without_a_way_costs_nothing() -> None:
    problem = with_order("C", location=place("island"))
    assert part(problem, PLAN, "travel_distance") == (1, 0.3)


def test_setup_counts_once_for_a_run_of_visits_at_one_place() -> None:
    # Started half an hour later than need be: what is not work is waiting.
    paid = with_worker("Ana", rates=Rates(paid_time=1))
    assert part(paid, PLAN, "paid_time") == (11 / 3, 3 + 1 / 6)
    longer = with_order("B", setup=minutes(60))
    assert score(longer, PLAN).total == score(PROBLEM, PLAN).total


def test_stated_figures_are_not_looked_at() -> None:
    wild = [
        one.model_copy(
            update={
                "finish": at("7:00"),
                "arrival": at("7:00"),
                "travel_time": minutes(999),
                "distance_m": 10**9,
                "setup": minutes(999),
                "lateness": minutes(999),
            }
        )
        for one in ANA.visits
    ]
    ana = ANA.model_copy(
        update={"visits": tuple(wild), "end": at("23:00"), "waiting": minutes(999)}
    )
    assert score(PROBLEM, plan_of(ana, BEN)) == score(PROBLEM, PLAN)


def test_unknown_records_count_as_if_they_were_not_there() -> None:
    stray = with_visit(BEN, 0, order="X")
    nobody = BEN.model_copy(update={"worker": "Cleo"})
    never = BEN.model_copy(update={"shift": 9})
    empty = BEN.model_copy(update={"visits": ()})
    expected = score(PROBLEM, plan_of(ANA))
    for route in (stray, nobody, never, empty):
        assert score(PROBLEM, plan_of(ANA, route, left=("X",))) == expected


def test_travel_by_another_mode_costs_its_own_time() -> None:
    home, flat = Location(lat=48.0, lon=11.0), Location(lat=48.1, lon=11.0)
    eight = datetime(2026, 5, 4, 8)
    shift = Shift(start=eight, end=eight + minutes(600), start_location=home)
    order = Order(id="A", location=flat, duration=minutes(1))

    def hours(mode: str) -> float:
        problem = Problem(orders=[order], workers=[Worker(id="W", shifts=[shift], mode=mode)])
        noon = eight + minutes(240)
        done = {"order": "A", "arrival": noon, "start": noon, "finish": noon}
        route = {"worker": "W", "departure": eight, "end": noon, "visits": [done]}
        cost = score(problem, Plan.model_validate({"routes": [route]}))
        return cost.amounts["travel_time"]

    assert hours("bicycle") / hours("car") == pytest.approx(26 / 14, rel=1e-5)


def test_weights_of_nothing_make_a_plan_free_but_its_amounts_stay() -> None:
    zero = dict.fromkeys(PARTS, 0.0)
    problem = PROBLEM.model_copy(update={"objective": Objective(**zero)})
    problem = problem.model_copy(
        update={
            "workers": tuple(one.model_copy(update={"rates": Rates()}) for one in problem.workers)
        }
    )
    cost = score(problem, PLAN)
    assert cost.total == 80  # E states its own skip cost
    assert cost.amounts == score(PROBLEM, PLAN).amounts
