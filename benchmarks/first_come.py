"""First come, first served, as many offices do it, against our plan of the same day.

    python benchmarks/first_come.py --orders 500 --seeds 1 2 3 --seconds 10 -o first_come.csv
    python benchmarks/first_come.py --tightness tight 9.0 --choice nearest detour

What the office does and what it is allowed is in ``booking`` and in the README. Run it with
nothing beside it.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import homeserve_dispatch as hd
from booking.desk import first_come, is_urgent
from homeserve_dispatch.datasets import generate_day
from run import warm_up
from stamp import stamp, written

OURS = "homeserve-dispatch"
FIGURES = {
    "served": "orders served",
    "served_percent": "served, %",
    "urgent_served": "of them urgent",
    "travel_minutes_an_order": "travel, minutes an order",
    "travel_hours": "travel, hours",
    "late_hours": "late, hours",
    "overtime_hours": "overtime, hours",
    "idle_hours": "idle, hours",
    "cost": "cost",
}
"""Columns of figures, and what the table calls them."""
COLUMNS = [
    "set", "instance", "way", "version", "seconds", "seed", "threads", "orders", "urgent", *FIGURES,
    "waiting_hours", "feasible", "wall_seconds", "step_minutes", "commit", "machine", "python",
]  # fmt: skip


def main() -> None:
    """Read the command line, plan each day in each way, print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=500)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--seconds", type=float, default=10.0, help="for our plan")
    parser.add_argument("--threads", type=int, default=2, help="for our plan")
    parser.add_argument("--tightness", type=_tightness, nargs="+", default=["tight"])
    parser.add_argument(
        "--choice", nargs="+", choices=["nearest", "detour"], default=["nearest"],
        help="whom the office sends; the first is what ours is compared with",
    )  # fmt: skip
    parser.add_argument("--step", type=int, default=15, help="minutes between promised times")
    parser.add_argument(
        "--without-urgent", action="store_true", help="take what is called in on the day away"
    )
    parser.add_argument("-o", "--output", type=Path, default=Path("first_come.csv"))
    chosen = parser.parse_args()
    warm_up(chosen.threads)
    rows = _record(chosen.output, _rows(chosen))
    for tightness in chosen.tightness:
        print(f"\n{chosen.orders} orders, tightness {tightness}, {len(chosen.seeds)} days\n")
        print(table([row for row in rows if row["set"] == f"first-come-{tightness}"]))
    print(f"\nwritten to {chosen.output}")


def _tightness(text: str) -> str | float:
    return text if text in ("tight", "loose") else float(text)


def _rows(chosen: argparse.Namespace) -> Iterator[dict[str, Any]]:
    for tightness in chosen.tightness:
        for seed in chosen.seeds:
            problem = generate_day(chosen.orders, seed=seed, tightness=tightness)
            if chosen.without_urgent:
                booked = tuple(order for order in problem.orders if not is_urgent(order))
                problem = problem.model_copy(update={"orders": booked})
            for way, plan_of in _ways(chosen, seed):
                began = time.perf_counter()
                plan = plan_of(problem)
                wall = time.perf_counter() - began
                yield {
                    "set": f"first-come-{tightness}",
                    "instance": f"day-{chosen.orders}-{tightness}-{seed}",
                    "way": way,
                    "version": hd.__version__,
                    "seconds": chosen.seconds if way == OURS else None,
                    "seed": seed,
                    "threads": chosen.threads if way == OURS else 1,
                    "step_minutes": None if way == OURS else chosen.step,
                    "wall_seconds": round(wall, 2),
                } | figures(problem, plan)


def _ways(
    chosen: argparse.Namespace, seed: int
) -> Iterator[tuple[str, Callable[[hd.Problem], hd.Plan]]]:
    step = timedelta(minutes=chosen.step)
    for choice in chosen.choice:
        yield (
            f"first come, {choice}",
            lambda problem, choice=choice: first_come(problem, seed=seed, step=step, choice=choice),
        )
    stop = hd.TimeLimit(chosen.seconds)
    yield OURS, lambda problem: hd.solve(problem, stop=stop, seed=seed, threads=chosen.threads)


def figures(problem: hd.Problem, plan: hd.Plan) -> dict[str, Any]:
    """What a plan comes to, by our own check and score.

    Idle is time of a shift in which nobody travels or works, also of shifts without visits.
    """
    cost = hd.score(problem, plan)
    visited = {visit.order for route in plan.routes for visit in route.visits}
    urgent = {order.id for order in problem.orders if is_urgent(order)}
    amounts, orders = cost.amounts, len(problem.orders)
    return {
        "orders": orders,
        "urgent": len(urgent),
        "served": len(visited),
        "served_percent": round(100 * len(visited) / max(1, orders), 2),
        "urgent_served": len(visited & urgent),
        "travel_minutes_an_order": round(60 * amounts["travel_time"] / max(1, len(visited)), 3),
        "travel_hours": round(amounts["travel_time"], 3),
        "late_hours": round(amounts["lateness"] + amounts["sla_lateness"], 3),
        "overtime_hours": round(amounts["overtime"], 3),
        "idle_hours": round(amounts["idle_time"], 3),
        "waiting_hours": round(amounts["waiting"], 3),
        "cost": round(cost.total, 2),
        "feasible": not hd.check(problem, plan),
    }


def _record(path: Path, rows: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """Print and write each result as it comes."""
    kept = []
    for row in written(path, COLUMNS, rows, stamp()):
        kept.append(row)
        print(
            f"{row['instance']:20s} {row['way']:20s} {row['served']:5d} of {row['orders']} "
            f"{row['travel_minutes_an_order']:7.2f} min an order, cost {row['cost']:10.2f}"
            f"{'' if row['feasible'] else ' INFEASIBLE'}",
            flush=True,
        )
    return kept


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Medians of the days side by side in Markdown.

    The change is that of our plan from the first way, on each day; the median of these.
    """
    ways = list(dict.fromkeys(row["way"] for row in rows))
    lines = [
        f"| median of days | {' | '.join(ways)} | change |",
        f"|---|{'---:|' * (len(ways) + 1)}",
    ]
    for figure, name in FIGURES.items():
        of_way = {way: [row[figure] for row in rows if row["way"] == way] for way in ways}
        medians = (f"{statistics.median(values):.10g}" for values in of_way.values())
        change = _change(of_way[ways[0]], of_way[ways[-1]])
        lines.append(f"| {name} | {' | '.join(medians)} | {change} |")
    return "\n".join(lines)


def _change(before: Sequence[float], after: Sequence[float]) -> str:
    """Median of the changes in percent, with the least and the greatest."""
    changes = [100 * (new / old - 1) for old, new in zip(before, after, strict=True) if old]
    if not changes:
        return ""
    span = f" ({min(changes):+.1f} to {max(changes):+.1f})" if len(changes) > 1 else ""
    return f"{statistics.median(changes):+.1f} %{span}"


if __name__ == "__main__":
    sys.exit(main())
