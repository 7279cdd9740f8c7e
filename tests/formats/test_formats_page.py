"""The page on formats names every format and every column."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from homeserve_dispatch.formats import FORMATS
from homeserve_dispatch.formats.columns import LAYOUTS
from homeserve_dispatch.formats.csv_pair import SETTINGS

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
NAMES = set(re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)))


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.kind)
def test_every_column_is_on_the_page(layout):
    assert set(layout.columns) - NAMES == set()


def test_every_format_and_setting_is_on_the_page():
    assert {name for names in FORMATS.values() for name in names} <= NAMES
    assert set(SETTINGS) <= NAMES
