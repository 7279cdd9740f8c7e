"""Which way of searching suits a problem and the time: for each thread, and all together."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import Enum

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search.scale import visits_of_a_shift
from homeserve_dispatch.search.settings import Settings

ORDERS_A_PART = 250
"""With fewer, threads do not share one plan: too many routes would be out of reach."""
LARGEST_PART = 1000
"""Orders: of a larger plan each thread works on several parts in turn."""
_LITTLE = 0.15
"""Of the orders are left out: then what is left to win are detours, which cross the borders of
parts, and where there is time for it threads do not share one plan."""
_MOST_GATHERED = 1500
"""Orders: of more the solver does not make a plan in its seconds."""
_MOST_BRED = 500
"""Orders: with a thousand, one long annealing gets a little further in a minute."""


class Way(Enum):
    """How the chains go about it."""

    ANNEAL = "one long annealing"
    GATHER = "the same, and then plans put together of the routes of many"
    DIVIDE = "the same, each thread but one from the best plan with a few routes more"
    BREED = "a population of plans"


def parts_shared(
    orders: int,
    threads: int,
    settings: Settings,
    *,
    iterations: Callable[[], float],
    unassigned: int,
) -> int:
    """Into how many parts a plan is dealt that all threads work on; 0: each has one of its own.

    Of orders that are bound to nothing but their own route.

    Parameters
    ----------
    orders, threads : int
        How many there are.
    settings : Settings
        Where the lines are drawn.
    iterations : callable
        As in ``way``.
    unassigned : int
        Orders that the first plan leaves out.
    """
    parts = threads * math.ceil(orders / threads / LARGEST_PART)
    if parts < 2 or orders < ORDERS_A_PART * parts:
        return 0
    if unassigned >= _LITTLE * orders:
        return parts
    enough = settings.alone * threads * orders**2 <= iterations() < math.inf
    return 0 if enough else parts


def way(
    instance: Instance,
    settings: Settings,
    *,
    iterations: Callable[[], float],
    shared: bool,
    unassigned: int,
    begun: bool,
) -> Way:
    """The best for orders that are bound to nothing but their own route.

    Parameters
    ----------
    instance : Instance
        What is planned.
    settings : Settings
        Where the lines are drawn.
    iterations : callable
        Says how many the whole run has, all threads together; infinite: nobody knows. Asked only
        where it matters.
    shared : bool
        Whether all chains work on parts of one plan.
    unassigned : int
        Orders that the first plan leaves out.
    begun : bool
        Whether the user gave a plan to begin with.
    """
    orders = len(instance.orders)
    if visits_of_a_shift(instance) < settings.roomy:
        least = settings.gathered_shared if shared else settings.gathered
        enough = orders <= _MOST_GATHERED and iterations() >= least * orders
        return Way.GATHER if enough else Way.ANNEAL
    if shared or unassigned:
        return Way.ANNEAL
    if begun or orders >= _MOST_BRED:
        return Way.DIVIDE
    enough = settings.bred * orders <= iterations() < math.inf
    return Way.BREED if enough else Way.DIVIDE
