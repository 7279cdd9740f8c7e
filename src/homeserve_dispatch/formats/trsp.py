"""The format ``trsp``: technician routing and scheduling, as text. ``docs/formats.md`` has it all.

Instances of Pillac, Guéret & Medaglia 2013 (doi 10.1007/s11590-012-0567-4).
"""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from homeserve_dispatch.errors import Issue
from homeserve_dispatch.formats.files import PathLike, Source, write_text
from homeserve_dispatch.formats.hhcrsp_shared import (
    MODE,
    MOST_MIN,
    PER_HOUR,
    SKIP_COST,
    duration,
    moment,
    up_to_ms,
    validated,
    window,
)
from homeserve_dispatch.formats.labels import Labels
from homeserve_dispatch.model import Objective, Problem
from homeserve_dispatch.model.faults import brief
from homeserve_dispatch.model.matrix import Milliseconds

OBJECTIVE = Objective(
    travel_time=0,
    travel_distance=0,
    paid_time=PER_HOUR,
    overtime=0,
    waiting=0,
    lateness=0,
    sla_lateness=0,
    unassigned=SKIP_COST,
    unassigned_by_priority=0,
    preference=0,
    missed_break=0,
    response_time=0,
)
"""The time between departure and return, a minute a minute; nobody is left out."""

UNITS_PER_DEGREE = 100.0
_FARTHEST = 5_000
_MOST_KINDS = 1_000
_COLUMNS = ("ID", "X", "Y", "TWS", "TWE", "Serv", "SKILLS", "TOOLS", "SPARE PARTS")
_COUNTS = ("CREW COUNT", "SKILLS", "TOOLS", "SPARE PARTS")
_ROW = re.compile(r"\s*(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s*" + r"\[([^]]*)\]\s*" * 3)
_FIELDS = {
    ("request", "time_windows"): "TWS and TWE",
    ("request", "duration"): "Serv",
}


class _Row(NamedTuple):
    """A line of the file."""

    where: str
    number: int
    x: float
    y: float
    opens: float
    closes: float
    serves: float
    skills: list[int]
    tools: list[int]
    parts: list[float]


def read_problem(source: Source) -> Problem:
    """Read a problem.

    Parameters
    ----------
    source : Source
        A text file with a line of counts and a line for the depot, each technician and each
        request.

    Returns
    -------
    Problem
        Workers, orders and places with the file's numbers as ids, times from 2000-01-01T00:00.
        Coordinates are kept as degrees, a hundredth a unit, only to be drawn and written again.

    Raises
    ------
    InputError
        All faults, by line and column.
    """
    faults: list[Issue] = []
    name, counts, rows = _parse(source, faults)
    if len(rows) <= counts[0] and not faults:
        problem = f"it has {len(rows)} lines; the depot and {counts[0]} technicians need one each"
        faults.append(Issue("MISSING_FIELD", source.name, problem, "add the missing lines"))
    for at, row in enumerate(rows):
        if row.number != at:
            problem = f"{row.number} where {at} is expected"
            action = "number the lines from 0 on"
            faults.append(Issue("BAD_VALUE", f"{row.where}, field ID", problem, action))
    if faults or not rows:
        return validated({}, Labels({}), faults)
    depot, crew, requests = rows[0], rows[1 : counts[0] + 1], rows[counts[0] + 1 :]
    _check_depot(depot, crew, faults)
    labels = Labels(_FIELDS)
    restock = {
        "location": _place(depot),
        "duration": duration(depot.serves),
        "tools": [tool(kind) for kind in range(counts[2])],
        "amounts": {part(kind): None for kind in range(counts[3])},
    }
    raw = {
        "name": name or None,
        "orders": [_order(row, labels) for row in requests],
        "workers": [_worker(row, restock, labels) for row in crew],
        "travel": {
            "kind": "matrix",
            "places": [str(row.number) for row in rows],
            "tables": {MODE: {"travel_time_s": table([(row.x, row.y) for row in rows])}},
        },
        "objective": OBJECTIVE,
    }
    return validated(raw, labels, faults)


def skill(kind: int) -> str:
    """Return the name of a skill."""
    return f"skill_{kind}"


def tool(kind: int) -> str:
    """Return the name of a tool."""
    return f"tool_{kind}"


def part(kind: int) -> str:
    """Return the name of a spare part."""
    return f"part_{kind}"


def table(points: Sequence[tuple[float, float]]) -> Milliseconds:
    """Return the Euclidean legs between points, a unit a minute, rounded up to the millisecond."""
    values = array("i")
    for x, y in points:
        values.extend(up_to_ms(math.hypot(x - to_x, y - to_y)) for to_x, to_y in points)
    return Milliseconds(values, len(points), Milliseconds.unit_scale)


def _parse(source: Source, faults: list[Issue]) -> tuple[str, tuple[int, ...], list[_Row]]:
    """Name, counts and rows; where there are none, a fault says so."""
    lines = [(at, line) for at, line in enumerate(source.text.splitlines(), 1) if line.strip()]
    heads: dict[str, int] = {}
    for number, (_, line) in enumerate(lines):
        heads.setdefault(line.split()[0].upper(), number + 1)
    for head, what in (("CREW", "CREW COUNT …"), ("ID", "ID X Y TWS TWE …")):
        if heads.get(head, len(lines)) == len(lines):
            problem = f"there is no line {what} with lines after it"
            faults.append(Issue("MISSING_FIELD", source.name, problem, "add it"))
    first = lines[0][1].strip() if lines else ""
    name = "" if first.upper() == "INFO" else first
    if faults:
        return name, (0,) * 4, []
    counts = _counts(source, *lines[heads["CREW"]], faults)
    rows = [
        row
        for at, line in lines[heads["ID"] :]
        if (row := _row(f"{source.name} line {at}", line, counts, faults))
    ]
    return name, counts, rows


def _counts(source: Source, at: int, line: str, faults: list[Issue]) -> tuple[int, ...]:
    words = line.split()
    where = f"{source.name} line {at}"
    counts = [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 6]
    if len(words) != 4 or len(counts) != 4 or max(counts) > _MOST_KINDS:
        problem = f"{brief(line.strip())} is not four numbers from 0 to {_MOST_KINDS}"
        action = f"write {', '.join(_COUNTS)}"
        faults.append(Issue("BAD_VALUE", where, problem, action))
        return (0,) * 4
    return tuple(counts)


def _row(where: str, line: str, counts: Sequence[int], faults: list[Issue]) -> _Row | None:
    cells = _ROW.fullmatch(line)
    if not cells:
        problem = f"{brief(line.strip())} is not {' '.join(_COLUMNS)}, the last three in brackets"
        faults.append(Issue("RAGGED_ROW", where, problem, "write one place on a line"))
        return None
    before = len(faults)
    numbers = [_number(where, at, cells[at + 1], faults) for at in range(6)]
    lists = [list(_listed(where, at, cells[at + 1], faults)) for at in range(6, 9)]
    for at, most in ((6, counts[1]), (7, counts[2])):
        for kind in lists[at - 6]:
            if kind != int(kind) or not 0 <= kind < max(most, 1):
                _fault(where, at, f"{kind:g} is not a whole number below {most}", faults)
    if lists[2] and len(lists[2]) != counts[3]:
        _fault(where, 8, f"it has {len(lists[2])} entries, not {counts[3]}", faults)
    if numbers[3] > numbers[4]:
        _fault(where, 4, f"{numbers[4]:g} is before the TWS {numbers[3]:g}", faults)
    if len(faults) > before:
        return None
    number, x, y, opens, closes, serves = numbers
    skills, tools = (sorted({int(kind) for kind in kinds}) for kinds in lists[:2])
    return _Row(where, int(number), x, y, opens, closes, serves, skills, tools, lists[2])


def _fault(where: str, column: int, problem: str, faults: list[Issue]) -> None:
    place = f"{where}, field {_COLUMNS[column]}"
    faults.append(Issue("BAD_VALUE", place, problem, "correct it"))


def _number(where: str, column: int, word: str, faults: list[Issue]) -> float:
    """Return a number of the range that its column has."""
    low, high = {0: (0, 1e6), 1: (-_FARTHEST, _FARTHEST), 2: (-_FARTHEST, _FARTHEST)}.get(
        column, (0, MOST_MIN)
    )
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if low <= value <= high and (column or value == int(value)):
        return value
    _fault(where, column, f"{brief(word)} is not a number from {low} to {high:g}", faults)
    return 0.0


def _listed(where: str, column: int, text: str, faults: list[Issue]) -> Iterator[float]:
    for word in text.split(",") if text.strip() else ():
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        if 0 <= value <= 1e9:
            yield value
        else:
            _fault(where, column, f"{brief(word.strip())} is not a number >= 0", faults)


def _check_depot(depot: _Row, crew: Sequence[_Row], faults: list[Issue]) -> None:
    """A depot that is closed while technicians are about: there is no such thing here."""
    opens = min((row.opens for row in crew), default=depot.opens)
    closes = max((row.closes for row in crew), default=depot.closes)
    if depot.opens > opens or depot.closes < closes:
        where = f"{depot.where}, field TWS and TWE"
        problem = "the depot cannot be closed while technicians are on their way"
        action = "let it be open as long as they are"
        faults.append(Issue("UNSUPPORTED", where, problem, action))
    if depot.skills or depot.tools or any(depot.parts):
        where = f"{depot.where}, field SKILLS"
        problem = "the depot has no skills, tools or parts of its own"
        faults.append(Issue("BAD_VALUE", where, problem, "write [] three times"))


def _place(row: _Row) -> dict[str, Any]:
    location: dict[str, Any] = {"id": str(row.number)}
    if abs(row.x) <= 180 * UNITS_PER_DEGREE and abs(row.y) <= 90 * UNITS_PER_DEGREE:
        location |= {"lat": row.y / UNITS_PER_DEGREE, "lon": row.x / UNITS_PER_DEGREE}
    return location


def _order(row: _Row, labels: Labels) -> dict[str, Any]:
    labels.add(f"order '{row.number}'", f"{row.where}, request {row.number}", "request")
    return {
        "id": str(row.number),
        "location": _place(row),
        "duration": duration(row.serves),
        "time_windows": [window(row.opens, row.closes)],
        "skills": dict.fromkeys(map(skill, row.skills), 1),
        "tools": [tool(kind) for kind in row.tools],
        "demand": _parts(row),
    }


def _parts(row: _Row) -> dict[str, float]:
    return {part(kind): amount for kind, amount in enumerate(row.parts) if amount}


def _worker(row: _Row, restock: dict[str, Any], labels: Labels) -> dict[str, Any]:
    words = f"{row.where}, technician {row.number}"
    labels.add(f"worker '{row.number}'", words, "technician")
    labels.add(f"worker '{row.number}', shift number 1", words, "technician")
    home = _place(row)
    shift = {
        "start": moment(row.opens),
        "end": moment(row.closes),
        "start_location": home,
        "end_location": home,
        "capacity": _parts(row),
        "tools": [tool(kind) for kind in row.tools],
        "restock": restock,
    }
    return {
        "id": str(row.number),
        "shifts": [shift],
        "skills": [skill(kind) for kind in row.skills],
        "mode": MODE,
    }


def write_problem(problem: Problem, path: PathLike) -> None:
    """Write a problem that says no more than the format can.

    Parameters
    ----------
    problem : Problem
        Workers with one shift each, from home and back, who may restock at one depot whatever is
        asked for; orders with one hard window of start; travel as :func:`read_problem` makes it
        from the coordinates that the places have; the objective of :func:`read_problem` or a
        multiple.
    path : path-like
        The file.

    Raises
    ------
    InputError
        The problem has more in it (each such thing is named), or the file cannot be written.
    """
    from homeserve_dispatch.formats.trsp_write import problem_text

    write_text(path, problem_text(problem))
