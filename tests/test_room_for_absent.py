"""With rules, too, an order that is left out gets the place of one that costs less to skip."""

from __future__ import annotations

from a_day import at, job, minutes, town, window
from homeserve_dispatch import Break, Iterations, Shift, Worker, check, solve
from homeserve_dispatch.schedule import build_plan


def test_with_a_break_to_keep_the_dearer_orders_are_served() -> None:
    """Room for three visits and the break; those with the narrowest windows are put in first."""
    shift = Shift(
        start=at("8:00"),
        end=at("10:10"),
        breaks=[Break(duration=minutes(20), earliest=at("8:30"), latest=at("9:20"))],
    )
    narrow = [window("8:00", "8:30")]
    cheap = [job(f"cheap{n}", skip_cost=20, time_windows=narrow) for n in range(3)]
    dear = [job(f"dear{n}", skip_cost=50) for n in range(3)]
    problem = town([*cheap, *dear], [Worker(id="Ana", shifts=[shift])])
    plan = solve(problem, stop=Iterations(300), threads=1)
    assert check(problem, plan) == []
    assert {one.order for one in plan.unassigned} == {"cheap0", "cheap1", "cheap2"}


def test_a_start_that_leaves_no_room_for_a_break_keeps_the_other_routes() -> None:
    """Ana's four visits fill her shift; Ben's are done in an odd sequence, and stay so."""
    whole_day = Shift(start=at("8:00"), end=at("12:00"))
    workers = [Worker(id=name, shifts=[whole_day]) for name in ("Ana", "Ben")]
    jobs = [job(f"J{n}", duration=minutes(60), skip_cost=1000) for n in range(6)]
    sequences = {("Ana", 0): ["J0", "J1", "J2", "J3"], ("Ben", 0): ["J5", "J4"]}
    begun = build_plan(town(jobs, workers), sequences)
    lunch = Break(duration=minutes(30), earliest=at("9:30"), latest=at("10:30"))
    with_lunch = whole_day.model_copy(update={"breaks": (lunch,)})
    problem = town(jobs, [Worker(id=name, shifts=[with_lunch]) for name in ("Ana", "Ben")])
    plan = solve(problem, stop=Iterations(0), threads=1, start=begun)
    assert check(problem, plan) == []
    (ben,) = [route for route in plan.routes if route.worker == "Ben"]
    kept = [visit.order for visit in ben.visits if visit.order in ("J4", "J5")]
    assert kept == ["J5", "J4"]
