"""Putting nodes into chains and taking them out, with a log to undo it."""

from __future__ import annotations

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.jit import inlined, kernel
from homeserve_dispatch.search.legs import leg
from homeserve_dispatch.search.rules import data as d
from homeserve_dispatch.search.rules import fields as g
from homeserve_dispatch.search.rules.data import Rules, RuleState


@inlined
def begin_mark(st: RuleState) -> None:
    """From here on rows are logged anew before they change."""
    st.numbers[d.MARK] += 1


@kernel
def log_node(st: RuleState, x: int) -> None:
    """Keep row x as it is, once a mark."""
    if st.nodes[x, g.LOGGED] == st.numbers[d.MARK]:
        return
    at = st.numbers[d.N_LOG]
    if at >= st.log_ids.shape[0]:
        st.numbers[d.FULL] = 1
        return
    for k in range(f.NODE):
        st.log[at, k] = st.nodes[x, k]
    st.log_ids[at] = x
    st.numbers[d.N_LOG] = at + 1
    st.nodes[x, g.LOGGED] = st.numbers[d.MARK]


@kernel
def log_route(st: RuleState, v: int) -> None:
    """Keep the record of route v as it is, once a mark."""
    if st.routes[v, g.ROUTE_LOGGED] == st.numbers[d.MARK]:
        return
    at = st.numbers[d.N_ROUTE_LOG]
    if at >= st.route_log_ids.shape[0]:
        st.numbers[d.FULL] = 1
        return
    for k in range(g.NEW):
        st.route_log[at, k] = st.routes[v, k]
    for k in range(g.ROUTE_SUMS):
        st.route_log_sums[at, k] = st.sums[v, k]
    st.route_log_ids[at] = v
    st.numbers[d.N_ROUTE_LOG] = at + 1
    st.routes[v, g.ROUTE_LOGGED] = st.numbers[d.MARK]


@kernel
def undo(st: RuleState, nodes: int, routes: int) -> None:
    """Back to where the logs had that many entries."""
    numbers = st.numbers
    for at in range(numbers[d.N_LOG] - 1, nodes - 1, -1):
        x = st.log_ids[at]
        for k in range(f.NODE):
            if k != f.SEEN:
                st.nodes[x, k] = st.log[at, k]
    for at in range(numbers[d.N_ROUTE_LOG] - 1, routes - 1, -1):
        v = st.route_log_ids[at]
        for k in range(g.NEW):
            st.routes[v, k] = st.route_log[at, k]
        for k in range(g.ROUTE_SUMS):
            st.sums[v, k] = st.route_log_sums[at, k]
    numbers[d.N_LOG], numbers[d.N_ROUTE_LOG] = nodes, routes
    numbers[d.MARK] += 1


@inlined
def placed_before(st: RuleState, x: int) -> int:
    """Node x of the chain, or the last one before it that has a place."""
    while st.nodes[x, f.LOC] < 0:
        x = st.nodes[x, f.PREV]
    return x


@inlined
def place_before(st: RuleState, x: int) -> int:
    """Where the worker is when node x of the chain is over."""
    return st.nodes[placed_before(st, x), f.LOC]


@inlined
def placed_after(st: RuleState, x: int) -> int:
    """First node behind x that has a place: the one whose way changes with what is before it."""
    q = st.nodes[x, f.NEXT]
    while st.nodes[q, f.LOC] < 0:
        q = st.nodes[q, f.NEXT]
    return q


@inlined
def before_fixed(inst: Instance, rules: Rules, st: RuleState, p: int) -> bool:
    """Whether the next visit behind node p is locked to its position."""
    q = st.nodes[p, f.NEXT]
    while rules.facts[g.N_VISITS] <= q < inst.facts[f.N_ORDERS]:
        q = st.nodes[q, f.NEXT]
    return bool(q < rules.facts[g.N_VISITS] and rules.visits[q, g.FIXED] == 1)


@inlined
def link(inst: Instance, rules: Rules, st: RuleState, c: int, p: int, v: int) -> None:
    """Put node c behind node p of route v; legs are right afterwards, times and sums are not."""
    nodes = st.nodes
    q = nodes[p, f.NEXT]
    if nodes[c, f.LOC] < 0:
        nodes[c, f.IN_MS] = nodes[c, f.IN_M] = 0
    else:
        mode = inst.shifts[v, f.MODE]
        nodes[c, f.IN_MS], nodes[c, f.IN_M] = leg(inst, mode, place_before(st, p), nodes[c, f.LOC])
        x = placed_after(st, p)
        nodes[x, f.IN_MS], nodes[x, f.IN_M] = leg(inst, mode, nodes[c, f.LOC], nodes[x, f.LOC])
    nodes[c, f.PREV], nodes[c, f.NEXT], nodes[c, f.ROUTE] = p, q, v
    nodes[p, f.NEXT] = nodes[q, f.PREV] = c
    if c < rules.facts[g.N_VISITS]:
        st.routes[v, g.COUNT] += 1


@inlined
def unlink(inst: Instance, rules: Rules, st: RuleState, c: int) -> None:
    """Take node c out of its chain; legs are right afterwards, times and sums are not."""
    nodes = st.nodes
    v, p, q = nodes[c, f.ROUTE], nodes[c, f.PREV], nodes[c, f.NEXT]
    nodes[p, f.NEXT], nodes[q, f.PREV] = q, p
    nodes[c, f.ROUTE] = -1
    if nodes[c, f.LOC] >= 0:
        x = placed_after(st, p)
        nodes[x, f.IN_MS], nodes[x, f.IN_M] = leg(
            inst, inst.shifts[v, f.MODE], place_before(st, p), nodes[x, f.LOC]
        )
    if c < rules.facts[g.N_VISITS]:
        st.routes[v, g.COUNT] -= 1


@kernel
def link_logged(inst: Instance, rules: Rules, st: RuleState, c: int, p: int, v: int) -> None:
    """As ``link``, so that it can be undone."""
    log_route(st, v)
    log_node(st, c)
    log_node(st, p)
    log_node(st, st.nodes[p, f.NEXT])
    log_node(st, placed_after(st, p))
    link(inst, rules, st, c, p, v)


@kernel
def unlink_logged(inst: Instance, rules: Rules, st: RuleState, c: int) -> None:
    """As ``unlink``, so that it can be undone."""
    log_route(st, st.nodes[c, f.ROUTE])
    log_node(st, c)
    log_node(st, st.nodes[c, f.PREV])
    log_node(st, st.nodes[c, f.NEXT])
    log_node(st, placed_after(st, c))
    unlink(inst, rules, st, c)
