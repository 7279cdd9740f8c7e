"""What a plan costs, worked out from the plan and the problem alone."""

from __future__ import annotations

from math import fsum
from typing import NamedTuple

from homeserve_dispatch._truth import Truth, derive
from homeserve_dispatch._truth_records import MS, Run, Stop, to_ms
from homeserve_dispatch.model.customer import Customer
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
        Any plan, good or broken. Routes of unknown workers or shifts, unknown orders, roles,
        breaks and depots, and routes without visits count as if they were not there; a leg where
        there is no way counts as 0. Times without a time zone are read as UTC where the
        problem's have one.

    Returns
    -------
    Cost
        ``parts`` (currency) and ``amounts`` (hours, kilometres, cases) have a key for each of
        ``model.PARTS``; ``total`` is the sum of the parts. What is ``"hard"`` in the objective is
        forbidden, not weighed: its part and amount are 0, as are hours past a hard SLA deadline;
        :func:`~homeserve_dispatch.check` names them. An order of which a visit is missing in
        the counted routes (a role of its crew, a time of recurring work) is left out, also where
        the plan forgets it; what is done of it counts all the same.

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
    bill = _Bill(truth.problem)
    for runs in truth.shifts.values():
        bill.add_for(runs[0].worker, "shift_use", 1.0)
    for run in truth.runs:
        if run is not None:
            _charge_run(bill, run)
    for order in truth.problem.orders:
        if order.id not in truth.done:
            bill.charge("unassigned", truth.asks[order.id].skip_cost)
    _charge_lateness(bill, truth)
    _charge_time(bill, truth)
    _charge_breaks(bill, truth)
    for known in newcomers(truth).values():
        bill.add("continuity", known.counted)
    bill.add("response_time", _response_ms(truth) / _MS_PER_HOUR)
    return bill.total()


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


class Newcomers(NamedTuple):
    """Who visits a customer: distinct workers, all of them and those who were never there."""

    visits: set[str]
    new: set[str]
    customer: Customer | None

    @property
    def counted(self) -> float:
        """New ones, less the first of a customer who knows nobody yet."""
        knows_nobody = self.customer is None or not self.customer.history
        return float(len(self.new) - knows_nobody)


def newcomers(truth: Truth) -> dict[str, Newcomers]:
    """Who visits each customer that is visited, by the customer's id."""
    customers = {customer.id: customer for customer in truth.problem.customers}
    found: dict[str, Newcomers] = {}
    for run, stop in truth.visits.values():
        identity = stop.order.customer
        if identity is not None:
            who = found.setdefault(identity, Newcomers(set(), set(), customers.get(identity)))
            who.visits.add(run.worker.id)
    for who in found.values():
        who.new.update(who.visits.difference(who.customer.history if who.customer else ()))
    return found


class _Bill:
    """Amounts and costs by part; what is forbidden is not weighed."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.common = {part: getattr(problem.objective, part) for part in PARTS}
        self.own: dict[str, dict[str, float]] = {
            worker.id: worker.rates.model_dump(exclude_none=True) for worker in problem.workers
        }
        self.parts: dict[str, list[float]] = {part: [] for part in PARTS}
        self.amounts: dict[str, list[float]] = {part: [] for part in PARTS}

    def add(self, part: str, amount: float) -> None:
        """Weigh an amount that is nobody's own."""
        weight = self.common[part]
        if weight != "hard":
            self.charge(part, weight * amount, amount)

    def add_for(self, worker: Worker, part: str, amount: float) -> None:
        """Weigh a worker's own. A rate of theirs does not allow what is forbidden."""
        weight = self.common[part]
        if weight != "hard":
            self.charge(part, self.own[worker.id].get(part, weight) * amount, amount)

    def charge(self, part: str, cost: float, amount: float = 1.0) -> None:
        """Add what is weighed already."""
        self.amounts[part].append(amount)
        self.parts[part].append(cost)

    def total(self) -> Cost:
        """Sum up."""
        sums = {part: fsum(values) for part, values in self.parts.items()}
        return Cost(
            total=fsum(sums.values()),
            parts=sums,
            amounts={part: fsum(values) for part, values in self.amounts.items()},
        )


def _charge_run(bill: _Bill, run: Run) -> None:
    """Charge what one route does, whatever the others do."""
    stops, worker = run.stops, run.worker
    for part, spent_ms in (
        ("travel_time", run.travel_ms),
        ("paid_time", run.paid_ms),
        ("overtime", run.overtime_ms),
        ("waiting", run.waiting_ms),
        ("lateness", sum(stop.late_ms for stop in stops)),
        ("sla_lateness", sum(_sla_ms(stop, bill.problem) for stop in stops)),
    ):
        bill.add_for(worker, part, spent_ms / _MS_PER_HOUR)
    bill.add_for(worker, "travel_distance", run.distance_m / _M_PER_KM)
    bill.add_for(worker, "preference", fsum(_missed(stop, worker) for stop in stops))


def _charge_lateness(bill: _Bill, truth: Truth) -> None:
    """Charge the largest lateness past a soft window, where lateness is weighed at all."""
    if truth.problem.objective.lateness != "hard":
        late = (stop.late_ms for run in truth.runs if run is not None for stop in run.stops)
        bill.add("worst_lateness", max(late, default=0) / _MS_PER_HOUR)


def _charge_time(bill: _Bill, truth: Truth) -> None:
    """Charge idle time and how unevenly work is spread, over all shifts, used or not."""
    idle: list[int] = []
    by_shift: list[int] = []
    by_worker: list[int] = []
    for worker in truth.problem.workers:
        works = []
        for number, shift in enumerate(worker.shifts):
            runs = truth.shifts.get((worker.id, number), [])
            works.append(sum(run.work_ms for run in runs))
            busy = works[-1] + sum(run.break_ms for run in runs)
            until = max([to_ms(shift.end), *(run.end_ms for run in runs)])
            idle.append(max(0, until - to_ms(shift.start) - busy))
        by_shift += works
        if works:
            by_worker.append(worker.worked // MS + sum(works))
    loads = by_worker if truth.problem.objective.balance_over == "worker" else by_shift
    bill.add("idle_time", sum(idle) / _MS_PER_HOUR)
    bill.add("max_idle", max(idle, default=0) / _MS_PER_HOUR)
    bill.add("workload_balance", _spread(loads) / _MS_PER_HOUR)


def _spread(loads: list[int]) -> float:
    """Sum of the differences from the mean; whole numbers as far as it goes, to be exact."""
    count, total = len(loads), sum(loads)
    return sum(abs(count * load - total) for load in loads) / count if count else 0.0


def _charge_breaks(bill: _Bill, truth: Truth) -> None:
    """Charge soft breaks missed in shifts with visits, each at its own cost."""
    for runs in truth.shifts.values():
        taken = {pause.taken.number for run in runs for pause in run.pauses}
        for number, rule in enumerate(runs[0].shift.breaks):
            if number not in taken and not rule.hard:
                if rule.skip_cost is None:
                    bill.add("missed_break", 1.0)
                else:
                    bill.charge("missed_break", rule.skip_cost)


def _response_ms(truth: Truth) -> int:
    """From release, else the start of the first shift, to the starts of urgent orders."""
    starts = (to_ms(shift.start) for worker in truth.problem.workers for shift in worker.shifts)
    first = min(starts, default=0)
    total = 0
    for _, stop in truth.visits.values():
        if stop.order.urgent and stop.key.role == 0:
            release = stop.order.release
            total += max(0, stop.start_ms - (first if release is None else to_ms(release)))
    return total


def _sla_ms(stop: Stop, problem: Problem) -> int:
    past = stop.respond_ms + stop.resolve_ms
    return 0 if past and sla_is_hard(problem, stop.order) else past


def _missed(stop: Stop, worker: Worker) -> float:
    """Count preferences missed, and parts of one where customers rate the worker below 5."""
    rating = worker.ratings.get(stop.order.service) if stop.order.service else None
    below = 0.0 if rating is None else (5.0 - rating) / 5.0
    return len(missed_preferences(stop.order, stop.asks, worker)) + below


def _names(names: tuple[str, ...]) -> str:
    return " or ".join(map(repr, names))
