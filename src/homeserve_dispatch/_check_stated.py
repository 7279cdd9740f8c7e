"""Figures that a plan states against what it works out to. A wrong one is not a hard fault."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from homeserve_dispatch._truth import Truth
from homeserve_dispatch._truth_records import MS, Call, Pause, Run, Stop, to_ms
from homeserve_dispatch._violation import Code, Findings, span
from homeserve_dispatch.plan import BreakTaken, Status
from homeserve_dispatch.scoring import cost_of

COST_TOLERANCE = 1e-6
"""Of costs and amounts, relative to them where they are above 1."""


def check_route_figures(found: Findings, run: Run) -> None:
    """Compare what a route, its visits, breaks and depot state; only fields that were given."""
    for halt in run.halts:
        _check_leg(found, halt)
        if isinstance(halt, Stop):
            _check_visit(found, run, halt)
    _check_after(found, run)
    route, given = run.route, run.route.model_fields_set
    if not run.legs_known:
        return
    slack = sum(way.slack_ms for way in run.ways)
    if "travel_time" in given:
        _compare_time(found, "travel time of the route", route.travel_time, run.travel_ms, slack)
    if "distance_m" in given:
        _compare_distance(found, "distance of the route", route.distance_m, run.distance_m)
    if run.timed:
        later = to_ms(route.end) - run.end_ms
        if later > run.home.slack_ms:
            found.late(
                Code.STATED, later, "the end stated is {by} later than the last visit makes it"
            )
        if "waiting" in given:
            _compare_time(found, "waiting of the route", route.waiting, run.waiting_ms, slack)
        if "overtime" in given:
            _compare_time(found, "overtime of the route", route.overtime, run.overtime_ms, slack)


def _check_after(found: Findings, run: Run) -> None:
    """Whether breaks and depot come after a visit that the route has."""
    route = run.route
    restock = () if route.restock is None else (route.restock,)
    for one in (*route.breaks, *restock):
        over = one.after - len(route.visits)
        if over > 0:
            what = f"break {one.number}" if isinstance(one, BreakTaken) else "the call at the depot"
            found.add(
                Code.STATED,
                f"{what} comes after {one.after} visits, the route has {len(route.visits)}",
                amount=float(over),
            )


def _check_leg(found: Findings, halt: Stop | Pause | Call) -> None:
    way, stated, order = halt.way, halt.stated, halt.about
    if not way.known:
        return
    if "travel_time" in stated.model_fields_set:
        what = f"travel time of {halt.name}"
        _compare_time(found, what, stated.travel_time, way.travel_ms, way.slack_ms, order)
    if "distance_m" in stated.model_fields_set:
        _compare_distance(
            found, f"distance of {halt.name}", stated.distance_m, way.distance_m, order
        )


def _check_visit(found: Findings, run: Run, stop: Stop) -> None:
    visit, given, order = stop.visit, stop.visit.model_fields_set, stop.order.id
    about = f"of {stop.name}"
    if stop.way.known and "setup" in given:
        _compare_time(found, f"setup {about}", visit.setup, stop.setup_ms, 0, order)
    if run.timed:
        if "lateness" in given:
            _compare_time(found, f"lateness {about}", visit.lateness, stop.late_ms, 0, order)
        if "sla_lateness" in given:
            past = stop.respond_ms + stop.resolve_ms
            _compare_time(found, f"SLA lateness {about}", visit.sla_lateness, past, 0, order)


def _compare_time(
    found: Findings,
    what: str,
    stated: timedelta,
    truth_ms: int,
    slack_ms: int = 0,
    order: str | None = None,
) -> None:
    stated_ms = stated // MS
    if abs(stated_ms - truth_ms) > slack_ms:
        found.add(
            Code.STATED,
            f"the {what} is stated as {span(stated_ms)}, it is {span(truth_ms)}",
            order=order,
            amount=abs(stated_ms - truth_ms) / 1000.0,
            unit="s",
        )


def _compare_distance(
    found: Findings, what: str, stated: int, truth_m: int, order: str | None = None
) -> None:
    if stated != truth_m:
        found.add(
            Code.STATED,
            f"the {what} is stated as {stated} m, it is {truth_m} m",
            order=order,
            amount=float(abs(stated - truth_m)),
            unit="m",
        )


def check_plan_figures(truth: Truth, found: Findings) -> None:
    """Cost, status and the skip costs of what is left out."""
    plan = truth.plan
    for left in plan.unassigned:
        asks = truth.asks.get(left.order)
        if asks is not None and "skip_cost" in left.model_fields_set:
            _compare(
                found, f"skip cost of {left.order!r}", left.skip_cost, asks.skip_cost, left.order
            )
    if plan.status is not None:
        status = status_of(truth)
        if plan.status != status:
            found.add(Code.STATED, f"the status is stated as {plan.status}, it is {status}")
    if plan.cost is None or any(run is not None and not run.timed for run in truth.runs):
        return
    cost = cost_of(truth)
    _compare(found, "total cost", plan.cost.total, cost.total)
    _compare_all(found, "cost of", plan.cost.parts, cost.parts)
    _compare_all(found, "amount of", plan.cost.amounts, cost.amounts)


def status_of(truth: Truth) -> Status:
    """Complete where no order is left out (or done in part), empty where all are."""
    if all(order.id in truth.done for order in truth.problem.orders):
        return Status.COMPLETE
    return Status.PARTIAL if truth.done else Status.EMPTY


def _compare_all(
    found: Findings, what: str, stated: Mapping[str, float], truth: Mapping[str, float]
) -> None:
    for name, value in stated.items():
        _compare(found, f"{what} {name!r}", value, truth.get(name, 0.0))


def _compare(
    found: Findings, what: str, stated: float, truth: float, order: str | None = None
) -> None:
    if abs(stated - truth) > COST_TOLERANCE * max(1.0, abs(truth)):
        found.add(
            Code.STATED,
            f"the {what} is stated as {stated:g}, it is {truth:g}",
            order=order,
            amount=abs(stated - truth),
        )
