"""Maps of issues and duties of an office: what others may see of them, and where."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from gridmap.errors import ArgumentError
from gridmap.ledger.issues import Event
from gridmap.office import mapping
from gridmap.office.default_categories import keep_default_categories
from gridmap.office.duties import keep_default_duties
from gridmap.office.issues import Report, act, report
from gridmap.office.map_scene import Wanted, look
from gridmap.office.mapping import draw_map, draw_picture
from gridmap.office.visiting import record
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.office.visited import FOUNDED, SMALL, at, middle_of, settle, uid, visit

ON = dt.date(2015, 5, 20)


@pytest.fixture
def busy(office: Office, tmp_path: Path) -> Office:
    """The village with an issue at a household, one at a shop and one on the street, all filed in May."""
    settle(office, tmp_path)
    keep_default_duties(LOCAL_ADMINISTRATOR, office, on=FOUNDED)
    keep_default_categories(LOCAL_ADMINISTRATOR, office, on=FOUNDED)
    lon, lat = middle_of(0, 0)
    when = at("2015-05-15T10:00")
    raised = [
        Report(uid("home"), when, "visit", by="7", category="water", features=(("households", "H1"),)),
        Report(uid("shop"), when, "visit", by="7", category="water", features=(("businesses", "S1"),)),
        Report(uid("street"), when, "phone", by="7", category="road", lon=lon, lat=lat),
    ]
    numbers = report(LOCAL_ADMINISTRATOR, office, raised)
    filed = [Event(uid(f"file {one}"), one, "file", at("2015-05-15T11:00")) for one in numbers]
    act(LOCAL_ADMINISTRATOR, office, filed)
    return office


def test_an_issue_at_a_home_counts_in_its_cell_and_has_no_place(busy: Office) -> None:
    rows = look(LOCAL_ADMINISTRATOR, busy, Wanted(ON)).issues().set_index("number")
    assert rows.geometry.isna().tolist() == [True, False, False]
    assert rows["cell"].tolist() == [SMALL] * 3
    private = look(LOCAL_ADMINISTRATOR, busy, Wanted(ON, private=("households",), reason="tonight"))
    assert private.issues().geometry.notna().all()


def test_a_late_issue_at_a_home_is_a_gap_without_a_place(busy: Office) -> None:
    gaps = look(LOCAL_ADMINISTRATOR, busy, Wanted(dt.date(2015, 7, 1))).gaps()
    late = gaps[gaps["kind"] == "overdue_issue"].sort_values("subject")
    assert late.geometry.isna().tolist() == [True, False, False]
    assert not gaps.loc[gaps["kind"] == "unvisited", "subject"].str.contains("H1").any()


def test_the_page_holds_the_open_issues_by_state(busy: Office, tmp_path: Path) -> None:
    page = tmp_path / "map.html"
    draw_map(LOCAL_ADMINISTRATOR, busy, page, Wanted(ON))
    island = re.search(r'id="data">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL)
    assert island is not None
    layers = {one["name"]: one for one in json.loads(island[1])["layers"]}
    issues = layers["issues_filed"]
    assert sorted(place is None for place in issues["at"]) == [False, False, True]
    assert issues["cell"] == [SMALL] * 3


def test_duties_count_in_their_cells_without_exempt_and_sensitive_ones(busy: Office) -> None:
    record(LOCAL_ADMINISTRATOR, busy, [visit("shop", "S1", layer="businesses", mode="inspection")])
    cells = look(LOCAL_ADMINISTRATOR, busy, Wanted(ON)).duties().set_index("code")
    here = cells.loc[SMALL, ["covered", "eligible"]].tolist()
    assert here[0] == 1
    assert here[1] >= 1
    assert (cells["covered"] <= cells["eligible"]).all()


@pytest.mark.parametrize("view", ["issues", "duties"])
def test_pictures_are_drawn_of_issues_and_duties(busy: Office, tmp_path: Path, view: str) -> None:
    target = tmp_path / "map.svg"
    draw_picture(LOCAL_ADMINISTRATOR, busy, target, Wanted(ON), view=view)
    assert target.read_bytes().startswith(b"<?xml")
    with pytest.raises(ArgumentError, match="issues, duties"):
        draw_picture(LOCAL_ADMINISTRATOR, busy, target, Wanted(ON), view="dragons")


def test_every_view_is_drawn() -> None:
    assert tuple(mapping._DRAWN) == mapping.VIEWS
