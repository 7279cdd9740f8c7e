"""Measure the engine: public sets against best known values, generated days against ourselves.

    python benchmarks/run.py solomon --seconds 20
    python benchmarks/run.py gehring-homberger-200 --seconds 30 --peer pyvrp
    python benchmarks/run.py hhcrsp --seconds 30
    python benchmarks/run.py uhhc --seconds 60 --only i-116 D1
    python benchmarks/run.py trsp --seconds 30
    python benchmarks/run.py made --customers 1000 --seconds 60 --peer pyvrp
    python benchmarks/run.py day --seconds 10 --long 120
    python benchmarks/run.py pace

Results go to a CSV file with commit, versions, seed and seconds. Run it with nothing beside it.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import homeserve_dispatch as hd
import made
import sets
from homeserve_dispatch.datasets import generate_day
from homeserve_dispatch.schedule import build_plan
from stamp import stamp, written

COLUMNS = [
    "set", "instance", "solver", "version", "seconds", "seed", "threads", "value", "best_known",
    "gap_percent", "feasible", "wall_seconds", "iterations", "commit", "machine", "python",
]  # fmt: skip


def main() -> None:
    """Read the command line and run one of the benchmarks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("which", choices=[*sets.KINDS, "made", "day", "pace"])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument(
        "--long", type=float, default=120.0, help="of the plan that 'day' is held to"
    )
    parser.add_argument("--seeds", type=int, default=1, help="how many, from --seed on")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--peer", choices=["pyvrp"], help="run it too, in the same run")
    parser.add_argument("--customers", type=int, default=1000, help="of each instance 'made'")
    parser.add_argument("--only", nargs="*", help="names of instances")
    parser.add_argument("-o", "--output", type=Path, help="CSV file, written line by line")
    chosen = parser.parse_args()
    vrptw = [which for which, kind in sets.KINDS.items() if kind.problem == "solomon"]
    if chosen.peer and chosen.which not in [*vrptw, "made"]:
        parser.error("the peer solves the VRPTW sets only")
    warm_up(chosen.threads)
    runs = {"made": made_ones, "day": days, "pace": pace}.get(chosen.which, public)(chosen)
    record(chosen.output or Path(f"{chosen.which}.csv"), runs)


def record(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Print and write each result as it comes, then the means."""
    gaps: dict[str, list[float]] = {}
    for row in written(path, COLUMNS, rows, stamp()):
        gap = row.get("gap_percent")
        print(
            f"{row['instance']:24s} {row['solver']:20s} {row['value']:12.2f} "
            f"{'' if gap is None else f'{gap:8.3f} %'} {row['iterations'] or ''}"
            f"{'' if row['feasible'] else ' INFEASIBLE'}",
            flush=True,
        )
        if gap is not None:
            gaps.setdefault(row["solver"], []).append(gap)
    for solver, found in gaps.items():
        print(f"{solver}: mean gap {statistics.mean(found):.3f} %, worst {max(found):.3f} %")
    print(f"written to {path}")


def warm_up(threads: int, problem: hd.Problem | None = None) -> None:
    """Compile what that problem, or else a plain day, needs, before anything is timed."""
    hd.solve(problem or generate_day(20, seed=0), stop=hd.Iterations(100), threads=threads)


def public(chosen: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """A public set, judged by its own checker."""
    best = sets.best_known(chosen.which)
    every = sets.instances(chosen.which)
    taken = [it for it in every if not chosen.only or sets.name_of(it) in chosen.only]
    if not taken:
        names = ", ".join(map(sets.name_of, every))
        raise SystemExit(f"no instance of that name; there are {names}")
    # of a set with rules, the other kernel, too
    warm_up(chosen.threads, hd.read_problem(taken[0], format=sets.KINDS[chosen.which].problem))
    for instance in taken:
        for seed in range(chosen.seed, chosen.seed + chosen.seeds):
            yield ours(chosen, instance, seed, best)
            if chosen.peer:
                yield peers(chosen, instance, seed, best)


def ours(
    chosen: argparse.Namespace, instance: Path, seed: int, best: dict[str, float]
) -> dict[str, Any]:
    """Our result on one instance, written as a file and judged."""
    kind, name = sets.KINDS[chosen.which], sets.name_of(instance)
    problem = hd.read_problem(instance, format=kind.problem)
    plan, wall = timed(chosen, problem, seed)
    with tempfile.TemporaryDirectory() as folder:
        solution = Path(folder) / "plan"
        hd.write_plan(plan, solution, format=kind.plan, problem=problem)
        verdict = sets.judge(chosen.which, instance, solution)
    return row(
        chosen, name, "homeserve-dispatch", hd.__version__, seed, verdict["value"],
        best.get(name.upper()), verdict["feasible"], wall, plan.iterations,
    )  # fmt: skip


def timed(chosen: argparse.Namespace, problem: hd.Problem, seed: int) -> tuple[hd.Plan, float]:
    """Our plan, and the seconds that it took."""
    began = time.perf_counter()
    plan = hd.solve(problem, stop=hd.TimeLimit(chosen.seconds), seed=seed, threads=chosen.threads)
    return plan, time.perf_counter() - began


def peers(
    chosen: argparse.Namespace, instance: Path, seed: int, best: dict[str, float]
) -> dict[str, Any]:
    """PyVRP's result on the same instance in the same time. It runs on one core."""
    from peer import pyvrp_solomon

    routes, wall = pyvrp_solomon.solve(instance, chosen.seconds, seed)
    with tempfile.TemporaryDirectory() as folder:
        solution = Path(folder) / "peer.sol"
        lines = [f"Route #{at}: {' '.join(map(str, r))}" for at, r in enumerate(routes, 1)]
        solution.write_text("\n".join(lines) + "\n", encoding="utf-8")
        verdict = sets.judge(chosen.which, instance, solution)
    return row(
        chosen, sets.name_of(instance), "pyvrp", version("pyvrp"), seed, verdict["value"],
        best.get(sets.name_of(instance).upper()), verdict["feasible"], wall, None,
    )  # fmt: skip


def made_ones(chosen: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Invented instances, one of each class and seed; the peer's gap is in terms of our value."""
    for name in chosen.only or made.NAMES:
        for seed in range(chosen.seed, chosen.seed + chosen.seeds):
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / f"{name}_{chosen.customers}_{seed}.txt"
                file.write_text(made.solomon_text(name, chosen.customers, seed), encoding="utf-8")
                yield from side_by_side(chosen, file, seed)


def side_by_side(chosen: argparse.Namespace, file: Path, seed: int) -> Iterator[dict[str, Any]]:
    """Ours on a Solomon file, then PyVRP, both judged by our own checker and scorer."""
    problem = hd.read_problem(file, format="solomon")
    plan, wall = timed(chosen, problem, seed)
    value = hd.score(problem, plan).total
    yield row(
        chosen, file.stem, "homeserve-dispatch", hd.__version__, seed, value, None,
        not hd.check(problem, plan), wall, plan.iterations,
    )  # fmt: skip
    if chosen.peer:
        from peer import pyvrp_solomon

        routes, wall = pyvrp_solomon.solve(file, chosen.seconds, seed)
        workers = [worker.id for worker in problem.workers]
        steps = {
            (worker, 0): [str(customer) for customer in route]
            for worker, route in zip(workers, routes, strict=False)
        }
        theirs = build_plan(problem, steps)
        yield row(
            chosen, file.stem, "pyvrp", version("pyvrp"), seed, hd.score(problem, theirs).total,
            value, not hd.check(problem, theirs), wall, None,
        )  # fmt: skip


def days(chosen: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """A tight day of 500 orders: the short plan against our own long one, for each day."""
    for seed in range(chosen.seed, chosen.seed + chosen.seeds):
        problem = generate_day(500, seed=seed, tightness="tight")
        name = f"day-500-tight-{seed}"
        long = hd.solve(problem, stop=hd.TimeLimit(chosen.long), seed=1, threads=chosen.threads)
        assert long.cost is not None
        plan, wall = timed(chosen, problem, seed=2)
        assert plan.cost is not None
        feasible = not any(violation.hard for violation in hd.check(problem, plan))
        yield row(
            chosen, name, "homeserve-dispatch", hd.__version__, 2, plan.cost.total,
            long.cost.total, feasible, wall, plan.iterations,
        )  # fmt: skip


def pace(chosen: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Microseconds an iteration of one thread, at growing sizes of a tight day."""
    for orders in (200, 2_000, 20_000):
        problem = generate_day(orders, seed=chosen.seed, tightness="tight")
        reports: list[hd.Progress] = []
        plan = hd.solve(
            problem,
            stop=hd.TimeLimit(chosen.seconds),
            seed=chosen.seed,
            threads=1,
            on_progress=reports.append,
        )
        searching = [report for report in reports if report.phase == "searching"]
        first, last = searching[0], searching[-1]
        if last.iterations == first.iterations:
            print(f"{orders} orders: no time left for an iteration, give more --seconds")
            continue
        spent = last.seconds - first.seconds
        micro = 1e6 * spent / max(1, last.iterations - first.iterations)
        result = row(
            chosen, f"day-{orders}-tight", "us an iteration", hd.__version__, chosen.seed, micro,
            None, True, plan.seconds, plan.iterations,
        )  # fmt: skip
        yield result


def row(
    chosen: argparse.Namespace,
    instance: str,
    solver: str,
    of_version: str,
    seed: int,
    value: float,
    best: float | None,
    feasible: bool,
    wall: float,
    iterations: int | None,
) -> dict[str, Any]:
    """One line of the table."""
    return {
        "set": chosen.which,
        "instance": instance,
        "solver": solver,
        "version": of_version,
        "seconds": chosen.seconds,
        "seed": seed,
        "threads": chosen.threads if solver != "pyvrp" else 1,
        "value": value,
        "best_known": best,
        "gap_percent": None if best is None else round(100 * (value - best) / best, 4),
        "feasible": feasible,
        "wall_seconds": round(wall, 2),
        "iterations": iterations,
    }


if __name__ == "__main__":
    sys.exit(main())
