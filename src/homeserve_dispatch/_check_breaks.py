"""Hard rules of ``docs/rules.md``: the breaks of a shift, and whether it has a depot."""

from __future__ import annotations

from homeserve_dispatch._truth import Truth
from homeserve_dispatch._truth_records import Pause, Run, to_ms
from homeserve_dispatch._violation import Code, Findings
from homeserve_dispatch.model.worker import Shift
from homeserve_dispatch.plan import Route


def check_break_names(found: Findings, route: Route, shift: Shift) -> None:
    """Whether the shift has the breaks and the depot that the route names, and each once."""
    taken: set[int] = set()
    for one in route.breaks:
        if one.number >= len(shift.breaks):
            found.add(
                Code.UNKNOWN_BREAK,
                f"there is no break {one.number}: the shift's breaks are {len(shift.breaks)}, "
                "counted from 0",
            )
        elif one.number in taken:
            found.add(Code.DUPLICATE_BREAK, f"break {one.number} is taken already")
        taken.add(one.number)
    if route.restock is not None and shift.restock is None:
        found.add(Code.UNKNOWN_RESTOCK, "it calls at a depot, and the shift has none")


def check_breaks(truth: Truth, found: Findings, run: Run) -> None:
    """Times of the breaks that are taken, and hard ones that are not."""
    if run.timed:
        for pause in run.pauses:
            _check_time(found, pause)
        _check_leading(found, run)
    routes = truth.shifts[run.worker.id, run.route.shift]
    if run is not routes[0]:
        return
    taken = {pause.taken.number for one in routes for pause in one.pauses}
    for number, rule in enumerate(run.shift.breaks):
        if rule.hard and number not in taken:
            found.add(Code.BREAK_MISSED, f"break {number} is not taken")


def _check_time(found: Findings, pause: Pause) -> None:
    earliest, latest = to_ms(pause.rule.earliest), to_ms(pause.rule.latest)
    found.late(Code.BREAK_TIME, earliest - pause.start_ms, f"{pause.name} begins {{by}} too early")
    found.late(Code.BREAK_TIME, pause.start_ms - latest, f"{pause.name} begins {{by}} too late")


def _check_leading(found: Findings, run: Run) -> None:
    """Breaks before the departure: in the shift, one after the other, over by the departure."""
    before: Pause | None = None
    for pause in run.pauses:
        if not pause.leading:
            break
        early = pause.way.arrival_ms - pause.start_ms
        if before is None:
            found.late(Code.SHIFT_START, early, f"{pause.name} begins {{by}} before the shift")
        else:
            found.late(
                Code.BREAK_OVERLAP,
                early,
                f"{pause.name} begins {{by}} before {before.name} is over",
            )
        before = pause
    if before is not None:
        found.late(
            Code.BREAK_OVERLAP,
            before.finish_ms - run.departure_ms,
            f"departs {{by}} before {before.name} is over",
        )
