"""A whole invented day, ready to be planned."""

from __future__ import annotations

import math
from datetime import date

from homeserve_dispatch.datasets import staff
from homeserve_dispatch.datasets.calls import calls
from homeserve_dispatch.datasets.catalogue import OFFERS, SKILLS
from homeserve_dispatch.datasets.city import lay_out, ways
from homeserve_dispatch.datasets.dice import Dice
from homeserve_dispatch.datasets.orders import order
from homeserve_dispatch.datasets.roster import Roster
from homeserve_dispatch.datasets.words import CITY
from homeserve_dispatch.model import Problem

RATIOS = {"tight": 500 / 70, "loose": 5.0}
"""Orders for each worker and day by tightness."""

_MONDAY = date(2026, 5, 4)


def generate_day(
    orders: int = 120,
    *,
    seed: int = 0,
    tightness: str | float = "tight",
    days: int = 1,
    start: date = _MONDAY,
) -> Problem:
    """An invented day of a home-service company in an imaginary city.

    The city grows with the orders, so that ways stay as long; the trades of the workers follow
    the work there is. Everything is fixed by the arguments, in any process.

    Parameters
    ----------
    orders : int
        Of all days together, >= 1.
    seed : int
        Another number, another city.
    tightness : {"tight", "loose"} or float
        ``"tight"``: more work than hands, of 50 orders or more some 10 to 20 % are left out;
        ``"loose"``: all fit, save the odd one. A number: orders for each worker and day
        (:data:`RATIOS` has those of the words).
    days : int
        The workers have their shifts on each of so many days from ``start`` on, and each order
        is for one of them.
    start : date
        The first day. Times have no time zone.

    Returns
    -------
    Problem
        Sixteen services, travel by :class:`~homeserve_dispatch.Streets`, the default objective.

    Raises
    ------
    ValueError
        A number out of range or an unknown word.

    Examples
    --------
    >>> problem = generate_day(500, seed=1)
    >>> len(problem.orders), len(problem.workers)
    (500, 70)
    >>> problem == generate_day(500, seed=1)
    True
    """
    ratio = RATIOS.get(tightness) if isinstance(tightness, str) else tightness
    if ratio is None or not (math.isfinite(ratio) and ratio > 0.0):
        raise ValueError(
            f"tightness must be 'tight', 'loose' or orders a worker (> 0), not {tightness!r}"
        )
    if orders < 1:
        raise ValueError(f"orders must be >= 1, not {orders!r}")
    if days < 1:
        raise ValueError(f"days must be >= 1, not {days!r}")
    a_day = math.ceil(orders / days)
    count = max(1, round(a_day / ratio))
    city = lay_out(Dice(seed, "city"), a_day)
    asked = calls(Dice(seed, "calls"), city, orders)
    work = {offer.id: 0.0 for offer in OFFERS}
    for call in asked:
        work[call.offer.id] += call.hours / days
    load = 0.85 * ratio / RATIOS["loose"]
    hired = staff.hire(Dice(seed, "staff"), city, work, count, max(0.8, load))
    dice, roster = Dice(seed, "orders"), Roster(hired, by_booking=ratio <= RATIOS["loose"])
    width = max(3, len(str(orders)))
    booked = tuple(
        order(dice, call, f"A{number:0{width}}", roster, start, days)
        for number, call in enumerate(asked, 1)
    )
    dice = Dice(seed, "shifts")
    return Problem(
        name=f"{CITY}, {start.isoformat()}, {orders} orders",
        orders=booked,
        # Only now: who had time may have been taught a trade that was short of hands.
        workers=tuple(staff.worker(dice, one, start, days) for one in hired),
        services=tuple(offer.service for offer in OFFERS),
        travel=ways(),
        skills=SKILLS,
    )
