"""Who may do which order in which shift, and how many preferences that misses, as tables.

Orders that ask for the same share a row, so the tables stay small.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from homeserve_dispatch.model import Problem
from homeserve_dispatch.model.order import Order
from homeserve_dispatch.model.worker import Worker


class Eligibility(NamedTuple):
    """Tables of who may do what.

    Attributes
    ----------
    row : int64 (n,)
        Row of each order.
    eligible : uint8 (rows, V)
        1 where skills, tags, areas, named workers and times allow it.
    missed : uint8 (rows, V)
        Preferences missed by it (254 of tags and areas at most).
    """

    row: npt.NDArray[np.int64]
    eligible: npt.NDArray[np.uint8]
    missed: npt.NDArray[np.uint8]


class _Asked(NamedTuple):
    """What orders of one row ask of a worker."""

    skills: tuple[tuple[str, int], ...]
    required_tags: frozenset[str]
    forbidden_tags: frozenset[str]
    preferred_tags: frozenset[str]
    area: str | None
    required_workers: frozenset[str]
    forbidden_workers: frozenset[str]
    preferred_workers: frozenset[str]


class _Held(NamedTuple):
    """What a worker brings to one shift."""

    skills: dict[str, int]
    tags: frozenset[str]
    areas: frozenset[str]
    preferred_areas: frozenset[str]


def eligibility(
    problem: Problem,
    shifts: Sequence[tuple[Worker, int]],
    overlaps: npt.NDArray[np.bool_],
) -> Eligibility:
    """Tables for all orders and shifts of a problem.

    Parameters
    ----------
    problem : Problem
        Its orders make the rows.
    shifts : sequence of (Worker, index of its shift)
        The V columns.
    overlaps : bool (n, V)
        Whether the order could be started at some time in that shift.
    """
    held = [_held(worker, worker.shifts[index].start.date()) for worker, index in shifts]
    columns: dict[str, list[int]] = {}
    for column, (worker, _) in enumerate(shifts):
        columns.setdefault(worker.id, []).append(column)
    groups: dict[tuple[object, ...], list[int]] = {}
    for column, what in enumerate(held):
        key = (tuple(sorted(what.skills.items())), what.tags, what.areas, what.preferred_areas)
        groups.setdefault(key, []).append(column)
    group_columns = [np.array(group, np.int64) for group in groups.values()]
    samples = [held[group[0]] for group in groups.values()]

    rows: dict[tuple[_Asked, bytes], int] = {}
    general: dict[_Asked, tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]] = {}
    row = np.zeros(len(problem.orders), np.int64)
    eligible: list[npt.NDArray[np.uint8]] = []
    missed: list[npt.NDArray[np.uint8]] = []
    hard = problem.objective.preference == "hard"
    for at, order in enumerate(problem.orders):
        asked = _asked(problem, order)
        key_of_row = (asked, overlaps[at].tobytes())
        known = rows.get(key_of_row)
        if known is None:
            unnamed = asked._replace(
                required_workers=frozenset(),
                forbidden_workers=frozenset(),
                preferred_workers=frozenset(),
            )
            if unnamed not in general:
                general[unnamed] = _by_group(unnamed, samples, group_columns, len(shifts))
            may, misses = (table.copy() for table in general[unnamed])
            _name_workers(asked, columns, may, misses)
            may &= overlaps[at]
            if hard:
                may &= misses == 0
            known = rows[key_of_row] = len(eligible)
            eligible.append(may)
            missed.append(misses)
        row[at] = known
    shape = (len(eligible), len(shifts))
    return Eligibility(
        row,
        np.array(eligible, np.uint8).reshape(shape),
        np.array(missed, np.uint8).reshape(shape),
    )


def _held(worker: Worker, day: date) -> _Held:
    skills = {name: skill.level for name, skill in worker.skills.items() if skill.holds_on(day)}
    return _Held(
        skills, frozenset(worker.tags), frozenset(worker.areas), frozenset(worker.preferred_areas)
    )


def _asked(problem: Problem, order: Order) -> _Asked:
    effective = problem.effective(order)
    return _Asked(
        tuple(sorted(effective.skills.items())),
        frozenset(effective.required_tags),
        frozenset(effective.forbidden_tags),
        frozenset(effective.preferred_tags),
        order.area,
        frozenset(order.required_workers),
        frozenset(order.forbidden_workers),
        frozenset(order.preferred_workers),
    )


def _by_group(
    asked: _Asked,
    samples: Sequence[_Held],
    columns: Sequence[npt.NDArray[np.int64]],
    shifts: int,
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    may, misses = np.zeros(shifts, np.uint8), np.zeros(shifts, np.uint8)
    for held, group in zip(samples, columns, strict=True):
        may[group] = (
            all(held.skills.get(name, 0) >= level for name, level in asked.skills)
            and asked.required_tags <= held.tags
            and not asked.forbidden_tags & held.tags
            and (not held.areas or asked.area in held.areas)
        )
        elsewhere = bool(held.preferred_areas) and asked.area not in held.preferred_areas
        misses[group] = min(254, len(asked.preferred_tags - held.tags) + elsewhere)
    return may, misses


def _name_workers(
    asked: _Asked,
    columns: dict[str, list[int]],
    may: npt.NDArray[np.uint8],
    misses: npt.NDArray[np.uint8],
) -> None:
    """Applies what the order says of workers by name, in place."""
    if asked.required_workers:
        allowed = np.zeros_like(may)
        for name in asked.required_workers:
            allowed[columns.get(name, [])] = 1
        may &= allowed
    for name in asked.forbidden_workers:
        may[columns.get(name, [])] = 0
    if asked.preferred_workers:
        others = np.ones_like(misses)
        for name in asked.preferred_workers:
            others[columns.get(name, [])] = 0
        misses += others
