"""Arrays that only rules need, and a chain's plan with them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from homeserve_dispatch.instance import Floats, Instance, Ints
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.random import RNG, seeded
from homeserve_dispatch.search.rules import fields as g


class Rules(NamedTuple):
    """What the rules of a problem say, in numbers; columns in ``rules.fields``.

    Nodes 0..n-1 of the instance are visits, then breaks, then calls at depots. All arrays are
    C-contiguous and always of these dtypes.

    Attributes
    ----------
    facts : int64 (RULE_FACTS,)
        Sizes and switches.
    weights : float64 (RULE_WEIGHTS,)
        Of what is no sum over routes.
    visits, visit_costs : int64 (n, VISIT_COLUMNS), float64 (n, VISIT_COSTS)
        What each node is and is bound to.
    bonds : int64 (b, BOND_COLUMNS)
        Bonds of times between visits, those of a visit side by side.
    groups : int64 (g, GROUP_COLUMNS)
        Bonds of workers and days.
    members : int64 (m,)
        Visits of groups and customers, workers of histories, days of patterns, shifts of workers.
    customers : int64 (c, CUSTOMER_COLUMNS)
        Customers with more than one visit, a history or a maximum of workers.
    recurrences : int64 (r, RECURRENCE_COLUMNS)
        Recurring work.
    shifts, shift_costs : int64 (V, SHIFT_COLUMNS), float64 (V, REFILLS + R)
        What shifts have beyond ``Instance.shifts``.
    workers : int64 (W, WORKER_COLUMNS)
        Limits over all shifts.
    tools : int64 (R,)
        1 where a resource is a tool, which is not used up.
    speed : float64 (rows, V) or (1, 1)
        Efficiency of the worker for orders of that row.
    traffic : float64 (modes * zones, N_SEGMENTS, 2) or (1, 1, 2)
        Segments of time: end in ms, factor.
    """

    facts: Ints
    weights: Floats
    visits: Ints
    visit_costs: Floats
    bonds: Ints
    groups: Ints
    members: Ints
    customers: Ints
    recurrences: Ints
    shifts: Ints
    shift_costs: Floats
    workers: Ints
    tools: Ints
    speed: Floats
    traffic: Floats


# Columns of ``numbers`` after those of ``search.state``.
TRIAL = s.NUMBERS
MARK = s.NUMBERS + 1
N_LOG = s.NUMBERS + 2
N_ROUTE_LOG = s.NUMBERS + 3
N_TRIAL = s.NUMBERS + 4  # routes of the trial
N_MOVED = s.NUMBERS + 5  # nodes of the trial
N_QUEUE = s.NUMBERS + 6
IDLEST = s.NUMBERS + 7  # route with most idle time
FULL = s.NUMBERS + 8  # 1: the log was too short; the iteration is taken back
N_REMOVED = s.NUMBERS + 9
WITHOUT_CALL = s.NUMBERS + 10  # 1: what is on board is not looked at
FIRST = s.NUMBERS + 11  # order left out that room was made for, -1 if there is none
NUMBERS = s.NUMBERS + 12

# Columns of ``costs`` after those of ``search.state``.
GLOBAL = 4  # of what is no sum over routes
IDLE_TOP = 5  # ms of the route with most idle time,
IDLE_SECOND = 6  # and of the next
SEEN_ANEW = 7  # cost of workers who are new to customers
TOP_COST = 8  # cost of the gaps in TOP_P
EVENNESS = 12  # added to the cost for each squared ms of idle time while it searches; see ``run``
EXTRA = 13  # what that adds to GLOBAL
COSTS = 14

# Rows of ``lists`` after those of ``search.state``.
TRIAL_ROUTES = s.LISTS
MOVED = s.LISTS + 1
QUEUE = s.LISTS + 2
TOP_P = s.LISTS + 3  # best gaps of the first of a crew
TOP_V = s.LISTS + 4
CHOSEN_P = s.LISTS + 5  # gaps of each of a crew that are best together
CHOSEN_V = s.LISTS + 6
TRIED_P = s.LISTS + 7
TRIED_V = s.LISTS + 8
CREW = s.LISTS + 9
LISTS = s.LISTS + 10

TOP = 4
"""Gaps of the first of a crew for which the others are tried."""


class RuleState(NamedTuple):
    """One chain's plan; columns as in ``search.state`` and ``rules.fields``.

    Attributes
    ----------
    nodes : int64 (N, NODE)
        Visits, breaks, calls, then route starts, then route ends.
    routes, sums : int64 (V, ROUTE_COLUMNS), float64 (V, ROUTE_SUMS)
        Of each route.
    lists : int64 (LISTS, L)
        Lists of nodes and routes.
    numbers, costs : int64 (NUMBERS,), float64 (COSTS + n,)
        Scalars, and in ``costs`` the keys by which the candidates are sorted.
    log, log_ids : int64 (size, NODE), int64 (size,)
        Rows of nodes as they were, the latest last.
    route_log, route_log_sums, route_log_ids : int64, float64, int64
        The same of routes.
    days : float64 (5 * (MOST_TIMES + 1), N_DAYS)
        Work space for recurring work.
    """

    nodes: Ints
    routes: Ints
    sums: Floats
    lists: Ints
    numbers: Ints
    costs: Floats
    log: Ints
    log_ids: Ints
    route_log: Ints
    route_log_sums: Floats
    route_log_ids: Ints
    days: Floats


def new_rule_state(instance: Instance, rules: Rules, seed: int, chain: int) -> RuleState:
    """Work space for one chain; ``load`` must make it ready."""
    n, shifts = int(instance.facts[f.N_ORDERS]), int(instance.facts[f.N_SHIFTS])
    nodes = n + 2 * shifts
    numbers = np.zeros(NUMBERS, np.int64)
    numbers[RNG] = seeded(seed, chain)
    log = 24 * nodes + 2000
    route_log = 24 * shifts + 2000
    return RuleState(
        nodes=np.zeros((nodes, f.NODE), np.int64),
        routes=np.zeros((shifts, g.ROUTE_COLUMNS), np.int64),
        sums=np.zeros((shifts, g.ROUTE_SUMS)),
        lists=np.full((LISTS, 4 * nodes + 64), -1, np.int64),
        numbers=numbers,
        costs=np.zeros(COSTS + n),
        log=np.zeros((log, f.NODE), np.int64),
        log_ids=np.zeros(log, np.int64),
        route_log=np.zeros((route_log, g.ROUTE_COLUMNS), np.int64),
        route_log_sums=np.zeros((route_log, g.ROUTE_SUMS)),
        route_log_ids=np.zeros(route_log, np.int64),
        days=np.zeros((5 * (int(rules.facts[g.MOST_TIMES]) + 1), int(rules.facts[g.N_DAYS]))),
    )
