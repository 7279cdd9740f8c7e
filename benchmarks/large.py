"""A very large day in one process, and whether it is planned as well as a day of a thousand orders.

    python benchmarks/large.py --orders 20000 --seconds 600

Then some neighbourhoods of about a thousand orders are taken out of the plan, with the workers who
go there, and planned alone from nothing, in the same seconds an order. Nobody else's borders and no
other mixture of hands and work: the ratio of the costs says what the size alone takes away.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

import homeserve_dispatch as hd
from homeserve_dispatch.datasets import generate_day
from run import warm_up
from stamp import stamp, written

COLUMNS = [
    "what", "orders", "workers", "seconds", "seed", "threads", "first_plan_seconds",
    "cost_an_order", "after_60_seconds", "left_out", "faults", "peak_mb", "alone_an_order",
    "ratio", "iterations", "commit", "machine", "python",
]  # fmt: skip
ORDERS_A_PART = 1000


class Part(NamedTuple):
    """Numbers of some routes that have visits, and of orders left out round about."""

    routes: npt.NDArray[np.int64]
    left_out: npt.NDArray[np.int64]


def main() -> None:
    """Plan the day, then some of its parts alone."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument("--kind", choices=["tight", "loose"], default="tight")
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--alone", type=int, default=4, help="how many parts to plan alone")
    parser.add_argument("-o", "--output", type=Path, default=Path("large.csv"))
    chosen = parser.parse_args()
    warm_up(chosen.threads)
    ratios = []
    for row in written(chosen.output, COLUMNS, rows(chosen), stamp()):
        print(", ".join(f"{name} {value}" for name, value in row.items()), flush=True)
        if "ratio" in row:
            ratios.append(row["ratio"])
    if ratios:
        print(f"the plan in terms of its parts planned alone: {np.mean(ratios):.4f}")
    print(f"written to {chosen.output}")


def rows(chosen: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The whole day, then parts of it, spread over the city."""
    problem = generate_day(chosen.orders, seed=chosen.seed, tightness=chosen.kind)
    how = {"seconds": chosen.seconds, "seed": chosen.seed, "threads": chosen.threads}
    plan = hd.solve(
        problem,
        stop=hd.TimeLimit(chosen.seconds),
        seed=chosen.seed,
        threads=chosen.threads,
    )
    yield how | {
        "what": "whole",
        "orders": len(problem.orders),
        "workers": len(problem.workers),
        "first_plan_seconds": round(plan.history[0].seconds, 1),
        "cost_an_order": round(hd.score(problem, plan).total / len(problem.orders), 3),
        "after_60_seconds": after(plan, 60.0, len(problem.orders)),
        "left_out": len(plan.unassigned),
        "faults": len([fault for fault in hd.check(problem, plan) if fault.hard]),
        "peak_mb": peak_mb(),
        "iterations": plan.iterations,
    }
    count = max(1, round(chosen.orders / ORDERS_A_PART))
    found = parts(problem, plan, count)
    for number in np.linspace(0, count - 1, min(count, chosen.alone)).astype(int):
        yield how | alone(chosen, problem, plan, found[number])


def after(plan: hd.Plan, seconds: float, orders: int) -> float | None:
    """Cost an order of the best plan by then."""
    costs = [found.cost for found in plan.history if found.seconds <= seconds]
    return round(costs[-1] / orders, 3) if costs else None


def peak_mb() -> int | None:
    """Most memory that this process has had; unknown on Windows."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1 << 20 if sys.platform == "darwin" else 1 << 10)


def alone(
    chosen: argparse.Namespace, problem: hd.Problem, plan: hd.Plan, part: Part
) -> dict[str, Any]:
    """That part planned from nothing, in its share of the seconds."""
    some, as_it_is = cut_out(problem, plan, part)
    share = chosen.seconds * len(some.orders) / len(problem.orders)
    fresh = hd.solve(some, stop=hd.TimeLimit(share), seed=chosen.seed, threads=chosen.threads)
    here, there = (hd.score(some, one).total / len(some.orders) for one in (as_it_is, fresh))
    return {
        "what": "part",
        "orders": len(some.orders),
        "workers": len(some.workers),
        "seconds": round(share, 2),
        "cost_an_order": round(here, 3),
        "alone_an_order": round(there, 3),
        "ratio": round(here / there, 4),
        "left_out": len(fresh.unassigned),
        "iterations": fresh.iterations,
    }


def parts(problem: hd.Problem, plan: hd.Plan, count: int) -> list[Part]:
    """The plan in parts with about as many visits each, along lines north to south or across."""
    place = {order.id: (order.location.lat, order.location.lon) for order in problem.orders}
    used = np.array([at for at, route in enumerate(plan.routes) if route.visits], np.int64)
    centres = np.array(
        [np.mean([place[v.order] for v in plan.routes[at].visits], axis=0) for at in used]
    )
    visits = np.array([len(plan.routes[at].visits) for at in used])
    outside = np.array([place[one.order] for one in plan.unassigned]).reshape(-1, 2)

    def split(mine: Any, missing: Any, parts_left: int, axis: int) -> list[Part]:
        if parts_left == 1:
            return [Part(used[mine], missing)]
        left = parts_left // 2
        by = mine[np.argsort(centres[mine, axis], kind="stable")]
        so_far = np.cumsum(visits[by])
        last = int(np.searchsorted(so_far, so_far[-1] * left / parts_left))
        low = outside[missing, axis] <= centres[by[last], axis]
        return [
            *split(by[: last + 1], missing[low], left, 1 - axis),
            *split(by[last + 1 :], missing[~low], parts_left - left, 1 - axis),
        ]

    return split(np.arange(len(used)), np.arange(len(outside)), count, 0)


def cut_out(problem: hd.Problem, plan: hd.Plan, part: Part) -> tuple[hd.Problem, hd.Plan]:
    """A part as a problem of its own, and what the plan has there."""
    routes = [plan.routes[at] for at in part.routes]
    there = {route.worker for route in routes}
    served = {visit.order for route in routes for visit in route.visits}
    left_out = {plan.unassigned[at].order for at in part.left_out}
    orders = tuple(
        among(order, there)
        for order in problem.orders
        if order.id in served
        # Who must be served by somebody of another part cannot be served here.
        or (
            order.id in left_out
            and (not order.required_workers or there & set(order.required_workers))
        )
    )
    known = {order.id for order in orders}
    some = problem.model_copy(
        update={
            "orders": orders,
            "workers": tuple(worker for worker in problem.workers if worker.id in there),
        }
    )
    as_it_is = plan.model_copy(
        update={
            "routes": tuple(routes),
            "unassigned": tuple(one for one in plan.unassigned if one.order in known & left_out),
        }
    )
    return some, as_it_is


def among(order: hd.Order, there: set[str]) -> hd.Order:
    """The order, naming nobody who is not there."""
    return order.model_copy(
        update={
            name: tuple(worker for worker in getattr(order, name) if worker in there)
            for name in ("required_workers", "preferred_workers", "forbidden_workers")
        }
    )


if __name__ == "__main__":
    main()
