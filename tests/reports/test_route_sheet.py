"""The evening sheet for paper."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from gridmap.ledger.visits import OUTCOMES
from gridmap.reports.route_sheet import RouteSheet, SheetCall, SheetLeft, route_sheet
from gridmap.words import say
from tests.pages import HOSTILE

ZONE = dt.timezone(dt.timedelta(hours=8))
SEVEN = dt.datetime(2015, 3, 12, 19, 0, tzinfo=ZONE)


def call(stop: int, **said: object) -> SheetCall:
    given = {"arrive": SEVEN, "leave": SEVEN + dt.timedelta(minutes=10), "what": "shops", "key": f"s{stop}"} | said
    return SheetCall(stop, **given)


def sheet(*calls: SheetCall, **said: object) -> RouteSheet:
    given = {
        "number": "2015-0003",
        "plan": "P2015-0001",
        "office": "Dapeng",
        "on": SEVEN.date(),
        "cadre": "7",
        "who": "Li",
        "begin": SEVEN,
        "back": SEVEN + dt.timedelta(hours=1),
        "metres": 1234,
        "calls": calls,
    } | said
    return RouteSheet(**given)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_stop_has_its_number_times_and_a_box_for_each_outcome(lang: str) -> None:
    said = route_sheet(sheet(call(1), call(2, issues=("noise 2015-00007",), why=("due",))), lang=lang).decode()
    assert re.findall(r'<td class="at">(\d+)</td>', said) == ["1", "2"]
    assert said.count("19:00–19:10") == 2
    for outcome in OUTCOMES:
        assert said.count(f"<i></i>{say(f'ledger.outcome.{outcome}', lang)}</span>") == 2
    for word in ("2015-0003", "P2015-0001", "noise 2015-00007", "1.2", "20:00", "visits quick 2015-0003 --lead 7"):
        assert word in said


def test_an_issue_that_stands_for_nothing_has_no_boxes() -> None:
    said = route_sheet(sheet(call(1, quick=False)), lang="en").decode()
    assert "<i></i>met" not in said
    assert say("reports.route_by_issue", "en") in said


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_was_left_out_is_counted_by_reason_and_the_first_of_it_are_named(lang: str) -> None:
    left = [SheetLeft("shops", f"left{at}", "Pier", 40 - at, "90 s are lacking") for at in range(2)]
    said = route_sheet(sheet(call(1), left=left, left_counts=[("others", 5), ("too far", 2)]), lang=lang).decode()
    assert say("reports.route_left", lang, count=7) in said
    assert say("reports.route_left_why", lang, why="too far", count=2) in said
    assert say("reports.route_left_first", lang, count=2) in said
    assert said.index("shops left0") < said.index("shops left1")
    whole = route_sheet(sheet(call(1), left=left, left_counts=[("others", 2)]), lang=lang).decode()
    assert say("reports.route_left_first", lang, count=2) not in whole
    assert "<section>" not in route_sheet(sheet(call(1)), lang=lang).decode()


def test_what_was_called_at_already_has_nothing_to_fill_in() -> None:
    said = route_sheet(sheet(call(1, done=True), call(2)), lang="en").decode()
    assert said.count("<i></i>met") == 1
    assert said.count(say("reports.route_done", "en")) == 1


def test_nothing_is_fetched_and_nothing_runs() -> None:
    said = route_sheet(sheet(call(1), drawing="<svg></svg>"), lang="zh").decode()
    assert "<svg></svg>" in said
    for word in ("http", "<script", "src=", "@import", "url("):
        assert word not in said


def test_hostile_text_stays_text() -> None:
    hostile = call(1, what=HOSTILE, key=HOSTILE, name=HOSTILE, where=HOSTILE, cell=HOSTILE, why=(HOSTILE,))
    left = {"left": [SheetLeft(HOSTILE, HOSTILE, HOSTILE, 1, HOSTILE)], "left_counts": [(HOSTILE, 2)]}
    said = route_sheet(sheet(hostile, who=HOSTILE, companion=HOSTILE, office=HOSTILE, **left), lang="en").decode()
    assert "<img" not in said
    assert "<script" not in said
    assert said.count("&lt;img") >= 13
