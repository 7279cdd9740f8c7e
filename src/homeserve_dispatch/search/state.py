"""A plan inside the search, and what is needed to change it and to change it back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from homeserve_dispatch.instance import Floats, Instance, Ints
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.random import RNG, seeded

# Columns of ``numbers``.
STAMP = 0  # number of the iteration; a route with TOUCHED == STAMP was changed in it
TAG = 1  # number of the insertion; a gap with SEEN == TAG was tried in it
N_ABSENT = 2
N_TOUCHED = 3
N_LOGGED = 4
N_DIRTY = 5
ITERATIONS = 6
BEST_AT = 7  # ITERATIONS when the best plan was found
ACCEPTED = 8
USED_SHIFTS = 9
USED_BEFORE = 10  # USED_SHIFTS when the iteration began
CENTRE = 11  # where the last ruin was
UNTIL_BLINK = 12  # gaps to look at until one is passed over
ENOUGH = RNG + 1  # not 0: end the slice, others have ended theirs
NUMBERS = RNG + 2

# Columns of ``costs``.
CURRENT = 0
BEST = 1
TEMPERATURE = 2
COSTS = 4  # from here on: keys by which the candidates are sorted

# Rows of ``lists``; how many entries count is in ``numbers`` where not said.
ABSENT = 0  # orders left out
ABSENT_AT = 1  # by order: where it stands in ABSENT, -1 if it does not
CANDIDATES = 2  # orders to insert in this iteration
CHANGED = 3  # routes touched in this iteration
LOG_IDS = 4  # their nodes
DIRTY = 5  # routes that differ from the best plan
GAPS = 6  # nodes behind which an insertion is to be tried
EMPTY_HINT = 7  # by kind: no member before this one is empty
BEST_NEXT = 8  # by node: the best plan as chains from start node to end node
ROOM = 9  # by place in CHANGED: length of the longest gap of that route, or more
LISTS = 10


class State(NamedTuple):
    """One chain's plan and work space; n orders, V shifts, N = n + 2 V nodes.

    Attributes
    ----------
    nodes : int64 (2 N, NODE)
        Orders, then route starts, then route ends; columns in ``fields``. From row N on: touched
        routes' nodes as they were before this iteration.
    routes : int64 (2 V, ROUTE_FIELDS)
        Sums over each route; from row V on those of touched routes as they were.
    sums : float64 (2 V, LOADS + R)
        The same for costs and loads.
    lists : int64 (LISTS, N + 2 V)
        Lists of orders, routes and nodes.
    numbers, costs : int64 (NUMBERS,), float64 (COSTS + n,)
        Scalars, and in ``costs`` the keys by which the candidates are sorted.
    """

    nodes: Ints
    routes: Ints
    sums: Floats
    lists: Ints
    numbers: Ints
    costs: Floats


def new_state(instance: Instance, seed: int, chain: int) -> State:
    """Work space for one chain, no order assigned; ``change.load`` must make it ready."""
    n, shifts = int(instance.facts[f.N_ORDERS]), int(instance.facts[f.N_SHIFTS])
    resources = int(instance.facts[f.N_RESOURCES])
    nodes = n + 2 * shifts
    numbers = np.zeros(NUMBERS, np.int64)
    numbers[RNG] = seeded(seed, chain)
    return State(
        nodes=np.zeros((2 * nodes, f.NODE), np.int64),
        routes=np.zeros((2 * shifts, f.ROUTE_FIELDS), np.int64),
        sums=np.zeros((2 * shifts, f.LOADS + resources)),
        lists=np.full((LISTS, nodes + 2 * shifts), -1, np.int64),
        numbers=numbers,
        costs=np.zeros(COSTS + n),
    )
