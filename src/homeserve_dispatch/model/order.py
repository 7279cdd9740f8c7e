"""Work that customers ask for, and the catalogue it is ordered from."""

from __future__ import annotations

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
    bounds : {"start", "finish"}
        Whether the window bounds the start of service or its end. Setup is part of the service:
        the start is when the worker begins setting up.
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
    bounds: Literal["start", "finish"] = "start"
    soft: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.earliest.tzinfo is None) != (self.latest.tzinfo is None):
            raise ValueError("earliest and latest must both have a time zone, or neither")
        if instant(self.earliest) > instant(self.latest):
            raise ValueError(f"the window ends ({self.latest}) before it starts ({self.earliest})")
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
        Added to the service when the worker's stop before was at another place (or there was
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
        Amounts of named things taken from what the shift carries.
    customer : str, optional
        Whose order it is.

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
    customer: Name | None = None

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
