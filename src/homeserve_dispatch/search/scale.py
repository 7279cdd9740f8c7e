"""What a change typically costs: the unit of temperature."""

from __future__ import annotations

import numpy as np

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.blocks import legs_between
from homeserve_dispatch.search.jit import folded
from homeserve_dispatch.search.legs import leg

REACH = 5
"""Nearest orders that are looked at."""


def scale_of(instance: Instance) -> float:
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


@folded
def travel_scale(inst: Instance, reach: int) -> float:
    """Mean cost of travel from an order to its few nearest, at the mean rates."""
    n, shifts = inst.facts[f.N_ORDERS], inst.facts[f.N_SHIFTS]
    per_ms, per_m = 0.0, 0.0
    for v in range(shifts):
        per_ms += inst.rates[v, f.PER_MS] / shifts
        if inst.shifts[v, f.PAID_FROM_DEPARTURE] == 1:
            per_ms += inst.rates[v, f.PAID] / shifts
        per_m += inst.rates[v, f.PER_M] / shifts
    total, count = 0.0, 0
    for c in range(n):
        for k in range(min(reach, inst.facts[f.N_AROUND])):
            other = int(inst.close[c, inst.facts[f.N_NEAR] + k])
            if other < 0:
                break
            mode = inst.shifts[0, f.MODE]
            ms, m = leg(inst, mode, inst.orders[c, f.PLACE], inst.orders[other, f.PLACE])
            total += per_ms * ms + per_m * m
            count += 1
    return total / max(1, count)
