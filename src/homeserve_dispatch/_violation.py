"""What the checker says about a plan, and the list in which it collects it."""

from __future__ import annotations

from enum import StrEnum

from homeserve_dispatch.model.base import Model


class Code(StrEnum):
    """What a plan is at fault with."""

    UNKNOWN_ORDER = "UNKNOWN_ORDER"
    """The plan names an order that the problem does not have."""
    UNKNOWN_WORKER = "UNKNOWN_WORKER"
    """A route of a worker that the problem does not have."""
    UNKNOWN_SHIFT = "UNKNOWN_SHIFT"
    """A route in a shift that the worker does not have."""
    UNKNOWN_VISIT = "UNKNOWN_VISIT"
    """A visit with a role or an occurrence that the order does not have."""
    DUPLICATE_VISIT = "DUPLICATE_VISIT"
    """A visit that the plan has already: the same order, role and occurrence."""
    DUPLICATE_ROUTE = "DUPLICATE_ROUTE"
    """A worker's shift has another route already."""
    DUPLICATE_UNASSIGNED = "DUPLICATE_UNASSIGNED"
    """An order is listed as left out again."""
    EMPTY_ROUTE = "EMPTY_ROUTE"
    """A route without visits."""
    MISSING_ORDER = "MISSING_ORDER"
    """An order is neither visited nor listed as left out."""
    UNKNOWN_BREAK = "UNKNOWN_BREAK"
    """A break that the shift does not have."""
    DUPLICATE_BREAK = "DUPLICATE_BREAK"
    """A break is taken again."""
    UNKNOWN_RESTOCK = "UNKNOWN_RESTOCK"
    """A call at a depot in a shift that has none."""
    BOTH = "BOTH"
    """An order is visited and listed as left out."""
    TIME_ZONE = "TIME_ZONE"
    """A route's times are naive and the problem's aware, or the other way round."""
    SKILL = "SKILL"
    """The worker lacks a skill."""
    SKILL_LEVEL = "SKILL_LEVEL"
    """The worker's level is too low; ``amount`` in levels."""
    SKILL_EXPIRED = "SKILL_EXPIRED"
    """The skill is not valid on the shift's day; ``amount`` in days to the nearest valid one."""
    REQUIRED_TAG = "REQUIRED_TAG"
    """The worker lacks a required tag."""
    FORBIDDEN_TAG = "FORBIDDEN_TAG"
    """The worker has a forbidden tag."""
    AREA = "AREA"
    """The order lies outside the worker's areas."""
    REQUIRED_WORKER = "REQUIRED_WORKER"
    """The worker is not one of those required."""
    FORBIDDEN_WORKER = "FORBIDDEN_WORKER"
    """The worker is one of those forbidden."""
    PREFERENCE = "PREFERENCE"
    """Preferences are missed although the objective forbids it; ``amount`` is how many."""
    TIME_WINDOW = "TIME_WINDOW"
    """Outside every hard window (``amount`` to the nearest), or before the first soft one."""
    LATENESS = "LATENESS"
    """Outside the soft windows after the first one opens, and the objective forbids lateness."""
    RELEASE = "RELEASE"
    """Starts before the release."""
    RESPOND_BY = "RESPOND_BY"
    """Starts after a hard ``respond_by``."""
    RESOLVE_BY = "RESOLVE_BY"
    """Finishes after a hard ``resolve_by``."""
    TRAVEL = "TRAVEL"
    """Arrives earlier than the finish (departure) before plus the travel time; nobody sets out to
    a visit that is not locked before ``freeze_until``."""
    FROZEN = "FROZEN"
    """Departs to a first visit that is not locked before ``freeze_until``."""
    START_BEFORE_ARRIVAL = "START_BEFORE_ARRIVAL"
    """Starts before the arrival that the plan states."""
    DURATION = "DURATION"
    """The finish is not start + setup + duration (by the worker's efficiency)."""
    UNREACHABLE = "UNREACHABLE"
    """There is no way to go there."""
    SHIFT_START = "SHIFT_START"
    """Departs before the shift starts."""
    SHIFT_END = "SHIFT_END"
    """Ends after ``overtime_until``, or after the shift's ``end`` where there is none."""
    OVERTIME = "OVERTIME"
    """Ends after the shift's ``end``, not after ``overtime_until``, and overtime is forbidden."""
    BREAK_TIME = "BREAK_TIME"
    """A break begins before its earliest or after its latest."""
    BREAK_OVERLAP = "BREAK_OVERLAP"
    """A break before the departure begins before another is over, or is not over in time for it;
    ``amount`` is how long they overlap."""
    BREAK_MISSED = "BREAK_MISSED"
    """A hard break is not taken in a shift that has a visit."""
    CAPACITY = "CAPACITY"
    """The visits take more of something than the shift carries, before the call at the depot or
    from then on; ``amount`` in its own unit."""
    TOOL = "TOOL"
    """A tool that the visit needs is not on board."""
    MAX_VISITS = "MAX_VISITS"
    """More visits than the shift may have."""
    MAX_TRAVEL = "MAX_TRAVEL"
    """More travel time than the shift may have."""
    MAX_WORK = "MAX_WORK"
    """More travel, setup, service and restocking time than the shift may have."""
    MAX_DISTANCE = "MAX_DISTANCE"
    """More metres than the shift may have."""
    WORKER_MAX_VISITS = "WORKER_MAX_VISITS"
    """More visits than the worker may have in all shifts together."""
    WORKER_MAX_TRAVEL = "WORKER_MAX_TRAVEL"
    """More travel time than the worker may have in all shifts together."""
    WORKER_MAX_WORK = "WORKER_MAX_WORK"
    """More work (as of ``MAX_WORK``) than the worker may have in all shifts together."""
    WORKER_MAX_DISTANCE = "WORKER_MAX_DISTANCE"
    """More metres than the worker may have in all shifts together."""
    REST = "REST"
    """Less than ``min_rest`` from the end of a route to the worker's next shift with a visit."""
    DAYS_IN_ROW = "DAYS_IN_ROW"
    """More days in a row with a visit than the worker may have; ``amount`` in days."""
    CREW = "CREW"
    """Some roles of an order are visited and others are not; ``amount`` is how many are not."""
    CREW_WORKERS = "CREW_WORKERS"
    """One worker in several roles of an order; ``amount`` is how many too many."""
    OFFSET = "OFFSET"
    """A role starts too early or too late after the first one."""
    SEQUENCE = "SEQUENCE"
    """The gap between two orders is shorter than ``min_gap`` or longer than ``max_gap``."""
    SAME_TIME = "SAME_TIME"
    """Orders that must start together do not; ``amount`` from the first start to the last."""
    SAME_WORKER = "SAME_WORKER"
    """Orders for one worker are done by several; ``amount`` is how many too many."""
    DIFFERENT_WORKERS = "DIFFERENT_WORKERS"
    """A worker does several of some orders; ``amount`` is how many too many."""
    SAME_DAY = "SAME_DAY"
    """Orders for one day are done on several; ``amount`` is how many too many."""
    ALL_OR_NONE = "ALL_OR_NONE"
    """Some of the orders are done and others are not; ``amount`` is how many are not."""
    RECURRENCE = "RECURRENCE"
    """Some times of recurring work are missing (``amount`` is how many), two are on one day, the
    days between them are too few or too many (``amount`` in days), they are not numbered by day,
    or the days are none of the patterns."""
    MAX_WORKERS = "MAX_WORKERS"
    """Workers new to a customer who may not have so many; ``amount`` is how many too many."""
    LOCK = "LOCK"
    """Not as it is locked: the worker, the shift, the position (``amount`` in visits), the start,
    or an order is done that is locked as left out."""
    STATED = "STATED"
    """A figure that the plan states is not what it works out to. The only one not hard."""


class Violation(Model):
    """One fault of a plan.

    Attributes
    ----------
    code : Code
        What kind of fault.
    order, worker : str, optional
        Ids, as the plan states them.
    shift : int, optional
        Which of the worker's shifts, from 0.
    amount : float
        How much it is off, > 0; 1 where there is nothing to measure.
    unit : str
        ``"s"``, ``"m"``, ``"level"``, ``"day"``, or ``""`` for cases, demands and currency.
    hard : bool
        Whether the plan cannot be carried out like this.
    message : str
        The same in words.
    """

    code: Code
    order: str | None = None
    worker: str | None = None
    shift: int | None = None
    amount: float = 1.0
    unit: str = ""
    hard: bool = True
    message: str

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]"


class Findings:
    """Collects violations, about one route at a time."""

    def __init__(self) -> None:
        self.all: list[Violation] = []
        self.worker: str | None = None
        self.shift: int | None = None

    def about(self, worker: str | None = None, shift: int | None = None) -> None:
        """Say whom what is added from here on is about; nobody: the whole plan."""
        self.worker, self.shift = worker, shift

    def add(
        self,
        code: Code,
        message: str,
        *,
        order: str | None = None,
        amount: float = 1.0,
        unit: str = "",
    ) -> None:
        """Add one about the current route or worker, who stands before its message."""
        if self.worker is not None:
            shift = "" if self.shift is None else f", shift {self.shift}"
            message = f"worker {self.worker!r}{shift}: {message}"
        self.all.append(
            Violation(
                code=code,
                order=order,
                worker=self.worker,
                shift=self.shift,
                amount=amount,
                unit=unit,
                hard=code is not Code.STATED,
                message=message,
            )
        )

    def late(self, code: Code, ms: int, message: str, order: str | None = None) -> None:
        """Add one where ``ms`` is positive; ``{by}`` in the message becomes its length."""
        if ms > 0:
            self.add(
                code, message.replace("{by}", span(ms)), order=order, amount=ms / 1000.0, unit="s"
            )


def span(ms: int) -> str:
    """Put a length of time in words: ``1 h 20 min``, ``12.5 s``."""
    seconds, rest = divmod(ms, 1000)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    words = [f"{hours} h"] if hours else []
    if minutes:
        words.append(f"{minutes} min")
    if seconds or rest or not words:
        words.append(f"{seconds + rest / 1000:g} s")
    return " ".join(words)
