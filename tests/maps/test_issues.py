"""Open issues on maps: the colour is the time left, the shape the state, and nothing hides the most urgent one."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from PIL import Image

from gridmap.errors import ArgumentError
from gridmap.ledger.categories import Category
from gridmap.ledger.issues import NOT_OPEN, STATES
from gridmap.maps.issues import OPEN_STATES, issue_layers, open_issues
from gridmap.maps.pages.page import Page
from gridmap.maps.pages.render import render
from gridmap.maps.pictures import issues as pictures
from gridmap.maps.pictures.issues import draw_issues
from gridmap.maps.pictures.sheet import Caption
from gridmap.maps.style import ISSUE_SHAPES, TIME_LEFT

CHINA = dt.timezone(dt.timedelta(hours=8))
NOW = dt.datetime(2015, 12, 31, 18, 30, tzinfo=CHINA)
DAY = dt.date(2015, 12, 31)
WEST, EAST = "440307999001101", "440307999001102"
WATER = {"water": Category("water", "供水", "water", "work_days", 3)}
CAPTION = Caption("Harbour Town", DAY, "edition 2015")


def issues(*rows: dict[str, object]) -> gpd.GeoDataFrame:
    """Issues in progress in the western cell, due in an hour, unless a row says otherwise; numbered in their order."""
    usual = {
        "state": "in_progress",
        "category": "water",
        "due_at": NOW + dt.timedelta(hours=1),
        "deferred": False,
        "cell": WEST,
        "geometry": shapely.Point(400, 900),
    }
    held = [{"number": f"2015-{at:05}"} | usual | row for at, row in enumerate(rows, start=1)]
    frame = pd.DataFrame(held, columns=["number", *usual])
    due = pd.DatetimeIndex(pd.to_datetime(frame["due_at"], utc=True))
    return gpd.GeoDataFrame(frame.assign(due_at=due), geometry="geometry", crs="EPSG:4547")


@pytest.mark.parametrize(
    ("row", "left"),
    [
        ({"due_at": NOW - dt.timedelta(seconds=1)}, "overdue"),
        ({"due_at": NOW}, "soon"),
        ({"due_at": NOW + dt.timedelta(days=7, seconds=-1)}, "soon"),
        ({"due_at": NOW + dt.timedelta(days=7)}, "later"),
        ({"due_at": None}, "none"),
        ({"due_at": NOW - dt.timedelta(days=9), "deferred": True}, "none"),
    ],
)
def test_the_time_left_has_four_classes(row: dict[str, object], left: str) -> None:
    assert open_issues(issues(row), NOW)["time_left"].tolist() == [left]


def test_what_is_not_open_is_not_shown_and_the_most_urgent_comes_first() -> None:
    days = [9, -1, None, 2, -3]
    due = [{"due_at": None if one is None else NOW + dt.timedelta(days=one)} for one in days]
    found = open_issues(issues(*due, *({"state": state} for state in NOT_OPEN)), NOW)
    assert found["number"].tolist() == [f"2015-0000{at}" for at in (5, 2, 4, 1, 3)]


def test_every_open_state_has_a_shape_of_its_own() -> None:
    assert set(ISSUE_SHAPES) == set(OPEN_STATES) == set(STATES) - set(NOT_OPEN)
    assert len(set(ISSUE_SHAPES.values())) == len(ISSUE_SHAPES)
    assert len(set(TIME_LEFT.values())) == len(TIME_LEFT)


def test_a_naive_instant_or_a_frame_without_columns_is_refused() -> None:
    with pytest.raises(ArgumentError, match="now"):
        open_issues(issues({}), dt.datetime(2015, 12, 31))  # noqa: DTZ001
    with pytest.raises(ArgumentError, match="due_at"):
        open_issues(issues({}).drop(columns="due_at"), NOW)


def test_a_page_switches_the_issues_of_each_state(nest: gpd.GeoDataFrame) -> None:
    late = {"due_at": NOW - dt.timedelta(days=1), "state": "filed", "geometry": None}
    layers = issue_layers(issues({}, late, {"state": "closed"}), WATER, NOW)
    assert list(layers) == ["issues_filed", "issues_in_progress"]
    layer, rows = layers["issues_filed"]
    assert layer.style.shape == ISSUE_SHAPES["filed"]
    assert rows[["number", "due", "time_left"]].to_numpy().tolist() == [["2015-00002", "2015-12-30 18:30", "overdue"]]
    page = render(Page(title="t", lang="en", on=DAY, cells=nest, issues=layers)).decode()
    for said in ("issues, filed", "诉求：已受理", "2015-00002", "overdue", TIME_LEFT["overdue"]):
        assert said in page


def drawn(monkeypatch: pytest.MonkeyPatch, rows: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> tuple[list[str], str]:
    """Draw issues, and return the texts of the sheet and where markers stand: alone or grouped."""
    texts: list[str] = []
    groups: list[str] = []
    finish, group = pictures.finish, pictures._draw_group
    monkeypatch.setattr(
        pictures,
        "finish",
        lambda figure, form: (texts.extend(text.get_text() for text in _texts(figure)), finish(figure, form))[1],
    )
    monkeypatch.setattr(
        pictures, "_draw_group", lambda axes, cell, held: (groups.extend(held["number"]), group(axes, cell, held))[1]
    )
    picture = Image.open(BytesIO(draw_issues(rows, cells, CAPTION, now=NOW)))
    assert picture.format == "PNG"
    return texts, " ".join(groups)


def _texts(figure: object) -> list[object]:
    from matplotlib.text import Text

    return figure.findobj(Text)  # type: ignore[attr-defined, no-any-return]


def test_a_picture_states_how_many_are_open_and_late(monkeypatch: pytest.MonkeyPatch, nest: gpd.GeoDataFrame) -> None:
    rows = issues({}, {"due_at": NOW - dt.timedelta(days=1)}, {"cell": None, "geometry": None}, {"state": "closed"})
    texts, _ = drawn(monkeypatch, rows, nest)
    assert "Open issues: 3; overdue: 1 / 3 (33.3 %); small cells with one or more: 1 / 2 (50.0 %)" in texts
    assert {"overdue: 1", "due within a week: 2", "in progress: 3", "of these in no cell of this map: 1"} <= set(texts)


def test_issues_stand_together_in_their_cell_unless_streets_are_seen(
    monkeypatch: pytest.MonkeyPatch, nest: gpd.GeoDataFrame
) -> None:
    rows = issues({}, {"geometry": None})
    _, together = drawn(monkeypatch, rows, nest)
    assert together == "2015-00001 2015-00002", "2 km high: the sheet is wider than a street map"
    monkeypatch.setattr(pictures, "STREETS_M", 1e5)
    _, together = drawn(monkeypatch, rows, nest)
    assert together == "2015-00002", "one without a place stands in its cell"


def test_of_too_many_in_a_cell_the_most_urgent_are_drawn_and_the_others_counted(
    monkeypatch: pytest.MonkeyPatch, nest: gpd.GeoDataFrame
) -> None:
    looks: list[str] = []
    look = pictures._look
    monkeypatch.setattr(pictures, "_look", lambda shape, fill: (looks.append(fill), look(shape, fill))[1])
    many = [{"due_at": NOW + dt.timedelta(days=30)}] * 5000
    texts, _ = drawn(monkeypatch, issues(*many, {"due_at": NOW - dt.timedelta(days=1)}), nest)
    (rest,) = [text for text in texts if text.startswith("+")]
    assert 0 < int(rest[1:]) < 5000
    assert looks.count(TIME_LEFT["overdue"]) == 2, "the late one, and the legend"


def test_no_open_issue_is_a_picture_too(monkeypatch: pytest.MonkeyPatch, nest: gpd.GeoDataFrame) -> None:
    texts, _ = drawn(monkeypatch, issues({"state": "closed"}), nest)
    assert "No open issue" in texts
