"""Names of people, streets and districts. All invented; likeness to real ones is chance."""

from __future__ import annotations

from collections.abc import Iterator

from homeserve_dispatch.datasets.dice import Dice

CITY = "Doggerhaven"

WOMEN = (
    "Ada Alma Amira Anouk Aylin Birte Carla Chiara Dana Dilan Edda Elif Enya Fatma Freya Greta "
    "Hanna Ida Ines Iris Jana Jolanta Karin Katya Lea Leyla Linnea Maeve Maja Malin Mara Marta "
    "Mina Nadia Nele Noor Olga Petra Rosa Ruth Salma Selma Sigrid Sofie Tamar Tilda Ursel Vera "
    "Wanda Yara Zofia"
).split()
MEN = (
    "Adem Aleks Anton Arne Bela Bogdan Bruno Casper Cem Dario Edvin Emil Erik Farid Felix Finn "
    "Goran Hasan Henrik Ivo Jakob Jan Jonas Joris Kemal Lars Leon Luca Magnus Malik Marek Mateo "
    "Milan Nico Nils Omar Oskar Pavel Piotr Rafael Sami Silas Soren Tarek Theo Tomas Viktor "
    "Wim Yusuf Zoran"
).split()
_SURNAME_STARTS = (
    "Ander Berg Brand Dal Eich Falk Fjell Grun Hall Hav Holm Kest Lind Lund Mark Moor Nord Ost "
    "Rav Ros Sand Skov Sten Strand Sund Thor Ulm Vang West Wind"
).split()
_SURNAME_ENDS = (
    "aker au berg by dal en feld gaard hav holt ing man mark ner quist sen stad vik"
).split()

_DISTRICT_STARTS = (
    "Alder Amber Ash Barley Bell Birch Copper Elm Fern Ferry Glass Heron Lantern Linden Lock Mill "
    "Moss North Salt Sand South Swan West Willow"
).split()
_DISTRICT_ENDS = (
    "bank bridge brook croft dale end field ford gate green hill holm marsh mead quay side wick "
    "worth"
).split()

_STREET_STARTS = (
    "Anchor Apple Baker Beacon Bishop Bramble Canal Candle Cartwright Castle Cherry Chapel Clover "
    "Cooper Crane Dyer Eel Fisher Foundry Garden Goldsmith Granary Gull Harbour Hazel Hemp Hollow "
    "Ivy Juniper King Kiln Lark Laurel Lime Mallow Maple Market Mason Meadow Miller Mint Oak "
    "Orchard Osprey Parson Pear Pepper Pilot Poplar Potter Queen Reed Ropemaker Rose Rowan Saddler "
    "Sailor School Sloe Spring Station Tanner Thistle Tower Vine Walnut Weaver Well Wharf Wool"
).split()
_STREET_ENDS = "Street Street Street Lane Lane Road Road Row Way Walk Close Court Square".split()


def surname(dice: Dice) -> str:
    """A family name."""
    return dice.pick(_SURNAME_STARTS) + dice.pick(_SURNAME_ENDS)


def people(dice: Dice) -> Iterator[tuple[str, bool]]:
    """Full names without end, no two alike, each with whether it is a woman's."""
    taken: set[str] = set()
    while True:
        woman = dice.chance(0.55)
        name = f"{dice.pick(WOMEN if woman else MEN)} {surname(dice)}"
        while name in taken:
            name = f"{name.split(maxsplit=1)[0]} {surname(dice)}-{surname(dice)}"
        taken.add(name)
        yield name, woman


def district_names(dice: Dice) -> list[str]:
    """All names of districts there are, in random order."""
    return dice.shuffled(start + end for start in _DISTRICT_STARTS for end in _DISTRICT_ENDS)


def street_names(dice: Dice, count: int) -> list[str]:
    """That many different names of streets."""
    kinds = list(dict.fromkeys(_STREET_ENDS))
    if count > len(_STREET_STARTS):
        pool = [f"{start} {end}" for start in _STREET_STARTS for end in kinds]
        return dice.some(pool, count)
    return [f"{start} {dice.pick(_STREET_ENDS)}" for start in dice.some(_STREET_STARTS, count)]
