"""Rows of the comparison: a CSV file that grows line by line, and Markdown with the medians."""

from __future__ import annotations

import csv
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

COLUMNS = (
    "family", "kind", "orders", "seconds", "seed", "solver", "version", "cost", "ratio",
    "travel_seconds", "unassigned", "priority_left_out", "feasible", "wall_seconds", "note",
    "commit", "machine", "python",
)  # fmt: skip
_INSTANCE = ("family", "kind", "orders", "seconds", "seed")
_LINE = _INSTANCE[:-1]

Row: TypeAlias = dict[str, Any]


def read(path: Path) -> list[Row]:
    """Rows of a file, numbers as numbers; none where there is no file."""
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return [_typed(row) for row in csv.DictReader(file)]


def write(path: Path, rows: Iterable[Row]) -> None:
    """Write the whole file, at once or not at all."""
    draft = path.with_suffix(path.suffix + ".new")
    with draft.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    draft.replace(path)


def append(path: Path, row: Row) -> None:
    """Add a line."""
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.DictWriter(file, COLUMNS).writerow(row)


def key(row: Row) -> tuple[object, ...]:
    """What a row is about: instance, solver, its version, our commit."""
    return tuple(row[name] for name in (*_INSTANCE, "solver", "version", "commit"))


def with_ratios(rows: Sequence[Row]) -> list[Row]:
    """The rows with their costs over the best cost of the same instance."""
    best: dict[tuple[object, ...], float] = {}
    for row in rows:
        if _counts(row):
            instance = tuple(row[name] for name in _INSTANCE)
            best[instance] = min(row["cost"], best.get(instance, row["cost"]))
    rated = []
    for row in rows:
        least = best.get(tuple(row[name] for name in _INSTANCE))
        ratio = round(row["cost"] / least, 4) if _counts(row) and least else None
        rated.append(row | {"ratio": ratio})
    return rated


def markdown(rows: Sequence[Row], threads: int) -> str:
    """Tables of the medians over the seeds, one for each family and time."""
    solvers = list(dict.fromkeys(row["solver"] for row in rows))
    parts = ["# Peers on the same days\n", _about(rows, solvers, threads)]
    for family, seconds in dict.fromkeys((row["family"], row["seconds"]) for row in rows):
        chosen = [row for row in rows if (row["family"], row["seconds"]) == (family, seconds)]
        parts.append(f"## Family {family}, {seconds:g} s\n\n{_table(chosen, solvers)}")
    if notes := _notes(rows):
        parts.append("## What went otherwise\n\n" + "\n".join(notes) + "\n")
    return "\n".join(parts)


def _about(rows: Sequence[Row], solvers: Sequence[str], threads: int) -> str:
    def all_of(name: str) -> str:
        return ", ".join(sorted({str(row[name]) for row in rows}))

    versions = {row["solver"]: row["version"] for row in rows}
    listed = ", ".join(f"{solver} {versions[solver]}" for solver in solvers)
    return (
        "Each cell: median cost over the seeds by our own `score` (× the least of its line; orders "
        "left out). The least is bold.\n\n"
        f"- Versions: {listed}.\n"
        f"- Commit {all_of('commit')}; {all_of('machine')}; Python {all_of('python')}; "
        f"{threads} threads for those that can use them.\n"
        f"- Seeds: {all_of('seed')}.\n"
    )


def _table(rows: Sequence[Row], solvers: Sequence[str]) -> str:
    shown = [solver for solver in solvers if any(row["solver"] == solver for row in rows)]
    lines = [
        "| kind | orders | " + " | ".join(shown) + " |",
        "|---|---:|" + "---:|" * len(shown),
    ]
    for line in dict.fromkeys(tuple(row[name] for name in _LINE) for row in rows):
        of_line = [row for row in rows if tuple(row[name] for name in _LINE) == line]
        by_solver = {
            solver: [row for row in of_line if row["solver"] == solver] for solver in shown
        }
        medians = {
            solver: statistics.median(costs)
            for solver, own in by_solver.items()
            if (costs := [row["cost"] for row in own if _counts(row)])
        }
        least = min(medians.values(), default=None)
        cells = [_cell(by_solver[solver], medians.get(solver), least) for solver in shown]
        lines.append(f"| {line[1]} | {line[2]} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(own: Sequence[Row], median: float | None, least: float | None) -> str:
    if median is None or least is None:
        return "–"
    good = [row for row in own if _counts(row)]
    left = statistics.median(row["unassigned"] for row in good)
    cost = f"{median:,.0f}".replace(",", " ")
    ratio = f"{median / least:.3f}" if least else "1.000"
    seeds = "" if len(good) == len(own) else f", {len(good)} of {len(own)} seeds"
    text = f"{cost} ({ratio}; {left:g}{seeds})"
    return f"**{text}**" if median == least else text


def _notes(rows: Sequence[Row]) -> list[str]:
    """What a solver did not do, with the days on which it did not."""
    days: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row["note"]:
            day = f"{row['family']} {row['kind']} {row['orders']} seed {row['seed']}"
            days.setdefault((row["solver"], row["note"]), []).append(day)
    return [
        f"- {solver}: {note} ({', '.join(found[:3])}{' …' if len(found) > 3 else ''})"
        for (solver, note), found in days.items()
    ]


def _counts(row: Row) -> bool:
    return row["feasible"] is True and row["cost"] is not None


def _typed(row: dict[str, str]) -> Row:
    kinds = {"orders": int, "seed": int, "unassigned": int, "priority_left_out": int}
    kinds |= dict.fromkeys(("seconds", "cost", "ratio", "travel_seconds", "wall_seconds"), float)
    typed: Row = dict(row)
    for name, kind in kinds.items():
        typed[name] = kind(row[name]) if row[name] else None
    typed["feasible"] = {"True": True, "False": False}.get(row["feasible"])
    return typed
