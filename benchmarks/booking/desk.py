"""First come, first served: each call is answered with a time at once, and that is kept."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

import numpy as np

from booking.diary import Diary, Slot
from booking.request import Request
from homeserve_dispatch.eligibility import eligibility
from homeserve_dispatch.encode_rules import needs_rules
from homeserve_dispatch.model import Lock, Order, Problem
from homeserve_dispatch.model.base import instant
from homeserve_dispatch.plan import Plan
from homeserve_dispatch.schedule import build_plan

Choice = Literal["nearest", "detour"]
QUARTER = timedelta(minutes=15)

_CONCESSIONS = (
    {"overtime": False, "late": False},
    {"overtime": True, "late": False},
    {"overtime": False, "late": True},
    {"overtime": True, "late": True},
)
"""What is tried one after another until somebody has time."""


def first_come(
    problem: Problem, *, seed: int = 0, step: timedelta = QUARTER, choice: Choice = "nearest"
) -> Plan:
    """The plan of an office that answers one call after another.

    Parameters
    ----------
    problem : Problem
        A day without crews, bonds, breaks and other rules that the plain search does not know.
    seed : int
        Of the sequence in which customers call.
    step : timedelta
        Times that are promised are whole steps after midnight.
    choice : {"nearest", "detour"}
        Among all workers with their earliest time, the one who comes from nearest; or the time
        of any worker that adds least travel.

    Returns
    -------
    Plan
        Every visit starts as promised. It states no cost.
    """
    if needs_rules(problem):
        raise ValueError("the office knows no crews, bonds, breaks, locks and the like")
    diaries = [
        Diary(problem, worker, number)
        for worker in problem.workers
        for number in range(len(worker.shifts))
    ]
    able = _able(problem, diaries)
    for order in calls(problem, seed):
        slot = _answer(Request(problem, order, step), able[order.id], choice)
        if slot is not None:
            slot.diary.enter(slot)
    return _plan(problem, diaries)


def calls(problem: Problem, seed: int) -> list[Order]:
    """Orders as they come in: booked ahead in any sequence, then what is urgent, by the clock."""
    urgent = [order for order in problem.orders if is_urgent(order)]
    booked = [order for order in problem.orders if not is_urgent(order)]
    random.Random(seed).shuffle(booked)
    # Those without a release were known in the morning.
    urgent.sort(key=_released)
    return booked + urgent


def _released(order: Order) -> tuple[bool, datetime | None]:
    return order.release is not None, order.release and instant(order.release)


def is_urgent(order: Order) -> bool:
    """Whether somebody has to answer within hours: it is called in on the day itself."""
    return order.respond_by is not None or order.resolve_by is not None


def _able(problem: Problem, diaries: list[Diary]) -> dict[str, list[Diary]]:
    """Who may do each order, whatever the time."""
    shifts = [(diary.worker, diary.shift) for diary in diaries]
    any_time = np.ones((len(problem.orders), len(shifts)), np.bool_)
    table = eligibility(problem, shifts, any_time)
    return {
        order.id: [diaries[at] for at in np.flatnonzero(table.eligible[table.row[number]])]
        for number, order in enumerate(problem.orders)
    }


def _answer(request: Request, able: list[Diary], choice: Choice) -> Slot | None:
    """The time that the customer is told; None: nobody has any."""
    for concession in _CONCESSIONS:
        found = [slot for diary in able for slot in diary.slots(request, **concession)]
        if not found:
            continue
        if choice == "detour":
            return min(found, key=lambda slot: (slot.detour, slot.promise.start))
        return min(_earliest(found), key=lambda slot: (slot.way, slot.promise.start))
    return None


def _earliest(slots: list[Slot]) -> Iterator[Slot]:
    """Each worker's first one."""
    first: dict[str, Slot] = {}
    for slot in slots:
        name = slot.diary.worker.id
        if name not in first or slot.promise.start < first[name].promise.start:
            first[name] = slot
    yield from first.values()


def _plan(problem: Problem, diaries: list[Diary]) -> Plan:
    """What was promised, as a plan: starts are locked, so that nothing is moved to before them."""
    kept = {(diary.worker.id, diary.shift): diary.promises for diary in diaries}
    locks = tuple(
        Lock(order=promise.request.order.id, worker=worker, shift=shift, start=promise.start)
        for (worker, shift), promises in kept.items()
        for promise in promises
    )
    sequences = {
        key: [promise.request.order.id for promise in promises] for key, promises in kept.items()
    }
    return build_plan(problem.model_copy(update={"locks": locks}), sequences)
