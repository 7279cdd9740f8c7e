"""Three orders, one worker: the smallest plan, and why one order is left out."""

from datetime import datetime, timedelta

from homeserve_dispatch import Location, Order, Problem, Shift, TimeLimit, TimeWindow, Worker, solve

hour = timedelta(hours=1)
morning = datetime(2026, 5, 4, 8)
home = Location(lat=48.14, lon=11.58)

problem = Problem(
    orders=[
        Order(
            id="boiler",
            location=Location(lat=48.16, lon=11.55),
            duration=1.5 * hour,
            skills={"gas": 2},
        ),
        Order(
            id="drain",
            location=Location(lat=48.12, lon=11.60),
            duration=hour,
            time_windows=[TimeWindow(earliest=morning, latest=morning + hour)],
        ),
        Order(
            id="wiring",
            location=Location(lat=48.11, lon=11.57),
            duration=hour,
            skills={"mains": 1},
        ),
    ],
    workers=[
        Worker(
            id="Ana",
            skills={"gas": 3},
            shifts=[
                Shift(
                    start=morning,
                    end=morning + 8 * hour,
                    start_location=home,
                    end_location=home,
                )
            ],
        )
    ],
)

plan = solve(problem, stop=TimeLimit(1))

for route in plan.routes:
    print(f"{route.worker} leaves at {route.departure:%H:%M} and is home at {route.end:%H:%M}:")
    for visit in route.visits:
        print(f"  {visit.start:%H:%M} to {visit.finish:%H:%M}  {visit.order}")
for left in plan.unassigned:
    print(f"{left.order} is left out, {', '.join(left.reasons)}: {left.details}")
