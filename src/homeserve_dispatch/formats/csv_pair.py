"""The format ``csv``: orders, workers and what goes with them as tables, and ``settings.json``.

``docs/formats.md`` lists the columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats.cell_records import on_day
from homeserve_dispatch.formats.cells import CellError
from homeserve_dispatch.formats.columns import (
    COLUMN_OF,
    OF_A_WORKER,
)
from homeserve_dispatch.formats.files import PathLike, Source, is_folder
from homeserve_dispatch.formats.labels import Labels
from homeserve_dispatch.formats.tables import (
    Row,
    Table,
    read_table,
)
from homeserve_dispatch.model import Problem
from homeserve_dispatch.model.faults import LONGEST_ID, brief, nearest

SETTINGS = ("name", "objective", "travel", "skills", "traffic", "freeze_until")
_SETTINGS_FILE = "settings.json"
_KINDS = ("orders", "workers", "services", "customers", "relations", "locks")


def read_problem(paths: Sequence[PathLike]) -> Problem:
    """Read a problem from CSV files.

    Parameters
    ----------
    paths : sequence of path-like
        Folders (all their ``*.csv`` files, plans passed over, and ``settings.json``) or files:
        CSV files, of which the columns tell what they hold, several of a kind allowed, and one
        JSON file of settings.

    Returns
    -------
    Problem

    Raises
    ------
    InputError
        All faults of all files, by file, line, record and column.
    """
    faults: list[Issue] = []
    tables: dict[str, list[Table]] = {kind: [] for kind in _KINDS}
    settings: dict[str, Any] = {}
    labels = Labels(COLUMN_OF)
    unread = 0
    for source, from_folder in _sources(paths, faults):
        if source.path.suffix.casefold() == ".json":
            settings |= _read_settings(source, faults)
            continue
        table = read_table(source, faults)
        if table is None:
            unread += 1
        elif table.layout.kind != "plan":
            tables[table.layout.kind].append(table)
        elif not from_folder:
            words = "this is a plan, not part of a problem"
            faults.append(Issue("WRONG_FILE", table.name, words, "leave it out"))
    missing = [kind for kind in ("orders", "workers") if not tables[kind]]
    if missing and not unread and (not faults or len(missing) < 2):
        given = ", ".join(str(path) for path in list(paths)[:5])
        words = f"no file of {' and '.join(missing)} among them"
        faults.append(Issue("MISSING_FILE", given, words, f"add {missing[0]}.csv, or its folder"))
    raw = {
        **settings,
        "workers": _read_workers(tables["workers"], labels, faults),
        **{
            kind: _read_records(tables[kind], kind[:-1], labels, faults)
            for kind in _KINDS
            if kind != "workers"
        },
    }
    try:
        problem = Problem.model_validate(raw)
    except InputError as error:
        found = _news(error.issues, tables, missing, unread > 0)
        raise InputError([*faults, *labels.translate(found)] or error.issues) from None
    if faults:
        raise InputError(faults)
    return problem


def _news(
    issues: Iterable[Issue], tables: dict[str, list[Table]], missing: Sequence[str], unread: bool
) -> list[Issue]:
    """The model's faults, without those that only say again that a file could not be read."""
    kinds = {f"UNKNOWN_{kind[:-1].upper()}": kind for kind in _KINDS}

    # What an order lacks its service may have.
    no_durations = unread or any("duration_min" in table.unread for table in tables["services"])

    def no_news(issue: Issue) -> bool:
        kind = kinds.get(issue.code)
        if kind is None:
            return no_durations and issue.where.endswith(", field duration")
        return unread or kind in missing or any("id" in table.unread for table in tables[kind])

    return [issue for issue in issues if not no_news(issue)]


def _sources(paths: Sequence[PathLike], faults: list[Issue]) -> Iterator[tuple[Source, bool]]:
    """Files to read, and whether they were found in a folder."""
    for path in map(Path, paths):
        if not is_folder(path):
            yield Source(path), False
            continue
        try:
            found = sorted(file for file in path.iterdir() if file.suffix.casefold() == ".csv")
        except OSError as error:
            problem = f"it cannot be read: {error.strerror}"
            faults.append(Issue("UNREADABLE", str(path), problem, "check the rights"))
            continue
        if not found:
            problem = "there are no CSV files in this folder"
            faults.append(Issue("MISSING_FILE", str(path), problem, "check the path"))
        for file in found:
            yield Source(file), True
        if (path / _SETTINGS_FILE).exists():
            yield Source(path / _SETTINGS_FILE), True


def _read_settings(source: Source, faults: list[Issue]) -> dict[str, Any]:
    try:
        data = source.json
    except InputError as error:
        faults += error.issues
        return {}
    if not isinstance(data, dict):
        problem = f"settings are an object with {', '.join(SETTINGS)}, and this is {brief(data)}"
        faults.append(Issue("BAD_VALUE", source.name, problem, "write an object: {…}"))
        return {}
    for name in data.keys() - set(SETTINGS):
        close = nearest(name, SETTINGS, len(faults))
        hint = f"did you mean {close!r}?" if close else f"there are {', '.join(SETTINGS)}"
        where = f"{source.name}, field {brief(name)}"
        faults.append(Issue("UNKNOWN_FIELD", where, "no such setting", hint))
    return {name: data[name] for name in SETTINGS if name in data}


def _read_row(
    table: Table, row: Row, names: Iterable[str], faults: list[Issue]
) -> tuple[dict[str, Any], list[str]]:
    """Read cells into a nested record. Also the fields that could not be read."""
    record: dict[str, Any] = {}
    spoilt = []
    read, paths = table.reader.read, table.reader.paths
    for name in names:
        outer, dot, inner = paths[name]
        try:
            value = read(name, row.cells[name])
        except CellError as error:
            identity = row.cells.get("id", "").strip()
            who = f", {table.layout.kind[:-1]} {brief(identity)}" if identity else ""
            where = f"{table.name} line {row.line}{who}, field {name}"
            faults.append(Issue("BAD_VALUE", where, error.problem, error.action))
            spoilt.append(outer)
            continue
        target, last = record, outer
        while dot:
            target = target.setdefault(last, {})
            last, dot, inner = inner.partition(".")
        target[last] = value
    return record, spoilt


def _read_records(
    tables: Sequence[Table], kind: str, labels: Labels, faults: list[Issue]
) -> list[dict[str, Any]]:
    """Records of any kind that have a row each."""
    records: list[dict[str, Any]] = []
    lines: dict[str, list[str]] = {}
    for table in tables:
        for row in table.rows:
            record, spoilt = _read_row(table, row, row.cells, faults)
            records.append(_whole_record(record, kind))
            # Faults name a record by its id, or by its number where it has none.
            number = f"{kind} number {len(records)}"
            name = f"{kind} {record['id'][:LONGEST_ID]!r}" if "id" in record else number
            lines.setdefault(name, []).append(f"{table.name} line {row.line}")
            for field in (*spoilt, *_unread(table)):
                labels.spoil(name, field)
    for name, places in lines.items():
        labels.add(name, f"{_several(places)}, {name}", kind)
    return records


def _whole_record(record: dict[str, Any], kind: str) -> dict[str, Any]:
    """What columns of their own say of parts of a record put into them."""
    bounds = {key: record.pop(key) for key in ("bounds", "soft") if key in record}
    if "time_windows" in record:
        record["time_windows"] = [window | bounds for window in record["time_windows"]]
    if kind == "relation" and record.get("kind") == "sequence":
        orders = record.pop("orders", [])
        record |= zip(("first", "second"), orders, strict=False)
        if len(orders) > 2:
            record["orders"] = orders
    return record


def _unread(table: Table, *, own: bool | None = None) -> list[str]:
    """Fields of which the model's faults are no news: a fault of the header is the cause.

    Of a table of workers with ``own`` only the worker's or only the shift's.
    """
    names = table.unread
    if own is not None:
        names = tuple(name for name in names if (name in OF_A_WORKER) is own)
    return [table.reader.paths[name][0] for name in names]


def _several(places: Sequence[str]) -> str:
    more = f" and {len(places) - 5} more" if len(places) > 5 else ""
    return " and ".join(places[:5]) + more


def _read_workers(
    tables: Sequence[Table], labels: Labels, faults: list[Issue]
) -> list[dict[str, Any]]:
    """Workers: a row for each shift."""
    workers: dict[str, dict[str, Any]] = {}
    for table in tables:
        for row in table.rows:
            names = [[n for n in row.cells if (n in OF_A_WORKER) is own] for own in (True, False)]
            own, spoilt = _read_row(table, row, names[0], faults)
            shift, spoilt_here = _read_row(table, row, names[1], faults)
            spoilt += _unread(table, own=True)
            spoilt_here += _unread(table, own=False)
            if breaks := shift.pop("breaks", None):
                start = shift.get("start")
                shift |= {"breaks": on_day(breaks, start)} if start is not None else {}
            here = f"{table.name} line {row.line}"
            if "id" not in own:
                if "id" in table.unread:
                    continue
                who = "it is blank, and every row needs its worker"
                faults.append(Issue("MISSING_FIELD", f"{here}, field id", who, "fill it in"))
                continue
            identity = own["id"]
            name = f"worker {identity[:LONGEST_ID]!r}"
            worker = workers.setdefault(identity, {"shifts": []})
            labels.add(name, f"{here}, {name}", "worker")
            _agree(worker, own, f"{here}, {name}", faults)
            for field in spoilt:
                labels.spoil(name, field)
            if shift or set(spoilt_here) - set(table.unread):
                worker["shifts"].append(shift)
                number = f"{name}, shift number {len(worker['shifts'])}"
                labels.add(number, f"{here}, {number}", "shift")
                for field in spoilt_here:
                    labels.spoil(number, field)
    return list(workers.values())


def _agree(worker: dict[str, Any], own: dict[str, Any], where: str, faults: list[Issue]) -> None:
    """Take over what a further row says of a worker; it may add, not contradict."""
    for field, value in own.items():
        if field == "rates":
            _agree(worker.setdefault(field, {}), value, where, faults)
        elif worker.setdefault(field, value) != value:
            column = COLUMN_OF.get(("worker", field)) or f"rate_{field}"
            problem = f"{brief(value)} here and {brief(worker[field])} on a row before"
            action = (
                "say it the same way on all rows of the worker, or leave it blank after the first"
            )
            faults.append(Issue("CONFLICT", f"{where}, field {column}", problem, action))
