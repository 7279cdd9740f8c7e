"""What a run of annealing does at a time: how warm it is, and when plans are put together."""

from __future__ import annotations

import math

from homeserve_dispatch.search.building import First
from homeserve_dispatch.search.settings import Settings
from homeserve_dispatch.stop import Budget

_SOLVING = 0.5
_LEAST_SOLVING, _MOST_SOLVING = 0.05, 3.0
"""Seconds; the solver does not hear of Ctrl-C meanwhile."""


class Cooling:
    """Of one run, a part of it (from 0 to 1) being over.

    Parameters
    ----------
    first : First
        What the first plan is like: the unit of temperature, and stops of a route.
    settings : Settings
        How to go about it.
    gathers : bool
        Whether plans are put together in the end.
    """

    def __init__(self, first: First, settings: Settings, *, gathers: bool) -> None:
        self._first, self._settings = first, settings
        self._tightness = 1.0
        self._cooled = settings.cooled if gathers else 1.0
        self._times = 0

    def left_out(self, part: float) -> None:
        """Part of the orders that a plan leaves out: of all plans until now, the least counts.

        A first plan may leave out a tenth where in the end all are served, so one look is too few.
        """
        self._tightness = min(self._tightness, 10.0 * part)

    def temperature(self, over: float) -> float:
        """It falls once, and again after each plan that is put together."""
        if over < self._cooled:
            part = over / self._cooled
            unit = self._settings.temperature(part, self._tightness, self._first.stops)
        else:
            unit = self._settings.settling(self._late(over))
        return self._first.scale * unit

    def solving(self, over: float, spent: float, left: Budget) -> float:
        """Seconds for a plan that is to be put together now, asked once a slice; 0: none is.

        Half of the time until the next one, and infinite where no clock decides. ``spent``: seconds
        of the run until now.
        """
        if over < self._cooled or self._late(over) * self._settings.together < self._times:
            return 0.0
        self._times = 1 + int(self._late(over) * self._settings.together)
        if left.seconds == math.inf:
            return math.inf
        whole = spent / over
        each = _SOLVING * whole * (1.0 - self._cooled) / self._settings.together
        seconds = min(left.seconds, each, _MOST_SOLVING)
        return seconds if seconds > _LEAST_SOLVING else 0.0

    def _late(self, over: float) -> float:
        """Part of what comes after all is cold."""
        return (over - self._cooled) / (1.0 - self._cooled)
