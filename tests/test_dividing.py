"""Plans with a few routes more, and the chains that go on from them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from homeserve_dispatch import Iterations, Problem, check, score, solver
from homeserve_dispatch.datasets import generate_day
from homeserve_dispatch.encode import encode
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.building import build_orders
from homeserve_dispatch.search.dividing import divide
from homeserve_dispatch.search.engine import AnyState, PlainEngine, routes_of
from homeserve_dispatch.search.settings import DEFAULT
from homeserve_dispatch.search.sharing import Divided
from homeserve_dispatch.search.steering import steering


@pytest.fixture(scope="module")
def day() -> Problem:
    """With twice the workers, so that shifts stay unused."""
    made = generate_day(60, seed=5, tightness="loose")
    twins = tuple(worker.model_copy(update={"id": f"{worker.id}-twin"}) for worker in made.workers)
    return made.model_copy(update={"workers": made.workers + twins})


@pytest.fixture(scope="module")
def engine(day: Problem) -> PlainEngine:
    return PlainEngine(encode(day).instance)


def _planned(engine: PlainEngine, chain: int) -> AnyState:
    state = engine.new_state(1, chain)
    engine.load_empty(state)
    engine.build(state, build_orders(engine.instance)[0])
    return state


def _used(routes: list[list[int]]) -> int:
    return sum(1 for route in routes if route)


@pytest.mark.parametrize("times", [0, 1, 3, 1000])
def test_a_divided_plan_has_the_same_orders_in_more_routes(engine: PlainEngine, times: int) -> None:
    routes = routes_of(engine.instance, _planned(engine, 0))
    before = [list(route) for route in routes]
    kinds = engine.instance.shifts[:, f.KIND]
    for seed in range(10):
        made = divide(engine.instance, routes, times, np.random.default_rng(seed))
        assert routes == before
        assert sorted(c for route in made for c in route) == sorted(
            c for route in routes for c in route
        )
        assert _used(made) == _used(routes) + times if times < 1000 else _used(made) > _used(routes)
        for v, route in enumerate(made):
            if route == routes[v]:
                continue
            # A stretch of one route, in a shift of the same kind.
            (was,) = {w for w, old in enumerate(routes) if set(route) <= set(old)}
            assert kinds[was] == kinds[v]
            assert [c for c in routes[was] if c in set(route)] == route


def test_where_no_shift_is_unused_nothing_is_divided() -> None:
    instance = encode(generate_day(60, seed=5, tightness="loose")).instance
    shifts = len(instance.shifts)
    every = [list(range(v, 60, shifts)) for v in range(shifts)]
    assert all(every)
    assert divide(instance, every, 3, np.random.default_rng(1)) == every


def test_the_best_chain_goes_on_and_the_others_take_its_plan_over_divided(
    engine: PlainEngine,
) -> None:
    states = [_planned(engine, chain) for chain in range(3)]
    states[1].costs[s.TEMPERATURE] = 1.0
    engine.run(states[1], steering(DEFAULT), 2000)
    best, routes = float(states[1].costs[s.BEST]), routes_of(engine.instance, states[1])
    order = build_orders(engine.instance)[0]
    divided = Divided(engine, states, times=2, order=order, seed=1)
    assert divided.exchange()
    assert divided.best() == best
    assert routes_of(engine.instance, states[1]) == routes
    others = [routes_of(engine.instance, states[at]) for at in (0, 2)]
    assert others[0] != others[1]
    for made in others:
        assert _used(made) == _used(routes) + 2
    assert routes_of(engine.instance, divided.finish()) == routes


@pytest.mark.parametrize("stop", [1500, 300])
def test_such_a_search_is_right_and_the_same_each_time(day: Problem, stop: int) -> None:
    settings = replace(DEFAULT, roomy=1.0, bred=math.inf, divisions=10)
    first, again = (
        solver.solve(day, stop=Iterations(stop), seed=2, threads=2, settings=settings)
        for _ in range(2)
    )
    assert check(day, first) == []
    assert first.cost is not None
    assert first.cost.total == pytest.approx(score(day, first).total, abs=1e-6)
    assert first.history[-1].cost == pytest.approx(first.cost.total, abs=1e-6)
    assert first.routes == again.routes
