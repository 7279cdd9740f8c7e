"""Travel that depends on the time of day."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Self

from pydantic import Field, model_validator

from homeserve_dispatch.model.base import Model, Names


class TrafficPeriod(Model):
    """A time of day in which travel takes longer, or less long.

    Travel times of the problem hold where no period applies. A leg is driven at 1 / ``factor`` of
    the usual speed while the period lasts, so leaving later never means arriving earlier
    (Ichoua, Gendreau & Potvin 2003, doi 10.1016/S0377-2217(02)00147-9). Where several apply, the
    first of the problem's list counts. Distances do not change.

    Attributes
    ----------
    start, end : time
        Time of day, the start included, the end not; local time of the time zone of the
        problem's first shift. ``end`` 00:00 is midnight at the end of the day; otherwise
        ``start < end``.
    factor : float
        0.1 to 20.
    modes : tuple of str
        Modes to which it applies; none named: all.
    areas : tuple of str
        Areas to which it applies: those of the order that a leg leaves from (a leg from the
        start place, a depot or a break's own place has none); none named: everywhere.
    weekdays : tuple of int
        1 (Monday) to 7; none named: every day.
    """

    start: time
    end: time
    factor: Annotated[float, Field(ge=0.1, le=20.0)]
    modes: Names = ()
    areas: Names = ()
    weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start.tzinfo is not None or self.end.tzinfo is not None:
            raise ValueError("start and end are times of day without a time zone")
        if self.end != time(0) and self.start >= self.end:
            raise ValueError("the period ends before it starts; split it at midnight")
        return self
