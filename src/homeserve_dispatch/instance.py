"""From the user's objects to arrays: the only thing that the search sees."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Ints32 = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


class Instance(NamedTuple):
    """A problem in numbers. Times are int64 ms from the start of the first shift.

    Columns of the records are named in ``search.fields``. All arrays are C-contiguous, and
    always of these dtypes: the kernel is compiled once.

    Attributes
    ----------
    facts : int64 (FACTS + V + kinds + 1,)
        Sizes and switches; then the shifts sorted by kind, and where in them each kind begins.
    weights : float64 (SPEEDS + modes,)
        Weights that do not depend on the shift; speeds.
    orders : int64 (n, ORDER)
        What each order asks for.
    order_costs : float64 (n, DEMANDS + R)
        Skip costs, keys for sorting, demand for each resource.
    windows : int64 (w, 3)
        Time windows in order, those of an order side by side.
    shifts : int64 (V, SHIFT)
        Each worker's shifts, in the order of the problem.
    rates : float64 (V, CAPACITIES + R)
        Cost per ms, per m, per case; capacity for each resource.
    pairs : float64 (rows, V)
        Cost of the preferences that an order of that row misses in that shift; infinite where
        the worker may not do it.
    legs : int32 (modes * L, 2 * L)
        Row: mode * L + origin; columns 2 * destination: ms, and + 1: metres. Where the ways back
        are not alike, twice as many rows: from BACK on mode * L + destination, columns by
        origin. (1, 2) where legs are worked out from ``points``.
    points : float64 (L, 4)
        What is needed to work legs out; see ``travel.tables.Geometry``.
    close : int32 (n, N_NEAR + N_AROUND + N_CLOSE_KINDS)
        Lists of each order, each ended by -1 where it is short: nearest orders for insertion;
        nearest orders by travel alone; kinds of shifts that it may begin a route of, cheapest
        first.
    """

    facts: Ints
    weights: Floats
    orders: Ints
    order_costs: Floats
    windows: Ints
    shifts: Ints
    rates: Floats
    pairs: Floats
    legs: Ints32
    points: Floats
    close: Ints32
