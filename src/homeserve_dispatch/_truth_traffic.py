"""How long a leg takes at a time of day, by ``docs/rules.md``."""

from __future__ import annotations

import math
from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from homeserve_dispatch._truth_records import to_ms
from homeserve_dispatch.model.problem import Problem
from homeserve_dispatch.model.traffic import TrafficPeriod

_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = to_ms(datetime(2, 1, 1, tzinfo=UTC))
_LAST = to_ms(datetime(9998, 1, 1, tzinfo=UTC))
_NEAR = 1e-6
"""Milliseconds that an arrival may lie past a whole one before it is rounded up."""

_Day = tuple[list[int], list[float]]
"""From when on which factor holds on one local day, and at the end the next day's midnight."""


class Traffic:
    """The traffic periods of a problem.

    Periods are local times of day of the zone of the problem's earliest shift start; a period
    that a change of clocks swallows is not there.
    """

    def __init__(self, problem: Problem) -> None:
        starts = [shift.start for worker in problem.workers for shift in worker.shifts]
        self.zone: tzinfo | None = min(starts, key=to_ms).tzinfo if starts else None
        self.periods = problem.traffic
        self._relevant: dict[tuple[str, str | None], tuple[int, ...]] = {}
        self._days: dict[tuple[tuple[int, ...], date], _Day] = {}

    def applies(self, mode: str, area: str | None) -> bool:
        """Whether any period does, to a leg by that mode from an order of that area."""
        return bool(self._which(mode, area))

    def arrival(self, now: int, nominal: int, mode: str, area: str | None) -> int:
        """When a leg of ``nominal`` ms that begins at ``now`` is done, rounded up to the ms."""
        which = self._which(mode, area)
        if not which or nominal <= 0:
            return now + nominal
        moment, remaining = now, float(nominal)
        # Outside the calendar no day can be looked up; only nonsense is dated there.
        while _FIRST <= moment < _LAST:
            end, factor = self._segment(which, moment)
            capacity = (end - moment) / factor
            if remaining <= capacity:
                return moment + math.ceil(remaining * factor - _NEAR)
            remaining -= capacity
            moment = end
        return moment + math.ceil(remaining - _NEAR)

    def _which(self, mode: str, area: str | None) -> tuple[int, ...]:
        """Find the periods that can apply, by their places in the problem's list."""
        found = self._relevant.get((mode, area))
        if found is None:
            found = self._relevant[mode, area] = tuple(
                number
                for number, period in enumerate(self.periods)
                if (not period.modes or mode in period.modes)
                and (not period.areas or area in period.areas)
            )
        return found

    def _segment(self, which: tuple[int, ...], moment: int) -> tuple[int, float]:
        """Find the end and the factor of the segment that the moment is in."""
        there = _EPOCH + timedelta(milliseconds=moment)
        day = (there if self.zone is None else there.astimezone(self.zone)).date()
        found = self._days.get((which, day))
        if found is None:
            found = self._days[which, day] = self._lay_out(which, day)
        edges, factors = found
        at = bisect_right(edges, moment)
        if at == len(edges):  # The clock went back over midnight, and has yet to strike it again.
            return self._at(day + _DAY, time(0, fold=1)), 1.0
        return edges[at], factors[at - 1]

    def _lay_out(self, which: tuple[int, ...], day: date) -> _Day:
        today = [
            self.periods[number]
            for number in which
            if day.isoweekday() in (self.periods[number].weekdays or range(1, 8))
        ]
        spans = [(self._at(day, one.start), self._end(day, one), one.factor) for one in today]
        midnight, next_midnight = self._at(day, time(0)), self._at(day + _DAY, time(0))
        cuts = {edge for begin, end, _ in spans if begin < end for edge in (begin, end)}
        edges = sorted({midnight, next_midnight} | cuts)
        factors = [
            next((factor for begin, end, factor in spans if begin <= edge < end), 1.0)
            for edge in edges
        ]
        return edges, factors

    def _at(self, day: date, clock: time) -> int:
        return to_ms(datetime.combine(day, clock, tzinfo=self.zone))

    def _end(self, day: date, period: TrafficPeriod) -> int:
        return self._at(day + _DAY if period.end == time(0) else day, period.end)
