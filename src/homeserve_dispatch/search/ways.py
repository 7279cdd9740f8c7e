"""Which way of searching suits a problem and the time there is."""

from __future__ import annotations

import math
from enum import Enum

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search.scale import visits_of_a_shift
from homeserve_dispatch.search.settings import Settings


class Way(Enum):
    """How chains that each have a plan of their own go about it."""

    ANNEAL = "one long annealing"
    GATHER = "the same, and then plans put together of the routes of many"
    BREED = "a population of plans"


def way(
    instance: Instance, settings: Settings, *, iterations: float, unassigned: int, begun: bool
) -> Way:
    """The best for orders that are bound to nothing but their own route.

    Parameters
    ----------
    instance : Instance
        What is planned.
    settings : Settings
        Where the lines are drawn.
    iterations : float
        Of the whole run, all threads together; infinite: nobody knows.
    unassigned : int
        Orders that the first plan leaves out.
    begun : bool
        Whether the user gave a plan to begin with.
    """
    an_order = iterations / max(1, len(instance.orders))
    if visits_of_a_shift(instance) < settings.roomy:
        return Way.GATHER if an_order >= settings.gathered else Way.ANNEAL
    if begun or unassigned or not settings.bred <= an_order < math.inf:
        return Way.ANNEAL
    return Way.BREED
