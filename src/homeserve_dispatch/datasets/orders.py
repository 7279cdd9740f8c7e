"""Orders, once it is settled what a customer gets."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from homeserve_dispatch.datasets.calls import Call
from homeserve_dispatch.datasets.dice import Dice
from homeserve_dispatch.datasets.roster import Roster
from homeserve_dispatch.datasets.staff import Hire
from homeserve_dispatch.datasets.wishes import Wish, wish_for
from homeserve_dispatch.datasets.words import MEN, WOMEN, surname
from homeserve_dispatch.model import Order, TimeWindow


def order(dice: Dice, call: Call, identity: str, roster: Roster, first: date, days: int) -> Order:
    """The order that a call becomes.

    Parameters
    ----------
    dice : Dice
        Chance.
    call : Call
        Who asks for what.
    identity : str
        Id of the order.
    roster : Roster
        Who could do it.
    first : date
        The first of the days.
    days : int
        How many.
    """
    wish = wish_for(dice, call, days)
    able = roster.agree(dice, call, wish)
    midnight = datetime.combine(first + timedelta(days=wish.day), time())
    required, preferred, forbidden = _people(dice, call, able)
    own_tags = tuple(wish.required) != call.offer.tags
    woman = dice.chance(0.6)
    release = respond_by = resolve_by = priority = None
    windows: tuple[TimeWindow, ...] = ()
    if wish.urgent:
        release, respond_by = (_at(midnight, hours) for hours in wish.windows[0])
        priority = 5 * dice.whole(11, 18)
        if dice.chance(0.3):
            resolve_by = respond_by + timedelta(minutes=15 * round(call.hours * 4.0 + 4.0))
    else:
        windows = _time_windows(dice, call, wish, midnight)
        release = _at(midnight, wish.parts_at) if wish.parts_at else None
    return Order(
        id=identity,
        customer=f"{dice.pick(WOMEN if woman else MEN)} {surname(dice)}",
        location=call.location,
        area=call.district.name,
        service=call.offer.id,
        duration=None if call.minutes is None else timedelta(minutes=call.minutes),
        time_windows=windows,
        release=release,
        respond_by=respond_by,
        resolve_by=resolve_by,
        hard_sla=wish.urgent and dice.chance(0.1),
        priority=priority,
        required_tags=tuple(wish.required) if own_tags else None,
        preferred_tags=tuple(wish.preferred) or None,
        forbidden_tags=tuple(wish.forbidden) or None,
        required_workers=required,
        preferred_workers=preferred,
        forbidden_workers=forbidden,
    )


def _at(midnight: datetime, hours: float) -> datetime:
    return midnight + timedelta(minutes=round(60.0 * hours))


def _time_windows(dice: Dice, call: Call, wish: Wish, midnight: datetime) -> tuple[TimeWindow, ...]:
    narrow = wish.windows[0][1] - wish.windows[0][0] <= 2.0
    soft = narrow and dice.chance(0.08 if call.offer.team == "care" else 0.25)
    if call.offer.id == "deep cleaning" and len(wish.windows) == 1 and dice.chance(0.25):
        # Guests are expected: what counts is when it is done.
        begin, end = (_at(midnight, hours + call.hours) for hours in wish.windows[0])
        return (TimeWindow(earliest=begin, latest=end, bounds="finish"),)
    return tuple(
        TimeWindow(earliest=_at(midnight, begin), latest=_at(midnight, end), soft=soft)
        for begin, end in wish.windows
    )


def _people(
    dice: Dice, call: Call, able: list[Hire]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Workers that the customer insists on, likes to see again, does not want back."""
    if not able:
        return (), (), ()
    names = [one.name for one in able]
    others = dice.shuffled(names[1:])
    required: list[str] = []
    preferred: list[str] = []
    forbidden: list[str] = []
    if dice.chance(call.offer.regular):
        preferred = dice.some(names, 1 if dice.chance(0.65) else 2)
    if dice.chance(0.01):
        required, preferred = [names[0], *others[:2]], []
    elif dice.chance(0.015) and len(names) > 2:
        forbidden = others[:1]
        preferred = [name for name in preferred if name not in forbidden]
    return tuple(required), tuple(preferred), tuple(forbidden)
