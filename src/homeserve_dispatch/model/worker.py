"""The people who do the work, and when."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from homeserve_dispatch.model.base import Amount, Duration, Model, Moment, Name, Names, instant
from homeserve_dispatch.model.location import Location
from homeserve_dispatch.model.order import Level

LONGEST_SHIFT = timedelta(days=20)


class Skill(Model):
    """A skill as a worker holds it.

    Attributes
    ----------
    level : int
        1 to 1000.
    valid_from, valid_until : date, optional
        First and last day on which it counts, both included. The day is that on which the shift
        starts, in the shift's own time zone.
    """

    level: Level = 1
    valid_from: date | None = None
    valid_until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise ValueError("valid_until is before valid_from")
        return self

    def holds_on(self, day: date) -> bool:
        """Whether it counts on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


def _spell_out(value: Any) -> Any:
    """``["a", "b"]`` and ``{"a": 2}`` are short for skills without dates."""
    if isinstance(value, list | tuple | set | frozenset):
        # What is no name is left for pydantic to refuse: it may not be hashable.
        return value if any(not isinstance(name, str) for name in value) else {n: {} for n in value}
    if isinstance(value, dict):
        return {
            name: {"level": held} if isinstance(held, int) and not isinstance(held, bool) else held
            for name, held in value.items()
        }
    return value


class Rates(Model):
    """What this worker costs, where it differs from the :class:`Objective`'s weight.

    Attributes
    ----------
    travel_time, paid_time, overtime, waiting : float, optional
        Currency an hour.
    travel_distance : float, optional
        Currency a kilometre.
    shift_use : float, optional
        Currency for each shift that has a visit.
    """

    travel_time: Amount | None = None
    travel_distance: Amount | None = None
    shift_use: Amount | None = None
    paid_time: Amount | None = None
    overtime: Amount | None = None
    waiting: Amount | None = None


class Shift(Model):
    """One stretch in which a worker may be sent out.

    Attributes
    ----------
    start, end : datetime
        ``start < end``, at most 20 days apart. Nobody leaves the start place before ``start``.
    overtime_until : datetime, optional
        The latest arrival at the end place (without one: the finish of the last visit), at or
        after ``end``. What is past ``end`` is overtime. Without it there is none: ``end`` is
        hard.
    start_location, end_location : Location, optional
        Where the route begins and ends. Absent means open: it begins at the first visit, ends
        at the last, and that leg costs no travel.
    paid_from : {"departure", "shift_start"}
        From when time is paid, up to the end of the route. A shift without visits is not paid.
    capacity : dict of str to float
        Amounts of named things carried, for the demands of all its visits together. What is not
        named is not there.
    max_visits : int, optional
        Most visits.
    max_travel, max_work : timedelta, optional
        Most travel time; most travel, setup and service time together. Waiting counts in
        neither.
    max_distance_m : int, optional
        Most metres travelled.
    """

    start: Moment
    end: Moment
    overtime_until: Moment | None = None
    start_location: Location | None = None
    end_location: Location | None = None
    paid_from: Literal["departure", "shift_start"] = "departure"
    capacity: dict[Name, Amount] = Field(default_factory=dict)
    max_visits: Annotated[int, Field(ge=0)] | None = None
    max_travel: Duration | None = None
    max_work: Duration | None = None
    max_distance_m: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        moments = [self.start, self.end]
        if self.overtime_until is not None:
            moments.append(self.overtime_until)
        if len({moment.tzinfo is None for moment in moments}) > 1:
            raise ValueError("the times of a shift must all have a time zone, or none")
        if instant(self.start) >= instant(self.end):
            raise ValueError(f"the shift ends ({self.end}) before it starts ({self.start})")
        if self.overtime_until is not None and instant(self.overtime_until) < instant(self.end):
            raise ValueError(
                f"overtime_until ({self.overtime_until}) is before the shift's end ({self.end})"
            )
        if instant(moments[-1]) - instant(self.start) > LONGEST_SHIFT:
            raise ValueError(f"the shift is longer than {LONGEST_SHIFT.days} days; split it")
        return self


class Worker(Model):
    """A person who does visits.

    Attributes
    ----------
    id : str
        Unique among the workers.
    shifts : tuple of Shift
        May not overlap (overtime included).
    skills : dict of str to Skill
        Also accepted: ``{"plumbing": 2}`` and ``["plumbing"]`` (level 1).
    tags : tuple of str
        What orders may require, prefer or forbid: languages, gender, owns a van.
    areas : tuple of str
        Limits the worker to orders of these areas; none named: anywhere.
    preferred_areas : tuple of str
        An order elsewhere counts as one missed preference.
    mode : str
        How the worker travels; one of the modes that ``Problem.travel`` knows.
    rates : Rates
        Where this worker's cost differs.

    Raises
    ------
    InputError
        Shifts overlap, or a field has the wrong type or range.

    Examples
    --------
    >>> from datetime import datetime
    >>> day = Shift(start=datetime(2026, 5, 4, 8), end=datetime(2026, 5, 4, 16))
    >>> Worker(id="Ana", shifts=[day], skills={"care": 2}).skills["care"].level
    2
    """

    id: Name
    shifts: tuple[Shift, ...] = ()
    skills: Annotated[dict[Name, Skill], BeforeValidator(_spell_out)] = Field(default_factory=dict)
    tags: Names = ()
    areas: Names = ()
    preferred_areas: Names = ()
    mode: Name = "car"
    rates: Rates = Rates()

    @model_validator(mode="after")
    def _shifts_apart(self) -> Self:
        if len(self.shifts) < 2:
            return self
        if len({shift.start.tzinfo is None for shift in self.shifts}) > 1:
            raise ValueError("the shifts of a worker must all have a time zone, or none")
        shifts = sorted(self.shifts, key=lambda shift: instant(shift.start))
        for before, after in pairwise(shifts):
            if instant(after.start) < instant(before.overtime_until or before.end):
                raise ValueError(
                    f"two shifts overlap: the one from {before.start} is not over at {after.start}"
                )
        return self

    def moments(self) -> list[tuple[str, Moment]]:
        """Every point in time it states, with the field's name."""
        return [("shifts.start", shift.start) for shift in self.shifts]
