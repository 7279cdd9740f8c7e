"""A first plan by savings: chains of orders grow together, then each is given to a shift.

Clarke & Wright 1964, doi 10.1287/opre.12.4.568; windows as in Vidal et al. 2013, doi
10.1016/j.cor.2012.07.018. It comes from above, from one route an order, and so finds plans of
many routes, which putting orders in one by one does not.
"""

from __future__ import annotations

import operator
from typing import NamedTuple

import numpy as np

from homeserve_dispatch.instance import Floats, Instance, Ints
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.blocks import (
    legs_between,
    one_of_each_kind,
    usual_mode,
    usual_prices,
)

_WAIT_WEIGHT = 0.1
_FEW = 1000


class _Chain(NamedTuple):
    """Orders that one worker does one after another, whoever that is.

    Begun at ``early``, or at any later time up to ``late``, it takes ``length`` milliseconds. Bit
    k of ``kinds`` says that shifts of kind k may do it.
    """

    orders: list[int]
    early: int
    late: int
    length: int
    loads: tuple[float, ...]
    kinds: int


class _Ways(NamedTuple):
    """Legs that savings come from, by order, from and to the kind of shifts nearest to it."""

    to_ms: Ints
    back_ms: Ints
    to_cost: Floats
    back_cost: Floats


def savings_routes(instance: Instance) -> list[list[int]]:
    """Routes that the kernel may ``follow`` as far as they keep every rule.

    Parameters
    ----------
    instance : Instance
        What is planned; with its lists of neighbours.

    Returns
    -------
    list of list of int
        By shift: the orders in sequence. Orders may be missing, none is there twice.
    """
    if not len(instance.orders) or not len(instance.shifts):
        return [[] for _ in instance.shifts]
    return _given(instance, _grown(instance))


def _grown(instance: Instance) -> list[_Chain]:
    """Chains joined end to end while that saves something, the largest saving first.

    Neighbours first; then each chain left with each other, as long as there are few enough.
    """
    near = instance.close[:, : instance.facts[f.N_NEAR]]
    here, column = np.nonzero(near >= 0)
    there = near[here, column].astype(np.int64)
    pairs = np.unique(np.vstack((np.hstack((here, there)), np.hstack((there, here)))), axis=1)
    growing = _Growing(instance)
    growing.join(pairs[0], pairs[1])
    while True:
        chains = growing.chains()
        if len(chains) > _FEW:
            return chains
        tails, heads = (np.array([each.orders[at] for each in chains]) for at in (-1, 0))
        first, second = np.repeat(tails, len(chains)), np.tile(heads, len(chains))
        apart = ~np.eye(len(chains), dtype=np.bool_).ravel()
        if not growing.join(first[apart], second[apart]):
            return chains


class _Growing:
    """Chains on their way."""

    def __init__(self, instance: Instance) -> None:
        self._instance, self._ways, self._of = instance, _ways(instance), _single(instance)
        self._out, self._back = self._ways.to_ms.tolist(), self._ways.back_ms.tolist()
        shifts = instance.shifts
        self._most = tuple(instance.rates[:, f.CAPACITIES :].max(axis=0).tolist())
        self._visits = int(shifts[:, f.MAX_VISITS].max())
        self._begin = int(shifts[:, f.SHIFT_START].min())
        self._end = int(shifts[:, f.SHIFT_LIMIT].max())
        self._longest = int((shifts[:, f.SHIFT_LIMIT] - shifts[:, f.SHIFT_START]).max())

    def chains(self) -> list[_Chain]:
        """As they are now."""
        return list({id(chain): chain for chain in self._of}.values())

    def join(self, first: Ints, second: Ints) -> int:
        """Let orders follow others where that saves something; returns how often it did."""
        joined = 0
        pairs = _joints(self._instance, self._ways, first, second)
        for i, j, leg in zip(*(column.tolist() for column in pairs), strict=True):
            a, b = self._of[i], self._of[j]
            if a is b or a.orders[-1] != i or b.orders[0] != j:
                continue
            both = self._both(a, b, leg)
            if both is not None:
                joined += 1
                for c in both.orders:
                    self._of[c] = both
        return joined

    def _both(self, a: _Chain, b: _Chain, leg: int) -> _Chain | None:
        """Chain b behind chain a; None where no shift can have that."""
        kinds = a.kinds & b.kinds
        ahead = a.length + leg
        orders = a.orders + b.orders
        if not kinds or a.early + ahead > b.late or len(orders) > self._visits:
            return None
        waiting = max(b.early - ahead - a.late, 0)
        length = ahead + b.length + waiting
        early, late = max(b.early - ahead, a.early) - waiting, min(b.late - ahead, a.late)
        out, back = self._out[orders[0]], self._back[orders[-1]]
        begin = self._begin + out
        if begin > late or max(early, begin) + length + back > self._end:
            return None
        loads = tuple(x + y for x, y in zip(a.loads, b.loads, strict=True))
        if out + length + back > self._longest or any(map(operator.gt, loads, self._most)):
            return None
        return _Chain(orders, early, late, length, loads, kinds)


def _ways(instance: Instance) -> _Ways:
    facts, mode = instance.facts, usual_mode(instance)
    per_ms, per_m = usual_prices(instance)
    nearest = instance.close[:, facts[f.N_NEAR] + facts[f.N_AROUND]].astype(np.int64)
    shifts = instance.shifts[one_of_each_kind(instance)[np.maximum(nearest, 0)]]
    places = instance.orders[:, f.PLACE]
    to_ms, to_m = legs_between(instance, mode, shifts[:, f.START_LOC], places)
    back_ms, back_m = legs_between(instance, mode, places, shifts[:, f.END_LOC])
    return _Ways(
        to_ms=to_ms.astype(np.int64),
        back_ms=back_ms.astype(np.int64),
        to_cost=per_ms * to_ms + per_m * to_m + float(instance.rates[:, f.USE].mean()),
        back_cost=per_ms * back_ms + per_m * back_m,
    )


def _joints(instance: Instance, ways: _Ways, first: Ints, second: Ints) -> tuple[Ints, Ints, Ints]:
    """Those pairs that may follow one another and save something, and the legs between."""
    o = instance.orders
    per_ms, per_m = usual_prices(instance)
    ms, m = legs_between(instance, usual_mode(instance), o[first, f.PLACE], o[second, f.PLACE])
    service = o[:, f.DURATION] + o[:, f.SETUP]
    in_time = o[first, f.LO] + service[first] + ms <= o[second, f.HI]
    waiting = np.maximum(0.0, o[second, f.LO] - (o[first, f.HI] + service[first] + ms))
    cost = per_ms * ms + per_m * m
    saved = ways.back_cost[first] + ways.to_cost[second] - cost
    saved -= _WAIT_WEIGHT * waiting * float(cost.sum() / max(1.0, ms.sum()))  # as if on the way
    kept = np.flatnonzero(in_time & (saved > 0.0))
    kept = kept[np.lexsort((second[kept], first[kept], -saved[kept]))]
    return first[kept], second[kept], ms[kept].astype(np.int64)


def _single(instance: Instance) -> list[_Chain]:
    """A chain for each order."""
    o, row = instance.orders, instance.orders[:, f.ROW]
    can = np.isfinite(instance.pairs[:, one_of_each_kind(instance)])
    packed = np.packbits(can, axis=1, bitorder="little")
    kinds = [int.from_bytes(bits.tobytes(), "little") for bits in packed]
    demands = instance.order_costs[:, f.DEMANDS :].tolist()
    service = (o[:, f.DURATION] + o[:, f.SETUP]).tolist()
    low, high = o[:, f.LO].tolist(), o[:, f.HI].tolist()
    return [
        _Chain([c], low[c], high[c], service[c], tuple(demands[c]), kinds[row[c]])
        for c in range(len(o))
    ]


def _given(instance: Instance, chains: list[_Chain]) -> list[list[int]]:
    """Each chain to the shift where it is cheapest, those first that would cost most to skip."""
    facts, o, skip = instance.facts, instance.orders, instance.order_costs[:, f.SKIP_COST]
    routes: list[list[int]] = [[] for _ in instance.shifts]
    samples = one_of_each_kind(instance)
    count = len(instance.shifts)
    begins = np.append(facts[f.FACTS + count : f.FACTS + count + len(samples)], count)
    free = np.diff(begins)
    shifts, rates = instance.shifts[samples], instance.rates[samples]
    modes = [(int(mode), shifts[:, f.MODE] == mode) for mode in np.unique(shifts[:, f.MODE])]
    for chain in sorted(chains, key=lambda each: (-float(skip[each.orders].sum()), each.orders)):
        head, tail = o[chain.orders[0], f.PLACE], o[chain.orders[-1], f.PLACE]
        cost = instance.pairs[o[chain.orders, f.ROW]][:, samples].sum(axis=0) + rates[:, f.USE]
        out, back = np.zeros(len(samples)), np.zeros(len(samples))
        for mode, like in modes:
            for ways, ms, m in (
                (out, *legs_between(instance, mode, shifts[like, f.START_LOC], head)),
                (back, *legs_between(instance, mode, tail, shifts[like, f.END_LOC])),
            ):
                ways[like] = ms
                cost[like] += rates[like, f.PER_MS] * ms + rates[like, f.PER_M] * m
        start = shifts[:, f.SHIFT_START] + out
        end = np.maximum(start, chain.early) + chain.length + back
        room = (rates[:, f.CAPACITIES :] >= np.array(chain.loads)).all(axis=1)
        cost[~room | (free == 0) | (start > chain.late) | (end > shifts[:, f.SHIFT_LIMIT])] = np.inf
        best = int(cost.argmin())
        if np.isfinite(cost[best]):
            free[best] -= 1
            routes[facts[f.FACTS + begins[best] + free[best]]] = chain.orders
    return routes
