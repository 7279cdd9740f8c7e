"""Collects ``bench_*.py``, and has the kernels compiled before anything is timed."""

from __future__ import annotations

import prepared
import pytest

import homeserve_dispatch as hd


def pytest_configure(config: pytest.Config) -> None:
    # Here and not in pyproject.toml, so that the tests collect what they always did.
    config.addinivalue_line("python_files", "bench_*.py")
    config.addinivalue_line("python_functions", "bench_*")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--settled",
        metavar="FOLDER",
        help="keep settled plans there, and begin from those that are there already",
    )


@pytest.fixture(scope="session", autouse=True)
def plain_kernel() -> None:
    hd.solve(prepared.plain_day(20), stop=hd.Iterations(50), threads=1)


@pytest.fixture(scope="session", params=[200, 2_000])
def orders(request: pytest.FixtureRequest) -> int:
    size: int = request.param
    return size


@pytest.fixture(scope="session")
def plain(request: pytest.FixtureRequest, orders: int) -> prepared.Prepared:
    """A tight day, and a settled plan of it."""
    folder = request.config.getoption("--settled")
    return prepared.plain(orders, folder)


@pytest.fixture(scope="session")
def ruled(request: pytest.FixtureRequest, orders: int) -> prepared.Prepared:
    """The same with crews and breaks."""
    hd.solve(prepared.ruled_day(20), stop=hd.Iterations(50), threads=1)
    folder = request.config.getoption("--settled")
    return prepared.ruled(orders, folder)
