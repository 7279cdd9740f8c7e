"""The best plan of a small problem, proven by an exact model (CP-SAT, from OR-Tools).

The model decides who does what in which sequence, where breaks and calls at the depot come, and
all times; it knows crews, relations, recurrences, breaks, demands, tools, restocking, limits,
efficiencies, locks, customers and every part of the cost but ``waiting``. Times are free in it:
it is right only where the least cost has the times of the schedule rule. That is so where

- waiting costs nothing and time is paid from the shift's start, if at all (else the second step of
  the rule moves departures, which bonds and several windows stop in ways of their own),
- no visit has several soft windows (waiting for a later one would be less late), and
- legs take as long at any time (no traffic, no freezing).

There every part of the cost only grows with the times, and everything that times must keep to has
a least solution: that of the rule. :func:`outside` says what a problem has beyond that (and
locks to positions, which the search keeps at any cost); ``rule_brute_force`` covers all of it.

The plan that is found is timed by the schedule rule, checked, and scored; where the score is not
what the model says, that is an error here.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import combinations, pairwise, permutations
from typing import Any, NamedTuple

from ortools.sat.python import cp_model
from rule_brute_force import NEVER, Best, locked_bundles, locked_out

from homeserve_dispatch import Location, Plan, Problem, Shift, Unassigned, Worker, check, score
from homeserve_dispatch.model import (
    AllOrNone,
    DifferentWorkers,
    Order,
    SameDay,
    SameTime,
    SameWorker,
    Sequence,
    VisitKey,
)
from homeserve_dispatch.model.base import instant
from homeserve_dispatch.model.problem import Effective
from homeserve_dispatch.model.travel import NO_WAY
from homeserve_dispatch.schedule import BreakStep, RestockStep, Step, build_plan, build_route
from homeserve_dispatch.scoring import missed_preferences

MS = timedelta(milliseconds=1)
HOUR = 3_600_000
CENTS = 100
"""Weights are whole cents; the model's costs are whole numbers then."""
_LOCKED = 100_000
_THINGS = 1_000_000
Node = VisitKey | BreakStep | RestockStep | None
"""A stop that has a place; None is where the route begins and ends."""
Var = Any
"""What OR-Tools takes as a variable or an expression."""


def outside(problem: Problem) -> str | None:
    """What of the problem the model does not cover; None where it covers all."""
    objective = problem.objective
    if problem.traffic or problem.freeze_until is not None:
        return "traffic or freezing"
    if any(lock.position is not None for lock in problem.locks):
        return "locks to positions"
    if objective.lateness != "hard":
        soft = [o.time_windows for o in problem.orders if o.time_windows and o.time_windows[0].soft]
        if any(len(windows) > 1 for windows in soft):
            return "several soft windows"
        if soft and any(lock.start is not None for lock in problem.locks):
            return "locked starts and soft windows"
    for worker in problem.workers:
        if _first(worker.rates.waiting, objective.waiting):
            return "waiting that costs"
        if _first(worker.rates.paid_time, objective.paid_time) and any(
            shift.paid_from == "departure" for shift in worker.shifts
        ):
            return "time paid from the departure"
    return None


def optimum(problem: Problem, seconds: float = 60.0) -> Best:
    """Find the cheapest plan, with proof.

    Raises
    ------
    ValueError
        The model does not cover the problem.
    TimeoutError
        There is no proof after that many seconds.
    """
    if (reason := outside(problem)) is not None:
        raise ValueError(f"the model does not cover {reason}")
    return _Model(problem).solved(seconds)


class _Lane(NamedTuple):
    """A shift and its worker."""

    worker: Worker
    number: int
    shift: Shift

    @property
    def key(self) -> tuple[str, int]:
        """As in plans."""
        return self.worker.id, self.number

    @property
    def day(self) -> date:
        """On which the shift starts, in its own time zone."""
        return self.shift.start.date()


class _Route:
    """Variables of one shift."""

    def __init__(self, lane: _Lane) -> None:
        self.lane = lane
        self.arcs: dict[tuple[Node, Node], Var] = {}
        self.used: Var = None
        self.end: Var = None
        self.leaves: dict[Node, Var] = {}
        self.taken: dict[BreakStep | RestockStep, Var] = {}
        self.starts: dict[BreakStep | RestockStep, Var] = {}
        self.attached: dict[tuple[BreakStep, Node], Var] = {}
        self.setups: dict[VisitKey, Var] = {}
        self.travel: Var = 0
        self.metres: Var = 0
        self.work: Var = 0


class _Model:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.cp: Any = cp_model.CpModel()
        self.orders = {order.id: order for order in problem.orders}
        self.asks = {order.id: problem.effective(order) for order in problem.orders}
        self.keys = [key for order in problem.orders for key in problem.visits(order)]
        self.locks = {
            VisitKey(lock.order, lock.role, lock.occurrence): lock for lock in problem.locks
        }
        lanes = [_Lane(w, n, shift) for w in problem.workers for n, shift in enumerate(w.shifts)]
        self.base = min((instant(lane.shift.start) for lane in lanes), default=None)
        limits = [self._at(_limit(lane.shift)) for lane in lanes]
        self.horizon = max(limits, default=0)
        # Balance is a mean over so many: one unit of cost holds that part of it as well.
        over_shifts = problem.objective.balance_over == "shift"
        self.count = max(
            1, len(lanes) if over_shifts else sum(bool(w.shifts) for w in problem.workers)
        )
        self.unit = CENTS * HOUR * self.count
        self.costs: list[Var] = []
        self.done = {order.id: self._bool() for order in problem.orders}
        self.start = {key: self._time() for key in self.keys}
        self.finish = {key: self._time() for key in self.keys}
        self.x: dict[tuple[VisitKey, int], Var] = {}
        self.routes = [_Route(lane) for lane in lanes]
        self.bundles = locked_bundles(problem)
        self.late: list[Var] = []
        self._share_out()
        for at, route in enumerate(self.routes):
            self._route(at, route)
        for key in self.keys:
            self._times(key)
        for order in problem.orders:
            self._crew(order)
            self._recurrence(order)
        self._relations()
        self._customers()
        for worker in problem.workers:
            self._worker(worker)
        self._whole()

    # What all of it is made of.

    def _at(self, moment: datetime) -> int:
        assert self.base is not None
        return (instant(moment) - self.base) // MS

    def _bool(self) -> Var:
        return self.cp.new_bool_var("")

    def _time(self) -> Var:
        return self.cp.new_int_var(0, self.horizon, "")

    def _pay(self, weight: float, amount: Var, per: int) -> None:
        """Add weight times amount, where ``per`` of the amount are one hour, kilometre or case."""
        if weight:
            self.costs.append(round(weight * self.unit / per) * amount)

    def _most(self, low: int, *values: Var) -> Var:
        """Give the largest, or more; what is weighed comes down to it."""
        top = self.cp.new_int_var(low, 10 * self.horizon + 10, "")
        for value in values:
            self.cp.add(top >= value)
        return top

    # Who does what.

    def _share_out(self) -> None:
        for key in self.keys:
            for at, route in enumerate(self.routes):
                if self._may_do(key, route.lane):
                    self.x[key, at] = self._bool()
            mine = [self.x[key, at] for at in range(len(self.routes)) if (key, at) in self.x]
            self.cp.add(sum(mine) == self.done[key.order])
        for lock in self.problem.locks:
            if lock.unassigned:
                self.cp.add(self.done[lock.order] == 0)
        for order, done in self.done.items():
            self._pay(self.asks[order].skip_cost, 1 - done, 1)
        for bundle in self.bundles:
            left = self._bool()
            for order in bundle:
                self.cp.add(left >= 1 - self.done[order])
            self.costs.append(_LOCKED * self.unit * left)

    def _may_do(self, key: VisitKey, lane: _Lane) -> bool:
        lock = self.locks.get(key)
        if lock is not None and lock.worker not in (None, lane.worker.id):
            return False
        if lock is not None and lock.shift not in (None, lane.number):
            return False
        route = build_route(self.problem, *lane.key, [key])
        left = [Unassigned(order=one) for one in self.orders if one != key.order]
        found = check(self.problem, Plan(routes=[route], unassigned=left))
        # Customers' faces are counted over the whole plan.
        return not NEVER - {"MAX_WORKERS"} & {one.code.value for one in found}

    def _visits(self, at: int) -> list[VisitKey]:
        return [key for key in self.keys if (key, at) in self.x]

    # One route.

    def _route(self, at: int, route: _Route) -> None:
        lane = route.lane
        route.used, route.end = self._bool(), self._time()
        visits = self._visits(at)
        self.cp.add_max_equality(route.used, [0, *(self.x[key, at] for key in visits)])
        stops: list[Node] = [*visits]
        for number, rest in enumerate(lane.shift.breaks):
            self._extra(route, BreakStep(number))
            if rest.location is not None:
                stops.append(BreakStep(number))
        if lane.shift.restock is not None:
            self._extra(route, RestockStep())
            stops.append(RestockStep())
        for node in [None, *stops]:
            route.leaves[node] = self._time()
        self.cp.add(route.leaves[None] >= self._at(lane.shift.start))
        for node in stops:
            self.cp.add(route.leaves[node] >= self._finish(route, node)).only_enforce_if(
                self._there(at, route, node)
            )
        self._circuit(at, route, stops)
        self._pauses(at, route, stops)
        self._setups(route, visits, stops)
        self._sums(at, route, visits)
        self._load(at, route, visits)
        self._shift_limits(at, route)
        self._shift_costs(at, route, visits)

    def _extra(self, route: _Route, step: BreakStep | RestockStep) -> None:
        """Add a break or the call: whether and when."""
        taken, start = self._bool(), self._time()
        route.taken[step], route.starts[step] = taken, start
        self.cp.add_implication(taken, route.used)
        if isinstance(step, BreakStep):
            rest = route.lane.shift.breaks[step.number]
            self.cp.add(start >= self._at(rest.earliest)).only_enforce_if(taken)
            self.cp.add(start <= self._at(rest.latest)).only_enforce_if(taken)
            if rest.hard:
                self.cp.add(taken == route.used)

    def _there(self, at: int, route: _Route, node: Node) -> Var:
        if isinstance(node, VisitKey):
            return self.x[node, at]
        return route.used if node is None else route.taken[node]

    def _begin(self, route: _Route, node: Node) -> Var:
        assert node is not None
        return self.start[node] if isinstance(node, VisitKey) else route.starts[node]

    def _finish(self, route: _Route, node: Node) -> Var:
        if isinstance(node, VisitKey):
            return self.finish[node]
        assert node is not None
        return route.starts[node] + _length(route.lane.shift, node)

    def _place(self, route: _Route, node: Node, *, end: bool = False) -> Location | None:
        shift = route.lane.shift
        if isinstance(node, VisitKey):
            return self.orders[node.order].location
        if isinstance(node, BreakStep):
            return shift.breaks[node.number].location
        if isinstance(node, RestockStep):
            assert shift.restock is not None
            return shift.restock.location
        return shift.end_location if end else shift.start_location

    def _circuit(self, at: int, route: _Route, stops: list[Node]) -> None:
        """One round trip of all that is there; a leg takes its time."""
        numbers: dict[Node, int] = {node: n for n, node in enumerate([None, *stops])}
        arcs: list[tuple[int, int, Var]] = [(0, 0, route.used.negated())]
        spent: list[Var] = []
        driven: list[Var] = []
        for node in stops:
            arcs.append((numbers[node], numbers[node], self._there(at, route, node).negated()))
        for one, other in permutations(numbers, 2):
            leg = self._leg(route, one, other)
            if leg is None:
                continue
            arc = route.arcs[one, other] = self._bool()
            arcs.append((numbers[one], numbers[other], arc))
            then = route.end if other is None else self._begin(route, other)
            self.cp.add(then >= route.leaves[one] + leg[0]).only_enforce_if(arc)
            spent.append(leg[0] * arc)
            driven.append(leg[1] * arc)
        route.travel, route.metres = sum(spent), sum(driven)
        self.cp.add_circuit(arcs)

    def _leg(self, route: _Route, one: Node, other: Node) -> tuple[int, int] | None:
        here, there = self._place(route, one), self._place(route, other, end=True)
        if here is None or there is None:
            return 0, 0
        leg = self.problem.travel.leg(here, there, route.lane.worker.mode)
        return None if leg == NO_WAY else (leg.time_ms, leg.distance_m)

    def _pauses(self, at: int, route: _Route, stops: list[Node]) -> None:
        """Breaks without a place are taken after a stop, or before the departure."""
        shift = route.lane.shift
        free = [BreakStep(n) for n, rest in enumerate(shift.breaks) if rest.location is None]
        for rest in free:
            spots = []
            for node in [None, *stops]:
                spot = route.attached[rest, node] = self._bool()
                spots.append(spot)
                self.cp.add_implication(spot, self._there(at, route, node))
                opened = self._at(shift.start) if node is None else self._finish(route, node)
                self.cp.add(route.starts[rest] >= opened).only_enforce_if(spot)
                self.cp.add(route.leaves[node] >= self._finish(route, rest)).only_enforce_if(spot)
            self.cp.add(sum(spots) == route.taken[rest])
        for one, other in combinations(free, 2):
            first = self._bool()
            both = [route.taken[one], route.taken[other]]
            for a, b, lit in ((one, other, first), (other, one, first.negated())):
                self.cp.add(route.starts[b] >= self._finish(route, a)).only_enforce_if(*both, lit)

    def _setups(self, route: _Route, visits: list[VisitKey], stops: list[Node]) -> None:
        """Setup is left out where the visit before is at the same place, whatever is between."""
        places: dict[object, int] = {}
        spot = {
            key: places.setdefault(self.orders[key.order].location.key, len(places))
            for key in visits
        }
        last: dict[Node, Var] = {
            node: -1 if node is None else spot[node] for node in (None, *visits)
        }
        for node in stops:
            if not isinstance(node, VisitKey):
                last[node] = self.cp.new_int_var(-1, len(places), "")
        for key in visits:
            route.setups[key] = self._bool()
        for (one, other), arc in route.arcs.items():
            if other is None:
                continue
            if not isinstance(other, VisitKey):
                self.cp.add(last[other] == last[one]).only_enforce_if(arc)
            elif isinstance(one, VisitKey) or one is None:
                paid = one is None or spot[one] != spot[other]
                self.cp.add(route.setups[other] == int(paid)).only_enforce_if(arc)
            else:
                setup = route.setups[other]
                self.cp.add(last[one] != spot[other]).only_enforce_if(arc, setup)
                self.cp.add(last[one] == spot[other]).only_enforce_if(arc, setup.negated())

    def _sums(self, at: int, route: _Route, visits: list[VisitKey]) -> None:
        """Finishes and work."""
        work = [route.travel]
        for key in visits:
            x, setup = self.x[key, at], route.setups[key]
            self.cp.add_implication(setup, x)
            service, more = self._service(key, route.lane), self.asks[key.order].setup // MS
            length = service * x + more * setup
            self.cp.add(self.finish[key] == self.start[key] + length).only_enforce_if(x)
            work.append(length)
        for step, taken in route.taken.items():
            if isinstance(step, RestockStep):
                work.append(_length(route.lane.shift, step) * taken)
        route.work = sum(work)

    def _service(self, key: VisitKey, lane: _Lane) -> int:
        role = self.asks[key.order].roles[key.role]
        held = [lane.worker.skills[name] for name in role.skills if name in lane.worker.skills]
        rates = [skill.efficiency for skill in held if skill.holds_on(lane.day)]
        return math.floor(role.duration // MS / min(rates, default=1.0) + 0.5)

    def _load(self, at: int, route: _Route, visits: list[VisitKey]) -> None:
        """What is on board before the call at the depot, and from then on."""
        shift = route.lane.shift
        call = RestockStep()
        firsts = [key for key in visits if key.role == 0]
        needed: list[Var] = []
        filled = {} if shift.restock is None else shift.restock.amounts
        tools = set() if shift.restock is None else set(shift.restock.tools)
        after: dict[Node, Var] = {node: self._bool() for node in route.leaves if node != call}
        for (one, other), arc in route.arcs.items():
            if other is not None and other != call:
                told = 1 if one == call else 0 if one is None else after[one]
                self.cp.add(after[other] == told).only_enforce_if(arc)
        for key in firsts:
            for tool in self.asks[key.order].tools:
                if tool not in shift.tools:
                    fetched = after[key] if tool in tools else 0
                    self.cp.add(self.x[key, at] <= fetched)
                    needed.append(self.x[key, at])
        for name in {name for key in firsts for name in self.asks[key.order].demand}:
            until: list[Var] = []
            from_then: list[Var] = []
            for key in firsts:
                amount = round(self.asks[key.order].demand.get(name, 0.0) * _THINGS)
                late = self._bool()
                self.cp.add_multiplication_equality(late, [self.x[key, at], after[key]])
                until.append(amount * (self.x[key, at] - late))
                from_then.append(amount * late)
            before, since = sum(until), sum(from_then)
            carried = round(shift.capacity.get(name, 0.0) * _THINGS) + 1
            if name not in filled:
                self.cp.add(before + since <= carried)
                continue
            more = self._bool()
            needed.append(more)
            self.cp.add(before + since > carried).only_enforce_if(more)
            self.cp.add(before <= carried)
            refilled = filled[name]
            if refilled is not None:
                self.cp.add(since <= round(refilled * _THINGS) + 1)
        if call in route.taken:
            self.cp.add_bool_or(needed).only_enforce_if(route.taken[call])

    def _shift_limits(self, at: int, route: _Route) -> None:
        shift = route.lane.shift
        hard = self.problem.objective.overtime == "hard"
        self.cp.add(route.end <= self._at(shift.end if hard else _limit(shift)))
        self._totals(shift, [at])

    def _totals(self, limits: Shift | Worker, some: Iterable[int]) -> None:
        """Limits over all of these routes together."""
        some = list(some)
        routes = [self.routes[at] for at in some]
        if limits.max_visits is not None:
            count = sum(self.x[key, at] for at in some for key in self._visits(at))
            self.cp.add(count <= limits.max_visits)
        if limits.max_travel is not None:
            self.cp.add(sum(route.travel for route in routes) <= limits.max_travel // MS)
        if limits.max_work is not None:
            self.cp.add(sum(route.work for route in routes) <= limits.max_work // MS)
        if limits.max_distance_m is not None:
            self.cp.add(sum(route.metres for route in routes) <= limits.max_distance_m)

    def _shift_costs(self, at: int, route: _Route, visits: list[VisitKey]) -> None:
        objective, worker, shift = self.problem.objective, route.lane.worker, route.lane.shift
        rates = worker.rates
        self._pay(_first(rates.travel_time, objective.travel_time), route.travel, HOUR)
        self._pay(_first(rates.travel_distance, objective.travel_distance), route.metres, 1000)
        self._pay(_first(rates.shift_use, objective.shift_use), route.used, 1)
        if objective.overtime != "hard":
            over = self._most(0, route.end - self._at(shift.end))
            self._pay(_first(rates.overtime, objective.overtime), over, HOUR)
        if paid := _first(rates.paid_time, objective.paid_time):
            spent = self._most(0)
            unpaid = self._rests(route, only_unpaid=True)
            begin = self._at(shift.start)
            self.cp.add(spent >= route.end - begin - unpaid).only_enforce_if(route.used)
            self._pay(paid, spent, HOUR)
        for step, taken in route.taken.items():
            if isinstance(step, BreakStep) and not (rest := shift.breaks[step.number]).hard:
                self._pay(_first(rest.skip_cost, objective.missed_break), route.used - taken, 1)
        if objective.preference != "hard":
            for key in visits:
                missed = _missed(self.orders[key.order], self.asks[key.order], worker)
                self._pay(objective.preference * missed, self.x[key, at], 1)

    def _rests(self, route: _Route, *, only_unpaid: bool) -> Var:
        return sum(
            _length(route.lane.shift, step) * taken
            for step, taken in route.taken.items()
            if isinstance(step, BreakStep)
            and not (only_unpaid and route.lane.shift.breaks[step.number].paid)
        )

    # One visit.

    def _times(self, key: VisitKey) -> None:
        order, done = self.orders[key.order], self.done[key.order]
        start, finish = self.start[key], self.finish[key]
        objective, lock = self.problem.objective, self.locks.get(key)
        fixed = lock is not None and lock.start is not None
        if fixed:
            assert lock is not None and lock.start is not None
            locked = self._at(lock.start)
            if 0 <= locked <= self.horizon:
                self.cp.add(start == locked).only_enforce_if(done)
            else:
                self.cp.add(done == 0)
        elif order.release is not None:
            self.cp.add(start >= self._at(order.release)).only_enforce_if(done)
        if not fixed:
            self._windows(order, start, finish, done)
        hard = order.hard_sla or objective.sla_lateness == "hard"
        for limit, moment in ((order.respond_by, start), (order.resolve_by, finish)):
            if limit is None or (hard and fixed):
                continue
            past = moment - self._at(limit)
            if hard:
                self.cp.add(past <= 0).only_enforce_if(done)
            else:
                late = self._most(0)
                self.cp.add(late >= past).only_enforce_if(done)
                self._pay(_first(None, objective.sla_lateness), late, HOUR)
        if order.urgent and key.role == 0:
            since = 0 if order.release is None else self._at(order.release)
            slow = self._most(0)
            self.cp.add(slow >= start - since).only_enforce_if(done)
            self._pay(objective.response_time, slow, HOUR)

    def _windows(self, order: Order, start: Var, finish: Var, done: Var) -> None:
        """Hard windows are alternatives; of soft ones there is one, and lateness costs."""
        if not order.time_windows:
            return
        objective, bounds = self.problem.objective, order.time_windows[0].bounds
        opening = finish if bounds == "finish" else start
        closing = start if bounds == "start" else finish
        if order.time_windows[0].soft and objective.lateness != "hard":
            window = order.time_windows[0]
            self.cp.add(opening >= self._at(window.earliest)).only_enforce_if(done)
            late = self._most(0)
            self.cp.add(late >= closing - self._at(window.latest)).only_enforce_if(done)
            self._pay(objective.lateness, late, HOUR)
            self.late.append(late)
            return
        chosen = []
        for window in order.time_windows:
            lit = self._bool()
            chosen.append(lit)
            self.cp.add(opening >= self._at(window.earliest)).only_enforce_if(lit)
            self.cp.add(closing <= self._at(window.latest)).only_enforce_if(lit)
        self.cp.add(sum(chosen) == done)

    # What binds visits together.

    def _crew(self, order: Order) -> None:
        roles, done = self.asks[order.id].roles, self.done[order.id]
        if len(roles) < 2:
            return
        keys = self.problem.visits(order)
        for key in keys[1:]:
            role = roles[key.role]
            offset = self.start[key] - self.start[keys[0]]
            self.cp.add(offset >= role.earliest_offset // MS).only_enforce_if(done)
            self.cp.add(offset <= role.latest_offset // MS).only_enforce_if(done)
        for worker in self.problem.workers:
            self.cp.add(sum(self._by(key, worker.id) for key in keys) <= 1)

    def _by(self, key: VisitKey, worker: str) -> Var:
        return sum(
            self.x[key, at]
            for at, route in enumerate(self.routes)
            if (key, at) in self.x and route.lane.worker.id == worker
        )

    def _on(self, key: VisitKey, day: date) -> Var:
        return sum(
            self.x[key, at]
            for at, route in enumerate(self.routes)
            if (key, at) in self.x and route.lane.day == day
        )

    def _day(self, key: VisitKey) -> Var:
        return sum(
            route.lane.day.toordinal() * self.x[key, at]
            for at, route in enumerate(self.routes)
            if (key, at) in self.x
        )

    def _recurrence(self, order: Order) -> None:
        rule, done = order.recurrence, self.done[order.id]
        if rule is None:
            return
        keys = self.problem.visits(order)
        for before, after in pairwise(keys):
            gap = self._day(after) - self._day(before)
            self.cp.add(gap >= 1).only_enforce_if(done)
            if not rule.patterns:
                self.cp.add(gap >= rule.min_gap_days).only_enforce_if(done)
                if rule.max_gap_days is not None:
                    self.cp.add(gap <= rule.max_gap_days).only_enforce_if(done)
        if rule.patterns:
            chosen = [self._bool() for _ in rule.patterns]
            self.cp.add(sum(chosen) == done)
            for lit, pattern in zip(chosen, rule.patterns, strict=True):
                for key, day in zip(keys, pattern, strict=True):
                    self.cp.add(self._on(key, day) >= lit)

    def _relations(self) -> None:
        for relation in self.problem.relations:
            names = list(dict.fromkeys(relation.orders))
            if isinstance(relation, AllOrNone):
                for one in names[1:]:
                    self.cp.add(self.done[one] == self.done[names[0]])
            elif isinstance(relation, Sequence):
                self._sequence(relation)
            else:
                for one, other in combinations(names, 2):
                    self._alike(relation, VisitKey(one), VisitKey(other))

    def _sequence(self, relation: Sequence) -> None:
        first, second = VisitKey(relation.first), VisitKey(relation.second)
        both = [self.done[relation.first], self.done[relation.second]]
        begin = self.start[first] if relation.between == "start-start" else self.finish[first]
        gap = self.start[second] - begin
        self.cp.add(gap >= relation.min_gap // MS).only_enforce_if(*both)
        if relation.max_gap is not None:
            self.cp.add(gap <= relation.max_gap // MS).only_enforce_if(*both)

    def _alike(
        self,
        relation: SameTime | SameWorker | DifferentWorkers | SameDay,
        one: VisitKey,
        other: VisitKey,
    ) -> None:
        both = [self.done[one.order], self.done[other.order]]
        if isinstance(relation, SameTime):
            self.cp.add(self.start[one] == self.start[other]).only_enforce_if(*both)
        elif isinstance(relation, SameDay):
            self.cp.add(self._day(one) == self._day(other)).only_enforce_if(*both)
        else:
            for worker in self.problem.workers:
                mine, theirs = self._by(one, worker.id), self._by(other, worker.id)
                if isinstance(relation, SameWorker):
                    self.cp.add(mine == theirs).only_enforce_if(*both)
                else:
                    self.cp.add(mine + theirs <= 1)

    def _customers(self) -> None:
        known = {customer.id: customer for customer in self.problem.customers}
        of: dict[str, list[VisitKey]] = defaultdict(list)
        for key in self.keys:
            if (name := self.orders[key.order].customer) is not None:
                of[name].append(key)
        for name, keys in of.items():
            customer = known.get(name)
            history = set() if customer is None else set(customer.history)
            anybody = self._bool()
            everyone: list[Var] = []
            newcomers: list[Var] = []
            for worker in self.problem.workers:
                seen = self._bool()
                visits = [self._by(key, worker.id) for key in keys]
                for visit in visits:
                    self.cp.add(seen >= visit)
                self.cp.add(seen <= sum(visits))
                everyone.append(seen)
                if worker.id not in history:
                    newcomers.append(seen)
            new = sum(newcomers)
            if customer is not None and customer.max_workers is not None:
                self.cp.add(new <= max(0, customer.max_workers - len(history)))
            self.cp.add(anybody <= sum(everyone))
            self._pay(self.problem.objective.continuity, new - (0 if history else anybody), 1)

    # Workers, and the plan as a whole.

    def _worker(self, worker: Worker) -> None:
        mine = [at for at, route in enumerate(self.routes) if route.lane.worker is worker]
        self._totals(worker, mine)
        mine.sort(key=lambda at: instant(self.routes[at].lane.shift.start))
        if worker.min_rest is not None:
            for one, other in combinations(mine, 2):
                before, after = self.routes[one], self.routes[other]
                rest = self._at(after.lane.shift.start) - before.end
                self.cp.add(rest >= worker.min_rest // MS).only_enforce_if(before.used, after.used)
        if worker.max_days_in_row is not None:
            on: dict[int, list[Var]] = defaultdict(list)
            for at in mine:
                on[self.routes[at].lane.day.toordinal()].append(self.routes[at].used)
            busy = {}
            for day, uses in on.items():
                busy[day] = self._bool()
                for used in uses:
                    self.cp.add_implication(used, busy[day])
            for day in on:
                row = range(day, day + worker.max_days_in_row + 1)
                if all(one in on for one in row):
                    self.cp.add(sum(busy[one] for one in row) <= worker.max_days_in_row)

    def _whole(self) -> None:
        """Costs that no route has by itself."""
        objective = self.problem.objective
        if objective.lateness != "hard":
            self._pay(objective.worst_lateness, self._most(0, *self.late), HOUR)
        idle = []
        for route in self.routes:
            shift = route.lane.shift
            begin, end = self._at(shift.start), self._at(shift.end)
            until = self._most(end)
            self.cp.add(until >= route.end).only_enforce_if(route.used)
            idle.append(until - begin - route.work - self._rests(route, only_unpaid=False))
        self._pay(objective.idle_time, sum(idle), HOUR)
        self._pay(objective.max_idle, self._most(0, *idle), HOUR)
        loads = [route.work for route in self.routes]
        if objective.balance_over == "worker":
            loads = [
                worker.worked // MS
                + sum(route.work for route in self.routes if route.lane.worker is worker)
                for worker in self.problem.workers
                if worker.shifts
            ]
        if objective.workload_balance and loads:
            for load in loads:
                apart = self.cp.new_int_var(0, 1 << 45, "")
                off = len(loads) * load - sum(loads)
                self.cp.add(apart >= off)
                self.cp.add(apart >= -off)
                self._pay(objective.workload_balance, apart, HOUR * len(loads))

    # What comes out.

    def solved(self, seconds: float) -> Best:
        """Solve it and read the plan off."""
        self.cp.minimize(sum(self.costs))
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        if solver.solve(self.cp) != cp_model.OPTIMAL:
            raise TimeoutError(f"no proof: {solver.status_name()}")
        plan = build_plan(
            self.problem,
            {route.lane.key: self._steps(solver, route) for route in self.routes},
        )
        faults = check(self.problem, plan)
        assert not faults, f"the model breaks a rule: {faults}\n{plan}"
        cost, left = score(self.problem, plan).total, locked_out(self.problem, plan)
        stated = solver.objective_value / self.unit - _LOCKED * left
        assert abs(stated - cost) <= 1e-5 * max(1.0, abs(cost)), f"{stated} is not {cost}: {plan}"
        return Best(left, cost, plan)

    def _steps(self, solver: Any, route: _Route) -> list[Step]:
        steps: list[Step] = []
        follows = {one: other for (one, other), arc in route.arcs.items() if solver.value(arc)}
        node: Node = None
        while True:
            if node is not None:
                steps.append(node)
            rests = [
                (int(solver.value(route.starts[rest])), rest.number)
                for (rest, at), spot in route.attached.items()
                if at == node and solver.value(spot)
            ]
            steps += [BreakStep(number) for _, number in sorted(rests)]
            node = follows.get(node)
            if node is None:
                return steps


def _first(own: float | None, common: float | str) -> float:
    """Give a worker's own weight, else everybody's; of a hard part there is none."""
    if common == "hard":
        return 0.0
    return float(common if own is None else own)


def _limit(shift: Shift) -> datetime:
    return shift.overtime_until or shift.end


def _length(shift: Shift, step: BreakStep | RestockStep) -> int:
    if isinstance(step, BreakStep):
        return shift.breaks[step.number].duration // MS
    assert shift.restock is not None
    return shift.restock.duration // MS


def _missed(order: Order, asks: Effective, worker: Worker) -> float:
    rating = worker.ratings.get(order.service) if order.service else None
    below = 0.0 if rating is None else (5.0 - rating) / 5.0
    return len(missed_preferences(order, asks, worker)) + below
