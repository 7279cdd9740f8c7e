"""A population of plans: each new one is made of two and then improved by a short search.

One long search settles on how many routes there are and which part of the town each serves; plans
that settled differently, put together, get further. Hybrid genetic search, Vidal et al. 2012,
doi 10.1287/opre.1120.1048, with ruin and recreate in place of its local search.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from homeserve_dispatch.instance import Floats, Ints
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import kernel
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.crossing import Routes, cross
from homeserve_dispatch.search.engine import AnyState, PlainEngine, routes_of
from homeserve_dispatch.search.settings import Settings
from homeserve_dispatch.search.steering import steering

_LEAST_PLANS = 6
_SAME = 1e-6
_BOTH_BETTER = 0.5


class Sizes(NamedTuple):
    """How many plans, and iterations of each of the first and of those made of two."""

    plans: int
    first: int
    child: int


def sizes(orders: int, iterations: float, settings: Settings) -> Sizes:
    """For so many iterations of all threads together."""
    plans = max(_LEAST_PLANS, round(math.sqrt(iterations / orders / settings.members)))
    first = max(1, int(settings.grown * iterations / plans))
    return Sizes(plans, first, max(1, int(settings.mended * orders)))


class _Member(NamedTuple):
    cost: float
    routes: Routes
    chain: Ints


@dataclass(slots=True)
class Task:
    """One plan to be made: from what, how, and with what."""

    engine: PlainEngine
    state: AnyState
    wished: Routes | None
    order: Ints
    hot: float
    iterations: int
    parameters: Floats

    def __call__(self) -> None:
        """Do it; the best plan is in the state afterwards."""
        self.engine.load_empty(self.state)
        if self.wished is not None:
            self.engine.follow(self.state, self.wished)
        self.engine.build(self.state, self.order)
        self.state.costs[s.TEMPERATURE] = self.hot
        self.engine.run(self.state, self.parameters, self.iterations)


class Breeding:
    """The population.

    Parameters
    ----------
    engine : PlainEngine
        What is planned.
    states : list of State
        One for each thread; the first has a plan, which is the first member.
    sizes : Sizes
        How many, how long.
    routes : list of list of int, optional
        With which every second of the first plans begins.
    orders : list of int64 (n,)
        Sequences in which orders that are missing are put in.
    settings : Settings
        How to go about it.
    hot, cold : float
        First and last temperature of the first plans.
    seed : int
        Of the random numbers.
    """

    def __init__(
        self,
        engine: PlainEngine,
        states: Sequence[AnyState],
        sizes: Sizes,
        *,
        routes: Routes | None,
        orders: Sequence[Ints],
        settings: Settings,
        hot: float,
        cold: float,
        seed: int,
    ) -> None:
        self._engine, self._states, self._sizes = engine, states, sizes
        self._orders, self._settings = orders, settings
        self._parameters = steering(settings)
        self._hot, self._cold = hot, cold
        self._random = np.random.default_rng([seed, 2])
        self._begun = self._refused = 0
        self._members = [_member(engine, states[0])]
        self._best = self._members[0]  # kept when a population is begun anew
        self._longest = max(len(route) for route in self._members[0].routes)
        self._first_routes = routes

    def turn(self, most: int) -> list[Task]:
        """What the threads do next, in at most so many iterations each: as many each."""
        growing = self._begun < self._sizes.plans
        iterations = min(most, self._sizes.first if growing else self._sizes.child)
        hot = self._hot if growing else min(self._hot, self._settings.mended_hot * self._cold)
        parameters = self._parameters.copy()
        parameters[kernel.COOLING] = (self._cold / hot) ** (1.0 / iterations)
        tasks = []
        for state in self._states:
            engine, wished = self._founder() if growing else (self._engine, self._child())
            order = self._orders[int(self._random.integers(len(self._orders)))]
            tasks.append(Task(engine, state, wished, order, hot, iterations, parameters))
        return tasks

    def _founder(self) -> tuple[PlainEngine, Routes | None]:
        """Two of three with a limit on the length of routes, so that they differ in number."""
        at, self._begun = self._begun, self._begun + 1
        engine = self._engine
        if at % 3:
            shifts = engine.instance.shifts.copy()
            most = max(2, int(self._longest * self._random.uniform(self._settings.shortest, 1.0)))
            shifts[:, f.MAX_VISITS] = np.minimum(shifts[:, f.MAX_VISITS], most)
            shifts[:, f.LIMITED] = 1  # else no limit is looked at
            engine = PlainEngine(engine.instance._replace(shifts=shifts))
        return engine, None if at % 2 else self._first_routes

    def _child(self) -> Routes:
        """Of one of the better plans and another one."""
        one = self._better()
        other = one
        while other is one and len(self._members) > 1:
            other = self._better() if self._random.random() < _BOTH_BETTER else self._any()
        return cross(self._engine.instance, one.routes, other.routes, self._random)

    def _any(self) -> _Member:
        return self._members[int(self._random.integers(len(self._members)))]

    def _better(self) -> _Member:
        return min(self._any(), self._any(), key=_cost)

    def take(self, tasks: Sequence[Task]) -> None:
        """Let in what came out of a turn, where it is better than the worst."""
        for task in tasks:
            new = _member(self._engine, task.state)
            self._best = min(self._best, new, key=_cost)
            self._refused = 0 if self._enter(new) else self._refused + 1
        if self._refused > self._settings.patience * self._sizes.plans:
            # All are much alike: another population may settle elsewhere.
            self._members, self._begun, self._refused = [], 0, 0

    def _enter(self, new: _Member) -> bool:
        """Let it in for the worst; False where it is none better, or there already."""
        if any(abs(new.cost - member.cost) < _SAME for member in self._members):
            return False
        if len(self._members) >= self._sizes.plans:
            worst = max(range(len(self._members)), key=lambda at: self._members[at].cost)
            if self._members[worst].cost <= new.cost:
                return False
            del self._members[worst]
        self._members.append(new)
        return True

    def best(self) -> float:
        """Cost of the best plan."""
        return self._best.cost

    def excess(self) -> float:
        """Nothing."""
        return 0.0

    def unassigned(self) -> int:
        """Orders that the best plan leaves out."""
        there = sum(len(route) for route in self._best.routes)
        return len(self._engine.instance.orders) - there

    def finish(self) -> AnyState:
        """A state with the best plan loaded."""
        self._engine.load(self._states[0], self._best.chain)
        return self._states[0]


def _cost(member: _Member) -> float:
    return member.cost


def _member(engine: PlainEngine, state: AnyState) -> _Member:
    """The best plan of a state."""
    chain = state.lists[s.BEST_NEXT].copy()
    return _Member(float(state.costs[s.BEST]), routes_of(engine.instance, state), chain)
