from __future__ import annotations

import datetime as dt
import re
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.gaps.shape import COLUMNS, NAMES, gap_frame, no_gaps
from gridmap.maps import fonts
from gridmap.maps.pictures import sheet
from gridmap.maps.pictures.coverage import coverage_classes, draw_coverage
from gridmap.maps.pictures.gaps import draw_gaps
from gridmap.maps.pictures.sheet import Caption, counted, percent, round_length, wrapped
from gridmap.maps.style import GAPS, SCALE
from gridmap.words import LANGUAGES, say

DAY = dt.date(2015, 12, 31)
SIX = 6


def has_chinese() -> bool:
    return len(fonts.chain()) > 1


needs_chinese = pytest.mark.skipif(not has_chinese(), reason="no font with Chinese is installed (fonts-noto-cjk)")


@pytest.fixture
def caption() -> Caption:
    return Caption("Harbour Town", DAY, "registers of 2015-12-30, gridmap 0.1.0")


@pytest.fixture
def terrace() -> gpd.GeoDataFrame:
    """One big cell of eight small ones in a row: a share of each class from none to all, one unknown, one empty."""
    small = [shapely.box(200 * i, 0, 200 * (i + 1), 400) for i in range(8)]
    eligible = [10, 10, 10, 10, 10, 10, None, 0]
    covered = [0, 3, 6, 8, 9, 10, None, 0]
    return gpd.GeoDataFrame(
        {
            "code": ["1", *(f"1{i}" for i in range(8))],
            "level": ["big", *["small"] * 8],
            "name": ["harbour", *(f"quay {i}" for i in range(8))],
            "covered": pd.array([None, *covered], dtype="Int64"),
            "eligible": pd.array([None, *eligible], dtype="Int64"),
        },
        geometry=[shapely.box(0, 0, 1600, 400), *small],
        crs="EPSG:4547",
    )


def gaps_of(rows: list[dict[str, object]], crs: str = "EPSG:4547") -> gpd.GeoDataFrame:
    """Return gaps with the columns given, what is not given being empty."""
    common = {"unit": "", "reason": "gaps.unplaced", "since": "2015-01-01", "inputs": {}, "measure": 1.0}
    filled = [{name: {**common, **row}.get(name) for name in COLUMNS} for row in rows]
    return gap_frame({name: [row[name] for row in filled] for name in COLUMNS}, crs)


@pytest.fixture
def one_of_each(terrace: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A gap of every kind, and one of a kind that a neighbour added."""
    at = shapely.Point(100, 200)
    shapes = dict.fromkeys((*NAMES, "flooded"), at)
    shapes |= dict.fromkeys(("uncovered_area", "overlap", "out_of_reach"), at.buffer(60))
    shapes |= dict.fromkeys(("unattended_cell", "overloaded_cadre"), terrace.geometry[2])
    shapes |= dict.fromkeys(("unlit_road", "dark_road"), shapely.LineString([(20, 20), (900, 380)]))
    units = {"unlit_road": "m", "dark_road": "m", "overlap": "m2"}
    return gaps_of(
        [
            {"kind": kind, "subject": kind, "small": "10", "big": "1", "geometry": shape, "unit": units.get(kind, ""),
             "measure": 1234.0}
            for kind, shape in shapes.items()
        ]
    )  # fmt: skip


@pytest.fixture
def sheets(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """Every sheet that is finished, as it is before it becomes bytes."""
    kept: list[Figure] = []
    finish = sheet.finish

    def keeping(figure: Figure, form: sheet.Format) -> bytes:
        kept.append(figure)
        return finish(figure, form)

    monkeypatch.setattr("gridmap.maps.pictures.coverage.finish", keeping)
    monkeypatch.setattr("gridmap.maps.pictures.gaps.finish", keeping)
    return kept


def said(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def pixels(png: bytes) -> np.ndarray:
    return np.array(Image.open(BytesIO(png)).convert("RGB"))


def shows(png: bytes, colour: str) -> bool:
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return bool((np.abs(pixels(png).astype(int) - wanted).max(axis=2) <= 1).sum() > 20)


def test_the_title_states_the_finding_with_numbers(
    terrace: gpd.GeoDataFrame, caption: Caption, sheets: list[Figure]
) -> None:
    """36 of 60; of the seven cells with something to cover and data, six: two of them below half."""
    draw_coverage(terrace, "Households visited", caption)
    assert "Households visited: 36 / 60 (60.0 %); small cells below half: 2 / 6 (33.3 %)" in said(sheets[0])


def test_the_legend_counts_the_cells_of_every_class_and_what_is_in_none(
    terrace: gpd.GeoDataFrame, caption: Caption, sheets: list[Figure]
) -> None:
    draw_coverage(terrace, "Households visited", caption)
    (legend,) = sheets[0].legends
    assert [text.get_text() for text in legend.get_texts()] == [
        "100 %: 1",
        "90 % to < 100 %: 1",
        "75 % to < 90 %: 1",
        "50 % to < 75 %: 1",
        "25 % to < 50 %: 1",
        "0 % to < 25 %: 1",
        "no data: 1",
        "– not applicable: 1",
    ]


def test_no_data_zero_and_not_applicable_are_three_different_pictures(
    terrace: gpd.GeoDataFrame, caption: Caption
) -> None:
    """The same cell as zero, unknown and empty: three colours or hatches of the same spot."""
    drawn = []
    for covered, eligible in ((0, 10), (None, None), (0, 0)):
        one = terrace.copy()
        one.loc[3, ["covered", "eligible"]] = [covered, eligible]
        drawn.append(pixels(draw_coverage(one, "x", caption)))
    middle = [picture[500:800, 400:1200] for picture in drawn]
    assert not np.array_equal(middle[0], middle[1])
    assert not np.array_equal(middle[1], middle[2])
    assert not np.array_equal(middle[0], middle[2])


def test_the_least_covered_class_is_the_darkest_on_the_picture_and_in_grey(
    terrace: gpd.GeoDataFrame, caption: Caption
) -> None:
    drawn = draw_coverage(terrace, "x", caption)
    assert all(shows(drawn, colour) for colour in SCALE)
    grey = [np.dot([int(colour[i : i + 2], 16) for i in (1, 3, 5)], (0.299, 0.587, 0.114)) for colour in SCALE]
    assert np.all(np.diff(grey) > 12)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=20))
@settings(deadline=None)
def test_every_cell_is_in_one_class_or_has_nothing_to_cover(pairs: list[tuple[int, int]]) -> None:
    covered = [min(pair) for pair in pairs]
    eligible = [max(pair) for pair in pairs]
    found = coverage_classes(gpd.GeoDataFrame({"code": "1", "covered": covered, "eligible": eligible}))
    for done, of, number in zip(covered, eligible, found, strict=True):
        assert (number == -2) == (of == 0)
        assert number < SIX
        if of:
            assert (number == SIX - 1) == (done == of)
            assert (number == 0) == (4 * done < of)


@pytest.mark.parametrize(("covered", "eligible"), [(11, 10), (-1, 10), (1, 0)])
def test_more_covered_than_eligible_is_refused_with_the_cell(
    terrace: gpd.GeoDataFrame, caption: Caption, covered: int, eligible: int
) -> None:
    terrace.loc[4, ["covered", "eligible"]] = [covered, eligible]
    with pytest.raises(ArgumentError, match="cell 13 "):
        draw_coverage(terrace, "x", caption)


def test_nothing_eligible_at_all_is_not_applicable_in_words(
    terrace: gpd.GeoDataFrame, caption: Caption, sheets: list[Figure]
) -> None:
    terrace[["covered", "eligible"]] = 0
    draw_coverage(terrace, "Shops visited", caption)
    assert "Shops visited: 0 / 0 (n/a); small cells below half: 0 / 0 (n/a)" in said(sheets[0])


def test_labels_of_cells_lie_within_them_and_never_overlap(
    terrace: gpd.GeoDataFrame, caption: Caption, sheets: list[Figure]
) -> None:
    terrace.loc[2, "name"] = "a name far too long for so narrow a cell as this one is"
    draw_coverage(terrace, "x", caption)
    (axes,) = sheets[0].axes
    renderer = sheets[0].canvas.get_renderer()
    labels = [text for text in axes.texts if text.get_transform() == axes.transData]
    boxes = [
        shapely.box(*Bbox(axes.transData.inverted().transform(label.get_window_extent(renderer))).extents)
        for label in labels
    ]
    assert len(boxes) == 8
    assert "30.0 %" in [label.get_text() for label in labels]
    for number, box in enumerate(boxes):
        assert sum(cell.covers(box) for cell in terrace.geometry[1:]) == 1
        assert not any(box.intersects(other) for other in boxes[:number])


def test_the_title_of_gaps_counts_them_and_the_cells_that_have_one(
    one_of_each: gpd.GeoDataFrame, terrace: gpd.GeoDataFrame, caption: Caption, sheets: list[Figure]
) -> None:
    extra = gaps_of([{"kind": "dark_road", "subject": "second", "unit": "m", "measure": 6.0}])
    draw_gaps(gpd.pd.concat([one_of_each, extra]), terrace, caption)
    title = "Gaps: 13; small cells with one or more: 1 / 8 (12.5 %); most are of the kind dark road: 2"
    assert title in [text.replace("\n", " ") for text in said(sheets[0])]


def test_the_legend_of_gaps_does_not_say_the_same_count_twice(
    terrace: gpd.GeoDataFrame, caption: Caption, sheets: list[Figure]
) -> None:
    ones = [{"kind": "unvisited", "subject": name, "unit": "features", "measure": 1.0} for name in "abc"]
    many = [{"kind": "unattended_cell", "subject": "a", "unit": "features", "measure": 43.0}]
    draw_gaps(gaps_of([*ones, *many]), terrace, caption)
    told = said(sheets[0])
    assert "unvisited: 3" in told
    assert "unattended cell: 1 · 43 features" in told


def test_the_legend_of_gaps_has_a_line_for_each_kind_with_sums_by_unit(
    one_of_each: gpd.GeoDataFrame, terrace: gpd.GeoDataFrame, caption: Caption, sheets: list[Figure]
) -> None:
    extra = gaps_of([{"kind": "dark_road", "subject": "second", "unit": "m", "measure": 6.0}])
    draw_gaps(gpd.pd.concat([one_of_each, extra]), terrace, caption)
    lines = [text.get_text() for text in sheets[0].legends[0].get_texts()]
    assert lines[: len(NAMES)] == [
        f"{say(f'gaps.kind.{kind}')}: {count}"
        for kind, count in zip(
            NAMES, ["1", "1 · 1,234 m2", "1", "1", "1", "1", "1 · 1,234 m", "2 · 1,240 m", "1", "1", "1"], strict=True
        )
    ]
    assert lines[len(NAMES) :] == ["flooded: 1", "of these with no place to draw: 1"]


@pytest.mark.parametrize("kind", [*NAMES, "flooded"])
def test_every_kind_of_gap_changes_the_picture_in_its_own_way(
    kind: str, one_of_each: gpd.GeoDataFrame, terrace: gpd.GeoDataFrame, caption: Caption
) -> None:
    """Seen where the map is, title and legend left out, against the map without it."""
    alone = one_of_each[one_of_each["kind"] == kind]
    bare = gaps_of([{"kind": kind, "subject": kind}])
    drawn, empty = (pixels(draw_gaps(gaps, terrace, caption))[200:1050, 60:1200] for gaps in (alone, bare))
    assert (drawn != empty).any(axis=2).sum() > 30


def test_an_area_too_small_to_be_seen_is_ringed(terrace: gpd.GeoDataFrame, caption: Caption) -> None:
    sliver = gaps_of([{"kind": "overlap", "subject": "a", "geometry": shapely.Point(700, 200).buffer(0.2)}])
    assert shows(draw_gaps(sliver, terrace, caption), GAPS["overlap"].colour)


def test_a_gap_of_several_geometries_is_drawn_whatever_they_are(terrace: gpd.GeoDataFrame, caption: Caption) -> None:
    shapes = [
        shapely.MultiPoint([(10, 10), (50, 50)]),
        shapely.MultiLineString([[(0, 0), (100, 100)], [(200, 0), (300, 100)]]),
        shapely.MultiPolygon([shapely.box(0, 0, 50, 50), shapely.box(100, 0, 150, 50)]),
        shapely.GeometryCollection([shapely.Point(5, 5), shapely.LineString([(0, 0), (9, 9)])]),
        shapely.Polygon(),
    ]
    rows = [
        {"kind": kind, "subject": str(number), "geometry": shape}
        for kind in ("overlap", "dark_road", "unvisited")
        for number, shape in enumerate(shapes)
    ]
    assert draw_gaps(gaps_of(rows), terrace, caption).startswith(b"\x89PNG")


def test_no_gap_at_all_is_a_finding_too(terrace: gpd.GeoDataFrame, caption: Caption, sheets: list[Figure]) -> None:
    draw_gaps(no_gaps(terrace.crs), terrace, caption)
    assert "No gap in 8 small cells" in said(sheets[0])


@pytest.mark.parametrize("form", ["png", "svg"])
def test_the_same_frames_give_the_same_bytes(
    form: sheet.Format, one_of_each: gpd.GeoDataFrame, terrace: gpd.GeoDataFrame, caption: Caption
) -> None:
    assert draw_gaps(one_of_each, terrace, caption, form=form) == draw_gaps(one_of_each, terrace, caption, form=form)
    first, second = (draw_coverage(terrace, "x", caption, form=form) for _ in range(2))
    assert first == second


def test_a_picture_tells_nothing_of_the_day_or_program_that_drew_it(
    terrace: gpd.GeoDataFrame, caption: Caption
) -> None:
    svg = draw_coverage(terrace, "x", caption, form="svg").decode()
    assert "dc:date" not in svg
    assert "matplotlib" not in svg.lower()
    assert Image.open(BytesIO(draw_coverage(terrace, "x", caption))).text == {}


def test_an_svg_needs_no_font_and_no_address(terrace: gpd.GeoDataFrame, caption: Caption) -> None:
    svg = draw_coverage(terrace, "x", caption, form="svg").decode()
    assert "<text" not in svg
    assert not re.findall(r'(?:href|src)="(?!#)', svg)


def test_what_stands_around_a_map(terrace: gpd.GeoDataFrame, caption: Caption, sheets: list[Figure]) -> None:
    draw_coverage(terrace, "x", caption)
    texts = said(sheets[0])
    assert "Harbour Town · on 2015-12-31" in texts
    assert "Source: registers of 2015-12-30, gridmap 0.1.0." in texts
    assert {"200 m", "N"} <= set(texts)


def test_as_known_when_and_made_up_are_said_where_they_hold(terrace: gpd.GeoDataFrame, sheets: list[Figure]) -> None:
    instant = dt.datetime(2016, 1, 5, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    draw_coverage(terrace, "x", Caption("Town", DAY, "here", instant=instant, made_up=True))
    texts = " ".join(said(sheets[0]))
    assert "on 2015-12-31, as known on 2016-01-05 09:00" in texts
    assert "The geometry is made up." in texts


def test_a_naive_instant_is_refused(terrace: gpd.GeoDataFrame) -> None:
    naive = dt.datetime(2016, 1, 5, 9, 0, tzinfo=dt.UTC).replace(tzinfo=None)
    with pytest.raises(ArgumentError, match="time zone"):
        draw_coverage(terrace, "x", Caption("Town", DAY, "here", instant=naive))


def test_the_scale_bar_is_as_long_as_it_says(terrace: gpd.GeoDataFrame, caption: Caption, sheets: list[Figure]) -> None:
    draw_coverage(terrace, "x", caption)
    (axes,) = sheets[0].axes
    bars = [bar for container in axes.containers for bar in container]
    assert sum(bar.get_width() for bar in bars) == pytest.approx(200)
    across, along = axes.transData.transform([(0, 0), (100, 100)])[1] - axes.transData.transform([(0, 0)])[0]
    assert across == pytest.approx(along)


@given(st.floats(0.01, 1e7))
@settings(deadline=None)
def test_a_bar_has_a_round_length_and_is_not_less_than_half_of_what_fits(most: float) -> None:
    length = round_length(most)
    assert length <= most < length * 2.5 * (1 + 1e-9)
    assert f"{length:e}"[0] in "125"


@pytest.mark.parametrize("lang", LANGUAGES)
@needs_chinese
def test_pictures_speak_both_languages(
    lang: str, one_of_each: gpd.GeoDataFrame, terrace: gpd.GeoDataFrame, sheets: list[Figure]
) -> None:
    terrace["name"] = "较场尾"
    told = Caption("大鹏街道办", DAY, "网格 2015", lang=lang, made_up=True)
    draw_coverage(terrace, "已走访户籍家庭", told)
    draw_gaps(one_of_each, terrace, told)
    assert say("maps.page.not_applicable", lang) in " ".join(said(sheets[0]))
    assert f"{say('gaps.kind.dark_road', lang)}" in " ".join(said(sheets[1]))


def test_a_character_that_no_font_has_is_a_failure_and_all_are_named(
    terrace: gpd.GeoDataFrame, caption: Caption
) -> None:
    terrace.loc[1, "name"] = "\U000ffffd\ue000"
    terrace.loc[2, "name"] = "\U000f0001"
    with pytest.raises(NotFoundError) as refused:
        draw_coverage(terrace, "\ue001", caption)
    assert refused.value.inputs["characters"] == "U+E000 U+E001 U+F0001 U+FFFFD"


@pytest.mark.parametrize("missing", [[], ["Cantarell"]])
def test_without_a_chinese_font_a_chinese_picture_fails_and_an_english_one_does_not(
    missing: list[str], terrace: gpd.GeoDataFrame, caption: Caption, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "chain", lambda: ["DejaVu Sans"])
    draw_coverage(terrace, "Households", caption)
    with pytest.raises(NotFoundError, match="网"):
        draw_coverage(terrace, "网格", caption)


def test_markup_in_names_stays_text(terrace: gpd.GeoDataFrame, caption: Caption, sheets: list[Figure]) -> None:
    """A formula of matplotlib's or markup of SVG's in a name or a source is drawn letter by letter."""
    told = Caption("$\\frac{$", DAY, "<script>alert(1)</script>")
    svg = draw_coverage(terrace, "$x^2$ & _y", told, form="svg").decode()
    assert "<script" not in svg
    assert any(text.startswith("$x^2$ & _y") for text in said(sheets[0]))
    assert draw_coverage(terrace, "$x^2$ & _y", told).startswith(b"\x89PNG")


def test_drawing_leaves_the_settings_of_the_process_as_they_were(terrace: gpd.GeoDataFrame, caption: Caption) -> None:
    before = dict(mpl.rcParams)
    draw_coverage(terrace, "x", caption)
    assert dict(mpl.rcParams) == before


def test_degrees_and_metres_give_maps_of_the_same_scale(
    terrace: gpd.GeoDataFrame, caption: Caption, sheets: list[Figure]
) -> None:
    moved = terrace.set_geometry(terrace.geometry.translate(500_000, 2_500_000))
    draw_coverage(moved, "x", caption)
    draw_coverage(moved.to_crs("EPSG:4326"), "x", caption)
    widths = [np.ptp(figure.axes[0].get_xlim()) for figure in sheets]
    assert widths[0] == pytest.approx(widths[1], rel=0.01)


@pytest.mark.parametrize(
    ("spoil", "wanted"),
    [
        (lambda cells: cells.drop(columns=["covered", "name"]), "name, covered"),
        (lambda cells: cells.set_crs(None, allow_override=True), "coordinate system"),
        (lambda cells: cells[cells["level"] == "big"], "level small"),
        (lambda cells: cells.set_geometry(gpd.GeoSeries([None] * len(cells), crs=cells.crs)), "geometry"),
    ],
)
def test_cells_that_cannot_be_drawn_are_refused(
    spoil: object, wanted: str, terrace: gpd.GeoDataFrame, caption: Caption
) -> None:
    with pytest.raises(ArgumentError, match=wanted):
        draw_coverage(spoil(terrace), "x", caption)  # type: ignore[operator]


def test_gaps_without_their_columns_are_refused(terrace: gpd.GeoDataFrame, caption: Caption) -> None:
    with pytest.raises(ArgumentError, match="kind"):
        draw_gaps(terrace, terrace, caption)


def test_holes_of_a_cell_stay_open() -> None:
    ring = shapely.Point(0, 0).buffer(10) - shapely.Point(0, 0).buffer(5)
    path = sheet.outline(ring)
    assert path.contains_point((7, 0))
    assert len(path.to_polygons()) == 2


@given(st.integers(0, 10**6), st.integers(1, 10**6))
@settings(deadline=None)
def test_only_all_is_100_and_only_none_is_0(count: int, of: int) -> None:
    count = min(count, of)
    share = float(percent(count, of))
    assert (share == 100) == (count == of)
    assert (share == 0) == (count == 0)
    assert share == pytest.approx(100 * count / of, abs=0.1)


def test_numbers_are_n_of_n_and_then_the_share() -> None:
    assert counted(1729, 1811, "en") == "1,729 / 1,811 (95.5 %)"
    assert counted(0, 0, "zh") == "0 / 0（不适用）"


@given(st.text(alphabet="ab 网格，", max_size=200), st.integers(5, 60))
@settings(deadline=None)
def test_wrapping_loses_no_letter(text: str, ems: int) -> None:
    assert wrapped(text, float(ems)).replace("\n", "").replace(" ", "") == text.replace(" ", "")


def test_a_number_stays_with_its_total_and_its_per_cent() -> None:
    assert wrapped("cells below half: 2 / 215", 12.0) == "cells below half:\n2 / 215"
    assert wrapped("below half: 93 / 869 (10.7 %); more", 14.0) == "below half: 93 / 869\n(10.7 %); more"


def test_a_long_chinese_title_is_broken_though_it_has_no_space() -> None:
    lines = wrapped("网" * 100, 48.0).split("\n")
    assert [len(line) for line in lines] == [48, 48, 4]


def test_no_font_file_is_kept_in_the_repository() -> None:
    room = Path(fonts.__file__).parent
    assert not [path for path in room.rglob("*") if path.suffix.lower() in {".ttf", ".otf", ".ttc", ".woff2"}]
