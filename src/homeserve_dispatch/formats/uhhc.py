"""The format ``uhhc``: unified home health care, as JSON. ``docs/formats.md`` has the mapping.

Instances of Ceschia et al. 2026 (doi 10.1111/itor.70140).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from homeserve_dispatch.errors import Issue
from homeserve_dispatch.formats.files import PathLike, Source, json_text, write_text
from homeserve_dispatch.formats.hhcrsp_shared import (
    MODE,
    MOST_MIN,
    default_durations,
    duration,
    gap_of,
    minutes,
    moment,
    named,
    need,
    needs,
    orders_of,
    travel_table,
    validated,
    window,
    words,
)
from homeserve_dispatch.formats.labels import Labels
from homeserve_dispatch.formats.uhhc_cost import Components, unsupported_origin
from homeserve_dispatch.formats.vroom_fields import Fields, is_number
from homeserve_dispatch.model import Problem
from homeserve_dispatch.model.faults import brief
from homeserve_dispatch.model.worker import LONGEST_SHIFT

MET = {"at_service_start": "start", "at_service_end": "service"}
"""What lies in a time window, by ``time_window_met``."""

_KINDS = ("simultaneous", "sequential", "independent")
_FIELDS = {
    ("patient", "crew"): "required_services",
    ("patient", "required_workers"): "preferred_caregivers",
    ("patient", "preferred_workers"): "preferred_caregivers",
    ("patient", "forbidden_workers"): "incompatible_caregivers",
    ("caregiver", "skills"): "abilities",
}
_MS = timedelta(milliseconds=1)


def read_problem(source: Source) -> Problem:
    """Read a problem.

    Parameters
    ----------
    source : Source
        A JSON file with metadata, terminal_points, patients, caregivers, services, distances
        and, if needed, lunch_breaks; times in minutes.

    Returns
    -------
    Problem
        An order for each patient (one a service where they are independent), places numbered as
        the rows of the distances, times from 2000-01-01T00:00.

    Raises
    ------
    InputError
        All faults, by record and field; what the format can say and the library cannot (some
        cost components) is one.
    """
    faults: list[Issue] = []
    top = Fields(source.name, source.json, faults)
    need(top, ("metadata", "terminal_points", "patients", "caregivers", "services", "distances"))
    file = _File(top)
    orders: list[dict[str, Any]] = []
    relations: list[dict[str, Any]] = []
    for identity, patient in file.patients:
        found = _orders(identity, patient, file)
        orders += found
        if len(found) > 1 and file.optional(patient):
            names = [order["id"] for order in found]
            relations.append({"kind": "all_or_none", "orders": names})
    workers = [_worker(identity, record, file) for identity, record in file.caregivers]
    size = file.table.size if file.table is not None else 0
    raw = {
        "name": file.name or None,
        "orders": orders,
        "workers": workers,
        "relations": relations,
        "travel": {
            "kind": "matrix",
            "places": [str(at) for at in range(size)],
            "tables": {MODE: {"travel_time_s": file.table}},
        },
        "objective": file.components.objective(),
    }
    return validated(raw, file.labels, faults)


class _Lunch(NamedTuple):
    """The file's lunch break."""

    minutes: float
    opens: float
    closes: float


class _File:
    """What the records of a file are read with."""

    def __init__(self, top: Fields) -> None:
        self.labels = Labels(_FIELDS)
        self.metadata = Fields(f"{top.where}, metadata", top.data.get("metadata", {}), top.faults)
        self.components = Components(self.metadata)
        if issue := unsupported_origin(self.metadata, self.components):
            top.faults.append(issue)
        name = self.metadata.data.get("name")
        self.name = name if isinstance(name, str) else ""
        met = self.metadata.data.get("time_window_met", "at_service_start")
        if not isinstance(met, str) or met not in MET:
            self.metadata.fault("time_window_met", f"{brief(met)} is none of {', '.join(MET)}")
            met = "at_service_start"
        self.bounds = MET[met]
        self.defaults = default_durations(top)
        self.table = travel_table(top)
        self.patients = named(top, "patients", "patient")
        self.caregivers = named(top, "caregivers", "caregiver")
        terminals = named(top, "terminal_points", "terminal point")
        self.drawn = all(
            _point(record) for _, record in (*terminals, *self.patients) if record.has("location")
        )
        self.terminals = {identity: self.place(record) for identity, record in terminals}
        self.lunch = self._lunch(top)

    def place(self, record: Fields) -> dict[str, Any] | None:
        """Return where a record is; coordinates go along only if all of the file are some."""
        index = record.whole("distance_matrix_index")
        if index is None:
            if not record.has("distance_matrix_index"):
                record.missing("distance_matrix_index", "a place has a row of the distances")
            return None
        if self.table is not None and index >= self.table.size:
            problem = f"{index} is not from 0 to {self.table.size - 1}"
            record.fault("distance_matrix_index", problem)
        point = _point(record) if self.drawn else None
        return {"id": str(index)} | (point or {})

    def optional(self, patient: Fields) -> bool:
        """Tell whether a patient may be left out."""
        return bool(patient.data.get("optional")) and not self.components.hard("optional_patients")

    def _lunch(self, top: Fields) -> _Lunch | None:
        if not self.components.has("missed_lunch_break"):
            return None
        if not top.has("lunch_breaks"):
            if any(record.data.get("lunch_break") for _, record in self.caregivers):
                top.missing("lunch_breaks", "missed_lunch_break is weighed")
            return None
        record = Fields(f"{top.where}, lunch_breaks", top.data["lunch_breaks"], top.faults)
        values = [minutes(record, key) for key in ("min_duration", "start", "end")]
        length, opens, closes = (value or 0.0 for value in values)
        if self.bounds == "service":
            closes -= length
        if None not in values and closes < opens:
            record.fault("end", "it leaves no time for the break")
        return _Lunch(length, opens, max(opens, closes))


def _point(record: Fields) -> dict[str, float] | None:
    value = record.data.get("location")
    if not isinstance(value, list) or len(value) != 2:
        return None
    lon, lat = value
    if is_number(lon, -180, 180) and is_number(lat, -90, 90):
        return {"lat": float(lat), "lon": float(lon)}
    return None


def _orders(identity: str, patient: Fields, file: _File) -> list[dict[str, Any]]:
    wanted = needs(patient, "required_services", file.defaults, zero_is_default=True)
    gap = gap_of(patient, len(wanted), _KINDS)
    common: dict[str, Any] = {
        "location": file.place(patient),
        "time_windows": [
            {**span, "bounds": file.bounds, "soft": True} for span in _windows(patient, file.bounds)
        ],
        **_people(patient, file),
    }
    orders = orders_of(
        identity,
        wanted,
        gap,
        common,
        lambda order: file.labels.add(f"order {order!r}", patient.where, "patient"),
    )
    if file.optional(patient):
        # A patient left out costs once, however many services are not done.
        costs = [file.components.weight("optional_patients"), *[0.0] * len(orders)]
        for order, cost in zip(orders, costs, strict=False):
            order["skip_cost"] = cost
    return orders


def _people(patient: Fields, file: _File) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if names := words(patient, "incompatible_caregivers"):
        found["forbidden_workers"] = names
    if patient.has("preferred_caregivers"):
        names = words(patient, "preferred_caregivers")
        name = "caregiver_preferences"
        weighed = file.components.has(name) and not file.components.hard(name)
        found["preferred_workers" if weighed else "required_workers"] = names
        if not names:
            action = "name caregivers, or leave it out"
            patient.fault("preferred_caregivers", "nobody is named", action)
    return found


def _windows(patient: Fields, bounds: str) -> list[dict[str, Any]]:
    """Return the windows; those that touch are put into words of the model.

    A visit belongs to the last window that has opened by its start, so of two that meet the first
    ends where the second begins. Where they bound the start, both together are one window; where
    they bound the end too, the first keeps its end but for the last millisecond.
    """
    spans: list[tuple[float, float]] = []
    for at, data in enumerate(patient.listed("time_windows"), 1):
        record = Fields(f"{patient.where}, time window number {at}", data, patient.faults)
        start, end = minutes(record, "start"), minutes(record, "end")
        if start is not None and end is not None:
            if start > end:
                record.fault("end", f"{end:g} is before the start {start:g}")
            spans.append((start, end))
    if not spans:
        if not patient.listed("time_windows"):
            patient.missing("time_windows", "a patient has at least one")
        return []
    spans.sort()
    if bounds == "start":
        return [window(*span) for span in _joined(spans)]
    found = [window(*span) for span in spans]
    for here, (before, after) in zip(found, pairwise(spans), strict=False):
        if after[0] < before[1]:
            problem = f"{list(before)} and {list(after)} overlap"
            patient.fault("time_windows", problem, "join them")
        elif after[0] == before[1]:
            here["latest"] = max(here["earliest"], here["latest"] - _MS)
    return found


def _joined(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    joined = [spans[0]]
    for start, end in spans[1:]:
        if start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _worker(identity: str, caregiver: Fields, file: _File) -> dict[str, Any]:
    file.labels.add(f"worker {identity!r}", caregiver.where, "caregiver")
    file.labels.add(f"worker {identity!r}, shift number 1", caregiver.where, "caregiver")
    start, end = _hours(caregiver, file)
    shift: dict[str, Any] = {"start": moment(start), "end": moment(end)}
    if not file.components.hard("total_extra_time"):
        shift["overtime_until"] = moment(start) + LONGEST_SHIFT
    departing = _terminal(caregiver, "departing_point", file)
    arriving = departing
    if caregiver.has("arrival_point"):
        arriving = _terminal(caregiver, "arrival_point", file)
    shift |= {"start_location": departing, "end_location": arriving}
    if caregiver.data.get("lunch_break") and file.lunch:
        lunch = file.lunch
        shift["breaks"] = [
            {
                "duration": duration(lunch.minutes),
                "earliest": moment(lunch.opens),
                "latest": moment(lunch.closes),
                "hard": file.components.hard("missed_lunch_break"),
            }
        ]
    return {
        "id": identity,
        "shifts": [shift],
        "skills": words(caregiver, "abilities"),
        "mode": MODE,
    }


def _hours(caregiver: Fields, file: _File) -> tuple[float, float]:
    if not caregiver.has("working_shift"):
        if file.components.weight("max_idle_time"):
            why = "idle time is weighed, and a caregiver without one has none"
            caregiver.unsupported("working_shift", why, "give the working hours")
        return 0.0, MOST_MIN
    where = f"{caregiver.where}, working_shift"
    record = Fields(where, caregiver.data["working_shift"], caregiver.faults)
    start, end = minutes(record, "start"), minutes(record, "end")
    if start is None or end is None:
        return 0.0, MOST_MIN
    if start >= end:
        record.fault("end", f"{end:g} is not after the start {start:g}")
    return start, end


def _terminal(caregiver: Fields, key: str, file: _File) -> dict[str, Any] | None:
    name = caregiver.data.get(key)
    if not isinstance(name, str) or name not in file.terminals:
        where = f"{caregiver.where}, field {key}"
        problem = f"there is no terminal point {brief(name)}"
        action = "name one of the file's terminal_points"
        caregiver.faults.append(Issue("UNKNOWN_PLACE", where, problem, action))
        return None
    return file.terminals[name]


def write_problem(problem: Problem, path: PathLike) -> None:
    """Write a problem that says no more than the format can.

    Parameters
    ----------
    problem : Problem
        Workers with one shift each from place to place; orders of one service, or of a crew of
        two, with soft windows (hard ones where all are) of the start or of the whole service;
        named workers; one soft or hard break, the same for all who have one; an objective of the
        parts that the format has.
    path : path-like
        The file.

    Raises
    ------
    InputError
        The problem has more in it (each such thing is named), or the file cannot be written.
    """
    from homeserve_dispatch.formats.uhhc_write import problem_data

    write_text(path, json_text(problem_data(problem)))
