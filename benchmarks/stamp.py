"""Results as lines of a CSV file, each marked with the commit, the machine, the Python."""

from __future__ import annotations

import csv
import os
import platform
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def stamp() -> dict[str, str]:
    """Columns that are the same in every line of a run."""
    return {
        "commit": commit(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
    }


def commit() -> str:
    """Of the working tree, with a mark where it has changes."""
    try:
        return subprocess.run(
            ["git", "describe", "--always", "--dirty"],
            capture_output=True,
            text=True,
            check=True,
            cwd=HERE,
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def written(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[dict[str, Any]],
    always: Mapping[str, Any],
) -> Iterator[dict[str, Any]]:
    """Each row, once it is in the file with the columns that are the same in every line."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for row in rows:
            writer.writerow({**row, **always})
            file.flush()  # a run that is stopped leaves what it measured
            yield row
