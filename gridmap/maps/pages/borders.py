"""Borders of cells, each edge once: at the highest level that it bounds, so that no line is drawn over another."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.grid.codes import LEVELS

ENDS = ["x0", "y0", "x1", "y1"]


def borders(cells: gpd.GeoDataFrame) -> dict[str, shapely.Geometry]:
    """Return the lines of each level in use (columns level, geometry), from the highest down, in the CRS of the cells.

    An edge is one segment between two vertices; those that two cells or levels share are kept once, at the highest.
    """
    kept = pd.concat([_edges(cells[cells["level"] == level]).assign(level=level) for level in LEVELS])
    kept = kept.drop_duplicates(ENDS)
    return {level: _lines(kept[kept["level"] == level]) for level in LEVELS if (kept["level"] == level).any()}


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


def _lines(edges: pd.DataFrame) -> shapely.Geometry:
    ends = edges[ENDS].to_numpy().reshape(-1, 2, 2)
    return shapely.line_merge(shapely.MultiLineString(list(ends)))
