"""GeoPackages as QGIS reads them: through GDAL, and the style table by its own columns."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from gridmap.errors import ArgumentError
from gridmap.layer import Choice, Field, Layer, Style
from gridmap.maps.geopackage import write_cells, write_gaps, write_geopackage
from gridmap.words import LANGUAGES
from layers.businesses import LAYER as BUSINESSES
from layers.roads import LAYER as ROADS
from layers.streetlights import LAYER as LIGHTS


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return tmp_path / "office.gpkg"


def _style(package: Path, table: str) -> Element:
    styles = gpd.read_file(package, layer="layer_styles")
    return fromstring(styles.loc[styles["f_table_name"] == table, "styleQML"].item())


def test_a_layer_comes_back_with_its_names_types_nulls_and_order(
    lane_of_lamps: gpd.GeoDataFrame, package: Path
) -> None:
    write_geopackage(lane_of_lamps, LIGHTS, package)
    info = pyogrio.read_info(package, layer="streetlights")
    assert dict(zip(info["fields"], info["ogr_types"], strict=True)) == {
        "pole": "OFTString",
        "status": "OFTString",
        "led": "OFTInteger",
        "heads": "OFTInteger64",
        "power": "OFTReal",
        "owner": "OFTString",
        "installed_on": "OFTDate",
        "cell": "OFTString",
    }
    assert info["ogr_subtypes"][2] == "OFSTBoolean"
    back = gpd.read_file(package, layer="streetlights")
    assert back["pole"].tolist() == ["0012", "0013", "0014"]
    assert back["heads"].isna().tolist() == [False, True, False]
    assert back["installed_on"].dt.date.tolist() == [dt.date(2015, 3, 12), pd.NaT, dt.date(999, 1, 1)]
    assert shapely.equals(back.geometry.array, lane_of_lamps.geometry.array).tolist() == [True, False, True]
    assert back.geometry[1] is None


def test_qgis_finds_a_default_style_for_the_table_and_its_geometry_column(
    lane_of_lamps: gpd.GeoDataFrame, package: Path
) -> None:
    write_geopackage(lane_of_lamps, LIGHTS, package)
    (row,) = gpd.read_file(package, layer="layer_styles").to_dict("records")
    asked = ("f_table_catalog", "f_table_schema", "f_table_name", "f_geometry_column")
    geometry = pyogrio.read_info(package, layer="streetlights")["geometry_name"]
    assert [row[name] for name in asked] == ["", "", "streetlights", geometry]
    assert row["useAsDefault"] == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_fields_are_called_by_their_headers(lane_of_lamps: gpd.GeoDataFrame, package: Path, lang: str) -> None:
    write_geopackage(lane_of_lamps, LIGHTS, package, lang=lang)
    aliases = {one.get("field"): one.get("name") for one in _style(package, "streetlights").iter("alias")}
    assert aliases["pole"] == {"zh": "灯杆编号", "en": "pole number"}[lang]
    assert aliases["cell"] == {"zh": "所属网格", "en": "cell"}[lang]
    assert list(aliases) == list(lane_of_lamps.columns.drop("geometry"))


def test_the_files_own_catalogue_holds_the_headers_too(lane_of_lamps: gpd.GeoDataFrame, package: Path) -> None:
    """Readers without QGIS styles find them in gpkg_data_columns."""
    write_geopackage(lane_of_lamps, LIGHTS, package, lang="zh")
    named = pyogrio.read_dataframe(package, sql="SELECT column_name, name FROM gpkg_data_columns")
    assert dict(named.itertuples(index=False))["status"] == "状态"


def test_lamps_are_drawn_by_their_status_and_none_stays_unseen(lane_of_lamps: gpd.GeoDataFrame, package: Path) -> None:
    write_geopackage(lane_of_lamps, LIGHTS, package, lang="zh")
    style = _style(package, "streetlights")
    assert style.find("renderer-v2").get("attr") == "status"
    labels = {one.get("value"): one.get("label") for one in style.iter("category")}
    assert labels == {"working": "正常", "dark": "不亮", "unknown": "不明", "": "未填"}
    colours = [one.get("v") for one in style.iter("prop") if one.get("k") == "color"]
    assert [colour.split(",")[3] for colour in colours] == ["255", "255", "0", "0"]


def test_a_choice_shows_its_word_and_keeps_its_value(lane_of_lamps: gpd.GeoDataFrame, package: Path) -> None:
    write_geopackage(lane_of_lamps, LIGHTS, package, lang="zh")
    assert gpd.read_file(package, layer="streetlights")["status"].iloc[0] == "dark"
    (field,) = _style(package, "streetlights").iter("field")
    words = {one.get("name"): one.get("value") for one in field.iter("Option") if one.get("value")}
    assert field.get("name") == "status"
    assert words == {"正常": "working", "不亮": "dark", "不明": "unknown"}


@pytest.mark.parametrize(
    ("layer", "shape", "symbol"),
    [(BUSINESSES, shapely.Point(1, 2), "marker"), (ROADS, shapely.LineString([(0, 0), (1, 1)]), "line")],
)
def test_a_layer_is_drawn_by_the_symbol_of_its_geometry(
    package: Path, layer: Layer, shape: shapely.Geometry, symbol: str
) -> None:
    write_geopackage(gpd.GeoDataFrame({layer.key: ["1"]}, geometry=[shape], crs="EPSG:4326"), layer, package)
    assert [one.get("type") for one in _style(package, layer.name).iter("symbol")] == [symbol]


def test_every_shape_of_a_style_is_a_marker_that_qgis_knows(package: Path) -> None:
    known = {"circle", "square", "triangle", "diamond", "star", "pentagon", "cross_fill"}
    key = Field("pole", "灯杆编号", "pole number", required=True)
    for shape in ("circle", "square", "triangle", "diamond", "star", "pentagon", "cross"):
        layer = Layer("lamps", "灯", "lamps", "point", "pole", (key,), Style("#112233", shape))
        write_geopackage(gpd.GeoDataFrame({"pole": ["1"]}, geometry=[shapely.Point()], crs=4326), layer, package)
        (name,) = (one.get("v") for one in _style(package, "lamps").iter("prop") if one.get("k") == "name")
        known.remove(name)
    assert not known


def test_an_area_is_filled_or_hollow_by_its_choice(package: Path) -> None:
    use = Field("use", "用途", "use", type="choice", choices=(Choice("park", "公园", "park", fill="#00FF00"),))
    key = Field("lot", "地块", "lot", required=True)
    lots = Layer("lots", "地块", "lots", "area", "lot", (key, use), Style("#112233", "fill", by="use"))
    frame = gpd.GeoDataFrame({"lot": ["1"], "use": ["park"]}, geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:4326")
    write_geopackage(frame, lots, package)
    assert [p.get("v") for p in _style(package, "lots").iter("prop") if p.get("k") == "style"] == ["solid", "no"]


@pytest.mark.parametrize(
    ("single", "multiple"),
    [
        (shapely.Point(1, 1), shapely.MultiPoint),
        (shapely.LineString([(0, 0), (1, 1)]), shapely.MultiLineString),
        (shapely.box(0, 0, 1, 1), shapely.MultiPolygon),
    ],
)
def test_single_and_multiple_shapes_share_one_table(package: Path, single: shapely.Geometry, multiple: type) -> None:
    """Also where the shorter name sorts first: a line was once taken for a mixture."""
    shapes = [single, None, multiple([single])]
    write_geopackage(gpd.GeoDataFrame({"road_no": ["1", "2", "3"]}, geometry=shapes, crs="EPSG:4326"), ROADS, package)
    assert pyogrio.read_info(package, layer="roads")["geometry_type"] == multiple.__name__
    assert shapely.equals(gpd.read_file(package, layer="roads").geometry.array, shapes).tolist() == [True, False, True]


def test_points_and_lines_in_one_table_are_refused(package: Path) -> None:
    shapes = [shapely.Point(0, 0), shapely.LineString([(0, 0), (1, 1)])]
    with pytest.raises(ArgumentError, match="LineString, Point"):
        write_geopackage(gpd.GeoDataFrame({"road_no": ["1", "2"]}, geometry=shapes, crs=4326), ROADS, package)
    assert list(package.parent.iterdir()) == []


def test_a_column_of_mixed_types_is_refused_by_name_without_its_values(package: Path) -> None:
    frame = gpd.GeoDataFrame({"pole": ["1", 2]}, geometry=[shapely.Point(0, 0)] * 2, crs="EPSG:4326")
    with pytest.raises(ArgumentError, match="column pole mixes values of int, str"):
        write_geopackage(frame, LIGHTS, package)


def test_nothing_is_written_of_a_frame_without_crs(lane_of_lamps: gpd.GeoDataFrame, package: Path) -> None:
    with pytest.raises(ArgumentError, match="states no coordinate system"):
        write_geopackage(lane_of_lamps.set_crs(None, allow_override=True), LIGHTS, package)
    assert not package.exists()


def test_a_second_export_replaces_the_first(lane_of_lamps: gpd.GeoDataFrame, package: Path) -> None:
    write_geopackage(lane_of_lamps, LIGHTS, package)
    write_geopackage(lane_of_lamps.iloc[:1], LIGHTS, package)
    assert len(gpd.read_file(package, layer="streetlights")) == 1
    assert len(gpd.read_file(package, layer="layer_styles")) == 1


def test_an_empty_layer_is_a_table_without_rows(lane_of_lamps: gpd.GeoDataFrame, package: Path) -> None:
    write_geopackage(lane_of_lamps.iloc[:0], LIGHTS, package)
    assert pyogrio.read_info(package, layer="streetlights")["features"] == 0


def test_cells_make_one_table_a_level_with_quieter_borders_downwards(nest: gpd.GeoDataFrame, package: Path) -> None:
    write_cells(nest, package, lang="zh")
    tables = dict(pyogrio.list_layers(package).tolist())
    assert list(tables) == ["cells_big", "cells_middle", "cells_small", "layer_styles"]
    widths = []
    for table in list(tables)[:3]:
        (width,) = (p.get("v") for p in _style(package, table).iter("prop") if p.get("k") == "outline_width")
        widths.append(float(width))
    assert widths == sorted(widths, reverse=True)
    small = gpd.read_file(package, layer="cells_small")
    assert small["code"].tolist() == ["440307999001101", "440307999001102"]
    assert small.crs == nest.crs
    assert small.area.sum() == nest.area.iloc[0]


def test_two_columns_of_one_header_stay_apart(package: Path) -> None:
    """The file's catalogue refuses a name twice in one table."""
    key = Field("lot", "所属网格", "cell", required=True)
    lots = Layer("lots", "地块", "lots", "area", "lot", (key,), Style("#112233", "fill"))
    frame = gpd.GeoDataFrame({"lot": ["1"], "cell": ["2"]}, geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:4326")
    write_geopackage(frame, lots, package, lang="zh")
    named = pyogrio.read_dataframe(package, sql="SELECT column_name, name FROM gpkg_data_columns")
    assert dict(named.itertuples(index=False)) == {"lot": "所属网格", "cell": "所属网格 (cell)"}


def test_gaps_come_one_table_a_kind_and_what_is_drawn_otherwise_apart(package: Path) -> None:
    shapes = [shapely.Point(1, 1), shapely.box(0, 0, 1, 1), None, shapely.LineString([(0, 0), (1, 1)])]
    gaps = gpd.GeoDataFrame(
        {
            "kind": ["overlap", "unlinked_feature", "unlinked_feature", "unlinked_feature"],
            "measure": [1.5, 1, 1, 1],
            "inputs": [{"area": 1.5}, {}, {}, {"key": "R1"}],
        },
        geometry=[shapes[1], shapes[0], shapes[2], shapes[3]],
        crs=4326,
    )
    write_gaps(gaps, package)
    tables = dict(pyogrio.list_layers(package).tolist())
    assert tables == {"overlap": "Polygon", "unlinked_feature_points": "Point", "unlinked_feature_lines": "LineString"}
    points = gpd.read_file(package, layer="unlinked_feature_points")
    assert points.geometry.isna().tolist() == [False, True]
    assert gpd.read_file(package, layer="overlap")["inputs"].tolist() == ['{"area":1.5}']


def test_without_gaps_the_file_has_one_empty_table(package: Path) -> None:
    write_gaps(gpd.GeoDataFrame({"kind": [], "measure": [], "inputs": []}, geometry=[], crs=4326), package)
    assert gpd.read_file(package, layer="gaps").empty
