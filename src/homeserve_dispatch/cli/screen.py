"""Plans and faults as tables on a terminal (or in a file)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from rich.box import SIMPLE_HEAD
from rich.table import Table

from homeserve_dispatch.cli.summary import NO_TIME, Summary, by_reason, in_hours, summarise
from homeserve_dispatch.model import PARTS, Location, Order, Problem, Shift
from homeserve_dispatch.model.base import instant
from homeserve_dispatch.plan import BreakTaken, Cost, Plan, RestockCall, Route, Visit
from homeserve_dispatch.turns import Stop, in_turn

if TYPE_CHECKING:
    from rich.console import Console

Titled: TypeAlias = tuple[str, Table]

_NAMED = 3
"""How many of a kind are named."""
_VIOLATIONS_SHOWN = 50
_UNITS = {
    "travel_distance": "km",
    **dict.fromkeys(("shift_use", "unassigned", "preference", "missed_break", "continuity"), ""),
}


def show_plan(console: Console, problem: Problem, plan: Plan, routes: int) -> None:
    """Print what a dispatcher wants to see first.

    Parameters
    ----------
    console : Console
        Where to.
    problem, plan : Problem, Plan
        What the plan is for; the plan, which keeps to it.
    routes : int
        How many routes to print in full.
    """
    found = summarise(problem, plan)
    console.print()
    console.print(problem.name or "Plan", style="bold")
    console.print(_headline(found, plan))
    tables = [_day(found)]
    if plan.unassigned:
        tables.append(_left_out(plan))
    if plan.cost is not None:
        tables.append(_cost(plan.cost))
    tables += [_route(problem, route) for route in plan.routes[:routes]]
    for title, table in tables:
        console.print()
        console.print(title, style="bold", soft_wrap=True)
        console.print(table)
    console.print()
    if len(plan.routes) > routes > 0:
        console.print(f"… and {len(plan.routes) - routes} more routes.")


def show_violations(console: Console, violations: Sequence[object], cost: Cost) -> None:
    """Print what a checker found, one line each, and what the plan costs."""
    for violation in violations[:_VIOLATIONS_SHOWN]:
        console.print(str(violation), soft_wrap=True)
    if len(violations) > _VIOLATIONS_SHOWN:
        codes = Counter(str(getattr(violation, "code", "")) for violation in violations)
        kinds = ", ".join(f"{code} {count}" for code, count in codes.most_common())
        console.print(f"… {len(violations)} in all: {kinds}", soft_wrap=True)
    hard = sum(bool(getattr(violation, "hard", True)) for violation in violations)
    if not violations:
        verdict = "No rule is broken."
    elif not hard:
        verdict = f"No hard rule is broken; {_counted(len(violations), 'figure')} off."
    else:
        verdict = f"Broken hard rules: {hard}."
    console.print(f"{verdict} The plan costs {cost.total:,.2f}.")


def _headline(found: Summary, plan: Plan) -> str:
    words = f"{found.served} of {_counted(found.orders, 'order')} served"
    if found.left_out:
        words += f", {found.left_out} left out"
    if plan.cost is not None:
        words += f"; cost {plan.cost.total:,.2f}"
    words += "."
    if plan.stopped_by is not None:
        words += (
            f"\n{plan.iterations:,} iterations in {plan.seconds:.1f} s, "
            f"ended by {plan.stopped_by.replace('_', ' ')}."
        )
    return words


def _grid(*columns: str) -> Table:
    """Make a table; columns with a ``>`` in front are set flush right."""
    table = Table(box=SIMPLE_HEAD, show_edge=False)
    for column in columns:
        name = column.removeprefix(">")
        table.add_column(name, justify="right" if column.startswith(">") else "left")
    return table


def _day(found: Summary) -> Titled:
    table = _grid("figure", ">value", "")
    table.add_row("workers sent out", str(found.workers_out), f"of {found.workers}")
    table.add_row("service", in_hours(found.service), "setup included")
    if found.visits != found.served:
        table.add_row("visits", str(found.visits), "of crews and recurring work several")
    per_visit = in_hours(found.travel / found.visits) if found.visits else "0 min"
    table.add_row("travel", in_hours(found.travel), f"{per_visit} for each visit")
    table.add_row("distance", f"{found.distance_m / 1000:,.1f} km", "")
    table.add_row(
        "utilisation", f"{found.utilisation:.1%}", "travel and service, of the shifts sent out"
    )
    table.add_row("waiting", in_hours(found.waiting), "")
    table.add_row("overtime", in_hours(found.overtime), "")
    if found.late:
        table.add_row("late visits", str(found.late), f"by {in_hours(found.lateness)} together")
    if found.sla_late:
        table.add_row(
            "past their SLA", str(found.sla_late), f"by {in_hours(found.sla_lateness)} together"
        )
    if found.wished:
        share = found.granted / found.wished
        table.add_row("preferred worker", f"{share:.0%}", f"of {found.wished} who named one")
    return "The day", table


def _left_out(plan: Plan) -> Titled:
    table = _grid("reason", ">orders", ">cost", "which", "for example")
    for reason, group in by_reason(plan):
        named = ", ".join(left.order for left in group[:_NAMED])
        more = ", …" if len(group) > _NAMED else ""
        cost = f"{sum(left.skip_cost for left in group):,.2f}"
        table.add_row(reason, str(len(group)), cost, named + more, group[0].details)
    return "Left out", table


def _cost(cost: Cost) -> Titled:
    table = _grid("part", ">amount", "", ">cost")
    for part in PARTS:
        if money := cost.parts.get(part):
            amount, unit = cost.amounts.get(part, 0.0), _UNITS.get(part, "h")
            digits = f"{amount:,.0f}" if not unit and amount == int(amount) else f"{amount:,.2f}"
            table.add_row(part.replace("_", " "), digits, unit, f"{money:,.2f}")
    table.add_section()
    table.add_row("total", "", "", f"{cost.total:,.2f}")
    return "Cost", table


def _route(problem: Problem, route: Route) -> Titled:
    worker = problem.worker(route.worker)
    shift = worker.shifts[route.shift]
    title = (
        f"{worker.id} by {worker.mode}, shift {shift.start:%a %d %b %H:%M}-{shift.end:%H:%M}: "
        f"{_counted(len(route.visits), 'visit')}, {in_hours(route.travel_time)} of travel"
    )
    table = _grid("start", "finish", "order", "what", "where", "remarks")
    table.add_row(_clock(route.departure), "", "", "departs", _place_name(shift.start_location), "")
    for stop in in_turn(route):
        table.add_row(_clock(stop.start), _clock(stop.finish), *_stop(problem, shift, route, stop))
    overtime = f"overtime {in_hours(route.overtime)}" if route.overtime > NO_TIME else ""
    table.add_row(_clock(route.end), "", "", "ends", _place_name(shift.end_location), overtime)
    return title, table


def _stop(problem: Problem, shift: Shift, route: Route, stop: Stop) -> tuple[str, str, str, str]:
    """Order, what, where and remarks of one stop."""
    if isinstance(stop, RestockCall):
        depot = shift.restock.location if shift.restock else None
        return "", "restocks", _place_name(depot), _waits(stop)
    if isinstance(stop, BreakTaken):
        # Waiting for a break is no news where it is taken on the spot.
        place = shift.breaks[stop.number].location
        return "", "break", _place_name(place), _waits(stop) if place else ""
    order = problem.order(stop.order)
    what = order.service or order.customer or ""
    return order.id, what, _place_name(order.location), _remarks(problem, route, order, stop)


def _waits(stop: Stop) -> str:
    waiting = instant(stop.start) - instant(stop.arrival)
    return f"waits {in_hours(waiting)}" if waiting > NO_TIME else ""


def _remarks(problem: Problem, route: Route, order: Order, visit: Visit) -> str:
    words = [_which(problem, order, visit), _waits(visit)]
    if visit.lateness > NO_TIME:
        words.append(f"late {in_hours(visit.lateness)}")
    if visit.sla_lateness > NO_TIME:
        words.append(f"past SLA {in_hours(visit.sla_lateness)}")
    if order.preferred_workers:
        liked = route.worker in order.preferred_workers
        words.append("preferred worker" if liked else "not the preferred worker")
    return ", ".join(filter(None, words))


def _which(problem: Problem, order: Order, visit: Visit) -> str:
    """Which of the order's visits it is, where there are several: the role's name or number."""
    if order.recurrence is not None:
        return f"{visit.occurrence + 1} of {order.recurrence.times} times"
    crew = order.crew
    if crew is None and order.service is not None:
        crew = next((s.crew for s in problem.services if s.id == order.service), None)
    if not crew or len(crew) < 2:
        return ""
    return crew[visit.role].name or f"{visit.role + 1} of a crew of {len(crew)}"


def _place_name(location: Location | None) -> str:
    if location is None:
        return ""
    return location.id or f"{location.lat:.4f}, {location.lon:.4f}"


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
