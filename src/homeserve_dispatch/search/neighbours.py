"""Who is near whom: lists that keep the cost of an iteration flat as orders grow."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from homeserve_dispatch.instance import Floats, Instance, Ints
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.blocks import (
    legs_between,
    nearest,
    one_of_each_kind,
    usual_mode,
    usual_prices,
)
from homeserve_dispatch.travel.tables import GREAT_CIRCLE, TABLES

_WAIT_WEIGHT = 0.2
_SCANNED = 800
"""So many orders round about are enough to find the nearest among, where there are far more."""
_IN_CELL = 16
_BLOCK = 60_000
"""Entries of a matrix worked on at once."""


def neighbours(instance: Instance, near: int, around: int, kinds: int) -> Instance:
    """The instance with its lists of neighbours filled in.

    Parameters
    ----------
    instance : Instance
        Complete but for ``close`` and the facts about it.
    near, around, kinds : int
        Lengths of the lists; shorter where there are fewer.
    """
    facts = instance.facts
    n = int(facts[f.N_ORDERS])
    facts[f.N_NEAR] = max(1, min(near, n - 1))
    facts[f.N_AROUND] = max(1, min(around, n - 1))
    facts[f.N_CLOSE_KINDS] = max(1, min(kinds, int(facts[f.N_KINDS])))
    near_list, around_list, kind_list = (
        np.full((n, facts[column]), -1, np.int32)
        for column in (f.N_NEAR, f.N_AROUND, f.N_CLOSE_KINDS)
    )
    if len(instance.shifts):
        judge = _Nearness(instance)
        for some, others in _blocks(instance):
            near_keys, around_keys = judge.keys(some, others)
            near_list[some] = nearest(near_keys, others, near_list.shape[1])
            around_list[some] = nearest(around_keys, others, around_list.shape[1])
        _fill_kinds(instance, kind_list)
    close = np.ascontiguousarray(np.hstack((near_list, around_list, kind_list)))
    return instance._replace(close=close)


class _Nearness:
    """What it costs that one order follows another, about."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._mode = usual_mode(instance)
        self._per_ms, self._per_m = usual_prices(instance)
        self._alike = instance.facts[f.BACK] == 0  # ways there and back
        self._in_time = _in_time(instance)
        packed = np.packbits(np.isfinite(instance.pairs), axis=1)
        padded = np.zeros((len(packed), -(-packed.shape[1] // 8) * 8), np.uint8)
        padded[:, : packed.shape[1]] = packed
        self._who = padded.view(np.uint64)

    def keys(self, some: Ints, others: Ints) -> tuple[Floats, Floats]:
        """For insertion and by travel alone: a row for each of some, infinite where it is none."""
        places = self._instance.orders[:, f.PLACE]
        here, there = places[some][:, None], places[others][None, :]
        to, to_ms = back, back_ms = self._cost(here, there)
        if not self._alike:
            back, back_ms = self._cost(there, here)
        around = np.minimum(to, back)
        around[some[:, None] == others[None, :]] = np.inf
        row = self._instance.orders[:, f.ROW]
        mine, theirs = self._who[row[some]], self._who[row[others]]
        shared = np.zeros(around.shape, np.bool_)
        for word in range(mine.shape[1]):
            shared |= (mine[:, word, None] & theirs[None, :, word]) != 0
        ahead = to + self._mismatch(some[:, None], others[None, :], to_ms, to)
        behind = back + self._mismatch(others[None, :], some[:, None], back_ms, back)
        near = np.where(shared & np.isfinite(around), np.minimum(ahead, behind), np.inf)
        return near, around

    def _cost(self, origins: Ints, destinations: Ints) -> tuple[Floats, Floats]:
        ms, m = legs_between(self._instance, self._mode, origins, destinations)
        return self._per_ms * ms + self._per_m * m, ms

    def _mismatch(self, first: Ints, second: Ints, ms: Floats, cost: Floats) -> Floats:
        """Cost of the waiting or lateness that can't be avoided when one follows the other.

        Infinite where it would be too late for a hard window.
        """
        o = self._instance.orders
        ready = (o[first, f.LO] + o[first, f.DURATION]) + ms
        late = self._instance.weights[f.LATE_PER_MS] * np.maximum(
            0.0, ready - self._in_time[second]
        )
        waiting = o[second, f.LO] - (self._in_time[first] + o[first, f.DURATION]) - ms
        a_ms = np.where(cost > 0.0, cost / np.maximum(1.0, ms), 1e-6)
        late += np.where(waiting > 0.0, _WAIT_WEIGHT * waiting * a_ms, 0.0)
        return np.where(ready > o[second, f.HI], np.inf, late)


def _in_time(instance: Instance) -> Ints:
    """Latest start of each order that is not late."""
    o = instance.orders
    latest = o[:, f.HI].copy()
    soft = o[:, f.SOFT] == 1
    last = o[soft, f.WINDOW] + o[soft, f.WINDOWS] - 1
    late = instance.windows[last, f.LATE]
    late = late - np.where(
        instance.windows[last, f.BOUNDS_FINISH] == f.BY_START, 0, o[soft, f.DURATION]
    )
    latest[soft] = np.minimum(latest[soft], late)
    return latest


def _blocks(instance: Instance) -> Iterator[tuple[Ints, Ints]]:
    """Some orders, and those among which their neighbours are sought; all in turn.

    Where there are many and they have coordinates: the orders in a cell of a grid, and those in
    the least square of cells around it that has enough.
    """
    n = int(instance.facts[f.N_ORDERS])
    every = np.arange(n)
    if n <= 2 * _SCANNED or instance.facts[f.GEOMETRY] == TABLES:
        step = max(1, _BLOCK // max(1, n))
        for low in range(0, n, step):
            yield every[low : low + step], every
        return
    side = int(math.sqrt(n / _IN_CELL))
    cell = _cells(instance, side)
    number = cell[:, 0] * side + cell[:, 1]
    by_cell = np.argsort(number, kind="stable")
    first = np.searchsorted(number[by_cell], np.arange(side * side + 1))
    for here in np.unique(number):
        row, column = divmod(int(here), side)
        for ring in range(1, side + 1):
            left, right = max(0, column - ring), min(side, column + ring + 1)
            rows = range(max(0, row - ring), min(side, row + ring + 1))
            if sum(first[r * side + right] - first[r * side + left] for r in rows) >= _SCANNED:
                break
        stretches = [by_cell[first[r * side + left] : first[r * side + right]] for r in rows]
        yield by_cell[first[here] : first[here + 1]], np.sort(np.concatenate(stretches))


def _cells(instance: Instance, side: int) -> npt.NDArray[np.int64]:
    """Row and column of each order in a grid of squares."""
    points = instance.points[instance.orders[:, f.PLACE], :2]
    if instance.facts[f.GEOMETRY] == GREAT_CIRCLE:
        lat, lon = points[:, 0], points[:, 1]
        middle = math.atan2(float(np.sin(lon).mean()), float(np.cos(lon).mean()))
        away = (lon - middle + np.pi) % (2.0 * np.pi) - np.pi  # no seam among them
        points = np.column_stack((lat, away * math.cos(float(lat.mean()))))
    low = points.min(axis=0)
    width = max(float((points.max(axis=0) - low).max()), 1e-9)
    return np.minimum(side - 1, ((points - low) * (side / width)).astype(np.int64))


def _fill_kinds(instance: Instance, kind_list: npt.NDArray[np.int32]) -> None:
    """The kinds of shifts that each order may begin a route of, cheapest first."""
    facts, o, shifts = instance.facts, instance.orders, instance.shifts
    kinds = np.arange(int(facts[f.N_KINDS]))
    samples = one_of_each_kind(instance)
    modes, starts, ends = (shifts[samples, k] for k in (f.MODE, f.START_LOC, f.END_LOC))
    step = max(1, _BLOCK // len(kinds))
    for low in range(0, len(o), step):
        some = slice(low, low + step)
        keys = instance.pairs[o[some, f.ROW, None], samples]
        places = o[some, f.PLACE][:, None]
        for mode in np.unique(modes):
            like = modes == mode
            rates = instance.rates[samples[like]]
            for ms, m in (
                legs_between(instance, int(mode), starts[like][None, :], places),
                legs_between(instance, int(mode), places, ends[like][None, :]),
            ):
                keys[:, like] += rates[:, f.PER_MS] * ms + rates[:, f.PER_M] * m
        kind_list[some] = nearest(keys, kinds, kind_list.shape[1])
        least = keys.min(axis=1)
        reached = np.isfinite(least)
        instance.order_costs[some, f.DISTANCE][reached] = least[reached]
