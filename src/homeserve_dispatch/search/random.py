"""The kernel's random numbers: xorshift64* (Vigna 2016, doi 10.1145/2845077), one state a chain."""

from __future__ import annotations

import numpy as np

from homeserve_dispatch.instance import Ints
from homeserve_dispatch.search.jit import inlined

_MULTIPLIER = np.uint64(2685821657736338717)
_TO_UNIT = 1.0 / 9007199254740992.0

RNG = 13
"""Column of ``State.numbers`` that holds the 64 bits."""


def seeded(seed: int, chain: int) -> np.int64:
    """State of one chain: never zero, far apart for neighbouring seeds (splitmix64)."""
    value = (seed * 0x9E3779B97F4A7C15 + (chain + 1) * 0xD1B54A32D192ED03) % 2**64
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) % 2**64
    value ^= value >> 31
    return np.uint64(value or 1).astype(np.int64)


@inlined
def uniform(numbers: Ints) -> float:
    """A number in [0, 1)."""
    x = np.uint64(numbers[RNG])
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    numbers[RNG] = np.int64(x)
    return float((x * _MULTIPLIER) >> np.uint64(11)) * _TO_UNIT


@inlined
def below(numbers: Ints, bound: int) -> int:
    """A whole number in [0, bound)."""
    return int(uniform(numbers) * bound)
