"""The first use of the kernel in a process: compiled, or loaded from disk."""

from __future__ import annotations

import time

import numpy as np

from homeserve_dispatch.instance import Instance
from homeserve_dispatch.search import kernel
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.state import new_state


def is_warm() -> bool:
    """Whether this process has the kernel ready."""
    return kernel.is_compiled()


def is_on_disk() -> bool:
    """Whether an earlier run left the compiled kernel on disk."""
    return kernel.is_on_disk()


def warm_up(instance: Instance) -> float:
    """Call everything once on a small instance; returns the seconds that it took."""
    before = time.perf_counter()
    state = new_state(instance, 0, 0)
    kernel.load(instance, state, np.full(state.lists.shape[1], -1, np.int64))
    kernel.follow(instance, state, np.zeros(0, np.int64))
    kernel.build(instance, state, np.zeros(1, np.int64))
    kernel.run(instance, state, np.ones(kernel.PARAMETERS), 1)
    kernel.place_all(instance, state)
    kernel.diagnose(instance, state, 0, np.zeros(kernel.WHYS, np.int64))
    kernel.load(instance, state, state.lists[s.BEST_NEXT].copy())
    return time.perf_counter() - before
