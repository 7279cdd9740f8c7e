"""The figures of a plan that a dispatcher looks at first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from homeserve_dispatch.model import Problem
from homeserve_dispatch.model.base import instant
from homeserve_dispatch.plan import Plan, Route, Unassigned

NO_TIME = timedelta(0)


@dataclass(frozen=True, slots=True)
class Summary:
    """A plan in figures.

    Attributes
    ----------
    orders, served, left_out : int
        Of the problem; visited; not.
    visits : int
        As many as there are served orders, and more where crews or recurring work are among them.
    workers, workers_out : int
        Of the problem; those with at least one visit.
    travel, service, waiting, overtime : timedelta
        Sums over all routes; setup counts as service.
    distance_m : int
        Metres travelled.
    shift_time : timedelta
        Length of the shifts that have visits, without overtime.
    late, sla_late : int
        Visits past their soft window, past an SLA deadline.
    lateness, sla_lateness : timedelta
        By how much, all together.
    wished, granted : int
        Visits of orders with preferred workers, and those that one of them does.
    """

    orders: int
    served: int
    left_out: int
    visits: int
    workers: int
    workers_out: int
    travel: timedelta
    service: timedelta
    waiting: timedelta
    overtime: timedelta
    distance_m: int
    shift_time: timedelta
    late: int
    sla_late: int
    lateness: timedelta
    sla_lateness: timedelta
    wished: int
    granted: int

    @property
    def utilisation(self) -> float:
        """Travel and service as a part of the shifts that have visits; may exceed 1."""
        return (self.travel + self.service) / self.shift_time if self.shift_time else 0.0


def summarise(problem: Problem, plan: Plan) -> Summary:
    """Add up a plan that fits the problem."""
    visits = [(route, visit) for route in plan.routes for visit in route.visits]
    preferred = [
        (route.worker, names)
        for route, visit in visits
        if (names := problem.order(visit.order).preferred_workers)
    ]
    return Summary(
        orders=len(problem.orders),
        served=len({visit.order for _, visit in visits}),
        left_out=len(plan.unassigned),
        visits=len(visits),
        workers=len(problem.workers),
        workers_out=len({route.worker for route in plan.routes}),
        travel=_total(route.travel_time for route in plan.routes),
        service=_total(instant(v.finish) - instant(v.start) for _, v in visits),
        waiting=_total(route.waiting for route in plan.routes),
        overtime=_total(route.overtime for route in plan.routes),
        distance_m=sum(route.distance_m for route in plan.routes),
        shift_time=_total(_shift_length(problem, route) for route in plan.routes),
        late=sum(visit.lateness > NO_TIME for _, visit in visits),
        sla_late=sum(visit.sla_lateness > NO_TIME for _, visit in visits),
        lateness=_total(visit.lateness for _, visit in visits),
        sla_lateness=_total(visit.sla_lateness for _, visit in visits),
        wished=len(preferred),
        granted=sum(worker in names for worker, names in preferred),
    )


def by_reason(plan: Plan) -> list[tuple[str, list[Unassigned]]]:
    """Orders left out by their first reason, the commonest first."""
    groups: dict[str, list[Unassigned]] = {}
    for left in plan.unassigned:
        groups.setdefault(str(left.reasons[0]) if left.reasons else "", []).append(left)
    return sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))


def in_hours(time: timedelta) -> str:
    """``3 h 05 min``, ``25 min``."""
    minutes = round(time / timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def _shift_length(problem: Problem, route: Route) -> timedelta:
    shift = problem.worker(route.worker).shifts[route.shift]
    return instant(shift.end) - instant(shift.start)


def _total(times: Iterable[timedelta]) -> timedelta:
    return sum(times, NO_TIME)
