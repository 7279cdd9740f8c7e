"""The Python in the README and in the docs runs, and prints what the pages say it prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

snippets = Sybil(parsers=[PythonCodeBlockParser()])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_snippets_of_a_page_run_from_top_to_bottom(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    for example in snippets.parse(page).examples():
        example.evaluate()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_tutorial_shows_the_files_that_it_reads() -> None:
    shown = re.findall(
        r"```text\n(id,.*?)```", (ROOT / "docs/tutorial.md").read_text("utf-8"), re.DOTALL
    )
    folder = ROOT / "examples/data/first-day"
    assert shown == [(folder / name).read_text("utf-8") for name in ("orders.csv", "workers.csv")]


def test_there_are_snippets_at_all() -> None:
    found = [example for page in PAGES for example in snippets.parse(page).examples()]
    assert len(found) >= 5
