"""From what the user states to stops and routes that can be timed."""

from __future__ import annotations

import math

from homeserve_dispatch._schedule_clock import FAR, MS, Traffic, to_ms
from homeserve_dispatch._schedule_run import NO_LEG, Run, Stop, Way
from homeserve_dispatch.model.location import Location
from homeserve_dispatch.model.order import Order, TimeWindow
from homeserve_dispatch.model.problem import Effective, EffectiveRole, Problem, VisitKey
from homeserve_dispatch.model.travel import NO_WAY
from homeserve_dispatch.model.worker import Shift, Worker


class Rules:
    """What a problem says about times, looked up once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.traffic = Traffic(problem)
        self.soft_is_hard = problem.objective.lateness == "hard"
        self.freeze = -FAR if problem.freeze_until is None else to_ms(problem.freeze_until)
        self.locks = {
            VisitKey(lock.order, lock.role, lock.occurrence): lock
            for lock in problem.locks
            if lock.worker is not None or lock.start is not None
        }
        self._effective: dict[str, Effective] = {}

    def effective(self, order: Order) -> Effective:
        """What the order asks for."""
        found = self._effective.get(order.id)
        if found is None:
            found = self._effective[order.id] = self.problem.effective(order)
        return found


class Chain:
    """A route that is being put together, stop by stop."""

    def __init__(self, rules: Rules, worker: Worker, shift: int) -> None:
        self._rules, self._worker, self._shift = rules, worker, shift
        self._stretch: Shift = worker.shifts[shift]
        self._place: Location | None = self._stretch.start_location
        self._area: str | None = None
        self._before: Order | None = None
        self._leading: list[Stop] = []
        self._stops: list[Stop] = []
        self._opening = to_ms(self._stretch.start)

    def visit(self, key: VisitKey) -> Stop:
        """Add a visit."""
        rules = self._rules
        order = rules.problem.order(key.order)
        asks = rules.effective(order)
        role = asks.roles[key.role]
        before = self._before
        goes_on = before is not None and before.location.key == order.location.key
        setup = 0 if goes_on else asks.setup // MS
        service = setup + service_ms(role, self._worker, self._stretch)
        lock = rules.locks.get(key)
        fixed = lock.start if lock is not None else None
        stop = Stop(
            way=self._go(order.location),
            service=service,
            setup=setup,
            key=key,
            order=order,
            windows=start_bounds(order.time_windows, service),
            soft=bool(order.time_windows) and order.time_windows[0].soft and not rules.soft_is_hard,
            not_before=rules.freeze if lock is None else -FAR,
            ready=-FAR if order.release is None else to_ms(order.release),
            last=_last_in_time(order, service),
            fixed=None if fixed is None else to_ms(fixed),
            still=fixed is not None or order.urgent,
        )
        self._place, self._area, self._before = order.location, order.area, order
        self._stops.append(stop)
        return stop

    def pause(self, number: int) -> None:
        """Add a break of the shift."""
        rule = self._stretch.breaks[number]
        stop = Stop(
            way=NO_LEG if rule.location is None else self._go(rule.location),
            service=rule.duration // MS,
            number=number,
            ready=to_ms(rule.earliest),
            last=to_ms(rule.latest),
        )
        if rule.location is not None:
            self._place, self._area = rule.location, None
        if rule.location is None and not self._stops:
            self._lead(stop)
        else:
            self._stops.append(stop)

    def call(self) -> None:
        """Add the call at the depot of the shift."""
        rule = self._stretch.restock
        if rule is None:
            raise ValueError(
                f"shift {self._shift} of worker {self._worker.id!r} has no depot to restock at"
            )
        self._stops.append(Stop(way=self._go(rule.location), service=rule.duration // MS))
        self._place, self._area = rule.location, None

    def done(self) -> Run:
        """Close the route; it needs a visit. Nothing is timed yet but breaks at its beginning."""
        if self._before is None:
            raise ValueError("a route needs at least one visit")
        home = self._stretch.end_location
        back = NO_LEG if home is None else self._go(home)
        run = Run(
            self._worker,
            self._shift,
            self._stretch,
            self._leading,
            self._stops,
            back,
            self._opening,
        )
        for at, stop in enumerate(self._stops):
            stop.run, stop.at = run, at
        return run

    def _lead(self, stop: Stop) -> None:
        """Take a break before the departure, as early as it may."""
        stop.left = stop.arrival = self._opening
        stop.start = max(self._opening, stop.ready)
        self._opening = stop.finish = stop.start + stop.service
        self._leading.append(stop)

    def _go(self, place: Location) -> Way:
        """Find the leg there; where there is no way it takes no time, and the checker says so."""
        if self._place is None:
            return NO_LEG
        mode = self._worker.mode
        leg = self._rules.problem.travel.leg(self._place, place, mode)
        nominal = 0 if leg == NO_WAY else leg.time_ms
        return Way(nominal, leg.distance_m, self._rules.traffic.profile(mode, self._area))


def service_ms(role: EffectiveRole, worker: Worker, shift: Shift) -> int:
    """How long that worker serves, without setup: by the least efficient of the skills asked for.

    ``floor(duration_ms / efficiency + 0.5)``. Only skills that the worker holds on the day count.
    """
    length = role.duration // MS
    held = [worker.skills[name] for name in role.skills if name in worker.skills]
    if all(skill.efficiency == 1.0 for skill in held):
        return length
    day = shift.start.date()
    least = min((skill.efficiency for skill in held if skill.holds_on(day)), default=1.0)
    return math.floor(length / least + 0.5)


def start_bounds(windows: tuple[TimeWindow, ...], service: int) -> tuple[tuple[int, int], ...]:
    """Windows as bounds of the start, by time; one that the service does not fit in is empty."""
    if not windows:
        return ()
    bounds = windows[0].bounds
    early = service if bounds == "finish" else 0
    late = 0 if bounds == "start" else service
    return tuple(
        sorted((to_ms(window.earliest) - early, to_ms(window.latest) - late) for window in windows)
    )


def _last_in_time(order: Order, service: int) -> int:
    """Latest start that keeps the SLA deadlines."""
    last = FAR
    if order.respond_by is not None:
        last = to_ms(order.respond_by)
    if order.resolve_by is not None:
        last = min(last, to_ms(order.resolve_by) - service)
    return last
