"""A peer's routes as a plan of ours, judged by our own ``check`` and ``score``."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from homeserve_dispatch import Problem, check, score
from homeserve_dispatch.schedule import build_plan


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a plan is worth.

    Attributes
    ----------
    cost : float
        Total of our ``score``.
    travel_seconds : float
        Of all routes.
    unassigned : int
        Orders left out.
    priority_left_out : int
        Sum of their priorities.
    faults : tuple of str
        Hard rules it breaks, in words; none: it is feasible.
    """

    cost: float
    travel_seconds: float
    unassigned: int
    priority_left_out: int
    faults: tuple[str, ...]

    @property
    def feasible(self) -> bool:
        """Whether it keeps all hard rules."""
        return not self.faults


def judge(problem: Problem, routes: list[list[int]]) -> Verdict:
    """Judge routes.

    Parameters
    ----------
    problem : Problem
        What they are for.
    routes : list of list of int
        Numbers of orders for each shift, shifts in the order of the workers, then of the shifts.

    Raises
    ------
    ValueError
        There are not as many routes as shifts, or an order is in them twice.
    """
    shifts = [(worker.id, at) for worker in problem.workers for at in range(len(worker.shifts))]
    if len(routes) != len(shifts):
        raise ValueError(f"there are {len(routes)} routes for {len(shifts)} shifts")
    times = Counter(number for route in routes for number in route)
    if twice := [problem.orders[number].id for number, count in times.items() if count > 1]:
        raise ValueError(f"visited more than once: {', '.join(twice[:5])}")
    sequences = {
        shift: [problem.orders[number].id for number in route]
        for shift, route in zip(shifts, routes, strict=True)
    }
    plan = build_plan(problem, sequences)
    cost = score(problem, plan)
    left = [problem.order(one.order) for one in plan.unassigned]
    return Verdict(
        cost=cost.total,
        travel_seconds=3600.0 * cost.amounts["travel_time"],
        unassigned=len(left),
        priority_left_out=sum(problem.effective(order).priority for order in left),
        faults=tuple(fault.message for fault in check(problem, plan) if fault.hard),
    )
