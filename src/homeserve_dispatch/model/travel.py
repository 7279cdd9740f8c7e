"""How long the way from one place to another is: what the user states, and single legs.

Each model answers :meth:`leg` in plain Python; whole tables for the search are made elsewhere
(``homeserve_dispatch.travel``). Times are whole milliseconds, distances whole metres, rounded up,
so that going by a third place is never shorter than going straight.
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from homeserve_dispatch.model.base import Duration, Model, Name
from homeserve_dispatch.model.location import Location, PlaceKey
from homeserve_dispatch.model.matrix import UNREACHABLE, Metres, Milliseconds

EARTH_RADIUS_M = 6_371_008.8
Speed = Annotated[float, Field(gt=0, le=1000)]
MODES_KMH = {"car": 26.0, "bicycle": 14.0, "foot": 4.7, "transit": 17.0}


class Leg(NamedTuple):
    """The way between two places: milliseconds and metres."""

    time_ms: int
    distance_m: int


_HERE = Leg(0, 0)
NO_WAY = Leg(UNREACHABLE, 0)


class _Measured(Model):
    """Travel worked out from coordinates: metres between them, a speed for each mode."""

    speed_kmh: dict[Name, Speed] = Field(default_factory=lambda: dict(MODES_KMH))
    overhead: Duration = timedelta(0)

    def modes(self) -> tuple[str, ...]:
        """Names of the travel modes."""
        return tuple(self.speed_kmh)

    def knows(self, location: Location) -> bool:
        """Whether it can tell the way from and to this place."""
        return location.lat is not None

    def metres(self, origin: Location, destination: Location) -> float:
        """Length of the way, not rounded."""
        raise NotImplementedError

    def leg(self, origin: Location, destination: Location, mode: str) -> Leg:
        """Time and distance from one place to another; both 0 at the same place."""
        if origin.key == destination.key:
            return _HERE
        metres = self.metres(origin, destination)
        overhead_ms = self.overhead // timedelta(milliseconds=1)
        return Leg(
            overhead_ms + math.ceil(metres * 3600.0 / self.speed_kmh[mode]), math.ceil(metres)
        )


class GreatCircle(_Measured):
    """The great circle, lengthened by a factor, at one speed for each mode.

    Attributes
    ----------
    speed_kmh : dict of str to float
        Kilometres an hour by travel mode. Default: car 26, bicycle 14, foot 4.7, transit 17
        (door to door in a city).
    overhead : timedelta
        Added to every leg between two places: parking, finding the door.
    detour : float
        Length of the way by streets over that of the great circle, >= 1.

    Examples
    --------
    >>> berlin, potsdam = Location(lat=52.52, lon=13.405), Location(lat=52.396, lon=13.058)
    >>> GreatCircle(detour=1.3).leg(berlin, potsdam, "car").distance_m
    35433
    """

    kind: Literal["great_circle"] = "great_circle"
    detour: Annotated[float, Field(ge=1, le=10)] = 1.35

    def metres(self, origin: Location, destination: Location) -> float:
        """Length of the way, not rounded (haversine formula)."""
        assert origin.lat is not None and origin.lon is not None
        assert destination.lat is not None and destination.lon is not None
        lat_a, lat_b = math.radians(origin.lat), math.radians(destination.lat)
        half = math.sin((lat_b - lat_a) / 2.0)
        across = math.sin((math.radians(destination.lon) - math.radians(origin.lon)) / 2.0)
        root = half * half + math.cos(lat_a) * math.cos(lat_b) * (across * across)
        return 2.0 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(root))) * self.detour


class Streets(_Measured):
    """A town of streets that mostly run in two directions, at one speed for each mode.

    On a flat map around ``centre``, the length of a way is a mix of the straight line and the
    sum of its parts along the two directions. That is a norm, so the triangle inequality holds.

    Attributes
    ----------
    speed_kmh : dict of str to float
        Kilometres an hour by travel mode.
    overhead : timedelta
        Added to every leg between two places: parking, finding the door.
    centre : Location
        Where the map is true to scale; places should lie within some 200 km.
    bearing : float
        Degrees from east to the first direction of the streets, counter-clockwise.
    grid : float
        0: straight lines; 1: along the two directions only.

    Examples
    --------
    >>> centre = Location(lat=50.0, lon=8.0)
    >>> Streets(centre=centre, grid=1.0).leg(centre, Location(lat=50.01, lon=8.0), "foot")
    Leg(time_ms=851707, distance_m=1112)
    """

    kind: Literal["streets"] = "streets"
    centre: Location
    bearing: float = 0.0
    grid: Annotated[float, Field(ge=0, le=1)] = 0.6

    @model_validator(mode="after")
    def _has_centre(self) -> Self:
        if self.centre.lat is None:
            raise ValueError("the centre needs lat and lon")
        return self

    def flat(self, location: Location) -> tuple[float, float]:
        """Metres along the two directions of the streets, from the centre."""
        assert self.centre.lat is not None and self.centre.lon is not None
        assert location.lat is not None and location.lon is not None
        degree = math.radians(1.0) * EARTH_RADIUS_M
        east = (location.lon - self.centre.lon) * degree * math.cos(math.radians(self.centre.lat))
        north = (location.lat - self.centre.lat) * degree
        turn = math.radians(self.bearing)
        return (
            east * math.cos(turn) + north * math.sin(turn),
            north * math.cos(turn) - east * math.sin(turn),
        )

    def metres(self, origin: Location, destination: Location) -> float:
        """Length of the way, not rounded."""
        from_x, from_y = self.flat(origin)
        to_x, to_y = self.flat(destination)
        x, y = abs(to_x - from_x), abs(to_y - from_y)
        return self.grid * (x + y) + (1.0 - self.grid) * math.sqrt(x * x + y * y)


class ModeMatrix(Model):
    """Travel between named places with one mode.

    Attributes
    ----------
    travel_time_s : square table of float
        Seconds from the row's place to the column's, kept to the millisecond; null: no way.
    distance_m : square table of float, optional
        Metres, kept whole; null: no way. Without it every distance is 0.
    """

    travel_time_s: Milliseconds
    distance_m: Metres | None = None


class TravelMatrix(Model):
    """Travel by tables between named places.

    Attributes
    ----------
    places : tuple of str
        Ids of the places in the order of rows and columns, each once; ``Location.id`` refers to
        them.
    tables : dict of str to ModeMatrix
        One for each travel mode, as many rows as there are places.

    Examples
    --------
    >>> table = ModeMatrix(travel_time_s=[[0, 60], [75.5, 0]])
    >>> matrix = TravelMatrix(places=["a", "b"], tables={"car": table})
    >>> matrix.leg(Location(id="b"), Location(id="a"), "car")
    Leg(time_ms=75500, distance_m=0)
    """

    kind: Literal["matrix"] = "matrix"
    places: tuple[Name, ...]
    tables: dict[Name, ModeMatrix]

    @model_validator(mode="after")
    def _shapes_agree(self) -> Self:
        if len(set(self.places)) < len(self.places):
            twice = sorted(place for place, times in Counter(self.places).items() if times > 1)
            raise ValueError(f"places are named twice: {', '.join(twice[:5])}")
        if not self.tables:
            raise ValueError("there is no table; give one for each travel mode")
        for mode, tables in self.tables.items():
            for name in ("travel_time_s", "distance_m"):
                table = getattr(tables, name)
                if table is not None and table.size != len(self.places):
                    raise ValueError(
                        f"table {mode!r}, {name} is {table.size} x {table.size} "
                        f"and there are {len(self.places)} places"
                    )
        return self

    @cached_property
    def index(self) -> dict[PlaceKey, int]:
        """Row of each place."""
        return {place: row for row, place in enumerate(self.places)}

    def modes(self) -> tuple[str, ...]:
        """Names of the travel modes."""
        return tuple(self.tables)

    def knows(self, location: Location) -> bool:
        """Whether it can tell the way from and to this place."""
        return location.id in self.index

    def leg(self, origin: Location, destination: Location, mode: str) -> Leg:
        """Time and distance from one place to another, as the tables say; 0 at the same place."""
        if origin.key == destination.key:
            return _HERE
        row, column = self.index[origin.key], self.index[destination.key]
        tables = self.tables[mode]
        time_ms = tables.travel_time_s.at(row, column)
        if time_ms == UNREACHABLE:
            return NO_WAY
        if tables.distance_m is None:
            return Leg(time_ms, 0)
        distance_m = tables.distance_m.at(row, column)
        return NO_WAY if distance_m == UNREACHABLE else Leg(time_ms, distance_m)


Travel = Annotated[GreatCircle | Streets | TravelMatrix, Field(discriminator="kind")]
"""Any of the travel models."""
