"""VROOM's matrices by profile, or speeds by profile where there are none, as travel models."""

from __future__ import annotations

import math
from array import array
from typing import Any

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats.vroom_fields import Fields
from homeserve_dispatch.model import GreatCircle, Location
from homeserve_dispatch.model.matrix import UNREACHABLE, Metres, Milliseconds, SquareTable
from homeserve_dispatch.model.travel import MODES_KMH

_MOST_S = 1_000_000
_WORDS = (
    (("bike", "bicycle", "cycling"), "bicycle"),
    (("foot", "walk", "pedestrian"), "foot"),
)


class Matrices:
    """What a file says about travel.

    Parameters
    ----------
    top : Fields
        The file.

    Attributes
    ----------
    size : int or None
        Places of the matrices; None: there are no matrices, coordinates count.
    """

    def __init__(self, top: Fields) -> None:
        self._times: dict[str, SquareTable] = {}
        self._metres: dict[str, SquareTable] = {}
        self._modes: dict[str, tuple[str, int]] = {}
        self.size: int | None = None
        given = top.data.get("matrices")
        if top.has("matrix") and not top.has("matrices"):
            given = {"car": {"durations": top.data["matrix"]}}
        self.given = given is not None
        if given is not None:
            by_profile = Fields(f"{top.where}, matrices", given, top.faults)
            for profile, data in by_profile.data.items():
                where = f"{top.where}, matrices.{profile[:80]}"
                self._take(profile, Fields(where, data, top.faults))

    def _take(self, profile: str, fields: Fields) -> None:
        if not fields.has("durations"):
            fields.missing("durations", "a profile's travel times are needed")
            return
        if fields.has("costs") and fields.data["costs"] != fields.data["durations"]:
            why = "a matrix of costs other than the durations cannot be expressed"
            fields.unsupported("costs", why, "leave it out and use costs.per_hour and per_km")
        for key, kind, tables in (
            ("durations", Milliseconds, self._times),
            ("distances", Metres, self._metres),
        ):
            if not fields.has(key):
                continue
            table = _table(kind, key, fields)
            if table is None:
                continue
            if self.size is None:
                self.size = table.size
            if table.size != self.size:
                fields.fault(key, f"it has {table.size} rows and the first matrix {self.size}")
            else:
                tables[profile] = table

    def mode(self, vehicle: Fields) -> str:
        """Return the travel mode of a vehicle: its profile at its speed."""
        profile = vehicle.data.get("profile", "car")
        if not isinstance(profile, str) or not 0 < len(profile) <= 80:
            vehicle.fault("profile", "it is not a name")
            return "car"
        if self.given and profile not in self._times:
            known = ", ".join(list(self._times)[:5]) or "none"
            vehicle.fault("profile", f"there is no sound matrix {profile!r}; there is {known}")
            return profile
        factor = vehicle.number("speed_factor", 1, 5)
        if factor < 0.01:
            vehicle.fault("speed_factor", f"{factor} is not from 0.01 to 5")
            factor = 1
        # VROOM keeps the inverse to two decimals.
        percent = round(100 / factor)
        name = profile if percent == 100 else f"{profile} x{factor:g}"
        self._modes[name] = (profile, percent)
        return name

    def has_distances(self, mode: str) -> bool:
        """Tell whether distances are known for a mode that :meth:`mode` gave."""
        profile, _ = self._modes.get(mode, (mode, 100))
        return not self.given or profile in self._metres or profile not in self._times

    def travel(self) -> dict[str, Any]:
        """Return the travel model for the modes asked for so far, as raw input."""
        modes = self._modes or {"car": ("car", 100)}
        if self.size is None:
            speeds = {name: _speed(profile) * 100 / pct for name, (profile, pct) in modes.items()}
            return {"kind": "great_circle", "speed_kmh": speeds}
        tables = {}
        for name, (profile, percent) in modes.items():
            if profile in self._times:
                tables[name] = {"travel_time_s": _scaled(self._times[profile], percent)}
                if profile in self._metres:
                    tables[name]["distance_m"] = self._metres[profile]
        places = [str(at) for at in range(self.size)]
        return {"kind": "matrix", "places": places, "tables": tables}

    def longest_leg(self, points: list[dict[str, float]]) -> tuple[float, float]:
        """Bound a leg: seconds and metres that no leg exceeds."""
        modes = self._modes.values()
        slowest = max((percent for _, percent in modes), default=100) / 100
        if self.size is None:
            ends = [
                Location(lat=pick(p["lat"] for p in points), lon=pick(p["lon"] for p in points))
                for pick in (min, max)
                if points
            ]
            # Twice: the diagonal of a box on a globe is not always the longest way in it.
            metres = 2 * GreatCircle().metres(*ends) + 1000 if ends else 0.0
            speed = min((_speed(profile) for profile, _ in modes), default=26.0)
            return metres / speed * 3.6 * slowest, metres
        times = [_largest(table) / 1000 for table in self._times.values()]
        metres_ = [float(_largest(table)) for table in self._metres.values()]
        return max(times, default=0.0) * slowest, max(metres_, default=0.0)


def _table(kind: type[SquareTable], key: str, fields: Fields) -> SquareTable | None:
    rows = fields.data[key]
    if isinstance(rows, list) and kind is Milliseconds:
        # "No way" is written as a huge number.
        rows = [_cut(row) if isinstance(row, list) else row for row in rows]
    try:
        table = kind.from_rows(rows)
    except InputError as error:
        fields.faults += [
            Issue(i.code, f"{fields.where}.{key}, {i.where}", i.problem, i.action)
            for i in error.issues
        ]
    except ValueError as error:
        fields.fault(key, str(error))
    else:
        return table
    return None


def _cut(row: list[Any]) -> list[Any]:
    def far(value: Any) -> bool:
        return isinstance(value, int | float) and _MOST_S < value < math.inf

    return [None if far(value) else value for value in row] if any(map(far, row)) else row


def _scaled(table: SquareTable, percent: int) -> SquareTable:
    if percent == 100:
        return table
    values = array(
        "i",
        (
            UNREACHABLE if v == UNREACHABLE else min(round(v * percent / 100), UNREACHABLE)
            for v in table.values
        ),
    )
    return Milliseconds(values, table.size, table.scale)


def _largest(table: SquareTable) -> int:
    return max((value for value in table.values if value != UNREACHABLE), default=0)


def _speed(profile: str) -> float:
    folded = profile.casefold()
    for words, mode in _WORDS:
        if any(word in folded for word in words):
            return MODES_KMH[mode]
    return MODES_KMH.get(profile, MODES_KMH["car"])
