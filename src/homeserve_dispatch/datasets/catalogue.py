"""What the imaginary company sells, to whom, and at what times of the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from homeserve_dispatch.model import ServiceType

Slot = tuple[float, float]
"""Hours of the day between which work may start."""


@dataclass(frozen=True)
class Offer:
    """A service with what the catalogue of the library does not hold.

    Attributes
    ----------
    service : ServiceType
        The entry of the catalogue.
    team : {"care", "cleaning", "trades", "home"}
        Who does it.
    asked_by : dict of str to float
        How often each kind of household asks for it, shares.
    rhythm : str
        When customers want it; a key of :data:`RHYTHMS`.
    lengths : tuple of int
        Minutes that orders take which differ from the catalogue.
    regular : float
        Part of the orders by customers who know a worker already.
    urgent : float
        Part of the orders that cannot wait.
    """

    service: ServiceType
    team: str
    asked_by: dict[str, float]
    rhythm: str
    lengths: tuple[int, ...]
    regular: float = 0.0
    urgent: float = 0.0

    @property
    def id(self) -> str:
        """Id of the service."""
        return self.service.id

    @cached_property
    def skills(self) -> dict[str, int]:
        """Skills that it takes."""
        return dict(self.service.skills or {})

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """Tags that it takes."""
        return self.service.required_tags or ()

    @cached_property
    def setup(self) -> float:
        """Minutes of setup."""
        return (self.service.setup or _NO) / _MINUTE

    @cached_property
    def minutes(self) -> float:
        """Minutes of service, as the catalogue says."""
        return (self.service.duration or _NO) / _MINUTE


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When customers want a service.

    Attributes
    ----------
    slots : dict of Slot to float
        Two-hour windows, weighed.
    halves : dict of Slot to float
        Half-day windows, weighed.
    whole : Slot
        The window that spans the day.
    mix : tuple of float
        Shares of slots, halves and whole days.
    """

    slots: dict[Slot, float]
    halves: dict[Slot, float]
    whole: Slot
    mix: tuple[float, float, float]


RHYTHMS = {
    "care": Rhythm(
        {(7, 9): 3, (8, 10): 3, (9, 11): 2, (11, 13): 3, (13, 15): 1, (15, 17): 2, (17, 19): 3},
        {(7, 12): 4, (12, 17): 3, (15, 19.5): 2},
        (7, 19),
        (0.55, 0.33, 0.12),
    ),
    "appointment": Rhythm(
        {(7.5, 9.5): 3, (8, 10): 2, (12, 14): 2, (14, 16): 3, (16, 18): 1},
        {(7, 12): 1, (12, 17): 1},
        (7, 17),
        (0.7, 0.25, 0.05),
    ),
    "household": Rhythm(
        {(8, 10): 4, (9, 11): 2, (10, 12): 3, (12, 14): 2, (13, 15): 2, (14, 16): 3},
        {(7.5, 12): 3, (12, 16.5): 2},
        (7.5, 16),
        (0.3, 0.38, 0.32),
    ),
}
URGENT_HOURS = (7.0, 14.5)
"""When urgent calls come in."""

_MINUTE = timedelta(minutes=1)
_NO = timedelta(0)


def _service(
    identity: str,
    minutes: int,
    setup: int,
    skills: dict[str, int],
    priority: int,
    *,
    required_tags: tuple[str, ...] | None = None,
    demand: dict[str, float] | None = None,
) -> ServiceType:
    return ServiceType(
        id=identity,
        duration=timedelta(minutes=minutes),
        setup=timedelta(minutes=setup),
        skills=skills,
        priority=priority,
        required_tags=required_tags,
        demand=demand,
    )


def _asked(seniors: float, families: float, singles: float, students: float) -> dict[str, float]:
    return {"seniors": seniors, "families": families, "singles": singles, "students": students}


OFFERS = (
    Offer(
        _service("companionship", 45, 2, {"elder care": 1}, 5),
        "care",
        _asked(13, 0, 0, 0),
        "care",
        (30, 40, 60),
        regular=0.6,
    ),
    Offer(
        _service("personal care", 30, 2, {"elder care": 2}, 25),
        "care",
        _asked(38, 2, 1, 0),
        "care",
        (20, 25, 40, 45),
        regular=0.5,
    ),
    Offer(
        _service("nursing visit", 15, 2, {"elder care": 3}, 40),
        "care",
        _asked(15, 2, 1, 0),
        "care",
        (10, 20, 25),
        regular=0.35,
    ),
    Offer(
        _service("child care", 90, 0, {"child care": 1}, 20),
        "care",
        _asked(0, 10, 0, 0),
        "appointment",
        (60, 120, 150),
        regular=0.5,
    ),
    Offer(
        _service("regular cleaning", 75, 5, {"cleaning": 1}, 5),
        "cleaning",
        _asked(9, 20, 32, 4),
        "household",
        (60, 90, 105, 120),
        regular=0.45,
    ),
    Offer(
        _service("deep cleaning", 120, 10, {"cleaning": 2}, 5),
        "cleaning",
        _asked(1, 3, 4, 6),
        "household",
        (105, 150, 180),
    ),
    Offer(
        _service("window cleaning", 40, 8, {"window cleaning": 1}, 0),
        "cleaning",
        _asked(4, 6, 9, 0),
        "household",
        (30, 50, 60),
    ),
    Offer(
        _service(
            "air conditioning service",
            45,
            8,
            {"air conditioning": 1},
            8,
            demand={"refrigerant": 1},
        ),
        "trades",
        _asked(2, 7, 9, 2),
        "household",
        (30, 60),
        urgent=0.08,
    ),
    Offer(
        _service(
            "air conditioning repair",
            60,
            10,
            {"air conditioning": 2, "electrical": 1},
            12,
            demand={"refrigerant": 2, "spare parts": 1},
        ),
        "trades",
        _asked(1, 3, 4, 1),
        "household",
        (45, 75, 90),
        urgent=0.3,
    ),
    Offer(
        _service("appliance repair", 40, 6, {"appliances": 1}, 8, demand={"spare parts": 1}),
        "trades",
        _asked(5, 13, 10, 18),
        "household",
        (30, 60, 75),
        urgent=0.1,
    ),
    Offer(
        _service("plumbing", 40, 6, {"plumbing": 1}, 12, demand={"fittings": 2}),
        "trades",
        _asked(4, 9, 8, 16),
        "household",
        (30, 60, 90),
        urgent=0.25,
    ),
    Offer(
        _service("heating repair", 50, 8, {"plumbing": 2}, 15, demand={"fittings": 3}),
        "trades",
        _asked(2, 4, 3, 2),
        "household",
        (40, 60, 80),
        urgent=0.35,
    ),
    Offer(
        _service("electrical work", 40, 6, {"electrical": 2}, 10, demand={"spare parts": 1}),
        "trades",
        _asked(3, 7, 8, 12),
        "household",
        (30, 60, 90),
        urgent=0.15,
    ),
    Offer(
        _service(
            "moving help",
            90,
            10,
            {"lifting": 1},
            10,
            required_tags=("van",),
            demand={"boxes": 12},
        ),
        "home",
        _asked(1, 1, 3, 12),
        "appointment",
        (75, 120),
    ),
    Offer(
        _service("furniture assembly", 50, 8, {"assembly": 1}, 0),
        "home",
        _asked(1, 5, 6, 15),
        "household",
        (40, 60, 75),
    ),
    Offer(
        _service("gardening", 60, 8, {"gardening": 1}, 0, demand={"green waste": 2}),
        "home",
        _asked(4, 5, 3, 0),
        "household",
        (45, 75, 90),
    ),
)
BY_ID = {offer.id: offer for offer in OFFERS}
SKILLS = tuple(dict.fromkeys(name for offer in OFFERS for name in offer.skills))
"""Every skill there is, for ``Problem.skills``."""
