"""From pydantic's errors to ours: which record, which field, what to do."""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json

from homeserve_dispatch.errors import SHOWN, InputError, Issue

_RECORDS = {
    "orders": "order",
    "workers": "worker",
    "services": "service",
    "shifts": "shift",
    "time_windows": "time window",
    "crew": "role",
    "breaks": "break",
    "relations": "relation",
    "customers": "customer",
    "locks": "lock",
    "traffic": "traffic period",
    "routes": "route",
    "visits": "visit",
    "unassigned": "unassigned order",
}
_NUMBERED = frozenset({"relation", "lock"})
"""Kinds of records that have no id of their own."""
_CODES = {
    "missing": "MISSING_FIELD",
    "extra_forbidden": "UNKNOWN_FIELD",
    "json_invalid": "BAD_JSON",
    "finite_number": "BAD_VALUE",
}
_LONG = 80
LONGEST_ID = 400
_MANY = 2000
_LISTS = (list, tuple)

_brief = reprlib.Repr()
_brief.maxstring = _brief.maxother = _brief.maxlong = _LONG


def brief(value: object) -> str:
    """Write the value as Python does, cut where it is long: it may be a whole file."""
    if type(value) is str and len(value) < _LONG // 2:
        return repr(value)
    try:
        text = _brief.repr(value)
    except ValueError:  # more digits than Python is willing to write
        return "a very long number"
    return text if len(text) <= _LONG else text[:_LONG] + "…"


def nearest(name: str, known: Iterable[str], found: int = 0) -> str | None:
    """Find the known name most like it, if any is.

    Looking is slow: not for names past those that are shown (``found``: faults so far), nor
    for very long ones or among very many.
    """
    if found >= 2 * SHOWN or len(name) > _LONG:
        return None
    close = difflib.get_close_matches(name, islice(known, _MANY), 1)
    return close[0] if close else None


def input_error(error: ValidationError, model: str, raw: object) -> InputError:
    """All faults of a pydantic error as one :class:`InputError`, none lost."""
    if isinstance(raw, str | bytes | bytearray):
        try:
            raw = from_json(raw)
        except ValueError:
            raw = None
    issues: list[Issue] = []
    for detail in error.errors(include_url=False):
        inner = detail.get("ctx", {}).get("error")
        if isinstance(inner, InputError):
            if not detail["loc"]:
                issues += inner.issues
                continue
            where = _where(detail["loc"], model, raw)
            issues += [
                Issue(issue.code, f"{where}, {issue.where}", issue.problem, issue.action)
                for issue in inner.issues
            ]
        else:
            issues.append(_issue(detail, model, raw, len(issues)))
    return InputError(issues)


def _issue(detail: ErrorDetails, model: str, raw: object, found: int) -> Issue:
    kind = detail["type"]
    where = _where(detail["loc"], model, raw)
    message = detail["msg"].removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    if kind == "missing":
        return Issue("MISSING_FIELD", where, "it is required and not given", "add it")
    if kind == "extra_forbidden":
        return Issue("UNKNOWN_FIELD", where, "no such field", _advice(detail, model, found))
    if kind == "json_invalid":
        return Issue("BAD_JSON", where, message, "mend the JSON at that place")
    if not (kind == "value_error" and isinstance(detail["input"], dict)):
        # Of a whole record the message itself says what is wrong with it.
        message = f"{message}, got {brief(detail['input'])}"
    return Issue(_CODES.get(kind, "BAD_VALUE"), where, message, "correct it")


def _advice(detail: ErrorDetails, model: str, found: int) -> str:
    from homeserve_dispatch.model import FIELDS

    name = str(detail["loc"][-1])
    parents = [part for part in detail["loc"] if isinstance(part, str) and part in _RECORDS]
    known = FIELDS.get(parents[-1] if parents else model, FIELDS["all"])
    close = nearest(name, known, found) or nearest(name, FIELDS["all"], found)
    return f"remove it, or did you mean {close!r}?" if close else "remove it"


def _where(loc: Sequence[int | str], model: str, raw: object) -> str:
    """Words for a place: records by their id where they have one, the rest as a field path."""
    parts: list[str] = []
    path: list[str] = []
    here: Any = raw
    record = ""
    for step in loc:
        # The tag of a tagged union is in pydantic's path and not in the data.
        if isinstance(here, dict) and step not in here and here.get("kind") == step:
            continue
        here = _child(here, step)
        if isinstance(step, str):
            record = _RECORDS.get(step, "")
            path.append(step)
        elif record:
            parts.append(f"{record} {_id_of(None if record in _NUMBERED else here, step)}")
            path.clear()
        else:
            path.append(str(step))
    if not parts and model != "Problem":
        identity = _id_of(raw, "")
        parts.append(f"{model.lower()} {identity}".strip())
    if path:
        parts.append("field " + ".".join(path))
    return ", ".join(parts) or model.lower()


def _child(here: Any, step: int | str) -> Any:
    if isinstance(here, dict):
        return here.get(step)
    if isinstance(here, _LISTS) and isinstance(step, int):
        return here[step] if step < len(here) else None
    return getattr(here, step, None) if isinstance(step, str) else None


def _id_of(record: Any, otherwise: int | str) -> str:
    for key in ("id", "name", "order", "worker"):
        value = _child(record, key)
        if isinstance(value, str) or (isinstance(value, int) and value.bit_length() < _LONG):
            return repr(str(value)[:LONGEST_ID])
    return f"number {otherwise + 1}" if isinstance(otherwise, int) else otherwise
