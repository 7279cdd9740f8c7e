"""Who could do a piece of work, and whether anybody is free for it."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from homeserve_dispatch.datasets.calls import Call
from homeserve_dispatch.datasets.catalogue import OFFERS, Slot
from homeserve_dispatch.datasets.dice import Dice
from homeserve_dispatch.datasets.staff import Hire
from homeserve_dispatch.datasets.wishes import Wish, other_times

_ASKED = 40
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
        self._living: defaultdict[str, list[Hire]] = defaultdict(list)
        for one in hired:
            self._living[one.district.name].append(one)
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
            if found := self._book(call, wish, islice(self._skilled(call), 5 * _ASKED)):
                return found
            if found := self._teach(dice, call, wish):
                return found
            wish.windows = asked_for
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

    def _teach(self, dice: Dice, call: Call, wish: Wish) -> list[Hire]:
        """Have somebody near who has time learn the trade."""
        left, near = self._left[wish.day], (self._living[name] for name in call.district.near)
        idle = [
            one
            for one in islice(chain.from_iterable(near), _ASKED)
            if left.get(one.name, one.length) >= call.hours
            and not one.expired
            and not one.can(call.offer.skills)
        ]
        idle.sort(key=lambda one: (one.team != call.offer.team, -left.get(one.name, one.length)))
        for wish.windows in other_times(dice, call):
            for one in idle:
                booked = self._booked.get((one.name, wish.day), [])
                if one.areas or _start(one, call, wish, booked) is None:
                    continue
                one.learn(call.offer)
                self._at.setdefault((call.offer.id, one.district.name), []).append(one)
                self._near.pop((call.offer.id, call.district.name), None)
                return self._book(call, wish, [one])
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
    if one.areas and call.district.name not in one.areas:
        return False
    if not (wish.required or wish.forbidden):
        return True
    return all(tag in one.tags for tag in wish.required) and not any(
        tag in one.tags for tag in wish.forbidden
    )


def _start(one: Hire, call: Call, wish: Wish, booked: list[Slot]) -> float | None:
    """Find the earliest start in one of the windows, beside what is booked."""
    hours, parts_at = call.hours, wish.parts_at
    for begin, end in one.hours:
        for first, last in wish.windows:
            latest = min(last, end - hours)
            start = max(begin + _FROM_HOME, first, parts_at)
            for busy_from, busy_until in booked:
                if start > latest:
                    break
                if busy_from < start + hours and start < busy_until:
                    start = busy_until
            if start <= latest:
                return start
    return None
