"""Travel between two locations, from a table or worked out."""

from __future__ import annotations

import math

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.model.travel import EARTH_RADIUS_M
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.jit import inlined
from homeserve_dispatch.travel.tables import STREETS, TABLES

_TWICE_RADIUS = 2.0 * EARTH_RADIUS_M


@inlined
def leg(inst: Instance, mode: int, origin: int, destination: int) -> tuple[int, int]:
    """Milliseconds and metres."""
    if inst.facts[f.GEOMETRY] == TABLES:
        row = mode * inst.facts[f.N_LOCATIONS] + origin
        return (
            int(inst.legs[row, 2 * destination]),
            int(inst.legs[row, 2 * destination + 1]),
        )
    return measured(inst, mode, origin, destination)


@inlined
def leg_to(inst: Instance, mode: int, destination: int, origin: int) -> tuple[int, int]:
    """The same, from the rows that hold all ways to one destination side by side."""
    if inst.facts[f.GEOMETRY] == TABLES:
        row = inst.facts[f.BACK] + mode * inst.facts[f.N_LOCATIONS] + destination
        return int(inst.legs[row, 2 * origin]), int(inst.legs[row, 2 * origin + 1])
    return measured(inst, mode, origin, destination)


@inlined
def measured(inst: Instance, mode: int, a: int, b: int) -> tuple[int, int]:
    """From coordinates; operation by operation as the travel model's ``leg``."""
    nowhere = inst.facts[f.NOWHERE]
    if a == b or a == nowhere or b == nowhere:
        return 0, 0
    if inst.facts[f.GEOMETRY] == STREETS:
        x = abs(inst.points[b, 0] - inst.points[a, 0])
        y = abs(inst.points[b, 1] - inst.points[a, 1])
        grid = inst.weights[f.GRID]
        metres = grid * (x + y) + (1.0 - grid) * math.sqrt(x * x + y * y)
    else:
        half = math.sin((inst.points[b, 0] - inst.points[a, 0]) / 2.0)
        across = math.sin((inst.points[b, 1] - inst.points[a, 1]) / 2.0)
        root = half * half + inst.points[a, 2] * inst.points[b, 2] * (across * across)
        metres = _TWICE_RADIUS * math.asin(min(1.0, math.sqrt(root))) * inst.weights[f.DETOUR]
    time_ms = inst.facts[f.OVERHEAD_MS] + int(
        math.ceil(metres * 3600.0 / inst.weights[f.SPEEDS + mode])
    )
    return time_ms, int(math.ceil(metres))
