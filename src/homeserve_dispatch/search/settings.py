"""Numbers that steer the search: tuned once, for all problems."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Settings:
    """How the search goes about it. Users do not need to change these.

    Attributes
    ----------
    removed : float
        Mean number of orders that a ruin takes out.
    longest : float
        Most orders in one string.
    split : float
        Probability of leaving a stretch in the middle of a string in place.
    blink : float
        Probability of passing over a gap.
    at_absent : float
        Probability that a ruin is around an order that is left out.
    eager : float
        Probability that an iteration puts orders in also where leaving them out is cheaper, so
        that orders which pay only together get a chance.
    tails : float
        Probability that an iteration exchanges what follows in two routes, and ruins nothing.
    swaps : float
        Probability that an iteration lets an order that is left out take the place of others,
        where a twentieth of the orders or more is left out. In proportion where it is less.
    hot, cold : float
        First and last temperature, in units of the scale of travel.
    long : float
        Stops of a route, in the mean of the first plan, from which on ``hot`` is less in
        proportion: what a change does to a long route takes long to settle.
    tight, warm : float
        By how many times more it is to begin with, and before the last part of a run, where a
        tenth of the orders or more is left out: skip costs are far above travel. In proportion
        where it is less.
    quench : float
        That last part, in which it falls from there to ``cold``.
    alone : float
        Iterations of a thread, in terms of the square of the number of orders, from which on it has
        a plan of its own where little is left out.
    gathered : float
        Iterations an order, of all threads together, from which on plans are put together of the
        routes of many, where routes are short.
    gathered_shared : float
        The same where all threads work on one plan.
    cooled : float
        Part of such a run after which that is done, and all is cold.
    together : int
        How often plans are put together of routes in what is left of it.
    settled_hot : float
        First temperature after that, each time, in terms of ``cold``.
    exchanges : int
        How often the threads take over the best plan, over a whole run.
    divided : int
        How many routes more such a plan has when a thread takes it over where routes are long.
    divisions : int
        How often, over a whole run; in place of ``exchanges``.
    bred : float
        Iterations an order, of all threads together, from which on plans are bred.
    roomy : float
        Visits that a shift has room for, in the mean, from which on plans are bred; on shorter
        routes one long annealing does better.
    members : float
        There are as many plans as the root of what the iterations an order are in terms of this.
    grown : float
        Part of all iterations that goes into the first plans.
    shortest : float
        Two of three of them have a limit on the visits of a route: at least so many times what the
        longest route of the first plan has, at most as many.
    mended : float
        Iterations an order of a plan that is made of two.
    mended_hot : float
        First temperature of those, in terms of ``cold``.
    patience : float
        New plans in turn that come to nothing, for each plan there is, until all is begun anew.
    """

    removed: float = 10.0
    longest: float = 10.0
    split: float = 0.5
    blink: float = 0.01
    at_absent: float = 0.2
    eager: float = 0.05
    tails: float = 0.3
    swaps: float = 0.6
    hot: float = 3.0
    cold: float = 0.1
    long: float = 10.0
    tight: float = 5.0
    warm: float = 40.0
    quench: float = 0.1
    alone: float = 2.5
    gathered: float = 6000.0
    gathered_shared: float = 12_000.0
    cooled: float = 0.7
    together: int = 5
    settled_hot: float = 20.0
    exchanges: int = 50
    divided: int = 2
    divisions: int = 100
    bred: float = 2000.0
    roomy: float = 20.0
    members: float = 20.0
    grown: float = 0.11
    shortest: float = 0.7
    mended: float = 15.0
    mended_hot: float = 8.0
    patience: float = 5.0

    def temperature(self, used: float, tightness: float, stops: float = 0.0) -> float:
        """When that part of the run is over, from 0 to 1: geometric, in two parts.

        ``tightness`` is 0 where nothing is left out, 1 where a tenth of the orders or more is;
        ``stops`` is how many a route has.
        """
        warm = self.cold * (1.0 + self.warm * tightness)
        hot = self.hot * (1.0 + self.tight * tightness) * min(1.0, self.long / max(1.0, stops))
        hot = max(hot, warm)
        slowly = 1.0 - self.quench * tightness
        if used < slowly:
            return float(hot * (warm / hot) ** (used / slowly))
        return float(warm * (self.cold / warm) ** ((used - slowly) / max(1e-9, 1.0 - slowly)))

    def settling(self, used: float) -> float:
        """Temperature when that part of what comes after ``cooled`` is over, from 0 to 1."""
        here = used * self.together % 1.0 if used < 1.0 else 1.0
        return float(self.cold * self.settled_hot ** (1.0 - here))


DEFAULT = Settings()
_RULED: dict[str, Any] = {
    "long": math.inf,
    "tight": 0.0,
    "warm": 0.0,
    "quench": 0.0,
    "swaps": 0.4,
    "exchanges": 10,
}
RULES = Settings(hot=5.0, cold=0.4, tails=0.2, **_RULED)
"""With rules a change moves more than travel."""
LATENESS = Settings(hot=60.0, cold=0.3, tails=0.0, **_RULED)
"""With rules and soft windows it moves lateness in several routes, many times its travel."""
