"""The kernel's random numbers: xorshift64* (Vigna 2016, doi 10.1145/2845077), one state a chain."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from homeserve_dispatch.search.jit import inlined

_MULTIPLIER = np.uint64(2685821657736338717)
_TO_UNIT = 1.0 / 9007199254740992.0

Rng = npt.NDArray[np.uint64]


def seeded(seed: int, chain: int) -> Rng:
    """State of one chain: never zero, far apart for neighbouring seeds (splitmix64)."""
    value = (seed * 0x9E3779B97F4A7C15 + (chain + 1) * 0xD1B54A32D192ED03) % 2**64
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) % 2**64
    value ^= value >> 31
    return np.array([value or 1], np.uint64)


@inlined
def uniform(rng: Rng) -> float:
    """A number in [0, 1)."""
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    return float((x * _MULTIPLIER) >> np.uint64(11)) * _TO_UNIT


@inlined
def below(rng: Rng, bound: int) -> int:
    """A whole number in [0, bound)."""
    return int(uniform(rng) * bound)
