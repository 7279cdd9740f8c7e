"""One route while it is being timed: both steps of the schedule rule, in whole milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from homeserve_dispatch._schedule_clock import FAR, Profile
from homeserve_dispatch.model.order import Order
from homeserve_dispatch.model.problem import VisitKey
from homeserve_dispatch.model.worker import Shift, Worker


@dataclass(slots=True, frozen=True)
class Way:
    """A leg: how long it takes without traffic, and what traffic it meets."""

    nominal_ms: int
    distance_m: int
    profile: Profile | None

    def arrival(self, now: int) -> int:
        """When it ends if it begins then."""
        if self.profile is None or not self.nominal_ms:
            return now + self.nominal_ms
        return self.profile.arrival(now, self.nominal_ms)


NO_LEG = Way(0, 0, None)


@dataclass(slots=True, eq=False)
class Stop:
    """A visit, a break or a call at the depot.

    ``windows`` are bounds of the start, by time. ``not_before`` is when the worker may set out
    to it, ``ready`` when it may start at the earliest, ``last`` the start after which it is late
    (a break: taken too late). A ``fixed`` start asks for none of them. What is ``still`` is not
    moved by the second step. ``key`` and ``order`` are those of a visit, ``number`` that of a
    break.
    """

    way: Way
    service: int = 0
    setup: int = 0
    key: VisitKey | None = None
    order: Order | None = None
    number: int | None = None
    windows: tuple[tuple[int, int], ...] = ()
    soft: bool = False
    not_before: int = -FAR
    ready: int = -FAR
    last: int = FAR
    fixed: int | None = None
    still: bool = False
    # Bonds to other visits: those that start so long after this one, or later.
    bonds: list[tuple[Stop, int]] = field(default_factory=list)
    run: Run | None = None
    at: int = 0
    least: int = -FAR
    left: int = 0
    arrival: int = 0
    start: int = 0
    finish: int = 0

    def earliest_start(self, arrival: int) -> int:
        """When it starts if the worker gets there then."""
        if self.fixed is not None:
            return max(self.fixed, arrival)
        ready = max(arrival, self.ready, self.least)
        return into_window(self.windows, ready, self.soft) if self.windows else ready

    def room(self) -> int:
        """By how much the start may move without leaving its window or being late."""
        if self.still:
            return 0
        latest = self.last
        if self.windows:
            latest = min(latest, opened_latest(self.windows, self.start, FAR))
        return max(0, latest - self.start)


@dataclass(slots=True, eq=False)
class Run:
    """A route: breaks before the departure, then stops that make a chain.

    ``opening`` is when the worker may depart. ``visits`` counts those among the stops.
    """

    worker: Worker
    shift: int
    stretch: Shift
    leading: list[Stop]
    stops: list[Stop]
    back: Way
    opening: int
    departure: int = 0
    end: int = 0

    def earliest(self, first: int = 0) -> None:
        """Take the first step of the rule: as early as possible, from a stop on."""
        now = self.stops[first - 1].finish if first else self.opening
        for stop in self.stops[first:]:
            stop.left = max(now, stop.not_before)
            stop.arrival = stop.way.arrival(stop.left)
            stop.start = stop.earliest_start(stop.arrival)
            now = stop.finish = stop.start + stop.service
        self.departure = self.stops[0].left
        self.end = self.back.arrival(now)

    def begin_later(self) -> None:
        """Take the second step of the rule: depart later, as far as nothing is the worse for it."""
        ways = [self.back, *(stop.way for stop in self.stops)]
        if any(way.profile is not None and way.nominal_ms for way in ways):
            moved = self._moved_in_traffic()
        else:
            moved = self._moved()
        if moved:
            self._depart(self.departure + moved)

    def _moved(self) -> int:
        """By how much the departure moves, where a leg always takes as long.

        The time that a worker is kept back before a visit that is not locked takes up a later
        departure just as waiting does.
        """
        waited, slack = 0, FAR
        before = self.departure
        for stop in self.stops:
            waited += (stop.left - before) + (stop.start - stop.arrival)
            slack = min(slack, waited + stop.room())
            before = stop.finish
        return min(waited, slack)

    def _moved_in_traffic(self) -> int:
        """Find the same in traffic: no stop comes earlier from a later departure, so halve."""
        latest = [stop.start + stop.room() for stop in self.stops]
        low, high = 0, self.end - self.departure
        while low < high:
            middle = (low + high + 1) // 2
            if self._keeps(self.departure + middle, latest):
                low = middle
            else:
                high = middle - 1
        return low

    def _keeps(self, departure: int, latest: Sequence[int]) -> bool:
        """Whether that departure delays neither the end nor a stop past its latest start."""
        now = departure
        for stop, bound in zip(self.stops, latest, strict=True):
            start = max(stop.start, stop.way.arrival(max(now, stop.not_before)))
            if start > bound:
                return False
            now = start + stop.service
        return self.back.arrival(now) <= self.end

    def _depart(self, departure: int) -> None:
        """Move what a later departure moves."""
        now = self.departure = departure
        for stop in self.stops:
            stop.left = max(now, stop.not_before)
            stop.arrival = stop.way.arrival(stop.left)
            stop.start = max(stop.start, stop.arrival)
            now = stop.finish = stop.start + stop.service
        self.end = self.back.arrival(now)


def into_window(windows: Sequence[tuple[int, int]], ready: int, soft: bool) -> int:
    """First moment from ``ready`` on that the windows (by time) allow.

    Where none does, nothing starts before the first one opens all the same.
    """
    if soft:
        return max(ready, windows[0][0])
    for earliest, latest in windows:
        start = max(ready, earliest)
        if start <= latest:
            return start
    return max(ready, windows[0][0])


def opened_latest(windows: Sequence[tuple[int, int]], start: int, otherwise: int) -> int:
    """Latest of the last window that has opened by then; ``otherwise`` where none has."""
    found = otherwise
    for earliest, latest in windows:
        if earliest > start:
            break
        found = latest
    return found
