"""Progress of a search: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn

from homeserve_dispatch.progress import OnProgress
from homeserve_dispatch.progress import Progress as Report

if TYPE_CHECKING:
    from rich.console import Console

_WORDS = {
    "compiling": "compiling the kernel, once per machine",
    "building": "making the first plan",
    "searching": "searching",
    "done": "done",
}
_SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def progress_shown(console: Console) -> Iterator[OnProgress]:
    """What to give to ``solve`` as ``on_progress``."""
    if console.is_terminal:
        with _bar(console) as on_progress:
            yield on_progress
    else:
        yield _Lines(console)


def standing(report: Report) -> str:
    """Where the search stands, in words."""
    if math.isinf(report.best_cost):
        return ""
    return f"cost {report.best_cost:,.2f}, {report.unassigned} left out"


@contextmanager
def _bar(console: Console) -> Iterator[OnProgress]:
    columns = (
        SpinnerColumn("line"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        TaskProgressColumn(),
        TextColumn("{task.fields[standing]}"),
    )
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task("starting", total=1.0, standing="")

        def on_progress(report: Report) -> None:
            shown.update(
                task,
                completed=report.fraction,
                description=_WORDS[report.phase],
                standing=standing(report),
            )

        yield on_progress


class _Lines:
    """Writes a line at each new phase, and every few seconds."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._phase = ""
        self._next = 0.0

    def __call__(self, report: Report) -> None:
        if report.phase == self._phase and report.seconds < self._next:
            return
        self._phase = report.phase
        self._next = report.seconds + _SECONDS_BETWEEN_LINES
        line = f"{report.seconds:7.1f} s {report.fraction:4.0%}  {_WORDS[report.phase]}"
        if words := standing(report):
            line += f": {words}"
        self._console.print(line, soft_wrap=True)
