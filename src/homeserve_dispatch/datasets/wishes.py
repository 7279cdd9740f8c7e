"""When customers want somebody to come, and whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from homeserve_dispatch.datasets.calls import Call
from homeserve_dispatch.datasets.catalogue import RHYTHMS, URGENT_HOURS, Slot
from homeserve_dispatch.datasets.dice import Dice
from homeserve_dispatch.datasets.staff import LANGUAGES


@dataclass(slots=True)
class Wish:
    """What an order asks for beyond the service.

    Attributes
    ----------
    day : int
        From 0.
    windows : list of Slot
        Between which hours of the day it may start, alternatives.
    urgent : bool
        Whether the one window is that from the call to the latest answer.
    parts_at : float
        Hour at which the parts are there; 0 where there is nothing to wait for.
    required, preferred, forbidden : list of str
        Tags.
    """

    day: int
    windows: list[Slot]
    urgent: bool
    parts_at: float = 0.0
    required: list[str] = field(default_factory=list)
    preferred: list[str] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)


def wish_for(dice: Dice, call: Call, days: int) -> Wish:
    """What the customer would like best."""
    wish = Wish(dice.whole(0, days - 1), _windows(dice, call), dice.chance(call.offer.urgent))
    if wish.urgent:
        called = round(dice.between(*URGENT_HOURS) * 4.0) / 4.0
        wish.windows = [(called, called + dice.whole(2, 4))]
    elif call.offer.id == "appliance repair" and dice.chance(0.15):
        wish.parts_at = min(10.0, wish.windows[0][1])
    _tags(dice, call, wish)
    return wish


def other_times(dice: Dice, call: Call) -> Iterator[list[Slot]]:
    """Windows that a customer agrees to when told that nobody is free."""
    rhythm = RHYTHMS[call.offer.rhythm]
    for slots in (rhythm.slots, rhythm.halves):
        for slot in dice.shuffled(slots):
            yield [slot]
    yield [rhythm.whole]


def _windows(dice: Dice, call: Call) -> list[Slot]:
    rhythm = RHYTHMS[call.offer.rhythm]
    slots, halves, _ = rhythm.mix
    kind = dice.between(0.0, 1.0)
    if kind < slots:
        one = dice.weighed(rhythm.slots)
        if dice.chance(0.12):
            others = [slot for slot in rhythm.slots if slot[0] > one[1] or slot[1] < one[0]]
            return sorted([one, dice.pick(others)])
        return [one]
    return [dice.weighed(rhythm.halves) if kind < slots + halves else rhythm.whole]


def _tags(dice: Dice, call: Call, wish: Wish) -> None:
    """Wishes about the person who comes, and about pets and smoke."""
    wish.required = list(call.offer.tags)
    personal = call.offer.team == "care" and call.household == "seniors"
    if personal and dice.chance(0.22):
        (wish.required if dice.chance(0.3) else wish.preferred).append(
            "woman" if dice.chance(0.8) else "man"
        )
    if dice.chance(0.12 if personal else 0.03):
        (wish.required if dice.chance(0.2) else wish.preferred).append(dice.weighed(LANGUAGES))
    if dice.chance(0.12):
        wish.forbidden.append("cat allergy")
    if dice.chance(0.03):
        wish.forbidden.append("smoker")
