"""What strategies of problems are made with: names, days, clocks, and a few of many things."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

T = TypeVar("T")
Clock = Callable[[int], datetime]

DAY = 1440
SKILLS = ("care", "gas", "wiring")
TAGS = ("german", "van", "no dogs")
AREAS = ("north", "south")
THINGS = ("pipes", "kg")
SERVICES = ("s0", "s1")
BERLIN = ZoneInfo("Europe/Berlin")
DAYS = (date(2026, 5, 4), date(2026, 3, 29), date(2026, 10, 25))
"""A plain Monday, and both days on which clocks change in Berlin."""


def sometimes(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    """None, or in one of three cases something."""
    return st.one_of(st.none(), st.none(), strategy)


def few_of(
    strategies: dict[str, st.SearchStrategy[Any]], most: int
) -> st.SearchStrategy[dict[str, Any]]:
    """Values for a few of the fields; only those are drawn, and shrinking drops fields."""
    names = st.lists(st.sampled_from(sorted(strategies)), max_size=most, unique=True)
    return names.flatmap(lambda some: st.fixed_dictionaries({n: strategies[n] for n in some}))


def some(names: tuple[str, ...], most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    """A few of the names, each once."""
    return st.lists(st.sampled_from(names), max_size=most, unique=True).map(tuple)


def minutes(low: int, high: int) -> st.SearchStrategy[timedelta]:
    """Lengths of time in steps of five minutes."""
    return st.integers(low // 5, high // 5).map(lambda five: timedelta(minutes=5 * five))


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    """From minutes to moments: naive, of one zone, or of several zones side by side."""
    day = draw(st.sampled_from(DAYS))
    kind = draw(st.sampled_from(("naive", "utc", "berlin", "mixed")))
    midnight = datetime(day.year, day.month, day.day)
    if kind == "naive":
        return lambda minute: midnight + timedelta(minutes=minute)
    zones = {"utc": (UTC,), "berlin": (BERLIN,), "mixed": (BERLIN, UTC)}[kind]
    start = midnight.replace(tzinfo=UTC)

    def clock(minute: int) -> datetime:
        moment = start + timedelta(minutes=minute)
        return moment.astimezone(zones[minute // 5 % len(zones)])

    return clock
