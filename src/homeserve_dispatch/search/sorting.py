"""In which sequence candidates are put in."""

from __future__ import annotations

from homeserve_dispatch.instance import Floats, Instance, Ints
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.jit import inlined, kernel
from homeserve_dispatch.search.random import uniform


@inlined
def key_of(inst: Instance, numbers: Ints, c: int, pick: float) -> float:
    """Key of order c by the key that ``pick``, in [0, 20), stands for; the least comes first."""
    o, k = inst.orders, inst.order_costs
    if pick < 4.0:
        return uniform(numbers)
    if pick < 7.0:
        return float(-o[c, f.DURATION])
    if pick < 9.0:
        return -k[c, f.DISTANCE]
    if pick < 10.0:
        return k[c, f.DISTANCE]
    if pick < 12.0:
        return float(o[c, f.HI] - o[c, f.LO])
    if pick < 14.0:
        return float(o[c, f.LO])
    if pick < 16.0:
        return float(-o[c, f.HI])
    if pick < 18.0:
        return -k[c, f.PER_SERVICE]
    return -k[c, f.SKIP_COST]


@kernel
def sort_candidates(lists: Ints, keys: Floats, first: int, count: int) -> None:
    """Sort ``lists[CANDIDATES]`` by the keys from entry ``first`` on; few, and often in order."""
    for at in range(1, count):
        key, c = keys[first + at], lists[s.CANDIDATES, at]
        to = at
        while to > 0 and keys[first + to - 1] > key:
            keys[first + to], lists[s.CANDIDATES, to] = (
                keys[first + to - 1],
                lists[s.CANDIDATES, to - 1],
            )
            to -= 1
        keys[first + to], lists[s.CANDIDATES, to] = key, c
