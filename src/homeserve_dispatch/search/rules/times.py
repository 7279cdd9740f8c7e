"""The least start times of all routes together: what a change delays is timed anew, and no more.

Times of a trial stand beside those of the plan (TRIAL_… columns) until they are written into it.
"""

from __future__ import annotations

import math

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.jit import apart, folded, inlined, kernel
from homeserve_dispatch.search.rules import data as d
from homeserve_dispatch.search.rules import fields as g
from homeserve_dispatch.search.rules.chain import log_node, log_route, placed_before
from homeserve_dispatch.search.rules.clock import drive, latest_at, service_of, start_at
from homeserve_dispatch.search.rules.data import Rules, RuleState
from homeserve_dispatch.search.timing import late_ms

_INF = math.inf


@inlined
def begin_trial(st: RuleState) -> None:
    """No time of a trial counts any more."""
    numbers = st.numbers
    numbers[d.TRIAL] += 1
    numbers[d.N_TRIAL] = numbers[d.N_MOVED] = numbers[d.N_QUEUE] = 0


@inlined
def enqueue(st: RuleState, x: int) -> None:
    """Node x is to be timed anew."""
    st.lists[d.QUEUE, st.numbers[d.N_QUEUE]] = x
    st.numbers[d.N_QUEUE] += 1


@inlined
def start_of(st: RuleState, x: int) -> int:
    """Start of node x in the trial."""
    nodes = st.nodes
    if nodes[x, g.TRIAL_AT] == st.numbers[d.TRIAL]:
        return nodes[x, g.TRIAL_START]
    return nodes[x, f.START]


@inlined
def finish_of(st: RuleState, x: int) -> int:
    """Finish of node x in the trial."""
    nodes = st.nodes
    if nodes[x, g.TRIAL_AT] == st.numbers[d.TRIAL]:
        return nodes[x, g.TRIAL_FINISH]
    return nodes[x, f.FINISH]


@inlined
def service_in(st: RuleState, x: int) -> int:
    """Length of service of node x in the trial."""
    nodes = st.nodes
    if nodes[x, g.TRIAL_AT] == st.numbers[d.TRIAL]:
        return nodes[x, g.TRIAL_SERVICE]
    return nodes[x, f.SERVICE]


@inlined
def enter_route(st: RuleState, v: int) -> None:
    """Route v is concerned by the trial."""
    if st.routes[v, g.TRIAL_ROUTE] != st.numbers[d.TRIAL]:
        st.routes[v, g.TRIAL_ROUTE] = st.numbers[d.TRIAL]
        st.lists[d.TRIAL_ROUTES, st.numbers[d.N_TRIAL]] = v
        st.numbers[d.N_TRIAL] += 1


@inlined
def _enter_node(st: RuleState, x: int) -> None:
    if st.nodes[x, g.TRIAL_AT] != st.numbers[d.TRIAL]:
        st.nodes[x, g.TRIAL_AT] = st.numbers[d.TRIAL]
        st.lists[d.MOVED, st.numbers[d.N_MOVED]] = x
        st.numbers[d.N_MOVED] += 1


@inlined
def way(inst: Instance, rules: Rules, st: RuleState, x: int, v: int, leave: int) -> int:
    """Time of the leg to node x when it is begun then."""
    ms = st.nodes[x, f.IN_MS]
    if rules.facts[g.HAS_TRAFFIC] == 0 or ms == 0:
        return ms
    p = placed_before(st, st.nodes[x, f.PREV])
    zone = rules.visits[p, g.ZONE] if p < inst.facts[f.N_ORDERS] else 0
    return drive(rules, inst.shifts[v, f.MODE] * rules.facts[g.N_ZONES] + zone, leave, ms)


@inlined
def bound_by_others(rules: Rules, st: RuleState, x: int, ready: int, service: int) -> int:
    """First moment from ``ready`` on that the bonds with visits in the plan allow."""
    bonds = rules.bonds
    first = rules.visits[x, g.BOND]
    for k in range(first, first + rules.visits[x, g.BONDS]):
        if bonds[k, g.BINDS] == 1:
            y = bonds[k, g.PARTNER]
            if st.nodes[y, f.ROUTE] >= 0:
                start = start_of(st, y)
                if start > -f.FAR:
                    bound = start + bonds[k, g.OFFSET] - bonds[k, g.MINUS] * service
                    if bonds[k, g.PLUS] == 1:
                        bound += service_in(st, y)
                    ready = max(ready, bound)
    return ready


@kernel
def bound_in_plan(rules: Rules, st: RuleState, x: int, ready: int, service: int) -> int:
    """As ``bound_by_others``, by the times of the plan."""
    bonds = rules.bonds
    first = rules.visits[x, g.BOND]
    for k in range(first, first + rules.visits[x, g.BONDS]):
        y = bonds[k, g.PARTNER]
        if bonds[k, g.BINDS] == 1 and st.nodes[y, f.ROUTE] >= 0:
            bound = st.nodes[y, f.START] + bonds[k, g.OFFSET] - bonds[k, g.MINUS] * service
            ready = max(ready, bound + bonds[k, g.PLUS] * st.nodes[y, f.SERVICE])
    return ready


@apart
def propagate(
    inst: Instance, rules: Rules, st: RuleState, first: int, steps: int, budget: float
) -> bool:
    """Time what is in the queue and all that it delays; False where a hard bound breaks.

    False, too, as soon as lateness alone costs ``budget`` more than it did.

    Node ``first`` is timed whatever its time was (negative: none). ``steps`` bounds how many are
    timed: a ring of bonds that delay one another would never end.
    """
    nodes, numbers = st.nodes, st.numbers
    n = inst.facts[f.N_ORDERS]
    per_ms = inst.weights[f.LATE_PER_MS]
    fresh = False
    at = 0
    while at < numbers[d.N_QUEUE]:
        x = st.lists[d.QUEUE, at]
        at += 1
        v = nodes[x, f.ROUTE]
        finish = finish_of(st, nodes[x, f.PREV])
        while True:
            steps -= 1
            if steps < 0:
                return False
            if x >= n:
                arrival = finish + way(inst, rules, st, x, v, finish)
                if arrival > inst.shifts[v, f.SHIFT_LIMIT] and st.routes[v, g.COUNT] > 0:
                    return False
                enter_route(st, v)
                _enter_node(st, x)
                nodes[x, g.TRIAL_START] = nodes[x, g.TRIAL_FINISH] = arrival
                nodes[x, g.TRIAL_SERVICE] = 0
                break
            leave = max(finish, rules.visits[x, g.LEAVE])
            service = service_of(inst, rules, st, x, v)
            ready = leave + way(inst, rules, st, x, v, leave)
            if rules.visits[x, g.BONDS] > 0:
                ready = bound_by_others(rules, st, x, ready, service)
            start = start_at(inst, rules, x, ready, service)
            if start >= f.FAR:
                return False
            if x != first and start == start_of(st, x) and service == service_in(st, x):
                if x < rules.facts[g.N_VISITS]:
                    break
                # Behind a break or a call the setup of a visit may have changed all the same.
                finish = start + service
                x = nodes[x, f.NEXT]
                continue
            if x == first:
                first = -n - 1  # no node: from now on it stops where nothing changes
                fresh = True
            if budget < _INF and inst.orders[x, f.SOFT] == 1 and inst.orders[x, f.WINDOWS] == 1:
                late = late_ms(inst, x, start, service)
                if not fresh:
                    late -= late_ms(inst, x, start_of(st, x), service_in(st, x))
                budget -= per_ms * late
                if budget < 0.0:
                    return False
            fresh = False
            enter_route(st, v)
            _enter_node(st, x)
            nodes[x, g.TRIAL_START], nodes[x, g.TRIAL_SERVICE] = start, service
            finish = start + service
            nodes[x, g.TRIAL_FINISH] = finish
            bond = rules.visits[x, g.BOND]
            for k in range(bond, bond + rules.visits[x, g.BONDS]):
                y = rules.bonds[k, g.PARTNER]
                if nodes[y, f.ROUTE] >= 0:
                    # Even if its time stays, it cannot be moved any more to wait less.
                    enter_route(st, nodes[y, f.ROUTE])
                    if numbers[d.N_QUEUE] >= st.lists.shape[1]:
                        return False
                    enqueue(st, y)
            x = nodes[x, f.NEXT]
    return True


@inlined
def forget_node(st: RuleState, x: int) -> None:
    """Node x has no time in the trial yet."""
    _enter_node(st, x)
    st.nodes[x, g.TRIAL_START] = st.nodes[x, g.TRIAL_FINISH] = -f.FAR
    st.nodes[x, g.TRIAL_SERVICE] = 0


@kernel
def forget_times(inst: Instance, rules: Rules, st: RuleState, x: int) -> None:
    """Node x, what follows it and what is bound to any of these may now start earlier.

    Their trial starts become -FAR; ``time_forgotten`` times them anew from below.
    """
    nodes, numbers = st.nodes, st.numbers
    n = inst.facts[f.N_ORDERS]
    at = numbers[d.N_QUEUE]
    enqueue(st, x)
    while at < numbers[d.N_QUEUE]:
        x = st.lists[d.QUEUE, at]
        at += 1
        if nodes[x, g.TRIAL_AT] == numbers[d.TRIAL]:
            continue
        v = nodes[x, f.ROUTE]
        enter_route(st, v)
        st.routes[v, g.HEAD] = x
        while nodes[x, g.TRIAL_AT] != numbers[d.TRIAL]:
            forget_node(st, x)
            if x >= n:
                break
            bond = rules.visits[x, g.BOND]
            for k in range(bond, bond + rules.visits[x, g.BONDS]):
                y = rules.bonds[k, g.PARTNER]
                if nodes[y, f.ROUTE] >= 0 and nodes[y, g.TRIAL_AT] != numbers[d.TRIAL]:
                    enqueue(st, y)
            x = nodes[x, f.NEXT]
    numbers[d.N_QUEUE] = 0


@folded
def time_forgotten(inst: Instance, rules: Rules, st: RuleState) -> bool:
    """The least starts of all that was forgotten in this trial; False where a hard bound breaks."""
    for at in range(st.numbers[d.N_TRIAL]):
        enqueue(st, st.routes[st.lists[d.TRIAL_ROUTES, at], g.HEAD])
    size = st.nodes.shape[0]
    return propagate(inst, rules, st, -size, 1000 + 50 * size, _INF)


@apart
def write_times(inst: Instance, rules: Rules, st: RuleState) -> None:
    """The times of the trial become those of the plan; records of routes become those of NEW."""
    nodes, numbers = st.nodes, st.numbers
    for at in range(numbers[d.N_MOVED]):
        x = st.lists[d.MOVED, at]
        log_node(st, x)
        nodes[x, f.START], nodes[x, f.FINISH] = nodes[x, g.TRIAL_START], nodes[x, g.TRIAL_FINISH]
        nodes[x, f.SERVICE] = nodes[x, g.TRIAL_SERVICE]
    for at in range(numbers[d.N_TRIAL]):
        v = st.lists[d.TRIAL_ROUTES, at]
        log_route(st, v)
        for k in range(1, g.KEPT):  # COUNT is right already
            st.routes[v, k] = st.routes[v, g.NEW + k]
        st.sums[v, g.ROUTE_COST] = st.sums[v, g.NEW_COST]
        if st.routes[v, g.ROUTE_TOUCHED] != numbers[s.STAMP]:
            st.routes[v, g.ROUTE_TOUCHED] = numbers[s.STAMP]
            st.lists[s.CHANGED, numbers[s.N_TOUCHED]] = v
            numbers[s.N_TOUCHED] += 1
        if rules.facts[g.HAS_TRAFFIC] == 0:
            _latest(inst, rules, st, v)


@kernel
def _latest(inst: Instance, rules: Rules, st: RuleState, v: int) -> None:
    """Latest arrivals from which the rest of route v keeps its hard bounds, bonds left aside."""
    nodes = st.nodes
    n, shifts = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    x = n + shifts + v
    log_node(st, x)
    nodes[x, f.LATEST] = inst.shifts[v, f.SHIFT_LIMIT]
    bound = nodes[x, f.LATEST] - nodes[x, f.IN_MS]
    x = nodes[x, f.PREV]
    while x < n:
        service = nodes[x, f.SERVICE]
        latest = latest_at(inst, rules, x, bound - service, service)
        if nodes[x, f.LATEST] != latest:
            log_node(st, x)
            nodes[x, f.LATEST] = latest
        bound = latest - nodes[x, f.IN_MS]
        x = nodes[x, f.PREV]
