"""Why an order is left out where rules bind it to others, days, breaks, tools and locks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from homeserve_dispatch import (
    Break,
    Iterations,
    Location,
    Lock,
    ModeMatrix,
    Objective,
    Order,
    Plan,
    Problem,
    Reason,
    Recurrence,
    Restock,
    Role,
    Shift,
    TimeWindow,
    TravelMatrix,
    Unassigned,
    Worker,
    reasons_rules,
    solve,
)
from homeserve_dispatch.model import (
    AllOrNone,
    Customer,
    DifferentWorkers,
    SameTime,
    SameWorker,
    Sequence,
)
from strategies import ruled_problems

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PLACES = ("home", "a", "b", "c", "island")
HOME = Location(id="home")


def _seconds(x: str, y: str) -> float | None:
    if x == y:
        return 0
    return None if "island" in (x, y) else 600


TRAVEL = TravelMatrix(
    places=PLACES,
    tables={"car": ModeMatrix(travel_time_s=[[_seconds(x, y) for y in PLACES] for x in PLACES])},
)


def at(hour: int, minute: int = 0, day: int = 4) -> datetime:
    return datetime(2026, 5, day, hour, minute)


def window(begin: int, end: int, day: int = 4) -> tuple[TimeWindow]:
    return (TimeWindow(earliest=at(begin, day=day), latest=at(end, day=day)),)


def order(name: str, place: str = "a", **fields: Any) -> Order:
    return Order(id=name, location=Location(id=place), **({"duration": HOUR} | fields))


def shift(day: int = 4, begin: int = 8, end: int = 16, **fields: Any) -> Shift:
    return Shift(start=at(begin, day=day), end=at(end, day=day), start_location=HOME, **fields)


def worker(name: str, *shifts: Shift, **fields: Any) -> Worker:
    return Worker(id=name, shifts=shifts or (shift(),), **fields)


def left_out(orders: Iterable[Order], workers: Iterable[Worker], **fields: Any) -> list[Unassigned]:
    """What a short search leaves out; the idle weight makes any problem one with rules."""
    objective = fields.pop("objective", Objective(idle_time=1e-6))
    problem = Problem(
        orders=tuple(orders),
        workers=tuple(workers),
        travel=TRAVEL,
        objective=objective,
        **fields,
    )
    plan: Plan = solve(problem, stop=Iterations(30), threads=1)
    return list(plan.unassigned)


def why(orders: Iterable[Order], workers: Iterable[Worker], **fields: Any) -> tuple[Reason, ...]:
    """The reasons of the only order that is left out."""
    (left,) = left_out(orders, workers, **fields)
    assert left.details
    return left.reasons


def test_an_order_locked_as_left_out_says_so() -> None:
    assert why([order("A")], [worker("Ana")], locks=[Lock(order="A", unassigned=True)]) == (
        Reason.LOCK,
    )


def test_what_goes_with_an_order_locked_as_left_out_says_which() -> None:
    left = left_out(
        [order("A"), order("B")],
        [worker("Ana")],
        relations=[AllOrNone(orders=("A", "B"))],
        locks=[Lock(order="A", unassigned=True)],
    )
    assert [one.reasons for one in left] == [
        (Reason.LOCK,),
        (Reason.RELATION, Reason.LOCK),
    ]
    assert "'A'" in left[1].details


def test_a_lock_that_cannot_be_kept_is_named_with_what_keeps_it() -> None:
    lock = Lock(order="A", worker="Ana", start=at(7, 30))
    (left,) = left_out([order("A")], [worker("Ana"), worker("Ben")], locks=[lock])
    assert left.reasons[0] is Reason.LOCK
    assert "worker 'Ana', start 2026-05-04 07:30" in left.details


def test_a_lock_to_a_worker_without_a_shift_cannot_be_kept() -> None:
    idle = Worker(id="Ida")
    assert why([order("A")], [worker("Ana"), idle], locks=[Lock(order="A", worker="Ida")]) == (
        Reason.LOCK,
        Reason.SHIFT,
    )


def test_a_role_that_nobody_may_do_is_named() -> None:
    crew = [Role(), Role(name="helper", skills={"lift": 1})]
    (left,) = left_out([order("A", crew=crew)], [worker("Ana"), worker("Ben")])
    assert left.reasons == (Reason.SKILL,)
    assert left.details == "role 'helper': 2 workers: a skill is lacking"


@pytest.mark.parametrize(
    ("asked", "reason", "words"),
    [
        ({"tools": ("ladder",)}, Reason.TOOL, "the tool 'ladder'"),
        ({"demand": {"pipe": 3}}, Reason.CAPACITY, "3 of 'pipe'"),
    ],
)
def test_what_nobody_carries_is_named(asked: dict[str, Any], reason: Reason, words: str) -> None:
    depot = Restock(location=Location(id="b"), tools=("drill",), amounts={"pipe": 2})
    (left,) = left_out([order("A", **asked)], [worker("Ana", shift(restock=depot))])
    assert left.reasons == (reason,)
    assert words in left.details


def test_what_is_not_worth_its_cost_says_both_figures() -> None:
    objective = Objective(travel_time=60, idle_time=1e-6)
    (left,) = left_out([order("A", skip_cost=1)], [worker("Ana")], objective=objective)
    assert left.reasons == (Reason.NOT_WORTH_IT,)
    assert "leaving it out 1.00" in left.details


@pytest.mark.parametrize(
    ("asked", "stretch", "more", "reason"),
    [
        ({"time_windows": window(7, 8)}, {}, {}, Reason.TIME_WINDOW),
        ({"duration": 9 * HOUR}, {}, {}, Reason.SHIFT),
        ({"location": Location(id="island")}, {}, {}, Reason.UNREACHABLE),
        ({}, {"max_travel": MINUTE}, {}, Reason.MAX_TRAVEL),
        ({}, {"max_work": MINUTE}, {}, Reason.MAX_WORK),
        ({}, {"max_visits": 0}, {}, Reason.MAX_VISITS),
        ({}, {}, {"max_work": MINUTE}, Reason.MAX_WORK),
        (
            {"duration": 7 * HOUR},
            {"breaks": (Break(duration=HOUR, earliest=at(8), latest=at(16)),)},
            {},
            Reason.BREAK,
        ),
    ],
)
def test_what_fits_nowhere_even_alone_says_what_is_wrong(
    asked: dict[str, Any], stretch: dict[str, Any], more: dict[str, Any], reason: Reason
) -> None:
    wanted = order("A").model_copy(update=asked)
    (left,) = left_out([wanted], [worker("Ana", shift(**stretch), **more)])
    assert left.reasons == (reason,)
    assert "'Ana'" in left.details


def test_breaks_that_exclude_each_other_leave_no_time_for_work() -> None:
    both = (
        Break(duration=HOUR, earliest=at(9), latest=at(9)),
        Break(duration=HOUR, earliest=at(9, 30), latest=at(9, 30)),
    )
    assert why([order("A")], [worker("Ana", shift(breaks=both))]) == (Reason.BREAK,)


def test_before_the_freeze_nobody_sets_out() -> None:
    wanted = [order("A", time_windows=window(8, 9))]
    assert why(wanted, [worker("Ana")], freeze_until=at(9)) == (Reason.TIME_WINDOW,)


def test_a_crew_needs_different_workers() -> None:
    crew = [Role(), Role()]
    (left,) = left_out([order("A", crew=crew)], [worker("Ana")])
    assert left.reasons == (Reason.CREW,)
    assert left.details == "its 2 roles need different workers, and only 'Ana' may do any"


def test_a_crew_needs_a_common_time() -> None:
    crew = [Role(), Role()]
    early, late = shift(begin=8, end=11), shift(begin=12, end=15)
    assert why([order("A", crew=crew)], [worker("Ana", early), worker("Ben", late)]) == (
        Reason.CREW,
    )


def test_relations_that_cannot_be_kept_name_the_other_order() -> None:
    left = left_out(
        [order("A", time_windows=window(9, 9)), order("B", time_windows=window(12, 12))],
        [worker("Ana"), worker("Ben")],
        relations=[SameTime(orders=("A", "B"))],
    )
    assert [one.reasons for one in left] == [(Reason.NO_ROOM, Reason.RELATION)]
    other = "'A'" if left[0].order == "B" else "'B'"
    assert f"bound to order {other}" in left[0].details


def test_all_or_none_that_can_never_be_done_together_is_a_relation() -> None:
    left = left_out(
        [order("A", time_windows=window(9, 9)), order("B", time_windows=window(12, 12))],
        [worker("Ana"), worker("Ben")],
        relations=[SameTime(orders=("A", "B")), AllOrNone(orders=("A", "B"))],
    )
    assert [one.reasons for one in left] == [(Reason.RELATION,), (Reason.RELATION,)]


def test_a_partner_that_cannot_be_done_is_named_with_its_reason() -> None:
    left = left_out(
        [order("A"), order("B", skills={"gas": 1})],
        [worker("Ana")],
        relations=[AllOrNone(orders=("A", "B"))],
    )
    assert [one.reasons for one in left] == [(Reason.RELATION, Reason.SKILL), (Reason.SKILL,)]
    assert "'B'" in left[0].details


def test_recurring_work_needs_days() -> None:
    times = Recurrence(times=3)
    two = worker("Ana", shift(4), shift(5))
    (left,) = left_out([order("A", recurrence=times)], [two])
    assert left.reasons == (Reason.RECURRENCE,)
    assert left.details == "it needs 3 days, and those who may do it have shifts on 2"


@pytest.mark.parametrize(
    "how",
    [
        Recurrence(times=2, max_gap_days=1),
        Recurrence(times=2, patterns=((date(2026, 5, 4), date(2026, 5, 5)),)),
    ],
)
def test_recurring_work_needs_days_that_suit(how: Recurrence) -> None:
    days = worker("Ana", shift(4), shift(6))
    assert why([order("A", recurrence=how)], [days]) == (Reason.RECURRENCE,)


def test_limits_of_the_worker_keep_recurring_work_out() -> None:
    times = Recurrence(times=2)
    rested = worker("Ana", shift(4), shift(5), max_days_in_row=1)
    assert Reason.MAX_DAYS in why([order("A", recurrence=times)], [rested])
    busy = worker("Ana", shift(4), shift(5), max_visits=1)
    assert Reason.MAX_VISITS in why([order("A", recurrence=times)], [busy])


def test_rest_after_other_work_keeps_an_order_out() -> None:
    late = order("A", time_windows=window(13, 13))
    early = order("B", time_windows=window(9, 9, day=5), skip_cost=1)
    ana = worker("Ana", shift(4), shift(5), min_rest=20 * HOUR)
    (left,) = left_out([late, early], [ana])
    assert (left.order, left.reasons) == ("B", (Reason.NO_ROOM, Reason.REST))
    assert "min_rest of 'Ana'" in left.details


def test_a_customer_who_may_know_no_more_workers() -> None:
    customer = Customer(id="c", history=("Old",), max_workers=1)
    workers = [worker("Ana"), Worker(id="Old")]
    (left,) = left_out([order("A", customer="c")], workers, customers=[customer])
    assert left.reasons == (Reason.CONTINUITY,)
    assert "customer 'c'" in left.details


def test_other_work_in_the_way_is_no_room_and_no_more() -> None:
    orders = [order("A", time_windows=window(9, 9)), order("B", "b", time_windows=window(9, 9))]
    (left,) = left_out(orders, [worker("Ana")])
    assert left.reasons == (Reason.NO_ROOM,)
    assert left.details == "'Ana' may do it, and other work is in the way"


def test_a_crew_that_others_leave_no_common_time_for() -> None:
    # Ana is free in the morning and Ben in the afternoon.
    orders = [
        order("A", duration=3 * HOUR, time_windows=window(12, 12), required_workers=("Ana",)),
        order("B", duration=3 * HOUR, time_windows=window(9, 9), required_workers=("Ben",)),
        order("C", duration=HOUR * 2, crew=[Role(), Role()], skip_cost=1),
    ]
    (left,) = left_out(orders, [worker("Ana"), worker("Ben")])
    assert (left.order, left.reasons) == ("C", (Reason.NO_ROOM, Reason.CREW))


def test_relations_bind_to_what_is_in_the_plan() -> None:
    orders = [
        order("A", time_windows=window(9, 9), required_workers=("Ana",)),
        order("B", "b", time_windows=window(9, 9), skip_cost=1),
    ]
    (left,) = left_out(
        orders, [worker("Ana"), worker("Ben")], relations=[SameWorker(orders=("A", "B"))]
    )
    assert (left.order, left.reasons) == ("B", (Reason.NO_ROOM, Reason.RELATION))
    (left,) = left_out(
        [orders[0], order("B", required_workers=("Ana",), skip_cost=1)],
        [worker("Ana"), worker("Ben")],
        relations=[DifferentWorkers(orders=("A", "B"))],
    )
    assert (left.order, left.reasons) == ("B", (Reason.NO_ROOM, Reason.RELATION))


def test_a_sequence_without_time_for_the_second() -> None:
    orders = [order("A", time_windows=window(14, 14)), order("B", skip_cost=1)]
    relation = Sequence(first="A", second="B", min_gap=2 * HOUR)
    (left,) = left_out(orders, [worker("Ana")], relations=[relation])
    assert (left.order, left.reasons) == ("B", (Reason.NO_ROOM, Reason.RELATION))


def test_locked_work_in_the_way_of_all_else() -> None:
    lock = Lock(order="A", worker="Ana", shift=0, start=at(9), position=0)
    orders = [order("A"), order("B", "b", time_windows=window(9, 9))]
    (left,) = left_out(orders, [worker("Ana")], locks=[lock])
    assert (left.order, left.reasons) == ("B", (Reason.LOCK,))


def test_without_trials_left_rules_are_named_untried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reasons_rules, "GAPS", 0)
    orders = [order("A", time_windows=window(9, 9), required_workers=("Ana",))]
    orders.append(order("B", "b", time_windows=window(9, 9), skip_cost=1))
    relations = [SameWorker(orders=("A", "B"))]
    (left,) = left_out(orders, [worker("Ana"), worker("Ben")], relations=relations)
    assert left.reasons == (Reason.NO_ROOM, Reason.RELATION)


@settings(max_examples=40)
@given(ruled_problems())
def test_whatever_is_left_out_has_reasons_and_words(problem: Problem) -> None:
    plan = solve(problem, stop=Iterations(20), threads=1)
    assert all(left.reasons and left.details for left in plan.unassigned)
