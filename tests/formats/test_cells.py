"""How single values are written in CSV cells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeserve_dispatch.formats import cell_records, cells
from homeserve_dispatch.formats.cells import CellError
from homeserve_dispatch.model import Break, Location, Role, Shift, Skill, Worker

TEXT = st.text(
    st.one_of(
        st.sampled_from(" ';:,\\=+-@()none\n\r\t\"a"),
        st.characters(exclude_categories=["Cs"]),
    ),
    min_size=1,
)


@given(TEXT)
def test_any_text_reads_back_the_same(text):
    assert cells.read_text(cells.write_text(text)) == text


@given(TEXT)
def test_no_written_text_begins_like_a_formula(text):
    assert cells.write_text(text).lstrip()[:1] not in {"=", "+", "-", "@"}


@given(st.lists(TEXT, max_size=4))
def test_any_list_of_names_reads_back_the_same(names):
    assert cells.read_names(cells.write_names(names)) == names


@given(st.dictionaries(TEXT, st.integers(1, 1000), max_size=4))
def test_any_levels_read_back_the_same(levels):
    assert cells.read_levels(cells.write_levels(levels)) == levels


@given(st.dictionaries(TEXT, st.floats(0, 1e300), max_size=4))
def test_any_amounts_read_back_the_same(amounts):
    assert cells.read_amounts(cells.write_amounts(amounts)) == amounts


@given(st.integers(0, 3660 * 86_400_000))
def test_any_duration_reads_back_to_the_millisecond(ms):
    duration = timedelta(milliseconds=ms)
    assert cells.read_minutes(cells.write_minutes(duration)) == duration


@pytest.mark.parametrize(
    ("text", "written"),
    [("=1+1", "'=1+1"), ("@x", "'@x"), ("'s-Gravenhage", "'s-Gravenhage"), (" a", "' a")],
)
def test_an_apostrophe_stands_before_text_that_a_spreadsheet_would_run_or_strip(text, written):
    assert cells.write_text(text) == written


@pytest.mark.parametrize(
    ("cell", "minutes"), [("90", 90), ("1:30", 90), ("0.5", 0.5), (" 7 ", 7), ("1e2", 100)]
)
def test_durations_are_minutes_or_hours_and_minutes(cell, minutes):
    assert cells.read_minutes(cell) == timedelta(minutes=minutes)


def test_a_window_may_leave_out_its_second_day():
    (window,) = cells.read_windows("2026-05-04T08:00/10:00")
    assert window["latest"] == datetime(2026, 5, 4, 10)


def test_a_window_that_leaves_out_its_second_day_keeps_the_time_zone():
    (window,) = cells.read_windows("2026-05-04T08:00Z/10:00")
    assert window["latest"] == datetime(2026, 5, 4, 10, tzinfo=UTC)


def test_skills_held_have_a_level_and_days_each_optional():
    assert cells.read_skills("gas:2:2026-01-01;water;heat:::2026-12-31").keys() == {
        "gas",
        "water",
        "heat",
    }


@pytest.mark.parametrize(
    ("read", "cell", "complaint"),
    [
        (cells.read_number, "1_000", "not a number"),
        (cells.read_number, "nan", "not a number"),
        (cells.read_number, "9" * 5000, "not a number"),
        (cells.read_whole, "2.5", "not a whole number"),
        (cells.read_minutes, "1e300", "too many"),
        (cells.read_minutes, "an hour", "not a number"),
        (cells.read_moment, "04.05.2026", "not a date and time"),
        (cells.read_windows, "2026-05-04T08:00", "not a window"),
        (cells.read_flag, "perhaps", "neither true nor false"),
        (cells.read_levels, "gas:two", "not a whole number"),
        (cells.read_levels, "gas:1:2", "too many colons"),
        (cells.read_levels, "gas;gas:2", "named 2 times"),
        (cells.read_amounts, "filter", "has no amount"),
        (cells.read_skills, "gas:1:soon", "not a day"),
    ],
)
def test_a_cell_that_cannot_be_read_says_why(read, cell, complaint):
    with pytest.raises(CellError, match=complaint):
        read(cell)


# --- cells that hold records

MINUTES = st.integers(0, 10**8).map(lambda ms: timedelta(milliseconds=ms))
LEVELS = st.dictionaries(TEXT, st.integers(1, 1000), max_size=3)


@st.composite
def roles(draw: st.DrawFn) -> Role:
    earliest, more = draw(MINUTES), draw(st.one_of(st.just(timedelta(0)), MINUTES))
    return Role(
        name=draw(st.none() | TEXT),
        duration=draw(st.none() | MINUTES),
        skills=draw(st.none() | LEVELS),
        earliest_offset=earliest,
        latest_offset=earliest + more,
    )


@given(st.lists(roles() | st.just(Role()), max_size=3))
def test_any_crew_reads_back_the_same(crew):
    read = cell_records.read_crew(cell_records.write_crew(crew))
    assert [Role.model_validate(role) for role in read] == crew


@st.composite
def breaks(draw: st.DrawFn) -> Break:
    name, spot = draw(st.none() | TEXT), draw(st.booleans())
    degrees = st.floats(-90, 90, allow_nan=False)
    place = {"lat": draw(degrees), "lon": draw(degrees)} if spot else {}
    start = datetime(2026, 5, 4, tzinfo=draw(st.sampled_from((None, UTC)))) + draw(MINUTES)
    return Break(
        duration=draw(MINUTES),
        earliest=start,
        latest=start + draw(MINUTES),
        location=Location(id=name, **place) if spot or name else None,
        paid=draw(st.booleans()),
        hard=draw(st.booleans()),
        skip_cost=draw(st.none() | st.floats(0, 1e6)),
    )


@given(st.lists(breaks(), max_size=3))
def test_any_breaks_read_back_the_same(some):
    read = cell_records.read_breaks(cell_records.write_breaks(some))
    assert [Break.model_validate(each) for each in read] == some


@given(st.dictionaries(TEXT, st.none() | st.floats(0, 1e9), max_size=3))
def test_any_stock_reads_back_the_same(amounts):
    assert cell_records.read_stock(cell_records.write_stock(amounts)) == amounts


@given(st.dictionaries(TEXT, st.builds(Skill, efficiency=st.floats(0.1, 10)), max_size=3))
def test_any_efficiency_reads_back_the_same(skills):
    read = cells.read_skills(cells.write_skills(skills))
    assert Worker(id="a", skills=read).skills == skills


def test_a_crew_as_people_write_it():
    lead, helper, bare = map(
        Role.model_validate, cell_records.read_crew("lead:90:gas=2+care; helper:::15/45;:")
    )
    assert lead == Role(name="lead", duration=timedelta(minutes=90), skills={"gas": 2, "care": 1})
    assert helper == Role(
        name="helper",
        earliest_offset=timedelta(minutes=15),
        latest_offset=timedelta(minutes=45),
    )
    assert bare == Role()
    (later,) = cell_records.read_crew("::(none):20")
    assert later == {
        "skills": {},
        "earliest_offset": timedelta(minutes=20),
        "latest_offset": timedelta(minutes=20),
    }


def test_breaks_as_people_write_them_are_on_the_day_of_the_shift():
    start = datetime(2026, 5, 4, 8, tzinfo=UTC)
    cell = "12:00/13:30/30; 2026-05-05T01:00Z/2026-05-05T02:00Z/15/soft/unpaid/skip=2.5/at=48 -11"
    lunch, late = cell_records.on_day(cell_records.read_breaks(cell), start)
    noon = start.replace(hour=12)
    assert lunch == {
        "earliest": noon,
        "latest": noon + timedelta(minutes=90),
        "duration": timedelta(minutes=30),
    }
    made = Shift(start=start, end=start + timedelta(hours=20), breaks=[late]).breaks[0]
    assert (made.hard, made.paid, made.skip_cost) == (False, False, 2.5)
    assert made.location == Location(lat=48, lon=-11)


@pytest.mark.parametrize(
    ("read", "cell", "complaint"),
    [
        (cell_records.read_crew, "a:1:2:3:4", "too many colons"),
        (cell_records.read_crew, "a:soon", "'soon' is not a number"),
        (cell_records.read_crew, "a::gas=2=3", "'gas=2=3' is not a skill"),
        (cell_records.read_crew, "a::gas+gas=2", "'gas' is named twice"),
        (cell_records.read_crew, "a::gas=x", "'x' is not a whole number"),
        (cell_records.read_breaks, "12:00/30", "'12:00/30' is not a break"),
        (cell_records.read_breaks, "25:00/26:00/30", "'25:00' is no time of day"),
        (cell_records.read_breaks, "noon/13:00/30", "'noon' is not a date and time"),
        (cell_records.read_breaks, "12:00/13:00/30/hard", "'hard' says nothing of a break"),
        (cell_records.read_breaks, "12:00/13:00/30/at=48", "'at=48' says nothing of a break"),
        (cell_records.read_patterns, "2026-05-04/monday", "'monday' is not a day"),
        (cell_records.read_ordinal, "0", "'0' is no position"),
        (cells.read_skills, "gas:2*fast", "'fast' is not a number"),
    ],
)
def test_a_cell_of_records_that_cannot_be_read_says_why(read, cell, complaint):
    with pytest.raises(CellError, match=complaint.replace("*", r"\*")):
        read(cell)
