"""When one visit may start, how long it lasts and how long a leg takes; as ``docs/rules.md``."""

from __future__ import annotations

import math

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import timing
from homeserve_dispatch.search.jit import inlined, kernel
from homeserve_dispatch.search.rules import fields as g
from homeserve_dispatch.search.rules.data import Rules, RuleState


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
    """As ``timing.start_at``; a locked start is kept, whatever the windows say."""
    fixed = rules.visits[x, g.FIXED_START]
    if fixed > -f.FAR:
        return fixed if ready <= fixed else f.FAR
    return timing.start_at(inst, x, ready, service)


@inlined
def latest_at(inst: Instance, rules: Rules, x: int, bound: int, service: int) -> int:
    """As ``timing.latest_at``; a locked start is kept, whatever the windows say."""
    fixed = rules.visits[x, g.FIXED_START]
    if fixed > -f.FAR:
        return fixed if fixed <= bound else -f.FAR
    return timing.latest_at(inst, x, bound, service)


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
