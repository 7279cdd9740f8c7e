"""Locations, and the ways between them."""

from __future__ import annotations

import math
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeserve_dispatch import (
    GreatCircle,
    InputError,
    Location,
    ModeMatrix,
    Problem,
    Streets,
    TravelMatrix,
)
from homeserve_dispatch.model.matrix import UNREACHABLE
from homeserve_dispatch.model.travel import NO_WAY, Leg

MUNICH = Location(lat=48.137, lon=11.575)


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({}, "needs an id or lat and lon"),
        ({"lat": 48}, "lat and lon go together"),
        ({"lon": 48, "id": "x"}, "lat and lon go together"),
        ({"lat": 90.1, "lon": 0}, "field lat"),
        ({"lat": 0, "lon": -180.1}, "field lon"),
        ({"lat": math.nan, "lon": 0}, "field lat"),
        ({"id": ""}, "field id"),
    ],
)
def test_a_location_must_be_somewhere(fields: dict[str, Any], match: str) -> None:
    with pytest.raises(InputError, match=match):
        Location(**fields)


def test_places_are_told_apart_by_id_and_else_by_coordinates() -> None:
    assert Location(id="x", lat=1, lon=2).key == Location(id="x", lat=3, lon=4).key
    assert Location(lat=1, lon=2).key == Location(lat=1.0, lon=2.0).key
    assert Location(id="x", lat=1, lon=2).key != Location(lat=1, lon=2).key


# --- worked out from coordinates


def test_a_degree_of_a_meridian_is_as_long_as_it_is() -> None:
    leg = GreatCircle(detour=1).leg(Location(lat=48, lon=11), Location(lat=49, lon=11), "car")
    assert leg.distance_m == math.ceil(math.pi / 180 * 6_371_008.8)
    assert leg.time_ms == math.ceil(math.pi / 180 * 6_371_008.8 / 26 * 3600)


def test_the_other_side_of_the_world_is_half_its_girth_away() -> None:
    leg = GreatCircle(detour=1).leg(Location(lat=90, lon=0), Location(lat=-90, lon=50), "car")
    assert leg.distance_m == math.ceil(math.pi * 6_371_008.8)
    across = GreatCircle(detour=1).leg(Location(lat=0, lon=-180), Location(lat=0, lon=180), "car")
    assert across.distance_m <= 1


def test_the_same_place_is_no_way_at_all() -> None:
    town = GreatCircle(overhead=timedelta(minutes=5))
    assert town.leg(MUNICH, MUNICH, "car") == Leg(0, 0)
    one, other = Location(id="x", lat=1, lon=2), Location(id="x", lat=3, lon=4)
    assert town.leg(one, other, "car") == Leg(0, 0)


def test_two_places_at_one_spot_still_cost_the_overhead() -> None:
    town = GreatCircle(overhead=timedelta(minutes=5))
    one, other = Location(id="x", lat=1, lon=2), Location(id="y", lat=1, lon=2)
    assert town.leg(one, other, "car") == Leg(300_000, 0)


def test_streets_along_the_grid_are_as_long_as_both_sides() -> None:
    centre = Location(lat=0, lon=0)
    corner = Location(lat=0.03, lon=0.04)
    side = math.radians(0.01) * 6_371_008.8

    def metres(**fields: Any) -> int:
        return Streets(centre=centre, **fields).leg(centre, corner, "car").distance_m

    assert metres(grid=1) == math.ceil(7 * side)
    assert metres(grid=0) == math.ceil(5 * side)
    assert metres(grid=0.5) == math.ceil(6 * side)
    bearing = math.degrees(math.atan2(3, 4))
    assert metres(grid=1, bearing=bearing) == pytest.approx(5 * side, abs=1.01)


COORDINATES = st.builds(Location, lat=st.floats(47, 49, width=32), lon=st.floats(10, 12, width=32))
TOWNS = st.one_of(
    st.builds(
        GreatCircle,
        detour=st.floats(1, 3),
        overhead=st.sampled_from((timedelta(0), timedelta(minutes=3))),
    ),
    st.builds(
        Streets,
        centre=st.just(Location(lat=48, lon=11)),
        grid=st.floats(0, 1),
        bearing=st.floats(-90, 90),
    ),
)


@given(TOWNS, COORDINATES, COORDINATES, COORDINATES)
def test_a_way_by_a_third_place_is_never_shorter(
    town: GreatCircle | Streets, one: Location, other: Location, third: Location
) -> None:
    for a, b, c in permutations((one, other, third)):
        straight, first, then = (town.leg(*ends, "car") for ends in ((a, c), (a, b), (b, c)))
        assert straight.time_ms <= first.time_ms + then.time_ms
        assert straight.distance_m <= first.distance_m + then.distance_m
        assert straight == town.leg(c, a, "car")


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: GreatCircle(speed_kmh={"car": 0}), "field speed_kmh.car"),
        (lambda: GreatCircle(detour=0.9), "field detour"),
        (lambda: GreatCircle(overhead=timedelta(-1)), "negative"),
        (lambda: Streets(centre=Location(id="x")), "the centre needs lat and lon"),
        (lambda: Streets(centre=MUNICH, grid=1.1), "field grid"),
    ],
)
def test_a_town_that_makes_no_sense_is_refused(make: Any, match: str) -> None:
    with pytest.raises(InputError, match=match):
        make()


# --- tables


def test_a_table_is_read_row_to_column_for_each_mode() -> None:
    travel = TravelMatrix(
        places=["a", "b"],
        tables={
            "car": ModeMatrix(travel_time_s=[[0, 60], [75.5, 0]], distance_m=[[0, 9], [8.6, 0]]),
            "foot": ModeMatrix(travel_time_s=[[0, 600], [600, 0]]),
        },
    )
    a, b = Location(id="a"), Location(id="b")
    assert travel.leg(a, b, "car") == Leg(60_000, 9)
    assert travel.leg(b, a, "car") == Leg(75_500, 9)
    assert travel.leg(b, a, "foot") == Leg(600_000, 0)
    assert travel.modes() == ("car", "foot")
    assert travel.knows(a)
    assert not travel.knows(Location(id="c"))
    assert not travel.knows(MUNICH)


def test_null_in_either_table_means_no_way() -> None:
    a, b = Location(id="a"), Location(id="b")
    no_time = ModeMatrix(travel_time_s=[[0, None], [5, 0]], distance_m=[[0, 1], [1, 0]])
    no_metres = ModeMatrix(travel_time_s=[[0, 5], [5, 0]], distance_m=[[0, None], [1, 0]])
    for table in (no_time, no_metres):
        travel = TravelMatrix(places=["a", "b"], tables={"car": table})
        assert travel.leg(a, b, "car") == NO_WAY
        assert travel.leg(b, a, "car") == Leg(5000, 1)


def test_what_the_diagonal_says_does_not_count() -> None:
    table = ModeMatrix(travel_time_s=[[7]])
    travel = TravelMatrix(places=["a"], tables={"car": table})
    assert travel.leg(Location(id="a"), Location(id="a"), "car") == Leg(0, 0)


@pytest.mark.parametrize(
    ("rows", "match"),
    [
        ([[0, 1]], "matrix row 0.*has 2 entries and the matrix 1 rows"),
        ([[0, 1], [0]], "matrix row 1.*has 1 entries"),
        ([[0, -1], [1, 0]], r"row 0, column 1: -1 is not a number from 0 to 1000000"),
        ([[0, 1], [math.nan, 0]], "row 1, column 0: nan is not"),
        ([[0, "1"], [1, 0]], "row 0, column 1: '1' is not"),
        ([[0, True], [1, 0]], "row 0, column 1: True is not"),
        ([[0, 1e10], [1, 0]], "row 0, column 1"),
        ("none", "must be a list of rows"),
    ],
)
def test_a_table_with_faults_is_refused_and_each_entry_named(rows: Any, match: str) -> None:
    with pytest.raises(InputError, match=match):
        ModeMatrix(travel_time_s=rows)


def test_all_faulty_entries_are_named_not_only_the_first() -> None:
    with pytest.raises(InputError) as caught:
        ModeMatrix(travel_time_s=[[-1, -2], ["x", 0]], distance_m=[[0, 1], [1]])
    codes = [issue.code for issue in caught.value.issues]
    assert codes == ["MATRIX_VALUE"] * 3 + ["MATRIX_SHAPE"]


def test_tables_and_places_must_agree() -> None:
    table = ModeMatrix(travel_time_s=[[0, 1], [1, 0]])
    with pytest.raises(InputError, match="is 2 x 2 and there are 1 places"):
        TravelMatrix(places=["a"], tables={"car": table})
    with pytest.raises(InputError, match="named twice: a"):
        TravelMatrix(places=["a", "a"], tables={"car": table})
    with pytest.raises(InputError, match="there is no table"):
        TravelMatrix(places=["a", "b"], tables={})


def test_an_array_is_a_table() -> None:
    numpy = pytest.importorskip("numpy")
    table = ModeMatrix(travel_time_s=numpy.array([[0, 1.5], [2, 0]]))
    assert table.travel_time_s.at(0, 1) == 1500
    assert table == ModeMatrix(travel_time_s=[[0, 1.5], [2, 0]])


@given(
    st.integers(0, 4).flatmap(
        lambda size: st.lists(
            st.lists(
                st.one_of(st.none(), st.integers(0, 10**6), st.floats(0, 10**6)),
                min_size=size,
                max_size=size,
            ),
            min_size=size,
            max_size=size,
        )
    )
)
def test_a_table_comes_back_from_json_as_it_was(rows: list[list[float | None]]) -> None:
    table = ModeMatrix(travel_time_s=rows)
    assert ModeMatrix.model_validate_json(table.model_dump_json()) == table
    for row, given_row in enumerate(rows):
        for column, value in enumerate(given_row):
            kept = table.travel_time_s.at(row, column)
            assert kept == (UNREACHABLE if value is None else round(value * 1000))


def test_travel_is_chosen_by_its_kind() -> None:
    problem = Problem.model_validate(
        {"orders": [], "workers": [], "travel": {"kind": "great_circle", "detour": 2}}
    )
    assert problem.travel == GreatCircle(detour=2)
    with pytest.raises(InputError, match="field travel"):
        Problem.model_validate({"orders": [], "workers": [], "travel": {"kind": "teleport"}})


def test_a_copy_with_other_places_does_not_remember_the_old_ones() -> None:
    table = ModeMatrix(travel_time_s=[[0, 1], [2, 0]])
    travel = TravelMatrix(places=["a", "b"], tables={"car": table})
    assert travel.knows(Location(id="a"))
    other = travel.model_copy(update={"places": ("c", "d")})
    assert not other.knows(Location(id="a"))
    assert other.knows(Location(id="c"))
