"""Problems as ``uhhc`` has them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats import hhcrsp_fit as fit
from homeserve_dispatch.formats.hhcrsp_shared import SKIP_COST, Clock, plain
from homeserve_dispatch.formats.hhcrsp_write import patient_data, patients_of
from homeserve_dispatch.formats.uhhc import MET
from homeserve_dispatch.formats.uhhc_cost import CASES, HARD, TIMES, components_of
from homeserve_dispatch.formats.unsupported import unsupported
from homeserve_dispatch.model import (
    AllOrNone,
    Location,
    Order,
    Problem,
    Shift,
    TravelMatrix,
    Worker,
)
from homeserve_dispatch.model.worker import LONGEST_SHIFT

_NAME = "uhhc"
_MINUTE = timedelta(minutes=1)
_WORKERS = {"required_workers", "preferred_workers", "forbidden_workers"}


def problem_data(problem: Problem) -> dict[str, Any]:
    """Return the problem as JSON values.

    Raises
    ------
    InputError
        Everything in the problem that the format has no words for.
    """
    found = list(
        fit.faults(
            problem,
            _NAME,
            order=_WORKERS,
            shift={"overtime_until", "breaks"},
            weights={*TIMES.values(), *CASES.values()},
            bound={"relations"},
        )
    )
    found += fit.one_service(problem, _NAME)
    patients = patients_of(problem, _NAME, found)
    found += _of_patients(problem, patients)
    found += _of_relations(problem, patients)
    found += _of_windows(problem)
    found += _of_shifts(problem)
    if found:
        raise InputError(found)
    places = _places(problem, patients)
    rows = fit.legs(problem, list(places.values()), _NAME, found)
    data = _data(problem, patients, places) | {
        "distances": [[plain(value / 60_000) for value in row] for row in rows]
    }
    found += _of_minutes(data)
    if found:
        raise InputError(found)
    return data


def _places(problem: Problem, patients: dict[str, list[Order]]) -> dict[Any, Location]:
    """Return the places by key, in the order of the rows: the matrix's own, else of first use."""
    used = [place for worker in problem.workers for place in _ends(worker)]
    used += [orders[0].location for orders in patients.values()]
    found = {place.key: place for place in reversed(used)}
    if isinstance(problem.travel, TravelMatrix):
        return {key: found.get(key, Location(id=key)) for key in problem.travel.places}
    return {place.key: found[place.key] for place in used}


def _ends(worker: Worker) -> list[Location]:
    shift = worker.shifts[0]
    return [place for place in (shift.start_location, shift.end_location) if place]


def _data(
    problem: Problem, patients: dict[str, list[Order]], places: dict[Any, Location]
) -> dict[str, Any]:
    clock = Clock(problem)
    rows = {key: row for row, key in enumerate(places)}
    windows = [window for order in problem.orders for window in order.time_windows]
    met = {bounds: name for name, bounds in MET.items()}
    last = plain(LONGEST_SHIFT / _MINUTE)
    components = _components(problem)
    terminals = {place.key: place for worker in problem.workers for place in _ends(worker)}
    names = {key: f"d{at}" for at, key in enumerate(terminals)}
    metadata = {
        "time_window_met": met[windows[0].bounds if windows else "start"],
        "cost_components": components,
    } | ({"name": problem.name} if problem.name else {})
    data: dict[str, Any] = {
        "metadata": metadata,
        "terminal_points": [
            {"id": names[key]} | _at(place, rows) for key, place in terminals.items()
        ],
        "caregivers": [_caregiver(worker, problem, names, clock) for worker in problem.workers],
        "services": [{"id": name} for name in fit.all_services(problem)],
        "patients": [
            patient_data(problem, identity, orders, "required_services")
            | _at(orders[0].location, rows)
            | {
                "time_windows": [
                    {"start": clock.minutes(w.earliest), "end": clock.minutes(w.latest)}
                    for w in orders[0].time_windows
                ]
                or [{"start": 0, "end": last}],
                "optional": _optional(problem, orders[0]),
            }
            | _people(orders[0])
            for identity, orders in patients.items()
        ],
    }
    for worker in problem.workers:
        for rest in worker.shifts[0].breaks:
            closes = clock.minutes(rest.latest)
            length = plain(rest.duration / _MINUTE)
            if metadata["time_window_met"] == "at_service_end":
                closes += length
            data["lunch_breaks"] = {
                "start": clock.minutes(rest.earliest),
                "end": plain(closes),
                "min_duration": length,
            }
    return data


def _at(place: Location, rows: dict[Any, int]) -> dict[str, Any]:
    point = {} if place.lat is None else {"location": [place.lon, place.lat]}
    return {"distance_matrix_index": rows[place.key], **point}


def _people(order: Order) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if named := order.preferred_workers or order.required_workers:
        found["preferred_caregivers"] = list(named)
    if order.forbidden_workers:
        found["incompatible_caregivers"] = list(order.forbidden_workers)
    return found


def _optional(problem: Problem, order: Order) -> bool:
    return problem.effective(order).skip_cost < SKIP_COST


def _caregiver(
    worker: Worker, problem: Problem, names: dict[Any, str], clock: Clock
) -> dict[str, Any]:
    shift = worker.shifts[0]
    departing, arriving = (names[place.key] for place in _ends(worker))
    return {
        "id": worker.id,
        "abilities": [*worker.skills, *fit.without_skills(problem)],
        "departing_point": departing,
        "arrival_point": arriving,
        "working_shift": {"start": clock.minutes(shift.start), "end": clock.minutes(shift.end)},
        "lunch_break": bool(shift.breaks),
    }


def _components(problem: Problem) -> dict[str, Any]:
    """Return what is weighed, also where orders and shifts say it."""
    found = components_of(problem)
    shifts = [worker.shifts[0] for worker in problem.workers]
    breaks = [rest for shift in shifts for rest in shift.breaks]
    if any(not window.soft for order in problem.orders for window in order.time_windows):
        found["total_tardiness"] = HARD
    if any(shift.overtime_until in (None, shift.end) and not _endless(shift) for shift in shifts):
        found["total_extra_time"] = HARD
    if any(order.required_workers for order in problem.orders):
        found["caregiver_preferences"] = HARD
    if any(rest.hard for rest in breaks):
        found["missed_lunch_break"] = HARD
    elif breaks and breaks[0].skip_cost is not None:
        found["missed_lunch_break"] = plain(breaks[0].skip_cost)
    costs = [problem.effective(order).skip_cost for order in problem.orders]
    found["optional_patients"] = plain(max((c for c in costs if c < SKIP_COST), default=0.0))
    return found


def _endless(shift: Shift) -> bool:
    return shift.end - shift.start == LONGEST_SHIFT


def _of_patients(problem: Problem, patients: dict[str, list[Order]]) -> Iterator[Issue]:
    costs = {
        order.id: cost
        for orders in patients.values()
        for order in orders[:1]
        if (cost := problem.effective(order).skip_cost) < SKIP_COST
    }
    for orders in patients.values():
        for order in orders[1:]:
            cost = problem.effective(order).skip_cost
            if cost != (0 if orders[0].id in costs else problem.effective(orders[0]).skip_cost):
                why = "a patient left out costs once, for the first service"
                yield unsupported(f"order {order.id!r}", "skip_cost", _NAME, why)
    for name, cost in costs.items():
        if cost != next(iter(costs.values())):
            why = f"all that is below {SKIP_COST:g} costs the same there"
            yield unsupported(f"order {name!r}", "skip_cost", _NAME, why)
    hard = problem.objective.preference == "hard"
    some_required = any(order.required_workers for order in problem.orders)
    for order in problem.orders:
        if order.preferred_workers and (order.required_workers or (some_required and not hard)):
            why = "lists of preferred caregivers are hard there for all patients, or for none"
            yield unsupported(f"order {order.id!r}", "preferred_workers", _NAME, why)


def _of_relations(problem: Problem, patients: dict[str, list[Order]]) -> Iterator[Issue]:
    several = [{order.id for order in orders} for orders in patients.values() if len(orders) > 1]
    bound = [
        set(relation.orders) for relation in problem.relations if isinstance(relation, AllOrNone)
    ]
    for number, relation in enumerate(problem.relations, 1):
        if not isinstance(relation, AllOrNone) or set(relation.orders) not in several:
            why = "only the services of one patient hang together there"
            yield unsupported(f"relation number {number}", relation.kind, _NAME, why)
    for orders in patients.values():
        together = {order.id for order in orders}
        if len(orders) > 1 and _optional(problem, orders[0]) and together not in bound:
            why = "all services of a patient are done there, or none"
            yield unsupported(f"order {orders[0].id!r}", "customer", _NAME, why)


def _of_windows(problem: Problem) -> Iterator[Issue]:
    kinds = {(window.bounds, window.soft) for o in problem.orders for window in o.time_windows}
    first = min(kinds, default=("start", True))
    for order in problem.orders:
        where = f"order {order.id!r}"
        for window in order.time_windows[:1]:
            if window.bounds not in MET.values() or window.bounds != first[0]:
                why = "all windows bound the start there, or all of them the service"
                yield unsupported(where, "time_windows.bounds", _NAME, why)
            if window.soft != first[1] and problem.objective.lateness != "hard":
                why = "all windows are hard there, or none"
                yield unsupported(where, "time_windows.soft", _NAME, why)


def _of_shifts(problem: Problem) -> Iterator[Issue]:
    if not problem.workers:
        yield unsupported("problem", "workers", _NAME, "the format needs the depot of a worker")
    shifts = [(worker, shift) for worker in problem.workers for shift in worker.shifts[:1]]
    breaks = [rest for _, shift in shifts for rest in shift.breaks]
    free = [_is_free(shift) for _, shift in shifts if not _endless(shift)]
    for worker, shift in shifts:
        where = f"worker {worker.id!r}, shift number 1"
        if not _endless(shift) and problem.objective.overtime != "hard":
            limited = shift.overtime_until not in (None, shift.end) and not _is_free(shift)
            if limited or _is_free(shift) != free[0]:
                why = "overtime has no limit there, or is forbidden to all"
                yield unsupported(where, "overtime_until", _NAME, why)
        if len(shift.breaks) > 1:
            yield unsupported(where, "breaks", _NAME, "there is one break, the lunch")
        for rest in shift.breaks:
            if rest != breaks[0]:
                yield unsupported(where, "breaks", _NAME, "all have the same break there")
            if rest.location is not None:
                why = "a break has no place of its own there"
                yield unsupported(where, "breaks", _NAME, why)


def _is_free(shift: Shift) -> bool:
    """Tell whether overtime has no limit but the model's own."""
    return shift.overtime_until is not None and (
        shift.overtime_until - shift.start == LONGEST_SHIFT
    )


def _of_minutes(data: dict[str, Any]) -> Iterator[Issue]:
    """Times before minute 0, which the format does not have."""
    for patient in data["patients"]:
        if any(window["start"] < 0 for window in patient["time_windows"]):
            why = "no window opens before the day of the first shift there"
            yield unsupported(f"order {patient['id']!r}", "time_windows", _NAME, why)
    if data.get("lunch_breaks", {}).get("start", 0) < 0:
        why = "no break begins before the day of the first shift there"
        yield unsupported("problem", "breaks", _NAME, why)
