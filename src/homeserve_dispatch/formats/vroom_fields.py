"""Typed access to the objects of a VROOM file: every wrong value becomes a fault, none raises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from homeserve_dispatch.errors import Issue
from homeserve_dispatch.model.base import instant
from homeserve_dispatch.model.faults import brief

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Second 0 of a file: its times are seconds, real timestamps or not."""

LATEST_S = 253_370_764_800
"""Year 9999; later ends of windows, which mean "never", are cut to it."""

_LARGEST = 1e20
_SECOND = timedelta(seconds=1)


def moment(seconds: float) -> datetime:
    """Convert a file's seconds, to the millisecond."""
    return EPOCH + timedelta(milliseconds=round(min(seconds, LATEST_S) * 1000))


def seconds(moment: datetime) -> float:
    """Convert a time to the file's seconds; one without a time zone is taken as UTC."""
    start = EPOCH if moment.tzinfo is not None else EPOCH.replace(tzinfo=None)
    return (instant(moment) - start) / _SECOND


def plain(value: float) -> float:
    """Return a whole number as int: VROOM takes no other."""
    return int(value) if value == int(value) else value


def is_number(value: Any, low: float = 0, high: float = _LARGEST) -> bool:
    """Tell whether it is a number of that range; NaN and infinities are not."""
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


class Fields:
    """One object of the file.

    Parameters
    ----------
    where : str
        What messages call it: file and record.
    data : object
        What the JSON says; no object is a fault.
    faults : list of Issue
        Gets what is wrong.
    """

    def __init__(self, where: str, data: Any, faults: list[Issue]) -> None:
        self.where, self.faults = where, faults
        self.data: dict[str, Any] = {}
        if isinstance(data, dict):
            self.data = data
        else:
            action = "write an object: {…}"
            faults.append(Issue("BAD_VALUE", where, f"{brief(data)} is no object", action))

    def has(self, key: str) -> bool:
        """Tell whether it is given, and not as null."""
        return self.data.get(key) is not None

    def fault(self, key: str, problem: str, action: str = "correct it") -> None:
        """Add a fault of that field."""
        self.faults.append(Issue("BAD_VALUE", f"{self.where}, field {key}", problem, action))

    def missing(self, key: str, why: str) -> None:
        """Add the fault that a field is not given."""
        self.faults.append(Issue("MISSING_FIELD", f"{self.where}, field {key}", why, "add it"))

    def unsupported(self, key: str, why: str, action: str) -> None:
        """Add the fault that a field means something that the library does not have."""
        self.faults.append(Issue("UNSUPPORTED", f"{self.where}, field {key}", why, action))

    def number(self, key: str, default: float = 0, high: float = _LARGEST) -> float:
        """Return a number >= 0."""
        value = self.data.get(key)
        if value is None:
            return default
        if is_number(value, 0, high):
            return float(value) if isinstance(value, float) else int(value)
        self.fault(key, f"{brief(value)} is not a number from 0 to {high:g}")
        return default

    def whole(self, key: str, high: float = _LARGEST) -> int | None:
        """Return a whole number >= 0; None if it is not given."""
        value = self.data.get(key)
        if value is None:
            return None
        if is_number(value, 0, high) and value == int(value):
            return int(value)
        self.fault(key, f"{brief(value)} is not a whole number from 0 to {high:g}")
        return None

    def listed(self, key: str) -> list[Any]:
        """Return a list, empty if it is not given."""
        value = self.data.get(key)
        if value is None:
            return []
        if isinstance(value, list):
            return value
        self.fault(key, f"{brief(value)} is not a list")
        return []

    def numbers(self, key: str) -> list[float] | None:
        """Return a list of numbers >= 0; None if it is not given or faulty."""
        values = self.listed(key)
        if not self.has(key):
            return None
        if all(is_number(value) for value in values):
            return values
        self.fault(key, f"{brief(values)} are not numbers >= 0")
        return None

    def names(self, key: str) -> list[str]:
        """Return whole numbers as names."""
        values = self.listed(key)
        if all(is_number(value) and value == int(value) for value in values):
            return list(dict.fromkeys(str(int(value)) for value in values))
        self.fault(key, f"{brief(values)} are not whole numbers")
        return []

    def window(self, key: str, value: Any) -> tuple[float, float] | None:
        """Return ``[start, end]`` in seconds."""
        if isinstance(value, list) and len(value) == 2 and all(is_number(v) for v in value):
            if value[0] <= value[1]:
                return value[0], value[1]
            self.fault(key, f"{brief(value)} ends before it starts")
        else:
            self.fault(key, f"{brief(value)} is not a window [start, end] in seconds")
        return None

    def windows(self, key: str) -> list[tuple[float, float]]:
        """Return a list of windows that do not overlap, in the order given."""
        given = [self.window(f"{key}.{at}", value) for at, value in enumerate(self.listed(key))]
        found = [window for window in given if window]
        for before, after in pairwise(sorted(found)):
            if after[0] <= before[1]:
                self.fault(key, f"{list(before)} and {list(after)} overlap", "join them")
        return found

    def point(self, key: str) -> dict[str, float]:
        """Return ``[lon, lat]`` as lat and lon; empty if it is not given."""
        value = self.data.get(key)
        if value is None:
            return {}
        pair: list[Any] = value if isinstance(value, list) and len(value) == 2 else [None, None]
        if is_number(pair[0], -180, 180) and is_number(pair[1], -90, 90):
            return {"lat": pair[1], "lon": pair[0]}
        self.fault(key, f"{brief(value)} is no place", "write [longitude, latitude] in degrees")
        return {}

    def records(self, key: str, kind: str) -> Iterator[tuple[str, Fields]]:
        """Yield the objects of a list, each with its id as text (``""`` where it has none)."""
        seen: set[str] = set()
        for at, data in enumerate(self.listed(key), 1):
            identity = data.get("id") if isinstance(data, dict) else None
            if isinstance(identity, bool) or not isinstance(identity, int | str):
                identity = ""
            name = brief(identity) if identity != "" else f"number {at}"
            record = Fields(f"{self.where}, {kind} {name}", data, self.faults)
            if not isinstance(data, dict):
                continue
            if identity == "" and kind != "shipment":
                record.missing("id", "it is not given, or no whole number")
            elif identity != "" and str(identity) in seen:
                problem = f"another {kind} has this id"
                where = f"{record.where}, field id"
                self.faults.append(Issue("DUPLICATE_ID", where, problem, "give each its own"))
            seen.add(str(identity))
            yield str(identity)[:400], record
