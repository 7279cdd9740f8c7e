"""The diary of one shift: visits that are promised, and where another one fits between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from booking.request import Request
from homeserve_dispatch.model import Location, Problem, Worker
from homeserve_dispatch.model.base import instant
from homeserve_dispatch.model.travel import NO_WAY, Leg

_MS = timedelta(milliseconds=1)
_NOWHERE = Leg(0, 0)
_SLIGHTLY = 1e-6


@dataclass(frozen=True, slots=True)
class Promise:
    """A visit at a time that was named to the customer."""

    request: Request
    start: datetime
    finish: datetime

    @property
    def place(self) -> Location:
        """Where it is."""
        return self.request.order.location


class Slot(NamedTuple):
    """Where a visit would fit: what is on the way there, what it adds to the travel of the day."""

    diary: Diary
    position: int
    promise: Promise
    way: timedelta
    detour: timedelta


class Diary:
    """One shift of one worker.

    Parameters
    ----------
    problem : Problem
        Where the travel times are.
    worker, shift : Worker, int
        Whose shift, and which.
    """

    def __init__(self, problem: Problem, worker: Worker, shift: int) -> None:
        self.worker, self.shift = worker, shift
        self._travel, self._rules = problem.travel, worker.shifts[shift]
        self._opens, self._closes = instant(self._rules.start), instant(self._rules.end)
        self._legs: dict[tuple[object, object], Leg] = {}
        self.promises: list[Promise] = []

    def slots(self, request: Request, *, overtime: bool, late: bool) -> Iterator[Slot]:
        """Every place in the diary where the visit fits, at the earliest time there.

        What is promised already stays as it is.

        Parameters
        ----------
        request : Request
            Who wants it.
        overtime : bool
            Whether it may add to the overtime of the shift.
        late : bool
            Whether the customer may have to wait for longer than they said.
        """
        limit = max(self._closes, self._end(self.promises))
        if overtime and self._rules.overtime_until is not None:
            limit = instant(self._rules.overtime_until)
        for position in range(len(self.promises) + 1):
            slot = self._slot(request, position, late=late)
            if slot is not None and self._holds(slot, limit):
                yield slot

    def enter(self, slot: Slot) -> None:
        """Promise it."""
        self.promises.insert(slot.position, slot.promise)

    def _slot(self, request: Request, position: int, *, late: bool) -> Slot | None:
        """The earliest time between two visits, if there is one before the next has to begin."""
        before = self.promises[position - 1] if position else None
        after = self.promises[position] if position < len(self.promises) else None
        here, there = self._place(before), request.order.location
        way = self._leg(here, there)
        if way == NO_WAY:
            return None
        free = self._opens if before is None else before.finish
        service = _service(request, before)
        start = request.start(free + way.time_ms * _MS, service, late=late)
        if start is None or (after is not None and start + service > after.start):
            return None
        onward = self._rules.end_location if after is None else after.place
        detour = way.time_ms + self._leg(there, onward).time_ms - self._leg(here, onward).time_ms
        promise = Promise(request, start, start + service)
        return Slot(self, position, promise, way.time_ms * _MS, detour * _MS)

    def _holds(self, slot: Slot, limit: datetime) -> bool:
        """Whether the day with it keeps every promise and every limit of the shift."""
        promises = [*self.promises]
        promises.insert(slot.position, slot.promise)
        place, now, before = self._rules.start_location, self._opens, None
        travel = metres = 0
        work = timedelta(0)
        for promise in promises:
            leg = self._leg(place, promise.place)
            travel, metres = travel + leg.time_ms, metres + leg.distance_m
            service = _service(promise.request, before)
            finish = promise.start + service
            if leg == NO_WAY or now + leg.time_ms * _MS > promise.start:
                return False
            # Somebody else in between may bring a setup back, and so make the work end later.
            if finish > promise.finish or not promise.request.allows(promise.start, finish):
                return False
            place, now, before, work = promise.place, finish, promise, work + service
        home = self._leg(place, self._rules.end_location)
        travel, metres = travel + home.time_ms, metres + home.distance_m
        return (
            home != NO_WAY
            and now + home.time_ms * _MS <= limit
            and self._within_limits(promises, travel * _MS, metres, work)
        )

    def _within_limits(
        self, promises: Sequence[Promise], travel: timedelta, metres: int, work: timedelta
    ) -> bool:
        rules = self._rules
        loads: Counter[str] = Counter()
        for promise in promises:
            for name, amount in promise.request.demand.items():
                loads[name] += amount  # type: ignore[assignment] # amounts are no whole numbers
        return (
            (rules.max_visits is None or len(promises) <= rules.max_visits)
            and (rules.max_travel is None or travel <= rules.max_travel)
            and (rules.max_work is None or travel + work <= rules.max_work)
            and (rules.max_distance_m is None or metres <= rules.max_distance_m)
            and all(load <= rules.capacity.get(name, 0) + _SLIGHTLY for name, load in loads.items())
        )

    def _end(self, promises: Sequence[Promise]) -> datetime:
        """When the worker is home."""
        if not promises:
            return self._opens
        last = promises[-1]
        return last.finish + self._leg(last.place, self._rules.end_location).time_ms * _MS

    def _place(self, before: Promise | None) -> Location | None:
        return self._rules.start_location if before is None else before.place

    def _leg(self, origin: Location | None, destination: Location | None) -> Leg:
        """The way from one place to another; at an open start or end there is none."""
        if origin is None or destination is None:
            return _NOWHERE
        key = (origin.key, destination.key)
        if key not in self._legs:
            self._legs[key] = self._travel.leg(origin, destination, self.worker.mode)
        return self._legs[key]


def _service(request: Request, before: Promise | None) -> timedelta:
    """Setup and work; who comes from the same place has set up already."""
    again = before is not None and before.place.key == request.order.location.key
    return request.duration if again else request.setup + request.duration
