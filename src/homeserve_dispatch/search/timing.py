"""When things happen in a route, and what the route costs; exactly as ``docs/rules.md``."""

from __future__ import annotations

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.jit import apart, inlined
from homeserve_dispatch.search.state import State


@inlined
def start_at(inst: Instance, c: int, arrival: int, service: int) -> int:
    """First moment from the arrival on at which order c may start, FAR if there is none."""
    o = inst.orders
    if o[c, f.PLAIN] == 1:
        t = max(arrival, o[c, f.LO])
        return t if t <= o[c, f.HI] else f.FAR
    t = max(arrival, o[c, f.RELEASE])
    first, count = o[c, f.WINDOW], o[c, f.WINDOWS]
    if count > 0:
        w = inst.windows
        if o[c, f.SOFT] == 1:
            opens = w[first, f.EARLIEST]
            if w[first, f.BOUNDS_FINISH] == f.BY_FINISH:
                opens -= service
            t = max(t, opens)
        else:
            found = f.FAR
            for k in range(first, first + count):
                late = service if w[k, f.BOUNDS_FINISH] >= f.BY_FINISH else 0
                if t <= w[k, f.LATE] - late:
                    early = service if w[k, f.BOUNDS_FINISH] == f.BY_FINISH else 0
                    at = max(t, w[k, f.EARLIEST] - early)
                    if at <= w[k, f.LATE] - late:  # else all of the service is longer than it
                        found = at
                        break
            t = found
    if t > o[c, f.HARD_RESPOND] or t + service > o[c, f.HARD_RESOLVE]:
        return f.FAR
    return t


@inlined
def latest_at(inst: Instance, c: int, bound: int, service: int) -> int:
    """Latest start of order c that is <= bound and keeps its hard bounds, -FAR if there is none."""
    o = inst.orders
    if o[c, f.PLAIN] == 1:
        t = min(bound, o[c, f.HI])
        return t if t >= o[c, f.LO] else -f.FAR
    t = min(bound, min(o[c, f.HARD_RESPOND], o[c, f.HARD_RESOLVE] - service))
    if t < o[c, f.RELEASE]:
        return -f.FAR
    first, count = o[c, f.WINDOW], o[c, f.WINDOWS]
    if count == 0:
        return t
    w = inst.windows
    if o[c, f.SOFT] == 1:
        opens = w[first, f.EARLIEST]
        if w[first, f.BOUNDS_FINISH] == f.BY_FINISH:
            opens -= service
        return t if t >= opens else -f.FAR
    for k in range(first + count - 1, first - 1, -1):
        early = service if w[k, f.BOUNDS_FINISH] == f.BY_FINISH else 0
        late = service if w[k, f.BOUNDS_FINISH] >= f.BY_FINISH else 0
        if t >= w[k, f.EARLIEST] - early:
            at = min(t, w[k, f.LATE] - late)
            if at >= w[k, f.EARLIEST] - early:
                return at if at >= o[c, f.RELEASE] else -f.FAR
    return -f.FAR


@inlined
def opened_latest(inst: Instance, c: int, start: int, service: int) -> int:
    """Latest of the last window that has opened by then, as a bound of the start."""
    w = inst.windows
    first = inst.orders[c, f.WINDOW]
    latest = f.FAR
    for k in range(first, first + inst.orders[c, f.WINDOWS]):
        early = service if w[k, f.BOUNDS_FINISH] == f.BY_FINISH else 0
        late = service if w[k, f.BOUNDS_FINISH] >= f.BY_FINISH else 0
        if w[k, f.EARLIEST] - early > start:
            break
        latest = w[k, f.LATE] - late
    return latest


@inlined
def room(inst: Instance, c: int, start: int, service: int) -> int:
    """By how much the start may move without leaving its window or being late."""
    o = inst.orders
    if o[c, f.PLAIN] == 1:
        return o[c, f.HI] - start
    left = opened_latest(inst, c, start, service) - start
    left = min(left, min(o[c, f.RESPOND], o[c, f.HARD_RESPOND]) - start)
    left = min(left, min(o[c, f.RESOLVE], o[c, f.HARD_RESOLVE]) - service - start)
    return max(0, left)


@inlined
def late_ms(inst: Instance, c: int, start: int, service: int) -> int:
    """Lateness past the soft window."""
    if inst.orders[c, f.SOFT] == 0:
        return 0
    return max(0, start - opened_latest(inst, c, start, service))


@inlined
def sla_ms(inst: Instance, c: int, start: int, service: int) -> int:
    """Lateness past the soft SLA deadlines, both together."""
    o = inst.orders
    return max(0, start - o[c, f.RESPOND]) + max(0, start + service - o[c, f.RESOLVE])


@inlined
def service_after(inst: Instance, c: int, before: int) -> int:
    """Length of service of c when it follows that node."""
    o = inst.orders
    if o[c, f.SETUP] == 0:
        return o[c, f.DURATION]
    if before < inst.facts[f.N_ORDERS] and o[before, f.PLACE] == o[c, f.PLACE]:
        return o[c, f.DURATION]
    return o[c, f.DURATION] + o[c, f.SETUP]


@apart
def retime(inst: Instance, state: State, v: int, first: int, last: int) -> None:
    """Bring the times of route v up to date after a change from node ``first`` to ``last``.

    Both are nodes of the route (its start and end node included) with right PREV, NEXT and legs.
    """
    nodes = state.nodes
    plain = inst.facts[f.ALL_PLAIN] == 1
    _forward(inst, state, v, first, last, plain)
    n, shifts = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    x = last if plain else n + shifts + v
    past = False
    while True:
        if x >= n + shifts:
            latest, tail = inst.shifts[v, f.SHIFT_LIMIT], f.FAR
        elif x >= n:
            break
        else:
            q = nodes[x, f.NEXT]
            service = nodes[x, f.SERVICE]
            latest = latest_at(inst, x, nodes[q, f.LATEST] - nodes[q, f.IN_MS] - service, service)
            tail = f.FAR
            if not plain:
                waiting = nodes[q, f.START] - nodes[x, f.FINISH] - nodes[q, f.IN_MS]
                tail = min(room(inst, x, nodes[x, f.START], service), waiting + nodes[q, f.TAIL])
        if plain and past and nodes[x, f.LATEST] == latest:
            break
        if x == first:
            past = True
        nodes[x, f.LATEST] = latest
        nodes[x, f.TAIL] = tail
        x = nodes[x, f.PREV]


@inlined
def _forward(inst: Instance, state: State, v: int, first: int, last: int, plain: bool) -> None:
    nodes, routes = state.nodes, state.routes
    n, shifts = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    x = first
    past = False
    while True:
        if x >= n and x < n + shifts:
            nodes[x, f.START] = nodes[x, f.FINISH] = inst.shifts[v, f.SHIFT_START]
            nodes[x, f.WAITED], nodes[x, f.SLACK] = 0, f.FAR
            x = nodes[x, f.NEXT]
            continue
        p = nodes[x, f.PREV]
        arrival = nodes[p, f.FINISH] + nodes[x, f.IN_MS]
        if x >= n:
            nodes[x, f.START] = nodes[x, f.FINISH] = arrival
            nodes[x, f.WAITED], nodes[x, f.SLACK] = nodes[p, f.WAITED], nodes[p, f.SLACK]
            break
        service = service_after(inst, x, p)
        start = start_at(inst, x, arrival, service)
        routes[v, f.SERVICE_MS] += service - nodes[x, f.SERVICE]
        nodes[x, f.SERVICE] = service
        if plain and past and nodes[x, f.START] == start:
            break
        if x == last:
            past = True
        nodes[x, f.START], nodes[x, f.FINISH] = start, start + service
        if not plain:
            waited = nodes[p, f.WAITED] + start - arrival
            nodes[x, f.WAITED] = waited
            slack = room(inst, x, start, service) + waited
            nodes[x, f.SLACK] = min(nodes[p, f.SLACK], slack)
            if inst.orders[x, f.PLAIN] == 0:
                late, sla = late_ms(inst, x, start, service), sla_ms(inst, x, start, service)
                routes[v, f.LATE_SUM] += late - nodes[x, f.LATE_MS]
                routes[v, f.SLA_SUM] += sla - nodes[x, f.SLA_MS]
                nodes[x, f.LATE_MS], nodes[x, f.SLA_MS] = late, sla
        x = nodes[x, f.NEXT]


@inlined
def time_cost(inst: Instance, v: int, end: int, waited: int, slack: int) -> float:
    """Waiting, paid time and overtime of a used shift; end and waiting as early as possible."""
    s, r = inst.shifts, inst.rates
    if s[v, f.TIMED] == 0:
        return 0.0
    moved = min(waited, slack) if s[v, f.MOVES_LATER] == 1 else 0
    paid_from = s[v, f.SHIFT_START]
    if s[v, f.PAID_FROM_DEPARTURE] == 1:
        paid_from += moved
    return (
        r[v, f.WAITING] * (waited - moved)
        + r[v, f.PAID] * (end - paid_from)
        + r[v, f.OVERTIME] * max(0, end - s[v, f.SHIFT_END])
    )


@inlined
def route_cost(inst: Instance, state: State, v: int) -> float:
    """Cost of route v from its sums and times."""
    routes = state.routes
    if routes[v, f.COUNT] == 0:
        return 0.0
    end = inst.facts[f.N_ORDERS] + inst.facts[f.N_SHIFTS] + v
    nodes, r, w = state.nodes, inst.rates, inst.weights
    return (
        r[v, f.USE]
        + r[v, f.PER_MS] * routes[v, f.TRAVEL_MS]
        + r[v, f.PER_M] * routes[v, f.DISTANCE_M]
        + state.sums[v, f.MISSED]
        + w[f.LATE_PER_MS] * routes[v, f.LATE_SUM]
        + w[f.SLA_PER_MS] * routes[v, f.SLA_SUM]
        + time_cost(inst, v, nodes[end, f.FINISH], nodes[end, f.WAITED], nodes[end, f.SLACK])
    )
