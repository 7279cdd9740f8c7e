"""More routes than there were: what a search on long routes does not come to by itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import fields as f

_MARGIN = 0.25
"""Part of a route that stays together at each end."""
_LEAST = 4
"""Visits of a route that is divided."""


def divide(
    instance: Instance,
    routes: Sequence[Sequence[int]],
    times: int,
    random: np.random.Generator,
) -> list[list[int]]:
    """A plan with that many routes more: what comes after some visit goes to an unused shift.

    Parameters
    ----------
    instance : Instance
        Whose plan it is.
    routes : list of list of int
        By shift: the orders in sequence.
    times : int
        How many random ones are divided, one after the other, where another shift of the same kind
        is unused.
    random : numpy.random.Generator
        Chooses the routes, and the visits.
    """
    made = [list(route) for route in routes]
    kinds = instance.shifts[:, f.KIND].tolist()
    for _ in range(times):
        unused = {kind: v for v, kind in enumerate(kinds) if not made[v]}
        long = [v for v, route in enumerate(made) if len(route) >= _LEAST and kinds[v] in unused]
        if not long:
            break
        v = long[int(random.integers(len(long)))]
        at = round(len(made[v]) * random.uniform(_MARGIN, 1.0 - _MARGIN))
        made[unused[kinds[v]]], made[v] = made[v][at:], made[v][:at]
    return made
