"""Pages of routes and evening sheets in Chromium with the network off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest

from gridmap.maps.basemap import Basemap, Piece
from gridmap.maps.pages.routes import render_routes
from gridmap.maps.pictures.route_map import route_svg
from gridmap.reports.route_sheet import RouteSheet, SheetCall, route_sheet
from tests.browser.conftest import DESK, PHONE, Opened
from tests.evenings import ZONE, evening_of, hostile_lane, lane

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Open = Callable[..., Opened]
MARK = ".number:not(.start)"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_page_asks_for_nothing_and_fits(open_page: Open, size: tuple[int, int]) -> None:
    opened = open_page(render_routes(lane()), size)
    assert opened.requests == []
    assert opened.complaints == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") == size[0]


def test_order_numbers_and_letters_stand_on_the_map(open_page: Open) -> None:
    opened = open_page(render_routes(lane()))
    said = opened.page.locator(MARK).all_inner_texts()
    assert sorted(said) == ["1–2", "2", "3", "O"]
    assert opened.count(".number.left") == 1
    assert opened.count(".number.start") == 1, "where a way is not shown, nor is its start"
    assert opened.count("path.route-line") == 1
    assert opened.count(".arrow") >= 3


def test_more_numbers_than_can_be_read_are_dots_until_one_comes_nearer(open_page: Open) -> None:
    opened = open_page(render_routes(evening_of(30)))
    assert opened.count(".number.dot") == 90
    assert set(opened.page.locator(".number.dot").all_inner_texts()) == {""}
    assert "s1" in (opened.page.locator(".number.dot").first.get_attribute("aria-label") or "")
    for route in range(1, 30):
        opened.page.evaluate("route => gridmapPage.turn(route, false)", route)
    assert opened.count(".number.dot") == 0
    assert sorted(opened.page.locator(MARK).all_inner_texts()) == ["1–2", "3"]


def test_a_letter_covers_no_number_and_no_start(open_page: Open) -> None:
    """One stop is left out at the door of stops 1 and 2, another where the way starts."""
    scene = lane()
    places = scene.stops.geometry.to_list()
    more = scene.stops.iloc[[4, 4]].set_geometry([places[0], scene.routes["start"].iloc[0]], crs=scene.stops.crs)
    stops = gpd.GeoDataFrame(pd.concat([scene.stops, more], ignore_index=True), crs=scene.stops.crs)
    opened = open_page(render_routes(replace(scene, stops=stops)))
    assert opened.count(".number.left") == 3
    boxes = [one.bounding_box() for one in opened.page.locator(".number").all()]
    apart = [
        one["x"] + one["width"] <= other["x"] + 1
        or other["x"] + other["width"] <= one["x"] + 1
        or one["y"] + one["height"] <= other["y"] + 1
        or other["y"] + other["height"] <= one["y"] + 1
        for at, one in enumerate(boxes)
        for other in boxes[:at]
    ]
    assert all(apart)


def test_a_basemap_is_laid_and_named(open_page: Open) -> None:
    pixel = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
    ground = Basemap("town.mbtiles", "gcj02", (Piece(pixel, (114.4, 22.5, 114.6, 22.7)),))
    opened = open_page(render_routes(replace(lane(), basemap=ground)))
    assert opened.count(".leaflet-basemap-pane img") == 1
    assert "town.mbtiles (gcj02)" in opened.text("#foot")
    assert opened.requests == []


def test_a_card_tells_stop_time_and_why_in_both_languages(open_page: Open) -> None:
    opened = open_page(render_routes(lane()))
    opened.page.evaluate("gridmapPage.open([1])")
    card = opened.text(".card")
    for word in ("2 · 商店 s2 2015-00007", "王强 · 19:20 至 19:30", "码头", "20", "十五分"):
        assert word in card
    opened.page.get_by_role("button", name="English").click()
    opened.page.evaluate("gridmapPage.open([4])")
    for word in ("O · shops s5", "ninety seconds", "fifteen points"):
        assert word in opened.text(".card")


def test_a_route_can_be_put_away(open_page: Open) -> None:
    opened = open_page(render_routes(lane()))
    opened.page.locator("#panel input").first.uncheck()
    assert opened.page.locator(MARK).all_inner_texts() == ["2", "O"]
    assert opened.count("path.route-line") == 0


def test_hostile_names_stay_text(open_page: Open) -> None:
    opened = open_page(render_routes(hostile_lane()))
    opened.page.evaluate("gridmapPage.open([0, 1, 4])")
    assert opened.dialogs == []
    assert opened.requests == []
    assert opened.count("body img") == 0


def test_an_evening_of_five_stops_prints_on_one_sheet_of_a4(chromium: Browser, tmp_path: Path) -> None:
    begin = dt.datetime(2015, 3, 12, 19, 0, tzinfo=ZONE)
    calls = [
        SheetCall(
            number, begin, begin + dt.timedelta(minutes=10), "户籍家庭", f"H{number}", "张*", cell="码头", why=("到期",)
        )
        for number in range(1, 6)
    ]
    sheet = RouteSheet(
        "2015-0001",
        "P2015-0001",
        "大鹏",
        begin.date(),
        "7",
        "李一",
        begin,
        begin,
        900,
        calls,
        drawing=route_svg(lane()),
    )
    file = tmp_path / "sheet.html"
    file.write_bytes(route_sheet(sheet, lang="zh"))
    context = chromium.new_context(offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    context.close()
    assert asked == [file.as_uri()]
    assert printed.count(b"/Type /Page\n") == 1
    assert b"/MediaBox [0 0 594" in printed or b"/MediaBox [0 0 595" in printed
