"""The format ``native``: the library's own JSON, all that a problem or a plan says."""

from __future__ import annotations

from typing import Any

from homeserve_dispatch.errors import InputError
from homeserve_dispatch.formats.files import PathLike, Source, json_text, named, write_text
from homeserve_dispatch.model import Problem
from homeserve_dispatch.plan import Plan


def read_problem(source: Source) -> Problem:
    """Read a problem.

    Parameters
    ----------
    source : Source
        A JSON file with the fields of :class:`~homeserve_dispatch.Problem`. Durations are ISO
        8601 text or seconds, times are ISO 8601 text.

    Raises
    ------
    InputError
        All faults, by record and field; of broken JSON the line and column.
    """
    try:
        return Problem.model_validate(source.json)
    except InputError as error:
        raise _named(error, source) from None


def read_plan(source: Source) -> Plan:
    """Read a plan, whatever rules it breaks; errors as :func:`read_problem`."""
    try:
        return Plan.model_validate(source.json)
    except InputError as error:
        raise _named(error, source) from None


def _named(error: InputError, source: Source) -> InputError:
    # The file's own faults have its name already.
    known = all(issue.where.startswith(source.name) for issue in error.issues)
    return error if known else named(error, source.name)


def write_problem(problem: Problem, path: PathLike) -> None:
    """Write a problem: of records only what differs from the default.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    write_text(path, json_text(problem_data(problem)))


def problem_data(problem: Problem) -> dict[str, Any]:
    """Return the problem as JSON values; validating them gives an equal problem."""
    whole = problem.model_dump(
        mode="json", exclude_none=True, exclude={"orders", "workers", "services"}
    )
    # Weights and travel are written in full: what they mean must not hang on later defaults.
    # What is None in a record is its default, but in amounts to restock, where it says something.
    records = problem.model_dump(
        mode="json",
        exclude_defaults=True,
        include={"orders", "workers", "services"},
    )
    data = {"name": whole.pop("name", None), "orders": [], "workers": []} | records | whole
    return {key: value for key, value in data.items() if value is not None}


def write_plan(plan: Plan, path: PathLike) -> None:
    """Write a plan with all its fields; errors as :func:`write_problem`."""
    write_text(path, json_text(plan.model_dump(mode="json", exclude_none=True)))
