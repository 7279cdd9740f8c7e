"""A population of plans: two made one, and what is kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from homeserve_dispatch import Iterations, Problem, check, score
from homeserve_dispatch.datasets import generate_day
from homeserve_dispatch.encode import encode
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.breeding import Breeding, Task, sizes
from homeserve_dispatch.search.building import build_orders
from homeserve_dispatch.search.crossing import cross
from homeserve_dispatch.search.engine import PlainEngine, routes_of
from homeserve_dispatch.search.settings import DEFAULT
from homeserve_dispatch.search.steering import steering
from homeserve_dispatch.solver import solve

ORDERS = 40


@pytest.fixture(scope="module")
def day() -> Problem:
    return generate_day(ORDERS, seed=3, tightness="loose")  # the first plan leaves nothing out


@pytest.fixture(scope="module")
def engine(day: Problem) -> PlainEngine:
    return PlainEngine(encode(day).instance)


def _planned(engine: PlainEngine, which: int):
    state = engine.new_state(1, which)
    engine.load_empty(state)
    engine.build(state, build_orders(engine.instance)[which])
    return state


def _breeding(engine: PlainEngine, seed: int) -> Breeding:
    return Breeding(
        engine,
        [_planned(engine, 0), _planned(engine, 1)],
        sizes(ORDERS, 3000.0 * ORDERS, DEFAULT),
        routes=engine.first_routes(),
        orders=build_orders(engine.instance),
        settings=DEFAULT,
        hot=100.0,
        cold=1.0,
        seed=seed,
    )


@pytest.mark.parametrize("seed", range(30))
def test_a_plan_made_of_two_has_parts_of_both_and_no_order_twice(
    engine: PlainEngine, seed: int
) -> None:
    instance = engine.instance
    one, other = (routes_of(instance, _planned(engine, which)) for which in (0, 1))
    child = cross(instance, one, other, np.random.default_rng(seed))
    assert len(child) == len(instance.shifts)
    listed = [c for route in child for c in route]
    assert len(listed) == len(set(listed))
    kinds = instance.shifts[:, f.KIND]
    for v, route in enumerate(child):
        # What is there stands in the sequence of one parent, in a shift of the same kind.
        like = [one[v], *(it for w, it in enumerate(other) if kinds[w] == kinds[v])]
        assert any([c for c in it if c in set(route)] == list(route) for it in like)


def test_plans_that_are_alike_make_the_same_plan(engine: PlainEngine) -> None:
    routes = routes_of(engine.instance, _planned(engine, 0))
    child = cross(engine.instance, routes, routes, np.random.default_rng(0))
    assert {tuple(route) for route in child} == {tuple(route) for route in routes}


def test_the_best_of_a_population_is_kept_and_its_size_too(engine: PlainEngine) -> None:
    breeding = _breeding(engine, 5)
    before = breeding.best()
    for _ in range(40):
        tasks = breeding.turn(200)
        assert len(tasks) == 2
        for task in tasks:
            task()
        least = min(float(task.state.costs[s.BEST]) for task in tasks)
        breeding.take(tasks)
        assert breeding.best() == min(before, least)
        before = breeding.best()
    best = breeding.finish()
    assert float(best.costs[s.BEST]) == pytest.approx(before)
    assert breeding.unassigned() == int(best.numbers[s.N_ABSENT])


def test_a_turn_is_no_longer_than_is_left(engine: PlainEngine) -> None:
    breeding = _breeding(engine, 5)
    assert {task.iterations for task in breeding.turn(7)} == {7}


def test_a_larger_budget_means_more_plans_of_more_iterations() -> None:
    small, large = (sizes(100, 100 * DEFAULT.bred * more, DEFAULT) for more in (1, 100))
    assert small.plans < large.plans
    assert small.first < large.first
    assert small.child == large.child


def test_a_bred_plan_is_right_and_the_same_each_time(day: Problem) -> None:
    # Enough iterations an order for a population, and on short routes, too.
    stop, settings = Iterations(int(DEFAULT.bred) * ORDERS), replace(DEFAULT, roomy=0.0)
    one, two = (solve(day, stop=stop, seed=3, threads=2, settings=settings) for _ in range(2))
    assert one.routes == two.routes
    assert not check(day, one)
    assert one.cost.total == score(day, one).total
    assert one.cost.total < solve(day, stop=Iterations(0), threads=2).cost.total


def test_a_population_that_takes_nothing_in_any_more_is_begun_anew(engine: PlainEngine) -> None:
    breeding = _breeding(engine, 5)
    state = _planned(engine, 0)
    while len(breeding._members) < 3:
        tasks = breeding.turn(50)
        for task in tasks:
            task()
        breeding.take(tasks)
    best = breeding.best()
    again = [Task(engine, state, None, build_orders(engine.instance)[0], 1.0, 1, steering(DEFAULT))]
    for _ in range(1000):
        breeding.take(again)  # the plan with which it began, again and again
        if not breeding._members:
            break
    assert not breeding._members
    assert breeding.best() == best
    assert len(breeding.turn(50)) == 2


def test_the_first_plans_keep_to_their_limit_on_visits_where_there_is_no_other(
    day: Problem,
) -> None:
    instance = encode(day).instance
    shifts = instance.shifts.copy()
    shifts[:, f.LIMITED] = 0
    engine = PlainEngine(instance._replace(shifts=shifts))
    breeding = _breeding(engine, seed=4)
    limited = 0
    for _ in range(3):
        tasks = breeding.turn(200)
        for task in tasks:
            task()
            if task.engine is not engine:
                limited += 1
                most = int(task.engine.instance.shifts[:, f.MAX_VISITS].max())
                assert max(len(route) for route in routes_of(instance, task.state)) <= most
        breeding.take(tasks)
    assert limited >= 2
