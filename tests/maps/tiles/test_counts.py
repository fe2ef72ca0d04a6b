"""Points of cells that stand for many things."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridmap.errors import ArgumentError
from gridmap.maps.tiles.counts import per_cell
from gridmap.maps.tiles.encode import encode
from tests.maps.tiles.reading import decoded


@pytest.fixture
def small(nest: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return nest[nest["level"] == "small"]


def lamps(cells: list[str | None], x: float | None = 100.0) -> gpd.GeoDataFrame:
    points = [None if x is None else shapely.Point(x, 100)] * len(cells)
    return gpd.GeoDataFrame({"cell": pd.Series(cells, dtype="str")}, geometry=points, crs="EPSG:4547")


def test_each_cell_with_things_is_a_point_inside_it_with_their_count(small: gpd.GeoDataFrame) -> None:
    west, east = small["code"]
    counted = per_cell(lamps([east, west, east]), small)
    assert counted[["code", "count"]].to_numpy().tolist() == [[west, 1], [east, 2]]
    assert counted.crs == small.crs
    assert shapely.contains(small.geometry.array, counted.geometry.array).all()


def test_a_cell_without_things_has_no_point(small: gpd.GeoDataFrame) -> None:
    west, _ = small["code"]
    assert per_cell(lamps([west]), small)["code"].tolist() == [west]


def test_things_in_none_of_the_cells_are_counted_together_where_they_are(small: gpd.GeoDataFrame) -> None:
    west, _ = small["code"]
    counted = per_cell(lamps([None, west, "another"], x=-50.0), small)
    assert counted["count"].tolist() == [1, 2]
    assert counted["code"].isna().tolist() == [False, True]
    assert counted.geometry.iloc[-1] == shapely.Point(-50, 100)
    assert counted["count"].sum() == 3


def test_things_without_cell_and_place_are_counted_and_unplaced(small: gpd.GeoDataFrame) -> None:
    counted = per_cell(lamps([None, None], x=None), small)
    assert counted["count"].tolist() == [2]
    assert counted.geometry.tolist() == [None]


def test_no_things_are_no_points(small: gpd.GeoDataFrame) -> None:
    counted = per_cell(lamps([]), small)
    assert len(counted) == 0
    assert list(counted.columns) == ["code", "count", "geometry"]


def test_a_tile_shows_the_counts(small: gpd.GeoDataFrame) -> None:
    west, east = small["code"]
    counted = per_cell(lamps([east, west, east]), small).to_crs("EPSG:4326")
    found = decoded(encode({"things": counted}, 0, 0, 0))
    assert [feature["properties"] for feature in found] == [{"code": west, "count": 1}, {"code": east, "count": 2}]


def test_missing_columns_are_named(small: gpd.GeoDataFrame) -> None:
    with pytest.raises(ArgumentError, match="frame.*cell"):
        per_cell(lamps([]).drop(columns="cell"), small)
    with pytest.raises(ArgumentError, match="cells.*code"):
        per_cell(lamps([]), small.drop(columns="code"))
