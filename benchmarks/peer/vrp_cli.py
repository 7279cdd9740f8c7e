"""vrp-cli, the solver of the "pragmatic" format: value first, then jobs, then cost.

What is travelled goes in as metres that cost 1 each, and as seconds that cost nothing: its cost
of time counts service and waiting, too. It stops after 3000 generations unless a limit of time
is the only one that is given.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import vrp_cli

from peer.adapter import Answer, Clock, Task
from peer.neutral import (
    MAX_TRAVEL,
    MAX_WORK,
    OTHERS,
    OVERTIME,
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

_LACKS = {OVERTIME, WAITING, SOFT, SEVERAL_SOFT, SLA, WISHES, MAX_TRAVEL, MAX_WORK, OTHERS}
CAN = RULES - _LACKS

_WRITING_S = 0.1


def prepare(threads: int) -> None:
    """Nothing to do."""


def solve(task: Task) -> Answer:
    """Solve with the default settings."""
    clock = Clock(task.seconds)
    day = task.plain()
    problem = json.dumps(_problem(day))
    matrices = [json.dumps(_matrix(day, mode)) for mode in range(len(day.travel))]
    threads = {"numThreadPools": 1, "threadsPerPool": task.threads}
    settings = {
        "termination": {"maxTime": max(1, round(clock.left(_WRITING_S)))},
        "environment": {"parallelism": threads},
    }
    found = json.loads(vrp_cli.solve_pragmatic(problem, matrices, json.dumps(settings)))
    routes: list[list[int]] = [[] for _ in day.vehicles]
    for tour in found["tours"]:
        routes[int(tour["vehicleId"])] = [
            int(activity["jobId"])
            for stop in tour["stops"]
            for activity in stop["activities"]
            if activity["type"] == "service"
        ]
    return Answer(routes)


def _problem(day: Neutral) -> dict[str, Any]:
    numbers, _ = same_sets(day)
    held = sets_of_vehicles(day)
    least = min(job.skip_cost / (10 + job.priority) for job in day.jobs)
    return {
        "plan": {
            "jobs": [
                {
                    "id": str(at),
                    "services": [
                        {
                            "places": [
                                {
                                    "location": {"index": job.place},
                                    "duration": job.duration,
                                    "times": [_moments(day, window) for window in job.windows],
                                }
                            ]
                        }
                    ],
                    "skills": {"allOf": [str(numbers[at])]},
                    "value": job.skip_cost / least,
                }
                for at, job in enumerate(day.jobs)
            ]
        },
        "fleet": {
            "vehicles": [
                {
                    "typeId": f"type {at}",
                    "vehicleIds": [str(at)],
                    "profile": {"matrix": str(vehicle.mode)},
                    "costs": {"fixed": 0.0, "distance": 1.0, "time": 0.0},
                    "shifts": [
                        {
                            "start": _end(day, vehicle.home, "earliest", vehicle.start),
                            "end": _end(day, vehicle.home, "latest", vehicle.end),
                        }
                    ],
                    "capacity": [0],
                    "skills": [str(number) for number in held[at]],
                }
                for at, vehicle in enumerate(day.vehicles)
            ],
            "profiles": [{"name": str(mode)} for mode in range(len(day.travel))],
        },
        "objectives": [
            [{"type": "maximize-value"}],
            [{"type": "minimize-unassigned"}],
            [{"type": "minimize-cost"}],
        ],
    }


def _matrix(day: Neutral, mode: int) -> dict[str, Any]:
    seconds = day.travel[mode].ravel().tolist()
    return {"profile": str(mode), "travelTimes": seconds, "distances": seconds}


def _end(day: Neutral, home: int, bound: str, seconds: int) -> dict[str, Any]:
    return {bound: _moment(day.midnight, seconds), "location": {"index": home}}


def _moments(day: Neutral, window: tuple[int, int]) -> list[str]:
    return [_moment(day.midnight, seconds) for seconds in window]


def _moment(midnight: datetime, seconds: int) -> str:
    return (midnight + timedelta(seconds=seconds)).isoformat() + "Z"
