"""Threads that share one plan: each works on some of the routes, near one another, for a while.

The routes are dealt out anew again and again, each time along another line across the map, so no
border lasts. What the threads find adds up, since a route's cost depends on that route alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from homeserve_dispatch.instance import Floats, Instance, Ints
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.blocks import legs_between
from homeserve_dispatch.search.state import State

Mask = npt.NDArray[np.bool_]


def deal(instance: Instance, state: State, parts: int, random: np.random.Generator) -> list[Mask]:
    """Which orders and routes each thread works on.

    Parameters
    ----------
    instance : Instance
        What is planned.
    state : State
        The plan: all of it is loaded.
    parts : int
        How many threads.
    random : numpy.random.Generator
        Draws where the lines run.

    Returns
    -------
    list of bool (n + V,)
        Orders, then routes; each is in one of them. Parts hold about as many orders each. One
        part only where a route has so many that another would have none.
    """
    n, shifts = int(instance.facts[f.N_ORDERS]), int(instance.facts[f.N_SHIFTS])
    across = _across(instance, random)
    at_orders = across[instance.orders[:, f.PLACE]]
    route = state.nodes[:n, f.ROUTE]
    served = route >= 0
    many = np.bincount(route[served], minlength=shifts)
    total = np.bincount(route[served], weights=at_orders[served], minlength=shifts)
    at_routes = np.where(
        many > 0, total / np.maximum(many, 1), across[instance.shifts[:, f.START_LOC]]
    )
    # Apart also where all are in one place.
    at_routes += 1e-6 * random.random(shifts)
    at_orders += 1e-6 * random.random(n)
    at_orders[served] = at_routes[route[served]]
    cuts = np.quantile(at_orders, np.arange(1, parts) / parts, method="lower")
    part = np.searchsorted(cuts, np.concatenate((at_orders, at_routes)), side="right")
    if len(np.unique(part[:n])) < parts:
        return [np.ones(n + shifts, np.bool_)]
    return [part == number for number in range(parts)]


def _across(instance: Instance, random: np.random.Generator) -> Floats:
    """For each place how much nearer it is to one of two random orders than to the other."""
    ends = instance.orders[random.integers(len(instance.orders), size=2), f.PLACE]
    mode = int(instance.shifts[0, f.MODE])
    every = np.arange(int(instance.facts[f.N_LOCATIONS]))
    ms, m = legs_between(instance, mode, ends[:, None], every[None, :])
    away = ms + m  # times or distances may all be 0, not both
    return np.asarray(away[0] - away[1])


def restrict(instance: Instance, state: State, mine: Mask) -> None:
    """Let a chain see only its part of the plan that is loaded.

    The others' orders are neither in a route that it knows nor left out, and the others' unused
    shifts are not free.
    """
    nodes, lists = state.nodes, state.lists
    shifts = len(state.routes) // 2
    n = len(mine) - shifts
    absent = np.flatnonzero((nodes[:n, f.ROUTE] < 0) & mine[:n])
    nodes[: n + shifts][~mine, f.ROUTE] = -1
    counts = state.routes[:shifts, f.COUNT]
    counts[~mine[n:] & (counts == 0)] = 1
    lists[s.ABSENT_AT, :n] = -1
    lists[s.ABSENT, : len(absent)] = absent
    lists[s.ABSENT_AT, absent] = np.arange(len(absent))
    state.numbers[s.N_ABSENT] = len(absent)
    cost = state.sums[:shifts, f.COST].sum()
    cost += instance.order_costs[absent, f.SKIP_COST].sum()
    state.costs[s.CURRENT] = state.costs[s.BEST] = cost


def gather(states: list[State], parts: list[Mask], *, best: bool) -> Ints:
    """The chains of the whole plan, put together of each chain's part."""
    whole = np.full(states[0].lists.shape[1], -1, np.int64)
    for state, mine in zip(states, parts, strict=True):
        seen = state.lists[s.BEST_NEXT] if best else state.nodes[:, f.NEXT]
        whole[: len(mine)][mine] = seen[: len(mine)][mine]
    return whole
