"""Parts of a plan that are worked on apart for a while: routes near one another, and what is there.

The routes are dealt out anew again and again, each time along other lines across the map, so no
border lasts. What is found in the parts adds up, since a route's cost depends on that route alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from homeserve_dispatch.instance import Floats, Instance, Ints
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.blocks import legs_between
from homeserve_dispatch.search.state import State

Mask = npt.NDArray[np.bool_]


def deal(instance: Instance, state: State, parts: int, random: np.random.Generator) -> list[Mask]:
    """Which orders and routes are in each part.

    Parameters
    ----------
    instance : Instance
        What is planned.
    state : State
        The plan: all of it is loaded.
    parts : int
        How many.
    random : numpy.random.Generator
        Draws where the lines run.

    Returns
    -------
    list of bool (n + V,)
        Orders, then routes; each is in one of them. Parts hold about as many orders each. Fewer
        parts only where a route has so many that another would have none.
    """
    n, shifts = int(instance.facts[f.N_ORDERS]), int(instance.facts[f.N_SHIFTS])
    route = state.nodes[:n, f.ROUTE]
    return _split(instance, route, np.ones(n + shifts, np.bool_), parts, random)


def _split(
    instance: Instance, route: Ints, whole: Mask, parts: int, random: np.random.Generator
) -> list[Mask]:
    """Divide a part in two along a line, and these again."""
    n, shifts = len(route), len(whole) - len(route)
    if parts == 1:
        return [whole]
    across = _across(instance, np.flatnonzero(whole[:n]), random)
    at = np.empty(n + shifts)
    at_orders, at_routes = at[:n], at[n:]
    at_orders[:] = across[instance.orders[:, f.PLACE]]
    served = route >= 0
    many = np.bincount(route[served], minlength=shifts)
    total = np.bincount(route[served], weights=at_orders[served], minlength=shifts)
    at_routes[:] = np.where(
        many > 0, total / np.maximum(many, 1), across[instance.shifts[:, f.START_LOC]]
    )
    at += 1e-6 * random.random(n + shifts)  # apart also where all are in one place
    at_orders[served] = at_routes[route[served]]
    # Routes stay whole: between two of them, where the shares are nearest to what they should be.
    places, many_there = np.unique(at_orders[whole[:n]], return_counts=True)
    if len(places) == 1:
        return [whole]
    left = parts // 2
    until = np.cumsum(many_there)
    low = at <= places[np.abs(until[:-1] - until[-1] * left / parts).argmin()]
    one, other = whole & low, whole & ~low
    return [
        *_split(instance, route, one, left, random),
        *_split(instance, route, other, parts - left, random),
    ]


def _across(instance: Instance, among: Ints, random: np.random.Generator) -> Floats:
    """For each place how much nearer it is to one of two random orders than to the other."""
    ends = instance.orders[random.choice(among, size=2), f.PLACE]
    mode = int(instance.shifts[0, f.MODE])
    every = np.arange(int(instance.facts[f.N_LOCATIONS]))
    ms, m = legs_between(instance, mode, ends[:, None], every[None, :])
    away = ms + m  # times or distances may all be 0, not both
    return np.asarray(away[0] - away[1])
