"""Problems as CSV files: what :mod:`homeserve_dispatch.formats.csv_pair` reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats.columns import (
    CUSTOMERS,
    LOCKS,
    OF_A_WORKER,
    ORDERS,
    RELATIONS,
    SERVICES,
    WORKERS,
    Layout,
)
from homeserve_dispatch.formats.files import PathLike, json_text, write_text
from homeserve_dispatch.formats.tables import encoding_of, table_text
from homeserve_dispatch.model import GreatCircle, Lock, Objective, Order, Problem

_SETTINGS_FILE = "settings.json"


def write_problem(problem: Problem, folder: PathLike) -> None:
    """Write a problem as CSV files into a folder, which is made if it is not there.

    Parameters
    ----------
    problem : Problem
        Everything in it is written; reading it gives an equal problem.
    folder : path-like
        Gets ``orders.csv`` and ``workers.csv``; ``services.csv``, ``customers.csv``,
        ``relations.csv`` and ``locks.csv`` if there are any; and ``settings.json`` if there is a
        name, a list of skills, traffic, a time to freeze until, an objective or travel model other
        than the default. Files of these names are overwritten.

    Raises
    ------
    InputError
        The folder or a file cannot be written.
    """
    target = Path(folder)
    try:
        target.mkdir(exist_ok=True)
    except (OSError, ValueError) as error:
        problem_ = f"the folder cannot be made: {error}"
        raise InputError([Issue("UNWRITABLE", str(target), problem_, "check the path")]) from None
    settings = _settings(problem)
    services = (_cells(service, SERVICES) for service in problem.services)
    customers = (_cells(customer, CUSTOMERS) for customer in problem.customers)
    relations = (_cells(relation, RELATIONS) for relation in problem.relations)
    files = (
        ("orders.csv", table_text(ORDERS, map(_order_row, problem.orders)), True),
        ("workers.csv", table_text(WORKERS, _worker_rows(problem)), True),
        ("services.csv", table_text(SERVICES, services), bool(problem.services)),
        ("customers.csv", table_text(CUSTOMERS, customers), bool(problem.customers)),
        ("relations.csv", table_text(RELATIONS, relations), bool(problem.relations)),
        ("locks.csv", table_text(LOCKS, map(_lock_row, problem.locks)), bool(problem.locks)),
        (_SETTINGS_FILE, json_text(settings), bool(settings)),
    )
    for name, text, needed in files:
        # An old file of that name would be read along with the new ones.
        if needed or (target / name).exists():
            write_text(
                target / name, text, encoding_of(text) if name != _SETTINGS_FILE else "utf-8"
            )


def _settings(problem: Problem) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if problem.name is not None:
        data["name"] = problem.name
    if problem.skills is not None:
        data["skills"] = list(problem.skills)
    if problem.objective != Objective():
        data["objective"] = problem.objective.model_dump(mode="json")
    if problem.travel != GreatCircle():
        data["travel"] = problem.travel.model_dump(mode="json", exclude_none=True)
    if problem.traffic:
        data["traffic"] = [
            period.model_dump(mode="json", exclude_defaults=True) for period in problem.traffic
        ]
    if problem.freeze_until is not None:
        data["freeze_until"] = problem.freeze_until.isoformat()
    return data


def _cells(record: object, layout: Layout, names: Iterable[str] | None = None) -> dict[str, str]:
    """Write a record's cells; fields that are not stated or have no such field stay blank."""
    row = {}
    for name in layout.columns if names is None else names:
        column = layout.columns[name]
        value: Any = record
        for step in column.field.split("."):
            value = getattr(value, step, None)
        if value is not None:
            row[name] = column.kind.write(value)
    return row


def _order_row(order: Order) -> dict[str, str]:
    row = _cells(order, ORDERS)
    for name in ("windows", "required_workers", "preferred_workers", "forbidden_workers"):
        # These have no "stated to be none": blank says it.
        if not getattr(order, ORDERS.columns[name].field):
            del row[name]
    if order.time_windows:
        window = order.time_windows[0]
        row["windows_bounds"] = "" if window.bounds == "start" else window.bounds
        row["windows_soft"] = "true" if window.soft else ""
    return row


def _lock_row(lock: Lock) -> dict[str, str]:
    row = _cells(lock, LOCKS)
    # Blank says the first.
    for name, number in (("role_number", lock.role), ("time_number", lock.occurrence)):
        if number == 0:
            del row[name]
    return row


def _worker_rows(problem: Problem) -> Iterator[dict[str, str]]:
    names = [name for name in WORKERS.columns if name not in OF_A_WORKER]
    for worker in problem.workers:
        own = _cells(worker, WORKERS, [name for name in WORKERS.columns if name in OF_A_WORKER])
        for name in ("skills", "tags", "areas", "preferred_areas", "ratings", "worked_min"):
            if not getattr(worker, WORKERS.columns[name].field):
                del own[name]
        if worker.mode == "car":
            del own["mode"]
        if not worker.shifts:
            yield own
        for number, shift in enumerate(worker.shifts):
            row = _cells(shift, WORKERS, names)
            if shift.paid_from == "departure":
                del row["paid_from"]
            for name in ("capacity", "breaks", "tools"):
                if not getattr(shift, name):
                    del row[name]
            yield (own if number == 0 else {"id": own["id"]}) | row
