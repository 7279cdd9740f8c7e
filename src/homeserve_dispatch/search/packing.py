"""The best plan that can be put together of given routes: an integer programme, by scipy's HiGHS.

Set partitioning, over some of the routes only: those that the linear relaxation thinks best of
(as in Rochat & Taillard 1995, doi 10.1007/BF02430370, and Foster & Ryan 1976,
doi 10.1057/jors.1976.63).
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from homeserve_dispatch.instance import Floats, Ints

_FEW = 400
_SIZES = (_FEW, 800, 1600)
"""Routes in the first programme, and in others as long as that takes little time."""
_QUICK = 0.25
_NODES = 50
"""Where no clock decides."""
_GAP = 1e-6


class Packing(NamedTuple):
    """What may be chosen; k routes, n orders, K kinds of shift.

    Attributes
    ----------
    costs : float64 (k,)
        Of each route.
    orders : list of tuple of int
        Of each route.
    kinds : int64 (k,)
        Kind of its shift.
    shifts : int64 (K,)
        How many shifts of a kind there are.
    skip : float64 (n,)
        What leaving an order out costs.
    """

    costs: Floats
    orders: Sequence[tuple[int, ...]]
    kinds: Ints
    shifts: Ints
    skip: Floats


def choose(packing: Packing, start: Sequence[int], seconds: float) -> list[int]:
    """Numbers of the routes of the cheapest plan that is found.

    Parameters
    ----------
    packing : Packing
        What may be chosen.
    start : sequence of int
        Routes of the best plan so far: what is returned costs no more.
    seconds : float
        To take at most, about; infinite: the same is chosen each time.
    """
    until = time.perf_counter() + seconds
    model = _Model(packing)
    reduced = model.relaxed(seconds)
    if reduced is None:
        return list(start)
    liked, best = np.argsort(reduced, kind="stable"), list(start)
    for most in _SIZES:
        began = time.perf_counter()
        if began >= until or (most > _FEW and len(liked) <= most // 2):
            break
        some = np.union1d(liked[:most], np.array(best, np.int64))
        best = model.whole(some, best, until - began)
        now = time.perf_counter()
        if seconds == math.inf or now - began > _QUICK * (until - now):
            break
    return best


class _Model:
    """Leaving an order out comes first, a column for each, then the routes."""

    def __init__(self, packing: Packing) -> None:
        self._packing = packing
        n, kinds = len(packing.skip), len(packing.shifts)
        out = np.isfinite(packing.skip)
        rows = [np.arange(n), *map(np.array, packing.orders), n + packing.kinds]
        sizes = [len(orders) for orders in packing.orders]
        routes = n + np.arange(len(sizes))
        columns = np.concatenate((np.arange(n), np.repeat(routes, sizes), routes))
        entries = np.ones(len(columns)), (np.concatenate(rows), columns)
        self._n = n
        self._matrix = _scipy().sparse.csc_array(entries, shape=(n + kinds, n + len(sizes)))
        self._costs = np.concatenate((np.where(out, packing.skip, 0.0), packing.costs))
        self._most = np.concatenate((out.astype(np.float64), np.ones(len(sizes))))

    def relaxed(self, seconds: float) -> Floats | None:
        """Reduced costs of all routes, None where there was no time."""
        n, matrix = self._n, self._matrix
        found = _scipy().optimize.linprog(
            self._costs,
            A_eq=matrix[:n],
            b_eq=np.ones(n),
            A_ub=matrix[n:],
            b_ub=self._packing.shifts,
            bounds=np.stack((np.zeros(len(self._most)), self._most), axis=1),
            method="highs-ds",
            options={} if seconds == math.inf else {"time_limit": seconds},
        )
        if found.status != 0:
            return None
        prices = np.concatenate((found.eqlin.marginals, found.ineqlin.marginals))
        return np.asarray(self._costs - matrix.T @ prices)[n:]

    def whole(self, routes: Ints, start: Sequence[int], seconds: float) -> list[int]:
        """The best of some of the routes, or ``start`` where nothing better was found."""
        n = self._n
        columns = np.concatenate((np.arange(n), n + routes))
        optimize = _scipy().optimize
        limit = {"node_limit": _NODES} if seconds == math.inf else {"time_limit": seconds}
        shifts = self._packing.shifts.astype(np.float64)
        found = optimize.milp(
            self._costs[columns],
            constraints=optimize.LinearConstraint(
                self._matrix[:, columns],
                np.concatenate((np.ones(n), np.zeros(len(shifts)))),
                np.concatenate((np.ones(n), shifts)),
            ),
            integrality=np.ones(len(columns)),
            bounds=optimize.Bounds(0.0, self._most[columns]),
            options={"mip_rel_gap": _GAP, **limit},
        )
        if found.x is None:
            return list(start)
        chosen = [int(routes[at]) for at in np.flatnonzero(found.x[n:] > 0.5)]
        return chosen if self._cost(chosen) < self._cost(start) else list(start)

    def _cost(self, chosen: Sequence[int]) -> float:
        served = [order for one in chosen for order in self._packing.orders[one]]
        if len(set(served)) < len(served):
            return math.inf
        costs = self._packing.costs[list(chosen)].sum()
        return float(costs + np.delete(self._packing.skip, served).sum())


def _scipy() -> Any:
    """Takes a third of a second, so not before it is needed."""
    import scipy.optimize
    import scipy.sparse

    return scipy
