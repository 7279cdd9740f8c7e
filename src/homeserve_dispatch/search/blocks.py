"""Many legs at once, and what is usual, in numpy: for what is done once, not in a search."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from homeserve_dispatch.instance import Floats, Instance, Ints
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.travel.tables import TABLES, metres_between


def legs_between(
    instance: Instance, mode: int, origins: Ints, destinations: Ints
) -> tuple[Floats, Floats]:
    """Milliseconds and metres, as the kernel's ``leg``; the two arrays of places are broadcast.

    Parameters
    ----------
    instance : Instance
        Whose legs.
    mode : int
        Travel mode.
    origins, destinations : int64
        Numbers of places, of shapes that go together.

    Returns
    -------
    ms, m : float64
        Whole numbers.
    """
    facts, weights = instance.facts, instance.weights
    if facts[f.GEOMETRY] == TABLES:
        rows = mode * facts[f.N_LOCATIONS] + origins
        return (
            instance.legs[rows, 2 * destinations].astype(np.float64),
            instance.legs[rows, 2 * destinations + 1].astype(np.float64),
        )
    metres = metres_between(
        int(facts[f.GEOMETRY]),
        instance.points[origins],
        instance.points[destinations],
        float(weights[f.GRID]),
        float(weights[f.DETOUR]),
    )
    nowhere = facts[f.NOWHERE]
    none = (origins == destinations) | (origins == nowhere) | (destinations == nowhere)
    ms = facts[f.OVERHEAD_MS] + np.ceil(metres * 3600.0 / weights[f.SPEEDS + mode])
    return np.where(none, 0.0, ms), np.where(none, 0.0, np.ceil(metres))


def usual_mode(instance: Instance) -> int:
    """The travel mode of most shifts."""
    return int(np.bincount(instance.shifts[:, f.MODE]).argmax())


def usual_prices(instance: Instance) -> tuple[float, float]:
    """Cost per millisecond and per metre of the mean shift; of time alone where both are 0."""
    per_ms, per_m = (float(instance.rates[:, k].mean()) for k in (f.PER_MS, f.PER_M))
    return (per_ms, per_m) if per_ms != 0.0 or per_m != 0.0 else (1.0, 0.0)


def one_of_each_kind(instance: Instance) -> Ints:
    """A shift of each kind, by the number of the kind."""
    facts = instance.facts
    shifts, kinds = int(facts[f.N_SHIFTS]), int(facts[f.N_KINDS])
    return facts[f.FACTS + facts[f.FACTS + shifts : f.FACTS + shifts + kinds]]


def sort_by_kind(rows: Ints) -> Ints:
    """Shifts sorted by their KIND, then where each kind begins, as ``Instance.facts`` has them.

    Where each stands among its kind is written to their KIND_AT.
    """
    kind = rows[:, f.KIND]
    members = np.argsort(kind, kind="stable")
    many = np.bincount(kind)
    first = np.concatenate((np.zeros(1, np.int64), np.cumsum(many)))
    rows[members, f.KIND_AT] = np.arange(len(rows)) - first[kind[members]]
    return np.concatenate((members, first))


def nearest(keys: Floats, ids: Ints, most: int) -> npt.NDArray[np.int32]:
    """For each row of keys the ids of the ``most`` least, cheapest first, -1 for infinite ones."""
    if keys.shape[1] > most:
        chosen = np.argpartition(keys, most - 1, axis=1)[:, :most]
    else:
        chosen = np.broadcast_to(np.arange(keys.shape[1]), keys.shape)
    least = np.take_along_axis(keys, chosen, axis=1)
    # By key, then by number: the same on every machine.
    order = np.lexsort((chosen, least), axis=1)
    chosen = np.take_along_axis(chosen, order, axis=1)
    least = np.take_along_axis(least, order, axis=1)
    found = np.full((len(keys), most), -1, np.int32)
    found[:, : chosen.shape[1]] = np.where(np.isfinite(least), ids[chosen], -1)
    return found
