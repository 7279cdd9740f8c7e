"""Relations that name what they cannot, or that contradict one another."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from homeserve_dispatch.errors import SHOWN, Issue
from homeserve_dispatch.model.contradictions import (
    Length,
    people_contradictions,
    time_contradictions,
)
from homeserve_dispatch.model.records import AnyRelation, Records, bad, unknown
from homeserve_dispatch.model.relation import Sequence as InSequence

_MS = timedelta(milliseconds=1)
_FASTEST = 10.0
"""The most that ``Skill.efficiency`` can be; the least is one over it."""


def relation_faults(records: Records) -> list[Issue]:
    """Unknown and repeated orders, orders with a recurrence, relations that contradict."""
    if not records.relations:
        return []
    found: list[Issue] = []
    for number, relation in records.relations:
        known = records.known["order"]
        for name, field in _named(relation):
            if name not in known:
                where = f"relation number {number}, field {field}"
                found.append(unknown("order", name, where, known, found))
        found += _misnamed(number, relation, records)
    return found + _contradictions(records)


def _named(relation: AnyRelation) -> list[tuple[str, str]]:
    """Each order with the field that names it."""
    if isinstance(relation, InSequence):
        return [(relation.first, "first"), (relation.second, "second")]
    return [(name, "orders") for name in dict.fromkeys(relation.orders)]


def _misnamed(number: int, relation: AnyRelation, records: Records) -> Iterator[Issue]:
    field = "second" if isinstance(relation, InSequence) else "orders"
    where = f"relation number {number}, field {field}"
    for name, times in Counter(relation.orders).items():
        if times > 1:
            yield bad(where, f"it names order {name!r} {times} times", "name each order once")
    for name, at in _named(relation):
        order = records.order_of.get(name)
        if order is not None and order.recurrence is not None:
            words = f"order {name!r} has a recurrence, and such orders have no relations"
            action = "leave it out, or make the times orders of their own"
            yield bad(f"relation number {number}, field {at}", words, action)


def _contradictions(records: Records) -> list[Issue]:
    # One that names an order twice is a fault already, and no bond between orders.
    relations = {
        number: relation
        for number, relation in records.relations
        if len(set(relation.orders)) == len(relation.orders)
    }
    lengths = _Lengths(records)
    sets = time_contradictions(relations, lengths) + people_contradictions(relations)
    return [_contradiction(numbers, relations, records) for numbers in sets]


def _contradiction(
    numbers: Sequence[int], relations: Mapping[int, AnyRelation], records: Records
) -> Issue:
    listed = [str(number) for number in numbers]
    where = f"relations number {', '.join(listed[:-1])} and {listed[-1]}"
    if len(listed) == 1:
        where = f"relation number {listed[0]}"
    shown = [f"number {n} ({_words(relations[n])})" for n in numbers[:SHOWN]]
    more = f" and {len(numbers) - SHOWN} more" if len(numbers) > SHOWN else ""
    words = f"they can never all be kept: {', '.join(shown)}{more}"
    if crews := _crews(numbers, relations, records):
        words += f"; of a crew the first role counts: {', '.join(crews[:SHOWN])}"
    return Issue("CONTRADICTION", where, words, "change one of them, or drop it")


def _words(relation: AnyRelation) -> str:
    names = [repr(name) for name in relation.orders]
    more = f", … {len(names)} in all" if len(names) > SHOWN else ""
    words = f"{relation.kind} {', '.join(names[:SHOWN])}{more}"
    if isinstance(relation, InSequence):
        if relation.min_gap:
            words += f", min_gap {relation.min_gap}"
        if relation.max_gap is not None:
            words += f", max_gap {relation.max_gap}"
        if relation.between != "end-start":
            words += f", {relation.between}"
    return words


def _crews(
    numbers: Sequence[int], relations: Mapping[int, AnyRelation], records: Records
) -> list[str]:
    """The orders with a crew among them, each with the name of its first role."""
    found = []
    for name in dict.fromkeys(name for number in numbers for name in relations[number].orders):
        order = records.order_of.get(name)
        crew = None if order is None else records.crew(order)
        if crew and len(crew) > 1:
            found.append(repr(name) + (f" ({crew[0].name!r})" if crew[0].name else ""))
    return found


class _Lengths:
    """From start to finish of an order's first role: the least and the most it can be.

    How efficient a worker is at the skills asked for is the worker's own, and setup is paid or
    not; only what contradicts whatever is chosen is a fault.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._locked = {lock.order for _, lock in records.locks}
        self._best: dict[str, float] = {}
        self._worst: dict[str, float] = {}
        for worker in records.workers:
            for name, skill in worker.skills.items():
                self._best[name] = max(self._best.get(name, 0.0), skill.efficiency)
                self._worst[name] = min(self._worst.get(name, _FASTEST), skill.efficiency)
        # A worker with faults may be anything.
        self._unsure = len(records.workers) < len(records.ids["worker"])

    def __call__(self, name: str) -> Length:
        """Milliseconds; no most where it cannot be told."""
        order = self._records.order_of.get(name)
        crew = None if order is None else self._records.crew(order)
        if order is None or crew is None:
            return Length(0, None)
        service = self._records.service_of.get(order.service or "")
        # The role's own word, else the order's, else the service's.
        stated = (*crew[:1], order, *(() if service is None else (service,)))
        duration = _first(stated, "duration")
        if duration is None or (service is None and order.service is not None):
            return Length(0, None)
        slow, fast = self._efficiency(name, _first(stated, "skills") or {})
        setup = _first(stated, "setup") or timedelta(0)
        return Length(
            math.floor(duration / _MS / fast), math.ceil(duration / _MS / slow) + setup // _MS
        )

    def _efficiency(self, name: str, skills: Iterable[str]) -> tuple[float, float]:
        """The least and the most that any worker can have at this order."""
        skills = list(skills)
        if skills and self._unsure:
            return 1 / _FASTEST, _FASTEST
        worst = min((self._worst.get(skill, 1.0) for skill in skills), default=1.0)
        best = min((self._best.get(skill, 1.0) for skill in skills), default=1.0)
        if name in self._locked:
            # Who is locked to a visit need not hold the skills.
            return min(worst, 1.0), max([1.0, *(self._best.get(skill, 1.0) for skill in skills)])
        return worst, best


def _first(records: Iterable[object], field: str) -> Any:
    """The first of the records' values that is stated."""
    values = (getattr(record, field, None) for record in records)
    return next((value for value in values if value is not None), None)
