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


def test_every_code_of_a_fault_is_on_this_page_or_that_of_reasons():
    root = Path(__file__).parents[2]
    sources = (root / "src" / "homeserve_dispatch" / "formats").glob("*.py")
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    codes = set(re.findall(r'Issue\(\s*"([A-Z_]+)"', text))
    reasons = (root / "docs" / "reasons.md").read_text(encoding="utf-8")
    assert len(codes) > 15
    assert codes - NAMES - set(re.findall(r"`([A-Z_]+)`", reasons)) == set()


def test_every_format_and_setting_is_on_the_page():
    assert {name for names in FORMATS.values() for name in names} <= NAMES
    assert set(SETTINGS) <= NAMES
