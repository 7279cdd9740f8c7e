"""Routes that a search went through: the best plan may be put together of several plans' routes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from homeserve_dispatch.instance import Instance, Ints
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.chains import Route, current_routes, empty_chains, put_route
from homeserve_dispatch.search.packing import Packing, choose
from homeserve_dispatch.search.state import State

_MOST = 4000
"""Routes among which is chosen: the latest."""


class Pool:
    """Routes of an instance whose cost depends on nothing but themselves.

    Parameters
    ----------
    instance : Instance
        What is planned.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._kinds = instance.shifts[:, f.KIND].tolist()
        self._routes: dict[tuple[int, tuple[int, ...]], float] = {}

    def note(self, routes: Iterable[Route]) -> None:
        """Remember routes."""
        for route in routes:
            same = self._kinds[route.shift], route.orders
            # Behind all others: the latest are those that count.
            self._routes.pop(same, None)
            self._routes[same] = route.cost

    def better(self, state: State, seconds: float) -> Ints | None:
        """A plan of the routes that costs less than the current one, as chains, if one is found.

        Parameters
        ----------
        state : State
            With the best plan so far as the current one.
        seconds : float
            To take at most, about; infinite: the same is found each time.
        """
        mine = list(current_routes(self._instance, state))
        self.note(mine)
        latest = list(self._routes.items())[-_MOST:]
        self._routes = dict(latest)
        least: dict[tuple[int, frozenset[int]], tuple[float, tuple[int, ...]]] = {}
        for (kind, orders), cost in latest:
            same = (kind, frozenset(orders))
            if same not in least or cost < least[same][0]:
                least[same] = (cost, orders)
        number = {same: at for at, same in enumerate(least)}
        packing = Packing(
            costs=np.array([cost for cost, _ in least.values()]),
            orders=[orders for _, orders in least.values()],
            kinds=np.array([kind for kind, _ in least], np.int64),
            shifts=np.bincount(self._kinds),
            skip=self._instance.order_costs[:, f.SKIP_COST],
        )
        start = sorted(number[self._kinds[it.shift], frozenset(it.orders)] for it in mine)
        chosen = sorted(choose(packing, start, seconds))
        if chosen == start:
            return None
        routes = [(int(packing.kinds[at]), packing.orders[at]) for at in chosen]
        return self._chains(routes, state.lists.shape[1])

    def _chains(self, routes: list[tuple[int, tuple[int, ...]]], length: int) -> Ints:
        """Any shift of its kind for each route."""
        chains = empty_chains(self._instance, length)
        free: dict[int, list[int]] = {}
        for v, kind in reversed(list(enumerate(self._kinds))):
            free.setdefault(kind, []).append(v)
        for kind, orders in routes:
            put_route(self._instance, chains, free[kind].pop(), orders)
        return chains
