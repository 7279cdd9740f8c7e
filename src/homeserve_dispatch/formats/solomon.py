"""The format ``solomon``: the text files of the VRPTW benchmarks, and ``.sol`` for their plans.

Mapped in the DIMACS convention: one unit is a minute and a kilometre, a leg takes and measures
``floor(10 * euclid) / 10``; the total length is minimised and every customer is to be served.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats.files import PathLike, Source, write_text
from homeserve_dispatch.formats.labels import Labels
from homeserve_dispatch.model import Location, Objective, Problem
from homeserve_dispatch.model.faults import brief
from homeserve_dispatch.model.matrix import Metres, Milliseconds

BASE = datetime(2000, 1, 1)  # noqa: DTZ001 - the benchmarks know no time zone
"""Time 0 of a file."""

SKIP_COST = 1e6
"""Cost of a customer left out, in kilometres.

Above the length of any tour of the benchmarks, so nobody is left out to save way, and small
enough that a sum over 1000 customers still tells a metre in floating point.
"""

LOAD = "load"
MODE = "car"
_COLUMNS = ("number", "XCOORD", "YCOORD", "DEMAND", "READY TIME", "DUE DATE", "SERVICE TIME")
_FIELDS = {
    ("customer", "demand"): "DEMAND",
    ("customer", "duration"): "SERVICE TIME",
    ("customer", "time_windows"): "READY TIME and DUE DATE",
    ("customer", "earliest"): "READY TIME",
    ("customer", "latest"): "DUE DATE",
}
_UNITS_PER_DEGREE = 100.0
_MOST_VEHICLES = 100_000
_FARTHEST = 5_000
_LARGEST = 1e7
_OBJECTIVE = Objective(
    travel_time=0,
    travel_distance=1,
    overtime=0,
    waiting=0,
    lateness=0,
    sla_lateness=0,
    unassigned=SKIP_COST,
    unassigned_by_priority=0,
    preference=0,
)


def read_problem(source: Source) -> Problem:
    """Read a problem.

    Parameters
    ----------
    source : Source
        A text file with a VEHICLE and a CUSTOMER section.

    Returns
    -------
    Problem
        Orders ``"1"`` to ``"n"`` and places ``"0"`` to ``"n"`` as the file numbers them, workers
        ``"1"`` to NUMBER, times from ``BASE``. Coordinates are kept as degrees, a hundredth a
        unit, only to be drawn and written again.

    Raises
    ------
    InputError
        All faults, by line, customer and column.
    """
    faults: list[Issue] = []
    name, (vehicles, capacity), rows = _parse(source, faults)
    if faults:
        raise InputError(faults)
    places = [_number(row[0]) for _, row in rows]
    labels = Labels(_FIELDS)
    for (line, _), place in zip(rows, places, strict=True):
        labels.add(f"order {place!r}", f"{source.name} line {line}, customer {place}", "customer")
    line, depot = rows[0]
    for number in range(1, vehicles + 1):
        labels.add(f"worker '{number}', shift number 1", f"{source.name} line {line}, depot", "")
    tables = _tables([(row[1], row[2]) for _, row in rows])
    shift = {
        "start": _moment(depot[4]),
        "end": _moment(depot[5]),
        "start_location": _location(places[0], depot),
        "end_location": _location(places[0], depot),
        "capacity": {LOAD: capacity},
    }
    orders = [_order(place, row) for place, (_, row) in zip(places, rows, strict=True)][1:]
    raw = {
        "name": name or None,
        "orders": orders,
        "workers": [
            {"id": str(n), "shifts": [shift], "mode": MODE} for n in range(1, vehicles + 1)
        ],
        "travel": {"kind": "matrix", "places": places, "tables": {MODE: tables}},
        "objective": _OBJECTIVE,
    }
    try:
        return Problem.model_validate(raw)
    except InputError as error:
        issues = {issue.where: issue for issue in labels.translate(error.issues)}
        raise InputError(
            Issue(i.code, _in_file(i.where, source), i.problem, i.action) for i in issues.values()
        ) from None


def _in_file(where: str, source: Source) -> str:
    return where if where.startswith(source.name) else f"{source.name}, {where}"


def _parse(
    source: Source, faults: list[Issue]
) -> tuple[str, tuple[int, float], list[tuple[int, list[float]]]]:
    """Name, number and capacity of the vehicles, and the customers' rows with their lines."""
    lines = [(at, line.split()) for at, line in enumerate(source.text.splitlines(), 1)]
    lines = [(at, words) for at, words in lines if words]
    heads = {words[0].upper(): number for number, (_, words) in reversed(list(enumerate(lines)))}
    at_fleet, at_customers = heads.get("NUMBER"), heads.get("CUST", heads.get("CUSTNO."))
    for found, what in ((at_fleet, "NUMBER CAPACITY"), (at_customers, "CUST NO. XCOORD. …")):
        if found is None:
            problem = f"there is no line {what}"
            faults.append(Issue("MISSING_FIELD", source.name, problem, "add that section"))
    if at_fleet is None or at_customers is None:
        return "", (0, 0.0), []
    fleet = lines[at_fleet + 1 : at_fleet + 2]
    line, numbers = next(_numbers(source, fleet, 2, faults), (0, [0.0, 0.0]))
    vehicles, capacity = numbers
    if not fleet or (line and not (vehicles == int(vehicles) and 0 <= vehicles <= _MOST_VEHICLES)):
        where = f"{source.name} line {line or lines[at_fleet][0]}, field NUMBER"
        problem = f"it is not a whole number from 0 to {_MOST_VEHICLES}"
        faults.append(Issue("BAD_VALUE", where, problem, "correct it"))
    if capacity < 0:
        where = f"{source.name} line {line}, field CAPACITY"
        faults.append(Issue("BAD_VALUE", where, "it is negative", "correct it"))
    rows = list(_numbers(source, lines[at_customers + 1 :], len(_COLUMNS), faults))
    if not rows and not faults:
        where = f"{source.name} line {lines[at_customers][0]}"
        problem = "no rows follow; the first is the depot"
        faults.append(Issue("MISSING_FIELD", where, problem, "add the depot and the customers"))
    for at, row in rows:
        _check_row(source, at, row, rows[0][1], faults)
    name = " ".join(lines[0][1]) if at_fleet > 0 and lines[0][1][0].upper() != "VEHICLE" else ""
    return name, (0 if faults else int(vehicles), capacity), rows


def _numbers(
    source: Source, lines: Sequence[tuple[int, list[str]]], count: int, faults: list[Issue]
) -> Iterator[tuple[int, list[float]]]:
    """Rows of so many numbers; other rows are faults."""
    for line, words in lines:
        numbers = []
        for at, word in enumerate(words[:count]):
            try:
                value = float(word)
            except ValueError:
                value = math.nan
            if math.isfinite(value):
                numbers.append(value)
                continue
            field = _COLUMNS[at] if count == len(_COLUMNS) else ("NUMBER", "CAPACITY")[at]
            where = f"{source.name} line {line}, field {field}"
            problem = f"{brief(word)} is not a number"
            faults.append(Issue("BAD_VALUE", where, problem, "write a number"))
        if len(words) != count:
            problem = f"it has {len(words)} entries, not {count}"
            where = f"{source.name} line {line}"
            faults.append(Issue("RAGGED_ROW", where, problem, "write one customer on a line"))
        elif len(numbers) == count:
            yield line, numbers


def _check_row(
    source: Source, line: int, row: Sequence[float], depot: Sequence[float], faults: list[Issue]
) -> None:
    """Numbers must fit into what the model can hold, and windows must open before they close."""

    def fault(column: int, problem: str) -> None:
        where = f"{source.name} line {line}, customer {_number(row[0])}, field {_COLUMNS[column]}"
        faults.append(Issue("BAD_VALUE", where, problem, "correct it"))

    for column, value in enumerate(row):
        if column in (1, 2) and abs(value - depot[column]) > _FARTHEST:
            fault(column, f"{value:g} is more than {_FARTHEST} from the depot")
        elif abs(value) > _LARGEST or (column in (3, 6) and value < 0):
            fault(column, f"{value:g} is negative" if value < 0 else f"{value:g} is too large")
    if row[4] > row[5]:
        fault(5, f"{row[5]:g} is before the READY TIME {row[4]:g}")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _moment(value: float) -> datetime:
    return BASE + timedelta(milliseconds=round(value * 60_000))


def _location(place: str, row: Sequence[float]) -> dict[str, Any]:
    location: dict[str, Any] = {"id": place}
    if abs(row[1]) <= 180 * _UNITS_PER_DEGREE and abs(row[2]) <= 90 * _UNITS_PER_DEGREE:
        location |= {"lat": row[2] / _UNITS_PER_DEGREE, "lon": row[1] / _UNITS_PER_DEGREE}
    return location


def _order(place: str, row: Sequence[float]) -> dict[str, Any]:
    return {
        "id": place,
        "location": _location(place, row),
        "duration": timedelta(milliseconds=round(row[6] * 60_000)),
        "time_windows": [{"earliest": _moment(row[4]), "latest": _moment(row[5])}],
        "demand": {LOAD: row[3]},
    }


def _tables(points: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Tables of the legs: tenths of a unit, a tenth being 6 seconds and 100 metres."""
    size = len(points)
    times, metres = array("i"), array("i")
    for x, y in points:
        tenths = [_tenths(x - to_x, y - to_y) for to_x, to_y in points]
        times.extend([6_000 * tenth for tenth in tenths])
        metres.extend([100 * tenth for tenth in tenths])
    return {
        "travel_time_s": Milliseconds(times, size, Milliseconds.unit_scale),
        "distance_m": Metres(metres, size, Metres.unit_scale),
    }


def _tenths(x: float, y: float) -> int:
    # The small addition keeps whole lengths whole: hypot(3, 4) may come out just below 5.
    return math.floor(10.0 * math.hypot(x, y) + 1e-9)


def write_problem(problem: Problem, path: PathLike) -> None:
    """Write a problem that says no more than the format can.

    Parameters
    ----------
    problem : Problem
        Workers all alike, one shift each from and to one depot, at most one thing carried;
        orders with a location, duration, demand and one hard window of start; travel as
        :func:`read_problem` makes it, from the coordinates that the locations have.
    path : path-like
        The file.

    Raises
    ------
    InputError
        The problem has more in it (each such thing is named), or the file cannot be written.
    """
    from homeserve_dispatch.formats.solomon_fit import problem_text

    write_text(path, problem_text(problem))


def coordinates(location: Location) -> tuple[float, float] | None:
    """Return the file's coordinates of a place; None where it keeps none."""
    if location.lat is None or location.lon is None:
        return None
    return (
        round(location.lon * _UNITS_PER_DEGREE, 9),
        round(location.lat * _UNITS_PER_DEGREE, 9),
    )
