"""Problems and plans from files and to files.

``native`` is the library's own JSON; ``csv``, ``vroom``, ``solomon``, ``sol``, ``hhcrsp``, ``uhhc``
and ``trsp`` are those of spreadsheets and other tools. ``docs/formats.md`` says what maps to what.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats.detect import (
    FORMATS,
    Guess,
    check_name,
    guess,
    guess_format,
    guess_output,
    sources_of,
)
from homeserve_dispatch.formats.files import PathLike, Source, is_folder, without_garbage_collection
from homeserve_dispatch.model import Problem
from homeserve_dispatch.plan import Plan

__all__ = [
    "FORMATS",
    "Guess",
    "guess_format",
    "guess_output",
    "read_plan",
    "read_problem",
    "write_plan",
    "write_problem",
]

_log = logging.getLogger(__name__)

# Where each function is that does not lie in the module of the format's own name. Modules are
# loaded when they are needed.
_ELSEWHERE = {
    ("csv", "read_problem"): "csv_pair",
    ("csv", "write_problem"): "csv_write",
    ("csv", "read_plan"): "csv_plan",
    ("csv", "write_plan"): "csv_plan",
    ("vroom", "write_problem"): "vroom_write",
    ("vroom", "read_plan"): "vroom_plan",
    ("vroom", "write_plan"): "vroom_plan_write",
    ("hhcrsp", "read_plan"): "hhcrsp_plan",
    ("hhcrsp", "write_plan"): "hhcrsp_plan",
    ("uhhc", "read_plan"): "uhhc_plan",
    ("uhhc", "write_plan"): "uhhc_plan",
    ("trsp", "read_plan"): "trsp_plan",
    ("trsp", "write_plan"): "trsp_plan",
}
_WITHOUT_PROBLEM = ("native", "csv", "sol")


def _function(name: str, of_format: str) -> Callable[..., Any]:
    """Return a format's ``read_problem``, ``write_problem``, ``read_plan`` or ``write_plan``."""
    module = _ELSEWHERE.get((of_format, name), of_format)
    found: Callable[..., Any] = getattr(import_module(f"homeserve_dispatch.formats.{module}"), name)
    return found


def _chosen(what: str, named: str | None, tell: Callable[[], Guess]) -> str:
    """Return the format that is named, else the one that is told, which is logged."""
    if named is not None:
        return check_name(named, what)
    found = tell()
    _log.info("%s format %s: %s", what, found.format, found.because)
    return found.format


def _refuse(is_what: str, wanted: str, where: str) -> InputError:
    words = f"it is a {is_what}, not a {wanted}"
    return InputError([Issue("WRONG_FILE", where, words, f"name the {wanted}'s file")])


def read_problem(path: PathLike | Sequence[PathLike], format: str | None = None) -> Problem:  # noqa: A002
    r"""Read a problem.

    Parameters
    ----------
    path : path-like or sequence of path-like
        A file; for ``csv`` also several files, or a folder.
    format : {"native", "csv", "vroom", "solomon", "hhcrsp", "uhhc", "trsp"}, optional
        Without it the content tells, and what it told is logged (level INFO).

    Returns
    -------
    Problem

    Raises
    ------
    InputError
        Every fault of every record, by file, line or record, and field; nothing else is raised
        for a faulty file.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name, text in {
    ...         "orders.csv": "id,lat,lon,duration_min\nA1,48.1,11.6,90\n",
    ...         "workers.csv": "id,shift_start,shift_end\nAna,2026-05-04T08,2026-05-04T16\n",
    ...     }.items():
    ...         _ = pathlib.Path(folder, name).write_text(text)
    ...     problem = read_problem(folder)
    >>> problem.order("A1").duration
    datetime.timedelta(seconds=5400)
    """
    paths = sources_of(path)
    if not paths:
        raise InputError([Issue("MISSING_FILE", "path", "no file is named", "name a file")])
    source = Source(paths[0])
    name = _chosen(
        "problem", format, lambda: guess(source) if len(paths) == 1 else guess_format(paths)
    )
    if name not in FORMATS["problem"]:
        raise _refuse("plan", "problem", source.name)
    if name != "csv" and len(paths) > 1:
        words = f"{len(paths)} files are named, and the format {name} has one"
        raise InputError([Issue("WRONG_FILE", "path", words, "name one file")])
    with without_garbage_collection():
        problem: Problem = _function("read_problem", name)(paths if name == "csv" else source)
    return problem


def write_problem(problem: Problem, path: PathLike, format: str | None = None) -> None:  # noqa: A002
    """Write a problem.

    Parameters
    ----------
    problem : Problem
        What is written. ``native`` and ``csv`` hold all that it says.
    path : path-like
        A file; for ``csv`` a folder.
    format : {"native", "csv", "vroom", "solomon", "hhcrsp", "uhhc", "trsp"}, optional
        Without it the suffix tells: ``.json`` native, ``.txt`` solomon, a folder or no suffix
        csv.

    Raises
    ------
    InputError
        The format cannot express something in the problem (each thing is named), or the file
        cannot be written.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from homeserve_dispatch.model import Problem
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_problem(Problem(orders=[], workers=[], name="Monday"), f"{folder}/day.json")
    ...     read_problem(f"{folder}/day.json").name
    'Monday'
    """
    name = _chosen("problem", format, lambda: guess_output(path, "problem"))
    _function("write_problem", name)(problem, path)


def read_plan(path: PathLike, problem: Problem, format: str | None = None) -> Plan:  # noqa: A002
    """Read a plan.

    Parameters
    ----------
    path : path-like
        A file.
    problem : Problem
        What it is for: its ids give meaning to the file's numbers, and a plan without times
        gets those of the schedule rule.
    format : {"native", "csv", "vroom", "sol", "hhcrsp", "uhhc", "trsp"}, optional
        Without it the content tells, and what it told is logged (level INFO).

    Returns
    -------
    Plan
        As stated; whether it keeps the rules is for :func:`homeserve_dispatch.check` to say.

    Raises
    ------
    InputError
        The file cannot be read as a plan; all faults are listed.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from homeserve_dispatch.model import Problem
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "plan.json")
    ...     _ = file.write_text('{"routes": [], "unassigned": [{"order": "A1"}]}')
    ...     read_plan(file, Problem(orders=[], workers=[])).unassigned[0].order
    'A1'
    """
    source = Source(path)
    name = _chosen("plan", format, lambda: guess(source))
    if name not in FORMATS["plan"] or (format is None and is_folder(path)):
        raise _refuse("problem", "plan", source.name)
    read = _function("read_plan", name)
    plan: Plan = read(source) if name == "native" else read(source, problem)
    return plan


def write_plan(
    plan: Plan,
    path: PathLike,
    format: str | None = None,  # noqa: A002
    problem: Problem | None = None,
) -> None:
    r"""Write a plan.

    Parameters
    ----------
    plan : Plan
        What is written; ``native`` holds all that it says.
    path : path-like
        A file.
    format : {"native", "csv", "vroom", "sol", "hhcrsp", "uhhc", "trsp"}, optional
        Without it the suffix tells: ``.json`` native, ``.csv`` csv, ``.sol`` sol.
    problem : Problem, optional
        What the plan is for. ``vroom``, ``hhcrsp``, ``uhhc`` and ``trsp`` need it; ``csv`` adds
        customers and places from it, and ``sol`` numbers routes by it where workers differ.

    Raises
    ------
    InputError
        The format cannot express something in the plan, or the file cannot be written.
    TypeError
        The format needs the problem, and it is not given.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from homeserve_dispatch.plan import Plan
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_plan(Plan(), f"{folder}/plan.sol")
    ...     pathlib.Path(folder, "plan.sol").read_text()
    'Cost 0\n'
    """
    name = _chosen("plan", format, lambda: guess_output(path, "plan"))
    write = _function("write_plan", name)
    if name == "native":
        write(plan, path)
    elif problem is None and name not in _WITHOUT_PROBLEM:
        raise TypeError(f"the format {name} needs the problem: write_plan(…, problem=problem)")
    else:
        write(plan, path, problem)
