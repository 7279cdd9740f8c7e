"""Locks that refer to nothing, or that cannot all be meant."""

from __future__ import annotations

from collections.abc import Iterator

from homeserve_dispatch.errors import Issue
from homeserve_dispatch.model.lock import Lock
from homeserve_dispatch.model.records import Records, bad, unknown


def lock_faults(records: Records) -> list[Issue]:
    """Unknown orders, workers, shifts and visits; two locks for one visit; gaps in positions."""
    found: list[Issue] = []
    for number, lock in records.locks:
        where = f"lock number {number}"
        if lock.order not in records.known["order"]:
            known = records.known["order"]
            found.append(unknown("order", lock.order, f"{where}, field order", known, found))
        found += _no_such_visit(where, lock, records)
        if lock.worker is not None and lock.worker not in records.known["worker"]:
            known = records.known["worker"]
            found.append(unknown("worker", lock.worker, f"{where}, field worker", known, found))
        found += _no_such_shift(where, lock, records)
    found += _twice(records)
    found += _left_out_and_done(records)
    found += _positions(records)
    return found


def _no_such_visit(where: str, lock: Lock, records: Records) -> Iterator[Issue]:
    order = records.order_of.get(lock.order)
    if order is None:
        return
    times = 1 if order.recurrence is None else order.recurrence.times
    crew = records.crew(order)
    if crew is not None and lock.role >= max(len(crew), 1):
        words = f"order {order.id!r} has {_counted(max(len(crew), 1), 'role')}, from 0"
        yield bad(f"{where}, field role", f"{words}; this is {lock.role}", "correct the number")
    if lock.occurrence >= times:
        words = f"order {order.id!r} is done {_counted(times, 'time')}, from 0"
        action = "correct the number"
        yield bad(f"{where}, field occurrence", f"{words}; this is {lock.occurrence}", action)


def _no_such_shift(where: str, lock: Lock, records: Records) -> Iterator[Issue]:
    worker = records.worker_of.get(lock.worker or "")
    if worker is None or lock.shift is None or lock.shift < len(worker.shifts):
        return
    words = f"worker {worker.id!r} has {_counted(len(worker.shifts), 'shift')}, from 0"
    yield bad(f"{where}, field shift", f"{words}; this is {lock.shift}", "correct the number")


def _twice(records: Records) -> Iterator[Issue]:
    """Two locks for one visit; an order that is left out has one lock for all its visits."""
    first: dict[tuple[str, int, int], int] = {}
    for number, lock in records.locks:
        key = (lock.order, lock.role, lock.occurrence)
        before = first.setdefault(key, number)
        if before != number:
            words = f"lock number {before} is for the same visit of order {lock.order!r}"
            yield bad(f"lock number {number}, field order", words, "keep one of them")


def _left_out_and_done(records: Records) -> Iterator[Issue]:
    left_out: dict[str, tuple[int, Lock]] = {}
    for number, lock in records.locks:
        if lock.unassigned:
            left_out.setdefault(lock.order, (number, lock))
    for number, lock in records.locks:
        if lock.unassigned or lock.order not in left_out:
            continue
        before, other = left_out[lock.order]
        # Of the very same visit it is two locks for one.
        if (lock.role, lock.occurrence) != (other.role, other.occurrence):
            words = f"lock number {before} leaves order {lock.order!r} out, this one has it done"
            yield bad(f"lock number {number}, field order", words, "drop one of them")


def _positions(records: Records) -> Iterator[Issue]:
    """Positions of a route start at 0 and have no gaps, and no two visits share one."""
    routes: dict[tuple[str, int], dict[int, int]] = {}
    for number, lock in records.locks:
        if lock.worker is None or lock.shift is None or lock.position is None:
            continue
        taken = routes.setdefault((lock.worker, lock.shift), {})
        before = taken.setdefault(lock.position, number)
        if before != number:
            words = f"lock number {before} has the same position {lock.position} of that route"
            yield bad(f"lock number {number}, field position", words, "give each its own")
    for (worker, shift), taken in routes.items():
        for position, number in sorted(taken.items()):
            if position > 0 and position - 1 not in taken:
                words = (
                    f"position {position} is locked and position {position - 1} of that route "
                    f"(worker {worker!r}, shift {shift}) is not"
                )
                action = "lock all visits before it to their positions, too"
                yield bad(f"lock number {number}, field position", words, action)


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
