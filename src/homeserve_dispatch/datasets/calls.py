"""Who calls the imaginary company, and for what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from homeserve_dispatch.datasets.catalogue import OFFERS, Offer
from homeserve_dispatch.datasets.city import District, people_in
from homeserve_dispatch.datasets.dice import Dice
from homeserve_dispatch.model import Location

TRAVEL_MINUTES = 11.0
"""About what the way to a customer takes in a well-planned day."""


@dataclass(frozen=True)
class Call:
    """A customer asks for a service."""

    offer: Offer
    household: str
    district: District
    location: Location
    minutes: int | None

    @cached_property
    def hours(self) -> float:
        """Work that it makes, travel included."""
        length = self.offer.minutes if self.minutes is None else self.minutes
        return (length + self.offer.setup + TRAVEL_MINUTES) / 60.0


def calls(dice: Dice, city: list[District], count: int) -> list[Call]:
    """That many calls from all over the city, denser where more people live."""
    lived_in = people_in(city)
    wishes: dict[tuple[str, float], dict[int, float]] = {}
    for district in city:
        for household in district.kind.households:
            wishes[household, district.kind.gardens] = {
                at: offer.asked_by[household]
                * (district.kind.gardens if offer.id == "gardening" else 1.0)
                for at, offer in enumerate(OFFERS)
            }
    made: list[Call] = []
    for _ in range(count):
        district = dice.among(city, lived_in)
        household = dice.weighed(district.kind.households)
        offer = OFFERS[dice.weighed(wishes[household, district.kind.gardens])]
        location = district.address(dice)
        old = offer.team == "care" and household == "seniors"
        if old and district.residence and dice.chance(0.25):
            location = district.residence
        minutes = dice.pick(offer.lengths) if dice.chance(0.4) else None
        made.append(Call(offer, household, district, location, minutes))
    return made
