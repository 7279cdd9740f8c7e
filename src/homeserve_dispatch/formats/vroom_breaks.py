"""Breaks of VROOM: in vehicles, and as steps of its plans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from homeserve_dispatch.errors import Issue
from homeserve_dispatch.formats.labels import Labels
from homeserve_dispatch.formats.unsupported import unsupported
from homeserve_dispatch.formats.vroom_fields import Fields, moment, plain, seconds
from homeserve_dispatch.model import Break, Shift
from homeserve_dispatch.model.base import instant

_ROUNDED = timedelta(seconds=1)
"""Times of plans are whole seconds."""


def read_breaks(
    vehicle: Fields, shift: str, hours: tuple[float, float], labels: Labels
) -> list[dict[str, Any]]:
    """Read a vehicle's breaks: all of them must be taken, none has a place.

    Parameters
    ----------
    vehicle : Fields
        The vehicle; gets the faults.
    shift : str
        What the model's faults call its shift.
    hours : (float, float)
        When the vehicle works, in seconds.
    labels : Labels
        Gets the file's words for each break.
    """
    found = []
    for number, (_, each) in enumerate(vehicle.records("breaks", "break"), 1):
        labels.add(f"{shift}, break number {number}", each.where, "break")
        if each.has("max_load"):
            why = "a break that depends on the load cannot be expressed"
            each.unsupported("max_load", why, "leave it out")
        earliest, latest = _window(each, hours)
        seconds = each.number("service", 0, 1e8)
        found.append(
            {
                "duration": timedelta(milliseconds=round(seconds * 1000)),
                "earliest": moment(earliest),
                "latest": moment(latest),
            }
        )
    return found


def _window(each: Fields, hours: tuple[float, float]) -> tuple[float, float]:
    """The one stretch in which a break may begin; without windows the vehicle's hours.

    Windows outside these hours do not count. Those that follow each other without a second
    between them are one.
    """
    given = [
        each.window(f"time_windows.{at}", w) for at, w in enumerate(each.listed("time_windows"))
    ]
    windows = sorted(window for window in given if window)
    if not windows:
        return hours
    windows = [w for w in windows if w[1] >= hours[0] and w[0] <= hours[1]] or windows[:1]
    first, last = windows[0]
    for start, end in windows[1:]:
        if start > last + 1:
            why = (
                f"it may begin from {first:g} to {last:g} or from {start:g} on, "
                "and a break here has one earliest and one latest time"
            )
            each.unsupported("time_windows", why, "give it one of the windows")
            break
        last = max(last, end)
    return first, last


def breaks_of(shift: Shift) -> list[dict[str, Any]]:
    """Write a shift's breaks; ids are their numbers, from 1."""
    return [
        {
            "id": number,
            "time_windows": [[plain(seconds(each.earliest)), plain(seconds(each.latest))]],
            "service": plain(each.duration / timedelta(seconds=1)),
        }
        for number, each in enumerate(shift.breaks, 1)
    ]


def break_faults(where: str, shift: Shift, format_name: str) -> Iterator[Issue]:
    """Yield what the format has no words for in a shift's breaks."""
    for number, each in enumerate(shift.breaks, 1):
        here = f"{where}, break number {number}"
        if not each.hard:
            why = f"breaks of the format {format_name} must be taken"
            yield unsupported(here, "hard", format_name, why)
        if each.location is not None:
            why = f"breaks of the format {format_name} are taken where the worker is"
            yield unsupported(here, "location", format_name, why)


class BreakStep(NamedTuple):
    """A break in a plan: the id that the file gives it, if that is a number, and its times."""

    identity: int | None
    start: datetime
    finish: datetime


def numbers_of(steps: Sequence[BreakStep], shift: Shift | None) -> list[int]:
    """Tell which of the shift's breaks, from 0, each step is.

    The ids are those that :func:`breaks_of` writes where each fits the break of that number.
    Otherwise the file has ids of its own, which the problem does not keep: then each step, the
    earliest first, is the break of its length that has to begin soonest of those it is in time
    for; what fits nothing keeps its id.
    """
    breaks = shift.breaks if shift else ()
    own = [(step.identity or 1) - 1 for step in steps]
    if len(set(own)) == len(own) and all(
        0 <= number < len(breaks) and _fits(step, breaks[number])
        for number, step in zip(own, steps, strict=True)
    ):
        return own
    free = set(range(len(breaks)))
    found = [max(number, 0) for number in own]
    for at in sorted(range(len(steps)), key=lambda at: instant(steps[at].start)):
        fitting = [number for number in free if _fits(steps[at], breaks[number])]
        if fitting:
            found[at] = min(fitting, key=lambda number: (instant(breaks[number].latest), number))
            free.discard(found[at])
    return found


def _fits(step: BreakStep, each: Break) -> bool:
    length = instant(step.finish) - instant(step.start)
    earliest, latest = instant(each.earliest) - _ROUNDED, instant(each.latest) + _ROUNDED
    return abs(length - each.duration) <= _ROUNDED and earliest <= instant(step.start) <= latest
