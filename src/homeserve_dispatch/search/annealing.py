"""Chains of the kernel in threads, in slices: cooling, and exchange of what they found."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from homeserve_dispatch.instance import Floats
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.building import First
from homeserve_dispatch.search.cooling import Cooling
from homeserve_dispatch.search.pool import Pool
from homeserve_dispatch.search.settings import Settings
from homeserve_dispatch.search.sharing import Chain, Sharing
from homeserve_dispatch.search.steering import steering
from homeserve_dispatch.search.watch import Watch

SLICE_SECONDS = 0.1
"""Time between two returns from the kernel: for the stop, progress and Ctrl-C."""
_FIRST_SLICE = 50
_SLICES = 200
_UNBOUNDED_SLICE = 2000


def anneal(
    watch: Watch,
    sharing: Sharing,
    first: First,
    settings: Settings,
    *,
    orders: int,
    exchanges: int,
    pool: Pool | None = None,
) -> None:
    """Cool until the stop says so.

    Parameters
    ----------
    watch : Watch
        Knows when to end.
    sharing : Sharing
        The chains.
    first : First
        What the first plan is like: the unit of temperature, and stops of a route.
    settings : Settings
        How to go about it.
    orders : int
        How many there are.
    exchanges : int
        How often the chains hear of one another, over the whole run.
    pool : Pool, optional
        Remembers routes; in the end plans are put together of them.
    """
    stop, parameters = watch.stop, steering(settings)
    cooling = Cooling(first, settings, gathers=pool is not None)
    slice_size, exchanged, over = _FIRST_SLICE, 0, 0.0
    with ThreadPoolExecutor(watch.threads) as threads:
        while True:
            standing = watch.standing()
            used = stop.used(standing)
            if used >= 1.0:
                return
            over = max(over, used if stop.bounded else _settled(watch.iterations, orders))
            if pool is not None:
                seconds = cooling.solving(over, standing.seconds, stop.left(standing))
                if seconds > 0.0:
                    _put_together(sharing, pool, seconds)
            cooling.left_out(sharing.unassigned() / orders)
            chains = sharing.turn()
            for chain in chains:
                chain.state.costs[s.TEMPERATURE] = cooling.temperature(over)
            budget = stop.left(watch.standing())
            if budget.seconds == math.inf:
                size = max(1, fixed_slice(budget.iterations, watch.iterations))
                runs = [partial(it.engine.run, it.state, parameters, size) for it in chains]
                watch.together(threads, runs)
                watch.iterations += size
            else:
                size = max(1, int(min(slice_size, budget.iterations)))
                before = _done(chains)
                took = watch.together(threads, until_one_ends(chains, parameters, size))
                watch.iterations += math.ceil((_done(chains) - before) / watch.threads)
                room = min(SLICE_SECONDS, budget.seconds)
                slice_size = max(1, int(size * min(4.0, room / max(took, 1e-6))))
            watch.note(sharing)
            if pool is not None:
                pool.note(sharing.routes())
            due = over * exchanges
            if due >= exchanged + 1 and sharing.exchange():
                exchanged = int(due)
            watch.report("searching", used, sharing)


def _put_together(sharing: Sharing, pool: Pool, seconds: float) -> None:
    """All chains go on from the best plan that the routes make, found in so many seconds."""
    state = sharing.finish()
    plan = pool.better(state, seconds)
    sharing.go_on(state.lists[s.BEST_NEXT].copy() if plan is None else plan)


def until_one_ends(
    chains: Sequence[Chain], parameters: Floats, size: int
) -> list[Callable[[], None]]:
    """Run the chains for so many iterations at most: no thread is to wait for a slower one."""

    def run(chain: Chain) -> None:
        chain.engine.run(chain.state, parameters, size)
        for other in chains:
            other.state.numbers[s.ENOUGH] = 1

    for chain in chains:
        chain.state.numbers[s.ENOUGH] = 0
    return [partial(run, chain) for chain in chains]


def _done(chains: Sequence[Chain]) -> int:
    """Iterations of all of them until now."""
    return sum(int(chain.state.numbers[s.ITERATIONS]) for chain in chains)


def _settled(iterations: int, orders: int) -> float:
    """Stands in for the fraction used where a stop has no end of its own."""
    return 1.0 - math.exp(-iterations / (20_000 + 20 * orders))


def fixed_slice(left: float, done: int) -> int:
    """Size of a slice that does not depend on the clock."""
    if not math.isfinite(left):
        return _UNBOUNDED_SLICE
    return int(min(left, max(1, math.ceil((done + left) / _SLICES)), 50_000))
