"""When a search ends: immutable specs, usable for any number of runs.

A stop answers from where the search stands, so it holds no state of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a search stands.

    Attributes
    ----------
    seconds : float
        Since its start, >= 0.
    iterations : int
        Done by each thread.
    best_cost : float
        Of the best plan so far.
    improved_at_seconds : float
        When it was found.
    improved_at_iteration : int
        In which iteration of its thread.
    """

    seconds: float
    iterations: int
    best_cost: float
    improved_at_seconds: float
    improved_at_iteration: int


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that may still be done before the stop is asked again."""

    seconds: float = math.inf
    iterations: float = math.inf


class Stop:
    """Base of the stops. ``a | b`` ends when either would, ``a & b`` when both would."""

    __slots__ = ()

    @property
    def bounded(self) -> bool:
        """Whether ``used`` rises steadily to 1, so that the search can cool by it."""
        return False

    def used(self, at: Standing) -> float:
        """Fraction of the budget used, in [0, 1]; 1 means: stop now."""
        raise NotImplementedError

    def left(self, at: Standing) -> Budget:
        """The most that may still be done before asking again."""
        raise NotImplementedError

    def reason(self, at: Standing) -> str:
        """What ``Plan.stopped_by`` says once ``used`` is 1."""
        raise NotImplementedError

    def __or__(self, other: Stop) -> AnyOf:
        return AnyOf(self, other)

    def __and__(self, other: Stop) -> AllOf:
        return AllOf(self, other)


@dataclass(frozen=True, slots=True)
class TimeLimit(Stop):
    """Ends after that many seconds of wall time.

    Parameters
    ----------
    seconds : float
        >= 0, finite; 0 returns the first plan.

    Raises
    ------
    ValueError
        Negative, NaN or infinite.

    Examples
    --------
    >>> TimeLimit(10).used(Standing(2.5, 100, 1.0, 0.0, 0))
    0.25
    """

    seconds: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.seconds) and self.seconds >= 0):
            raise ValueError(f"a time limit must be a finite number >= 0, not {self.seconds!r}")

    @property
    def bounded(self) -> bool:
        """Always."""
        return True

    def used(self, at: Standing) -> float:
        """Seconds gone, over the limit."""
        return 1.0 if at.seconds >= self.seconds else at.seconds / self.seconds

    def left(self, at: Standing) -> Budget:
        """The seconds that remain."""
        return Budget(seconds=max(0.0, self.seconds - at.seconds))

    def reason(self, at: Standing) -> str:
        """``"time_limit"``."""
        return "time_limit"


@dataclass(frozen=True, slots=True)
class Iterations(Stop):
    """Ends after that many iterations of each thread.

    With one seed and one number of threads this gives the same plan in any process on the same
    kind of machine; a time limit cannot promise that.

    Parameters
    ----------
    count : int
        >= 0; 0 returns the first plan.

    Raises
    ------
    ValueError
        Negative.
    """

    count: int

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError(f"a number of iterations must be >= 0, not {self.count!r}")

    @property
    def bounded(self) -> bool:
        """Always."""
        return True

    def used(self, at: Standing) -> float:
        """Iterations done, over the count."""
        return 1.0 if at.iterations >= self.count else at.iterations / self.count

    def left(self, at: Standing) -> Budget:
        """The iterations that remain."""
        return Budget(iterations=max(0, self.count - at.iterations))

    def reason(self, at: Standing) -> str:
        """``"iterations"``."""
        return "iterations"


@dataclass(frozen=True, slots=True)
class NoImprovement(Stop):
    """Ends when the best plan has not become better for a while.

    Parameters
    ----------
    iterations : int, optional
        So many iterations of each thread, >= 1.
    seconds : float, optional
        So many seconds, > 0. Exactly one of the two is given.

    Raises
    ------
    ValueError
        None or both given, or out of range.
    """

    iterations: int | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        if (self.iterations is None) == (self.seconds is None):
            raise ValueError("give either iterations or seconds")
        if self.iterations is not None and self.iterations < 1:
            raise ValueError(f"iterations must be >= 1, not {self.iterations!r}")
        if self.seconds is not None and not (math.isfinite(self.seconds) and self.seconds > 0):
            raise ValueError(f"seconds must be a finite number > 0, not {self.seconds!r}")

    def used(self, at: Standing) -> float:
        """Time or iterations since the last improvement, over the limit."""
        if self.iterations is not None:
            return min(1.0, (at.iterations - at.improved_at_iteration) / self.iterations)
        assert self.seconds is not None
        return min(1.0, (at.seconds - at.improved_at_seconds) / self.seconds)

    def left(self, at: Standing) -> Budget:
        """What remains if nothing improves."""
        if self.iterations is not None:
            return Budget(
                iterations=max(0, self.iterations - (at.iterations - at.improved_at_iteration))
            )
        assert self.seconds is not None
        return Budget(seconds=max(0.0, self.seconds - (at.seconds - at.improved_at_seconds)))

    def reason(self, at: Standing) -> str:
        """``"no_improvement"``."""
        return "no_improvement"


@dataclass(frozen=True, slots=True)
class Target(Stop):
    """Ends as soon as a plan costs no more than that.

    On its own it may never end; combine it: ``Target(100) | TimeLimit(60)``.

    Parameters
    ----------
    cost : float
        In currency.

    Raises
    ------
    ValueError
        NaN.
    """

    cost: float

    def __post_init__(self) -> None:
        if math.isnan(self.cost):
            raise ValueError("a target cannot be NaN")

    def used(self, at: Standing) -> float:
        """1 once reached, 0 before."""
        return 1.0 if at.best_cost <= self.cost + 1e-9 * max(1.0, abs(self.cost)) else 0.0

    def left(self, at: Standing) -> Budget:
        """Nothing once reached, no bound before."""
        return Budget(0.0, 0) if self.used(at) >= 1.0 else Budget()

    def reason(self, at: Standing) -> str:
        """``"target"``."""
        return "target"


class AnyOf(Stop):
    """Ends when any of the stops would; ``a | b``."""

    __slots__ = ("stops",)

    def __init__(self, *stops: Stop) -> None:
        if not stops:
            raise ValueError("give at least one stop")
        self.stops = stops

    def __repr__(self) -> str:
        return " | ".join(map(repr, self.stops))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnyOf) and self.stops == other.stops

    def __hash__(self) -> int:
        return hash((AnyOf, self.stops))

    @property
    def bounded(self) -> bool:
        """Where one of the stops is."""
        return any(stop.bounded for stop in self.stops)

    def used(self, at: Standing) -> float:
        """The largest fraction."""
        return max(stop.used(at) for stop in self.stops)

    def left(self, at: Standing) -> Budget:
        """The smallest budgets."""
        budgets = [stop.left(at) for stop in self.stops]
        return Budget(min(b.seconds for b in budgets), min(b.iterations for b in budgets))

    def reason(self, at: Standing) -> str:
        """Of the stop that is furthest."""
        return max(self.stops, key=lambda stop: stop.used(at)).reason(at)


class AllOf(Stop):
    """Ends when all of the stops would; ``a & b``."""

    __slots__ = ("stops",)

    def __init__(self, *stops: Stop) -> None:
        if not stops:
            raise ValueError("give at least one stop")
        self.stops = stops

    def __repr__(self) -> str:
        return "(" + " & ".join(map(repr, self.stops)) + ")"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AllOf) and self.stops == other.stops

    def __hash__(self) -> int:
        return hash((AllOf, self.stops))

    @property
    def bounded(self) -> bool:
        """Where all of the stops are."""
        return all(stop.bounded for stop in self.stops)

    def used(self, at: Standing) -> float:
        """The smallest fraction."""
        return min(stop.used(at) for stop in self.stops)

    def left(self, at: Standing) -> Budget:
        """The largest budgets among the stops that have not been met."""
        budgets = [stop.left(at) for stop in self.stops if stop.used(at) < 1.0]
        if not budgets:
            return Budget(0.0, 0)
        return Budget(max(b.seconds for b in budgets), max(b.iterations for b in budgets))

    def reason(self, at: Standing) -> str:
        """Of the stop that is listed last: which was met last is not known."""
        return self.stops[-1].reason(at)
