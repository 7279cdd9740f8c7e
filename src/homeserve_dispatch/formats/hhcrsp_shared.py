"""What ``hhcrsp``, ``uhhc`` and ``trsp`` have in common: minutes, tables, patients."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.formats.labels import Labels
from homeserve_dispatch.formats.solomon import BASE
from homeserve_dispatch.formats.vroom_fields import Fields, is_number
from homeserve_dispatch.model import Order, Problem
from homeserve_dispatch.model.base import instant
from homeserve_dispatch.model.faults import LONGEST_ID, brief
from homeserve_dispatch.model.matrix import Milliseconds
from homeserve_dispatch.model.worker import LONGEST_SHIFT

MODE = "car"
PER_HOUR = 60.0
"""A weight of 1 a minute is one of 60 an hour."""

SKIP_COST = 1e6
"""Cost of what must not be left out.

Above the whole cost of any published plan of these sets, so nobody is left out to save way or
lateness, and small enough that a sum over hundreds of them still tells a hundredth.
"""

MOST_MIN = LONGEST_SHIFT / timedelta(minutes=1)
"""Minutes of the longest shift that there can be; no time of a file is later."""

_MS = 60_000
_DUST_MS = 1e-4


def up_to_ms(minutes: float) -> int:
    """Convert minutes to whole milliseconds, rounded up.

    What is rounded up never claims to be earlier or shorter than the file says. Decimal
    fractions that floats cannot hold (38.471 minutes are 2308260 ms) count as whole.
    """
    value = minutes * _MS
    nearest = round(value)
    return nearest if abs(value - nearest) < _DUST_MS else math.ceil(value)


def duration(minutes: float) -> timedelta:
    """Convert minutes to a duration, rounded up to the millisecond."""
    return timedelta(milliseconds=up_to_ms(minutes))


def moment(minutes: float) -> datetime:
    """Convert a file's minutes to a time, rounded up to the millisecond."""
    return BASE + duration(minutes)


def window(earliest: float, latest: float) -> dict[str, datetime]:
    """Convert a window in minutes; it never gets wider, and never turns round."""
    opens = moment(earliest)
    return {"earliest": opens, "latest": max(opens, BASE - duration(-latest))}


def plain(value: float) -> float:
    """Return a whole number as int, to be written without a fraction."""
    return int(value) if value == int(value) else value


class Clock:
    """Minutes of a file from the times of a problem, and back.

    Parameters
    ----------
    problem : Problem
        Minute 0 is that of the files read (2000-01-01T00:00) if its shifts begin in the 20 days
        from there on, else midnight before the first shift.
    """

    def __init__(self, problem: Problem) -> None:
        starts = [shift.start for worker in problem.workers for shift in worker.shifts]
        first = min(starts, key=instant, default=BASE)
        self.zero = first.replace(hour=0, minute=0, second=0, microsecond=0)
        if first.tzinfo is None and BASE <= first < BASE + LONGEST_SHIFT:
            self.zero = BASE

    def minutes(self, when: datetime) -> float:
        """Return the minutes of a time, an int where they are whole."""
        return plain((instant(when) - instant(self.zero)) / timedelta(minutes=1))

    def instant(self, minutes: float) -> datetime:
        """Return the time of some minutes, to the nearest millisecond; an aware one in UTC."""
        return instant(self.zero) + timedelta(milliseconds=round(minutes * _MS))

    def local(self, when: datetime) -> datetime:
        """Return a time in the problem's own zone."""
        return when if self.zero.tzinfo is None else when.astimezone(self.zero.tzinfo)


class Operation(NamedTuple):
    """A service that a patient needs."""

    patient: str
    service: str


class Operations:
    """Which visit of a problem is which operation of a file.

    Attributes
    ----------
    of_visit : dict of (order id, role) to Operation
        Of every visit.
    visit_of : dict of Operation to (order id, role)
        The first of visits that are one operation.
    """

    def __init__(self, problem: Problem) -> None:
        self.of_visit: dict[tuple[str, int], Operation] = {}
        self.visit_of: dict[Operation, tuple[str, int]] = {}
        for order in problem.orders:
            services = services_of(problem, order)
            patient = patient_of(order, services[0])
            for role, service in enumerate(services):
                operation = Operation(patient, service)
                self.of_visit[order.id, role] = operation
                self.visit_of.setdefault(operation, (order.id, role))


def services_of(problem: Problem, order: Order) -> list[str]:
    """Return the service of each role: its only skill, else the order's service or ``"visit"``."""
    return [
        next(iter(role.skills)) if len(role.skills) == 1 else order.service or "visit"
        for role in problem.effective(order).roles
    ]


def separate_id(patient: str, service: str) -> str:
    """Return the id of an order for one of several services that are done on their own."""
    return f"{patient} / {service}"


def patient_of(order: Order, service: str) -> str:
    """Return the patient of an order; of one of several orders it is the customer."""
    if order.customer is not None and order.id == separate_id(order.customer, service):
        return order.customer
    return order.id


def need(top: Fields, keys: Sequence[str]) -> None:
    """Add a fault for each key that the file does not have."""
    for key in keys:
        if not top.has(key):
            top.missing(key, "the format needs it")


def named(top: Fields, key: str, kind: str) -> list[tuple[str, Fields]]:
    """Return the records of a list with their ids, which are text."""
    found = []
    for identity, record in top.records(key, kind):
        given = record.data.get("id")
        if given is not None and not (isinstance(given, str) and 0 < len(given) <= LONGEST_ID):
            record.fault("id", f"{brief(given)} is no text of 1 to {LONGEST_ID} letters")
        found.append((identity, record))
    return found


def words(record: Fields, key: str) -> list[str]:
    """Return a list of names."""
    values = record.listed(key)
    if all(isinstance(value, str) and value for value in values):
        return list(dict.fromkeys(values))
    record.fault(key, f"{brief(values)} are not names")
    return []


def minutes(record: Fields, key: str) -> float | None:
    """Return a time or length in minutes; None if it is missing or faulty, which is a fault."""
    value = record.data.get(key)
    if value is None:
        record.missing(key, "minutes are needed")
    elif is_number(value, 0, MOST_MIN):
        return float(value)
    else:
        record.fault(key, f"{brief(value)} is not a number of minutes from 0 to {MOST_MIN:g}")
    return None


def pair(record: Fields, key: str, value: Any) -> tuple[float, float] | None:
    """Return ``[from, to]`` in minutes."""
    if (
        isinstance(value, list)
        and len(value) == 2
        and all(is_number(v, 0, MOST_MIN) for v in value)
    ):
        if value[0] <= value[1]:
            return value[0], value[1]
        record.fault(key, f"{brief(value)} ends before it starts")
    else:
        problem = f"{brief(value)} is not [from, to] in minutes from 0 to {MOST_MIN:g}"
        record.fault(key, problem)
    return None


def travel_table(top: Fields) -> Milliseconds | None:
    """Return the file's ``distances``, which are minutes, rounded up to the millisecond."""
    if not top.has("distances"):
        return None
    rows = top.listed("distances")
    before, size = len(top.faults), len(rows)
    values = array("i")
    for at, row in enumerate(rows):
        where = f"{top.where}, field distances, row {at}"
        if not isinstance(row, list) or len(row) != size:
            got = f"{len(row)} entries" if isinstance(row, list) else f"{brief(row)} in it"
            problem = f"it has {got} and the table {size} rows"
            action = "make it square: one row and one column a place"
            top.faults.append(Issue("MATRIX_SHAPE", where, problem, action))
            continue
        for column, value in enumerate(row):
            if not is_number(value, 0, MOST_MIN) or (column == at and value):
                top.faults.append(_bad_entry(f"{where}, column {column}", value, at == column))
            else:
                values.append(up_to_ms(value))
    if len(top.faults) > before:
        return None
    return Milliseconds(values, size, Milliseconds.unit_scale)


def _bad_entry(where: str, value: object, same: bool) -> Issue:
    wanted = (
        "0, as the way from a place to itself is" if same else f"from 0 to {MOST_MIN:g} minutes"
    )
    return Issue("MATRIX_VALUE", where, f"{brief(value)} is not {wanted}", "correct it")


class Need(NamedTuple):
    """A service that a patient needs and its length in minutes."""

    service: str
    minutes: float


def default_durations(top: Fields) -> dict[str, float | None]:
    """Return each service of the file with its default duration in minutes, if it has one."""
    return {
        identity: minutes(record, "default_duration") if record.has("default_duration") else None
        for identity, record in named(top, "services", "service")
    }


def needs(
    patient: Fields, key: str, defaults: dict[str, float | None], *, zero_is_default: bool = False
) -> list[Need]:
    """Return the services that a patient needs, each named once.

    Parameters
    ----------
    patient : Fields
        The record.
    key : str
        Where they are listed.
    defaults : dict of str to float or None
        The services that there are, with their default durations.
    zero_is_default : bool
        Whether a duration of 0 stands for the default.
    """
    found: list[Need] = []
    for at, data in enumerate(patient.listed(key), 1):
        record = Fields(f"{patient.where}, {key} number {at}", data, patient.faults)
        if not record.data:
            continue
        service = record.data.get("service")
        if not isinstance(service, str) or service not in defaults:
            problem = f"there is no service {brief(service)}"
            where = f"{record.where}, field service"
            issue = Issue("UNKNOWN_SERVICE", where, problem, "name one of the file's services")
            record.faults.append(issue)
            continue
        if any(service == other.service for other in found):
            record.fault("service", f"{service!r} is needed twice", "name each service once")
            continue
        given = record.has("duration") and not (zero_is_default and record.data["duration"] == 0)
        length = minutes(record, "duration") if given else defaults[service]
        if not given and length is None:
            record.missing("duration", f"the service {service!r} has no default duration")
        found.append(Need(service, length or 0.0))
    if not found and not patient.listed(key):
        patient.missing(key, "a patient needs at least one service")
    return found


def gap_of(patient: Fields, count: int, kinds: Sequence[str]) -> tuple[float, float] | None:
    """Return how long after the first service the second begins, in minutes at least and most.

    Parameters
    ----------
    patient : Fields
        The record, of which ``synchronization`` is read.
    count : int
        Services that the patient needs.
    kinds : sequence of str
        Types that the format has.

    Returns
    -------
    (float, float) or None
        ``(0, 0)``: at the same time; None: the services are done on their own.
    """
    if not patient.has("synchronization"):
        return None
    where = f"{patient.where}, synchronization"
    bond = Fields(where, patient.data["synchronization"], patient.faults)
    kind = bond.data.get("type")
    if not bond.data or kind == "independent":
        return None
    if kind not in kinds:
        bond.fault("type", f"{brief(kind)} is none of {', '.join(kinds)}")
    elif count != 2:
        bond.fault("type", f"{kind} services are two, and this patient needs {count}")
    elif kind == "simultaneous":
        return 0.0, 0.0
    else:
        return _distance(bond)
    return None


def _distance(bond: Fields) -> tuple[float, float] | None:
    value = bond.data.get("distance")
    if isinstance(value, dict):
        value = [value.get("min"), value.get("max")]
    elif is_number(value):
        value = [value, value]
    return pair(bond, "distance", value)


def orders_of(
    identity: str,
    wanted: Sequence[Need],
    gap: tuple[float, float] | None,
    common: dict[str, Any],
    label: Callable[[str], None],
) -> list[dict[str, Any]]:
    """Return a patient's orders as raw input: one, one with a crew of two, or one a service.

    Parameters
    ----------
    identity : str
        The patient's id.
    wanted : sequence of Need
        What the patient needs.
    gap : (float, float), optional
        What :func:`gap_of` says of the two.
    common : dict
        What all of the orders state.
    label : callable
        Gets the id of each order.
    """
    if gap is not None:
        roles = [
            {"name": need.service, "duration": duration(need.minutes), "skills": {need.service: 1}}
            for need in wanted
        ]
        roles[1] |= {"earliest_offset": duration(gap[0]), "latest_offset": duration(gap[1])}
        label(identity)
        return [{"id": identity, "duration": roles[0]["duration"], "crew": roles, **common}]
    orders = []
    for one in wanted:
        order = {"id": identity, "duration": duration(one.minutes), "skills": {one.service: 1}}
        if len(wanted) > 1:
            order |= {"id": separate_id(identity, one.service), "customer": identity}
        label(str(order["id"]))
        orders.append(order | common)
    return orders


def validated(raw: dict[str, Any], labels: Labels, faults: Sequence[Issue]) -> Problem:
    """Make the problem; its faults are put into the file's words.

    Raises
    ------
    InputError
        Those found while reading, or else those of the problem.
    """
    if faults:
        raise InputError(faults)
    try:
        return Problem.model_validate(raw)
    except InputError as error:
        issues = {issue.where: issue for issue in labels.translate(error.issues)}
        raise InputError(issues.values()) from None


def steps(before: Sequence[int], count: int) -> Iterator[tuple[bool, int]]:
    """Yield what a route does in order: ``(is_visit, number)``.

    Parameters
    ----------
    before : sequence of int
        ``after`` of each of its breaks.
    count : int
        Number of its visits.
    """
    for at in range(count + 1):
        yield from ((False, number) for number, after in enumerate(before) if after == at)
        if at < count:
            yield True, at
