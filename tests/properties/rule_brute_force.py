"""The best plan of a tiny problem with rules that tie routes together, found by trying everything.

Every sequence of every set of visits, breaks and calls at the depot is timed alone in every
shift. What breaks a rule that nothing in other routes can mend goes; of routes with the same
visits those go that are no better in anything that matters beyond the route. The rest is
combined, the combinations are sorted by what they cost at least, and timed, checked and scored as
whole plans until no better one is left. Nothing is left out, whatever rules a problem has, but
calls at depots in routes that have all on board without them (such a call could only fill time
with work that would be waiting): the schedule rule itself says what the times are.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise, permutations
from typing import NamedTuple

from homeserve_dispatch import Cost, Plan, Problem, Route, Unassigned, check, score
from homeserve_dispatch._schedule_clock import to_ms
from homeserve_dispatch.model import AllOrNone, SameTime, VisitKey
from homeserve_dispatch.model import Sequence as InSequence
from homeserve_dispatch.schedule import BreakStep, RestockStep, Step, build_plan, build_route

Key = tuple[str, int]
NEVER = frozenset(
    "SKILL SKILL_LEVEL SKILL_EXPIRED REQUIRED_TAG FORBIDDEN_TAG AREA REQUIRED_WORKER "
    "FORBIDDEN_WORKER PREFERENCE MAX_WORKERS".split()
)
"""Faults of a visit that nothing else in the plan can mend."""
ALONE = NEVER | frozenset(
    "TIME_WINDOW LATENESS RESPOND_BY RESOLVE_BY UNREACHABLE SHIFT_END OVERTIME BREAK_TIME "
    "BREAK_MISSED CAPACITY TOOL MAX_VISITS MAX_DISTANCE WORKER_MAX_VISITS WORKER_MAX_DISTANCE "
    "LOCK".split()
)
"""Faults of a route that no other route can mend: bonds only ever make visits later."""
UNLESS_TRAFFIC = frozenset("MAX_TRAVEL MAX_WORK WORKER_MAX_TRAVEL WORKER_MAX_WORK".split())
"""The same where a leg takes as long at any time."""
ANYHOW = ("travel_distance", "shift_use", "preference", "missed_break")
ONLY_MORE = ("overtime", "lateness", "sla_lateness", "response_time")
"""Parts that bonds to visits of other routes can only add to."""
OWN = (*ANYHOW, *ONLY_MORE, "travel_time", "paid_time", "waiting", "idle_time")
"""Parts that are a route's own where no bond reaches it."""


_LOCKED = 1e7


class TooMany(Exception):  # noqa: N818 - it is no error of anybody
    """There are more combinations than can be tried."""


class Best(NamedTuple):
    """The least cost, and a plan that has it.

    What counts first is how many bundles (orders that are done together or not at all) with a
    locked visit are left out.
    """

    left: int
    cost: float
    plan: Plan


class _Option(NamedTuple):
    """A route for a shift: what it does, and what it costs at least."""

    steps: tuple[Step, ...]
    done: int
    least: float


def effort(problem: Problem) -> int:
    """How many routes have to be tried alone, at most."""
    visits = sum(len(problem.visits(order)) for order in problem.orders)
    total = 0
    for worker in problem.workers:
        for shift in worker.shifts:
            others = len(shift.breaks) + (shift.restock is not None)
            total += sum(math.perm(visits + others, n) for n in range(visits + others + 1))
    return total


def optimum(problem: Problem, known: Plan | None = None, most: int = 20_000) -> Best:
    """Find the cheapest plan of a problem with 4 visits or so at most.

    Parameters
    ----------
    problem : Problem
        With any of the rules.
    known : Plan, optional
        A good plan: dearer ones are not looked at, and visits that it has and that are locked to
        their positions are kept, whatever they cost.
    most : int
        How many combinations of routes may be tried.

    Raises
    ------
    TooMany
        More of them may be good enough.
    """
    trial = _Trial(problem)
    if known is None:
        return trial.best(math.inf, most)
    positions = {
        VisitKey(lock.order, lock.role, lock.occurrence)
        for lock in problem.locks
        if lock.position is not None
    }
    done = {VisitKey(v.order, v.role, v.occurrence) for r in known.routes for v in r.visits}
    trial.must = sum(trial.bit[key] for key in positions & done)
    worth = score(problem, known).total + _LOCKED * locked_out(problem, known)
    return trial.best(worth * (1 + 1e-9) + 1e-9, most)


def locked_out(problem: Problem, plan: Plan) -> int:
    """How many bundles with a locked visit are left out."""
    left = {one.order for one in plan.unassigned}
    return sum(not left.isdisjoint(bundle) for bundle in locked_bundles(problem))


def locked_bundles(problem: Problem) -> list[frozenset[str]]:
    """Orders that are done together or not at all, where a lock wants one of them done."""
    bundles = {order.id: frozenset((order.id,)) for order in problem.orders}
    for relation in problem.relations:
        if isinstance(relation, AllOrNone):
            joined = frozenset().union(*(bundles[one] for one in relation.orders))
            bundles.update(dict.fromkeys(joined, joined))
    locked = {bundles[lock.order] for lock in problem.locks if not lock.unassigned}
    return sorted(locked, key=sorted)


class _Trial:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.visits = [key for order in problem.orders for key in problem.visits(order)]
        self.bit = {key: 1 << at for at, key in enumerate(self.visits)}
        self.whole = {
            order.id: sum(self.bit[key] for key in problem.visits(order))
            for order in problem.orders
        }
        self.skip = {order.id: problem.effective(order).skip_cost for order in problem.orders}
        self.locked = locked_bundles(problem)
        self.must = 0
        self.bound = _bound_orders(problem)
        self.empty = score(problem, _plan(problem, ())).parts["idle_time"]

    def best(self, known: float, most: int) -> Best:
        keys = [(w.id, at) for w in self.problem.workers for at in range(len(w.shifts))]
        options = [self._options(key, known) for key in keys]
        found = []
        for least, chosen in self._combined(options, known):
            found.append((least, chosen))
            if len(found) > most:
                raise TooMany
        found.sort(key=lambda one: one[0])
        best, left, plan = math.inf, 0, Plan()
        for least, chosen in found:
            if least >= min(best, known):
                break
            steps = {key: option.steps for key, option in zip(keys, chosen, strict=True)}
            if not self._in_turn(steps):
                continue
            tried = build_plan(self.problem, steps)
            out = locked_out(self.problem, tried)
            cost = score(self.problem, tried).total + _LOCKED * out
            if cost < best and not _faults(self.problem, tried):
                best, left, plan = cost, out, tried
        return Best(left, best - _LOCKED * left, plan)

    def _combined(
        self, options: Sequence[Sequence[_Option]], known: float
    ) -> Iterator[tuple[float, list[_Option]]]:
        """Every choice of routes that does whole orders and may cost less than ``known``."""
        rest = [0.0]
        for some in reversed(options):
            rest.append(rest[-1] + min(0.0, *(option.least for option in some)))
        chosen: list[_Option] = []

        def go_on(at: int, done: int, cost: float) -> Iterator[tuple[float, list[_Option]]]:
            if cost + rest[len(options) - at] >= known:
                return
            if at == len(options):
                if self.must & ~done:
                    return
                parts = [done & whole for whole in self.whole.values()]
                if all(part in (0, w) for part, w in zip(parts, self.whole.values(), strict=True)):
                    skipped = (self.skip[one] for one, w in self.whole.items() if not done & w)
                    out = sum(
                        any(not done & self.whole[one] for one in bundle) for bundle in self.locked
                    )
                    if (total := cost + sum(skipped) + _LOCKED * out) < known:
                        yield total, list(chosen)
                return
            for option in options[at]:
                if not done & option.done:
                    chosen.append(option)
                    yield from go_on(at + 1, done | option.done, cost + option.least)
                    chosen.pop()

        yield from go_on(0, 0, self.empty)

    def _options(self, key: Key, known: float) -> list[_Option]:
        """Routes of one shift that are worth combining, that without a visit among them."""
        worker = self.problem.worker(key[0])
        shift = worker.shifts[key[1]]
        able = [one for one in self.visits if not self._alone(key, (one,))[1] & NEVER]
        others: list[Step] = [BreakStep(number) for number in range(len(shift.breaks))]
        others += [RestockStep()] if shift.restock is not None else []
        faults = ALONE if self.problem.traffic else ALONE | UNLESS_TRAFFIC
        fronts: dict[object, list[tuple[tuple[float, ...], _Option]]] = defaultdict(list)
        for count in range(1, len(able) + len(others) + 1):
            for steps in permutations([*able, *others], count):
                names = [step.order for step in steps if isinstance(step, VisitKey)]
                if not names or len(names) > len(set(names)):
                    continue
                cost, codes, route = self._alone(key, steps)
                if route.restock is not None and self._needless(key, steps):
                    continue
                least = self._least(cost, names)
                if codes & faults or (not self.empty and least >= known):
                    continue
                done = sum(self.bit[step] for step in steps if isinstance(step, VisitKey))
                option = _Option(steps, done, least)
                if self.bound.intersection(names):
                    fronts[steps] = [((), option)]
                else:
                    self._keep(fronts, cost, route, option)
        return [_Option((), 0, 0.0), *(one for front in fronts.values() for _, one in front)]

    def _needless(self, key: Key, steps: Sequence[Step]) -> bool:
        """Whether all is on board without the call at the depot."""
        rest = [step for step in steps if not isinstance(step, RestockStep)]
        return not self._alone(key, rest)[1] & {"CAPACITY", "TOOL"}

    def _keep(
        self,
        fronts: dict[object, list[tuple[tuple[float, ...], _Option]]],
        cost: Cost,
        route: Route,
        option: _Option,
    ) -> None:
        """Keep it unless another with the same visits is at least as good in every respect.

        Work counts as the same only where it is equal: balance may want more of it or less.
        """
        amounts = cost.amounts
        work = self._work(route)
        figures = (
            option.least,
            to_ms(route.end),
            amounts["travel_time"],
            amounts["travel_distance"],
            amounts["worst_lateness"],
            amounts["idle_time"],
            work,
        )
        front = fronts[(option.done, work if self.problem.objective.workload_balance else 0.0)]
        if any(all(a <= b for a, b in zip(one, figures, strict=True)) for one, _ in front):
            return
        front[:] = [
            (one, kept)
            for one, kept in front
            if not all(a <= b for a, b in zip(figures, one, strict=True))
        ]
        front.append((figures, option))

    def _work(self, route: Route) -> float:
        work = route.travel_time.total_seconds()
        work += sum((visit.finish - visit.start).total_seconds() for visit in route.visits)
        if route.restock is not None:
            work += (route.restock.finish - route.restock.start).total_seconds()
        return work

    def _least(self, cost: Cost, names: Sequence[str]) -> float:
        """What the route adds to the cost of any plan that it is in, at least."""
        parts = cost.parts
        if not self.bound.intersection(names):
            return math.fsum(parts[part] for part in OWN) - self.empty
        least = math.fsum(parts[part] for part in ANYHOW) - self.empty
        if not self.problem.traffic:
            least += parts["travel_time"] + parts["idle_time"]
        # In a later one of several soft windows a visit may be less late.
        if all(len(order.time_windows) < 2 for order in self.problem.orders):
            least += math.fsum(parts[part] for part in ONLY_MORE)
        return least

    def _alone(self, key: Key, steps: Sequence[Step]) -> tuple[Cost, frozenset[str], Route]:
        route = build_route(self.problem, *key, steps)
        plan = _plan(self.problem, (route,))
        return score(self.problem, plan), _faults(self.problem, plan), route

    def _in_turn(self, steps: dict[Key, tuple[Step, ...]]) -> bool:
        """Whether times of recurring orders rise by day, and crews are of different workers."""
        days: dict[str, list[tuple[int, int]]] = defaultdict(list)
        crews: set[tuple[str, int, str]] = set()
        for (worker, shift), some in steps.items():
            day = self.problem.worker(worker).shifts[shift].start.toordinal()
            for step in some:
                if isinstance(step, VisitKey):
                    member = (step.order, step.occurrence, worker)
                    if member in crews:
                        return False
                    crews.add(member)
                    if step.role == 0:
                        days[step.order].append((step.occurrence, day))
        for times in days.values():
            numbered = [day for _, day in sorted(times)]
            if any(after <= before for before, after in pairwise(numbered)):
                return False
        return True


def _plan(problem: Problem, routes: tuple[Route, ...]) -> Plan:
    """The plan in which nothing is done but this."""
    done = {visit.order for route in routes for visit in route.visits}
    left = tuple(Unassigned(order=one.id) for one in problem.orders if one.id not in done)
    return Plan(routes=routes, unassigned=left)


def _faults(problem: Problem, plan: Plan) -> frozenset[str]:
    return frozenset(one.code.value for one in check(problem, plan) if one.hard)


def _bound_orders(problem: Problem) -> set[str]:
    """Orders whose times may hang on visits in other routes."""
    found = {one.id for one in problem.orders if len(problem.effective(one).roles) > 1}
    for relation in problem.relations:
        if isinstance(relation, InSequence | SameTime):
            found.update(relation.orders)
    return found
