"""Pairs of measurements as a table and as a file."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from stamp import written

OLD, NEW = 0, 1
COLUMNS = [
    "what", "unit", "side", "tree", "turn", "value", "against", "commit", "machine", "python",
]  # fmt: skip


class Measured(NamedTuple):
    """One measurement of one side, less is better.

    Attributes
    ----------
    side : int
        ``OLD`` or ``NEW``.
    what, unit : str
        What was measured, in what.
    turn : int
        Which time, from 0; the two sides of a turn were measured one after the other.
    value : float
        The number.
    """

    side: int
    what: str
    unit: str
    turn: int
    value: float


def record(
    path: Path, found: Iterable[Measured], names: Sequence[str], always: Mapping[str, Any]
) -> list[Measured]:
    """Write and print each measurement as it comes."""
    kept = []

    def rows() -> Iterator[dict[str, Any]]:
        for one in found:
            kept.append(one)
            trees = {"tree": names[one.side], "against": names[1 - one.side]}
            yield one._asdict() | trees | {"side": ("old", "new")[one.side]}

    for row in written(path, COLUMNS, rows(), always):
        print(f"{row['tree']:12s} {row['what']:45s} {row['value']:14.2f} {row['unit']}", flush=True)
    return kept


def table(found: Sequence[Measured], names: Sequence[str]) -> str:
    """Medians and quartiles of both sides in Markdown.

    The ratio is new to old: the median of those of the turns, and their quartiles. Below 1 the
    new one is better.
    """
    heads = (names[OLD], names[NEW], "ratio")
    lines = [
        f"| what | unit |{''.join(f' {head} | quartiles |' for head in heads)}",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for what in dict.fromkeys(one.what for one in found):
        here = [one for one in found if one.what == what]
        sides = [{one.turn: one.value for one in here if one.side == side} for side in (OLD, NEW)]
        both = sides[OLD].keys() & sides[NEW].keys()
        ratios = [sides[NEW][turn] / sides[OLD][turn] for turn in sorted(both) if sides[OLD][turn]]
        cells = [_summary(list(side.values()), ".4g") for side in sides] + [_summary(ratios, ".3f")]
        lines.append(f"| {what} | {here[0].unit} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _summary(values: Sequence[float], style: str) -> str:
    """Median and quartiles, two cells; nothing where there is nothing."""
    if not values:
        return " | "
    if len(values) == 1:
        return f"{values[0]:{style}} | "
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return f"{middle:{style}} | {low:{style}} to {high:{style}}"
