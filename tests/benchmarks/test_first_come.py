"""The office that promises times on the phone: what it promises, it keeps."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from a_day import at, job, place, shift_of, town
from homeserve_dispatch import Objective, Plan, Problem, TimeWindow, Worker, check, score
from homeserve_dispatch.datasets import generate_day

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

from booking.desk import calls, first_come, is_urgent
from first_come import figures, table


@pytest.fixture(scope="module")
def day() -> Problem:
    return generate_day(80, seed=3)


def _starts(plan: Plan) -> dict[str, tuple[str, str]]:
    return {
        visit.order: (route.worker, f"{visit.start:%H:%M}")
        for route in plan.routes
        for visit in route.visits
    }


def _window(opens: str, closes: str, **more: object) -> dict[str, object]:
    return {"time_windows": [TimeWindow(earliest=at(opens), latest=at(closes), **more)]}


def _ana(**more: object) -> Worker:
    return Worker(id="Ana", shifts=[shift_of(**more)])


@pytest.mark.parametrize("choice", ["nearest", "detour"])
def test_the_plan_keeps_every_rule(day: Problem, choice: str) -> None:
    plan = first_come(day, seed=1, choice=choice)
    assert check(day, plan) == []
    visits = [visit for route in plan.routes for visit in route.visits]
    assert len(visits) + len(plan.unassigned) == len(day.orders)
    assert all(visit.start.minute % 15 == 0 for visit in visits)


def test_nobody_is_moved_for_those_who_call_later(day: Problem) -> None:
    last = calls(day, seed=1)[-1]
    fewer = day.model_copy(update={"orders": tuple(o for o in day.orders if o.id != last.id)})
    before, after = _starts(first_come(fewer, seed=1)), _starts(first_come(day, seed=1))
    after.pop(last.id, None)
    assert before == after


def test_urgent_orders_come_last_by_the_clock(day: Problem) -> None:
    called = calls(day, seed=5)
    assert {order.id for order in called} == {order.id for order in day.orders}
    urgent = [is_urgent(order) for order in called]
    assert any(urgent) and urgent == sorted(urgent)
    releases = [order.release for order in called if is_urgent(order)]
    assert releases == sorted(releases)
    assert calls(day, seed=5) == called != calls(day, seed=6)


def test_times_are_rounded_up() -> None:
    problem = town([job("A"), job("B", "b")], [_ana(start="8:05")])
    starts = sorted(_starts(first_come(problem)).values())
    assert starts == [("Ana", "08:15"), ("Ana", "09:00")]  # 8:45 and 10 minutes on the way
    exact = sorted(_starts(first_come(problem, step=timedelta(0))).values())
    assert exact == [("Ana", "08:05"), ("Ana", "08:45")]


def test_work_goes_between_two_visits_where_it_fits() -> None:
    orders = [
        job("A", **_window("8:00", "8:00")),
        job("B", "b", **_window("10:00", "10:00")),
        job("C", "c"),
    ]
    assert _starts(first_come(town(orders, [_ana()])))["C"] == ("Ana", "08:45")


def test_whoever_comes_from_nearest_is_sent() -> None:
    near = shift_of(start_location=place("a"))
    far = shift_of(start_location=place("b"))
    workers = [Worker(id="Ana", shifts=[far]), Worker(id="Ben", shifts=[near])]
    assert _starts(first_come(town([job("A", "a")], workers)))["A"][0] == "Ben"


def test_overtime_only_where_nothing_else_fits() -> None:
    long_day = {"start": "8:00", "end": "9:00", "overtime_until": at("10:00")}
    orders = [job("A", duration=timedelta(hours=1)), job("B", duration=timedelta(hours=1))]
    alone = town(orders, [_ana(**long_day)])
    assert {start for _, start in _starts(first_come(alone)).values()} == {"08:00", "09:00"}
    both = town(orders, [_ana(**long_day), Worker(id="Ben", shifts=[shift_of()])])
    assert figures(both, first_come(both))["overtime_hours"] == 0


@pytest.mark.parametrize(("lateness", "served"), [(100.0, 2), (1000.0, 1), ("hard", 1)])
def test_late_only_while_that_is_cheaper_than_leaving_out(
    lateness: float | str, served: int
) -> None:
    at_eight = _window("8:00", "8:00", soft=True)
    orders = [job("A", **at_eight), job("B", **at_eight)]
    problem = town(orders, [_ana()], objective=Objective(lateness=lateness))
    plan = first_come(problem)
    assert check(problem, plan) == []
    assert figures(problem, plan)["served"] == served
    assert score(problem, plan).amounts["lateness"] == (0.5 if served == 2 else 0)


def test_it_refuses_days_that_it_does_not_understand() -> None:
    with pytest.raises(ValueError, match="crews"):
        first_come(town([job("A", urgent=True)]))


def test_the_table_has_the_change_of_each_day() -> None:
    problem = town([job("A"), job("B", "b")])
    row = figures(problem, first_come(problem))
    assert row["feasible"] and row["served"] == 2
    office = [{**row, "way": "office", "served": served} for served in (10, 20, 40)]
    ours = [{**row, "way": "ours", "served": served} for served in (12, 30, 40)]
    lines = table([*office, *ours]).splitlines()
    assert lines[0] == "| median of days | office | ours | change |"
    assert lines[2] == "| orders served | 20 | 30 | +20.0 % (+0.0 to +50.0) |"
