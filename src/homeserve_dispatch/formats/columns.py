"""The columns of the CSV files: what each holds and which field of the model that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from homeserve_dispatch.formats import cell_records, cells
from homeserve_dispatch.formats.cells import Kind


class Column(NamedTuple):
    """A column of a CSV file.

    Attributes
    ----------
    name : str
        Its header.
    field : str
        Path of the model's field, from the record: ``location.lat``.
    kind : Kind
        How its cells are written.
    """

    name: str
    field: str
    kind: Kind


class Layout(NamedTuple):
    """The columns of one kind of CSV file.

    Attributes
    ----------
    kind : str
        ``orders``, ``workers``, ``services``, ``customers``, ``relations``, ``locks`` or
        ``plan``.
    columns : dict of str to Column
        By header, in the order in which they are written.
    required : tuple of tuple of str
        Of each group all columns of one entry must be there; groups are alternatives.
    """

    kind: str
    columns: Mapping[str, Column]
    required: tuple[tuple[str, ...], ...]


def _layout(
    kind: str, required: tuple[tuple[str, ...], ...], *columns: tuple[str, str, Kind]
) -> Layout:
    return Layout(kind, {name: Column(name, field, how) for name, field, how in columns}, required)


_CATALOGUE = (
    ("duration_min", "duration", cells.MINUTES),
    ("setup_min", "setup", cells.MINUTES),
    ("skills", "skills", cells.LEVELS),
    ("required_tags", "required_tags", cells.NAMES),
    ("preferred_tags", "preferred_tags", cells.NAMES),
    ("forbidden_tags", "forbidden_tags", cells.NAMES),
    ("priority", "priority", cells.WHOLE),
    ("skip_cost", "skip_cost", cells.NUMBER),
    ("demand", "demand", cells.AMOUNTS),
    ("tools", "tools", cells.NAMES),
    ("crew", "crew", cell_records.CREW),
)

ORDERS = _layout(
    "orders",
    (("id", "lat", "lon"), ("id", "place")),
    ("id", "id", cells.TEXT),
    ("customer", "customer", cells.TEXT),
    ("place", "location.id", cells.TEXT),
    ("lat", "location.lat", cells.NUMBER),
    ("lon", "location.lon", cells.NUMBER),
    ("area", "area", cells.TEXT),
    ("service", "service", cells.TEXT),
    ("windows", "time_windows", cells.WINDOWS),
    ("windows_bounds", "bounds", cells.TEXT),
    ("windows_soft", "soft", cells.FLAG),
    ("release", "release", cells.MOMENT),
    ("respond_by", "respond_by", cells.MOMENT),
    ("resolve_by", "resolve_by", cells.MOMENT),
    ("hard_sla", "hard_sla", cells.FLAG),
    *_CATALOGUE,
    ("required_workers", "required_workers", cells.NAMES),
    ("preferred_workers", "preferred_workers", cells.NAMES),
    ("forbidden_workers", "forbidden_workers", cells.NAMES),
    ("urgent", "urgent", cells.FLAG),
    ("times", "recurrence.times", cells.WHOLE),
    ("min_gap_days", "recurrence.min_gap_days", cells.WHOLE),
    ("max_gap_days", "recurrence.max_gap_days", cells.WHOLE),
    ("day_patterns", "recurrence.patterns", cell_records.PATTERNS),
)

SERVICES = _layout("services", (("id",),), ("id", "id", cells.TEXT), *_CATALOGUE)

WORKERS = _layout(
    "workers",
    (("id", "shift_start", "shift_end"),),
    ("id", "id", cells.TEXT),
    ("skills", "skills", cells.SKILLS),
    ("tags", "tags", cells.NAMES),
    ("areas", "areas", cells.NAMES),
    ("preferred_areas", "preferred_areas", cells.NAMES),
    ("mode", "mode", cells.TEXT),
    ("rate_travel_time", "rates.travel_time", cells.NUMBER),
    ("rate_travel_distance", "rates.travel_distance", cells.NUMBER),
    ("rate_shift_use", "rates.shift_use", cells.NUMBER),
    ("rate_paid_time", "rates.paid_time", cells.NUMBER),
    ("rate_overtime", "rates.overtime", cells.NUMBER),
    ("rate_waiting", "rates.waiting", cells.NUMBER),
    ("ratings", "ratings", cells.AMOUNTS),
    ("total_max_visits", "max_visits", cells.WHOLE),
    ("total_max_travel_min", "max_travel", cells.MINUTES),
    ("total_max_work_min", "max_work", cells.MINUTES),
    ("total_max_distance_m", "max_distance_m", cells.WHOLE),
    ("min_rest_min", "min_rest", cells.MINUTES),
    ("max_days_in_row", "max_days_in_row", cells.WHOLE),
    ("worked_min", "worked", cells.MINUTES),
    ("shift_start", "start", cells.MOMENT),
    ("shift_end", "end", cells.MOMENT),
    ("overtime_until", "overtime_until", cells.MOMENT),
    ("start_place", "start_location.id", cells.TEXT),
    ("start_lat", "start_location.lat", cells.NUMBER),
    ("start_lon", "start_location.lon", cells.NUMBER),
    ("end_place", "end_location.id", cells.TEXT),
    ("end_lat", "end_location.lat", cells.NUMBER),
    ("end_lon", "end_location.lon", cells.NUMBER),
    ("paid_from", "paid_from", cells.TEXT),
    ("capacity", "capacity", cells.AMOUNTS),
    ("max_visits", "max_visits", cells.WHOLE),
    ("max_travel_min", "max_travel", cells.MINUTES),
    ("max_work_min", "max_work", cells.MINUTES),
    ("max_distance_m", "max_distance_m", cells.WHOLE),
    ("breaks", "breaks", cell_records.BREAKS),
    ("tools", "tools", cells.NAMES),
    ("restock_place", "restock.location.id", cells.TEXT),
    ("restock_lat", "restock.location.lat", cells.NUMBER),
    ("restock_lon", "restock.location.lon", cells.NUMBER),
    ("restock_min", "restock.duration", cells.MINUTES),
    ("restock_tools", "restock.tools", cells.NAMES),
    ("restock_amounts", "restock.amounts", cell_records.STOCK),
)

OF_A_WORKER = frozenset(list(WORKERS.columns)[: list(WORKERS.columns).index("shift_start")])
"""Columns that say the same on all rows of a worker; the others are the shift's."""

CUSTOMERS = _layout(
    "customers",
    (("id", "history"), ("id", "max_workers")),
    ("id", "id", cells.TEXT),
    ("history", "history", cells.NAMES),
    ("max_workers", "max_workers", cells.WHOLE),
)

RELATIONS = _layout(
    "relations",
    (("kind", "orders"),),
    ("kind", "kind", cells.TEXT),
    ("orders", "orders", cells.NAMES),
    ("min_gap_min", "min_gap", cells.MINUTES),
    ("max_gap_min", "max_gap", cells.MINUTES),
    ("between", "between", cells.TEXT),
)

LOCKS = _layout(
    "locks",
    # A plan's column is "order": the files must not look alike.
    (("locked_order",),),
    ("locked_order", "order", cells.TEXT),
    ("role_number", "role", cell_records.ORDINAL),
    ("time_number", "occurrence", cell_records.ORDINAL),
    ("worker", "worker", cells.TEXT),
    ("shift_number", "shift", cell_records.ORDINAL),
    ("start", "start", cells.MOMENT),
    ("position", "position", cell_records.ORDINAL),
    ("unassigned", "unassigned", cells.FLAG),
)

PLAN = _layout(
    "plan",
    (("worker", "order"),),
    ("row", "row", cells.TEXT),
    ("worker", "worker", cells.TEXT),
    ("shift_number", "shift", cells.WHOLE),
    ("position", "position", cells.WHOLE),
    ("order", "order", cells.TEXT),
    ("role_number", "role", cell_records.ORDINAL),
    ("time_number", "occurrence", cell_records.ORDINAL),
    ("break_number", "number", cell_records.ORDINAL),
    ("arrival", "arrival", cells.MOMENT),
    ("start", "start", cells.MOMENT),
    ("finish", "finish", cells.MOMENT),
    ("travel_min", "travel_time", cells.MINUTES),
    ("distance_m", "distance_m", cells.WHOLE),
    ("waiting_min", "waiting", cells.MINUTES),
    ("setup_min", "setup", cells.MINUTES),
    ("lateness_min", "lateness", cells.MINUTES),
    ("sla_lateness_min", "sla_lateness", cells.MINUTES),
    ("overtime_min", "overtime", cells.MINUTES),
    ("customer", "customer", cells.TEXT),
    ("place", "location.id", cells.TEXT),
    ("lat", "location.lat", cells.NUMBER),
    ("lon", "location.lon", cells.NUMBER),
    ("reasons", "reasons", cells.NAMES),
    ("details", "details", cells.TEXT),
    ("skip_cost", "skip_cost", cells.NUMBER),
)

LAYOUTS = (ORDERS, WORKERS, SERVICES, PLAN, CUSTOMERS, RELATIONS, LOCKS)


def _names(columns: Iterable[Column], kind: str) -> dict[tuple[str, str], str]:
    """What the file calls the fields that the model's faults name."""
    return {(kind, column.field): column.name for column in columns}


def _of_workers(own: bool) -> list[Column]:
    return [column for name, column in WORKERS.columns.items() if (name in OF_A_WORKER) is own]


COLUMN_OF: dict[tuple[str, str], str] = {
    **_names(ORDERS.columns.values(), "order"),
    **_names(SERVICES.columns.values(), "service"),
    **_names(_of_workers(own=True), "worker"),
    **_names(_of_workers(own=False), "shift"),
    **_names(CUSTOMERS.columns.values(), "customer"),
    **_names(RELATIONS.columns.values(), "relation"),
    **_names(LOCKS.columns.values(), "lock"),
    **_names(PLAN.columns.values(), "visit"),
    ("order", "location"): "place, lat and lon",
    ("order", "time window"): "windows",
    ("order", "time_windows.earliest"): "windows",
    ("order", "time_windows.latest"): "windows",
    ("order", "role"): "crew",
    ("order", "recurrence"): "times",
    ("service", "role"): "crew",
    ("worker", "shifts.start"): "shift_start",
    ("worker", "shifts.breaks.earliest"): "breaks",
    ("shift", "break"): "breaks",
    ("shift", "start_location"): "start_place, start_lat and start_lon",
    ("shift", "end_location"): "end_place, end_lat and end_lon",
    ("shift", "restock.location"): "restock_place, restock_lat and restock_lon",
    ("relation", "first"): "orders",
    ("relation", "second"): "orders",
}
"""The header of the column for a kind of record and a field of the model.

For a record within a record (``break``) it is the column that holds it.
"""
