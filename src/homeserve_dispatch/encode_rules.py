"""Problems with rules to arrays: visits, breaks and calls at depots are nodes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from homeserve_dispatch._schedule_clock import Traffic, to_ms
from homeserve_dispatch.encode import AROUND, KINDS, MS_PER_HOUR, NEAR, encode, first_moment
from homeserve_dispatch.instance import Floats, Instance, Ints
from homeserve_dispatch.model import Problem, VisitKey
from homeserve_dispatch.model.base import instant
from homeserve_dispatch.model.lock import Lock
from homeserve_dispatch.model.order import Order
from homeserve_dispatch.model.relation import (
    AllOrNone,
    DifferentWorkers,
    SameDay,
    SameTime,
    SameWorker,
)
from homeserve_dispatch.model.relation import Sequence as SequenceOf
from homeserve_dispatch.model.worker import Worker
from homeserve_dispatch.schedule import BreakStep, RestockStep, Step
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.neighbours import neighbours
from homeserve_dispatch.search.rules import fields as g
from homeserve_dispatch.search.rules.data import Rules
from homeserve_dispatch.search.worth import ruled_worth

_MILLISECOND = timedelta(milliseconds=1)
_TOOL = "tool\x00"  # prefix of tools among the resources: no name can hold it from a file
_LARGEST = float(1 << 40)
LOCK_EXTRA = 1e7
"""Added to the skip cost of what is locked."""
_AFTER_MS = 5 * 86_400_000
"""Traffic is known so long after the last shift's end: no route lasts longer."""


class EncodedRules(NamedTuple):
    """An instance with its rules, and what the numbers stand for.

    Attributes
    ----------
    instance, rules : Instance, Rules
        The numbers.
    steps : list of VisitKey, BreakStep or RestockStep
        What each node is.
    shifts : list of (str, int)
        Worker id and index of the shift, of each shift.
    fixed : list of list of int
        For each shift the visits that are locked to its first positions, in order.
    """

    instance: Instance
    rules: Rules
    steps: list[Step]
    shifts: list[tuple[str, int]]
    fixed: list[list[int]]


def needs_rules(problem: Problem) -> bool:
    """Whether a problem has a rule that the plain search does not know."""
    objective = problem.objective
    if problem.relations or problem.locks or problem.traffic or problem.freeze_until is not None:
        return True
    weights = (
        objective.worst_lateness,
        objective.idle_time,
        objective.max_idle,
        objective.workload_balance,
    )
    if any(weight > 0 for weight in weights):
        return True
    return _orders_need(problem) or any(_worker_needs(worker) for worker in problem.workers)


def _orders_need(problem: Problem) -> bool:
    seen_by: set[str] = set()
    listed = {customer.id: customer for customer in problem.customers}
    weighed = problem.objective.continuity > 0
    for order in problem.orders:
        asked = problem.effective(order)
        if order.urgent or order.recurrence is not None or len(asked.roles) > 1 or asked.tools:
            return True
        if asked.setup and any(window.bounds == "service" for window in order.time_windows):
            return True
        customer = order.customer
        if customer is not None:
            known = listed.get(customer)
            if known is not None and (known.max_workers is not None or (weighed and known.history)):
                return True
            if weighed and customer in seen_by:
                return True
            seen_by.add(customer)
    return False


def _worker_needs(worker: Worker) -> bool:
    limits = (
        worker.max_visits,
        worker.max_travel,
        worker.max_work,
        worker.max_distance_m,
        worker.min_rest,
        worker.max_days_in_row,
    )
    return (
        any(limit is not None for limit in limits)
        or bool(worker.ratings)
        or any(skill.efficiency != 1.0 for skill in worker.skills.values())
        or any(shift.breaks or shift.restock is not None for shift in worker.shifts)
    )


def encode_rules(problem: Problem) -> EncodedRules:
    """The arrays that state a problem with rules to the search.

    Parameters
    ----------
    problem : Problem
        Valid by construction.
    """
    return _Encoder(problem).encode()


class _Encoder:
    """Works the arrays of one problem out, step by step."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.keys = [key for order in problem.orders for key in problem.visits(order)]
        self.number = {key: at for at, key in enumerate(self.keys)}
        self.asked = {order.id: problem.effective(order) for order in problem.orders}
        self.locks = {VisitKey(k.order, k.role, k.occurrence): k for k in problem.locks}
        self.shifts = [
            (worker, index) for worker in problem.workers for index in range(len(worker.shifts))
        ]
        self.members: list[int] = []
        self.epoch = first_moment(problem)

    def encode(self) -> EncodedRules:
        """All arrays."""
        efficiencies = [
            skill.efficiency for worker in self.problem.workers for skill in worker.skills.values()
        ]
        varies = any(value != 1.0 for value in efficiencies)
        bounds = (min(1.0, *efficiencies), max(1.0, *efficiencies)) if varies else None
        stretches = [worker.shifts[index] for worker, index in self.shifts]
        more = [rest.location for shift in stretches for rest in shift.breaks if rest.location]
        started = {_name(key) for key, lock in self.locks.items() if lock.start is not None}
        more += [shift.restock.location for shift in stretches if shift.restock]
        self.base = encode(
            self._derived(), efficiency=bounds, more_places=more, listed=False, any_time=started
        )
        instance = self.base.instance
        visits = len(self.keys)
        instance, speed = self._pairs(instance, varies)
        instance, steps, extra = self._with_extra_nodes(instance)
        rules = self._rules(instance, visits, speed, extra)
        instance.order_costs[:, f.WORTH] = ruled_worth(instance, rules)
        instance = _with_neighbours(instance, visits)
        names = [(worker.id, index) for worker, index in self.shifts]
        return EncodedRules(instance, rules, [*self.keys, *steps], names, self._fixed(names))

    def _fixed(self, names: Sequence[tuple[str, int]]) -> list[list[int]]:
        at_position: dict[tuple[str, int], list[tuple[int, int]]] = {}
        for key, lock in self.locks.items():
            if lock.position is not None:
                assert lock.worker is not None and lock.shift is not None
                place = at_position.setdefault((lock.worker, lock.shift), [])
                place.append((lock.position, self.number[key]))
        return [[number for _, number in sorted(at_position.get(name, []))] for name in names]

    def _derived(self) -> Problem:
        """The same work with an order for each visit, which the plain encoder knows."""
        orders = [
            self._visit_order(order, key)
            for order in self.problem.orders
            for key in self.problem.visits(order)
        ]
        workers = [self._derived_worker(worker) for worker in self.problem.workers]
        return self.problem.model_copy(update={"orders": tuple(orders), "workers": tuple(workers)})

    def _visit_order(self, order: Order, key: VisitKey) -> Order:
        asked = self.asked[order.id]
        role = asked.roles[key.role]
        demand: dict[str, float] = {}
        if key.role == 0:
            demand = dict(asked.demand) | {_TOOL + tool: 1.0 for tool in asked.tools}
        leads = key.role == 0 and key.occurrence == 0
        update: dict[str, object] = {
            "id": _name(key),
            "duration": role.duration,
            "skills": dict(role.skills),
            "demand": demand,
            "crew": (),
            "tools": (),
            "skip_cost": asked.skip_cost if leads else 0.0,
        }
        return order.model_copy(update=update)

    def _derived_worker(self, worker: Worker) -> Worker:
        shifts = []
        for shift in worker.shifts:
            capacity = dict(shift.capacity) | {_TOOL + tool: 1.0 for tool in shift.tools}
            shifts.append(shift.model_copy(update={"capacity": capacity}))
        return worker.model_copy(update={"shifts": tuple(shifts)})

    def _pairs(self, instance: Instance, varies: bool) -> tuple[Instance, Floats]:
        """Rows of their own where ratings or locks make visits differ, and efficiencies."""
        weight = self.problem.objective.preference
        per_miss = 0.0 if isinstance(weight, str) else float(weight)
        missed = self.base.missed
        rows: list[Floats] = list(instance.pairs)
        kept = len(rows)
        known: dict[tuple[int, str | None, Lock | None], int] = {}
        source: list[int] = list(range(kept))
        first: list[int] = [-1] * kept
        rated = {service for worker in self.problem.workers for service in worker.ratings}
        orders = {order.id: order for order in self.problem.orders}
        for at, key in enumerate(self.keys):
            row = int(instance.orders[at, f.ROW])
            order = orders[key.order]
            service = order.service if order.service in rated else None
            lock = self.locks.get(key)
            if lock is not None and lock.worker is None:
                lock = None
            if service is None and lock is None:
                if first[row] < 0:
                    first[row] = at
                continue
            case = (row, service, lock)
            if case not in known:
                costs = rows[row].copy()
                if lock is not None:
                    costs = np.where(self._locked_to(lock), missed[row], np.inf)
                if service is not None:
                    costs = costs + per_miss * self._rating_misses(service)
                known[case] = len(rows)
                rows.append(costs)
                source.append(row)
                first.append(at)
            instance.orders[at, f.ROW] = known[case]
        rows = rows or [np.full(len(self.shifts), np.inf)]  # nodes of breaks refer to some row
        pairs = np.array(rows).reshape(len(rows), len(self.shifts))
        instance.facts[f.HAS_PREFERENCES] = 1
        speed = np.ones((1, 1))
        if varies:
            speed = np.ones(pairs.shape)
            for row, at in enumerate(first):
                if at >= 0:
                    speed[row] = self._speeds(self.keys[at])
        return instance._replace(pairs=np.ascontiguousarray(pairs)), speed

    def _locked_to(self, lock: Lock) -> npt.NDArray[np.bool_]:
        return np.array(
            [
                worker.id == lock.worker and lock.shift in (None, index)
                for worker, index in self.shifts
            ],
            np.bool_,
        )

    def _rating_misses(self, service: str) -> Floats:
        ratings = [worker.ratings.get(service, 5.0) for worker, _ in self.shifts]
        return (5.0 - np.array(ratings)) / 5.0

    def _speeds(self, key: VisitKey) -> Floats:
        skills = self.asked[key.order].roles[key.role].skills
        speeds = []
        for worker, index in self.shifts:
            day = worker.shifts[index].start.date()
            held = [
                worker.skills[name].efficiency
                for name in skills
                if name in worker.skills and worker.skills[name].holds_on(day)
            ]
            speeds.append(min(held, default=1.0))
        return np.array(speeds)

    def _with_extra_nodes(
        self, instance: Instance
    ) -> tuple[Instance, list[Step], list[tuple[int, int, int]]]:
        """Rows for breaks, then for calls; ``extra``: (kind, shift, number of the break)."""
        rows: list[Ints] = []
        steps: list[Step] = []
        extra: list[tuple[int, int, int]] = []
        for at, (worker, index) in enumerate(self.shifts):
            for number, rest in enumerate(worker.shifts[index].breaks):
                place = -1 if rest.location is None else self.base.places.number(rest.location)
                low, high = self._ms_at(rest.earliest), self._ms_at(rest.latest)
                rows.append(_node_row(place, low, high, rest.duration // _MILLISECOND))
                steps.append(BreakStep(number))
                extra.append((g.BREAK, at, number))
        for at, (worker, index) in enumerate(self.shifts):
            call = worker.shifts[index].restock
            if call is not None:
                place = self.base.places.number(call.location)
                rows.append(_node_row(place, -f.FAR, f.FAR, call.duration // _MILLISECOND))
                steps.append(RestockStep())
                extra.append((g.RESTOCK, at, 0))
        instance.facts[f.N_ORDERS] = len(self.keys) + len(rows)
        if rows:
            costs = np.zeros((len(rows), instance.order_costs.shape[1]))
            instance = instance._replace(
                orders=np.vstack((instance.orders, np.array(rows, np.int64))),
                order_costs=np.vstack((instance.order_costs, costs)),
            )
        return instance, steps, extra

    def _ms_at(self, moment: datetime) -> int:
        return (instant(moment) - self.epoch) // _MILLISECOND

    def _rules(
        self,
        instance: Instance,
        n_visits: int,
        speed: Floats,
        extra: Sequence[tuple[int, int, int]],
    ) -> Rules:
        problem, objective = self.problem, self.problem.objective
        visits, costs = self._visits(instance, n_visits, extra)
        shifts, shift_costs = self._shift_rows(n_visits, extra)
        workers = self._worker_rows()
        bonds = self._bonds(visits)
        groups = self._groups(visits)
        customers = self._customers(visits)
        recurrences = self._recurrences(visits, shifts)
        zones, traffic = self._traffic(visits)
        facts = np.zeros(g.RULE_FACTS, np.int64)
        facts[g.N_VISITS], facts[g.N_WORKERS] = n_visits, len(workers)
        facts[g.HAS_TRAFFIC] = bool(problem.traffic)
        facts[g.HAS_SPEED] = speed.shape[0] > 1 or speed.shape[1] > 1 or bool((speed != 1.0).any())
        facts[g.BALANCE_BY_WORKER] = objective.balance_over == "worker"
        facts[g.HAS_FREEZE] = problem.freeze_until is not None
        facts[g.N_DAYS] = int(shifts[:, g.DAY].max(initial=0)) + 1
        facts[g.N_ZONES], facts[g.N_SEGMENTS] = zones, traffic.shape[1]
        facts[g.MOST_TIMES] = int(recurrences[:, g.TIMES].max(initial=0))
        weights = np.zeros(g.RULE_WEIGHTS)
        soft = objective.lateness != "hard"
        weights[g.WORST_PER_MS] = objective.worst_lateness / MS_PER_HOUR if soft else 0.0
        weights[g.MAX_IDLE_PER_MS] = objective.max_idle / MS_PER_HOUR
        weights[g.BALANCE_PER_MS] = objective.workload_balance / MS_PER_HOUR
        weights[g.CONTINUITY] = objective.continuity
        facts[g.HAS_GLOBAL] = bool(
            weights[[g.WORST_PER_MS, g.MAX_IDLE_PER_MS, g.BALANCE_PER_MS]].any()
        )
        tools = np.array([name.startswith(_TOOL) for name in self.base.resources], np.int64)
        return Rules(
            facts=facts,
            weights=weights,
            visits=visits,
            visit_costs=costs,
            bonds=bonds,
            groups=groups,
            members=np.array([*self.members, 0], np.int64),
            customers=customers,
            recurrences=recurrences,
            shifts=shifts,
            shift_costs=shift_costs,
            workers=workers,
            tools=tools,
            speed=np.ascontiguousarray(speed),
            traffic=traffic,
        )

    def _visits(
        self, instance: Instance, n_visits: int, extra: Sequence[tuple[int, int, int]]
    ) -> tuple[Ints, Floats]:
        rows = np.zeros((n_visits + len(extra), g.VISIT_COLUMNS), np.int64)
        costs = np.zeros((len(rows), g.VISIT_COSTS))
        for column in (g.OWNER, g.FOLLOWER, g.CUSTOMER, g.RECURS):
            rows[:, column] = -1
        for column in (g.SINCE, g.FIXED_START, g.LEAVE):
            rows[:, column] = -f.FAR
        rows[:, g.LEADER] = np.arange(len(rows))
        self._join(rows, instance)
        freeze = self.problem.freeze_until
        urgency = self.problem.objective.response_time / MS_PER_HOUR
        orders = {order.id: order for order in self.problem.orders}
        for at, key in enumerate(self.keys):
            order, lock = orders[key.order], self.locks.get(key)
            if order.urgent and key.role == 0:
                since = None if order.release is None else self._ms_at(order.release)
                rows[at, g.SINCE] = 0 if since is None else since
                costs[at, g.URGENCY] = urgency
            if lock is not None and not lock.unassigned:
                leader = int(rows[at, g.LEADER])
                costs[leader, g.LOCK_EXTRA] = LOCK_EXTRA
            rows[at, g.LOCKED] = lock is not None
            if lock is not None:
                rows[rows[at, g.LEADER], g.NEVER] |= lock.unassigned
                rows[at, g.FIXED] = lock.position is not None
                if lock.start is not None:
                    rows[at, g.FIXED_START] = self._ms_at(lock.start)
            if freeze is not None and (lock is None or lock.unassigned):
                rows[at, g.LEAVE] = self._ms_at(freeze)
        instance.order_costs[: len(costs), f.SKIP_COST] += costs[:, g.LOCK_EXTRA]
        default = self.problem.objective.missed_break
        for offset, (kind, shift, number) in enumerate(extra):
            at = n_visits + offset
            rows[at, g.KIND], rows[at, g.OWNER] = kind, shift
            if kind == g.BREAK:
                worker, index = self.shifts[shift]
                rest = worker.shifts[index].breaks[number]
                rows[at, g.MUST], rows[at, g.UNPAID] = rest.hard, not rest.paid
                own = default if rest.skip_cost is None else rest.skip_cost
                costs[at, g.MISSED_BREAK] = 0.0 if rest.hard else own
        return rows, costs

    def _join(self, rows: Ints, instance: Instance) -> None:
        """Visits that are done together or not at all are chained behind the first of them."""
        group = {order.id: order.id for order in self.problem.orders}

        def find(name: str) -> str:
            while group[name] != name:
                group[name] = name = group[group[name]]
            return name

        for relation in self.problem.relations:
            if isinstance(relation, AllOrNone):
                for other in relation.orders[1:]:
                    group[find(other)] = find(relation.orders[0])
        together: dict[str, list[int]] = {}
        for at, key in enumerate(self.keys):
            together.setdefault(find(key.order), []).append(at)
        for members in together.values():
            for before, after in pairwise(members):
                rows[before, g.FOLLOWER] = after
            rows[members, g.LEADER] = members[0]
            skip = instance.order_costs[members, f.SKIP_COST].sum()
            instance.order_costs[members, f.SKIP_COST] = 0.0
            instance.order_costs[members[0], f.SKIP_COST] = skip

    def _shift_rows(
        self, n_visits: int, extra: Sequence[tuple[int, int, int]]
    ) -> tuple[Ints, Floats]:
        count = len(self.shifts)
        rows = np.zeros((count, g.SHIFT_COLUMNS), np.int64)
        resources = self.base.resources
        costs = np.full((count, g.REFILLS + len(resources)), -1.0)
        costs[:, g.IDLE_RATE] = self.problem.objective.idle_time / MS_PER_HOUR
        rows[:, g.CALL] = -1
        days = [worker.shifts[index].start.date().toordinal() for worker, index in self.shifts]
        numbers = {worker.id: at for at, worker in enumerate(self._busy())}
        for at, (worker, _) in enumerate(self.shifts):
            rows[at, g.WORKER] = numbers[worker.id]
            rows[at, g.DAY] = days[at] - min(days)
        self.first_day = min(days, default=0)
        for offset, (kind, shift, _) in enumerate(extra):
            node = n_visits + offset
            if kind == g.BREAK:
                if rows[shift, g.BREAKS] == 0:
                    rows[shift, g.BREAK_FIRST] = node
                rows[shift, g.BREAKS] += 1
            else:
                rows[shift, g.CALL] = node
                self._refills(shift, costs[shift], resources)
        return rows, costs

    def _refills(self, shift: int, row: Floats, resources: Sequence[str]) -> None:
        worker, index = self.shifts[shift]
        stretch = worker.shifts[index]
        assert stretch.restock is not None
        on_board = set(stretch.tools) | set(stretch.restock.tools)
        for column, name in enumerate(resources):
            if name.startswith(_TOOL):
                row[g.REFILLS + column] = 1.0 if name.removeprefix(_TOOL) in on_board else 0.0
            elif name in stretch.restock.amounts:
                amount = stretch.restock.amounts[name]
                row[g.REFILLS + column] = np.inf if amount is None else amount + 1e-6

    def _busy(self) -> list[Worker]:
        """Workers that have shifts, in the problem's order."""
        return [worker for worker in self.problem.workers if worker.shifts]

    def _worker_rows(self) -> Ints:
        workers = self._busy()
        rows = np.zeros((len(workers), g.WORKER_COLUMNS), np.int64)
        for at, worker in enumerate(workers):
            own = [v for v, (who, _) in enumerate(self.shifts) if who is worker]
            own.sort(key=lambda v: instant(worker.shifts[self.shifts[v][1]].start))
            rows[at, g.FIRST_SHIFT], rows[at, g.SHIFTS_OF] = self._add(own), len(own)
            limits = (worker.max_visits, worker.max_travel, worker.max_work, worker.max_distance_m)
            rows[at, g.ALL_VISITS : g.ALL_VISITS + 4] = [_limit(limit) for limit in limits]
            rows[at, g.MIN_REST] = (
                -1 if worker.min_rest is None else worker.min_rest // _MILLISECOND
            )
            rows[at, g.MAX_DAYS] = _limit(worker.max_days_in_row)
            rows[at, g.WORKED] = worker.worked // _MILLISECOND
            rows[at, g.BOUNDED] = any(
                limit is not None for limit in (*limits, worker.min_rest, worker.max_days_in_row)
            )
        return rows

    def _add(self, numbers: Iterable[int]) -> int:
        """Append to ``members``; returns where they begin."""
        first = len(self.members)
        self.members.extend(numbers)
        return first

    def _bonds(self, visits: Ints) -> Ints:
        """Bonds of times: rows of a visit say what bounds its start, and whom it may delay."""
        found: list[list[tuple[int, ...]]] = [[] for _ in self.keys]

        def bind(early: int, late: int, offset: int, plus: bool, minus: bool = False) -> None:
            """``late`` starts at ``early`` + offset (+ service of early, - its own) or later."""
            found[late].append((early, 1, offset, int(plus), int(minus)))
            found[early].append((late, 0, 0, 0, 0))

        for order in self.problem.orders:
            roles = self.asked[order.id].roles
            for role in range(1, len(roles)):
                times = 1 if order.recurrence is None else order.recurrence.times
                for occurrence in range(times):
                    first = self.number[VisitKey(order.id, 0, occurrence)]
                    other = self.number[VisitKey(order.id, role, occurrence)]
                    bind(first, other, roles[role].earliest_offset // _MILLISECOND, plus=False)
                    bind(other, first, -(roles[role].latest_offset // _MILLISECOND), plus=False)
        for relation in self.problem.relations:
            if isinstance(relation, SequenceOf):
                a, b = self._first_visit(relation.first), self._first_visit(relation.second)
                ends = relation.between == "end-start"
                bind(a, b, relation.min_gap // _MILLISECOND, plus=ends)
                if relation.max_gap is not None:
                    bind(b, a, -(relation.max_gap // _MILLISECOND), plus=False, minus=ends)
            elif isinstance(relation, SameTime):
                numbers = [self._first_visit(name) for name in relation.orders]
                for at, a in enumerate(numbers):
                    for b in numbers[at + 1 :]:
                        bind(a, b, 0, plus=False)
                        bind(b, a, 0, plus=False)
        rows: list[tuple[int, ...]] = []
        for at, stated in enumerate(found):
            bound = {row[0] for row in stated if row[1]}
            own = [row for row in dict.fromkeys(stated) if row[1] or row[0] not in bound]
            visits[at, g.BOND], visits[at, g.BONDS] = len(rows), len(own)
            rows += own
        return np.array([*rows, (0,) * g.BOND_COLUMNS], np.int64)

    def _first_visit(self, order: str) -> int:
        return self.number[VisitKey(order)]

    def _groups(self, visits: Ints) -> Ints:
        found: list[list[tuple[int, int, int]]] = [[] for _ in self.keys]

        def group(kind: int, numbers: list[int]) -> None:
            first = self._add(numbers)
            for number in numbers:
                found[number].append((kind, first, len(numbers)))

        for order in self.problem.orders:
            roles = len(self.asked[order.id].roles)
            times = 1 if order.recurrence is None else order.recurrence.times
            if roles > 1:
                for occurrence in range(times):
                    crew = [self.number[VisitKey(order.id, r, occurrence)] for r in range(roles)]
                    group(g.DIFFERENT_WORKERS, crew)
        kinds = {
            SameWorker: g.SAME_WORKER,
            DifferentWorkers: g.DIFFERENT_WORKERS,
            SameDay: g.SAME_DAY,
        }
        for relation in self.problem.relations:
            kind = kinds.get(type(relation))
            if kind is not None:
                assert isinstance(relation, SameWorker | DifferentWorkers | SameDay)
                group(kind, [self._first_visit(name) for name in relation.orders])
        rows: list[tuple[int, int, int]] = []
        for at, own in enumerate(found):
            visits[at, g.GROUP], visits[at, g.GROUPS] = len(rows), len(own)
            rows += own
        return np.array([*rows, (0, 0, 0)], np.int64)

    def _customers(self, visits: Ints) -> Ints:
        listed = {customer.id: customer for customer in self.problem.customers}
        by_customer: dict[str, list[int]] = {}
        orders = {order.id: order for order in self.problem.orders}
        for at, key in enumerate(self.keys):
            name = orders[key.order].customer
            if name is not None:
                by_customer.setdefault(name, []).append(at)
        numbers = {worker.id: at for at, worker in enumerate(self._busy())}
        rows: list[tuple[int, ...]] = []
        weighed = self.problem.objective.continuity > 0
        for name, own in by_customer.items():
            known = listed.get(name)
            history = dict.fromkeys(known.history) if known else {}
            most = known.max_workers if known else None
            if most is None and not (weighed and (history or len(own) > 1)):
                continue
            visits[own, g.CUSTOMER] = len(rows)
            # Workers without shifts keep a number of their own: they count, and never come.
            met = [numbers.get(worker, -1 - at) for at, worker in enumerate(history)]
            rows.append(
                (
                    self._add(own),
                    len(own),
                    self._add(met),
                    len(met),
                    f.FAR if most is None else most,
                )
            )
        return np.array([*rows, (0,) * g.CUSTOMER_COLUMNS], np.int64)

    def _recurrences(self, visits: Ints, shifts: Ints) -> Ints:
        rows: list[tuple[int, ...]] = []
        for order in self.problem.orders:
            how = order.recurrence
            if how is None:
                continue
            visits[self._first_visit(order.id), g.RECURS] = len(rows)
            days = [day.toordinal() - self.first_day for pattern in how.patterns for day in pattern]
            most = int(shifts[:, g.DAY].max(initial=0)) + 1
            most = most if how.max_gap_days is None else how.max_gap_days
            rows.append((how.times, how.min_gap_days, most, self._add(days), len(how.patterns)))
        return np.array([*rows, (0,) * g.RECURRENCE_COLUMNS], np.int64)

    def _traffic(self, visits: Ints) -> tuple[int, Floats]:
        """How many zones there are, and the segments of each mode and zone."""
        if not self.problem.traffic:
            return 1, np.full((1, 1, 2), 1.0)
        names = sorted({area for period in self.problem.traffic for area in period.areas})
        zones = {name: at + 1 for at, name in enumerate(names)}
        orders = {order.id: order for order in self.problem.orders}
        for at, key in enumerate(self.keys):
            visits[at, g.ZONE] = zones.get(orders[key.order].area or "", 0)
        modes = sorted({worker.mode for worker, _ in self.shifts})
        traffic = Traffic(self.problem)
        profiles = [
            self._segments(traffic, mode, area) for mode in modes for area in (None, *names)
        ]
        width = max(len(profile) for profile in profiles)
        table = np.ones((len(profiles), width, 2))
        table[:, :, 0] = _LARGEST
        for at, profile in enumerate(profiles):
            table[at, : len(profile)] = profile
        return len(zones) + 1, table

    def _segments(self, traffic: Traffic, mode: str, area: str | None) -> list[tuple[float, float]]:
        """(end in ms, factor) up to some days after the last shift."""
        profile = traffic.profile(mode, area)
        if profile is None:
            return [(_LARGEST, 1.0)]
        zero = to_ms(self.epoch)
        last = max(to_ms(worker.shifts[index].end) for worker, index in self.shifts)
        found: list[tuple[float, float]] = []
        at = zero
        while at < last + _AFTER_MS:
            at, factor = profile.segment(at)
            found.append((float(at - zero), factor))
        return found


def _name(key: VisitKey) -> str:
    """Id of the order that stands for a visit."""
    return "\x00".join(map(str, key))


def _limit(value: int | timedelta | None) -> int:
    if value is None:
        return f.FAR
    return value // _MILLISECOND if isinstance(value, timedelta) else value


def _node_row(place: int, low: int, high: int, duration: int) -> Ints:
    """A break or a call at a depot as an order that asks nobody for anything."""
    row = np.zeros(f.ORDER, np.int64)
    row[f.PLACE], row[f.LO], row[f.HI], row[f.DURATION] = place, low, high, duration
    row[f.PLAIN], row[f.RELEASE] = 1, -f.FAR
    row[f.RESPOND] = row[f.RESOLVE] = row[f.HARD_RESPOND] = row[f.HARD_RESOLVE] = f.FAR
    return row


def _with_neighbours(instance: Instance, visits: int) -> Instance:
    """Lists of neighbours for visits alone; each shift is a kind of its own."""
    count = len(instance.shifts)
    alone = np.concatenate((np.arange(count), np.arange(count + 1)))
    facts = np.concatenate((instance.facts[: f.FACTS], alone))
    facts[f.N_ORDERS], facts[f.N_KINDS] = visits, count
    instance.shifts[:, f.KIND], instance.shifts[:, f.KIND_AT] = np.arange(count), 0
    rates = instance.rates.copy()
    rates[:, f.PER_MS] += rates[:, f.PAID] * instance.shifts[:, f.PAID_FROM_DEPARTURE]
    only_visits = instance._replace(
        facts=facts,
        rates=rates,
        orders=instance.orders[:visits],
        order_costs=instance.order_costs[:visits],  # distances are written into it
    )
    near = neighbours(only_visits, near=NEAR, around=AROUND, kinds=KINDS).close
    rest = len(instance.orders) - visits
    close = np.vstack((near, np.full((rest, near.shape[1]), -1, np.int32)))
    facts[f.N_ORDERS] = len(instance.orders)
    return instance._replace(facts=facts, close=np.ascontiguousarray(close))
