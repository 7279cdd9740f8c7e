"""Freezing what a plan has already begun."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.model.base import instant
from homeserve_dispatch.model.faults import brief, nearest
from homeserve_dispatch.model.lock import Lock
from homeserve_dispatch.model.problem import Problem, VisitKey
from homeserve_dispatch.plan import Plan, Route, Visit


def freeze(problem: Problem, plan: Plan, until: datetime) -> Problem:
    """Lock what has begun by a moment, and let nobody set out to anything else before it.

    A visit has begun once its worker has set out to it: at the finish of the stop before it, at
    the departure if it is the first. It is locked to its worker, shift, start and position. Of an
    order with several visits the others stay free.

    Parameters
    ----------
    problem : Problem
        What the plan is of. Its locks stay, but for those of visits (and of orders left out)
        that the plan has begun.
    plan : Plan
        What people are doing.
    until : datetime
        Now, as a rule; aware if the problem's times are, naive if they are.

    Returns
    -------
    Problem
        The same with those locks and with ``freeze_until``; solve it to plan the rest anew.

    Raises
    ------
    InputError
        ``until`` is naive and the times are aware, or the other way round; the plan names an
        order, visit, worker or shift that the problem does not have, or a visit twice. Every
        fault is listed.

    Examples
    --------
    >>> from datetime import datetime, timedelta
    >>> from homeserve_dispatch import Location, Order, Problem, Shift, Worker
    >>> from homeserve_dispatch.schedule import build_plan
    >>> day = Shift(start=datetime(2026, 5, 4, 8), end=datetime(2026, 5, 4, 16))
    >>> here, hour = Location(lat=48.1, lon=11.6), timedelta(hours=1)
    >>> problem = Problem(
    ...     orders=[Order(id=name, location=here, duration=hour) for name in ("A1", "A2")],
    ...     workers=[Worker(id="Ana", shifts=[day])])
    >>> plan = build_plan(problem, {("Ana", 0): ["A1", "A2"]})
    >>> later = freeze(problem, plan, datetime(2026, 5, 4, 8, 30))
    >>> [(lock.order, lock.position) for lock in later.locks]
    [('A1', 0)]
    >>> later.freeze_until
    datetime.datetime(2026, 5, 4, 8, 30)
    """
    if found := [*_mixed_times(problem, plan, until), *_unknown_names(problem, plan)]:
        raise InputError(found)
    begun = [lock for route in plan.routes for lock in _begun(problem, route, until)]
    keys = {_key(lock) for lock in begun}
    orders = {lock.order for lock in begun}
    kept = [
        lock
        for lock in problem.locks
        if _key(lock) not in keys and not (lock.unassigned and lock.order in orders)
    ]
    stated = {name: getattr(problem, name) for name in problem.model_fields_set}
    return Problem(**(stated | {"locks": (*kept, *begun), "freeze_until": until}))


def _key(one: Lock | Visit) -> VisitKey:
    return VisitKey(one.order, one.role, one.occurrence)


def _begun(problem: Problem, route: Route, until: datetime) -> Iterator[Lock]:
    """Lock the visits of the route up to the last that has begun."""
    begun = [
        instant(left) < instant(until) or instant(visit.start) < instant(until)
        for left, visit in zip(_set_out(problem, route), route.visits, strict=True)
    ]
    count = len(begun) - begun[::-1].index(True) if any(begun) else 0
    for position, visit in enumerate(route.visits[:count]):
        yield Lock(
            order=visit.order,
            role=visit.role,
            occurrence=visit.occurrence,
            worker=route.worker,
            shift=route.shift,
            start=visit.start,
            position=position,
        )


def _set_out(problem: Problem, route: Route) -> Iterator[datetime]:
    """When the worker sets out to each visit; what the problem froze before holds as well."""
    locked = {_key(lock) for lock in problem.locks if not lock.unassigned}
    before = route.departure
    others = [*route.breaks, *(() if route.restock is None else (route.restock,))]
    for position, visit in enumerate(route.visits):
        done = [other.finish for other in others if other.after == position]
        left = max([before, *done], key=instant)
        if problem.freeze_until is not None and _key(visit) not in locked:
            left = max(left, problem.freeze_until, key=instant)
        yield left
        before = visit.finish


def _mixed_times(problem: Problem, plan: Plan, until: datetime) -> Iterator[Issue]:
    """Aware and naive times cannot be compared."""
    naive = until.tzinfo is None
    here, there = ("no time zone", "one") if naive else ("a time zone", "none")
    if any((moment.tzinfo is None) != naive for moment in _moments_of_problem(problem)):
        words = f"the time has {here}, the problem's times have {there}"
        yield Issue("MIXED_TIME_ZONES", "until", words, "give it as the problem gives its times")
    for route in plan.routes:
        if any((moment.tzinfo is None) != naive for moment in _moments_of_route(route)):
            words = f"until has {here}, times of the route have {there}"
            yield Issue("MIXED_TIME_ZONES", _name_of(route), words, "use one kind throughout")


def _name_of(route: Route) -> str:
    return f"route of worker {brief(route.worker)}, shift {route.shift}"


def _moments_of_problem(problem: Problem) -> Iterator[datetime]:
    for worker in problem.workers:
        yield from (moment for _, moment in worker.moments())
    for order in problem.orders:
        yield from (moment for _, moment in order.moments())


def _moments_of_route(route: Route) -> Iterator[datetime]:
    yield route.departure
    for visit in route.visits:
        yield from (visit.start, visit.finish)
    yield from (taken.finish for taken in route.breaks)
    if route.restock is not None:
        yield route.restock.finish


def _unknown_names(problem: Problem, plan: Plan) -> Iterator[Issue]:
    """Names that a plan of this problem cannot hold, and visits that it holds twice."""
    orders = {order.id: order for order in problem.orders}
    workers = {worker.id: worker for worker in problem.workers}
    seen: set[VisitKey] = set()
    for route in plan.routes:
        where = _name_of(route)
        worker = workers.get(route.worker)
        if worker is None:
            yield _unknown("worker", route.worker, where, workers)
        elif route.shift >= len(worker.shifts):
            words = f"the worker has {_counted(len(worker.shifts))}, counted from 0"
            yield Issue("UNKNOWN_SHIFT", where, words, "correct the number")
        for position, visit in enumerate(route.visits):
            place, key = f"{where}, visit number {position + 1}", _key(visit)
            order = orders.get(visit.order)
            if order is None:
                yield _unknown("order", visit.order, place, orders)
            elif key not in problem.visits(order):
                words = f"order {order.id!r} needs no role {key.role}, time {key.occurrence}"
                yield Issue("UNKNOWN_VISIT", place, words, "correct the numbers")
            elif key in seen:
                words = f"the plan has this visit of order {order.id!r} twice"
                yield Issue("DUPLICATE_VISIT", place, words, "keep one of them")
            seen.add(key)


def _unknown(kind: str, name: str, where: str, known: Iterable[str]) -> Issue:
    close = nearest(name, known)
    hint = f"did you mean {close!r}?" if close else "use the plan with the problem that it is of"
    return Issue(f"UNKNOWN_{kind.upper()}", where, f"there is no {kind} {brief(name)}", hint)


def _counted(shifts: int) -> str:
    return "1 shift" if shifts == 1 else f"{shifts} shifts"
