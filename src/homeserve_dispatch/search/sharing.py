"""What the threads have to do with one another: ways of working on one problem."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from homeserve_dispatch.instance import Ints
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.chains import Route, current_routes
from homeserve_dispatch.search.cutting import Part, chains_of, cut, put_back
from homeserve_dispatch.search.dividing import divide
from homeserve_dispatch.search.engine import AnyState, Engine, PlainEngine, routes_of
from homeserve_dispatch.search.zones import deal

_EPSILON = 1e-9


class Chain(NamedTuple):
    """A plan that is being changed, and what changes it."""

    engine: Engine
    state: AnyState


class _Dealt(NamedTuple):
    """A part, the chain that works on it, and what it cost when it was dealt out."""

    part: Part
    chain: Chain
    cost: float

    def gain(self) -> float:
        """How much less the chain's best costs."""
        return self.cost - float(self.chain.state.costs[s.BEST])


class Plans(Protocol):
    """What is found so far."""

    def best(self) -> float:
        """Cost of the best plan so far, as the search counts."""

    def excess(self) -> float:
        """What the search adds to that."""

    def unassigned(self) -> int:
        """Orders left out, about."""

    def finish(self) -> AnyState:
        """A state with the best plan loaded."""


class Sharing(Plans, Protocol):
    """What annealing needs of it."""

    def turn(self) -> Sequence[Chain]:
        """The chains that are to run next, one for each thread at most."""

    def exchange(self) -> bool:
        """Now and then, between turns: let the chains know of one another; False: not now."""

    def routes(self) -> Iterator[Route]:
        """Those of the plans that the last turn left behind."""

    def go_on(self, plan: Ints) -> None:
        """Between turns: all chains go on from this plan, or from the best if that is better."""


class Apart:
    """Each chain has a plan of its own; all go on from the best of them now and then.

    Parameters
    ----------
    engine : Engine
        What is planned.
    states : list of State or RuleState
        With a first plan loaded, one for each thread.
    """

    def __init__(self, engine: Engine, states: list[AnyState]) -> None:
        self._engine, self.states = engine, states
        self._chains = [Chain(engine, state) for state in states]

    def turn(self) -> Sequence[Chain]:
        """All of them."""
        return self._chains

    def _best_state(self) -> AnyState:
        return min(self.states, key=lambda state: float(state.costs[s.BEST]))

    def best(self) -> float:
        """Cost of the best plan so far."""
        return float(self._best_state().costs[s.BEST])

    def excess(self) -> float:
        """What the search adds to the cost of what is left out in it."""
        return self._engine.excess(self._best_state())

    def unassigned(self) -> int:
        """Orders left out in the current plan of the best chain."""
        return int(self._best_state().numbers[s.N_ABSENT])

    def exchange(self) -> bool:
        """Every other chain goes on from the best plan."""
        best = self._best_state()
        for state in self.states:
            if state.costs[s.BEST] > best.costs[s.BEST] + _EPSILON:
                self._engine.load(state, best.lists[s.BEST_NEXT].copy())
        return True

    def routes(self) -> Iterator[Route]:
        """Those of all chains."""
        for state in self.states:
            yield from current_routes(self._engine.instance, state)

    def go_on(self, plan: Ints) -> None:
        """From that plan, or from the best if that is better."""
        best = self._best_state()
        cost, known = float(best.costs[s.BEST]), best.lists[s.BEST_NEXT].copy()
        self._engine.load(best, plan)
        if best.costs[s.BEST] > cost:
            self._engine.load(best, known)
        self.exchange()

    def finish(self) -> AnyState:
        """That of the best chain."""
        best = self._best_state()
        self._engine.load(best, best.lists[s.BEST_NEXT].copy())
        return best


class Divided(Apart):
    """The same, but the others go on from the best plan with a few routes more.

    A route is easily emptied, but a new one pays only when all around it has settled anew, which
    no chain comes to that has to be about as good at every step.

    Parameters
    ----------
    engine : PlainEngine
        What is planned.
    states : list of State
        With a first plan loaded, one for each thread.
    times : int
        How many routes more.
    order : int64 (n,)
        Sequence in which orders that do not fit any more are put in.
    seed : int
        Of which routes are divided, and where.
    """

    def __init__(
        self, engine: PlainEngine, states: list[AnyState], *, times: int, order: Ints, seed: int
    ) -> None:
        super().__init__(engine, states)
        self._times, self._order = times, order
        self._random = np.random.default_rng([seed, 3])

    def exchange(self) -> bool:
        """Every other chain goes on from the best plan, divided anew."""
        engine, best = self._engine, self._best_state()
        routes = routes_of(engine.instance, best)
        for state in self.states:
            if state is not best:
                engine.load_empty(state)
                engine.follow(state, divide(engine.instance, routes, self._times, self._random))
                engine.build(state, self._order)
        return True


class Shared:
    """Each chain works on a part of one plan: with many orders far more gets done.

    Parameters
    ----------
    engine : PlainEngine
        What is planned; its costs are sums over routes.
    state : State
        With a first plan loaded.
    threads, parts : int
        How many chains run at a time, and into how many parts the plan is divided.
    seed : int
        Of the lines between the parts, and of the chains.
    """

    def __init__(
        self, engine: PlainEngine, state: AnyState, *, threads: int, parts: int, seed: int
    ) -> None:
        self._engine, self._state, self._seed = engine, state, seed
        self._threads, self._count = threads, parts
        self._random = np.random.default_rng(seed)
        self._made = 0  # chains until now: each has random numbers of its own
        self._best = float(state.costs[s.BEST])
        self._best_plan: Ints = state.lists[s.BEST_NEXT].copy()
        self._cost, self._left_out = self._best, 0
        self._plan = self._best_plan
        self._parts: list[_Dealt] = []
        self._running: list[_Dealt] = []
        self._next = 0
        self._deal(self._best_plan)

    def _deal(self, plan: Ints) -> None:
        """Divide a plan into parts, a chain for each."""
        # An interruption in here must find nothing that is half done.
        self._parts, self._running, self._next = [], [], 0
        self._engine.load(self._state, plan)
        instance = self._engine.instance
        self._plan, self._cost = plan, float(self._state.costs[s.BEST])
        self._left_out = int(self._state.numbers[s.N_ABSENT])
        parts = []
        for mine in deal(instance, self._state, self._count, self._random):
            part = cut(instance, mine)
            if not len(part.instance.shifts):
                continue  # nobody is there to do anything
            engine = PlainEngine(part.instance)
            state = engine.new_state(self._seed, self._made)
            self._made += 1
            engine.load(state, chains_of(part, plan))
            self._left_out -= int(state.numbers[s.N_ABSENT])
            parts.append(_Dealt(part, Chain(engine, state), float(state.costs[s.BEST])))
        self._parts = parts

    def turn(self) -> Sequence[Chain]:
        """The next parts, round and round."""
        first = self._next
        self._next = first + self._threads if first + self._threads < len(self._parts) else 0
        self._running = self._parts[first : first + self._threads]
        return [dealt.chain for dealt in self._running]

    def _of_parts(self) -> float:
        """Cost of the plan dealt out with the best that each chain made of its part."""
        return self._cost - sum(dealt.gain() for dealt in self._parts)

    def best(self) -> float:
        """Cost of the best plan so far."""
        return min(self._best, self._of_parts())

    def excess(self) -> float:
        """Nothing: what adds something is not dealt out."""
        return 0.0

    def unassigned(self) -> int:
        """Orders left out in the current plan."""
        here = sum(int(dealt.chain.state.numbers[s.N_ABSENT]) for dealt in self._parts)
        return self._left_out + here

    def exchange(self) -> bool:
        """Put the plan together and deal it out anew, when all parts had their turn."""
        if self._next > 0:
            return False
        self._keep_best()
        self._deal(self._gathered(best=False))
        return True

    def routes(self) -> Iterator[Route]:
        """Those of the parts that had their turn."""
        n = len(self._engine.instance.orders)
        for part, chain, _ in self._running:
            mine = len(part.instance.orders)
            for route in current_routes(part.instance, chain.state):
                orders = part.nodes[list(route.orders)].tolist()
                yield Route(int(part.nodes[mine + route.shift]) - n, tuple(orders), route.cost)

    def go_on(self, plan: Ints) -> None:
        """From that plan, or from the best if that is better."""
        self._keep_best()
        self._engine.load(self._state, plan)
        cost = float(self._state.costs[s.BEST])
        if cost < self._best - _EPSILON:
            self._best, self._best_plan = cost, plan
        self._deal(self._best_plan)

    def _keep_best(self) -> None:
        cost = self._of_parts()
        if cost < self._best - _EPSILON:
            self._best, self._best_plan = cost, self._gathered(best=True)

    def _gathered(self, *, best: bool) -> Ints:
        """The plan of the whole, put together of each chain's part."""
        whole = self._plan.copy()
        for part, (_, state), _ in self._parts:
            put_back(part, state.lists[s.BEST_NEXT] if best else state.nodes[:, f.NEXT], whole)
        return whole

    def finish(self) -> AnyState:
        """That of the whole, with the best plan."""
        self._keep_best()
        self._engine.load(self._state, self._best_plan)
        return self._state
