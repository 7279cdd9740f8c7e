"""Taking strings of neighbouring visits out of a few routes, and calls at depots moved."""

from __future__ import annotations

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.jit import folded, kernel
from homeserve_dispatch.search.random import below, uniform
from homeserve_dispatch.search.rules import data as d
from homeserve_dispatch.search.rules import fields as g
from homeserve_dispatch.search.rules.data import Rules, RuleState
from homeserve_dispatch.search.rules.insertion import best_gap, insert, list_gaps, note_whole
from homeserve_dispatch.search.rules.price import carries, priced
from homeserve_dispatch.search.rules.removal import note_candidate, remove, take_out
from homeserve_dispatch.search.rules.swaps import make_room
from homeserve_dispatch.search.rules.tails import exchange_tails
from homeserve_dispatch.search.rules.times import begin_trial, time_forgotten, write_times
from homeserve_dispatch.search.swaps import is_for_absent

_CALL_TOO = 0.3
_BREAK_STAYS = 0.5
_BREAK_TOO = 0.7
_INF = float("inf")


@kernel
def ruin(
    inst: Instance,
    rules: Rules,
    st: RuleState,
    removed_mean: float,
    longest: float,
    split: float,
    at_absent: float,
    tails: float,
    swaps: float,
) -> bool:
    """Remove strings around a random visit; candidates are in ``lists[CANDIDATES]``.

    Parameters as those of ``search.ruin``; ``tails`` and ``swaps`` are probabilities of what is
    done instead. ``N_REMOVED`` says how many candidates there are: of visits that go together
    the first. False where what is left breaks a rule.
    """
    numbers, rng = st.numbers, st.numbers
    numbers[d.N_REMOVED] = 0
    numbers[d.FIRST] = -1
    begin_trial(st)
    if uniform(rng) < tails:
        if not exchange_tails(inst, rules, st):
            return False
    elif is_for_absent(numbers, rules.facts[g.N_VISITS], swaps):
        if not make_room(inst, rules, st):
            return False
        _take_out_breaks(inst, rules, st)
    else:
        _take_out_strings(inst, rules, st, removed_mean, longest, split, at_absent)
    return settle_removal(inst, rules, st)


@folded
def _take_out_strings(
    inst: Instance,
    rules: Rules,
    st: RuleState,
    removed_mean: float,
    longest: float,
    split: float,
    at_absent: float,
) -> None:
    numbers, rng = st.numbers, st.numbers
    n, absent = rules.facts[g.N_VISITS], numbers[s.N_ABSENT]
    centre = below(rng, n)
    if absent > 0 and uniform(rng) < at_absent:
        centre = st.lists[s.ABSENT, below(rng, absent)]
    numbers[s.CENTRE] = centre
    length = min(longest, max(1.0, (n - absent) / max(1, numbers[s.USED_SHIFTS])))
    strings = int(uniform(rng) * (4.0 * removed_mean / (1.0 + length) - 1.0) + 1.0)
    used = absent - absent
    for k in range(-1, inst.facts[f.N_AROUND]):
        if used >= strings:
            break
        c = centre if k < 0 else int(inst.close[centre, inst.facts[f.N_NEAR] + k])
        if c < 0:
            break
        v = st.nodes[c, f.ROUTE]
        if v < 0 or st.routes[v, g.TRIAL_ROUTE] == numbers[d.TRIAL]:
            continue
        used += 1
        most = min(length, float(st.routes[v, g.COUNT]))
        size = min(int(uniform(rng) * most + 1.0), st.routes[v, g.COUNT])
        _cut(inst, rules, st, c, v, size, split)
    _take_out_breaks(inst, rules, st)


@kernel
def _take_out_breaks(inst: Instance, rules: Rules, st: RuleState) -> None:
    """Breaks of half of the touched routes, and of a route without visits."""
    if uniform(st.numbers) < _BREAK_STAYS:
        return
    count = st.numbers[d.N_TRIAL]
    for at in range(count):
        v = st.lists[d.TRIAL_ROUTES, at]
        first = rules.shifts[v, g.BREAK_FIRST]
        for b in range(first, first + rules.shifts[v, g.BREAKS]):
            if st.nodes[b, f.ROUTE] >= 0 and uniform(st.numbers) < _BREAK_TOO:
                remove(inst, rules, st, b)
                note_candidate(st, b)
    v = below(st.numbers, inst.facts[f.N_SHIFTS])
    if st.routes[v, g.COUNT] == 0:
        first = rules.shifts[v, g.BREAK_FIRST]
        for b in range(first, first + rules.shifts[v, g.BREAKS]):
            if st.nodes[b, f.ROUTE] >= 0:
                remove(inst, rules, st, b)
                note_candidate(st, b)


@folded
def settle_removal(inst: Instance, rules: Rules, st: RuleState) -> bool:
    """Time and price anew what removals have left; False where that breaks a rule."""
    for at in range(st.numbers[d.N_TRIAL]):
        _drop_call(inst, rules, st, st.lists[d.TRIAL_ROUTES, at])
    if not time_forgotten(inst, rules, st):
        return False
    change = priced(inst, rules, st, _INF, 0.0)
    if change == _INF:
        return False
    write_times(inst, rules, st)
    st.costs[s.CURRENT] += change
    note_whole(inst, rules, st)
    return True


@folded
def _cut(
    inst: Instance, rules: Rules, st: RuleState, c: int, v: int, size: int, split: float
) -> None:
    """Remove ``size`` visits of route v in a string around c, maybe keeping a stretch inside."""
    nodes, rng = st.nodes, st.numbers
    n = inst.facts[f.N_ORDERS]
    total = st.routes[v, g.COUNT]
    kept = size - size
    if size > 1 and size < total and uniform(rng) < split:
        kept += 1
        while size + kept < total and uniform(rng) > 0.01:
            kept += 1
    span = size + kept
    before, x = size - size, nodes[c, f.PREV]
    while x < n and before < span - 1:
        before += 1
        x = nodes[x, f.PREV]
    after, x = size - size, nodes[c, f.NEXT]
    while x < n and after < span - 1:
        after += 1
        x = nodes[x, f.NEXT]
    least_back = max(0, span - 1 - after)
    back = least_back + below(rng, max(1, before - least_back + 1))
    x = c
    for _ in range(min(back, before)):
        x = nodes[x, f.PREV]
    keep_from = 1 + below(rng, size - 1) if kept > 0 else span
    for at in range(span):
        if x >= n:
            break
        # What goes with it may stand behind it: the next is read off afterwards.
        behind = nodes[x, f.NEXT]
        if at < keep_from or at >= keep_from + kept:
            take_out(inst, rules, st, x)
            while behind < n and nodes[behind, f.ROUTE] != v:
                behind = nodes[behind, f.NEXT]
        x = behind


@kernel
def move_call(inst: Instance, rules: Rules, st: RuleState, v: int) -> bool:
    """Put the call at a depot of route v where it is cheapest; False where that is nowhere."""
    call = rules.shifts[v, g.CALL]
    if call < 0 or st.nodes[call, f.ROUTE] < 0:
        return True
    begin_trial(st)
    remove(inst, rules, st, call)
    if not time_forgotten(inst, rules, st):
        return False
    st.numbers[d.WITHOUT_CALL] = 1
    change = priced(inst, rules, st, _INF, 0.0)
    st.numbers[d.WITHOUT_CALL] = 0
    if change == _INF:
        return False
    write_times(inst, rules, st)
    note_whole(inst, rules, st)
    count = list_gaps(inst, rules, st, call, st.numbers[d.TRIAL] < 0)
    p, _, _ = best_gap(inst, rules, st, call, _INF, 0.0, count)
    if p < 0:
        return False
    change += insert(inst, rules, st, call, p, v)
    st.costs[s.CURRENT] += change
    return change < _INF


@folded
def _drop_call(inst: Instance, rules: Rules, st: RuleState, v: int) -> None:
    """Without the call at the depot where nothing needs it; now and then with all behind it."""
    call = rules.shifts[v, g.CALL]
    if call < 0 or st.nodes[call, f.ROUTE] < 0:
        return
    if uniform(st.numbers) < _CALL_TOO:
        x = st.nodes[call, f.NEXT]
        while x < inst.facts[f.N_ORDERS]:
            behind = st.nodes[x, f.NEXT]
            take_out(inst, rules, st, x)
            while behind < inst.facts[f.N_ORDERS] and st.nodes[behind, f.ROUTE] != v:
                behind = st.nodes[behind, f.NEXT]
            x = behind
    if carries(inst, rules, st, v, st.numbers[d.TRIAL] < 0):
        remove(inst, rules, st, call)
