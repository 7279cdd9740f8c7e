"""Bonds between the times of visits: where they are, and the least starts that keep them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from homeserve_dispatch._schedule_clock import FAR, MS, to_ms
from homeserve_dispatch._schedule_run import Run, Stop
from homeserve_dispatch.model.problem import Problem, VisitKey
from homeserve_dispatch.model.relation import SameTime
from homeserve_dispatch.model.relation import Sequence as InSequence

_NONSENSE = timedelta(days=1000) // MS
"""So long after the last shift no bond delays anything: numbers stay within the calendar."""
_PATIENCE = 50


def bind(problem: Problem, visits: Mapping[VisitKey, Stop]) -> list[Stop]:
    """Write the bonds between those visits into them; return the visits that have any."""
    for key, stop in visits.items():
        if key.role:
            _bind_role(problem, stop, key, visits.get(key._replace(role=0)))
    for relation in problem.relations:
        if not isinstance(relation, InSequence | SameTime):
            continue
        found = (visits.get(VisitKey(name)) for name in relation.orders)
        stops = [stop for stop in found if stop is not None and not _recurs(stop)]
        if isinstance(relation, SameTime):
            _bind_same_time(stops)
        elif len(stops) == len(relation.orders):
            _bind_sequence(relation, *stops)
    bound = [stop for stop in visits.values() if stop.bonds]
    for stop in bound:
        stop.still = True
    return bound


def _recurs(stop: Stop) -> bool:
    return stop.order is not None and stop.order.recurrence is not None


def _bind_role(problem: Problem, stop: Stop, key: VisitKey, first: Stop | None) -> None:
    if first is None:
        return
    role = problem.effective(problem.order(key.order)).roles[key.role]
    first.bonds.append((stop, role.earliest_offset // MS))
    stop.bonds.append((first, -(role.latest_offset // MS)))


def _bind_sequence(relation: InSequence, first: Stop, second: Stop) -> None:
    """Both get a bond, be it one that says nothing: neither may be moved on its own."""
    if first is second:
        return
    length = first.service if relation.between == "end-start" else 0
    first.bonds.append((second, length + relation.min_gap // MS))
    back = -FAR if relation.max_gap is None else -(relation.max_gap // MS) - length
    second.bonds.append((first, back))


def _bind_same_time(stops: Sequence[Stop]) -> None:
    """All by way of one, which says the same as each with each.

    That one must be free to move; a locked start tells it, and is told nothing.
    """
    stops = list(dict.fromkeys(stops))
    if len(stops) < 2:
        return
    hub = next((stop for stop in stops if stop.fixed is None), stops[0])
    for stop in stops:
        if stop is not hub:
            hub.bonds.append((stop, 0))
            stop.bonds.append((hub, 0))


def settle(bound: Sequence[Stop]) -> None:
    """Raise the starts of timed routes until every bond is kept, and no further.

    Starts are only ever raised, each to what a bond asks for, so what comes out is the least
    that keeps them all. Bonds that cannot be kept would raise one another for ever: after more
    rounds than bonds that can be kept need, the times of those routes stay as they are.
    """
    of_run: dict[Run, list[Stop]] = {}
    for stop in bound:
        of_run.setdefault(_run_of(stop), []).append(stop)
    for runs in _bound_together(of_run):
        _settle(runs, of_run)


def _run_of(stop: Stop) -> Run:
    assert stop.run is not None
    return stop.run


def _bound_together(of_run: Mapping[Run, Sequence[Stop]]) -> Iterator[list[Run]]:
    """Sort the routes into those that bonds connect, so that bad bonds hold up few others."""
    seen: set[Run] = set()
    for first in of_run:
        if first in seen:
            continue
        seen.add(first)
        together = [first]
        for run in together:  # it grows while it is gone through
            for stop in of_run[run]:
                for other, _ in stop.bonds:
                    if _run_of(other) not in seen:
                        seen.add(_run_of(other))
                        together.append(_run_of(other))
        yield together


def _settle(runs: Sequence[Run], of_run: Mapping[Run, Sequence[Stop]]) -> None:
    """Settle routes that are bound together, a round at a time.

    A delay goes along each bond once at most before it is back where it began, and each window
    that closes can begin another.
    """
    windows = sum(len(stop.windows) for run in runs for stop in run.stops)
    changed = [stop for run in runs for stop in of_run[run]]
    over = max(to_ms(run.stretch.overtime_until or run.stretch.end) for run in runs)
    for _ in range(_PATIENCE + 2 * len(changed) + windows):
        delayed = _delayed(changed, over + _NONSENSE)
        if not delayed:
            return
        for run, first in delayed.items():
            run.earliest(first)
        changed = [
            stop for run, first in delayed.items() for stop in of_run[run] if stop.at >= first
        ]


def _delayed(changed: Iterable[Stop], most: int) -> dict[Run, int]:
    """Find the routes that bonds of those visits delay, to ``most`` at most, and from where on."""
    found: dict[Run, int] = {}
    for stop in changed:
        for other, gap in stop.bonds:
            wanted = stop.start + gap
            if other.fixed is not None or wanted <= other.start or wanted > most:
                continue
            run = _run_of(other)
            other.least = max(other.least, wanted)
            found[run] = min(found.get(run, other.at), other.at)
    return found
