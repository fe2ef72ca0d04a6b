"""Issues on a map page in Chromium: together in their cell, the most urgent first, until streets are seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.ledger.categories import Category
from gridmap.maps.issues import issue_layers
from gridmap.maps.pages.page import Page
from gridmap.maps.pages.render import render
from tests.browser.conftest import Opened
from tests.pages import quay_page

Open = Callable[..., Opened]
NOW = dt.datetime(2015, 12, 31, 18, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
MARKS = "gridmapPage.groups.slice(data.layers.findIndex(one => one.byCell)).flatMap(group => group.getLayers())"
DATA = "const data = JSON.parse(document.getElementById('data').textContent);"
PLACE = "mark => [mark.getLatLng().lng, mark.getLatLng().lat, mark.options.fillColor]"
PLACES = f"() => {{ {DATA} return {MARKS}.map({PLACE}); }}"
ZOOM = "zoom => { gridmapPage.map.setZoom(zoom, {animate: false}); }"
STREETS = "([lon, lat]) => { gridmapPage.map.setView([lat, lon], 18, {animate: false}); }"


def issue_page(count: int) -> tuple[Page, shapely.Point]:
    """A large quay with so many issues at one place, all due later, and one without a place that is late."""
    page = replace(quay_page(), lang="en", features={}, gaps=None)
    # Ten times as large: a map of it begins at a scale at which no streets are seen.
    large = page.cells.set_geometry(page.cells.scale(10, 10, origin=(548_000, 2_498_000)))
    page = replace(page, cells=large)
    small = page.cells[page.cells["level"] == page.cells["level"].iloc[-1]].to_crs(4326)
    place = small.geometry.iloc[0].representative_point()
    frame = pd.DataFrame(
        {
            "number": [f"2015-{at:05}" for at in range(count + 1)],
            "state": ["filed"] * count + ["in_progress"],
            "category": "water",
            "deferred": False,
            "cell": small["code"].iloc[0],
            "due_at": pd.to_datetime([NOW + dt.timedelta(days=30)] * count + [NOW - dt.timedelta(days=1)], utc=True),
        }
    )
    issues = gpd.GeoDataFrame(frame, geometry=[place] * count + [None], crs=4326)
    kinds = {"water": Category("water", "供水", "water", "work_days", 3)}
    return replace(page, issues=issue_layers(issues, kinds, NOW)), place


def test_issues_have_a_view_of_their_own_and_stand_in_their_cell(open_page: Open) -> None:
    page, place = issue_page(2)
    opened = open_page(render(page))
    opened.show("issues")
    opened.page.evaluate(ZOOM, 14)
    marks = opened.page.evaluate(PLACES)
    assert len(marks) == 3
    assert len({tuple(mark[:2]) for mark in marks}) == 3, "none lies over another"
    opened.page.evaluate(STREETS, [place.x, place.y])
    near = [mark for mark in opened.page.evaluate(PLACES) if shapely.Point(mark[:2]).distance(place) < 1e-6]
    assert len(near) == 2, "with streets in sight each stands at its place; one without any stays in its cell"
    assert opened.complaints == []


def test_what_does_not_fit_is_counted_and_the_late_one_is_shown(open_page: Open) -> None:
    page, _ = issue_page(400)
    opened = open_page(render(page))
    opened.show("issues")
    opened.page.evaluate(ZOOM, 13)
    marks = opened.page.evaluate(PLACES)
    (more,) = opened.page.locator(".label.more").all_inner_texts()
    assert len(marks) + int(more) == 401
    assert "#D55E00" in {mark[2] for mark in marks}


def test_a_switch_a_state_takes_its_issues_away(open_page: Open) -> None:
    page, _ = issue_page(2)
    opened = open_page(render(page))
    opened.show("issues")
    opened.page.locator("label", has_text="issues, filed").locator("input").click()
    assert len(opened.page.evaluate(PLACES)) == 1


def test_a_page_without_issues_offers_no_view_of_them(open_page: Open) -> None:
    opened = open_page(render(quay_page()))
    assert opened.page.evaluate(f"() => {{ {DATA} return data.views.includes('issues'); }}") is False


def test_a_name_never_lies_over_an_issue(open_page: Open) -> None:
    page, _ = issue_page(2)
    opened = open_page(render(page))
    names = "() => [...document.querySelectorAll('.label:not(.more) b')].map(one => one.textContent)"
    assert "码头" in opened.page.evaluate(names), "without issues the name stands in its cell"
    opened.show("issues")
    opened.page.evaluate(ZOOM, 15)
    assert "码头" not in opened.page.evaluate(names)
    assert "市场" in opened.page.evaluate(names)
