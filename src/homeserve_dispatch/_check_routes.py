"""Hard rules of ``docs/rules.md`` for a single route: who may do what, when, and within what."""

from __future__ import annotations

from datetime import date

from homeserve_dispatch._check_limits import SHIFT_CODES, check_load, check_totals
from homeserve_dispatch._truth import Truth, windows_ms
from homeserve_dispatch._truth_records import Call, Pause, Run, Stop, to_ms
from homeserve_dispatch._violation import Code, Findings, span
from homeserve_dispatch.model.order import Order
from homeserve_dispatch.model.problem import VisitKey
from homeserve_dispatch.model.worker import Shift, Worker
from homeserve_dispatch.scoring import missed_preferences, sla_is_hard


def check_who(
    truth: Truth, found: Findings, key: VisitKey, worker: Worker, shift: Shift | None
) -> None:
    """Skills, tags, workers, areas; without a shift, validity of skills is not judged.

    Nothing of it is asked of a worker to whom the visit is locked.
    """
    lock = truth.locks.get(key)
    if lock is not None and lock.worker == worker.id:
        return
    order, asks = truth.orders[key.order], truth.asks[key.order]
    name = f"order {order.id!r}"
    day = None if shift is None else shift.start.date()
    for skill, level in asks.roles[key.role].skills.items():
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


def check_halt(truth: Truth, found: Findings, run: Run, halt: Stop | Pause | Call) -> None:
    """Travel and times of one visit, break or call at the depot."""
    if halt.way.no_way:
        found.add(
            Code.UNREACHABLE,
            f"there is no way to {halt.name} from the stop before",
            order=halt.about,
        )
    if not run.timed:
        return
    _check_times(found, halt)
    if isinstance(halt, Stop):
        _check_stop(truth, found, halt)


def _check_times(found: Findings, halt: Stop | Pause | Call) -> None:
    """Whether arrival, start and finish follow from one another and from the stop before."""
    name, order, way = halt.name, halt.about, halt.way
    arrival = to_ms(halt.stated.arrival)
    needs = "start + setup + duration" if isinstance(halt, Stop) else "start + duration"
    if way.known and not (isinstance(halt, Pause) and halt.leading):
        early = way.arrival_ms - arrival
        if early > way.slack_ms:
            found.late(
                Code.TRAVEL,
                early,
                f"arrives at {name} {{by}} too early: the way takes {span(way.travel_ms)}",
                order,
            )
        elif -early > way.slack_ms:
            found.late(
                Code.STATED,
                -early,
                f"the arrival stated at {name} is {{by}} later than departure and travel make it",
                order,
            )
    found.late(
        Code.START_BEFORE_ARRIVAL,
        arrival - halt.start_ms,
        f"{name} starts {{by}} before the arrival",
        order,
    )
    found.late(
        Code.DURATION,
        abs(to_ms(halt.stated.finish) - halt.finish_ms),
        f"the finish of {name} is {{by}} off {needs}",
        order,
    )


def _check_stop(truth: Truth, found: Findings, stop: Stop) -> None:
    """Release, windows and deadlines; a visit that starts when it is locked to has none."""
    lock = truth.locks.get(stop.key)
    if lock is not None and lock.start is not None and to_ms(lock.start) == stop.start_ms:
        return
    order, name = stop.order, stop.name
    if order.release is not None:
        found.late(
            Code.RELEASE,
            to_ms(order.release) - stop.start_ms,
            f"{name} starts {{by}} too early",
            order.id,
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
    opening = stop.finish_ms if first.bounds == "finish" else stop.start_ms
    closing = stop.start_ms if first.bounds == "start" else stop.finish_ms
    word = {"start": "starts", "finish": "finishes", "service": "lies"}[first.bounds]
    if first.soft:
        before = windows[0][0] - opening
        found.late(
            Code.TIME_WINDOW,
            before,
            f"{stop.name} {'starts' if word == 'lies' else word} {{by}} before its window opens",
            order.id,
        )
        if before > 0 or truth.problem.objective.lateness != "hard":
            return
    found.late(
        Code.LATENESS if first.soft else Code.TIME_WINDOW,
        min(max(earliest - opening, closing - latest, 0) for earliest, latest in windows),
        f"{stop.name} {word} {{by}} outside its time windows",
        order.id,
    )


def check_run(truth: Truth, found: Findings, run: Run) -> None:
    """Limits of the shift, and the way to the end place."""
    if run.home.no_way:
        found.add(Code.UNREACHABLE, "there is no way to the end place")
    if run.timed:
        _check_departure(truth, found, run)
        _check_end(truth, found, run)
    check_load(found, run)
    check_totals(found, run.shift, [run], SHIFT_CODES)


def _check_departure(truth: Truth, found: Findings, run: Run) -> None:
    found.late(
        Code.SHIFT_START, run.shift_start_ms - run.departure_ms, "departs {by} before the shift"
    )
    first = next(halt for halt in run.halts if not (isinstance(halt, Pause) and halt.leading))
    if truth.freeze_ms is None or not isinstance(first, Stop) or not first.way.known:
        return
    if first.key not in truth.locks:
        found.late(
            Code.FROZEN,
            truth.freeze_ms - run.departure_ms,
            f"departs to {first.name} {{by}} before freeze_until",
            first.order.id,
        )


def _check_end(truth: Truth, found: Findings, run: Run) -> None:
    shift = run.shift
    early = run.end_ms - to_ms(run.route.end)
    if run.home.known and early > run.home.slack_ms:
        found.late(
            Code.TRAVEL,
            early,
            f"ends {{by}} too early: the way back takes {span(run.home.travel_ms)}",
        )
    past_end = run.end_ms - run.shift_end_ms
    past_limit = past_end
    if shift.overtime_until is not None:
        past_limit = run.end_ms - to_ms(shift.overtime_until)
    if past_limit > 0:
        found.late(Code.SHIFT_END, past_limit, "the route ends {by} after the latest end")
    elif truth.problem.objective.overtime == "hard":
        found.late(Code.OVERTIME, past_end, "{by} of overtime, which is forbidden")
