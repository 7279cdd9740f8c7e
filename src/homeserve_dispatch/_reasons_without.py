"""The rules of the search with some of them left aside: what helps is what was in the way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from homeserve_dispatch.instance import Ints
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.rules import fields as g
from homeserve_dispatch.search.rules.data import Rules


def members_of(rules: Rules, first: int) -> list[int]:
    """The visits that are done together or not at all from this one on."""
    found = []
    at = first
    while at >= 0:
        found.append(at)
        at = int(rules.visits[at, g.FOLLOWER])
    return found


def without_ties(rules: Rules, order_of: Ints, visits: Sequence[int], *, crew: bool) -> Rules:
    """Leave aside what binds times, workers and days of these visits.

    Parameters
    ----------
    rules : Rules
        As they are; nothing in them is changed.
    order_of : int64 (n,)
        Number of each visit's order.
    visits : sequence of int
        Whose ties.
    crew : bool
        Those within a crew; otherwise those with other orders.
    """
    owner = np.repeat(np.arange(len(rules.visits)), rules.visits[:, g.BONDS])  # side by side
    partner = rules.bonds[: len(owner), g.PARTNER]
    ours = np.isin(owner, visits) | np.isin(partner, visits)
    ours &= (order_of[owner] == order_of[partner]) == crew
    bonds, groups = rules.bonds.copy(), rules.groups.copy()
    bonds[np.flatnonzero(ours), g.BINDS] = 0
    for at in visits:
        first = rules.visits[at, g.GROUP]
        for row in range(first, first + rules.visits[at, g.GROUPS]):
            if _is_crew(rules, order_of, row) == crew:
                groups[row, g.GROUP_SIZE] = 0
    return rules._replace(bonds=bonds, groups=groups)


def _is_crew(rules: Rules, order_of: Ints, row: int) -> bool:
    first = rules.groups[row, g.GROUP_FIRST]
    inside = rules.members[first : first + rules.groups[row, g.GROUP_SIZE]]
    return len(set(order_of[inside].tolist())) == 1


def ending_with(rules: Rules, last: int) -> Rules:
    """Ask for nothing behind this visit of those that are done together."""
    visits = rules.visits.copy()
    visits[last, g.FOLLOWER] = -1
    return rules._replace(visits=visits)


def single(rules: Rules, visit: int) -> Rules:
    """Ask for this visit alone: no other of its crew, no other time of recurring work."""
    visits = rules.visits.copy()
    visits[visit, g.FOLLOWER] = visits[visit, g.RECURS] = -1
    return rules._replace(visits=visits)


def without_continuity(rules: Rules, customer: int) -> Rules:
    """Let that customer see as many workers as it takes."""
    customers = rules.customers.copy()
    customers[customer, g.MAX_WORKERS] = f.FAR
    return rules._replace(customers=customers)


def without_limit(rules: Rules, column: int) -> Rules:
    """Leave one limit of all workers aside."""
    workers = rules.workers.copy()
    workers[:, column] = -1 if column == g.MIN_REST else f.FAR
    return rules._replace(workers=workers)


def has_limit(rules: Rules, column: int, workers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Those of the workers who have it."""
    stated = rules.workers[workers, column]
    found: npt.NDArray[np.int64] = workers[stated >= 0 if column == g.MIN_REST else stated < f.FAR]
    return found
