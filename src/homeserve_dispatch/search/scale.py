"""What a change typically costs: the unit of temperature."""

from __future__ import annotations

import numpy as np

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.blocks import legs_between
from homeserve_dispatch.search.state import State

REACH = 5
"""Nearest orders that are looked at."""


def travel_scale(instance: Instance) -> float:
    """Mean cost of travel from an order to its few nearest, at the mean rates."""
    first = int(instance.facts[f.N_NEAR])
    reach = min(REACH, int(instance.facts[f.N_AROUND]))
    others = instance.close[:, first : first + reach]
    mode = int(instance.shifts[0, f.MODE])
    places = instance.orders[:, f.PLACE]
    ms, m = legs_between(instance, mode, places[:, None], places[others])
    per_ms, per_m = _prices(instance)
    costs = per_ms * ms + per_m * m
    return float(costs[others >= 0].mean()) if (others >= 0).any() else 0.0


def _prices(instance: Instance) -> tuple[float, float]:
    """Mean cost of a millisecond and of a metre on the way."""
    paid = np.where(instance.shifts[:, f.PAID_FROM_DEPARTURE] == 1, instance.rates[:, f.PAID], 0.0)
    per_ms = float((instance.rates[:, f.PER_MS] + paid).mean())
    return per_ms, float(instance.rates[:, f.PER_M].mean())


def leg_scale(instance: Instance, state: State) -> float:
    """A third of the mean cost of a leg in the plan that is loaded.

    About the same, but in clusters: there the nearest are next door, and the changes that matter
    are not among those.
    """
    routes = state.routes[: len(instance.shifts)]
    per_ms, per_m = _prices(instance)
    cost = per_ms * routes[:, f.TRAVEL_MS] + per_m * routes[:, f.DISTANCE_M]
    used = routes[:, f.COUNT] > 0
    return float(cost.sum()) / max(1, 3 * int(routes[used, f.COUNT].sum() + used.sum()))
