"""What a plan costs, worked out from the plan and the problem alone."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from homeserve_dispatch._truth import Run, Stop, Truth, derive
from homeserve_dispatch.model.objective import PARTS
from homeserve_dispatch.model.order import Order
from homeserve_dispatch.model.problem import Effective, Problem
from homeserve_dispatch.model.worker import Worker
from homeserve_dispatch.plan import Cost, Plan

__all__ = ["score"]

_MS_PER_HOUR = 3_600_000.0
_M_PER_KM = 1000.0


def score(problem: Problem, plan: Plan) -> Cost:
    """Cost of a plan, part by part, as its departures and starts make it.

    Travel, setup, finishes and ends are worked out anew; what the plan states about them, and
    about its cost, is not looked at.

    Parameters
    ----------
    problem : Problem
        Orders, workers, travel and weights.
    plan : Plan
        Any plan, good or broken. Routes of unknown workers or shifts, unknown orders and routes
        without visits count as if they were not there; a leg where there is no way counts as 0.
        Times without a time zone are read as UTC where the problem's have one.

    Returns
    -------
    Cost
        ``parts`` (currency) and ``amounts`` (hours, kilometres, cases) have a key for each of
        ``model.PARTS``; ``total`` is the sum of the parts. What is ``"hard"`` in the objective is
        forbidden, not weighed: its part and amount are 0, as are hours past a hard SLA deadline;
        :func:`~homeserve_dispatch.check` names them. An order that no counted route visits is
        left out, also where the plan forgets it.

    Examples
    --------
    >>> from datetime import datetime, timedelta
    >>> from homeserve_dispatch import Location, Order, Plan, Problem
    >>> order = Order(id="A1", location=Location(lat=48.1, lon=11.6), priority=2,
    ...               duration=timedelta(hours=1))
    >>> cost = score(Problem(orders=[order], workers=[]), Plan())
    >>> cost.total, cost.amounts["unassigned"]
    (180.0, 1.0)
    """
    return cost_of(derive(problem, plan))


def cost_of(truth: Truth) -> Cost:
    """Cost of a plan that is worked out already."""
    weights = _Weights(truth.problem)
    parts: dict[str, list[float]] = {part: [] for part in PARTS}
    amounts: dict[str, list[float]] = {part: [] for part in PARTS}
    used: set[tuple[str, int]] = set()
    for run in truth.runs:
        if run is None:
            continue
        key = (run.worker.id, run.route.shift)
        for part, amount in _amounts(run, weights, first=key not in used):
            weight = weights.of(run.worker, part)
            if weight is not None:
                amounts[part].append(amount)
                parts[part].append(weight * amount)
        used.add(key)
    for order in truth.problem.orders:
        if order.id not in truth.done:
            amounts["unassigned"].append(1.0)
            parts["unassigned"].append(truth.asks[order.id].skip_cost)
    sums = {part: fsum(values) for part, values in parts.items()}
    return Cost(
        total=fsum(sums.values()),
        parts=sums,
        amounts={part: fsum(values) for part, values in amounts.items()},
    )


def missed_preferences(order: Order, asks: Effective, worker: Worker) -> list[str]:
    """Each preference that is missed when this worker does the order, in words."""
    missed = []
    if order.preferred_workers and worker.id not in order.preferred_workers:
        missed.append(f"it would rather have {_names(order.preferred_workers)}")
    tags = dict.fromkeys(asks.preferred_tags)
    missed += [f"it would rather have {tag!r}" for tag in tags if tag not in worker.tags]
    if worker.preferred_areas and order.area not in worker.preferred_areas:
        missed.append(f"{worker.id!r} would rather work in {_names(worker.preferred_areas)}")
    return missed


def sla_is_hard(problem: Problem, order: Order) -> bool:
    """Whether the order's SLA deadlines may not be missed."""
    return order.hard_sla or problem.objective.sla_lateness == "hard"


class _Weights:
    """What an hour, a kilometre or a case of each part costs; None where it is forbidden."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        objective = problem.objective
        self.common = {part: getattr(objective, part) for part in PARTS}
        self.own: dict[str, dict[str, float]] = {
            worker.id: worker.rates.model_dump(exclude_none=True) for worker in problem.workers
        }

    def of(self, worker: Worker, part: str) -> float | None:
        """For what this worker does. A rate of their own does not allow what is forbidden."""
        weight = self.common[part]
        return None if weight == "hard" else self.own[worker.id].get(part, weight)


def _amounts(run: Run, weights: _Weights, *, first: bool) -> Iterator[tuple[str, float]]:
    """Yield what one route adds to each part, in hours, kilometres and cases."""
    yield "travel_time", run.travel_ms / _MS_PER_HOUR
    yield "travel_distance", run.distance_m / _M_PER_KM
    yield "shift_use", 1.0 if first else 0.0
    yield "paid_time", run.paid_ms / _MS_PER_HOUR
    yield "overtime", run.overtime_ms / _MS_PER_HOUR
    yield "waiting", run.waiting_ms / _MS_PER_HOUR
    yield "lateness", sum(stop.late_ms for stop in run.stops) / _MS_PER_HOUR
    yield "sla_lateness", sum(_sla_ms(stop, weights) for stop in run.stops) / _MS_PER_HOUR
    yield "preference", sum(_missed(stop, run.worker) for stop in run.stops)


def _sla_ms(stop: Stop, weights: _Weights) -> int:
    past = stop.respond_ms + stop.resolve_ms
    return 0 if past and sla_is_hard(weights.problem, stop.order) else past


def _missed(stop: Stop, worker: Worker) -> float:
    return float(len(missed_preferences(stop.order, stop.asks, worker)))


def _names(names: tuple[str, ...]) -> str:
    return " or ".join(map(repr, names))
