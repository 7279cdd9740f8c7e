"""Plans as a table: a row for each visit, and for where routes begin and end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats.cells import CellError
from homeserve_dispatch.formats.columns import COLUMN_OF, PLAN
from homeserve_dispatch.formats.csv_plan_write import (
    BREAK,
    END,
    FIGURES,
    RESTOCK,
    ROWS,
    START,
    TIMES,
    UNASSIGNED,
    VISIT,
    ZERO,
    write_plan,
)
from homeserve_dispatch.formats.files import Source
from homeserve_dispatch.formats.labels import Labels
from homeserve_dispatch.formats.tables import Row, Table, read_table
from homeserve_dispatch.formats.timing import Step, Untimed, timed
from homeserve_dispatch.model import Problem, VisitKey
from homeserve_dispatch.model.faults import brief
from homeserve_dispatch.plan import Plan, Route
from homeserve_dispatch.schedule import BreakStep, RestockStep
from homeserve_dispatch.turns import gap

__all__ = ["read_plan", "write_plan"]

_LEG = ("travel_time", "distance_m")


class _Row(NamedTuple):
    """A row of a stop: its line, what kind it is, what it says, how many visits are before it."""

    where: str
    kind: str
    values: dict[str, Any]
    after: int


@dataclass(slots=True)
class _Draft:
    """The rows of one route."""

    where: str
    stops: list[_Row] = field(default_factory=list)
    start: dict[str, Any] | None = None
    end: dict[str, Any] | None = None

    @property
    def visits(self) -> list[_Row]:
        """The visits in the order of their positions, of the rows where one has none."""
        found = [stop for stop in self.stops if stop.kind == VISIT]
        if all("position" in stop.values for stop in found):
            found.sort(key=lambda stop: stop.values["position"])
        return found


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
    known = _timed_or_stated(drafts, problem, labels, faults)
    if faults:
        raise InputError(faults)
    try:
        return Plan.model_validate({"routes": known, "unassigned": unassigned})
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
    if kind not in ROWS:
        problem = f"{brief(kind)} is not one of {', '.join(ROWS)}"
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
    if kind in (VISIT, BREAK, RESTOCK):
        before = sum(stop.kind == VISIT for stop in draft.stops)
        after = values.get("position", before)
        draft.stops.append(_Row(where, kind, values, after))
    else:
        setattr(draft, kind, values)


def _timed_or_stated(
    drafts: dict[tuple[str, int], _Draft], problem: Problem, labels: Labels, faults: list[Issue]
) -> list[Route | dict[str, Any]]:
    """The routes: those without times get those of the schedule rule, all of them together."""
    blank = {
        key: draft
        for key, draft in drafts.items()
        if not any(name in stop.values for stop in draft.stops for name in TIMES)
    }
    untimed = [
        Untimed(*key, _steps(draft), draft.where) for key, draft in blank.items() if draft.visits
    ]
    found: dict[tuple[str, int], Route | dict[str, Any] | None] = {
        **timed(problem, untimed, faults)
    }
    for key, draft in drafts.items():
        if key not in blank:
            found[key] = _route(*key, draft, labels, faults)
    return [route for key in drafts if (route := found.get(key))]


def _steps(draft: _Draft) -> list[tuple[str, Step]]:
    """The stops in the order in which they come."""
    steps: list[tuple[str, Step]] = []
    visits = draft.visits
    others = [stop for stop in draft.stops if stop.kind != VISIT]
    for done in range(len(visits) + 1):
        for where, kind, values, after in others:
            if after == done or (done == len(visits) and after > done):
                taken = BreakStep(values.get("number", 0))
                steps.append((where, taken if kind == BREAK else RestockStep()))
        for where, _, values, _ in visits[done : done + 1]:
            key = VisitKey(values["order"], values.get("role", 0), values.get("occurrence", 0))
            steps.append((where, key))
    return steps


def _route(
    worker: str, shift: int, draft: _Draft, labels: Labels, faults: list[Issue]
) -> dict[str, Any] | None:
    visits = draft.visits
    for where, _, values, _ in draft.stops:
        for missing in (name for name in TIMES if name not in values):
            problem = "it is blank, and other times of the route are given"
            action = "fill it in, or leave all times of the route blank"
            faults.append(Issue("MISSING_FIELD", f"{where}, field {missing}", problem, action))
            return None
    start, end = draft.start or {}, draft.end or {}
    for row, values, name in ((START, start, "finish"), (END, end, "arrival")):
        if name not in values:
            problem = f"its times are given, and a row {row!r} with {name} is not"
            action = f"add the row {row!r}, or leave all times of the route blank"
            faults.append(Issue("MISSING_FIELD", f"{draft.where}, field {name}", problem, action))
            return None
    calls = [stop for stop in draft.stops if stop.kind == RESTOCK]
    if len(calls) > 1:
        problem = "a route has one call at the depot, and there is one before this"
        faults.append(Issue("DUPLICATE_ID", calls[1].where, problem, "keep one of them"))
        return None
    for where, _, values, _ in visits:
        name = f"route {worker!r}, visit {values['order']!r}"
        labels.add(name, f"{where}, order {values['order']!r}", "visit")
    taken = [stop for stop in draft.stops if stop.kind == BREAK]
    for number, stop in enumerate(taken, 1):
        labels.add(f"route {worker!r}, break number {number}", stop.where, "visit")
    labels.add(f"route {worker!r}", f"{draft.where}, worker {worker!r}", "visit")
    gaps = (gap(stop.values["arrival"], stop.values["start"]) for stop in draft.stops)
    travel = (stop.values.get("travel_time", ZERO) for stop in draft.stops)
    metres = sum(stop.values.get("distance_m", 0) for stop in draft.stops)
    route: dict[str, Any] = {
        "worker": worker,
        "shift": shift,
        "departure": start["finish"],
        "end": end["arrival"],
        "visits": [_given(stop, ("order", "role", "occurrence", *FIGURES)) for stop in visits],
        "breaks": [_given(stop, ("number", *_LEG)) | {"after": stop.after} for stop in taken],
        "travel_time": sum(travel, ZERO) + end.get("travel_time", ZERO),
        "distance_m": metres + end.get("distance_m", 0),
        "waiting": sum(gaps, ZERO) + end.get("waiting", ZERO),
        "overtime": end.get("overtime", ZERO),
    }
    for each in route["breaks"]:
        each.setdefault("number", 0)
    if calls:
        route["restock"] = _given(calls[0], _LEG) | {"after": calls[0].after}
    return route


def _given(stop: _Row, names: Iterable[str]) -> dict[str, Any]:
    """What a row states of its times and of these fields."""
    return {name: stop.values[name] for name in (*TIMES, *names) if name in stop.values}
