"""Plans as a table: a row for each visit, and for where routes begin and end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats import cells
from homeserve_dispatch.formats.cells import CellError
from homeserve_dispatch.formats.columns import COLUMN_OF, PLAN
from homeserve_dispatch.formats.files import PathLike, Source, write_text
from homeserve_dispatch.formats.labels import Labels
from homeserve_dispatch.formats.tables import (
    Row,
    Table,
    encoding_of,
    read_table,
    table_text,
)
from homeserve_dispatch.formats.timing import timed
from homeserve_dispatch.model import Location, Problem
from homeserve_dispatch.model.base import instant
from homeserve_dispatch.model.faults import brief
from homeserve_dispatch.plan import Plan, Route, Visit

START, VISIT, END, UNASSIGNED = "start", "visit", "end", "unassigned"
_ROWS = (START, VISIT, END, UNASSIGNED)
_TIMES = ("arrival", "start", "finish")
_FIGURES = ("travel_time", "distance_m", "setup", "lateness", "sla_lateness")
_ZERO = timedelta(0)


@dataclass(slots=True)
class _Draft:
    """The rows of one route."""

    where: str
    visits: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    start: dict[str, Any] | None = None
    end: dict[str, Any] | None = None


def read_plan(source: Source, problem: Problem) -> Plan:
    """Read a plan.

    Parameters
    ----------
    source : Source
        A CSV file with at least the columns ``worker`` and ``order``.
    problem : Problem
        What it is for: routes without any times get those of the schedule rule.

    Returns
    -------
    Plan
        Whatever rules it breaks. It states no cost.

    Raises
    ------
    InputError
        All faults, by line and column.
    """
    faults: list[Issue] = []
    table = read_table(source, faults)
    if table is None or not table.sound:
        raise InputError(faults)
    if table.layout.kind != "plan":
        words = f"this is a file of {table.layout.kind}, not a plan"
        raise InputError([Issue("WRONG_FILE", source.name, words, "name the plan's file")])
    drafts: dict[tuple[str, int], _Draft] = {}
    unassigned: list[dict[str, Any]] = []
    labels = Labels(COLUMN_OF)
    for row in table.rows:
        _take(table, row, drafts, unassigned, labels, faults)
    routes = [
        route
        for (worker, shift), draft in drafts.items()
        if (route := _route(worker, shift, draft, problem, labels, faults))
    ]
    if faults:
        raise InputError(faults)
    try:
        return Plan.model_validate({"routes": routes, "unassigned": unassigned})
    except InputError as error:
        raise InputError(labels.translate(error.issues)) from None


def _take(
    table: Table,
    row: Row,
    drafts: dict[tuple[str, int], _Draft],
    unassigned: list[dict[str, Any]],
    labels: Labels,
    faults: list[Issue],
) -> None:
    """Put one row where it belongs."""
    where = f"{table.name} line {row.line}"
    values: dict[str, Any] = {}
    for name in row.cells:
        try:
            values[PLAN.columns[name].field] = table.reader.read(name, row.cells[name])
        except CellError as error:
            place = f"{where}, field {name}"
            faults.append(Issue("BAD_VALUE", place, error.problem, error.action))
    worker, order = values.get("worker"), values.get("order")
    kind = values.get("row", VISIT if worker else UNASSIGNED)
    if kind not in _ROWS:
        problem = f"{brief(kind)} is not one of {', '.join(_ROWS)}"
        faults.append(Issue("BAD_VALUE", f"{where}, field row", problem, "write one of them"))
        return
    for name, missing in (
        ("worker", kind != UNASSIGNED and worker is None),
        ("order", kind in (VISIT, UNASSIGNED) and order is None),
    ):
        if missing:
            problem = f"it is blank, and a row of the kind {kind!r} needs it"
            faults.append(Issue("MISSING_FIELD", f"{where}, field {name}", problem, "fill it in"))
            return
    if kind == UNASSIGNED:
        labels.add(f"unassigned order {order!r}", f"{where}, order {order!r}", "visit")
        names = ("order", "reasons", "details", "skip_cost")
        unassigned.append({name: values[name] for name in names if name in values})
        return
    assert worker is not None
    draft = drafts.setdefault((worker, values.get("shift", 1) - 1), _Draft(where))
    if kind == VISIT:
        draft.visits.append((where, values))
    else:
        setattr(draft, kind, values)


def _route(
    worker: str,
    shift: int,
    draft: _Draft,
    problem: Problem,
    labels: Labels,
    faults: list[Issue],
) -> Route | dict[str, Any] | None:
    if all("position" in values for _, values in draft.visits):
        draft.visits.sort(key=lambda visit: visit[1]["position"])
    if not any(name in values for _, values in draft.visits for name in _TIMES):
        orders = [(where, values["order"]) for where, values in draft.visits]
        return timed(problem, worker, shift, orders, draft.where, faults)
    visits, waiting, travel, metres = [], _ZERO, _ZERO, 0
    for where, values in draft.visits:
        name = f"route {worker!r}, visit {values['order']!r}"
        labels.add(name, f"{where}, order {values['order']!r}", "visit")
        for missing in (name for name in _TIMES if name not in values):
            problem_ = "it is blank, and other times of the route are given"
            action = "fill it in, or leave all times of the route blank"
            faults.append(Issue("MISSING_FIELD", f"{where}, field {missing}", problem_, action))
            return None
        waiting += _gap(values["arrival"], values["start"])
        travel += values.get("travel_time", _ZERO)
        metres += values.get("distance_m", 0)
        given = ("order", *_TIMES, *_FIGURES)
        visits.append({name: values[name] for name in given if name in values})
    start, end = draft.start or {}, draft.end or {}
    for row, values, name in ((START, start, "finish"), (END, end, "arrival")):
        if name not in values:
            problem_ = f"its times are given, and a row {row!r} with {name} is not"
            action = f"add the row {row!r}, or leave all times of the route blank"
            faults.append(Issue("MISSING_FIELD", f"{draft.where}, field {name}", problem_, action))
            return None
    labels.add(f"route {worker!r}", f"{draft.where}, worker {worker!r}", "visit")
    return {
        "worker": worker,
        "shift": shift,
        "departure": start["finish"],
        "end": end["arrival"],
        "visits": visits,
        "travel_time": travel + end.get("travel_time", _ZERO),
        "distance_m": metres + end.get("distance_m", 0),
        "waiting": waiting + end.get("waiting", _ZERO),
        "overtime": end.get("overtime", _ZERO),
    }


def _gap(arrival: datetime, start: datetime) -> timedelta:
    """Waiting between two times; none where they cannot be compared, as in a broken plan."""
    if (arrival.tzinfo is None) != (start.tzinfo is None):
        return _ZERO
    return instant(start) - instant(arrival)


def write_plan(plan: Plan, path: PathLike, problem: Problem | None = None) -> None:
    """Write a plan: of each route a row where it starts, one a visit, one where it ends.

    Parameters
    ----------
    plan : Plan
        Its cost and the history of the search are not written, all else is.
    path : path-like
        The file.
    problem : Problem, optional
        For the columns customer, place, lat and lon.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    text = table_text(PLAN, _rows(plan, problem))
    write_text(path, text, encoding_of(text))


def _rows(plan: Plan, problem: Problem | None) -> Iterator[dict[str, str]]:
    orders = {order.id: order for order in problem.orders} if problem else {}
    shifts = (
        {(w.id, number): shift for w in problem.workers for number, shift in enumerate(w.shifts)}
        if problem
        else {}
    )
    for route in plan.routes:
        shift = shifts.get((route.worker, route.shift))
        for row in _route_rows(route):
            order = orders.get(row.get("order", ""))
            place = order.location if order else None
            if shift is not None and row["row"] == START:
                place = shift.start_location
            elif shift is not None and row["row"] == END:
                place = shift.end_location
            yield _written(row | _at(place) | {"customer": order.customer if order else None})
    for left in plan.unassigned:
        order = orders.get(left.order)
        row = {
            "row": UNASSIGNED,
            "order": left.order,
            "reasons": [str(reason) for reason in left.reasons] or None,
            "details": left.details or None,
            "skip_cost": left.skip_cost,
            "customer": order.customer if order else None,
        }
        yield _written(row | _at(order.location if order else None))


def _route_rows(route: Route) -> Iterator[dict[str, Any]]:
    common = {"worker": route.worker, "shift": route.shift + 1}
    yield common | {"row": START, "position": 0, "finish": route.departure}
    for position, visit in enumerate(route.visits, 1):
        yield common | _visit_row(visit) | {"row": VISIT, "position": position}
    # The last leg, and what the route's sums have beyond those of the visits.
    rest = route.waiting - sum((_gap(v.arrival, v.start) for v in route.visits), _ZERO)
    yield common | {
        "row": END,
        "position": len(route.visits) + 1,
        "arrival": route.end,
        "travel_time": route.travel_time - sum((v.travel_time for v in route.visits), _ZERO),
        "distance_m": route.distance_m - sum(v.distance_m for v in route.visits),
        "waiting": rest or None,
        "overtime": route.overtime or None,
    }


def _visit_row(visit: Visit) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(visit, name) for name in ("order", *_TIMES)}
    row |= {name: getattr(visit, name) for name in _FIGURES}
    row["waiting"] = _gap(visit.arrival, visit.start) or None
    return row | {name: row[name] or None for name in ("setup", "lateness", "sla_lateness")}


def _at(place: Location | None) -> dict[str, Any]:
    if place is None:
        return {}
    return {"location.id": place.id, "location.lat": place.lat, "location.lon": place.lon}


def _written(values: dict[str, Any]) -> dict[str, str]:
    columns: Iterable[tuple[str, cells.Kind, Any]] = (
        (column.name, column.kind, values.get(column.field)) for column in PLAN.columns.values()
    )
    return {name: kind.write(value) for name, kind, value in columns if value is not None}
