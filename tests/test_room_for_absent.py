"""With rules, too, an order that is left out gets the place of one that costs less to skip."""

from __future__ import annotations

from a_day import at, job, minutes, town, window
from homeserve_dispatch import Break, Iterations, Shift, Worker, check, solve


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
