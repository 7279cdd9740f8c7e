"""Relations that can never all be kept are named, and no more of them than it takes."""

from __future__ import annotations

import time
from collections.abc import Sequence as Listed
from datetime import timedelta
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeserve_dispatch import InputError, Location, Order, Problem, ServiceType, Skill, Worker
from homeserve_dispatch.model import (
    AllOrNone,
    DifferentWorkers,
    Lock,
    Role,
    SameDay,
    SameTime,
    SameWorker,
    Sequence,
)

HERE = Location(lat=48, lon=11)
HOUR = timedelta(hours=1)


def problem(relations: Listed[Any], orders: dict[str, Any] | None = None, **fields: Any) -> Problem:
    """A problem with these relations; orders last an hour unless something else is said."""
    names = dict.fromkeys(name for relation in relations for name in relation.orders)
    made = [
        Order(**{"id": name, "location": HERE, "duration": HOUR} | (orders or {}).get(name, {}))
        for name in names
    ]
    return Problem(**{"orders": made, "workers": []} | fields, relations=relations)


def sets(relations: Listed[Any], **fields: Any) -> list[list[int]]:
    """The numbers, from 0, of each set of relations that is said to contradict itself."""
    try:
        problem(relations, **fields)
    except InputError as error:
        issues = error.issues
    else:
        return []
    assert {issue.code for issue in issues} == {"CONTRADICTION"}
    return [
        [int(word) - 1 for word in issue.where.replace(",", "").split() if word.isdigit()]
        for issue in issues
    ]


def after(first: str, second: str, **fields: Any) -> Sequence:
    return Sequence(first=first, second=second, **fields)


def test_a_ring_of_sequences_is_named_without_what_hangs_on_it() -> None:
    relations = [
        after("X", "A"),
        after("A", "B"),
        SameDay(orders=["A", "B"]),
        after("B", "C"),
        after("C", "Y"),
        after("C", "A"),
        AllOrNone(orders=["A", "C"]),
    ]
    with pytest.raises(InputError) as caught:
        problem(relations)
    (issue,) = caught.value.issues
    assert issue.where == "relations number 2, 4 and 6"
    assert issue.problem == (
        "they can never all be kept: number 2 (sequence 'A', 'B'), "
        "number 4 (sequence 'B', 'C'), number 6 (sequence 'C', 'A')"
    )
    assert issue.action == "change one of them, or drop it"


def test_a_line_of_sequences_is_none() -> None:
    assert problem([after(a, b, max_gap=HOUR) for a, b in pairwise("ABCDEF")])


def test_a_short_ring_is_preferred_over_the_long_one_that_it_cuts() -> None:
    assert sets([after("A", "B"), after("B", "C"), after("C", "A"), after("B", "A")]) in (
        [[0, 3]],
        [[0, 1, 2]],
    )


def test_what_starts_together_does_not_come_after_each_other() -> None:
    same = SameTime(orders=["A", "B", "C"])
    assert sets([same, after("A", "C")]) == [[0, 1]]
    assert sets([same, after("A", "C", between="start-start")]) == []
    assert sets([same, after("A", "C", between="start-start", min_gap=1)]) == [[0, 1]]
    assert sets([same, after("A", "C")], orders={"A": {"duration": 0}}) == []
    other = SameTime(orders=["C", "D"])
    assert sets([same, SameTime(orders=["E", "B"]), other, after("D", "E")]) == [[0, 1, 2, 3]]


def test_a_gap_too_short_for_what_lies_in_it_contradicts() -> None:
    inner = [after("A", "B"), after("B", "C")]
    assert sets([*inner, after("A", "C", max_gap=HOUR / 2)]) == [[0, 1, 2]]
    assert sets([*inner, after("A", "C", max_gap=HOUR)]) == []
    start = after("A", "C", between="start-start", max_gap=2 * HOUR - timedelta(milliseconds=1))
    assert sets([*inner, start]) == [[0, 1, 2]]
    assert sets([after("A", "B", min_gap=HOUR), after("A", "B", max_gap=HOUR / 2)]) == [[0, 1]]


def test_setup_may_be_paid_or_not() -> None:
    finish = after("A", "B", max_gap=0)
    for at_least, found in ((60, []), (80, []), (90, []), (91, [[0, 1]])):
        start = after("A", "B", between="start-start", min_gap=timedelta(minutes=at_least))
        assert sets([finish, start], orders={"A": {"setup": HOUR / 2}}) == found


def test_a_worker_may_be_faster_or_slower_than_the_order_says() -> None:
    relations = [after("A", "B"), after("A", "B", between="start-start", max_gap=HOUR * 0.6)]
    long = [after("A", "B", max_gap=0), after("A", "B", between="start-start", min_gap=HOUR * 1.5)]
    gas = {"A": {"skills": {"gas": 1}}}
    assert sets(relations) == sets(long) == [[0, 1]]

    def held(*efficiencies: float) -> list[Worker]:
        return [
            Worker(id=str(at), skills={"gas": Skill(efficiency=each), "care": Skill(efficiency=9)})
            for at, each in enumerate(efficiencies)
        ]

    assert sets(relations, orders=gas, workers=held(1, 1.5)) == [[0, 1]]
    assert sets(relations, orders=gas, workers=held(1, 2)) == []
    assert sets(long, orders=gas, workers=held(1, 0.8)) == [[0, 1]]
    assert sets(long, orders=gas, workers=held(1, 0.5)) == []
    locks = [Lock(order="A", worker="0")]
    assert sets(relations, orders=gas, workers=held(2), locks=locks) == []
    assert sets(long, orders=gas, workers=held(0.5), locks=locks) == []


def test_the_first_role_of_a_crew_counts_wherever_the_crew_comes_from() -> None:
    crew = [Role(name="lead", duration=HOUR / 4), Role(duration=3 * HOUR)]
    relations = [after("A", "B"), after("A", "B", between="start-start", max_gap=HOUR / 2)]
    assert sets(relations) == [[0, 1]]
    assert sets(relations, orders={"A": {"crew": crew}}) == []
    service = ServiceType(id="lift", crew=crew[::-1])
    with pytest.raises(InputError, match=r"of a crew the first role counts: 'A' \[CONTR"):
        problem(relations, {"A": {"service": "lift"}}, services=[service])
    relations[1] = after("A", "B", between="start-start", max_gap=HOUR / 8)
    with pytest.raises(
        InputError, match=r"of a crew the first role counts: 'A' \('lead'\) \[CONTR"
    ):
        problem(relations, {"A": {"crew": crew}})


def test_one_worker_and_different_workers_contradict_along_the_shortest_chain() -> None:
    relations = [
        SameWorker(orders=["A", "B"]),
        SameWorker(orders=["B", "C", "Z"]),
        SameWorker(orders=["C", "D"]),
        SameWorker(orders=["B", "D"]),
        SameWorker(orders=["P", "Q"]),
        DifferentWorkers(orders=["A", "P", "D"]),
        DifferentWorkers(orders=["A", "Q"]),
    ]
    assert sets(relations) == [[0, 3, 5]]
    assert sets([relations[0], DifferentWorkers(orders=["X", "B", "A"])]) == [[0, 1]]
    assert sets([*relations[:5], relations[6]]) == []


def test_a_chain_through_a_third_order_of_the_group_is_cut_there() -> None:
    chain = [SameWorker(orders=[a, b]) for a, b in pairwise("ABCDE")]
    (found,) = sets([*chain, DifferentWorkers(orders=["A", "E", "D"])])
    assert found == [3, 4]


def test_contradictions_that_share_nothing_are_all_named() -> None:
    relations = [
        after("A", "B"),
        after("B", "A"),
        after("C", "D"),
        SameTime(orders=["C", "D"]),
        SameWorker(orders=["A", "D"]),
        DifferentWorkers(orders=["A", "D"]),
        DifferentWorkers(orders=["D", "A"]),
    ]
    assert sets(relations) == [[0, 1], [2, 3], [4, 5], [4, 6]]


def test_a_sequence_has_its_gaps_in_order() -> None:
    with pytest.raises(InputError, match="max_gap is less than min_gap"):
        after("A", "B", min_gap=HOUR, max_gap=HOUR / 2)


NAMES = "ABCDE"
PAIRS = st.lists(st.sampled_from(NAMES), min_size=2, max_size=2, unique=True)
GROUPS = st.lists(st.sampled_from(NAMES), min_size=2, max_size=3, unique=True)
MINUTES = st.integers(0, 4).map(lambda quarters: timedelta(minutes=15 * quarters))


@st.composite
def any_sequence(draw: st.DrawFn) -> Sequence:
    first, second = draw(PAIRS)
    least = draw(MINUTES)
    most = draw(st.one_of(st.none(), MINUTES))
    return Sequence(
        first=first,
        second=second,
        min_gap=least,
        max_gap=None if most is None else least + most,
        between=draw(st.sampled_from(("end-start", "start-start"))),
    )


RELATIONS = st.lists(
    st.one_of(
        any_sequence(),
        any_sequence(),
        GROUPS.map(lambda names: SameTime(orders=names)),
        GROUPS.map(lambda names: SameWorker(orders=names)),
        GROUPS.map(lambda names: DifferentWorkers(orders=names)),
    ),
    max_size=7,
)


def keepable(relations: Listed[Any]) -> bool:
    """Whether all orders can be done, by trying: whoever does them, all quarters of an hour.

    All bounds are whole quarters; where starts exist, whole quarters exist.
    """
    names = sorted({name for relation in relations for name in relation.orders})
    # The soonest starts, each order after the others as often as there are orders.
    limit = 10**9
    starts = dict.fromkeys(names, 0)
    bounds: list[tuple[str, str, int]] = []
    for relation in relations:
        if isinstance(relation, Sequence):
            shift = 4 if relation.between == "end-start" else 0
            quarter = timedelta(minutes=15)
            bounds.append((relation.first, relation.second, shift + relation.min_gap // quarter))
            if relation.max_gap is not None:
                least = -shift - relation.max_gap // quarter
                bounds.append((relation.second, relation.first, least))
        elif isinstance(relation, SameTime):
            bounds += [(a, b, 0) for a in relation.orders for b in relation.orders if a != b]
    for _ in range(len(names) + 1):
        for source, target, least in bounds:
            starts[target] = max(starts[target], starts[source] + least)
    if any(starts[source] + least > starts[target] for source, target, least in bounds):
        return False
    assert max(starts.values(), default=0) < limit
    group = {name: {name} for name in names}
    for relation in relations:
        if isinstance(relation, SameWorker):
            merged = set().union(*(group[name] for name in relation.orders))
            group |= dict.fromkeys(merged, merged)
    return not any(
        b in group[a]
        for relation in relations
        if isinstance(relation, DifferentWorkers)
        for a, b in combinations(relation.orders, 2)
    )


@settings(max_examples=400, deadline=None)
@given(RELATIONS)
def test_relations_are_refused_where_they_cannot_be_kept_and_no_part_of_a_set_is(
    relations: list[Any],
) -> None:
    found = sets(relations)
    assert bool(found) != keepable(relations)
    for numbers in found:
        chosen = [relations[number] for number in numbers]
        assert not keepable(chosen)
        for left_out in range(len(chosen)):
            assert keepable(chosen[:left_out] + chosen[left_out + 1 :])


def test_many_relations_are_checked_quickly() -> None:
    count = 5000
    names = [f"o{n}" for n in range(count)]
    line = [after(a, b, min_gap=HOUR, max_gap=2 * HOUR) for a, b in pairwise(names)]
    groups = [SameWorker(orders=pair) for pair in pairwise(names[: count // 2])]
    apart = [DifferentWorkers(orders=[names[0], name]) for name in names[count // 2 :]]
    began = time.perf_counter()
    assert problem([*line[::-1], *groups, *apart])
    ring = after(names[-1], names[0])
    with pytest.raises(InputError, match="relations number 1, 2, 3,"):
        problem([*line, ring])
    with pytest.raises(InputError, match=f"relations number 1 and {len(groups) + 1}"):
        problem([*groups, DifferentWorkers(orders=names[:2])])
    assert time.perf_counter() - began < 10
