"""Why an order is left out: what keeps it from every worker, in codes and in words."""

from __future__ import annotations

import numpy as np

from homeserve_dispatch._reasons_who import Reasons, nobody
from homeserve_dispatch.encode import Encoded
from homeserve_dispatch.model import Problem
from homeserve_dispatch.model.order import Order
from homeserve_dispatch.plan import Reason, Unassigned
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import kernel
from homeserve_dispatch.search.state import State
from homeserve_dispatch.search.whys import Why, whys

_ALONE = {
    Why.UNREACHABLE: (Reason.UNREACHABLE, "cannot get there and back"),
    Why.CAPACITY: (Reason.CAPACITY, "cannot carry what it needs"),
    Why.VISITS: (Reason.MAX_VISITS, "may not make a visit"),
    Why.TRAVEL: (Reason.MAX_TRAVEL, "would travel longer than allowed"),
    Why.DISTANCE: (Reason.MAX_DISTANCE, "would travel farther than allowed"),
    Why.WORK: (Reason.MAX_WORK, "would work longer than allowed"),
    Why.WINDOW: (Reason.TIME_WINDOW, "cannot be there in time"),
    Why.SHIFT: (Reason.SHIFT, "cannot be done before the shift is over"),
}


class Explainer:
    """Gives the reasons for orders that a plan leaves out.

    Parameters
    ----------
    problem : Problem
        What was planned.
    encoded : Encoded
        The same in numbers.
    state : State
        With the plan loaded.
    """

    def __init__(self, problem: Problem, encoded: Encoded, state: State) -> None:
        self._problem, self._encoded, self._state = problem, encoded, state
        self._by_row: dict[int, Reasons] = {}
        self._number = {identity: at for at, identity in enumerate(encoded.orders)}

    def explain(self, order: Order) -> Unassigned:
        """The order as left out, with reasons and words."""
        skip = self._problem.effective(order).skip_cost
        reasons, details = self._reasons(order, skip)
        return Unassigned(order=order.id, reasons=reasons, details=details, skip_cost=skip)

    def _reasons(self, order: Order, skip: float) -> Reasons:
        instance = self._encoded.instance
        if not self._encoded.shifts:
            return (Reason.SHIFT,), "no worker has a shift"
        at = self._number[order.id]
        row = int(instance.orders[at, f.ROW])
        eligible = int(np.isfinite(instance.pairs[row]).sum())
        if eligible == 0:
            if row not in self._by_row:
                skills = self._problem.effective(order).skills
                self._by_row[row] = nobody(self._problem, order, skills)
            return self._by_row[row]
        shift, cost = kernel.cheapest(instance, self._state, at)
        if shift >= 0:
            worker = self._encoded.shifts[shift][0]
            if cost >= skip - 1e-6:
                words = f"costs {cost:.2f} with worker {worker!r}, leaving it out {skip:.2f}"
                return (Reason.NOT_WORTH_IT,), words
            return (Reason.SEARCH_LIMIT,), f"fits with worker {worker!r} for {cost:.2f}"
        counts = whys(instance, at)
        if counts[Why.BUSY]:
            words = f"{_shifts(counts[Why.BUSY])} could do it, and other work is in the way"
            return (Reason.NO_ROOM,), words
        found = sorted((why for why in _ALONE if counts[why]), key=lambda why: -counts[why])
        words = "; ".join(f"{_shifts(counts[why])}: {_ALONE[why][1]}" for why in found)
        return tuple(dict.fromkeys(_ALONE[why][0] for why in found)), words


def _shifts(count: int) -> str:
    return f"{count} shift{'s' if count > 1 else ''}"
