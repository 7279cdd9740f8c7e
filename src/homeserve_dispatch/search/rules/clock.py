"""When one visit may start, for how long it lasts and how late it is; as ``docs/rules.md``."""

from __future__ import annotations

import math

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.jit import inlined, kernel
from homeserve_dispatch.search.rules import fields as g
from homeserve_dispatch.search.rules.data import Rules, RuleState

_SERVICE = 2  # value of BOUNDS_FINISH for windows that hold all of the service


@inlined
def service_of(inst: Instance, rules: Rules, st: RuleState, x: int, v: int) -> int:
    """Length of service at node x of route v, where it stands in its chain now."""
    o = inst.orders
    if x >= rules.facts[g.N_VISITS]:
        return o[x, f.DURATION]
    duration = o[x, f.DURATION]
    if rules.facts[g.HAS_SPEED] == 1:
        duration = int(math.floor(duration / rules.speed[o[x, f.ROW], v] + 0.5))
    if o[x, f.SETUP] == 0:
        return duration
    p = st.nodes[x, f.PREV]
    while p >= rules.facts[g.N_VISITS] and p < inst.facts[f.N_ORDERS]:
        p = st.nodes[p, f.PREV]  # breaks and calls in between change nothing
    if p < rules.facts[g.N_VISITS] and o[p, f.PLACE] == o[x, f.PLACE]:
        return duration
    return duration + o[x, f.SETUP]


@inlined
def start_at(inst: Instance, rules: Rules, x: int, ready: int, service: int) -> int:
    """First moment from ``ready`` on at which node x may start, FAR if there is none."""
    o = inst.orders
    fixed = rules.visits[x, g.FIXED_START]
    if fixed > -f.FAR:
        return fixed if ready <= fixed else f.FAR
    if o[x, f.PLAIN] == 1:
        t = max(ready, o[x, f.LO])
        return t if t <= o[x, f.HI] else f.FAR
    t = max(ready, o[x, f.RELEASE])
    first, count = o[x, f.WINDOW], o[x, f.WINDOWS]
    if count > 0:
        w = inst.windows
        if o[x, f.SOFT] == 1:
            opens = w[first, f.EARLIEST]
            if w[first, f.BOUNDS_FINISH] == 1:
                opens -= service
            t = max(t, opens)
        else:
            found = f.FAR
            for k in range(first, first + count):
                late = service if w[k, f.BOUNDS_FINISH] >= 1 else 0
                if t <= w[k, f.LATE] - late:
                    early = service if w[k, f.BOUNDS_FINISH] == 1 else 0
                    at = max(t, w[k, f.EARLIEST] - early)
                    if at <= w[k, f.LATE] - late:
                        found = at
                        break
            t = found
    if t > o[x, f.HARD_RESPOND] or t + service > o[x, f.HARD_RESOLVE]:
        return f.FAR
    return t


@inlined
def latest_at(inst: Instance, rules: Rules, x: int, bound: int, service: int) -> int:
    """Latest start of node x that is <= bound and keeps its hard bounds; -FAR: there is none."""
    o = inst.orders
    fixed = rules.visits[x, g.FIXED_START]
    if fixed > -f.FAR:
        return fixed if fixed <= bound else -f.FAR
    if o[x, f.PLAIN] == 1:
        t = min(bound, o[x, f.HI])
        return t if t >= o[x, f.LO] else -f.FAR
    t = min(bound, min(o[x, f.HARD_RESPOND], o[x, f.HARD_RESOLVE] - service))
    if t < o[x, f.RELEASE]:
        return -f.FAR
    first, count = o[x, f.WINDOW], o[x, f.WINDOWS]
    if count == 0:
        return t
    w = inst.windows
    if o[x, f.SOFT] == 1:
        opens = w[first, f.EARLIEST]
        if w[first, f.BOUNDS_FINISH] == 1:
            opens -= service
        return t if t >= opens else -f.FAR
    for k in range(first + count - 1, first - 1, -1):
        early = service if w[k, f.BOUNDS_FINISH] == 1 else 0
        late = service if w[k, f.BOUNDS_FINISH] >= 1 else 0
        if t >= w[k, f.EARLIEST] - early:
            at = min(t, w[k, f.LATE] - late)
            if at >= w[k, f.EARLIEST] - early:
                return at if at >= o[x, f.RELEASE] else -f.FAR
    return -f.FAR


@inlined
def opened_latest(inst: Instance, x: int, start: int, service: int) -> int:
    """Latest of the last window that has opened by then, as a bound of the start."""
    w = inst.windows
    first = inst.orders[x, f.WINDOW]
    latest = f.FAR
    for k in range(first, first + inst.orders[x, f.WINDOWS]):
        early = service if w[k, f.BOUNDS_FINISH] == 1 else 0
        late = service if w[k, f.BOUNDS_FINISH] >= 1 else 0
        if w[k, f.EARLIEST] - early > start:
            break
        latest = w[k, f.LATE] - late
    return latest


@inlined
def room(inst: Instance, x: int, start: int, service: int) -> int:
    """By how much the start may move without leaving its window or being late."""
    o = inst.orders
    if o[x, f.PLAIN] == 1:
        return max(0, o[x, f.HI] - start)
    left = opened_latest(inst, x, start, service) - start
    left = min(left, min(o[x, f.RESPOND], o[x, f.HARD_RESPOND]) - start)
    left = min(left, min(o[x, f.RESOLVE], o[x, f.HARD_RESOLVE]) - service - start)
    return max(0, left)


@inlined
def late_ms(inst: Instance, x: int, start: int, service: int) -> int:
    """Lateness past the soft window."""
    if inst.orders[x, f.SOFT] == 0:
        return 0
    return max(0, start - opened_latest(inst, x, start, service))


@inlined
def sla_ms(inst: Instance, x: int, start: int, service: int) -> int:
    """Lateness past the soft SLA deadlines, both together."""
    o = inst.orders
    return max(0, start - o[x, f.RESPOND]) + max(0, start + service - o[x, f.RESOLVE])


@kernel
def drive(rules: Rules, profile: int, now: int, ms: int) -> int:
    """How long a leg of ``ms`` takes when it is begun then, with the traffic of that profile.

    A piece at a time: a period of factor F that lasts C longer lets C / F of the leg be driven
    (Ichoua, Gendreau & Potvin 2003, doi 10.1016/S0377-2217(02)00147-9).
    """
    if ms == 0:
        return 0
    segments = rules.traffic
    left = float(ms)
    at = float(now)  # whole milliseconds, as a float
    low, high = 0, rules.facts[g.N_SEGMENTS] - 1
    while low < high:
        middle = (low + high) // 2
        if segments[profile, middle, 0] > at:
            high = middle
        else:
            low = middle + 1
    k = low
    while True:
        factor = segments[profile, k, 1]
        capacity = (segments[profile, k, 0] - at) / factor
        if left <= capacity or k == rules.facts[g.N_SEGMENTS] - 1:
            return int(at) + int(math.ceil(left * factor - 1e-6)) - now
        left -= capacity
        at = segments[profile, k, 0]
        k += 1
