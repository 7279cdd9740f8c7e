"""Putting orders into routes, taking them out, and undoing it."""

from __future__ import annotations

from homeserve_dispatch.instance import Instance, Ints
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.jit import apart, inlined, kernel
from homeserve_dispatch.search.legs import leg
from homeserve_dispatch.search.state import State
from homeserve_dispatch.search.timing import retime, route_cost


@apart
def touch(inst: Instance, state: State, v: int) -> None:
    """Note down route v as it is, once an iteration, before it is changed."""
    numbers = state.numbers
    if state.routes[v, f.TOUCHED] == numbers[s.STAMP]:
        return
    n, shifts = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    log = n + 2 * shifts
    state.routes[v, f.TOUCHED] = numbers[s.STAMP]
    at = numbers[s.N_TOUCHED]
    numbers[s.N_TOUCHED] = at + 1
    state.lists[s.CHANGED, at], state.lists[s.ROOM, at] = v, f.FAR
    for k in range(f.ROUTE_FIELDS):
        state.routes[shifts + at, k] = state.routes[v, k]
    for k in range(f.LOADS + inst.facts[f.N_RESOURCES]):
        state.sums[shifts + at, k] = state.sums[v, k]
    x = n + v
    logged = numbers[s.N_LOGGED]
    while True:
        state.lists[s.LOG_IDS, logged] = x
        for k in range(f.NODE):
            state.nodes[log + logged, k] = state.nodes[x, k]
        logged += 1
        if x >= n + shifts:
            break
        x = state.nodes[x, f.NEXT]
    numbers[s.N_LOGGED] = logged


@apart
def take_back(inst: Instance, state: State) -> None:
    """Restore every route touched in this iteration."""
    numbers, nodes = state.numbers, state.nodes
    n, shifts = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    log = n + 2 * shifts
    for at in range(numbers[s.N_TOUCHED]):
        v = state.lists[s.CHANGED, at]
        x = nodes[n + v, f.NEXT]
        while x < n:
            nodes[x, f.ROUTE] = -1
            x = nodes[x, f.NEXT]
    for at in range(numbers[s.N_LOGGED]):
        x = state.lists[s.LOG_IDS, at]
        for k in range(f.NODE):
            nodes[x, k] = state.nodes[log + at, k]
    for at in range(numbers[s.N_TOUCHED]):
        v = state.lists[s.CHANGED, at]
        for k in range(f.ROUTE_FIELDS):
            state.routes[v, k] = state.routes[shifts + at, k]
        for k in range(f.LOADS + inst.facts[f.N_RESOURCES]):
            state.sums[v, k] = state.sums[shifts + at, k]
        if state.routes[v, f.COUNT] == 0:
            note_empty(inst, state, v)
    numbers[s.USED_SHIFTS] = numbers[s.USED_BEFORE]


@inlined
def forget_touched(state: State) -> None:
    """Begin a new iteration: nothing is touched."""
    state.numbers[s.STAMP] += 1
    state.numbers[s.N_TOUCHED] = 0
    state.numbers[s.N_LOGGED] = 0
    state.numbers[s.USED_BEFORE] = state.numbers[s.USED_SHIFTS]


@inlined
def note_empty(inst: Instance, state: State, v: int) -> None:
    """Route v has become empty, or is so again: its shift may be used for another."""
    kind = inst.shifts[v, f.KIND]
    state.lists[s.EMPTY_HINT, kind] = min(
        state.lists[s.EMPTY_HINT, kind], inst.shifts[v, f.KIND_AT]
    )


@inlined
def link(inst: Instance, state: State, c: int, p: int, v: int) -> None:
    """Put order c behind node p of route v, and bring sums and legs up to date, not the times."""
    nodes, routes = state.nodes, state.routes
    q = nodes[p, f.NEXT]
    mode = inst.shifts[v, f.MODE]
    to_ms, to_m = leg(inst, mode, nodes[p, f.LOC], nodes[c, f.LOC])
    on_ms, on_m = leg(inst, mode, nodes[c, f.LOC], nodes[q, f.LOC])
    if routes[v, f.COUNT] == 0:
        state.numbers[s.USED_SHIFTS] += 1
    routes[v, f.COUNT] += 1
    routes[v, f.TRAVEL_MS] += to_ms + on_ms - nodes[q, f.IN_MS]
    routes[v, f.DISTANCE_M] += to_m + on_m - nodes[q, f.IN_M]
    nodes[c, f.PREV], nodes[c, f.NEXT], nodes[c, f.ROUTE] = p, q, v
    nodes[c, f.IN_MS], nodes[c, f.IN_M] = to_ms, to_m
    nodes[c, f.SERVICE] = nodes[c, f.LATE_MS] = nodes[c, f.SLA_MS] = 0
    nodes[p, f.NEXT] = nodes[q, f.PREV] = c
    nodes[q, f.IN_MS], nodes[q, f.IN_M] = on_ms, on_m
    if inst.facts[f.HAS_PREFERENCES] == 1:
        state.sums[v, f.MISSED] += inst.pairs[inst.orders[c, f.ROW], v]
    for k in range(inst.facts[f.N_RESOURCES]):
        state.sums[v, f.LOADS + k] += inst.order_costs[c, f.DEMANDS + k]


@inlined
def unlink(inst: Instance, state: State, c: int) -> None:
    """Take order c out of its route, and bring sums and legs up to date, not the times."""
    nodes, routes = state.nodes, state.routes
    v, p, q = nodes[c, f.ROUTE], nodes[c, f.PREV], nodes[c, f.NEXT]
    n = inst.facts[f.N_ORDERS]
    on_ms, on_m = 0, 0
    if p < n or q < n:  # else it is empty now, and nobody drives
        on_ms, on_m = leg(inst, inst.shifts[v, f.MODE], nodes[p, f.LOC], nodes[q, f.LOC])
    routes[v, f.COUNT] -= 1
    routes[v, f.TRAVEL_MS] += on_ms - nodes[c, f.IN_MS] - nodes[q, f.IN_MS]
    routes[v, f.DISTANCE_M] += on_m - nodes[c, f.IN_M] - nodes[q, f.IN_M]
    routes[v, f.SERVICE_MS] -= nodes[c, f.SERVICE]
    routes[v, f.LATE_SUM] -= nodes[c, f.LATE_MS]
    routes[v, f.SLA_SUM] -= nodes[c, f.SLA_MS]
    nodes[p, f.NEXT], nodes[q, f.PREV] = q, p
    nodes[q, f.IN_MS], nodes[q, f.IN_M] = on_ms, on_m
    nodes[c, f.ROUTE] = -1
    if routes[v, f.COUNT] == 0:
        # Exact zeros: sums of floats leave crumbs.
        note_empty(inst, state, v)
        state.numbers[s.USED_SHIFTS] -= 1
        state.sums[v, f.MISSED] = 0.0
        for k in range(inst.facts[f.N_RESOURCES]):
            state.sums[v, f.LOADS + k] = 0.0
        return
    if inst.facts[f.HAS_PREFERENCES] == 1:
        state.sums[v, f.MISSED] -= inst.pairs[inst.orders[c, f.ROW], v]
    for k in range(inst.facts[f.N_RESOURCES]):
        state.sums[v, f.LOADS + k] -= inst.order_costs[c, f.DEMANDS + k]


@inlined
def recost(inst: Instance, state: State, v: int) -> float:
    """Bring the cost of route v up to date; returns by how much it changed."""
    cost = route_cost(inst, state, v)
    change = cost - state.sums[v, f.COST]
    state.sums[v, f.COST] = cost
    return change


@apart
def insert(inst: Instance, state: State, c: int, p: int, v: int) -> float:
    """Put order c behind node p of route v; returns the change of the route's cost."""
    touch(inst, state, v)
    link(inst, state, c, p, v)
    retime(inst, state, v, c, c)
    return recost(inst, state, v)


@inlined
def leave_out(lists: Ints, numbers: Ints, c: int) -> None:
    """Enter an order into the list of those left out."""
    at = numbers[s.N_ABSENT]
    lists[s.ABSENT, at] = c
    lists[s.ABSENT_AT, c] = at
    numbers[s.N_ABSENT] = at + 1


@inlined
def let_in(lists: Ints, numbers: Ints, c: int) -> None:
    """Take an order off that list."""
    at, last = lists[s.ABSENT_AT, c], numbers[s.N_ABSENT] - 1
    moved = lists[s.ABSENT, last]
    lists[s.ABSENT, at] = moved
    lists[s.ABSENT_AT, moved] = at
    lists[s.ABSENT_AT, c] = -1
    numbers[s.N_ABSENT] = last


@kernel
def keep_as_best(inst: Instance, state: State) -> None:
    """Write down the current plan as the best: only the routes that differ from the last."""
    n, shifts = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    for at in range(state.numbers[s.N_DIRTY]):
        v = state.lists[s.DIRTY, at]
        state.routes[v, f.DIRTY] = 0
        x = n + v
        while x < n + shifts:
            following = state.nodes[x, f.NEXT]
            state.lists[s.BEST_NEXT, x] = following
            x = following
    state.numbers[s.N_DIRTY] = 0
    state.costs[s.BEST] = state.costs[s.CURRENT]
    state.numbers[s.BEST_AT] = state.numbers[s.ITERATIONS]


@inlined
def mark_dirty(state: State) -> None:
    """The routes touched in this iteration now differ from the best plan."""
    for at in range(state.numbers[s.N_TOUCHED]):
        v = state.lists[s.CHANGED, at]
        if state.routes[v, f.DIRTY] == 0:
            state.routes[v, f.DIRTY] = 1
            state.lists[s.DIRTY, state.numbers[s.N_DIRTY]] = v
            state.numbers[s.N_DIRTY] += 1


@apart
def load(inst: Instance, state: State, next_of: Ints) -> None:
    """Make the plan with these chains (as ``best_next``) the current one and the best.

    The chains must keep every hard rule; they are not judged here.
    """
    forget_touched(state)
    nodes, numbers = state.nodes, state.numbers
    n, shifts = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    for kind in range(inst.facts[f.N_KINDS]):
        state.lists[s.EMPTY_HINT, kind] = 0
    numbers[s.N_ABSENT] = numbers[s.USED_SHIFTS] = 0
    for c in range(n):
        nodes[c, f.ROUTE] = -1
        nodes[c, f.LOC] = inst.orders[c, f.PLACE]
    for v in range(shifts):
        start, end = n + v, n + shifts + v
        for k in range(f.NODE):
            nodes[start, k] = nodes[end, k] = 0
        for k in range(f.ROUTE_FIELDS):
            state.routes[v, k] = 0
        for k in range(f.LOADS + inst.facts[f.N_RESOURCES]):
            state.sums[v, k] = 0.0
        nodes[start, f.LOC], nodes[end, f.LOC] = (
            inst.shifts[v, f.START_LOC],
            inst.shifts[v, f.END_LOC],
        )
        nodes[start, f.ROUTE] = nodes[end, f.ROUTE] = v
        nodes[start, f.NEXT], nodes[end, f.PREV] = end, start
        nodes[start, f.PREV] = nodes[end, f.NEXT] = -1
        p = start
        retime(inst, state, v, start, end)
        touch(inst, state, v)  # also where it stays empty: what was there is no more
        while next_of[p] >= 0 and next_of[p] < n:
            insert(inst, state, next_of[p], p, v)
            p = next_of[p]
    for c in range(n):
        state.lists[s.ABSENT_AT, c] = -1
        if nodes[c, f.ROUTE] < 0:
            leave_out(state.lists, state.numbers, c)
    numbers[s.N_DIRTY] = 0
    mark_dirty(state)
    state.costs[s.CURRENT] = total_cost(inst, state)
    keep_as_best(inst, state)


@kernel
def total_cost(inst: Instance, state: State) -> float:
    """Cost of the current plan, summed anew: running sums of floats drift."""
    cost = 0.0
    for v in range(inst.facts[f.N_SHIFTS]):
        cost += state.sums[v, f.COST]
    for at in range(state.numbers[s.N_ABSENT]):
        cost += inst.order_costs[state.lists[s.ABSENT, at], f.SKIP_COST]
    return cost
