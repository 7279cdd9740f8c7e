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
    efficiency : float
        How fast the worker is at it, 0.1 to 10: service takes duration / efficiency. Of several
        skills that an order asks for, the least efficient counts. Setup is not changed.
    """

    level: Level = 1
    efficiency: Annotated[float, Field(ge=0.1, le=10.0)] = 1.0
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


class Break(Model):
    """Time off in a shift. Where in the route it lies is for the search to say.

    It is due in every shift that has a visit. Without a place it is taken where the worker is:
    after a visit, before driving on; before the first visit it is taken at the start place,
    before the departure.

    Attributes
    ----------
    duration : timedelta
        How long.
    earliest, latest : datetime
        When it may begin, both included.
    location : Location, optional
        Where it is taken; the way there and on is travel.
    paid : bool
        Whether it counts as paid time.
    hard : bool
        Whether it must be taken. A soft one may be missed at ``skip_cost``.
    skip_cost : float, optional
        Cost of missing it, in currency; default ``Objective.missed_break``.
    """

    duration: Duration
    earliest: Moment
    latest: Moment
    location: Location | None = None
    paid: bool = True
    hard: bool = True
    skip_cost: Amount | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.earliest.tzinfo is None) != (self.latest.tzinfo is None):
            raise ValueError("earliest and latest must both have a time zone, or neither")
        if instant(self.earliest) > instant(self.latest):
            raise ValueError(f"the break's latest ({self.latest}) is before its earliest")
        return self


class Restock(Model):
    """A call at a depot, at most once a route and only where the search finds it worth the way.

    Attributes
    ----------
    location : Location
        Where the depot is.
    duration : timedelta
        How long it takes.
    tools : tuple of str
        What is on board from then on, besides what was.
    amounts : dict of str to float or None
        How much is on board after it, of each name; ``None``: as much as is needed. What is not
        named stays as it was.
    """

    location: Location
    duration: Duration = timedelta(0)
    tools: Names = ()
    amounts: dict[Name, Amount | None] = Field(default_factory=dict)


class Shift(Model):
    """One stretch in which a worker may be sent out.

    Attributes
    ----------
    start, end : datetime
        ``start < end``, at most 20 days apart. Nobody leaves the start place before ``start``.
    overtime_until : datetime, optional
        The latest arrival at the end place (without one: the finish of the last stop), at or
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
        Most travel time; most travel, setup, service and restocking time together. Waiting
        counts in neither.
    max_distance_m : int, optional
        Most metres travelled.
    breaks : tuple of Break
        Time off, in any number.
    tools : tuple of str
        Things carried that are not used up.
    restock : Restock, optional
        A depot where more can be fetched on the way.
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
    breaks: tuple[Break, ...] = ()
    tools: Names = ()
    restock: Restock | None = None

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
    ratings : dict of str to float
        By service id, 0 to 5: how good the worker is at it in the customers' eyes. A visit
        counts (5 - rating) / 5 of a missed preference; a service not named counts none.
    max_visits, max_travel, max_work, max_distance_m : optional
        As those of a shift, over all shifts of the problem together.
    min_rest : timedelta, optional
        From the end of a route to the start of the worker's next shift that has a visit, at
        least.
    max_days_in_row : int, optional
        Most days in a row with a visit; days on which no shift starts break the row.
    worked : timedelta
        Time worked already in the period over which work is balanced.

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
    ratings: dict[Name, Annotated[float, Field(ge=0, le=5)]] = Field(default_factory=dict)
    max_visits: Annotated[int, Field(ge=0)] | None = None
    max_travel: Duration | None = None
    max_work: Duration | None = None
    max_distance_m: Annotated[int, Field(ge=0)] | None = None
    min_rest: Duration | None = None
    max_days_in_row: Annotated[int, Field(ge=1)] | None = None
    worked: Duration = timedelta(0)

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
        found = [("shifts.start", shift.start) for shift in self.shifts]
        found += [
            ("shifts.breaks.earliest", each.earliest)
            for shift in self.shifts
            for each in shift.breaks
        ]
        return found
