"""Times as numbers, and how long a leg takes at a time of day."""

from __future__ import annotations

import math
from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from homeserve_dispatch.model.base import instant
from homeserve_dispatch.model.problem import Problem
from homeserve_dispatch.model.traffic import TrafficPeriod

MS = timedelta(milliseconds=1)
FAR = 1 << 60
"""Milliseconds that no time reaches."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive times count from a naive one
_DAY = timedelta(days=1)
_DAY_MS = _DAY // MS
_EPSILON = 1e-6
"""Milliseconds past a whole one that count as nothing: they come from adding floats."""


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970; a naive time is read as if it were UTC."""
    if moment.tzinfo is None:
        return (moment - _NAIVE_EPOCH) // MS
    return (instant(moment) - _EPOCH) // MS


def from_ms(value: int, zone: tzinfo | None) -> datetime:
    """Go back to a moment of that zone; to a naive one without a zone."""
    if zone is None:
        return _NAIVE_EPOCH + timedelta(milliseconds=value)
    return (_EPOCH + timedelta(milliseconds=value)).astimezone(zone)


_FIRST = to_ms(datetime(2, 1, 1, tzinfo=UTC))
_LAST = to_ms(datetime(9998, 1, 1, tzinfo=UTC))


class Profile:
    """The traffic that one mode meets on legs that leave from one area.

    Time is cut into segments at every local midnight and at every start and end of a period
    that can apply; one factor holds in each segment. A start or end that a change of clocks
    skips or repeats is read as Python reads it with ``fold=0``.

    Parameters
    ----------
    periods : tuple of TrafficPeriod
        Those that can apply, the first of the problem's list first.
    zone : tzinfo, optional
        In which they are times of day.
    """

    def __init__(self, periods: tuple[TrafficPeriod, ...], zone: tzinfo | None) -> None:
        self._periods, self._zone = periods, zone
        self._days: dict[int, tuple[list[int], list[float]]] = {}

    def arrival(self, now: int, nominal: int) -> int:
        """When a leg that takes ``nominal`` ms without traffic ends if it begins at ``now``.

        With ``remaining`` (a float) the nominal ms that are still to be driven and ``at`` (whole
        ms) the start of what is left, segment by segment::

            capacity = (end_of_segment - at) / factor
            if remaining <= capacity: arrival = at + ceil(remaining * factor - 1e-6)
            else: remaining = remaining - capacity, at = end_of_segment

        The arrival never falls when ``now`` rises: from one millisecond to the next it rises by
        far more than floats are wrong by.
        """
        at, remaining = now, float(nominal)
        # No day can be looked up outside the calendar; only nonsense is dated there.
        while _FIRST <= at < _LAST:
            end, factor = self.segment(at)
            capacity = (end - at) / factor
            if remaining <= capacity:
                return at + math.ceil(remaining * factor - _EPSILON)
            remaining -= capacity
            at = end
        return at + math.ceil(remaining - _EPSILON)

    def segment(self, at: int) -> tuple[int, float]:
        """End (ms, exclusive) and factor of the segment that the moment is in."""
        number = at // _DAY_MS
        found = self._days.get(number)
        if found is None:
            found = self._days[number] = self._around(number)
        edges, factors = found
        place = bisect_right(edges, at)
        return edges[place], factors[place - 1]

    def _around(self, number: int) -> tuple[list[int], list[float]]:
        """Find the edges that a day of UTC can need: local days lie a day off at most."""
        day = (_EPOCH + number * _DAY).date()
        days = (day - _DAY, day, day + _DAY)
        spans = [
            (begin, end, period.factor)
            for period in self._periods
            for local in days
            if not period.weekdays or local.isoweekday() in period.weekdays
            if (begin := self._at(local, period.start)) < (end := self._end(local, period))
        ]
        cuts = {self._at(local, time(0)) for local in (*days, day + 2 * _DAY)}
        low, high = min(cuts), max(cuts)
        cuts |= {edge for begin, end, _ in spans for edge in (begin, end) if low < edge < high}
        edges = sorted(cuts)
        factors = [
            next((factor for begin, end, factor in spans if begin <= edge < end), 1.0)
            for edge in edges[:-1]
        ]
        return edges, factors

    def _at(self, day: date, clock: time) -> int:
        return to_ms(datetime.combine(day, clock, tzinfo=self._zone))

    def _end(self, day: date, period: TrafficPeriod) -> int:
        return self._at(day + _DAY if period.end == time(0) else day, period.end)


class Traffic:
    """The traffic of a problem: a profile for each mode and area, ``None`` where it meets none.

    Periods are times of day in the zone of the shift that starts first (of several the first of
    the problem's list).
    """

    def __init__(self, problem: Problem) -> None:
        self._periods = problem.traffic
        self._profiles: dict[tuple[str, str | None], Profile | None] = {}
        self._zone: tzinfo | None = None
        if self._periods:
            starts = [shift.start for worker in problem.workers for shift in worker.shifts]
            self._zone = min(starts, key=to_ms).tzinfo if starts else None

    def profile(self, mode: str, area: str | None) -> Profile | None:
        """What a leg by that mode meets that leaves from an order of that area."""
        if not self._periods:
            return None
        if (mode, area) not in self._profiles:
            periods = tuple(
                period
                for period in self._periods
                if (not period.modes or mode in period.modes)
                and (not period.areas or area in period.areas)
            )
            self._profiles[mode, area] = Profile(periods, self._zone) if periods else None
        return self._profiles[mode, area]
