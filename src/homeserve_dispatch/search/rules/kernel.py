"""The loop for problems with rules: as ``search.kernel``, with every change timed in all routes."""

from __future__ import annotations

import math

from homeserve_dispatch.instance import Floats, Instance, Ints
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import kernel as plain
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.change import leave_out, let_in
from homeserve_dispatch.search.jit import entry, folded, inlined, kernel
from homeserve_dispatch.search.random import uniform
from homeserve_dispatch.search.reference import by_reference
from homeserve_dispatch.search.rules import data as d
from homeserve_dispatch.search.rules import fields as g
from homeserve_dispatch.search.rules.chain import before_fixed, link
from homeserve_dispatch.search.rules.data import Rules, RuleState
from homeserve_dispatch.search.rules.insertion import (
    best_gap,
    insert,
    note_whole,
)
from homeserve_dispatch.search.rules.price import priced
from homeserve_dispatch.search.rules.removal import note_candidate
from homeserve_dispatch.search.rules.ruin import move_call, ruin
from homeserve_dispatch.search.rules.ties import may_do, newcomer
from homeserve_dispatch.search.rules.times import (
    begin_trial,
    forget_times,
    time_forgotten,
    write_times,
)
from homeserve_dispatch.search.rules.together import (
    back_to,
    gaps_for,
    insert_crew,
    insert_recurring,
    insert_with_call,
    is_together,
)
from homeserve_dispatch.search.sorting import key_of, sort_candidates

_INF = math.inf
_BETTER = 1e-7
_MANY_ABSENT = 60
_ABSENT_CREW = 0.3
_ABSENT_TIED = 0.3
_EVEN = 1.0
_EMPTY_BLINK = 0.5  # breaks of an empty route come in any sequence: all cost the same there


@folded
def run(inst: Instance, rules: Rules, st: RuleState, parameters: Floats, iterations: int) -> None:
    """Do that many iterations of one chain, or until ``numbers[ENOUGH]`` is set.

    From ``costs[TEMPERATURE]`` on.
    """
    costs, numbers = st.costs, st.numbers
    if rules.weights[g.MAX_IDLE_PER_MS] > 0.0:
        # Only the idlest worker costs anything, so that most steps towards an even plan would
        # seem to win nothing. The hotter, the more they win here.
        longest = numbers[s.N_ABSENT] * 0 + 1
        for v in range(inst.facts[f.N_SHIFTS]):
            longest = max(longest, inst.shifts[v, f.SHIFT_END] - inst.shifts[v, f.SHIFT_START])
        costs[d.EVENNESS] = _EVEN * costs[s.TEMPERATURE] / float(longest) ** 2
        note_whole(inst, rules, st)
    costs[s.CURRENT] = total_cost(inst, st)
    used = numbers[s.N_ABSENT] * 0
    for v in range(inst.facts[f.N_SHIFTS]):
        if st.routes[v, g.COUNT] > 0:
            used += 1
    numbers[s.USED_SHIFTS] = used
    for _ in range(iterations):
        if numbers[s.ENOUGH] != 0:
            break
        forget_log(st)
        before, new = costs[s.CURRENT], costs[d.SEEN_ANEW]
        limit = before - costs[s.TEMPERATURE] * math.log(1.0 - uniform(st.numbers))
        numbers[s.ITERATIONS] += 1
        stands = ruin_and_recreate(inst, rules, st, parameters, limit)
        if stands and numbers[d.FULL] == 0 and costs[s.CURRENT] < limit:
            numbers[s.ACCEPTED] += 1
            settle(inst, rules, st)
        else:
            back_to(rules, inst, st, numbers[s.N_LOGGED], numbers[s.N_LOGGED], new)
            costs[s.CURRENT] = before
        costs[s.TEMPERATURE] *= parameters[plain.COOLING]
    costs[d.EVENNESS] = 0.0
    note_whole(inst, rules, st)
    costs[s.CURRENT] = total_cost(inst, st)


@inlined
def forget_log(st: RuleState) -> None:
    """Begin a new iteration: nothing is logged, no route is touched."""
    numbers = st.numbers
    numbers[s.STAMP] += 1
    numbers[d.MARK] += 1
    numbers[d.N_LOG] = numbers[d.N_ROUTE_LOG] = numbers[s.N_TOUCHED] = numbers[d.FULL] = 0
    numbers[s.N_LOGGED] = numbers[d.N_REMOVED] = 0


@folded
def ruin_and_recreate(
    inst: Instance, rules: Rules, st: RuleState, parameters: Floats, limit: float
) -> bool:
    """One round of both; False where a rule is broken.

    A plan that is to cost ``limit`` or more may be left unfinished.
    """
    numbers = st.numbers
    if not ruin(
        inst,
        rules,
        st,
        parameters[plain.REMOVED],
        parameters[plain.LONGEST],
        parameters[plain.SPLIT],
        parameters[plain.AT_ABSENT],
        parameters[plain.TAILS],
        parameters[plain.SWAPS],
    ):
        return False
    for at in range(numbers[d.N_REMOVED]):
        c = st.lists[s.CANDIDATES, at]
        if c < rules.facts[g.N_VISITS]:
            st.costs[s.CURRENT] += inst.order_costs[c, f.SKIP_COST]
    _add_breaks(rules, st)
    eager = numbers[s.N_ABSENT] > 0 and uniform(st.numbers) < parameters[plain.EAGER]
    _add_absent(inst, rules, st, eager)
    _sort(inst, rules, st)
    recreate(inst, rules, st, parameters[plain.BLINK], eager, limit)
    if _lacks_break(st):
        return False
    for at in range(numbers[s.N_TOUCHED]):
        if not move_call(inst, rules, st, st.lists[s.CHANGED, at]):
            return False
    return True


@inlined
def _lacks_break(st: RuleState) -> bool:
    """Whether a touched route with visits has not all of its hard breaks."""
    for at in range(st.numbers[s.N_TOUCHED]):
        v = st.lists[s.CHANGED, at]
        if st.routes[v, g.COUNT] > 0 and st.routes[v, g.MISSING] > 0:
            return True
    return False


@folded
def recreate(
    inst: Instance, rules: Rules, st: RuleState, blink: float, eager: bool, limit: float
) -> None:
    """Put the candidates one by one where each is cheapest, if that is cheaper than skipping.

    Ends as soon as the plan would cost ``limit`` even if all that is left went in for nothing.
    """
    never = st.numbers[d.TRIAL] < 0  # no literal: that would be compiled apart
    hope = limit  # what the plan may cost now, at most, if it is to cost less than that in the end
    for at in range(st.numbers[d.N_REMOVED]):
        hope += inst.order_costs[st.lists[s.CANDIDATES, at], f.WORTH]
    for at in range(st.numbers[d.N_REMOVED]):
        if st.numbers[d.FULL] == 1:
            break
        if st.costs[s.CURRENT] >= hope:
            break
        c = st.lists[s.CANDIDATES, at]
        if hope < _INF:
            hope -= inst.order_costs[c, f.WORTH]
        bound = hope - st.costs[s.CURRENT]
        if c >= rules.facts[g.N_VISITS]:
            place(
                inst,
                rules,
                st,
                c,
                min(bound, _break_bound(rules, st, c)),
                _EMPTY_BLINK if st.routes[rules.visits[c, g.OWNER], g.COUNT] == 0 else blink,
                never,
                never,
            )
            continue
        skip = inst.order_costs[c, f.SKIP_COST]
        bound += skip
        was_absent = st.lists[s.ABSENT_AT, c] >= 0
        cost = place(
            inst,
            rules,
            st,
            c,
            bound if eager else min(bound, skip),
            blink,
            was_absent and not eager and not is_tied(rules, c),
            never,
        )
        if cost < _INF:
            st.costs[s.CURRENT] -= skip


@inlined
def _break_bound(rules: Rules, st: RuleState, c: int) -> float:
    """Less than this a break may cost; in a route without visits it costs nothing."""
    if rules.visits[c, g.MUST] == 1:
        return _INF
    return 1e-9 if st.routes[rules.visits[c, g.OWNER], g.COUNT] == 0 else 0.0


@kernel
def place(
    inst: Instance,
    rules: Rules,
    st: RuleState,
    c: int,
    bound: float,
    blink: float,
    only_touched: bool,
    everywhere: bool,
) -> float:
    """Put in node c, and what goes with it, where that is cheapest, if for less than ``bound``.

    Looks near it, or into gaps of touched routes only, or everywhere. Returns what it costs, which
    is added to ``CURRENT``; infinite where it stays out.
    """
    if is_together(rules, c):
        if rules.visits[c, g.RECURS] >= 0:
            cost = insert_recurring(inst, rules, st, c, bound, everywhere)
        else:
            cost = insert_crew(inst, rules, st, c, bound, blink, everywhere)
    else:
        count = gaps_for(inst, rules, st, c, only_touched, everywhere)
        p, v, cost = best_gap(inst, rules, st, c, bound, blink, count)
        if inst.facts[f.N_RESOURCES] > 0 and c < rules.facts[g.N_VISITS]:
            with_call = insert_with_call(inst, rules, st, c, cost, only_touched)
            if with_call < _INF:
                st.costs[s.CURRENT] += with_call
                return with_call
        if p < 0:
            return _INF
        cost = insert(inst, rules, st, c, p, v)
    if cost < _INF:
        st.costs[s.CURRENT] += cost
    return cost


@kernel
def total_cost(inst: Instance, st: RuleState) -> float:
    """Cost of the current plan, summed anew: running sums of floats drift."""
    cost = st.costs[d.GLOBAL] + st.costs[d.SEEN_ANEW]
    for v in range(inst.facts[f.N_SHIFTS]):
        cost += st.sums[v, g.ROUTE_COST] + st.sums[v, g.ROUTE_MISSED]
    for at in range(st.numbers[s.N_ABSENT]):
        cost += inst.order_costs[st.lists[s.ABSENT, at], f.SKIP_COST]
    return cost


@inlined
def is_tied(rules: Rules, c: int) -> bool:
    """Whether what other routes do can keep it out of a route."""
    return (
        rules.visits[c, g.BONDS] > 0
        or rules.visits[c, g.GROUPS] > 0
        or rules.visits[c, g.CUSTOMER] >= 0
    )


@folded
def _add_breaks(rules: Rules, st: RuleState) -> None:
    """Candidates too: breaks that touched routes had missed before."""
    removed = st.numbers[d.N_REMOVED]
    for at in range(st.numbers[s.N_TOUCHED]):
        v = st.lists[s.CHANGED, at]
        first = rules.shifts[v, g.BREAK_FIRST]
        for b in range(first, first + rules.shifts[v, g.BREAKS]):
            if st.nodes[b, f.ROUTE] < 0:
                new = True
                for k in range(removed):
                    if st.lists[s.CANDIDATES, k] == b:
                        new = False
                if new:
                    note_candidate(st, b)


@folded
def _add_absent(inst: Instance, rules: Rules, st: RuleState, eager: bool) -> None:
    """Candidates too: a few of the orders left out before, those nearest to the ruin first."""
    absent = st.numbers[s.N_ABSENT]
    if st.numbers[d.FIRST] >= 0:
        note_candidate(st, st.numbers[d.FIRST])
    if absent <= _MANY_ABSENT:
        for at in range(absent):
            _add_one_absent(inst, rules, st, st.lists[s.ABSENT, at], eager)
        return
    centre = st.numbers[s.CENTRE]
    for k in range(-1, inst.facts[f.N_AROUND]):
        c = centre if k < 0 else int(inst.close[centre, inst.facts[f.N_NEAR] + k])
        if c < 0:
            break
        if st.lists[s.ABSENT_AT, c] >= 0:
            _add_one_absent(inst, rules, st, c, eager)


@kernel
def _add_one_absent(inst: Instance, rules: Rules, st: RuleState, c: int, eager: bool) -> None:
    if rules.visits[c, g.NEVER] == 1 or c == st.numbers[d.FIRST]:
        return
    if is_together(rules, c):
        if uniform(st.numbers) < _ABSENT_CREW:
            note_candidate(st, c)
        return
    if (
        eager
        or st.numbers[s.N_TOUCHED] == 0
        or (is_tied(rules, c) and uniform(st.numbers) < _ABSENT_TIED)
    ):
        note_candidate(st, c)
        return
    row, duration = inst.orders[c, f.ROW], inst.orders[c, f.DURATION]
    for at in range(st.numbers[s.N_TOUCHED]):
        v = st.lists[s.CHANGED, at]
        if inst.pairs[row, v] < _INF:
            busy = st.routes[v, g.TRAVEL_MS] + st.routes[v, g.WORK_MS]
            room = inst.shifts[v, f.SHIFT_LIMIT] - inst.shifts[v, f.SHIFT_START]
            if rules.facts[g.HAS_SPEED] == 1 or busy + duration <= room:
                note_candidate(st, c)
                return


@kernel
def settle(inst: Instance, rules: Rules, st: RuleState) -> None:
    """The changes of this iteration stand."""
    numbers, lists = st.numbers, st.lists
    for at in range(numbers[d.N_REMOVED]):
        c = lists[s.CANDIDATES, at]
        if c >= rules.facts[g.N_VISITS]:
            continue
        if st.nodes[c, f.ROUTE] < 0:
            if lists[s.ABSENT_AT, c] < 0:
                leave_out(st.lists, st.numbers, c)
        elif lists[s.ABSENT_AT, c] >= 0:
            let_in(st.lists, st.numbers, c)
    for at in range(numbers[s.N_TOUCHED]):
        v = lists[s.CHANGED, at]
        if st.routes[v, g.ROUTE_DIRTY] == 0:
            st.routes[v, g.ROUTE_DIRTY] = 1
            lists[s.DIRTY, numbers[s.N_DIRTY]] = v
            numbers[s.N_DIRTY] += 1
    if st.costs[s.CURRENT] - st.costs[d.EXTRA] < st.costs[s.BEST] - _BETTER:
        keep_as_best(inst, st)


@kernel
def keep_as_best(inst: Instance, st: RuleState) -> None:
    """Write down the current plan as the best: only the routes that differ from the last."""
    n, shifts = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    for at in range(st.numbers[s.N_DIRTY]):
        v = st.lists[s.DIRTY, at]
        st.routes[v, g.ROUTE_DIRTY] = 0
        x = n + v
        while x < n + shifts:
            following = st.nodes[x, f.NEXT]
            st.lists[s.BEST_NEXT, x] = following
            x = following
    st.numbers[s.N_DIRTY] = 0
    st.costs[s.BEST] = st.costs[s.CURRENT] - st.costs[d.EXTRA]
    st.numbers[s.BEST_AT] = st.numbers[s.ITERATIONS]


@kernel
def _sort(inst: Instance, rules: Rules, st: RuleState) -> None:
    """Sort the candidates by a random one of several keys; breaks come at random."""
    pick = uniform(st.numbers) * 20.0
    lists, keys, first = st.lists, st.costs, d.COSTS
    count = st.numbers[d.N_REMOVED]
    for at in range(count):
        c = lists[s.CANDIDATES, at]
        if c == st.numbers[d.FIRST]:
            keys[first + at] = -1e18
            continue
        if c < rules.facts[g.N_VISITS]:
            keys[first + at] = key_of(inst, st.numbers, c, pick)
            if is_together(rules, c) and pick >= 6.0:
                keys[first + at] -= 1e15  # crews first, while there is room
            continue
        keys[first + at] = uniform(st.numbers)
        if pick < 10.0 and st.routes[rules.visits[c, g.OWNER], g.COUNT] == 0:
            keys[first + at] = -1e17 * (1.0 + uniform(st.numbers))  # room for a first visit
    sort_candidates(lists, keys, first, count)


@kernel
def load(inst: Instance, rules: Rules, st: RuleState, next_of: Ints) -> bool:
    """Make the plan with these chains (as ``BEST_NEXT``) the current one and the best.

    Returns False, and nothing is to be relied on, where the chains break a hard rule.
    """
    nodes, numbers = st.nodes, st.numbers
    n, shifts = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    forget_log(st)
    begin_trial(st)
    numbers[s.N_ABSENT] = numbers[s.N_DIRTY] = 0
    st.costs[d.SEEN_ANEW] = st.costs[d.GLOBAL] = 0.0
    for x in range(n + 2 * shifts):
        for k in range(f.NODE):
            nodes[x, k] = 0
        nodes[x, f.ROUTE] = -1
        if x < n:
            nodes[x, f.LOC] = inst.orders[x, f.PLACE]
    good = True
    for v in range(shifts):
        start, end = n + v, n + shifts + v
        for k in range(g.ROUTE_COLUMNS):
            st.routes[v, k] = 0
        for k in range(g.ROUTE_SUMS):
            st.sums[v, k] = 0.0
        nodes[start, f.LOC] = inst.shifts[v, f.START_LOC]
        nodes[end, f.LOC] = inst.shifts[v, f.END_LOC]
        nodes[start, f.ROUTE] = nodes[end, f.ROUTE] = v
        nodes[start, f.NEXT], nodes[end, f.PREV] = end, start
        nodes[start, f.PREV] = nodes[end, f.NEXT] = -1
        nodes[start, f.START] = nodes[start, f.FINISH] = inst.shifts[v, f.SHIFT_START]
        p = start
        while next_of[p] >= 0 and next_of[p] < n:
            c = next_of[p]
            good = good and may_do(inst, rules, st, c, v)
            if c < rules.facts[g.N_VISITS]:
                st.sums[v, g.ROUTE_MISSED] += inst.pairs[inst.orders[c, f.ROW], v]
                if rules.visits[c, g.CUSTOMER] >= 0:
                    st.costs[d.SEEN_ANEW] += newcomer(rules, st, c, v)
            link(inst, rules, st, c, p, v)
            p = c
        st.routes[v, g.ROUTE_DIRTY] = 1
        st.lists[s.DIRTY, numbers[s.N_DIRTY]] = v
        numbers[s.N_DIRTY] += 1
    for v in range(shifts):
        forget_times(inst, rules, st, nodes[n + v, f.NEXT])
    good = good and st.costs[d.SEEN_ANEW] < _INF and time_forgotten(inst, rules, st)
    good = good and priced(inst, rules, st, _INF, 0.0) < _INF
    write_times(inst, rules, st)
    note_whole(inst, rules, st)
    for c in range(n):
        st.lists[s.ABSENT_AT, c] = -1
        if c < rules.facts[g.N_VISITS] and nodes[c, f.ROUTE] < 0 and rules.visits[c, g.LEADER] == c:
            leave_out(st.lists, st.numbers, c)
    st.costs[s.CURRENT] = total_cost(inst, st)
    keep_as_best(inst, st)
    forget_log(st)
    return good


@folded
def build(inst: Instance, rules: Rules, st: RuleState, order: Ints) -> None:
    """A first plan from what is there: each order left out, in this order, where it is cheapest."""
    for at in range(len(order)):
        c = order[at]
        if c < rules.facts[g.N_VISITS]:
            if st.lists[s.ABSENT_AT, c] < 0 or rules.visits[c, g.NEVER] == 1:
                continue
        elif st.nodes[c, f.ROUTE] >= 0:
            continue
        forget_log(st)
        bound = _INF
        if c < rules.facts[g.N_VISITS]:
            bound = inst.order_costs[c, f.SKIP_COST]
        elif rules.visits[c, g.MUST] == 0:
            bound = 1e-9  # in an empty route it costs nothing
        cost = place(
            inst, rules, st, c, bound, 0.0, st.numbers[d.TRIAL] < 0, st.numbers[d.TRIAL] < 0
        )
        if cost < _INF:
            note_candidate(st, c)
            if c < rules.facts[g.N_VISITS]:
                st.costs[s.CURRENT] -= inst.order_costs[c, f.SKIP_COST]
            settle(inst, rules, st)
    keep_as_best(inst, st)
    forget_log(st)


@kernel
def follow(inst: Instance, rules: Rules, st: RuleState, wished: Ints) -> None:
    """Take over a plan as far as it keeps every hard rule.

    ``wished`` holds a route's nodes one after another behind -1 - v. What goes together is taken
    only as a whole. The state must be loaded and hold no visit yet.
    """
    p, v = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    for at in range(len(wished)):
        c = wished[at]
        if c < 0:
            v = -1 - c
            p = inst.facts[f.N_ORDERS] + v
            continue
        if st.nodes[c, f.ROUTE] == v:
            p = c  # locked to its position
        if st.nodes[c, f.ROUTE] >= 0 or not may_do(inst, rules, st, c, v):
            continue
        if c < rules.facts[g.N_VISITS]:
            if rules.visits[c, g.NEVER] == 1:
                continue
            while before_fixed(inst, rules, st, p):
                p = st.nodes[p, f.NEXT]
        forget_log(st)
        new = st.costs[d.SEEN_ANEW]
        cost = insert(inst, rules, st, c, p, v)
        if cost == _INF:
            back_to(rules, inst, st, st.numbers[s.N_LOGGED], st.numbers[s.N_LOGGED], new)
            continue
        p = c
    _drop_parts(rules, st)


@inlined
def _parts(rules: Rules, st: RuleState, c: int) -> tuple[int, int]:
    """Of the visits that go together behind c: how many are in the plan, and how many are not."""
    missing, there = c - c, c - c
    y = c
    while y >= 0:
        if st.nodes[y, f.ROUTE] >= 0:
            there += 1
        else:
            missing += 1
        y = rules.visits[y, g.FOLLOWER]
    return there, missing


@inlined
def _unhook_all(rules: Rules, st: RuleState, c: int) -> None:
    """Take the visits that go together behind c out of their chains; times are not looked at."""
    y = c
    while y >= 0:
        if st.nodes[y, f.ROUTE] >= 0:
            _unhook(st, y)
        y = rules.visits[y, g.FOLLOWER]


@folded
def _drop_parts(rules: Rules, st: RuleState) -> None:
    """Take out what is not whole, and enter what is whole as assigned."""
    for c in range(rules.facts[g.N_VISITS]):
        if rules.visits[c, g.LEADER] != c:
            continue
        there, missing = _parts(rules, st, c)
        if there > 0 and missing == 0 and st.lists[s.ABSENT_AT, c] >= 0:
            let_in(st.lists, st.numbers, c)
        if there > 0 and missing > 0:
            _unhook_all(rules, st, c)


@inlined
def _unhook(st: RuleState, x: int) -> None:
    nodes = st.nodes
    p, q = nodes[x, f.PREV], nodes[x, f.NEXT]
    nodes[p, f.NEXT], nodes[q, f.PREV] = q, p
    nodes[x, f.ROUTE] = -1


@folded
def _add_breaks_of_empty(inst: Instance, rules: Rules, st: RuleState) -> None:
    """The search may have lost them: a route without visits needs none."""
    never = st.numbers[d.TRIAL] < 0
    for b in range(rules.facts[g.N_VISITS], inst.facts[f.N_ORDERS]):
        if rules.visits[b, g.KIND] != g.BREAK or st.nodes[b, f.ROUTE] >= 0:
            continue
        if st.routes[rules.visits[b, g.OWNER], g.COUNT] == 0:
            forget_log(st)
            place(inst, rules, st, b, _break_bound(rules, st, b), 0.0, never, never)
            settle(inst, rules, st)


@folded
def place_all(inst: Instance, rules: Rules, st: RuleState) -> int:
    """Try every order left out in every gap there is; returns how many were placed."""
    _add_breaks_of_empty(inst, rules, st)
    placed = st.numbers[s.N_ABSENT] * 0
    at = placed
    while at < st.numbers[s.N_ABSENT]:
        c = st.lists[s.ABSENT, at]
        forget_log(st)
        skip = inst.order_costs[c, f.SKIP_COST]
        cost = _INF
        if rules.visits[c, g.NEVER] == 0:
            never = st.numbers[d.TRIAL] < 0
            before, new = st.costs[s.CURRENT], st.costs[d.SEEN_ANEW]
            cost = place(inst, rules, st, c, skip, 0.0, never, not never)
            if cost < _INF and _lacks_break(st):
                back_to(rules, inst, st, st.numbers[s.N_LOGGED], st.numbers[s.N_LOGGED], new)
                st.costs[s.CURRENT] = before
                cost = _INF
        if cost == _INF:
            at += 1
            continue
        st.costs[s.CURRENT] -= skip
        note_candidate(st, c)
        settle(inst, rules, st)
        placed += 1
    if st.costs[s.CURRENT] - st.costs[d.EXTRA] < st.costs[s.BEST] - _BETTER:
        keep_as_best(inst, st)
    return placed


@folded
def cost_of_placing(inst: Instance, rules: Rules, st: RuleState, c: int) -> float:
    """What node c, and what goes with it, would cost in its cheapest place; infinite: no place."""
    if st.nodes[c, f.ROUTE] >= 0:
        return 0.0
    forget_log(st)
    new = st.costs[d.SEEN_ANEW]
    before = st.costs[s.CURRENT]
    never = st.numbers[d.TRIAL] < 0
    cost = place(inst, rules, st, c, _INF, 0.0, never, not never)
    st.costs[s.CURRENT] = before
    back_to(rules, inst, st, st.numbers[s.N_LOGGED], st.numbers[s.N_LOGGED], new)
    return cost


@folded
def complete(inst: Instance, rules: Rules, st: RuleState, leaders: Ints) -> None:
    """Put in what goes with fixed visits; where it cannot be, take those out, too."""
    for at in range(len(leaders)):
        c = leaders[at]
        there, missing = _parts(rules, st, c)
        if there == 0 or (missing == 0 and rules.visits[c, g.RECURS] < 0):
            continue
        forget_log(st)
        never = st.numbers[d.TRIAL] < 0
        if place(inst, rules, st, c, _INF, 0.0, never, not never) == _INF:
            _unhook_all(rules, st, c)
    _drop_parts(rules, st)


# What ``perform`` can do.
RUN = 0
LOAD = 1
BUILD = 2
FOLLOW = 3
PLACE_ALL = 4
COST_OF_PLACING = 5
COMPLETE = 6


@entry
def perform(
    instance: Instance,
    rulings: Rules,
    state: RuleState,
    what: int,
    count: int,
    nodes: Ints,
    parameters: Floats,
) -> float:
    """Do one of the above. All in one entry: each entry is compiled with all that it calls."""
    inst, rules, st = by_reference(instance), by_reference(rulings), by_reference(state)
    if what == RUN:
        run(inst, rules, st, parameters, count)
    elif what == LOAD:
        return 1.0 if load(inst, rules, st, nodes) else 0.0
    elif what == BUILD:
        build(inst, rules, st, nodes)
    elif what == FOLLOW:
        follow(inst, rules, st, nodes)
    elif what == PLACE_ALL:
        return float(place_all(inst, rules, st))
    elif what == COMPLETE:
        complete(inst, rules, st, nodes)
    elif what == COST_OF_PLACING:
        return cost_of_placing(inst, rules, st, count)
    return 0.0
