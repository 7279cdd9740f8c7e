"""The search kernel made ready: loaded from disk or, once on a machine, compiled.

A second process compiles half of it. Run as a module, this is that process.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import numba
from numba.core.compiler_lock import global_compiler_lock

from homeserve_dispatch.encode import encode
from homeserve_dispatch.encode_rules import encode_rules
from homeserve_dispatch.model import Location, Order, Problem, Shift, Worker
from homeserve_dispatch.progress import OnProgress, Progress
from homeserve_dispatch.search import kernel
from homeserve_dispatch.search.engine import Engine, PlainEngine, RuleEngine
from homeserve_dispatch.search.halves import compile_half
from homeserve_dispatch.search.rules import kernel as ruled_kernel

_log = logging.getLogger(__name__)

_PATIENCE = 300.0  # seconds that a helper may take longer; without it, its half is compiled here
_RULES = "rules"
_LITTLE = 1  # of numba's levels of optimisation, 0 to 3


def make_ready(*, ruled: bool, processors: int, on_progress: OnProgress | None) -> float:
    """Make the kernel for problems with or without rules ready; returns the seconds it took."""
    entry = cast("Any", ruled_kernel.perform if ruled else kernel.perform)
    if getattr(entry, "signatures", True):  # loaded, or nothing is compiled at all
        return 0.0
    before = time.perf_counter()
    engine = _small(ruled=ruled)
    first = not any(Path(entry.stats.cache_path).glob("kernel.perform-*.nbi"))
    if first:
        _log.info("compiling the search kernel, once on this machine")
        if on_progress is not None:
            on_progress(Progress("compiling", 0.0, 0.0, 0, float("inf"), 0))
    with _optimised(ruled=ruled):
        if first and processors > 1 and _can_start():
            with _helper(ruled=ruled):
                compile_half(1, engine)
        engine.load_empty(engine.new_state(0, 0))
    return time.perf_counter() - before


def _small(*, ruled: bool) -> Engine:
    """The smallest problem there is."""
    moment = datetime(2000, 1, 1)  # noqa: DTZ001
    place = Location(lat=0.0, lon=0.0)
    shift = Shift(start=moment, end=moment + timedelta(hours=1))
    order = Order(id="-", location=place, duration=timedelta(0))
    problem = Problem(orders=(order,), workers=(Worker(id="-", shifts=(shift,)),))
    if not ruled:
        return PlainEngine(encode(problem).instance)
    encoded = encode_rules(problem)
    return RuleEngine(encoded.instance, encoded.rules, encoded.fixed)


@contextlib.contextmanager
def _optimised(*, ruled: bool) -> Iterator[None]:
    """Compile with what optimisation pays: without rules the kernel is as fast with little."""
    if ruled:
        yield
        return
    config = cast("Any", numba.config)
    with global_compiler_lock:  # nothing of anybody else is to be compiled so
        before = config.OPT
        config.OPT = type(before)(min(before, _LITTLE))
        try:
            yield
        finally:
            config.OPT = before


def _can_start() -> bool:
    """Whether this is a Python of which another can be started, and no program around one."""
    named = "python" in Path(sys.executable or "").name.lower()
    return named and not getattr(sys, "frozen", False)


@contextlib.contextmanager
def _helper(*, ruled: bool) -> Iterator[None]:
    """A process that compiles the first half, over when this ends."""
    command = [sys.executable, "-P", "-m", __name__, *([_RULES] if ruled else [])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    silent = subprocess.DEVNULL
    try:
        helper = subprocess.Popen(  # noqa: S603 - this package, by the Python that runs it
            command, env=environment, stdin=silent, stdout=silent, stderr=silent
        )
    except OSError:  # no processes may be started here
        yield
        return
    try:
        yield
        with contextlib.suppress(subprocess.TimeoutExpired):
            helper.wait(_PATIENCE)
    finally:
        helper.kill()
        helper.wait()


if __name__ == "__main__":
    with_rules = _RULES in sys.argv
    with _optimised(ruled=with_rules):
        compile_half(0, _small(ruled=with_rules))
