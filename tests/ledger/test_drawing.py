"""The flow in the documents is drawn from the table, so that the two never differ."""

from __future__ import annotations

import re

import pytest

from gridmap.ledger.drawing import drawn
from gridmap.ledger.steps import FLOW
from gridmap.words import LANGUAGES
from tests.house.planting import ROOT

PAGE = ROOT / "docs" / "issues.md"
MARKED = re.compile(r"<!-- flow:[^\n]*-->\n(?P<drawn>.*)<!-- flow ends -->", re.DOTALL)


def test_the_page_shows_the_flow_as_it_is() -> None:
    """To mend it: print(gridmap.ledger.drawing.drawn("en")) between the markers."""
    found = MARKED.search(PAGE.read_text(encoding="utf-8"))
    assert found
    assert found["drawn"] == drawn("en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_act_has_its_row_and_every_way_its_arrow(lang: str) -> None:
    text = drawn(lang)
    assert [line.split("`")[1] for line in text.splitlines() if line.startswith("| `")] == [step.act for step in FLOW]
    ways = [(before, step.after) for step in FLOW if step.after for before in step.before]
    assert all(f"  {before} --> {after}: " in text for before, after in ways)
    assert text.count("-->") == len(ways) + 1
