"""Stops: what part of a budget is used, what may still be done, and why a search ended."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeserve_dispatch import Iterations, NoImprovement, Target, TimeLimit
from homeserve_dispatch.stop import AllOf, AnyOf, Budget, Standing, Stop


def standing(
    seconds: float = 0.0,
    iterations: int = 0,
    best_cost: float = 100.0,
    improved_at_seconds: float = 0.0,
    improved_at_iteration: int = 0,
) -> Standing:
    return Standing(seconds, iterations, best_cost, improved_at_seconds, improved_at_iteration)


def test_a_time_limit_is_used_up_with_time() -> None:
    stop = TimeLimit(10)
    assert stop.used(standing(seconds=4)) == pytest.approx(0.4)
    assert stop.left(standing(seconds=4)) == Budget(seconds=6)
    assert stop.used(standing(seconds=10)) == stop.used(standing(seconds=99)) == 1
    assert stop.left(standing(seconds=99)) == Budget(seconds=0)
    assert stop.reason(standing()) == "time_limit"


def test_a_number_of_iterations_is_used_up_with_them() -> None:
    stop = Iterations(200)
    assert stop.used(standing(iterations=50)) == 0.25
    assert stop.left(standing(iterations=50)) == Budget(iterations=150)
    assert stop.used(standing(iterations=201)) == 1
    assert stop.left(standing(iterations=201)) == Budget(iterations=0)
    assert stop.reason(standing()) == "iterations"


@pytest.mark.parametrize("stop", [TimeLimit(0), Iterations(0)])
def test_a_budget_of_nothing_is_used_up_from_the_start(stop: Stop) -> None:
    assert stop.used(standing()) == 1


def test_no_improvement_counts_from_the_last_one() -> None:
    stop = NoImprovement(iterations=100)
    at = standing(iterations=530, improved_at_iteration=500)
    assert stop.used(at) == pytest.approx(0.3)
    assert stop.left(at) == Budget(iterations=70)
    assert stop.reason(at) == "no_improvement"
    stop = NoImprovement(seconds=8)
    at = standing(seconds=12, improved_at_seconds=10)
    assert stop.used(at) == 0.25
    assert stop.left(at) == Budget(seconds=6)
    assert stop.used(standing(seconds=99)) == 1
    assert stop.left(standing(seconds=99)) == Budget(seconds=0)


def test_a_target_is_met_at_its_cost_or_below() -> None:
    stop = Target(90)
    assert stop.used(standing(best_cost=90.1)) == 0
    assert stop.left(standing(best_cost=90.1)) == Budget()
    assert stop.used(standing(best_cost=90)) == stop.used(standing(best_cost=10)) == 1
    assert stop.left(standing(best_cost=10)) == Budget(0, 0)
    assert stop.reason(standing()) == "target"


def test_a_target_is_met_by_a_cost_that_differs_only_in_rounding() -> None:
    assert Target(1e6).used(standing(best_cost=1e6 + 1e-6)) == 1
    assert Target(0).used(standing(best_cost=1e-10)) == 1


def test_either_of_two_ends_the_search() -> None:
    stop = TimeLimit(10) | Iterations(100)
    at = standing(seconds=2, iterations=90)
    assert stop.used(at) == 0.9
    assert stop.left(at) == Budget(8, 10)
    assert stop.reason(standing(seconds=2, iterations=100)) == "iterations"
    assert stop.reason(standing(seconds=10, iterations=3)) == "time_limit"


def test_both_of_two_must_be_used_up() -> None:
    stop = TimeLimit(10) & Iterations(100)
    at = standing(seconds=10, iterations=90)
    assert stop.used(at) == 0.9
    assert stop.left(at) == Budget(math.inf, 10)
    assert stop.used(standing(seconds=10, iterations=100)) == 1
    assert stop.left(standing(seconds=10, iterations=100)) == Budget(0, 0)


def test_stops_nest() -> None:
    stop = (Target(5) & Iterations(10)) | TimeLimit(60)
    assert stop.used(standing(iterations=10, best_cost=6)) == 0
    assert stop.used(standing(iterations=10, best_cost=5)) == 1
    assert stop.used(standing(seconds=60)) == 1
    assert stop.reason(standing(seconds=60)) == "time_limit"


def test_the_reason_of_both_is_that_of_the_one_listed_last() -> None:
    at = standing(seconds=60, iterations=10)
    assert (Iterations(10) & TimeLimit(60)).reason(at) == "time_limit"
    assert (TimeLimit(60) & Iterations(10)).reason(at) == "iterations"


def test_stops_compare_and_show_what_they_are() -> None:
    assert TimeLimit(3) | Target(1) == AnyOf(TimeLimit(3), Target(1))
    assert TimeLimit(3) & Target(1) == AllOf(TimeLimit(3), Target(1))
    assert TimeLimit(3) & Target(1) != TimeLimit(3) | Target(1)
    assert len({TimeLimit(3) | Target(1), TimeLimit(3) | Target(1)}) == 1
    assert repr(TimeLimit(3) | Target(1)) == "TimeLimit(seconds=3) | Target(cost=1)"


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: TimeLimit(-1), "time limit must be a finite number >= 0, not -1"),
        (lambda: TimeLimit(math.nan), "time limit"),
        (lambda: TimeLimit(math.inf), "time limit"),
        (lambda: Iterations(-1), "iterations must be >= 0, not -1"),
        (lambda: NoImprovement(), "either iterations or seconds"),
        (lambda: NoImprovement(iterations=1, seconds=1), "either iterations or seconds"),
        (lambda: NoImprovement(iterations=0), "iterations must be >= 1, not 0"),
        (lambda: NoImprovement(seconds=0), "seconds must be a finite number > 0, not 0"),
        (lambda: NoImprovement(seconds=math.nan), "seconds must be"),
        (lambda: Target(math.nan), "cannot be NaN"),
        (lambda: AnyOf(), "at least one stop"),
        (lambda: AllOf(), "at least one stop"),
    ],
)
def test_a_stop_that_makes_no_sense_is_refused(make: type[Stop], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        make()


SIMPLE = st.one_of(
    st.integers(0, 20).map(TimeLimit),
    st.integers(0, 20).map(Iterations),
    st.integers(1, 20).map(lambda count: NoImprovement(iterations=count)),
    st.integers(1, 20).map(lambda count: NoImprovement(seconds=count)),
    st.integers(0, 20).map(Target),
)
STOPS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda some: AnyOf(*some)),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: AllOf(*some)),
    ),
    max_leaves=5,
)


@given(STOPS, st.integers(0, 25), st.integers(0, 25), st.integers(0, 25), st.data())
def test_a_stop_that_is_not_met_leaves_something_to_do(
    stop: Stop, seconds: int, iterations: int, cost: int, data: st.DataObject
) -> None:
    at = standing(
        seconds,
        iterations,
        cost,
        data.draw(st.integers(0, seconds)),
        data.draw(st.integers(0, iterations)),
    )
    used, left = stop.used(at), stop.left(at)
    assert 0 <= used <= 1
    assert stop.reason(at) in {"time_limit", "iterations", "no_improvement", "target"}
    if used < 1:
        assert left.seconds > 0
        assert left.iterations > 0
    else:
        assert min(left.seconds, left.iterations) <= 0
