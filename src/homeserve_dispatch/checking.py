"""Whether a plan can be carried out and says what is so: the independent truth."""

from __future__ import annotations

from homeserve_dispatch._check_bonds import check_bonds
from homeserve_dispatch._check_breaks import check_break_names, check_breaks
from homeserve_dispatch._check_limits import check_workers
from homeserve_dispatch._check_locks import check_lock, check_locked_out
from homeserve_dispatch._check_routes import check_halt, check_run, check_who
from homeserve_dispatch._check_stated import check_plan_figures, check_route_figures
from homeserve_dispatch._truth import Truth, derive, moments_of
from homeserve_dispatch._truth_records import name_of
from homeserve_dispatch._violation import Code, Findings, Violation
from homeserve_dispatch.model.problem import Problem, VisitKey
from homeserve_dispatch.plan import Plan, Route, Visit

__all__ = ["Code", "Violation", "check"]


def check(problem: Problem, plan: Plan) -> list[Violation]:
    """Everything that is wrong with a plan.

    Departures and starts are taken as what people will do; travel, setup, finishes and ends are
    worked out from them and the problem, with nothing that the search uses. A start that is later
    than need be is no fault, it is waiting.

    Parameters
    ----------
    problem : Problem
        What the plan is for.
    plan : Plan
        Any plan, also one with unknown ids or times of another kind; nothing raises.

    Returns
    -------
    list of Violation
        All faults, route by route, then those of the whole plan; empty for a good plan. Figures
        that the plan leaves out are not faulted, those that it states and that are wrong are
        (``STATED``, the only code that is not ``hard``).

    Notes
    -----
    Where an unknown visit, break or depot or a leg without a way lies before a visit, when the
    worker can be there is not known and not judged. Where traffic may apply to a leg, its stated
    times may be a millisecond off. The times of a route whose times are naive where the
    problem's are aware (or the reverse) are not judged either, ``TIME_ZONE`` says so.

    Examples
    --------
    >>> from datetime import datetime, timedelta
    >>> from homeserve_dispatch import Location, Order, Plan, Problem, Route, Shift, Visit, Worker
    >>> eight, nine = datetime(2026, 5, 4, 8), datetime(2026, 5, 4, 9)
    >>> problem = Problem(
    ...     orders=[Order(id="A1", location=Location(lat=48.1, lon=11.6), skills={"gas": 1},
    ...                   duration=timedelta(hours=1))],
    ...     workers=[Worker(id="Ana", shifts=[Shift(start=eight, end=nine)])])
    >>> visit = Visit(order="A1", arrival=eight, start=eight, finish=nine)
    >>> plan = Plan(routes=[Route(worker="Ana", departure=eight, end=nine, visits=[visit])])
    >>> print(*check(problem, plan))
    worker 'Ana', shift 0: the skill 'gas' for order 'A1' is lacking [SKILL]
    """
    truth = derive(problem, plan)
    found = Findings()
    visited = _check_routes(truth, found)
    found.about()
    _check_left_out(truth, found, {key.order for key in visited})
    check_bonds(truth, found, visited)
    check_workers(truth, found)
    check_plan_figures(truth, found)
    return found.all


def _check_routes(truth: Truth, found: Findings) -> set[VisitKey]:
    """Each route by itself. Returns the visits in the plan that some order needs."""
    visited: set[VisitKey] = set()
    shifts: set[tuple[str, int]] = set()
    for route, run in zip(truth.plan.routes, truth.runs, strict=True):
        found.about(route.worker, route.shift)
        if (route.worker, route.shift) in shifts:
            found.add(Code.DUPLICATE_ROUTE, "there is another route in this shift")
        shifts.add((route.worker, route.shift))
        _check_names(truth, found, route, visited)
        if run is None:
            continue
        if not run.timed:
            kind = "no time zone" if truth.naive else "a time zone"
            wrong = sum((moment.tzinfo is None) != truth.naive for moment in moments_of(route))
            found.add(
                Code.TIME_ZONE,
                f"{wrong} of its times cannot be compared: the problem's have {kind}",
                amount=float(wrong),
            )
        check_run(truth, found, run)
        for halt in run.halts:
            check_halt(truth, found, run, halt)
        check_breaks(truth, found, run)
        check_route_figures(found, run)
    return visited


def _check_names(truth: Truth, found: Findings, route: Route, visited: set[VisitKey]) -> None:
    """Who and what a route names; who may do what, also where nothing can be timed."""
    worker = truth.workers.get(route.worker)
    shift = None
    if worker is None:
        found.add(Code.UNKNOWN_WORKER, f"there is no worker {route.worker!r}")
    elif route.shift >= len(worker.shifts):
        found.add(
            Code.UNKNOWN_SHIFT, f"the worker's shifts are {len(worker.shifts)}, counted from 0"
        )
    else:
        shift = worker.shifts[route.shift]
        check_break_names(found, route, shift)
    if not route.visits:
        found.add(Code.EMPTY_ROUTE, "the route has no visits")
    for position, visit in enumerate(route.visits):
        key = truth.needs(visit)
        if key is None:
            _name_unknown(truth, found, visit)
            continue
        if key in visited:
            name = name_of(key, truth.orders[key.order], truth.asks[key.order])
            found.add(Code.DUPLICATE_VISIT, f"{name} is visited already", order=key.order)
        visited.add(key)
        if worker is not None:
            check_who(truth, found, key, worker, shift)
        check_lock(truth, found, route, position, key)


def _name_unknown(truth: Truth, found: Findings, visit: Visit) -> None:
    if visit.order not in truth.orders:
        found.add(Code.UNKNOWN_ORDER, f"there is no order {visit.order!r}", order=visit.order)
        return
    found.add(
        Code.UNKNOWN_VISIT,
        f"order {visit.order!r} needs no visit with role {visit.role} and occurrence "
        f"{visit.occurrence}, both counted from 0",
        order=visit.order,
    )


def _check_left_out(truth: Truth, found: Findings, visited: set[str]) -> None:
    listed: set[str] = set()
    for left in truth.plan.unassigned:
        name = f"order {left.order!r}"
        if left.order in listed:
            found.add(
                Code.DUPLICATE_UNASSIGNED, f"{name} is listed as left out again", order=left.order
            )
        elif left.order not in truth.orders:
            found.add(
                Code.UNKNOWN_ORDER, f"there is no {name}, listed as left out", order=left.order
            )
        elif left.order in visited:
            found.add(Code.BOTH, f"{name} is visited and listed as left out", order=left.order)
        listed.add(left.order)
    for order in truth.problem.orders:
        if order.id not in visited and order.id not in listed:
            found.add(
                Code.MISSING_ORDER,
                f"order {order.id!r} is neither visited nor listed as left out",
                order=order.id,
            )
    check_locked_out(truth, found, visited)
