"""One run: a first plan, then the way of searching that suits it, then the best plan."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from homeserve_dispatch.plan import Improvement
from homeserve_dispatch.progress import OnProgress
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.annealing import anneal
from homeserve_dispatch.search.breeding import Breeding
from homeserve_dispatch.search.building import First, build_first
from homeserve_dispatch.search.engine import AnyState, Engine, PlainEngine, routes_of
from homeserve_dispatch.search.generations import breed, population
from homeserve_dispatch.search.pace import expected
from homeserve_dispatch.search.pool import Pool
from homeserve_dispatch.search.settings import Settings
from homeserve_dispatch.search.sharing import Apart, Divided, Plans, Shared, Sharing
from homeserve_dispatch.search.watch import Watch
from homeserve_dispatch.search.ways import Way, parts_shared, way
from homeserve_dispatch.stop import Stop


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
    plans: Plans = Apart(engine, [state])
    watch.note(plans)
    watch.report("searching", 0.0, plans)
    try:
        if len(instance.orders) > 0 and len(instance.shifts) > 0:
            work = _work(
                engine,
                state,
                first,
                watch,
                settings,
                seed=seed,
                begun=start is not None,
            )
            plans = work.plans
            if isinstance(work.plans, Breeding):
                breed(watch, work.plans)
            else:
                anneal(
                    watch,
                    work.plans,
                    first,
                    settings,
                    orders=len(instance.orders),
                    exchanges=work.exchanges,
                    pool=work.pool,
                )
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


class _Work(NamedTuple):
    """What the threads are to do from a first plan on."""

    plans: Breeding | Sharing
    exchanges: int
    pool: Pool | None = None


def _work(
    engine: Engine,
    state: AnyState,
    first: First,
    watch: Watch,
    settings: Settings,
    *,
    seed: int,
    begun: bool,
) -> _Work:
    """Choose it, and set it up around the state that has the first plan."""
    threads, exchanges = watch.threads, settings.exchanges
    if not isinstance(engine, PlainEngine):
        return _Work(Apart(engine, _states(engine, state, threads, seed)), exchanges)
    instance, unassigned = engine.instance, int(state.numbers[s.N_ABSENT])
    cold = first.scale * settings.cold
    iterations = functools.cache(lambda: expected(engine, state, watch, settings, cold))
    parts = parts_shared(
        len(instance.orders), threads, settings, iterations=iterations, unassigned=unassigned
    )
    chosen = way(
        instance,
        settings,
        iterations=iterations,
        shared=parts > 0,
        unassigned=unassigned,
        begun=begun,
    )
    pool = Pool(instance) if chosen is Way.GATHER else None
    if parts > 0:
        shared = Shared(engine, state, threads=threads, parts=parts, seed=seed)
        return _Work(shared, exchanges, pool)
    states = _states(engine, state, threads, seed)
    if chosen is Way.BREED:
        bred = population(engine, states, first, settings, iterations=iterations(), seed=seed)
        return _Work(bred, exchanges)
    if chosen is Way.DIVIDE:
        divided = Divided(engine, states, times=settings.divided, order=first.orders[0], seed=seed)
        return _Work(divided, settings.divisions)
    return _Work(Apart(engine, states), exchanges, pool)


def _states(engine: Engine, first: AnyState, threads: int, seed: int) -> list[AnyState]:
    """One for each thread, all with the first plan."""
    others = [engine.new_state(seed, chain) for chain in range(1, threads)]
    for other in others:
        engine.load(other, first.lists[s.BEST_NEXT].copy())
    return [first, *others]
