"""Problems as ``hhcrsp`` has them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats import hhcrsp_fit as fit
from homeserve_dispatch.formats.hhcrsp_shared import (
    SKIP_COST,
    Operations,
    plain,
    services_of,
)
from homeserve_dispatch.formats.unsupported import unsupported
from homeserve_dispatch.model import Location, Order, Problem
from homeserve_dispatch.model.base import instant
from homeserve_dispatch.model.problem import EffectiveRole

_NAME = "hhcrsp"
_MINUTE = timedelta(minutes=1)
_THIRDS = ("travel_time", "lateness", "worst_lateness")
_WEIGHTS = {*_THIRDS, "overtime", "preference", "missed_break"}


def problem_data(problem: Problem) -> dict[str, Any]:
    """Return the problem as JSON values.

    Raises
    ------
    InputError
        Everything in the problem that the format has no words for.
    """
    found = list(fit.faults(problem, _NAME, weights=_WEIGHTS))
    found += fit.one_service(problem, _NAME)
    found += _of_objective(problem)
    found += _of_workers(problem)
    found += _of_orders(problem)
    if found:
        raise InputError(found)
    depot = problem.workers[0].shifts[0].start_location
    assert depot is not None
    patients = _patients(problem)
    places: list[Location] = [depot, *(orders[0].location for orders in patients.values())]
    rows = fit.legs(problem, places, _NAME, found)
    if found:
        raise InputError(found)
    zero = problem.workers[0].shifts[0].start
    anybody = fit.without_skills(problem)
    return {
        "patients": [
            patient_data(problem, identity, orders, "required_caregivers")
            | {"time_window": _window(orders[0], zero)}
            for identity, orders in patients.items()
        ],
        "services": [{"id": name} for name in fit.all_services(problem)],
        "caregivers": [
            {"id": worker.id, "abilities": [*worker.skills, *anybody]} for worker in problem.workers
        ],
        "central_offices": [{"id": "d"}],
        "distances": [[plain(value / 60_000) for value in row] for row in rows],
    }


def patient_data(
    problem: Problem, identity: str, orders: list[Order], needs: str
) -> dict[str, Any]:
    """Return what a patient is and needs, with how two services hang together."""
    roles = [role for order in orders for role in problem.effective(order).roles]
    names = [name for order in orders for name in services_of(problem, order)]
    data: dict[str, Any] = {
        "id": identity,
        needs: [
            {"service": name, "duration": plain(role.duration / _MINUTE)}
            for name, role in zip(names, roles, strict=True)
        ],
    }
    if len(roles) > 1:
        data["synchronization"] = _bond(roles[1]) if len(orders) == 1 else {"type": "independent"}
    return data


def _bond(second: EffectiveRole) -> dict[str, Any]:
    gap = [plain(offset / _MINUTE) for offset in (second.earliest_offset, second.latest_offset)]
    if not any(gap):
        return {"type": "simultaneous"}
    return {"type": "sequential", "distance": gap}


def _patients(problem: Problem) -> dict[str, list[Order]]:
    of_visit = Operations(problem).of_visit
    found: dict[str, list[Order]] = {}
    for order in problem.orders:
        found.setdefault(of_visit[order.id, 0].patient, []).append(order)
    return found


def patients_of(problem: Problem, format_name: str, faults: list[Issue]) -> dict[str, list[Order]]:
    """Return the orders of each patient, in the order in which patients first come.

    Parameters
    ----------
    problem : Problem
        Whose orders.
    format_name : str
        The format.
    faults : list of Issue
        Gets a fault for orders of one patient that differ in more than the service.
    """
    found = _patients(problem)
    for orders in found.values():
        first = orders[0]
        same = {name: getattr(first, name) for name in ("id", "duration", "skills", "skip_cost")}
        for order in orders[1:]:
            if order.model_copy(update=same) != first:
                why = f"orders of one patient are alike, and this one is unlike {first.id!r}"
                faults.append(unsupported(f"order {order.id!r}", "customer", format_name, why))
    return found


def _window(order: Order, zero: Any) -> list[float]:
    (window,) = order.time_windows
    return [
        plain((instant(when) - instant(zero)) / _MINUTE)
        for when in (window.earliest, window.latest)
    ]


def _of_objective(problem: Problem) -> Iterator[Issue]:
    weights = {getattr(problem.objective, part) for part in _THIRDS}
    if len(weights) > 1 or not all(isinstance(weight, float) and weight > 0 for weight in weights):
        why = "travel, lateness and the worst lateness weigh the same there"
        yield unsupported("objective", "lateness", _NAME, why)


def _of_workers(problem: Problem) -> Iterator[Issue]:
    if not problem.workers:
        yield unsupported("problem", "workers", _NAME, "the format needs the depot of a worker")
    shifts = [(worker, shift) for worker in problem.workers for shift in worker.shifts[:1]]
    for worker, shift in shifts:
        where, first = f"worker {worker.id!r}", shifts[0][1]
        if instant(shift.start) != instant(first.start):
            yield unsupported(where, "shifts.start", _NAME, "all begin at the same time there")
        ends = [place.key for place in (shift.start_location, shift.end_location) if place]
        if first.start_location and any(key != first.start_location.key for key in ends):
            why = "all routes begin and end at one depot there"
            yield unsupported(where, "shifts.start_location", _NAME, why)
        if shift.end - shift.start < timedelta(days=20):
            yield unsupported(where, "shifts.end", _NAME, "nobody has to be back at a time there")


def _of_orders(problem: Problem) -> Iterator[Issue]:
    found: list[Issue] = []
    patients_of(problem, _NAME, found)
    yield from found
    zero = min((w.shifts[0].start for w in problem.workers if w.shifts), key=instant, default=None)
    for order in problem.orders:
        where = f"order {order.id!r}"
        if problem.effective(order).skip_cost < SKIP_COST:
            why = f"nobody is left out there; a skip_cost of {SKIP_COST:g} says so"
            yield unsupported(where, "skip_cost", _NAME, why)
        windows = order.time_windows
        if len(windows) != 1 or not windows[0].soft or windows[0].bounds != "start":
            why = "a patient has one soft window of start there"
            yield unsupported(where, "time_windows", _NAME, why)
        elif zero is not None and instant(windows[0].earliest) < instant(zero):
            why = "no window opens before the shifts there"
            yield unsupported(where, "time_windows", _NAME, why)
