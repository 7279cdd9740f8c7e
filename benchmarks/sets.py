"""Where the public benchmark sets lie, and what is known of them. Nothing of them is kept here."""

from __future__ import annotations

import csv
import importlib.util
import os
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent


class Kind(NamedTuple):
    """How the files of a set are named, read and written."""

    pattern: str
    problem: str
    plan: str
    every: int = 1


KINDS = {
    "solomon": Kind("*.txt", "solomon", "sol"),
    "gehring-homberger-200": Kind("*.txt", "solomon", "sol", every=3),
    "hhcrsp": Kind("*.json", "hhcrsp", "hhcrsp"),
    "uhhc": Kind("**/*.json", "uhhc", "uhhc"),
    "trsp": Kind("*.txt", "trsp", "trsp"),
}
"""The public sets: files of their instances, our formats of problem and plan, which are taken."""


def folder() -> Path:
    """Of the sets: $HOMESERVE_BENCH, else ``shared/bench`` beside the project."""
    named = os.environ.get("HOMESERVE_BENCH")
    place = Path(named) if named else HERE.parents[1] / "shared" / "bench"
    if not (place / "score.py").is_file():
        raise SystemExit(f"no benchmark sets at {place}; name their folder in HOMESERVE_BENCH")
    return place


def instances(which: str) -> list[Path]:
    """Files of a set, by name; of the 200-customer set every third."""
    kind = KINDS[which]
    return sorted((folder() / which / "instances").glob(kind.pattern))[:: kind.every]


def name_of(instance: Path) -> str:
    """What an instance is called: names of some sets have a dot in them."""
    return instance.name.split(".")[0]


def best_known(which: str) -> dict[str, float]:
    """Best known values by instance, upper case; some instances have none."""
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
