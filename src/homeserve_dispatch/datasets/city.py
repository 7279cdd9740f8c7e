"""An imaginary city: districts of different kinds, streets in them, houses along the streets."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import accumulate

from homeserve_dispatch.datasets.dice import Dice
from homeserve_dispatch.datasets.words import district_names, street_names
from homeserve_dispatch.model import Location, Streets

# On the Dogger Bank, in the middle of the North Sea: nobody can mistake it for a real place.
CENTRE = Location(lat=54.7, lon=2.3)
BEARING = 17.0
RADIUS_M_AT_500 = 8_500.0
"""Radius of a city with 500 orders a day; the area grows with the orders."""
_LEAST_RADIUS_M = 2_500.0
_METRES_PER_DEGREE = 111_195.0
_MOST_DISTRICTS = 400


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of district is like.

    Attributes
    ----------
    density : float
        Customers on the same area, 1 in the average.
    households : dict of str to float
        Who lives there, shares.
    gardens : float
        How common gardens are, 1 in the average.
    """

    density: float
    households: dict[str, float]
    gardens: float


KINDS = {
    "old town": Kind(1.7, {"seniors": 26, "families": 10, "singles": 42, "students": 22}, 0.1),
    "inner": Kind(1.4, {"seniors": 24, "families": 20, "singles": 41, "students": 15}, 0.3),
    "towers": Kind(1.5, {"seniors": 48, "families": 32, "singles": 12, "students": 8}, 0.2),
    "terraces": Kind(0.9, {"seniors": 32, "families": 46, "singles": 19, "students": 3}, 1.5),
    "villas": Kind(0.5, {"seniors": 36, "families": 34, "singles": 30}, 3.0),
    "village": Kind(0.4, {"seniors": 40, "families": 44, "singles": 16}, 2.5),
}
_BY_RING: tuple[tuple[float, dict[str, float]], ...] = (
    (0.25, {"old town": 3, "inner": 2}),
    (0.6, {"inner": 4, "towers": 3, "terraces": 3}),
    (0.85, {"towers": 2, "terraces": 4, "villas": 3}),
    (9.9, {"villas": 3, "terraces": 3, "village": 4}),
)


@dataclass(frozen=True, slots=True)
class Street:
    """A straight street of houses, numbered from one end, odd and even on either side.

    Positions are metres east and north of the city's centre.
    """

    name: str
    district: str
    east: float
    north: float
    along: tuple[float, float]
    houses: int

    def house(self, number: int) -> Location:
        """The place of a house, named by its address."""
        step = (number // 2 * 2 - self.houses / 2) * 11.0
        side = 9.0 if number % 2 else -9.0
        return place(
            self.east + step * self.along[0] - side * self.along[1],
            self.north + step * self.along[1] + side * self.along[0],
            f"{self.name} {number}, {self.district}",
        )


@dataclass(frozen=True, slots=True)
class District:
    """A part of the city.

    Attributes
    ----------
    name, kind : str, Kind
        What it is called, what it is like.
    east, north : float
        Its middle, metres from the city's centre.
    streets : list of Street
        At least one.
    residence : Location, optional
        A home for the elderly: many customers at one address.
    near : list of str
        All districts, the nearest first, which is itself.
    """

    name: str
    kind: Kind
    east: float
    north: float
    streets: list[Street]
    residence: Location | None
    near: list[str] = field(default_factory=list)

    def address(self, dice: Dice) -> Location:
        """Some house in some street."""
        street = dice.pick(self.streets)
        return street.house(dice.whole(1, street.houses))


def place(east: float, north: float, address: str | None = None) -> Location:
    """A location from metres east and north of the centre, to about a metre."""
    assert CENTRE.lat is not None and CENTRE.lon is not None
    return Location(
        id=address,
        lat=round(CENTRE.lat + north / _METRES_PER_DEGREE, 5),
        lon=round(CENTRE.lon + east / (_METRES_PER_DEGREE * math.cos(math.radians(CENTRE.lat))), 5),
    )


def lay_out(dice: Dice, orders: int) -> list[District]:
    """The districts of a city that places so many orders a day, from its middle outwards."""
    radius = max(_LEAST_RADIUS_M, RADIUS_M_AT_500 * math.sqrt(orders / 500.0))
    count = min(_MOST_DISTRICTS, max(6, round(orders / 40)))
    names = district_names(dice)
    middles: list[tuple[float, float]] = []
    for at in range(count):
        # Sunflower seeds: even cover of a disc without rings or rays, then shaken a little.
        out = radius * math.sqrt((at + 0.5) / count)
        turn = at * 2.399963229728653
        shake = 0.25 * radius / math.sqrt(count)
        middles.append(
            (
                out * math.cos(turn) + dice.bell() * shake,
                out * math.sin(turn) + dice.bell() * shake,
            )
        )
    spread = 0.6 * radius / math.sqrt(count)
    made: list[District] = []
    for at, (east, north) in enumerate(middles):
        ring = math.sqrt((at + 0.5) / count)
        kind = KINDS[dice.weighed(next(mix for limit, mix in _BY_RING if ring < limit))]
        streets = _streets(dice, names[at], east, north, spread, max(5, orders // count // 3))
        home = None
        if dice.chance(0.6 if kind.density < 1.6 else 0.3):
            home = place(
                east + dice.bell() * spread * 0.5,
                north + dice.bell() * spread * 0.5,
                f"{names[at]} Residence",
            )
        made.append(District(names[at], kind, east, north, streets, home))
    _find_neighbours(made)
    return made


def people_in(city: list[District]) -> list[float]:
    """How many live in each district and all before it, for :meth:`Dice.among`."""
    return list(accumulate(district.kind.density for district in city))


def _streets(
    dice: Dice, district: str, east: float, north: float, spread: float, count: int
) -> list[Street]:
    made: list[Street] = []
    for name in street_names(dice, count):
        turn = math.radians(BEARING + 90.0 * dice.whole(0, 1) + 6.0 * dice.bell())
        made.append(
            Street(
                name,
                district,
                east + dice.bell() * spread,
                north + dice.bell() * spread,
                (math.cos(turn), math.sin(turn)),
                dice.whole(20, 60),
            )
        )
    return made


def _find_neighbours(districts: list[District]) -> None:
    for here in districts:
        far = {d.name: (d.east - here.east) ** 2 + (d.north - here.north) ** 2 for d in districts}
        here.near.extend(sorted(far, key=lambda name: (far[name], name)))


def ways() -> Streets:
    """How one gets around: streets in two directions, four minutes to park and find the door."""
    return Streets(
        centre=CENTRE,
        bearing=BEARING,
        grid=0.7,
        speed_kmh={"car": 25.0, "bicycle": 14.0, "transit": 15.0, "foot": 4.7},
        overhead=timedelta(minutes=4),
    )
