"""What comes back: who does what, when, in which order, and what is left out and why."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from pydantic import Field

from homeserve_dispatch.model.base import Duration, Model, Moment, Name


class Reason(StrEnum):
    """Why an order is left out."""

    SKILL = "SKILL"
    SKILL_LEVEL = "SKILL_LEVEL"
    SKILL_EXPIRED = "SKILL_EXPIRED"
    TAG = "TAG"
    AREA = "AREA"
    REQUIRED_WORKER = "REQUIRED_WORKER"
    FORBIDDEN_WORKER = "FORBIDDEN_WORKER"
    PREFERENCE = "PREFERENCE"
    TIME_WINDOW = "TIME_WINDOW"
    SHIFT = "SHIFT"
    CAPACITY = "CAPACITY"
    MAX_WORK = "MAX_WORK"
    MAX_TRAVEL = "MAX_TRAVEL"
    MAX_DISTANCE = "MAX_DISTANCE"
    MAX_VISITS = "MAX_VISITS"
    MAX_DAYS = "MAX_DAYS"
    REST = "REST"
    BREAK = "BREAK"
    TOOL = "TOOL"
    CREW = "CREW"
    RELATION = "RELATION"
    RECURRENCE = "RECURRENCE"
    CONTINUITY = "CONTINUITY"
    LOCK = "LOCK"
    UNREACHABLE = "UNREACHABLE"
    NOT_WORTH_IT = "NOT_WORTH_IT"
    NO_ROOM = "NO_ROOM"
    SEARCH_LIMIT = "SEARCH_LIMIT"


class Status(StrEnum):
    """How much of the work a plan does."""

    COMPLETE = "complete"
    """Every order is assigned."""
    PARTIAL = "partial"
    """Some orders are left out."""
    EMPTY = "empty"
    """Nothing could be planned."""


class Visit(Model):
    """One worker at one order at one time.

    Attributes
    ----------
    order : str
        Id of the order.
    role, occurrence : int
        Which role of a crew, which time of recurring work, from 0; times are numbered by day.
    arrival : datetime
        When the worker gets there.
    start : datetime
        Start of service (setup included); what lies between arrival and it is waiting.
    finish : datetime
        Start plus setup plus duration.
    travel_time, distance_m : timedelta, int
        The leg from the stop before (from the start place for the first visit).
    setup : timedelta
        Setup paid here.
    lateness, sla_lateness : timedelta
        Past the soft window's latest; past ``respond_by`` and ``resolve_by`` together.
    """

    order: Name
    role: int = Field(default=0, ge=0)
    occurrence: int = Field(default=0, ge=0)
    arrival: Moment
    start: Moment
    finish: Moment
    travel_time: Duration = timedelta(0)
    distance_m: int = Field(default=0, ge=0)
    setup: Duration = timedelta(0)
    lateness: Duration = timedelta(0)
    sla_lateness: Duration = timedelta(0)


class BreakTaken(Model):
    """A break in a route.

    Attributes
    ----------
    number : int
        Which of ``Shift.breaks``, from 0.
    after : int
        How many of the route's visits come before it.
    arrival, start, finish : datetime
        Without a place, the arrival is the finish of what comes before it. A break before the
        departure has ``after`` 0 and no travel.
    travel_time, distance_m : timedelta, int
        The leg to its place, if it has one.
    """

    number: int = Field(ge=0)
    after: int = Field(ge=0)
    arrival: Moment
    start: Moment
    finish: Moment
    travel_time: Duration = timedelta(0)
    distance_m: int = Field(default=0, ge=0)


class RestockCall(Model):
    """A call at the depot of ``Shift.restock``.

    Attributes
    ----------
    after : int
        How many of the route's visits come before it.
    arrival, start, finish : datetime
        When.
    travel_time, distance_m : timedelta, int
        The leg to the depot.
    """

    after: int = Field(ge=0)
    arrival: Moment
    start: Moment
    finish: Moment
    travel_time: Duration = timedelta(0)
    distance_m: int = Field(default=0, ge=0)


class Route(Model):
    """What one worker does in one shift, in order.

    Attributes
    ----------
    worker : str
        Id of the worker.
    shift : int
        Which of the worker's shifts, counted from 0 as in ``Worker.shifts``.
    departure : datetime
        From the start place; with an open start, the arrival at the first visit.
    end : datetime
        Arrival at the end place; with an open end, the finish of the last stop.
    visits : tuple of Visit
        In order, at least one.
    travel_time, distance_m : timedelta, int
        Of the whole route, the leg to the end place included.
    waiting, overtime : timedelta
        Of the whole route.
    breaks : tuple of BreakTaken
        In the order in which they are taken. Where a break and the restocking come after the
        same visit, the earlier start comes first.
    restock : RestockCall, optional
        The call at the depot.
    """

    worker: Name
    shift: int = Field(default=0, ge=0)
    departure: Moment
    end: Moment
    visits: tuple[Visit, ...]
    travel_time: Duration = timedelta(0)
    distance_m: int = Field(default=0, ge=0)
    waiting: Duration = timedelta(0)
    overtime: Duration = timedelta(0)
    breaks: tuple[BreakTaken, ...] = ()
    restock: RestockCall | None = None


class Unassigned(Model):
    """An order that is left out.

    Attributes
    ----------
    order : str
        Id of the order.
    reasons : tuple of Reason
        What is in the way, the commonest first.
    details : str
        The same in words, with workers and limits.
    skip_cost : float
        What leaving it out costs.
    """

    order: Name
    reasons: tuple[Reason, ...] = ()
    details: str = ""
    skip_cost: float = Field(default=0.0, ge=0)


class Cost(Model):
    """What a plan costs, by part.

    Attributes
    ----------
    total : float
        Sum of the parts, in currency.
    parts : dict of str to float
        Cost of each part of ``homeserve_dispatch.model.PARTS``, in currency.
    amounts : dict of str to float
        What was weighed: hours, kilometres (``travel_distance``) or cases.
    """

    total: float
    parts: dict[str, float]
    amounts: dict[str, float]


class Improvement(Model):
    """A better plan found during the search.

    Attributes
    ----------
    seconds : float
        Since the start of the search.
    iterations : int
        Done by then, by all threads together.
    cost : float
        Of the better plan.
    """

    seconds: float
    iterations: int
    cost: float


class Plan(Model):
    """All routes, what is left out and why, and the cost in its parts.

    Attributes
    ----------
    routes : tuple of Route
        Those with visits, sorted by worker as in the problem, then by shift.
    unassigned : tuple of Unassigned
        Orders left out, in the problem's order.
    cost : Cost, optional
        ``None`` in a plan that was read from a file which states none.
    status : Status, optional
        Whether all, some or no orders are assigned.
    stopped_by : str, optional
        What ended the search: ``"time_limit"``, ``"iterations"``, ``"no_improvement"``,
        ``"target"`` or ``"interrupt"``.
    history : tuple of Improvement
        Improvements of the best plan over time, the first plan first.
    iterations : int
        Iterations done, by all threads together.
    seconds : float
        Wall time of the search.
    """

    routes: tuple[Route, ...] = ()
    unassigned: tuple[Unassigned, ...] = ()
    cost: Cost | None = None
    status: Status | None = None
    stopped_by: str | None = None
    history: tuple[Improvement, ...] = ()
    iterations: int = 0
    seconds: float = 0.0

    def route_of(self, order: str) -> Route | None:
        """The route that visits the order; None if it is left out."""
        for route in self.routes:
            if any(visit.order == order for visit in route.visits):
                return route
        return None
