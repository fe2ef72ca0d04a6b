"""What one has to read stands out: text 4.5:1, parts 3:1 (WCAG 2, AA), on paper and on the ground of a map."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gridmap.maps import style
from gridmap.maps.pictures.coverage import _ink
from gridmap.maps.style import GAPS, INK, OTHER_GAP, PAGE, PEOPLE, SCALE, SCALE_OPACITY, blended, contrast, route_style

ROOT = Path(__file__).parents[2]
SHEETS = sorted([*(ROOT / "gridmap/maps/assets").glob("*.css"), *(ROOT / "api/web/static").glob("*.css")])
OWN = [sheet for sheet in SHEETS if sheet.name != "leaflet.css"]
UNDER = [PAGE["paper"], PAGE["ground"]]


def test_contrast_is_what_wcag_says() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
    assert contrast("#123456", "#123456") == 1


def test_a_colour_on_another_is_what_one_sees_of_both() -> None:
    assert blended("#000000", "#FFFFFF", 0.5) == "#808080"
    assert blended("#123456", "#FFFFFF", 1) == "#123456"


@pytest.mark.parametrize("under", UNDER)
@pytest.mark.parametrize("name", ["text", "quiet", "act", "alert"])
def test_text_is_read(name: str, under: str) -> None:
    assert contrast(PAGE[name], under) >= 4.5


def test_the_text_of_a_button_is_read() -> None:
    assert contrast(PAGE["paper"], PAGE["act"]) >= 4.5


@pytest.mark.parametrize("under", UNDER)
@pytest.mark.parametrize("name", ["focus", "rim", "act"])
def test_controls_and_their_focus_stand_out(name: str, under: str) -> None:
    assert contrast(PAGE[name], under) >= 3


@pytest.mark.parametrize("under", UNDER)
@pytest.mark.parametrize("kind", [*GAPS, "one of a later release"])
def test_every_gap_stands_out(kind: str, under: str) -> None:
    assert contrast(GAPS.get(kind, OTHER_GAP).colour, under) >= 3


@pytest.mark.parametrize("under", UNDER)
@pytest.mark.parametrize("number", range(7))
def test_every_route_stands_out(number: int, under: str) -> None:
    assert contrast(route_style(number).colour, under) >= 3


@pytest.mark.parametrize("number", range(len(SCALE)))
def test_figures_are_read_on_the_colour_of_each_class(number: int) -> None:
    assert contrast(_ink(number), SCALE[number]) >= 4.5


@pytest.mark.parametrize("tint", [*PEOPLE, *(blended(one, PAGE["paper"], SCALE_OPACITY) for one in SCALE[1:])])
def test_borders_and_rims_stand_out_from_the_fills_of_a_page(tint: str) -> None:
    """The lowest class is told from its neighbours by its own darkness; there a border may be quiet."""
    assert contrast(INK, tint) >= 2.3


@pytest.mark.parametrize("sheet", OWN, ids=lambda sheet: f"{sheet.parent.name}/{sheet.name}")
def test_a_sheet_of_styles_takes_its_colours_from_the_one_place(sheet: Path) -> None:
    text = sheet.read_text(encoding="utf-8")
    assert set(re.findall(r"#[0-9A-Fa-f]{3,8}\b(?=[;,\s)}])", re.sub(r"#[a-z]+ ", "", text))) <= {"#fff"}
    known = set(re.findall(r"--([a-z]+):", style.page_style())) | {"own", "turn"}
    assert set(re.findall(r"var\(--([a-z]+)\)", text)) <= known
