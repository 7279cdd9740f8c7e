"""Plans of ``uhhc``: those of ``hhcrsp`` with lunches, also of caregivers who have no visit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from homeserve_dispatch.formats.files import PathLike, json_text, write_text
from homeserve_dispatch.formats.hhcrsp_plan import (
    LUNCH,
    depot_name,
    lunch_times,
    read_plan,
    route_data,
    stop_data,
)
from homeserve_dispatch.formats.hhcrsp_shared import Clock, Operations
from homeserve_dispatch.model import Problem, Shift, Worker
from homeserve_dispatch.model.base import instant
from homeserve_dispatch.plan import Plan

__all__ = ["read_plan", "write_plan"]

_HOUR = timedelta(hours=1)
_MS = timedelta(milliseconds=1)
_ZERO = timedelta(0)


def write_plan(plan: Plan, path: PathLike, problem: Problem) -> None:
    """Write a plan.

    The format counts the lunch of a caregiver without visits as missed, which the library does
    not. Such a caregiver gets a route of the lunch alone where that costs less.

    Parameters
    ----------
    plan : Plan
        Its orders left out are not in the file.
    path : path-like
        The file.
    problem : Problem
        For patients and services, breaks and weights.

    Raises
    ------
    InputError
        The plan has restocking, breaks with a place of their own, second shifts or recurring
        visits, which the format has not, or the file cannot be written.
    """
    routes = route_data(plan, problem, "uhhc", [])
    routes += _lunches(plan, problem)
    write_text(path, json_text({"routes": routes}))


def _lunches(plan: Plan, problem: Problem) -> list[dict[str, Any]]:
    """Return routes of the lunch alone, of caregivers who are not in the plan."""
    busy = {route.worker for route in plan.routes}
    clock, depot = Clock(problem), depot_name(Operations(problem))
    routes = []
    for worker in problem.workers:
        shift = worker.shifts[0] if worker.shifts else None
        if shift is None or worker.id in busy or not _worth_it(worker, shift, problem):
            continue
        rest = shift.breaks[0]
        start = max(shift.start, rest.earliest, key=instant)
        times = lunch_times(clock, start, start + rest.duration)
        stop = stop_data(depot, LUNCH, *times)
        routes.append({"caregiver_id": worker.id, "locations": [stop]})
    return routes


def _worth_it(worker: Worker, shift: Shift, problem: Problem) -> bool:
    """Tell whether a lunch alone can be taken, and costs no more than missing it."""
    if not shift.breaks or shift.breaks[0].location is not None:
        return False
    rest, objective = shift.breaks[0], problem.objective
    start = max(instant(shift.start), instant(rest.earliest))
    if start > instant(rest.latest):
        return False
    way = _ZERO
    if shift.start_location and shift.end_location:
        leg = problem.travel.leg(shift.start_location, shift.end_location, worker.mode)
        way = leg.time_ms * _MS
    over = max(_ZERO, start + rest.duration + way - instant(shift.end))
    if over and objective.overtime == "hard":
        return False
    weight = 0.0 if objective.overtime == "hard" else objective.overtime
    cost = objective.travel_time * (way / _HOUR) + weight * (over / _HOUR)
    missed = objective.missed_break if rest.skip_cost is None else rest.skip_cost
    return rest.hard or cost < missed
