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
    DUPLICATE_VISIT = "DUPLICATE_VISIT"
    """An order is visited again."""
    DUPLICATE_ROUTE = "DUPLICATE_ROUTE"
    """A worker's shift has another route already."""
    DUPLICATE_UNASSIGNED = "DUPLICATE_UNASSIGNED"
    """An order is listed as left out again."""
    EMPTY_ROUTE = "EMPTY_ROUTE"
    """A route without visits."""
    MISSING_ORDER = "MISSING_ORDER"
    """An order is neither visited nor listed as left out."""
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
    """Arrives earlier than the finish (departure) before plus the travel time."""
    START_BEFORE_ARRIVAL = "START_BEFORE_ARRIVAL"
    """Starts before the arrival that the plan states."""
    DURATION = "DURATION"
    """The finish is not start + setup + duration."""
    UNREACHABLE = "UNREACHABLE"
    """There is no way to go there."""
    SHIFT_START = "SHIFT_START"
    """Departs before the shift starts."""
    SHIFT_END = "SHIFT_END"
    """Ends after ``overtime_until``, or after the shift's ``end`` where there is none."""
    OVERTIME = "OVERTIME"
    """Ends after the shift's ``end``, not after ``overtime_until``, and overtime is forbidden."""
    CAPACITY = "CAPACITY"
    """The visits take more of something than the shift carries; ``amount`` in its own unit."""
    MAX_VISITS = "MAX_VISITS"
    """More visits than the shift may have."""
    MAX_TRAVEL = "MAX_TRAVEL"
    """More travel time than the shift may have."""
    MAX_WORK = "MAX_WORK"
    """More travel, setup and service time than the shift may have."""
    MAX_DISTANCE = "MAX_DISTANCE"
    """More metres than the shift may have."""
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

    def add(
        self,
        code: Code,
        message: str,
        *,
        order: str | None = None,
        amount: float = 1.0,
        unit: str = "",
    ) -> None:
        """Add one about the current route; the worker and shift stand before its message."""
        if self.worker is not None:
            message = f"worker {self.worker!r}, shift {self.shift}: {message}"
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
