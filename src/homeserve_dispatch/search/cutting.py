"""A part of an instance as an instance of its own.

In it the search finds only what is its own to change, and all of it close together in memory: an
iteration of a plan of many thousand orders costs what it costs in a plan of a few hundred.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from homeserve_dispatch.instance import Instance, Ints, Ints32
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.blocks import sort_by_kind


class Part(NamedTuple):
    """Some orders and shifts of an instance.

    Attributes
    ----------
    instance : Instance
        They alone, numbered in the same sequence. Places, legs and windows are those of the whole.
    nodes : int64 (N,)
        For each node of the part its number in the whole: orders, starts, ends.
    """

    instance: Instance
    nodes: Ints


def cut(whole: Instance, mine: npt.NDArray[np.bool_]) -> Part:
    """The instance of some orders and shifts.

    Parameters
    ----------
    whole : Instance
        All of them.
    mine : bool (n + V,)
        Orders, then shifts.
    """
    n, shifts = int(whole.facts[f.N_ORDERS]), int(whole.facts[f.N_SHIFTS])
    orders, routes = np.flatnonzero(mine[:n]), np.flatnonzero(mine[n:])
    order_rows = whole.orders[orders]
    rows, order_rows[:, f.ROW] = np.unique(order_rows[:, f.ROW], return_inverse=True)
    shift_rows = whole.shifts[routes]
    kinds, shift_rows[:, f.KIND] = np.unique(shift_rows[:, f.KIND], return_inverse=True)
    facts = whole.facts[: f.FACTS].copy()
    facts[f.N_ORDERS], facts[f.N_SHIFTS] = len(orders), len(routes)
    facts[f.N_KINDS] = len(kinds)
    instance = whole._replace(
        facts=np.concatenate((facts, sort_by_kind(shift_rows))),
        orders=order_rows,
        order_costs=whole.order_costs[orders],
        shifts=shift_rows,
        rates=whole.rates[routes],
        pairs=np.ascontiguousarray(whole.pairs[np.ix_(rows, routes)]),
        close=_close(whole, orders, kinds),
    )
    return Part(instance, np.concatenate((orders, n + routes, n + shifts + routes)))


def _close(whole: Instance, orders: Ints, kinds: Ints) -> Ints32:
    """The lists of neighbours of these orders, without all that is not among them."""
    n, shifts = int(whole.facts[f.N_ORDERS]), int(whole.facts[f.N_SHIFTS])
    near, around = int(whole.facts[f.N_NEAR]), int(whole.facts[f.N_AROUND])
    close = whole.close[orders]
    # The last entry is that of -1, which ends a list.
    order_at = np.full(n + 1, -1, np.int32)
    order_at[orders] = np.arange(len(orders))
    kind_at = np.full(shifts + 1, -1, np.int32)
    kind_at[kinds] = np.arange(len(kinds))
    return np.ascontiguousarray(
        np.hstack(
            (
                _drawn_together(order_at[close[:, :near]]),
                _drawn_together(order_at[close[:, near : near + around]]),
                _drawn_together(kind_at[close[:, near + around :]]),
            )
        )
    )


def _drawn_together(lists: Ints32) -> Ints32:
    """What there is of each row first, in its sequence, then -1."""
    found: Ints32 = np.take_along_axis(lists, np.argsort(lists < 0, axis=1, kind="stable"), axis=1)
    return found


def chains_of(part: Part, whole: Ints) -> Ints:
    """A plan of the whole (as ``BEST_NEXT``) as far as it is this part's, in its numbers."""
    at = np.full(len(whole) + 1, -1, np.int64)  # the last entry is that of -1
    at[part.nodes] = np.arange(len(part.nodes))
    return at[whole[part.nodes]]


def put_back(part: Part, chains: Ints, whole: Ints) -> None:
    """Write this part's chains into a plan of the whole."""
    following = chains[: len(part.nodes)]
    whole[part.nodes] = np.where(following >= 0, part.nodes[following], -1)
