"""What a plan works out to, route by route: plain records with their sums.

Times are int milliseconds of UTC (of the wall clock where times are naive).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from homeserve_dispatch.model.base import instant
from homeserve_dispatch.model.order import Order
from homeserve_dispatch.model.problem import Effective, EffectiveRole, VisitKey
from homeserve_dispatch.model.worker import Break, Restock, Shift, Worker
from homeserve_dispatch.plan import BreakTaken, RestockCall, Route, Visit

MS = timedelta(milliseconds=1)
_NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive times count from a naive one
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970; a naive time is read as if it were UTC."""
    if moment.tzinfo is None:
        return (moment - _NAIVE_EPOCH) // MS
    return (instant(moment) - _EPOCH) // MS


@dataclass(slots=True)
class Way:
    """A leg, worked out.

    ``known`` is false where there is no way, or where a stop that nobody knows lies before it;
    a leg without a way counts as 0. ``slack_ms`` is 1 where traffic may apply: there the last
    digit hangs on the order in which numbers are added.
    """

    no_way: bool
    known: bool
    travel_ms: int
    distance_m: int
    arrival_ms: int
    slack_ms: int


@dataclass(slots=True)
class Halt:
    """Something that a worker does on a route, and the leg to it."""

    way: Way
    start_ms: int
    finish_ms: int

    @property
    def waiting_ms(self) -> int:
        """Between arrival and start."""
        return max(0, self.start_ms - self.way.arrival_ms)


@dataclass(slots=True)
class Stop(Halt):
    """A visit of a known order, worked out.

    ``position`` counts the route's visits from 0. ``late_ms``, ``respond_ms`` and ``resolve_ms``
    are how far the visit is past its soft windows and deadlines, hard or not.
    """

    visit: Visit
    key: VisitKey
    position: int
    order: Order
    asks: Effective
    role: EffectiveRole
    setup_ms: int
    late_ms: int
    respond_ms: int
    resolve_ms: int

    @property
    def name(self) -> str:
        """In words."""
        return name_of(self.key, self.order, self.asks)

    @property
    def stated(self) -> Visit:
        """What the plan says of it."""
        return self.visit

    @property
    def about(self) -> str | None:
        """Id of the order that it is about."""
        return self.order.id


@dataclass(slots=True)
class Pause(Halt):
    """A break that the shift has, worked out; ``leading`` where it lies before the departure.

    A leading break has no leg; its arrival is the shift's start or the finish of the break before.
    """

    taken: BreakTaken
    rule: Break
    leading: bool

    @property
    def waiting_ms(self) -> int:
        """Between arrival and start; before the departure nobody waits."""
        return 0 if self.leading else max(0, self.start_ms - self.way.arrival_ms)

    @property
    def name(self) -> str:
        """In words."""
        return f"break {self.taken.number}"

    @property
    def stated(self) -> BreakTaken:
        """What the plan says of it."""
        return self.taken

    @property
    def about(self) -> str | None:
        """It is about no order."""
        return None


@dataclass(slots=True)
class Call(Halt):
    """The call at the depot, worked out; ``before`` is how many of the stops precede it."""

    call: RestockCall
    rule: Restock
    before: int

    @property
    def name(self) -> str:
        """In words."""
        return "the call at the depot"

    @property
    def stated(self) -> RestockCall:
        """What the plan says of it."""
        return self.call

    @property
    def about(self) -> str | None:
        """It is about no order."""
        return None


@dataclass(slots=True)
class Run:
    """A route of a known worker and shift with at least one known visit, worked out.

    ``halts`` is all that the worker does, in sequence; ``stops``, ``pauses`` and ``call`` are the
    same by kind. ``timed`` is false where the route's times are naive and the problem's are not,
    or the other way round: nothing can be said about its times then.
    """

    route: Route
    worker: Worker
    shift: Shift
    halts: list[Stop | Pause | Call]
    timed: bool
    departure_ms: int
    end_ms: int
    home: Way
    shift_start_ms: int
    shift_end_ms: int

    @property
    def stops(self) -> list[Stop]:
        """The visits."""
        return [halt for halt in self.halts if isinstance(halt, Stop)]

    @property
    def pauses(self) -> list[Pause]:
        """The breaks."""
        return [halt for halt in self.halts if isinstance(halt, Pause)]

    @property
    def call(self) -> Call | None:
        """The call at the depot."""
        return next((halt for halt in self.halts if isinstance(halt, Call)), None)

    @property
    def ways(self) -> list[Way]:
        """All legs, that to the end place included."""
        return [*(halt.way for halt in self.halts), self.home]

    @property
    def legs_known(self) -> bool:
        """Whether every leg is."""
        return all(way.known for way in self.ways)

    @property
    def travel_ms(self) -> int:
        """Of all legs."""
        return sum(way.travel_ms for way in self.ways)

    @property
    def distance_m(self) -> int:
        """Of all legs."""
        return sum(way.distance_m for way in self.ways)

    @property
    def waiting_ms(self) -> int:
        """Of all visits, breaks and the call at the depot."""
        return sum(halt.waiting_ms for halt in self.halts)

    @property
    def work_ms(self) -> int:
        """Travel, setup, service and restocking."""
        return self.travel_ms + sum(
            halt.finish_ms - halt.start_ms for halt in self.halts if not isinstance(halt, Pause)
        )

    @property
    def break_ms(self) -> int:
        """Of all breaks."""
        return sum(pause.finish_ms - pause.start_ms for pause in self.pauses)

    @property
    def overtime_ms(self) -> int:
        """From the shift's end to the end of the route, if positive."""
        return max(0, self.end_ms - self.shift_end_ms)

    @property
    def paid_ms(self) -> int:
        """From the departure, or the shift's start, to the end, without unpaid breaks in it."""
        from_start = self.shift.paid_from == "shift_start"
        unpaid = sum(
            pause.finish_ms - pause.start_ms
            for pause in self.pauses
            if not pause.rule.paid and (from_start or not pause.leading)
        )
        begin = self.shift_start_ms if from_start else self.departure_ms
        return max(0, self.end_ms - begin - unpaid)


def name_of(key: VisitKey, order: Order, asks: Effective) -> str:
    """Name a visit: the order, and which of its visits where it needs several."""
    words = f"order {key.order!r}"
    if len(asks.roles) > 1:
        words += f", role {key.role}"
    if order.recurrence is not None:
        words += f", time {key.occurrence}"
    return words
