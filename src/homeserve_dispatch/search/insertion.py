"""The exact cost of putting an order into a gap, and the best gap for it."""

from __future__ import annotations

import math

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.jit import folded, inlined, kernel
from homeserve_dispatch.search.legs import leg, leg_to
from homeserve_dispatch.search.random import uniform
from homeserve_dispatch.search.state import State
from homeserve_dispatch.search.timing import (
    late_ms,
    room,
    service_after,
    sla_ms,
    start_at,
    time_cost,
)

_INF = math.inf
_TINY = 1e-9


@inlined
def gap_cost(inst: Instance, state: State, c: int, p: int, v: int, bound: float) -> float:
    """By how much route v costs more with order c behind node p; infinite where it may not be.

    Infinite also where it would cost ``bound`` or more: most gaps are turned down by their
    detour alone.
    """
    nodes, rates = state.nodes, inst.rates
    q = nodes[p, f.NEXT]
    # Where there is no time even for the work, legs need not be looked up: most gaps of full days.
    if max(nodes[p, f.FINISH], inst.orders[c, f.LO]) + inst.orders[c, f.DURATION] > gap_end(
        inst, state, q
    ):
        return _INF
    here = nodes[c, f.LOC]
    mode = inst.shifts[v, f.MODE]
    to_ms, to_m = leg_to(inst, mode, here, nodes[p, f.LOC])
    on_ms, on_m = leg(inst, mode, here, nodes[q, f.LOC])
    more_ms = to_ms + on_ms - nodes[q, f.IN_MS]
    more_m = to_m + on_m - nodes[q, f.IN_M]
    cost = rates[v, f.PER_MS] * more_ms + rates[v, f.PER_M] * more_m
    if inst.facts[f.HAS_PREFERENCES] == 1:
        cost += inst.pairs[inst.orders[c, f.ROW], v]
    if state.routes[v, f.COUNT] == 0:
        cost += rates[v, f.USE]
    if inst.facts[f.ALL_PLAIN] == 1:
        if cost >= bound:
            return _INF
        o = inst.orders
        start = max(nodes[p, f.FINISH] + to_ms, o[c, f.LO])
        service = o[c, f.DURATION]
        if start > o[c, f.HI] or start + service + on_ms > nodes[q, f.LATEST]:
            return _INF
    else:
        service = service_after(inst, c, p)
        start = max(nodes[p, f.FINISH] + to_ms, inst.orders[c, f.LO])
        if start > inst.orders[c, f.HI]:
            return _INF
        if start + service + on_ms > nodes[q, f.LATEST] and (
            q >= inst.facts[f.N_ORDERS] or inst.orders[q, f.SETUP] == 0
        ):
            return _INF
        if cost + _least_time_cost(inst, state, c, v, q, more_ms) >= bound:
            return _INF
        cost += _time_change(inst, state, c, p, v, to_ms, on_ms, service)
        if cost >= bound:
            return _INF
        if q < inst.facts[f.N_ORDERS] and inst.orders[q, f.SETUP] > 0:
            service += service_after(inst, q, c) - nodes[q, f.SERVICE]
    if inst.shifts[v, f.LIMITED] == 1 and not _within_limits(
        inst, state, c, v, more_ms, more_m, service
    ):
        return _INF
    return cost


@inlined
def keeps_rules(inst: Instance, state: State, v: int) -> bool:
    """Whether route v, with its times up to date, keeps every hard bound: O(1).

    Taking a visit out can break one where going by a third place is shorter than going straight.
    """
    n = inst.facts[f.N_ORDERS]
    x = state.nodes[n + v, f.NEXT]
    if x >= n:
        return True
    if state.nodes[n + v, f.FINISH] + state.nodes[x, f.IN_MS] > state.nodes[x, f.LATEST]:
        return False
    routes, sh = state.routes, inst.shifts
    travel = routes[v, f.TRAVEL_MS]
    return bool(
        travel <= sh[v, f.MAX_TRAVEL]
        and routes[v, f.DISTANCE_M] <= sh[v, f.MAX_DISTANCE]
        and travel + routes[v, f.SERVICE_MS] <= sh[v, f.MAX_WORK]
    )


@inlined
def _within_limits(
    inst: Instance, state: State, c: int, v: int, more_ms: int, more_m: int, service: int
) -> bool:
    routes, sh = state.routes, inst.shifts
    if routes[v, f.COUNT] >= sh[v, f.MAX_VISITS]:
        return False
    for k in range(inst.facts[f.N_RESOURCES]):
        if (
            state.sums[v, f.LOADS + k] + inst.order_costs[c, f.DEMANDS + k]
            > inst.rates[v, f.CAPACITIES + k]
        ):
            return False
    travel = routes[v, f.TRAVEL_MS] + more_ms
    if travel > sh[v, f.MAX_TRAVEL] or routes[v, f.DISTANCE_M] + more_m > sh[v, f.MAX_DISTANCE]:
        return False
    return bool(travel + routes[v, f.SERVICE_MS] + service <= sh[v, f.MAX_WORK])


@inlined
def _least_time_cost(inst: Instance, state: State, c: int, v: int, q: int, more_ms: int) -> float:
    """A bound from below on how waiting, paid time, overtime and lateness change: O(1).

    Lateness and overtime only grow; of the waiting there is now, all may go.
    """
    sh, rates = inst.shifts, inst.rates
    if sh[v, f.TIMED] == 0 or state.routes[v, f.COUNT] == 0:
        return 0.0
    end = inst.facts[f.N_ORDERS] + inst.facts[f.N_SHIFTS] + v
    waited = state.nodes[end, f.WAITED]
    if sh[v, f.MOVES_LATER] == 1:
        waited -= min(waited, state.nodes[end, f.SLACK])
    least = -rates[v, f.WAITING] * waited
    if rates[v, f.PAID] > 0.0 and sh[v, f.PAID_FROM_DEPARTURE] == 1:
        saved = inst.orders[q, f.SETUP] if q < inst.facts[f.N_ORDERS] else 0
        least += rates[v, f.PAID] * (more_ms + inst.orders[c, f.DURATION] - saved - waited)
    return least - _TINY


@inlined
def _time_change(
    inst: Instance,
    state: State,
    c: int,
    p: int,
    v: int,
    to_ms: int,
    on_ms: int,
    service: int,
) -> float:
    """Change of the costs that depend on times: what comes after the gap is timed anew.

    It stops where a visit starts as before: the rest of the route is known from there.
    """
    nodes, w = state.nodes, inst.weights
    n, shifts = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    arrival = nodes[p, f.FINISH] + to_ms
    start = start_at(inst, c, arrival, service)
    if start >= f.FAR:
        return _INF
    waited = nodes[p, f.WAITED] + start - arrival
    slack = min(nodes[p, f.SLACK], waited + room(inst, c, start, service))
    change = 0.0
    if inst.orders[c, f.PLAIN] == 0:
        change += w[f.LATE_PER_MS] * late_ms(inst, c, start, service)
        change += w[f.SLA_PER_MS] * sla_ms(inst, c, start, service)
    last = n + shifts + v
    before = c
    x = nodes[p, f.NEXT]
    finish, way = start + service, on_ms
    while True:
        arrival = finish + way
        if x >= n:
            if arrival > inst.shifts[v, f.SHIFT_LIMIT]:
                return _INF
            end = arrival
            break
        length = nodes[x, f.SERVICE]
        if before == c:
            length = service_after(inst, x, c)
        same = length == nodes[x, f.SERVICE]
        if same and arrival > nodes[x, f.LATEST]:
            return _INF
        start = start_at(inst, x, arrival, length)
        if start >= f.FAR:
            return _INF
        waited += start - arrival
        if same and start == nodes[x, f.START]:
            slack = min(slack, waited + nodes[x, f.TAIL])
            waited += nodes[last, f.WAITED] - nodes[x, f.WAITED]
            end = nodes[last, f.FINISH]
            break
        slack = min(slack, waited + room(inst, x, start, length))
        if inst.orders[x, f.PLAIN] == 0:
            late, sla = late_ms(inst, x, start, length), sla_ms(inst, x, start, length)
            change += w[f.LATE_PER_MS] * (late - nodes[x, f.LATE_MS])
            change += w[f.SLA_PER_MS] * (sla - nodes[x, f.SLA_MS])
        finish = start + length
        before = x
        x = nodes[x, f.NEXT]
        way = nodes[x, f.IN_MS]
    change += time_cost(inst, v, end, waited, slack)
    if state.routes[v, f.COUNT] > 0:
        change -= time_cost(
            inst, v, nodes[last, f.FINISH], nodes[last, f.WAITED], nodes[last, f.SLACK]
        )
    return change


@kernel
def gaps_for(inst: Instance, state: State, c: int, blink: float, only_touched: bool) -> int:
    """List the gaps to try for order c in ``GAPS``; returns how many.

    Those beside the nearest orders first, so that the bound is soon tight, then at the ends of
    routes and at unused shifts of the kinds nearest to it. A gap is passed over at random with
    probability ``blink``.
    """
    state.numbers[s.TAG] += 1
    if only_touched:
        count = _touched_gaps(inst, state, c)
    else:
        count = _near_gaps(inst, state, c)
    return _blink(state, count, blink)


@kernel
def cheapest_of(
    inst: Instance, state: State, c: int, count: int, bound: float
) -> tuple[int, int, float]:
    """The cheapest of the gaps listed: (node before, route, cost); (-1, -1, bound) if none is."""
    # Nothing is written in this loop, so that the compiler keeps what it reads in registers.
    best_p, best_v, best = -1, -1, bound
    for at in range(count):
        p = state.lists[s.GAPS, at]
        v = state.nodes[p, f.ROUTE]
        cost = gap_cost(inst, state, c, p, v, best)
        if cost < best:
            best_p, best_v, best = p, v, cost
    return best_p, best_v, best


@inlined
def _blink(state: State, count: int, blink: float) -> int:
    """Strike gaps off the list at random: draws how many to keep until the next."""
    if blink <= 0.0:
        return count
    numbers = state.numbers
    at = numbers[s.UNTIL_BLINK]
    while at < count:
        count -= 1
        state.lists[s.GAPS, at] = state.lists[s.GAPS, count]
        at += int(math.log(1.0 - uniform(state.numbers)) / math.log(1.0 - blink))
    numbers[s.UNTIL_BLINK] = at - count
    return count


@folded
def _touched_gaps(inst: Instance, state: State, c: int) -> int:
    """The gaps of the routes touched in this iteration that are long enough, travel apart."""
    nodes, lists, o = state.nodes, state.lists, inst.orders
    n, row = inst.facts[f.N_ORDERS], o[c, f.ROW]
    count = n - n  # no literal: what is called for one is compiled apart
    for at in range(state.numbers[s.N_TOUCHED]):
        v = state.lists[s.CHANGED, at]
        if inst.pairs[row, v] == _INF or o[c, f.DURATION] > lists[s.ROOM, at]:
            continue
        p = n + v
        while p < n + inst.facts[f.N_SHIFTS]:
            q = nodes[p, f.NEXT]
            if nodes[p, f.FINISH] > o[c, f.HI]:
                break
            latest = gap_end(inst, state, q)
            if max(nodes[p, f.FINISH], o[c, f.LO]) + o[c, f.DURATION] <= latest:
                lists[s.GAPS, count] = p
                count += 1
            p = q
    return count


@inlined
def gap_end(inst: Instance, state: State, q: int) -> int:
    """Until when what is put before node q must be done, at the very latest."""
    latest = state.nodes[q, f.LATEST]
    if q < inst.facts[f.N_ORDERS]:
        latest += inst.orders[q, f.SETUP]  # it may be saved
    return latest


@kernel
def longest_gaps(inst: Instance, state: State) -> None:
    """Note the length of the longest gap of each touched route: what is longer has no room."""
    nodes = state.nodes
    n, shifts = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    for at in range(state.numbers[s.N_TOUCHED]):
        p = n + state.lists[s.CHANGED, at]
        longest = -f.FAR
        while p < n + shifts:
            q = nodes[p, f.NEXT]
            longest = max(longest, gap_end(inst, state, q) - nodes[p, f.FINISH])
            p = q
        state.lists[s.ROOM, at] = longest


@folded
def _near_gaps(inst: Instance, state: State, c: int) -> int:
    """The gaps beside the nearest orders, and into the nearest kinds of shifts."""
    nodes, lists = state.nodes, state.lists
    n, shifts, row = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS], inst.orders[c, f.ROW]
    tag = state.numbers[s.TAG]
    count = 0
    for k in range(inst.facts[f.N_NEAR]):
        x = int(inst.close[c, k])
        if x < 0:
            break
        v = nodes[x, f.ROUTE]
        if v < 0 or inst.pairs[row, v] == _INF:
            continue
        p = nodes[x, f.PREV]
        if nodes[p, f.SEEN] != tag:
            nodes[p, f.SEEN] = tag
            lists[s.GAPS, count] = p
            count += 1
        if nodes[x, f.SEEN] != tag:
            nodes[x, f.SEEN] = tag
            lists[s.GAPS, count] = x
            count += 1
    for k in range(inst.facts[f.N_CLOSE_KINDS]):
        kind = int(inst.close[c, inst.facts[f.N_NEAR] + inst.facts[f.N_AROUND] + k])
        if kind < 0:
            break
        unused = unused_shift(inst, state, kind)
        if unused >= 0:
            lists[s.GAPS, count] = n + unused
            count += 1
            continue
        first = inst.facts[f.FACTS + shifts + kind]
        members = inst.facts[f.FACTS + shifts + kind + 1] - first
        if members == 1 and nodes[n + inst.facts[f.FACTS + first], f.ROUTE] >= 0:
            v = inst.facts[f.FACTS + first]
            last = nodes[n + shifts + v, f.PREV]
            for p in (n + v, last):
                if nodes[p, f.SEEN] != tag:
                    nodes[p, f.SEEN] = tag
                    lists[s.GAPS, count] = p
                    count += 1
    return count


@inlined
def unused_shift(inst: Instance, state: State, kind: int) -> int:
    """The first shift of a kind that nobody works yet; -1: there is none."""
    facts = inst.facts
    first = facts[f.FACTS + facts[f.N_SHIFTS] + kind]
    members = facts[f.FACTS + facts[f.N_SHIFTS] + kind + 1] - first
    at = state.lists[s.EMPTY_HINT, kind]
    while at < members and state.routes[facts[f.FACTS + first + at], f.COUNT] > 0:
        at += 1
    state.lists[s.EMPTY_HINT, kind] = at
    return int(facts[f.FACTS + first + at]) if at < members else -1


@kernel
def every_gap(inst: Instance, state: State, c: int) -> int:
    """List every gap of every route whose worker may do order c in ``GAPS``; returns how many."""
    n, row = inst.facts[f.N_ORDERS], inst.orders[c, f.ROW]
    count = 0
    for v in range(inst.facts[f.N_SHIFTS]):
        if inst.pairs[row, v] < _INF:
            p = n + v
            for _ in range(state.routes[v, f.COUNT] + 1):
                state.lists[s.GAPS, count] = p
                count += 1
                p = state.nodes[p, f.NEXT]
    return count
