"""Taking strings of neighbouring visits out of a few routes.

Christiaens & Vanden Berghe 2020, doi 10.1287/trsc.2019.0914.
"""

from __future__ import annotations

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.change import recost, touch, unlink
from homeserve_dispatch.search.insertion import keeps_rules
from homeserve_dispatch.search.jit import apart, folded
from homeserve_dispatch.search.random import below, uniform
from homeserve_dispatch.search.state import State
from homeserve_dispatch.search.timing import retime


@apart
def ruin(
    inst: Instance,
    state: State,
    removed_mean: float,
    longest: float,
    split: float,
    at_absent: float,
) -> int:
    """Remove strings around a random order; returns how many orders are now candidates.

    Parameters
    ----------
    inst, state
        The removed orders are written to ``state.candidates``; sums, times and costs of their
        routes and ``CURRENT`` are up to date afterwards.
    removed_mean : float
        Mean number of orders removed.
    longest : float
        Most orders of one string.
    split : float
        Probability of leaving some visits in the middle of a string in place.
    at_absent : float
        Probability of choosing the neighbourhood of an order that is left out.
    """
    n = inst.facts[f.N_ORDERS]
    absent = state.numbers[s.N_ABSENT]
    numbers = state.numbers
    if absent == n:
        state.numbers[s.CENTRE] = below(numbers, n)
        return 0
    used = 0
    if absent > 0 and uniform(numbers) < at_absent:
        centre = state.lists[s.ABSENT, below(numbers, absent)]
    else:
        centre = below(numbers, n)
    state.numbers[s.CENTRE] = centre
    mean_length = (n - absent) / max(1, state.numbers[s.USED_SHIFTS])
    length = min(longest, mean_length)
    strings = int(uniform(numbers) * (4.0 * removed_mean / (1.0 + length) - 1.0) + 1.0)
    count = state.numbers[s.N_TOUCHED]  # 0, but no literal: that would be compiled apart
    for k in range(-1, inst.facts[f.N_AROUND]):
        if used >= strings:
            break
        c = centre if k < 0 else int(inst.close[centre, inst.facts[f.N_NEAR] + k])
        if c < 0:
            break
        v = state.nodes[c, f.ROUTE]
        if v < 0 or state.routes[v, f.TOUCHED] == state.numbers[s.STAMP]:
            continue
        used += 1
        most = min(length, float(state.routes[v, f.COUNT]))
        size = min(int(uniform(numbers) * most + 1.0), state.routes[v, f.COUNT])
        touch(inst, state, v)
        while size > 0:
            count = _cut(inst, state, c, v, size, split, count)
            size = 0
            if not keeps_rules(inst, state, v):  # then all of it
                size, c = state.routes[v, f.COUNT], state.nodes[n + v, f.NEXT]
        state.costs[s.CURRENT] += recost(inst, state, v)
    return count


@folded
def _cut(inst: Instance, state: State, c: int, v: int, size: int, split: float, count: int) -> int:
    """Remove ``size`` visits of route v in a string around c, maybe keeping a stretch inside."""
    nodes, numbers = state.nodes, state.numbers
    n = inst.facts[f.N_ORDERS]
    total = state.routes[v, f.COUNT]
    kept = 0
    if size > 1 and size < total and uniform(numbers) < split:
        kept = 1
        while size + kept < total and uniform(numbers) > 0.01:
            kept += 1
    span = size + kept
    # How far back the string may begin: it has to hold c and to end within the route.
    before, x = 0, nodes[c, f.PREV]
    while x < n and before < span - 1:
        before += 1
        x = nodes[x, f.PREV]
    after, x = 0, nodes[c, f.NEXT]
    while x < n and after < span - 1:
        after += 1
        x = nodes[x, f.NEXT]
    least_back = max(0, span - 1 - after)
    back = least_back + below(numbers, before - least_back + 1)
    x = c
    for _ in range(back):
        x = nodes[x, f.PREV]
    keep_from = 1 + below(numbers, size - 1) if kept > 0 else span
    first = nodes[x, f.PREV]
    for at in range(span):
        following = nodes[x, f.NEXT]
        if at < keep_from or at >= keep_from + kept:
            unlink(inst, state, x)
            state.costs[s.CURRENT] += inst.order_costs[x, f.SKIP_COST]
            state.lists[s.CANDIDATES, count] = x
            count += 1
        x = following
    retime(inst, state, v, first, x)
    return count
