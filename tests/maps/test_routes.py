"""Routes on pages, pictures and the small map of a sheet."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import geopandas as gpd
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from gridmap.errors import ArgumentError
from gridmap.maps.basemap import Basemap, Piece
from gridmap.maps.fonts import drawing
from gridmap.maps.pages.routes import render_routes
from gridmap.maps.pictures import route_overview
from gridmap.maps.pictures import routes as routes_picture
from gridmap.maps.pictures.route_map import route_svg
from gridmap.maps.pictures.route_marks import Marks
from gridmap.maps.pictures.route_overview import calls_in
from gridmap.maps.pictures.routes import _at_most, draw_routes
from gridmap.maps.pictures.sheet import Format, finish
from gridmap.maps.routes import Spot, free_spot, is_free, left_reason, letter, order_label, together
from gridmap.maps.style import LEFT_OUT, LEFT_OUT_ELSE, route_style
from tests.evenings import evening_of, hostile_lane, lane
from tests.pages import HOSTILE


@pytest.mark.parametrize(
    ("numbers", "label"), [([3], "3"), ([3, 4, 5], "3–5"), ([7, 3], "3, 7"), ([1, 2, 5], "1–2, 5"), ([], "")]
)
def test_order_numbers_stand_in_as_few_characters_as_can_be(numbers: list[int], label: str) -> None:
    assert order_label(numbers) == label


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=30))
def test_marks_that_would_cover_one_another_share_one(places: list[tuple[int, int]]) -> None:
    groups = together(np.array(places, dtype=float).reshape(-1, 2), 5.0)
    assert sorted(at for group in groups for at in group) == list(range(len(places)))
    firsts = [np.array(places[group[0]]) for group in groups]
    assert all(np.hypot(*(a - b)) >= 5 for i, a in enumerate(firsts) for b in firsts[:i])
    assert all(
        np.hypot(*(np.array(places[at]) - first)) < 5
        for group, first in zip(groups, firsts, strict=True)
        for at in group
    )


WITHIN = (0.0, 0.0, 400.0, 400.0)


@settings(deadline=None)
@given(
    st.tuples(st.integers(30, 370), st.integers(30, 370)),
    st.lists(st.tuples(st.integers(0, 380), st.integers(0, 380)), max_size=30),
)
def test_a_mark_covers_another_only_where_there_is_no_room_beside(at: Spot, corners: list[Spot]) -> None:
    taken = [(x, y, x + 20.0, y + 20.0) for x, y in corners]
    spot = free_spot(at, (8, 8), taken, WITHIN)
    assert np.hypot(spot[0] - at[0], spot[1] - at[1]) < 50
    if is_free(at, (8, 8), taken, WITHIN):
        assert spot == at
    assert spot == at or is_free(spot, (8, 8), taken, WITHIN)


def test_a_mark_on_another_stands_beside_it_and_within_the_map() -> None:
    spot = free_spot((10, 10), (8, 8), [(0, 0, 20, 20)], WITHIN)
    assert spot != (10, 10)
    assert is_free(spot, (8, 8), [(0, 0, 20, 20)], WITHIN)


def crossing(texts: list[Text]) -> list[tuple[str, str]]:
    """Which texts of a picture cover one another."""
    boxes = [(one.get_text(), one.get_window_extent()) for one in texts]
    return [(a, b) for at, (a, one) in enumerate(boxes) for b, other in boxes[:at] if one.overlaps(other)]


def test_numbers_letters_and_names_at_one_door_do_not_cover_one_another() -> None:
    with drawing():
        figure = plt.figure(figsize=(6, 6))
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 100), ylim=(0, 100))
        marks, door = Marks(axes), np.array([50.0, 50.0])
        for label in ("1–11", "3", "O"):
            marks.badge(door, label, "#000000", "solid")
        for who in ("王强", "Visitor 44"):
            marks.name(door, who)
        assert sorted(one.get_text() for one in axes.texts) == sorted(["1–11", "3", "O", "王强", "Visitor 44"])
        assert crossing(axes.texts) == []
        plt.close(figure)


def test_a_name_that_would_cover_a_mark_is_left_to_the_legend() -> None:
    with drawing():
        figure = plt.figure(figsize=(1, 1))
        marks = Marks(figure.add_axes((0, 0, 1, 1), xlim=(0, 100), ylim=(0, 100)))
        marks.name(np.array([50.0, 50.0]), "a very long name of somebody")
        assert list(figure.axes[0].texts) == []
        plt.close(figure)


def test_the_legend_of_many_routes_says_how_many_more_there_are() -> None:
    scene = lane()
    many = gpd.GeoDataFrame(pd.concat([scene.routes] * 20, ignore_index=True), crs=scene.routes.crs)
    many["id"] = range(100, 140)
    entries = [(Line2D([], []), f"Worker {at}: 5 stops,\n2.0 km") for at in range(40)]
    kept = _at_most(entries, [(Line2D([], []), "start")], "en")
    assert kept[-1][1] == f"further routes: {40 - (len(kept) - 1)}"
    assert _at_most(entries[:5], [], "en") == entries[:5]
    assert draw_routes(replace(scene, routes=many), "大鹏").startswith(b"\x89PNG")


def test_a_basemap_lies_under_the_page() -> None:
    ground = Basemap("town.mbtiles", "gcj02", (Piece("data:image/png;base64,AAAA", (114.0, 22.0, 115.0, 23.0)),))
    page = render_routes(replace(lane(), basemap=ground)).decode()
    assert '"name":"town.mbtiles"' in page
    assert '"bounds":[114.0,22.0,115.0,23.0]' in page


def test_thirty_five_people_have_a_look_of_their_own() -> None:
    looks = {(route_style(number).colour, route_style(number).dash) for number in range(35)}
    assert len(looks) == 35


def test_each_reason_has_a_letter_of_its_own_and_words_in_both_languages() -> None:
    letters = [letter(code) for code in LEFT_OUT]
    assert len(set(letters)) == len(letters)
    assert letter("something new") == LEFT_OUT_ELSE
    assert all(left_reason(code, lang) for code in LEFT_OUT for lang in ("zh", "en"))


def test_the_page_is_the_same_bytes_for_the_same_routes_and_names_no_host() -> None:
    page = render_routes(lane())
    assert page == render_routes(lane())
    for word in (b'src="http', b'href="http', b"@import", b"url(http"):
        assert word not in page


@pytest.mark.parametrize("form", ["png", "svg"])
def test_a_picture_is_drawn_and_repeats(form: str) -> None:
    made = draw_routes(lane(), "大鹏", form=form)
    assert made.startswith(b"\x89PNG" if form == "png" else b"<?xml")
    assert made == draw_routes(lane(), "大鹏", form=form)


def test_routes_too_many_for_one_sheet_are_counted_where_they_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """No number, arrow or name of a person could be read any more: dots, and counts for each cell."""
    said: list[str] = []

    def read(figure: Figure, form: Format) -> bytes:
        said.extend(text.get_text() for text in figure.findobj(Text))
        return finish(figure, form)

    monkeypatch.setattr(route_overview, "finish", read)
    monkeypatch.setattr(routes_picture, "finish", read)
    draw_routes(evening_of(12), "Harbour Town")
    assert sum("王强" in text for text in said) > 12
    said.clear()
    draw_routes(evening_of(13), "Harbour Town")
    assert not any("王强" in text for text in said)
    assert sum("13" in text and "39" in text for text in said) >= 1, "routes and stops of a cell"


def test_a_route_counts_in_each_cell_where_it_calls_and_a_stop_on_an_edge_once() -> None:
    halves = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(5, 5, 6, 6)])
    places = [shapely.Point(0.5, 0.5), shapely.Point(1, 0.5), shapely.Point(1.5, 0.5), shapely.Point(1.6, 0.5)]
    stops = gpd.GeoDataFrame({"route": pd.Series([1, 1, 1, None], dtype="Int64")}, geometry=places)
    assert calls_in(halves, stops).to_numpy().tolist() == [[1, 2], [1, 1], [0, 0]]


def test_a_picture_of_no_route_shows_the_cells() -> None:
    scene = lane()
    empty = replace(scene, routes=scene.routes.iloc[:0], stops=scene.stops.iloc[:0])
    assert draw_routes(empty, "大鹏").startswith(b"\x89PNG")
    assert route_svg(empty).startswith("<svg")


def test_the_small_map_has_every_number_within_its_frame() -> None:
    root = ET.fromstring(route_svg(lane()))
    said = [node for node in root if node.tag == "text" and node.get("class") == "said"]
    assert sorted(node.text or "" for node in said) == ["1–2", "2", "3"]
    assert all(0 < float(node.get("x", 0)) < 186 and 0 < float(node.get("y", 0)) < 76 for node in said)
    assert len([node for node in root if node.get("class") == "way"]) == 1
    assert "http" not in route_svg(lane())


def test_hostile_text_stays_text() -> None:
    page = render_routes(hostile_lane()).decode()
    assert HOSTILE not in page
    assert 'onerror="alert(1)">' not in page.replace('\\"', "'")
    assert HOSTILE not in route_svg(hostile_lane())


def test_what_cannot_be_drawn_is_named() -> None:
    scene = lane()
    with pytest.raises(ArgumentError, match="lang"):
        render_routes(replace(scene, lang="fr"))
    with pytest.raises(ArgumentError, match="left_why"):
        draw_routes(replace(scene, stops=scene.stops.drop(columns="left_why")), "大鹏")
    with pytest.raises(ArgumentError, match="roads"):
        route_svg(replace(scene, roads=scene.roads.set_crs(None, allow_override=True)))
