"""Which relations can never all be kept, and no more of them than it takes.

Times are bound by differences (this starts at least so long after that). Such bounds contradict
each other exactly where following them leads from a moment back to a later one than itself.
People are bound by groups of orders that one worker does: two orders of a group that nobody may
do both contradict it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple, TypeAlias

from homeserve_dispatch.model.records import AnyRelation
from homeserve_dispatch.model.relation import DifferentWorkers, SameTime, SameWorker
from homeserve_dispatch.model.relation import Sequence as InSequence

_MS = timedelta(milliseconds=1)
_MOST = 200
"""A set of more relations than this is not tried for a smaller one in it: it takes too long."""

Relations: TypeAlias = Mapping[int, AnyRelation]
"""By their number in the problem's list."""


class Length(NamedTuple):
    """From an order's start to its finish, in milliseconds; no ``most``: no limit is known."""

    least: int
    most: int | None


class _Bound(NamedTuple):
    """``target`` comes at least so much after ``source``; by which relation, if by any.

    Moments are ``(order, "start")`` and ``(order, "finish")``.
    """

    source: tuple[str, str]
    target: tuple[str, str]
    least_ms: int
    relation: int | None


def time_contradictions(
    relations: Relations, length: Callable[[str], Length]
) -> list[tuple[int, ...]]:
    """Sets of ``Sequence`` and ``SameTime`` that can never all be kept.

    Parameters
    ----------
    relations : mapping of int to relation
        Of any kind; those that do not bind times are passed over.
    length : callable
        From the id of an order to the length of its first role.

    Returns
    -------
    list of tuple of int
        Sets of numbers, no number in two of them; no part of a set (up to 200 relations) is a
        contradiction by itself.
    """

    def contradictory(numbers: Iterable[int]) -> list[list[int]]:
        bounds = list(_bounds({number: relations[number] for number in numbers}, length))
        return [_relations_of(ring) for ring in _rings(bounds)]

    timed = [n for n, relation in relations.items() if isinstance(relation, InSequence | SameTime)]
    return _apart(timed, contradictory)


def people_contradictions(relations: Relations) -> list[tuple[int, ...]]:
    """Sets of ``SameWorker`` and ``DifferentWorkers`` that can never all be kept.

    Returns
    -------
    list of tuple of int
        Each has one ``DifferentWorkers`` and what ties two of its orders to one worker; no part
        of a set (up to 200 relations) is a contradiction by itself.
    """
    same = {n: relation for n, relation in relations.items() if isinstance(relation, SameWorker)}
    groups = _groups(same.values())
    members: dict[str, dict[int, SameWorker]] = {}
    for number, relation in same.items():
        members.setdefault(groups[relation.orders[0]], {})[number] = relation
    found: list[tuple[int, ...]] = []
    for number, apart in relations.items():
        if isinstance(apart, DifferentWorkers) and (tied := _tied(apart.orders, groups)):
            chain = _chain(*tied, members[groups[tied[0]]])

            def contradictory(
                numbers: Sequence[int], orders: tuple[str, ...] = apart.orders
            ) -> list[list[int]]:
                some = {number: same[number] for number in numbers}
                tied = _tied(orders, _groups(some.values()))
                return [_chain(*tied, some)] if tied else []

            found.append(tuple(sorted([*_irreducible(chain, contradictory), number])))
    return found


def _apart(
    numbers: Sequence[int], contradictory: Callable[[Sequence[int]], list[list[int]]]
) -> list[tuple[int, ...]]:
    """Contradictory sets of which none shares a relation with another."""
    found: list[tuple[int, ...]] = []
    rest = list(numbers)
    while sets := contradictory(rest):
        used: set[int] = set()
        for each in sets:
            if used.isdisjoint(each):
                smallest = _irreducible(each, contradictory)
                found.append(tuple(sorted(smallest)))
                used.update(smallest)
        rest = [number for number in rest if number not in used]
    return sorted(found)


def _irreducible(
    numbers: Sequence[int], contradictory: Callable[[Sequence[int]], list[list[int]]]
) -> list[int]:
    """A part of a contradictory set of which no part is contradictory."""
    kept, at = sorted(numbers), 0
    while at < len(kept) <= _MOST:
        if sets := contradictory(kept[:at] + kept[at + 1 :]):
            # Those before ``at`` are needed by all that is left, and keep their places.
            fewest = min(sets, key=len)
            kept = sorted(fewest)
        else:
            at += 1
    return kept


def _bounds(relations: Relations, length: Callable[[str], Length]) -> Iterator[_Bound]:
    for number, relation in relations.items():
        if isinstance(relation, SameTime):
            first = (relation.orders[0], "start")
            for name in relation.orders[1:]:
                yield _Bound(first, (name, "start"), 0, number)
                yield _Bound((name, "start"), first, 0, number)
        elif isinstance(relation, InSequence):
            end = "start" if relation.between == "start-start" else "finish"
            first, second = (relation.first, end), (relation.second, "start")
            yield _Bound(first, second, relation.min_gap // _MS, number)
            if relation.max_gap is not None:
                yield _Bound(second, first, -(relation.max_gap // _MS), number)
    for name in dict.fromkeys(
        relation.first for relation in relations.values() if isinstance(relation, InSequence)
    ):
        least, most = length(name)
        yield _Bound((name, "start"), (name, "finish"), least, None)
        if most is not None:
            yield _Bound((name, "finish"), (name, "start"), -most, None)


def _relations_of(ring: Iterable[_Bound]) -> list[int]:
    return sorted({bound.relation for bound in ring if bound.relation is not None})


def _rings(bounds: Sequence[_Bound]) -> list[list[_Bound]]:
    """Rings of bounds that lead from a moment to a later one than itself; none: no contradiction.

    Bellman and Ford's algorithm for the longest ways, from everywhere at once. The bounds are
    gone through along the time and back, so that a few rounds do where nothing contradicts.
    """
    rank = {moment: at for at, moment in enumerate(_along_the_time(bounds))}
    ordered = sorted(bounds, key=lambda bound: rank[bound.source])
    both_ways = ordered + ordered[::-1]
    soonest = dict.fromkeys(rank, 0)
    by: dict[tuple[str, str], _Bound] = {}
    changed = True
    while changed:
        changed = False
        for bound in both_ways:
            at = soonest[bound.source] + bound.least_ms
            if at > soonest[bound.target]:
                soonest[bound.target], by[bound.target] = at, bound
                changed = True
        if rings := _closed(by):
            return rings
    return []


def _along_the_time(bounds: Iterable[_Bound]) -> list[tuple[str, str]]:
    """All moments, each before those that come after it, as far as that can be."""
    after: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for bound in bounds:
        after.setdefault(bound.source, [])
        after.setdefault(bound.target, [])
        if bound.least_ms >= 0:
            after[bound.source].append(bound.target)
    seen: set[tuple[str, str]] = set()
    backwards: list[tuple[str, str]] = []
    for root, following_root in after.items():
        if root in seen:
            continue
        seen.add(root)
        path = [(root, iter(following_root))]
        while path:
            moment, rest = path[-1]
            following = next((each for each in rest if each not in seen), None)
            if following is None:
                backwards.append(moment)
                path.pop()
            else:
                seen.add(following)
                path.append((following, iter(after[following])))
    return backwards[::-1]


def _closed(by: Mapping[tuple[str, str], _Bound]) -> list[list[_Bound]]:
    """The rings that are left where each moment is followed back by the bound that set it."""
    rings = []
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    for start in by:
        at = start
        while at in by and at not in seen:
            seen[at] = start
            at = by[at].source
        if at in by and seen[at] == start:
            ring = [by[at]]
            while ring[-1].source != at:
                ring.append(by[ring[-1].source])
            rings.append(ring)
    return rings


def _tied(orders: Sequence[str], groups: Mapping[str, str]) -> tuple[str, str] | None:
    """Two of the orders that are tied to one worker, if any are."""
    first: dict[str, str] = {}
    for order in orders:
        if order in groups and first.setdefault(groups[order], order) != order:
            return first[groups[order]], order
    return None


def _groups(relations: Iterable[SameWorker]) -> dict[str, str]:
    """Of each order one that stands for all that are tied to the same worker."""
    above: dict[str, str] = {}

    def top(name: str) -> str:
        while above.setdefault(name, name) != name:
            above[name] = above[above[name]]
            name = above[name]
        return name

    for relation in relations:
        for name in relation.orders[1:]:
            above[top(name)] = top(relation.orders[0])
    return {name: top(name) for name in list(above)}


def _chain(first: str, last: str, same: Mapping[int, SameWorker]) -> list[int]:
    """The shortest chain of relations from one order to another that is tied to it."""
    of_order: dict[str, list[int]] = {}
    for number, relation in same.items():
        for name in relation.orders:
            of_order.setdefault(name, []).append(number)
    came: dict[str, tuple[str, int]] = {}
    used: set[int] = set()
    queue = deque([first])
    while last not in came:
        name = queue.popleft()
        for number in of_order[name]:
            if number in used:
                continue
            used.add(number)
            for other in same[number].orders:
                if other != first and other not in came:
                    came[other] = (name, number)
                    queue.append(other)
    chain = []
    at = last
    while at != first:
        at, number = came[at]
        chain.append(number)
    return chain
