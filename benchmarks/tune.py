"""Which settings of the search do best: the same experiment for every change of one of them.

    python benchmarks/tune.py --try hot=1 --try hot=10 --try removed=15,longest=15
    python benchmarks/tune.py --try cold=0.3 --families tight-500 --seeds 1 2 3 --seconds 10
    python benchmarks/tune.py --try cold=0.3 --held-out

Each change runs on generated days and on public instances, beside the settings as they are. The
days of ``--held-out`` and the other half of the public instances are only for judging in the end
what was chosen on the first. The table shows the mean cost in terms of the present settings'.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import homeserve_dispatch as hd
import sets
from homeserve_dispatch import solver
from homeserve_dispatch.datasets import generate_day
from homeserve_dispatch.search.settings import DEFAULT, Settings
from stamp import commit, written

DAYS = {
    f"{tightness}-{orders}": (orders, tightness)
    for tightness in ("tight", "loose")
    for orders in (100, 200, 500, 1000, 2000)
}
PUBLIC = {"solomon": 8, "gehring-homberger-200": 5}
"""Of each set, by name, every so-manieth instance."""
SEEDS, HELD_OUT = range(1, 4), range(101, 104)
COLUMNS = ["family", "instance", "change", "seconds", "cost", "ratio", "commit"]


class Case(NamedTuple):
    """One problem of the experiment."""

    family: str
    name: str
    problem: hd.Problem


def main() -> None:
    """Read the command line and run the experiment."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--try", dest="changes", action="append", required=True, metavar="NAME=VALUE[,…]"
    )
    parser.add_argument("--families", nargs="+", choices=[*DAYS, *PUBLIC], default=list(DAYS))
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seeds", nargs="+", type=int, help="of the days")
    parser.add_argument("--held-out", action="store_true", help="the problems kept for judging")
    parser.add_argument("-o", "--output", type=Path, default=Path("tune.csv"))
    chosen = parser.parse_args()
    changes = {"as it is": DEFAULT} | {text: changed(text) for text in chosen.changes}
    seeds = chosen.seeds or (HELD_OUT if chosen.held_out else SEEDS)
    hd.solve(generate_day(20, seed=0), stop=hd.Iterations(100))
    ratios: dict[tuple[str, str], list[float]] = {}
    found = runs(changes, cases(chosen.families, seeds, chosen.held_out), chosen.seconds)
    for row in written(chosen.output, COLUMNS, found, {"commit": commit()}):
        ratios.setdefault((row["family"], row["change"]), []).append(row["ratio"])
        print(f"{row['instance']:24s} {row['change']:24s} {row['cost']:12.1f}", flush=True)
    print(table(ratios, list(changes), chosen.families))


def runs(
    changes: dict[str, Settings], problems: Iterator[Case], seconds: float
) -> Iterator[dict[str, Any]]:
    """A line for each problem and change; the settings as they are come first."""
    for case in problems:
        present = None
        for text, settings in changes.items():
            value = cost(case.problem, settings, seconds)
            present = value if present is None else present
            yield {
                "family": case.family,
                "instance": case.name,
                "change": text,
                "seconds": seconds,
                "cost": value,
                "ratio": value / present,
            }


def changed(text: str) -> Settings:
    """The settings with what ``name=value,name=value`` says."""
    pairs = dict(pair.split("=", 1) for pair in text.split(","))
    values = {name: type(getattr(DEFAULT, name))(value) for name, value in pairs.items()}
    return replace(DEFAULT, **values)


def cases(families: list[str], seeds: list[int] | range, held_out: bool) -> Iterator[Case]:
    """The problems of these families."""
    for family in families:
        if family in DAYS:
            orders, tightness = DAYS[family]
            for seed in seeds:
                problem = generate_day(orders, seed=seed, tightness=tightness)
                yield Case(family, f"{family} {seed}", problem)
        else:
            files = sorted((sets.folder() / family / "instances").glob("*.txt"))
            step = PUBLIC[family]
            for file in files[(step // 2 if held_out else 0) :: step]:
                yield Case(family, sets.name_of(file), hd.read_problem(file, format="solomon"))


def cost(problem: hd.Problem, settings: Settings, seconds: float) -> float:
    """What the plan costs that these settings find in that time."""
    plan = solver.solve(problem, stop=hd.TimeLimit(seconds), seed=1, settings=settings)
    assert plan.cost is not None
    return plan.cost.total


def table(
    ratios: dict[tuple[str, str], list[float]], changes: list[str], families: list[str]
) -> str:
    """Markdown: a line a change, a column a family: mean cost, and the standard error of it."""
    lines = [f"| change | {' | '.join(families)} |", "|---" * (len(families) + 1) + "|"]
    for text in changes:
        cells = []
        for family in families:
            found = ratios[family, text]
            error = statistics.stdev(found) / len(found) ** 0.5 if len(found) > 1 else 0.0
            cells.append(f"{statistics.mean(found):.4f} ± {error:.4f}")
        lines.append(f"| {text} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
