"""Borders of cells, each edge once: at the highest level that it bounds, so that no line is drawn over another."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import MultiLineString
from shapely.geometry.base import BaseGeometry

from gridmap.grid.codes import LEVELS

ENDS = ["x0", "y0", "x1", "y1"]


def borders(cells: gpd.GeoDataFrame, width: float) -> dict[str, BaseGeometry]:
    """Return the lines of each level in use (columns level, geometry), from the highest down, in the CRS of the cells.

    An edge that two cells of a level share is kept once. What lies within `width` (units of the CRS) of a higher
    level's line is left to that line: a big cell need not have every vertex of the small ones along it.
    """
    drawn: dict[str, BaseGeometry] = {}
    for level in LEVELS:
        edges = _edges(cells[cells["level"] == level]).drop_duplicates(ENDS)
        if edges.empty:
            continue
        lines: BaseGeometry = MultiLineString(list(edges[ENDS].to_numpy().reshape(-1, 2, 2)))
        for above in drawn.values():
            lines = lines.difference(above.buffer(width, cap_style="flat"))
        drawn[level] = shapely.line_merge(lines)
    return drawn


def _edges(cells: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the segments of all rings, the lower end first."""
    rings = shapely.get_rings(np.asarray(cells.geometry.array, dtype=object))
    at, ring = shapely.get_coordinates(rings, return_index=True)
    along = ring[1:] == ring[:-1]
    start, end = at[:-1][along], at[1:][along]
    turned = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    start[turned], end[turned] = end[turned], start[turned].copy()
    apart = (start != end).any(axis=1)
    return pd.DataFrame(np.hstack([start, end])[apart], columns=ENDS)
