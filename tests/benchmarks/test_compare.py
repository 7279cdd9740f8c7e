"""Two commits side by side: the right sources, and the numbers of the table."""

import csv
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

from comparing.table import NEW, OLD, Measured, record, table
from comparing.trees import CHECKOUT, WORKTREE, fetch

needs_git = pytest.mark.skipif(not (CHECKOUT / ".git").exists(), reason="no repository")
FOUND = [
    Measured(side, "block", "us", turn, value)
    for turn, values in enumerate([(100.0, 50.0), (200.0, 150.0), (400.0, 400.0)])
    for side, value in zip((OLD, NEW), values, strict=True)
]


def test_medians_quartiles_and_ratios_of_turns() -> None:
    only_new = Measured(NEW, "fresh", "us", 0, 7.0)
    lines = table([*FOUND, only_new], ("abc", "worktree")).splitlines()
    assert lines[0] == (
        "| what | unit | abc | quartiles | worktree | quartiles | ratio | quartiles |"
    )
    assert lines[2] == (
        "| block | us | 200 | 150 to 300 | 150 | 100 to 275 | 0.750 | 0.625 to 0.875 |"
    )
    assert lines[3] == "| fresh | us |  |  | 7 |  |  |  |"
    assert {line.count("|") for line in lines} == {9}


def test_each_measurement_is_a_line_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "compare.csv"
    assert record(path, FOUND, ("abc", "def"), {"machine": "m", "python": "3"}) == FOUND
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["value"] for row in rows] == [str(one.value) for one in FOUND]
    assert (rows[1]["side"], rows[1]["tree"], rows[1]["against"]) == ("new", "def", "abc")


@needs_git
def test_the_package_is_that_of_the_commit(tmp_path: Path) -> None:
    tree = fetch("HEAD", tmp_path)
    done = tree.run("-c", "import homeserve_dispatch as hd; print(hd.__file__)")
    assert done.stdout.startswith(str(tmp_path / tree.name / "src"))
    marked = tree.source / "mark"
    marked.touch()
    assert fetch("HEAD", tmp_path) == tree and marked.exists()


def test_the_working_tree_is_copied_without_what_is_compiled(tmp_path: Path) -> None:
    tree = fetch(WORKTREE, tmp_path)
    assert (tree.source / "homeserve_dispatch" / "solver.py").is_file()
    assert not list(tree.source.rglob("__pycache__"))


@needs_git
def test_an_unknown_commit_ends_it(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no-such-commit"):
        fetch("no-such-commit", tmp_path)
