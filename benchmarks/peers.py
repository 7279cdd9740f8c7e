"""Every installed peer on the same days as our engine, judged by our own check and score.

    python benchmarks/peers.py --orders 50 100 200 500 --kinds tight loose --seconds 10
    python benchmarks/peers.py --orders 200 --seeds 1 2 3 --solvers ours vroom --plot
    python benchmarks/peers.py --orders 200 --priority-first
    python benchmarks/peers.py --orders 200 --family full

Results go to a CSV file line by line, and at the end to a table in Markdown. Run it with nothing
beside it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

from homeserve_dispatch import Problem
from peer import apart, days, plot, table
from peer.adapter import MODULES, Task, installed
from peer.judge import judge
from peer.neutral import HELD, Neutral, neutral, rules_of
from stamp import stamp


def main() -> None:
    """Read the command line, run everything, write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, nargs="+", default=[50, 100, 200, 500])
    parser.add_argument(
        "--kinds", nargs="+", choices=["tight", "loose"], default=["tight", "loose"]
    )
    parser.add_argument("--seconds", type=float, default=10.0, help="for each solver and day")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--solvers", nargs="+", choices=["all", *MODULES], default=["all"])
    parser.add_argument("--family", nargs="+", choices=["plain", "full"], default=["plain"])
    parser.add_argument("--priority-first", action="store_true", help="of plain days")
    parser.add_argument("--threads", type=int, default=2, help="for those that can use them")
    parser.add_argument("--output", type=Path, default=Path("peers"), help="without an ending")
    parser.add_argument("--plot", action="store_true", help="cost over time as a web page")
    parser.add_argument("--resume", action="store_true", help="keep the lines of this commit")
    chosen = parser.parse_args()
    solvers = list(MODULES) if "all" in chosen.solvers else list(dict.fromkeys(chosen.solvers))
    versions = {solver: installed(solver) for solver in solvers}
    if missing := [solver for solver, found in versions.items() if found is None]:
        print(f"not installed: {', '.join(missing)}")
    present = {solver: found for solver, found in versions.items() if found is not None}
    run(chosen, present)


def run(chosen: argparse.Namespace, versions: dict[str, str]) -> None:
    """Run all days by all solvers."""
    marks = stamp()
    where = chosen.output.with_name(f"{chosen.output.name}.csv")
    kept = table.read(where) if chosen.resume else []
    rows = [row for row in kept if row["commit"] == marks["commit"]]
    done = {table.key(row) for row in rows}
    table.write(where, rows)
    pictures: dict[str, dict[str, plot.Line]] = {}
    for day in all_days(chosen):
        blank = dict.fromkeys(table.COLUMNS) | day.columns() | marks | {"seconds": chosen.seconds}
        for solver, version in versions.items():
            row = blank | {"solver": solver, "version": version, "note": ""}
            if table.key(row) in done:
                continue
            result, line = measure(chosen, day, solver)
            row |= result
            rows.append(row)
            table.append(where, row)
            tell(row)
            if line is not None:
                pictures.setdefault(day.title(), {})[solver] = line
        rows = table.with_ratios(rows)
        table.write(where, rows)
    page = chosen.output.with_name(f"{chosen.output.name}.md")
    page.write_text(table.markdown(rows, chosen.threads), encoding="utf-8")
    print(f"written to {where} and {page}")
    if chosen.plot:
        picture = chosen.output.with_name(f"{chosen.output.name}.html")
        plot.write(picture, pictures)
        print(f"written to {picture}")


class Day(NamedTuple):
    """A problem and what it is called."""

    family: str
    kind: str
    orders: int
    seed: int
    problem: Problem
    rules: frozenset[str]
    neutral: Neutral | None

    def columns(self) -> dict[str, object]:
        """Of the table."""
        names = ("family", "kind", "orders", "seed")
        return dict(zip(names, self[:4], strict=True))

    def title(self) -> str:
        """For people."""
        return f"{self.family}, {self.orders} orders, {self.kind}, seed {self.seed}"


def all_days(chosen: argparse.Namespace) -> Iterator[Day]:
    """Each day when its turn comes."""
    wanted = product(chosen.family, chosen.kinds, chosen.orders, chosen.seeds)
    for family, kind, orders, seed in wanted:
        first = chosen.priority_first and family == "plain"
        if family == "plain":
            problem = days.plain(orders, kind, seed, priority_first=first)
        else:
            problem = days.full(orders, kind, seed)
        rules = rules_of(problem)
        everybodys = neutral(problem) if rules <= HELD else None
        name = f"{family}-priority" if first else family
        yield Day(name, kind, orders, seed, problem, rules, everybodys)


def measure(
    chosen: argparse.Namespace, day: Day, solver: str
) -> tuple[table.Row, plot.Line | None]:
    """What a solver makes of a day: columns of the table, and a line of the picture."""
    task = Task(
        problem=day.problem,
        rules=day.rules,
        day=day.neutral,
        seconds=chosen.seconds,
        seed=day.seed,
        threads=chosen.threads,
        watched=chosen.plot,
    )
    outcome = apart.run(solver, task)
    wall = round(outcome.wall_seconds, 2)
    if outcome.answer is None:
        return {"wall_seconds": wall, "note": outcome.failure}, None
    try:
        verdict = judge(day.problem, outcome.answer.routes)
    except ValueError as error:
        return {"wall_seconds": wall, "feasible": False, "note": f"infeasible: {error}"}, None
    note = "" if verdict.feasible else f"infeasible: {verdict.faults[0]}"
    row = {
        "cost": round(verdict.cost, 3),
        "travel_seconds": round(verdict.travel_seconds, 3),
        "unassigned": verdict.unassigned,
        "priority_left_out": verdict.priority_left_out,
        "feasible": verdict.feasible,
        "wall_seconds": wall,
        "note": note,
    }
    return row, plot.Line(outcome.answer.curve, wall, verdict.cost)


def tell(row: table.Row) -> None:
    """Print a line of the table."""
    day = f"{row['family']} {row['kind']} {row['orders']} seed {row['seed']}"
    said = row["note"]
    if row["cost"] is not None:
        cost = f"{row['cost']:14.1f}, {row['unassigned']} left out, {row['wall_seconds']:.1f} s"
        said = f"{cost} {said}"
    print(f"{day:32s} {row['solver']:10s} {said}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
