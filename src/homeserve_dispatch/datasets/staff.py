"""The people of the imaginary company: where they live, what they can do, when they work."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from homeserve_dispatch.datasets.catalogue import OFFERS, Offer
from homeserve_dispatch.datasets.city import District, people_in
from homeserve_dispatch.datasets.dice import Dice, apportion
from homeserve_dispatch.datasets.words import people
from homeserve_dispatch.model import Location, Rates, Shift, Skill, Worker

Hours = tuple[tuple[float, float], ...]
"""Stretches of work in a day, in hours since midnight."""

PATTERNS: dict[str, dict[Hours, float]] = {
    "care": {
        ((7, 15),): 30,
        ((12, 20),): 22,
        ((8, 16),): 13,
        ((7, 11), (16, 20)): 12,
        ((7, 12),): 13,
        ((15, 20),): 10,
    },
    "cleaning": {((8, 16),): 40, ((7, 15),): 18, ((8, 13),): 25, ((12, 17),): 17},
    "trades": {((8, 16.5),): 50, ((7, 15),): 22, ((10, 18),): 20, ((8, 13),): 8},
    "home": {((8, 16),): 55, ((9, 17),): 30, ((8, 13),): 15},
}
LANGUAGES = {"Arabic": 0.07, "Danish": 0.06, "Polish": 0.09, "Turkish": 0.09, "Ukrainian": 0.05}
TRAITS = {"cat allergy": 0.06, "smoker": 0.1}
_MODES = {
    "care": {"car": 45, "bicycle": 32, "transit": 23},
    "cleaning": {"car": 50, "bicycle": 20, "transit": 30},
}
CERTIFIED = {"elder care", "electrical", "air conditioning"}
"""Skills with a certificate, which runs out one day."""
CARRIED: dict[str, tuple[str, int]] = {
    "air conditioning": ("refrigerant", 6),
    "plumbing": ("fittings", 14),
    "appliances": ("spare parts", 6),
    "electrical": ("spare parts", 6),
    "lifting": ("boxes", 40),
    "gardening": ("green waste", 8),
}
"""What those with a skill have on board, and about how much."""


@dataclass(slots=True)
class Hire:
    """A worker in the making."""

    name: str
    team: str
    district: District
    home: Location
    hours: Hours
    tags: list[str]
    mode: str
    skills: dict[str, int] = field(default_factory=dict)
    expired: set[str] = field(default_factory=set)
    areas: tuple[str, ...] = ()
    length: float = field(init=False)
    """Hours of work in a day."""

    def __post_init__(self) -> None:
        self.length = sum(end - start for start, end in self.hours)

    def can(self, skills: dict[str, int]) -> bool:
        """Whether it holds all skills at their levels, none of them expired."""
        for name, level in skills.items():
            if self.skills.get(name, 0) < level or name in self.expired:
                return False
        return True

    def learn(self, offer: Offer) -> None:
        """Add what a service takes."""
        for name, level in offer.skills.items():
            self.skills[name] = max(level, self.skills.get(name, 0))
        for tag in offer.tags:
            if tag not in self.tags:
                self.tags.append(tag)
        if offer.team in ("trades", "home"):
            self.mode = "car"


def hire(
    dice: Dice, city: list[District], work: dict[str, float], count: int, load: float
) -> list[Hire]:
    """People whose trades follow the work there is.

    Parameters
    ----------
    dice : Dice
        Chance.
    city : list of District
        Where they live.
    work : dict of str to float
        Hours of each service, travel included.
    count : int
        How many, >= 1.
    load : float
        Nobody's trade shall be busier than that part of the hours of those who know it; where
        one is, others are trained for it.
    """
    by_team = dict.fromkeys(PATTERNS, 0.0)
    for offer in OFFERS:
        by_team[offer.team] += work[offer.id]
    names = people(dice)
    hired = [
        one
        for team, size in apportion(by_team, count).items()
        for one in _team(dice, city, work, names, team, size)
    ]
    _train(dice, hired, work, load)
    for one in hired:
        _settle(dice, one, hired)
    return dice.shuffled(hired)


def _team(
    dice: Dice,
    city: list[District],
    work: dict[str, float],
    names: Iterator[tuple[str, bool]],
    team: str,
    size: int,
) -> Iterator[Hire]:
    quotas = apportion(PATTERNS[team], size)
    patterns = dice.shuffled(hours for hours, seats in quotas.items() for _ in range(seats))
    trades = apportion({o.id: work[o.id] for o in OFFERS if o.team == team}, size)
    offers = dice.shuffled(o for o in OFFERS if o.team == team for _ in range(trades[o.id]))
    lived_in = people_in(city)
    for hours, offer in zip(patterns, offers, strict=True):
        name, woman = next(names)
        district = dice.among(city, lived_in)
        tags = ["woman" if woman else "man"]
        tags += [language for language, share in LANGUAGES.items() if dice.chance(share)]
        tags += [trait for trait, share in TRAITS.items() if dice.chance(share)]
        mode = dice.weighed(_MODES[team]) if team in _MODES else "car"
        made = Hire(name, team, district, district.address(dice), hours, tags, mode)
        made.learn(offer)
        _gain_experience(dice, made)
        yield made


def _gain_experience(dice: Dice, one: Hire) -> None:
    """Higher levels, and other trades than one's own."""
    for name, level in one.skills.items():
        if dice.chance(0.35):
            one.skills[name] = min(3, level + 1)
    kin = [offer for offer in OFFERS if offer.team == one.team and not one.can(offer.skills)]
    for offer in dice.some(kin, 2):
        if dice.chance(0.3) and offer.id != "nursing visit":
            one.learn(offer)
    if one.team == "cleaning" and dice.chance(0.12):
        one.skills.setdefault("elder care", 1)
    if one.team == "home" and dice.chance(0.2):
        one.skills.setdefault("plumbing", 1)


def _train(dice: Dice, hired: list[Hire], work: dict[str, float], load: float) -> None:
    """Teach more people whatever trade is too busy."""
    offers = [offer for offer in OFFERS if work[offer.id] > 0.0]
    able = {o.id: {at for at, one in enumerate(hired) if one.can(o.skills)} for o in offers}
    for _ in range(4 * len(OFFERS)):
        busy, worst, level = _fill(hired, offers, able, work)
        if worst is None or level <= load or len(able[worst.id]) == len(hired):
            return
        excess = len(able[worst.id]) * (min(level, 2.0) / load - 1.0)
        wanted = max(1, min(len(hired) // 50, round(excess)))
        others = dice.shuffled(at for at in range(len(hired)) if at not in able[worst.id])
        # Idle people first; one's own team seems less busy, as it is nearer to the trade.
        others.sort(key=lambda at: busy[at] + (0.0 if hired[at].team == worst.team else 0.35))
        for at in others[:wanted]:
            hired[at].learn(worst)
            for offer in offers:
                if hired[at].can(offer.skills):
                    able[offer.id].add(at)


def _fill(
    hired: list[Hire], offers: list[Offer], able: dict[str, set[int]], work: dict[str, float]
) -> tuple[list[float], Offer | None, float]:
    """Share out the work, evenly among those who can do it, what few can do first.

    Returns how busy each one is (1: all hours), the busiest trade, and how busy it is.
    """
    busy = [0.0] * len(hired)
    worst, highest = None, 0.0
    for offer in sorted(offers, key=lambda o: len(able[o.id])):
        if not able[offer.id]:
            return busy, offer, math.inf
        knowing = sorted(able[offer.id], key=lambda at: (busy[at], at))
        level = _level(busy, hired, knowing, work[offer.id])
        for at in knowing:
            busy[at] = max(busy[at], level)
        if level > highest:
            worst, highest = offer, level
    return busy, worst, highest


def _level(busy: list[float], hired: list[Hire], knowing: list[int], hours: float) -> float:
    """How busy the least busy become when they take these hours."""
    length = 0.0
    taken = 0.0
    level = 0.0
    for at in knowing:
        if length and (hours + taken) / length <= busy[at]:
            break
        length += hired[at].length
        taken += busy[at] * hired[at].length
        level = (hours + taken) / length
    return level


def _settle(dice: Dice, one: Hire, hired: list[Hire]) -> None:
    """What depends on trade and home: certificates that ran out, areas one keeps to."""
    if dice.chance(0.02):
        for name in sorted(CERTIFIED & one.skills.keys()):
            if sum(other.can({name: one.skills[name]}) for other in hired) > 8:
                one.expired.add(name)
    nearby = len(one.district.near) > 8
    if nearby and one.mode == "bicycle" and dice.chance(0.2):
        one.areas = tuple(one.district.near[:6])


def worker(dice: Dice, one: Hire, first: date, days: int) -> Worker:
    """The worker for good, with a shift (or two) on each of the days."""
    skills: dict[str, Skill] = {}
    for name, level in one.skills.items():
        until = None
        if name in one.expired:
            until = first - timedelta(days=dice.whole(1, 40))
        elif name in CERTIFIED and dice.chance(0.5):
            until = first + timedelta(days=days + dice.whole(20, 900))
        skills[name] = Skill(level=level, valid_until=until)
    capacity: dict[str, float] = {}
    for name, (thing, amount) in CARRIED.items():
        if name in one.skills:
            capacity[thing] = max(capacity.get(thing, 0), dice.whole(amount - 1, amount + 2))
    full_time = one.length >= 7.0
    overtime = 60 if full_time and dice.chance(0.55) else 30 if dice.chance(0.2) else 0
    most_travel = timedelta(hours=2.5) if dice.chance(0.08) else None
    most_work = timedelta(hours=one.length - 1.0) if dice.chance(0.05) else None
    most_visits = round(1.8 * one.length) if one.team == "care" and dice.chance(0.1) else None
    most_metres = 35_000 if one.mode == "bicycle" else None
    goes_home = one.mode != "transit" or dice.chance(0.7)
    shifts: list[Shift] = []
    for day in range(days):
        midnight = datetime.combine(first + timedelta(days=day), time())
        for number, (start, end) in enumerate(one.hours):
            last = number == len(one.hours) - 1
            until = midnight + timedelta(hours=end, minutes=overtime) if overtime and last else None
            shifts.append(
                Shift(
                    start=midnight + timedelta(hours=start),
                    end=midnight + timedelta(hours=end),
                    overtime_until=until,
                    start_location=one.home,
                    end_location=one.home if goes_home else None,
                    capacity=capacity,
                    max_travel=most_travel,
                    max_work=most_work if len(one.hours) == 1 else None,
                    max_visits=most_visits,
                    max_distance_m=most_metres,
                )
            )
    fond = not one.areas and len(one.district.near) > 8 and dice.chance(0.3)
    return Worker(
        id=one.name,
        shifts=tuple(shifts),
        skills=skills,
        tags=tuple(one.tags),
        areas=one.areas,
        preferred_areas=tuple(one.district.near[:6]) if fond else (),
        mode=one.mode,
        rates=Rates() if one.mode == "car" else Rates(travel_distance=0.05),
    )
