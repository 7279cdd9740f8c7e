"""Who may do which order in which shift, and how many preferences that misses, as tables.

Orders that ask for the same share a row, so the tables stay small.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


class _Staff:
    """What the workers bring to their shifts, by word: a column for each shift."""

    def __init__(self, shifts: Sequence[tuple[Worker, int]]) -> None:
        self._count = len(shifts)
        self._levels: dict[str, npt.NDArray[np.int64]] = {}
        self._tags: dict[str | None, npt.NDArray[np.bool_]] = {}
        self._areas: dict[str | None, npt.NDArray[np.bool_]] = {}
        self._preferred: dict[str | None, npt.NDArray[np.bool_]] = {}
        self._nobody = np.zeros(self._count, np.bool_)
        for column, (worker, index) in enumerate(shifts):
            day = worker.shifts[index].start.date()
            for name, skill in worker.skills.items():
                if skill.holds_on(day):
                    levels = self._levels.setdefault(name, np.zeros(self._count, np.int64))
                    levels[column] = skill.level
            for words, table in (
                (worker.tags, self._tags),
                (worker.areas, self._areas),
                (worker.preferred_areas, self._preferred),
            ):
                for word in words:
                    table.setdefault(word, self._nobody.copy())[column] = True
        self._anywhere = ~_any(self._areas, self._nobody)
        self._elsewhere_too = ~_any(self._preferred, self._nobody)

    def judge(self, asked: _Asked) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        """Who may, named workers and times apart, and how many preferences each misses."""
        nobody = self._nobody
        may = self._anywhere | self._areas.get(asked.area, nobody)
        for skill, level in asked.skills:
            may &= self._levels.get(skill, np.zeros(self._count, np.int64)) >= level
        for tag in asked.required_tags:
            may &= self._tags.get(tag, nobody)
        for tag in asked.forbidden_tags:
            may &= ~self._tags.get(tag, nobody)
        misses = np.zeros(self._count, np.int64)
        for tag in asked.preferred_tags:
            misses += ~self._tags.get(tag, nobody)
        misses += ~(self._elsewhere_too | self._preferred.get(asked.area, nobody))
        return may.astype(np.uint8), np.minimum(254, misses).astype(np.uint8)


def _any(
    tables: Mapping[str | None, npt.NDArray[np.bool_]], nobody: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Who has any of these words."""
    anyone: npt.NDArray[np.bool_] = np.logical_or.reduce([nobody, *tables.values()])
    return anyone


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
    staff = _Staff(shifts)
    columns: dict[str, list[int]] = {}
    for column, (worker, _) in enumerate(shifts):
        columns.setdefault(worker.id, []).append(column)

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
                general[unnamed] = staff.judge(unnamed)
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
