"""One plan made of two: some routes of one that lie together give way to those of the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f

Routes = Sequence[Sequence[int]]
"""By shift: the orders in sequence."""

_JITTER = 0.1
_KEPT_FIRST = 0.5


def cross(instance: Instance, one: Routes, other: Routes, rng: np.random.Generator) -> Routes:
    """Routes of both, no order twice; orders may be missing, and rules may be broken.

    After selective route exchange, Nagata, Bräysy & Dullaert 2010, doi 10.1016/j.cor.2009.06.022.
    """
    removed = _together(instance, one, rng)
    gone = {c for v in removed for c in one[v]}
    child = [[] if v in removed else list(route) for v, route in enumerate(one)]
    taken = _placed(instance, child, other, _most_of(other, gone, len(removed), rng))
    if rng.random() < _KEPT_FIRST:
        there = {c for route in child for c in route}
        taken = {v: [c for c in route if c not in there] for v, route in taken.items()}
    else:
        there = {c for route in taken.values() for c in route}
        child = [[c for c in route if c not in there] for route in child]
    for v, route in taken.items():
        child[v] = route
    return child


def _together(instance: Instance, routes: Routes, rng: np.random.Generator) -> set[int]:
    """Up to half of the routes: those that come nearest to a random order."""
    route_of = {c: v for v, route in enumerate(routes) for c in route}
    used = sum(1 for route in routes if route)
    most = int(rng.integers(1, max(2, used // 2 + 1)))
    centre = int(rng.integers(len(instance.orders)))
    first = int(instance.facts[f.N_NEAR])
    around = instance.close[centre, first : first + int(instance.facts[f.N_AROUND])]
    found: set[int] = set()
    for c in (centre, *around.tolist()):
        if c in route_of:
            found.add(route_of[c])
            if len(found) == most:
                break
    return found


def _most_of(routes: Routes, gone: set[int], most: int, rng: np.random.Generator) -> list[int]:
    """The routes that consist most of these orders."""
    shares = [
        (sum(c in gone for c in route) / len(route) + _JITTER * rng.random(), v)
        for v, route in enumerate(routes)
        if route
    ]
    return [v for _, v in sorted(shares, reverse=True)[:most]]


def _placed(
    instance: Instance, child: Routes, other: Routes, chosen: Sequence[int]
) -> dict[int, list[int]]:
    """The chosen routes by shift: their own if it is free, or one like it; else not at all."""
    kinds = instance.shifts[:, f.KIND].tolist()
    free: dict[int, list[int]] = defaultdict(list)
    for v in reversed(range(len(child))):
        if not child[v] and v not in chosen:
            free[kinds[v]].append(v)
    placed = {v: list(other[v]) for v in chosen if not child[v]}
    for v in chosen:
        if child[v] and free[kinds[v]]:
            placed[free[kinds[v]].pop()] = list(other[v])
    return placed
