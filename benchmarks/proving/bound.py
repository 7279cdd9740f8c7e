"""A bound on the cost of a plan, raised until few routes are left.

The linear programme over the listed routes has a row for each visit and each kind of shifts, one
for each period of each pair (as many routes have its first visit in the period as its second),
and subset rows: of three visits no two routes have two each (Jepsen, Petersen, Spoorendonk and
Pisinger, 2008, doi:10.1287/opre.1070.0449). Columns are routes with times of their bound visits.
Any prices give a bound, and with it every route goes whose reduced cost is above what is left
to the value.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import block_array, csr_matrix, eye_array

from proving.pool import Pool, least, times
from proving.visits import Visits

PER_ROUND = 60
UNEVEN = 20.0
"""What it costs a plan in the linear programme that a period has one of the two visits too many:
it keeps prices within bounds, and the programme from wandering."""
EPSILON = 1e-6
VIOLATED = 0.05


Column = tuple[int, tuple[int, ...]]
"""A route of the pool, and when its bound visits begin."""


class Prices(NamedTuple):
    """Of the rows of the linear programme."""

    visits: np.ndarray
    shifts: np.ndarray
    subsets: np.ndarray
    minutes: np.ndarray
    """(p, t), of each pair and minute."""


class Bound:
    """No plan below ``value`` has a route outside ``pool`` or costs less than ``best``."""

    def __init__(self, visits: Visits, pool: Pool, value: int) -> None:
        self.visits, self.pool, self.value = visits, pool, value
        self.best = 0.0
        self.number = np.array([it.number for it in visits.shifts], dtype=float)
        self.opens = np.array([visits.earliest[a] for a, _ in visits.pairs], dtype=np.int64)
        self.closes = np.array([visits.latest[a] for a, _ in visits.pairs], dtype=np.int64)
        self.subsets: list[tuple[int, int, int]] = []
        self.columns: dict[Column, None] = {}
        self.used: dict[Column, float] = {}
        self.unmet = 10.0 * visits.travel.max()
        dear = Prices(
            np.full(len(visits.lasts), self.unmet), np.zeros(len(self.number)), np.zeros(0),
            self._free(),
        )  # fmt: skip
        self._add(self._worth(dear)[0], dear)

    @property
    def proven(self) -> bool:
        """Whether no plan costs less than the value."""
        return self.best > self.value - 1 + EPSILON or not self.pool.routes

    def tighten(self, period: int) -> None:
        """Solve the linear programme with periods of so many minutes, and forget routes."""
        while not self.proven:
            prices = self._solve(period)
            worth, lowest, bound = self._worth(prices)
            self.best = max(self.best, bound)
            new = self._add(worth, prices)
            possible = bound + worth - lowest[self.pool.shifts] <= self.value - 1 + EPSILON
            if not new:
                self._forget(possible)
                return
            if possible.mean() < 0.9:
                self._forget(possible)

    def find_subsets(self, most: int = 20) -> bool:
        """Add subset rows that the last solution violates; whether there are any."""
        has = self.pool.has[[route for route, _ in self.used]].toarray()
        share = np.array(list(self.used.values()))
        triples = np.array(list(combinations(range(has.shape[1]), 3)))
        twice = sum(has[:, triples[:, it]] for it in range(3)) // 2
        violated = share @ twice - 1
        found = [
            tuple(map(int, triples[it]))
            for it in np.argsort(-violated, kind="stable")[:most]
            if violated[it] > VIOLATED
        ]
        new = [it for it in found if it not in self.subsets]
        self.subsets += new
        return bool(new)

    def _solve(self, period: int) -> Prices:
        columns = list(self.columns)
        routes = [route for route, _ in columns]
        visits, shifts = len(self.visits.lasts), len(self.number)
        has, kinds = self.pool.has[routes], self.pool.shifts[routes]
        start = np.concatenate([[0], np.cumsum((self.closes - self.opens) // period + 1)])
        periods = int(start[-1])
        even = self._even(columns, start, period)
        of_kind = csr_matrix(kinds == np.arange(shifts)[:, None], dtype=float)
        slack = eye_array(periods)
        answer = linprog(
            np.concatenate([
                self.pool.cost[routes], np.full(visits, self.unmet), np.full(2 * periods, UNEVEN)
            ]),
            A_eq=block_array([
                [has.T, eye_array(visits), None, None],
                [even, None, slack, -slack],
            ], format="csr"),
            b_eq=np.concatenate([np.ones(visits), np.zeros(periods)]),
            A_ub=block_array([
                [of_kind, csr_matrix((shifts, visits + 2 * periods))],
                [self._twice(has).T, None],
            ], format="csr"),
            b_ub=np.concatenate([self.number, np.ones(len(self.subsets))]),
            bounds=(0, None), method="highs",
        )  # fmt: skip
        self.used = {
            it: x for it, x in zip(columns, answer.x.tolist(), strict=False) if x > EPSILON
        }
        equal, most = answer.eqlin.marginals, np.minimum(answer.ineqlin.marginals, 0)
        minutes = self._free()
        for pair in range(len(self.opens)):
            t = np.arange(self.opens[pair], self.closes[pair] + 1)
            minutes[pair, t] = equal[visits + start[pair] + (t - self.opens[pair]) // period]
        return Prices(equal[:visits], most[:shifts], most[shifts:], minutes)

    def _free(self) -> np.ndarray:
        """(p, t), a price of nothing for each pair and minute."""
        return np.zeros((len(self.opens), int(self.closes.max(initial=0)) + 1))

    def _even(self, columns: list[Column], start: np.ndarray, period: int) -> csr_matrix:
        """(periods, columns), 1 and -1 where a column has the first or second visit of a pair."""
        rows, lines, values = [], [], []
        for at, (route, chosen) in enumerate(columns):
            for step, t in enumerate(chosen):
                pair = self.pool.pair[route, step]
                rows.append(start[pair] + (t - self.opens[pair]) // period)
                lines.append(at)
                values.append(self.pool.side[route, step])
        return csr_matrix((values, (rows, lines)), (int(start[-1]), len(columns)))

    def _twice(self, has: csr_matrix) -> csr_matrix:
        """(r, s), 1 where a route has two of the three visits of a subset row."""
        if not self.subsets:
            return csr_matrix((has.shape[0], 0))
        of = np.zeros((len(self.visits.lasts), len(self.subsets)))
        for at, three in enumerate(self.subsets):
            of[list(three), at] = 0.5
        twice = has @ csr_matrix(of)
        twice.data = np.floor(twice.data)
        return twice

    def _worth(self, prices: Prices) -> tuple[np.ndarray, np.ndarray, float]:
        """Reduced costs of routes, the lowest of each kind of shifts (not above 0), the bound."""
        pool = self.pool
        worth = pool.cost - pool.has @ prices.visits - prices.shifts[pool.shifts]
        worth -= self._twice(pool.has) @ prices.subsets
        worth += least(
            pool.pair, pool.side, pool.earliest, pool.latest, pool.after, self.opens, self.closes,
            prices.minutes,
        )  # fmt: skip
        lowest = np.zeros(len(self.number))
        np.minimum.at(lowest, pool.shifts, worth)
        bound = prices.visits.sum() + (prices.shifts + lowest) @ self.number + prices.subsets.sum()
        return worth, lowest, float(bound)

    def _add(self, worth: np.ndarray, prices: Prices) -> bool:
        """Routes that the linear programme lacks, as columns; whether there are any."""
        before = len(self.columns)
        for kind in range(len(self.number)):
            of_kind = np.flatnonzero((self.pool.shifts == kind) & (worth < -EPSILON))
            for route in of_kind[np.argsort(worth[of_kind], kind="stable")[:PER_ROUND]].tolist():
                chosen = times(self.pool, route, self.opens, self.closes, prices.minutes)
                self.columns[route, tuple(chosen)] = None
        return len(self.columns) > before

    def _forget(self, possible: np.ndarray) -> None:
        now = np.cumsum(possible) - 1
        self.columns = {(int(now[at]), it): None for at, it in self.columns if possible[at]}
        self.used = {(int(now[at]), it): x for (at, it), x in self.used.items() if possible[at]}
        self.pool = self.pool.kept(np.flatnonzero(possible))
