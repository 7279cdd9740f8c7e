"""The routes that are still in question, and when their bound visits can begin."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numba
import numpy as np
from scipy.sparse import csr_matrix

from proving.routes import Route
from proving.visits import Visits

NONE = -1
IMPOSSIBLE = 1e9


class Pool(NamedTuple):
    """One line a route; a bound visit is one of a pair, up to `m` in a route, in its sequence."""

    routes: list[Route]
    cost: np.ndarray
    """(r,) float64."""
    shifts: np.ndarray
    """(r,) int64, kind of shifts."""
    has: csr_matrix
    """(r, n) float64, 1 where the route has the visit."""
    pair: np.ndarray
    """(r, m) int64, pair of the bound visit, -1 after the last."""
    side: np.ndarray
    """(r, m) float64, 1 for the pair's first visit, -1 for its second."""
    earliest: np.ndarray
    """(r, m) int64, when it can begin, and"""
    latest: np.ndarray
    """(r, m) int64, when it must, for the route alone."""
    after: np.ndarray
    """(r, m) int64, minutes that it begins after the bound visit before, at least."""

    def kept(self, which: np.ndarray) -> Pool:
        """With some of the routes: (k,) int64."""
        routes, *arrays = self
        return Pool([routes[it] for it in which], *(it[which] for it in arrays))


def pooled(visits: Visits, routes: list[Route]) -> Pool:
    """The pool of all routes listed."""
    bound = {a: (pair, 1.0) for pair, (a, _) in enumerate(visits.pairs)}
    bound |= {b: (pair, -1.0) for pair, (_, b) in enumerate(visits.pairs)}
    most = max((sum(v in bound for v in it.visits) for it in routes), default=0)
    shape = (len(routes), max(most, 1))
    pair = np.full(shape, NONE)
    side, earliest, latest, after = np.zeros(shape), *(np.zeros(shape, np.int64) for _ in range(3))
    for at, route in enumerate(routes):
        way = route.visits
        apart = [int(visits.lasts[a] + visits.travel[a, b]) for a, b in pairwise(way)]
        first, last = _between(visits, route, apart)
        found, since = 0, 0
        for step, v in enumerate(way):
            since += apart[step - 1] if step else 0
            if v in bound:
                pair[at, found], side[at, found] = bound[v]
                earliest[at, found], latest[at, found] = first[step], last[step]
                after[at, found] = since if found else 0
                found, since = found + 1, 0
    lines = np.repeat(np.arange(len(routes)), [len(it.visits) for it in routes])
    columns = np.fromiter((v for it in routes for v in it.visits), np.int64)
    return Pool(
        routes,
        np.array([float(it.cost) for it in routes]),
        np.array([it.shifts for it in routes], dtype=np.int64),
        csr_matrix((np.ones(len(lines)), (lines, columns)), (len(routes), len(visits.lasts))),
        pair, side, earliest, latest, after,
    )  # fmt: skip


def _between(visits: Visits, route: Route, apart: list[int]) -> tuple[list[int], list[int]]:
    """When each visit can begin, and when it must."""
    shifts, way = visits.shifts[route.shifts], route.visits
    first = [max(int(visits.earliest[way[0]]), shifts.start + int(shifts.away[way[0]]))]
    for v, minutes in zip(way[1:], apart, strict=True):
        first.append(max(int(visits.earliest[v]), first[-1] + minutes))
    leave = shifts.end - int(shifts.home[way[-1]] + visits.lasts[way[-1]])
    last = [min(int(visits.latest[way[-1]]), leave)]
    for v, minutes in zip(way[-2::-1], apart[::-1], strict=True):
        last.append(min(int(visits.latest[v]), last[-1] - minutes))
    return first, last[::-1]


@numba.njit(cache=True)
def least(pair, side, earliest, latest, after, opens, closes, prices):
    """Least price of the start times that each route can choose for its bound visits.

    ``opens`` and ``closes`` are (p,), the times of a pair that are looked at, both ends in;
    ``prices`` is (p, t), of each minute. The sum of ``-side × price`` counts; 1e9 where a route
    cannot be timed.
    """
    routes, most = pair.shape
    out = np.zeros(routes)
    now = np.empty(prices.shape[1])
    then = np.empty(prices.shape[1])
    for r in range(routes):
        low = high = 0
        for at in range(most):
            p = pair[r, at]
            if p == NONE:
                break
            since, until = low, high
            low, high = max(earliest[r, at], opens[p]), min(latest[r, at], closes[p])
            if at:
                low = max(low, since + after[r, at])
            if low > high:
                out[r] = IMPOSSIBLE
                break
            now, then = then, now
            best = 0.0 if at == 0 else 1e18
            for t in range(low, high + 1):
                if at:
                    while since <= until and since <= t - after[r, at]:
                        best = min(best, then[since])
                        since += 1
                now[t] = best - side[r, at] * prices[p, t]
            out[r] = now[low : high + 1].min()
    return out


def times(
    pool: Pool, r: int, opens: np.ndarray, closes: np.ndarray, prices: np.ndarray
) -> list[int]:
    """The start times of a route's bound visits that have the least price."""
    steps: list[tuple[int, np.ndarray]] = []
    for at, p in enumerate(pool.pair[r]):
        if p == NONE:
            break
        low, high = max(pool.earliest[r, at], opens[p]), min(pool.latest[r, at], closes[p])
        if at:
            low = max(low, steps[-1][0] + pool.after[r, at])
        value = -pool.side[r, at] * prices[p, low : high + 1]
        if at:
            since, before = steps[-1]
            sofar = np.minimum.accumulate(before)
            reach = np.arange(low, high + 1) - pool.after[r, at] - since
            value = value + sofar[np.minimum(reach, len(sofar) - 1)]
        steps.append((int(low), value))
    chosen: list[int] = []
    until = None
    for at in range(len(steps) - 1, -1, -1):
        low, value = steps[at]
        t = low + int(np.argmin(value if until is None else value[: until - low + 1]))
        chosen.append(t)
        until = t - int(pool.after[r, at])
    return chosen[::-1]
