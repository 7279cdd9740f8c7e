"""The generator makes days that look real, and the same ones everywhere."""

from __future__ import annotations

import hashlib
import itertools
import math
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from homeserve_dispatch import Iterations, read_problem, solve
from homeserve_dispatch.datasets import RATIOS, generate_day
from homeserve_dispatch.datasets.dice import Dice, apportion
from homeserve_dispatch.model import Order, Problem, Shift, Streets, Worker


@pytest.fixture(scope="module")
def tight() -> Problem:
    return generate_day(500, seed=1)


@pytest.fixture(scope="module")
def loose() -> Problem:
    return generate_day(500, seed=1, tightness="loose")


def able(problem: Problem, order: Order) -> list[Worker]:
    """Workers who may do the order, going by skills, tags, people and areas only."""
    asked = problem.effective(order)
    return [
        worker
        for worker in problem.workers
        if all(
            name in worker.skills
            and worker.skills[name].level >= level
            and worker.skills[name].holds_on(worker.shifts[0].start.date())
            for name, level in asked.skills.items()
        )
        and set(asked.required_tags) <= set(worker.tags)
        and not set(asked.forbidden_tags) & set(worker.tags)
        and (not order.required_workers or worker.id in order.required_workers)
        and worker.id not in order.forbidden_workers
        and (not worker.areas or order.area in worker.areas)
    ]


def digest(problem: Problem) -> str:
    return hashlib.sha256(problem.model_dump_json().encode()).hexdigest()


@pytest.mark.parametrize("orders", [1, 10, 50, 120, 2000])
@pytest.mark.parametrize("tightness", ["tight", "loose"])
def test_a_day_has_as_many_orders_as_asked_and_workers_in_proportion(
    orders: int, tightness: str
) -> None:
    problem = generate_day(orders, seed=3, tightness=tightness)
    assert len(problem.orders) == orders
    assert len(problem.workers) == max(1, round(orders / RATIOS[tightness]))


def test_the_standard_day_is_500_orders_for_70_workers(tight: Problem) -> None:
    assert (len(tight.orders), len(tight.workers)) == (500, 70)


def test_the_same_seed_gives_the_same_day_in_another_process(tight: Problem) -> None:
    code = (
        "import hashlib; from homeserve_dispatch.datasets import generate_day;"
        "print(hashlib.sha256(generate_day(500, seed=1).model_dump_json().encode()).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == digest(tight)


def test_the_committed_sample_is_what_the_generator_makes() -> None:
    sample = Path(__file__).parents[2] / "examples/data/doggerhaven-120"
    assert read_problem(sample) == generate_day(120, seed=7)


def test_another_seed_gives_another_day() -> None:
    assert digest(generate_day(50, seed=1)) != digest(generate_day(50, seed=2))


def test_generating_draws_nothing_from_the_shared_random_state() -> None:
    import random

    random.seed(5)
    before = random.getstate()
    generate_day(20, seed=1)
    assert random.getstate() == before


def test_every_order_has_somebody_who_may_do_it(loose: Problem) -> None:
    assert [order.id for order in loose.orders if not able(loose, order)] == []


def test_every_order_fits_the_shift_of_somebody_who_may_do_it(loose: Problem) -> None:
    def fits(order: Order, shift: Shift) -> bool:
        asked = loose.effective(order)
        length = asked.duration + asked.setup
        until = shift.overtime_until or shift.end
        windows = [
            (w.earliest - length, w.latest - length)
            if w.bounds == "finish"
            else (w.earliest, w.latest)
            for w in order.time_windows
        ] or [(order.release or shift.start, order.respond_by or until)]
        return any(
            max(first, shift.start) <= last and max(first, shift.start) + length <= until
            for first, last in windows
        )

    left = [
        order.id
        for order in loose.orders
        if not any(fits(order, shift) for worker in able(loose, order) for shift in worker.shifts)
    ]
    assert left == []


def test_a_tight_day_has_more_work_than_a_loose_one_for_each_worker(
    tight: Problem, loose: Problem
) -> None:
    def busy(problem: Problem) -> float:
        asked = [problem.effective(order) for order in problem.orders]
        work = sum((a.duration + a.setup for a in asked), timedelta(0))
        time = sum((s.end - s.start for w in problem.workers for s in w.shifts), timedelta(0))
        return work / time

    assert busy(loose) < 0.75 < 0.9 < busy(tight)


def test_all_of_a_loose_day_fits() -> None:
    problem = generate_day(50, seed=1, tightness="loose")
    assert solve(problem, stop=Iterations(5000), threads=1).unassigned == ()


def test_a_tight_day_leaves_about_a_sixth_out() -> None:
    plan = solve(generate_day(120, seed=1), stop=Iterations(5000), threads=1)
    assert 0.1 <= len(plan.unassigned) / 120 <= 0.25


def test_a_number_sets_the_orders_for_each_worker() -> None:
    assert len(generate_day(100, tightness=10.0).workers) == 10


def test_a_day_uses_most_of_what_orders_and_workers_can_say(tight: Problem) -> None:
    orders, workers = tight.orders, tight.workers
    shifts = [shift for worker in workers for shift in worker.shifts]
    for name in (
        "duration release respond_by resolve_by required_tags preferred_tags forbidden_tags area "
        "required_workers preferred_workers forbidden_workers priority time_windows"
    ).split():
        assert any(getattr(order, name) for order in orders), name
    assert any(len(order.time_windows) == 2 for order in orders)
    assert any(not order.time_windows for order in orders)
    assert {w.soft for order in orders for w in order.time_windows} == {True, False}
    assert {w.bounds for order in orders for w in order.time_windows} == {"start", "finish"}
    assert {worker.mode for worker in workers} == {"car", "bicycle", "transit"}
    assert {len(worker.shifts) for worker in workers} == {1, 2}
    assert any(worker.preferred_areas for worker in workers)
    assert any(shift.overtime_until for shift in shifts)
    assert any(shift.end_location is None for shift in shifts)
    assert any(shift.capacity for shift in shifts)
    assert any(shift.max_travel for shift in shifts)
    assert {order.service for order in orders} == {service.id for service in tight.services}


def test_skills_differ_in_rarity(tight: Problem) -> None:
    held = Counter(name for worker in tight.workers for name in worker.skills)
    assert max(held.values()) > 4 * min(held.values())
    levels = {skill.level for worker in tight.workers for skill in worker.skills.values()}
    assert levels == {1, 2, 3}


def test_customers_share_addresses_at_residences(tight: Problem) -> None:
    places = Counter(order.location.key for order in tight.orders)
    assert max(places.values()) >= 3
    assert "Residence" in str(places.most_common(1)[0][0])


def test_one_address_is_always_the_same_point(tight: Problem) -> None:
    points: dict[str | None, set[tuple[float | None, float | None]]] = {}
    for order in tight.orders:
        points.setdefault(order.location.id, set()).add((order.location.lat, order.location.lon))
    assert {len(found) for found in points.values()} == {1}


def test_districts_differ_in_density(tight: Problem) -> None:
    sizes = sorted(Counter(order.area for order in tight.orders).values())
    assert sizes[-1] >= 3 * sizes[0]


def test_travel_obeys_the_triangle_inequality(tight: Problem) -> None:
    assert isinstance(tight.travel, Streets)
    places = [order.location for order in tight.orders[:25]]
    for a, b, c in itertools.permutations(places, 3):
        straight = tight.travel.leg(a, c, "bicycle")
        first, second = tight.travel.leg(a, b, "bicycle"), tight.travel.leg(b, c, "bicycle")
        assert straight.time_ms <= first.time_ms + second.time_ms
        assert straight.distance_m <= first.distance_m + second.distance_m


def test_the_city_grows_with_the_orders_and_stays_as_dense() -> None:
    def reach(problem: Problem) -> float:
        assert isinstance(problem.travel, Streets)
        flat = [problem.travel.flat(order.location) for order in problem.orders]
        return math.sqrt(sum(x * x + y * y for x, y in flat) / len(flat))

    assert reach(generate_day(4000, seed=2)) / reach(generate_day(1000, seed=2)) == pytest.approx(
        2.0, rel=0.15
    )


def test_shifts_and_windows_lie_on_the_days_asked_for() -> None:
    problem = generate_day(60, seed=4, days=3, start=date(2026, 6, 1))
    days = {date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3)}
    assert {shift.start.date() for w in problem.workers for shift in w.shifts} == days
    windows = [window for order in problem.orders for window in order.time_windows]
    assert {window.earliest.date() for window in windows} == days
    assert len(problem.workers) == round(20 / RATIOS["tight"])


def test_times_are_whole_minutes_without_a_zone(tight: Problem) -> None:
    moments: list[datetime] = [m for order in tight.orders for _, m in order.moments()]
    assert {(m.tzinfo, m.second, m.microsecond) for m in moments} == {(None, 0, 0)}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"orders": 0}, "orders must be >= 1, not 0"),
        ({"days": 0}, "days must be >= 1, not 0"),
        ({"tightness": "snug"}, "not 'snug'"),
        ({"tightness": 0.0}, "not 0.0"),
        ({"tightness": math.nan}, "not nan"),
    ],
)
def test_an_argument_out_of_range_is_named(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        generate_day(**arguments)  # type: ignore[arg-type]


def test_seats_are_apportioned_in_proportion_and_add_up() -> None:
    assert apportion({"a": 5.0, "b": 3.0, "c": 1.0}, 4) == {"a": 2, "b": 1, "c": 1}
    assert apportion({"a": 0.0, "b": 0.0}, 2) == {"a": 1, "b": 1}


def test_some_picks_different_items_and_all_where_there_are_too_few() -> None:
    dice = Dice(0, "test")
    assert len(set(dice.some(range(100), 20))) == 20
    assert sorted(dice.some("abc", 5)) == ["a", "b", "c"]


def test_among_follows_the_weights() -> None:
    dice = Dice(0, "test")
    drawn = Counter(dice.among("ab", [1.0, 4.0]) for _ in range(4000))
    assert drawn["b"] / drawn["a"] == pytest.approx(3.0, rel=0.15)
