"""From pydantic's errors to ours: which record, which field, what to do."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from homeserve_dispatch.errors import InputError, Issue

_RECORDS = {
    "orders": "order",
    "workers": "worker",
    "services": "service",
    "shifts": "shift",
    "time_windows": "time window",
    "routes": "route",
    "visits": "visit",
    "unassigned": "unassigned order",
}
_CODES = {
    "missing": "MISSING_FIELD",
    "extra_forbidden": "UNKNOWN_FIELD",
    "json_invalid": "BAD_JSON",
    "finite_number": "BAD_VALUE",
}
_LONG = 80


def input_error(error: ValidationError, model: str, raw: object) -> InputError:
    """All faults of a pydantic error as one :class:`InputError`, none lost."""
    if isinstance(raw, str | bytes | bytearray):
        try:
            raw = json.loads(raw)
        except ValueError:
            raw = None
    issues: list[Issue] = []
    for detail in error.errors(include_url=False):
        inner = detail.get("ctx", {}).get("error")
        if isinstance(inner, InputError):
            issues.extend(inner.issues)
        else:
            issues.append(_issue(detail, model, raw))
    return InputError(issues)


def _issue(detail: ErrorDetails, model: str, raw: object) -> Issue:
    kind = detail["type"]
    where = _where(detail["loc"], model, raw)
    message = detail["msg"].removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    if kind == "missing":
        return Issue("MISSING_FIELD", where, "it is required and not given", "add it")
    if kind == "extra_forbidden":
        return Issue("UNKNOWN_FIELD", where, "no such field", _nearest(detail, model))
    if kind == "json_invalid":
        return Issue("BAD_JSON", where, message, "mend the JSON at that place")
    value = repr(detail["input"])
    if len(value) > _LONG:
        value = value[:_LONG] + "…"
    return Issue(_CODES.get(kind, "BAD_VALUE"), where, f"{message}, got {value}", "correct it")


def _nearest(detail: ErrorDetails, model: str) -> str:
    from homeserve_dispatch.model import FIELDS

    name = str(detail["loc"][-1])
    parents = [part for part in detail["loc"] if isinstance(part, str) and part in _RECORDS]
    known = FIELDS.get(parents[-1] if parents else model, FIELDS["all"])
    close = difflib.get_close_matches(name, known, 1) or difflib.get_close_matches(
        name, FIELDS["all"], 1
    )
    return f"remove it, or did you mean {close[0]!r}?" if close else "remove it"


def _where(loc: Sequence[int | str], model: str, raw: object) -> str:
    """Words for a place: records by their id where they have one, the rest as a field path."""
    parts: list[str] = []
    path: list[str] = []
    here: Any = raw
    record = ""
    for step in loc:
        here = _child(here, step)
        if isinstance(step, str):
            record = _RECORDS.get(step, "")
            path.append(step)
        elif record:
            parts.append(f"{record} {_id_of(here, step)}")
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
    if isinstance(here, Mapping):
        return here.get(step)
    if isinstance(here, Sequence) and not isinstance(here, str) and isinstance(step, int):
        return here[step] if step < len(here) else None
    return getattr(here, step, None) if isinstance(step, str) else None


def _id_of(record: Any, otherwise: int | str) -> str:
    for key in ("id", "name", "order", "worker"):
        value = _child(record, key)
        if isinstance(value, str | int):
            return repr(str(value))
    return f"number {otherwise + 1}" if isinstance(otherwise, int) else otherwise
