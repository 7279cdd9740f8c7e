"""Who could do a piece of work, and whether anybody is free for it."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

from homeserve_dispatch.datasets.calls import Call
from homeserve_dispatch.datasets.catalogue import OFFERS, Slot
from homeserve_dispatch.datasets.dice import Dice
from homeserve_dispatch.datasets.staff import Hire
from homeserve_dispatch.datasets.wishes import Wish, other_times

_ASKED = 60
"""How many of those who live near are asked before another time is tried."""
_FROM_HOME = 0.5
"""Hours that the first way of the day may take."""


class Roster:
    """Finds workers for calls, nearest first.

    Parameters
    ----------
    hired : list of Hire
        The whole company.
    by_booking : bool
        Whether a customer is only promised what somebody has time for, as a company does that
        has hands enough. Otherwise anything is promised that somebody could do on an empty day.
    """

    def __init__(self, hired: list[Hire], *, by_booking: bool) -> None:
        self._by_booking = by_booking
        self._booked: dict[tuple[str, int], list[Slot]] = {}
        self._left: defaultdict[int, dict[str, float]] = defaultdict(dict)
        self._near: dict[tuple[str, str], list[Hire]] = {}
        self._at: dict[tuple[str, str], list[Hire]] = {}
        for offer in OFFERS:
            for one in hired:
                if one.can(offer.skills):
                    self._at.setdefault((offer.id, one.district.name), []).append(one)

    def agree(self, dice: Dice, call: Call, wish: Wish) -> list[Hire]:
        """Make the wish one that can come true.

        Returns
        -------
        list of Hire
            Some who could do it; the first is the one it is booked with, if it is.
        """
        asked_for = wish.windows
        if self._by_booking:
            left = self._left[wish.day]
            nearest = [
                one for one in self._nearest(call) if left.get(one.name, one.length) >= call.hours
            ]
            if found := self._book(call, wish, nearest):
                return found
            wish.urgent = False
            for wish.windows in other_times(dice, call):
                if found := self._book(call, wish, nearest):
                    return found
            wish.required, wish.forbidden = list(call.offer.tags), []
            if found := self._book(call, wish, self._skilled(call)):
                return found
            wish.windows = asked_for
            import sys

            print("UNBOOKED", call.offer.id, file=sys.stderr)
        if found := list(islice(self._able(call, wish), 6)):
            return found
        wish.required, wish.forbidden = list(call.offer.tags), []
        if found := list(islice(self._able(call, wish), 6)):
            return found
        wish.urgent = False
        for one in self._skilled(call):
            begin, end = max(one.hours, key=lambda hours: hours[1] - hours[0])
            last = end - 1.0 - round(call.hours * 2.0) / 2.0
            wish.windows = [(begin + _FROM_HOME, max(begin + 2.0 * _FROM_HOME, last))]
            break
        return []

    def _skilled(self, call: Call) -> Iterator[Hire]:
        for name in call.district.near:
            yield from self._at.get((call.offer.id, name), ())

    def _nearest(self, call: Call) -> list[Hire]:
        key = (call.offer.id, call.district.name)
        if key not in self._near:
            self._near[key] = list(islice(self._skilled(call), _ASKED))
        return self._near[key]

    def _able(self, call: Call, wish: Wish) -> Iterator[Hire]:
        """Yield those who could do it on an empty day."""
        for one in self._skilled(call):
            if _may(one, call, wish) and _start(one, call, wish, []) is not None:
                yield one

    def _book(self, call: Call, wish: Wish, who: Iterable[Hire]) -> list[Hire]:
        left, hours = self._left[wish.day], call.hours
        for one in who:
            if left.get(one.name, one.length) < hours or not _may(one, call, wish):
                continue
            booked = self._booked.setdefault((one.name, wish.day), [])
            if (start := _start(one, call, wish, booked)) is not None:
                insort(booked, (start, start + hours))
                left[one.name] = left.get(one.name, one.length) - hours
                others = (other for other in self._able(call, wish) if other is not one)
                return [one, *islice(others, 5)]
        return []


def _may(one: Hire, call: Call, wish: Wish) -> bool:
    return (
        (not one.areas or call.district.name in one.areas)
        and all(tag in one.tags for tag in wish.required)
        and not any(tag in one.tags for tag in wish.forbidden)
    )


def _start(one: Hire, call: Call, wish: Wish, booked: list[Slot]) -> float | None:
    """Find the earliest start in one of the windows, beside what is booked."""
    for begin, end in one.hours:
        for first, last in wish.windows:
            start = max(begin + _FROM_HOME, first, wish.parts_at)
            for busy_from, busy_until in booked:
                if busy_from < start + call.hours and start < busy_until:
                    start = busy_until
            if start <= last and start + call.hours <= end:
                return start
    return None
