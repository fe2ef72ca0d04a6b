"""Routes on pages, pictures and the small map of a sheet."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.errors import ArgumentError
from gridmap.maps.pages.routes import render_routes
from gridmap.maps.pictures.route_map import route_svg
from gridmap.maps.pictures.routes import draw_routes
from gridmap.maps.routes import left_reason, letter, order_label, together
from gridmap.maps.style import LEFT_OUT, LEFT_OUT_ELSE, route_style
from tests.evenings import hostile_lane, lane
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
