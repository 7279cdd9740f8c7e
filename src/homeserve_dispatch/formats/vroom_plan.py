"""Plans as VROOM gives them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats.files import Source, named
from homeserve_dispatch.formats.vroom_fields import LATEST_S, Fields, moment
from homeserve_dispatch.formats.vroom_write import Numbers
from homeserve_dispatch.model import Problem, Shift
from homeserve_dispatch.model.base import instant
from homeserve_dispatch.model.faults import brief
from homeserve_dispatch.plan import Plan, Route
from homeserve_dispatch.schedule import build_route

_MOST_S = 1e8
_SECOND = timedelta(seconds=1)
_ZERO = timedelta(0)


def read_plan(source: Source, problem: Problem) -> Plan:
    """Read a plan.

    Parameters
    ----------
    source : Source
        VROOM's output: ``routes[].steps`` of type start, job and end.
    problem : Problem
        What it is for. Ids are those of :func:`write_problem`.

    Returns
    -------
    Plan
        Whatever rules it breaks. It states no cost. Times are whole seconds in the file; a
        route whose times are those of the schedule rule, rounded, gets them unrounded.

    Raises
    ------
    InputError
        All faults, by route and step; breaks, pickups and deliveries are some.
    """
    faults: list[Issue] = []
    top = Fields(source.name, source.json, faults)
    if top.data.get("code") not in (None, 0):
        words = f"VROOM found no plan: {brief(top.data.get('error', ''))}"
        top.fault("code", words, "solve the problem again")
    elif not top.has("routes"):
        top.missing("routes", "a plan has routes")
    numbers = Numbers(problem)
    orders = {str(number): name for name, number in numbers.orders.items()}
    shifts = {str(number): pair for pair, number in numbers.shifts.items()}
    routes = []
    for at, data in enumerate(top.listed("routes"), 1):
        vehicle = data.get("vehicle") if isinstance(data, dict) else None
        route = Fields(f"{source.name}, route number {at}", data, faults)
        if route.data and (isinstance(vehicle, bool) or not isinstance(vehicle, int | str)):
            route.fault("vehicle", f"{brief(vehicle)} is no id")
            continue
        pair = shifts.get(str(vehicle), (str(vehicle), 0))
        if route.data and (found := _route(route, pair, orders, problem)):
            routes.append(found)
    unassigned = []
    skip = {order.id: problem.effective(order).skip_cost for order in problem.orders}
    for identity, left in top.records("unassigned", "unassigned job"):
        _check_type(left)
        name = orders.get(identity, identity)
        unassigned.append({"order": name} | ({"skip_cost": skip[name]} if name in skip else {}))
    if faults:
        raise InputError(faults)
    try:
        return Plan.model_validate({"routes": routes, "unassigned": unassigned})
    except InputError as error:
        raise named(error, source.name) from None


def _check_type(step: Fields) -> None:
    kind = step.data.get("type", "job")
    if kind not in ("start", "job", "end"):
        words = f"a step of type {brief(kind)} cannot be expressed; there are start, job and end"
        step.unsupported("type", words, "plan without shipments and breaks")


def _route(
    route: Fields, pair: tuple[str, int], orders: dict[str, str], problem: Problem
) -> Route | dict[str, Any] | None:
    before = len(route.faults)
    shift = shift_of(problem, pair)
    visits: list[dict[str, Any]] = []
    departure = end = last = None
    travelled = distance = 0.0
    for at, data in enumerate(route.listed("steps"), 1):
        step = Fields(f"{route.where}, step {at}", data, route.faults)
        _check_type(step)
        arrival = step.number("arrival", high=LATEST_S)
        if step.data and not step.has("arrival"):
            step.missing("arrival", "a step states when it is reached")
        waiting, setup = (step.number(name, high=_MOST_S) for name in ("waiting_time", "setup"))
        start = arrival + waiting
        last = start + setup + step.number("service", high=_MOST_S)
        if step.data.get("type") == "start":
            departure = last
        elif step.data.get("type") == "end":
            end = arrival
        else:
            identity = step.data.get("id", step.data.get("job"))
            if isinstance(identity, bool) or not isinstance(identity, int | str):
                step.fault("id", f"{brief(identity)} is no id")
                continue
            visit = {
                "order": orders.get(str(identity), str(identity)[:400]),
                "arrival": _local(arrival, shift),
                "start": _local(start, shift),
                "finish": _local(last, shift),
                "setup": timedelta(seconds=setup),
            }
            if step.has("duration"):
                visit["travel_time"] = timedelta(
                    seconds=step.number("duration", high=_MOST_S) - travelled
                )
            if step.has("distance"):
                visit["distance_m"] = round(step.number("distance") - distance)
            visits.append(visit)
        travelled = step.number("duration", travelled, _MOST_S)
        distance = step.number("distance", distance)
    if len(route.faults) > before or not visits or last is None:
        return None
    first = visits[0]["arrival"]
    stated: dict[str, Any] = {
        "worker": pair[0],
        "shift": pair[1],
        "departure": first if departure is None else _local(departure, shift),
        "end": _local(last if end is None else end, shift),
        "visits": visits,
    }
    if route.has("duration"):
        stated["travel_time"] = timedelta(seconds=route.number("duration", high=_MOST_S))
    if route.has("distance"):
        stated["distance_m"] = round(route.number("distance"))
    if route.has("waiting_time"):
        stated["waiting"] = timedelta(seconds=route.number("waiting_time", high=_MOST_S))
    return _unrounded(stated, problem) or stated


def shift_of(problem: Problem, pair: tuple[str, int]) -> Shift | None:
    """Return a worker's shift by the worker's id and its number from 0; None if there is none."""
    for worker in problem.workers:
        if worker.id == pair[0] and pair[1] < len(worker.shifts):
            return worker.shifts[pair[1]]
    return None


def _local(value: float, shift: Shift | None) -> datetime:
    """Convert seconds to a time as the shift states its own."""
    found = moment(value)
    if shift is None:
        return found
    zone = shift.start.tzinfo
    return found.replace(tzinfo=None) if zone is None else found.astimezone(zone)


def _unrounded(stated: dict[str, Any], problem: Problem) -> Route | None:
    """Return the route of the schedule rule, if the stated times are its times to the second."""
    try:
        route = build_route(
            problem, stated["worker"], stated["shift"], [v["order"] for v in stated["visits"]]
        )
    except (KeyError, IndexError, OverflowError):
        return None

    def near(a: datetime, b: datetime) -> bool:
        return abs(instant(a) - instant(b)) < _SECOND

    same = near(stated["departure"], route.departure) and near(stated["end"], route.end)
    for visit, true in zip(stated["visits"], route.visits, strict=True):
        same = same and all(
            near(visit[name], getattr(true, name)) for name in ("arrival", "start", "finish")
        )
    return route if same else None
