"""Cells that hold small records: crews, breaks, patterns of days, what a depot has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from homeserve_dispatch.formats import cells
from homeserve_dispatch.formats.cells import NOTHING, CellError, Kind, split
from homeserve_dispatch.model.faults import brief

_CLOCK_TIME = re.compile(r"[0-9]{2}:[0-9]{2}")


def _plain(text: str) -> str:
    """A name as it was before :func:`_escaped`."""
    return cells.read_text(re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL))


def _escaped(name: str, special: str) -> str:
    return re.sub(f"([{re.escape(special)}])", r"\\\1", cells.write_text(name))


def _items(cell: str) -> list[str]:
    if cell.strip() == NOTHING:
        return []
    return [item for item in split(cell, ";") if item.strip()]


def read_ordinal(cell: str) -> int:
    """Position in a list, counted from 1 in files and from 0 in the model."""
    number = cells.read_whole(cell)
    if number < 1:
        raise CellError(f"{brief(cell.strip())} is no position", "count from 1")
    return number - 1


def write_ordinal(number: int) -> str:
    """Position in a list, from 1."""
    return str(number + 1)


# --- crews: name:minutes:skill=level+skill:earliest/latest;…

_IN_CREWS = r"\;:=+"


def read_crew(cell: str) -> list[dict[str, Any]]:
    """Roles ``name:minutes:skills:offsets``, each part optional; a bare role is ``:``."""
    return [_read_role(item) for item in _items(cell)]


def _read_role(item: str) -> dict[str, Any]:
    parts = split(item, ":")
    if len(parts) > 4:
        problem = f"{brief(item)} has too many colons"
        action = r"write name:minutes:skills:offsets, and \: for a colon in a name"
        raise CellError(problem, action)
    name, minutes, skills, offsets = (*parts, "", "", "", "")[:4]
    role: dict[str, Any] = {}
    if name.strip():
        role["name"] = _plain(name)
    if minutes.strip():
        role["duration"] = cells.read_minutes(minutes)
    if skills.strip():
        role["skills"] = _read_role_skills(skills)
    if offsets.strip():
        earliest, slash, latest = offsets.partition("/")
        role["earliest_offset"] = cells.read_minutes(earliest)
        role["latest_offset"] = cells.read_minutes(latest if slash else earliest)
    return role


def _read_role_skills(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for item in split(text, "+") if text.strip() != NOTHING else []:
        name, *level = split(item, "=")
        if len(level) > 1 or not name.strip():
            problem = f"{brief(item)} is not a skill"
            raise CellError(problem, "write skill=level, with + between skills")
        if found.setdefault(_plain(name), 0):
            raise CellError(f"{brief(_plain(name))} is named twice", "name it once")
        found[_plain(name)] = cells.read_whole(level[0]) if level else 1
    return found


def write_crew(crew: Iterable[Any]) -> str:
    """Roles; what is not stated is blank."""
    return ";".join(map(_write_role, crew)) or NOTHING


def _write_role(role: Any) -> str:
    offsets = ""
    if role.latest_offset:
        offsets = cells.write_minutes(role.earliest_offset)
        if role.latest_offset != role.earliest_offset:
            offsets += f"/{cells.write_minutes(role.latest_offset)}"
    parts = [
        "" if role.name is None else _escaped(role.name, _IN_CREWS),
        "" if role.duration is None else cells.write_minutes(role.duration),
        "" if role.skills is None else _write_role_skills(role.skills),
        offsets,
    ]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return ":".join(parts) or ":"


def _write_role_skills(skills: Mapping[str, int]) -> str:
    parts = (
        _escaped(name, _IN_CREWS) + ("" if level == 1 else f"={level}")
        for name, level in skills.items()
    )
    return "+".join(parts) or NOTHING


# --- breaks: earliest/latest/minutes/word…

_IN_BREAKS = r"\;/"
_FLAGS = {"soft": ("hard", False), "unpaid": ("paid", False)}


def read_breaks(cell: str) -> list[dict[str, Any]]:
    """Breaks ``earliest/latest/minutes/word…``, as in ``12:00/13:30/30/soft/skip=20``.

    Words are ``soft``, ``unpaid``, ``skip=cost``, ``place=name`` and ``at=latitude longitude``.
    Times without a date stay times: which day they are of is for :func:`on_day` to say.
    """
    return [_read_break(item) for item in _items(cell)]


def _read_break(item: str) -> dict[str, Any]:
    parts = split(item, "/")
    if len(parts) < 3:
        problem = f"{brief(item)} is not a break"
        raise CellError(problem, "write earliest/latest/minutes, as in 12:00/13:30/30")
    found: dict[str, Any] = {
        "earliest": _read_time(parts[0]),
        "latest": _read_time(parts[1]),
        "duration": cells.read_minutes(parts[2]),
    }
    place: dict[str, Any] = {}
    for part in parts[3:]:
        # A blank at the end of a name is part of it.
        word, equals, value = part.lstrip().partition("=")
        if not equals and (word := word.strip()) in _FLAGS:
            name, flag = _FLAGS[word]
            found[name] = flag
        elif word == "skip" and equals:
            found["skip_cost"] = cells.read_number(value)
        elif word == "place" and equals:
            place["id"] = _plain(value)
        elif word == "at" and len(value.split()) == 2:
            place["lat"], place["lon"] = map(cells.read_number, value.split())
        else:
            problem = f"{brief(part)} says nothing of a break"
            action = "there are soft, unpaid, skip=cost, place=name and at=latitude longitude"
            raise CellError(problem, action)
    return found | ({"location": place} if place else {})


def _read_time(text: str) -> datetime | time:
    text = text.strip()
    if _CLOCK_TIME.fullmatch(text):
        try:
            return time.fromisoformat(text)
        except ValueError:
            raise CellError(f"{brief(text)} is no time of day", "write it like 12:30") from None
    return cells.read_moment(text)


def on_day(breaks: Sequence[Mapping[str, Any]], start: datetime) -> list[dict[str, Any]]:
    """Breaks whose times have a date: where the file gives none, the day of the shift's start."""
    return [
        {
            key: datetime.combine(start.date(), value, start.tzinfo)
            if isinstance(value, time)
            else value
            for key, value in each.items()
        }
        for each in breaks
    ]


def write_breaks(breaks: Iterable[Any]) -> str:
    """Breaks, times with their dates."""
    return ";".join(map(_write_break, breaks)) or NOTHING


def _write_break(each: Any) -> str:
    parts = [
        cells.write_moment(each.earliest),
        cells.write_moment(each.latest),
        cells.write_minutes(each.duration),
        *(word for word, (name, flag) in _FLAGS.items() if getattr(each, name) == flag),
    ]
    if each.skip_cost is not None:
        parts.append(f"skip={cells.write_number(each.skip_cost)}")
    if each.location is not None and each.location.id is not None:
        parts.append(f"place={_escaped(each.location.id, _IN_BREAKS)}")
    if each.location is not None and each.location.lat is not None:
        lat, lon = map(cells.write_number, (each.location.lat, each.location.lon))
        parts.append(f"at={lat} {lon}")
    return "/".join(parts)


# --- days and amounts


def read_patterns(cell: str) -> list[list[date]]:
    """Patterns of days: ``2026-05-04/2026-05-07;2026-05-05/2026-05-08``."""
    return [[cells.read_day(day.strip()) for day in item.split("/")] for item in _items(cell)]


def write_patterns(patterns: Iterable[Iterable[date]]) -> str:
    """Patterns of days."""
    return ";".join("/".join(day.isoformat() for day in days) for days in patterns)


def read_stock(cell: str) -> dict[str, float | None]:
    """What a depot has: ``filter:10;valve``, as much as is needed where there is no amount."""
    return {
        name: cells.read_number(rest[0]) if rest and rest[0] else None
        for name, rest in cells.pairs(cell, 1)
    }


def write_stock(amounts: Mapping[str, float | None]) -> str:
    """What a depot has."""
    parts = (
        cells.write_name(name) + ("" if amount is None else f":{cells.write_number(amount)}")
        for name, amount in amounts.items()
    )
    return ";".join(parts) or NOTHING


ORDINAL = Kind(read_ordinal, write_ordinal)
CREW = Kind(read_crew, write_crew)
BREAKS = Kind(read_breaks, write_breaks)
PATTERNS = Kind(read_patterns, write_patterns)
STOCK = Kind(read_stock, write_stock)
