"""Legs between all places in numbers: tables, or what is needed to work a leg out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from homeserve_dispatch.model.location import Location, PlaceKey
from homeserve_dispatch.model.matrix import UNREACHABLE
from homeserve_dispatch.model.travel import (
    EARTH_RADIUS_M,
    GreatCircle,
    Streets,
    TravelMatrix,
)

TABLES = 0
GREAT_CIRCLE = 1
STREETS = 2

LARGEST_TABLE_BYTES = 300_000_000
"""Beyond it legs are worked out one by one, which costs less than fetching them from memory."""

_BLOCK = 256


class Geometry(NamedTuple):
    """How to know a leg.

    Attributes
    ----------
    kind : int
        ``TABLES``, ``GREAT_CIRCLE`` or ``STREETS``.
    legs, legs_to : int32 (modes * L, 2 * L)
        Row ``mode * L + place``; columns ``2 * other``: ms, ``2 * other + 1``: metres; from the
        place and to it. The same array where all ways are alike in both directions. The last
        place is nowhere: open ends; no time, no distance. (1, 2) zeros unless ``kind`` is
        ``TABLES``.
    points : float64 (L, 4)
        Great circle: latitude, longitude (radians), cosine of latitude, 0. Streets: metres
        along the two directions, 0, 0.
    speed_kmh : float64 (modes,)
        Speed of each mode; 0 for tables.
    overhead_ms : int
        Added to each leg.
    grid, detour : float
        As in the travel model.
    """

    kind: int
    legs: npt.NDArray[np.int32]
    legs_to: npt.NDArray[np.int32]
    points: npt.NDArray[np.float64]
    speed_kmh: npt.NDArray[np.float64]
    overhead_ms: int
    grid: float
    detour: float


class Places:
    """Numbers for places: the same place has the same number, in the order of first use."""

    def __init__(self) -> None:
        self._numbers: dict[PlaceKey, int] = {}
        self.locations: list[Location] = []

    def number(self, location: Location) -> int:
        """The number of a place, a new one if it is new."""
        key = location.key
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.locations)
            self.locations.append(location)
        return number

    def __len__(self) -> int:
        return len(self.locations)


def geometry(
    travel: GreatCircle | Streets | TravelMatrix,
    locations: Sequence[Location],
    modes: Sequence[str],
    largest_table: int | None = None,
) -> Geometry:
    """Numbers of a travel model for these places and modes; one more place is added: nowhere.

    Parameters
    ----------
    travel : GreatCircle, Streets or TravelMatrix
        Whose legs they are; equal to ``travel.leg`` to the last unit.
    locations : sequence of Location
        L - 1 places.
    modes : sequence of str
        Travel modes in the order of the rows.
    largest_table : int, optional
        Bytes that a table may take before legs are worked out one by one instead; default:
        ``LARGEST_TABLE_BYTES``.
    """
    if isinstance(travel, TravelMatrix):
        return _from_matrix(travel, locations, modes)
    size = len(locations) + 1
    points = np.zeros((size, 4))
    if isinstance(travel, GreatCircle):
        kind, grid, detour = GREAT_CIRCLE, 0.0, travel.detour
        for at, place in enumerate(locations):
            assert place.lat is not None and place.lon is not None
            lat = math.radians(place.lat)
            points[at, :3] = lat, math.radians(place.lon), math.cos(lat)
    else:
        kind, grid, detour = STREETS, travel.grid, 1.0
        for at, place in enumerate(locations):
            points[at, :2] = travel.flat(place)
    # The factor stands as in travel.leg, so that rounding up gives the same.
    speeds = np.array([travel.speed_kmh[mode] for mode in modes])
    overhead_ms = travel.overhead // timedelta(milliseconds=1)
    none = np.zeros((1, 2), np.int32)
    result = Geometry(kind, none, none, points, speeds, overhead_ms, grid, detour)
    if len(modes) * size * size * 8 <= (
        LARGEST_TABLE_BYTES if largest_table is None else largest_table
    ):
        legs = _measured(result, len(modes))
        result = result._replace(kind=TABLES, legs=legs, legs_to=legs)
    return result


def _measured(how: Geometry, modes: int) -> npt.NDArray[np.int32]:
    size = len(how.points)
    legs = np.zeros((modes * size, 2 * size), np.int32)
    last = size - 1
    for low in range(0, last, _BLOCK):
        high = min(low + _BLOCK, last)
        here, there = how.points[low:high, None, :], how.points[None, :last, :]
        metres = metres_between(how.kind, here, there, how.grid, how.detour)
        for mode in range(modes):
            rows = slice(mode * size + low, mode * size + high)
            times = how.overhead_ms + np.ceil(metres * 3600.0 / how.speed_kmh[mode])
            legs[rows, 0 : 2 * last : 2] = times
            legs[rows, 1 : 2 * last : 2] = np.ceil(metres)
    for mode in range(modes):
        here_too = np.arange(last)
        legs[mode * size + here_too, 2 * here_too] = 0
        legs[mode * size + here_too, 2 * here_too + 1] = 0
    return legs


def metres_between(
    kind: int,
    here: npt.NDArray[np.float64],
    there: npt.NDArray[np.float64],
    grid: float,
    detour: float,
) -> npt.NDArray[np.float64]:
    """Unrounded distances between points of a ``Geometry``, operation by operation as ``leg``.

    Parameters
    ----------
    kind : int
        ``GREAT_CIRCLE`` or ``STREETS``.
    here, there : float64 (..., 4)
        Rows of ``Geometry.points``; they are broadcast.
    grid, detour : float
        As in ``Geometry``.
    """
    if kind == GREAT_CIRCLE:
        half = np.sin((there[..., 0] - here[..., 0]) / 2.0)
        across = np.sin((there[..., 1] - here[..., 1]) / 2.0)
        root = half * half + here[..., 2] * there[..., 2] * (across * across)
        angle: npt.NDArray[np.float64] = np.arcsin(np.minimum(1.0, np.sqrt(root)))
        return 2.0 * EARTH_RADIUS_M * angle * detour
    x, y = np.abs(there[..., 0] - here[..., 0]), np.abs(there[..., 1] - here[..., 1])
    return np.asarray(grid * (x + y) + (1.0 - grid) * np.sqrt(x * x + y * y))


def _from_matrix(
    travel: TravelMatrix, locations: Sequence[Location], modes: Sequence[str]
) -> Geometry:
    size = len(locations) + 1
    last = size - 1
    legs = np.zeros((len(modes) * size, 2 * size), np.int32)
    back = np.zeros_like(legs)
    chosen = np.array([travel.index[place.key] for place in locations], np.int64)
    for at, mode in enumerate(modes):
        tables = travel.tables[mode]
        rows = slice(at * size, at * size + last)
        for offset, table in ((0, tables.travel_time_s), (1, tables.distance_m)):
            if table is None:
                continue
            whole = np.frombuffer(table.values, np.int32).reshape(table.size, table.size)
            part = whole[np.ix_(chosen, chosen)].copy()
            np.fill_diagonal(part, 0)
            if offset == 1:
                no_way = part == UNREACHABLE
                part[no_way] = 0
                legs[rows, 0 : 2 * last : 2][no_way] = UNREACHABLE
                back[rows, 0 : 2 * last : 2][no_way.T] = UNREACHABLE
            legs[rows, offset : 2 * last : 2] = part
            back[rows, offset : 2 * last : 2] = part.T
    if np.array_equal(legs, back):
        back = legs
    none = np.zeros((1, 4))
    return Geometry(TABLES, legs, back, none, np.zeros(len(modes)), 0, 0.0, 1.0)
