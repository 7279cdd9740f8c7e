"""CSV files as tables: which kind each is, its delimiter, its rows with their lines."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats import cells
from homeserve_dispatch.formats.columns import LAYOUTS, Layout
from homeserve_dispatch.formats.files import Source
from homeserve_dispatch.model.faults import brief, nearest

_DELIMITERS = (",", ";", "\t", "|")
_LONGEST_HEADER = 20_000
_MOST_SEEN = 10_000
IGNORED = "_"
"""A column whose name begins with it is the user's own and not read."""


class Row(NamedTuple):
    """A row that is not blank: its line in the file (from 1) and its cells that are not blank."""

    line: int
    cells: dict[str, str]


class Table(NamedTuple):
    """A CSV file.

    Attributes
    ----------
    name : str
        Of the file.
    layout : Layout
        What kind of file it is, told by its columns.
    rows : list of Row
        In order.
    reader : CellReader
        Reads its cells.
    sound : bool
        Whether its header is without faults.
    unread : tuple of str
        Where its header has faults, the columns that it lacks: a misspelt one may be one of them,
        so what the model says of their fields is no news. None of a field of which it has others.
    """

    name: str
    layout: Layout
    rows: list[Row]
    reader: CellReader
    sound: bool
    unread: tuple[str, ...]


def first_line(text: str) -> str:
    """Return the first line that has anything on it; of a very long one the beginning."""
    start = text[:_LONGEST_HEADER].lstrip()
    return start.splitlines()[0] if start else ""


def recognise(text: str) -> tuple[Layout, str, list[str]] | None:
    """Tell layout, delimiter and header by the first line; None if it is no CSV of ours.

    Known columns count for a layout, misspelt ones less; strange and missing ones against it.
    """
    best: tuple[float, Layout, str, list[str]] | None = None
    first = first_line(text)
    for delimiter in _DELIMITERS:
        try:
            header = next(csv.reader([first], delimiter=delimiter, strict=True), [])
        except csv.Error:
            continue
        names = [_folded(name) for name in header][:500]
        for layout in LAYOUTS:
            score = _likeness(names, layout)
            if best is None or score > best[0]:
                best = (score, layout, delimiter, header)
    return best[1:] if best and best[0] > 0.5 else None


def _likeness(names: Sequence[str], layout: Layout) -> float:
    missing = min(sum(name not in names for name in group) for group in layout.required)
    score = -0.75 * missing
    for name in names:
        if name in layout.columns:
            score += 1
        elif name and not name.startswith(IGNORED):
            score += 0.4 if nearest(name, layout.columns) else -0.25
    return score


def read_table(source: Source, faults: list[Issue]) -> Table | None:
    """Read a CSV file; faults are added to the list. None: its header tells nothing."""
    try:
        text = source.text
    except InputError as error:
        faults += error.issues
        return None
    found = recognise(text)
    if found is None:
        faults.append(
            Issue(
                "UNKNOWN_FORMAT",
                f"{source.name} line 1",
                f"the header {brief(first_line(text))} is none of ours",
                "see docs/formats.md for the columns of orders, workers and so on",
            )
        )
        return None
    layout, delimiter, _ = found
    reader = _records(source.name, text, delimiter, faults)
    line, header = next(reader, (1, []))
    names = [_folded(name) for name in header]
    sound = _check_header(names, layout, f"{source.name} line {line}", faults)
    rows = []
    for line, record in reader:
        if len(record) != len(names) and not _trimmed(record, len(names)):
            faults.append(
                Issue(
                    "RAGGED_ROW",
                    f"{source.name} line {line}",
                    f"it has {len(record)} cells and the header {len(names)}",
                    f"put quotes around cells that contain {delimiter!r}, add what is missing",
                )
            )
            continue
        row = {
            name: cell
            for name, cell in zip(names, record, strict=False)
            if name in layout.columns and cell.strip()
        }
        if row:
            rows.append(Row(line, row))
    # Who separates cells by semicolons may have commas in numbers.
    cell_reader = CellReader(layout, decimal_comma=delimiter == ";")
    unread = () if sound else _lacking(names, layout)
    return Table(source.name, layout, rows, cell_reader, sound, unread)


def _lacking(names: Sequence[str], layout: Layout) -> tuple[str, ...]:
    """Columns that are needed and not there, and those of fields that no column is of."""
    outer = {name: column.field.partition(".")[0] for name, column in layout.columns.items()}
    there = {outer[name] for name in names if name in outer}
    needed = _missing(names, layout)
    return tuple(
        name
        for name in layout.columns
        if name in needed or (name not in names and outer[name] not in there)
    )


def _missing(names: Sequence[str], layout: Layout) -> list[str]:
    groups = [[name for name in group if name not in names] for group in layout.required]
    return min(groups, key=len)


def _records(
    name: str, text: str, delimiter: str, faults: list[Issue]
) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            action = "check the quotes from there on; inside quotes a quote is doubled"
            faults.append(Issue("BAD_CSV", f"{name} line {line}", f"{error}", action))
            return
        if any(cell.strip() for cell in record):
            yield line, record
        line = reader.line_num + 1


def _trimmed(record: Sequence[str], width: int) -> bool:
    """Whether the row is only too long by blank cells, as spreadsheets leave them."""
    return len(record) > width and not any(cell.strip() for cell in record[width:])


def _folded(name: str) -> str:
    return name.strip().casefold().replace(" ", "_").replace("-", "_")


def _check_header(names: Sequence[str], layout: Layout, where: str, faults: list[Issue]) -> bool:
    before = len(faults)
    for name, times in Counter(names).items():
        if name in layout.columns:
            if times > 1:
                problem = f"{times} columns are named {name!r}"
                faults.append(Issue("DUPLICATE_COLUMN", where, problem, "keep one of them"))
        elif name and not name.startswith(IGNORED):
            faults.append(_unknown_column(name, names, layout, where, len(faults)))
    for name in _missing(names, layout):
        close = nearest(name, [other for other in names if other not in layout.columns])
        hint = f"is it the column {close!r}? Rename that" if close else "add it"
        problem = f"there is no column {name!r}"
        faults.append(Issue("MISSING_COLUMN", where, problem, hint))
    return len(faults) == before


def _unknown_column(
    name: str, names: Iterable[str], layout: Layout, where: str, found: int
) -> Issue:
    close = nearest(name, [other for other in layout.columns if other not in names], found)
    hint = f"did you mean {close!r}? Otherwise remove it" if close else "remove it"
    return Issue(
        "UNKNOWN_COLUMN",
        where,
        f"{layout.kind} have no column {brief(name)}",
        f"{hint}, or begin its name with {IGNORED!r} to have it passed over",
    )


class CellReader:
    """Reads the cells of a table; what repeats down a column is read once.

    Parameters
    ----------
    layout : Layout
        The table's.
    decimal_comma : bool
        Whether numbers may have one.

    Attributes
    ----------
    paths : dict of str to (str, str, str)
        Of each column the model's field, parted at its first point.
    """

    def __init__(self, layout: Layout, *, decimal_comma: bool) -> None:
        self._columns = layout.columns
        self._comma = decimal_comma
        self.paths = {name: c.field.partition(".") for name, c in layout.columns.items()}
        self._seen: dict[str, dict[str, Any]] = {
            name: {}
            for name, column in layout.columns.items()
            if column.kind not in (cells.TEXT, cells.NUMBER)
        }

    def read(self, name: str, cell: str) -> Any:
        """Read a cell that is not blank. The value may be shared and is not to be changed.

        Raises
        ------
        CellError
            It cannot be read.
        """
        seen = self._seen.get(name)
        if seen is not None and cell in seen:
            return seen[cell]
        kind = self._columns[name].kind
        if self._comma and kind in (cells.NUMBER, cells.MINUTES) and "." not in cell:
            cell = cell.replace(",", ".", 1)
        value = kind.read(cell)
        if seen is not None and len(seen) < _MOST_SEEN:
            seen[cell] = value
        return value


def table_text(layout: Layout, rows: Iterable[Mapping[str, str]]) -> str:
    """Write a table; columns without any content are left out unless they are needed."""
    rows = list(rows)
    needed = set(layout.required[0])
    names = [
        name for name in layout.columns if name in needed or any(row.get(name) for row in rows)
    ]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return out.getvalue()


def encoding_of(text: str) -> str:
    """UTF-8; with a byte order mark where Excel would otherwise guess another encoding."""
    return "utf-8" if text.isascii() else "utf-8-sig"
