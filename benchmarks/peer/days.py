"""The problems: generated days, plain enough for everybody or as they are.

Plain days
----------
A day of :func:`~homeserve_dispatch.datasets.generate_day`, cut down to what every peer states
exactly. What stays, and how:

- travel time alone, in whole seconds (rounded up, so that no detour is shorter than the way), as
  one explicit table for each travel mode; workers keep their mode, all peers know a table for
  each kind of vehicle;
- who may do what: skills with levels and dates, tags, areas, required and forbidden workers.
  All of it comes down to the shifts that may take the order, and each peer can state that;
- hard windows of the start. Two windows stay two: PyVRP states them as a group of clients of
  which one is visited, the others know them as such. Soft windows become hard; windows of the
  finish become windows of the start; release and answer of an urgent order are its window; other
  releases (parts that arrive in the morning) and SLA deadlines go;
- shifts from home back home, each a vehicle of its own, with a hard end.

What goes: overtime, preferences, open ends, capacities and limits of shifts, costs of distance
and waiting. Setup is part of the duration, so it is paid at every visit.

A plan costs its travel seconds, and 3600 * (1 + priority / 10) for each order left out. With
``priority_first`` it is 36000 * (1 + 100 * priority): no travel outweighs an order, and no hundred
orders a point of priority.

VROOM and vrp-cli do not weigh travel against orders: they serve as much as they can, by
priority, and then shorten the ways. At these skip costs that is nearly the same aim: an order
would have to cost an hour of driving not to be worth it.

Full days
---------
The generated day with all its rules and the default objective. Peers that cannot express one of
its rules are not run on it.
"""

from __future__ import annotations

from array import array
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from homeserve_dispatch import (
    Location,
    ModeMatrix,
    Objective,
    Order,
    Problem,
    Shift,
    TimeWindow,
    TravelMatrix,
    Worker,
)
from homeserve_dispatch.datasets import generate_day
from homeserve_dispatch.model.matrix import Milliseconds
from homeserve_dispatch.travel.tables import geometry

SKIP = (3600.0, 0.1)
"""Seconds for an order left out, and what each point of its priority adds in terms of that."""
PRIORITY_FIRST = (36_000.0, 100.0)
_NO_BOUND = 1 << 62


def plain(orders: int, kind: str, seed: int, *, priority_first: bool = False) -> Problem:
    """A plain day.

    Parameters
    ----------
    orders : int
        How many.
    kind : str
        ``"tight"`` or ``"loose"``.
    seed : int
        Of the day.
    priority_first : bool
        Whether skip costs are so high that priority comes before number, and both before travel.
    """
    day = generate_day(orders, seed=seed, tightness=kind)
    places = _Places()
    stripped = tuple(_order(day, order, places) for order in day.orders)
    workers = tuple(_worker(worker, places) for worker in day.workers)
    modes = sorted({worker.mode for worker in day.workers})
    return Problem(
        name=day.name,
        orders=stripped,
        workers=workers,
        travel=TravelMatrix(
            places=tuple(place.id for place in places.named),
            tables={mode: _table(day, places.found, mode) for mode in modes},
        ),
        objective=_objective(*(PRIORITY_FIRST if priority_first else SKIP)),
    )


def full(orders: int, kind: str, seed: int) -> Problem:
    """The generated day as it is."""
    return generate_day(orders, seed=seed, tightness=kind)


def _objective(skip: float, by_priority: float) -> Objective:
    """Costs are seconds: an hour of travel costs 3600, and nothing else counts."""
    weights = dict.fromkeys(("travel_distance", "overtime", "waiting", "lateness"), 0.0)
    weights |= dict.fromkeys(("sla_lateness", "preference", "missed_break", "response_time"), 0.0)
    weights |= {"travel_time": 3600.0, "unassigned": skip, "unassigned_by_priority": by_priority}
    return Objective(**weights)


class _Places:
    """Places by number: as the day has them, and named for the table."""

    def __init__(self) -> None:
        self._known: dict[object, Location] = {}
        self.found: list[Location] = []

    @property
    def named(self) -> list[Location]:
        return list(self._known.values())

    def name(self, place: Location) -> Location:
        """The same place, called by its number in the table."""
        if place.key not in self._known:
            self._known[place.key] = place.model_copy(update={"id": f"P{len(self.found)}"})
            self.found.append(place)
        return self._known[place.key]


def _table(day: Problem, places: list[Location], mode: str) -> ModeMatrix:
    legs = geometry(day.travel, places, [mode], largest_table=_NO_BOUND).legs
    ms: npt.NDArray[np.int32] = legs[:-1, 0:-2:2]
    whole = -(-ms // 1000) * 1000
    values = array("i", whole.astype(np.intc).tobytes())
    return ModeMatrix(travel_time_s=Milliseconds(values, len(places), 1000))


def _order(day: Problem, order: Order, places: _Places) -> Order:
    asks = day.effective(order)
    duration = asks.duration + asks.setup
    return Order(
        id=order.id,
        location=places.name(order.location),
        area=order.area,
        duration=duration,
        time_windows=_windows(order, duration),
        priority=asks.priority,
        skills=dict(asks.skills),
        required_tags=asks.required_tags,
        forbidden_tags=asks.forbidden_tags,
        required_workers=order.required_workers,
        forbidden_workers=order.forbidden_workers,
    )


def _windows(order: Order, duration: timedelta) -> tuple[TimeWindow, ...]:
    """Hard, of the start."""
    if not order.time_windows:
        if order.respond_by is None:
            return ()
        opens = order.release or datetime.combine(order.respond_by.date(), datetime.min.time())
        return (TimeWindow(earliest=opens, latest=order.respond_by),)
    earlier = duration if order.time_windows[0].bounds == "finish" else timedelta(0)
    return tuple(
        TimeWindow(earliest=window.earliest - earlier, latest=window.latest - earlier)
        for window in order.time_windows
    )


def _worker(worker: Worker, places: _Places) -> Worker:
    shifts = []
    for shift in worker.shifts:
        assert shift.start_location is not None
        home = places.name(shift.start_location)
        shifts.append(
            Shift(start=shift.start, end=shift.end, start_location=home, end_location=home)
        )
    return Worker(
        id=worker.id,
        shifts=tuple(shifts),
        skills=worker.skills,
        tags=worker.tags,
        areas=worker.areas,
        mode=worker.mode,
    )
