"""The first use of the kernel in a process: compiled, or loaded from disk."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, cast

import numpy as np

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import kernel
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.engine import RuleEngine
from homeserve_dispatch.search.rules import kernel as ruled_kernel
from homeserve_dispatch.search.state import new_state


def is_warm(ruled: bool) -> bool:
    """Whether this process has the kernel ready: the plain one, or the one for rules."""
    entry = ruled_kernel.perform if ruled else kernel.perform
    return bool(getattr(entry, "signatures", True))  # not compiled at all: always


def is_on_disk(ruled: bool) -> bool:
    """Whether an earlier run left the compiled kernel on disk."""
    entry = cast("Any", ruled_kernel.perform if ruled else kernel.perform)
    return any(Path(entry.stats.cache_path).glob("kernel.perform-*.nbi"))


def warm_up(instance: Instance) -> float:
    """Call everything once on a small instance; returns the seconds that it took."""
    before = time.perf_counter()
    state = new_state(instance, 0, 0)
    kernel.load(instance, state, np.full(state.lists.shape[1], -1, np.int64))
    kernel.follow(instance, state, np.zeros(0, np.int64))
    kernel.build(instance, state, np.zeros(1, np.int64))
    kernel.run(instance, state, np.ones(kernel.PARAMETERS), 1)
    kernel.place_all(instance, state)
    kernel.cheapest(instance, state, 0)
    kernel.load(instance, state, state.lists[s.BEST_NEXT].copy())
    return time.perf_counter() - before


def warm_up_rules(engine: RuleEngine) -> float:
    """The same for the kernel that knows rules."""
    before = time.perf_counter()
    state = engine.new_state(0, 0)
    engine.load_empty(state)
    engine.follow(state, [])
    engine.build(state, np.zeros(1, np.int64))
    engine.run(state, np.ones(kernel.PARAMETERS), 1)
    engine.place_all(state)
    engine.load(state, state.lists[s.BEST_NEXT].copy())
    engine.cost_of_placing(state, 0)
    return time.perf_counter() - before
