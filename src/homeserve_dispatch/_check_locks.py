"""Hard rules of ``docs/rules.md``: what a dispatcher has fixed."""

from __future__ import annotations

from homeserve_dispatch._truth import Truth
from homeserve_dispatch._truth_records import name_of, to_ms
from homeserve_dispatch._violation import Code, Findings
from homeserve_dispatch.model.problem import VisitKey
from homeserve_dispatch.plan import Route


def check_lock(truth: Truth, found: Findings, route: Route, position: int, key: VisitKey) -> None:
    """Whether a visit of this route is done as it is locked."""
    lock = truth.locks.get(key)
    if lock is None:
        return
    name = name_of(key, truth.orders[key.order], truth.asks[key.order])
    if lock.worker is not None and lock.worker != route.worker:
        found.add(Code.LOCK, f"{name} is locked to worker {lock.worker!r}", order=key.order)
    elif lock.shift is not None and lock.shift != route.shift:
        found.add(Code.LOCK, f"{name} is locked to shift {lock.shift}", order=key.order)
    elif lock.position is not None and lock.position != position:
        found.add(
            Code.LOCK,
            f"{name} is visit {position} of its route, it is locked to be visit {lock.position}",
            order=key.order,
            amount=float(abs(lock.position - position)),
        )
    start = route.visits[position].start
    if lock.start is not None and (lock.start.tzinfo is None) == (start.tzinfo is None):
        found.late(
            Code.LOCK,
            abs(to_ms(start) - to_ms(lock.start)),
            f"{name} starts {{by}} off the start that it is locked to",
            key.order,
        )


def check_locked_out(truth: Truth, found: Findings, visited: set[str]) -> None:
    """Whether orders that are locked as left out are."""
    for order in truth.problem.orders:
        if order.id in truth.locked_out and order.id in visited:
            found.add(
                Code.LOCK,
                f"order {order.id!r} is visited, and it is locked as left out",
                order=order.id,
            )
