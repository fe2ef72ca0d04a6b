from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.errors import ArgumentError
from gridmap.maps.geojson import CENTIMETRE, to_geojson, write_geojson


def _features(frame: gpd.GeoDataFrame, **options: int) -> list[dict]:
    return json.loads(to_geojson(frame, **options))["features"]


def test_missing_values_are_null_and_days_iso_text(lane_of_lamps: gpd.GeoDataFrame) -> None:
    first, second, third = (feature["properties"] for feature in _features(lane_of_lamps))
    assert first == {
        "pole": "0012",
        "status": "dark",
        "led": True,
        "heads": 1,
        "power": 60.5,
        "owner": "=cmd()",
        "installed_on": "2015-03-12",
        "cell": "440307999001101",
    }
    assert [second[name] for name in ("led", "heads", "power", "installed_on", "cell")] == [None] * 5
    assert third["status"] is None


def test_a_missing_or_empty_geometry_is_null(lane_of_lamps: gpd.GeoDataFrame) -> None:
    lane_of_lamps.geometry = [shapely.Point(), None, shapely.Point(1, 2)]
    assert [feature["geometry"] for feature in _features(lane_of_lamps)] == [
        None,
        None,
        {"type": "Point", "coordinates": [1, 2]},
    ]


def test_coordinates_are_degrees_of_wgs84_whatever_the_frame_uses(nest: gpd.GeoDataFrame) -> None:
    back = gpd.read_file(to_geojson(nest).decode())
    assert back.crs.to_epsg() == 4326
    assert nest.geometry.geom_equals_exact(back.to_crs(nest.crs).geometry, 1e-3).all()


def test_outer_rings_turn_counter_clockwise_and_holes_clockwise(nest: gpd.GeoDataFrame) -> None:
    hole = shapely.Polygon(nest.geometry[0].exterior.coords, [shapely.box(5, 5, 9, 9, ccw=True).exterior.coords])
    drawn = shapely.from_geojson(json.dumps(_features(nest.set_geometry([hole] * 4))[0]["geometry"]))
    assert drawn.exterior.is_ccw
    assert not drawn.interiors[0].is_ccw


def test_decimals_round_coordinates_and_their_absence_keeps_them(lane_of_lamps: gpd.GeoDataFrame) -> None:
    assert _features(lane_of_lamps)[2]["geometry"]["coordinates"] == [114.50000004, 22.7]
    assert _features(lane_of_lamps, decimals=CENTIMETRE)[2]["geometry"]["coordinates"] == [114.5, 22.7]


def test_an_empty_frame_is_a_collection_without_features(lane_of_lamps: gpd.GeoDataFrame) -> None:
    assert _features(lane_of_lamps.iloc[:0]) == []


def test_a_frame_of_geometry_alone_has_features_without_properties() -> None:
    bare = gpd.GeoDataFrame(geometry=[shapely.Point(1, 2)], crs="EPSG:4326")
    assert _features(bare)[0]["properties"] == {}


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.text(), st.none() | st.integers(-(2**53), 2**53), st.floats(-180, 180)), max_size=8))
def test_any_text_and_number_comes_back_as_it_was(rows: list[tuple[str, int | None, float]]) -> None:
    texts, numbers, places = zip(*rows, strict=True) if rows else ((), (), ())
    frame = gpd.GeoDataFrame(
        {"text": pd.Series(texts, dtype=object), "number": pd.array(numbers, dtype="Int64")},
        geometry=[shapely.Point(x, x / 2) for x in places],
        crs="EPSG:4326",
    )
    found = _features(frame)
    assert [(f["properties"]["text"], f["properties"]["number"]) for f in found] == list(
        zip(texts, numbers, strict=True)
    )
    assert [f["geometry"]["coordinates"][0] for f in found] == list(places)


def test_a_frame_without_crs_is_asked_for_it(lane_of_lamps: gpd.GeoDataFrame) -> None:
    with pytest.raises(ArgumentError, match="frame: states no coordinate system"):
        to_geojson(lane_of_lamps.set_crs(None, allow_override=True))


def test_a_frame_without_geometry_is_refused() -> None:
    with pytest.raises(ArgumentError, match="frame: DataFrame is not a GeoDataFrame"):
        to_geojson(pd.DataFrame({"pole": ["1"]}))


def test_the_file_holds_what_the_function_gives(lane_of_lamps: gpd.GeoDataFrame, tmp_path: Path) -> None:
    write_geojson(lane_of_lamps, tmp_path / "lamps.geojson", decimals=5)
    assert (tmp_path / "lamps.geojson").read_bytes() == to_geojson(lane_of_lamps, decimals=5)


MIXED = [
    shapely.box(0, 0, 10, 10) - shapely.box(2, 2, 4, 4),
    None,
    shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)]),
    shapely.Polygon([(0, 0, 7), (1, 0, 7), (1, 1, 7)]),
    shapely.box(1 / 3, 2 / 3, 4 / 3, 5 / 3),
    shapely.LineString([(0, 0), (0.1, 0.2)]),
]


@given(st.permutations(MIXED))
@settings(deadline=None, max_examples=50)
def test_every_shape_reads_back_as_it_was_whatever_stands_beside_it(shapes: list[shapely.Geometry | None]) -> None:
    frame = gpd.GeoDataFrame({"number": range(len(shapes))}, geometry=shapes, crs="EPSG:4326")
    for shape, feature in zip(shapes, _features(frame), strict=True):
        if shape is None:
            assert feature["geometry"] is None
        else:
            back = shapely.from_geojson(json.dumps(feature["geometry"]))
            assert back.normalize() == shape.normalize()
            assert back.has_z == shape.has_z
