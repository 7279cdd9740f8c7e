"""Hard rules of ``docs/rules.md``: who may do what, when, and the limits of a shift."""

from __future__ import annotations

from datetime import date
from math import fsum

from homeserve_dispatch._truth import MS, Run, Stop, Truth, to_ms, windows_ms
from homeserve_dispatch._violation import Code, Findings, span
from homeserve_dispatch.model.order import Order
from homeserve_dispatch.model.worker import Shift, Worker
from homeserve_dispatch.scoring import missed_preferences, sla_is_hard

DEMAND_TOLERANCE = 1e-6


def check_who(
    truth: Truth, found: Findings, order: Order, worker: Worker, shift: Shift | None
) -> None:
    """Skills, tags, workers, areas; without a shift, validity of skills is not judged."""
    asks = truth.asks[order.id]
    name = f"order {order.id!r}"
    day = None if shift is None else shift.start.date()
    for skill, level in asks.skills.items():
        _check_skill(found, order, worker, skill, level, day)
    for tag in dict.fromkeys(asks.required_tags):
        if tag not in worker.tags:
            found.add(
                Code.REQUIRED_TAG,
                f"{name} requires the tag {tag!r}, which is lacking",
                order=order.id,
            )
    for tag in dict.fromkeys(asks.forbidden_tags):
        if tag in worker.tags:
            found.add(Code.FORBIDDEN_TAG, f"{name} forbids the tag {tag!r}", order=order.id)
    if order.required_workers and worker.id not in order.required_workers:
        wanted = " or ".join(map(repr, order.required_workers))
        found.add(Code.REQUIRED_WORKER, f"{name} requires {wanted}", order=order.id)
    if worker.id in order.forbidden_workers:
        found.add(Code.FORBIDDEN_WORKER, f"{name} forbids this worker", order=order.id)
    if worker.areas and order.area not in worker.areas:
        where = "no area" if order.area is None else f"area {order.area!r}"
        found.add(
            Code.AREA,
            f"{name} lies in {where}, the worker only goes to {', '.join(worker.areas)}",
            order=order.id,
        )
    if truth.problem.objective.preference == "hard":
        missed = missed_preferences(order, asks, worker)
        if missed:
            found.add(
                Code.PREFERENCE,
                f"{name} may not miss a preference: {'; '.join(missed)}",
                order=order.id,
                amount=float(len(missed)),
            )


def _check_skill(
    found: Findings, order: Order, worker: Worker, skill: str, level: int, day: date | None
) -> None:
    held = worker.skills.get(skill)
    about = f"the skill {skill!r} for order {order.id!r}"
    if held is None:
        found.add(Code.SKILL, f"{about} is lacking", order=order.id)
        return
    if held.level < level:
        found.add(
            Code.SKILL_LEVEL,
            f"{about} is held at level {held.level}, {level} is asked for",
            order=order.id,
            amount=float(level - held.level),
            unit="level",
        )
    if day is not None and not held.holds_on(day):
        if held.valid_from is not None and day < held.valid_from:
            off, when = (held.valid_from - day).days, f"only from {held.valid_from} on"
        else:
            assert held.valid_until is not None
            off, when = (day - held.valid_until).days, f"only until {held.valid_until}"
        found.add(
            Code.SKILL_EXPIRED,
            f"{about} is valid {when}, the shift starts on {day}",
            order=order.id,
            amount=float(off),
            unit="day",
        )


def check_stop(truth: Truth, found: Findings, run: Run, stop: Stop) -> None:
    """Travel and times of one visit."""
    order, visit = stop.order, stop.visit
    name = f"order {order.id!r}"
    if stop.no_way:
        found.add(
            Code.UNREACHABLE, f"there is no way to {name} from the stop before", order=order.id
        )
    if not run.timed:
        return
    arrival, start = to_ms(visit.arrival), stop.start_ms
    if stop.leg_known:
        found.late(
            Code.TRAVEL,
            stop.arrival_ms - arrival,
            f"arrives at {name} {{by}} too early: the way takes {span(stop.travel_ms)}",
            order.id,
        )
        found.late(
            Code.STATED,
            arrival - stop.arrival_ms,
            f"the arrival stated at {name} is {{by}} later than departure and travel make it",
            order.id,
        )
    found.late(
        Code.START_BEFORE_ARRIVAL,
        arrival - start,
        f"{name} starts {{by}} before the arrival",
        order.id,
    )
    found.late(
        Code.DURATION,
        abs(to_ms(visit.finish) - stop.finish_ms),
        f"the finish of {name} is {{by}} off start + setup + duration",
        order.id,
    )
    if order.release is not None:
        found.late(
            Code.RELEASE, to_ms(order.release) - start, f"{name} starts {{by}} too early", order.id
        )
    _check_windows(truth, found, stop)
    if sla_is_hard(truth.problem, order):
        found.late(
            Code.RESPOND_BY, stop.respond_ms, f"{name} starts {{by}} past respond_by", order.id
        )
        found.late(
            Code.RESOLVE_BY, stop.resolve_ms, f"{name} finishes {{by}} past resolve_by", order.id
        )


def _check_windows(truth: Truth, found: Findings, stop: Stop) -> None:
    order = stop.order
    if not order.time_windows:
        return
    first = order.time_windows[0]
    windows = windows_ms(order)
    at_finish = first.bounds == "finish"
    moment = stop.finish_ms if at_finish else stop.start_ms
    word = "finishes" if at_finish else "starts"
    if first.soft:
        before = windows[0][0] - moment
        found.late(
            Code.TIME_WINDOW,
            before,
            f"order {order.id!r} {word} {{by}} before its window opens",
            order.id,
        )
        if before > 0 or truth.problem.objective.lateness != "hard":
            return
    off = min(max(earliest - moment, moment - latest, 0) for earliest, latest in windows)
    found.late(
        Code.LATENESS if first.soft else Code.TIME_WINDOW,
        off,
        f"order {order.id!r} {word} {{by}} outside its time windows",
        order.id,
    )


def check_run(truth: Truth, found: Findings, run: Run) -> None:
    """Limits of the shift, and the way to the end place."""
    if run.home_no_way:
        found.add(Code.UNREACHABLE, "there is no way to the end place")
    if run.timed:
        _check_ends(truth, found, run)
    _check_capacity(found, run)
    shift, visits = run.shift, len(run.stops)
    if shift.max_visits is not None and visits > shift.max_visits:
        found.add(
            Code.MAX_VISITS,
            f"{visits} visits, at most {shift.max_visits} are allowed",
            amount=float(visits - shift.max_visits),
        )
    if shift.max_travel is not None:
        over = run.travel_ms - shift.max_travel // MS
        found.late(Code.MAX_TRAVEL, over, "{by} more travel than max_travel allows")
    if shift.max_work is not None:
        over = run.travel_ms + run.service_ms - shift.max_work // MS
        found.late(Code.MAX_WORK, over, "{by} more work than max_work allows")
    if shift.max_distance_m is not None and run.distance_m > shift.max_distance_m:
        over = run.distance_m - shift.max_distance_m
        found.add(
            Code.MAX_DISTANCE,
            f"{over} m more than max_distance_m allows",
            amount=float(over),
            unit="m",
        )


def _check_ends(truth: Truth, found: Findings, run: Run) -> None:
    shift = run.shift
    found.late(
        Code.SHIFT_START, run.shift_start_ms - run.departure_ms, "departs {by} before the shift"
    )
    if run.home_known:
        found.late(
            Code.TRAVEL,
            run.end_ms - to_ms(run.route.end),
            f"ends {{by}} too early: the way back takes {span(run.home.time_ms)}",
        )
    past_end = run.end_ms - run.shift_end_ms
    past_limit = past_end
    if shift.overtime_until is not None:
        past_limit = run.end_ms - to_ms(shift.overtime_until)
    if past_limit > 0:
        found.late(Code.SHIFT_END, past_limit, "the route ends {by} after the latest end")
    elif truth.problem.objective.overtime == "hard":
        found.late(Code.OVERTIME, past_end, "{by} of overtime, which is forbidden")


def _check_capacity(found: Findings, run: Run) -> None:
    taken: dict[str, list[float]] = {}
    for stop in run.stops:
        for name, amount in stop.asks.demand.items():
            taken.setdefault(name, []).append(amount)
    for name, amounts in taken.items():
        load, carried = fsum(amounts), run.shift.capacity.get(name, 0.0)
        if load - carried > DEMAND_TOLERANCE:
            found.add(
                Code.CAPACITY,
                f"the visits take {load:g} of {name!r}, the shift carries {carried:g}",
                amount=load - carried,
            )
