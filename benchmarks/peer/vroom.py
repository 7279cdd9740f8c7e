"""VROOM: most exploration, its own time limit, priorities in proportion to the skip costs.

VROOM serves the largest sum of priorities first, then shortens the ways. It ends on its own when
it has explored what there is, often long before the time is over. Of a limit it keeps part of a
round of its search; the reserve is for that.
"""

from __future__ import annotations

from datetime import timedelta

import vroom

from peer.adapter import Answer, Clock, Task
from peer.neutral import (
    MAX_WORK,
    OTHERS,
    OVERTIME,
    PAID,
    RULES,
    SEVERAL_SOFT,
    SLA,
    SOFT,
    WAITING,
    WISHES,
    Neutral,
    same_sets,
    sets_of_vehicles,
)

_LACKS = {OVERTIME, WAITING, PAID, SOFT, SEVERAL_SOFT, SLA, WISHES, MAX_WORK, OTHERS}
CAN = RULES - _LACKS

_MOST_EXPLORATION = 5
_MOST_PRIORITY = 100


def prepare(threads: int) -> None:
    """Nothing to do."""


def solve(task: Task) -> Answer:
    """Solve with as much exploration as there is."""
    clock = Clock(task.seconds)
    day = task.plain()
    model = _model(day)
    found = model.solve(
        exploration_level=_MOST_EXPLORATION,
        nb_threads=task.threads,
        timeout=timedelta(seconds=clock.left()),
    )
    steps = found.routes
    visits = steps[steps["type"] == "job"]
    routes: list[list[int]] = [[] for _ in day.vehicles]
    for vehicle, job in zip(visits["vehicle_id"], visits["id"], strict=True):
        routes[int(vehicle)].append(int(job))
    return Answer(routes)


def _model(day: Neutral) -> vroom.Input:
    model = vroom.Input()
    for mode, table in enumerate(day.travel):
        model.set_durations_matrix(str(mode), table)
    numbers, _ = same_sets(day)
    held = sets_of_vehicles(day)
    model.add_vehicle(
        [
            vroom.Vehicle(
                at,
                start=vehicle.home,
                end=vehicle.home,
                profile=str(vehicle.mode),
                skills=set(held[at]),
                time_window=(vehicle.start, vehicle.end),
            )
            for at, vehicle in enumerate(day.vehicles)
        ]
    )
    priorities = _priorities(day)
    model.add_job(
        [
            vroom.Job(
                at,
                location=job.place,
                default_service=job.duration,
                skills={numbers[at]},
                priority=priorities[at],
                time_windows=[vroom.TimeWindow(*window) for window in job.windows],
            )
            for at, job in enumerate(day.jobs)
        ]
    )
    return model


def _priorities(day: Neutral) -> list[int]:
    """0 to 100: the sum that VROOM serves is the sum of skip costs saved, but for a factor.

    That is the priority itself where a point of it outweighs a number of orders, since VROOM
    counts orders next; else numbers in proportion to the skip costs, exactly where the largest is
    no more than 100 tenths of what priority 0 has.
    """
    costs = {job.priority: job.skip_cost for job in day.jobs}
    low, high = min(costs), max(costs)
    a_point = (costs[high] - costs[low]) / max(1, high - low)
    if a_point > costs[low] - a_point * low and high <= _MOST_PRIORITY:
        return [job.priority for job in day.jobs]
    least = min(job.skip_cost / (10 + job.priority) for job in day.jobs)
    most = max(job.skip_cost for job in day.jobs)
    unit = max(least, most / _MOST_PRIORITY)
    return [max(1, round(job.skip_cost / unit)) for job in day.jobs]
