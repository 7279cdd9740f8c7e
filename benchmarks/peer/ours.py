"""Our own engine."""

from __future__ import annotations

import homeserve_dispatch as hd
from homeserve_dispatch.datasets import generate_day
from peer import days
from peer.adapter import Answer, Task
from peer.neutral import RULES

CAN = RULES


def prepare(threads: int) -> None:
    """Compile both kernels: the plain one, and that for rules."""
    for problem in (days.plain(20, "tight", 0), generate_day(20, seed=0)):
        hd.solve(problem, stop=hd.Iterations(100), threads=threads)


def solve(task: Task) -> Answer:
    """Solve with the default settings."""
    problem = task.problem
    stop = hd.TimeLimit(task.seconds)
    plan = hd.solve(problem, stop=stop, seed=task.seed, threads=task.threads)
    numbers = {order.id: at for at, order in enumerate(problem.orders)}
    shifts = [(worker.id, at) for worker in problem.workers for at in range(len(worker.shifts))]
    done = {
        (route.worker, route.shift): [numbers[visit.order] for visit in route.visits]
        for route in plan.routes
    }
    curve = [(better.seconds, better.cost) for better in plan.history]
    return Answer([done.get(shift, []) for shift in shifts], curve if task.watched else [])
