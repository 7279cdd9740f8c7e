"""One run: a first plan, then the way of searching that suits it, then the best plan."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from homeserve_dispatch.plan import Improvement
from homeserve_dispatch.progress import OnProgress
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.annealing import anneal
from homeserve_dispatch.search.breeding import Breeding
from homeserve_dispatch.search.building import build_first
from homeserve_dispatch.search.engine import AnyState, Engine, PlainEngine, routes_of
from homeserve_dispatch.search.generations import breed, population
from homeserve_dispatch.search.pace import expected
from homeserve_dispatch.search.pool import Pool
from homeserve_dispatch.search.settings import Settings
from homeserve_dispatch.search.sharing import Apart, Plans, Shared, Sharing
from homeserve_dispatch.search.watch import Watch
from homeserve_dispatch.search.ways import Way, way
from homeserve_dispatch.stop import Stop

ORDERS_A_PART = 250
"""With fewer, threads do not share one plan: too many routes would be out of reach."""
LITTLE = 0.15
"""Of the orders are left out: then what is left to win are detours, which cross the borders of
parts, and where there is time for it threads do not share one plan."""
LARGEST_PART = 1000
"""Orders: of a larger plan each thread works on several parts in turn."""


@dataclass(slots=True)
class Found:
    """What a search found.

    Attributes
    ----------
    routes : list of list of int
        By shift: the orders in sequence.
    cost : float
        What the kernel says it costs.
    state : State or RuleState
        Of the chain that found it, with that plan loaded.
    stopped_by : str
        As ``Plan.stopped_by``.
    iterations : int
        By all threads together.
    history : list of Improvement
        Improvements of the best.
    """

    routes: list[list[int]]
    cost: float
    state: AnyState
    stopped_by: str
    iterations: int
    history: list[Improvement] = field(default_factory=list)


def search(
    engine: Engine,
    stop: Stop,
    *,
    start: Sequence[Sequence[int]] | None,
    seed: int,
    threads: int,
    settings: Settings,
    started: float,
    reserve: Callable[[int], float],
    on_progress: OnProgress | None,
) -> Found:
    """Build or take over a first plan, then search until the stop says so or Ctrl-C.

    Parameters
    ----------
    engine : Engine
        What to plan, and how a change to a plan is made.
    stop : Stop
        When to end.
    start : list of list of int, optional
        A plan to begin with, as far as it keeps every rule.
    seed, threads : int
        Random numbers, and how many chains.
    settings : Settings
        How to go about it.
    started : float
        ``time.perf_counter()`` from which the stop counts.
    reserve : callable
        Seconds to leave for what comes after the search, when so many orders are left out.
    on_progress : callable, optional
        Told how it goes.
    """
    instance = engine.instance
    watch = Watch(stop, threads=threads, started=started, on_progress=on_progress)
    watch.reserve = reserve(0)
    state = engine.new_state(seed, 0)
    first = build_first(engine, state, watch, start)
    watch.reserve = reserve(int(state.numbers[s.N_ABSENT]))
    cold = first.scale * settings.cold
    iterations = functools.cache(lambda: expected(engine, state, watch, settings, cold))
    sharing = _shared(
        engine, state, seed=seed, threads=threads, iterations=iterations, alone=settings.alone
    )
    plans: Plans = sharing
    watch.note(plans)
    watch.report("searching", 0.0, plans)
    try:
        if len(instance.orders) > 0 and len(instance.shifts) > 0:
            pool: Pool | None = None
            if isinstance(engine, PlainEngine):
                chosen = way(
                    instance,
                    settings,
                    iterations=iterations,
                    shared=isinstance(sharing, Shared),
                    unassigned=sharing.unassigned(),
                    begun=start is not None,
                )
                if chosen is Way.GATHER:
                    pool = Pool(instance)
                if chosen is Way.BREED and isinstance(sharing, Apart):
                    plans = population(
                        engine, sharing, first, settings, iterations=iterations(), seed=seed
                    )
            if isinstance(plans, Breeding):
                breed(watch, plans)
            else:
                anneal(watch, sharing, first, settings, orders=len(instance.orders), pool=pool)
        stopped_by = watch.reason()
    except KeyboardInterrupt:
        stopped_by = "interrupt"
    best = plans.finish()
    plans = Apart(engine, [best])
    if engine.place_all(best):
        watch.note(plans)
    found = Found(
        routes=routes_of(instance, best),
        cost=float(best.costs[s.BEST]) - engine.excess(best),
        state=best,
        stopped_by=stopped_by,
        iterations=watch.iterations * threads,
        history=watch.history,
    )
    watch.report("done", 1.0, plans)
    return found


def _shared(
    engine: Engine,
    first: AnyState,
    *,
    seed: int,
    threads: int,
    iterations: Callable[[], float],
    alone: float,
) -> Sharing:
    """How the threads share the work on a first plan."""
    orders = len(engine.instance.orders)
    each = math.ceil(orders / threads / LARGEST_PART)
    parts = each * threads
    if parts > 1 and orders >= ORDERS_A_PART * parts and isinstance(engine, PlainEngine):
        little = int(first.numbers[s.N_ABSENT]) < LITTLE * orders
        if not (little and alone * threads * orders**2 <= iterations() < math.inf):
            return Shared(engine, first, threads=threads, parts=parts, seed=seed)
    others = [engine.new_state(seed, chain) for chain in range(1, threads)]
    for other in others:
        engine.load(other, first.lists[s.BEST_NEXT].copy())
    return Apart(engine, [first, *others])
