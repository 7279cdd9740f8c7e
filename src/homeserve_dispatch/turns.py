"""The stops of a route, one after the other: visits, breaks and the call at the depot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TypeAlias

from homeserve_dispatch.model.base import instant
from homeserve_dispatch.plan import BreakTaken, RestockCall, Route, Visit

Stop: TypeAlias = Visit | BreakTaken | RestockCall
_ZERO = timedelta(0)


def gap(arrival: datetime, start: datetime) -> timedelta:
    """Time between two moments; none where they cannot be compared, as in a broken plan."""
    if (arrival.tzinfo is None) != (start.tzinfo is None):
        return _ZERO
    return instant(start) - instant(arrival)


def in_turn(route: Route) -> Iterator[Stop]:
    """Yield all stops in the order in which they come; breaks stay in theirs, whatever it is.

    What comes after more visits than there are comes last.
    """
    breaks, call, last = list(route.breaks), route.restock, len(route.visits)
    for done in range(last + 1):
        while breaks and (breaks[0].after <= done or done == last):
            if call is not None and _is_due(call, done, last) and not _before(breaks[0], call):
                yield call
                call = None
            yield breaks.pop(0)
        if call is not None and _is_due(call, done, last):
            yield call
            call = None
        yield from route.visits[done : done + 1]


def _is_due(call: RestockCall, done: int, last: int) -> bool:
    return call.after <= done or done == last


def _before(taken: BreakTaken, call: RestockCall) -> bool:
    return taken.after < call.after or gap(taken.start, call.start) > _ZERO
