"""Plans of ``hhcrsp`` and ``uhhc``: routes of caregivers, with times in minutes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats.files import PathLike, Source, json_text, named, write_text
from homeserve_dispatch.formats.hhcrsp_shared import MOST_MIN, Clock, Operation, Operations, steps
from homeserve_dispatch.formats.timing import left_out
from homeserve_dispatch.formats.unsupported import unsupported
from homeserve_dispatch.formats.vroom_fields import Fields, is_number
from homeserve_dispatch.model import Location, Problem, Worker
from homeserve_dispatch.model.base import instant
from homeserve_dispatch.model.faults import brief, nearest
from homeserve_dispatch.model.travel import NO_WAY
from homeserve_dispatch.plan import BreakTaken, Plan, Route, Visit

LUNCH = "lunch_break"
_START = ("arrival_time", "start_time", "start_service_time")
_FINISH = ("departure_time", "end_time", "end_service_time")
_PATIENT = ("patient", "patient_id")
_SERVICE = ("service", "service_id")
_ZERO = timedelta(0)
_MS = timedelta(milliseconds=1)


class _Stop(NamedTuple):
    """One stop of a route in a file, times in UTC; a lunch has no visit."""

    start: datetime
    finish: datetime
    visit: tuple[str, int] | None
    patient: str


def read_plan(source: Source, problem: Problem) -> Plan:
    """Read a plan.

    Parameters
    ----------
    source : Source
        A JSON file with ``routes[].caregiver_id`` and ``routes[].locations``.
    problem : Problem
        What it is for.

    Returns
    -------
    Plan
        As stated, whatever rules it breaks; it states no cost. Routes depart as late as the first
        visit allows. A lunch is the break number 0 of the caregiver's shift, after the visits that
        start before it; lunch of a caregiver without a visit is passed over.

    Raises
    ------
    InputError
        All faults, by route and stop.
    """
    faults: list[Issue] = []
    top = Fields(source.name, source.json, faults)
    if not top.has("routes"):
        top.missing("routes", "a plan has routes")
    reader = _Reader(problem, faults)
    routes: dict[str, Route] = {}
    seen: set[str] = set()
    for at, data in enumerate(top.listed("routes"), 1):
        record = Fields(f"{source.name}, route number {at}", data, faults)
        worker = reader.worker(record)
        if worker is None:
            continue
        if worker.id in seen:
            where = f"{record.where}, field caregiver_id"
            words = f"there is another route of {worker.id!r} before it"
            faults.append(Issue("DUPLICATE_ID", where, words, "write one route a caregiver"))
        seen.add(worker.id)
        if route := reader.route(record, worker):
            routes[worker.id] = route
    if faults:
        raise InputError(faults)
    done = {visit.order for route in routes.values() for visit in route.visits}
    try:
        return Plan(
            routes=tuple(routes[w.id] for w in problem.workers if w.id in routes),
            unassigned=tuple(left_out(problem, done)),
        )
    except InputError as error:
        raise named(error, source.name) from None


class _Reader:
    """What the routes of a file are read with."""

    def __init__(self, problem: Problem, faults: list[Issue]) -> None:
        self.problem, self.faults = problem, faults
        self.operations = Operations(problem)
        self.clock = Clock(problem)
        self.workers = {worker.id: worker for worker in problem.workers}

    def worker(self, record: Fields) -> Worker | None:
        """Return whose route it is."""
        name = record.data.get("caregiver_id")
        if not record.data:
            return None
        worker = self.workers.get(name) if isinstance(name, str) else None
        if worker is None or not worker.shifts:
            where = f"{record.where}, field caregiver_id"
            close = nearest(name, self.workers) if isinstance(name, str) else None
            hint = f"did you mean {close!r}?" if close else "correct the id, or the problem"
            words = f"there is no worker {brief(name)} with a shift"
            self.faults.append(Issue("UNKNOWN_WORKER", where, words, hint))
            return None
        return worker

    def route(self, record: Fields, worker: Worker) -> Route | None:
        """Return a route; None where it has no visits, or any fault."""
        before = len(self.faults)
        stops = []
        for at, data in enumerate(record.listed("locations"), 1):
            stop = Fields(f"{record.where}, location {at}", data, self.faults)
            # The depots at both ends may be stated, too.
            if stop.data and not ("depot" in stop.data and not _given(stop, _PATIENT)):
                stops.append(self.stop(stop, worker))
        known = [stop for stop in stops if stop is not None]
        if len(self.faults) > before or not any(stop.visit for stop in known):
            return None
        return self.timed(worker, sorted(known, key=lambda stop: stop.start))

    def stop(self, stop: Fields, worker: Worker) -> _Stop | None:
        """Return a stop; None if it has a fault."""
        before = len(self.faults)
        times = []
        for names in (_START, _FINISH):
            value = _given(stop, names)
            if value is None:
                stop.missing(names[0], "a stop says when it begins and ends")
            elif not is_number(value, -MOST_MIN, 2 * MOST_MIN):
                stop.fault(names[0], f"{brief(value)} is no number of minutes")
            else:
                times.append(float(value))
        if len(times) == 2 and times[1] < times[0]:
            stop.fault(_FINISH[0], f"{times[1]:g} is before it begins, {times[0]:g}")
        patient, service = _given(stop, _PATIENT), _given(stop, _SERVICE)
        visit = None
        if service == LUNCH:
            if not worker.shifts[0].breaks:
                words = f"{worker.id!r} has no break in the problem"
                stop.unsupported("service", words, "leave it out")
        else:
            visit = self.operations.visit_of.get(Operation(str(patient), str(service)))
            if visit is None:
                where = f"{stop.where}, field service"
                words = f"no patient {brief(patient)} needs {brief(service)}"
                self.faults.append(Issue("UNKNOWN_ORDER", where, words, "correct it"))
        if len(self.faults) > before:
            return None
        start, finish = (self.clock.instant(time) for time in times)
        return _Stop(start, finish, visit, str(patient))

    def timed(self, worker: Worker, stops: list[_Stop]) -> Route:
        """Return a route with the legs that the problem has for it."""
        shift, local = worker.shifts[0], self.clock.local
        visits: list[Visit] = []
        breaks: list[BreakTaken] = []
        here, free = shift.start_location, None
        departure: datetime | None = None
        waiting = _ZERO
        for at, stop in enumerate(stops):
            start, finish = stop.start, stop.finish
            if stop.visit is None:
                earlier = self.drive_saved(worker, here, stops[at - 1 : at], stops[at : at + 2])
                start, finish = start - earlier, finish - earlier
                arrival = start if free is None or departure is None else free
                breaks.append(
                    BreakTaken(
                        number=0,
                        after=len(visits),
                        arrival=local(arrival),
                        start=local(start),
                        finish=local(finish),
                    )
                )
            else:
                order, role = stop.visit
                place = self.problem.order(order).location
                leg, metres = self.leg(worker, here, place)
                if departure is None:
                    departure = start - leg
                    free = departure
                assert free is not None
                arrival = free + leg
                visits.append(
                    Visit(
                        order=order,
                        role=role,
                        arrival=local(arrival),
                        start=local(start),
                        finish=local(finish),
                        travel_time=leg,
                        distance_m=metres,
                        lateness=_lateness(self.problem, order, start, finish),
                    )
                )
                here = place
            waiting += max(_ZERO, start - arrival)
            free = finish
        back, metres = self.leg(worker, here, shift.end_location)
        assert free is not None and departure is not None
        end = free + back
        return Route(
            worker=worker.id,
            departure=local(departure),
            end=local(end),
            visits=tuple(visits),
            breaks=tuple(breaks),
            travel_time=sum((visit.travel_time for visit in visits), back),
            distance_m=sum(visit.distance_m for visit in visits) + metres,
            waiting=waiting,
            overtime=max(_ZERO, end - instant(shift.end)),
        )

    def drive_saved(
        self, worker: Worker, here: Location | None, before: list[_Stop], lunch_on: list[_Stop]
    ) -> timedelta:
        """Return by how much earlier lunch at the next patient's place is taken here.

        Here it is taken before the drive, with the same arrival after it.
        """
        lunch, after = lunch_on[0], lunch_on[-1]
        if after.visit is None or after.patient != lunch.patient:
            return _ZERO
        if before and before[0].patient == lunch.patient:
            return _ZERO
        leg, _ = self.leg(worker, here, self.problem.order(after.visit[0]).location)
        # Not before it may begin, as far as what waits there leaves room.
        late = lunch.start - max(lunch.start - leg, instant(worker.shifts[0].breaks[0].earliest))
        return max(late, leg - (after.start - lunch.finish), _ZERO)

    def leg(
        self, worker: Worker, here: Location | None, to: Location | None
    ) -> tuple[timedelta, int]:
        """Return time and metres of a leg; an open one, or one without a way, has none."""
        if here is None or to is None:
            return _ZERO, 0
        leg = self.problem.travel.leg(here, to, worker.mode)
        return (_ZERO, 0) if leg == NO_WAY else (leg.time_ms * _MS, leg.distance_m)


def _given(record: Fields, names: tuple[str, ...]) -> Any:
    """Return the first of several fields that is given."""
    return next((record.data[name] for name in names if record.has(name)), None)


def _lateness(problem: Problem, order: str, start: datetime, finish: datetime) -> timedelta:
    """Return by how much a visit is past the last soft window that had opened by its start."""
    windows = problem.order(order).time_windows
    if not windows or not windows[0].soft or problem.objective.lateness == "hard":
        return _ZERO
    opened = [instant(w.latest) for w in windows if instant(w.earliest) <= start]
    if not opened:
        return _ZERO
    when = start if windows[0].bounds == "start" else finish
    return max(_ZERO, when - max(opened))


def write_plan(plan: Plan, path: PathLike, problem: Problem) -> None:
    """Write a plan without breaks, as ``hhcrsp`` has it.

    Parameters
    ----------
    plan : Plan
        Its orders left out are not in the file.
    path : path-like
        The file.
    problem : Problem
        For patients and services.

    Raises
    ------
    InputError
        The plan has breaks, restocking, second shifts or recurring visits, which the format has
        not, or the file cannot be written.
    """
    faults = [
        unsupported(f"route of {route.worker!r}", "breaks", "hhcrsp")
        for route in plan.routes
        if route.breaks
    ]
    write_text(path, json_text({"routes": route_data(plan, problem, "hhcrsp", faults)}))


def route_data(
    plan: Plan, problem: Problem, format_name: str, faults: list[Issue]
) -> list[dict[str, Any]]:
    """Return the routes of a plan as JSON values.

    Parameters
    ----------
    plan : Plan
        Whose routes.
    problem : Problem
        What it is for.
    format_name : str
        The format.
    faults : list of Issue
        What the format has no words for, found so far.

    Raises
    ------
    InputError
        There are faults, with those found here.
    """
    faults += _faults(plan, problem, format_name)
    if faults:
        raise InputError(faults)
    operations, clock = Operations(problem), Clock(problem)
    depot = depot_name(operations)
    routes = []
    for route in plan.routes:
        stops: list[dict[str, Any]] = []
        where = depot
        after = [rest.after for rest in route.breaks]
        for is_visit, number in steps(after, len(route.visits)):
            if is_visit:
                visit = route.visits[number]
                operation = operations.of_visit.get(
                    (visit.order, visit.role), Operation(visit.order, "visit")
                )
                where = operation.patient
                times = clock.minutes(visit.start), clock.minutes(visit.finish)
                stops.append(stop_data(*operation, *times))
            else:
                rest = route.breaks[number]
                # Without a place of its own it is taken where the worker is.
                stops.append(stop_data(where, LUNCH, *lunch_times(clock, rest.start, rest.finish)))
        routes.append({"caregiver_id": route.worker, "locations": stops})
    return routes


def depot_name(operations: Operations) -> str:
    """Return a name for the place before the first visit; no patient has it."""
    patients = {operation.patient for operation in operations.visit_of}
    name = "depot"
    while name in patients:
        name += "_"
    return name


def stop_data(patient: str, service: str, start: float, finish: float) -> dict[str, Any]:
    """Return one stop as the format writes it: arrival_time is the start of service."""
    return {
        "patient": patient,
        "service": service,
        "arrival_time": start,
        "departure_time": finish,
    }


def lunch_times(clock: Clock, start: datetime, finish: datetime) -> tuple[float, float]:
    """Return start and finish in minutes that are no shorter apart in floating point."""
    begins, ends = clock.minutes(start), clock.minutes(finish)
    length = (finish - start) / timedelta(minutes=1)
    while ends - begins < length:
        ends = math.nextafter(ends, math.inf)
    return begins, ends


def _faults(plan: Plan, problem: Problem, format_name: str) -> Iterator[Issue]:
    breaks = {worker.id: worker.shifts[0].breaks for worker in problem.workers if worker.shifts}
    for route in plan.routes:
        where = f"route of {route.worker!r}"
        known = breaks.get(route.worker, ())
        placed = [r for r in route.breaks if r.number < len(known) and known[r.number].location]
        if len(route.breaks) > 1 or placed:
            why = "there is one break there, taken where the worker is"
            yield unsupported(where, "breaks", format_name, why)
        if route.shift:
            why = f"there each has one shift, and this is number {route.shift + 1}"
            yield unsupported(where, "shift", format_name, why)
        if route.restock is not None:
            yield unsupported(where, "restock", format_name)
        if any(visit.occurrence for visit in route.visits):
            why = "there nothing is done several times"
            yield unsupported(where, "visits.occurrence", format_name, why)
