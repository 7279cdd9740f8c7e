"""What keeps an order from each shift even if nothing else were in it: all shifts at once."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from homeserve_dispatch.instance import Instance, Ints
from homeserve_dispatch.model.matrix import UNREACHABLE
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.blocks import legs_between


class Why(IntEnum):
    """What is in the way; what comes first counts."""

    UNREACHABLE = 0
    CAPACITY = 1
    VISITS = 2
    TRAVEL = 3
    DISTANCE = 4
    WORK = 5
    WINDOW = 6
    SHIFT = 7
    BUSY = 8


def whys(instance: Instance, c: int) -> Ints:
    """How many eligible shifts each thing keeps order c from, by number of ``Why``.

    ``BUSY``: nothing but other work.
    """
    o, row = instance.orders[c], instance.pairs[instance.orders[c, f.ROW]]
    eligible = np.flatnonzero(np.isfinite(row))
    shifts = instance.shifts[eligible]
    out_ms, out_m = _legs(instance, shifts, shifts[:, f.START_LOC], o[f.PLACE])
    in_ms, in_m = _legs(instance, shifts, o[f.PLACE], shifts[:, f.END_LOC])
    service = int(o[f.DURATION] + o[f.SETUP])
    start = _starts(instance, c, shifts[:, f.SHIFT_START] + out_ms, service)
    room = instance.rates[eligible, f.CAPACITIES :]
    conditions = [
        np.maximum(out_ms, in_ms) >= UNREACHABLE,
        (instance.order_costs[c, f.DEMANDS :] > room).any(axis=1),
        shifts[:, f.MAX_VISITS] < 1,
        out_ms + in_ms > shifts[:, f.MAX_TRAVEL],
        out_m + in_m > shifts[:, f.MAX_DISTANCE],
        out_ms + in_ms + service > shifts[:, f.MAX_WORK],
        start >= f.FAR,
        start + service + in_ms > shifts[:, f.SHIFT_LIMIT],
    ]
    first = np.select(conditions, list(range(len(conditions))), default=int(Why.BUSY))
    return np.bincount(first, minlength=len(Why))


def _legs(instance: Instance, shifts: Ints, origins: Ints, destinations: Ints) -> tuple[Ints, Ints]:
    """Legs of each shift in its own mode."""
    origins, destinations = np.broadcast_arrays(origins, destinations)
    ms, m = np.zeros(len(shifts), np.int64), np.zeros(len(shifts), np.int64)
    for mode in np.unique(shifts[:, f.MODE]):
        like = shifts[:, f.MODE] == mode
        found = legs_between(instance, int(mode), origins[like], destinations[like])
        ms[like], m[like] = found
    return ms, m


def _starts(instance: Instance, c: int, arrival: Ints, service: int) -> Ints:
    """First moment from each arrival on at which order c may start, FAR if there is none."""
    o = instance.orders[c]
    if o[f.PLAIN] == 1:
        start = np.maximum(arrival, o[f.LO])
        return np.where(start <= o[f.HI], start, f.FAR)
    ready = np.maximum(arrival, o[f.RELEASE])
    windows = instance.windows[o[f.WINDOW] : o[f.WINDOW] + o[f.WINDOWS]]
    start = ready
    if len(windows) and o[f.SOFT] == 1:
        early = service if windows[0, f.BOUNDS_FINISH] == f.BY_FINISH else 0
        start = np.maximum(ready, windows[0, f.EARLIEST] - early)
    elif len(windows):
        start = np.full(len(arrival), f.FAR)
        for window in windows[::-1]:
            late = service if window[f.BOUNDS_FINISH] >= f.BY_FINISH else 0
            early = service if window[f.BOUNDS_FINISH] == f.BY_FINISH else 0
            at = np.maximum(ready, window[f.EARLIEST] - early)
            start = np.where(at <= window[f.LATE] - late, at, start)
    too_late = (start > o[f.HARD_RESPOND]) | (start + service > o[f.HARD_RESOLVE])
    return np.where(too_late, f.FAR, start)
