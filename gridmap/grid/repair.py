"""The repair of a grid: slits, narrow overlaps and unmatched edges are closed, and every change is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.errors import ArgumentError
from gridmap.grid.checks.level import Level
from gridmap.grid.checks.nesting import by_code
from gridmap.grid.checks.plane import Plane
from gridmap.grid.checks.shapes import shape_defects
from gridmap.grid.checks.table import table_of
from gridmap.grid.codes import LEVELS, TEXT
from gridmap.grid.repairs.parents import following
from gridmap.grid.repairs.tiles import mended

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridmap.grid.metric import Metric


def repair_cells(
    cells: gpd.GeoDataFrame, *, metric: Metric, width: float = 1.0
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return `cells` without slits, overlaps and unmatched edges up to `width` metres, and every change.

    The cells without children tile the ground, so they are mended together:
    - ground in two of them goes to the one whose parent holds it, else to the lower code (as linking has it);
    - a slit goes to the cells whose parent holds it, there to the one with the longest wall, else to the longest wall;
    - vertices that an edge lacks are added (`shapely.coverage_clean`).
    Parents then take the border of their children where the two differ by less than `width`, so that the nest stays
    exact. What is wider stays as it is: that takes a decision. Codes, parents and all other columns, the index and the
    order stay; cells that do not change keep their geometry to the last bit. Geometry that is not sound is left alone.

    The changes: one row a changed cell, columns code, level, gained_m2, lost_m2 (in `metric`; both 0 where only
    vertices were added) and geometry (the ground gained or lost, in the cells' CRS), in the order of the cells.

    Raises ArgumentError for a `width` that is not finite or not above 0.
    """
    if not (np.isfinite(width) and width > 0):
        raise ArgumentError("grid.repair_width", argument="width", given=width)
    table = table_of(cells)
    sound = np.flatnonzero(shape_defects(table)[1])
    table = table.iloc[sound].reset_index(drop=True)
    plane = Plane(metric, np.asarray(cells.total_bounds))
    before = np.asarray(table["geometry"], dtype=object)
    old = plane.into(before)
    new = _repaired(table, old, width)
    changed = np.flatnonzero(~shapely.equals_exact(old, new, 0.0))
    moved = _back(new[changed], old, before, plane)
    shapes = np.asarray(cells.geometry, dtype=object).copy()
    shapes[sound[changed]] = moved
    geometry = gpd.GeoSeries(shapes, index=cells.index, crs=cells.crs)
    return cells.set_geometry(geometry.rename(cells.geometry.name)), _changes(
        table.iloc[changed], before[changed], moved, plane, cells
    )


def _repaired(table: pd.DataFrame, old: NDArray[np.object_], width: float) -> NDArray[np.object_]:
    new = old.copy()
    tiles = np.flatnonzero(~table["code"].isin(table["parent"].dropna()).to_numpy())
    ground = by_code(table["code"].to_numpy(), old)
    grounds = np.array([ground.get(parent) for parent in table["parent"].iloc[tiles]], dtype=object)
    new[tiles] = mended(_level(table, tiles, old, width), grounds, width)
    used = [name for name in LEVELS if (table["level"] == name).any()]
    for upper, lower in zip(used[-2::-1], used[:0:-1], strict=True):
        parents, children = (np.flatnonzero((table["level"] == name).to_numpy()) for name in (upper, lower))
        new[parents] = following(_level(table, parents, new, width), _level(table, children, new, width), width)
    return new


def _level(table: pd.DataFrame, rows: NDArray[np.intp], shapes: NDArray[np.object_], width: float) -> Level:
    return Level(
        codes=table["code"].to_numpy()[rows],
        parents=table["parent"].to_numpy()[rows],
        shapes=shapes[rows],
        gap=width,
    )


def _back(
    shapes: NDArray[np.object_], old: NDArray[np.object_], before: NDArray[np.object_], plane: Plane
) -> NDArray[np.object_]:
    """Return `shapes` (local metres) in the cells' CRS; each vertex that was there `before` to its last bit."""
    known = pd.DataFrame(shapely.get_coordinates(old), columns=["x", "y"])
    known[["lon", "lat"]] = shapely.get_coordinates(before)
    known = known.drop_duplicates(["x", "y"])
    back = plane.back(shapes)
    vertices = pd.DataFrame(shapely.get_coordinates(shapes), columns=["x", "y"]).merge(known, "left", ["x", "y"])
    exact = vertices[["lon", "lat"]].to_numpy()
    return np.asarray(
        shapely.set_coordinates(back, np.where(np.isnan(exact), shapely.get_coordinates(back), exact)), dtype=object
    )


def _changes(
    table: pd.DataFrame, old: NDArray[np.object_], new: NDArray[np.object_], plane: Plane, cells: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    gained, lost = shapely.difference(new, old), shapely.difference(old, new)
    return gpd.GeoDataFrame(
        {
            "code": table["code"].astype(TEXT).to_numpy(),
            "level": table["level"].astype(TEXT).to_numpy(),
            "gained_m2": plane.area(gained),
            "lost_m2": plane.area(lost),
        },
        geometry=np.asarray(shapely.union(gained, lost), dtype=object),
        crs=cells.crs,
    )
