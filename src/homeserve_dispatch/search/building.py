"""The plan that a search begins with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from homeserve_dispatch.instance import Instance, Ints
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.engine import AnyState, Engine, routes_of
from homeserve_dispatch.search.watch import Watch

_SECONDS_FOR_ROUTES = 0.0005
"""An order: with less time left they are not worth a quarter of it."""
_FIRST_PART = 0.05
"""Of a run: no further first plan is built when so much has gone into them."""


class First(NamedTuple):
    """What the first plan was made of, and is like.

    Attributes
    ----------
    routes : list of list of int, optional
        Taken over to begin with.
    orders : list of int64 (n,)
        Sequences in which orders were put in.
    scale : float
        What a change of the plan typically costs.
    stops : float
        Of a route that is used, in the mean.
    """

    routes: Sequence[Sequence[int]] | None
    orders: list[Ints]
    scale: float
    stops: float


def build_first(
    engine: Engine, state: AnyState, watch: Watch, start: Sequence[Sequence[int]] | None
) -> First:
    """Load the given plan completed, or the best of a few, into the state."""
    instance = engine.instance
    orders = build_orders(instance)
    best: tuple[float, Ints] | None = None
    made = start
    if start is None and watch.left().seconds > _SECONDS_FOR_ROUTES * len(instance.orders):
        made = engine.first_routes()
    began, routes = watch.used(), made
    for order in orders:
        engine.load_empty(state)
        if routes is not None:
            engine.follow(state, routes)
        engine.build(state, order)
        cost = float(state.costs[s.BEST])
        if best is None or cost < best[0]:
            best = (cost, state.lists[s.BEST_NEXT].copy())
        if start is not None or watch.used() - began > _FIRST_PART:
            break
        routes = None  # the others only one after another
    assert best is not None
    engine.load(state, best[1])
    if not len(instance.orders) or not len(instance.shifts):
        return First(made, orders, scale=1.0, stops=0.0)
    used = [len(route) for route in routes_of(instance, state) if route]
    scale = max(engine.scale(state), 1e-9)
    return First(made, orders, scale=scale, stops=sum(used) / max(1, len(used)))


def build_orders(instance: Instance) -> list[Ints]:
    """A few sequences in which a greedy first plan takes the orders."""
    o, costs = instance.orders, instance.order_costs
    skip = costs[:, f.SKIP_COST]
    hands = np.isfinite(instance.pairs).sum(axis=1)[o[:, f.ROW]]
    keys = [
        (o[:, f.HI] - o[:, f.LO], hands, -skip),
        (-costs[:, f.DISTANCE], -skip),
        (o[:, f.HI], -skip),
        (o[:, f.HI] - o[:, f.LO], -costs[:, f.PER_SERVICE]),
    ]
    return [np.lexsort(key).astype(np.int64) for key in keys]
