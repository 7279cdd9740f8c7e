"""OR-Tools routing: disjunctions with penalties, guided local search, transits in matrices.

Measured on these days before it was settled: seven first solutions; simulated annealing, tabu
search and iterated local search with ruin and recreate in place of guided local search; more
neighbourhoods. None was better throughout.
"""

from __future__ import annotations

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from peer.adapter import Answer, Clock, Task
from peer.neutral import (
    OTHERS,
    RULES,
    SEVERAL_SOFT,
    Neutral,
)

# Costs of a start may only rise with it: it cannot be late, and in time for the next window.
CAN = RULES - {SEVERAL_SOFT, OTHERS}

_WRITING_S = 0.05
_LAMBDA = 5.0


def prepare(threads: int) -> None:
    """Nothing to do."""


def solve(task: Task) -> Answer:
    """Solve by guided local search from local cheapest insertion."""
    clock = Clock(task.seconds)
    day = task.plain()
    manager, routing = _model(day)
    curve: list[tuple[float, float]] = []
    if task.watched:
        routing.AddAtSolutionCallback(lambda: _note(routing, clock, curve))
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    first = routing_enums_pb2.FirstSolutionStrategy.LOCAL_CHEAPEST_INSERTION
    parameters.first_solution_strategy = first
    guided = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.local_search_metaheuristic = guided
    # The default, 0.1, is too little to move what skip costs hold in place.
    parameters.guided_local_search_lambda_coefficient = _LAMBDA
    parameters.time_limit.FromMilliseconds(int(1000 * clock.left(_WRITING_S)))
    found = routing.SolveWithParameters(parameters)
    if found is None:
        raise RuntimeError("it found no plan")
    routes = []
    for vehicle in range(len(day.vehicles)):
        route, index = [], found.Value(routing.NextVar(routing.Start(vehicle)))
        while not routing.IsEnd(index):
            route.append(manager.IndexToNode(index))
            index = found.Value(routing.NextVar(index))
        routes.append(route)
    return Answer(routes, curve)


def _note(routing: pywrapcp.RoutingModel, clock: Clock, curve: list[tuple[float, float]]) -> None:
    cost = float(routing.CostVar().Max())
    if not curve or cost < curve[-1][1]:
        curve.append((clock.gone(), cost))


def _model(day: Neutral) -> tuple[pywrapcp.RoutingIndexManager, pywrapcp.RoutingModel]:
    """Nodes are the jobs, then the homes."""
    homes = sorted({vehicle.home for vehicle in day.vehicles})
    places = np.array([job.place for job in day.jobs] + homes)
    service = np.zeros(len(places), np.int64)
    service[: len(day.jobs)] = [job.duration for job in day.jobs]
    at_home = [len(day.jobs) + homes.index(vehicle.home) for vehicle in day.vehicles]
    manager = pywrapcp.RoutingIndexManager(len(places), len(at_home), at_home, at_home)
    routing = pywrapcp.RoutingModel(manager)
    costs, times = [], []
    for table in day.travel:
        travel = table[np.ix_(places, places)].astype(np.int64)
        costs.append(routing.RegisterTransitMatrix(travel.tolist()))
        times.append(routing.RegisterTransitMatrix((travel + service[:, None]).tolist()))
    for at, vehicle in enumerate(day.vehicles):
        routing.SetArcCostEvaluatorOfVehicle(costs[vehicle.mode], at)
    last = max(vehicle.end for vehicle in day.vehicles)
    of_vehicles = [times[vehicle.mode] for vehicle in day.vehicles]
    routing.AddDimensionWithVehicleTransits(of_vehicles, last, last, False, "time")
    time = routing.GetDimensionOrDie("time")
    for at, vehicle in enumerate(day.vehicles):
        for index in (routing.Start(at), routing.End(at)):
            time.CumulVar(index).SetRange(vehicle.start, vehicle.end)
    for at, job in enumerate(day.jobs):
        index = manager.NodeToIndex(at)
        routing.AddDisjunction([index], job.skip_cost)
        # The method for it, SetAllowedVehiclesForIndex, fails in the wheels of 9.15.
        routing.VehicleVar(index).SetValues([-1, *job.allowed])
        begin = time.CumulVar(index)
        begin.SetRange(job.windows[0][0], min(last, job.windows[-1][1]))
        for (_, closes), (opens, _) in zip(job.windows, job.windows[1:], strict=False):
            begin.RemoveInterval(closes + 1, opens - 1)
    return manager, routing
