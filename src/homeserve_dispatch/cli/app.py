"""The commands. What is heavy is imported in them, so that ``--help`` stays quick."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from homeserve_dispatch import __version__
from homeserve_dispatch.cli import streams

DONE, BROKEN, BAD_INPUT, NOTHING = 0, 1, 2, 3
"""Exit codes: fine; hard rules broken (``check``); bad input or options; nothing planned."""

DEFAULT_SECONDS = 30.0

app = typer.Typer(
    name="homeserve-dispatch",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_PROBLEM = "A problem: one file, or the CSV files of one problem (or the folder they are in)."
_FORMAT = (
    "Format of the input: native, csv, vroom, solomon, hhcrsp, uhhc, trsp. Guessed where it is "
    "left out."
)

Inputs = Annotated[list[Path], typer.Argument(metavar="INPUT", help=_PROBLEM, show_default=False)]
InputFormat = Annotated[
    str | None, typer.Option("--format", "-f", metavar="FORMAT", help=_FORMAT, show_default=False)
]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"homeserve-dispatch {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Show the version and stop."
        ),
    ] = False,
) -> None:
    """Plan the day of a home-service company: who does what, when, in which order, and why.

    Exit codes: 0 done; 1 'check' found broken hard rules; 2 bad input or options;
    3 nothing could be planned.
    """


@app.command()
def solve(
    inputs: Inputs,
    input_format: InputFormat = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            "--time-limit",
            "-t",
            metavar="SECONDS",
            min=0.0,
            show_default=False,
            help=f"Search that long; {DEFAULT_SECONDS:g} s where no limit is given.",
        ),
    ] = None,
    iterations: Annotated[
        int | None,
        typer.Option(
            min=0,
            show_default=False,
            help="Search that many iterations per thread: the same plan each time. With a time "
            "limit too, whichever comes first.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the random choices.")] = 0,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Threads to search with.", show_default=False)
    ] = None,
    start: Annotated[
        Path | None,
        typer.Option(metavar="PLAN", help="A plan to begin with.", show_default=False),
    ] = None,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            show_default=False,
            help="Write the plan there; '-' is standard output. May be given several times.",
        ),
    ] = None,
    output_format: Annotated[
        str | None,
        typer.Option(
            metavar="FORMAT",
            show_default=False,
            help="Format of the plan: native, csv, vroom, sol, hhcrsp, uhhc, trsp. "
            "Guessed from OUT where left out.",
        ),
    ] = None,
    routes: Annotated[int, typer.Option(min=0, help="How many routes to show.")] = 3,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Show neither progress nor report.")
    ] = False,
) -> None:
    """Make a plan. Several CSV files (orders.csv, workers.csv, …) are one problem.

    Ctrl-C ends the search early and keeps the best plan so far.
    """
    with streams.faults_told():
        from homeserve_dispatch.cli import work

        to = work.targets(output or [], output_format, "plan")
        stop = work.stop_after(time_limit, iterations, DEFAULT_SECONDS)
        problem = work.problem_from(inputs, input_format)
        warm = None if start is None else work.plan_from(start, problem, None)
        plan = work.search(problem, stop=stop, seed=seed, threads=threads, start=warm, quiet=quiet)
        failed = [error for target in to if (error := target.write_plan(plan, problem))]
        if not quiet:
            from homeserve_dispatch.cli.screen import show_plan

            show_plan(streams.console(err=any(t.is_stdout for t in to)), problem, plan, routes)
        if failed:
            raise failed[0]
    _leave(NOTHING if plan.status == "empty" else DONE)


@app.command()
def check(
    problem_path: Annotated[
        Path, typer.Argument(metavar="PROBLEM", help="A problem: a file, or a folder of CSV files.")
    ],
    plan_path: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan for it.")],
    input_format: InputFormat = None,
    plan_format: Annotated[
        str | None,
        typer.Option(
            metavar="FORMAT",
            show_default=False,
            help="Format of the plan: native, csv, vroom, sol, hhcrsp, uhhc, trsp. "
            "Guessed where it is left out.",
        ),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Show nothing; the exit code tells.")
    ] = False,
) -> None:
    """Say what is wrong with a plan: exit code 0 if no hard rule is broken, else 1."""
    with streams.faults_told():
        from homeserve_dispatch import check as check_plan
        from homeserve_dispatch import score
        from homeserve_dispatch.cli import work

        problem = work.problem_from([problem_path], input_format)
        plan = work.plan_from(plan_path, problem, plan_format)
        violations = check_plan(problem, plan)
        if not quiet:
            from homeserve_dispatch.cli.screen import show_violations

            show_violations(streams.console(), violations, score(problem, plan))
    _leave(BROKEN if any(violation.hard for violation in violations) else DONE)


@app.command()
def generate(
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            show_default=False,
            help="File to write (a folder for CSV); '-' is standard output.",
        ),
    ],
    orders: Annotated[
        int, typer.Option("--orders", "-n", min=1, max=1_000_000, help="How many orders.")
    ] = 120,
    seed: Annotated[int, typer.Option(help="Another number, another city.")] = 0,
    tightness: Annotated[
        str, typer.Option(help="tight, loose, or a number of orders for each worker.")
    ] = "tight",
    days: Annotated[int, typer.Option(min=1, max=366, help="Days of work.")] = 1,
    output_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            show_default=False,
            help="native or csv. Guessed from OUT where it is left out.",
        ),
    ] = None,
) -> None:
    """Invent a day of work in an imaginary city."""
    with streams.faults_told():
        from homeserve_dispatch.cli import work

        (to,) = work.targets([output], output_format, "problem")
        to.write_problem(work.invented(orders, seed, tightness, days))


@app.command()
def schema(
    of: Annotated[str, typer.Argument(help="problem or plan")] = "problem",
) -> None:
    """Print the JSON Schema of a problem or of a plan in the native format."""
    from homeserve_dispatch.model import Problem
    from homeserve_dispatch.plan import Plan

    if of not in ("problem", "plan"):
        raise typer.BadParameter(f"there are schemas of 'problem' and 'plan', not of {of!r}")
    found = Problem.model_json_schema() if of == "problem" else Plan.model_json_schema()
    streams.write_bytes(json.dumps(found, indent=2).encode() + b"\n")


def _leave(code: int) -> NoReturn:
    raise typer.Exit(code)


def main() -> None:
    """Run the command line."""
    streams.never_choke()
    app()
