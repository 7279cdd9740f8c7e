"""Why a visit cannot be done even where nothing else is: it is tried alone, shift by shift."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from homeserve_dispatch._reasons_who import Reasons
from homeserve_dispatch.checking import Code, Violation, check
from homeserve_dispatch.model import Problem, VisitKey
from homeserve_dispatch.model.base import instant
from homeserve_dispatch.model.order import Order
from homeserve_dispatch.model.worker import Shift, Worker
from homeserve_dispatch.plan import Reason
from homeserve_dispatch.schedule import BreakStep, RestockStep, Step, build_plan

SHIFTS = 6
"""Shifts in which a visit is tried, spread evenly over those of who may do it."""
TRIALS = 1500
"""Shifts tried in all; from then on each visit is tried in one."""
_SHOWN = 3
_WAYS = 12
_BREAK_CODES = {Code.BREAK_MISSED, Code.BREAK_TIME, Code.BREAK_OVERLAP}
_LOAD_CODES = {Code.TOOL, Code.CAPACITY}
# What is found first counts: further down follows from further up.
_REASONS = {
    Code.UNREACHABLE: Reason.UNREACHABLE,
    Code.TOOL: Reason.TOOL,
    Code.CAPACITY: Reason.CAPACITY,
    Code.LOCK: Reason.LOCK,
    Code.TIME_WINDOW: Reason.TIME_WINDOW,
    Code.LATENESS: Reason.TIME_WINDOW,
    Code.RELEASE: Reason.TIME_WINDOW,
    Code.RESPOND_BY: Reason.TIME_WINDOW,
    Code.RESOLVE_BY: Reason.TIME_WINDOW,
    Code.SHIFT_END: Reason.SHIFT,
    Code.OVERTIME: Reason.SHIFT,
    Code.MAX_VISITS: Reason.MAX_VISITS,
    Code.WORKER_MAX_VISITS: Reason.MAX_VISITS,
    Code.MAX_TRAVEL: Reason.MAX_TRAVEL,
    Code.WORKER_MAX_TRAVEL: Reason.MAX_TRAVEL,
    Code.MAX_DISTANCE: Reason.MAX_DISTANCE,
    Code.WORKER_MAX_DISTANCE: Reason.MAX_DISTANCE,
    Code.MAX_WORK: Reason.MAX_WORK,
    Code.WORKER_MAX_WORK: Reason.MAX_WORK,
    Code.BREAK_OVERLAP: Reason.BREAK,
    Code.BREAK_TIME: Reason.BREAK,
    Code.BREAK_MISSED: Reason.BREAK,
}


class Alone:
    """Tries visits alone in shifts that are empty.

    Parameters
    ----------
    problem : Problem
        Whose orders and workers are tried.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._left = TRIALS
        self._locks = {
            VisitKey(lock.order, lock.role, lock.occurrence): lock for lock in problem.locks
        }
        # Traffic is told by the clock of the shift that starts first.
        first = min(
            (worker for worker in problem.workers if worker.shifts),
            key=lambda worker: min(instant(shift.start) for shift in worker.shifts),
            default=None,
        )
        self._clock = first if problem.traffic else None

    def against(self, key: VisitKey, shifts: Sequence[tuple[str, int]]) -> Reasons | None:
        """Say what keeps a visit from these shifts, all by itself.

        Parameters
        ----------
        key : VisitKey
            Which visit.
        shifts : sequence of (str, int)
            Worker ids and numbers of the shifts of those who may do it.

        Returns
        -------
        (tuple of Reason, str) or None
            The commonest reason first, with an example of each; None where it fits into a shift.
        """
        order = self._visit_as_order(key)
        tally: Counter[Reason] = Counter()
        examples: dict[Reason, str] = {}
        for worker, shift in self._some_of(shifts):
            found = self._fault(order, key, self._problem.worker(worker), shift)
            if found is None:
                return None
            reason, words = found
            tally[reason] += 1
            examples.setdefault(reason, words)
        common = [reason for reason, _ in tally.most_common()]
        return tuple(common), "; ".join(examples[reason] for reason in common[:_SHOWN])

    def _some_of(self, shifts: Sequence[tuple[str, int]]) -> Sequence[tuple[str, int]]:
        size = min(len(shifts), SHIFTS if self._left > 0 else 1)
        self._left -= size
        return [shifts[at * len(shifts) // size] for at in range(size)]

    def _visit_as_order(self, key: VisitKey) -> Order:
        """One visit as an order of its own; of a crew the first role carries what is needed."""
        order = self._problem.order(key.order)
        asked = self._problem.effective(order)
        role = asked.roles[key.role]
        update: dict[str, object] = {
            "crew": (),
            "recurrence": None,
            "duration": role.duration,
            "skills": dict(role.skills),
            "demand": dict(asked.demand) if key.role == 0 else {},
            "tools": asked.tools if key.role == 0 else (),
        }
        return order.model_copy(update=update)

    def _fault(
        self, order: Order, key: VisitKey, worker: Worker, shift: int
    ) -> tuple[Reason, str] | None:
        """Find the first thing that keeps it from that shift; None: nothing does."""
        small = self._small(order, key, worker)
        stretch = worker.shifts[shift]
        visit = VisitKey(order.id)
        bare = _faults(small, worker, shift, [visit], _BREAK_CODES)
        calls = bool(stretch.restock and any(fault.code in _LOAD_CODES for fault in bare))
        if calls:
            called = _faults(small, worker, shift, [RestockStep(), visit], _BREAK_CODES)
            # Where the depot does not carry it either, what is lacking is what matters.
            if not any(fault.code in _LOAD_CODES for fault in called):
                bare = called
        if not bare and stretch.breaks:
            ways = [
                _faults(small, worker, shift, steps, set())
                for steps in _with_breaks(stretch, visit, calls)
            ]
            bare = min(ways, key=len) if all(ways) else []
            return (Reason.BREAK, f"with its breaks, {_first(bare).message}") if bare else None
        if not bare:
            return None
        first = _first(bare)
        return _REASONS[first.code], first.message

    def _small(self, order: Order, key: VisitKey, worker: Worker) -> Problem:
        """The problem with this visit and this worker alone.

        What names others (relations, customers, workers in lists) is looked up by id, so nothing
        is missed by it.
        """
        lock = self._locks.get(key)
        workers = [worker]
        if self._clock is not None and self._clock.id != worker.id:
            workers.append(self._clock)
        own = {"role": 0, "occurrence": 0, "position": None}
        update: dict[str, object] = {
            "orders": (order,),
            "workers": tuple(workers),
            "relations": (),
            "customers": (),
            "locks": () if lock is None else (lock.model_copy(update=own),),
        }
        return self._problem.model_copy(update=update)


def _faults(
    small: Problem, worker: Worker, shift: int, steps: Sequence[Step], passed_over: Iterable[Code]
) -> list[Violation]:
    """Find what forbids that route, as far as a reason stands for it."""
    plan = build_plan(small, {(worker.id, shift): steps})
    known = _REASONS.keys() - set(passed_over)
    return [fault for fault in check(small, plan) if fault.hard and fault.code in known]


def _first(faults: Iterable[Violation]) -> Violation:
    rank = {code: at for at, code in enumerate(_REASONS)}
    return min(faults, key=lambda fault: rank[fault.code])


def _with_breaks(shift: Shift, visit: VisitKey, calls: bool) -> Iterator[list[Step]]:
    """Routes with the visit, all breaks that must be taken, in their time, and the call."""
    due = [number for number, rest in enumerate(shift.breaks) if rest.hard]
    due.sort(key=lambda number: instant(shift.breaks[number].earliest))
    steps: list[Step] = [BreakStep(number) for number in due]
    ways = 0
    for before in range(len(steps) + 1):
        for call in range(before + 1) if calls else (before,):
            if ways == _WAYS:
                return
            ways += 1
            stop: list[Step] = [RestockStep()] if calls else []
            yield [*steps[:call], *stop, *steps[call:before], visit, *steps[before:]]
