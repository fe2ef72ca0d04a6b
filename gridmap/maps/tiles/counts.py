"""Counts of cells in place of their things: what a tile shows where single points would be too many."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.maps.frames import require_columns

COLUMNS = ("code", "count")


def per_cell(frame: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a point for each of `cells` (code) that holds rows of `frame` (cell): its code and their count.

    The points lie in their cells, in the cells' CRS and order; the sum of the counts is the number of rows. Those in
    none of the cells (null or another code) are one last row without code, in the middle of the places that they
    have, unplaced if they have none. The index counts from 0. Raises ArgumentError for a frame without CRS or a
    missing column.
    """
    linked = require_columns(frame, "frame", ("cell",))
    held = require_columns(cells, "cells", COLUMNS[:1])
    counts = held["code"].map(linked["cell"].value_counts()).fillna(0).to_numpy(dtype=np.int64)
    codes, points = list(held["code"][counts > 0]), list(held.geometry[counts > 0].representative_point())
    outside = linked.geometry[~linked["cell"].isin(held["code"]).to_numpy()]
    if len(outside):
        there = shapely.get_coordinates(outside.to_crs(held.crs))
        codes.append(None)
        points.append(shapely.Point(there.mean(axis=0)) if len(there) else None)
    counted = pd.Series([*counts[counts > 0], *([len(outside)] if len(outside) else [])], dtype=np.int64)
    columns = {"code": pd.Series(codes, dtype="str"), "count": counted}
    return gpd.GeoDataFrame(columns, geometry=points, crs=held.crs)
