"""What a change typically costs, the unit of temperature, and how long routes can get."""

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
    ms, m = _near_legs(instance)
    per_ms, per_m = _prices(instance)
    return per_ms * ms + per_m * m


def visits_of_a_shift(instance: Instance) -> float:
    """Visits that a shift has room for, about, in the mean of all; windows and skills left aside.

    By the time that they and the ways between neighbours take, what is carried, and limits on
    their number.
    """
    each = float(instance.orders[:, f.DURATION].mean()) + _near_legs(instance)[0]
    shifts = instance.shifts
    room = np.minimum(
        (shifts[:, f.SHIFT_LIMIT] - shifts[:, f.SHIFT_START]) / max(1.0, each),
        shifts[:, f.MAX_VISITS],
    )
    demand = instance.order_costs[:, f.DEMANDS :].mean(axis=0)
    for one, capacity in zip(demand, instance.rates[:, f.CAPACITIES :].T, strict=True):
        # Who carries nothing of it does other orders.
        room = np.where(capacity < one, room, np.minimum(room, capacity / max(1e-9, one)))
    return float(room.mean())


def _near_legs(instance: Instance) -> tuple[float, float]:
    """Mean way from an order to its few nearest: ms and metres."""
    first = int(instance.facts[f.N_NEAR])
    reach = min(REACH, int(instance.facts[f.N_AROUND]))
    others = instance.close[:, first : first + reach]
    if not (others >= 0).any():
        return 0.0, 0.0
    mode = int(instance.shifts[0, f.MODE])
    places = instance.orders[:, f.PLACE]
    ms, m = legs_between(instance, mode, places[:, None], places[others])
    return float(ms[others >= 0].mean()), float(m[others >= 0].mean())


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
