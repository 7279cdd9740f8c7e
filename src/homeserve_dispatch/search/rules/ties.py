"""Bonds of workers and days between visits, and whom a customer sees."""

from __future__ import annotations

import math

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.jit import kernel
from homeserve_dispatch.search.rules import fields as g
from homeserve_dispatch.search.rules.data import Rules, RuleState

_INF = math.inf


@kernel
def may_join(rules: Rules, st: RuleState, c: int, v: int) -> bool:
    """Whether the groups of visit c allow it in route v, with who is in the plan now."""
    first = rules.visits[c, g.GROUP]
    for k in range(first, first + rules.visits[c, g.GROUPS]):
        kind, start = rules.groups[k, g.GROUP_KIND], rules.groups[k, g.GROUP_FIRST]
        for at in range(start, start + rules.groups[k, g.GROUP_SIZE]):
            x = rules.members[at]
            u = st.nodes[x, f.ROUTE]
            if x == c or u < 0:
                continue
            if kind == g.SAME_DAY:
                if rules.shifts[u, g.DAY] != rules.shifts[v, g.DAY]:
                    return False
            elif (rules.shifts[u, g.WORKER] == rules.shifts[v, g.WORKER]) != (
                kind == g.SAME_WORKER
            ):
                return False
    return True


@kernel
def newcomer(rules: Rules, st: RuleState, c: int, v: int) -> float:
    """Cost of visit c's customer seeing the worker of route v, who may be new; infinite: too many.

    Visit c itself is left aside where it is in the plan.
    """
    row = rules.visits[c, g.CUSTOMER]
    if row < 0:
        return 0.0
    who = rules.shifts[v, g.WORKER]
    customers = rules.customers
    first = customers[row, g.HISTORY_FIRST]
    known = customers[row, g.HISTORY_SIZE]
    for k in range(first, first + known):
        if rules.members[k] == who:
            return 0.0
    start = customers[row, g.CUSTOMER_FIRST]
    others = known - known
    for at in range(start, start + customers[row, g.CUSTOMER_SIZE]):
        x = rules.members[at]
        u = st.nodes[x, f.ROUTE]
        if x == c or u < 0:
            continue
        other = rules.shifts[u, g.WORKER]
        if other == who:
            return 0.0
        others += _is_first(rules, st, row, at, c, other)
    if known + others + 1 > customers[row, g.MAX_WORKERS]:
        return _INF
    if known == 0 and others == 0:
        return 0.0
    return rules.weights[g.CONTINUITY]


@kernel
def _is_first(rules: Rules, st: RuleState, row: int, at: int, c: int, who: int) -> int:
    """1 where no visit before entry ``at`` has this worker, who is new to the customer."""
    customers = rules.customers
    first = customers[row, g.HISTORY_FIRST]
    for k in range(first, first + customers[row, g.HISTORY_SIZE]):
        if rules.members[k] == who:
            return at - at
    for k in range(customers[row, g.CUSTOMER_FIRST], at):
        x = rules.members[k]
        u = st.nodes[x, f.ROUTE]
        if x != c and u >= 0 and rules.shifts[u, g.WORKER] == who:
            return at - at
    return at - at + 1


@kernel
def may_do(inst: Instance, rules: Rules, st: RuleState, c: int, v: int) -> bool:
    """Whether route v is one for node c: skills and all that, owner, groups."""
    if rules.visits[c, g.OWNER] >= 0 and rules.visits[c, g.OWNER] != v:
        return False
    if c >= rules.facts[g.N_VISITS]:
        return True
    if inst.pairs[inst.orders[c, f.ROW], v] == _INF:
        return False
    return may_join(rules, st, c, v)
