"""Hard rules of ``docs/rules.md`` between visits: crews, recurring work, relations, customers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from homeserve_dispatch._truth import Truth
from homeserve_dispatch._truth_records import MS, Run, Stop
from homeserve_dispatch._violation import Code, Findings
from homeserve_dispatch.model.order import Order, Recurrence
from homeserve_dispatch.model.problem import VisitKey
from homeserve_dispatch.model.relation import (
    AllOrNone,
    DifferentWorkers,
    SameDay,
    SameTime,
    SameWorker,
    Sequence,
)
from homeserve_dispatch.scoring import newcomers

_Seen = set[VisitKey]
_Placed = tuple[Run, Stop]


def check_bonds(truth: Truth, found: Findings, stated: _Seen) -> None:
    """All of them; ``stated`` holds the visits in the plan, also those that cannot be timed."""
    for order in truth.problem.orders:
        if len(truth.asks[order.id].roles) > 1:
            _check_crew(truth, found, order, stated)
        if order.recurrence is not None:
            _check_recurrence(truth, found, order, order.recurrence, stated)
    for relation in truth.problem.relations:
        if isinstance(relation, Sequence):
            _check_sequence(truth, found, relation)
        elif isinstance(relation, SameTime):
            _check_same_time(truth, found, relation)
        elif isinstance(relation, SameWorker):
            _check_same_worker(truth, found, relation)
        elif isinstance(relation, DifferentWorkers):
            _check_different_workers(truth, found, relation)
        elif isinstance(relation, SameDay):
            _check_same_day(truth, found, relation)
        else:
            _check_all_or_none(truth, found, relation)
    _check_customers(truth, found)


def _check_crew(truth: Truth, found: Findings, order: Order, stated: _Seen) -> None:
    roles = truth.asks[order.id].roles
    times = 1 if order.recurrence is None else order.recurrence.times
    for time in range(times):
        keys = [VisitKey(order.id, role, time) for role in range(len(roles))]
        missing = [key.role for key in keys if key not in stated]
        if 0 < len(missing) < len(keys):
            found.add(
                Code.CREW,
                f"order {order.id!r} lacks {_listed('role', missing)} of its {len(keys)}",
                order=order.id,
                amount=float(len(missing)),
            )
        placed = [truth.visits[key] for key in keys if key in truth.visits]
        too_many = len(placed) - len({run.worker.id for run, _ in placed})
        if too_many:
            found.add(
                Code.CREW_WORKERS,
                f"order {order.id!r} has one worker in several roles",
                order=order.id,
                amount=float(too_many),
            )
        _check_offsets(found, placed)


def _check_offsets(found: Findings, placed: list[_Placed]) -> None:
    """How long after the first role, if that is there, the others start."""
    if not placed or placed[0][1].key.role != 0 or not placed[0][0].timed:
        return
    first = placed[0][1].start_ms
    for run, stop in placed[1:]:
        if not run.timed:
            continue
        offset, role = stop.start_ms - first, stop.role
        early = role.earliest_offset // MS - offset
        late = offset - role.latest_offset // MS
        about = "for its offset from the first role"
        name, identity = stop.name, stop.order.id
        found.late(Code.OFFSET, early, f"{name} starts {{by}} too early {about}", identity)
        found.late(Code.OFFSET, late, f"{name} starts {{by}} too late {about}", identity)


def _check_recurrence(
    truth: Truth, found: Findings, order: Order, rule: Recurrence, stated: _Seen
) -> None:
    roles = range(len(truth.asks[order.id].roles))
    missing = [
        time
        for time in range(rule.times)
        if not any(VisitKey(order.id, role, time) in stated for role in roles)
    ]
    if len(missing) == rule.times:
        return
    if missing:
        found.add(
            Code.RECURRENCE,
            f"order {order.id!r} lacks {_listed('time', missing)} of its {rule.times}",
            order=order.id,
            amount=float(len(missing)),
        )
    firsts = (truth.visits.get(VisitKey(order.id, 0, time)) for time in range(rule.times))
    days = [first[0].shift.start.date() for first in firsts if first is not None]
    _check_days(found, order, rule, days)


def _check_days(found: Findings, order: Order, rule: Recurrence, days: list[date]) -> None:
    """Days of the visits, by their numbers; what lies between them only where all are there."""
    name, rising = f"order {order.id!r}", sorted(days)
    for day, count in Counter(rising).items():
        if count > 1:
            found.add(
                Code.RECURRENCE,
                f"{name} is visited {count} times on {day}",
                order=order.id,
                amount=float(count - 1),
            )
    if days != rising:
        found.add(Code.RECURRENCE, f"the times of {name} are not numbered by day", order=order.id)
    if len(set(days)) < rule.times:
        return
    if rule.patterns:
        if tuple(rising) not in rule.patterns:
            found.add(
                Code.RECURRENCE,
                f"the days of {name} are none of its patterns: {', '.join(map(str, rising))}",
                order=order.id,
            )
        return
    for before, after in pairwise(rising):
        gap = (after - before).days
        off = max(rule.min_gap_days - gap, gap - (rule.max_gap_days or gap))
        if off > 0:
            found.add(
                Code.RECURRENCE,
                f"{name} is visited on {before} and next on {after}, {off} days off the gap "
                "that is allowed",
                order=order.id,
                amount=float(off),
                unit="day",
            )


def _firsts(truth: Truth, orders: Iterable[str]) -> list[_Placed]:
    """Those that are in the plan; of a crew, the first role stands for the order."""
    placed = (truth.visits.get(VisitKey(order)) for order in dict.fromkeys(orders))
    return [one for one in placed if one is not None]


def _check_sequence(truth: Truth, found: Findings, relation: Sequence) -> None:
    placed = [truth.visits.get(VisitKey(one)) for one in (relation.first, relation.second)]
    if placed[0] is None or placed[1] is None:
        return
    (run, first), (other, second) = placed[0], placed[1]
    if not (run.timed and other.timed):
        return
    begin = first.start_ms if relation.between == "start-start" else first.finish_ms
    gap, about = second.start_ms - begin, f"order {relation.second!r} starts {{by}}"
    found.late(
        Code.SEQUENCE,
        relation.min_gap // MS - gap,
        f"{about} too early after order {relation.first!r}",
        relation.second,
    )
    if relation.max_gap is not None:
        found.late(
            Code.SEQUENCE,
            gap - relation.max_gap // MS,
            f"{about} too late after order {relation.first!r}",
            relation.second,
        )


def _check_same_time(truth: Truth, found: Findings, relation: SameTime) -> None:
    stops = [stop for run, stop in _firsts(truth, relation.orders) if run.timed]
    if stops:
        first = min(stops, key=lambda stop: stop.start_ms)
        last = max(stops, key=lambda stop: stop.start_ms)
        found.late(
            Code.SAME_TIME,
            last.start_ms - first.start_ms,
            f"order {last.order.id!r} starts {{by}} after order {first.order.id!r}, "
            "they must start together",
            last.order.id,
        )


def _check_same_worker(truth: Truth, found: Findings, relation: SameWorker) -> None:
    placed = _firsts(truth, relation.orders)
    workers = list(dict.fromkeys(run.worker.id for run, _ in placed))
    if len(workers) > 1:
        stray = next(stop for run, stop in placed if run.worker.id == workers[1])
        found.add(
            Code.SAME_WORKER,
            f"{_orders(placed)} are for one worker, and {_named(workers)} do them",
            order=stray.order.id,
            amount=float(len(workers) - 1),
        )


def _check_different_workers(truth: Truth, found: Findings, relation: DifferentWorkers) -> None:
    by_worker: dict[str, list[_Placed]] = {}
    for run, stop in _firsts(truth, relation.orders):
        by_worker.setdefault(run.worker.id, []).append((run, stop))
    for worker, placed in by_worker.items():
        if len(placed) > 1:
            found.about(worker)
            found.add(
                Code.DIFFERENT_WORKERS,
                f"{_orders(placed)} are for different workers",
                order=placed[1][1].order.id,
                amount=float(len(placed) - 1),
            )
    found.about()


def _check_same_day(truth: Truth, found: Findings, relation: SameDay) -> None:
    placed = _firsts(truth, relation.orders)
    days = list(dict.fromkeys(run.shift.start.date() for run, _ in placed))
    if len(days) > 1:
        stray = next(stop for run, stop in placed if run.shift.start.date() == days[1])
        found.add(
            Code.SAME_DAY,
            f"{_orders(placed)} are for one day, and are done on "
            f"{', '.join(map(str, sorted(days)))}",
            order=stray.order.id,
            amount=float(len(days) - 1),
        )


def _check_all_or_none(truth: Truth, found: Findings, relation: AllOrNone) -> None:
    orders = list(dict.fromkeys(relation.orders))
    missing = [order for order in orders if order not in truth.done]
    if 0 < len(missing) < len(orders):
        found.add(
            Code.ALL_OR_NONE,
            f"{_named(orders)} are all done or none is, and {_named(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} not",
            order=missing[0],
            amount=float(len(missing)),
        )


def _check_customers(truth: Truth, found: Findings) -> None:
    """Whether customers see more faces than they may; those they know already are no fault."""
    for identity, who in newcomers(truth).items():
        if who.customer is None or who.customer.max_workers is None:
            continue
        together = len(who.visits.union(who.customer.history))
        too_many = min(together - who.customer.max_workers, len(who.new))
        if too_many > 0:
            found.add(
                Code.MAX_WORKERS,
                f"customer {identity!r} would know {together} workers, at most "
                f"{who.customer.max_workers} are allowed; new ones are {_named(sorted(who.new))}",
                amount=float(too_many),
            )


def _orders(placed: Iterable[_Placed]) -> str:
    return "orders " + _named([stop.order.id for _, stop in placed])


def _named(names: list[str]) -> str:
    return ", ".join(map(repr, names))


def _listed(word: str, numbers: list[int]) -> str:
    return f"{word}{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"
