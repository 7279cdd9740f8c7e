"""PyVRP: optional clients with prizes, a routing profile for each kind of vehicle.

As its documentation has it: who may not go somewhere has no edge there in its profile; an order
with two windows is a group of two clients of which one is visited. It runs on one core.
"""

from __future__ import annotations

from itertools import accumulate

import numpy as np
import numpy.typing as npt
import pyvrp
from pyvrp.stop import MaxRuntime

from peer.adapter import Answer, Clock, Task
from peer.neutral import (
    MAX_WORK,
    OTHERS,
    RULES,
    SEVERAL_SOFT,
    SLA,
    SOFT,
    Neutral,
)

CAN = RULES - {MAX_WORK, SOFT, SEVERAL_SOFT, SLA, OTHERS}

_MOST_BYTES = 8 << 30
_WRITING_S = 0.05
_TOO_LATE_S = 36.0
"""Being so many seconds too late costs, at most, as much as leaving out the least of the orders;
the search begins at half of that. PyVRP's default, 100 000 a second, is for other units: where a
prize is an hour, it lets no plan be late on the way to a better one."""


def prepare(threads: int) -> None:
    """Nothing to do."""


def solve(task: Task) -> Answer:
    """Solve with the default parameters, but for penalties that suit seconds."""
    clock = Clock(task.seconds)
    day = task.plain()
    data, jobs = _data(day)
    dearest = min(job.skip_cost for job in day.jobs) / _TOO_LATE_S
    built = clock.gone()
    stop = MaxRuntime(clock.left(_WRITING_S))
    result = pyvrp.solve(
        data,
        stop,
        seed=task.seed,
        collect_stats=task.watched,
        display=False,
        params=pyvrp.SolveParams(penalty=pyvrp.PenaltyParams(max_penalty=dearest)),
    )
    routes: list[list[int]] = [[] for _ in day.vehicles]
    for route in result.best.routes():
        routes[route.vehicle_type()] = [jobs[step.idx] for step in route if step.is_client()]
    return Answer(routes, _curve(result, day, built) if task.watched else [])


def _data(day: Neutral) -> tuple[pyvrp.ProblemData, list[int]]:
    """The model, and the job of each client."""
    homes = sorted({vehicle.home for vehicle in day.vehicles})
    places = np.array(homes + [job.place for job in day.jobs])
    clients, groups, jobs = [], [], []
    for at, job in enumerate(day.jobs):
        group = None
        if len(job.windows) > 1:
            group = len(groups)
            members = list(range(len(clients), len(clients) + len(job.windows)))
            groups.append(pyvrp.ClientGroup(members, required=False))
        for earliest, latest in job.windows:
            jobs.append(at)
            clients.append(
                pyvrp.Client(
                    location=len(homes) + at,
                    service_duration=job.duration,
                    tw_early=earliest,
                    tw_late=latest,
                    prize=job.skip_cost,
                    required=False,
                    group=group,
                )
            )
    profiles, distances, durations = _profiles(day, places, len(homes))
    vehicles = [
        pyvrp.VehicleType(
            start_depot=homes.index(vehicle.home),
            end_depot=homes.index(vehicle.home),
            tw_early=vehicle.start,
            tw_late=vehicle.end,
            profile=profile,
        )
        for vehicle, profile in zip(day.vehicles, profiles, strict=True)
    ]
    points = [day.points[place] for place in places]
    data = pyvrp.ProblemData(
        [pyvrp.Location(x=lon, y=lat) for lat, lon in points],
        clients,
        [pyvrp.Depot(at) for at in range(len(homes))],
        vehicles,
        distances,
        durations,
        groups,
    )
    return data, jobs


def _profiles(
    day: Neutral, places: npt.NDArray[np.int64], homes: int
) -> tuple[list[int], list[npt.NDArray[np.int64]], list[npt.NDArray[np.int64]]]:
    """Profile of each vehicle; distances and durations of each profile.

    Where a vehicle may not go, the way takes all day and costs more than any prize. PyVRP's own
    value for no way, 2 ** 44, makes its penalised costs overflow here: it then never ends.
    """
    may = day.may()
    numbers: dict[tuple[int, bytes], int] = {}
    profiles = [
        numbers.setdefault((vehicle.mode, may[:, at].tobytes()), len(numbers))
        for at, vehicle in enumerate(day.vehicles)
    ]
    # Distances and durations, and PyVRP has copies of its own of both.
    needed = len(numbers) * len(places) ** 2 * 8 * 4
    if needed > _MOST_BYTES:
        gigabytes = needed / 2**30
        raise MemoryError(
            f"{len(numbers)} profiles of {len(places)} places take {gigabytes:.0f} GB"
        )
    dearest = 2 * max(job.skip_cost for job in day.jobs) + int(day.travel.max())
    latest = max(vehicle.end for vehicle in day.vehicles)
    distances, durations = [], []
    for mode, allowed in numbers:
        seconds = day.travel[mode][np.ix_(places, places)].astype(np.int64)
        closed = homes + np.flatnonzero(~np.frombuffer(allowed, np.bool_))
        for matrices, no_way in ((distances, dearest), (durations, latest)):
            matrix = seconds.copy()
            matrix[closed] = matrix[:, closed] = no_way
            np.fill_diagonal(matrix, 0)
            matrices.append(matrix)
    return profiles, distances, durations


def _curve(result: pyvrp.Result, day: Neutral, built: float) -> list[tuple[float, float]]:
    """Costs of the best plans; the prize of a second window is never collected."""
    never = sum(job.skip_cost * (len(job.windows) - 1) for job in day.jobs)
    times = accumulate(result.stats.runtimes)
    curve: list[tuple[float, float]] = []
    for seconds, datum in zip(times, result.stats, strict=True):
        cost = datum.best_cost - never
        if datum.best_feas and (not curve or cost < curve[-1][1]):
            curve.append((built + seconds, cost))
    return curve
