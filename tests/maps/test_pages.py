"""Map pages: what they hold, what they never hold, and what they refuse."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.layer import Field, Layer, Style
from gridmap.maps.pages import shell
from gridmap.maps.pages.data import TEXTS
from gridmap.maps.pages.page import Page
from gridmap.maps.pages.render import render
from tests.pages import CRS, HOSTILE, SHOPS, hostile_page, quay_page

NAMESPACE = "http://www.w3.org/2000/svg"


def island(page: bytes) -> dict:
    (text,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page.decode(), re.DOTALL)
    return json.loads(text)


@pytest.fixture(scope="module")
def quay() -> Page:
    return quay_page()


def test_a_page_names_no_address_of_any_other_host(quay: Page) -> None:
    text = render(quay).decode()
    assert set(re.findall(r"\bhttps?://[\w./-]+", text)) == {NAMESPACE}
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!data:|["'#])|@import|sourceMappingURL""", text)


def test_the_same_page_is_the_same_bytes(quay: Page) -> None:
    assert render(quay) == render(quay_page())


def test_a_hostile_name_stays_inside_its_text() -> None:
    page = render(hostile_page())
    assert page.decode().count("</script>") == render(quay_page()).decode().count("</script>")
    assert HOSTILE in island(page)["cells"]["name"]
    assert "<img" not in page.decode()


def test_braces_of_a_template_in_a_name_are_not_read() -> None:
    page = quay_page()
    name = "{% endraw %}{{ 7 * 7 }}{% raw %}"
    cells = page.cells.assign(name=name)
    assert set(island(render(replace(page, cells=cells, title=name)))["cells"]["name"]) == {name}
    assert island(render(replace(page, cells=cells, title=name)))["title"] == name


def test_fields_that_are_not_public_and_unknown_columns_never_enter(quay: Page) -> None:
    layer, frame = quay.features["shops"]
    frame = frame.assign(owner="Wang the owner", telephone="13800000000", outcome="refused")
    page = render(replace(quay, features={"shops": (layer, frame)})).decode()
    assert "a lamp shop" in page
    for hidden in ("Wang the owner", "13800000000", "refused"):
        assert hidden not in page


def test_a_sensitive_layer_is_refused_unless_the_page_is_private(quay: Page) -> None:
    secret = Layer(
        "care",
        "照护",
        "care",
        "point",
        "id",
        (Field("id", "编号", "id", required=True),),
        Style("#000000"),
        sensitive=True,
    )
    frame = gpd.GeoDataFrame({"id": ["c1"]}, geometry=[shapely.Point(50, 50)], crs=CRS)
    page = replace(quay, features={"care": (secret, frame)})
    with pytest.raises(ArgumentError, match="care"):
        render(page)
    assert island(render(page, private=True))["layers"][0]["rows"] == [["c1"]]


def test_no_data_zero_and_not_applicable_are_three_classes(quay: Page) -> None:
    cells = quay.cells.assign(covered=[5.0, 0, 0, np.nan], eligible=[10.0, 10, 0, np.nan])
    classes = island(render(replace(quay, cells=cells)))["cells"]["classes"]["coverage"]
    assert [*classes["big"]["of"], *classes["small"]["of"]] == [2, 0, -2, -1]


def test_a_load_has_classes_of_its_level(quay: Page) -> None:
    data = island(render(quay))["cells"]
    assert data["load"] == [60, 10, 20, 30]
    assert {level: len(one["of"]) for level, one in data["classes"]["load"].items()} == {"big": 1, "small": 3}


def test_each_border_is_drawn_once_and_at_its_highest_level(quay: Page) -> None:
    lines = island(render(quay))["cells"]["borders"]
    drawn = gpd.GeoSeries([shapely.from_geojson(json.dumps(one)) for one in lines.values()], crs="EPSG:4326")
    big, small = drawn.to_crs(CRS).length
    assert list(lines) == ["big", "small"]
    assert big == pytest.approx(800, abs=1)  # the rim of 300 x 100
    assert small == pytest.approx(200, abs=1)  # two borders between three cells, each once


def test_people_whose_cells_touch_have_different_tints(quay: Page) -> None:
    tints = island(render(quay))["cells"]["tint"][1:]
    assert tints[0] != tints[1]
    assert tints[2] is None  # nobody answers there


def test_a_gap_says_its_reason_in_both_languages_or_as_it_stands(quay: Page) -> None:
    gaps = island(render(quay))["gaps"]
    assert gaps["reason"]["en"][0] == "cell 103 has no head in force; 30 features lie in it"
    assert gaps["reason"]["zh"][0] == "网格 103 当日没有网格长；格内有 30 个对象"
    assert gaps["reason"]["en"][1] == "as somebody wrote it"
    assert [kind["en"] for kind in gaps["kinds"]] == ["unattended cell", "dark road"]


def test_a_feature_without_a_place_is_counted_and_not_drawn(quay: Page) -> None:
    (layer,) = island(render(quay))["layers"]
    assert [place is None for place in layer["at"]] == [False, False, True]
    assert len(layer["rows"]) == 3


def test_five_thousand_lamps_and_four_hundred_cells_stay_below_three_megabytes() -> None:
    xy = np.stack(np.meshgrid(np.arange(20), np.arange(20)), axis=-1).reshape(-1, 2) * 100.0
    cells = gpd.GeoDataFrame(
        {"code": [f"c{i:03}" for i in range(400)], "level": "small", "parent": None, "name": "quay", "answers": "Wang"},
        geometry=shapely.segmentize(shapely.box(*xy.T, *(xy.T + 100)), 5.0),
        crs=CRS,
    )
    lamps = np.random.default_rng(1).uniform(0, 2000, (5000, 2))
    frame = gpd.GeoDataFrame(
        {"id": [f"L{i:05}" for i in range(5000)], "name": "a lamp", "cell": "c001"},
        geometry=shapely.points(lamps),
        crs=CRS,
    )
    page = Page("lamps", "en", dt.date(2015, 12, 31), cells, features={"shops": (SHOPS, frame)})
    assert len(render(page)) < 3_000_000


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"lang": "fr"}, "lang"),
        ({"views": ("answers", "nonsense")}, "views"),
        ({"views": ()}, "views"),
        ({"instant": dt.datetime(2015, 12, 31)}, "instant"),  # noqa: DTZ001
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(quay: Page, change: dict, named: str) -> None:
    with pytest.raises(ArgumentError, match=f"^{named}:"):
        render(replace(quay, **change))


def test_frames_without_cells_columns_or_crs_are_refused(quay: Page) -> None:
    with pytest.raises(ArgumentError, match="no cell"):
        render(replace(quay, cells=quay.cells.iloc[:0]))
    with pytest.raises(ArgumentError, match="parent"):
        render(replace(quay, cells=quay.cells.drop(columns="parent")))
    with pytest.raises(ArgumentError, match="coordinate system"):
        render(replace(quay, cells=quay.cells.set_crs(None, allow_override=True)))


def test_a_script_that_was_not_built_is_named() -> None:
    with pytest.raises(NotFoundError, match=r"absent\.js"):
        shell.asset("absent.js")


def test_every_text_of_a_page_is_said_by_its_script() -> None:
    script = shell.asset("page.js")
    views = {"answers", "load", "coverage", "features", "gaps"}
    unused = [name for name in TEXTS if f'"{name}"' not in script and f".{name}" not in script and name not in views]
    assert unused == []
    said = set(re.findall(r'\bsay\("(\w+)"', script))
    assert said <= set(TEXTS)
