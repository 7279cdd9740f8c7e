"""Invented VRPTW instances of any size, in the manner of Solomon and of Gehring & Homberger.

Clustered (C), random (R) and mixed (RC) customers; series 1 has a short day and small vans, series
2 a long day and large ones, with routes several times as long.
"""

from __future__ import annotations

import math
import random
from typing import NamedTuple

NAMES = ("C1", "C2", "R1", "R2", "RC1", "RC2")


class Kind(NamedTuple):
    """What customers of a class have in common; times are those of 1000 customers.

    Attributes
    ----------
    day, capacity, service : int
        Closing time of the depot, load of a van, time at a customer.
    window : int
        Mean length of a time window.
    clustered : float
        Part of the customers that lies in clusters.
    """

    day: int
    capacity: int
    service: int
    window: int
    clustered: float


KINDS = {
    "C1": Kind(1824, 200, 90, 120, 1.0),
    "C2": Kind(3914, 700, 90, 320, 1.0),
    "R1": Kind(1925, 200, 10, 60, 0.0),
    "R2": Kind(7697, 1000, 10, 240, 0.0),
    "RC1": Kind(1925, 200, 10, 60, 0.5),
    "RC2": Kind(7697, 1000, 10, 240, 0.5),
}
_SIDE = 500
_IN_CLUSTER = 12
_SPREAD = 8.0


def solomon_text(name: str, customers: int, seed: int) -> str:
    """An instance of that class as a text file in Solomon's format."""
    kind, chance = KINDS[name], random.Random(f"{name} {customers} {seed}")
    depot = (_SIDE // 2, _SIDE // 2)
    lines = [
        f"{name}_{customers}_{seed}", "", "VEHICLE", "NUMBER     CAPACITY",
        f"{customers // 4:5d} {kind.capacity:9d}", "", "CUSTOMER",
        "CUST NO.  XCOORD.  YCOORD.  DEMAND  READY TIME  DUE DATE  SERVICE TIME", "",
        _line(0, depot, 0, 0, kind.day, 0),
    ]  # fmt: skip
    for number, place in enumerate(_places(kind, customers, chance), 1):
        way = math.dist(place, depot)
        first, last = math.ceil(way), math.floor(kind.day - way - kind.service)
        middle = chance.randint(first, last)
        length = max(10, round(chance.gauss(kind.window, kind.window / 5)))
        opens = max(first, middle - length // 2)
        closes = max(opens, min(last, opens + length))
        lines.append(_line(number, place, chance.randint(1, 35), opens, closes, kind.service))
    return "\n".join(lines) + "\n"


def _places(kind: Kind, customers: int, chance: random.Random) -> list[tuple[int, int]]:
    """Different points of a square, some of them about centres."""
    centres = [
        (chance.randint(0, _SIDE), chance.randint(0, _SIDE))
        for _ in range(max(1, customers // _IN_CLUSTER))
    ]
    found: dict[tuple[int, int], None] = {}
    while len(found) < customers:
        if len(found) < customers * kind.clustered:
            centre = chance.choice(centres)
            place = (
                round(chance.gauss(centre[0], _SPREAD)),
                round(chance.gauss(centre[1], _SPREAD)),
            )
        else:
            place = (chance.randint(0, _SIDE), chance.randint(0, _SIDE))
        if all(0 <= at <= _SIDE for at in place):
            found[place] = None
    return list(found)


def _line(
    number: int, place: tuple[int, int], demand: int, opens: int, closes: int, service: int
) -> str:
    figures = (number, *place, demand, opens, closes, service)
    return " ".join(f"{figure:8d}" for figure in figures)
