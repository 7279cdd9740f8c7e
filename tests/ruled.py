"""The rules that tie visits together or depend on the time, drawn seldom enough to be kept.

A problem gets a few of the features, so that each of them meets each other one in some problem
and most orders can be done in most.
"""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from hypothesis import strategies as st

from drawing import AREAS, DAY, SERVICES, SKILLS, Clock, few_of, minutes, some, sometimes
from homeserve_dispatch import InputError, Location, Problem
from homeserve_dispatch.model import (
    AllOrNone,
    Break,
    Customer,
    DifferentWorkers,
    Lock,
    Order,
    Recurrence,
    Restock,
    Role,
    SameDay,
    SameTime,
    SameWorker,
    Sequence,
    TrafficPeriod,
    Worker,
)
from towns import MODES

FEATURES = (
    "crew",
    "relations",
    "recurrence",
    "breaks",
    "tools",
    "efficiency",
    "ratings",
    "limits",
    "customers",
    "locks",
    "freeze",
    "traffic",
    "urgent",
    "windows",
    "weights",
)
TOOLS = ("ladder", "drill")
CUSTOMERS = ("c0", "c1")
EFFICIENCIES = st.sampled_from((1.0, 1.0, 1.25, 2.0, 0.8, 1.1))
Fields = dict[str, Any]


def features() -> st.SearchStrategy[frozenset[str]]:
    """One to four of the features, or all."""
    few = st.lists(st.sampled_from(FEATURES), min_size=1, max_size=4, unique=True).map(frozenset)
    return st.one_of(few, few, few, few, st.just(frozenset(FEATURES)))


@st.composite
def crews(draw: st.DrawFn) -> tuple[Role, ...]:
    """Two or three roles, the further ones at the same time or a little later."""
    stated: Fields = {
        "duration": minutes(10, 60),
        "skills": st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 2), max_size=1),
        "name": st.sampled_from(("lead", "helper")),
    }
    roles = [Role(**draw(few_of(stated, 2)))]
    for _ in range(draw(st.sampled_from((1, 1, 1, 2)))):
        soonest, latest = draw(st.sampled_from(((0, 0), (0, 0), (0, 30), (15, 45), (20, 20))))
        roles.append(
            Role(
                earliest_offset=timedelta(minutes=soonest),
                latest_offset=timedelta(minutes=latest),
                **draw(few_of(stated, 1)),
            )
        )
    return tuple(roles)


@st.composite
def recurrences(draw: st.DrawFn, clock: Clock, days: int) -> Recurrence:
    """Work on two days, rarely on three; any days, or those of a pattern."""
    times = draw(st.sampled_from((2, 2, 2, 3)))
    least = draw(st.sampled_from((1, 1, 1, 2)))
    dates = sorted({clock(DAY * day + 600).date() for day in range(max(days, 3))})
    pattern = st.lists(st.sampled_from(dates), min_size=times, max_size=times, unique=True)
    patterns = st.lists(pattern.map(sorted).map(tuple), max_size=2, unique=True)
    return Recurrence(
        times=times,
        min_gap_days=least,
        max_gap_days=draw(sometimes(st.integers(least, 3))),
        patterns=(draw(sometimes(patterns)) or ()) if len(dates) >= times else (),
    )


@st.composite
def of_orders(draw: st.DrawFn, rules: frozenset[str], clock: Clock, days: int) -> Fields:
    """What an order states of these rules."""
    fields: Fields = {}
    if "crew" in rules and draw(st.integers(0, 2)) == 0:
        fields["crew"] = draw(st.one_of(crews(), crews(), st.just(())))
    # A service may have a crew too; the order's own word that it has none goes before it.
    if "recurrence" in rules and not fields.get("crew") and draw(st.integers(0, 2)) == 0:
        fields |= {"recurrence": draw(recurrences(clock, days)), "crew": ()}
    if "tools" in rules:
        fields["tools"] = draw(sometimes(some(TOOLS, 1)))
    if "customers" in rules:
        fields["customer"] = draw(st.sampled_from((*CUSTOMERS, None)))
    if "urgent" in rules:
        fields["urgent"] = draw(st.booleans())
    return fields


@st.composite
def of_services(draw: st.DrawFn, rules: frozenset[str]) -> Fields:
    """What a service states of these rules."""
    fields: Fields = {}
    if "crew" in rules:
        fields["crew"] = draw(sometimes(crews()))
    if "tools" in rules:
        fields["tools"] = draw(sometimes(some(TOOLS, 1)))
    return fields


@st.composite
def breaks(
    draw: st.DrawFn, clock: Clock, start: int, stop: int, places: tuple[Location, ...]
) -> Break:
    """A break in a shift between two minutes; most have no place."""
    earliest = 5 * draw(st.integers(start // 5, stop // 5))
    return Break(
        duration=draw(minutes(5, 45)),
        earliest=clock(earliest),
        latest=clock(earliest + 5 * draw(st.integers(0, 36))),
        location=draw(sometimes(st.sampled_from(places))),
        paid=draw(st.booleans()),
        hard=draw(st.booleans()),
        skip_cost=draw(sometimes(st.sampled_from((0.0, 10.0, 200.0)))),
    )


@st.composite
def of_shifts(
    draw: st.DrawFn,
    rules: frozenset[str],
    clock: Clock,
    start: int,
    stop: int,
    places: tuple[Location, ...],
) -> Fields:
    """What a shift between two minutes states of these rules."""
    fields: Fields = {}
    if "breaks" in rules:
        fields["breaks"] = draw(st.lists(breaks(clock, start, stop, places), max_size=2))
    if "tools" in rules:
        amounts = st.dictionaries(
            st.sampled_from(("pipes", "kg")), st.sampled_from((None, 0.2, 3.0)), max_size=2
        )
        fields["tools"] = draw(st.sampled_from((TOOLS, TOOLS[:1], ())))
        fields["restock"] = draw(
            sometimes(
                st.builds(
                    Restock,
                    location=st.sampled_from(places),
                    duration=minutes(0, 20),
                    tools=some(TOOLS),
                    amounts=amounts,
                )
            )
        )
    return fields


@st.composite
def of_workers(draw: st.DrawFn, rules: frozenset[str]) -> Fields:
    """What a worker states of these rules."""
    fields: Fields = {}
    if "ratings" in rules:
        rating = st.sampled_from((0.0, 2.5, 4.0, 5.0))
        fields["ratings"] = draw(st.dictionaries(st.sampled_from(SERVICES), rating, max_size=2))
    if "limits" in rules:
        limits: Fields = {
            "max_visits": st.integers(1, 4),
            "max_travel": minutes(30, 240),
            "max_work": minutes(60, 480),
            "max_distance_m": st.integers(5_000, 90_000),
            "min_rest": minutes(0, 900),
            "max_days_in_row": st.integers(1, 2),
        }
        fields |= draw(few_of(limits, 2))
    if rules & {"limits", "weights"}:
        fields["worked"] = draw(minutes(0, 600))
    return fields


@st.composite
def new_weights(draw: st.DrawFn) -> Fields:
    """Weights of the parts that are off, or rarely weighed, by default."""
    weight = st.sampled_from((0.0, 1.0, 10.0, 50.0))
    names = (
        "worst_lateness",
        "idle_time",
        "max_idle",
        "workload_balance",
        "missed_break",
        "continuity",
        "response_time",
    )
    fields: Fields = draw(few_of(dict.fromkeys(names, weight), 4))
    return fields | {"balance_over": draw(st.sampled_from(("worker", "shift")))}


@st.composite
def relations(draw: st.DrawFn, names: tuple[str, ...]) -> Any:
    """A relation of any kind between two or three of the orders."""
    kind = draw(
        st.sampled_from(
            (Sequence, Sequence, SameTime, SameWorker, DifferentWorkers, SameDay, AllOrNone)
        )
    )
    most = 2 if kind is Sequence else min(3, len(names))
    chosen = draw(st.lists(st.sampled_from(names), min_size=2, max_size=most, unique=True))
    if kind is not Sequence:
        return kind(orders=chosen)
    least = draw(minutes(0, 60))
    room = draw(sometimes(minutes(0, 240)))
    return Sequence(
        first=chosen[0],
        second=chosen[1],
        min_gap=least,
        max_gap=None if room is None else least + room,
        between=draw(st.sampled_from(("end-start", "start-start"))),
    )


@st.composite
def locks(
    draw: st.DrawFn,
    visits: list[tuple[str, int, int]],
    workers: list[Worker],
    clock: Clock,
    days: int,
) -> tuple[Lock, ...]:
    """Locks of one to three visits: to a worker, a shift, the first positions, a start; or out."""
    chosen = draw(st.lists(st.sampled_from(visits), min_size=1, max_size=3, unique=True))
    found: list[Lock] = []
    # One route's first positions, taken in turn.
    route = draw(st.sampled_from([(w.id, n) for w in workers for n in range(len(w.shifts))]))
    taken = 0
    out: set[str] = set()
    for order, role, occurrence in chosen:
        fields: Fields = {"order": order, "role": role, "occurrence": occurrence}
        kind = draw(st.sampled_from(("worker", "shift", "position", "start", "both", "out")))
        if order in out:
            continue
        if kind == "out" and not any(lock.order == order for lock in found):
            out.add(order)
            found.append(Lock(**fields, unassigned=True))
            continue
        if kind in ("shift", "position"):
            fields |= {"worker": route[0], "shift": route[1]}
        if kind == "position":
            fields["position"] = taken
            taken += 1
        if kind in ("worker", "both"):
            fields["worker"] = draw(st.sampled_from([worker.id for worker in workers]))
        if kind in ("start", "both", "out"):
            fields["start"] = clock(
                DAY * draw(st.integers(0, days - 1)) + 5 * draw(st.integers(80, 160))
            )
        found.append(Lock(**fields))
    return tuple(found)


@st.composite
def traffic(draw: st.DrawFn) -> tuple[TrafficPeriod, ...]:
    """One or two times of day, for all or some."""
    hours = st.lists(st.integers(6, 22), min_size=2, max_size=2, unique=True).map(sorted)
    found = []
    for _ in range(draw(st.integers(1, 2))):
        begin, end = draw(hours)
        limits: Fields = {
            "modes": some(MODES, 1),
            "areas": some(AREAS, 1),
            "weekdays": st.lists(st.integers(1, 7), max_size=4, unique=True).map(tuple),
        }
        found.append(
            TrafficPeriod(
                start=time(begin, draw(st.sampled_from((0, 0, 15)))),
                end=draw(st.sampled_from((time(end), time(end), time(0)))),
                factor=draw(st.sampled_from((1.5, 2.0, 1.1, 0.5))),
                **draw(few_of(limits, 1)),
            )
        )
    return tuple(found)


@st.composite
def problem_rules(
    draw: st.DrawFn, rules: frozenset[str], parts: Fields, clock: Clock, days: int
) -> Fields:
    """What the problem itself states of these rules."""
    fields: Fields = {}
    made: list[Order] = parts["orders"]
    workers: list[Worker] = parts["workers"]
    once = tuple(order.id for order in made if order.recurrence is None)
    if "relations" in rules and len(once) > 1:
        fields["relations"] = draw(st.lists(relations(once), min_size=1, max_size=3))
    if "customers" in rules:
        fields["customers"] = [
            Customer(
                id=name,
                history=draw(some(tuple(worker.id for worker in workers))),
                max_workers=draw(sometimes(st.integers(1, 2))),
            )
            for name in CUSTOMERS
            if draw(st.booleans())
        ]
    if "locks" in rules and made:
        plain = Problem(**parts)
        visits = [tuple(key) for order in made for key in plain.visits(order)]
        fields["locks"] = draw(locks(visits, workers, clock, days))
    if "freeze" in rules:
        fields["freeze_until"] = clock(5 * draw(st.integers(72, 168)))
    if "traffic" in rules:
        fields["traffic"] = draw(traffic())
    return fields


def sound_problem(parts: Fields, rules: Fields) -> Problem:
    """The problem, without the relations that contradict those before them."""
    kept: list[Any] = []
    for relation in rules.get("relations", ()):
        try:
            Problem(**parts, relations=[*kept, relation])
        except InputError:
            continue
        kept.append(relation)
    return Problem(**parts, **rules | {"relations": kept})
