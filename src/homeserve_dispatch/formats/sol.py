"""The format ``sol``: routes of the VRP benchmarks (CVRPLIB), sequences without times."""

from __future__ import annotations

import re

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats.cells import write_number
from homeserve_dispatch.formats.files import PathLike, Source, write_text
from homeserve_dispatch.formats.timing import Untimed, left_out, timed
from homeserve_dispatch.formats.unsupported import of_plan, shifts_of
from homeserve_dispatch.model import Problem, VisitKey
from homeserve_dispatch.model.faults import brief
from homeserve_dispatch.plan import Plan

_ROUTE = re.compile(r"\s*route\s*#?\s*([0-9]{1,9})\s*:(.*)", re.IGNORECASE)


def read_plan(source: Source, problem: Problem) -> Plan:
    """Read a plan and time its routes by the schedule rule.

    Parameters
    ----------
    source : Source
        A text file of lines ``Route #1: 3 5 8``; other lines (``Cost 827.3``) are not read.
    problem : Problem
        What it is for. Route number k is the k-th of all shifts, in the problem's order.

    Returns
    -------
    Plan
        Whatever rules it breaks. It states no cost; orders in no route are left out.

    Raises
    ------
    InputError
        All faults, by line.
    """
    faults: list[Issue] = []
    shifts = shifts_of(problem)
    routes: dict[int, Untimed] = {}
    lines = 0
    for number, line in enumerate(source.text.splitlines(), 1):
        where = f"{source.name} line {number}"
        found = _ROUTE.match(line)
        if not found:
            # A remark begins with a word; anything else was meant to be a route.
            if line.strip() and (not line.strip()[0].isalpha() or "route" in line.casefold()):
                problem_ = f"{brief(line.strip())} is not a route"
                faults.append(Issue("BAD_VALUE", where, problem_, "write Route #1: 3 5 8"))
            continue
        lines += 1
        at, orders = int(found[1]), found[2].split()
        if not orders:
            continue
        if at in routes:
            problem_ = f"there is another route {at} before it"
            faults.append(Issue("DUPLICATE_ID", where, problem_, "number each route differently"))
        elif not 1 <= at <= len(shifts):
            problem_ = f"route {at}, and the workers of the problem have {len(shifts)} shifts"
            faults.append(Issue("UNKNOWN_SHIFT", where, problem_, "use at most as many routes"))
        else:
            worker, shift = shifts[at - 1]
            steps = [(where, VisitKey(order)) for order in orders]
            routes[at] = Untimed(worker.id, shift, steps, where)
    if not lines and not faults:
        problem_ = "there is no line of a route"
        faults.append(Issue("MISSING_FIELD", source.name, problem_, "write Route #1: 3 5 8"))
    found_routes = timed(problem, list(routes.values()), faults)
    if faults:
        raise InputError(faults)
    done = {visit.order for route in found_routes.values() for visit in route.visits}
    in_order = tuple(found_routes[route.worker, route.shift] for _, route in sorted(routes.items()))
    return Plan(routes=in_order, unassigned=tuple(left_out(problem, done)))


def write_plan(plan: Plan, path: PathLike, problem: Problem | None = None) -> None:
    """Write a plan's sequences.

    Parameters
    ----------
    plan : Plan
        Its times are not written; reading gives those of the schedule rule.
    path : path-like
        The file.
    problem : Problem, optional
        Where its workers differ, a route's number tells whose it is (the k-th shift of all);
        without it, and where all are alike, routes are numbered from 1.

    Raises
    ------
    InputError
        An order's id has blanks in it, a visit is one of several of its order, a route has breaks
        or calls at a depot, or the file cannot be written.
    """
    faults = list(of_plan(plan, "sol", ()))
    faults += [
        Issue(
            "UNSUPPORTED",
            f"order {visit.order!r}, field id",
            "the format sol separates ids by blanks, and it has one in it",
            "write another format",
        )
        for route in plan.routes
        for visit in route.visits
        if len(visit.order.split()) != 1 or visit.order != visit.order.strip()
    ]
    numbers = list(range(1, len(plan.routes) + 1))
    if problem is not None and not _all_alike(problem):
        keys = {(worker.id, shift): at for at, (worker, shift) in enumerate(shifts_of(problem), 1)}
        found = [keys.get((route.worker, route.shift)) for route in plan.routes]
        for route, at in zip(plan.routes, found, strict=True):
            if at is None:
                where = f"worker {route.worker!r}, shift number {route.shift + 1}"
                words = "the problem has no such shift, and the route no number"
                faults.append(Issue("UNKNOWN_SHIFT", where, words, "correct the plan"))
        numbers = [at or 0 for at in found]
    if faults:
        raise InputError(faults)
    lines = [
        f"Route #{number}: {' '.join(visit.order for visit in route.visits)}"
        for number, route in zip(numbers, plan.routes, strict=True)
    ]
    cost = plan.cost.total if plan.cost else sum(r.distance_m for r in plan.routes) / 1000.0
    lines.append(f"Cost {write_number(round(cost, 6))}")
    write_text(path, "\n".join(lines) + "\n")


def _all_alike(problem: Problem) -> bool:
    first = problem.workers[0] if problem.workers else None
    return first is None or (
        len(first.shifts) == 1
        and all(worker.model_copy(update={"id": first.id}) == first for worker in problem.workers)
    )
