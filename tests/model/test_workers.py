"""Workers, shifts, skills and rates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from homeserve_dispatch import InputError, Rates, Shift, Skill, Worker

EIGHT = datetime(2026, 5, 4, 8)
HOUR = timedelta(hours=1)


def shift(start: float, end: float, until: float | None = None, **fields: Any) -> Shift:
    late = None if until is None else EIGHT + until * HOUR
    return Shift(start=EIGHT + start * HOUR, end=EIGHT + end * HOUR, overtime_until=late, **fields)


def test_a_shift_that_ends_before_or_when_it_starts_is_refused() -> None:
    for end in (0, -1):
        with pytest.raises(InputError, match="before it starts"):
            shift(0, end)


def test_overtime_that_ends_before_the_shift_is_refused() -> None:
    assert shift(0, 4, 4).overtime_until == EIGHT + 4 * HOUR
    with pytest.raises(InputError, match=r"overtime_until .* is before the shift's end"):
        shift(0, 4, 3)


def test_a_shift_of_more_than_twenty_days_is_refused() -> None:
    assert shift(0, 480).end == EIGHT + 480 * HOUR
    for too_long in ((0, 480.1, None), (0, 8, 480.1)):
        with pytest.raises(InputError, match="longer than 20 days; split it"):
            shift(*too_long)


def test_a_shift_with_and_without_time_zone_is_refused() -> None:
    with pytest.raises(InputError, match="must all have a time zone, or none"):
        Shift(start=EIGHT, end=(EIGHT + HOUR).replace(tzinfo=UTC))
    with pytest.raises(InputError, match="the shifts of a worker must all have"):
        Worker(
            id="W",
            shifts=[
                shift(0, 1),
                Shift(start=EIGHT.replace(tzinfo=UTC), end=(EIGHT + HOUR).replace(tzinfo=UTC)),
            ],
        )


def test_a_shift_is_as_long_as_it_is_where_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    # By the clock it ends before it starts.
    start = datetime(2026, 10, 25, 2, 50, tzinfo=berlin)
    end = datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=berlin)
    assert Shift(start=start, end=end).end.utcoffset() == HOUR


@pytest.mark.parametrize("second", [shift(3, 5), shift(1, 2), shift(-1, 9), shift(4.5, 6)])
def test_shifts_that_overlap_overtime_included_are_refused(second: Shift) -> None:
    with pytest.raises(InputError, match="two shifts overlap"):
        Worker(id="W", shifts=[shift(0, 4, 5), second])


def test_a_shift_may_begin_when_the_one_before_is_over() -> None:
    worker = Worker(id="W", shifts=[shift(4, 8), shift(0, 3, 4)])
    assert worker.shifts[0].start == EIGHT + 4 * HOUR


@pytest.mark.parametrize(
    "fields",
    [
        {"max_visits": -1},
        {"max_distance_m": -1},
        {"max_distance_m": 0.5},
        {"max_travel": timedelta(-1)},
        {"max_work": "long"},
        {"capacity": {"kg": -1}},
        {"capacity": {"kg": float("nan")}},
        {"paid_from": "home"},
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=f"field {next(iter(fields))}"):
        shift(0, 1, **fields)


def test_skills_may_be_names_levels_or_spelt_out() -> None:
    assert Worker(id="W", skills=["gas"]).skills == {"gas": Skill()}
    assert Worker(id="W", skills={"gas": 3}).skills == {"gas": Skill(level=3)}
    dated = {"gas": {"level": 2, "valid_until": "2026-12-31"}}
    assert Worker(id="W", skills=dated).skills["gas"].valid_until == date(2026, 12, 31)
    assert Worker(id="W", skills={"gas": Skill(level=4)}).skills["gas"].level == 4


@pytest.mark.parametrize(
    "skills", [{"gas": 0}, {"gas": True}, {"gas": "2x"}, "gas", 5, [["gas"]], {"": 1}, [{}]]
)
def test_skills_that_are_none_are_refused(skills: Any) -> None:
    with pytest.raises(InputError, match="skills"):
        Worker(id="W", skills=skills)


@pytest.mark.parametrize(
    ("skill", "holds"),
    [
        (Skill(), True),
        (Skill(valid_from=date(2026, 5, 4)), True),
        (Skill(valid_from=date(2026, 5, 5)), False),
        (Skill(valid_until=date(2026, 5, 4)), True),
        (Skill(valid_until=date(2026, 5, 3)), False),
        (Skill(valid_from=date(2026, 5, 4), valid_until=date(2026, 5, 4)), True),
    ],
)
def test_both_days_of_a_skills_validity_are_in_it(skill: Skill, holds: bool) -> None:
    assert skill.holds_on(date(2026, 5, 4)) is holds


def test_a_skill_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InputError, match="valid_until is before valid_from"):
        Skill(valid_from=date(2026, 5, 4), valid_until=date(2026, 5, 3))


def test_a_negative_rate_is_refused() -> None:
    with pytest.raises(InputError, match="field waiting"):
        Rates(waiting=-1)


def test_a_worker_comes_back_from_json_as_it_was() -> None:
    worker = Worker(
        id="W",
        shifts=[shift(0, 4, 5, capacity={"kg": 2}, max_travel=HOUR)],
        skills={"gas": Skill(level=2, valid_from=date(2026, 1, 1))},
        tags=["van"],
        rates=Rates(overtime=3),
    )
    assert Worker.model_validate_json(worker.model_dump_json()) == worker
