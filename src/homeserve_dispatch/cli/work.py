"""What the commands do, short of showing it."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import typer

from homeserve_dispatch import read_plan, read_problem, write_plan, write_problem
from homeserve_dispatch.cli import streams
from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats.detect import check_name, guess_output
from homeserve_dispatch.model import Problem
from homeserve_dispatch.plan import Plan
from homeserve_dispatch.stop import Iterations, Stop, TimeLimit

STDOUT = Path("-")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a result goes.

    Attributes
    ----------
    path : Path
        A file, or ``-`` for standard output.
    format : str, optional
        Name of the format; guessed from the path if None, native on standard output.
    """

    path: Path
    format: str | None

    @property
    def is_stdout(self) -> bool:
        """Whether it is standard output."""
        return self.path == STDOUT

    def check(self, what: str) -> None:
        """Find out before the work whether format and folder are there."""
        if self.format is not None:
            check_name(self.format, what)
        if self.is_stdout:
            return
        if self.format is None:
            guess_output(self.path, what)
        if not self.path.absolute().parent.is_dir():
            raise InputError(
                [Issue("UNWRITABLE", str(self.path), "there is no such folder", "make it first")]
            )

    def write_plan(self, plan: Plan, problem: Problem) -> InputError | None:
        """Write a plan; a fault is given back, so that nothing else is lost by it."""
        try:
            self._write(lambda path, name: write_plan(plan, path, format=name, problem=problem))
        except InputError as error:
            return error
        return None

    def write_problem(self, problem: Problem) -> None:
        """Write a problem."""
        self._write(lambda path, name: write_problem(problem, path, format=name))

    def _write(self, write: Callable[[Path, str | None], None]) -> None:
        if not self.is_stdout:
            write(self.path, self.format)
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "out")
            write(path, self.format or "native")
            if path.is_dir():
                raise InputError(
                    [
                        Issue(
                            "SEVERAL_FILES",
                            "standard output",
                            f"{self.format} makes several files",
                            "name a folder",
                        )
                    ]
                )
            streams.write_bytes(path.read_bytes())


def targets(paths: Sequence[Path], form: str | None, what: str) -> list[Target]:
    """Where results (``what``: a plan or a problem) go, all of them found to be there."""
    made = [Target(path, form) for path in paths]
    for target in made:
        target.check(what)
    if sum(target.is_stdout for target in made) > 1:
        raise typer.BadParameter("standard output can be named once only")
    return made


def stop_after(seconds: float | None, iterations: int | None, default: float) -> Stop:
    """The stop that the options ask for: whichever comes first."""
    if seconds is not None and not math.isfinite(seconds):
        raise typer.BadParameter(f"a time limit must be a number of seconds, not {seconds}")
    if seconds is None and iterations is None:
        return TimeLimit(default)
    stops: list[Stop] = []
    if seconds is not None:
        stops.append(TimeLimit(seconds))
    if iterations is not None:
        stops.append(Iterations(iterations))
    return stops[0] if len(stops) == 1 else stops[0] | stops[1]


def problem_from(paths: Sequence[Path], form: str | None) -> Problem:
    """Read the one problem that these files are."""
    return read_problem(paths[0] if len(paths) == 1 else list(paths), format=form)


def plan_from(path: Path, problem: Problem, form: str | None) -> Plan:
    """Read a plan for the problem."""
    return read_plan(path, problem, format=form)


def search(
    problem: Problem,
    *,
    stop: Stop,
    seed: int,
    threads: int | None,
    start: Plan | None,
    quiet: bool,
) -> Plan:
    """Solve it, and show on standard error how it gets on."""
    from homeserve_dispatch import solve
    from homeserve_dispatch.cli.watch import progress_shown

    shown = nullcontext(None) if quiet else progress_shown(streams.console(err=True))
    with shown as on_progress:
        return solve(
            problem,
            stop=stop,
            seed=seed,
            threads=threads,
            start=start,
            on_progress=on_progress,
        )


def invented(orders: int, seed: int, tightness: str, days: int) -> Problem:
    """Generate a day; ``tightness`` is a word or a number."""
    from homeserve_dispatch.datasets import generate_day

    try:
        return generate_day(orders, seed=seed, tightness=_ratio(tightness), days=days)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _ratio(tightness: str) -> str | float:
    try:
        return float(tightness)
    except ValueError:
        return tightness
