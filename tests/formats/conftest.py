"""Problems that several tests of formats use."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from homeserve_dispatch.model import Location, Order, Problem, Shift, Worker


@pytest.fixture
def home_day() -> Problem:
    """Two workers and three orders, travel by the great circle."""
    hours = {"start": datetime(2026, 5, 4, 8), "end": datetime(2026, 5, 4, 16)}
    home = Location(lat=48.15, lon=11.5)
    return Problem(
        orders=[
            Order(
                id="leak at Mrs. A",
                location=Location(lat=48.1, lon=11.6),
                duration=timedelta(minutes=30),
                skills={"plumbing": 2},
                customer="Mrs. A",
            ),
            Order(
                id="boiler",
                location=Location(id="basement", lat=48.2, lon=11.55),
                duration=timedelta(minutes=45),
                setup=timedelta(minutes=5),
            ),
            Order(
                id="=tap", location=Location(lat=48.12, lon=11.52), duration=timedelta(minutes=20)
            ),
        ],
        workers=[
            Worker(
                id="Ana",
                shifts=[Shift(**hours, start_location=home, end_location=home)],
                skills={"plumbing": 3},
            ),
            Worker(id="Bo", shifts=[Shift(**hours, start_location=home)], skills={"plumbing": 1}),
        ],
    )
