"""Plans as a table: how their rows are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from homeserve_dispatch.formats import cells
from homeserve_dispatch.formats.columns import PLAN
from homeserve_dispatch.formats.files import PathLike, write_text
from homeserve_dispatch.formats.tables import encoding_of, table_text
from homeserve_dispatch.model import Location, Problem, Shift
from homeserve_dispatch.plan import BreakTaken, Plan, Route, Visit
from homeserve_dispatch.turns import Stop, gap, in_turn

START, VISIT, BREAK, RESTOCK, END, UNASSIGNED = (
    "start",
    "visit",
    "break",
    "restock",
    "end",
    "unassigned",
)
ROWS = (START, VISIT, BREAK, RESTOCK, END, UNASSIGNED)
TIMES = ("arrival", "start", "finish")
FIGURES = ("travel_time", "distance_m", "setup", "lateness", "sla_lateness")
ZERO = timedelta(0)


def write_plan(plan: Plan, path: PathLike, problem: Problem | None = None) -> None:
    """Write a plan: of each route a row where it starts, one a stop, one where it ends.

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
            place = order.location if order else _place(row, shift)
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


def _place(row: dict[str, Any], shift: Shift | None) -> Location | None:
    """Where a row that is no visit takes place, if anywhere."""
    if shift is None:
        return None
    if row["row"] == RESTOCK:
        return shift.restock.location if shift.restock is not None else None
    if row["row"] == BREAK:
        known = row["number"] < len(shift.breaks)
        return shift.breaks[row["number"]].location if known else None
    return {START: shift.start_location, END: shift.end_location}.get(row["row"])


def _route_rows(route: Route) -> Iterator[dict[str, Any]]:
    common = {"worker": route.worker, "shift": route.shift + 1}
    yield common | {"row": START, "position": 0, "finish": route.departure}
    stops = list(in_turn(route))
    done = 0
    for stop in stops:
        done += isinstance(stop, Visit)
        yield common | _stop_row(stop, done)
    # The last leg, and what the route's sums have beyond those of the stops.
    rest = route.waiting - sum((gap(stop.arrival, stop.start) for stop in stops), ZERO)
    yield common | {
        "row": END,
        "position": len(route.visits) + 1,
        "arrival": route.end,
        "travel_time": route.travel_time - sum((stop.travel_time for stop in stops), ZERO),
        "distance_m": route.distance_m - sum(stop.distance_m for stop in stops),
        "waiting": rest or None,
        "overtime": route.overtime or None,
    }


def _stop_row(stop: Stop, done: int) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(stop, name, None) for name in (*TIMES, *FIGURES)}
    row["waiting"] = gap(stop.arrival, stop.start) or None
    row |= {name: row[name] or None for name in ("setup", "lateness", "sla_lateness")}
    if isinstance(stop, Visit):
        row |= {"row": VISIT, "position": done, "order": stop.order}
        # Blank says the first.
        return row | {"role": stop.role or None, "occurrence": stop.occurrence or None}
    row["position"] = stop.after
    if isinstance(stop, BreakTaken):
        return row | {"row": BREAK, "number": stop.number}
    return row | {"row": RESTOCK}


def _at(place: Location | None) -> dict[str, Any]:
    if place is None:
        return {}
    return {"location.id": place.id, "location.lat": place.lat, "location.lon": place.lon}


def _written(values: dict[str, Any]) -> dict[str, str]:
    columns: Iterable[tuple[str, cells.Kind, Any]] = (
        (column.name, column.kind, values.get(column.field)) for column in PLAN.columns.values()
    )
    return {name: kind.write(value) for name, kind, value in columns if value is not None}
