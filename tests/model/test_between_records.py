"""Faults between records: locks, customers, crews, breaks and what else refers to something."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from typing import Any

import pytest

from homeserve_dispatch import (
    Break,
    GreatCircle,
    InputError,
    Location,
    Order,
    Problem,
    ServiceType,
    Shift,
    TimeWindow,
    Worker,
)
from homeserve_dispatch.model import (
    AllOrNone,
    Customer,
    Lock,
    ModeMatrix,
    Recurrence,
    Restock,
    Role,
    SameTime,
    Sequence,
    TrafficPeriod,
    TravelMatrix,
)

HERE = Location(lat=48, lon=11)
EIGHT = datetime(2026, 5, 4, 8)
HOUR = timedelta(hours=1)
DAY = Shift(start=EIGHT, end=EIGHT + 8 * HOUR)


def order(identity: str = "A", **fields: Any) -> Order:
    return Order(**{"id": identity, "location": HERE, "duration": HOUR} | fields)


def worker(identity: str = "Ana", **fields: Any) -> Worker:
    return Worker(**{"id": identity, "shifts": [DAY]} | fields)


def error(**fields: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        Problem(**{"orders": [order("A"), order("B")], "workers": [worker()]} | fields)
    return caught.value


def faults(**fields: Any) -> list[str]:
    """The codes and places of all faults."""
    return [f"{issue.code} {issue.where}" for issue in error(**fields).issues]


def accepted(**fields: Any) -> Problem:
    return Problem(**{"orders": [order("A"), order("B")], "workers": [worker()]} | fields)


def test_relations_with_orders_that_do_not_exist_are_named_with_the_nearest() -> None:
    relations = [
        Sequence(first="A", second="C"),
        Sequence(first="D", second="B"),
        AllOrNone(orders=["A", "Bb"]),
    ]
    caught = error(relations=relations)
    assert [f"{issue.code} {issue.where}" for issue in caught.issues] == [
        "UNKNOWN_ORDER relation number 1, field second",
        "UNKNOWN_ORDER relation number 2, field first",
        "UNKNOWN_ORDER relation number 3, field orders",
    ]
    assert "did you mean 'B'?" in caught.issues[2].action


def test_a_relation_names_an_order_once() -> None:
    relations = [Sequence(first="A", second="A"), SameTime(orders=["B", "A", "B"])]
    caught = error(relations=relations)
    assert [issue.where for issue in caught.issues] == [
        "relation number 1, field second",
        "relation number 2, field orders",
    ]
    assert caught.issues[1].problem == "it names order 'B' 2 times"


def test_orders_with_a_recurrence_have_no_relations() -> None:
    weekly = order("B", recurrence=Recurrence(times=2))
    found = faults(
        orders=[order("A"), weekly],
        relations=[Sequence(first="A", second="B"), AllOrNone(orders=["A", "B"])],
    )
    assert found == [
        "BAD_VALUE relation number 1, field second",
        "BAD_VALUE relation number 2, field orders",
    ]


def test_recurring_work_has_no_crew_not_even_its_services() -> None:
    twice = Recurrence(times=2)
    services = [ServiceType(id="lift", crew=[Role(), Role()])]
    caught = error(
        orders=[
            order("A", recurrence=twice, crew=[Role(), Role()]),
            order("B", recurrence=twice, service="lift"),
            order("C", recurrence=twice, service="lift", crew=[]),
        ],
        services=services,
    )
    assert [issue.where for issue in caught.issues] == [
        "order 'A', field recurrence",
        "order 'B', field recurrence",
    ]
    assert "its service 'lift' has a crew" in caught.issues[1].problem


def test_the_first_role_has_no_offsets() -> None:
    late = Role(earliest_offset=HOUR, latest_offset=HOUR)
    found = faults(
        orders=[order("A", crew=[late, Role()]), order("B", crew=[Role(), late])],
        services=[ServiceType(id="s", crew=[Role(latest_offset=HOUR)])],
    )
    assert found == ["BAD_VALUE order 'A', field crew", "BAD_VALUE service 's', field crew"]


def test_roles_that_state_their_durations_need_none_of_the_order() -> None:
    crew = [Role(duration=HOUR), Role(duration=HOUR)]
    assert accepted(orders=[order("A", duration=None, crew=crew)])
    found = faults(orders=[order("A", duration=None, crew=[*crew, Role()])])
    assert found == ["MISSING_FIELD order 'A', field duration"]


def test_ratings_and_histories_that_name_nobody_are_faults_and_unlisted_customers_are_none() -> (
    None
):
    found = faults(
        workers=[worker(ratings={"boiler": 4})],
        customers=[Customer(id="C", history=["Ben"]), Customer(id="C")],
    )
    assert found == [
        "DUPLICATE_ID customer 'C', field id",
        "UNKNOWN_SERVICE worker 'Ana', field ratings",
        "UNKNOWN_WORKER customer 'C', field history",
    ]
    assert accepted(orders=[order("A", customer="nobody listed")])


def test_skills_of_roles_are_looked_at_too() -> None:
    crew = [Role(skills={"Gas": 1}), Role()]
    assert faults(orders=[order("A", crew=crew)], skills=["gas"]) == [
        "UNKNOWN_SKILL order 'A', field crew"
    ]
    assert faults(orders=[order("A", crew=crew)], workers=[worker(skills=["gas"])]) == [
        "UNKNOWN_SKILL order 'A', field crew"
    ]


@pytest.mark.parametrize(
    ("lock", "found"),
    [
        (Lock(order="C", unassigned=True), "UNKNOWN_ORDER lock number 1, field order"),
        (Lock(order="A", worker="Ben"), "UNKNOWN_WORKER lock number 1, field worker"),
        (Lock(order="A", worker="Ana", shift=1), "BAD_VALUE lock number 1, field shift"),
        (Lock(order="A", worker="Ana", role=1), "BAD_VALUE lock number 1, field role"),
        (Lock(order="A", worker="Ana", occurrence=1), "BAD_VALUE lock number 1, field occurrence"),
    ],
)
def test_a_lock_of_what_is_not_there_is_a_fault(lock: Lock, found: str) -> None:
    assert faults(locks=[lock]) == [found]


def test_locks_of_the_roles_and_times_that_there_are_are_accepted() -> None:
    orders = [order("A", crew=[Role(), Role()]), order("B", recurrence=Recurrence(times=3))]
    locks = [Lock(order="A", role=1, worker="Ana"), Lock(order="B", occurrence=2, worker="Ana")]
    assert accepted(orders=orders, locks=locks).locks[1].occurrence == 2


def test_two_locks_for_one_visit_or_one_that_leaves_out_and_one_that_does_not_are_faults() -> None:
    pair = order("A", crew=[Role(), Role()])
    caught = error(
        orders=[pair, order("B")],
        locks=[
            Lock(order="B", worker="Ana"),
            Lock(order="B", start=EIGHT),
            Lock(order="A", unassigned=True),
            Lock(order="A", role=1, worker="Ana"),
        ],
    )
    assert [(issue.where, issue.problem) for issue in caught.issues] == [
        ("lock number 2, field order", "lock number 1 is for the same visit of order 'B'"),
        (
            "lock number 4, field order",
            "lock number 3 leaves order 'A' out, this one has it done",
        ),
    ]


def test_locked_positions_of_a_route_start_at_0_without_gaps_and_are_taken_once() -> None:
    def at(name: str, position: int) -> Lock:
        return Lock(order=name, worker="Ana", shift=0, position=position)

    orders = [order(name) for name in "ABCD"]
    assert accepted(orders=orders, locks=[at("C", 1), at("A", 0)])
    caught = error(orders=orders, locks=[at("A", 0), at("B", 2), at("C", 2), at("D", 3)])
    assert [(issue.where, issue.problem) for issue in caught.issues] == [
        (
            "lock number 3, field position",
            "lock number 2 has the same position 2 of that route",
        ),
        (
            "lock number 2, field position",
            "position 2 is locked and position 1 of that route (worker 'Ana', shift 0) is not",
        ),
    ]


def test_breaks_locks_and_freezing_without_a_time_zone_among_times_with_one_are_named() -> None:
    aware = EIGHT.replace(tzinfo=UTC)
    pause = Break(duration=HOUR, earliest=EIGHT, latest=EIGHT)
    shift = Shift(start=aware, end=aware + 8 * HOUR, breaks=[pause])
    windows = [TimeWindow(earliest=aware, latest=aware)]
    found = faults(
        orders=[order("A", time_windows=windows), order("B", release=aware)],
        workers=[worker(shifts=[shift])],
        locks=[Lock(order="A", start=EIGHT)],
        freeze_until=EIGHT,
    )
    assert found == [
        "MIXED_TIME_ZONES worker 'Ana', field shifts.breaks.earliest",
        "MIXED_TIME_ZONES lock number 1, field start",
        "MIXED_TIME_ZONES field freeze_until",
    ]


def test_a_break_that_cannot_begin_in_its_shift_is_a_fault() -> None:
    def shift(earliest: datetime, latest: datetime, **fields: Any) -> Shift:
        pause = Break(duration=HOUR, earliest=earliest, latest=latest)
        return Shift(start=EIGHT, end=EIGHT + 8 * HOUR, breaks=[pause], **fields)

    early, late = EIGHT - HOUR, EIGHT + 9 * HOUR
    assert faults(workers=[worker(shifts=[shift(early, early)])]) == [
        "BAD_VALUE worker 'Ana', shift number 1, break number 1, field latest"
    ]
    caught = error(workers=[worker(shifts=[shift(late, late)])])
    assert caught.issues[0].where.endswith("break number 1, field earliest")
    assert "the break cannot begin while the shift lasts" in caught.issues[0].problem
    assert accepted(workers=[worker(shifts=[shift(early, EIGHT)])])
    assert accepted(workers=[worker(shifts=[shift(late, late, overtime_until=late)])])


def test_places_of_breaks_and_depots_are_looked_at_and_modes_of_traffic_too() -> None:
    stray = Location(id="x")
    pause = Break(duration=HOUR, earliest=EIGHT, latest=EIGHT, location=stray)
    shift = Shift(start=EIGHT, end=EIGHT + HOUR, breaks=[pause], restock=Restock(location=stray))
    where = "worker 'Ana', shift number 1"
    traffic = [TrafficPeriod(start=clock(7), end=clock(9), factor=1.5, modes=["car", "boat"])] * 2
    assert faults(workers=[worker(shifts=[shift])], traffic=traffic) == [
        f"MISSING_FIELD {where}, break number 1, field location",
        f"MISSING_FIELD {where}, field restock.location",
        "UNKNOWN_MODE traffic period number 1, field modes",
        "UNKNOWN_MODE traffic period number 2, field modes",
    ]
    table = TravelMatrix(places=["y"], tables={"car": ModeMatrix(travel_time_s=[[0]])})
    known = [order("A", location=Location(id="y"))]
    assert faults(orders=known, workers=[worker(shifts=[shift])], travel=table) == [
        f"UNKNOWN_PLACE {where}, break number 1, field location",
        f"UNKNOWN_PLACE {where}, field restock.location",
    ]
    here, there = Location(id="x", lat=48, lon=11), Location(id="x", lat=48, lon=12)
    pause = pause.model_copy(update={"location": there})
    shift = shift.model_copy(update={"breaks": (pause,), "restock": Restock(location=here)})
    assert faults(orders=[order(location=here)], workers=[worker(shifts=[shift])]) == [
        f"CONFLICTING_PLACE {where}, break number 1, field location"
    ]


def test_faults_between_records_are_found_where_others_are_faulty_by_themselves() -> None:
    here = {"lat": 1, "lon": 2}
    raw = {
        "orders": [
            {"id": "A", "location": here, "duration": 60},
            {"id": "B", "location": here, "duration": -60},
            {"id": "C", "location": here, "duration": 60, "recurrence": {"times": 2}},
        ],
        "workers": [{"id": "Ana", "ratings": {"none": 1}}, {"id": "Ben", "mood": "good"}],
        "customers": [{"id": "X", "history": ["Bo"]}, {"id": "Y", "history": ["Cy"], "a": 1}],
        "relations": [
            {"kind": "sequence", "first": "A", "second": "B"},
            {"kind": "sequence", "first": "D", "second": "B", "min_gap": "soon"},
            {"kind": "same_time", "orders": ["A", "E"]},
            {"kind": "marriage", "orders": ["A", "B"]},
            {"kind": "same_day", "orders": ["A", "C"]},
            5,
        ],
        "locks": [
            {"order": "B", "worker": "Ben", "role": 4},
            {"order": "F", "worker": "Cy"},
            {"order": "G", "worker": "Di", "position": 1},
            {"order": "A", "start": "2026-05-04T08:00"},
        ],
        "traffic": [{"start": "08:00", "end": "07:00", "factor": 1}, {"modes": ["boat"]}],
        "freeze_until": "2026-05-04T08:00Z",
    }
    with pytest.raises(InputError) as caught:
        Problem.model_validate(raw)
    found = {f"{issue.code} {issue.where}" for issue in caught.value.issues}
    assert found == {
        "BAD_VALUE order 'B', field duration",
        "UNKNOWN_FIELD worker 'Ben', field mood",
        "UNKNOWN_SERVICE worker 'Ana', field ratings",
        "UNKNOWN_WORKER customer 'X', field history",
        "UNKNOWN_FIELD customer 'Y', field a",
        "UNKNOWN_WORKER customer 'Y', field history",
        "BAD_VALUE relation number 2, field min_gap",
        "UNKNOWN_ORDER relation number 2, field first",
        "UNKNOWN_ORDER relation number 3, field orders",
        "BAD_VALUE relation number 4",
        "BAD_VALUE relation number 5, field orders",
        "BAD_VALUE relation number 6",
        "UNKNOWN_ORDER lock number 2, field order",
        "UNKNOWN_WORKER lock number 2, field worker",
        "BAD_VALUE lock number 3",
        "UNKNOWN_ORDER lock number 3, field order",
        "UNKNOWN_WORKER lock number 3, field worker",
        "BAD_VALUE traffic period number 1",
        "MISSING_FIELD traffic period number 2, field start",
        "MISSING_FIELD traffic period number 2, field end",
        "MISSING_FIELD traffic period number 2, field factor",
        "MIXED_TIME_ZONES lock number 4, field start",
    }


@pytest.mark.parametrize(
    "value", [None, 5, "x", {}, [None], [[]], [{"kind": []}], [{"order": {}}], [{"orders": 3}]]
)
def test_lists_that_are_none_are_refused_whatever_they_are(value: Any) -> None:
    for field in ("orders", "workers", "relations", "customers", "locks", "traffic"):
        with pytest.raises(InputError):
            Problem.model_validate({"orders": [], "workers": [{}], field: value})


def test_twenty_thousand_orders_are_checked_quickly() -> None:
    travel = GreatCircle()
    orders = [order(f"o{n}", skills={"gas": 1}, customer=f"c{n}") for n in range(20_000)]
    workers = [worker(f"w{n}", skills=["gas"]) for n in range(500)]
    began = time.perf_counter()
    accepted(orders=orders, workers=workers, travel=travel)
    assert time.perf_counter() - began < 2
