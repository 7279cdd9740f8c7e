"""Routes that may be part of a cheap plan, listed without leaving one out.

Column generation over elementary routes gives prices of visits and shifts; a plan that costs less
than a value uses no route whose reduced cost at these prices is above the gap between the value
and the bound. Labels go forward in time; what a label can still gain is bounded by the best
completion in which visits may come again (Desaulniers, Desrosiers and Solomon (eds.), Column
Generation, 2005, doi:10.1007/b135457). The bond between pairs is left out here, but that one
shift does not do both.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csc_matrix

from proving.visits import Visits

MOST_LABELS = 60_000_000
PER_ROUND = 80
"""Routes added for one kind of shifts each time the prices are new."""
EPSILON = 1e-6

QUICK, COMPLETE, ALL = 0, 1, 2
"""Labels kept: the cheapest at a visit, all that none dominates, all."""


class Route(NamedTuple):
    """Visits one after the other of a shift, and what the travel costs."""

    shifts: int
    cost: int
    visits: tuple[int, ...]


class Listed(NamedTuple):
    """A bound on the cost without bonds, and all routes of plans that cost less than the value."""

    bound: float
    routes: list[Route]


def listed(visits: Visits, below: int) -> Listed:
    """All routes that a plan can have whose cost is below the value."""
    found: list[Route] = []
    seen: set[Route] = set()
    kept = QUICK
    while True:
        bound, prices, fixed = _prices(visits, found)
        new = 0
        for at in range(len(visits.shifts)):
            best = _cheap(visits, at, prices, fixed[at], -EPSILON, kept)
            for _, route in sorted(best)[:PER_ROUND]:
                if route not in seen:
                    seen.add(route)
                    found.append(route)
                    new += 1
        if not new and kept == COMPLETE:
            break
        kept = QUICK if new else COMPLETE
    gap = below - 1 - bound + EPSILON
    return Listed(
        bound,
        [
            route
            for at in range(len(visits.shifts))
            for _, route in _cheap(visits, at, prices, fixed[at], gap, ALL)
        ],
    )


def _prices(visits: Visits, found: list[Route]) -> tuple[float, np.ndarray, np.ndarray]:
    """Least cost with shares of the routes found; prices of visits, and of shifts (not above 0)."""
    n, kinds = len(visits.lasts), len(visits.shifts)
    cells = [(v, at, -1.0) for at, it in enumerate(found) for v in it.visits]
    cells += [(n + it.shifts, at, 1.0) for at, it in enumerate(found)]
    cells += [(v, len(found) + v, -1.0) for v in range(n)]
    rows, columns, values = zip(*cells, strict=True)
    unmet = 10.0 * visits.travel.max()
    answer = linprog(
        [float(it.cost) for it in found] + [unmet] * n,
        A_ub=csc_matrix((values, (rows, columns)), shape=(n + kinds, len(found) + n)),
        b_ub=[-1.0] * n + [float(it.number) for it in visits.shifts],
        bounds=(0, None),
        method="highs",
    )
    marginals = answer.ineqlin.marginals
    return answer.fun, -marginals[:n], marginals[n:]


def _cheap(
    visits: Visits, at: int, prices: np.ndarray, fixed: float, limit: float, kept: int
) -> list[tuple[float, Route]]:
    """Routes of a kind of shifts whose reduced cost is below the limit, with it."""
    shifts = visits.shifts[at]
    may = np.flatnonzero(shifts.may)
    if not len(may):
        return []
    made, visit, before, reduced, cost, ends = _labels(
        visits.earliest[may], np.minimum(visits.latest[may], shifts.end), visits.lasts[may],
        visits.travel[np.ix_(may, may)], shifts.away[may], shifts.home[may],
        np.int64(1) << visits.bit[may], prices[may], float(fixed), shifts.start, shifts.end,
        limit, kept, MOST_LABELS if kept == ALL else MOST_LABELS // 20,
    )  # fmt: skip
    if made < 0:
        raise MemoryError("too many routes to list")
    routes = []
    for label in ends:
        way = []
        step = label
        while step >= 0:
            way.append(int(may[visit[step]]))
            step = before[step]
        home = shifts.home[way[0]]
        routes.append(
            (float(reduced[label] + home), Route(at, int(cost[label] + home), tuple(way[::-1])))
        )
    return routes


@numba.njit(cache=True)
def _labels(
    earliest, latest, lasts, travel, away, home, word, prices, fixed, start, end, limit, kept, most
):
    n = len(earliest)
    rest = _completions(earliest, latest, lasts, travel, home, word, prices, end)
    visit = np.empty(most, np.int32)
    before = np.empty(most, np.int32)
    cost = np.empty(most, np.int32)
    reduced = np.empty(most)
    done = np.empty(most, np.int64)
    queue = np.empty(most, np.int32)  # the next label with the same time
    other = np.empty(most, np.int32)  # the next label at the same visit
    first = np.full(end + 1, -1, np.int32)
    kept_at = np.full(n, -1, np.int32)
    ends = []
    made = 0
    for i in range(n):
        t = max(earliest[i], start + away[i])
        if t <= latest[i] and away[i] - fixed + rest[i, t] < limit:
            visit[made], before[made], cost[made], done[made] = i, -1, away[i], word[i]
            reduced[made] = away[i] - fixed - prices[i]
            queue[made] = first[t]
            first[t] = made
            made += 1
    for t in range(end + 1):
        label = first[t]
        while label >= 0:
            i = visit[label]
            if kept == ALL or not _dominated(label, kept_at[i], other, reduced, done, kept):
                if kept != ALL:
                    other[label] = kept_at[i]
                    kept_at[i] = label
                leave = t + lasts[i]
                if leave + home[i] <= end and reduced[label] + home[i] < limit:
                    ends.append(label)
                for j in range(n):
                    if done[label] & word[j]:
                        continue
                    arrive = max(earliest[j], leave + travel[i, j])
                    if arrive > latest[j]:
                        continue
                    more = reduced[label] + travel[i, j]
                    if more + rest[j, arrive] >= limit:
                        continue
                    if made == most:
                        return -1, visit, before, reduced, cost, np.array(ends, np.int64)
                    visit[made], before[made] = j, label
                    cost[made] = cost[label] + travel[i, j]
                    reduced[made] = more - prices[j]
                    done[made] = done[label] | word[j]
                    queue[made] = first[arrive]
                    first[arrive] = made
                    made += 1
            label = queue[label]
    return made, visit, before, reduced, cost, np.array(ends, np.int64)


@numba.njit(cache=True)
def _dominated(label, than, other, reduced, done, kept):
    """Whether a label that came to the same visit no later costs no more and keeps as much open."""
    while than >= 0:
        if reduced[than] <= reduced[label] + 1e-9 and (
            kept == QUICK or done[than] | done[label] == done[label]
        ):
            return True
        than = other[than]
    return False


@numba.njit(cache=True)
def _completions(earliest, latest, lasts, travel, home, word, prices, end):
    """The least that a route adds from a visit on if it is ready to begin it at a time."""
    n = len(earliest)
    rest = np.full((n, end + 2), 1e9)
    for t in range(end, -1, -1):
        for i in range(n):
            if t > latest[i]:
                continue
            least = rest[i, t + 1]
            if t >= earliest[i]:
                leave = t + lasts[i]
                if leave + home[i] <= end:
                    least = min(least, home[i] - prices[i])
                for j in range(n):
                    arrive = leave + travel[i, j]
                    if word[i] != word[j] and arrive <= latest[j] and arrive <= end:
                        least = min(least, travel[i, j] - prices[i] + rest[j, arrive])
            rest[i, t] = least
    return rest
