"""Map pages in Chromium with the network off: they draw what they should, and hostile text stays text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridmap.maps.basemap import Basemap, Piece
from gridmap.maps.pages.render import render
from tests.browser.conftest import DESK, PHONE, Opened
from tests.pages import CRS, EAST, HOSTILE, NORTH, hostile_page, quay_page

Open = Callable[..., Opened]
DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg"
    "=="
)
DATA = "const data = JSON.parse(document.getElementById('data').textContent);"
OPEN = "gridmapPage.openCard(L.latLng(at[1], at[0]));"
AT_CELL = f"code => {{ {DATA} const at = data.cells.label[data.cells.code.indexOf(code)]; {OPEN} }}"
AT_SHOP = f"number => {{ {DATA} const at = data.layers[0].at[number]; {OPEN} }}"
SIGN = """sign => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 40;
    const pen = canvas.getContext('2d');
    pen.font = '30px ' + getComputedStyle(document.body).fontFamily;
    pen.fillText(sign, 2, 32);
    return canvas.toDataURL();
}"""


def card_lines(opened: Opened) -> list[str]:
    return [line for line in opened.text(".card").splitlines() if line]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_page_asks_for_nothing_and_complains_of_nothing(open_page: Open, size: tuple[int, int]) -> None:
    opened = open_page(render(quay_page()), size)
    for view in ("answers", "load", "coverage", "features", "gaps"):
        opened.show(view)
    assert opened.requests == []
    assert opened.complaints == []


def test_gaps_of_one_colour_have_shapes_of_their_own(open_page: Open) -> None:
    page = quay_page()
    assert page.gaps is not None
    one = page.gaps.iloc[[0]]
    kinds = ("overdue_duty", "unvisited", "unlinked_feature", "overdue_issue")
    places = [shapely.Point(EAST + 20 * at, NORTH + 50) for at in range(1, 5)]
    rows = [one.assign(kind=kind).set_geometry([at], crs=CRS) for kind, at in zip(kinds, places, strict=True)]
    opened = open_page(render(replace(page, gaps=gpd.GeoDataFrame(pd.concat(rows, ignore_index=True)))))
    opened.show("gaps")
    drawn = [one.get_attribute("d") or "" for one in opened.page.locator("path.gap").all()]
    assert sorted((path.count("L"), path.count("A")) for path in drawn) == [(0, 2), (2, 0), (3, 0), (4, 0)]


def test_each_view_draws_the_shapes_that_it_should(open_page: Open) -> None:
    opened = open_page(render(quay_page()))
    assert opened.count("path.cell") == 3
    assert opened.count("path.border.small") == 1
    assert opened.count("path.border.big") == 1
    assert opened.count("path.gap") == 0
    opened.show("gaps")
    assert opened.count("path.gap") == 2
    opened.show("features")
    assert opened.page.evaluate("gridmapPage.marks()") == 2
    inked = """() => { const c = document.querySelector('.leaflet-features-pane canvas, canvas.leaflet-zoom-animated');
        return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(Boolean); }"""
    opened.page.wait_for_function(inked)


def test_the_levels_switch_and_the_layers_switch_off(open_page: Open) -> None:
    opened = open_page(render(quay_page()))
    opened.page.get_by_text("大网格", exact=True).click()
    assert opened.count("path.cell") == 1
    opened.show("gaps")
    opened.page.get_by_label("有灯不亮").uncheck()
    assert opened.count("path.gap") == 1


def test_the_page_speaks_both_languages(open_page: Open) -> None:
    opened = open_page(render(quay_page()))
    assert "图形为虚构" in opened.text("#foot")
    assert "截至 2015-12-31 18:30" in opened.text("#head")
    opened.page.get_by_role("button", name="English").click()
    assert "The geometry is made up" in opened.text("#foot")
    assert "as known on 2015-12-31 18:30" in opened.text("#head")
    assert opened.page.evaluate("document.documentElement.lang") == "en"


def test_chinese_is_drawn_and_not_boxes(open_page: Open) -> None:
    """Two signs that no font has would look the same; these do not, and names of cells stand on the map."""
    opened = open_page(render(quay_page()))
    assert {"码头", "市场"} <= set(opened.page.locator(".label b").all_inner_texts())
    assert len({opened.page.evaluate(SIGN, sign) for sign in "网格责任\ue83a"}) == 5


def test_a_card_says_first_who_answers_then_what_needs_doing_then_figures(open_page: Open) -> None:
    opened = open_page(render(quay_page()))
    opened.page.evaluate(AT_CELL, "101")
    title, who, todo, *figures = card_lines(opened)
    assert title == "码头 101"
    assert who == "责任人：王强（自 2015-02-01 起）"
    assert todo == "此处没有漏项"
    assert figures[:4] == ["负责对象数", "10", "覆盖情况", "10 / 10（100.0 %）"]
    opened.page.evaluate(AT_CELL, "103")
    title, who, todo, *_ = card_lines(opened)
    assert (title, who, todo) == ("103 103", "无人负责", "待办：无人负责网格 1")


def test_a_click_on_the_map_opens_the_card_of_the_thing_there(open_page: Open) -> None:
    opened = open_page(render(quay_page()))
    opened.show("features")
    place = opened.page.evaluate("""() => { const d = JSON.parse(document.getElementById('data').textContent);
        const at = d.layers[0].at[0]; const p = gridmapPage.map.latLngToContainerPoint([at[1], at[0]]);
        const box = gridmapPage.map.getContainer().getBoundingClientRect(); return [p.x + box.x, p.y + box.y]; }""")
    opened.page.mouse.click(*place)
    card = opened.text(".card")
    assert card.startswith("s1 商店")
    assert "a lamp shop" in card
    assert "王强" in card


def test_hostile_names_stay_text_everywhere(open_page: Open) -> None:
    opened = open_page(render(hostile_page()))
    for view in ("answers", "load", "coverage", "gaps", "features"):
        opened.show(view)
    opened.page.evaluate("gridmapPage.show('features')")
    opened.page.evaluate(AT_SHOP, 0)
    assert HOSTILE in opened.text(".card")
    opened.page.evaluate("gridmapPage.show('gaps')")
    opened.page.evaluate(AT_CELL, "103")
    assert opened.text(".card").count(HOSTILE) >= 6  # kind's subject, reason, who, since; the cell's name, who, todo
    opened.page.get_by_role("button", name="English").click()
    assert opened.dialogs == []
    assert opened.count("img") == 0
    assert opened.count("body [onload], body [onerror], .card b, #panel b") == 0
    assert opened.text("#head h1") == HOSTILE


def test_a_basemap_lies_under_the_cells(open_page: Open) -> None:
    west, south, east, north = quay_page().cells.to_crs("EPSG:4326").total_bounds
    basemap = Basemap("scan.png", "gcj02", (Piece(DOT, (west, south, east, north)),))
    opened = open_page(render(replace(quay_page(), basemap=basemap)))
    assert opened.count(".leaflet-basemap-pane img") == 1
    assert "scan.png (gcj02)" in opened.text("#foot")
    assert opened.complaints == []


def test_a_phone_keeps_the_map_and_folds_the_panel(open_page: Open) -> None:
    opened = open_page(render(quay_page()), PHONE)
    assert opened.page.evaluate("document.getElementById('panel').open") is False
    box = opened.page.locator("#gridmap").bounding_box()
    assert box["height"] > 0.6 * PHONE[1]
    assert opened.page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


def test_paper_shows_title_day_legend_and_scale(open_page: Open) -> None:
    opened = open_page(render(quay_page()))
    opened.page.emulate_media(media="print")
    assert not opened.page.locator(".leaflet-control-zoom").is_visible()
    assert not opened.page.get_by_role("button", name="English").is_visible()
    for kept in ("#head h1", "#head p", "#panel .entry >> nth=0", ".leaflet-control-scale-line", "#foot"):
        assert opened.page.locator(kept).is_visible(), kept


def test_the_map_is_fitted_to_the_sheet_before_it_is_printed(open_page: Open) -> None:
    opened = open_page(render(quay_page()))
    opened.page.evaluate("gridmapPage.map.setZoom(gridmapPage.map.getZoom() + 2, { animate: false })")
    opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert opened.page.locator("#gridmap").bounding_box()["width"] < 277 / 25.4 * 96
    cut = f"() => {{ {DATA} const all = L.featureGroup(data.cells.shape.map((shape) => L.geoJSON(shape))).getBounds();"
    assert opened.page.evaluate(f"{cut} return gridmapPage.map.getBounds().contains(all); }}")
