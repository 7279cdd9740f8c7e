"""Plans as VROOM writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats.files import PathLike, json_text, write_text
from homeserve_dispatch.formats.unsupported import of_plan, unsupported
from homeserve_dispatch.formats.vroom_fields import plain, seconds
from homeserve_dispatch.formats.vroom_plan import shift_of
from homeserve_dispatch.formats.vroom_write import Numbers, goods_of
from homeserve_dispatch.model import Location, Problem, Shift, TravelMatrix
from homeserve_dispatch.plan import BreakTaken, Plan, Route, Visit
from homeserve_dispatch.turns import in_turn

_SECOND = timedelta(seconds=1)
_ZERO = timedelta(0)


def write_plan(plan: Plan, path: PathLike, problem: Problem) -> None:
    """Write a plan in whole seconds.

    Parameters
    ----------
    plan : Plan
        Reasons and parts of the cost are not written.
    path : path-like
        The file.
    problem : Problem
        For ids, places, loads and costs.

    Raises
    ------
    InputError
        The plan has what VROOM's have not (calls at a depot, further roles or times of orders,
        breaks with a place), or the file cannot be written.
    """
    if faults := [*of_plan(plan, "vroom", ("breaks",)), *_placed(plan, problem)]:
        raise InputError(faults)
    write_text(path, json_text(_Writer(problem).plan(plan)))


def _placed(plan: Plan, problem: Problem) -> Iterator[Issue]:
    for route in plan.routes:
        shift = shift_of(problem, (route.worker, route.shift))
        for taken in route.breaks:
            known = shift is not None and taken.number < len(shift.breaks)
            if shift and known and shift.breaks[taken.number].location is not None:
                where = f"route {route.worker!r}, break number {taken.number + 1}"
                why = "breaks of the format vroom are taken where the worker is"
                yield unsupported(where, "location", "vroom", why)


class _Writer:
    """What the steps of all routes are written with."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.numbers = Numbers(problem)
        self.orders = {order.id: order for order in problem.orders}
        self.asks = {order.id: problem.effective(order) for order in problem.orders}
        self.rates = {worker.id: worker.rates for worker in problem.workers}
        self.modes = {worker.id: worker.mode for worker in problem.workers}
        self.goods = goods_of(problem)

    def plan(self, plan: Plan) -> dict[str, Any]:
        routes = [self.route(route) for route in plan.routes]
        names = ["cost", "service", "setup", "duration", "waiting_time", "priority"]
        if any("distance" in route for route in routes):
            names.append("distance")
        summary: dict[str, Any] = {name: sum(r.get(name, 0) for r in routes) for name in names}
        summary |= {"routes": len(routes), "unassigned": len(plan.unassigned)}
        if self.goods:
            columns = zip(*(route["delivery"] for route in routes), strict=True)
            summary["delivery"] = [plain(sum(amounts)) for amounts in columns]
        summary["violations"] = [v for route in routes for v in route["violations"]]
        solving = round(plan.seconds * 1000)
        summary["computing_times"] = {"loading": 0, "solving": solving, "routing": 0}
        unassigned = [
            {**self.named("job", left.order), **self.at(self.place(left.order))}
            for left in plan.unassigned
        ]
        return {"code": 0, "summary": summary, "unassigned": unassigned, "routes": routes}

    def route(self, route: Route) -> dict[str, Any]:
        pair = (route.worker, route.shift)
        number = self.numbers.shifts.get(pair, route.worker)
        steps = self.steps(route, shift_of(self.problem, pair))
        jobs = [step for step in steps if step["type"] in ("job", "break")]
        data: dict[str, Any] = {"vehicle": number, "cost": self.cost(route)}
        if str(number) != route.worker:
            data["description"] = route.worker
        data |= {
            name: sum(step[name] for step in jobs) for name in ("setup", "service", "waiting_time")
        }
        asked = [self.asks[visit.order] for visit in route.visits if visit.order in self.asks]
        data |= {
            "duration": _whole(route.travel_time),
            "priority": sum(asks.priority for asks in asked),
        }
        if self.measured(route):
            data["distance"] = route.distance_m
        if self.goods:
            data["delivery"] = self.load(route.visits)
            data["pickup"] = [0] * len(self.goods)
        late = sum(violation["duration"] for step in jobs for violation in step["violations"])
        violations = [{"cause": "delay", "duration": late}] if late else []
        return data | {"steps": steps, "violations": violations}

    def steps(self, route: Route, shift: Shift | None) -> list[dict[str, Any]]:
        measured = self.measured(route)
        # As in VROOM, an open route starts and ends where its first and last jobs are.
        start = shift.start_location if shift else None
        end = shift.end_location if shift else None
        if route.visits:
            start = start or self.place(route.visits[0].order)
            end = end or self.place(route.visits[-1].order)
        begins = min(
            [route.departure, *(each.arrival for each in route.breaks if each.after == 0)],
            key=seconds,
        )
        travelled, metres = _ZERO, 0
        steps = [_step({"type": "start"} | self.at(start), begins)]
        steps[0] |= self.on_board(route.visits) | ({"distance": 0} if measured else {})
        done = 0
        for stop in in_turn(route):
            travelled += stop.travel_time
            metres += stop.distance_m
            if isinstance(stop, Visit):
                done += 1
                what = self.named("job", stop.order) | self.at(self.place(stop.order))
            else:
                # Calls at a depot are refused before.
                assert isinstance(stop, BreakTaken)
                what = {"type": "break", "id": stop.number + 1}
            step = _step(what, stop.arrival) | _times(stop) | {"duration": _whole(travelled)}
            if isinstance(stop, Visit) and stop.lateness:
                late = {"cause": "delay", "duration": _whole(stop.lateness)}
                step["violations"] = [late]
            step |= self.on_board(route.visits[done:])
            steps.append(step | ({"distance": metres} if measured else {}))
        step = _step({"type": "end"} | self.at(end), route.end)
        step |= self.on_board(()) | {"duration": _whole(route.travel_time)}
        return [*steps, step | ({"distance": route.distance_m} if measured else {})]

    def named(self, kind: str, identity: str) -> dict[str, Any]:
        number = self.numbers.orders.get(identity, identity)
        described = {} if str(number) == identity else {"description": identity}
        return {"type": kind, "id": number, **described}

    def place(self, identity: str) -> Location | None:
        order = self.orders.get(identity)
        return order.location if order else None

    def at(self, place: Location | None) -> dict[str, Any]:
        data: dict[str, Any] = {}
        if place is not None and place.lat is not None:
            data["location"] = [place.lon, place.lat]
        if place is not None and isinstance(self.problem.travel, TravelMatrix):
            data["location_index"] = self.problem.travel.index.get(place.key)
        return data

    def measured(self, route: Route) -> bool:
        """Whether distances are known, or would all be 0."""
        travel = self.problem.travel
        if not isinstance(travel, TravelMatrix):
            return True
        mode = self.modes.get(route.worker)
        return mode in travel.tables and travel.tables[mode].distance_m is not None

    def load(self, visits: Sequence[Visit]) -> list[float]:
        """What the visits still to come will be given; all of it was loaded at the start."""
        demands = [self.asks[visit.order].demand for visit in visits if visit.order in self.asks]
        sums = (sum(demand.get(name, 0) for demand in demands) for name in self.goods)
        return [plain(round(amount, 6)) for amount in sums]

    def on_board(self, visits: Sequence[Visit]) -> dict[str, Any]:
        return {"load": self.load(visits)} if self.goods else {}

    def cost(self, route: Route) -> int:
        """What VROOM counts: travel and the use of the vehicle."""
        rates = self.rates.get(route.worker)

        def weight(part: str) -> float:
            own = getattr(rates, part, None)
            return float(getattr(self.problem.objective, part) if own is None else own)

        hours, kilometres = route.travel_time / timedelta(hours=1), route.distance_m / 1000
        cost = weight("shift_use") + weight("travel_time") * hours
        return round(cost + weight("travel_distance") * kilometres)


def _step(what: dict[str, Any], arrival: datetime) -> dict[str, Any]:
    return {
        **what,
        "setup": 0,
        "service": 0,
        "waiting_time": 0,
        "arrival": round(seconds(arrival)),
        "duration": 0,
        "violations": [],
    }


def _times(stop: Visit | BreakTaken) -> dict[str, int]:
    """Setup, service and waiting such that the rounded times follow from each other."""
    arrival, start, finish = (
        round(seconds(moment)) for moment in (stop.arrival, stop.start, stop.finish)
    )
    setup = min(_whole(stop.setup), finish - start) if isinstance(stop, Visit) else 0
    return {"setup": setup, "service": finish - start - setup, "waiting_time": start - arrival}


def _whole(value: timedelta) -> int:
    return round(value / _SECOND)
