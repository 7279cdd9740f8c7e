"""The best plan that can be put together of given routes: an integer programme, by HiGHS.

Set partitioning, over some of the routes only: those that the linear relaxation thinks best of
(as in Rochat & Taillard 1995, doi 10.1007/BF02430370, and Foster & Ryan 1976,
doi 10.1057/jors.1976.63).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

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
    model = _Model(packing)
    reduced, took = model.relaxed(seconds)
    best = list(start)
    if reduced is None:
        return best
    liked = np.argsort(reduced, kind="stable")
    for most in _SIZES:
        left = seconds - took
        if left <= 0.0 or (most > _FEW and (took > _QUICK * seconds or len(liked) <= most // 2)):
            break
        columns = np.union1d(liked[:most], np.array(best, np.int64))
        best, more = model.whole(columns, best, left)
        took += more
        if seconds == math.inf:
            break
    return best


class _Model:
    def __init__(self, packing: Packing) -> None:
        self._packing = packing
        self._n = len(packing.skip)
        sizes = np.array([len(orders) + 1 for orders in packing.orders], np.int64)
        self._begins = np.concatenate(([0], np.cumsum(sizes)))
        rows = np.empty(self._begins[-1], np.int32)
        for at, orders in enumerate(packing.orders):
            first, last = self._begins[at], self._begins[at + 1] - 1
            rows[first:last] = orders
            rows[last] = self._n + packing.kinds[at]
        self._rows = rows

    def relaxed(self, seconds: float) -> tuple[Floats | None, float]:
        """Reduced costs of all routes, None where there was no time; and the seconds it took."""
        solver = self._solver(np.arange(len(self._packing.costs)), seconds, whole=False)
        solver.run()
        took = float(solver.getRunTime())
        if solver.modelStatusToString(solver.getModelStatus()) != "Optimal":
            return None, took
        return np.array(solver.getSolution().col_dual)[self._n :], took

    def whole(self, columns: Ints, start: Sequence[int], seconds: float) -> tuple[list[int], float]:
        """The best of some of the routes, ``start`` among them; and the seconds it took."""
        solver = self._solver(columns, seconds, whole=True)
        at = np.searchsorted(columns, np.array(start, np.int64)) + self._n
        served = {order for one in start for order in self._packing.orders[one]}
        out = [order for order in range(self._n) if order not in served]
        chosen = np.concatenate((np.array(out, np.int32), at.astype(np.int32)))
        solver.setSolution(len(chosen), chosen.astype(np.int32), np.ones(len(chosen)))
        solver.run()
        took = float(solver.getRunTime())
        solution = solver.getSolution()
        values = np.array(solution.col_value)[self._n :]
        if not solution.value_valid or not len(values):
            return list(start), took
        found = [int(columns[it]) for it in np.flatnonzero(values > 0.5)]
        return (found if self._cost(found) < self._cost(start) else list(start)), took

    def _cost(self, chosen: Sequence[int]) -> float:
        served = [order for one in chosen for order in self._packing.orders[one]]
        if len(set(served)) < len(served):
            return math.inf
        costs = self._packing.costs[list(chosen)].sum()
        return float(costs + np.delete(self._packing.skip, served).sum())

    def _solver(self, columns: Ints, seconds: float, *, whole: bool) -> Any:
        """Leaving an order out comes first, a column for each, then the routes."""
        import highspy

        packing, n = self._packing, self._n
        parts = [self._rows[self._begins[it] : self._begins[it + 1]] for it in columns]
        sizes = np.concatenate(([0], np.ones(n, np.int64), [len(part) for part in parts]))
        out = np.isfinite(packing.skip)
        lp = cast("Any", highspy).HighsLp()
        lp.num_col_, lp.num_row_ = n + len(columns), n + len(packing.shifts)
        lp.col_cost_ = np.concatenate((np.where(out, packing.skip, 0.0), packing.costs[columns]))
        lp.col_lower_ = np.zeros(lp.num_col_)
        lp.col_upper_ = np.concatenate((out.astype(np.float64), np.ones(len(columns))))
        lp.row_lower_ = np.concatenate((np.ones(n), np.zeros(len(packing.shifts))))
        lp.row_upper_ = np.concatenate((np.ones(n), packing.shifts.astype(np.float64)))
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.cumsum(sizes).astype(np.int32)
        lp.a_matrix_.index_ = np.concatenate((np.arange(n, dtype=np.int32), *parts))
        lp.a_matrix_.value_ = np.ones(len(lp.a_matrix_.index_))
        if whole:
            lp.integrality_ = [highspy.HighsVarType.kInteger] * lp.num_col_
        solver = cast("Any", highspy).Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("mip_rel_gap", _GAP)
        if seconds < math.inf:
            solver.setOptionValue("time_limit", seconds)
        else:
            solver.setOptionValue("mip_max_nodes", _NODES)
        solver.passModel(lp)
        return solver
