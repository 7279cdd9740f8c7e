"""What a customer asks for, as far as an office has to know it to find a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from homeserve_dispatch.model import Order, Problem, TimeWindow
from homeserve_dispatch.model.base import instant

_HOUR = timedelta(hours=1)
_NONE = timedelta(0)


class Span(NamedTuple):
    """First and last moment at which work may begin."""

    first: datetime
    last: datetime


class Request:
    """An order as the office sees it.

    Parameters
    ----------
    problem : Problem
        Whose order it is.
    order : Order
        One visit of one worker.
    step : timedelta
        Promised times are whole steps after midnight; nothing: any time.
    """

    def __init__(self, problem: Problem, order: Order, step: timedelta) -> None:
        objective, asked = problem.objective, problem.effective(order)
        self.order, self._step = order, step
        self.duration, self.setup, self.demand = asked.duration, asked.setup, asked.demand
        self._worth = asked.skip_cost
        self._hour_late = 0.0 if objective.lateness == "hard" else objective.lateness
        self._hour_past = 0.0 if objective.sla_lateness == "hard" else objective.sla_lateness
        self._soft = objective.lateness != "hard" and any(w.soft for w in order.time_windows)
        self._hard_sla = order.hard_sla or objective.sla_lateness == "hard"

    def start(self, ready: datetime, service: timedelta, *, late: bool) -> datetime | None:
        """The first time that can be promised.

        Parameters
        ----------
        ready : datetime
            When the worker can be there.
        service : timedelta
            How long the work takes, setup included.
        late : bool
            Whether it may be after the customer's time, as long as that costs less than to leave
            the order out.
        """
        if self.order.release is not None:
            ready = max(ready, instant(self.order.release))
        spans = list(self._spans(service)) or [
            Span(ready, datetime.max.replace(tzinfo=ready.tzinfo))
        ]
        for span in spans:
            start = self._on_the_clock(max(ready, span.first))
            if not late and start <= span.last and not self._past(start, start + service):
                return start
            if late and (self._soft or start <= span.last):
                worth_it = self._price(spans, start, start + service) < self._worth
                return start if worth_it and self.allows(start, start + service) else None
        return None

    def allows(self, start: datetime, finish: datetime) -> bool:
        """Whether no hard limit is broken."""
        if self.order.release is not None and start < instant(self.order.release):
            return False
        if self._hard_sla and self._past(start, finish):
            return False
        spans = list(self._spans(finish - start))
        if self._soft:
            return start >= spans[0].first
        return not spans or any(first <= start <= last for first, last in spans)

    def _spans(self, service: timedelta) -> Iterator[Span]:
        """Windows as bounds of the start, by time."""
        for window in self._windows:
            opens, closes = instant(window.earliest), instant(window.latest)
            yield Span(
                opens - service if window.bounds == "finish" else opens,
                closes if window.bounds == "start" else closes - service,
            )

    @cached_property
    def _windows(self) -> list[TimeWindow]:
        return sorted(self.order.time_windows, key=lambda window: instant(window.earliest))

    def _past(self, start: datetime, finish: datetime) -> timedelta:
        """Time past both deadlines."""
        respond, resolve = self.order.respond_by, self.order.resolve_by
        past = _NONE if respond is None else max(_NONE, start - instant(respond))
        return past + (_NONE if resolve is None else max(_NONE, finish - instant(resolve)))

    def _price(self, spans: list[Span], start: datetime, finish: datetime) -> float:
        """What being late would cost."""
        opened = [last for first, last in spans if first <= start]
        late = max(_NONE, start - opened[-1]) if self._soft and opened else _NONE
        past = self._past(start, finish)
        return self._hour_late * (late / _HOUR) + self._hour_past * (past / _HOUR)

    def _on_the_clock(self, moment: datetime) -> datetime:
        """The same moment, or the next one that the office writes into its books."""
        if not self._step:
            return moment
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight - (midnight - moment) // self._step * self._step
