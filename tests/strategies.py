"""Random problems with every rule of the model, small enough to be solved in no time.

Minutes count from midnight of the first day. Each feature is drawn seldom enough that most
orders can be done by somebody.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from drawing import (
    AREAS,
    BERLIN,
    DAY,
    DAYS,
    SERVICES,
    SKILLS,
    TAGS,
    THINGS,
    Clock,
    clocks,
    few_of,
    minutes,
    some,
    sometimes,
)
from homeserve_dispatch import (
    Location,
    Objective,
    Order,
    Problem,
    Rates,
    ServiceType,
    Shift,
    Skill,
    TimeWindow,
    Worker,
)
from ruled import (
    EFFICIENCIES,
    features,
    new_weights,
    of_orders,
    of_services,
    of_shifts,
    of_workers,
    problem_rules,
    sound_problem,
)
from towns import MODES, towns

__all__ = [
    "BERLIN",
    "DAY",
    "few_of",
    "minutes",
    "problems",
    "ruled_problems",
    "sometimes",
]

NO_RULES: frozenset[str] = frozenset()


@st.composite
def windows(
    draw: st.DrawFn,
    clock: Clock,
    days: int,
    *,
    rugged: bool = True,
    rules: frozenset[str] = NO_RULES,
) -> tuple[TimeWindow, ...]:
    """Up to three windows of one order, in any order: hard or soft, of start or of finish."""
    count = draw(st.sampled_from((0, 1, 1, 1, 2, 2, 3)))
    if not count:
        return ()
    base = DAY * draw(st.integers(0, days - 1))
    if count == 1:
        opens = draw(st.integers(72, 192))
        edges = [base + 5 * opens, base + 5 * (opens + draw(st.integers(0, 72)))]
    else:
        cuts = st.lists(st.integers(72, 252), min_size=2 * count, max_size=2 * count, unique=True)
        edges = [base + 5 * cut for cut in sorted(draw(cuts))]
    whole = ("service",) if "windows" in rules else ()
    bounds = draw(st.sampled_from(("start", "start", "finish", *whole)))
    soft = draw(st.booleans()) and (rugged or count == 1)
    found = [
        TimeWindow(earliest=clock(edges[at]), latest=clock(edges[at + 1]), bounds=bounds, soft=soft)
        for at in range(0, 2 * count, 2)
    ]
    return tuple(draw(st.permutations(found)))


ASKED: dict[str, st.SearchStrategy[Any]] = {
    "setup": minutes(0, 30),
    "skills": st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 2), max_size=2),
    "preferred_tags": some(TAGS),
    "priority": st.integers(0, 100),
    "skip_cost": st.sampled_from((0.0, 5.0, 80.0, 1000.0)),
    "demand": st.dictionaries(
        st.sampled_from(THINGS), st.sampled_from((0.0, 0.1, 0.2, 1.0, 2.5)), max_size=2
    ),
}
"""What orders and services both can state."""
RARELY_ASKED: dict[str, st.SearchStrategy[Any]] = {
    "required_tags": some(TAGS, 1),
    "forbidden_tags": some(TAGS, 1),
}
"""The same, where it leaves few workers."""


@st.composite
def services(draw: st.DrawFn, *, rules: frozenset[str] = NO_RULES) -> tuple[ServiceType, ...]:
    """A catalogue in which every service has a duration."""
    found = []
    for name in SERVICES:
        fields = draw(few_of(ASKED | RARELY_ASKED, 4))
        fields |= draw(of_services(rules)) if rules else {}
        found.append(ServiceType(id=name, duration=draw(minutes(5, 90)), **fields))
    return tuple(found)


@st.composite
def orders(
    draw: st.DrawFn,
    identity: str,
    clock: Clock,
    days: int,
    places: tuple[Location, ...],
    workers: tuple[str, ...],
    *,
    rugged: bool = True,
    rules: frozenset[str] = NO_RULES,
) -> Order:
    """An order with any of the rules."""
    moment = st.integers(72, 216 + (days - 1) * 288).map(lambda five: clock(5 * five))
    fields = few_of(
        ASKED
        | {
            "service": st.sampled_from(SERVICES),
            "release": moment,
            "respond_by": moment,
            "resolve_by": moment,
            "hard_sla": st.booleans(),
            "preferred_workers": some(workers),
        },
        most=6,
    )
    rare = RARELY_ASKED | {"required_workers": some(workers), "forbidden_workers": some(workers, 1)}
    stated = draw(fields) | (draw(sometimes(few_of(rare, 1))) or {})
    if "service" not in stated or draw(st.booleans()):
        finely = st.integers(0, 10**7).map(lambda ms: timedelta(milliseconds=ms))
        stated["duration"] = draw(st.one_of(minutes(15, 180), finely))
    stated |= draw(of_orders(rules, clock, days)) if rules else {}
    # Work on several days is hardly done within windows of one.
    free = "recurrence" in stated and draw(st.integers(0, 3)) > 0
    return Order(
        id=identity,
        location=draw(st.sampled_from(places)),
        time_windows=() if free else draw(windows(clock, days, rugged=rugged, rules=rules)),
        area=draw(st.sampled_from((*AREAS, *AREAS, None))),
        **stated,
    )


@st.composite
def held_skills(draw: st.DrawFn, *, rules: frozenset[str] = NO_RULES) -> dict[str, Skill]:
    """Most skills at most levels, some not valid on every day."""
    held = {}
    for name in SKILLS:
        level = draw(st.sampled_from((2, 3, 2, 1, 0)))
        if level:
            first, last = draw(
                st.sampled_from(((None, None),) * 4 + ((1, None), (None, 0), (-1, 0), (0, 1)))
            )
            held[name] = Skill(
                level=level,
                efficiency=draw(EFFICIENCIES) if "efficiency" in rules else 1.0,
                valid_from=None if first is None else DAYS[0] + timedelta(days=first),
                valid_until=None if last is None else DAYS[0] + timedelta(days=last),
            )
    return held


@st.composite
def shifts(
    draw: st.DrawFn,
    clock: Clock,
    days: int,
    places: tuple[Location, ...],
    *,
    rules: frozenset[str] = NO_RULES,
) -> tuple[Shift, ...]:
    """One or two shifts on the days of the problem, with any of the limits."""
    found = []
    slots = [(DAY * day + 360, DAY * day + 840) for day in range(days)]
    slots += [(DAY * day + 900, DAY * day + 1260) for day in range(days)]
    most = 3 if rules else 2
    chosen = st.lists(st.sampled_from(slots), min_size=1, max_size=most, unique=True)
    for begin, end in draw(chosen):
        start = begin + 5 * draw(st.integers(0, 24))
        stop = end - 5 * draw(st.integers(0, 36))
        late = st.integers(stop // 5, end // 5 + 12).map(lambda five: clock(5 * five))
        fields: dict[str, st.SearchStrategy[Any]] = {
            "overtime_until": late,
            "paid_from": st.just("shift_start"),
            "max_visits": st.integers(0, 4),
            "max_travel": minutes(30, 180),
            "max_work": minutes(60, 360),
            "max_distance_m": st.integers(1_000, 60_000),
        }
        carried = st.sampled_from((9.0, 9.0, 3.0, 0.3, 0.0))
        capacity = {name: draw(carried) for name in THINGS}
        place = st.sampled_from((places[0], None, *places))
        ruled = draw(of_shifts(rules, clock, start, stop, places)) if rules else {}
        found.append(
            Shift(
                start=clock(start),
                end=clock(stop),
                start_location=draw(place),
                end_location=draw(place),
                capacity=capacity,
                **draw(few_of(fields, 3)),
                **ruled,
            )
        )
    return tuple(found)


@st.composite
def workers(
    draw: st.DrawFn,
    identity: str,
    clock: Clock,
    days: int,
    places: tuple[Location, ...],
    *,
    rugged: bool = True,
    rules: frozenset[str] = NO_RULES,
) -> Worker:
    """A worker with any of the rules."""
    rate = st.sampled_from((0.0, 1.0, 20.0, 50.0))
    fields = {
        "areas": st.sampled_from((AREAS, AREAS, AREAS[:1])),
        "preferred_areas": some(AREAS, 1),
        "mode": st.sampled_from(MODES),
        "rates": few_of(
            {name: rate for name in Rates.model_fields if rugged or name != "shift_use"}, 3
        ),
    }
    return Worker(
        id=identity,
        shifts=draw(shifts(clock, days, places, rules=rules)),
        skills=draw(held_skills(rules=rules)),
        tags=draw(some(TAGS)),
        **draw(few_of(fields, 3)),
        **(draw(of_workers(rules)) if rules else {}),
    )


@st.composite
def objectives(
    draw: st.DrawFn, *, rugged: bool = True, rules: frozenset[str] = NO_RULES
) -> Objective:
    """The default weights, any weights, or only some of them; parts that may be hard are, too."""
    new = draw(new_weights()) if "weights" in rules else {}
    if draw(st.integers(0, 2)) == 0:
        return Objective(**new)
    soft = st.sampled_from((0.0, 0.5, 10.0, 30.0, 100.0))
    weights: dict[str, Any] = {
        name: draw(soft)
        for name in ("travel_time", "travel_distance", "shift_use", "paid_time", "waiting")
    }
    if not rugged:
        weights["shift_use"] = 0.0
    for name in ("overtime", "lateness", "sla_lateness", "preference"):
        weights[name] = draw(st.one_of(soft, soft, st.just("hard")))
    weights["unassigned"] = draw(st.sampled_from((150.0, 1000.0, 150.0, 20.0, 0.0)))
    weights["unassigned_by_priority"] = draw(st.sampled_from((0.0, 0.1, 1.0)))
    return Objective(**weights | new)


@st.composite
def problems(
    draw: st.DrawFn,
    max_orders: int = 8,
    max_workers: int = 3,
    max_days: int = 2,
    min_orders: int = 0,
    *,
    rugged: bool = True,
    rules: bool = False,
) -> Problem:
    """Problems with every rule of the model.

    ``rugged=False`` leaves out what lets an order fit, or pay, only together with another one
    that does not by itself: ways that are longer or missing where a detour is not, several soft
    windows of one order, a cost of using a shift.

    ``rules=True`` adds a few of the rules that tie visits, orders or shifts together or depend on
    the time: crews, relations, recurrences, breaks, restocking and so on.
    """
    chosen = draw(features()) if rules else NO_RULES
    clock = draw(clocks())
    days = draw(st.sampled_from((1, 1, 1, max_days)))
    if chosen & {"recurrence", "limits"}:
        days = max_days
    places, travel = draw(towns(rugged=rugged))
    names = tuple(f"w{number}" for number in range(draw(st.integers(1, max_workers))))
    count = draw(st.integers(min_orders, max_orders))
    kinds: dict[str, Any] = {"rugged": rugged, "rules": chosen}
    parts: dict[str, Any] = {
        "orders": [
            draw(orders(f"o{n}", clock, days, places, names, **kinds)) for n in range(count)
        ],
        "workers": [draw(workers(name, clock, days, places, **kinds)) for name in names],
        "services": draw(services(rules=chosen)),
        "travel": travel,
        "objective": draw(objectives(**kinds)),
        "skills": draw(sometimes(st.just(SKILLS))),
        "name": draw(sometimes(st.just("a day"))),
    }
    return sound_problem(parts, draw(problem_rules(chosen, parts, clock, days)))


def ruled_problems(
    max_orders: int = 6, max_workers: int = 3, max_days: int = 3, **kinds: Any
) -> st.SearchStrategy[Problem]:
    """Problems with the rules that :func:`problems` leaves out by default, too; smaller ones."""
    return problems(max_orders, max_workers, max_days, rules=True, **kinds)
