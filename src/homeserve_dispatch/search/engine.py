"""The two ways of searching behind one face: plain problems, and problems with rules."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import numpy as np

from homeserve_dispatch.instance import Floats, Instance, Ints
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import kernel
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.chains import empty_chains, put_route, routes_in
from homeserve_dispatch.search.rules import fields as g
from homeserve_dispatch.search.rules import kernel as ruled
from homeserve_dispatch.search.rules.data import Rules, new_rule_state
from homeserve_dispatch.search.savings import savings_routes
from homeserve_dispatch.search.scale import leg_scale, travel_scale
from homeserve_dispatch.search.state import new_state

AnyState = Any
"""``State`` or ``RuleState``: an engine makes them and is handed them back."""


_ALIKE = 4
"""Shifts of a kind, on average, from which on savings do better than one order after another."""
_NO_NODES = np.zeros(0, np.int64)
_NO_PARAMETERS = np.zeros(0)


class Engine(Protocol):
    """What annealing needs of a search.

    Attributes
    ----------
    instance : Instance
        What is planned.
    """

    instance: Instance

    def new_state(self, seed: int, chain: int) -> AnyState:
        """Work space for one chain."""

    def tuples(self, state: AnyState) -> tuple[Any, ...]:
        """What every function of its kernel takes first."""

    def load_empty(self, state: AnyState) -> None:
        """The plan with which building begins."""

    def load(self, state: AnyState, chain: Ints) -> None:
        """Make the plan with these chains the current one and the best."""

    def first_routes(self) -> Sequence[Sequence[int]] | None:
        """Routes to begin with, a list of nodes for each shift, if there are any."""

    def follow(self, state: AnyState, routes: Sequence[Sequence[int]]) -> None:
        """Take over routes, a list of nodes for each shift, as far as they keep every rule."""

    def build(self, state: AnyState, order: Ints) -> None:
        """Put in what is left out, in this order."""

    def run(self, state: AnyState, parameters: Floats, iterations: int) -> None:
        """Do that many iterations, or until the state says that it is enough; releases the GIL."""

    def place_all(self, state: AnyState) -> int:
        """Try all that is left out in every gap; returns how many were placed."""

    def scale(self, state: AnyState) -> float:
        """What a change of the plan that is loaded typically costs."""

    def excess(self, state: AnyState) -> float:
        """What the search adds to the cost of what is left out, in its best plan."""


class PlainEngine:
    """For orders that are bound to nothing but their own route."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance

    def new_state(self, seed: int, chain: int) -> AnyState:
        """Work space for one chain."""
        return new_state(self.instance, seed, chain)

    def tuples(self, state: AnyState) -> tuple[Any, ...]:
        """What every function of its kernel takes first."""
        return self.instance, state

    def load_empty(self, state: AnyState) -> None:
        """No order is assigned."""
        kernel.load(self.instance, state, np.full(state.lists.shape[1], -1, np.int64))

    def load(self, state: AnyState, chain: Ints) -> None:
        """Make the plan with these chains the current one and the best."""
        kernel.load(self.instance, state, chain)

    def first_routes(self) -> Sequence[Sequence[int]] | None:
        """By savings, where shifts may stand for one another."""
        facts = self.instance.facts
        if _ALIKE * facts[f.N_KINDS] > facts[f.N_SHIFTS]:
            return None
        return savings_routes(self.instance)

    def follow(self, state: AnyState, routes: Sequence[Sequence[int]]) -> None:
        """Take over routes as far as they keep every rule."""
        kernel.follow(self.instance, state, behind_each_other(routes))

    def build(self, state: AnyState, order: Ints) -> None:
        """Put in what is left out, in this order."""
        kernel.build(self.instance, state, order)

    def run(self, state: AnyState, parameters: Floats, iterations: int) -> None:
        """Do that many iterations."""
        kernel.run(self.instance, state, parameters, iterations)

    def place_all(self, state: AnyState) -> int:
        """Try all that is left out in every gap."""
        return kernel.place_all(self.instance, state)

    def scale(self, state: AnyState) -> float:
        """By the nearest orders, or by the plan's legs where those are much longer."""
        return max(travel_scale(self.instance), leg_scale(self.instance, state))

    def excess(self, state: AnyState) -> float:  # noqa: ARG002 - others add something
        """Nothing."""
        return 0.0


class RuleEngine:
    """For crews, bonds, breaks, several days and all that.

    Parameters
    ----------
    instance, rules : Instance, Rules
        What is planned.
    fixed : list of list of int
        For each shift the visits that are locked to its first positions.
    """

    def __init__(self, instance: Instance, rules: Rules, fixed: Sequence[Sequence[int]]) -> None:
        self.instance, self.rules, self._fixed = instance, rules, fixed
        self._empty: Ints | None = None

    def _perform(
        self,
        state: AnyState,
        what: int,
        count: int = 0,
        nodes: Ints = _NO_NODES,
        parameters: Floats = _NO_PARAMETERS,
    ) -> float:
        return ruled.perform(self.instance, self.rules, state, what, count, nodes, parameters)

    def new_state(self, seed: int, chain: int) -> AnyState:
        """Work space for one chain."""
        return new_rule_state(self.instance, self.rules, seed, chain)

    def tuples(self, state: AnyState) -> tuple[Any, ...]:
        """What every function of its kernel takes first."""
        return self.instance, self.rules, state

    def load_empty(self, state: AnyState) -> None:
        """Only what is locked to a position is assigned, and breaks have their place."""
        if self._empty is None:
            kept = [list(visits) for visits in self._fixed]
            while not self._begin(state, kept):
                pass
            self._refuse(kept)
            self._empty = self._chains(state)
        self._perform(state, ruled.LOAD, nodes=self._empty)

    def _begin(self, state: AnyState, kept: list[list[int]]) -> bool:
        """Load the visits kept of the fixed ones, breaks and what goes with them.

        False where some of them cannot be kept: those are taken off, with all behind them.
        """
        refused = self._not_kept(kept)
        never, leaders = self.rules.visits[:, g.NEVER], self.rules.visits[:, g.LEADER]
        if _cut_off(kept, lambda c: bool(never[leaders[c]]) or int(leaders[c]) in refused):
            return False
        self._perform(state, ruled.LOAD, nodes=self._with_fixed(state, kept))
        self._place_breaks(state)
        breaks = np.flatnonzero(self.rules.visits[:, g.MUST])
        missing = breaks[state.nodes[breaks, f.ROUTE] < 0]
        closed = sorted({int(v) for v in self.rules.visits[missing, g.OWNER]})
        for v in closed:
            if kept[v]:
                kept[v].pop()
                return False
        if closed:  # nobody works a shift in which a hard break cannot be taken
            pairs = self.instance.pairs.copy()
            pairs[:, closed] = np.inf
            self.instance = self.instance._replace(pairs=pairs)
        self._complete_fixed(state, kept)
        return not _cut_off(kept, lambda c: state.nodes[c, f.ROUTE] < 0)

    def _leaders(self, visits: Iterable[int]) -> set[int]:
        """First visits of those that are done with these or not at all."""
        return {int(self.rules.visits[c, g.LEADER]) for c in visits}

    def _not_kept(self, kept: Sequence[Sequence[int]]) -> set[int]:
        """Leaders of fixed visits that are not kept."""
        there = set(itertools.chain(*kept))
        return self._leaders(c for c in itertools.chain(*self._fixed) if c not in there)

    def _refuse(self, kept: Sequence[Sequence[int]]) -> None:
        """What cannot be at the position it is locked to is nowhere."""
        refused = sorted(self._not_kept(kept))
        if refused:
            visits = self.rules.visits.copy()
            visits[refused, g.NEVER] = 1
            self.rules = self.rules._replace(visits=visits)

    def _with_fixed(self, state: AnyState, kept: list[list[int]]) -> Ints:
        """Chains of the fixed visits; of those that cannot be kept, only the first are."""
        chains = empty_chains(self.instance, state.lists.shape[1])
        for v, visits in enumerate(kept):
            while visits:
                tried = chains.copy()
                put_route(self.instance, tried, v, visits)
                if self._perform(state, ruled.LOAD, nodes=tried):
                    chains = tried
                    break
                visits.pop()
        return chains

    def _place_breaks(self, state: AnyState) -> None:
        first, last = int(self.rules.facts[g.N_VISITS]), int(self.instance.facts[f.N_ORDERS])
        nodes = np.arange(first, last)
        breaks = nodes[self.rules.visits[first:last, g.KIND] == g.BREAK]
        order = breaks[np.argsort(self.instance.orders[breaks, f.LO], kind="stable")]
        self._perform(state, ruled.BUILD, nodes=order.astype(np.int64))

    def _complete_fixed(self, state: AnyState, kept: Sequence[Sequence[int]]) -> None:
        """Visits that go with fixed ones are put in; where they cannot be, none of them is."""
        leaders = np.array(sorted(self._leaders(itertools.chain(*kept))), np.int64)
        if len(leaders):
            self._perform(state, ruled.LOAD, nodes=self._chains(state))
            self._perform(state, ruled.COMPLETE, nodes=leaders)

    def _chains(self, state: AnyState) -> Ints:
        n, shifts = int(self.instance.facts[f.N_ORDERS]), int(self.instance.facts[f.N_SHIFTS])
        chain = np.full(state.lists.shape[1], -1, np.int64)
        chain[: n + shifts] = state.nodes[: n + shifts, f.NEXT]
        return chain

    def load(self, state: AnyState, chain: Ints) -> None:
        """Make the plan with these chains the current one and the best."""
        self._perform(state, ruled.LOAD, nodes=chain)

    def first_routes(self) -> Sequence[Sequence[int]] | None:
        """None: what is bound to other routes grows better one by one."""
        return None

    def follow(self, state: AnyState, routes: Sequence[Sequence[int]]) -> None:
        """Take over routes as far as they keep every rule."""
        empty = self._chains(state)
        self._perform(state, ruled.LOAD, nodes=self._without_breaks(empty, routes))
        self._perform(state, ruled.FOLLOW, nodes=behind_each_other(routes))
        if not self._perform(state, ruled.LOAD, nodes=self._chains(state)):
            self.load_empty(state)
            return
        self._place_breaks(state)
        there = state.routes[: len(routes)]
        broken = (there[:, g.COUNT] > 0) & (there[:, g.MISSING] > 0)
        if broken.any():  # a hard break has no room any more: only the other routes are taken over
            self._perform(state, ruled.LOAD, nodes=empty)
            if any(routes[v] for v in np.flatnonzero(broken).tolist()):
                self.follow(state, [[] if broken[v] else nodes for v, nodes in enumerate(routes)])

    def _without_breaks(self, chain: Ints, routes: Sequence[Sequence[int]]) -> Ints:
        """The chains, where a route is wished for without the breaks: it says where they are."""
        n, shifts = int(self.instance.facts[f.N_ORDERS]), int(self.instance.facts[f.N_SHIFTS])
        chain = chain.copy()
        for v, wished in enumerate(routes):
            if not wished:
                continue
            at = n + v
            while at != n + shifts + v:
                after = chain[at]
                while after < n and self.rules.visits[after, g.KIND] == g.BREAK:
                    after = chain[after]
                chain[at] = after
                at = after
        return chain

    def build(self, state: AnyState, order: Ints) -> None:
        """Put in what is left out, in this order."""
        visits = order[order < self.rules.facts[g.N_VISITS]]
        self._perform(state, ruled.BUILD, nodes=visits)

    def run(self, state: AnyState, parameters: Floats, iterations: int) -> None:
        """Do that many iterations."""
        self._perform(state, ruled.RUN, iterations, parameters=parameters)

    def place_all(self, state: AnyState) -> int:
        """Try all that is left out in every gap."""
        return int(self._perform(state, ruled.PLACE_ALL))

    def cost_of_placing(self, state: AnyState, visit: int) -> float:
        """What a visit, and what goes with it, would cost in its cheapest place, infinite: none."""
        return self._perform(state, ruled.COST_OF_PLACING, visit)

    def scale(self, state: AnyState) -> float:  # noqa: ARG002 - others look at the plan
        """By the nearest orders."""
        return travel_scale(self.instance)

    def excess(self, state: AnyState) -> float:
        """What locked visits cost more than their skip cost when they are left out."""
        extra = self.rules.visit_costs[:, g.LOCK_EXTRA]
        locked = np.flatnonzero(extra)
        if not len(locked):
            return 0.0
        there = {node for route in routes_of(self.instance, state) for node in route}
        return float(sum(extra[c] for c in locked if int(c) not in there))


def _cut_off(kept: list[list[int]], lost: Callable[[int], bool]) -> bool:
    """Shorten each list to what stands before the first that is lost; whether any was."""
    changed = False
    for visits in kept:
        for at, visit in enumerate(visits):
            if lost(visit):
                del visits[at:]
                changed = True
                break
    return changed


def routes_of(instance: Instance, state: AnyState) -> list[list[int]]:
    """By shift: the nodes of the best plan in sequence."""
    return routes_in(instance, state.lists[s.BEST_NEXT])


def behind_each_other(routes: Sequence[Sequence[int]]) -> Ints:
    """Routes in one array: a route's nodes behind -1 - its number."""
    flat: list[int] = []
    for shift, nodes in enumerate(routes):
        flat += [-1 - shift, *nodes]
    return np.array(flat, np.int64)
