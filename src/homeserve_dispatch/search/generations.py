"""A population of plans in threads, until the stop says so."""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor

from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.breeding import Breeding, sizes
from homeserve_dispatch.search.building import First
from homeserve_dispatch.search.engine import AnyState, PlainEngine
from homeserve_dispatch.search.scale import visits_of_a_shift
from homeserve_dispatch.search.settings import Settings
from homeserve_dispatch.search.sharing import Apart
from homeserve_dispatch.search.steering import steering
from homeserve_dispatch.search.watch import Watch

_PACED = 1000
"""Iterations by which it is told how many there will be."""


def population(
    engine: PlainEngine, chains: Apart, watch: Watch, first: First, settings: Settings, *, seed: int
) -> Breeding | None:
    """One to begin with, where there is time, routes are long and nothing is left out.

    On short routes one long annealing does better.
    """
    orders = len(engine.instance.orders)
    if not watch.stop.bounded or not orders or chains.unassigned():
        return None
    if visits_of_a_shift(engine.instance) < settings.roomy:
        return None
    budget, cold = watch.left(), first.scale * settings.cold
    iterations = watch.threads * budget.iterations
    if budget.seconds < math.inf:
        pace = _measured(engine, chains.states[0], settings, cold)
        iterations = min(iterations, watch.threads * budget.seconds * pace)
    if iterations < settings.bred * orders:
        return None
    return Breeding(
        engine,
        chains.states,
        sizes(orders, iterations, settings),
        routes=first.routes,
        orders=first.orders,
        settings=settings,
        hot=first.scale * settings.temperature(0.0, 0.0, first.stops),
        cold=cold,
        seed=seed,
    )


def _measured(engine: PlainEngine, state: AnyState, settings: Settings, cold: float) -> float:
    """Iterations a second of one thread; the state is as before."""
    plan = state.lists[s.BEST_NEXT].copy()
    state.costs[s.TEMPERATURE] = cold
    before = time.perf_counter()
    engine.run(state, steering(settings), _PACED)
    took = time.perf_counter() - before
    engine.load(state, plan)
    return _PACED / max(took, 1e-6)


def breed(watch: Watch, breeding: Breeding) -> None:
    """Let the population grow and change until the stop says so."""
    pace = math.inf  # iterations a second of each thread; the first turn is short in any case
    with ThreadPoolExecutor(watch.threads) as pool:
        while True:
            standing = watch.standing()
            used = watch.stop.used(standing)
            if used >= 1.0:
                return
            budget = watch.stop.left(standing)
            most = budget.iterations
            if budget.seconds < math.inf:
                most = min(most, max(1.0, budget.seconds * pace))
            tasks = breeding.turn(int(min(most, 1e9)))
            took = watch.together(pool, tasks)
            watch.iterations += tasks[0].iterations
            pace = tasks[0].iterations / max(took, 1e-6)
            breeding.take(tasks)
            watch.note(breeding)
            watch.report("searching", used, breeding)
