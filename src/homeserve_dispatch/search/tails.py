"""Exchanging what follows in two routes, dividing one, joining two: what strings cannot do.

2-opt* of Potvin & Rousseau 1995, doi 10.1057/jors.1995.204.
"""

from __future__ import annotations

import math

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.change import note_empty, recost, take_back, touch
from homeserve_dispatch.search.insertion import keeps_rules, unused_shift
from homeserve_dispatch.search.jit import apart, folded, inlined, kernel
from homeserve_dispatch.search.legs import leg
from homeserve_dispatch.search.random import below, uniform
from homeserve_dispatch.search.state import State
from homeserve_dispatch.search.timing import retime

_INF = math.inf
_TRIES = 12
_NEAREST = 20
_SPLIT = 0.3


@apart
def exchange_tails(inst: Instance, state: State, limit: float) -> bool:
    """Let a random order be followed by one near it, of another route, and that one's tail.

    Or by nothing: then an unused shift begins with what came after it. Pairs whose travel alone
    costs more than ``limit`` allows are passed over. Returns whether two routes were changed;
    sums, times, costs and ``CURRENT`` are then up to date.
    """
    nodes, numbers, o = state.nodes, state.numbers, inst.orders
    n, shifts = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    reach = min(_NEAREST, inst.facts[f.N_NEAR])
    for _ in range(_TRIES):
        c = below(numbers, n)
        v = nodes[c, f.ROUTE]
        if v < 0:
            continue
        q = nodes[c, f.NEXT]
        if q < n and uniform(numbers) < _SPLIT:
            x = _unused(inst, state, q)
        else:
            x = int(inst.close[c, below(numbers, reach)])
        if x < 0:
            continue
        w = nodes[x, f.ROUTE]
        if w < 0 or w == v:
            continue
        p = nodes[x, f.PREV]
        to = nodes[x, f.LOC] if x < n else nodes[n + shifts + v, f.LOC]
        on_ms, on_m = leg(inst, inst.shifts[v, f.MODE], nodes[c, f.LOC], to)
        alike = inst.shifts[v, f.KIND] == inst.shifts[w, f.KIND]
        arrival = nodes[c, f.FINISH] + on_ms
        if x < n and (arrival > o[x, f.HI] or (alike and arrival > nodes[x, f.LATEST])):
            continue
        back_ms, back_m = 0, 0
        if p < n or q < n:
            to = nodes[q, f.LOC] if q < n else nodes[n + shifts + w, f.LOC]
            back_ms, back_m = leg(inst, inst.shifts[w, f.MODE], nodes[p, f.LOC], to)
        arrival = nodes[p, f.FINISH] + back_ms
        if q < n and (arrival > o[q, f.HI] or (alike and arrival > nodes[q, f.LATEST])):
            continue
        rates = inst.rates
        change = (
            rates[v, f.PER_MS] * (on_ms - nodes[q, f.IN_MS])
            + rates[v, f.PER_M] * (on_m - nodes[q, f.IN_M])
            + rates[w, f.PER_MS] * (back_ms - nodes[x, f.IN_MS])
            + rates[w, f.PER_M] * (back_m - nodes[x, f.IN_M])
        )
        if x >= n:
            change += rates[w, f.USE]
        elif p >= n and q >= n:
            change -= rates[w, f.USE]
        if state.costs[s.CURRENT] + change >= limit:
            continue
        if _exchange(inst, state, c, x):
            return True
    return False


@inlined
def _unused(inst: Instance, state: State, q: int) -> int:
    """End of an unused shift of one of the kinds nearest to order q; -1: there is none."""
    facts = inst.facts
    pick = below(state.numbers, facts[f.N_CLOSE_KINDS])
    kind = int(inst.close[q, facts[f.N_NEAR] + facts[f.N_AROUND] + pick])
    w = unused_shift(inst, state, kind) if kind >= 0 else -1
    return int(facts[f.N_ORDERS] + facts[f.N_SHIFTS] + w) if w >= 0 else -1


@folded
def _exchange(inst: Instance, state: State, c: int, x: int) -> bool:
    """Do it, or take it back and return False where a rule is broken.

    Node x may be the end of an unused shift.
    """
    nodes = state.nodes
    n, shifts = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    v, w = nodes[c, f.ROUTE], nodes[x, f.ROUTE]
    if not (_may_follow(inst, state, x, v) and _may_follow(inst, state, nodes[c, f.NEXT], w)):
        return False
    touch(inst, state, v)
    touch(inst, state, w)
    end_v, end_w = n + shifts + v, n + shifts + w
    last_v, last_w = nodes[end_v, f.PREV], nodes[end_w, f.PREV]
    p, q = nodes[x, f.PREV], nodes[c, f.NEXT]
    _join(state, c, x, last_w, end_v, end_w)
    _join(state, p, q, last_v, end_w, end_v)
    if _resum(inst, state, v) and _resum(inst, state, w):
        state.costs[s.CURRENT] += recost(inst, state, v) + recost(inst, state, w)
        return True
    take_back(inst, state)
    return False


@inlined
def _join(state: State, p: int, first: int, last: int, end: int, was_end: int) -> None:
    """Let node p be followed by the tail from ``first`` to ``last``, if that is not empty."""
    if first == was_end:
        first, last = end, p
    state.nodes[p, f.NEXT], state.nodes[first, f.PREV] = first, p
    state.nodes[last, f.NEXT], state.nodes[end, f.PREV] = end, last


@kernel
def _may_follow(inst: Instance, state: State, x: int, v: int) -> bool:
    """Whether the worker of route v may do x and all that comes after it."""
    while x < inst.facts[f.N_ORDERS]:
        if inst.pairs[inst.orders[x, f.ROW], v] == _INF:
            return False
        x = state.nodes[x, f.NEXT]
    return True


@kernel
def _resum(inst: Instance, state: State, v: int) -> bool:
    """Sums, legs and times of a route whose chain was rewritten; whether it keeps the rules."""
    nodes, routes = state.nodes, state.routes
    n, shifts = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    start, end = n + v, n + shifts + v
    used = min(1, routes[v, f.COUNT])
    routes[v, f.COUNT] = routes[v, f.TRAVEL_MS] = routes[v, f.DISTANCE_M] = 0
    routes[v, f.SERVICE_MS] = routes[v, f.LATE_SUM] = routes[v, f.SLA_SUM] = 0
    state.sums[v, f.MISSED] = 0.0
    for k in range(inst.facts[f.N_RESOURCES]):
        state.sums[v, f.LOADS + k] = 0.0
    x = start
    while x != end:
        p, x = x, nodes[x, f.NEXT]
        ms, m = 0, 0
        if x != end or p != start:
            ms, m = leg(inst, inst.shifts[v, f.MODE], nodes[p, f.LOC], nodes[x, f.LOC])
        nodes[x, f.IN_MS], nodes[x, f.IN_M] = ms, m
        routes[v, f.TRAVEL_MS] += ms
        routes[v, f.DISTANCE_M] += m
        if x == end:
            break
        routes[v, f.COUNT] += 1
        nodes[x, f.ROUTE] = v
        nodes[x, f.SERVICE] = nodes[x, f.LATE_MS] = nodes[x, f.SLA_MS] = 0
        if inst.facts[f.HAS_PREFERENCES] == 1:
            state.sums[v, f.MISSED] += inst.pairs[inst.orders[x, f.ROW], v]
        for k in range(inst.facts[f.N_RESOURCES]):
            state.sums[v, f.LOADS + k] += inst.order_costs[x, f.DEMANDS + k]
    state.numbers[s.USED_SHIFTS] += min(1, routes[v, f.COUNT]) - used
    if routes[v, f.COUNT] == 0:
        note_empty(inst, state, v)
    retime(inst, state, v, start, end)
    for k in range(inst.facts[f.N_RESOURCES]):
        if state.sums[v, f.LOADS + k] > inst.rates[v, f.CAPACITIES + k]:
            return False
    return routes[v, f.COUNT] <= inst.shifts[v, f.MAX_VISITS] and keeps_rules(inst, state, v)
