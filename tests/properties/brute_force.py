"""The best plan of a tiny problem, found by trying everything.

A plan's cost is a sum over routes and orders left out, so the best sequence of each set of orders
in each shift is found first, and then the best way to share the orders out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import combinations, permutations
from typing import NamedTuple

from homeserve_dispatch import Plan, Problem, Unassigned, check, score
from homeserve_dispatch.schedule import build_plan, build_route

Key = tuple[str, int]
NEVER = frozenset(
    {
        "SKILL",
        "SKILL_LEVEL",
        "SKILL_EXPIRED",
        "REQUIRED_TAG",
        "FORBIDDEN_TAG",
        "AREA",
        "REQUIRED_WORKER",
        "FORBIDDEN_WORKER",
        "PREFERENCE",
        "CAPACITY",
    }
)
"""Faults of a visit that no other visits in the route can mend."""


class Best(NamedTuple):
    """The least cost, and a plan that has it."""

    cost: float
    plan: Plan


def optimum(problem: Problem) -> Best:
    """Try every sequence of every set of orders in every shift; 5 orders, 3 shifts at most."""
    bit = {order.id: 1 << number for number, order in enumerate(problem.orders)}
    skip = {order.id: problem.effective(order).skip_cost for order in problem.orders}
    best: dict[int, tuple[float, dict[Key, tuple[str, ...]]]] = {0: (0.0, {})}
    for worker in problem.workers:
        for shift in range(len(worker.shifts)):
            key = (worker.id, shift)
            routes = _best_routes(problem, key, bit)
            for done, (cost, sequences) in list(best.items()):
                for mask, (more, sequence) in routes.items():
                    both = done | mask
                    if not done & mask and cost + more < best.get(both, (math.inf,))[0]:
                        best[both] = (cost + more, sequences | {key: sequence})

    def total(done: int) -> float:
        return best[done][0] + sum(skip[one] for one in bit if not bit[one] & done)

    winner = min(best, key=total)
    return Best(total(winner), build_plan(problem, best[winner][1]))


def _best_routes(
    problem: Problem, key: Key, bit: dict[str, int]
) -> dict[int, tuple[float, tuple[str, ...]]]:
    """Least cost and its sequence for each set of orders that the shift can take on."""
    able = [one for one in bit if not _codes(problem, key, [one]) & NEVER]
    routes: dict[int, tuple[float, tuple[str, ...]]] = {}
    for count in range(1, len(able) + 1):
        for some in combinations(able, count):
            mask = sum(bit[one] for one in some)
            for sequence in permutations(some):
                plan = _alone(problem, key, sequence)
                if any(violation.hard for violation in check(problem, plan)):
                    continue
                cost = score(problem, plan)
                value = cost.total - cost.parts["unassigned"]
                if value < routes.get(mask, (math.inf,))[0]:
                    routes[mask] = (value, sequence)
    return routes


def _codes(problem: Problem, key: Key, sequence: Iterable[str]) -> set[str]:
    return {violation.code.value for violation in check(problem, _alone(problem, key, sequence))}


def _alone(problem: Problem, key: Key, sequence: Iterable[str]) -> Plan:
    """The plan in which nothing is done but this."""
    sequence = tuple(sequence)
    left = tuple(Unassigned(order=order.id) for order in problem.orders if order.id not in sequence)
    return Plan(routes=[build_route(problem, *key, sequence)], unassigned=left)
