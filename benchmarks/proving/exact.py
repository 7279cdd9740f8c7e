"""Whether any of the routes that are left make a plan below the value: an exact model of them."""

from __future__ import annotations

import math
from typing import NamedTuple

from proving.bound import Bound
from proving.pool import NONE
from proving.routes import Route


class Cheaper(NamedTuple):
    """The cheapest plan below the value."""

    cost: int
    routes: list[Route]


def cheapest(bound: Bound, seconds: float, threads: int) -> Cheaper | None:
    """The cheapest plan below the value, or none if there is no such plan.

    Raises
    ------
    TimeoutError
        If the seconds are over before either is certain.
    """
    # It takes 0.4 seconds to import.
    from ortools.sat.python import cp_model

    pool, visits = bound.pool, bound.visits
    model = cp_model.CpModel()
    starts = [
        model.new_int_var(int(low), int(high), "")
        for low, high in zip(bound.opens, bound.closes, strict=True)
    ]
    taken = [model.new_bool_var("") for _ in pool.routes]
    of_visit: list[list[cp_model.IntVar]] = [[] for _ in visits.lasts]
    of_shifts: list[list[cp_model.IntVar]] = [[] for _ in visits.shifts]
    for at, (route, take) in enumerate(zip(pool.routes, taken, strict=True)):
        of_shifts[route.shifts].append(take)
        for visit in route.visits:
            of_visit[visit].append(take)
        before = None
        for step, pair in enumerate(pool.pair[at].tolist()):
            if pair == NONE:
                break
            low, high = int(pool.earliest[at, step]), int(pool.latest[at, step])
            model.add(starts[pair] >= low).only_enforce_if(take)
            model.add(starts[pair] <= high).only_enforce_if(take)
            if before is not None:
                apart = starts[pair] - starts[before]
                model.add(apart >= int(pool.after[at, step])).only_enforce_if(take)
            before = pair
    for some in of_visit:
        model.add_exactly_one(some)
    for some, shifts in zip(of_shifts, visits.shifts, strict=True):
        model.add(sum(some) <= shifts.number)
    cost = sum(route.cost * take for route, take in zip(pool.routes, taken, strict=True))
    model.add(cost <= bound.value - 1)
    model.add(cost >= math.ceil(bound.best - 1e-6))
    model.minimize(cost)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = threads
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    if status != cp_model.OPTIMAL:
        raise TimeoutError(f"{len(pool.routes)} routes are left after {seconds:g} seconds")
    routes = [it for it, take in zip(pool.routes, taken, strict=True) if solver.value(take)]
    return Cheaper(round(solver.objective_value), routes)
