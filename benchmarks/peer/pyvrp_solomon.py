"""PyVRP on a Solomon file, the way its documentation does it: integers, its own defaults."""

from __future__ import annotations

import math
from pathlib import Path

import pyvrp
from pyvrp.stop import MaxRuntime


def solve(instance: Path, seconds: float, seed: int) -> tuple[list[list[int]], float]:
    """Routes of customer numbers, and seconds of the search alone."""
    words = instance.read_text(encoding="utf-8-sig").split()
    at = words.index("CAPACITY")
    vehicles, capacity = int(words[at + 1]), int(words[at + 2])
    last = max(k for k, word in enumerate(words) if word == "TIME")
    numbers = [float(word) for word in words[last + 1 :]]
    rows = [numbers[k : k + 7] for k in range(0, len(numbers), 7)]
    model = pyvrp.Model()
    places = [model.add_location(x=row[1], y=row[2]) for row in rows]
    opens, closes = 10 * int(rows[0][4]), 10 * int(rows[0][5])
    depot = model.add_depot(places[0], tw_early=opens, tw_late=closes)
    model.add_vehicle_type(
        vehicles,
        capacity=capacity,
        tw_early=opens,
        tw_late=closes,
        start_depot=depot,
        end_depot=depot,
    )
    for place, row in zip(places[1:], rows[1:], strict=True):
        model.add_client(
            place,
            delivery=int(row[3]),
            tw_early=10 * int(row[4]),
            tw_late=10 * int(row[5]),
            service_duration=10 * int(row[6]),
        )
    for a, here in zip(places, rows, strict=True):
        for b, there in zip(places, rows, strict=True):
            if a is not b:
                length = math.floor(10 * math.hypot(here[1] - there[1], here[2] - there[2]) + 1e-9)
                model.add_edge(a, b, distance=length, duration=length)
    result = model.solve(MaxRuntime(seconds), seed=seed, display=False)
    routes = [
        [step.idx + 1 for step in route if step.is_client()] for route in result.best.routes()
    ]
    return routes, float(result.runtime)
