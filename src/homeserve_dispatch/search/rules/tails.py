"""Two routes go on as the other did: what strings of a few visits cannot do."""

from __future__ import annotations

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.jit import kernel
from homeserve_dispatch.search.random import below, uniform
from homeserve_dispatch.search.rules import data as d
from homeserve_dispatch.search.rules import fields as g
from homeserve_dispatch.search.rules.chain import link_logged, log_route
from homeserve_dispatch.search.rules.data import Rules, RuleState
from homeserve_dispatch.search.rules.removal import note_candidate, remove
from homeserve_dispatch.search.rules.ties import may_do, newcomer
from homeserve_dispatch.search.rules.times import forget_node, forget_times

_WHOLE = 0.3
_NEAREST = 20
_INF = float("inf")


@kernel
def exchange_tails(inst: Instance, rules: Rules, st: RuleState) -> bool:
    """Let two routes go on as the other did: behind neighbours, or from the beginning.

    What the other worker may not do becomes a candidate. False where nothing is to be exchanged.
    """
    nodes, numbers = st.nodes, st.numbers
    n, shifts = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    c = below(numbers, rules.facts[g.N_VISITS])
    numbers[s.CENTRE] = c
    v = nodes[c, f.ROUTE]
    if v < 0:
        return False
    if uniform(numbers) < _WHOLE:
        w = below(numbers, shifts)
        last_v, last_w = n + v, n + w
    else:
        x = int(inst.close[c, below(numbers, min(_NEAREST, inst.facts[f.N_NEAR]))])
        if x < 0 or nodes[x, f.ROUTE] < 0:
            return False
        w = nodes[x, f.ROUTE]
        last_v, last_w = c, nodes[x, f.PREV]
    if w == v:
        return False
    if not (_may_move(inst, rules, st, last_v, w) and _may_move(inst, rules, st, last_w, v)):
        return False
    from_v = _take_tail(inst, rules, st, last_v, d.TRIED_P + 0 * v)
    from_w = _take_tail(inst, rules, st, last_w, d.TRIED_V + 0 * v)
    return _put_tail(inst, rules, st, w, last_w, d.TRIED_P + 0 * v, from_v) and _put_tail(
        inst, rules, st, v, last_v, d.TRIED_V + 0 * v, from_w
    )


@kernel
def _may_move(inst: Instance, rules: Rules, st: RuleState, p: int, w: int) -> bool:
    """Whether what follows node p may leave its route, and most of it may be done in route w."""
    there, not_there = p * 0, p * 0
    x = st.nodes[p, f.NEXT]
    while x < inst.facts[f.N_ORDERS]:
        if x < rules.facts[g.N_VISITS]:
            if rules.visits[x, g.FIXED] == 1:
                return False
            if inst.pairs[inst.orders[x, f.ROW], w] < _INF:
                there += 1
            elif rules.visits[x, g.LEADER] != x or rules.visits[x, g.FOLLOWER] >= 0:
                return False
            else:
                not_there += 1
            if (
                rules.visits[rules.visits[x, g.LEADER], g.RECURS] >= 0
                and rules.shifts[st.nodes[p, f.ROUTE], g.DAY] != rules.shifts[w, g.DAY]
            ):
                return False
        x = st.nodes[x, f.NEXT]
    return not_there <= there


@kernel
def _take_tail(inst: Instance, rules: Rules, st: RuleState, p: int, into: int) -> int:
    """Remove all behind node p, which is listed in that row, -1 for a call; returns how many."""
    nodes = st.nodes
    forget_times(inst, rules, st, nodes[p, f.NEXT])
    count = p * 0
    x = nodes[p, f.NEXT]
    while x < inst.facts[f.N_ORDERS]:
        behind = nodes[x, f.NEXT]
        remove(inst, rules, st, x)
        if rules.visits[x, g.KIND] == g.BREAK:
            note_candidate(st, x)
        else:
            st.lists[into, count] = x if rules.visits[x, g.KIND] == g.VISIT else -1
            count += 1
        x = behind
    return count


@kernel
def _put_tail(
    inst: Instance, rules: Rules, st: RuleState, v: int, p: int, listed: int, count: int
) -> bool:
    """Put what is listed behind node p, the last of route v; False where that cannot be."""
    nodes = st.nodes
    end = nodes[p, f.NEXT]
    log_route(st, v)
    for at in range(count):
        x = st.lists[listed, at]
        if x < 0:
            x = rules.shifts[v, g.CALL]
            if x < 0 or nodes[x, f.ROUTE] >= 0:
                continue
        elif not may_do(inst, rules, st, x, v) or newcomer(rules, st, x, v) == _INF:
            if rules.visits[x, g.LEADER] != x or rules.visits[x, g.FOLLOWER] >= 0:
                return False
            note_candidate(st, x)
            continue
        else:
            cost = inst.pairs[inst.orders[x, f.ROW], v]
            st.sums[v, g.ROUTE_MISSED] += cost
            if rules.visits[x, g.CUSTOMER] >= 0:
                new = newcomer(rules, st, x, v)
                st.costs[d.SEEN_ANEW] += new
                cost += new
            st.costs[s.CURRENT] += cost
        link_logged(inst, rules, st, x, p, v)
        forget_node(st, x)  # a call was not in the plan
        if st.routes[v, g.HEAD] == end:
            st.routes[v, g.HEAD] = x
        p = x
    return True
