"""Generated days in the search's own terms, with plans that a search has settled on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from homeserve_dispatch import Break, Plan, Problem, Role, Shift
from homeserve_dispatch.datasets import generate_day
from homeserve_dispatch.encode import Encoded, encode
from homeserve_dispatch.encode_rules import EncodedRules, encode_rules
from homeserve_dispatch.instance import Floats, Ints
from homeserve_dispatch.schedule import Step, build_plan
from homeserve_dispatch.search import kernel
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.engine import Engine, PlainEngine, RuleEngine, routes_of
from homeserve_dispatch.search.random import RNG, seeded
from homeserve_dispatch.search.settings import DEFAULT, RULES, Settings

SEED = 1
BLOCK = 1_000
"""Iterations that are timed together."""
_NEAR_WAY = 2.86
"""Cost of the way to a near order on these days, fixed, so that all commits are equally hot."""
_CREW_EVERY = 15
_LUNCH_IN = timedelta(hours=6)
_SETTLING = 40_000
_SETTLING_WITH_RULES = 8_000


@dataclass(frozen=True, slots=True)
class Prepared:
    """A day that is ready to be searched.

    Attributes
    ----------
    problem : Problem
        What is planned.
    encoded : Encoded or EncodedRules
        The same in numbers.
    engine, state : Engine, State or RuleState
        What searches, and its work space.
    settings : Settings
        How it goes about it.
    chain : int64
        The settled plan.
    """

    problem: Problem
    encoded: Encoded | EncodedRules
    engine: Engine
    state: Any
    settings: Settings
    chain: Ints

    def settled(self) -> Any:
        """The state, with the settled plan in it."""
        self.engine.load(self.state, self.chain)
        return self.state

    def blocks(self, **changes: float) -> Callable[[], tuple[tuple[Any, ...], dict[str, Any]]]:
        """What sets up one timed block after another: the same plan, other random numbers.

        Parameters
        ----------
        **changes : float
            Settings that differ.
        """
        parameters = _parameters(self.settings)
        for name, value in changes.items():
            parameters[getattr(kernel, name.upper())] = value
        cold = _NEAR_WAY * self.settings.cold
        seeds = count(1)

        def block() -> tuple[tuple[Any, ...], dict[str, Any]]:
            state = self.settled()
            state.numbers[RNG] = seeded(next(seeds), 0)
            state.costs[s.TEMPERATURE] = cold
            return (state, parameters, BLOCK), {}

        return block

    def sequences(self) -> dict[tuple[str, int], list[Step]]:
        """The settled plan in the user's ids."""
        steps = (
            self.encoded.steps if isinstance(self.encoded, EncodedRules) else self.encoded.orders
        )
        routes = routes_of(self.engine.instance, self.settled())
        return {
            self.encoded.shifts[at]: [steps[node] for node in route]
            for at, route in enumerate(routes)
        }

    def plan(self) -> Plan:
        """The settled plan with its times."""
        return build_plan(self.problem, self.sequences())


def plain_day(orders: int) -> Problem:
    """A tight day."""
    return generate_day(orders, seed=SEED, tightness="tight")


def ruled_day(orders: int) -> Problem:
    """A tight day on which some orders need two people, and who works long has a break."""
    day = plain_day(orders)
    crews = tuple(
        order.model_copy(update={"crew": (Role(), Role(skills={}))})
        if at % _CREW_EVERY == 0
        else order
        for at, order in enumerate(day.orders)
    )
    workers = tuple(
        worker.model_copy(update={"shifts": tuple(map(_with_lunch, worker.shifts))})
        for worker in day.workers
    )
    return day.model_copy(update={"orders": crews, "workers": workers})


def _with_lunch(shift: Shift) -> Shift:
    if shift.end - shift.start < _LUNCH_IN:
        return shift
    middle = shift.start + (shift.end - shift.start) / 2
    hour = timedelta(hours=1)
    lunch = Break(duration=hour / 2, earliest=middle - hour, latest=middle + hour)
    return shift.model_copy(update={"breaks": (lunch,)})


def plain(orders: int, folder: str | None) -> Prepared:
    """A tight day with a settled plan."""
    problem = plain_day(orders)
    encoded = encode(problem)
    engine = PlainEngine(encoded.instance)
    return _prepared(problem, encoded, engine, DEFAULT, _SETTLING, _file(folder, "plain", orders))


def ruled(orders: int, folder: str | None) -> Prepared:
    """The same with crews and breaks."""
    problem = ruled_day(orders)
    encoded = encode_rules(problem)
    engine = RuleEngine(encoded.instance, encoded.rules, encoded.fixed)
    file = _file(folder, "ruled", orders)
    return _prepared(problem, encoded, engine, RULES, _SETTLING_WITH_RULES, file)


def _file(folder: str | None, kind: str, orders: int) -> Path | None:
    return None if folder is None else Path(folder) / f"{kind}-{orders}.npy"


def _prepared(
    problem: Problem,
    encoded: Encoded | EncodedRules,
    engine: Engine,
    settings: Settings,
    iterations: int,
    file: Path | None,
) -> Prepared:
    state = engine.new_state(SEED, 0)
    engine.load_empty(state)
    chain = np.load(file) if file is not None and file.is_file() else None
    # One from another commit may count other nodes.
    if chain is None or len(chain) != state.lists.shape[1]:
        chain = _settle(engine, state, settings, iterations)
        if file is not None:
            np.save(file, chain)
    return Prepared(problem, encoded, engine, state, settings, chain)


def _settle(engine: Engine, state: Any, settings: Settings, iterations: int) -> Ints:
    """A short search from hot to cold; the chain of its best plan."""
    engine.build(state, everything(engine))
    parameters = _parameters(settings)
    parameters[kernel.COOLING] = (settings.cold / settings.hot) ** (1.0 / iterations)
    state.costs[s.TEMPERATURE] = _NEAR_WAY * settings.hot
    engine.run(state, parameters, iterations)
    return state.lists[s.BEST_NEXT].copy()


def everything(engine: Engine) -> Ints:
    """All nodes, in the order of their numbers."""
    return np.arange(len(engine.instance.orders), dtype=np.int64)


def _parameters(settings: Settings) -> Floats:
    """By their names, since a commit that is compared may have others."""
    parameters = np.ones(kernel.PARAMETERS)
    for field in fields(settings):
        column = getattr(kernel, field.name.upper(), None)
        if column is not None:
            parameters[column] = getattr(settings, field.name)
    return parameters
