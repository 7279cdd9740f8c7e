"""Plans put together of several plans' routes."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeserve_dispatch import Iterations, Plan, check, score, solver
from homeserve_dispatch.datasets import generate_day
from homeserve_dispatch.encode import encode
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.building import build_orders
from homeserve_dispatch.search.chains import current_routes
from homeserve_dispatch.search.engine import PlainEngine
from homeserve_dispatch.search.packing import Packing, choose
from homeserve_dispatch.search.pool import Pool
from homeserve_dispatch.search.settings import DEFAULT
from homeserve_dispatch.search.steering import steering


@st.composite
def packings(draw: st.DrawFn) -> Packing:
    n, kinds = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    sets = st.sets(st.integers(0, n - 1), min_size=1).map(sorted).map(tuple)
    routes = draw(st.lists(st.tuples(sets, st.integers(0, kinds - 1)), min_size=1, max_size=9))
    prices = st.integers(0, 50).map(float)
    dear = st.one_of(prices, st.just(math.inf))
    return Packing(
        costs=np.array([draw(prices) for _ in routes]),
        orders=[orders for orders, _ in routes],
        kinds=np.array([kind for _, kind in routes], np.int64),
        shifts=np.array([draw(st.integers(0, 2)) for _ in range(kinds)], np.int64),
        skip=np.array([draw(dear) for _ in range(n)]),
    )


def cost(packing: Packing, chosen: tuple[int, ...]) -> float:
    """Infinite where an order is served twice or shifts are too few."""
    served = [order for one in chosen for order in packing.orders[one]]
    used = np.bincount(packing.kinds[list(chosen)], minlength=len(packing.shifts))
    if len(set(served)) < len(served) or (used > packing.shifts).any():
        return math.inf
    left_out = [skip for order, skip in enumerate(packing.skip) if order not in served]
    return float(sum(packing.costs[list(chosen)]) + sum(left_out))


@settings(deadline=None)
@given(packings(), st.sampled_from([math.inf, 10.0]), st.randoms(use_true_random=False))
def test_what_is_chosen_is_the_cheapest(packing: Packing, seconds: float, random) -> None:
    every = [
        chosen
        for size in range(len(packing.orders) + 1)
        for chosen in itertools.combinations(range(len(packing.orders)), size)
        if cost(packing, chosen) < math.inf
    ]
    if not every:
        return  # a search always has a plan
    found = choose(packing, random.choice(every), seconds)
    assert cost(packing, tuple(found)) == pytest.approx(min(cost(packing, it) for it in every))


def test_without_time_the_plan_stays() -> None:
    packing = Packing(np.array([1.0, 5.0]), [(0,), (0,)], np.zeros(2, np.int64), np.array([1]),
                      np.array([9.0]))  # fmt: skip
    assert choose(packing, [1], 0.0) == [1]
    assert choose(packing, [1], 1.0) == [0]


@pytest.mark.parametrize("tightness", ["tight", "loose"])
def test_the_best_routes_of_two_plans_make_one(tightness) -> None:
    engine = PlainEngine(encode(generate_day(60, seed=3, tightness=tightness)).instance)
    n, parameters = len(engine.instance.orders), steering(DEFAULT)
    pool, costs = Pool(engine.instance), []
    for chain in range(2):
        state = engine.new_state(1, chain)
        engine.load_empty(state)
        engine.build(state, build_orders(engine.instance)[chain])
        state.costs[s.TEMPERATURE] = 1.0
        for _ in range(40):
            engine.run(state, parameters, 20)
            pool.note(current_routes(engine.instance, state))
        engine.load(state, state.lists[s.BEST_NEXT].copy())
        costs.append(float(state.costs[s.BEST]))
    chains = pool.better(state, math.inf)
    assert chains is not None
    engine.load(state, chains)
    assert state.costs[s.BEST] < min(costs)
    routes = state.nodes[:n, f.ROUTE]
    allowed = engine.instance.pairs[engine.instance.orders[:, f.ROW], routes]
    assert np.isfinite(allowed[routes >= 0]).all()
    assert pool.better(state, math.inf) is None  # nothing is better than the best


@pytest.mark.parametrize("part", [1, 1000])
@pytest.mark.parametrize("seed", [1, 2])
def test_plans_put_together_keep_every_rule_and_come_out_again(
    monkeypatch: pytest.MonkeyPatch, seed: int, part: int
) -> None:
    monkeypatch.setattr("homeserve_dispatch.search.ways.ORDERS_A_PART", part)
    monkeypatch.setattr("homeserve_dispatch.search.ways.LARGEST_PART", 30)
    found = []
    better = Pool.better

    def noted(self, state, seconds):
        chains = better(self, state, seconds)
        found.append(chains is not None)
        return chains

    monkeypatch.setattr(Pool, "better", noted)
    problem = generate_day(200, seed=seed, tightness="tight")
    always = replace(DEFAULT, gathered=0.0, gathered_shared=0.0)

    def planned() -> Plan:
        return solver.solve(problem, stop=Iterations(1000), seed=seed, threads=2, settings=always)

    plan = planned()
    assert len(found) == DEFAULT.together
    assert any(found)
    assert check(problem, plan) == []
    assert plan.history[-1].cost == pytest.approx(score(problem, plan).total, abs=1e-6)
    assert planned().routes == plan.routes
