"""The exact cost of putting a node into a gap, the best gap, and doing it."""

from __future__ import annotations

import math

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.jit import apart, inlined, kernel
from homeserve_dispatch.search.legs import leg, leg_to
from homeserve_dispatch.search.random import uniform
from homeserve_dispatch.search.rules import data as d
from homeserve_dispatch.search.rules import fields as g
from homeserve_dispatch.search.rules.chain import (
    before_fixed,
    link,
    link_logged,
    place_before,
    placed_after,
)
from homeserve_dispatch.search.rules.data import Rules, RuleState
from homeserve_dispatch.search.rules.price import imbalance, priced
from homeserve_dispatch.search.rules.ties import may_do, newcomer
from homeserve_dispatch.search.rules.times import (
    begin_trial,
    bound_in_plan,
    enqueue,
    propagate,
    write_times,
)
from homeserve_dispatch.search.timing import late_ms

_INF = math.inf
_TINY = 1e-7


@apart
def gap_cost(
    inst: Instance, rules: Rules, st: RuleState, c: int, p: int, v: int, bound: float
) -> float:
    """By how much the plan costs more with node c behind node p of route v, skip cost left aside.

    Infinite where it may not be there, or would cost ``bound`` or more. The worker is one who may
    do it (``may_do``).
    """
    nodes, rates = st.nodes, inst.rates
    q = nodes[p, f.NEXT]
    is_visit = c < rules.facts[g.N_VISITS]
    if is_visit and before_fixed(inst, rules, st, p):
        return _INF
    fixed = 0.0
    more_ms = nodes[c, f.IN_MS] * 0
    if is_visit:
        fixed = inst.pairs[inst.orders[c, f.ROW], v]
        if rules.visits[c, g.CUSTOMER] >= 0:
            fixed += newcomer(rules, st, c, v)
        if fixed == _INF:
            return _INF
    least = fixed
    if nodes[c, f.LOC] >= 0:
        mode = inst.shifts[v, f.MODE]
        after = placed_after(st, p)
        to_ms, to_m = leg_to(inst, mode, nodes[c, f.LOC], place_before(st, p))
        on_ms, on_m = leg(inst, mode, nodes[c, f.LOC], nodes[after, f.LOC])
        more_ms = to_ms + on_ms - nodes[after, f.IN_MS]
        if rules.facts[g.HAS_TRAFFIC] == 0:
            more_m = to_m + on_m - nodes[after, f.IN_M]
            least = fixed + rates[v, f.PER_MS] * more_ms + rates[v, f.PER_M] * more_m
            if st.routes[v, g.COUNT] == 0:
                least += rates[v, f.USE]
            if rates[v, f.PAID] > 0.0 and inst.shifts[v, f.PAID_FROM_DEPARTURE] == 1:
                least += rates[v, f.PAID] * (more_ms + shortest(inst, rules, c, q))
            if least >= bound + slack_of(inst, rules, st, c, v, more_ms):
                return _INF
            arrival = nodes[p, f.FINISH] + to_ms
            if arrival > inst.orders[c, f.HI] and rules.visits[c, g.FIXED_START] == -f.FAR:
                return _INF
            if inst.weights[f.LATE_PER_MS] > 0.0 and is_visit:
                late = _least_late(inst, rules, st, c, q, arrival, on_ms)
                if least + inst.weights[f.LATE_PER_MS] * late >= bound + slack_of(
                    inst, rules, st, c, v, more_ms
                ):
                    return _INF
            if (
                rules.facts[g.HAS_SPEED] == 0
                and after == q
                and max(arrival, inst.orders[c, f.LO]) + inst.orders[c, f.DURATION] + on_ms
                > nodes[q, f.LATEST]
                and (q >= inst.facts[f.N_ORDERS] or inst.orders[q, f.SETUP] == 0)
                and st.routes[v, g.COUNT] > 0
            ):
                return _INF
    slack = slack_of(inst, rules, st, c, v, more_ms)
    return fixed + _trial(inst, rules, st, c, p, v, bound - least + slack, bound - fixed, slack)


@kernel
def _least_late(
    inst: Instance, rules: Rules, st: RuleState, c: int, q: int, arrival: int, on_ms: int
) -> int:
    """By how much visit c and the node behind it are late at least, beyond what that is now."""
    o = inst.orders
    start = max(arrival, o[c, f.LO])
    service = o[c, f.DURATION]
    if rules.facts[g.HAS_SPEED] == 1:
        service = service // g.FASTEST
    elif rules.visits[c, g.BONDS] > 0 and rules.visits[c, g.FIXED_START] == -f.FAR:
        start = bound_in_plan(rules, st, c, start, service)
    # Of several windows a later one may open meanwhile: nothing is sure then.
    late = late_ms(inst, c, start, service + o[c, f.SETUP]) if o[c, f.WINDOWS] == 1 else 0
    one = q < rules.facts[g.N_VISITS] and o[q, f.WINDOWS] == 1
    if one and o[q, f.SOFT] == 1 and o[q, f.SETUP] == 0:
        then = start + service + on_ms
        if then > st.nodes[q, f.START]:
            length = st.nodes[q, f.SERVICE]
            late += late_ms(inst, q, then, length)
            late -= late_ms(inst, q, st.nodes[q, f.START], length)
    return late


@inlined
def shortest(inst: Instance, rules: Rules, c: int, q: int) -> int:
    """By how much node c before node q lengthens service at least."""
    o = inst.orders
    more = o[c, f.DURATION]
    if rules.facts[g.HAS_SPEED] == 1:
        more = more // g.FASTEST
    if q < rules.facts[g.N_VISITS]:
        more -= o[q, f.SETUP]
    return more


@inlined
def slack_of(inst: Instance, rules: Rules, st: RuleState, c: int, v: int, more_ms: int) -> float:
    """By how much an insertion may lower other costs of its route and of the plan, at most."""
    w, r = rules.weights, inst.rates
    saved = _TINY + r[v, f.WAITING] * st.routes[v, g.WAITED_MS]
    if r[v, f.PAID] > 0.0 and inst.shifts[v, f.PAID_FROM_DEPARTURE] == 1:
        saved += r[v, f.PAID] * st.routes[v, g.WAITED_MS]
    per_busy = rules.shift_costs[v, g.IDLE_RATE] + 2.0 * w[g.BALANCE_PER_MS]
    per_busy += 2.0 * st.costs[d.EVENNESS] * st.routes[v, g.IDLE_MS]
    if per_busy > 0.0:
        service = inst.orders[c, f.DURATION]
        if rules.facts[g.HAS_SPEED] == 1:
            service = g.FASTEST * service
        saved += per_busy * (more_ms + service + inst.orders[c, f.SETUP])
    if w[g.MAX_IDLE_PER_MS] > 0.0 and v == st.numbers[d.IDLEST]:
        saved += w[g.MAX_IDLE_PER_MS] * (st.costs[d.IDLE_TOP] - st.costs[d.IDLE_SECOND])
    if c >= rules.facts[g.N_VISITS]:
        saved += rules.visit_costs[c, g.MISSED_BREAK]
    return saved


@kernel
def _trial(
    inst: Instance,
    rules: Rules,
    st: RuleState,
    c: int,
    p: int,
    v: int,
    budget: float,
    bound: float,
    slack: float,
) -> float:
    """Put it there, time and price everything, and take it out again.

    Infinite where lateness costs ``budget`` more, or all of it together ``bound``.
    """
    nodes = st.nodes
    after = placed_after(st, p)
    in_ms, in_m = nodes[after, f.IN_MS], nodes[after, f.IN_M]
    q = nodes[p, f.NEXT]
    begin_trial(st)
    link(inst, rules, st, c, p, v)
    enqueue(st, c)
    cost = _INF
    if propagate(inst, rules, st, c, 200 + inst.facts[f.N_ORDERS], budget):
        cost = priced(inst, rules, st, bound, slack)
    nodes[p, f.NEXT], nodes[q, f.PREV] = q, p
    nodes[c, f.ROUTE] = -1
    nodes[after, f.IN_MS], nodes[after, f.IN_M] = in_ms, in_m
    if c < rules.facts[g.N_VISITS]:
        st.routes[v, g.COUNT] -= 1
    return cost


@apart
def insert(inst: Instance, rules: Rules, st: RuleState, c: int, p: int, v: int) -> float:
    """Put node c behind node p of route v, logged; returns as ``gap_cost``.

    Where it may not be there the plan is as it was but for the chain: the caller undoes it.
    """
    fixed = 0.0
    if c < rules.facts[g.N_VISITS]:
        fixed = inst.pairs[inst.orders[c, f.ROW], v]
        if rules.visits[c, g.CUSTOMER] >= 0:
            new = newcomer(rules, st, c, v)
            st.costs[d.SEEN_ANEW] += new
            fixed += new
    begin_trial(st)
    link_logged(inst, rules, st, c, p, v)
    enqueue(st, c)
    if not propagate(inst, rules, st, c, 200 + inst.facts[f.N_ORDERS], _INF):
        return _INF
    cost = priced(inst, rules, st, _INF, 0.0)
    if cost == _INF:
        return _INF
    write_times(inst, rules, st)
    if c < rules.facts[g.N_VISITS]:
        st.sums[v, g.ROUTE_MISSED] += inst.pairs[inst.orders[c, f.ROW], v]
    note_whole(inst, rules, st)
    return fixed + cost


@kernel
def note_whole(inst: Instance, rules: Rules, st: RuleState) -> None:
    """Bring the costs beyond routes up to date with the records of the plan."""
    if rules.facts[g.HAS_GLOBAL] == 0:
        return
    w = rules.weights
    st.numbers[d.TRIAL] += 1
    worst = st.numbers[d.TRIAL] * 0
    top, second, idlest = worst, worst, worst
    squares = 0.0
    for v in range(inst.facts[f.N_SHIFTS]):
        worst = max(worst, st.routes[v, g.LATE_MAX])
        idle = st.routes[v, g.IDLE_MS]
        squares += float(idle) * float(idle)
        if idle > top:
            second = top
            top, idlest = idle, v
        else:
            second = max(second, idle)
    st.numbers[d.IDLEST] = idlest
    st.costs[d.IDLE_TOP], st.costs[d.IDLE_SECOND] = top, second
    cost = w[g.WORST_PER_MS] * worst + w[g.MAX_IDLE_PER_MS] * top
    if w[g.BALANCE_PER_MS] > 0.0:
        cost += w[g.BALANCE_PER_MS] * imbalance(inst, rules, st)
    st.costs[d.EXTRA] = st.costs[d.EVENNESS] * squares
    st.costs[d.GLOBAL] = cost + st.costs[d.EXTRA]


@apart
def list_gaps(inst: Instance, rules: Rules, st: RuleState, c: int, only_touched: bool) -> int:
    """Gaps in which node c may be worth trying, into ``lists[GAPS]``; returns how many."""
    nodes, lists = st.nodes, st.lists
    n, shifts = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    st.numbers[s.TAG] += 1
    tag = st.numbers[s.TAG]
    count = st.numbers[s.TAG] * 0
    owner = rules.visits[c, g.OWNER]
    if owner >= 0:
        return _all_gaps(inst, st, owner, count)
    if only_touched:
        for at in range(st.numbers[s.N_TOUCHED]):
            v = lists[s.CHANGED, at]
            if may_do(inst, rules, st, c, v):
                count = _all_gaps(inst, st, v, count)
        return count
    for k in range(inst.facts[f.N_NEAR]):
        x = inst.close[c, k] + 0 * tag  # 64 bits: others would be compiled apart
        if x < 0:
            break
        v = nodes[x, f.ROUTE]
        if v < 0 or inst.pairs[inst.orders[c, f.ROW], v] == _INF:
            continue
        count = _add_gap(st, tag, nodes[x, f.PREV], count)
        if nodes[nodes[x, f.PREV], f.LOC] < 0:
            count = _add_gap(st, tag, nodes[nodes[x, f.PREV], f.PREV], count)
        count = _add_gap(st, tag, x, count)
        if nodes[nodes[x, f.NEXT], f.LOC] < 0:
            count = _add_gap(st, tag, nodes[x, f.NEXT], count)
    for k in range(inst.facts[f.N_CLOSE_KINDS]):
        kind = int(inst.close[c, inst.facts[f.N_NEAR] + inst.facts[f.N_AROUND] + k])
        if kind < 0:
            break
        v = inst.facts[f.FACTS + inst.facts[f.FACTS + shifts + kind]]
        if st.routes[v, g.COUNT] == 0:
            p = n + v
            while p < n or p == n + v:
                count = _add_gap(st, tag, p, count)
                p = nodes[p, f.NEXT]
        else:
            count = _add_gap(st, tag, n + v, count)
            count = _add_gap(st, tag, nodes[n + shifts + v, f.PREV], count)
    return count


@inlined
def _add_gap(st: RuleState, tag: int, p: int, count: int) -> int:
    if st.nodes[p, f.SEEN] == tag:
        return count
    st.nodes[p, f.SEEN] = tag
    st.lists[s.GAPS, count] = p
    return count + 1


@kernel
def _all_gaps(inst: Instance, st: RuleState, v: int, count: int) -> int:
    p = inst.facts[f.N_ORDERS] + v
    last = p + inst.facts[f.N_SHIFTS]
    while p != last:
        st.lists[s.GAPS, count] = p
        count += 1
        p = st.nodes[p, f.NEXT]
    return count


@kernel
def every_gap(inst: Instance, rules: Rules, st: RuleState, c: int) -> int:
    """All gaps of all routes that node c may be in, into ``lists[GAPS]``; returns how many."""
    count = st.numbers[s.TAG] * 0
    owner = rules.visits[c, g.OWNER]
    for v in range(inst.facts[f.N_SHIFTS]):
        if (owner < 0 or owner == v) and may_do(inst, rules, st, c, v):
            count = _all_gaps(inst, st, v, count)
    return count


@apart
def best_gap(
    inst: Instance, rules: Rules, st: RuleState, c: int, bound: float, blink: float, count: int
) -> tuple[int, int, float]:
    """The cheapest of the gaps listed: (node before, route, cost); (-1, -1, bound): none.

    A gap is passed over at random with probability ``blink``.
    """
    best_p, best_v, best = -1, -1, bound
    checked = -1
    may = False
    for at in range(count):
        if blink > 0.0 and uniform(st.numbers) < blink:
            continue
        p = st.lists[s.GAPS, at]
        v = st.nodes[p, f.ROUTE]
        if v != checked:
            checked = v
            may = may_do(inst, rules, st, c, v)
        if not may:
            continue
        cost = gap_cost(inst, rules, st, c, p, v, best)
        if cost < best:
            best_p, best_v, best = p, v, cost
    return best_p, best_v, best


@kernel
def best_gaps(inst: Instance, rules: Rules, st: RuleState, c: int, blink: float, count: int) -> int:
    """The few cheapest of the gaps listed, into ``lists[TOP_P]`` and ``[TOP_V]``; how many."""
    found = count - count
    for at in range(count):
        if blink > 0.0 and uniform(st.numbers) < blink:
            continue
        p = st.lists[s.GAPS, at]
        v = st.nodes[p, f.ROUTE]
        if not may_do(inst, rules, st, c, v):
            continue
        bound = _INF if found < d.TOP else st.costs[d.TOP_COST + d.TOP - 1]
        cost = gap_cost(inst, rules, st, c, p, v, bound)
        if cost < bound:
            to = min(found, d.TOP - 1)
            while to > 0 and st.costs[d.TOP_COST + to - 1] > cost:
                st.costs[d.TOP_COST + to] = st.costs[d.TOP_COST + to - 1]
                st.lists[d.TOP_P, to] = st.lists[d.TOP_P, to - 1]
                st.lists[d.TOP_V, to] = st.lists[d.TOP_V, to - 1]
                to -= 1
            st.costs[d.TOP_COST + to] = cost
            st.lists[d.TOP_P, to], st.lists[d.TOP_V, to] = p, v
            found = min(found + 1, d.TOP)
    return found
