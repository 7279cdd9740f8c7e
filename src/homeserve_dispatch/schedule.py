"""The one schedule rule: from who does what in which order to times.

Plain Python on the user's objects, as ``docs/rules.md`` states it. It times any sequence, also
one that breaks rules; whether it does is for the checker to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from homeserve_dispatch._schedule_bonds import bind, settle
from homeserve_dispatch._schedule_clock import to_ms
from homeserve_dispatch._schedule_result import route_of
from homeserve_dispatch._schedule_run import Run, Stop
from homeserve_dispatch._schedule_stops import Chain, Rules
from homeserve_dispatch.model.problem import Problem, VisitKey
from homeserve_dispatch.model.worker import Shift, Worker
from homeserve_dispatch.plan import Plan, Route, Unassigned


class BreakStep(NamedTuple):
    """A break, as a step of a route: ``number`` is which of ``Shift.breaks``, from 0."""

    number: int


@dataclass(frozen=True, slots=True)
class RestockStep:
    """A call at the depot of ``Shift.restock``, as a step of a route."""


Step: TypeAlias = str | VisitKey | BreakStep | RestockStep
"""What a worker does next. A ``str`` is the id of an order and short for ``VisitKey(id)``."""


def build_route(problem: Problem, worker: str, shift: int, steps: Sequence[Step]) -> Route:
    """Time one route alone by the schedule rule; bonds to visits that are not in it do not bind.

    Parameters
    ----------
    problem : Problem
        What the ids refer to.
    worker : str
        Id of the worker.
    shift : int
        Which of the worker's shifts, from 0.
    steps : sequence of str, VisitKey, BreakStep or RestockStep
        In the order in which they are done; at least one visit.

    Returns
    -------
    Route
        Fully timed. A sequence that breaks a hard rule is timed as well as it goes: a hard
        window that is past is missed, and where there is no way the leg takes no time.

    Raises
    ------
    KeyError
        An id is not in the problem.
    IndexError
        The worker has no such shift, the shift no such break, the order no such role.
    ValueError
        There is no visit among the steps, or a call at a depot in a shift that has none.

    Examples
    --------
    >>> from datetime import datetime, timedelta
    >>> from homeserve_dispatch import Location, Order, Problem, Shift, Worker
    >>> day = Shift(start=datetime(2026, 5, 4, 8), end=datetime(2026, 5, 4, 16))
    >>> problem = Problem(
    ...     orders=[Order(id="A1", location=Location(lat=48.1, lon=11.6),
    ...                   duration=timedelta(hours=1))],
    ...     workers=[Worker(id="Ana", shifts=[day])])
    >>> build_route(problem, "Ana", 0, ["A1"]).end
    datetime.datetime(2026, 5, 4, 9, 0)
    """
    rules = Rules(problem)
    visits: dict[VisitKey, Stop] = {}
    run = _run(rules, problem.worker(worker), shift, _spelt_out(steps), visits)
    _time(rules, [run], visits)
    return route_of(run)


def build_plan(problem: Problem, sequences: Mapping[tuple[str, int], Sequence[Step]]) -> Plan:
    """Time all routes together; what no sequence holds is unassigned. The plan states no cost.

    Starts are the least that satisfy everything in ``docs/rules.md`` that moves them, bonds
    between visits of different routes included. Bonds that cannot be kept together leave times
    that break them.

    Parameters
    ----------
    problem : Problem
        What the ids refer to.
    sequences : mapping of (worker id, shift) to sequence of str, VisitKey, BreakStep, RestockStep
        Steps in the order in which they are done, as for :func:`build_route`. Where there is no
        visit there is no route. Times of recurring orders come back numbered by the days of the
        shifts' starts, whatever their numbers here.

    Returns
    -------
    Plan
        Routes in the problem's order of workers, then by shift. Orders are unassigned of which
        no visit is in a route.

    Raises
    ------
    KeyError, IndexError, ValueError
        As :func:`build_route`.

    Examples
    --------
    A crew of two whose second role begins half an hour after the first:

    >>> from datetime import datetime, timedelta
    >>> from homeserve_dispatch import Location, Order, Problem, Role, Shift, Worker
    >>> from homeserve_dispatch.model import VisitKey
    >>> hour = timedelta(hours=1)
    >>> crew = [Role(), Role(earliest_offset=hour / 2, latest_offset=hour)]
    >>> day = Shift(start=datetime(2026, 5, 4, 8), end=datetime(2026, 5, 4, 16))
    >>> problem = Problem(
    ...     orders=[Order(id="A1", location=Location(lat=48.1, lon=11.6), duration=hour,
    ...                   crew=crew)],
    ...     workers=[Worker(id="Ana", shifts=[day]), Worker(id="Ben", shifts=[day])])
    >>> plan = build_plan(problem, {("Ana", 0): ["A1"], ("Ben", 0): [VisitKey("A1", 1)]})
    >>> [str(route.visits[0].start.time()) for route in plan.routes]
    ['08:00:00', '08:30:00']
    """
    rules = Rules(problem)
    rank = {worker.id: at for at, worker in enumerate(problem.workers)}
    keys = sorted(sequences, key=lambda key: (rank[key[0]], key[1]))
    spelt = {key: _spelt_out(sequences[key]) for key in keys}
    routes = {
        key: steps for key, steps in spelt.items() if any(isinstance(s, VisitKey) for s in steps)
    }
    _number_by_day(problem, routes)
    visits: dict[VisitKey, Stop] = {}
    runs = [
        _run(rules, problem.worker(worker), shift, steps, visits)
        for (worker, shift), steps in routes.items()
    ]
    _time(rules, runs, visits)
    done = {key.order for key in visits}
    left = tuple(
        Unassigned(order=order.id, skip_cost=rules.effective(order).skip_cost)
        for order in problem.orders
        if order.id not in done
    )
    return Plan(routes=tuple(route_of(run) for run in runs), unassigned=left)


_Spelt: TypeAlias = list[VisitKey | BreakStep | RestockStep]


def _spelt_out(steps: Iterable[Step]) -> _Spelt:
    return [VisitKey(step) if isinstance(step, str) else step for step in steps]


def _number_by_day(problem: Problem, routes: Mapping[tuple[str, int], _Spelt]) -> None:
    """Deal the numbers that each recurring order's visits have among them out by day, in place."""
    times: dict[tuple[str, int], list[tuple[int, int, _Spelt, int]]] = {}
    for (worker, shift), steps in routes.items():
        for at, step in enumerate(steps):
            if isinstance(step, VisitKey) and problem.order(step.order).recurrence is not None:
                begin = problem.worker(worker).shifts[shift].start
                found = times.setdefault((step.order, step.role), [])
                # The date on which the shift starts is local; two zones may disagree on it.
                found.append((begin.toordinal(), to_ms(begin), steps, at))
    for (order, role), found in times.items():
        numbers = sorted(_occurrences(found))
        found.sort(key=lambda one: one[:2])
        for number, (_, _, steps, at) in zip(numbers, found, strict=True):
            steps[at] = VisitKey(order, role, number)


def _occurrences(found: Iterable[tuple[int, int, _Spelt, int]]) -> Iterator[int]:
    for _, _, steps, at in found:
        step = steps[at]
        assert isinstance(step, VisitKey)
        yield step.occurrence


def _run(
    rules: Rules, worker: Worker, shift: int, steps: _Spelt, visits: dict[VisitKey, Stop]
) -> Run:
    """Put a route together, and add its visits to ``visits``."""
    chain = Chain(rules, worker, shift)
    for step in steps:
        if isinstance(step, VisitKey):
            visits[step] = chain.visit(step)
        elif isinstance(step, BreakStep):
            chain.pause(step.number)
        else:
            chain.call()
    return chain.done()


def _time(rules: Rules, runs: Sequence[Run], visits: Mapping[VisitKey, Stop]) -> None:
    """Both steps of the rule."""
    for run in runs:
        run.earliest()
    settle(bind(rules.problem, visits))
    for run in runs:
        if _waiting_matters(rules.problem, run.worker, run.stretch):
            run.begin_later()


def _waiting_matters(problem: Problem, worker: Worker, shift: Shift) -> bool:
    """Whether the second step of the rule applies: waiting costs, or time paid from departure."""
    objective, rates = problem.objective, worker.rates
    waiting = objective.waiting if rates.waiting is None else rates.waiting
    paid = objective.paid_time if rates.paid_time is None else rates.paid_time
    return waiting > 0 or (paid > 0 and shift.paid_from == "departure")
