"""Taking a node out of the plan, and all that must go with it."""

from __future__ import annotations

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.jit import inlined, kernel
from homeserve_dispatch.search.random import uniform
from homeserve_dispatch.search.rules import data as d
from homeserve_dispatch.search.rules import fields as g
from homeserve_dispatch.search.rules.chain import unlink_logged
from homeserve_dispatch.search.rules.data import Rules, RuleState
from homeserve_dispatch.search.rules.ties import newcomer
from homeserve_dispatch.search.rules.times import forget_times

_BOUND_TOO = 0.5
_BREAK_STAYS = 0.5


@kernel
def take_out(inst: Instance, rules: Rules, st: RuleState, x: int) -> None:
    """Remove node x and what must go with it; it becomes a candidate."""
    kind = rules.visits[x, g.KIND]
    if kind == g.RESTOCK:
        return  # dropped where nothing needs it any more
    if kind == g.BREAK:
        if uniform(st.numbers) < _BREAK_STAYS:
            return
        remove(inst, rules, st, x)
        note_candidate(st, x)
        return
    if _take_out_whole(inst, rules, st, x) and uniform(st.numbers) < _BOUND_TOO:
        _take_out_bound(inst, rules, st, rules.visits[x, g.LEADER])


@kernel
def _take_out_bound(inst: Instance, rules: Rules, st: RuleState, leader: int) -> None:
    """Also remove the visits to whose worker, day or time it is bound: alone it could not move."""
    y = leader
    while y >= 0:
        first = rules.visits[y, g.GROUP]
        for k in range(first, first + rules.visits[y, g.GROUPS]):
            if rules.groups[k, g.GROUP_KIND] == g.DIFFERENT_WORKERS:
                continue
            start = rules.groups[k, g.GROUP_FIRST]
            for at in range(start, start + rules.groups[k, g.GROUP_SIZE]):
                _take_out_whole(inst, rules, st, rules.members[at])
        first = rules.visits[y, g.BOND]
        for k in range(first, first + rules.visits[y, g.BONDS]):
            _take_out_whole(inst, rules, st, rules.bonds[k, g.PARTNER])
        y = rules.visits[y, g.FOLLOWER]


@kernel
def _take_out_whole(inst: Instance, rules: Rules, st: RuleState, x: int) -> bool:
    """Remove visit x and all that go with it, unless one of them is locked to its position."""
    leader = rules.visits[x, g.LEADER]
    y = leader
    there = st.nodes[x, f.ROUTE] >= 0
    while y >= 0:
        there = there and rules.visits[y, g.FIXED] == 0
        y = rules.visits[y, g.FOLLOWER]
    if not there:
        return False
    y = leader
    while y >= 0:
        if st.nodes[y, f.ROUTE] >= 0:
            remove(inst, rules, st, y)
        y = rules.visits[y, g.FOLLOWER]
    note_candidate(st, leader)
    return True


@inlined
def note_candidate(st: RuleState, x: int) -> None:
    """It is to be put in again in this iteration."""
    st.lists[s.CANDIDATES, st.numbers[d.N_REMOVED]] = x
    st.numbers[d.N_REMOVED] += 1


@kernel
def remove(inst: Instance, rules: Rules, st: RuleState, x: int) -> None:
    """Out of its route; what follows it, or is bound to it, may start earlier now."""
    nodes = st.nodes
    v, q = nodes[x, f.ROUTE], nodes[x, f.NEXT]
    forget_times(inst, rules, st, x)  # x itself leads the rest of its route
    unlink_logged(inst, rules, st, x)
    if st.routes[v, g.HEAD] == x:
        st.routes[v, g.HEAD] = q
    if x < rules.facts[g.N_VISITS]:
        st.costs[s.CURRENT] -= inst.pairs[inst.orders[x, f.ROW], v]
        st.sums[v, g.ROUTE_MISSED] -= inst.pairs[inst.orders[x, f.ROW], v]
        if rules.visits[x, g.CUSTOMER] >= 0:
            new = newcomer(rules, st, x, v)
            st.costs[s.CURRENT] -= new
            st.costs[d.SEEN_ANEW] -= new
        if st.routes[v, g.COUNT] == 0:
            st.sums[v, g.ROUTE_MISSED] = 0.0
