"""What a stop is worth: the table that people read is the one that plans are made by."""

from __future__ import annotations

import re

import pytest

from gridmap.routes.reasons import POINTS, SOON_DAYS, Reason, priority
from gridmap.words import LANGUAGES, say
from tests.house.planting import ROOT

PAGE = (ROOT / "docs" / "routes.md").read_text(encoding="utf-8")
TABLE = re.findall(r"^\| (?P<reason>[^|]+) \| `(?P<code>why_\w+)` \| (?P<points>\d+) \|$", PAGE, re.MULTILINE)
INPUTS = {"points": 7, "duty": "a duty", "day": "2015-12-31", "issue": "2015-00001", "lamp": "L1"}


def test_the_table_of_the_page_is_the_table_of_the_plans() -> None:
    assert {f"routes.{code}": int(points) for _, code, points in TABLE} == dict(POINTS)
    points = [int(points) for *_, points in TABLE]
    assert points == sorted(points, reverse=True), "most first"


def test_the_page_says_the_days_that_count_as_soon() -> None:
    soon = [reason for reason, code, _ in TABLE if code.endswith("_soon")]
    assert soon
    assert all(f"within {SOON_DAYS} days" in reason for reason in soon)


@pytest.mark.parametrize("code", POINTS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_reason_says_its_points(code: str, lang: str) -> None:
    assert "7" in say(code, lang, **INPUTS)


def test_a_stop_is_worth_all_its_reasons() -> None:
    assert priority([Reason("routes.why_urgent"), Reason("routes.why_duty_due")]) == 115
    assert priority([]) == 0
