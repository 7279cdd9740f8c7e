"""Who is near whom: lists that keep the cost of an iteration flat as orders grow."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from homeserve_dispatch.instance import Floats, Instance, Ints32
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.jit import entry, folded, inlined
from homeserve_dispatch.search.legs import leg

_INF = np.inf
_WAIT_WEIGHT = 0.2
_MOST_ROWS = 3000


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
        share = np.ones((1, 1), np.uint8)
        if len(instance.pairs) <= _MOST_ROWS:
            may = np.isfinite(instance.pairs).astype(np.float32)
            share = ((may @ may.T) > 0).astype(np.uint8)
        mode = int(np.bincount(instance.shifts[:, f.MODE]).argmax())
        per_ms, per_m = (float(instance.rates[:, k].mean()) for k in (f.PER_MS, f.PER_M))
        if per_ms == 0.0 and per_m == 0.0:
            per_ms = 1.0
        lists = (near_list, around_list, kind_list)
        keys = (
            np.zeros(near_list.shape[1]),
            np.zeros(around_list.shape[1]),
            np.zeros(kind_list.shape[1]),
        )
        _fill(instance, mode, per_ms, per_m, share, lists, keys)
    close = np.ascontiguousarray(np.hstack((near_list, around_list, kind_list)))
    return instance._replace(close=close)


@inlined
def _put(ids: Ints32, row: int, keys: Floats, count: int, new: int, key: float) -> int:
    """Insert into a row, a sorted list of bounded length; returns how many it holds."""
    size = len(keys)
    if count == size and key >= keys[size - 1]:
        return count
    at = count if count < size else size - 1
    while at > 0 and keys[at - 1] > key:
        keys[at], ids[row, at] = keys[at - 1], ids[row, at - 1]
        at -= 1
    keys[at], ids[row, at] = key, new
    return min(count + 1, size)


@entry
def _fill(
    inst: Instance,
    mode: int,
    per_ms: float,
    per_m: float,
    share: npt.NDArray[np.uint8],
    lists: tuple[Ints32, Ints32, Ints32],
    keys: tuple[Floats, Floats, Floats],
) -> None:
    """Fill in the lists: nearest orders for insertion, by travel alone, nearest kinds."""
    n, o = inst.facts[f.N_ORDERS], inst.orders
    near, around, _ = lists
    near_keys, around_keys, _ = keys
    for c in range(n):
        in_near, in_around = 0, 0
        for d in range(n):
            if d == c:
                continue
            to_ms, to_m = leg(inst, mode, o[c, f.PLACE], o[d, f.PLACE])
            back_ms, back_m = leg(inst, mode, o[d, f.PLACE], o[c, f.PLACE])
            to, back = per_ms * to_ms + per_m * to_m, per_ms * back_ms + per_m * back_m
            in_around = _put(around, c, around_keys, in_around, d, min(to, back))
            if share.shape[0] > 1 and share[o[c, f.ROW], o[d, f.ROW]] == 0:
                continue
            key = min(
                to + _mismatch(inst, c, d, to_ms, to), back + _mismatch(inst, d, c, back_ms, back)
            )
            if key < _INF:
                in_near = _put(near, c, near_keys, in_near, d, key)
    _fill_kinds(inst, lists[2], keys[2])


@inlined
def _mismatch(inst: Instance, first: int, second: int, ms: int, cost: float) -> float:
    """Cost of the waiting or lateness that can't be avoided when one follows the other.

    Infinite where it would be too late for a hard window.
    """
    o = inst.orders
    ready = o[first, f.LO] + o[first, f.DURATION] + ms
    if ready > o[second, f.HI]:
        return _INF
    late = inst.weights[f.LATE_PER_MS] * max(0, ready - _in_time(inst, second))
    waiting = o[second, f.LO] - (_in_time(inst, first) + o[first, f.DURATION] + ms)
    if waiting <= 0:
        return late
    return late + _WAIT_WEIGHT * waiting * (cost / max(1, ms) if cost > 0.0 else 1e-6)


@inlined
def _in_time(inst: Instance, c: int) -> int:
    """Latest start of an order that is not late."""
    o = inst.orders
    latest = o[c, f.HI]
    if o[c, f.SOFT] == 1:
        last = o[c, f.WINDOW] + o[c, f.WINDOWS] - 1
        late = inst.windows[last, f.LATE]
        if inst.windows[last, f.BOUNDS_FINISH] != f.BY_START:
            late -= o[c, f.DURATION]
        latest = min(latest, late)
    return latest


@folded
def _fill_kinds(inst: Instance, kinds: Ints32, keys: Floats) -> None:
    n, shifts, o = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS], inst.orders
    for c in range(n):
        count = 0
        place = o[c, f.PLACE]
        for kind in range(inst.facts[f.N_KINDS]):
            v = inst.facts[f.FACTS + inst.facts[f.FACTS + shifts + kind]]
            if inst.pairs[o[c, f.ROW], v] == _INF:
                continue
            mode = inst.shifts[v, f.MODE]
            out_ms, out_m = leg(inst, mode, inst.shifts[v, f.START_LOC], place)
            in_ms, in_m = leg(inst, mode, place, inst.shifts[v, f.END_LOC])
            key = inst.rates[v, f.PER_MS] * (out_ms + in_ms) + inst.rates[v, f.PER_M] * (
                out_m + in_m
            )
            if inst.facts[f.HAS_PREFERENCES] == 1:
                key += inst.pairs[o[c, f.ROW], v]
            count = _put(kinds, c, keys, count, kind, key)
        if count > 0:
            inst.order_costs[c, f.DISTANCE] = keys[0]
