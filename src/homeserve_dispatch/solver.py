"""``solve``: from a problem to a checked plan."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping, Sequence

from homeserve_dispatch.checking import Violation, check
from homeserve_dispatch.compiling import make_ready
from homeserve_dispatch.encode import Encoded, encode
from homeserve_dispatch.encode_rules import EncodedRules, encode_rules, needs_rules
from homeserve_dispatch.model import Problem, VisitKey
from homeserve_dispatch.plan import BreakTaken, Plan, Route, Status, Visit
from homeserve_dispatch.progress import OnProgress, Progress
from homeserve_dispatch.reasons import Explainer
from homeserve_dispatch.reasons_rules import RuleExplainer
from homeserve_dispatch.schedule import BreakStep, RestockStep, Step, build_plan
from homeserve_dispatch.scoring import score
from homeserve_dispatch.search.engine import Engine, PlainEngine, RuleEngine
from homeserve_dispatch.search.fields import SOFT
from homeserve_dispatch.search.rules.fields import OWNER
from homeserve_dispatch.search.run import Found, search
from homeserve_dispatch.search.settings import DEFAULT, LATENESS, RULES, Settings
from homeserve_dispatch.stop import Stop, TimeLimit
from homeserve_dispatch.turns import Stop as Turn
from homeserve_dispatch.turns import in_turn

_log = logging.getLogger(__name__)

MOST_THREADS = 8
_AFTER_SECONDS = 0.02
_AFTER_SECONDS_AN_ORDER = 170e-6
_WHY_SECONDS = 150e-6
_WHY_SECONDS_A_SHIFT = 0.36e-6
_RULES_TAKE = 4
"""Times as long, with rules, for timing, checking and finding reasons."""


def solve(
    problem: Problem,
    *,
    stop: Stop = TimeLimit(30),
    seed: int = 0,
    threads: int | None = None,
    start: Plan | None = None,
    on_progress: OnProgress | None = None,
    settings: Settings | None = None,
) -> Plan:
    """Plan the work: who does what, when, in which order, and what is left out and why.

    Parameters
    ----------
    problem : Problem
        Orders, workers, travel, objective.
    stop : Stop
        When to end: ``TimeLimit``, ``Iterations``, ``NoImprovement``, ``Target``, combined with
        ``|`` and ``&``. Time counts from the call, without the compiling of the first run on a
        machine. A time limit is kept within half a second if it is a millisecond an order or
        more; the first plan, its times and its reasons take about that long.
    seed : int
        Of the random numbers, >= 0.
    threads : int, optional
        Chains of the search side by side, >= 1. Default: the processors this process may use, 8
        at most. Same seed, iterations and threads: the same plan, in any process on the same
        kind of machine.
    start : Plan, optional
        A plan to begin from, for this or a similar problem: what is unknown or breaks a rule is
        passed over. The result is never worse than what remains of it.
    on_progress : callable, optional
        Called with a :class:`Progress` about ten times a second, from this thread.
    settings : Settings, optional
        How the search goes about it; the default suits all problems.

    Returns
    -------
    Plan
        Never one that breaks a hard rule. Ctrl-C ends the search, too, and the best plan so far
        is returned.

    Raises
    ------
    ValueError
        ``threads`` or ``seed`` out of range.

    Examples
    --------
    >>> from datetime import datetime, timedelta
    >>> from homeserve_dispatch import Iterations, Location, Order, Problem, Shift, Worker, solve
    >>> day = Shift(start=datetime(2026, 5, 4, 8), end=datetime(2026, 5, 4, 16))
    >>> problem = Problem(
    ...     orders=[Order(id="A1", location=Location(lat=48.1, lon=11.6),
    ...                   duration=timedelta(hours=1))],
    ...     workers=[Worker(id="Ana", shifts=[day])])
    >>> plan = solve(problem, stop=Iterations(100), threads=1)
    >>> plan.routes[0].visits[0].start
    datetime.datetime(2026, 5, 4, 8, 0)
    """
    started = time.perf_counter()
    if seed < 0:
        raise ValueError(f"seed must be >= 0, not {seed}")
    if threads is None:
        threads = min(MOST_THREADS, _processors())
    if threads < 1:
        raise ValueError(f"threads must be >= 1, not {threads}")
    ruled = needs_rules(problem)
    started += make_ready(ruled=ruled, processors=_processors(), on_progress=on_progress)
    if on_progress is not None:
        on_progress(Progress("building", 0.0, 0.0, 0, float("inf"), len(problem.orders)))
    encoded = encode_rules(problem) if ruled else encode(problem)
    shifts = sum(len(worker.shifts) for worker in problem.workers)

    def after(left_out: int) -> float:
        an_order = _AFTER_SECONDS_AN_ORDER * (_RULES_TAKE if ruled else 1)
        why = _WHY_SECONDS + _WHY_SECONDS_A_SHIFT * shifts
        return _AFTER_SECONDS + an_order * len(problem.orders) + why * left_out

    found = search(
        _engine(encoded),
        stop,
        start=None if start is None else _wished(encoded, start),
        seed=seed,
        threads=threads,
        settings=settings or _settings(encoded),
        started=started,
        reserve=after,
        on_progress=on_progress,
    )
    plan = _decode(problem, encoded, found)
    return plan.model_copy(
        update={
            "stopped_by": found.stopped_by,
            "iterations": found.iterations,
            "history": tuple(found.history),
            "seconds": time.perf_counter() - started,
        }
    )


def _settings(encoded: Encoded | EncodedRules) -> Settings:
    if isinstance(encoded, Encoded):
        return DEFAULT
    return LATENESS if encoded.instance.orders[:, SOFT].any() else RULES


def _engine(encoded: Encoded | EncodedRules) -> Engine:
    if isinstance(encoded, EncodedRules):
        return RuleEngine(encoded.instance, encoded.rules, encoded.fixed)
    return PlainEngine(encoded.instance)


def _processors() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _wished(encoded: Encoded | EncodedRules, plan: Plan) -> list[list[int]]:
    """The plan's sequences in numbers, without what is not in the problem."""
    shifts = {identity: at for at, identity in enumerate(encoded.shifts)}
    wished: list[list[int]] = [[] for _ in encoded.shifts]
    numbers = _numbers(encoded)
    for route in plan.routes:
        at = shifts.get((route.worker, route.shift))
        if at is not None:
            steps = [numbers.get((at, step), numbers.get((-1, step))) for step in steps_of(route)]
            wished[at] += [number for number in steps if number is not None]
    return wished


def _numbers(encoded: Encoded | EncodedRules) -> dict[tuple[int, Step], int]:
    """Node of each step; breaks and calls at depots belong to a shift, visits (-1) to none."""
    if isinstance(encoded, Encoded):
        return {(-1, VisitKey(name)): at for at, name in enumerate(encoded.orders)}
    owners = encoded.rules.visits[:, OWNER].tolist()
    return {
        (-1 if isinstance(step, VisitKey) else owners[at], step): at
        for at, step in enumerate(encoded.steps)
    }


def steps_of(route: Route) -> list[Step]:
    """What a route does, in order."""
    return [_step(stop) for stop in in_turn(route)]


def _step(stop: Turn) -> Step:
    if isinstance(stop, Visit):
        return VisitKey(stop.order, stop.role, stop.occurrence)
    return BreakStep(stop.number) if isinstance(stop, BreakTaken) else RestockStep()


def _sequences(encoded: Encoded | EncodedRules, found: Found) -> dict[tuple[str, int], list[Step]]:
    """Routes with a visit, in the user's ids."""
    if isinstance(encoded, Encoded):
        steps: list[Step] = [VisitKey(name) for name in encoded.orders]
    else:
        steps = encoded.steps
    sequences = {
        encoded.shifts[at]: [steps[number] for number in route]
        for at, route in enumerate(found.routes)
    }
    return {
        key: route
        for key, route in sequences.items()
        if any(isinstance(step, VisitKey) for step in route)
    }


def _decode(problem: Problem, encoded: Encoded | EncodedRules, found: Found) -> Plan:
    """Back to the user's ids and times, judged by the checker and costed by the scorer."""
    plan = _without_faults(problem, _sequences(encoded, found))
    explainer: Explainer | RuleExplainer
    if isinstance(encoded, Encoded):
        explainer = Explainer(problem, encoded, found.state)
    else:
        explainer = RuleExplainer(problem, encoded, found.state)
    left_out = tuple(explainer.explain(problem.order(left.order)) for left in plan.unassigned)
    plan = plan.model_copy(update={"unassigned": left_out})
    cost = score(problem, plan)
    if not plan.routes:
        status = Status.EMPTY if problem.orders else Status.COMPLETE
    else:
        status = Status.PARTIAL if plan.unassigned else Status.COMPLETE
    return plan.model_copy(update={"cost": cost, "status": status})


def _without_faults(problem: Problem, sequences: Mapping[tuple[str, int], Sequence[Step]]) -> Plan:
    """The plan, after the checker has passed it.

    A fault here is a mistake of ours. Rather than hand it on, the orders concerned are left out,
    and the log says so; where the fault names none that is in the plan, a whole route is.
    """
    while True:
        plan = build_plan(problem, sequences)
        hard = [violation for violation in check(problem, plan) if violation.hard]
        if not hard or not sequences:
            return plan
        for violation in hard:
            _log.error("the search broke a rule; the order is left out: %s", violation.message)
        sequences = _without(sequences, hard)


def _without(
    sequences: Mapping[tuple[str, int], Sequence[Step]], faults: Sequence[Violation]
) -> dict[tuple[str, int], Sequence[Step]]:
    """The routes without the orders that faults name, and without those of a faulty route."""
    orders = {fault.order for fault in faults}
    for fault in faults:
        if fault.order is None and fault.worker is not None and fault.shift is not None:
            steps = sequences.get((fault.worker, fault.shift), ())
            orders |= {step.order for step in steps if isinstance(step, VisitKey)}
    left: dict[tuple[str, int], Sequence[Step]] = {}
    for key, steps in sequences.items():
        kept = [
            step for step in steps if not isinstance(step, VisitKey) or step.order not in orders
        ]
        if any(isinstance(step, VisitKey) for step in kept):
            left[key] = kept
    if left == {key: list(steps) for key, steps in sequences.items()}:
        left.popitem()
    return left
