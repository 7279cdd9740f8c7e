"""The sources of a commit in a folder of their own, with compiled kernels of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
WORKTREE = "worktree"
"""Stands for the working tree as it is."""
_COMPILE = """
from homeserve_dispatch import Iterations, Role, solve
from homeserve_dispatch.datasets import generate_day
day = generate_day(20, seed=0)
solve(day, stop=Iterations(50), threads=1)
crew = day.orders[0].model_copy(update={"crew": (Role(), Role())})
solve(day.model_copy(update={"orders": (crew, *day.orders[1:])}), stop=Iterations(50), threads=1)
"""


@dataclass(frozen=True, slots=True)
class Tree:
    """The package as it was at one commit.

    Attributes
    ----------
    name : str
        The commit, short, or ``worktree``.
    source : Path
        What goes before all else on the path of Python.
    """

    name: str
    source: Path

    def run(self, *arguments: str, folder: Path = CHECKOUT) -> subprocess.CompletedProcess[str]:
        """Run this Python with arguments; the package is that of the tree."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(self.source)},
            capture_output=True,
            text=True,
            check=False,
        )

    def compile(self) -> None:
        """Leave both kernels on disk, beside the sources.

        Raises
        ------
        SystemExit
            It cannot be run, or the package that ran was another.
        """
        where = self.run("-c", "import homeserve_dispatch as hd; print(hd.__file__)")
        if not where.stdout.startswith(str(self.source)):
            found = where.stdout or where.stderr
            raise SystemExit(f"{self.name} is not what Python imports: {found}")
        done = self.run("-c", _COMPILE)
        if done.returncode:
            raise SystemExit(f"{self.name} does not run:\n{done.stderr}")


def fetch(name: str, folder: Path) -> Tree:
    """Put the sources of a commit, or of the working tree, below a folder.

    They are copied and not checked out: the repository is only read, and nothing has to be
    tidied up in it. Numba looks beside the sources for what is compiled, so no tree finds what
    another one has left.

    Parameters
    ----------
    name : str
        Anything that git takes for a commit, or ``worktree``.
    folder : Path
        Where; a commit that is there already is left as it is.
    """
    if name == WORKTREE:
        source = folder / WORKTREE / "src"
        shutil.rmtree(source, ignore_errors=True)
        shutil.copytree(CHECKOUT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
        return Tree(WORKTREE, source)
    commit = _git("rev-parse", "--short", "--verify", f"{name}^{{commit}}").decode().strip()
    source = folder / commit / "src"
    if not source.is_dir():
        with tarfile.open(fileobj=BytesIO(_git("archive", commit, "src"))) as archive:
            archive.extractall(folder / commit, filter="data")
    return Tree(commit, source)


def _git(*arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=CHECKOUT, capture_output=True, check=False)
    if done.returncode:
        words = done.stderr.decode().strip()
        raise SystemExit(f"git {' '.join(arguments)}: {words}")
    return done.stdout
