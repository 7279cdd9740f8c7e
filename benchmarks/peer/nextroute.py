"""nextroute: penalties for unplanned stops, travel as the objective, a matrix for each mode.

A vehicle needs one of the attributes that a stop names, so each different set of vehicles is one
attribute.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import nextroute
import numpy as np
from nextroute.schema import Input

from peer.adapter import Answer, Clock, Task
from peer.neutral import (
    MAX_TRAVEL,
    MAX_WORK,
    OTHERS,
    OVERTIME,
    RATES,
    RULES,
    SEVERAL_SOFT,
    SLA,
    WAITING,
    WISHES,
    Neutral,
    same_sets,
    sets_of_vehicles,
)

_LACKS = {OVERTIME, WAITING, SEVERAL_SOFT, SLA, WISHES, RATES, MAX_TRAVEL, MAX_WORK, OTHERS}
CAN = RULES - _LACKS


def prepare(threads: int) -> None:
    """Nothing to do."""


def solve(task: Task) -> Answer:
    """Solve with the default search, for travel and penalties alone."""
    clock = Clock(task.seconds)
    day = task.plain()
    model = Input.from_dict(_input(day))
    # The package checks the input and writes it once more, which takes about as long again.
    reserve = clock.gone() + 0.1
    options = nextroute.Options(
        SOLVE_DURATION=round(clock.left(reserve), 3),
        SOLVE_PARALLELRUNS=task.threads,
        MODEL_OBJECTIVES_TRAVELDURATION=1.0,
        MODEL_OBJECTIVES_VEHICLESDURATION=0.0,
        FORMAT_DISABLE_PROGRESSION=True,
    )
    found = nextroute.solve(model, options)
    routes: list[list[int]] = [[] for _ in day.vehicles]
    for vehicle in (found.solutions or [])[-1].vehicles or []:
        stops = [step.stop.id for step in vehicle.route or []]
        routes[int(vehicle.id)] = [int(stop) for stop in stops if stop.isdecimal()]
    return Answer(routes)


def _input(day: Neutral) -> dict[str, Any]:
    numbers, _ = same_sets(day)
    held = sets_of_vehicles(day)
    return {
        "stops": [
            {
                "id": str(at),
                "location": _location(day, job.place),
                "duration": job.duration,
                "unplanned_penalty": job.skip_cost,
                "start_time_window": [
                    [_moment(day, earliest), _moment(day, latest)]
                    for earliest, latest in job.windows
                ],
                "compatibility_attributes": [str(numbers[at])],
            }
            for at, job in enumerate(day.jobs)
        ],
        "vehicles": [
            {
                "id": str(at),
                "start_location": _location(day, vehicle.home),
                "end_location": _location(day, vehicle.home),
                "start_time": _moment(day, vehicle.start),
                "end_time": _moment(day, vehicle.end),
                "compatibility_attributes": [str(number) for number in held[at]] or ["none"],
            }
            for at, vehicle in enumerate(day.vehicles)
        ],
        "duration_matrix": _matrices(day),
    }


def _matrices(day: Neutral) -> list[dict[str, Any]]:
    """By mode: stops, then start and end of each vehicle."""
    homes = [place for vehicle in day.vehicles for place in (vehicle.home, vehicle.home)]
    places = np.array([job.place for job in day.jobs] + homes)
    matrices = []
    for mode, table in enumerate(day.travel):
        drivers = [str(at) for at, one in enumerate(day.vehicles) if one.mode == mode]
        seconds = table[np.ix_(places, places)].astype(float).tolist()
        matrices.append({"vehicle_ids": drivers, "default_matrix": seconds})
    return matrices


def _location(day: Neutral, place: int) -> dict[str, float]:
    lat, lon = day.points[place]
    return {"lon": lon, "lat": lat}


def _moment(day: Neutral, seconds: int) -> str:
    moment = (day.midnight + timedelta(seconds=seconds)).replace(tzinfo=UTC)
    return moment.isoformat()
