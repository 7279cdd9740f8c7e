"""How single values are written in CSV cells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeserve_dispatch.formats import cells
from homeserve_dispatch.formats.cells import CellError

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
