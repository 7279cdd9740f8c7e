"""Threads that share one plan: their parts, and the plan that comes out."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import numpy as np
import pytest

from homeserve_dispatch import (
    Break,
    Iterations,
    Problem,
    TimeLimit,
    check,
    score,
    solve,
)
from homeserve_dispatch.datasets import generate_day
from homeserve_dispatch.encode import encode
from homeserve_dispatch.encode_rules import encode_rules
from homeserve_dispatch.search import annealing, pace, zones
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.building import build_orders
from homeserve_dispatch.search.chains import current_routes
from homeserve_dispatch.search.cutting import chains_of, cut, put_back
from homeserve_dispatch.search.engine import Engine, PlainEngine, RuleEngine
from homeserve_dispatch.search.settings import DEFAULT
from homeserve_dispatch.search.sharing import Chain, Shared
from homeserve_dispatch.search.steering import steering


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


@pytest.mark.parametrize("parts", [2, 3])
def test_a_part_says_of_its_orders_and_shifts_what_the_whole_says(
    engine: PlainEngine, parts: int
) -> None:
    whole, state = engine.instance, _planned(engine)
    n, shifts = len(whole.orders), len(whole.shifts)
    plan = state.lists[s.BEST_NEXT].copy()
    put_together = np.full_like(plan, -1)
    cost = 0.0
    for mine in zones.deal(whole, state, parts, np.random.default_rng(1)):
        part = cut(whole, mine)
        some, facts = part.instance, part.instance.facts
        orders, routes = part.nodes[: len(some.orders)], np.flatnonzero(mine[n:])
        assert orders.tolist() == np.flatnonzero(mine[:n]).tolist()
        assert np.array_equal(some.order_costs, whole.order_costs[orders])
        for c, old in enumerate(orders):
            row, was = some.orders[c, f.ROW], whole.orders[old, f.ROW]
            assert np.array_equal(some.pairs[row], whole.pairs[was][routes])
            for first, many in ((0, f.N_NEAR), (facts[f.N_NEAR], f.N_AROUND)):
                near = some.close[c, first : first + facts[many]]
                before = whole.close[old, first : first + facts[many]]
                assert orders[near[near >= 0]].tolist() == [x for x in before if mine[x] and x >= 0]
        for kind in range(facts[f.N_KINDS]):
            first, last = facts[f.FACTS + len(routes) + kind : f.FACTS + len(routes) + kind + 2]
            members = facts[f.FACTS + first : f.FACTS + last]
            assert (some.shifts[members, f.KIND] == kind).all()
            assert some.shifts[members, f.KIND_AT].tolist() == list(range(len(members)))
            assert len({whole.shifts[routes[v], f.KIND] for v in members}) == 1
        chain = PlainEngine(some)
        own = chain.new_state(1, 0)
        chain.load(own, chains_of(part, plan))
        cost += float(own.costs[s.BEST])
        put_back(part, own.lists[s.BEST_NEXT], put_together)
    assert cost == pytest.approx(float(state.costs[s.BEST]), abs=1e-6)
    engine.load(state, put_together)
    assert state.costs[s.BEST] == pytest.approx(cost, abs=1e-6)
    assert np.array_equal(state.lists[s.BEST_NEXT, n : n + shifts], plan[n : n + shifts])


@pytest.mark.parametrize(("threads", "parts"), [(2, 2), (2, 4), (1, 3), (3, 3)])
def test_what_the_parts_find_adds_up(engine: PlainEngine, threads: int, parts: int) -> None:
    state = _planned(engine)
    first = float(state.costs[s.BEST])
    shared = Shared(engine, state, threads=threads, parts=parts, seed=3)
    assert shared.best() == pytest.approx(first)
    parameters = steering(DEFAULT)
    for _ in range(4):
        ran = 0
        while True:
            for chain in shared.turn():
                chain.state.costs[s.TEMPERATURE] = 1.0
                chain.engine.run(chain.state, parameters, 300)
                ran += 1
            promised = shared.best()
            if shared.exchange():
                break
        assert ran == parts
        assert shared.best() <= promised + 1e-6
    promised = shared.best()
    assert promised < first
    assert float(shared.finish().costs[s.BEST]) == pytest.approx(promised, abs=1e-6)


def _ran(shared: Shared) -> None:
    for chain in shared.turn():
        chain.state.costs[s.TEMPERATURE] = 1.0
        chain.engine.run(chain.state, steering(DEFAULT), 300)


@pytest.mark.parametrize("parts", [2, 3])
def test_routes_of_the_parts_are_told_as_those_of_the_whole(
    engine: PlainEngine, parts: int
) -> None:
    state = _planned(engine)
    shared = Shared(engine, state, threads=parts, parts=parts, seed=3)
    _ran(shared)
    told = sorted(shared.routes())
    assert shared.exchange()  # the plan of the whole is in the state now
    whole = list(current_routes(engine.instance, state))
    assert [route[:2] for route in told] == [route[:2] for route in whole]
    assert [route.cost for route in told] == pytest.approx([route.cost for route in whole])


def test_all_go_on_from_a_plan_that_is_better_and_from_no_other(engine: PlainEngine) -> None:
    state = _planned(engine)
    first = state.lists[s.BEST_NEXT].copy()
    shared = Shared(engine, state, threads=2, parts=2, seed=3)
    _ran(shared)
    found = shared.best()
    shared.go_on(first)
    assert shared.best() == pytest.approx(found)
    assert float(shared.finish().costs[s.BEST]) == pytest.approx(found)
    better = _planned(engine)
    for temperature in (3.0, 1.0, 0.3, 0.1):
        better.costs[s.TEMPERATURE] = temperature
        engine.run(better, steering(DEFAULT), 2000)
    assert better.costs[s.BEST] < found
    shared.go_on(better.lists[s.BEST_NEXT].copy())
    assert shared.best() == pytest.approx(float(better.costs[s.BEST]))
    assert float(shared.finish().costs[s.BEST]) == pytest.approx(float(better.costs[s.BEST]))


@pytest.mark.parametrize(("threads", "largest"), [(2, 70), (3, 70), (2, 12), (1, 30)])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_shared_plan_breaks_no_rule_and_comes_out_again(
    monkeypatch: pytest.MonkeyPatch, seed: int, threads: int, largest: int
) -> None:
    monkeypatch.setattr("homeserve_dispatch.search.ways.ORDERS_A_PART", 1)
    monkeypatch.setattr("homeserve_dispatch.search.ways.LARGEST_PART", largest)
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


def _with_a_break(day: Problem) -> Problem:
    """One worker has a break: no more is needed for the other kernel."""
    first = day.workers[0]
    start = first.shifts[0].start
    lunch = Break(duration=timedelta(minutes=20), earliest=start, latest=start + timedelta(hours=2))
    shifts = (first.shifts[0].model_copy(update={"breaks": (lunch,)}), *first.shifts[1:])
    workers = (first.model_copy(update={"shifts": shifts}), *day.workers[1:])
    return day.model_copy(update={"workers": workers})


@pytest.mark.parametrize("ruled", [False, True])
def test_a_chain_that_is_told_enough_does_nothing_more(day: Problem, *, ruled: bool) -> None:
    engine: Engine = PlainEngine(encode(day).instance)
    if ruled:
        encoded = encode_rules(_with_a_break(day))
        engine = RuleEngine(encoded.instance, encoded.rules, encoded.fixed)
    state = engine.new_state(1, 0)
    engine.load_empty(state)
    state.costs[s.TEMPERATURE] = 1.0
    state.numbers[s.ENOUGH] = 1
    engine.run(state, steering(DEFAULT), 10)
    assert state.numbers[s.ITERATIONS] == 0
    state.numbers[s.ENOUGH] = 0
    engine.run(state, steering(DEFAULT), 10)
    assert state.numbers[s.ITERATIONS] == 10


class _Slow:
    """Would go on and on, if nobody told it to end."""

    def __init__(self) -> None:
        self.ended = threading.Event()

    def run(self, state, parameters, iterations) -> None:  # noqa: ARG002
        for _ in range(10_000):
            if state.numbers[s.ENOUGH]:
                return self.ended.set()
            threading.Event().wait(0.001)
        return None


def test_no_thread_waits_for_a_slower_one(engine: PlainEngine) -> None:
    slow = _Slow()
    chains = [Chain(slow, engine.new_state(1, 0)), Chain(engine, _planned(engine, 1))]
    runs = annealing.until_one_ends(chains, steering(DEFAULT), 50)
    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(run) for run in runs]:
            one.result()
    assert slow.ended.is_set()
    assert [int(chain.state.numbers[s.ITERATIONS]) for chain in chains] == [0, 50]


@pytest.mark.parametrize("threads", [1, 3])
def test_iterations_told_are_those_that_were_done(
    monkeypatch: pytest.MonkeyPatch, day: Problem, threads: int
) -> None:
    done = []
    run = PlainEngine.run

    def counted(self, state, parameters, iterations) -> None:
        before = int(state.numbers[s.ITERATIONS])
        run(self, state, parameters, iterations)
        done.append(int(state.numbers[s.ITERATIONS]) - before)

    monkeypatch.setattr(PlainEngine, "run", counted)
    plan = solve(day, stop=TimeLimit(0.5), seed=1, threads=threads)
    searched = sum(done) - pace.PACED  # those by which the pace was measured came to nothing
    # Rounded up to whole iterations of each thread, once a slice.
    assert searched <= plan.iterations <= searched + len(done) * threads
