"""Threads that share one plan: their parts, and the plan that comes out."""

from __future__ import annotations

import numpy as np
import pytest

from homeserve_dispatch import Iterations, Problem, check, score, solve
from homeserve_dispatch.datasets import generate_day
from homeserve_dispatch.encode import encode
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import zones
from homeserve_dispatch.search.annealing import build_orders, steering
from homeserve_dispatch.search.engine import PlainEngine
from homeserve_dispatch.search.settings import DEFAULT
from homeserve_dispatch.search.sharing import Shared


@pytest.fixture(scope="module")
def day() -> Problem:
    return generate_day(90, seed=4)


@pytest.fixture(scope="module")
def engine(day: Problem) -> PlainEngine:
    return PlainEngine(encode(day).instance)


def _planned(engine: PlainEngine, chain: int = 0):
    state = engine.new_state(1, chain)
    engine.load_empty(state)
    engine.build(state, build_orders(engine.instance)[0])
    return state


@pytest.mark.parametrize("parts", [2, 3, 5])
def test_each_order_and_each_route_is_in_one_part(engine: PlainEngine, parts: int) -> None:
    state = _planned(engine)
    n = len(engine.instance.orders)
    seen = set()
    for seed in range(20):
        dealt = zones.deal(engine.instance, state, parts, np.random.default_rng(seed))
        assert len(dealt) == parts
        assert (np.sum(dealt, axis=0) == 1).all()
        for mine in dealt:
            assert n / parts / 2 < mine[:n].sum() < n / parts * 2
            routes = state.nodes[:n, f.ROUTE]
            served = routes >= 0
            assert (mine[:n][served] == mine[n:][routes[served]]).all()
        seen.add(dealt[0].tobytes())
    assert len(seen) > 10  # the lines run elsewhere each time


def test_where_all_orders_are_in_one_route_there_is_one_part() -> None:
    problem = generate_day(20, seed=1)
    problem = problem.model_copy(update={"workers": problem.workers[:1]})
    only = PlainEngine(encode(problem).instance)
    state = _planned(only)
    left_out = np.ones(len(problem.orders), np.bool_)
    left_out[state.nodes[: len(left_out), f.ROUTE] >= 0] = False
    state.nodes[: len(left_out)][left_out, f.ROUTE] = 0  # as if it were served there too
    assert len(zones.deal(only.instance, state, 2, np.random.default_rng(0))) == 1


def test_what_the_parts_find_adds_up(engine: PlainEngine) -> None:
    chains = [_planned(engine, chain) for chain in range(2)]
    first = float(chains[0].costs[1])
    shared = Shared(engine, chains, seed=3)
    assert shared.best() == pytest.approx(first)
    parameters = steering(DEFAULT)
    for _ in range(4):
        for chain in shared.working:
            chain.costs[2] = 1.0
            engine.run(chain, parameters, 300)
        promised = shared.best()
        shared.exchange()
        assert shared.best() <= promised + 1e-6
    promised = shared.best()
    assert promised < first
    assert float(shared.finish().costs[1]) == pytest.approx(promised, abs=1e-6)


@pytest.mark.parametrize("threads", [2, 3])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_shared_plan_breaks_no_rule_and_comes_out_again(
    monkeypatch: pytest.MonkeyPatch, seed: int, threads: int
) -> None:
    monkeypatch.setattr("homeserve_dispatch.search.annealing.ORDERS_A_PART", 1)
    problem = generate_day(70, seed=seed)
    plan = solve(problem, stop=Iterations(400), seed=seed, threads=threads)
    assert check(problem, plan) == []
    assert plan.cost is not None
    assert plan.history[-1].cost == pytest.approx(score(problem, plan).total, abs=1e-6)
    again = solve(problem, stop=Iterations(400), seed=seed, threads=threads)
    assert again.routes == plan.routes


def test_neighbours_are_the_same_where_only_those_round_about_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("homeserve_dispatch.travel.tables.LARGEST_TABLE_BYTES", 0)
    problem = generate_day(600, seed=2, tightness="loose")
    every = encode(problem).instance
    monkeypatch.setattr("homeserve_dispatch.search.neighbours._SCANNED", 250)
    some = encode(problem).instance
    first, last = every.facts[f.N_NEAR], every.facts[f.N_NEAR] + 60
    same = every.close[:, first:last] == some.close[:, first:last]
    assert same.mean() > 0.97
    assert (every.close[:, first + 120 :] == some.close[:, first + 120 :]).all()
