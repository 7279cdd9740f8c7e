"""How many iterations a run will have."""

from __future__ import annotations

import math
import time

from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.engine import AnyState, Engine
from homeserve_dispatch.search.settings import Settings
from homeserve_dispatch.search.steering import steering
from homeserve_dispatch.search.watch import Watch

PACED = 1000
"""Iterations by which it is told."""
_LEAST_SECONDS = 0.25
"""In less time nothing but annealing comes into question."""


def expected(
    engine: Engine, state: AnyState, watch: Watch, settings: Settings, cold: float
) -> float:
    """Iterations of all threads together; infinite for a stop that has no end of its own.

    Not told, but 0, where there is hardly any time.

    Parameters
    ----------
    engine : Engine
        What is planned.
    state : State
        With a plan loaded; it is as before afterwards.
    watch : Watch
        Knows the time that is left.
    settings : Settings
        How the search goes about it.
    cold : float
        Temperature at which the pace is measured.
    """
    if not watch.stop.bounded:
        return math.inf
    budget = watch.left()
    iterations = watch.threads * budget.iterations
    if budget.seconds < _LEAST_SECONDS:
        return 0.0
    if budget.seconds < math.inf:
        pace = _measured(engine, state, settings, cold)
        iterations = min(iterations, watch.threads * budget.seconds * pace)
    return iterations


def _measured(engine: Engine, state: AnyState, settings: Settings, cold: float) -> float:
    """Iterations a second of one thread."""
    plan = state.lists[s.BEST_NEXT].copy()
    state.costs[s.TEMPERATURE] = cold
    before = time.perf_counter()
    engine.run(state, steering(settings), PACED)
    took = time.perf_counter() - before
    engine.load(state, plan)
    return PACED / max(took, 1e-6)
