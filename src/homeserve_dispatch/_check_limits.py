"""Hard rules of ``docs/rules.md``: how much a shift or a worker may do, and what is on board."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from math import fsum
from typing import NamedTuple

from homeserve_dispatch._truth import Truth
from homeserve_dispatch._truth_records import MS, Run, Stop, to_ms
from homeserve_dispatch._violation import Code, Findings
from homeserve_dispatch.model.worker import Shift, Worker

DEMAND_TOLERANCE = 1e-6


class Codes(NamedTuple):
    """Which faults totals have: those of a shift, or of a worker."""

    visits: Code
    travel: Code
    work: Code
    distance: Code


SHIFT_CODES = Codes(Code.MAX_VISITS, Code.MAX_TRAVEL, Code.MAX_WORK, Code.MAX_DISTANCE)
WORKER_CODES = Codes(
    Code.WORKER_MAX_VISITS,
    Code.WORKER_MAX_TRAVEL,
    Code.WORKER_MAX_WORK,
    Code.WORKER_MAX_DISTANCE,
)


def check_totals(
    found: Findings, limits: Shift | Worker, runs: Sequence[Run], codes: Codes
) -> None:
    """Visits, travel, work and distance of all these routes together."""
    visits = sum(len(run.stops) for run in runs)
    if limits.max_visits is not None and visits > limits.max_visits:
        found.add(
            codes.visits,
            f"{visits} visits, at most {limits.max_visits} are allowed",
            amount=float(visits - limits.max_visits),
        )
    if limits.max_travel is not None:
        over = sum(run.travel_ms for run in runs) - limits.max_travel // MS
        found.late(codes.travel, over, "{by} more travel than max_travel allows")
    if limits.max_work is not None:
        over = sum(run.work_ms for run in runs) - limits.max_work // MS
        found.late(codes.work, over, "{by} more work than max_work allows")
    if limits.max_distance_m is not None:
        over = sum(run.distance_m for run in runs) - limits.max_distance_m
        if over > 0:
            found.add(
                codes.distance,
                f"{over} m more than max_distance_m allows",
                amount=float(over),
                unit="m",
            )


def check_load(found: Findings, run: Run) -> None:
    """Demands against what is on board before the call at the depot and from then on; tools."""
    stops, call = run.stops, run.call
    refilled = {} if call is None else call.rule.amounts
    before = stops if call is None else stops[: call.before]
    after = stops[len(before) :]
    until, since = _demands(before), _demands(after)
    for name, amounts in _demands(stops).items():
        carried = run.shift.capacity.get(name, 0.0)
        if name not in refilled:
            _check_amount(found, name, amounts, carried, "")
            continue
        _check_amount(found, name, until.get(name, []), carried, " before the depot")
        filled = refilled[name]
        if filled is not None:
            _check_amount(found, name, since.get(name, []), filled, " from the depot on")
    on_board = set(run.shift.tools)
    _check_tools(found, before, on_board)
    _check_tools(found, after, on_board.union(() if call is None else call.rule.tools))


def _demands(stops: Iterable[Stop]) -> dict[str, list[float]]:
    """What the visits take, by name; of a crew the first role takes it."""
    taken: dict[str, list[float]] = {}
    for stop in stops:
        if stop.key.role == 0:
            for name, amount in stop.asks.demand.items():
                taken.setdefault(name, []).append(amount)
    return taken


def _check_amount(
    found: Findings, name: str, amounts: Iterable[float], carried: float, when: str
) -> None:
    load = fsum(amounts)
    if load - carried > DEMAND_TOLERANCE:
        found.add(
            Code.CAPACITY,
            f"the visits{when} take {load:g} of {name!r}, the shift carries {carried:g}",
            amount=load - carried,
        )


def _check_tools(found: Findings, stops: Iterable[Stop], on_board: set[str]) -> None:
    for stop in stops:
        for tool in dict.fromkeys(stop.asks.tools) if stop.key.role == 0 else ():
            if tool not in on_board:
                found.add(
                    Code.TOOL,
                    f"{stop.name} needs the tool {tool!r}, which is not on board",
                    order=stop.order.id,
                )


def check_workers(truth: Truth, found: Findings) -> None:
    """Limits of each worker over all routes together, rest and days in a row."""
    routes: dict[str, list[Run]] = {}
    for run in truth.runs:
        if run is not None:
            routes.setdefault(run.worker.id, []).append(run)
    for worker in truth.problem.workers:
        if worker.id in routes:
            found.about(worker.id)
            runs = sorted(routes[worker.id], key=lambda run: run.shift_start_ms)
            check_totals(found, worker, runs, WORKER_CODES)
            _check_rest(found, worker, runs)
            _check_days(found, worker, runs)
    found.about()


def _check_rest(found: Findings, worker: Worker, runs: Sequence[Run]) -> None:
    if worker.min_rest is None:
        return
    for before, after in pairwise(runs):
        if before.shift is after.shift or not (before.timed and after.timed):
            continue
        rest = to_ms(after.shift.start) - before.end_ms
        found.about(worker.id, after.route.shift)
        found.late(
            Code.REST,
            worker.min_rest // MS - rest,
            "{by} less rest since the route before than min_rest asks for",
        )
    found.about(worker.id)


def _check_days(found: Findings, worker: Worker, runs: Sequence[Run]) -> None:
    if worker.max_days_in_row is None:
        return
    for row in _rows(sorted({run.shift.start.date() for run in runs})):
        if len(row) > worker.max_days_in_row:
            found.add(
                Code.DAYS_IN_ROW,
                f"{len(row)} days in a row with visits from {row[0]} to {row[-1]}, "
                f"at most {worker.max_days_in_row} are allowed",
                amount=float(len(row) - worker.max_days_in_row),
                unit="day",
            )


def _rows(days: Iterable[date]) -> list[list[date]]:
    """Days, which rise, in rows without a day between."""
    rows: list[list[date]] = []
    for day in days:
        if rows and day - rows[-1][-1] == timedelta(days=1):
            rows[-1].append(day)
        else:
            rows.append([day])
    return rows
