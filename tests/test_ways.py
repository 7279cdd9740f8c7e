"""Which way of searching a problem gets."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import pytest

from homeserve_dispatch import Iterations, NoImprovement, TimeLimit
from homeserve_dispatch.datasets import generate_day
from homeserve_dispatch.encode import encode
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.building import build_first
from homeserve_dispatch.search.engine import PlainEngine, routes_of
from homeserve_dispatch.search.pace import expected
from homeserve_dispatch.search.settings import DEFAULT
from homeserve_dispatch.search.watch import Watch
from homeserve_dispatch.search.ways import Way, parts_shared, way
from homeserve_dispatch.stop import AnyOf, Stop

ORDERS = 30
SHORT = {"roomy": 100.0}  # no shift has room for so many
LONG = {"roomy": 2.0}


@pytest.fixture(scope="module")
def engine() -> PlainEngine:
    return PlainEngine(encode(generate_day(ORDERS, seed=2)).instance)


@pytest.mark.parametrize(
    ("changes", "an_order", "shared", "unassigned", "begun", "expects"),
    [
        (SHORT, DEFAULT.gathered, False, 0, False, Way.GATHER),
        (SHORT, DEFAULT.gathered, False, 3, True, Way.GATHER),
        (SHORT, DEFAULT.gathered_shared, True, 3, True, Way.GATHER),
        (SHORT, DEFAULT.gathered_shared - 1, True, 3, True, Way.ANNEAL),
        (SHORT, math.inf, False, 3, True, Way.GATHER),
        (SHORT, DEFAULT.gathered - 1, False, 0, False, Way.ANNEAL),
        (LONG, DEFAULT.bred, False, 0, False, Way.BREED),
        (LONG, DEFAULT.bred - 1, False, 0, False, Way.DIVIDE),
        (LONG, None, False, 1, False, Way.ANNEAL),
        (LONG, None, False, 0, True, Way.DIVIDE),
        (LONG, None, True, 0, False, Way.ANNEAL),
        (LONG, math.inf, False, 0, False, Way.DIVIDE),
    ],
)
def test_the_way_depends_on_routes_and_time(
    engine: PlainEngine, changes, an_order, shared, unassigned, begun, expects
) -> None:
    settings = replace(DEFAULT, **changes)

    def iterations() -> float:
        assert an_order is not None, "asked where it does not matter"
        return an_order * ORDERS

    found = way(
        engine.instance,
        settings,
        iterations=iterations,
        shared=shared,
        unassigned=unassigned,
        begun=begun,
    )
    assert found is expects


@pytest.mark.parametrize(
    ("orders", "threads", "unassigned", "iterations", "parts"),
    [
        (499, 2, 400, None, 0),
        (500, 2, 75, None, 2),
        (500, 1, 75, None, 0),
        (500, 2, 74, 2 * 2.5 * 500**2, 0),
        (500, 2, 74, 2 * 2.5 * 500**2 - 1, 2),
        (500, 2, 0, math.inf, 2),
        (1100, 1, 1100, None, 2),
        (2100, 2, 2100, None, 4),
    ],
)
def test_threads_share_a_plan_where_much_is_left_out_or_there_is_little_time(
    orders: int, threads: int, unassigned: int, iterations: float | None, parts: int
) -> None:
    def told() -> float:
        assert iterations is not None, "asked where it does not matter"
        return iterations

    found = parts_shared(orders, threads, DEFAULT, iterations=told, unassigned=unassigned)
    assert found == parts


@pytest.mark.parametrize(
    ("stop", "least", "most"),
    [
        (Iterations(700), 2100, 2100),
        (AnyOf(TimeLimit(1e6), Iterations(700)), 2100, 2100),
        (TimeLimit(1e6), 1e6, 1e15),
        (NoImprovement(iterations=700), math.inf, math.inf),
    ],
)
def test_iterations_of_a_run_are_told_beforehand(
    engine: PlainEngine, stop: Stop, least: float, most: float
) -> None:
    state = engine.new_state(1, 0)
    watch = Watch(stop, threads=3, started=time.perf_counter(), on_progress=None)
    build_first(engine, state, watch, None)
    before, plan = float(state.costs[s.BEST]), routes_of(engine.instance, state)
    assert least <= expected(engine, state, watch, DEFAULT, 0.1) <= most
    assert state.costs[s.BEST] == before
    assert routes_of(engine.instance, state) == plan
