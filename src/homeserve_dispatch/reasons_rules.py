"""Why an order is left out of a plan with rules, in codes and in words.

An order is tried in the plan, then in an empty plan. Where it does not fit, rules that bind it to
others are left aside, one at a time and then together: those without which it fits are what was
in the way. Where a visit does not fit even alone, the checker says what is wrong with it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from homeserve_dispatch._reasons_alone import Alone
from homeserve_dispatch._reasons_who import Reasons, named, nobody
from homeserve_dispatch._reasons_without import (
    ending_with,
    has_limit,
    members_of,
    single,
    without_continuity,
    without_limit,
    without_ties,
)
from homeserve_dispatch.encode_rules import EncodedRules
from homeserve_dispatch.instance import Ints
from homeserve_dispatch.model import AllOrNone, Problem, VisitKey
from homeserve_dispatch.model.lock import Lock
from homeserve_dispatch.model.order import Order
from homeserve_dispatch.model.worker import Shift
from homeserve_dispatch.plan import Reason, Unassigned
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search.engine import AnyState, RuleEngine
from homeserve_dispatch.search.rules import fields as g
from homeserve_dispatch.search.rules.data import TOP, Rules

GAPS = 3_000_000
"""In so many gaps in all, for half a second, orders are tried with rules left aside."""
PARTNERS = 20
"""Orders looked at of those that are done with it or not at all."""
_TOLERANCE = 1e-6
_LIMITS = (
    (Reason.REST, g.MIN_REST, "min_rest"),
    (Reason.MAX_DAYS, g.MAX_DAYS, "max_days_in_row"),
    (Reason.MAX_VISITS, g.ALL_VISITS, "max_visits"),
    (Reason.MAX_TRAVEL, g.ALL_TRAVEL, "max_travel"),
    (Reason.MAX_WORK, g.ALL_WORK, "max_work"),
    (Reason.MAX_DISTANCE, g.ALL_DISTANCE, "max_distance_m"),
)
_BY_NATURE = (Reason.CREW, Reason.RELATION, Reason.RECURRENCE)


class _Binding(NamedTuple):
    """A rule that may be in the way: its words, and the rules without it.

    ``alone``: without it the order is put in without those that are done with it or not at all.
    """

    reason: Reason
    words: str
    loosen: Callable[[Rules], Rules]
    alone: bool = False


class _Plan(NamedTuple):
    """A plan in which orders are tried, and how many gaps it has."""

    state: AnyState
    gaps: int


class RuleExplainer:
    """Gives the reasons for orders that a plan leaves out.

    Parameters
    ----------
    problem : Problem
        What was planned.
    encoded : EncodedRules
        The same in numbers.
    state : RuleState
        With the plan loaded. Orders are tried in it; the plan stays as it is.
    """

    def __init__(self, problem: Problem, encoded: EncodedRules, state: AnyState) -> None:
        self._problem, self._encoded = problem, encoded
        self._engine = RuleEngine(encoded.instance, encoded.rules, encoded.fixed)
        self._number = {
            step: at for at, step in enumerate(encoded.steps) if isinstance(step, VisitKey)
        }
        routes = state.nodes[: encoded.instance.facts[f.N_ORDERS], f.ROUTE]
        self._plan = _Plan(state, int((routes >= 0).sum()) + len(encoded.shifts))
        self._gaps_left = GAPS
        self._alone = Alone(problem)
        self._by_row: dict[tuple[int, str], Reasons] = {}
        self._by_order: dict[str, Reasons | None] = {}
        self._fits_empty: dict[int, bool] = {}
        if encoded.rules.visits[:, (g.MUST, g.FIXED)].any():
            _ = self._empty  # tells which hard breaks and which locked positions can be kept

    def explain(self, order: Order) -> Unassigned:
        """Say why the order is left out; there is always a reason."""
        reasons, details = self._reasons(order)
        skip = self._problem.effective(order).skip_cost
        return Unassigned(order=order.id, reasons=reasons, details=details, skip_cost=skip)

    def _reasons(self, order: Order) -> Reasons:
        if not self._encoded.shifts:
            return (Reason.SHIFT,), "no worker has a shift"
        if found := self._locked_out(order):
            return found
        return self._with_locks(order, self._reasons_but_locks(order))

    def _with_locks(self, order: Order, found: Reasons) -> Reasons:
        """Put first what is locked, where that is why it cannot be done."""
        locks = self._locks.get(order.id)
        if not locks or found[0][0] in (Reason.NOT_WORTH_IT, Reason.SEARCH_LIMIT):
            return found
        words = (
            f"locked to {' and '.join(map(_locked_to, locks))}, which cannot be kept; {found[1]}"
        )
        return tuple(dict.fromkeys((Reason.LOCK, *found[0]))), words

    def _locked_out(self, order: Order) -> Reasons | None:
        """Locked as left out, itself or an order without which it is not done."""
        if self._is_locked_out(order.id):
            return (Reason.LOCK,), "it is locked as left out"
        for other in self._partners(order):
            if self._is_locked_out(other):
                words = f"it goes with order {other!r}, which is locked as left out"
                return (Reason.RELATION, Reason.LOCK), words
        return None

    def _is_locked_out(self, order: str) -> bool:
        return any(lock.unassigned for lock in self._locks.get(order, ()))

    def _reasons_but_locks(self, order: Order) -> Reasons:
        if found := self._nobody(order) or self._carries(order):
            return found
        leader = self._leader(order)
        if self._plan.state.nodes[leader, f.ROUTE] >= 0:  # taken out after the search
            words = "its place in the plan that the search found was refused"
            return self._find_alone(order, trusting=False) or ((Reason.SEARCH_LIMIT,), words)
        if self._engine.rules.visits[leader, g.NEVER] == 1:
            words = "what is locked before it, or what it goes with, cannot be kept"
            return self._alone_reasons(order) or self._too_few(order) or ((Reason.LOCK,), words)
        cost = self._engine.cost_of_placing(self._plan.state, leader)
        if math.isfinite(cost):
            return self._fits(order, leader, cost)
        if self._fits_in_empty(leader):
            return self._no_room(order)
        return self._never(order)

    def _fits(self, order: Order, leader: int, cost: float) -> Reasons:
        """It has a place in the plan: too dear, or not found."""
        bound = float(self._encoded.instance.order_costs[leader, f.SKIP_COST])
        skip = bound - float(self._encoded.rules.visit_costs[leader, g.LOCK_EXTRA])
        partners = self._partners(order)
        words = f"with order{'s' * (len(partners) > 1)} {named(partners)} " if partners else ""
        words += f"it costs {cost:.2f}, leaving {'them' if partners else 'it'} out {skip:.2f}"
        if cost >= bound - _TOLERANCE:
            return (Reason.NOT_WORTH_IT,), words
        return (Reason.SEARCH_LIMIT,), f"it fits: {words}"

    def _fits_in_empty(self, leader: int) -> bool:
        if leader not in self._fits_empty:
            cost = self._engine.cost_of_placing(self._empty.state, leader)
            self._fits_empty[leader] = math.isfinite(cost)
        return self._fits_empty[leader]

    def _no_room(self, order: Order) -> Reasons:
        """It fits an empty plan, and not this one."""
        binding = self._what_binds(self._plan, order)
        workers = self._who_may(order)
        words = [f"{named(workers)} may do it, and other work is in the way"]
        words += [one.words for one in binding]
        reasons = [Reason.NO_ROOM, *(one.reason for one in binding)]
        return tuple(dict.fromkeys(reasons)), "; ".join(words)

    def _never(self, order: Order) -> Reasons:
        """It does not fit an empty plan: what is wrong with it, whatever else is done."""
        if found := self._alone_reasons(order) or self._too_few(order):
            return found
        for other in self._partners(order)[:PARTNERS]:
            partner = self._problem.order(other)
            if found := self._hopeless(partner) or self._too_few(partner):
                found = self._with_locks(partner, found)
                words = f"it goes with order {other!r}, which cannot be done: {found[1]}"
                return tuple(dict.fromkeys((Reason.RELATION, *found[0]))), words
        binding = self._what_binds(self._empty, order)
        if binding:
            reasons = tuple(dict.fromkeys(one.reason for one in binding))
            return reasons, "; ".join(one.words for one in binding)
        return self._whatever_it_has(order)

    def _whatever_it_has(self, order: Order) -> Reasons:
        """Nothing that was left aside helped, so it is named by what it has."""
        shifts = self._shifts_of(self._number[VisitKey(order.id)])
        fixed = [shift for shift in shifts if self._encoded.fixed[shift]]
        if fixed:
            workers = list(dict.fromkeys(self._encoded.shifts[shift][0] for shift in fixed))
            return (Reason.LOCK,), f"work that is locked to {named(workers)} is in the way"
        binding = [one for one in self._bindings(order) if one.reason in _BY_NATURE]
        if binding:
            return tuple(one.reason for one in binding), "; ".join(one.words for one in binding)
        return (Reason.NO_ROOM,), f"{named(self._who_may(order))} may do it, and no place was found"

    # What one visit needs.

    def _hopeless(self, order: Order) -> Reasons | None:
        """Why one of its visits cannot be done even where nothing else is."""
        return self._nobody(order) or self._carries(order) or self._alone_reasons(order)

    def _nobody(self, order: Order) -> Reasons | None:
        """For one of its visits nobody is eligible."""
        for key in self._problem.visits(order):
            at = self._number[key]
            if len(self._shifts_of(at)):
                continue
            lock = next((lock for lock in self._locks.get(order.id, ()) if _key(lock) == key), None)
            if lock is not None and lock.worker is not None:
                return (Reason.SHIFT,), f"worker {lock.worker!r} has no shift"
            role = self._role(order, key.role)
            case = (int(self._encoded.instance.orders[at, f.ROW]), role)
            if case not in self._by_row:
                skills = self._problem.effective(order).roles[key.role].skills
                reasons, words = nobody(self._problem, order, skills)
                self._by_row[case] = reasons, f"{role}{words}"
            return self._by_row[case]
        return None

    def _role(self, order: Order, role: int) -> str:
        """How to name a role of a crew, before what is said of it."""
        if len(self._problem.effective(order).roles) == 1:
            return ""
        crew = order.crew
        if crew is None:
            crew = next(one.crew for one in self._problem.services if one.id == order.service)
        assert crew is not None
        return f"role {crew[role].name or role!r}: "

    def _carries(self, order: Order) -> Reasons | None:
        """No shift of those who may do it carries what it needs, not even after the depot."""
        asked = self._problem.effective(order)
        if not asked.tools and not asked.demand:
            return None
        tally: Counter[tuple[Reason, str]] = Counter()
        for at in self._shifts_of(self._number[VisitKey(order.id)]):
            worker, index = self._encoded.shifts[at]
            stretch = self._problem.worker(worker).shifts[index]
            lacking = _lacking(stretch, asked.tools, asked.demand)
            if not lacking:
                return None
            tally.update(lacking)
        common = [one for one, _ in tally.most_common()]
        reasons = tuple(dict.fromkeys(reason for reason, _ in common))
        words = ", ".join(name for _, name in common)
        return reasons, f"nobody who may do it carries {words}"

    def _alone_reasons(self, order: Order) -> Reasons | None:
        """Why one of its visits fits nowhere alone; None where each does, or it cannot be told."""
        if order.id not in self._by_order:
            self._by_order[order.id] = self._find_alone(order)
        return self._by_order[order.id]

    def _find_alone(self, order: Order, *, trusting: bool = True) -> Reasons | None:
        """Try its visits in shifts; only those, if trusted, that the search finds no place for."""
        seen: set[tuple[int, bool]] = set()
        for key in self._problem.visits(order):
            at = self._number[key]
            # Times of recurring work are alike but for locks.
            case = (key.role, bool(self._encoded.rules.visits[at, g.LOCKED]))
            if key.occurrence and case in seen and not case[1]:
                continue
            seen.add(case)
            if trusting and self._fits_alone(order, at):
                continue
            shifts = [self._encoded.shifts[shift] for shift in self._shifts_of(at)]
            found = self._alone.against(key, shifts)
            if found is not None:
                return found[0], f"{self._role(order, key.role)}{found[1]}"
        return None

    def _fits_alone(self, order: Order, at: int) -> bool:
        """Whether the search has a place for that visit, with none of those it goes with."""
        rules = single(self._encoded.rules, at)
        customer = int(rules.visits[at, g.CUSTOMER])
        if customer >= 0:
            rules = without_continuity(rules, customer)
        own = self._own(order)
        for crew in (True, False):
            rules = without_ties(rules, self._order_of, own, crew=crew)
        engine = RuleEngine(self._engine.instance, rules, self._encoded.fixed)
        return math.isfinite(engine.cost_of_placing(self._empty.state, at))

    def _too_few(self, order: Order) -> Reasons | None:
        """Too few different workers for its roles, or days for its times."""
        roles = len(self._problem.effective(order).roles)
        if roles > 1:
            who = [self._who_may(order, role) for role in range(roles)]
            if _most_pairs(who) < roles:
                everyone = list(dict.fromkeys(name for names in who for name in names))
                words = f"its {roles} roles need different workers"
                return (Reason.CREW,), f"{words}, and only {named(everyone)} may do any"
        if order.recurrence is not None:
            own = self._own(order)
            rows = self._encoded.rules.shifts
            days = {int(rows[shift, g.DAY]) for at in own for shift in self._shifts_of(at)}
            times = order.recurrence.times
            if len(days) < times:
                words = f"it needs {times} days, and those who may do it have shifts on {len(days)}"
                return (Reason.RECURRENCE,), words
        return None

    # What binds it to others.

    def _what_binds(self, plan: _Plan, order: Order) -> list[_Binding]:
        """Find the rules without which it has a place in that plan.

        Each of them where one is enough; else the fewest that are enough together.
        """
        bindings = self._bindings(order)
        if not bindings:
            return []
        together = len(members_of(self._encoded.rules, self._leader(order)))
        needed = plan.gaps * self._slow * (together * TOP if together > 1 else 1)
        if self._gaps_left < needed * (2 * len(bindings) + 1):
            self._gaps_left = 0
            return [one for one in bindings if one.reason in _BY_NATURE]

        def fits(without: Sequence[_Binding]) -> bool:
            self._gaps_left -= needed
            return self._fits_without(plan, order, without)

        if not fits(bindings):
            return []
        if len(bindings) == 1:
            return bindings
        if enough := [one for one in bindings if fits([one])]:
            return enough
        kept = bindings
        for one in bindings:
            fewer = [other for other in kept if other is not one]
            if fits(fewer):
                kept = fewer
        return kept

    def _fits_without(self, plan: _Plan, order: Order, without: Sequence[_Binding]) -> bool:
        rules = self._encoded.rules
        first = self._leader(order)
        for one in without:
            rules = one.loosen(rules)
            if one.alone:
                first = self._own(order)[0]
        engine = RuleEngine(self._engine.instance, rules, self._encoded.fixed)
        return math.isfinite(engine.cost_of_placing(plan.state, first))

    def _bindings(self, order: Order) -> list[_Binding]:
        """Everything that binds it to others, or to what workers do on other days."""
        found = [*self._limits(order), *self._continuity(order)]
        own, order_of = self._own(order), self._order_of
        roles = len(self._problem.effective(order).roles)
        if roles > 1:
            words = f"{roles} workers have no time for it together"
            found.append(
                _Binding(Reason.CREW, words, lambda r: without_ties(r, order_of, own, crew=True))
            )
        related = self._related(order)
        if related:
            words = f"it is bound to order{'s' * (len(related) > 1)} {named(related)}"

            def unrelated(rules: Rules) -> Rules:
                return ending_with(without_ties(rules, order_of, own, crew=False), own[-1])

            found.append(_Binding(Reason.RELATION, words, unrelated, alone=True))
        if order.recurrence is not None:
            words = f"it fits once, and not on {order.recurrence.times} days as they are asked for"
            found.append(_Binding(Reason.RECURRENCE, words, lambda r: single(r, own[0])))
        return found

    def _limits(self, order: Order) -> list[_Binding]:
        """Limits over all shifts of those who may do it."""
        rules = self._encoded.rules
        if not rules.workers[:, g.BOUNDED].any():
            return []
        shifts = {int(shift) for at in self._own(order) for shift in self._shifts_of(at)}
        who = np.unique(rules.shifts[sorted(shifts), g.WORKER])
        found = []
        for reason, column, field in _LIMITS:
            limited = has_limit(rules, column, who)
            if len(limited):
                names = [self._busy[worker] for worker in limited]
                words = f"{field} of {named(names)} is in the way"

                def loosen(rules: Rules, column: int = column) -> Rules:
                    return without_limit(rules, column)

                found.append(_Binding(reason, words, loosen))
        return found

    def _continuity(self, order: Order) -> list[_Binding]:
        """The most workers that its customer may see."""
        rules = self._encoded.rules
        row = int(rules.visits[self._own(order)[0], g.CUSTOMER])
        if row < 0 or rules.customers[row, g.MAX_WORKERS] >= f.FAR:
            return []
        most = int(rules.customers[row, g.MAX_WORKERS])
        words = f"customer {order.customer!r} may know {most} worker{'s' * (most > 1)}"
        return [_Binding(Reason.CONTINUITY, words, lambda r: without_continuity(r, row))]

    # Look-ups.

    @cached_property
    def _slow(self) -> int:
        """How much longer a gap takes where little can be told of it without timing the route."""
        facts = self._encoded.rules.facts
        return 8 if facts[g.HAS_TRAFFIC] or facts[g.HAS_SPEED] else 1

    @cached_property
    def _empty(self) -> _Plan:
        """The plan with nothing in it but breaks and what is locked to a position."""
        state = self._engine.new_state(0, 0)
        self._engine.load_empty(state)
        routes = state.nodes[: self._encoded.instance.facts[f.N_ORDERS], f.ROUTE]
        return _Plan(state, int((routes >= 0).sum()) + len(self._encoded.shifts))

    @cached_property
    def _locks(self) -> dict[str, list[Lock]]:
        found: dict[str, list[Lock]] = {}
        for lock in self._problem.locks:
            found.setdefault(lock.order, []).append(lock)
        return found

    @cached_property
    def _busy(self) -> list[str]:
        """Ids of the workers who have shifts, as the rules number them."""
        return [worker.id for worker in self._problem.workers if worker.shifts]

    @cached_property
    def _order_of(self) -> Ints:
        numbers = {order.id: at for at, order in enumerate(self._problem.orders)}
        return np.array([numbers[key.order] for key in self._number], np.int64)

    @cached_property
    def _relations(self) -> dict[str, list[tuple[bool, tuple[str, ...]]]]:
        """By order: whether the relation is all or none, and all orders that it names."""
        found: dict[str, list[tuple[bool, tuple[str, ...]]]] = {}
        for relation in self._problem.relations:
            entry = (isinstance(relation, AllOrNone), tuple(relation.orders))
            for name in dict.fromkeys(relation.orders):
                found.setdefault(name, []).append(entry)
        return found

    def _related(self, order: Order) -> list[str]:
        """Orders that it is bound to: those in the plan, and those it is not done without."""
        there = self._plan.state.nodes[:, f.ROUTE]
        found = dict.fromkeys(self._partners(order))
        for _, names in self._relations.get(order.id, ()):
            for name in names:
                if name != order.id and there[self._number[VisitKey(name)]] >= 0:
                    found[name] = None
        return list(found)

    def _partners(self, order: Order) -> list[str]:
        """Other orders that are done with it or not at all."""
        if not any(whole for whole, _ in self._relations.get(order.id, ())):
            return []
        members = members_of(self._encoded.rules, self._leader(order))
        names = dict.fromkeys(self._problem.orders[self._order_of[at]].id for at in members)
        return [name for name in names if name != order.id]

    def _leader(self, order: Order) -> int:
        return int(self._encoded.rules.visits[self._number[VisitKey(order.id)], g.LEADER])

    def _own(self, order: Order) -> list[int]:
        return [self._number[key] for key in self._problem.visits(order)]

    def _shifts_of(self, visit: int) -> Ints:
        """Shifts of those who may do that visit."""
        row = self._encoded.instance.orders[visit, f.ROW]
        return np.flatnonzero(np.isfinite(self._encoded.instance.pairs[row]))

    def _who_may(self, order: Order, role: int = 0) -> list[str]:
        """Ids of those who may do the role."""
        shifts = self._shifts_of(self._number[VisitKey(order.id, role)])
        return list(dict.fromkeys(self._encoded.shifts[shift][0] for shift in shifts))


def _key(lock: Lock) -> VisitKey:
    return VisitKey(lock.order, lock.role, lock.occurrence)


def _locked_to(lock: Lock) -> str:
    words = []
    if lock.worker is not None:
        words.append(f"worker {lock.worker!r}")
    if lock.shift is not None:
        words.append(f"shift {lock.shift}")
    if lock.position is not None:
        words.append(f"position {lock.position}")
    if lock.start is not None:
        words.append(f"start {lock.start:%Y-%m-%d %H:%M}")
    return ", ".join(words)


def _lacking(
    stretch: Shift, tools: Sequence[str], demand: Mapping[str, float]
) -> list[tuple[Reason, str]]:
    """What that shift does not carry, with or without its call at the depot."""
    without = _lacking_on_board(set(stretch.tools), dict(stretch.capacity), tools, demand)
    if not without or stretch.restock is None:
        return without
    carried = dict(stretch.capacity)
    for name, amount in stretch.restock.amounts.items():
        carried[name] = math.inf if amount is None else amount
    on_board = {*stretch.tools, *stretch.restock.tools}
    return _lacking_on_board(on_board, carried, tools, demand)


def _lacking_on_board(
    on_board: set[str],
    carried: Mapping[str, float],
    tools: Sequence[str],
    demand: Mapping[str, float],
) -> list[tuple[Reason, str]]:
    found = [(Reason.TOOL, f"the tool {tool!r}") for tool in tools if tool not in on_board]
    found += [
        (Reason.CAPACITY, f"{amount:g} of {name!r}")
        for name, amount in demand.items()
        if amount > carried.get(name, 0.0) + _TOLERANCE
    ]
    return found


def _most_pairs(choices: Sequence[Sequence[str]]) -> int:
    """How many of the roles can be given to different workers, by augmenting paths."""
    given: dict[str, int] = {}

    def give(role: int, seen: set[str]) -> bool:
        for name in choices[role]:
            if name in seen:
                continue
            seen.add(name)
            if name not in given or give(given[name], seen):
                given[name] = role
                return True
        return False

    return sum(give(role, set()) for role in range(len(choices)))
