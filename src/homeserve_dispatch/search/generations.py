"""A population of plans in threads, until the stop says so."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

from homeserve_dispatch.search.breeding import Breeding, sizes
from homeserve_dispatch.search.building import First
from homeserve_dispatch.search.engine import AnyState, PlainEngine
from homeserve_dispatch.search.settings import Settings
from homeserve_dispatch.search.watch import Watch


def population(
    engine: PlainEngine,
    states: list[AnyState],
    first: First,
    settings: Settings,
    *,
    iterations: float,
    seed: int,
) -> Breeding:
    """One to begin with; ``iterations``: of the whole run, all threads together."""
    orders = len(engine.instance.orders)
    return Breeding(
        engine,
        states,
        sizes(orders, iterations, settings),
        routes=first.routes,
        orders=first.orders,
        settings=settings,
        hot=first.scale * settings.temperature(0.0, 0.0, first.stops),
        cold=first.scale * settings.cold,
        seed=seed,
    )


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
