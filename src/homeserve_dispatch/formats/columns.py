"""The columns of the CSV files: what each holds and which field of the model that is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from homeserve_dispatch.formats import cells
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
        ``orders``, ``workers``, ``services`` or ``plan``.
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
)

OF_A_WORKER = frozenset(list(WORKERS.columns)[: list(WORKERS.columns).index("shift_start")])
"""Columns that say the same on all rows of a worker; the others are the shift's."""

PLAN = _layout(
    "plan",
    (("worker", "order"),),
    ("row", "row", cells.TEXT),
    ("worker", "worker", cells.TEXT),
    ("shift_number", "shift", cells.WHOLE),
    ("position", "position", cells.WHOLE),
    ("order", "order", cells.TEXT),
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

LAYOUTS = (ORDERS, WORKERS, SERVICES, PLAN)


def _names(layout: Layout, kind: str) -> dict[tuple[str, str], str]:
    """What the file calls the fields that the model's faults name."""
    names: dict[tuple[str, str], str] = {}
    for column in layout.columns.values():
        names[kind, column.field] = column.name
    return names


COLUMN_OF: dict[tuple[str, str], str] = {
    **_names(ORDERS, "order"),
    **_names(SERVICES, "service"),
    **_names(WORKERS, "worker"),
    **_names(WORKERS, "shift"),
    **_names(PLAN, "visit"),
    ("order", "location"): "place, lat and lon",
    ("order", "earliest"): "windows",
    ("order", "latest"): "windows",
    ("order", "time_windows"): "windows",
    ("order", "time_windows.earliest"): "windows",
    ("order", "time_windows.latest"): "windows",
    ("worker", "shifts.start"): "shift_start",
    ("shift", "start_location"): "start_place, start_lat and start_lon",
    ("shift", "end_location"): "end_place, end_lat and end_lon",
}
"""The header of the column for a kind of record and a field of the model."""
