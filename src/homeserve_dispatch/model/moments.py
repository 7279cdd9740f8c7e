"""Times that cannot be compared, and breaks that do not meet their shift."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from homeserve_dispatch.errors import Issue
from homeserve_dispatch.model.base import instant
from homeserve_dispatch.model.records import Records, bad
from homeserve_dispatch.model.worker import Break, Shift


def zone_faults(records: Records) -> list[Issue]:
    """Aware and naive times cannot be compared: the rarer kind is named, record by record."""
    kinds: dict[bool, list[str]] = {True: [], False: []}
    for where, moment in _moments(records):
        kinds[moment.tzinfo is None].append(where)
    if not (kinds[True] and kinds[False]):
        return []
    naive_is_rare = len(kinds[True]) <= len(kinds[False])
    here, rest = (
        ("no time zone", "others have one")
        if naive_is_rare
        else ("a time zone", "others have none")
    )
    return [
        Issue("MIXED_TIME_ZONES", where, f"the time has {here}, {rest}", "use one kind throughout")
        for where in dict.fromkeys(kinds[naive_is_rare])
    ]


def _moments(records: Records) -> Iterator[tuple[str, datetime]]:
    for order in records.orders:
        for field, moment in order.moments():
            yield f"order {order.id!r}, field {field}", moment
    for worker in records.workers:
        for field, moment in worker.moments():
            yield f"worker {worker.id!r}, field {field}", moment
    for number, lock in records.locks:
        if lock.start is not None:
            yield f"lock number {number}, field start", lock.start
    if records.freeze_until is not None:
        yield "field freeze_until", records.freeze_until


def break_faults(records: Records) -> list[Issue]:
    """Breaks that can never begin while their shift lasts."""
    return [
        issue
        for worker in records.workers
        for number, shift in enumerate(worker.shifts, 1)
        for at, each in enumerate(shift.breaks, 1)
        for issue in _outside(
            each, shift, f"worker {worker.id!r}, shift number {number}, break number {at}"
        )
    ]


def _outside(each: Break, shift: Shift, where: str) -> Iterator[Issue]:
    if (each.earliest.tzinfo is None) != (shift.start.tzinfo is None):
        return  # That is a fault already, and they cannot be compared.
    end = shift.overtime_until or shift.end
    why = "the break cannot begin while the shift lasts"
    action = "move it into the shift, or leave it out"
    if instant(each.latest) < instant(shift.start):
        words = f"{why}: its latest is {each.latest}, the shift starts at {shift.start}"
        yield bad(f"{where}, field latest", words, action)
    elif instant(each.earliest) > instant(end):
        words = f"{why}: its earliest is {each.earliest}, the shift is over at {end}"
        yield bad(f"{where}, field earliest", words, action)
