"""Plans as VROOM gives them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats.files import Source, named
from homeserve_dispatch.formats.vroom_breaks import BreakStep, numbers_of
from homeserve_dispatch.formats.vroom_fields import LATEST_S, Fields, moment
from homeserve_dispatch.formats.vroom_write import Numbers
from homeserve_dispatch.model import Problem, Shift, VisitKey
from homeserve_dispatch.model.base import instant
from homeserve_dispatch.model.faults import brief
from homeserve_dispatch.plan import BreakTaken, Plan, Route, Visit
from homeserve_dispatch.schedule import BreakStep as TakeBreak
from homeserve_dispatch.schedule import build_route

_MOST_S = 1e8
_SECOND = timedelta(seconds=1)


def read_plan(source: Source, problem: Problem) -> Plan:
    """Read a plan.

    Parameters
    ----------
    source : Source
        VROOM's output: ``routes[].steps`` of type start, job, break and end.
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
        All faults, by route and step; pickups and deliveries are some.
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
    if kind not in ("start", "job", "break", "end"):
        words = f"a step of type {brief(kind)} cannot be expressed"
        words += "; there are start, job, break and end"
        step.unsupported("type", words, "plan without shipments")


class _Step(NamedTuple):
    """A step of the file: times as the shift states its own, the leg from the step before."""

    kind: str
    identity: int | str
    arrival: datetime
    start: datetime
    finish: datetime
    setup: timedelta
    travel_time: timedelta | None
    distance_m: int | None

    def stated(self) -> dict[str, Any]:
        """What visits and breaks both state of it."""
        leg = {"travel_time": self.travel_time, "distance_m": self.distance_m}
        given = {name: value for name, value in leg.items() if value is not None}
        return {"arrival": self.arrival, "start": self.start, "finish": self.finish, **given}


def _steps(route: Fields, shift: Shift | None) -> list[_Step]:
    found = []
    travelled = distance = 0.0
    for at, data in enumerate(route.listed("steps"), 1):
        step = Fields(f"{route.where}, step {at}", data, route.faults)
        _check_type(step)
        arrival = step.number("arrival", high=LATEST_S)
        if step.data and not step.has("arrival"):
            step.missing("arrival", "a step states when it is reached")
        waiting, setup = (step.number(name, high=_MOST_S) for name in ("waiting_time", "setup"))
        start = arrival + waiting
        finish = start + setup + step.number("service", high=_MOST_S)
        kind = step.data.get("type", "job")
        identity = step.data.get("id", step.data.get("job"))
        if kind in ("start", "end"):
            identity = ""
        elif isinstance(identity, bool) or not isinstance(identity, int | str):
            step.fault("id", f"{brief(identity)} is no id")
            continue
        cumulated = step.number("duration", travelled, _MOST_S)
        metres = step.number("distance", distance)
        found.append(
            _Step(
                kind=str(kind),
                identity=identity,
                arrival=_local(arrival, shift),
                start=_local(start, shift),
                finish=_local(finish, shift),
                setup=timedelta(seconds=setup),
                travel_time=timedelta(seconds=cumulated - travelled)
                if step.has("duration")
                else None,
                distance_m=round(metres - distance) if step.has("distance") else None,
            )
        )
        travelled, distance = cumulated, metres
    return found


def _route(
    route: Fields, pair: tuple[str, int], orders: dict[str, str], problem: Problem
) -> Route | dict[str, Any] | None:
    before = len(route.faults)
    shift = shift_of(problem, pair)
    steps = _steps(route, shift)
    visits = [
        step.stated()
        | {"order": orders.get(str(step.identity), str(step.identity)[:400]), "setup": step.setup}
        for step in steps
        if step.kind == "job"
    ]
    if len(route.faults) > before or not visits:
        return None
    departure = next((step.finish for step in steps if step.kind == "start"), steps[0].arrival)
    if left := _leaves_after_a_break(steps):
        departure = left
    stated: dict[str, Any] = {
        "worker": pair[0],
        "shift": pair[1],
        "departure": departure,
        "end": next((step.arrival for step in steps if step.kind == "end"), steps[-1].finish),
        "visits": visits,
        "breaks": _breaks(steps, shift),
    }
    if route.has("duration"):
        stated["travel_time"] = timedelta(seconds=route.number("duration", high=_MOST_S))
    if route.has("distance"):
        stated["distance_m"] = round(route.number("distance"))
    if route.has("waiting_time"):
        stated["waiting"] = timedelta(seconds=route.number("waiting_time", high=_MOST_S))
    return _unrounded(stated, problem) or stated


def _breaks(steps: Sequence[_Step], shift: Shift | None) -> list[dict[str, Any]]:
    taken = [step for step in steps if step.kind == "break"]
    own = [
        BreakStep(
            step.identity if isinstance(step.identity, int) else None, step.start, step.finish
        )
        for step in taken
    ]
    found, after = [], 0
    numbers = iter(numbers_of(own, shift))
    for step in steps:
        if step.kind == "job":
            after += 1
        elif step.kind == "break":
            found.append(step.stated() | {"number": next(numbers), "after": after})
    return found


def _leaves_after_a_break(steps: Sequence[_Step]) -> datetime | None:
    """The departure where breaks come before it: VROOM's routes start with the first break."""
    at = next((at for at, step in enumerate(steps) if step.kind == "job"), 0)
    leading = [step for step in steps[:at] if step.kind == "break"]
    first = steps[at]
    if not leading or first.travel_time is None or any(step.travel_time for step in leading):
        return None
    return first.arrival - first.travel_time


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
    steps: list[VisitKey | TakeBreak] = [VisitKey(v["order"]) for v in stated["visits"]]
    for each in reversed(stated["breaks"]):
        steps.insert(each["after"], TakeBreak(each["number"]))
    try:
        route = build_route(problem, stated["worker"], stated["shift"], steps)
    except (KeyError, IndexError, OverflowError):
        return None

    def near(a: datetime, b: datetime) -> bool:
        return abs(instant(a) - instant(b)) < _SECOND

    # A departure after a break is worked out from times that are rounded themselves.
    departs = abs(instant(stated["departure"]) - instant(route.departure)) < 2 * _SECOND
    same = departs and near(stated["end"], route.end) and len(stated["breaks"]) == len(route.breaks)
    pairs: list[tuple[dict[str, Any], Visit | BreakTaken]] = [
        *zip(stated["visits"], route.visits, strict=True)
    ]
    pairs += zip(stated["breaks"], route.breaks, strict=False)
    for one, true in pairs:
        same = same and all(
            near(one[name], getattr(true, name)) for name in ("arrival", "start", "finish")
        )
    return route if same else None
