"""What a plan costs: one weight for each part."""

from __future__ import annotations

from typing import Literal

from homeserve_dispatch.model.base import Amount, Model

PARTS = (
    "travel_time",
    "travel_distance",
    "shift_use",
    "paid_time",
    "overtime",
    "waiting",
    "lateness",
    "sla_lateness",
    "unassigned",
    "preference",
    "worst_lateness",
    "idle_time",
    "max_idle",
    "workload_balance",
    "missed_break",
    "continuity",
    "response_time",
)
"""Names of the cost parts, in the order in which reports list them."""

Hard = Literal["hard"]


class Objective(Model):
    """One weight for each part of the cost; a part's cost is weight times amount.

    The defaults are meant for a home-service company that pays its people for the day anyway:
    an hour on the road costs 30 (wage and the work not done in it), a kilometre 0.30, overtime
    45 an hour, an hour of waiting 6 (less than driving: it can be used), lateness 60 an hour,
    and an order left out 150 to 1650 by priority, so that hardly any detour in a city is too
    far to serve one. ``"hard"`` forbids the part altogether.

    Attributes
    ----------
    travel_time : float
        An hour of travel.
    travel_distance : float
        A kilometre of travel.
    shift_use : float
        A shift with at least one visit.
    paid_time : float
        An hour from the paid start (``Shift.paid_from``) to the end of the route.
    overtime : float or "hard"
        An hour past the shift's end.
    waiting : float
        An hour between arrival and start of service.
    lateness : float or "hard"
        An hour past the latest of a soft time window.
    sla_lateness : float or "hard"
        An hour past ``respond_by`` or ``resolve_by``, each counted.
    unassigned : float
        An order of priority 0 left out.
    unassigned_by_priority : float
        How much each point of priority adds, as a part of ``unassigned``: the cost is
        ``unassigned * (1 + unassigned_by_priority * priority)``, or the order's ``skip_cost``.
    preference : float or "hard"
        A missed preference of an order or a worker; parts of one for ratings below 5 (those are
        weighed only where it is a number).
    worst_lateness : float
        An hour of the largest lateness of a visit past its soft window.
    idle_time : float
        An hour in which a worker on shift neither travels, works nor has a break: before the
        departure, waiting, and after the route up to the shift's end. All of a shift without
        visits.
    max_idle : float
        An hour of the idle time of the shift that has most.
    workload_balance : float
        An hour by which work (travel, setup, service, restocking) differs from the mean, summed
        over all workers that have shifts (``Worker.worked`` counts in), or over all shifts.
    balance_over : {"worker", "shift"}
        Which of the two.
    missed_break : float
        A soft break that is not taken in a shift with visits, where it states no ``skip_cost``.
    continuity : float
        A worker who is new to a customer, beyond the first one of a customer who knows none yet.
    response_time : float
        An hour from the release of an urgent order to its start.

    Examples
    --------
    >>> Objective(travel_time=0, travel_distance=1).travel_distance
    1.0
    """

    travel_time: Amount = 30.0
    travel_distance: Amount = 0.3
    shift_use: Amount = 0.0
    paid_time: Amount = 0.0
    overtime: Amount | Hard = 45.0
    waiting: Amount = 6.0
    lateness: Amount | Hard = 60.0
    sla_lateness: Amount | Hard = 60.0
    unassigned: Amount = 150.0
    unassigned_by_priority: Amount = 0.1
    preference: Amount | Hard = 10.0
    worst_lateness: Amount = 0.0
    idle_time: Amount = 0.0
    max_idle: Amount = 0.0
    workload_balance: Amount = 0.0
    balance_over: Literal["worker", "shift"] = "worker"
    missed_break: Amount = 30.0
    continuity: Amount = 0.0
    response_time: Amount = 15.0

    def skip_cost(self, priority: int, skip_cost: float | None) -> float:
        """Cost of leaving out one order, in currency."""
        if skip_cost is not None:
            return skip_cost
        return self.unassigned * (1.0 + self.unassigned_by_priority * priority)
