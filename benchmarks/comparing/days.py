"""What plans of generated days cost, in the same time and after as many iterations."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import homeserve_dispatch as hd
from comparing.table import Measured
from comparing.trees import Tree
from homeserve_dispatch.datasets import generate_day


def measure(trees: Sequence[Tree], chosen: argparse.Namespace, folder: Path) -> Iterator[Measured]:
    """Costs as this checkout scores them; both trees read the same file."""
    stops = {
        f"{chosen.seconds:g} s": ("--time-limit", str(chosen.seconds)),
        f"{chosen.iterations} iterations": ("--iterations", str(chosen.iterations)),
    }
    for kind in ("tight", "loose"):
        for seed in chosen.seeds:
            problem = generate_day(chosen.orders, seed=seed, tightness=kind)
            path = folder / f"day-{chosen.orders}-{kind}-{seed}.json"
            hd.write_problem(problem, path)
            for name, stop in stops.items():
                for turn in range(chosen.rounds):
                    for side, tree in enumerate(trees):
                        cost = _cost(tree, problem, path, stop, turn, chosen.threads)
                        what = f"{path.stem}, {name}"
                        yield Measured(side, what, "cost", turn, cost)


def _cost(
    tree: Tree, problem: hd.Problem, path: Path, stop: tuple[str, str], seed: int, threads: int
) -> float:
    """Of the plan that the tree makes in a process of its own."""
    plan_path = path.with_suffix(".plan.json")
    done = tree.run(
        *("-m", "homeserve_dispatch", "solve", str(path), "-o", str(plan_path), "--quiet"),
        *stop,
        *("--seed", str(seed), "--threads", str(threads)),
    )
    if done.returncode:
        raise SystemExit(f"{tree.name}: {done.stderr}")
    plan = hd.read_plan(plan_path, problem)
    faults = [violation.message for violation in hd.check(problem, plan) if violation.hard]
    if faults:
        raise SystemExit(f"{tree.name} broke a rule: {faults[0]}")
    return hd.score(problem, plan).total
