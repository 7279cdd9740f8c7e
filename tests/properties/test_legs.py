"""Tables of legs that the search sees, against the travel models' own single legs."""

from __future__ import annotations

from hypothesis import given, settings

from homeserve_dispatch import Problem
from homeserve_dispatch.model.travel import NO_WAY
from homeserve_dispatch.travel.tables import Places, geometry
from strategies import problems
from towns import MODES


@settings(max_examples=100)
@given(problems(max_orders=8, max_workers=1))
def test_a_table_of_legs_is_what_the_travel_model_says(problem: Problem) -> None:
    places = Places()
    for order in problem.orders:
        assert places.number(order.location) == places.number(order.location)
    table = geometry(problem.travel, places.locations, MODES)
    size = len(places) + 1
    for at, mode in enumerate(MODES):
        for here, origin in enumerate(places.locations):
            for there, to in enumerate(places.locations):
                leg = problem.travel.leg(origin, to, mode)
                row, column = table.legs[at * size + here], 2 * there
                back, column_back = table.legs_to[at * size + there], 2 * here
                assert row[column] == back[column_back] == leg.time_ms
                if leg != NO_WAY:
                    assert row[column + 1] == back[column_back + 1] == leg.distance_m
            assert not table.legs[at * size + here, 2 * size - 2 :].any()
            assert not table.legs_to[at * size + here, 2 * size - 2 :].any()
