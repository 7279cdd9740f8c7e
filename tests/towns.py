"""Random places and ways between them: tables and models that measure."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

from hypothesis import strategies as st

from homeserve_dispatch import GreatCircle, Location, ModeMatrix, Streets, TravelMatrix

MODES = ("car", "bicycle")
PLACES = ("p0", "p1", "p2", "p3", "p4")


@st.composite
def matrices(draw: st.DrawFn, *, rugged: bool = True) -> TravelMatrix:
    """Tables between the named places: not symmetric, and ways missing.

    The rugged ones obey no triangle inequality; the others hold shortest ways.
    """
    seconds = st.one_of(st.integers(0, 3000), st.integers(0, 3 * 10**6).map(lambda ms: ms / 1000))
    size = len(PLACES)

    def table(entry: st.SearchStrategy[Any]) -> list[list[Any]]:
        row = st.lists(entry, min_size=size, max_size=size)
        rows = draw(st.lists(row, min_size=size, max_size=size))
        return rows if rugged else shortest(rows)

    entry = st.one_of(*[seconds] * 9, st.none()) if draw(st.booleans()) else seconds
    with_metres = draw(st.booleans())
    metres = st.one_of(*[st.integers(0, 20_000)] * 19, st.none())
    return TravelMatrix(
        places=PLACES,
        tables={
            mode: ModeMatrix(
                travel_time_s=table(entry),
                distance_m=table(metres) if with_metres else None,
            )
            for mode in MODES
        },
    )


def shortest(rows: list[list[Any]]) -> list[list[Any]]:
    """The shortest ways by any places between."""
    for by, one, other in product(range(len(rows)), repeat=3):
        first, then, straight = rows[one][by], rows[by][other], rows[one][other]
        if first is not None and then is not None and (straight is None or first + then < straight):
            rows[one][other] = first + then
    return rows


@st.composite
def towns(
    draw: st.DrawFn, *, rugged: bool = True
) -> tuple[tuple[Location, ...], GreatCircle | Streets | TravelMatrix]:
    """Places, and how to get from one to another."""
    kind = draw(st.sampled_from(("matrix", "great_circle", "streets")))
    if kind == "matrix":
        return tuple(Location(id=name) for name in PLACES), draw(matrices(rugged=rugged))
    step = st.integers(-8, 8).map(lambda number: number / 100)
    named = draw(st.booleans())
    places = [
        Location(id=f"q{number}" if named else None, lat=48.0 + draw(step), lon=11.0 + draw(step))
        for number in range(5)
    ]
    speeds = {"car": draw(st.sampled_from((20.0, 26.0, 33.3))), "bicycle": 14.0}
    overhead = draw(st.sampled_from((timedelta(0), timedelta(minutes=4, milliseconds=7))))
    if kind == "great_circle":
        return tuple(places), GreatCircle(speed_kmh=speeds, overhead=overhead)
    return tuple(places), Streets(
        centre=Location(lat=48.0, lon=11.0),
        speed_kmh=speeds,
        overhead=overhead,
        bearing=draw(st.sampled_from((0.0, 30.0))),
        grid=draw(st.sampled_from((0.0, 0.6, 1.0))),
    )
