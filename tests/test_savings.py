"""First plans by savings: what they join, and that the kernel can take them over whole."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given

from homeserve_dispatch import (
    Iterations,
    Location,
    ModeMatrix,
    Order,
    Problem,
    Shift,
    Skill,
    TimeLimit,
    TimeWindow,
    TravelMatrix,
    Worker,
    check,
    solve,
)
from homeserve_dispatch.encode import encode
from homeserve_dispatch.search import fields as f
from homeserve_dispatch.search import state as s
from homeserve_dispatch.search.engine import PlainEngine
from homeserve_dispatch.search.savings import savings_routes
from strategies import problems

START = datetime(2026, 5, 4, 8)


def _street(
    houses: list[int],
    *,
    workers: int = 6,
    loads: int = 100,
    windows: dict[int, tuple[int, int]] | None = None,
    skills: dict[int, str] | None = None,
) -> Problem:
    """Houses in one street, a minute from number to number; all workers start at number 0."""
    numbers = sorted({0, *houses})
    way = [[60 * abs(a - b) for b in numbers] for a in numbers]
    windows, skills = windows or {}, skills or {}
    known = sorted(set(skills.values()))
    return Problem(
        orders=[
            Order(
                id=str(house),
                location=Location(id=str(house)),
                duration=timedelta(minutes=5),
                demand={"boxes": 1},
                skills={skills[house]: 1} if house in skills else {},
                time_windows=[
                    TimeWindow(
                        earliest=START + timedelta(minutes=windows[house][0]),
                        latest=START + timedelta(minutes=windows[house][1]),
                    )
                ]
                if house in windows
                else [],
            )
            for house in houses
        ],
        workers=[
            Worker(
                id=f"w{number}",
                skills={known[number % len(known)]: Skill()} if known else {},
                shifts=[
                    Shift(
                        start=START,
                        end=START + timedelta(hours=12),
                        start_location=Location(id="0"),
                        end_location=Location(id="0"),
                        capacity={"boxes": loads},
                    )
                ],
            )
            for number in range(workers)
        ],
        travel=TravelMatrix(
            places=[str(number) for number in numbers],
            tables={"car": ModeMatrix(travel_time_s=way)},
        ),
    )


def _chains(problem: Problem) -> set[tuple[str, ...]]:
    routes = savings_routes(encode(problem).instance)
    return {tuple(problem.orders[c].id for c in route) for route in routes if route}


def test_neighbours_share_a_route() -> None:
    (route,) = _chains(_street([50, 51, 52]))
    assert route in {("50", "51", "52"), ("52", "51", "50")}


def test_what_lies_on_two_sides_saves_nothing_together() -> None:
    """Going by number 0 is no longer than ending there, and no shorter."""
    assert _chains(_street([-50, 50])) == {("-50",), ("50",)}


def test_capacity_ends_a_chain() -> None:
    chains = _chains(_street([50, 51, 52, 53], loads=2))
    assert sorted(map(len, chains)) == [2, 2]


def test_windows_say_what_comes_first() -> None:
    late = {50: (300, 320), 51: (60, 80)}
    assert _chains(_street([50, 51], windows=late)) == {("51", "50")}


def test_windows_too_close_keep_apart() -> None:
    both = {50: (60, 61), 90: (60, 91)}
    assert _chains(_street([50, 90], windows=both)) == {("50",), ("90",)}


def test_nobody_does_both() -> None:
    chains = _chains(_street([50, 51, 52], skills={50: "a", 51: "b", 52: "a"}))
    assert {frozenset(chain) for chain in chains} == {frozenset({"50", "52"}), frozenset({"51"})}


def test_fewer_shifts_than_chains_leave_orders_out() -> None:
    chains = _chains(_street([50, 51, 52, 53], loads=2, workers=1))
    assert sorted(map(len, chains)) == [2]


def test_the_kernel_takes_all_of_it() -> None:
    random = np.random.default_rng(3)
    houses = sorted({int(x) for x in random.integers(-200, 200, 60)} - {0})
    windows = {
        house: (int(begin), int(begin) + 40)
        for house, begin in zip(houses, random.integers(210, 400, len(houses)), strict=True)
        if begin % 2
    }
    instance = encode(_street(houses, workers=len(houses), loads=9, windows=windows)).instance
    routes = savings_routes(instance)
    assert sorted(c for route in routes for c in route) == list(range(len(houses)))
    engine = PlainEngine(instance)
    state = engine.new_state(0, 0)
    engine.load_empty(state)
    engine.follow(state, routes)
    assert state.numbers[s.N_ABSENT] == 0


def test_solve_begins_with_it_where_workers_are_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def watched(instance):
        seen.append(savings_routes(instance))
        return seen[-1]

    monkeypatch.setattr("homeserve_dispatch.search.engine.savings_routes", watched)
    problem = _street([50, 51, -50, -51], windows={51: (60, 500)})
    plan = solve(problem, stop=Iterations(1), threads=1)
    assert check(problem, plan) == []
    assert len(seen) == 1
    apart = _street([50, 51, -50, -51], skills={50: "a", 51: "b", -50: "c", -51: "d"})
    solve(apart, stop=Iterations(1), threads=1)
    assert len(seen) == 1
    solve(problem, stop=TimeLimit(0.001), threads=1)  # no time for it
    assert len(seen) == 1


@given(problem=problems())
def test_every_order_is_in_one_chain_at_most_and_with_somebody_who_may(problem: Problem) -> None:
    instance = encode(problem).instance
    routes = savings_routes(instance)
    assert len(routes) == len(instance.shifts)
    listed = [c for route in routes for c in route]
    assert len(set(listed)) == len(listed)
    for v, route in enumerate(routes):
        assert np.isfinite(instance.pairs[instance.orders[route, f.ROW], v]).all()
    engine = PlainEngine(instance)
    state = engine.new_state(0, 0)
    engine.load_empty(state)
    engine.follow(state, routes)
    there = sum(int(state.routes[v, f.COUNT]) for v in range(len(routes)))
    assert there == len(problem.orders) - state.numbers[s.N_ABSENT]
