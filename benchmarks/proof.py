"""Prove that no plan of an instance of ``uhhc`` costs less than a value, or find the cheapest.

    python benchmarks/proof.py D1 E3 F5
    python benchmarks/proof.py F3 --below 1726
    python benchmarks/proof.py F3 --below 1718

It shares no code with the engine. It lists every route that a plan below the value can have
(``proving/routes.py``), raises a bound until few of them are left (``proving/bound.py``), and
looks at these with an exact model (``proving/exact.py``). It knows instances with one hard window
a visit, pairs of visits at the same time, and travel as the only cost: the sets D, E and F.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable

import sets
from proving.bound import Bound
from proving.exact import Cheaper, cheapest
from proving.pool import pooled
from proving.routes import listed
from proving.visits import Visits, read

PERIODS = (1000, 30, 10, 4)
"""Minutes of a period of the pairs, one after the other."""
WORTH_WHILE = 0.3
"""A round of subset rows that raises the bound by less is the last of its periods."""


def main() -> None:
    """Read the command line, prove one instance after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="+", help="instances of uhhc")
    parser.add_argument("--below", type=int, help="the value; default: the best known")
    parser.add_argument("--few", type=int, default=3000, help="routes for the exact model")
    parser.add_argument("--seconds", type=float, default=600.0, help="for the exact model")
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args()
    known = sets.best_known("uhhc")
    files = {sets.name_of(it): it for it in sets.instances("uhhc")}
    for name in chosen.names:
        if name not in files:
            raise SystemExit(f"no instance {name} in uhhc")
        try:
            visits = read(json.loads(files[name].read_text(encoding="utf-8")))
        except ValueError as error:
            raise SystemExit(f"{name}: {error}") from None
        below = int(known.get(name.upper(), 0)) if chosen.below is None else chosen.below
        if below <= 0:
            raise SystemExit(f"{name}: give a value above 0 with --below")
        begun = time.perf_counter()
        try:
            found = below_value(
                visits, below, few=chosen.few, seconds=chosen.seconds, threads=chosen.threads,
                tell=print,
            )  # fmt: skip
        except (TimeoutError, MemoryError) as error:
            print(f"{name}: not proven, {error}")
            continue
        answer = f"no plan below {below}" if found is None else f"cheapest plan {found.cost}"
        print(f"{name}: {answer}, {time.perf_counter() - begun:.0f} seconds", flush=True)


def below_value(
    visits: Visits,
    value: int,
    *,
    few: int = 3000,
    seconds: float = 600.0,
    threads: int = 2,
    tell: Callable[[str], None] = lambda _: None,
) -> Cheaper | None:
    """The cheapest plan that costs less than the value, or none if there is no such plan.

    Raises
    ------
    TimeoutError
        If it is not certain after the seconds of the exact model.
    MemoryError
        If a plan below the value can have too many routes to list them.
    """
    first, routes = listed(visits, value)
    if not routes:
        return None
    bound = Bound(visits, pooled(visits, routes), value)
    bound.best = first
    tell(f"  {len(routes)} routes, bound {first:.1f}")
    for period in PERIODS:
        before = 0.0
        while True:
            bound.tighten(period)
            tell(f"  {len(bound.pool.routes)} routes, bound {bound.best:.1f}, {period} minutes")
            done = bound.proven or len(bound.pool.routes) <= few
            if done or bound.best < before + WORTH_WHILE or not bound.find_subsets():
                break
            before = bound.best
        if done:
            break
    return None if bound.proven else cheapest(bound, seconds, threads)


if __name__ == "__main__":
    main()
