"""Plans of ``trsp``: sequences without times."""

from __future__ import annotations

from typing import Any

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats.files import PathLike, Source, json_text, write_text
from homeserve_dispatch.formats.hhcrsp_shared import steps
from homeserve_dispatch.formats.trsp_write import Numbers
from homeserve_dispatch.formats.unsupported import unsupported
from homeserve_dispatch.formats.vroom_fields import Fields
from homeserve_dispatch.model import Problem, VisitKey
from homeserve_dispatch.model.faults import brief
from homeserve_dispatch.plan import Plan
from homeserve_dispatch.schedule import RestockStep, Step, build_plan

_DEPOT = 0


def read_plan(source: Source, problem: Problem) -> Plan:
    """Read a plan and time its routes by the schedule rule.

    Parameters
    ----------
    source : Source
        A JSON file ``{"routes": {"3": [28, 0, 41]}}``: requests by technician, 0 for the call at
        the depot.
    problem : Problem
        What it is for.

    Returns
    -------
    Plan
        Whatever rules it breaks; it states no cost. Requests in no route are left out.

    Raises
    ------
    InputError
        All faults, by technician.
    """
    faults: list[Issue] = []
    top = Fields(source.name, source.json, faults)
    if not top.has("routes"):
        top.missing("routes", "a plan has routes")
    routes = Fields(f"{source.name}, routes", top.data.get("routes", {}), faults)
    numbers = Numbers(problem)
    workers = {str(number): name for name, number in numbers.workers.items()}
    orders = {number: name for name, number in numbers.orders.items()}
    has_depot = {w.id: bool(w.shifts) and w.shifts[0].restock is not None for w in problem.workers}
    sequences: dict[tuple[str, int], list[Step]] = {}
    for technician in routes.data:
        where = f"{source.name}, technician {brief(technician)}"
        stops = routes.listed(technician)
        if technician not in workers or not problem.worker(workers[technician]).shifts:
            words = "there is no such technician with a shift"
            faults.append(Issue("UNKNOWN_WORKER", where, words, "correct the number"))
            continue
        sequence = _sequence(where, stops, orders, faults)
        if _DEPOT in stops and not has_depot[workers[technician]]:
            words = "the problem has no depot that this technician may call at"
            faults.append(Issue("UNSUPPORTED", where, words, "leave out the 0"))
        if any(isinstance(step, VisitKey) for step in sequence):
            sequences[workers[technician], 0] = sequence
    if faults:
        raise InputError(faults)
    try:
        return build_plan(problem, sequences)
    except OverflowError:
        words = "its times are past the year 9999"
        issue = Issue("BAD_VALUE", source.name, words, "correct the problem's durations")
        raise InputError([issue]) from None


def _sequence(
    where: str, stops: list[Any], orders: dict[int, str], faults: list[Issue]
) -> list[Step]:
    found: list[Step] = []
    calls = 0
    for at, number in enumerate(stops, 1):
        known = isinstance(number, int) and not isinstance(number, bool)
        if known and number == _DEPOT:
            calls += 1
            found.append(RestockStep())
        elif known and number in orders:
            found.append(VisitKey(orders[number]))
        else:
            words = f"there is no request {brief(number)}"
            issue = Issue("UNKNOWN_ORDER", f"{where}, stop {at}", words, "correct the number")
            faults.append(issue)
    if calls > 1:
        words = f"it calls at the depot {calls} times"
        faults.append(Issue("BAD_VALUE", where, words, "call there once at most"))
    return found


def write_plan(plan: Plan, path: PathLike, problem: Problem) -> None:
    """Write a plan's sequences.

    Parameters
    ----------
    plan : Plan
        Its times are not written; reading gives those of the schedule rule.
    path : path-like
        The file.
    problem : Problem
        For the numbers of technicians and requests.

    Raises
    ------
    InputError
        The plan has breaks, second shifts, crews or recurring visits, which the format has not,
        orders or workers that the problem has not, or the file cannot be written.
    """
    numbers = Numbers(problem)
    faults: list[Issue] = []
    routes: dict[str, list[int]] = {}
    for route in plan.routes:
        where = f"route of {route.worker!r}"
        if route.breaks:
            faults.append(unsupported(where, "breaks", "trsp"))
        if route.shift or route.worker not in numbers.workers:
            why = "the problem has no such technician, or the format no second shift"
            faults.append(unsupported(where, "shift", "trsp", why))
        calls = [] if route.restock is None else [route.restock.after]
        sequence = []
        for is_visit, at in steps(calls, len(route.visits)):
            visit = route.visits[at] if is_visit else None
            if visit is None:
                sequence.append(_DEPOT)
            elif visit.order in numbers.orders and not visit.role and not visit.occurrence:
                sequence.append(numbers.orders[visit.order])
            else:
                why = "the problem has no such request, or the format no second visit of it"
                faults.append(unsupported(f"order {visit.order!r}", "visits", "trsp", why))
        routes[str(numbers.workers.get(route.worker, 0))] = sequence
    if faults:
        raise InputError(faults)
    write_text(path, json_text({"routes": routes}))
