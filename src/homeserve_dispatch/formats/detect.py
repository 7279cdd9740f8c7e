"""Which format a file is in, told by what is in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats.files import PathLike, Source, is_folder
from homeserve_dispatch.formats.tables import first_line, recognise
from homeserve_dispatch.model.faults import brief, nearest

FORMATS: dict[str, tuple[str, ...]] = {
    "problem": ("native", "csv", "vroom", "solomon", "hhcrsp", "uhhc", "trsp"),
    "plan": ("native", "csv", "vroom", "sol", "hhcrsp", "uhhc", "trsp"),
}
"""Names of the formats, of problems and of plans."""

_SUFFIXES = {
    "problem": {".json": "native", "": "csv", ".txt": "solomon"},
    "plan": {".json": "native", ".csv": "csv", ".sol": "sol"},
}
_VROOM_PROBLEM = ("vehicles", "jobs", "shipments", "matrices")
_UHHC_PROBLEM = ("terminal_points", "lunch_breaks", "cost_components")
_SOLOMON = re.compile(r"^\s*(VEHICLE|CUSTOMER|NUMBER\s+CAPACITY)\b", re.IGNORECASE | re.MULTILINE)
_TRSP = re.compile(r"^\s*(CREW\s+COUNT|DEPOT\s+TECHNICIANS)\b", re.IGNORECASE | re.MULTILINE)
_SOL = re.compile(r"^\s*route\s*#?\s*\d+\s*:", re.IGNORECASE | re.MULTILINE)
_LOOKED_AT = 100_000


class Guess(NamedTuple):
    """A format that was told from a file or its name.

    Attributes
    ----------
    format : str
        One of :data:`FORMATS`.
    because : str
        What it was told from, to be shown to the user.
    """

    format: str
    because: str


def guess(source: Source) -> Guess:
    """Tell the format of one file by its content.

    Raises
    ------
    InputError
        It cannot be read, or it is none of the formats.
    """
    if is_folder(source.path):
        return Guess("csv", f"{source.name} is a folder")
    text = source.text
    if text.lstrip()[:1] in ("{", "["):
        return _of_json(source.json, source.name)
    start = text[:_LOOKED_AT]
    if found := _SOL.search(start):
        return Guess("sol", f"{source.name} has lines like {brief(found[0].strip())}")
    if _TRSP.search(start):
        return Guess("trsp", f"{source.name} has the sections CREW COUNT and TECHNICIANS")
    if _SOLOMON.search(start):
        return Guess("solomon", f"{source.name} has the sections VEHICLE and CUSTOMER")
    if table := recognise(text):
        columns = ", ".join(name.strip() for name in table[2][:4])
        return Guess("csv", f"{source.name} has the columns {columns}, … of {table[0].kind}")
    problem = f"its format cannot be told; it begins with {brief(first_line(text))}"
    raise _unknown(source.name, problem, "name the format")


def _unknown(where: str, problem: str, action: str) -> InputError:
    return InputError([Issue("UNKNOWN_FORMAT", where, problem, action)])


def _of_json(data: Any, name: str) -> Guess:
    keys: dict[str, Any] = data if isinstance(data, dict) else {}
    if found := [key for key in _VROOM_PROBLEM if key in keys]:
        return Guess("vroom", f"{name} has {' and '.join(found)}")
    if "patients" in keys and "caregivers" in keys:
        return _of_care(keys, name)
    if "routes" in keys and (plan := _of_routes(keys["routes"], name)):
        return plan
    if "code" in keys or "summary" in keys:
        return _vroom_plan(name)
    if found := [key for key in ("orders", "workers", "routes", "unassigned") if key in keys]:
        return Guess("native", f"{name} has {' and '.join(found)}")
    return Guess("native", f"{name} is JSON, and not VROOM's")


def _vroom_plan(name: str) -> Guess:
    return Guess("vroom", f"{name} has code, summary or vehicles, as VROOM's plans do")


def _of_care(data: dict[str, Any], name: str) -> Guess:
    """Tell the two formats of home care: only one has metadata that say what is weighed."""
    metadata = data.get("metadata")
    known = {*data, *(metadata if isinstance(metadata, dict) else ())}
    if found := [key for key in _UHHC_PROBLEM if key in known]:
        return Guess("uhhc", f"{name} has patients, caregivers and {' and '.join(found)}")
    return Guess("hhcrsp", f"{name} has patients and caregivers")


def _of_routes(routes: Any, name: str) -> Guess | None:
    """Tell whose plan it is by its routes; None where they may be the library's own."""
    if isinstance(routes, dict):
        return Guess("trsp", f"{name} has routes by technician")
    first = routes[0] if isinstance(routes, list) and routes else None
    if not isinstance(first, dict):
        return None
    if "vehicle" in first:
        return _vroom_plan(name)
    if "caregiver_id" in first:
        # Plans of both formats of home care look alike and are read alike.
        return Guess("uhhc", f"{name} has routes of caregivers")
    return None


def guess_output(path: PathLike, what: str) -> Guess:
    """Tell the format to write by the suffix of a name.

    Parameters
    ----------
    path : path-like
        A file, or for problems a folder. It need not exist.
    what : {"problem", "plan"}
        What is to be written.

    Returns
    -------
    Guess
        The format and what it was told from.

    Raises
    ------
    InputError
        No format belongs to that suffix.

    Examples
    --------
    >>> guess_output("monday.csv", "plan").format
    'csv'
    """
    suffix = Path(path).suffix.casefold()
    if what == "problem" and is_folder(path):
        return Guess("csv", f"{path} is a folder")
    if found := _SUFFIXES[what].get(suffix):
        return Guess(found, f"{path} ends in {suffix}" if suffix else f"{path} names a folder")
    ends = ", ".join(suffix or "a folder" for suffix in _SUFFIXES[what])
    problem = f"no format of a {what} belongs to the suffix {suffix!r}"
    action = f"use {ends}, or name the format"
    raise _unknown(str(path), problem, action)


def check_name(name: str, what: str) -> str:
    """Return the format's name, if there is such a format of a "problem" or "plan".

    Raises
    ------
    InputError
        There is none.
    """
    if name in FORMATS[what]:
        return name
    close = nearest(name, FORMATS[what])
    hint = f"did you mean {close!r}?" if close else f"there are {', '.join(FORMATS[what])}"
    raise _unknown("format", f"there is no format {brief(name)} of a {what}", hint)


def guess_format(path: PathLike | Sequence[PathLike]) -> Guess:
    r"""Tell the format of an existing file, folder or list of files.

    Parameters
    ----------
    path : path-like or sequence of path-like
        A problem or a plan. Several files, or a folder, are ``csv``.

    Returns
    -------
    Guess
        The format and what it was told from.

    Raises
    ------
    InputError
        The file cannot be read, or is in none of the formats.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "best.sol")
    ...     _ = file.write_text("Route #1: 2 1\nCost 12\n")
    ...     guess_format(file)
    Guess(format='sol', because="best.sol has lines like 'Route #1:'")
    """
    paths = sources_of(path)
    if len(paths) != 1:
        return Guess("csv", f"there are {len(paths)} files")
    return guess(Source(paths[0]))


def sources_of(path: PathLike | Sequence[PathLike]) -> list[PathLike]:
    """Return a list of paths for one or several."""
    return list(path) if isinstance(path, Sequence) and not isinstance(path, str) else [path]
