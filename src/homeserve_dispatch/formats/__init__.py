"""Problems and plans from files and to files.

``native`` is the library's own JSON; ``csv``, ``vroom``, ``solomon`` and ``sol`` are those of
spreadsheets and other tools. ``docs/formats.md`` says what maps to what.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats import csv_pair, native, solomon, vroom
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


def read_problem(path: PathLike | Sequence[PathLike], format: str | None = None) -> Problem:  # noqa: A002
    r"""Read a problem.

    Parameters
    ----------
    path : path-like or sequence of path-like
        A file; for ``csv`` also several files, or a folder.
    format : {"native", "csv", "vroom", "solomon"}, optional
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
    if format is None:
        found = guess(source) if len(paths) == 1 else guess_format(paths)
        _say(found, "problem")
        format = found.format  # noqa: A001
        if format == "sol":
            words = "it is a plan, not a problem"
            raise InputError([Issue("WRONG_FILE", source.name, words, "name the problem's file")])
    if check_name(format, "problem") == "csv":
        with without_garbage_collection():
            return csv_pair.read_problem(paths)
    if len(paths) > 1:
        words = f"{len(paths)} files are named, and the format {format} has one"
        raise InputError([Issue("WRONG_FILE", "path", words, "name one file")])
    readers = {
        "native": native.read_problem,
        "vroom": vroom.read_problem,
        "solomon": solomon.read_problem,
    }
    with without_garbage_collection():
        return readers[format](source)


def write_problem(problem: Problem, path: PathLike, format: str | None = None) -> None:  # noqa: A002
    """Write a problem.

    Parameters
    ----------
    problem : Problem
        What is written. ``native`` and ``csv`` hold all that it says.
    path : path-like
        A file; for ``csv`` a folder.
    format : {"native", "csv", "vroom", "solomon"}, optional
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
    if format is None:
        found = guess_output(path, "problem")
        _say(found, "problem")
        format = found.format  # noqa: A001
    if check_name(format, "problem") == "native":
        native.write_problem(problem, path)
    elif format == "csv":
        from homeserve_dispatch.formats import csv_write

        csv_write.write_problem(problem, path)
    elif format == "vroom":
        from homeserve_dispatch.formats import vroom_write

        vroom_write.write_problem(problem, path)
    else:
        solomon.write_problem(problem, path)


def read_plan(path: PathLike, problem: Problem, format: str | None = None) -> Plan:  # noqa: A002
    """Read a plan.

    Parameters
    ----------
    path : path-like
        A file.
    problem : Problem
        What it is for: its ids give meaning to the file's numbers, and a plan without times
        gets those of the schedule rule.
    format : {"native", "csv", "vroom", "sol"}, optional
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
    from homeserve_dispatch.formats import csv_plan, sol, vroom_plan

    source = Source(path)
    if format is None:
        found = guess(source)
        _say(found, "plan")
        format = found.format  # noqa: A001
        if format == "solomon" or is_folder(path):
            words = "it is a problem, not a plan"
            raise InputError([Issue("WRONG_FILE", source.name, words, "name the plan's file")])
    if check_name(format, "plan") == "native":
        return native.read_plan(source)
    readers = {"csv": csv_plan.read_plan, "vroom": vroom_plan.read_plan, "sol": sol.read_plan}
    return readers[format](source, problem)


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
    format : {"native", "csv", "vroom", "sol"}, optional
        Without it the suffix tells: ``.json`` native, ``.csv`` csv, ``.sol`` sol.
    problem : Problem, optional
        What the plan is for. ``vroom`` needs it; ``csv`` adds customers and places from it, and
        ``sol`` numbers routes by it where workers differ.

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
    from homeserve_dispatch.formats import csv_plan, sol, vroom_plan_write

    if format is None:
        found = guess_output(path, "plan")
        _say(found, "plan")
        format = found.format  # noqa: A001
    if check_name(format, "plan") == "native":
        native.write_plan(plan, path)
    elif format == "csv":
        csv_plan.write_plan(plan, path, problem)
    elif format == "sol":
        sol.write_plan(plan, path, problem)
    elif problem is None:
        raise TypeError("the format vroom needs the problem: write_plan(…, problem=problem)")
    else:
        vroom_plan_write.write_plan(plan, path, problem)


def _say(found: Guess, what: str) -> None:
    _log.info("%s format %s: %s", what, found.format, found.because)
