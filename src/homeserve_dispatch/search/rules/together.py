"""Putting in visits that are done together or not at all: crews, bonds, recurring work.

And a visit with the call at a depot that it needs.
"""

from __future__ import annotations

import math

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.jit import apart, folded, inlined, kernel
from homeserve_dispatch.search.legs import leg, leg_to
from homeserve_dispatch.search.random import below
from homeserve_dispatch.search.rules import data as d
from homeserve_dispatch.search.rules import fields as g
from homeserve_dispatch.search.rules.chain import begin_mark, place_before, placed_after, undo
from homeserve_dispatch.search.rules.data import Rules, RuleState
from homeserve_dispatch.search.rules.insertion import (
    best_gap,
    best_gaps,
    every_gap,
    gap_cost,
    insert,
    list_gaps,
    note_whole,
    shortest,
    slack_of,
)
from homeserve_dispatch.search.rules.ties import may_do

_INF = math.inf


@kernel
def back_to(
    rules: Rules, inst: Instance, st: RuleState, nodes: int, routes: int, new: float
) -> None:
    """Undo what came after the mark."""
    undo(st, nodes, routes)
    st.costs[d.SEEN_ANEW] = new
    note_whole(inst, rules, st)


@kernel
def gaps_for(
    inst: Instance, rules: Rules, st: RuleState, c: int, only_touched: bool, everywhere: bool
) -> int:
    """Gaps for node c, near it, of touched routes or all; how many."""
    if everywhere:
        return every_gap(inst, rules, st, c)
    return list_gaps(inst, rules, st, c, only_touched)


@kernel
def insert_crew(
    inst: Instance,
    rules: Rules,
    st: RuleState,
    leader: int,
    bound: float,
    blink: float,
    everywhere: bool,
) -> float:
    """All visits that go with ``leader``, where they are cheapest together; their cost.

    For the few best gaps of one of them, the others are put in one after another. Infinite, and
    the plan as before, where that costs ``bound`` or more.
    """
    size = rules.visits[leader, g.LEADER] * 0
    x = leader
    while x >= 0:
        if st.nodes[x, f.ROUTE] < 0:  # of locked ones some may be there
            st.lists[d.CREW, size] = x
            size += 1
        x = rules.visits[x, g.FOLLOWER]
    first = below(st.numbers, size)
    st.lists[d.CREW, 0], st.lists[d.CREW, first] = st.lists[d.CREW, first], st.lists[d.CREW, 0]
    nodes, routes = st.numbers[d.N_LOG], st.numbers[d.N_ROUTE_LOG]
    new = st.costs[d.SEEN_ANEW]
    count = gaps_for(inst, rules, st, st.lists[d.CREW, 0], st.numbers[d.TRIAL] < 0, everywhere)
    tops = best_gaps(inst, rules, st, st.lists[d.CREW, 0], blink, count)
    best = bound
    for at in range(tops):
        begin_mark(st)
        cost = _try_crew(inst, rules, st, at, size, best, blink, everywhere)
        if cost < best:
            best = cost
            for k in range(size):
                st.lists[d.CHOSEN_P, k] = st.lists[d.TRIED_P, k]
                st.lists[d.CHOSEN_V, k] = st.lists[d.TRIED_V, k]
        back_to(rules, inst, st, nodes, routes, new)
    by_call = best < best
    if inst.facts[f.N_RESOURCES] > 0 and st.nodes[leader, f.ROUTE] < 0:
        begin_mark(st)
        cost = _crew_with_call(inst, rules, st, leader, size, best, blink, everywhere)
        if cost < best:
            best = cost
            by_call = True
        back_to(rules, inst, st, nodes, routes, new)
    if best == bound:
        return _INF
    begin_mark(st)
    if by_call:
        best = _crew_with_call(inst, rules, st, leader, size, _INF, 0.0, everywhere)
        if best == _INF:
            back_to(rules, inst, st, nodes, routes, new)
        return best
    total = 0.0
    for k in range(size):
        total += insert(
            inst, rules, st, st.lists[d.CREW, k], st.lists[d.CHOSEN_P, k], st.lists[d.CHOSEN_V, k]
        )
    return total


@kernel
def _crew_with_call(
    inst: Instance,
    rules: Rules,
    st: RuleState,
    leader: int,
    size: int,
    bound: float,
    blink: float,
    everywhere: bool,
) -> float:
    """The first of a crew with the call at the depot that it needs, then the others."""
    total = insert_with_call(inst, rules, st, leader, bound, st.numbers[d.TRIAL] < 0)
    for k in range(size):
        c = st.lists[d.CREW, k]
        if c == leader:
            continue
        if total >= bound:
            return _INF
        count = gaps_for(inst, rules, st, c, st.numbers[d.TRIAL] < 0, everywhere)
        p, v, _ = best_gap(inst, rules, st, c, bound - total, blink, count)
        if p < 0:
            return _INF
        total += insert(inst, rules, st, c, p, v)
    return total


@folded
def _try_crew(
    inst: Instance,
    rules: Rules,
    st: RuleState,
    at: int,
    size: int,
    bound: float,
    blink: float,
    everywhere: bool,
) -> float:
    """Put the first into its gap number ``at`` and the others where each is cheapest then."""
    p, v = st.lists[d.TOP_P, at], st.lists[d.TOP_V, at]
    st.lists[d.TRIED_P, 0], st.lists[d.TRIED_V, 0] = p, v
    total = insert(inst, rules, st, st.lists[d.CREW, 0], p, v)
    for k in range(1, size):
        # Of costs beyond routes later ones may win some back; that is left aside.
        if total >= bound:
            return _INF
        c = st.lists[d.CREW, k]
        count = gaps_for(inst, rules, st, c, st.numbers[d.TRIAL] < 0, everywhere)
        p, v, _ = best_gap(inst, rules, st, c, bound - total, blink, count)
        if p < 0:
            return _INF
        st.lists[d.TRIED_P, k], st.lists[d.TRIED_V, k] = p, v
        total += insert(inst, rules, st, c, p, v)
    return total


@apart
def insert_recurring(
    inst: Instance, rules: Rules, st: RuleState, leader: int, bound: float, everywhere: bool
) -> float:
    """All times of recurring work on the days where they are cheapest together; their cost.

    The best gap of each day is found once; the days are then chosen exactly. Infinite, and the
    plan as before, where that costs ``bound`` or more. Rows of ``days``: costs by time and day,
    then nodes before the gaps, then routes, then sums, then the day before.
    """
    size = rules.facts[g.MOST_TIMES] + 1
    c, like = leader, leader - leader - 1
    times = leader - leader
    while c >= 0:
        _costs_of_days(inst, rules, st, c, times, like, everywhere)
        if st.nodes[c, f.ROUTE] < 0 and rules.visits[c, g.LOCKED] == 0:
            like = times
        times += 1
        c = rules.visits[c, g.FOLLOWER]
    if not _choose_days(rules, st, leader, times, bound):
        return _INF
    nodes, routes = st.numbers[d.N_LOG], st.numbers[d.N_ROUTE_LOG]
    new = st.costs[d.SEEN_ANEW]
    begin_mark(st)
    total = 0.0
    c = leader
    for k in range(times):
        if st.nodes[c, f.ROUTE] < 0:
            day = st.lists[d.CREW, k]
            p, v = int(st.days[size + k, day]), int(st.days[2 * size + k, day])
            # What one day costs may depend on the others: limits of a worker, costs of the plan.
            if not may_do(inst, rules, st, c, v):
                total = _INF
                break
            total += insert(inst, rules, st, c, p, v)
            if total >= bound:
                break
        c = rules.visits[c, g.FOLLOWER]
    if total >= bound:
        back_to(rules, inst, st, nodes, routes, new)
        return _INF
    return total


@kernel
def _costs_of_days(
    inst: Instance,
    rules: Rules,
    st: RuleState,
    c: int,
    time: int,
    like: int,
    everywhere: bool,
) -> None:
    """What time number ``time``, visit c, costs on each day; as time ``like`` does, if any (-1)."""
    size, days = rules.facts[g.MOST_TIMES] + 1, rules.facts[g.N_DAYS]
    there = st.nodes[c, f.ROUTE] >= 0
    same = like >= 0 and not there and rules.visits[c, g.LOCKED] == 0
    for day in range(days):
        st.days[time, day] = st.days[like, day] if same else _INF
        if same:
            st.days[size + time, day] = st.days[size + like, day]
            st.days[2 * size + time, day] = st.days[2 * size + like, day]
    if there:
        st.days[time, rules.shifts[st.nodes[c, f.ROUTE], g.DAY]] = 0.0
    if there or same:
        return
    count = gaps_for(inst, rules, st, c, st.numbers[d.TRIAL] < 0, everywhere)
    for at in range(count):
        p = st.lists[s.GAPS, at]
        v = st.nodes[p, f.ROUTE]
        if not may_do(inst, rules, st, c, v):
            continue
        day = rules.shifts[v, g.DAY]
        cost = gap_cost(inst, rules, st, c, p, v, st.days[time, day])
        if cost < st.days[time, day]:
            st.days[time, day] = cost
            st.days[size + time, day], st.days[2 * size + time, day] = p, v


@kernel
def _choose_days(rules: Rules, st: RuleState, leader: int, times: int, bound: float) -> bool:
    """Cheapest days, into ``lists[CREW]`` by time; False where there are none."""
    row = rules.visits[leader, g.RECURS]
    days = rules.facts[g.N_DAYS]
    best = bound
    found = False
    if rules.recurrences[row, g.PATTERNS] > 0:
        first = rules.recurrences[row, g.PATTERN_FIRST]
        for pattern in range(rules.recurrences[row, g.PATTERNS]):
            total = 0.0
            for k in range(times):
                day = rules.members[first + pattern * times + k]
                total += st.days[k, day] if day >= 0 and day < days else _INF
            if total < best:
                best = total
                found = True
                for k in range(times):
                    st.lists[d.CREW, k] = rules.members[first + pattern * times + k]
        return found
    least, most = rules.recurrences[row, g.MIN_GAP], rules.recurrences[row, g.MAX_GAP]
    size = rules.facts[g.MOST_TIMES] + 1
    sums, before_at = 3 * size, 4 * size
    for day in range(days):
        st.days[sums, day] = st.days[0, day]
    for k in range(1, times):
        for day in range(days):
            st.days[sums + k, day] = _INF
            for before in range(max(0, day - most), day - least + 1):
                cost = st.days[sums + k - 1, before] + st.days[k, day]
                if cost < st.days[sums + k, day]:
                    st.days[sums + k, day] = cost
                    st.days[before_at + k, day] = before
    last = times - times - 1
    for day in range(days):
        if st.days[sums + times - 1, day] < best:
            best = st.days[sums + times - 1, day]
            last = day
    if last < 0:
        return found
    for k in range(times - 1, -1, -1):
        st.lists[d.CREW, k] = last
        if k > 0:
            last = int(st.days[before_at + k, last])
    return True


@apart
def insert_with_call(
    inst: Instance, rules: Rules, st: RuleState, c: int, bound: float, only_touched: bool
) -> float:
    """Visit c and a call at the depot before it, where both are cheapest; their cost.

    Only in routes that have a depot and no call yet. Infinite, and the plan as before, where that
    costs ``bound`` or more.
    """
    nodes, routes = st.numbers[d.N_LOG], st.numbers[d.N_ROUTE_LOG]
    new = st.costs[d.SEEN_ANEW]
    best = bound
    call_p = best_p = best_v = c - c - 1  # no literals: those would be compiled apart
    for v in range(inst.facts[f.N_SHIFTS]):
        call = rules.shifts[v, g.CALL]
        if call < 0 or st.nodes[call, f.ROUTE] >= 0:
            continue
        if only_touched and st.routes[v, g.ROUTE_TOUCHED] != st.numbers[s.STAMP]:
            continue
        if not may_do(inst, rules, st, c, v) or not _lacks(inst, rules, st, c, v):
            continue
        p = inst.facts[f.N_ORDERS] + v
        last = p + inst.facts[f.N_SHIFTS]
        own = _least_beside(inst, st, c, p, last)
        while p != last:
            if best == _INF or _least_for_call(inst, rules, st, c, call, p, own) < best:
                begin_mark(st)
                # In a route without visits the call costs nothing: the visit pays for both.
                cost = insert(inst, rules, st, call, p, v)
                x = call
                while cost < best and x != last:
                    both = cost + gap_cost(inst, rules, st, c, x, v, best - cost)
                    if both < best:
                        best, call_p, best_p, best_v = both, p, x, v
                    x = st.nodes[x, f.NEXT]
                back_to(rules, inst, st, nodes, routes, new)
            p = st.nodes[p, f.NEXT]
    if best_p < 0:
        return _INF
    begin_mark(st)
    total = insert(inst, rules, st, rules.shifts[best_v, g.CALL], call_p, best_v)
    return total + insert(inst, rules, st, c, best_p, best_v)


@inlined
def _lacks(inst: Instance, rules: Rules, st: RuleState, c: int, v: int) -> bool:
    """Whether what visit c needs is not all on board in route v without a call at the depot."""
    n = inst.facts[f.N_ORDERS]
    for k in range(inst.facts[f.N_RESOURCES]):
        wanted = inst.order_costs[c, f.DEMANDS + k]
        if wanted <= 0.0:
            continue
        if rules.tools[k] == 0:
            x = st.nodes[n + v, f.NEXT]
            while x < n:
                wanted += inst.order_costs[x, f.DEMANDS + k]
                x = st.nodes[x, f.NEXT]
        if wanted > inst.rates[v, f.CAPACITIES + k]:
            return True
    return False


@kernel
def _least_beside(inst: Instance, st: RuleState, c: int, p: int, last: int) -> float:
    """What the way to visit c costs at least in the route that begins with node p."""
    least = _INF
    while p != last:
        least = min(least, _way_cost(inst, st, c, p, placed_after(st, p), st.nodes[p, f.ROUTE]))
        p = st.nodes[p, f.NEXT]
    return least


@inlined
def _way_cost(inst: Instance, st: RuleState, c: int, p: int, q: int, v: int) -> float:
    """What the way costs more by node c between p and q of route v, paid time included."""
    nodes, r = st.nodes, inst.rates
    mode = inst.shifts[v, f.MODE]
    to_ms, to_m = leg_to(inst, mode, nodes[c, f.LOC], place_before(st, p))
    on_ms, on_m = leg(inst, mode, nodes[c, f.LOC], nodes[q, f.LOC])
    per_ms = r[v, f.PER_MS]
    if inst.shifts[v, f.PAID_FROM_DEPARTURE] == 1:
        per_ms += r[v, f.PAID]
    return per_ms * (to_ms + on_ms - nodes[q, f.IN_MS]) + r[v, f.PER_M] * (
        to_m + on_m - nodes[q, f.IN_M]
    )


@kernel
def _least_for_call(
    inst: Instance, rules: Rules, st: RuleState, c: int, call: int, p: int, own: float
) -> float:
    """A bound from below of what a call behind node p and visit c behind it cost together."""
    nodes, o = st.nodes, inst.orders
    v = nodes[p, f.ROUTE]
    if rules.facts[g.HAS_TRAFFIC] == 1:
        return -_INF
    q = placed_after(st, p)
    mode = inst.shifts[v, f.MODE]
    # Right behind the call, or anywhere else.
    ms, m = leg(inst, mode, nodes[call, f.LOC], nodes[c, f.LOC])
    on_ms, on_m = leg(inst, mode, nodes[c, f.LOC], nodes[q, f.LOC])
    cut_ms, cut_m = leg(inst, mode, nodes[call, f.LOC], nodes[q, f.LOC])
    per_ms = inst.rates[v, f.PER_MS]
    least = inst.pairs[o[c, f.ROW], v] - slack_of(inst, rules, st, c, v, ms + on_ms)
    if inst.shifts[v, f.PAID_FROM_DEPARTURE] == 1:
        per_ms += inst.rates[v, f.PAID]
        least += inst.rates[v, f.PAID] * (o[call, f.DURATION] + shortest(inst, rules, c, q))
    behind = per_ms * (ms + on_ms - cut_ms) + inst.rates[v, f.PER_M] * (m + on_m - cut_m)
    if st.routes[v, g.COUNT] == 0:
        return least + behind + inst.rates[v, f.USE] + _way_cost(inst, st, call, p, q, v)
    return least + min(own, behind) + _way_cost(inst, st, call, p, q, v)


@inlined
def is_together(rules: Rules, c: int) -> bool:
    """Whether other visits go with it."""
    return rules.visits[c, g.FOLLOWER] >= 0
