"""A small day that uses most rules, and a good plan of it made by hand.

Every way between two places takes 10 minutes and 1 km. Ana drives from the depot and back, Ben
begins and ends at his visits. Order E is left out.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from homeserve_dispatch import (
    Location,
    ModeMatrix,
    Objective,
    Order,
    Plan,
    Problem,
    Rates,
    Route,
    Shift,
    Skill,
    TimeWindow,
    TravelMatrix,
    Unassigned,
    Violation,
    Visit,
    Worker,
    check,
)

BERLIN = ZoneInfo("Europe/Berlin")
PLACES = ("depot", "a", "b", "c", "island")


def at(clock: str, day: int = 4) -> datetime:
    """A moment of that day in May, from its clock time."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 5, day, hour, minute, tzinfo=BERLIN)


def window(earliest: str, latest: str, **kind: Any) -> TimeWindow:
    return TimeWindow(earliest=at(earliest), latest=at(latest), **kind)


def place(name: str) -> Location:
    return Location(id=name)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def table(unit: float) -> list[list[float | None]]:
    """The same between any two places; none to the island or from it."""
    return [
        [0 if one == other else None if "island" in (one, other) else unit for other in PLACES]
        for one in PLACES
    ]


PROBLEM = Problem(
    orders=[
        Order(
            id="A",
            location=place("a"),
            duration=minutes(60),
            setup=minutes(10),
            time_windows=[window("9:00", "10:00")],
            skills={"gas": 2},
            required_tags=["german"],
            forbidden_tags=["dog"],
            required_workers=["Ana"],
            area="north",
            demand={"pipes": 2.5},
        ),
        Order(
            id="B",
            location=place("a"),
            duration=minutes(30),
            setup=minutes(10),
            time_windows=[window("9:00", "11:30", bounds="finish")],
            area="north",
            demand={"pipes": 2},
            respond_by=at("10:30"),
            hard_sla=True,
        ),
        Order(
            id="C",
            location=place("b"),
            duration=minutes(60),
            time_windows=[
                window("13:00", "14:00", soft=True),
                window("10:00", "10:30", soft=True),
            ],
            preferred_workers=["Ben"],
            preferred_tags=["van"],
            area="north",
            resolve_by=at("11:20"),
        ),
        Order(
            id="D",
            location=place("c"),
            duration=minutes(30),
            forbidden_workers=["Ana"],
            release=at("8:30"),
            priority=10,
        ),
        Order(id="E", location=place("c"), duration=minutes(600), skip_cost=80),
    ],
    workers=[
        Worker(
            id="Ana",
            shifts=[
                Shift(
                    start=at("8:00"),
                    end=at("11:30"),
                    overtime_until=at("13:00"),
                    start_location=place("depot"),
                    end_location=place("depot"),
                    capacity={"pipes": 4.5},
                    max_visits=3,
                    max_travel=minutes(30),
                    max_work=minutes(190),
                    max_distance_m=3000,
                )
            ],
            skills={"gas": Skill(level=2, valid_until=date(2026, 5, 4))},
            tags=["german"],
            areas=["north"],
            preferred_areas=["south"],
            rates=Rates(travel_time=36, paid_time=12),
        ),
        Worker(
            id="Ben",
            shifts=[
                Shift(start=at("8:00"), end=at("12:00")),
                Shift(start=at("8:00", 5), end=at("12:00", 5), paid_from="shift_start"),
            ],
            skills={"gas": 1},
            tags=["dog", "van"],
        ),
    ],
    travel=TravelMatrix(
        places=PLACES,
        tables={"car": ModeMatrix(travel_time_s=table(600), distance_m=table(1000))},
    ),
    objective=Objective(shift_use=5),
)


def visit(order: str, arrival: str, start: str, finish: str, day: int = 4, **figures: Any) -> Visit:
    return Visit(
        order=order,
        arrival=at(arrival, day),
        start=at(start, day),
        finish=at(finish, day),
        **figures,
    )


ANA = Route(
    worker="Ana",
    shift=0,
    departure=at("8:50"),
    end=at("12:00"),
    visits=[
        visit("A", "9:00", "9:00", "10:10"),
        visit("B", "10:10", "10:10", "10:40"),
        visit("C", "10:50", "10:50", "11:50"),
    ],
)
BEN = Route(
    worker="Ben",
    shift=0,
    departure=at("8:30"),
    end=at("9:00"),
    visits=[visit("D", "8:30", "8:30", "9:00")],
)
PLAN = Plan(routes=[ANA, BEN], unassigned=[Unassigned(order="E")])


def plan_of(*routes: Route, left: tuple[str, ...] = ("E",)) -> Plan:
    return Plan(routes=routes, unassigned=[Unassigned(order=order) for order in left])


def with_visit(route: Route, number: int, **changes: Any) -> Route:
    """The route with one visit changed."""
    visits = list(route.visits)
    visits[number] = visits[number].model_copy(update=changes)
    return route.model_copy(update={"visits": tuple(visits)})


def later(route: Route, by: timedelta, first: int = 0) -> Route:
    """The route with its visits from the first one named on, and its end, moved later."""
    visits = [
        one.model_copy(
            update={name: getattr(one, name) + by for name in ("arrival", "start", "finish")}
        )
        if number >= first
        else one
        for number, one in enumerate(route.visits)
    ]
    changes: dict[str, Any] = {"visits": tuple(visits), "end": route.end + by}
    if first == 0:
        changes["departure"] = route.departure + by
    return route.model_copy(update=changes)


def with_order(identity: str, **changes: Any) -> Problem:
    """The day with one order changed."""
    orders = [
        order.model_copy(update=changes) if order.id == identity else order
        for order in PROBLEM.orders
    ]
    return PROBLEM.model_copy(update={"orders": tuple(orders)})


def with_worker(identity: str, **changes: Any) -> Problem:
    """The day with one worker changed."""
    workers = [
        worker.model_copy(update=changes) if worker.id == identity else worker
        for worker in PROBLEM.workers
    ]
    return PROBLEM.model_copy(update={"workers": tuple(workers)})


def with_shift(identity: str, **changes: Any) -> Problem:
    """The day with a worker's first shift changed."""
    shifts = PROBLEM.worker(identity).shifts
    return with_worker(identity, shifts=(shifts[0].model_copy(update=changes), *shifts[1:]))


def with_objective(**changes: Any) -> Problem:
    """The day with other weights."""
    return PROBLEM.model_copy(update={"objective": PROBLEM.objective.model_copy(update=changes)})


def codes(problem: Problem, plan: Plan) -> list[str]:
    """What the checker says, in its order."""
    return [violation.code.value for violation in check(problem, plan)]


def only(problem: Problem, plan: Plan) -> Violation:
    """The one fault that the checker finds."""
    (violation,) = check(problem, plan)
    return violation


def assert_says(problem: Problem, plan: Plan, code: str, match: str, amount: float) -> None:
    violation = only(problem, plan)
    assert violation.code == code
    assert match in violation.message
    assert violation.amount == pytest.approx(amount)
    assert violation.hard == (code != "STATED")


# --- other days in the same town


def job(identity: str, where: str = "a", **more: Any) -> Order:
    """Half an hour of work somewhere in the town."""
    return Order(id=identity, location=place(where), **{"duration": minutes(30), **more})


def shift_of(start: str = "8:00", end: str = "12:00", day: int = 4, **more: Any) -> Shift:
    return Shift(start=at(start, day), end=at(end, day), **more)


def town(orders: list[Order], workers: list[Worker] | None = None, **more: Any) -> Problem:
    """Orders in the town; Ana and Ben begin and end at their visits unless said otherwise."""
    two = [Worker(id=name, shifts=[shift_of()]) for name in ("Ana", "Ben")]
    return Problem(
        orders=orders,
        workers=two if workers is None else workers,
        travel=PROBLEM.travel,
        **more,
    )


def done(order: str, start: str, finish: str, arrival: str | None = None, **more: Any) -> Visit:
    """A visit that starts on arrival unless said otherwise; ``day`` is that of its times."""
    return visit(order, arrival or start, start, finish, **more)


def tour(worker: str, *visits: Visit, shift: int = 0, **more: Any) -> Route:
    """A route from the arrival at the first visit to the finish of the last one."""
    times = {"departure": visits[0].arrival, "end": visits[-1].finish, **more}
    return Route(worker=worker, shift=shift, visits=visits, **times)


def all_codes(problem: Problem, *routes: Route, left: tuple[str, ...] = ()) -> list[str]:
    """What the checker says of a plan of these routes."""
    return codes(problem, plan_of(*routes, left=left))


def faults(
    problem: Problem, *routes: Route, left: tuple[str, ...] = ()
) -> list[tuple[str, str | None, float]]:
    """Code, order and amount of each fault of a plan of these routes."""
    found = check(problem, plan_of(*routes, left=left))
    return [(one.code.value, one.order, one.amount) for one in found]
