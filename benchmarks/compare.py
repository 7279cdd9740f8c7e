"""Two commits in one run: how fast the parts are, or what the plans cost.

    python benchmarks/compare.py HEAD~1 HEAD
    python benchmarks/compare.py v0.1.0 worktree --only "1000 or check" --rounds 5
    python benchmarks/compare.py HEAD worktree --what day --seconds 5 --seeds 1 2 3

Each side is compiled first, then measured in turn, old, new, old, new, so that what else the
machine does falls on both. The packages installed are those of this Python for both sides.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from comparing import days, micro
from comparing.table import record, table
from comparing.trees import fetch
from stamp import stamp

WHAT = {"micro": micro.measure, "day": days.measure}


def main() -> None:
    """Read the command line, fetch both trees, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("old", help="a commit")
    parser.add_argument("new", help="a commit, or 'worktree': the working tree as it is")
    parser.add_argument("--what", choices=WHAT, default="micro")
    parser.add_argument("--rounds", type=int, default=3, help="how often each side is measured")
    parser.add_argument("--only", metavar="EXPRESSION", help="micro: as pytest's -k")
    parser.add_argument("--cpu", action="store_true", help="micro: measure processor time")
    parser.add_argument("--orders", type=int, default=500, help="day: how many")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3], help="day: of the days")
    parser.add_argument("--seconds", type=float, default=10.0, help="day: one of the two stops")
    parser.add_argument("--iterations", type=int, default=50_000, help="day: the other, a thread")
    parser.add_argument("--threads", type=int, default=1, help="day: of each search")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep the trees there, compiled, for next time"
    )
    parser.add_argument("-o", "--output", type=Path, default=Path("compare.csv"))
    chosen = parser.parse_args()
    # So that an end from outside tidies up, too, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        compare(chosen)
    except KeyboardInterrupt:
        sys.exit("\nended early; what was measured is in the file")


def compare(chosen: argparse.Namespace) -> None:
    """Measure both sides; the temporary folder is gone afterwards, whatever happens."""
    with tempfile.TemporaryDirectory(prefix="compare-") as temporary:
        folder = Path(temporary)
        kept = folder if chosen.keep is None else chosen.keep.absolute()
        trees = [fetch(name, kept) for name in (chosen.old, chosen.new)]
        names = [tree.name for tree in trees]
        for tree in trees:
            print(f"compiling {tree.name}", flush=True)
            tree.compile()
        found = WHAT[chosen.what](trees, chosen, folder)
        measured = record(chosen.output, found, names, stamp())
    print(f"\n{table(measured, names)}\n\nwritten to {chosen.output}")


if __name__ == "__main__":
    sys.exit(main())
