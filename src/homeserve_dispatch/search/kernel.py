"""The loop: ruin, recreate, accept or take back. Everything here is compiled."""

from __future__ import annotations

import math

import numpy as np

from homeserve_dispatch.instance import Floats, Instance, Ints
from homeserve_dispatch.search import change
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.change import (
    forget_touched,
    insert,
    keep_as_best,
    leave_out,
    let_in,
    mark_dirty,
    take_back,
    total_cost,
)
from homeserve_dispatch.search.insertion import cheapest_of, every_gap, gaps_for, longest_gaps
from homeserve_dispatch.search.jit import entry, folded, inlined, kernel
from homeserve_dispatch.search.random import uniform
from homeserve_dispatch.search.reference import by_reference
from homeserve_dispatch.search.ruin import ruin
from homeserve_dispatch.search.sorting import key_of, sort_candidates
from homeserve_dispatch.search.state import State
from homeserve_dispatch.search.swaps import is_for_absent, swap_in
from homeserve_dispatch.search.tails import exchange_tails

# Columns of the parameters, float64.
REMOVED = 0
LONGEST = 1
SPLIT = 2
BLINK = 3
AT_ABSENT = 4
COOLING = 5  # factor on the temperature after each iteration
EAGER = 6  # probability of putting in also what is dearer than its skip cost
TAILS = 7  # probability of exchanging tails instead of a ruin
SWAPS = 8  # probability of letting in an order that is left out for others
PARAMETERS = 9

# What ``_perform`` can do.
_RUN = 0
_LOAD = 1
_BUILD = 2
_FOLLOW = 3
_PLACE_ALL = 4
_CHEAPEST = 5

_NO_INTS = np.zeros(0, np.int64)
_NO_FLOATS = np.zeros(0)
_INF = math.inf
_BETTER = 1e-7
_EAGER_ORDERS = 6


def run(inst: Instance, state: State, parameters: Floats, iterations: int) -> None:
    """Do that many iterations of one chain, or until ``numbers[ENOUGH]`` is set.

    From ``costs[TEMPERATURE]`` on.
    """
    perform(_RUN, inst, state, _NO_INTS, parameters, iterations)


def load(inst: Instance, state: State, next_of: Ints) -> None:
    """Make the plan with these chains (as ``BEST_NEXT``) the current one and the best."""
    perform(_LOAD, inst, state, next_of, _NO_FLOATS, 0)


def build(inst: Instance, state: State, order: Ints) -> None:
    """A first plan from what is there: each order left out, in this order, where it is cheapest."""
    perform(_BUILD, inst, state, order, _NO_FLOATS, 0)


def follow(inst: Instance, state: State, wished: Ints) -> None:
    """Take over a plan as far as it keeps every hard rule.

    ``wished`` holds a route's orders one after another behind -1 - v. An order goes behind the
    one before it in its route, or is left out. The state must be loaded and empty.
    """
    perform(_FOLLOW, inst, state, wished, _NO_FLOATS, 0)


def place_all(inst: Instance, state: State) -> int:
    """Try every order left out in every gap there is; returns how many were placed."""
    absent = state.lists[s.ABSENT, : state.numbers[s.N_ABSENT]].copy()
    return int(perform(_PLACE_ALL, inst, state, absent, _NO_FLOATS, 0)[0])


def cheapest(inst: Instance, state: State, c: int) -> tuple[int, float]:
    """Into which shift order c fits cheapest, and by how much that costs more.

    (-1, infinite) where it fits nowhere.
    """
    return perform(_CHEAPEST, inst, state, _NO_INTS, _NO_FLOATS, c)


@entry
def perform(
    task: int, instance: Instance, work_space: State, ints: Ints, floats: Floats, number: int
) -> tuple[int, float]:
    """Everything that Python asks for: one entry, since each takes long to compile."""
    inst, state = by_reference(instance), by_reference(work_space)
    if task == _RUN:
        _run(inst, state, floats, number)
    elif task == _LOAD:
        change.load(inst, state, ints)
    elif task == _CHEAPEST:
        _, v, cost = cheapest_of(inst, state, number, every_gap(inst, state, number), _INF)
        return v, cost
    else:
        return place(inst, state, task, ints), 0.0
    return 0, 0.0


@folded
def _run(inst: Instance, state: State, parameters: Floats, iterations: int) -> None:
    costs, numbers = state.costs, state.numbers
    costs[s.CURRENT] = total_cost(inst, state)
    for _ in range(iterations):
        if numbers[s.ENOUGH] != 0:
            break
        forget_touched(state)
        before = costs[s.CURRENT]
        limit = before - costs[s.TEMPERATURE] * math.log(1.0 - uniform(state.numbers))
        count = numbers[s.N_TOUCHED]  # 0, but no literal: that would be compiled apart
        if uniform(state.numbers) < parameters[TAILS]:
            exchange_tails(inst, state, limit)
        else:
            count = _ruin_and_recreate(inst, state, parameters, limit)
        numbers[s.ITERATIONS] += 1
        if costs[s.CURRENT] < limit:
            numbers[s.ACCEPTED] += 1
            settle(inst, state, count)
        else:
            take_back(inst, state)
            costs[s.CURRENT] = before
        costs[s.TEMPERATURE] *= parameters[COOLING]


@folded
def _ruin_and_recreate(inst: Instance, state: State, parameters: Floats, limit: float) -> int:
    """One round of both; returns how many candidates there were.

    A plan that is to cost ``limit`` or more may be left unfinished.
    """
    if is_for_absent(state.numbers, inst.facts[f.N_ORDERS], parameters[SWAPS]):
        count = swap_in(inst, state)
        if state.costs[s.CURRENT] == _INF:
            return count
    else:
        count = ruin(
            inst,
            state,
            parameters[REMOVED],
            parameters[LONGEST],
            parameters[SPLIT],
            parameters[AT_ABSENT],
        )
    eager = state.numbers[s.N_ABSENT] > 0 and uniform(state.numbers) < parameters[EAGER]
    count = add_absent(inst, state, count, eager)
    sort(inst, state, count)
    recreate(inst, state, count, parameters[BLINK], eager, limit)
    return count


@folded
def recreate(
    inst: Instance, state: State, count: int, blink: float, eager: bool, limit: float
) -> None:
    """Put the candidates one by one where each is cheapest, if that is cheaper than skipping.

    ``eager``: also where it is dearer. Two orders far away may pay for the way only together.
    Ends as soon as the plan would cost ``limit`` even if all that is left went in for nothing.
    """
    hope = limit  # what the plan may cost now, at most, if it is to cost less than that in the end
    for at in range(count):
        c = state.lists[s.CANDIDATES, at]
        if state.nodes[c, f.ROUTE] < 0:
            hope += inst.order_costs[c, f.WORTH]
    for at in range(count):
        c = state.lists[s.CANDIDATES, at]
        if state.nodes[c, f.ROUTE] >= 0:
            continue
        if state.costs[s.CURRENT] >= hope:
            break
        skip = inst.order_costs[c, f.SKIP_COST]
        if hope < _INF:
            hope -= inst.order_costs[c, f.WORTH]
        bound = hope - state.costs[s.CURRENT] + skip
        if not eager:
            bound = min(bound, skip)
        only_touched = state.lists[s.ABSENT_AT, c] >= 0 and not eager
        gaps = gaps_for(inst, state, c, blink, only_touched)
        p, v, _ = cheapest_of(inst, state, c, gaps, bound)
        if p >= 0:
            state.costs[s.CURRENT] += insert(inst, state, c, p, v) - skip


@folded
def settle(inst: Instance, state: State, count: int) -> None:
    """The changes of this iteration stand."""
    for at in range(count):
        c = state.lists[s.CANDIDATES, at]
        if state.nodes[c, f.ROUTE] < 0:
            if state.lists[s.ABSENT_AT, c] < 0:
                leave_out(state.lists, state.numbers, c)
        elif state.lists[s.ABSENT_AT, c] >= 0:
            let_in(state.lists, state.numbers, c)
    mark_dirty(state)
    if state.costs[s.CURRENT] < state.costs[s.BEST] - _BETTER:
        keep_as_best(inst, state)


@kernel
def add_absent(inst: Instance, state: State, count: int, eager: bool) -> int:
    """Candidates too: orders left out before that may newly fit into a touched route.

    Only those near the ruin: others seldom fit there better, and there may be many. ``eager``: a
    few of the nearest, whether they may fit or not.
    """
    if state.numbers[s.N_ABSENT] == 0:
        return count
    most = inst.facts[f.N_ORDERS]
    if eager:
        most = count + 1 + int(uniform(state.numbers) * _EAGER_ORDERS)
    else:
        longest_gaps(inst, state)
    centre = state.numbers[s.CENTRE]
    for k in range(-1, inst.facts[f.N_AROUND]):
        if count >= most:
            break
        c = centre if k < 0 else int(inst.close[centre, inst.facts[f.N_NEAR] + k])
        if c < 0:
            break
        if _is_out(state, c) and (eager or _may_fit(inst, state, c)):
            state.lists[s.CANDIDATES, count] = c
            count += 1
    return count


@inlined
def _is_out(state: State, c: int) -> bool:
    """Whether it is left out, and has not been put in in this iteration."""
    return bool(state.lists[s.ABSENT_AT, c] >= 0 and state.nodes[c, f.ROUTE] < 0)


@kernel
def _may_fit(inst: Instance, state: State, c: int) -> bool:
    """Whether some touched route has an eligible worker and a gap that is long enough."""
    row, duration = inst.orders[c, f.ROW], inst.orders[c, f.DURATION]
    for at in range(state.numbers[s.N_TOUCHED]):
        v = state.lists[s.CHANGED, at]
        if duration <= state.lists[s.ROOM, at] and inst.pairs[row, v] < _INF:
            return True
    return False


@kernel
def sort(inst: Instance, state: State, count: int) -> None:
    """Sort the candidates by a random one of several keys."""
    pick = uniform(state.numbers) * 20.0
    for at in range(count):
        c = state.lists[s.CANDIDATES, at]
        state.costs[s.COSTS + at] = key_of(inst, state.numbers, c, pick)
    sort_candidates(state.lists, state.costs, s.COSTS, count)


@kernel
def place(inst: Instance, state: State, task: int, listed: Ints) -> int:
    """Put in the orders of a list that are left out, one by one; returns how many were.

    ``_BUILD``: each where it is cheapest among the usual gaps, ``_PLACE_ALL``: among all gaps,
    both if that is cheaper than leaving it out. ``_FOLLOW``: at any cost behind the one listed
    before it; -1 - v in the list begins route v.
    """
    placed = 0
    # From the array, not literals: numba would compile all that is called for those once more.
    p, v = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    for at in range(len(listed)):
        c = listed[at]
        if c < 0:
            v = -1 - c
            p = inst.facts[f.N_ORDERS] + v
            continue
        if state.nodes[c, f.ROUTE] >= 0:
            continue
        forget_touched(state)
        bound = inst.order_costs[c, f.SKIP_COST]
        if task == _BUILD:
            gaps = gaps_for(inst, state, c, 0.0, state.lists[s.ABSENT_AT, c] < 0)
        elif task == _PLACE_ALL:
            gaps = every_gap(inst, state, c)
        else:
            state.lists[s.GAPS, 0] = p
            gaps = 1 if inst.pairs[inst.orders[c, f.ROW], v] < _INF else 0
            bound = _INF
        before, route, _ = cheapest_of(inst, state, c, gaps, bound)
        if before >= 0:
            state.costs[s.CURRENT] += insert(inst, state, c, before, route)
            state.costs[s.CURRENT] -= inst.order_costs[c, f.SKIP_COST]
            let_in(state.lists, state.numbers, c)
            mark_dirty(state)
            placed += 1
            p = c
    keep_as_best(inst, state)
    return placed
