"""Chains of the kernel in threads: slices, cooling, exchange of the best plan, stop, progress."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from homeserve_dispatch.instance import Floats, Instance, Ints
from homeserve_dispatch.plan import Improvement
from homeserve_dispatch.progress import OnProgress, Progress
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import kernel
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.breeding import ENOUGH, Breeding, sizes
from homeserve_dispatch.search.engine import AnyState, Engine, PlainEngine, routes_of
from homeserve_dispatch.search.settings import Settings
from homeserve_dispatch.search.sharing import Apart, Plans, Shared, Sharing
from homeserve_dispatch.stop import Standing, Stop

SLICE_SECONDS = 0.1
"""Time between two returns from the kernel: for the stop, progress and Ctrl-C."""
_FIRST_SLICE = 50
_SLICES = 200
_UNBOUNDED_SLICE = 2000
_SECONDS_FOR_ROUTES = 0.0005
"""An order: with less time left they are not worth a quarter of it."""
_PACED = 1000
"""Iterations by which it is told how many there will be."""
_FIRST_PART = 0.05
"""Of a run: no further first plan is built when so much has gone into them."""
ORDERS_A_PART = 250
"""With fewer, threads do not share one plan: too many routes would be out of reach."""
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


class Annealing:
    """One run of several chains.

    Parameters
    ----------
    engine : Engine
        What to plan, and how a change to a plan is made.
    stop : Stop
        When to end.
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

    def __init__(
        self,
        engine: Engine,
        stop: Stop,
        *,
        seed: int,
        threads: int,
        settings: Settings,
        started: float,
        reserve: Callable[[int], float],
        on_progress: OnProgress | None,
    ) -> None:
        self._engine, self._instance = engine, engine.instance
        self._stop, self._settings = stop, settings
        self._started, self._after, self._tell = started, reserve, on_progress
        self._reserve = reserve(0)
        self._seed, self._threads = seed, threads
        self._first = engine.new_state(seed, 0)
        self._orders = build_orders(engine.instance)
        self._routes: Sequence[Sequence[int]] | None = None  # to begin with
        self._best = self._raw_best = math.inf
        self._improved_seconds, self._improved_iteration = 0.0, 0
        self._iterations = 0  # of each chain
        self._scale, self._stops = 1.0, 0.0
        self._pace = 0.0  # iterations a second of each thread
        self._history: list[Improvement] = []
        self._plans: Plans = Apart(engine, [self._first])

    def run(self, start: Sequence[Sequence[int]] | None) -> Found:
        """Build or take over a first plan, then search until the stop says so or Ctrl-C."""
        self._first_plans(start)
        self._plans = sharing = self._shared()
        self._reserve = self._after(sharing.unassigned())
        self._note_best()
        self._report("searching", 0.0)
        try:
            breeding = None if start is not None else self._breeding(sharing)
            stopped_by = self._search(sharing) if breeding is None else self._breed(breeding)
        except KeyboardInterrupt:
            stopped_by = "interrupt"
        best = self._plans.finish()
        self._plans = Apart(self._engine, [best])
        if self._engine.place_all(best):
            self._note_best()
        found = Found(
            routes=routes_of(self._instance, best),
            cost=float(best.costs[s.BEST]) - self._engine.excess(best),
            state=best,
            stopped_by=stopped_by,
            iterations=self._iterations * self._threads,
            history=self._history,
        )
        self._report("done", 1.0)
        return found

    def _standing(self) -> Standing:
        return Standing(
            seconds=time.perf_counter() - self._started + self._reserve,
            iterations=self._iterations,
            best_cost=self._best,
            improved_at_seconds=self._improved_seconds,
            improved_at_iteration=self._improved_iteration,
        )

    def _first_plans(self, start: Sequence[Sequence[int]] | None) -> None:
        """The given plan completed, or the best of a few; the same for all chains."""
        engine, first = self._engine, self._first
        best: tuple[float, Ints] | None = None
        if start is None and self._has_time_for(_SECONDS_FOR_ROUTES):
            self._routes = engine.first_routes()
        routes = start if start is not None else self._routes
        began = self._stop.used(self._standing())
        for order in self._orders:
            engine.load_empty(first)
            if routes is not None:
                engine.follow(first, routes)
            engine.build(first, order)
            cost = float(first.costs[s.BEST])
            if best is None or cost < best[0]:
                best = (cost, first.lists[s.BEST_NEXT].copy())
            if start is not None or self._stop.used(self._standing()) - began > _FIRST_PART:
                break
            routes = None  # the others only one after another
        assert best is not None
        engine.load(first, best[1])
        if len(self._instance.orders) and len(self._instance.shifts):
            self._scale = max(engine.scale(first), 1e-9)
            used = [len(route) for route in routes_of(engine.instance, first) if route]
            self._stops = sum(used) / max(1, len(used))

    def _has_time_for(self, seconds_an_order: float) -> bool:
        """Whether more than so much is left."""
        return self._stop.left(self._standing()).seconds > seconds_an_order * len(
            self._instance.orders
        )

    def _shared(self) -> Sharing:
        engine, first, threads = self._engine, self._first, self._threads
        orders = len(self._instance.orders)
        each = math.ceil(orders / threads / LARGEST_PART)
        parts = each * threads
        if parts > 1 and orders >= ORDERS_A_PART * parts and isinstance(engine, PlainEngine):
            return Shared(engine, first, threads=threads, parts=parts, seed=self._seed)
        others = [engine.new_state(self._seed, chain) for chain in range(1, threads)]
        for other in others:
            engine.load(other, first.lists[s.BEST_NEXT].copy())
        return Apart(engine, [first, *others])

    def _search(self, sharing: Sharing) -> str:
        settings, stop = self._settings, self._stop
        if not len(self._instance.orders) or not len(self._instance.shifts):
            return stop.reason(self._standing())  # nothing to change
        parameters = steering(settings)
        tightness = self._tightness()
        slice_size, exchanged, furthest = _FIRST_SLICE, 0, 0.0
        with ThreadPoolExecutor(self._threads) as pool:
            while True:
                standing = self._standing()
                used = stop.used(standing)
                if used >= 1.0:
                    return stop.reason(standing)
                furthest = max(furthest, used if stop.bounded else self._settled())
                temperature = self._scale * settings.temperature(furthest, tightness, self._stops)
                chains = sharing.turn()
                for chain in chains:
                    chain.state.costs[s.TEMPERATURE] = temperature
                budget = stop.left(standing)
                if budget.seconds == math.inf:
                    size = self._fixed_slice(budget.iterations)
                else:
                    size = int(min(slice_size, budget.iterations))
                before = time.perf_counter()
                size = max(1, size)
                runs = [partial(it.engine.run, it.state, parameters, size) for it in chains]
                self._together(pool, runs, size)
                took = time.perf_counter() - before
                room = min(SLICE_SECONDS, budget.seconds)
                slice_size = max(1, int(size * min(4.0, room / max(took, 1e-6))))
                self._note_best()
                due = furthest * settings.exchanges
                if due >= exchanged + 1 and sharing.exchange():
                    exchanged = int(due)
                self._report("searching", used)

    def _breeding(self, sharing: Sharing) -> Breeding | None:
        """A population, where there is time for one and the first plan leaves nothing out."""
        engine, orders = self._engine, len(self._instance.orders)
        if not isinstance(engine, PlainEngine) or not isinstance(sharing, Apart):
            return None
        if not self._stop.bounded or not orders or sharing.unassigned():
            return None
        budget = self._stop.left(self._standing())
        iterations = self._threads * budget.iterations
        if budget.seconds < math.inf:
            self._pace = self._measured()
            iterations = min(iterations, self._threads * budget.seconds * self._pace)
        if iterations < ENOUGH * orders:
            return None
        settings = self._settings
        return Breeding(
            engine,
            sharing.states,
            sizes(orders, iterations),
            routes=self._routes,
            orders=self._orders,
            parameters=steering(settings),
            hot=self._scale * settings.temperature(0.0, 0.0, self._stops),
            cold=self._scale * settings.cold,
            seed=self._seed,
        )

    def _measured(self) -> float:
        """Iterations a second of one thread."""
        state = self._first
        plan = state.lists[s.BEST_NEXT].copy()
        state.costs[s.TEMPERATURE] = self._scale * self._settings.cold
        before = time.perf_counter()
        self._engine.run(state, steering(self._settings), _PACED)
        took = time.perf_counter() - before
        self._engine.load(state, plan)
        return _PACED / max(took, 1e-6)

    def _breed(self, breeding: Breeding) -> str:
        """Let the population grow and change until the stop says so."""
        self._plans = breeding
        with ThreadPoolExecutor(self._threads) as pool:
            while True:
                standing = self._standing()
                used = self._stop.used(standing)
                if used >= 1.0:
                    return self._stop.reason(standing)
                budget = self._stop.left(standing)
                most = budget.iterations
                if budget.seconds < math.inf:
                    most = min(most, max(1.0, budget.seconds * self._pace))
                tasks = breeding.turn(int(min(most, 1e9)))
                before = time.perf_counter()
                self._together(pool, tasks, tasks[0].iterations)
                self._pace = tasks[0].iterations / max(time.perf_counter() - before, 1e-6)
                breeding.take(tasks)
                self._note_best()
                self._report("searching", used)

    def _tightness(self) -> float:
        """0 where the first plan leaves nothing out, 1 where a tenth of the orders or more."""
        absent = self._plans.unassigned()
        return min(1.0, 10.0 * absent / len(self._instance.orders))

    def _settled(self) -> float:
        """Stands in for the fraction used where a stop has no end of its own."""
        return 1.0 - math.exp(-self._iterations / (20_000 + 20 * len(self._instance.orders)))

    def _fixed_slice(self, left: float) -> int:
        """Size of a slice that does not depend on the clock."""
        if not math.isfinite(left):
            return _UNBOUNDED_SLICE
        total = self._iterations + left
        return int(min(left, max(1, math.ceil(total / _SLICES)), 50_000))

    def _together(
        self, pool: ThreadPoolExecutor, runs: Sequence[Callable[[], None]], iterations: int
    ) -> None:
        """Do these at once, of so many iterations each."""
        if len(runs) == 1:
            runs[0]()
        else:
            for one in [pool.submit(run) for run in runs]:
                one.result()
        self._iterations += iterations

    def _note_best(self) -> None:
        cost = self._plans.best()
        if cost < self._raw_best - 1e-9:
            self._raw_best = cost
            cost -= self._plans.excess()
            self._best = cost
            standing = self._standing()
            self._improved_seconds = standing.seconds
            self._improved_iteration = self._iterations
            self._history.append(
                Improvement(
                    seconds=time.perf_counter() - self._started,
                    iterations=self._iterations * self._threads,
                    cost=cost,
                )
            )

    def _report(self, phase: str, fraction: float) -> None:
        if self._tell is not None:
            self._tell(
                Progress(
                    phase=phase,  # type: ignore[arg-type]
                    fraction=fraction,
                    seconds=time.perf_counter() - self._started,
                    iterations=self._iterations * self._threads,
                    best_cost=self._best,
                    unassigned=self._plans.unassigned(),
                )
            )


def steering(settings: Settings) -> Floats:
    """The settings as the kernels read them."""
    parameters = np.zeros(kernel.PARAMETERS)
    parameters[kernel.REMOVED] = settings.removed
    parameters[kernel.LONGEST] = settings.longest
    parameters[kernel.SPLIT] = settings.split
    parameters[kernel.BLINK] = settings.blink
    parameters[kernel.AT_ABSENT] = settings.at_absent
    parameters[kernel.COOLING] = 1.0
    parameters[kernel.EAGER] = settings.eager
    parameters[kernel.TAILS] = settings.tails
    parameters[kernel.SWAPS] = settings.swaps
    return parameters


def build_orders(instance: Instance) -> list[Ints]:
    """A few sequences in which a greedy first plan takes the orders."""
    o, costs = instance.orders, instance.order_costs
    skip = costs[:, f.SKIP_COST]
    hands = np.isfinite(instance.pairs).sum(axis=1)[o[:, f.ROW]]
    keys = [
        (o[:, f.HI] - o[:, f.LO], hands, -skip),
        (-costs[:, f.DISTANCE], -skip),
        (o[:, f.HI], -skip),
        (o[:, f.HI] - o[:, f.LO], -costs[:, f.PER_SERVICE]),
    ]
    return [np.lexsort(key).astype(np.int64) for key in keys]
