"""The settings as the kernels read them."""

from __future__ import annotations

import numpy as np

from homeserve_dispatch.instance import Floats
from homeserve_dispatch.search import kernel
from homeserve_dispatch.search.settings import Settings


def steering(settings: Settings) -> Floats:
    """In the columns that the kernel names; ``COOLING`` is 1."""
    parameters = np.zeros(kernel.PARAMETERS)
    parameters[kernel.REMOVED] = settings.removed
    parameters[kernel.LONGEST] = settings.longest
    parameters[kernel.SPLIT] = settings.split
    parameters[kernel.BLINK] = settings.blink
    parameters[kernel.AT_ABSENT] = settings.at_absent
    parameters[kernel.COOLING] = 1.0
    parameters[kernel.EAGER] = settings.eager
    parameters[kernel.TAILS] = settings.tails
    parameters[kernel.SWAPS] = settings.swaps
    return parameters
