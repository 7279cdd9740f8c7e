"""The format ``hhcrsp``: home health care routing, as JSON. ``docs/formats.md`` has the mapping.

Instances of Mankowska, Meisel & Bierwirth 2014 (doi 10.1007/s10729-013-9243-1) in the layout of
the University of Udine.
"""

from __future__ import annotations

from typing import Any

from homeserve_dispatch.errors import Issue
from homeserve_dispatch.formats.files import PathLike, Source, json_text, write_text
from homeserve_dispatch.formats.hhcrsp_shared import (
    MODE,
    MOST_MIN,
    PER_HOUR,
    SKIP_COST,
    default_durations,
    gap_of,
    moment,
    named,
    need,
    needs,
    orders_of,
    pair,
    travel_table,
    validated,
    window,
    words,
)
from homeserve_dispatch.formats.labels import Labels
from homeserve_dispatch.formats.solomon import BASE
from homeserve_dispatch.formats.vroom_fields import Fields
from homeserve_dispatch.model import Objective, Problem

THIRD = PER_HOUR / 3
"""Weight of an hour where a minute counts a third."""

OBJECTIVE = Objective(
    travel_time=THIRD,
    travel_distance=0,
    overtime=0,
    waiting=0,
    lateness=THIRD,
    worst_lateness=THIRD,
    sla_lateness=0,
    unassigned=SKIP_COST,
    unassigned_by_priority=0,
    preference=0,
    missed_break=0,
    response_time=0,
)
"""A third of travel, of all lateness and of the largest; nobody is left out."""

_KINDS = ("simultaneous", "sequential", "independent")
_FIELDS = {("patient", "time_windows"): "time_window", ("patient", "crew"): "required_caregivers"}


def read_problem(source: Source) -> Problem:
    """Read a problem.

    Parameters
    ----------
    source : Source
        A JSON file with patients, caregivers, services and distances; times in minutes.

    Returns
    -------
    Problem
        An order for each patient (two for one whose services are not synchronised), places
        ``"0"`` (the depot) to ``"n"``, times from 2000-01-01T00:00.

    Raises
    ------
    InputError
        All faults, by record and field.
    """
    faults: list[Issue] = []
    top = Fields(source.name, source.json, faults)
    need(top, ("patients", "caregivers", "services", "distances"))
    defaults = default_durations(top)
    labels = Labels(_FIELDS)
    patients = named(top, "patients", "patient")
    orders: list[dict[str, Any]] = []
    for at, (identity, patient) in enumerate(patients, 1):
        orders += _orders(identity, patient, str(at), defaults, labels)
    workers = [
        _worker(identity, record, labels)
        for identity, record in named(top, "caregivers", "caregiver")
    ]
    table = travel_table(top)
    if table is not None and table.size != len(patients) + 1:
        problem = f"it has {table.size} rows; {len(patients)} patients and the depot need one each"
        top.fault("distances", problem)
    raw = {
        "orders": orders,
        "workers": workers,
        "travel": {
            "kind": "matrix",
            "places": [str(at) for at in range(len(patients) + 1)],
            "tables": {MODE: {"travel_time_s": table}},
        },
        "objective": OBJECTIVE,
    }
    return validated(raw, labels, faults)


def _orders(
    identity: str,
    patient: Fields,
    place: str,
    defaults: dict[str, float | None],
    labels: Labels,
) -> list[dict[str, Any]]:
    wanted = needs(patient, "required_caregivers", defaults)
    common: dict[str, Any] = {"location": {"id": place}}
    if not patient.has("time_window"):
        patient.missing("time_window", "a patient has one")
    elif span := pair(patient, "time_window", patient.data["time_window"]):
        common["time_windows"] = [{**window(*span), "soft": True}]
    gap = gap_of(patient, len(wanted), _KINDS)
    return orders_of(
        identity,
        wanted,
        gap,
        common,
        lambda order: labels.add(f"order {order!r}", patient.where, "patient"),
    )


def _worker(identity: str, caregiver: Fields, labels: Labels) -> dict[str, Any]:
    labels.add(f"worker {identity!r}", caregiver.where, "caregiver")
    depot = {"id": "0"}
    # The format knows no shifts; one of the longest there can be binds nobody.
    shift = {
        "start": BASE,
        "end": moment(MOST_MIN),
        "start_location": depot,
        "end_location": depot,
    }
    return {
        "id": identity,
        "shifts": [shift],
        "skills": words(caregiver, "abilities"),
        "mode": MODE,
    }


def write_problem(problem: Problem, path: PathLike) -> None:
    """Write a problem that says no more than the format can.

    Parameters
    ----------
    problem : Problem
        Workers with one shift each, all from and to one depot and from one time on; orders of
        one service, or of a crew of two, with one soft window of start; the objective of
        :func:`read_problem` or a multiple.
    path : path-like
        The file.

    Raises
    ------
    InputError
        The problem has more in it (each such thing is named), or the file cannot be written.
    """
    from homeserve_dispatch.formats.hhcrsp_write import problem_data

    write_text(path, json_text(problem_data(problem)))
