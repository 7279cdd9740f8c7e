"""What the tables on the terminal say of stops that are no plain visits."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

from rich.console import Console

from homeserve_dispatch import (
    Break,
    GreatCircle,
    Location,
    Order,
    Plan,
    Problem,
    ServiceType,
    Shift,
    Worker,
)
from homeserve_dispatch.cli.screen import show_plan
from homeserve_dispatch.cli.summary import summarise
from homeserve_dispatch.model import Recurrence, Restock, Role
from homeserve_dispatch.plan import BreakTaken, RestockCall, Route, Visit

HOUR = timedelta(hours=1)
EIGHT = datetime(2026, 5, 4, 8)
HERE = Location(lat=48, lon=11)


def at(hour: float) -> dict[str, datetime]:
    """A stop of half an hour that is reached a quarter before it starts."""
    start = EIGHT + hour * HOUR
    return {"arrival": start - HOUR / 4, "start": start, "finish": start + HOUR / 2}


def day() -> tuple[Problem, Plan]:
    canteen = Location(id="canteen", lat=48, lon=11.1)
    lunch = Break(duration=HOUR / 2, earliest=EIGHT, latest=EIGHT + 8 * HOUR)
    shift = Shift(
        start=EIGHT,
        end=EIGHT + 8 * HOUR,
        breaks=[lunch, lunch.model_copy(update={"location": canteen})],
        restock=Restock(location=Location(id="store", lat=48, lon=11.2)),
    )
    crew = [Role(name="lead"), Role()]
    problem = Problem(
        orders=[
            Order(id="A", location=HERE, service="lift"),
            Order(id="B", location=HERE, duration=HOUR / 2, recurrence=Recurrence(times=3)),
            Order(id="C", location=HERE, duration=HOUR / 2, crew=[Role()]),
        ],
        workers=[Worker(id="Ana", shifts=[shift]), Worker(id="Bo", shifts=[shift])],
        services=[ServiceType(id="lift", duration=HOUR / 2, crew=crew)],
        travel=GreatCircle(),
    )
    ana = Route(
        worker="Ana",
        departure=EIGHT,
        end=EIGHT + 8 * HOUR,
        visits=(
            Visit(order="A", **at(1)),
            Visit(order="B", occurrence=1, **at(5)),
            Visit(order="C", **at(6)),
        ),
        breaks=(
            BreakTaken(number=0, after=1, **at(2)),
            BreakTaken(number=1, after=1, **at(4)),
        ),
        restock=RestockCall(after=1, **at(3)),
    )
    other = (Visit(order="A", role=1, **at(1)),)
    bo = Route(worker="Bo", departure=EIGHT, end=EIGHT + HOUR, visits=other)
    return problem, Plan(routes=(ana, bo))


def test_a_route_shows_breaks_restocking_roles_and_times_in_their_turn() -> None:
    problem, plan = day()
    out = io.StringIO()
    show_plan(Console(file=out, width=120), problem, plan, routes=2)
    lines = [" ".join(line.split()) for line in out.getvalue().splitlines()]
    first = lines.index("08:00 departs")
    assert lines[first : first + 8] == [
        "08:00 departs",
        "09:00 09:30 A lift 48.0000, 11.0000 lead, waits 15 min",
        "10:00 10:30 break",
        "11:00 11:30 restocks store waits 15 min",
        "12:00 12:30 break canteen waits 15 min",
        "13:00 13:30 B 48.0000, 11.0000 2 of 3 times, waits 15 min",
        "14:00 14:30 C 48.0000, 11.0000 waits 15 min",
        "16:00 ends",
    ]
    assert "09:00 09:30 A lift 48.0000, 11.0000 2 of a crew of 2, waits 15 min" in lines
    assert "3 of 3 orders served." in lines
    assert "visits 4 of crews and recurring work several" in lines


def test_orders_are_counted_once_however_many_visits_they_need() -> None:
    found = summarise(*day())
    assert (found.orders, found.served, found.visits) == (3, 3, 4)
