"""What a problem says that ``hhcrsp``, ``uhhc`` and ``trsp`` have no words for."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from homeserve_dispatch.errors import Issue
from homeserve_dispatch.formats.hhcrsp_shared import services_of
from homeserve_dispatch.formats.unsupported import unsupported
from homeserve_dispatch.model import PARTS, Location, Order, Problem, Skill, Worker
from homeserve_dispatch.model.base import Model
from homeserve_dispatch.model.matrix import UNREACHABLE

# Names, and what is looked at by what it comes to.
_ORDER = {
    "id", "location", "service", "customer", "area", "duration", "skills", "priority", "skip_cost",
    "time_windows", "hard_sla", "setup", "required_tags", "preferred_tags", "forbidden_tags",
    "demand", "tools", "crew",
}  # fmt: skip
_EFFECTIVE = ("setup", "required_tags", "preferred_tags", "forbidden_tags", "demand", "tools")
_WORKER = {"id", "shifts", "skills", "mode", "worked"}
_SHIFT = {"start", "end", "start_location", "end_location", "paid_from"}
_PROBLEM = {"orders", "workers", "services", "travel", "objective", "skills", "name", "customers"}
# Without deadlines and urgent orders these weigh nothing.
_WEIGHTLESS = {"sla_lateness", "response_time", "unassigned"}


def faults(
    problem: Problem,
    format_name: str,
    *,
    order: AbstractSet[str] = frozenset(),
    shift: AbstractSet[str] = frozenset(),
    weights: AbstractSet[str] = frozenset(),
    bound: AbstractSet[str] = frozenset(),
) -> Iterator[Issue]:
    """Yield what a format has no words for.

    Parameters
    ----------
    problem : Problem
        What is to be written.
    format_name : str
        The format.
    order, shift, bound : set of str
        Fields of orders, of shifts and of the problem that it can say something of, besides
        those that all of these formats can.
    weights : set of str
        Parts of the objective that it has, or that weigh nothing in what it can say.
    """
    for name in _stated(problem, _PROBLEM | bound):
        yield unsupported("problem", name, format_name)
    for one in problem.orders:
        yield from _of_order(one, problem, format_name, order)
    for worker in problem.workers:
        yield from _of_worker(worker, format_name, shift)
    for part in PARTS:
        if part not in weights | _WEIGHTLESS and getattr(problem.objective, part) != 0:
            why = f"the format {format_name} has another objective: there it costs nothing"
            yield unsupported("objective", part, format_name, why)


def _stated(record: Model, can: AbstractSet[str]) -> Iterator[str]:
    """Yield the names of fields that are neither empty nor as by default."""
    for name, field in type(record).model_fields.items():
        value = getattr(record, name)
        if name not in can and value and value != field.get_default(call_default_factory=True):
            yield name


def _of_order(
    order: Order, problem: Problem, format_name: str, can: AbstractSet[str]
) -> Iterator[Issue]:
    where, effective = f"order {order.id!r}", problem.effective(order)
    for name in _stated(order, _ORDER | can):
        yield unsupported(where, name, format_name)
    for name in _EFFECTIVE:
        if name not in can and getattr(effective, name):
            yield unsupported(where, name, format_name)
    for role in effective.roles:
        if any(level != 1 for level in role.skills.values()):
            why = f"skills of the format {format_name} have no levels"
            yield unsupported(where, "skills", format_name, why)


def _of_worker(worker: Worker, format_name: str, can: AbstractSet[str]) -> Iterator[Issue]:
    where = f"worker {worker.id!r}"
    for name in _stated(worker, _WORKER):
        yield unsupported(where, name, format_name)
    if worker.worked:
        yield unsupported(where, "worked", format_name)
    for name, skill in worker.skills.items():
        if skill.model_copy(update={"level": 1}) != Skill():
            why = f"skills of the format {format_name} have no dates and no efficiency"
            yield unsupported(where, f"skills.{name}", format_name, why)
    if len(worker.shifts) != 1:
        why = f"there each has one shift, and this worker {len(worker.shifts)}"
        yield unsupported(where, "shifts", format_name, why)
        return
    for name in _stated(worker.shifts[0], _SHIFT | can):
        yield unsupported(f"{where}, shift number 1", name, format_name)
    for name in ("start_location", "end_location"):
        if getattr(worker.shifts[0], name) is None:
            why = "there each route begins and ends at a place"
            yield unsupported(f"{where}, shift number 1", name, format_name, why)


def one_service(problem: Problem, format_name: str) -> Iterator[Issue]:
    """Yield orders that are not one service, or two different ones that are done together."""
    held = {name for worker in problem.workers for name in worker.skills}
    for order in problem.orders:
        where, roles = f"order {order.id!r}", problem.effective(order).roles
        services = services_of(problem, order)
        if len(roles) > 2 or len(set(services)) < len(services):
            why = "there one does a service, or two do two different ones together"
            yield unsupported(where, "crew", format_name, why)
        for role, service in zip(roles, services, strict=True):
            if len(role.skills) > 1 or (not role.skills and service in held):
                why = "there a service is one skill"
                yield unsupported(where, "skills", format_name, why)


def without_skills(problem: Problem) -> list[str]:
    """Return the services that ask for no skill, so that everybody has the ability."""
    return list(
        dict.fromkeys(
            service
            for order in problem.orders
            for role, service in zip(
                problem.effective(order).roles, services_of(problem, order), strict=True
            )
            if not role.skills
        )
    )


def all_services(problem: Problem) -> list[str]:
    """Return the names of all services: what workers can do and what orders ask for."""
    names = [name for worker in problem.workers for name in worker.skills]
    names += [name for order in problem.orders for name in services_of(problem, order)]
    return sorted(set(names))


def legs(
    problem: Problem, places: list[Location], format_name: str, found: list[Issue]
) -> list[list[int]]:
    """Return the travel times between places in milliseconds, the same for all workers.

    Parameters
    ----------
    problem : Problem
        With at least one worker.
    places : list of Location
        Rows and columns.
    format_name : str
        The format.
    found : list of Issue
        Gets a fault where there is no way, or where workers travel by different modes.
    """
    mode = problem.workers[0].mode
    for worker in problem.workers:
        if worker.mode != mode:
            why = "there all travel alike"
            found.append(unsupported(f"worker {worker.id!r}", "mode", format_name, why))
    rows = [[problem.travel.leg(here, to, mode).time_ms for to in places] for here in places]
    if any(UNREACHABLE in row for row in rows):
        why = "there is a way from every place to every other"
        found.append(unsupported("problem", "travel", format_name, why))
    return rows
