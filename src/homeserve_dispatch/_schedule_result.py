"""From timed routes to what a plan says."""

from __future__ import annotations

from datetime import timedelta, tzinfo

from homeserve_dispatch._schedule_clock import from_ms, to_ms
from homeserve_dispatch._schedule_run import Run, Stop, opened_latest
from homeserve_dispatch.plan import BreakTaken, RestockCall, Route, Visit


def route_of(run: Run) -> Route:
    """The route as a plan states it, in the time zone that its shift is stated in."""
    zone = run.stretch.start.tzinfo
    visits: list[Visit] = []
    breaks = [_break(stop, 0, zone) for stop in run.leading]
    restock: RestockCall | None = None
    for stop in run.stops:
        if stop.key is not None:
            visits.append(_visit(stop, zone))
        elif stop.number is not None:
            breaks.append(_break(stop, len(visits), zone))
        else:
            restock = _restock(stop, len(visits), zone)
    travel = sum(stop.arrival - stop.left for stop in run.stops)
    return Route(
        worker=run.worker.id,
        shift=run.shift,
        departure=from_ms(run.departure, zone),
        end=from_ms(run.end, zone),
        visits=tuple(visits),
        travel_time=_time(travel + run.end - run.stops[-1].finish),
        distance_m=sum(stop.way.distance_m for stop in run.stops) + run.back.distance_m,
        waiting=_time(sum(stop.start - stop.arrival for stop in run.stops)),
        overtime=_time(max(0, run.end - to_ms(run.stretch.end))),
        breaks=tuple(breaks),
        restock=restock,
    )


def _visit(stop: Stop, zone: tzinfo | None) -> Visit:
    assert stop.key is not None and stop.order is not None
    order = stop.order
    lateness = sla = 0
    if order.time_windows and order.time_windows[0].soft:
        lateness = max(0, stop.start - opened_latest(stop.windows, stop.start, stop.start))
    if order.respond_by is not None:
        sla += max(0, stop.start - to_ms(order.respond_by))
    if order.resolve_by is not None:
        sla += max(0, stop.finish - to_ms(order.resolve_by))
    return Visit(
        order=order.id,
        role=stop.key.role,
        occurrence=stop.key.occurrence,
        arrival=from_ms(stop.arrival, zone),
        start=from_ms(stop.start, zone),
        finish=from_ms(stop.finish, zone),
        travel_time=_time(stop.arrival - stop.left),
        distance_m=stop.way.distance_m,
        setup=_time(stop.setup),
        lateness=_time(lateness),
        sla_lateness=_time(sla),
    )


def _break(stop: Stop, after: int, zone: tzinfo | None) -> BreakTaken:
    assert stop.number is not None
    return BreakTaken(
        number=stop.number,
        after=after,
        arrival=from_ms(stop.arrival, zone),
        start=from_ms(stop.start, zone),
        finish=from_ms(stop.finish, zone),
        travel_time=_time(stop.arrival - stop.left),
        distance_m=stop.way.distance_m,
    )


def _restock(stop: Stop, after: int, zone: tzinfo | None) -> RestockCall:
    return RestockCall(
        after=after,
        arrival=from_ms(stop.arrival, zone),
        start=from_ms(stop.start, zone),
        finish=from_ms(stop.finish, zone),
        travel_time=_time(stop.arrival - stop.left),
        distance_m=stop.way.distance_m,
    )


def _time(length: int) -> timedelta:
    return timedelta(milliseconds=length)
