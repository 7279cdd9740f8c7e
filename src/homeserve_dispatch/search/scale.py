"""What a change typically costs: the unit of temperature."""

from __future__ import annotations

import numpy as np

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.blocks import legs_between

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
    paid = np.where(instance.shifts[:, f.PAID_FROM_DEPARTURE] == 1, instance.rates[:, f.PAID], 0.0)
    per_ms = float((instance.rates[:, f.PER_MS] + paid).mean())
    costs = per_ms * ms + float(instance.rates[:, f.PER_M].mean()) * m
    return float(costs[others >= 0].mean()) if (others >= 0).any() else 0.0
