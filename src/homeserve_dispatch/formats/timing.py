"""Times for plans that state only sequences, and checks of the ids in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from homeserve_dispatch.errors import SHOWN, Issue
from homeserve_dispatch.model import Order, Problem, Shift, VisitKey, Worker
from homeserve_dispatch.model.faults import brief, nearest
from homeserve_dispatch.plan import Route, Unassigned
from homeserve_dispatch.schedule import BreakStep, RestockStep, build_plan

Step = VisitKey | BreakStep | RestockStep


class Untimed(NamedTuple):
    """A route without times.

    Attributes
    ----------
    worker : str
        Id of the worker.
    shift : int
        Which shift, from 0.
    steps : sequence of (str, VisitKey, BreakStep or RestockStep)
        Where each is stated in the file, and what it is.
    where : str
        Where the route is stated.
    """

    worker: str
    shift: int
    steps: Sequence[tuple[str, Step]]
    where: str


def timed(
    problem: Problem, routes: Sequence[Untimed], faults: list[Issue]
) -> dict[tuple[str, int], Route]:
    """Time sequences by the schedule rule, all together: what ties them binds.

    Parameters
    ----------
    problem : Problem
        What the ids refer to.
    routes : sequence of Untimed
        Of different shifts.
    faults : list of Issue
        Gets a fault for each id and number that the problem does not have: nothing can be timed
        then.

    Returns
    -------
    dict of (str, int) to Route
        By worker and shift; without the routes that have no visits. Empty where there is a fault.
    """
    before = len(faults)
    orders = {order.id: order for order in problem.orders}
    workers = {worker.id: worker for worker in problem.workers}
    for route in routes:
        faults += _no_such_shift(route, workers)
        shift = None if len(faults) > before else workers[route.worker].shifts[route.shift]
        for where, step in route.steps:
            faults += _no_such_step(problem, shift, step, where, orders, len(faults))
    if len(faults) > before:
        return {}
    sequences = {(route.worker, route.shift): [step for _, step in route.steps] for route in routes}
    try:
        plan = build_plan(problem, sequences)
    except OverflowError:
        words = "its times are past the year 9999"
        where = routes[0].where
        faults.append(Issue("BAD_VALUE", where, words, "correct the problem's durations"))
        return {}
    return {(route.worker, route.shift): route for route in plan.routes}


def _no_such_shift(route: Untimed, workers: Mapping[str, Worker]) -> Iterator[Issue]:
    worker = workers.get(route.worker)
    if worker is None:
        yield _unknown("worker", route.worker, route.where, workers)
    elif not 0 <= route.shift < len(worker.shifts):
        words = f"worker {worker.id!r} has {len(worker.shifts)} shifts"
        words += f", and this is number {route.shift + 1}"
        yield Issue("UNKNOWN_SHIFT", route.where, words, "correct the number")


def _no_such_step(
    problem: Problem,
    shift: Shift | None,
    step: Step,
    where: str,
    orders: Mapping[str, Order],
    found: int,
) -> Iterator[Issue]:
    """What a step names that the problem does not have; ``shift`` is None where it has faults."""
    if isinstance(step, VisitKey):
        if step.order in orders:
            yield from _no_such_visit(problem, step, where)
        else:
            # Looking for the nearest name takes long.
            yield _unknown("order", step.order, where, orders if found < 2 * SHOWN else ())
    elif isinstance(step, BreakStep) and shift and step.number >= len(shift.breaks):
        words = f"the shift has {len(shift.breaks)} breaks, and this is number {step.number + 1}"
        yield Issue("UNKNOWN_BREAK", where, words, "correct the number")
    elif isinstance(step, RestockStep) and shift and shift.restock is None:
        words, action = "the shift has no depot to call at", "leave it out, or correct the problem"
        yield Issue("UNKNOWN_DEPOT", where, words, action)


def _no_such_visit(problem: Problem, key: VisitKey, where: str) -> Iterator[Issue]:
    order = problem.order(key.order)
    times = 1 if order.recurrence is None else order.recurrence.times
    roles = len(problem.effective(order).roles)
    for number, most, word in ((key.role, roles, "roles"), (key.occurrence, times, "times")):
        if number >= most:
            words = f"order {order.id!r} has {most} {word}, and this is number {number + 1}"
            yield Issue("UNKNOWN_VISIT", where, words, "correct the number")


def _unknown(kind: str, name: str, where: str, known: Iterable[str]) -> Issue:
    close = nearest(name, known)
    hint = f"did you mean {close!r}?" if close else "correct the id, or the problem"
    return Issue(f"UNKNOWN_{kind.upper()}", where, f"there is no {kind} {brief(name)}", hint)


def left_out(problem: Problem, done: set[str]) -> list[Unassigned]:
    """Return the orders that no route visits, as left out."""
    return [
        Unassigned(order=order.id, skip_cost=problem.effective(order).skip_cost)
        for order in problem.orders
        if order.id not in done
    ]
