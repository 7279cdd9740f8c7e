"""Letting an order that is left out take the place of one or two that are not.

Where more is asked for than there are hands, most gaps are full, and few strings that a ruin takes
out leave just the room that one of the orders left out needs.
"""

from __future__ import annotations

import math

from homeserve_dispatch.instance import Instance, Ints
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.change import insert, recost, touch, unlink
from homeserve_dispatch.search.insertion import gap_cost, keeps_rules
from homeserve_dispatch.search.jit import inlined, kernel
from homeserve_dispatch.search.legs import leg, leg_to
from homeserve_dispatch.search.random import below, uniform
from homeserve_dispatch.search.state import State
from homeserve_dispatch.search.timing import retime

_INF = math.inf
_PASSED_OVER = 0.2
_ENOUGH_ABSENT = 20.0


@inlined
def is_for_absent(numbers: Ints, orders: int, share: float) -> bool:
    """Whether to let an order in for others; seldom where few are left out: nobody can do those."""
    absent = numbers[s.N_ABSENT]
    if absent == 0:
        return False
    return bool(uniform(numbers) < share * min(1.0, _ENOUGH_ABSENT * absent / orders))


@kernel
def swap_in(inst: Instance, state: State) -> int:
    """Put a random order that is left out where one or two neighbours were; returns how many.

    Both it and those that went are then candidates, and ``CURRENT`` is infinite where a rule
    would be broken.
    """
    nodes, numbers, lists = state.nodes, state.numbers, state.lists
    c = lists[s.ABSENT, below(numbers, numbers[s.N_ABSENT])]
    numbers[s.CENTRE] = c
    p, q = _cheapest_stretch(inst, state, c)
    count = numbers[s.N_TOUCHED]  # 0, but no literal: that would be compiled apart
    if p < 0:
        return count
    v = nodes[p, f.ROUTE]
    touch(inst, state, v)
    x = nodes[p, f.NEXT]
    while x != q:
        following = nodes[x, f.NEXT]
        unlink(inst, state, x)
        state.costs[s.CURRENT] += inst.order_costs[x, f.SKIP_COST]
        lists[s.CANDIDATES, count] = x
        count += 1
        x = following
    retime(inst, state, v, p, q)
    state.costs[s.CURRENT] += recost(inst, state, v)
    if not keeps_rules(inst, state, v) or gap_cost(inst, state, c, p, v, _INF) == _INF:
        state.costs[s.CURRENT] = _INF
        return count
    state.costs[s.CURRENT] += insert(inst, state, c, p, v) - inst.order_costs[c, f.SKIP_COST]
    lists[s.CANDIDATES, count] = c
    return count + 1


@kernel
def _cheapest_stretch(inst: Instance, state: State, c: int) -> tuple[int, int]:
    """The visits near order c whose place it can have most cheaply: (node before, node after).

    By their skip costs, travel and preferences alone; some are passed over at random. (-1, -1)
    where there are none.
    """
    nodes = state.nodes
    n, row = inst.facts[f.N_ORDERS], inst.orders[c, f.ROW]
    best, best_p, best_q = _INF, -1, -1
    for k in range(inst.facts[f.N_NEAR]):
        x = int(inst.close[c, k])
        if x < 0:
            break
        v = nodes[x, f.ROUTE]
        if v < 0 or inst.pairs[row, v] == _INF or uniform(state.numbers) < _PASSED_OVER:
            continue
        p, q = nodes[x, f.PREV], nodes[x, f.NEXT]
        cost = _stretch_cost(inst, state, c, p, q, v)
        if cost < best:
            best, best_p, best_q = cost, p, q
        if q < n:
            cost = _stretch_cost(inst, state, c, p, nodes[q, f.NEXT], v)
            if cost < best:
                best, best_p, best_q = cost, p, nodes[q, f.NEXT]
        if p < n:
            cost = _stretch_cost(inst, state, c, nodes[p, f.PREV], q, v)
            if cost < best:
                best, best_p, best_q = cost, nodes[p, f.PREV], q
    return best_p, best_q


@inlined
def _stretch_cost(inst: Instance, state: State, c: int, p: int, q: int, v: int) -> float:
    """What order c in place of all between nodes p and q of route v costs; infinite: no room."""
    nodes, o, rates = state.nodes, inst.orders, inst.rates
    if max(nodes[p, f.FINISH], o[c, f.LO]) + o[c, f.DURATION] > nodes[q, f.LATEST]:
        return _INF
    mode = inst.shifts[v, f.MODE]
    ms, m = leg_to(inst, mode, nodes[c, f.LOC], nodes[p, f.LOC])
    start = max(nodes[p, f.FINISH] + ms, o[c, f.LO])
    on_ms, on_m = leg(inst, mode, nodes[c, f.LOC], nodes[q, f.LOC])
    if start > o[c, f.HI] or start + o[c, f.DURATION] + on_ms > nodes[q, f.LATEST]:
        return _INF
    ms, m = ms + on_ms - nodes[q, f.IN_MS], m + on_m - nodes[q, f.IN_M]
    cost = inst.pairs[o[c, f.ROW], v]
    x = nodes[p, f.NEXT]
    while x != q:
        ms, m = ms - nodes[x, f.IN_MS], m - nodes[x, f.IN_M]
        cost += inst.order_costs[x, f.SKIP_COST] - inst.pairs[o[x, f.ROW], v]
        x = nodes[x, f.NEXT]
    return cost + rates[v, f.PER_MS] * ms + rates[v, f.PER_M] * m
