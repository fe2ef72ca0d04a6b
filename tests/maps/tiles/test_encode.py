"""Whole tiles: layers, attributes and ids as two other readers see them, and input that means harm."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.partition import partition
from gridmap.errors import ArgumentError
from gridmap.maps.tiles.encode import encode
from gridmap.maps.tiles.prepared import Prepared
from gridmap.maps.tiles.squares import HALF, tile_bounds, tiles_over
from tests.maps.tiles.reading import TILE, by_gdal, decoded, message

# The middle of TILE.
LON, LAT = 114.560, 22.598


def placed(values: dict, **options: object) -> gpd.GeoDataFrame:
    """Rows with these columns, all at one place of TILE."""
    rows = len(next(iter(values.values())))
    return gpd.GeoDataFrame(values, geometry=[shapely.Point(LON, LAT)] * rows, crs="EPSG:4326", **options)


def properties(frame: gpd.GeoDataFrame) -> list[dict]:
    return [feature["properties"] for feature in decoded(encode({"things": frame}, *TILE))]


@pytest.fixture(scope="module")
def quarter() -> gpd.GeoDataFrame:
    """A hundred cells in degrees."""
    return partition(100, 40, seed=3).to_crs("EPSG:4326")


def test_the_place_of_these_tests_lies_in_their_tile() -> None:
    assert list(tiles_over((LON, LAT, LON, LAT), 15)) == [TILE]


def test_a_tile_with_nothing_in_it_is_empty(quarter: gpd.GeoDataFrame) -> None:
    assert encode({}, *TILE) == b""
    assert encode({"things": quarter.iloc[:0], "cells": quarter}, 15, 0, 0) == b""
    assert encode({"things": gpd.GeoDataFrame(geometry=[], crs="EPSG:4326")}, *TILE) == b""


def test_layers_keep_their_names_and_order_and_one_without_features_is_left_out(quarter: gpd.GeoDataFrame) -> None:
    far = gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs="EPSG:4326")
    written = message(encode({"路灯": placed({"a": [1]}), "far": far, "b": placed({"a": [2]})}, *TILE, extent=512))
    assert [(layer.name, layer.version, layer.extent) for layer in written.layers] == [("路灯", 2, 512), ("b", 2, 512)]


def test_values_keep_their_kind_and_null_is_left_out(lane_of_lamps: gpd.GeoDataFrame) -> None:
    lane_of_lamps.geometry = [shapely.Point(LON, LAT)] * 3
    first, second, third = properties(lane_of_lamps)
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
    assert type(first["led"]) is bool
    assert type(first["heads"]) is int
    assert second == {"pole": "0013", "status": "working", "owner": "街道办"}
    assert third["heads"] == 3
    assert third["led"] is False


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=8))
def test_attributes_come_back_equal_and_of_the_same_kind(rows: list[tuple]) -> None:
    frame = placed({f"c{i}": pd.Series([row[i] for row in rows], dtype=object) for i in range(3)})
    expected = [{f"c{i}": value for i, value in enumerate(row) if value is not None} for row in rows]
    found = properties(frame)
    assert found == expected
    assert [[type(v) for v in row.values()] for row in found] == [[type(v) for v in row.values()] for row in expected]


def test_each_value_and_key_is_written_once_and_only_those_that_occur() -> None:
    frame = placed({"a": ["x", "y", "x"], "b": ["y", "x", None], "never": [None] * 3})
    frame.loc[3] = ["elsewhere", "elsewhere", "there", shapely.Point(0, 0)]
    (layer,) = message(encode({"things": frame}, *TILE)).layers
    assert list(layer.keys) == ["a", "b"]
    assert sorted(value.string_value for value in layer.values) == ["x", "y"]


def test_days_and_instants_are_iso_text() -> None:
    noon = dt.datetime(2015, 3, 12, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    frame = placed({"day": [dt.date(2015, 3, 12)], "at": [noon], "kind": pd.Categorical(["a"])})
    assert properties(frame) == [{"day": "2015-03-12", "at": "2015-03-12T12:00:00+08:00", "kind": "a"}]


def test_ids_are_the_labels_of_whole_numbers_and_others_give_none() -> None:
    ids = [
        [feature.get("id") for feature in decoded(encode({"things": placed({"a": [1, 2]}, index=index)}, *TILE))]
        for index in ([7, 2**53], [-1, 2], ["a", "b"], [0.5, 1])
    ]
    assert ids[0] == [7, 2**53]
    assert ids[1:] == [[0, 0]] * 3  # what the reader says of a feature without id
    (layer,) = message(encode({"things": placed({"a": [1]}, index=["a"])}, *TILE)).layers
    assert not layer.features[0].HasField("id")


def test_gdal_reads_places_attributes_and_holes(tmp_path: Path) -> None:
    cell = shapely.box(LON, LAT, LON + 0.001, LAT + 0.001) - shapely.box(LON + 3e-4, LAT + 3e-4, LON + 6e-4, LAT + 6e-4)
    far = shapely.affinity.translate(cell, 0.0015)
    frame = gpd.GeoDataFrame(
        {"name": ["潮音", None], "count": [3, -4], "share": [0.25, 1e300], "open": [True, False]},
        geometry=[cell, shapely.MultiPolygon([cell, far])],
        crs="EPSG:4326",
        index=[11, 12],
    )
    found = by_gdal(encode({"things": frame}, *TILE), TILE, tmp_path)
    west, _, east, _ = tile_bounds(*TILE)
    half_a_unit = (east - west) / 4096 / 2
    assert found.crs == "EPSG:3857"
    assert found["mvt_id"].tolist() == [11, 12]
    assert found["name"].isna().tolist() == [False, True]
    assert found["name"][0] == "潮音"
    assert found[["count", "share", "open"]].to_numpy().tolist() == [[3, 0.25, True], [-4, 1e300, False]]
    source = frame.to_crs("EPSG:3857").geometry.array
    assert shapely.is_valid(found.geometry.array).all()
    assert [len(part.interiors) for shape in found.geometry for part in shapely.get_parts(shape)] == [1, 1, 1]
    assert (shapely.hausdorff_distance(source, found.geometry.array) <= half_a_unit * 2**0.5 + 1e-6).all()


@pytest.mark.parametrize("z", [8, 13, 15, 17])
def test_the_tiles_of_a_partition_put_together_are_the_partition(
    quarter: gpd.GeoDataFrame, z: int, tmp_path: Path
) -> None:
    """Read by GDAL, each tile cut at its own edge: no cell lost, none off by more than a unit."""
    prepared = Prepared.of(quarter)
    tiles = list(tiles_over(tuple(quarter.total_bounds), z))
    pieces = []
    for tile in tiles[:60]:
        read = by_gdal(encode({"things": prepared}, *tile), tile, tmp_path)
        assert read.geometry.is_valid.all()
        pieces.append(read.set_geometry(read.intersection(shapely.box(*tile_bounds(*tile)))))
    found = pd.concat(pieces).dissolve("code").geometry
    seen = shapely.union_all([shapely.box(*tile_bounds(*tile)) for tile in tiles[:60]])
    source = quarter.set_index("code").to_crs("EPSG:3857").intersection(seen)
    source = source[source.area > 0]
    unit = 2 * HALF / (1 << z) / 4096
    assert set(found.index) == set(source.index)
    off = shapely.area(shapely.symmetric_difference(found.loc[source.index].array, source.array))
    assert (off <= unit * (source.length + 4 * unit)).all()


def test_a_frame_made_ready_once_gives_the_same_tiles_to_many_threads(quarter: gpd.GeoDataFrame) -> None:
    prepared = Prepared.of(quarter)
    tiles = list(tiles_over(tuple(quarter.total_bounds), 16))
    alone = [encode({"cells": quarter}, *tile) for tile in tiles]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda tile: encode({"cells": prepared}, *tile), tiles)) == alone


def test_every_crs_comes_to_the_same_tile(quarter: gpd.GeoDataFrame) -> None:
    tile = next(iter(tiles_over(tuple(quarter.total_bounds), 14)))
    degrees, metres, web = (
        decoded(encode({"things": quarter.to_crs(crs)}, *tile)) for crs in ("EPSG:4490", "EPSG:4547", "EPSG:3857")
    )
    for one, other, third in zip(degrees, metres, web, strict=True):
        assert one["properties"] == other["properties"] == third["properties"]
        assert shapely.hausdorff_distance(one["geometry"], other["geometry"]) <= 2**0.5
        assert shapely.hausdorff_distance(one["geometry"], third["geometry"]) <= 2**0.5


def test_many_points_at_one_place_are_all_there() -> None:
    found = decoded(encode({"things": placed({"n": range(20_000)})}, 0, 0, 0))
    assert [feature["properties"]["n"] for feature in found] == list(range(20_000))


def test_rows_that_no_tile_can_show_are_named() -> None:
    nan, inf = float("nan"), float("inf")
    shapes = [
        shapely.Point(LON, LAT),
        None,
        shapely.Point(),
        shapely.Point(nan, 1),
        shapely.Point(inf, 1),
        shapely.transform(shapely.box(0, 0, 1, 1), lambda xy: np.where((xy == [0, 1]).all(axis=1)[:, None], nan, xy)),
        shapely.Point(0, 89),
        shapely.box(-1e300, -1e300, 1e300, 1e300),
        shapely.LineString([(0, 0), (1e9, 0)]),
        shapely.Point(0, 100),
    ]
    prepared = Prepared.of(gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4326"))
    assert prepared.unplaced.tolist() == list(range(1, len(shapes)))
    assert [feature["id"] for feature in decoded(encode({"things": prepared}, *TILE))] == [0]


WILD = st.tuples(st.floats(), st.one_of(st.floats(), st.floats(-90, 90)))


@settings(deadline=None, max_examples=80)
@given(st.lists(st.lists(WILD, min_size=3, max_size=5), max_size=4))
def test_no_coordinates_whatever_break_a_tile(things: list[list[tuple[float, float]]]) -> None:
    """Closed rings, lines and points of any float: each row is in the tile of the world, or named as unplaced."""
    with np.errstate(invalid="ignore"):
        shapes = [shapely.LineString(thing) for thing in things] + [shapely.MultiPoint(thing) for thing in things]
        shapes += [shapely.Polygon(thing) for thing in things if np.isfinite(thing).all()]
    prepared = Prepared.of(gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4326"))
    shown = {feature["id"] for feature in decoded(encode({"things": prepared}, 0, 0, 0))}
    assert shown == set(range(len(shapes))) - set(prepared.unplaced.tolist())


def test_the_whole_world_is_cut_at_the_poles_of_the_map() -> None:
    world = gpd.GeoDataFrame(geometry=[shapely.box(-180, -90, 180, 90)], crs="EPSG:4326")
    (feature,) = decoded(encode({"things": world}, 0, 0, 0))
    assert feature["geometry"].equals(shapely.box(0, 0, 4096, 4096))
    (feature,) = decoded(encode({"things": world}, *TILE))
    assert feature["geometry"].equals(shapely.box(-64, -64, 4160, 4160))


def test_what_lies_across_the_antimeridian_comes_round_on_the_other_side() -> None:
    shapes = [shapely.box(170, 10, 190, 20), shapely.LineString([(-190, 0), (-170, 0)]), shapely.Point(185, 5)]
    prepared = Prepared.of(gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4326"))
    west, east = (decoded(encode({"things": prepared}, 3, x, 3, buffer=0)) for x in (0, 7))
    assert [feature["id"] for feature in west] == [0, 1, 2]
    assert [feature["id"] for feature in east] == [0, 1]
    assert [round(feature["geometry"].bounds[2]) for feature in west[:2]] == [910, 910]
    assert [round(feature["geometry"].bounds[0]) for feature in east] == [4096 - 910] * 2


def test_heights_are_left_out() -> None:
    frame = gpd.GeoDataFrame(
        geometry=[shapely.Point(LON, LAT, 7), shapely.Point(LON, LAT, float("nan"))], crs="EPSG:4326"
    )
    assert [feature["geometry"].has_z for feature in decoded(encode({"things": frame}, *TILE))] == [False, False]


def test_the_frame_given_stays_as_it_was(quarter: gpd.GeoDataFrame) -> None:
    for frame in (quarter, quarter.to_crs("EPSG:3857")):
        before = frame.copy(deep=True)
        encode({"cells": frame}, 8, 209, 111)
        assert frame.equals(before)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ([[1, 2]], "kind list"),
        ([{"a": 1}], "kind dict"),
        ([2**64], "kind int"),
        ([b"x"], "kind bytes"),
        (["\ud800"], "surrogate"),
    ],
)
def test_a_value_that_no_tile_holds_is_refused_by_its_column_without_telling_it(values: list, named: str) -> None:
    frame = placed({"held": pd.Series(values, dtype=object)})
    with pytest.raises(ArgumentError, match=rf"layers\['lamps'\].*held.*{named}"):
        encode({"lamps": frame}, *TILE)


def test_two_columns_of_one_name_are_refused() -> None:
    frame = placed({"a": [1], "b": [2]}).rename(columns={"b": "a"})
    with pytest.raises(ArgumentError, match="named a"):
        encode({"lamps": frame}, *TILE)


def test_a_frame_without_crs_and_what_is_none_are_refused() -> None:
    with pytest.raises(ArgumentError, match=r"layers\['lamps'\].*coordinate system"):
        encode({"lamps": gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)])}, *TILE)
    with pytest.raises(ArgumentError, match="GeoDataFrame"):
        encode({"lamps": pd.DataFrame()}, *TILE)


@pytest.mark.parametrize("options", [{"extent": 0}, {"extent": 1 << 21}, {"buffer": -1}, {"buffer": 1 << 21}])
def test_a_size_out_of_range_is_refused(options: dict[str, int]) -> None:
    with pytest.raises(ArgumentError, match=next(iter(options))):
        encode({}, *TILE, **options)


def test_the_deepest_tile_is_as_exact_as_any() -> None:
    z, x, y = next(iter(tiles_over((LON, LAT, LON, LAT), 30)))
    west, south, east, north = tile_bounds(z, x, y)
    middle = shapely.Point((west + east) / 2, (south + north) / 2)
    (feature,) = decoded(encode({"things": gpd.GeoDataFrame(geometry=[middle], crs="EPSG:3857")}, z, x, y))
    assert np.abs(np.array(feature["geometry"].coords) - 2048).max() <= 1
