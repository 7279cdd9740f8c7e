"""How much an order that is put in can take off what a plan costs, at most.

By it the search gives up what cannot become good. Where a detour is a short cut, an order pays the
setup of the next at its place, or has a way driven before a break and not behind it, a little more
may come off; what is given up wrongly then is a plan that was hardly better.
"""

from __future__ import annotations

import numpy as np

from homeserve_dispatch.instance import Floats, Instance, Ints
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.rules import fields as g
from homeserve_dispatch.search.rules.data import Rules


def worth(skip: Floats, service_ms: Ints | Floats, saved_per_ms: float, rates: Floats) -> Floats:
    """What is left out no more, and time that is idle no more because somebody serves or drives.

    Parameters
    ----------
    skip : float64 (n,)
        What leaving the order out costs.
    service_ms : int64 or float64 (n,)
        Longest service.
    saved_per_ms : float
        What waiting and the like cost, each ms.
    rates : float64 (V, CAPACITIES + R)
        Where driving costs less than waiting, a detour pays, and nothing is sure.

    Returns
    -------
    float64 (n,)
        Infinite where nothing is sure.
    """
    if np.isinf(saved_per_ms) or saved_per_ms > rates[:, f.PER_MS].min(initial=np.inf):
        return np.full(len(skip), np.inf)
    return np.asarray(skip + saved_per_ms * service_ms)


def plain_worth(skip: Floats, orders: Ints, rates: Floats) -> Floats:
    """The same of orders that are bound to nothing but their own route."""
    service = orders[:, f.DURATION] + orders[:, f.SETUP]
    return worth(skip, service, rates[:, f.WAITING].max(initial=0.0), rates)


def ruled_worth(instance: Instance, rules: Rules) -> Floats:
    """The same of visits with all that goes with them, and of breaks; skip costs must be there."""
    w, visits = rules.weights, rules.visits
    saved = float((instance.rates[:, f.WAITING] + rules.shift_costs[:, g.IDLE_RATE]).max(initial=0))
    saved += 2.0 * w[g.BALANCE_PER_MS]
    if w[g.MAX_IDLE_PER_MS] > 0.0 or rules.facts[g.HAS_TRAFFIC] == 1:
        saved = np.inf
    service = (instance.orders[:, f.DURATION] + instance.orders[:, f.SETUP]).astype(np.float64)
    if rules.facts[g.HAS_SPEED] == 1:
        service *= g.FASTEST
    calls = service[visits[:, g.KIND] == g.RESTOCK].max(initial=0.0)
    together = np.zeros(len(service))
    np.add.at(together, visits[:, g.LEADER], service + calls)
    skip = instance.order_costs[:, f.SKIP_COST] + rules.visit_costs[:, g.MISSED_BREAK]
    return worth(skip, together, saved, instance.rates)
