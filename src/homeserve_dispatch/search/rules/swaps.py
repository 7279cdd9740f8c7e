"""Making room for an order that is left out: one or two visits near it go, and it comes first."""

from __future__ import annotations

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.jit import kernel
from homeserve_dispatch.search.legs import leg, leg_to
from homeserve_dispatch.search.random import below, uniform
from homeserve_dispatch.search.rules import data as d
from homeserve_dispatch.search.rules import fields as g
from homeserve_dispatch.search.rules.data import Rules, RuleState
from homeserve_dispatch.search.rules.removal import take_out

_INF = float("inf")
_PASSED_OVER = 0.2
_TWO = 0.3


@kernel
def make_room(inst: Instance, rules: Rules, st: RuleState) -> bool:
    """Remove the visits that a random order left out can best stand in for; it is ``FIRST``.

    By skip costs, travel and preferences alone; some are passed over at random. False where
    there are none.
    """
    nodes, numbers = st.nodes, st.numbers
    c = st.lists[s.ABSENT, below(numbers, numbers[s.N_ABSENT])]
    numbers[s.CENTRE] = c
    if rules.visits[c, g.NEVER] == 1:
        return False
    best, chosen = _INF, c - c - 1  # no literal: what is called for one is compiled apart
    for k in range(inst.facts[f.N_NEAR]):
        x = int(inst.close[c, k])
        if x < 0:
            break
        if _may_go(inst, rules, st, c, x) and uniform(numbers) >= _PASSED_OVER:
            cost = _cost_instead(inst, rules, st, c, x)
            if cost < best:
                best, chosen = cost, x
    if chosen < 0:
        return False
    numbers[d.FIRST] = c
    beside = nodes[chosen, f.NEXT]
    if uniform(numbers) < 0.5:
        beside = nodes[chosen, f.PREV]
    take_out(inst, rules, st, chosen)
    if beside < rules.facts[g.N_VISITS] and uniform(numbers) < _TWO:
        take_out(inst, rules, st, beside)
    return True


@kernel
def _may_go(inst: Instance, rules: Rules, st: RuleState, c: int, x: int) -> bool:
    """Whether visit x is in a route whose worker may do order c, and not locked there."""
    v = st.nodes[x, f.ROUTE]
    if v < 0 or x >= rules.facts[g.N_VISITS] or rules.visits[x, g.FIXED] == 1:
        return False
    return bool(inst.pairs[inst.orders[c, f.ROW], v] < _INF)


@kernel
def _cost_instead(inst: Instance, rules: Rules, st: RuleState, c: int, x: int) -> float:
    """What order c in the place of visit x costs, its times apart."""
    nodes, rates = st.nodes, inst.rates
    v, p, q = nodes[x, f.ROUTE], nodes[x, f.PREV], nodes[x, f.NEXT]
    mode = inst.shifts[v, f.MODE]
    to_ms, to_m = leg_to(inst, mode, nodes[c, f.LOC], nodes[p, f.LOC])
    on_ms, on_m = leg(inst, mode, nodes[c, f.LOC], nodes[q, f.LOC])
    ms = to_ms + on_ms - nodes[x, f.IN_MS] - nodes[q, f.IN_MS]
    m = to_m + on_m - nodes[x, f.IN_M] - nodes[q, f.IN_M]
    return float(
        inst.order_costs[rules.visits[x, g.LEADER], f.SKIP_COST]
        + inst.pairs[inst.orders[c, f.ROW], v]
        - inst.pairs[inst.orders[x, f.ROW], v]
        + rates[v, f.PER_MS] * ms
        + rates[v, f.PER_M] * m
    )
