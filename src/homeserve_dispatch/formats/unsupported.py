"""What a problem says that a smaller format has no words for, named record by record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from homeserve_dispatch.errors import Issue
from homeserve_dispatch.model import Order, Problem, Shift, Worker
from homeserve_dispatch.model.objective import PARTS
from homeserve_dispatch.plan import Plan

_ORDER = (
    "area",
    "required_workers",
    "preferred_workers",
    "forbidden_workers",
    "release",
    "respond_by",
    "resolve_by",
    "recurrence",
)
_EFFECTIVE = (
    "setup",
    "skills",
    "required_tags",
    "preferred_tags",
    "forbidden_tags",
    "priority",
    "tools",
)
_SHIFT = ("overtime_until", "max_visits", "max_travel", "max_work", "max_distance_m")
_WORKER = ("areas", "preferred_areas", "ratings")
_HORIZON = ("max_visits", "max_travel", "max_work", "max_distance_m")
_SEVERAL_SHIFTS = ("min_rest", "max_days_in_row")


def unsupported(where: str, field: str, format_name: str, why: str = "") -> Issue:
    """Say that a format cannot express a field, or with ``field`` "" a whole record."""
    return Issue(
        "UNSUPPORTED",
        f"{where}, field {field}" if field else where,
        why or f"the format {format_name} has no such thing",
        "leave it out, or write the format native or csv",
    )


def of_orders(problem: Problem, format_name: str, can: Iterable[str]) -> Iterator[Issue]:
    """Yield what orders (their service's part included) state beyond what the format can."""
    can = set(can)
    for order in problem.orders:
        effective = problem.effective(order)
        stated = [name for name in _ORDER if getattr(order, name)]
        stated += [name for name in _EFFECTIVE if getattr(effective, name)]
        # Without that weight it makes no difference.
        stated += ["urgent"] * (order.urgent and problem.objective.response_time > 0)
        stated += ["crew"] * (len(effective.roles) > 1)
        for name in stated:
            if name not in can and not (name == "area" and not _areas_matter(problem)):
                yield unsupported(f"order {order.id!r}", name, format_name)
        yield from _windows(order, problem, format_name)


def _windows(order: Order, problem: Problem, format_name: str) -> Iterator[Issue]:
    where = f"order {order.id!r}"
    for window in order.time_windows[:1]:
        if window.bounds != "start":
            why = f"windows of the format {format_name} bound the start"
            yield unsupported(where, "time_windows.bounds", format_name, why)
        if window.soft and problem.objective.lateness != "hard":
            why = f"windows of the format {format_name} are hard"
            yield unsupported(where, "time_windows.soft", format_name, why)


def _areas_matter(problem: Problem) -> bool:
    return any(worker.areas or worker.preferred_areas for worker in problem.workers)


def of_workers(problem: Problem, format_name: str, can: Iterable[str]) -> Iterator[Issue]:
    """Yield what workers and shifts state beyond what the format can."""
    can = set(can)
    asked = {name for order in problem.orders for name in problem.effective(order).skills}
    for worker in problem.workers:
        where = f"worker {worker.id!r}"
        for name in _WORKER:
            if name not in can and getattr(worker, name):
                yield unsupported(where, name, format_name)
        for name in (*_HORIZON, *(_SEVERAL_SHIFTS if len(worker.shifts) > 1 else ())):
            if getattr(worker, name) is not None:
                why = f"the format {format_name} has no limits over several shifts"
                yield unsupported(where, name, format_name, why)
        if any(held.efficiency != 1 and name in asked for name, held in worker.skills.items()):
            why = f"in the format {format_name} work takes as long whoever does it"
            yield unsupported(where, "skills.efficiency", format_name, why)
        if worker.worked and problem.objective.workload_balance > 0:
            yield unsupported(where, "worked", format_name)
        for name in worker.rates.model_dump(exclude_none=True):
            if f"rates.{name}" not in can:
                yield unsupported(where, f"rates.{name}", format_name)
        for number, shift in enumerate(worker.shifts, 1):
            yield from _of_shift(f"{where}, shift number {number}", shift, format_name, can)


def _of_shift(where: str, shift: Shift, format_name: str, can: set[str]) -> Iterator[Issue]:
    for name in _SHIFT:
        value = getattr(shift, name)
        # Overtime until the end itself is none.
        if name not in can and value is not None and value != shift.end:
            yield unsupported(where, name, format_name)
    if shift.breaks and "breaks" not in can:
        yield unsupported(where, "breaks", format_name)
    if shift.restock is not None:
        yield unsupported(where, "restock", format_name)


def of_ties(problem: Problem, format_name: str) -> Iterator[Issue]:
    """Yield what ties orders together or fixes them, and traffic; no other format has any."""
    for number, relation in enumerate(problem.relations, 1):
        why = f"the format {format_name} has no relations, and this is {relation.kind}"
        yield unsupported(f"relation number {number}", "", format_name, why)
    for number, lock in enumerate(problem.locks, 1):
        why = f"the format {format_name} has no locks, and this is of order {lock.order!r}"
        yield unsupported(f"lock number {number}", "", format_name, why)
    for customer in problem.customers:
        if customer.max_workers is not None:
            yield unsupported(f"customer {customer.id!r}", "max_workers", format_name)
    for number, _ in enumerate(problem.traffic, 1):
        why = f"travel times of the format {format_name} are the same all day"
        yield unsupported(f"traffic period number {number}", "", format_name, why)
    if problem.freeze_until is not None:
        yield unsupported("problem", "freeze_until", format_name)


def of_objective(problem: Problem, format_name: str, ignored: Iterable[str]) -> Iterator[Issue]:
    """Yield weights that the format does not have and that would change what is best."""
    for part in set(PARTS) - set(ignored):
        if getattr(problem.objective, part) != 0:
            why = f"the format {format_name} has another objective: there it costs nothing"
            yield unsupported("objective", part, format_name, why)


def of_plan(plan: Plan, format_name: str, can: Iterable[str]) -> Iterator[Issue]:
    """Yield what routes have beyond plain visits and what the format can (``breaks``)."""
    can = set(can)
    for route in plan.routes:
        where = f"route {route.worker!r}, shift number {route.shift + 1}"
        for visit in route.visits:
            for name in ("role", "occurrence"):
                if getattr(visit, name):
                    why = f"an order has one visit in the format {format_name}"
                    yield unsupported(f"{where}, visit {visit.order!r}", name, format_name, why)
        if route.breaks and "breaks" not in can:
            yield unsupported(where, "breaks", format_name)
        if route.restock is not None:
            yield unsupported(where, "restock", format_name)


def numbers_of(ids: Iterable[str]) -> dict[str, int]:
    """Return the number that formats with numbers for ids get for each.

    The id itself where all ids are whole numbers, written plainly, else the position from 1.
    """
    names = list(ids)
    if all(name.isascii() and name.isdigit() and str(int(name)) == name for name in names):
        return {name: int(name) for name in names}
    return {name: number for number, name in enumerate(names, 1)}


def shifts_of(problem: Problem) -> list[tuple[Worker, int]]:
    """Return all shifts as (worker, number from 0), in the problem's order."""
    return [(worker, number) for worker in problem.workers for number in range(len(worker.shifts))]
