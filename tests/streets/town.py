"""A town of streets in metres from a corner, for the tests of travel."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

CRS = "EPSG:4547"
EAST, NORTH = 548_000.0, 2_498_000.0
XY = tuple[float, float]


def roads(*drawn: Sequence[XY]) -> gpd.GeoSeries:
    return gpd.GeoSeries([shapely.LineString(np.add(xy, (EAST, NORTH))) for xy in drawn], crs=CRS)


def doors(*places: XY | None) -> gpd.GeoSeries:
    shapes = [None if place is None else shapely.Point(EAST + place[0], NORTH + place[1]) for place in places]
    return gpd.GeoSeries(shapes, crs=CRS)


def blocks(columns: int, rows: int, side: float = 100.0) -> gpd.GeoSeries:
    """Streets along and across, each drawn in one stroke: nothing but crossings to join them."""
    across = [[(0.0, side * row), (side * columns, side * row)] for row in range(rows + 1)]
    along = [[(side * column, 0.0), (side * column, side * rows)] for column in range(columns + 1)]
    return roads(*across, *along)
