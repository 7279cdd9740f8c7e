"""What an adapter is given and gives back, and which adapters there are."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol

from homeserve_dispatch import Problem
from peer.neutral import Neutral

MODULES = {
    "ours": "peer.ours",
    "pyvrp": "peer.pyvrp",
    "vroom": "peer.vroom",
    "ortools": "peer.ortools",
    "vrp-cli": "peer.vrp_cli",
    "nextroute": "peer.nextroute",
}
"""Where the adapter of a solver is; it imports the solver, so it is imported where it is run."""

PACKAGES = {
    "ours": "homeserve-dispatch",
    "pyvrp": "pyvrp",
    "vroom": "pyvroom",
    "ortools": "ortools",
    "vrp-cli": "vrp-cli",
    "nextroute": "nextroute",
}


class Clock:
    """What is left of the seconds, counted from the making of this."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._began = seconds, time.perf_counter()

    def gone(self) -> float:
        """Seconds gone."""
        return time.perf_counter() - self._began

    def left(self, reserve: float = 0.0) -> float:
        """Seconds left, but for a reserve; a little at least, so that every solver can begin."""
        return max(0.05, self._seconds - self.gone() - reserve)


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be solved.

    Attributes
    ----------
    problem : Problem
        In our own words.
    rules : frozenset of str
        Names of those that it uses.
    day : Neutral, optional
        In everybody's words; None where the problem uses rules that cannot be said in them.
    seconds : float
        Wall time, the making of the solver's own model included.
    seed : int
        For solvers that take one.
    threads : int
        For solvers that can use them.
    watched : bool
        Whether the cost over time is wanted.
    """

    problem: Problem
    rules: frozenset[str]
    day: Neutral | None
    seconds: float
    seed: int
    threads: int
    watched: bool = False

    def plain(self) -> Neutral:
        """The day in everybody's words; ValueError where it has none."""
        if self.day is None:
            raise ValueError("its adapter states the rules of plain days only")
        return self.day


@dataclass(frozen=True, slots=True)
class Answer:
    """What a solver found.

    Attributes
    ----------
    routes : list of list of int
        For each vehicle the jobs it does, by number, in order.
    curve : list of (float, float)
        Seconds and cost of each better plan, by the solver's own word; for the picture only.
    """

    routes: list[list[int]]
    curve: list[tuple[float, float]] = field(default_factory=list)


class Adapter(Protocol):
    """A module that runs one solver."""

    CAN: frozenset[str]
    """Rules that the solver can express, by its documentation."""

    def prepare(self, threads: int) -> None:
        """What is not timed: imports are over, kernels are compiled."""

    def solve(self, task: Task) -> Answer:
        """Make the solver's model and run it, in the task's seconds."""


def installed(solver: str) -> str | None:
    """Version of a solver, None if it is not there."""
    try:
        return version(PACKAGES[solver])
    except PackageNotFoundError:
        return None
