"""What a caller is told while a search runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Phase: TypeAlias = Literal["compiling", "building", "searching", "done"]


@dataclass(frozen=True, slots=True)
class Progress:
    """One report of a running search.

    Attributes
    ----------
    phase : {"compiling", "building", "searching", "done"}
        ``compiling`` is the first run on a machine, while the kernel is made.
    fraction : float
        Part of the budget used, in [0, 1].
    seconds : float
        Since the start of the search.
    iterations : int
        Done by all threads together.
    best_cost : float
        Of the best plan so far; infinite before there is one.
    unassigned : int
        Orders left out in it.
    """

    phase: Phase
    fraction: float
    seconds: float
    iterations: int
    best_cost: float
    unassigned: int


OnProgress: TypeAlias = Callable[[Progress], object]
"""Called from the thread that called ``solve``, about ten times a second."""
