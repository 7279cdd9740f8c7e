"""The command line: what goes to which stream, and the exit codes."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from homeserve_dispatch import (
    Plan,
    Problem,
    __version__,
    check,
    read_plan,
    read_problem,
    write_plan,
    write_problem,
)
from homeserve_dispatch.cli import app
from homeserve_dispatch.cli.app import BAD_INPUT, BROKEN, DONE, NOTHING
from homeserve_dispatch.cli.summary import summarise
from homeserve_dispatch.cli.watch import progress_shown
from homeserve_dispatch.datasets import generate_day
from homeserve_dispatch.progress import Progress

RUN = [sys.executable, "-m", "homeserve_dispatch"]
QUICK = ["--iterations", "50", "--threads", "1"]


class Ran:
    """What a command said and how it ended."""

    def __init__(self, *arguments: object) -> None:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        self.code, self.out, self.err = result.exit_code, result.stdout, result.stderr
        self.raw = result.stdout_bytes
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception


@pytest.fixture(scope="module")
def day() -> Problem:
    return generate_day(25, seed=2)


@pytest.fixture(scope="module")
def files(day: Problem, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the day as native JSON and as CSV."""
    folder = tmp_path_factory.mktemp("day")
    write_problem(day, folder / "day.json")
    write_problem(day, folder / "csv", format="csv")
    return folder


@pytest.fixture(scope="module")
def planned(files: Path) -> Path:
    """The same folder once the day is planned, the plan in it as plan.json."""
    assert Ran("solve", files / "day.json", *QUICK, "-o", files / "plan.json", "-q").code == DONE
    return files


def test_solving_reports_the_day_on_standard_output_and_progress_on_standard_error(
    files: Path,
) -> None:
    ran = Ran("solve", files / "day.json", *QUICK)
    assert ran.code == DONE
    for words in ("of 25 orders served", "The day", "utilisation", "Cost", "total", "departs"):
        assert words in ran.out
    assert "%" in ran.err
    assert "Cost" not in ran.err


def test_a_written_plan_keeps_every_rule(planned: Path, day: Problem) -> None:
    plan = read_plan(planned / "plan.json", day)
    assert check(day, plan) == []


def test_several_csv_files_are_one_problem(files: Path) -> None:
    parts = sorted((files / "csv").iterdir())
    assert len(parts) >= 3
    ran = Ran("solve", *parts, *QUICK)
    assert ran.code == DONE
    assert "of 25 orders" in ran.out


def test_a_folder_of_csv_files_is_a_problem(files: Path) -> None:
    ran = Ran("solve", files / "csv", *QUICK)
    assert ran.code == DONE
    assert "of 25 orders" in ran.out


def test_the_plan_alone_goes_to_standard_output_when_asked(files: Path) -> None:
    ran = Ran("solve", files / "day.json", *QUICK, "-o", "-")
    assert ran.code == DONE
    assert len(json.loads(ran.raw)["routes"]) > 0
    assert "of 25 orders" in ran.err


def test_the_plan_on_standard_output_may_be_csv(files: Path) -> None:
    ran = Ran("solve", files / "day.json", *QUICK, "-o", "-", "--output-format", "csv", "-q")
    assert ran.code == DONE
    assert "worker" in ran.out.splitlines()[0]
    assert ran.err == ""


def test_a_plan_may_be_written_in_several_formats_at_once(files: Path, tmp_path: Path) -> None:
    ran = Ran(
        "solve", files / "day.json", *QUICK, "-o", tmp_path / "p.json", "-o", tmp_path / "p.csv"
    )
    assert ran.code == DONE
    assert (tmp_path / "p.json").read_text(encoding="utf-8").startswith("{")
    assert "order" in (tmp_path / "p.csv").read_text(encoding="utf-8-sig").splitlines()[0]


def test_quiet_says_nothing(files: Path) -> None:
    ran = Ran("solve", files / "day.json", *QUICK, "--quiet")
    assert (ran.code, ran.out, ran.err) == (DONE, "", "")


def test_the_same_seed_and_iterations_write_the_same_routes(files: Path) -> None:
    plans = [
        json.loads(Ran("solve", files / "day.json", *QUICK, "-o", "-", "-q").raw)["routes"]
        for _ in range(2)
    ]
    assert plans[0] == plans[1]


def test_a_plan_to_start_from_is_not_made_worse(planned: Path, day: Problem) -> None:
    before = read_plan(planned / "plan.json", day)
    ran = Ran(
        "solve", planned / "day.json", *QUICK, "--start", planned / "plan.json", "-o", "-", "-q"
    )
    assert before.cost is not None
    assert json.loads(ran.raw)["cost"]["total"] <= before.cost.total + 1e-6


def test_no_more_routes_are_shown_than_asked_for(files: Path) -> None:
    assert Ran("solve", files / "day.json", *QUICK, "--routes", "1").out.count("departs") == 1
    assert "departs" not in Ran("solve", files / "day.json", *QUICK, "--routes", "0").out


def test_a_day_on_which_nothing_can_be_done_exits_with_3_and_says_why(
    day: Problem, tmp_path: Path
) -> None:
    nobody = day.model_copy(
        update={
            "workers": tuple(w.model_copy(update={"skills": {}}) for w in day.workers),
        }
    )
    write_problem(nobody, tmp_path / "day.json")
    ran = Ran("solve", tmp_path / "day.json", *QUICK, "-o", tmp_path / "plan.json")
    assert ran.code == NOTHING
    assert "0 of 25 orders served" in ran.out
    assert "SKILL" in ran.out
    assert (tmp_path / "plan.json").exists()


def test_a_good_plan_passes_the_check(planned: Path) -> None:
    ran = Ran("check", planned / "day.json", planned / "plan.json")
    assert ran.code == DONE
    assert "No rule is broken" in ran.out


def test_a_broken_plan_exits_with_1_and_names_the_rules(
    planned: Path, day: Problem, tmp_path: Path
) -> None:
    plan = read_plan(planned / "plan.json", day)
    write_plan(
        plan.model_copy(update={"routes": plan.routes[1:]}), tmp_path / "plan.json", problem=day
    )
    ran = Ran("check", planned / "day.json", tmp_path / "plan.json")
    assert ran.code == BROKEN
    assert "MISSING_ORDER" in ran.out
    quiet = Ran("check", planned / "day.json", tmp_path / "plan.json", "--quiet")
    assert (quiet.code, quiet.out) == (BROKEN, "")


@pytest.mark.parametrize("name", ["day.json", "csv"])
def test_generate_writes_what_solve_reads(name: str, tmp_path: Path) -> None:
    form = ["--format", "csv"] if name == "csv" else []
    ran = Ran("generate", "-n", "12", "--seed", "4", *form, "-o", tmp_path / name)
    assert (ran.code, ran.out) == (DONE, "")
    assert read_problem(tmp_path / name) == generate_day(12, seed=4)


def test_generate_follows_tightness_and_writes_to_standard_output() -> None:
    problem = json.loads(Ran("generate", "-n", "40", "--tightness", "4", "-o", "-").raw)
    assert len(problem["workers"]) == 10


@pytest.mark.parametrize(("of", "field"), [("problem", "workers"), ("plan", "routes")])
def test_schema_prints_a_json_schema(of: str, field: str) -> None:
    schema = json.loads(Ran("schema", of).raw)
    assert field in schema["properties"]


def test_version_is_told() -> None:
    assert Ran("--version").out == f"homeserve-dispatch {__version__}\n"


@pytest.mark.parametrize("command", ["solve", "check", "generate", "schema"])
def test_every_command_explains_itself(command: str) -> None:
    ran = Ran(command, "--help")
    assert ran.code == DONE
    assert "Usage" in ran.out


BAD_FILES = {
    "empty.json": b"",
    "broken.json": b'{"orders": [',
    "other.json": b'{"name": "not a problem", "version": 3}',
    "latin.json": b'{"name": "K\xf6ln"}',
    "binary.bin": bytes(range(256)),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_problem_exits_with_2_and_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(BAD_FILES[name])
    ran = Ran("solve", tmp_path / name, *QUICK)
    assert (ran.code, ran.out) == (BAD_INPUT, "")
    assert name in ran.err
    assert "Traceback" not in ran.err


def test_a_missing_file_exits_with_2_and_is_named(tmp_path: Path) -> None:
    ran = Ran("solve", tmp_path / "nowhere.json")
    assert ran.code == BAD_INPUT
    assert "nowhere.json" in ran.err
    assert len(ran.err.splitlines()) <= 3


def test_every_fault_of_csv_files_is_listed(files: Path, tmp_path: Path) -> None:
    for part in (files / "csv").iterdir():
        text = part.read_bytes()
        if part.name == "orders.csv":
            header, first, *rest = text.splitlines(keepends=True)
            text = (
                header.replace(b"duration_min", b"durration_min") + first + first + b"".join(rest)
            )
        (tmp_path / part.name).write_bytes(text)
    ran = Ran("solve", tmp_path, *QUICK)
    assert ran.code == BAD_INPUT
    assert "durration_min" in ran.err
    assert "orders.csv" in ran.err
    assert "Traceback" not in ran.err


def test_ids_that_occur_twice_are_named(day: Problem, tmp_path: Path) -> None:
    raw = day.model_dump(mode="json")
    raw["orders"].append(raw["orders"][0])
    (tmp_path / "day.json").write_text(json.dumps(raw), encoding="utf-8")
    ran = Ran("solve", tmp_path / "day.json", *QUICK)
    assert ran.code == BAD_INPUT
    assert "DUPLICATE_ID" in ran.err
    assert f"'{day.orders[0].id}'" in ran.err


@pytest.mark.parametrize(
    "options",
    [
        ["--time-limit", "-1"],
        ["--time-limit", "nan"],
        ["--time-limit", "soon"],
        ["--iterations", "-5"],
        ["--threads", "0"],
        ["--format", "excel"],
        ["--output-format", "excel", "-o", "-"],
        ["-o", "-", "-o", "-"],
        ["--bogus"],
    ],
    ids=" ".join,
)
def test_bad_options_exit_with_2_before_any_work(options: list[str], files: Path) -> None:
    ran = Ran("solve", files / "day.json", *options)
    assert (ran.code, ran.out) == (BAD_INPUT, "")
    assert ran.err
    assert "searching" not in ran.err
    assert "Traceback" not in ran.err


def test_a_place_that_cannot_be_written_to_is_told_before_the_search(
    files: Path, tmp_path: Path
) -> None:
    ran = Ran("solve", files / "day.json", "-o", tmp_path / "none" / "plan.json")
    assert ran.code == BAD_INPUT
    assert "no such folder" in ran.err
    assert "searching" not in ran.err


def test_what_makes_several_files_does_not_go_to_standard_output() -> None:
    ran = Ran("generate", "-n", "5", "--format", "csv", "-o", "-")
    assert (ran.code, ran.out) == (BAD_INPUT, "")
    assert "several files" in ran.err


def test_bad_tightness_and_bad_schemas_exit_with_2() -> None:
    assert Ran("generate", "--tightness", "snug", "-o", "-").code == BAD_INPUT
    assert Ran("schema", "worker").code == BAD_INPUT


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, homeserve_dispatch, homeserve_dispatch.cli;"
        "heavy = ('numba', 'numpy', 'scipy', 'pandas', 'ortools', 'rich');"
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_console_of_few_letters_gets_question_marks_instead_of_an_error(
    day: Problem, tmp_path: Path
) -> None:
    orders = tuple(
        order.model_copy(update={"service": None, "duration": day.effective(order).duration})
        for order in day.orders[:3]
    )
    exotic = day.model_copy(update={"orders": orders, "name": "Łódź, 東京 — Tag"})
    write_problem(exotic, tmp_path / "day.json")
    for encoding in ("cp1252", "ascii"):
        done = subprocess.run(
            [*RUN, "solve", tmp_path / "day.json", *QUICK],
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
            check=False,
        )
        assert done.returncode == DONE, done.stderr
        assert b"3 orders" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to the whole console")
def test_ctrl_c_ends_the_search_and_writes_the_best_plan(files: Path, tmp_path: Path) -> None:
    running = subprocess.Popen(
        [*RUN, "solve", files / "day.json", "-t", "300", "-o", tmp_path / "plan.json"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    for line in running.stderr:
        if "searching" in line:
            break
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    out, _ = running.communicate(timeout=60)
    assert running.returncode == DONE
    assert "interrupt" in out
    assert Plan.model_validate_json((tmp_path / "plan.json").read_bytes()).routes


def test_a_terminal_gets_a_bar_that_names_the_phase() -> None:
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=100, color_system=None)
    with progress_shown(console) as on_progress:
        on_progress(Progress("compiling", 0.0, 0.1, 0, float("inf"), 0))
        on_progress(Progress("searching", 0.5, 2.0, 10, 123.4, 2))
    assert "compiling the kernel, once per machine" in file.getvalue() or "searching" in (
        file.getvalue()
    )
    assert "123.40" in file.getvalue()


def test_a_log_gets_a_line_at_each_phase_and_every_few_seconds() -> None:
    file = io.StringIO()
    with progress_shown(Console(file=file, width=100)) as on_progress:
        on_progress(Progress("compiling", 0.0, 0.0, 0, float("inf"), 0))
        for tenth in range(1, 120):
            on_progress(Progress("searching", tenth / 120, tenth / 10, tenth, 100.0, 1))
        on_progress(Progress("done", 1.0, 12.0, 120, 100.0, 1))
    lines = file.getvalue().splitlines()
    assert len(lines) == 5
    assert "compiling the kernel, once per machine" in lines[0]
    assert lines[-1].split("  ")[-1] == "done: cost 100.00, 1 left out"


def test_the_figures_add_up(planned: Path, day: Problem) -> None:
    plan = read_plan(planned / "plan.json", day)
    found = summarise(day, plan)
    assert found.served + found.left_out == found.orders == 25
    assert found.travel + found.service + found.waiting == sum(
        ((route.end - route.departure) for route in plan.routes), start=found.travel * 0
    )
