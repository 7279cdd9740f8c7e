"""Work that customers ask for, and the catalogue it is ordered from."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from homeserve_dispatch.model.base import Amount, Duration, Model, Moment, Name, Names, instant
from homeserve_dispatch.model.location import Location

Level = Annotated[int, Field(ge=1, le=1000)]
Priority = Annotated[int, Field(ge=0, le=100)]


class TimeWindow(Model):
    """When a visit may start (or finish), both ends included.

    Attributes
    ----------
    earliest, latest : datetime
        ``earliest <= latest``. Nothing ever starts (finishes) before ``earliest``.
    bounds : {"start", "finish", "service"}
        What lies in the window: the start of service, its end, or all of it (it starts at
        ``earliest`` or later and finishes by ``latest``; of a soft one the finish may be late).
        Setup is part of the service: the start is when the worker begins setting up.
    soft : bool
        A soft window may be missed towards the end: lateness is start (finish) minus ``latest``,
        at ``Objective.lateness`` an hour. A hard one may not.

    Examples
    --------
    >>> from datetime import datetime
    >>> TimeWindow(earliest=datetime(2026, 5, 4, 8), latest=datetime(2026, 5, 4, 10)).bounds
    'start'
    """

    earliest: Moment
    latest: Moment
    bounds: Literal["start", "finish", "service"] = "start"
    soft: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.earliest.tzinfo is None) != (self.latest.tzinfo is None):
            raise ValueError("earliest and latest must both have a time zone, or neither")
        if instant(self.earliest) > instant(self.latest):
            raise ValueError(f"the window ends ({self.latest}) before it starts ({self.earliest})")
        return self


class Role(Model):
    """One of several workers that an order needs.

    Attributes
    ----------
    name : str, optional
        For people to read.
    duration : timedelta, optional
        How long this worker is needed; default: the order's.
    skills : dict of str to int, optional
        What this worker must hold; default: the order's.
    earliest_offset, latest_offset : timedelta
        The role starts this long after the first role does, both ends included. 0 and 0: at
        the same time. Of the first role both are 0.
    """

    name: Name | None = None
    duration: Duration | None = None
    skills: dict[Name, Level] | None = None
    earliest_offset: Duration = timedelta(0)
    latest_offset: Duration = timedelta(0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.earliest_offset > self.latest_offset:
            raise ValueError("latest_offset is before earliest_offset")
        return self


class Recurrence(Model):
    """Work that is done several times, on different days; the search chooses the days.

    The day of a visit is that on which its shift starts, in the shift's own time zone. Either all
    times are done or none.

    Attributes
    ----------
    times : int
        How often, at least 2.
    min_gap_days, max_gap_days : int
        Days from one time to the next, both included; no maximum where it is ``None``.
    patterns : tuple of tuple of date
        Where given: the days are those of one of these patterns, each of ``times`` days in
        order; the gaps are not looked at.
    """

    times: Annotated[int, Field(ge=2, le=100)]
    min_gap_days: Annotated[int, Field(ge=1)] = 1
    max_gap_days: Annotated[int, Field(ge=1)] | None = None
    patterns: tuple[tuple[date, ...], ...] = ()

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.max_gap_days is not None and self.max_gap_days < self.min_gap_days:
            raise ValueError("max_gap_days is less than min_gap_days")
        for pattern in self.patterns:
            if len(pattern) != self.times:
                raise ValueError(f"a pattern has {len(pattern)} days, times is {self.times}")
            if any(after <= before for before, after in pairwise(pattern)):
                raise ValueError("the days of a pattern must rise")
        return self


class ServiceType(Model):
    """An entry of the service catalogue: what an order of this service is unless it says so.

    A field that an order states itself replaces the one here as a whole.

    Attributes
    ----------
    id : str
        What ``Order.service`` refers to.
    duration, setup : timedelta
        As in :class:`Order`.
    skills : dict of str to int
        As in :class:`Order`.
    required_tags, preferred_tags, forbidden_tags : tuple of str
        As in :class:`Order`.
    priority : int
        As in :class:`Order`.
    skip_cost : float, optional
        As in :class:`Order`.
    demand : dict of str to float
        As in :class:`Order`.
    tools : tuple of str
        As in :class:`Order`.
    crew : tuple of Role
        As in :class:`Order`.
    """

    id: Name
    duration: Duration | None = None
    setup: Duration | None = None
    skills: dict[Name, Level] | None = None
    required_tags: Names | None = None
    preferred_tags: Names | None = None
    forbidden_tags: Names | None = None
    priority: Priority | None = None
    skip_cost: Amount | None = None
    demand: dict[Name, Amount] | None = None
    tools: Names | None = None
    crew: tuple[Role, ...] | None = None


class Order(Model):
    """Work that a customer asked for, at one place.

    What is ``None`` is filled in from the service catalogue, else from the default given here;
    :meth:`Problem.effective` does it.

    Attributes
    ----------
    id : str
        Unique among the orders.
    location : Location
        Where the work is done.
    service : str, optional
        Id of a :class:`ServiceType`.
    duration : timedelta
        Length of the service itself. An order needs one, its own or its service's.
    setup : timedelta, default 0
        Added to the service when the route's visit before was at another place (or there was
        none): paid once per run of visits at the same place, the first visit's setup counts.
    time_windows : tuple of TimeWindow
        Alternatives; none means any time. All of one order have the same ``bounds`` and
        ``soft``. They may not overlap.
    release : datetime, optional
        Nothing starts before it.
    respond_by, resolve_by : datetime, optional
        SLA deadlines of start and finish, both included; missed at ``Objective.sla_lateness``
        an hour, or not at all where ``hard_sla`` is true.
    hard_sla : bool
        Whether the SLA deadlines are hard.
    skills : dict of str to int
        Minimum level of each skill; all of them are needed. Levels are 1 to 1000.
    required_tags, forbidden_tags : tuple of str
        Tags that the worker must all have, must not have any of.
    preferred_tags : tuple of str
        Each one that the worker lacks counts as one missed preference.
    area : str, optional
        Name of the area it lies in, for workers limited to areas.
    required_workers, forbidden_workers : tuple of str
        Ids of workers: one of the required must do it (none named: anybody), none of the
        forbidden may.
    preferred_workers : tuple of str
        A worker not among them counts as one missed preference.
    priority : int
        0 (default) to 100, higher wins: it raises the cost of leaving the order out.
    skip_cost : float, optional
        Cost of leaving it out, in currency; replaces what priority says.
    demand : dict of str to float
        Amounts of named things taken from what the shift carries (by the first role).
    tools : tuple of str
        Things that must be on board (of the first role); they are not used up.
    customer : str, optional
        Whose order it is; for continuity, see :class:`Customer`.
    crew : tuple of Role
        Where the order needs several workers, one role each: different workers, all or nobody.
        None: one worker.
    urgent : bool
        To be started as soon as possible: the hours from ``release`` (from the start of the
        first shift of the problem where there is none) to the start of service cost
        ``Objective.response_time`` each.
    recurrence : Recurrence, optional
        Work that is done several times. Not together with a crew.

    Raises
    ------
    InputError
        A field has the wrong type or range, windows overlap or mix their kinds, or aware and
        naive times are mixed.

    Examples
    --------
    >>> from datetime import timedelta
    >>> order = Order(id="A1", location=Location(lat=48.1, lon=11.6),
    ...               duration=timedelta(minutes=90), skills={"plumbing": 2})
    >>> order.skills["plumbing"]
    2
    """

    id: Name
    location: Location
    service: Name | None = None
    duration: Duration | None = None
    setup: Duration | None = None
    time_windows: tuple[TimeWindow, ...] = ()
    release: Moment | None = None
    respond_by: Moment | None = None
    resolve_by: Moment | None = None
    hard_sla: bool = False
    skills: dict[Name, Level] | None = None
    required_tags: Names | None = None
    preferred_tags: Names | None = None
    forbidden_tags: Names | None = None
    area: Name | None = None
    required_workers: Names = ()
    preferred_workers: Names = ()
    forbidden_workers: Names = ()
    priority: Priority | None = None
    skip_cost: Amount | None = None
    demand: dict[Name, Amount] | None = None
    tools: Names | None = None
    customer: Name | None = None
    crew: tuple[Role, ...] | None = None
    urgent: bool = False
    recurrence: Recurrence | None = None

    @model_validator(mode="after")
    def _windows_agree(self) -> Self:
        if len(self.time_windows) < 2:
            return self
        kinds = {(w.bounds, w.soft, w.earliest.tzinfo is None) for w in self.time_windows}
        if len(kinds) > 1:
            raise ValueError(
                "the time windows of one order must agree in bounds, soft and time zone or none"
            )
        windows = sorted(self.time_windows, key=lambda window: instant(window.earliest))
        for before, after in pairwise(windows):
            if instant(after.earliest) <= instant(before.latest):
                raise ValueError(
                    f"the time windows overlap: one ends at {before.latest}, "
                    f"the next starts at {after.earliest}; join them"
                )
        return self

    def moments(self) -> list[tuple[str, Moment]]:
        """Every point in time it states, with the field's name."""
        found = [
            (name, value)
            for name in ("release", "respond_by", "resolve_by")
            if (value := getattr(self, name)) is not None
        ]
        for window in self.time_windows:
            found += [
                ("time_windows.earliest", window.earliest),
                ("time_windows.latest", window.latest),
            ]
        return found
