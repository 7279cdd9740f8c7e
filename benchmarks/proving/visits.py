"""Instances that can be proven: hard windows, pairs of visits at the same time, travel as cost."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np

MOST_BITS = 62
"""Visits and pairs that fit into one word."""


class Shifts(NamedTuple):
    """Shifts that are alike: how many, when, from and to where, and which visits they may do."""

    number: int
    start: int
    end: int
    away: np.ndarray
    """(n,) int64, minutes from where the shift starts to each visit."""
    home: np.ndarray
    """(n,) int64, minutes from each visit to where the shift ends."""
    may: np.ndarray
    """(n,) bool, whether it may do the visit."""


class Visits(NamedTuple):
    """What must be done, in whole minutes; every visit once."""

    earliest: np.ndarray
    """(n,) int64, start of service at the earliest, and"""
    latest: np.ndarray
    """(n,) int64, at the latest, both ends in."""
    lasts: np.ndarray
    """(n,) int64, minutes of service."""
    travel: np.ndarray
    """(n, n) int64, minutes from visit to visit."""
    bit: np.ndarray
    """(n,) int64, which bit of a route's word is the visit's; the two of a pair share one."""
    pairs: list[tuple[int, int]]
    """Visits that begin at the same time, in different shifts."""
    shifts: list[Shifts]


def read(instance: dict[str, Any]) -> Visits:
    """An instance of ``uhhc`` as its JSON file has it.

    Raises
    ------
    ValueError
        If it has something that a proof does not know, with what it is.
    """
    _must_be_known(instance)
    place: list[int] = []
    start: list[int] = []
    lasts: list[int] = []
    skill: list[str] = []
    end: list[int] = []
    pairs: list[tuple[int, int]] = []
    for patient in instance["patients"]:
        window = patient["time_windows"][0]
        services = patient["required_services"]
        if patient.get("synchronization", {}).get("type") == "simultaneous":
            pairs.append((len(place), len(place) + 1))
        for service in services:
            place.append(patient["distance_matrix_index"])
            lasts.append(service["duration"])
            start.append(window["start"])
            end.append(window["end"] - service["duration"])
            skill.append(service["service"])
    for a, b in pairs:
        end[a] = end[b] = min(end[a], end[b])
    distances = np.asarray(instance["distances"], dtype=np.int64)
    return Visits(
        np.array(start), np.array(end), np.array(lasts), distances[np.ix_(place, place)],
        _bits(len(place), pairs), pairs, _shifts(instance, distances, place, skill),
    )  # fmt: skip


def _shifts(
    instance: dict[str, Any], distances: np.ndarray, place: list[int], skill: list[str]
) -> list[Shifts]:
    ends = {it["id"]: it["distance_matrix_index"] for it in instance["terminal_points"]}
    alike: dict[tuple[Any, ...], int] = defaultdict(int)
    for worker in instance["caregivers"]:
        hours = worker["working_shift"]
        alike[
            hours["start"], hours["end"], ends[worker["departing_point"]],
            ends[worker["arrival_point"]], tuple(sorted(worker["abilities"])),
        ] += 1  # fmt: skip
    return [
        Shifts(
            number, start, end, distances[out, place], distances[place, back],
            np.array([it in abilities for it in skill]),
        )
        for (start, end, out, back, abilities), number in alike.items()
    ]  # fmt: skip


def _bits(visits: int, pairs: list[tuple[int, int]]) -> np.ndarray:
    bit = np.arange(visits)
    for a, b in pairs:
        bit[b] = bit[a]
    _, dense = np.unique(bit, return_inverse=True)
    if dense.max() > MOST_BITS:
        raise ValueError(f"more than {MOST_BITS} visits and pairs")
    return np.asarray(dense, dtype=np.int64)


def _must_be_known(instance: dict[str, Any]) -> None:
    about = instance["metadata"]
    parts = about["cost_components"]
    if parts != {"travel_time": 1, "total_tardiness": "HARD", "total_extra_time": "HARD"}:
        raise ValueError(f"costs {parts}: only travel, with lateness and overtime forbidden")
    if about["time_window_met"] != "at_service_end":
        raise ValueError("windows must hold the whole service")
    known = {
        "patients": {
            "id", "required_services", "distance_matrix_index", "time_windows", "location",
            "synchronization",
        },
        "caregivers": {"id", "abilities", "departing_point", "arrival_point", "working_shift"},
    }  # fmt: skip
    for kind, fields in known.items():
        for record in instance[kind]:
            if strange := set(record) - fields:
                raise ValueError(f"{kind}: {record['id']} has {', '.join(sorted(strange))}")
    for patient in instance["patients"]:
        kind = patient.get("synchronization", {}).get("type", "independent")
        if kind not in {"simultaneous", "independent"}:
            raise ValueError(f"{patient['id']}: visits that are {kind}")
        if len(patient["time_windows"]) != 1:
            raise ValueError(f"{patient['id']}: not one window")
        if kind == "simultaneous" and len(patient["required_services"]) != 2:
            raise ValueError(f"{patient['id']}: not two visits at the same time")
