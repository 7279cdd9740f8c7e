"""Times for plans that state only sequences, and checks of the ids in them."""

from __future__ import annotations

from collections.abc import Sequence

from homeserve_dispatch.errors import Issue
from homeserve_dispatch.model import Problem
from homeserve_dispatch.model.faults import brief, nearest
from homeserve_dispatch.plan import Route, Unassigned
from homeserve_dispatch.schedule import build_route


def timed(
    problem: Problem,
    worker: str,
    shift: int,
    orders: Sequence[tuple[str, str]],
    where: str,
    faults: list[Issue],
) -> Route | None:
    """Time a sequence by the schedule rule.

    Parameters
    ----------
    problem : Problem
        What the ids refer to.
    worker : str
        Id of the worker.
    shift : int
        Which shift, from 0.
    orders : sequence of (str, str)
        Where each is stated in the file, and its id.
    where : str
        Where the route is stated.
    faults : list of Issue
        Gets a fault for each id that the problem does not have: such a route cannot be timed.

    Returns
    -------
    Route or None
        None where there are no orders, or any fault.
    """
    before = len(faults)
    known = {order.id for order in problem.orders}
    shifts = {one.id: len(one.shifts) for one in problem.workers}
    if worker not in shifts:
        faults.append(_unknown("worker", worker, where, shifts))
    elif not 0 <= shift < shifts[worker]:
        words = f"worker {worker!r} has {shifts[worker]} shifts, and this is number {shift + 1}"
        faults.append(Issue("UNKNOWN_SHIFT", where, words, "correct the number"))
    for place, order in orders:
        if order not in known:
            faults.append(_unknown("order", order, place, known if len(faults) < 40 else ()))
    if len(faults) > before or not orders:
        return None
    try:
        return build_route(problem, worker, shift, [order for _, order in orders])
    except OverflowError:
        words = "its times are past the year 9999"
        faults.append(Issue("BAD_VALUE", where, words, "correct the problem's durations"))
        return None


def _unknown(
    kind: str, name: str, where: str, known: Sequence[str] | set[str] | dict[str, int]
) -> Issue:
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
