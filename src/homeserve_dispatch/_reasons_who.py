"""Who may not do an order, and why: what both explainers say of skills, tags, areas and names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from homeserve_dispatch.model import Problem
from homeserve_dispatch.model.order import Order
from homeserve_dispatch.model.worker import Worker
from homeserve_dispatch.plan import Reason

Reasons = tuple[tuple[Reason, ...], str]
"""Codes, the commonest first, and the same in words."""

_NAMED = 3
_WORDS = {
    Reason.SKILL: "a skill is lacking",
    Reason.SKILL_LEVEL: "the level is too low",
    Reason.SKILL_EXPIRED: "a skill does not count on that day",
    Reason.TAG: "a tag is lacking, or one is forbidden",
    Reason.AREA: "its area is not theirs",
    Reason.REQUIRED_WORKER: "not among the required workers",
    Reason.FORBIDDEN_WORKER: "forbidden by the order",
    Reason.PREFERENCE: "a preference would be missed, and that is hard here",
    Reason.TIME_WINDOW: "no shift in its time windows",
}


def nobody(problem: Problem, order: Order, skills: Mapping[str, int]) -> Reasons:
    """Nobody may do it: what keeps it from each worker, the commonest first.

    Parameters
    ----------
    problem : Problem
        Whose workers are looked at; those without a shift are not.
    order : Order
        What nobody may do.
    skills : mapping of str to int
        The levels that the visit asks for: of a crew those of one role.

    Examples
    --------
    >>> from datetime import datetime, timedelta
    >>> from homeserve_dispatch import Location, Order, Problem, Shift, Worker
    >>> day = Shift(start=datetime(2026, 5, 4, 8), end=datetime(2026, 5, 4, 16))
    >>> order = Order(id="A1", location=Location(lat=48.1, lon=11.6),
    ...               duration=timedelta(hours=1), skills={"gas": 1})
    >>> problem = Problem(orders=[order], workers=[Worker(id="Ana", shifts=[day])])
    >>> nobody(problem, order, {"gas": 1})
    ((<Reason.SKILL: 'SKILL'>,), '1 worker: a skill is lacking')
    """
    tally: Counter[Reason] = Counter()
    for worker in problem.workers:
        if worker.shifts:
            tally[_against(problem, order, worker, skills)] += 1
    common = tally.most_common()
    words = "; ".join(
        f"{count} worker{'s' if count > 1 else ''}: {_WORDS[reason]}" for reason, count in common
    )
    return tuple(reason for reason, _ in common), words


def named(names: Sequence[str]) -> str:
    """Put a few of the names in words, and how many more there are."""
    words = ", ".join(map(repr, names[:_NAMED]))
    return f"{words} and {len(names) - _NAMED} more" if len(names) > _NAMED else words


def _against(problem: Problem, order: Order, worker: Worker, skills: Mapping[str, int]) -> Reason:
    """Find the first thing that keeps this worker from it, the least mendable first."""
    asked = problem.effective(order)
    if order.required_workers and worker.id not in order.required_workers:
        return Reason.REQUIRED_WORKER
    if worker.id in order.forbidden_workers:
        return Reason.FORBIDDEN_WORKER
    if any(name not in worker.skills for name in skills):
        return Reason.SKILL
    if any(worker.skills[name].level < level for name, level in skills.items()):
        return Reason.SKILL_LEVEL
    days = [shift.start.date() for shift in worker.shifts]
    if not any(all(worker.skills[name].holds_on(day) for name in skills) for day in days):
        return Reason.SKILL_EXPIRED
    tags = set(worker.tags)
    if not set(asked.required_tags) <= tags or set(asked.forbidden_tags) & tags:
        return Reason.TAG
    if worker.areas and order.area not in worker.areas:
        return Reason.AREA
    if problem.objective.preference == "hard" and _misses(problem, order, worker):
        return Reason.PREFERENCE
    return Reason.TIME_WINDOW


def _misses(problem: Problem, order: Order, worker: Worker) -> bool:
    asked = problem.effective(order)
    return (
        bool(order.preferred_workers and worker.id not in order.preferred_workers)
        or not set(asked.preferred_tags) <= set(worker.tags)
        or bool(worker.preferred_areas and order.area not in worker.preferred_areas)
    )
