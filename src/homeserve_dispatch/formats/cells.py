"""Cells of a CSV file: how each kind of value is written, and read back the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from homeserve_dispatch.model.faults import brief

NOTHING = "(none)"
"""A list that is stated to be empty; a blank cell states nothing."""

_RISKY = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet takes for the beginning of a formula, in full width too."""

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_WHOLE = re.compile(r"[+-]?[0-9]+(\.0*)?")
_CLOCK = re.compile(r"([0-9]{1,5}):([0-5][0-9])")
_TIME_ONLY = re.compile(r"[0-9]{2}:[0-9]{2}")
_LONGEST_NUMBER = 40
_MINUTE = timedelta(minutes=1)
_TRUE = frozenset({"true", "yes", "y", "1", "x"})
_FALSE = frozenset({"false", "no", "n", "0"})


class CellError(ValueError):
    """A cell that cannot be read.

    Attributes
    ----------
    problem, action : str
        What is wrong with it, what to write instead.
    """

    def __init__(self, problem: str, action: str) -> None:
        super().__init__(problem)
        self.problem, self.action = problem, action


class Kind(NamedTuple):
    """How one kind of value is read from a cell that is not blank, and written to one."""

    read: Callable[[str], Any]
    write: Callable[[Any], str]


def _guarded(text: str) -> bool:
    """Whether the text needs an apostrophe before it, not to be run or stripped.

    Text that begins with apostrophes and goes on like that needs one more.
    """
    bare = text.lstrip("'")
    risky = bool(bare) and (bare[0] in _RISKY or bare[0].isspace() or bare == NOTHING)
    return risky or text != text.strip()


def read_text(cell: str) -> str:
    """Text as it was before :func:`write_text`; blanks around it are dropped."""
    start = cell.lstrip()
    if start.startswith("'") and _guarded(start[1:]):
        return start[1:]
    return cell.strip()


def write_text(text: str) -> str:
    """Text that a spreadsheet does not run: an apostrophe before ``=``, ``+``, ``-``, ``@``."""
    return f"'{text}" if _guarded(text) else text


def split(text: str, separator: str) -> list[str]:
    """Split at separators that no backslash stands before; backslashes stay."""
    if "\\" not in text:
        return text.split(separator)
    parts, start, at = [], 0, 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == separator:
            parts.append(text[start:at])
            start = at + 1
        at += 1
    return [*parts, text[start:]]


def _read_item(text: str) -> str:
    return read_text(re.sub(r"\\([\\;:])", r"\1", text) if "\\" in text else text)


def _write_item(text: str, special: str = r"[\\;]") -> str:
    return re.sub(f"({special})", r"\\\1", write_text(text))


def _items(cell: str) -> list[str]:
    if cell.strip() == NOTHING:
        return []
    return [item for item in split(cell, ";") if item.strip()]


def read_names(cell: str) -> list[str]:
    """Names separated by semicolons."""
    return [_read_item(item) for item in _items(cell)]


def write_names(names: Iterable[str]) -> str:
    """Names separated by semicolons; backslash before a semicolon in one."""
    return ";".join(map(_write_item, names)) or NOTHING


def pairs(cell: str, most: int) -> list[tuple[str, list[str]]]:
    """Read ``name:a:b`` items: the name and the rest of each, at most so many."""
    found: list[tuple[str, list[str]]] = []
    for item in _items(cell):
        name, *rest = split(item, ":")
        if len(rest) > most:
            problem = f"{brief(item)} has too many colons"
            raise CellError(problem, "put a backslash before a colon that is part of a name")
        found.append((_read_item(name), [part.strip() for part in rest]))
    if len({name for name, _ in found}) < len(found):
        name, times = Counter(name for name, _ in found).most_common(1)[0]
        raise CellError(f"{brief(name)} is named {times} times", "name it once")
    return found


def write_name(name: str) -> str:
    """A name before a colon; backslash before a semicolon or colon in it."""
    return _write_item(name, r"[\\;:]")


def read_levels(cell: str) -> dict[str, int]:
    """Skills asked for: ``plumbing:2;electric``, level 1 where none is given."""
    return {name: read_whole(rest[0]) if rest and rest[0] else 1 for name, rest in pairs(cell, 1)}


def write_levels(levels: Mapping[str, int]) -> str:
    """Skills asked for, the level where it is not 1."""
    parts = (
        write_name(name) + (f":{level}" if level != 1 else "") for name, level in levels.items()
    )
    return ";".join(parts) or NOTHING


def read_skills(cell: str) -> dict[str, dict[str, Any]]:
    """Skills held: ``gas:2*1.5:2026-01-01:2026-12-31;electric``: level, efficiency, days.

    Each part after the name is optional.
    """
    skills: dict[str, dict[str, Any]] = {}
    for name, rest in pairs(cell, 3):
        held, first, last = (*rest, "", "", "")[:3]
        level, star, efficiency = held.partition("*")
        values = (
            ("level", read_whole, level),
            ("efficiency", read_number, efficiency if star else ""),
            ("valid_from", read_day, first),
            ("valid_until", read_day, last),
        )
        skills[name] = {key: read(part) for key, read, part in values if part.strip()}
    return skills


def write_skills(skills: Mapping[str, Any]) -> str:
    """Skills held, level, efficiency and days where they are not the default."""
    parts = []
    for name, held in skills.items():
        efficiency = "" if held.efficiency == 1 else f"*{write_number(held.efficiency)}"
        values = [
            ("" if held.level == 1 else str(held.level)) + efficiency,
            held.valid_from.isoformat() if held.valid_from else "",
            held.valid_until.isoformat() if held.valid_until else "",
        ]
        while values and not values[-1]:
            values.pop()
        parts.append(":".join([write_name(name), *values]))
    return ";".join(parts) or NOTHING


def read_amounts(cell: str) -> dict[str, float]:
    """Amounts of named things: ``filter:2;valve:1.5``."""
    amounts: dict[str, float] = {}
    for name, rest in pairs(cell, 1):
        if not rest or not rest[0]:
            raise CellError(f"{brief(name)} has no amount", "write name:amount, as in filter:2")
        amounts[name] = read_number(rest[0])
    return amounts


def write_amounts(amounts: Mapping[str, float]) -> str:
    """Amounts of named things."""
    parts = (f"{write_name(name)}:{write_number(amount)}" for name, amount in amounts.items())
    return ";".join(parts) or NOTHING


def read_number(cell: str) -> float:
    """A decimal number with a point."""
    text = cell.strip()
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        raise CellError(f"{brief(text)} is not a number", "write digits, with a decimal point")
    return float(text)


def write_number(value: float) -> str:
    """The shortest number that reads back the same; whole ones without a point."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def read_whole(cell: str) -> int:
    """A whole number; ``3.0`` is one too."""
    text = cell.strip()
    if len(text) > _LONGEST_NUMBER or not _WHOLE.fullmatch(text):
        raise CellError(f"{brief(text)} is not a whole number", "write digits only")
    return int(text.partition(".")[0])


def read_minutes(cell: str) -> timedelta:
    """Minutes, or hours and minutes as ``1:30``; to the millisecond."""
    if clock := _CLOCK.fullmatch(cell.strip()):
        return timedelta(hours=int(clock[1]), minutes=int(clock[2]))
    try:
        return timedelta(milliseconds=round(read_number(cell) * 60_000))
    except OverflowError:
        raise CellError(f"{brief(cell)} minutes are too many", "write minutes") from None


def write_minutes(value: timedelta) -> str:
    """Minutes, with a fraction where needed."""
    return write_number(value / _MINUTE)


def read_moment(cell: str) -> datetime:
    """A point in time as ISO 8601 writes it."""
    text = cell.strip()
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise CellError(
            f"{brief(text)} is not a date and time", "write it like 2026-05-04T08:00"
        ) from None


def write_moment(value: datetime) -> str:
    """A point in time, with seconds only where it has some."""
    whole = value.second == 0 and value.microsecond == 0
    return value.isoformat(timespec="minutes" if whole else "auto")


def read_day(cell: str) -> date:
    """A day as ISO 8601 writes it."""
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise CellError(f"{brief(cell)} is not a day", "write it like 2026-05-04") from None


def read_windows(cell: str) -> list[dict[str, datetime]]:
    """Time windows: ``2026-05-04T08:00/2026-05-04T10:00;…``; the second day may be left out."""
    windows = []
    for item in _items(cell):
        first, slash, last = item.partition("/")
        if not slash:
            problem = f"{brief(item)} is not a window"
            raise CellError(problem, "write earliest/latest, as in 2026-05-04T08:00/10:00")
        earliest = read_moment(first)
        if _TIME_ONLY.fullmatch(last.strip()):
            last = f"{earliest.date()}T{last.strip()}{earliest.strftime('%z')}"
        windows.append({"earliest": earliest, "latest": read_moment(last)})
    return windows


def write_windows(windows: Iterable[Any]) -> str:
    """Time windows, both ends in full."""
    return ";".join(f"{write_moment(w.earliest)}/{write_moment(w.latest)}" for w in windows)


def read_flag(cell: str) -> bool:
    """``true`` or ``false``, also ``yes``/``no`` and ``1``/``0``."""
    text = cell.strip().casefold()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise CellError(f"{brief(cell.strip())} is neither true nor false", "write true or false")


def write_flag(value: bool) -> str:
    """``true``, or blank for false, which is every flag's default."""
    return "true" if value else ""


TEXT = Kind(read_text, write_text)
NAMES = Kind(read_names, write_names)
LEVELS = Kind(read_levels, write_levels)
SKILLS = Kind(read_skills, write_skills)
AMOUNTS = Kind(read_amounts, write_amounts)
NUMBER = Kind(read_number, write_number)
WHOLE = Kind(read_whole, str)
MINUTES = Kind(read_minutes, write_minutes)
MOMENT = Kind(read_moment, write_moment)
WINDOWS = Kind(read_windows, write_windows)
FLAG = Kind(read_flag, write_flag)
