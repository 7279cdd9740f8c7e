"""Problems as ``trsp`` has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats import hhcrsp_fit as fit
from homeserve_dispatch.formats.cells import write_number
from homeserve_dispatch.formats.hhcrsp_shared import SKIP_COST, Clock
from homeserve_dispatch.formats.trsp import UNITS_PER_DEGREE, table
from homeserve_dispatch.formats.unsupported import unsupported
from homeserve_dispatch.model import Location, Problem, Restock, Shift

_NAME = "trsp"
_MINUTE = timedelta(minutes=1)
# Of the parts that have no words these weigh nothing in what the format can say.
_WEIGHTS = {"paid_time", "overtime", "lateness", "worst_lateness", "preference", "missed_break"}


class Numbers:
    """The numbers that a file has for technicians and requests; the same on each call.

    The ids themselves where they are such numbers already, else the positions: technicians from
    1, requests after them.

    Attributes
    ----------
    workers, orders : dict of str to int
        By id.
    """

    def __init__(self, problem: Problem) -> None:
        crew = len(problem.workers)
        ids = [worker.id for worker in problem.workers] + [order.id for order in problem.orders]
        places = [str(number) for number in range(1, len(ids) + 1)]
        if sorted(ids[:crew]) != sorted(places[:crew]) or sorted(ids) != sorted(places):
            ids = places
        numbers = [int(name) for name in ids]
        self.workers = {w.id: n for w, n in zip(problem.workers, numbers, strict=False)}
        self.orders = {
            o.id: n for o, n in zip(problem.orders, numbers[len(problem.workers) :], strict=False)
        }


def problem_text(problem: Problem) -> str:
    """Write a problem as the text of a file.

    Raises
    ------
    InputError
        Everything in the problem that the format has no words for.
    """
    found = list(
        fit.faults(
            problem,
            _NAME,
            order={"demand", "tools"},
            shift={"capacity", "tools", "restock"},
            weights=_WEIGHTS,
        )
    )
    found += _of_objective(problem)
    found += _of_shifts(problem)
    found += _of_orders(problem)
    if found:
        raise InputError(found)
    places = _places(problem)
    found += _of_travel(problem, places)
    rows = _rows(problem, places)
    if any(float(row[3]) < 0 for row in rows):
        why = "no window opens before the day of the first shift there"
        found.append(unsupported("problem", "orders.time_windows", _NAME, why))
    if found:
        raise InputError(found)
    counts = [len(problem.workers), *(len(kinds) for kinds in _kinds(problem))]
    lines = [
        " ".join((problem.name or "TRSP").split()),
        "",
        "INFO",
        "CREW COUNT  SKILLS  TOOLS   SPARE PARTS",
        " ".join(f"{count:<7}" for count in counts).rstrip(),
        "",
        "DEPOT TECHNICIANS AND REQUESTS",
        "ID   X     Y     TWS    TWE    Serv   SKILLS   TOOLS    SPARE PARTS",
        *("\t".join(row) for row in rows),
    ]
    return "\n".join(lines) + "\n"


def _rows(problem: Problem, places: list[Location]) -> list[list[str]]:
    clock, numbers = Clock(problem), Numbers(problem)
    skills, tools, parts = _kinds(problem)
    shifts = [worker.shifts[0] for worker in problem.workers]
    opens = min(clock.minutes(shift.start) for shift in shifts)
    closes = max(clock.minutes(shift.end) for shift in shifts)
    restock = shifts[0].restock
    serves = restock.duration / _MINUTE if restock else 0.0
    rows = [_row(0, places[0], (opens, closes, serves), "[]", "[]", "[]")]
    for worker, shift, place in zip(problem.workers, shifts, places[1:], strict=False):
        times = clock.minutes(shift.start), clock.minutes(shift.end), 0.0
        carried = [shift.capacity.get(name, 0.0) for name in parts]
        lists = _list(skills, worker.skills), _list(tools, shift.tools), _numbers(carried)
        rows.append(_row(numbers.workers[worker.id], place, times, *lists))
    for order, place in zip(problem.orders, places[len(shifts) + 1 :], strict=True):
        asks, window = problem.effective(order), order.time_windows[0]
        times = (
            clock.minutes(window.earliest),
            clock.minutes(window.latest),
            asks.duration / _MINUTE,
        )
        taken = [asks.demand.get(name, 0.0) for name in parts]
        lists = _list(skills, asks.skills), _list(tools, asks.tools), _numbers(taken)
        rows.append(_row(numbers.orders[order.id], place, times, *lists))
    return sorted(rows, key=lambda row: int(row[0]))


def _row(
    number: int,
    place: Location,
    times: tuple[float, float, float],
    skills: str,
    tools: str,
    parts: str,
) -> list[str]:
    x, y = _coordinates(place) or (0.0, 0.0)
    return [str(number), *(write_number(value) for value in (x, y, *times)), skills, tools, parts]


def _list(kinds: list[str], names: Iterable[str]) -> str:
    return _numbers(sorted(kinds.index(name) for name in dict.fromkeys(names)))


def _numbers(values: Iterable[float]) -> str:
    return f"[{','.join(write_number(value) for value in values)}]"


def _kinds(problem: Problem) -> tuple[list[str], list[str], list[str]]:
    """Return the names of skills, tools and parts by their numbers in the file."""
    shifts = [shift for worker in problem.workers for shift in worker.shifts]
    asks = [problem.effective(order) for order in problem.orders]
    skills = [name for worker in problem.workers for name in worker.skills]
    skills += [name for one in asks for name in one.skills]
    tools = [name for shift in shifts for name in shift.tools]
    tools += [name for one in asks for name in one.tools]
    parts = [name for shift in shifts for name in shift.capacity]
    parts += [name for one in asks for name in one.demand]
    for shift in shifts:
        if shift.restock is not None:
            tools += shift.restock.tools
            parts += shift.restock.amounts
    return _numbered("skill", skills), _numbered("tool", tools), _numbered("part", parts)


def _numbered(kind: str, names: Iterable[str]) -> list[str]:
    """Return names by number: as they say themselves (``tool_3``), else by the alphabet."""
    known = set(names)
    said = [re.fullmatch(rf"{kind}_(0|[1-9][0-9]{{0,2}})", name) for name in known]
    if not all(said):
        return sorted(known)
    return [
        f"{kind}_{at}" for at in range(max((int(one[1]) + 1 for one in said if one), default=0))
    ]


def _places(problem: Problem) -> list[Location]:
    """Return the depot, the homes and the requests' places."""
    homes = [worker.shifts[0].start_location for worker in problem.workers]
    restock = problem.workers[0].shifts[0].restock
    depot = restock.location if restock else homes[0]
    found = [depot, *homes, *(order.location for order in problem.orders)]
    return [place for place in found if place is not None]


def _coordinates(place: Location) -> tuple[float, float] | None:
    if place.lat is None or place.lon is None:
        return None
    return round(place.lon * UNITS_PER_DEGREE, 9), round(place.lat * UNITS_PER_DEGREE, 9)


def _of_objective(problem: Problem) -> Iterator[Issue]:
    if not problem.objective.paid_time > 0:
        why = "the time between departure and return is all that costs there"
        yield unsupported("objective", "paid_time", _NAME, why)


def _of_shifts(problem: Problem) -> Iterator[Issue]:
    if not problem.workers:
        yield unsupported("problem", "workers", _NAME, "the format needs the home of a worker")
    shifts = [(worker, shift) for worker in problem.workers for shift in worker.shifts[:1]]
    asks = [problem.effective(order) for order in problem.orders]
    tools = {name for one in asks for name in one.tools}
    parts = {name for one in asks for name in one.demand}
    for worker, shift in shifts:
        where = f"worker {worker.id!r}, shift number 1"
        ends = [place.key for place in (shift.start_location, shift.end_location) if place]
        if len(set(ends)) > 1:
            yield unsupported(where, "end_location", _NAME, "technicians return home there")
        if shift.paid_from != "departure":
            why = "time counts from the departure there"
            yield unsupported(where, "paid_from", _NAME, why)
        if shift.restock != shifts[0][1].restock or not _has_all(shift, tools, parts):
            why = "all may call at one depot there, which has all tools and any number of parts"
            yield unsupported(where, "restock", _NAME, why)


def _has_all(shift: Shift, tools: set[str], parts: set[str]) -> bool:
    depot = shift.restock or Restock(location=Location(id="-"))
    endless = {name for name, amount in depot.amounts.items() if amount is None}
    return tools <= set(depot.tools) and parts <= endless and endless == set(depot.amounts)


def _of_orders(problem: Problem) -> Iterator[Issue]:
    for order in problem.orders:
        where, asks = f"order {order.id!r}", problem.effective(order)
        if asks.skip_cost < SKIP_COST:
            why = f"nobody is left out there; a skip_cost of {SKIP_COST:g} says so"
            yield unsupported(where, "skip_cost", _NAME, why)
        if len(asks.roles) > 1:
            yield unsupported(where, "crew", _NAME, "one technician does a request there")
        windows = order.time_windows
        soft = any(window.soft for window in windows) and problem.objective.lateness != "hard"
        if len(windows) != 1 or soft or windows[0].bounds != "start":
            why = "a request has one hard window of start there"
            yield unsupported(where, "time_windows", _NAME, why)


def _of_travel(problem: Problem, places: list[Location]) -> Iterator[Issue]:
    """Whether the legs are those that the coordinates make."""
    why = "legs are the Euclidean ones between coordinates there, a unit a minute"
    issue = unsupported("problem", "travel", _NAME, why)
    points = [_coordinates(place) for place in places]
    known = [point for point in points if point is not None]
    if len(known) < len(points):
        yield issue
        return
    try:
        legs = table(known)
    except OverflowError:
        yield issue
        return
    found: list[Issue] = []
    rows = fit.legs(problem, places, _NAME, found)
    yield from found
    if [value for row in rows for value in row] != list(legs.values):
        yield issue
