"""Where the public benchmark sets lie, and what is known of them. Nothing of them is kept here."""

from __future__ import annotations

import csv
import importlib.util
import os
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent


def folder() -> Path:
    """Of the sets: $HOMESERVE_BENCH, else ``shared/bench`` beside the project."""
    named = os.environ.get("HOMESERVE_BENCH")
    place = Path(named) if named else HERE.parents[1] / "shared" / "bench"
    if not (place / "score.py").is_file():
        raise SystemExit(f"no benchmark sets at {place}; name their folder in HOMESERVE_BENCH")
    return place


def instances(which: str) -> list[Path]:
    """Files of a set, by name; of the 200-customer set every third."""
    files = sorted((folder() / which / "instances").glob("*.txt"))
    return files[::3] if which == "gehring-homberger-200" else files


def best_known(which: str) -> dict[str, float]:
    """Best known values by instance, upper case."""
    with (folder() / which / "bks.csv").open(newline="", encoding="utf-8") as file:
        return {
            row["instance"].split("/")[-1].split(".")[0].upper(): float(row["value"])
            for row in csv.DictReader(file)
            if not row["convention"].startswith("sintef")
        }


def judge(which: str, instance: Path, solution: Path) -> dict[str, Any]:
    """Value, feasibility and gap of a solution file, by the set's own checker."""
    result: dict[str, Any] = _scorer().score(which, str(instance), str(solution))
    return result


def _scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_score", folder() / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
