"""What a route costs with the times of a trial, and the plan beyond its routes.

As ``docs/rules.md``; also whether limits are kept.
"""

from __future__ import annotations

import math

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.jit import apart, inlined, kernel
from homeserve_dispatch.search.rules import data as d
from homeserve_dispatch.search.rules import fields as g
from homeserve_dispatch.search.rules.data import Rules, RuleState
from homeserve_dispatch.search.rules.times import finish_of, start_of, way
from homeserve_dispatch.search.timing import late_ms, room, sla_ms

_INF = math.inf


@inlined
def is_bound(rules: Rules, st: RuleState, x: int) -> bool:
    """Whether its time is bound to another visit that is in the plan."""
    bond = rules.visits[x, g.BOND]
    for k in range(bond, bond + rules.visits[x, g.BONDS]):
        if st.nodes[rules.bonds[k, g.PARTNER], f.ROUTE] >= 0:
            return True
    return False


@inlined
def _room(inst: Instance, rules: Rules, st: RuleState, x: int, start: int, service: int) -> int:
    """By how much the beginning of the route may move this stop."""
    kind = rules.visits[x, g.KIND]
    if kind == g.RESTOCK:
        return f.FAR
    if kind == g.BREAK:
        return max(0, inst.orders[x, f.HI] - start)
    if rules.visits[x, g.FIXED_START] > -f.FAR or rules.visits[x, g.SINCE] > -f.FAR:
        return start - start
    if is_bound(rules, st, x):
        return start - start
    return room(inst, x, start, service)


@kernel
def price(inst: Instance, rules: Rules, st: RuleState, v: int) -> float:
    """Cost of route v in the trial, preferences left aside; infinite where a limit is broken.

    Its record goes to the NEW columns.
    """
    nodes, r, sh = st.nodes, inst.rates, inst.shifts
    n, shifts = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    new = st.routes[v]
    for k in range(1, g.KEPT):
        new[g.NEW + k] = 0
    length = sh[v, f.SHIFT_END] - sh[v, f.SHIFT_START]
    if st.routes[v, g.COUNT] == 0:
        new[g.NEW + g.IDLE_MS] = length
        new[g.NEW + g.END_AT] = -f.FAR
        return rules.shift_costs[v, g.IDLE_RATE] * length
    finish = sh[v, f.SHIFT_START]
    departure = finish
    departed = False
    waited = finish - finish
    travel, metres, work, late, worst, sla = waited, waited, waited, waited, waited, waited
    rest, unpaid = waited, waited
    slack = waited + f.FAR
    urgency = 0.0
    end = n + shifts + v
    x = nodes[n + v, f.NEXT]
    while x != end:
        start, stop = start_of(st, x), finish_of(st, x)
        kind = rules.visits[x, g.KIND]
        if not departed and nodes[x, f.LOC] < 0:
            rest += stop - start  # at the start place, before the departure
            if rules.visits[x, g.UNPAID] == 1 and sh[v, f.PAID_FROM_DEPARTURE] == 0:
                unpaid += stop - start
            finish = stop
            x = nodes[x, f.NEXT]
            continue
        leave = max(finish, rules.visits[x, g.LEAVE])
        if not departed:
            departed = True
            departure = leave
        ms = way(inst, rules, st, x, v, leave)
        travel += ms
        metres += nodes[x, f.IN_M]
        waited += start - leave - ms
        slack = min(slack, waited + _room(inst, rules, st, x, start, stop - start))
        if kind == g.BREAK:
            rest += stop - start
            if rules.visits[x, g.UNPAID] == 1:
                unpaid += stop - start
        else:
            work += stop - start
            if kind == g.VISIT:
                if inst.orders[x, f.PLAIN] == 0:
                    by = late_ms(inst, x, start, stop - start)
                    late += by
                    worst = max(worst, by)
                    sla += sla_ms(inst, x, start, stop - start)
                if rules.visits[x, g.SINCE] > -f.FAR:
                    urgency += rules.visit_costs[x, g.URGENCY] * max(
                        0, start - rules.visits[x, g.SINCE]
                    )
        finish = stop
        x = nodes[x, f.NEXT]
    ms = way(inst, rules, st, end, v, finish)
    travel += ms
    metres += nodes[end, f.IN_M]
    finish += ms
    moved = waited - waited
    still_waiting = waited
    if sh[v, f.MOVES_LATER] == 1:
        if rules.facts[g.HAS_TRAFFIC] == 1 or rules.facts[g.HAS_FREEZE] == 1:
            moved = _latest_departure(inst, rules, st, v, departure, finish, waited)
            still_waiting, travel = _depart(inst, rules, st, v, departure + moved, finish)
        else:
            moved = min(waited, slack)
            still_waiting = waited - moved
    paid_from = departure + moved
    if sh[v, f.PAID_FROM_DEPARTURE] == 0:
        paid_from = sh[v, f.SHIFT_START]
    idle = finish - sh[v, f.SHIFT_START] - travel - work - rest
    idle += max(0, sh[v, f.SHIFT_END] - finish)
    cost = (
        r[v, f.USE]
        + r[v, f.PER_MS] * travel
        + r[v, f.PER_M] * metres
        + r[v, f.WAITING] * still_waiting
        + r[v, f.PAID] * (finish - paid_from - unpaid)
        + r[v, f.OVERTIME] * max(0, finish - sh[v, f.SHIFT_END])
        + inst.weights[f.LATE_PER_MS] * late
        + inst.weights[f.SLA_PER_MS] * sla
        + rules.shift_costs[v, g.IDLE_RATE] * idle
        + urgency
    )
    missing = waited - waited
    first = rules.shifts[v, g.BREAK_FIRST]
    for b in range(first, first + rules.shifts[v, g.BREAKS]):
        if nodes[b, f.ROUTE] < 0:
            if rules.visits[b, g.MUST] == 1:
                missing += 1
            else:
                cost += rules.visit_costs[b, g.MISSED_BREAK]
    new[g.NEW + g.TRAVEL_MS], new[g.NEW + g.DISTANCE_M] = travel, metres
    new[g.NEW + g.WORK_MS], new[g.NEW + g.LATE_MAX] = work, worst
    new[g.NEW + g.IDLE_MS], new[g.NEW + g.END_AT] = idle, finish
    new[g.NEW + g.WAITED_MS], new[g.NEW + g.MISSING] = waited, missing
    if (
        finish > sh[v, f.SHIFT_LIMIT]
        or travel > sh[v, f.MAX_TRAVEL]
        or metres > sh[v, f.MAX_DISTANCE]
        or travel + work > sh[v, f.MAX_WORK]
        or st.routes[v, g.COUNT] > sh[v, f.MAX_VISITS]
    ):
        return _INF
    return cost


@kernel
def _depart(
    inst: Instance, rules: Rules, st: RuleState, v: int, departure: int, last: int
) -> tuple[int, int]:
    """Waiting and travel of route v when it departs then; (-1, 0) where a stop moves too far."""
    nodes = st.nodes
    n, shifts = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    end = n + shifts + v
    x = nodes[n + v, f.NEXT]
    while nodes[x, f.LOC] < 0:
        x = nodes[x, f.NEXT]  # breaks before the departure stay where they are
    finish = departure
    waited = finish - finish
    travel = waited
    while x != end:
        leave = max(finish, rules.visits[x, g.LEAVE])
        ms = way(inst, rules, st, x, v, leave)
        travel += ms
        start, stop = start_of(st, x), finish_of(st, x)
        arrival = leave + ms
        begin = max(arrival, start)
        if begin - start > _room(inst, rules, st, x, start, stop - start):
            return waited - waited - 1, travel
        waited += begin - arrival
        finish = begin + stop - start
        x = nodes[x, f.NEXT]
    ms = way(inst, rules, st, end, v, finish)
    travel += ms
    if finish + ms > last:
        return waited - waited - 1, travel
    return waited, travel


@kernel
def _latest_departure(
    inst: Instance, rules: Rules, st: RuleState, v: int, departure: int, last: int, waited: int
) -> int:
    """By how much route v may depart later, where travel depends on when; by bisection."""
    low = waited - waited
    high = last - departure
    while low < high:
        middle = (low + high + 1) // 2
        still, _ = _depart(inst, rules, st, v, departure + middle, last)
        if still >= 0:
            low = middle
        else:
            high = middle - 1
    return low


@kernel
def carries(inst: Instance, rules: Rules, st: RuleState, v: int, calls: bool) -> bool:
    """Whether what route v needs is on board when it is needed.

    Without ``calls``: whether it would be if the route did not call at the depot.
    """
    n = inst.facts[f.N_ORDERS]
    for k in range(inst.facts[f.N_RESOURCES]):
        limit = inst.rates[v, f.CAPACITIES + k]
        taken = 0.0
        x = st.nodes[n + v, f.NEXT]
        while x < n:
            if rules.visits[x, g.KIND] == g.RESTOCK:
                if not calls:
                    x = st.nodes[x, f.NEXT]
                    continue
                amount = rules.shift_costs[v, g.REFILLS + k]
                if amount >= 0.0:
                    limit, taken = amount, 0.0
            else:
                wanted = inst.order_costs[x, f.DEMANDS + k]
                if rules.tools[k] == 1:
                    if wanted > limit:
                        return False
                else:
                    taken += wanted
                    if taken > limit:
                        return False
            x = st.nodes[x, f.NEXT]
    return True


@inlined
def _in_trial(st: RuleState, v: int) -> bool:
    return st.routes[v, g.TRIAL_ROUTE] == st.numbers[d.TRIAL]


@inlined
def _now(st: RuleState, v: int, column: int) -> int:
    """A column of the record of route v, as the trial has it."""
    if _in_trial(st, v):
        return st.routes[v, g.NEW + column]
    return st.routes[v, column]


@kernel
def whole(inst: Instance, rules: Rules, st: RuleState) -> float:
    """What the plan of the trial costs beyond its routes: worst lateness, idle time, balance."""
    w = rules.weights
    worst, idle = st.numbers[d.TRIAL] * 0, st.numbers[d.TRIAL] * 0
    squares = 0.0
    for v in range(inst.facts[f.N_SHIFTS]):
        worst = max(worst, _now(st, v, g.LATE_MAX))
        own = _now(st, v, g.IDLE_MS)
        idle = max(idle, own)
        squares += float(own) * float(own)
    cost = w[g.WORST_PER_MS] * worst + w[g.MAX_IDLE_PER_MS] * idle
    cost += st.costs[d.EVENNESS] * squares
    if w[g.BALANCE_PER_MS] > 0.0:
        cost += w[g.BALANCE_PER_MS] * imbalance(inst, rules, st)
    return cost


@kernel
def imbalance(inst: Instance, rules: Rules, st: RuleState) -> float:
    """Milliseconds by which work differs from the mean, summed."""
    total = st.numbers[d.TRIAL] * 0
    off = st.numbers[d.TRIAL] * 0
    if rules.facts[g.BALANCE_BY_WORKER] == 0:
        count = inst.facts[f.N_SHIFTS]
        for v in range(count):
            total += _now(st, v, g.TRAVEL_MS) + _now(st, v, g.WORK_MS)
        for v in range(count):
            load = _now(st, v, g.TRAVEL_MS) + _now(st, v, g.WORK_MS)
            off += abs(count * load - total)
        return off / max(1, count)
    count = rules.facts[g.N_WORKERS]
    for who in range(count):
        total += _load(rules, st, who)
    for who in range(count):
        off += abs(count * _load(rules, st, who) - total)
    return off / max(1, count)


@inlined
def _load(rules: Rules, st: RuleState, who: int) -> int:
    load = rules.workers[who, g.WORKED]
    first = rules.workers[who, g.FIRST_SHIFT]
    for k in range(first, first + rules.workers[who, g.SHIFTS_OF]):
        v = rules.members[k]
        load += _now(st, v, g.TRAVEL_MS) + _now(st, v, g.WORK_MS)
    return load


@kernel
def worker_may(inst: Instance, rules: Rules, st: RuleState, v: int) -> bool:
    """Whether the worker of route v keeps the limits over all shifts in the trial."""
    who = rules.shifts[v, g.WORKER]
    w = rules.workers
    if w[who, g.BOUNDED] == 0:
        return True
    visits, travel, work, metres = v * 0, v * 0, v * 0, v * 0
    row, last_day = v * 0, v * 0 - 10
    last_end = v * 0 - f.FAR
    first = w[who, g.FIRST_SHIFT]
    for k in range(first, first + w[who, g.SHIFTS_OF]):
        u = rules.members[k]
        if st.routes[u, g.COUNT] == 0:
            continue
        visits += st.routes[u, g.COUNT]
        ms = _now(st, u, g.TRAVEL_MS)
        travel += ms
        work += ms + _now(st, u, g.WORK_MS)
        metres += _now(st, u, g.DISTANCE_M)
        if (
            w[who, g.MIN_REST] >= 0
            and last_end + w[who, g.MIN_REST] > inst.shifts[u, f.SHIFT_START]
        ):
            return False
        last_end = _now(st, u, g.END_AT)
        day = rules.shifts[u, g.DAY]
        if day != last_day:
            row = row + 1 if day == last_day + 1 else row - row + 1
            if row > w[who, g.MAX_DAYS]:
                return False
            last_day = day
    return bool(
        visits <= w[who, g.ALL_VISITS]
        and travel <= w[who, g.ALL_TRAVEL]
        and work <= w[who, g.ALL_WORK]
        and metres <= w[who, g.ALL_DISTANCE]
    )


@apart
def priced(inst: Instance, rules: Rules, st: RuleState, bound: float, slack: float) -> float:
    """By how much the routes of the trial cost more than in the plan; infinite: a limit breaks.

    Infinite, too, where it is ``bound`` or more. Costs beyond routes may go down by ``slack``, and
    routes that are only delayed can win no more than their waiting.
    """
    change = 0.0
    most = bound + slack
    if bound < _INF:
        for at in range(1, st.numbers[d.N_TRIAL]):
            v = st.lists[d.TRIAL_ROUTES, at]
            per_ms = inst.rates[v, f.WAITING] + inst.rates[v, f.PAID]
            most += per_ms * st.routes[v, g.WAITED_MS]
    for at in range(st.numbers[d.N_TRIAL]):
        v = st.lists[d.TRIAL_ROUTES, at]
        cost = price(inst, rules, st, v)
        if cost == _INF:
            return _INF
        st.sums[v, g.NEW_COST] = cost
        change += cost - st.sums[v, g.ROUTE_COST]
        if change > most:
            return _INF
    for at in range(st.numbers[d.N_TRIAL]):
        if not worker_may(inst, rules, st, st.lists[d.TRIAL_ROUTES, at]):
            return _INF
    if rules.facts[g.HAS_GLOBAL] == 1:
        change += whole(inst, rules, st) - st.costs[d.GLOBAL]
    if change >= bound:
        return _INF
    if inst.facts[f.N_RESOURCES] > 0 and st.numbers[d.WITHOUT_CALL] == 0:
        for at in range(st.numbers[d.N_TRIAL]):
            v = st.lists[d.TRIAL_ROUTES, at]
            if st.routes[v, g.COUNT] > 0 and not carries(
                inst, rules, st, v, st.numbers[d.TRIAL] >= 0
            ):
                return _INF
    return change
