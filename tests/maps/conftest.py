"""A lane of lamps, and a nest of cells, as map files receive them."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely


@pytest.fixture
def lane_of_lamps() -> gpd.GeoDataFrame:
    """Three lamps: a dark one, one that nobody has placed, one whose status nobody noted."""
    return gpd.GeoDataFrame(
        {
            "pole": ["0012", "0013", "0014"],
            "status": ["dark", "working", None],
            "led": pd.array([True, None, False], dtype="boolean"),
            "heads": pd.array([1, None, 3], dtype="Int64"),
            "power": [60.5, float("nan"), 40.0],
            "owner": ["=cmd()", "街道办", None],
            "installed_on": ["2015-03-12", None, "0999-01-01"],
            "cell": ["440307999001101", None, "440307999001102"],
        },
        geometry=[shapely.Point(114.5, 22.6), None, shapely.Point(114.50000004, 22.7)],
        crs="EPSG:4326",
        index=[7, 7, "a"],
    )


@pytest.fixture
def nest() -> gpd.GeoDataFrame:
    """One big cell, one middle cell, two small ones: a square of 2 km and its halves, in metres."""
    square, west, east = shapely.box(0, 0, 2000, 2000), shapely.box(0, 0, 1000, 2000), shapely.box(1000, 0, 2000, 2000)
    return gpd.GeoDataFrame(
        {
            "code": ["440307999001", "4403079990011", "440307999001101", "440307999001102"],
            "level": ["big", "middle", "small", "small"],
            "parent": [None, "440307999001", "4403079990011", "4403079990011"],
            "name": ["潮音", "潮音一", "潮音东", None],
        },
        geometry=[square, square, west, shapely.MultiPolygon([east])],
        crs="EPSG:4547",
    )
