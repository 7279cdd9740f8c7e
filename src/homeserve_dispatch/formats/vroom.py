"""The format ``vroom``: problems as VROOM takes them. ``docs/formats.md`` has the mapping."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats.files import Source
from homeserve_dispatch.formats.labels import Labels
from homeserve_dispatch.formats.vroom_breaks import read_breaks
from homeserve_dispatch.formats.vroom_fields import LATEST_S, Fields, moment
from homeserve_dispatch.formats.vroom_matrices import Matrices
from homeserve_dispatch.model import Problem
from homeserve_dispatch.model.faults import brief
from homeserve_dispatch.model.worker import LONGEST_SHIFT

_log = logging.getLogger(__name__)

PER_HOUR = 3600.0
"""VROOM's default cost of an hour of travel: one a second."""

WAITING = 0.001
"""An hour of waiting: VROOM charges nothing, but lets routes begin as late as they can.

A weight above 0 has the same effect here; it is too small to outweigh a second of travel.
"""

_LARGEST_COST = 1e13
"""Of all orders left out; costs up to it still tell a hundredth in floating point."""

_DAY_S = 86_400
_FIELDS = {
    ("job", "duration"): "service",
    ("job", "demand"): "delivery, pickup",
    ("vehicle", "shifts"): "time_window",
    ("shift", "start"): "time_window",
    ("shift", "end"): "time_window",
    ("break", "earliest"): "time_windows",
    ("break", "latest"): "time_windows",
    ("break", "duration"): "service",
}
_SPLIT = "leave it out"


def read_problem(source: Source) -> Problem:
    """Read a problem.

    Parameters
    ----------
    source : Source
        VROOM's input: jobs, vehicles, matrices; seconds, metres, ``[lon, lat]``.

    Returns
    -------
    Problem
        Times are seconds from 1970-01-01T00:00Z. Ids, skills and places are the file's numbers
        as text. Keys that VROOM does not know are passed over, as VROOM does.

    Raises
    ------
    InputError
        All faults, by record; what VROOM can do and this library cannot (shipments, breaks that
        depend on the load or have several windows, delivery mixed with pickup, costs by matrix or
        task hour, times by vehicle type) is one.
    """
    faults: list[Issue] = []
    top = Fields(source.name, source.json, faults)
    if not top.has("vehicles"):
        top.missing("vehicles", "a problem needs vehicles")
    for _, shipment in top.records("shipments", "shipment"):
        why = "a pickup and its delivery by the same vehicle cannot be expressed"
        faults.append(Issue("UNSUPPORTED", shipment.where, why, _SPLIT))
    matrices = Matrices(top)
    labels = Labels(_FIELDS)
    jobs = list(top.records("jobs", "job"))
    vehicles = list(top.records("vehicles", "vehicle"))
    size = _amount_size([fields for _, fields in (*vehicles, *jobs)])
    orders = [_order(identity, job, matrices, size, labels) for identity, job in jobs]
    _refuse_mixed([job for _, job in jobs])
    horizon = _Horizon(orders)
    workers = [
        _worker(identity, vehicle, matrices, size, horizon, labels)
        for identity, vehicle in vehicles
    ]
    if faults:
        raise InputError(faults)
    raw = {
        "orders": [{k: v for k, v in order.items() if k != "opens"} for order in orders],
        "workers": workers,
        "travel": matrices.travel(),
        "objective": _objective(orders, workers, matrices),
    }
    try:
        return Problem.model_validate(raw)
    except InputError as error:
        raise InputError(labels.translate(error.issues)) from None


def _amount_size(records: Sequence[Fields]) -> int:
    """Components of amounts: as many as the first record with any has."""
    for fields in records:
        for key in ("capacity", "delivery", "pickup", "amount"):
            value = fields.data.get(key)
            if isinstance(value, list):
                return len(value)
    return 0


def _amounts(fields: Fields, key: str, size: int) -> dict[str, float]:
    values = fields.numbers(key) or []
    if fields.has(key) and len(values) != size:
        fields.fault(key, f"it has {len(values)} components, others {size}", "use the same number")
        return {}
    return {f"load_{at}": value for at, value in enumerate(values, 1)}


def _order(
    identity: str, job: Fields, matrices: Matrices, size: int, labels: Labels
) -> dict[str, Any]:
    labels.add(f"order {identity!r}", job.where, "job")
    for key in ("setup_per_type", "service_per_type"):
        if job.data.get(key):
            why = "durations by type of vehicle cannot be expressed"
            job.unsupported(key, why, f"leave it out and give {key.partition('_')[0]}")
    delivery = "delivery" if job.has("delivery") or not job.has("amount") else "amount"
    given, taken = _amounts(job, delivery, size), _amounts(job, "pickup", size)
    demand = {name: given.get(name, 0) + taken.get(name, 0) for name in given | taken}
    windows = job.windows("time_windows")
    order: dict[str, Any] = {
        "id": identity,
        "location": _location(job, "location", "location_index", matrices),
        "duration": timedelta(milliseconds=round(job.number("service", 0, 1e8) * 1000)),
        "setup": timedelta(milliseconds=round(job.number("setup", 0, 1e8) * 1000)),
        "skills": dict.fromkeys(job.names("skills"), 1),
        "priority": job.whole("priority", 100) or 0,
        "demand": {name: amount for name, amount in demand.items() if amount},
        "opens": min((start for start, _ in windows), default=None),
    }
    if windows:
        order["time_windows"] = [
            {"earliest": moment(start), "latest": moment(end)} for start, end in windows
        ]
    return order


def _refuse_mixed(jobs: Sequence[Fields]) -> None:
    """A component that some jobs deliver and others pick up: the load depends on the sequence.

    Where only one of the two is used, what is on board is greatest at the start (the end), and
    the sum over the route is the whole rule.
    """

    def used(job: Fields, *keys: str) -> set[int]:
        found: set[int] = set()
        for key in keys:
            values = job.data.get(key)
            if isinstance(values, list):
                found |= {at for at, value in enumerate(values) if value}
        return found

    delivered = set().union(*(used(job, "delivery", "amount") for job in jobs))
    for job in jobs:
        if both := delivered & used(job, "pickup"):
            why = f"component {min(both) + 1} is picked up here and delivered by jobs too"
            job.unsupported("pickup", why, "use a component of its own for pickups")


def _location(
    fields: Fields, key: str, index_key: str, matrices: Matrices
) -> dict[str, Any] | None:
    point = fields.point(key)
    if not matrices.given:
        if not fields.has(key):
            fields.missing(key, "without matrices it is needed")
        return dict(point) or None
    index = fields.whole(index_key)
    if not fields.has(index_key):
        fields.missing(index_key, "with matrices it is needed")
    elif index is not None and matrices.size is not None and index >= matrices.size:
        fields.fault(index_key, f"{index} is not from 0 to {matrices.size - 1}")
    return {"id": str(index), **point} if index is not None else None


class _Horizon:
    """When a vehicle without working hours, or with endless ones, is there: 20 days at most."""

    def __init__(self, orders: Sequence[dict[str, Any]]) -> None:
        opens = [order["opens"] for order in orders if order["opens"] is not None]
        self.first, self.last = min(opens, default=0), max(opens, default=0)

    def of(self, vehicle: Fields) -> tuple[float, float]:
        """Return start and end in seconds."""
        longest = LONGEST_SHIFT.total_seconds()
        given = vehicle.data.get("time_window")
        window = vehicle.window("time_window", given) if given is not None else None
        if window and window[0] == window[1]:
            vehicle.fault("time_window", f"{brief(given)} leaves no time")
        start, end = window or (0.0, float(LATEST_S))
        end = min(end, LATEST_S)
        if end - start > longest:
            # A day before the first window opens, for the way there.
            start = max(start, self.first - _DAY_S)
            end = min(end, start + longest)
            if self.last > end:
                why = f"more than {LONGEST_SHIFT.days} days of work cannot be one shift"
                vehicle.unsupported("time_window", why, "give the vehicle shorter working hours")
        return start, end


def _worker(
    identity: str,
    vehicle: Fields,
    matrices: Matrices,
    size: int,
    horizon: _Horizon,
    labels: Labels,
) -> dict[str, Any]:
    labels.add(f"worker {identity!r}", vehicle.where, "vehicle")
    labels.add(f"worker {identity!r}, shift number 1", vehicle.where, "shift")
    if vehicle.data.get("steps"):
        _log.warning("%s: the steps, a plan to start from, are not used", vehicle.where)
    start, end = horizon.of(vehicle)
    shift: dict[str, Any] = {
        "start": moment(start),
        "end": moment(end),
        "capacity": _amounts(vehicle, "capacity", size),
        "max_visits": vehicle.whole("max_tasks"),
        "max_distance_m": vehicle.whole("max_distance"),
        "breaks": read_breaks(
            vehicle, f"worker {identity!r}, shift number 1", (start, end), labels
        ),
    }
    if vehicle.has("max_travel_time"):
        limit = vehicle.number("max_travel_time")
        # Longer than any shift is no limit.
        if limit < LONGEST_SHIFT.total_seconds():
            shift["max_travel"] = timedelta(seconds=limit)
    for key in ("start", "end"):
        if vehicle.has(key) or vehicle.has(f"{key}_index"):
            shift[f"{key}_location"] = _location(vehicle, key, f"{key}_index", matrices)
    if not shift.keys() & {"start_location", "end_location"}:
        vehicle.missing("start", "a vehicle has a start, an end or both")
    rates = _rates(vehicle)
    mode = matrices.mode(vehicle)
    if not matrices.has_distances(mode):
        for key, used in (
            ("costs.per_km", rates.get("travel_distance")),
            ("max_distance", vehicle.has("max_distance")),
        ):
            if used:
                vehicle.fault(key, "the matrices have no distances", "add distances to them")
    return {
        "id": identity,
        "shifts": [shift],
        "skills": vehicle.names("skills"),
        "mode": mode,
        "rates": rates,
    }


def _rates(vehicle: Fields) -> dict[str, float]:
    if not vehicle.has("costs"):
        return {}
    costs = Fields(f"{vehicle.where}, costs", vehicle.data["costs"], vehicle.faults)
    if costs.number("per_task_hour"):
        why = "a cost of the time at work without waiting cannot be expressed"
        costs.unsupported("per_task_hour", why, _SPLIT)
    names = {"fixed": "shift_use", "per_hour": "travel_time", "per_km": "travel_distance"}
    return {name: costs.number(key) for key, name in names.items() if costs.has(key)}


def _objective(
    orders: Sequence[dict[str, Any]], workers: Sequence[dict[str, Any]], matrices: Matrices
) -> dict[str, float]:
    """VROOM's order of aims as weights: priorities, then how many jobs, then cost.

    A job left out costs more than all the travel there can be, and a point of priority more than
    all jobs of priority 0, as far as floating point allows.
    """
    points = [order["location"] for order in orders]
    points += [w["shifts"][0].get(k) for w in workers for k in ("start_location", "end_location")]
    seconds, metres = matrices.longest_leg([p for p in points if p and "lat" in p])
    rates = [worker["rates"] for worker in workers]
    leg = seconds / 3600 * max((r.get("travel_time", PER_HOUR) for r in rates), default=PER_HOUR)
    leg += metres / 1000 * max((r.get("travel_distance", 0.0) for r in rates), default=0.0)
    legs = len(orders) + len(workers)
    most = leg * legs + sum(r.get("shift_use", 0.0) for r in rates) + 1
    skip = 10.0 ** math.ceil(math.log10(most))
    priorities = sum(order["priority"] for order in orders)
    per_point = float(len(orders) + 1)
    if skip * (len(orders) + per_point * priorities) > _LARGEST_COST:
        per_point = max(1.0, _LARGEST_COST / skip / max(priorities, 1))
    return {
        "travel_time": PER_HOUR,
        "travel_distance": 0.0,
        "overtime": 0.0,
        "waiting": WAITING,
        "lateness": 0.0,
        "sla_lateness": 0.0,
        "unassigned": skip,
        "unassigned_by_priority": per_point,
        "preference": 0.0,
        "missed_break": 0.0,
        "response_time": 0.0,
    }
