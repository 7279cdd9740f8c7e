"""What the threads have to do with one another: two ways of working on one problem."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from homeserve_dispatch.instance import Ints
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.engine import AnyState, Engine
from homeserve_dispatch.search.zones import Mask, deal, gather, restrict

_EPSILON = 1e-9


class Sharing(Protocol):
    """What annealing needs of it.

    Attributes
    ----------
    working : list of State or RuleState
        The chains to run.
    """

    working: list[AnyState]

    def best(self) -> float:
        """Cost of the best plan so far, as the search counts."""

    def excess(self) -> float:
        """What the search adds to that."""

    def unassigned(self) -> int:
        """Orders left out, about."""

    def exchange(self) -> None:
        """Now and then, between slices: let the threads know of one another."""

    def finish(self) -> AnyState:
        """A chain with the best plan loaded."""


class Apart:
    """Each chain has a plan of its own; all go on from the best of them now and then.

    Parameters
    ----------
    engine : Engine
        What is planned.
    chains : list of State or RuleState
        With a first plan loaded.
    """

    def __init__(self, engine: Engine, chains: list[AnyState]) -> None:
        self._engine, self.working = engine, chains

    def _best_chain(self) -> AnyState:
        return min(self.working, key=lambda chain: float(chain.costs[s.BEST]))

    def best(self) -> float:
        """Cost of the best plan so far."""
        return float(self._best_chain().costs[s.BEST])

    def excess(self) -> float:
        """What the search adds to the cost of what is left out in it."""
        return self._engine.excess(self._best_chain())

    def unassigned(self) -> int:
        """Orders left out in the current plan of the best chain."""
        return int(self._best_chain().numbers[s.N_ABSENT])

    def exchange(self) -> None:
        """Every other chain goes on from the best plan."""
        best = self._best_chain()
        for chain in self.working:
            if chain.costs[s.BEST] > best.costs[s.BEST] + _EPSILON:
                self._engine.load(chain, best.lists[s.BEST_NEXT].copy())

    def finish(self) -> AnyState:
        """The best chain."""
        best = self._best_chain()
        self._engine.load(best, best.lists[s.BEST_NEXT].copy())
        return best


class Shared:
    """All chains work on one plan, each on other routes: with many orders each gets far more done.

    Parameters
    ----------
    engine : Engine
        What is planned; its costs are sums over routes.
    chains : list of State
        With the same first plan loaded.
    seed : int
        Of the lines between the parts.
    """

    def __init__(self, engine: Engine, chains: list[AnyState], seed: int) -> None:
        self._engine, self._chains = engine, chains
        self._random = np.random.default_rng(seed)
        self._best, self._best_plan = math.inf, chains[0].lists[s.BEST_NEXT].copy()
        self._cost = math.inf
        self._costs: list[float] = []
        self._parts: list[Mask] = []
        self.working: list[AnyState] = []
        self._deal(self._best_plan)

    def _deal(self, plan: Ints) -> None:
        """Give each chain its part of a plan."""
        # An interruption in here must find nothing that is half done.
        self.working, self._parts, self._costs = [], [], []
        for chain in self._chains:
            self._engine.load(chain, plan)
        self._cost = float(self._chains[0].costs[s.BEST])
        instance = self._engine.instance
        parts = deal(instance, self._chains[0], len(self._chains), self._random)
        working = self._chains[: len(parts)]
        for chain, mine in zip(working, parts, strict=True):
            restrict(instance, chain, mine)
        costs = [float(chain.costs[s.BEST]) for chain in working]
        self.working, self._parts, self._costs = working, parts, costs

    def _of_parts(self) -> float:
        """Cost of the plan dealt out with the best that each chain made of its part."""
        if not self.working:
            return math.inf
        return self._cost + sum(
            float(chain.costs[s.BEST]) - before
            for chain, before in zip(self.working, self._costs, strict=True)
        )

    def best(self) -> float:
        """Cost of the best plan so far."""
        return min(self._best, self._of_parts())

    def excess(self) -> float:
        """Nothing: what adds something is not dealt out."""
        return 0.0

    def unassigned(self) -> int:
        """Orders left out in the current plan."""
        return sum(int(chain.numbers[s.N_ABSENT]) for chain in self.working)

    def exchange(self) -> None:
        """Put the plan together and deal it out anew."""
        self._keep_best()
        self._deal(gather(self.working, self._parts, best=False))

    def _keep_best(self) -> None:
        cost = self._of_parts()
        if cost < self._best - _EPSILON:
            self._best, self._best_plan = cost, gather(self.working, self._parts, best=True)

    def finish(self) -> AnyState:
        """The first chain, with all of the best plan."""
        self._keep_best()
        self._engine.load(self._chains[0], self._best_plan)
        return self._chains[0]
