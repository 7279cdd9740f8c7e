"""Plans as chains: for each node the one behind it, from the start of a shift to its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from homeserve_dispatch.instance import Instance, Ints
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.state import State


class Route(NamedTuple):
    """What is done in a shift: its number, the orders in sequence, and what it costs."""

    shift: int
    orders: tuple[int, ...]
    cost: float


def empty_chains(instance: Instance, length: int) -> Ints:
    """Nothing is done in any shift; ``length`` is that of the rows of a state's ``lists``."""
    n, shifts = int(instance.facts[f.N_ORDERS]), int(instance.facts[f.N_SHIFTS])
    chains = np.full(length, -1, np.int64)
    chains[n : n + shifts] = np.arange(n + shifts, n + 2 * shifts)
    return chains


def put_route(instance: Instance, chains: Ints, shift: int, nodes: Iterable[int]) -> None:
    """Write what is done in a shift, where nothing was yet."""
    n, shifts = int(instance.facts[f.N_ORDERS]), int(instance.facts[f.N_SHIFTS])
    at = n + shift
    for node in nodes:
        chains[at] = at = node
    chains[at] = n + shifts + shift


def routes_in(instance: Instance, chains: Ints) -> list[list[int]]:
    """By shift: the nodes in sequence."""
    n, shifts = int(instance.facts[f.N_ORDERS]), int(instance.facts[f.N_SHIFTS])
    behind = chains.tolist()
    routes: list[list[int]] = []
    for v in range(shifts):
        at, nodes = behind[n + v], []
        while at < n:
            nodes.append(at)
            at = behind[at]
        routes.append(nodes)
    return routes


def current_routes(instance: Instance, state: State) -> Iterator[Route]:
    """Those of the plan that is being changed, where anything is done."""
    costs = state.sums[: len(instance.shifts), f.COST].tolist()
    for v, nodes in enumerate(routes_in(instance, state.nodes[:, f.NEXT])):
        if nodes:
            yield Route(v, tuple(nodes), costs[v])
