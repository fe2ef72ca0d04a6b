"""The check of a grid: every defect of its cells, with its place, its measure and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.errors import ArgumentError
from gridmap.grid.checks.codes import code_defects
from gridmap.grid.checks.found import COLUMNS, found
from gridmap.grid.checks.level import Level
from gridmap.grid.checks.nesting import holes, outside_parent, straddling, with_children
from gridmap.grid.checks.partition import partition_defects
from gridmap.grid.checks.plane import NEAR, Plane
from gridmap.grid.checks.shapes import shape_defects
from gridmap.grid.checks.table import table_of
from gridmap.grid.codes import LEVELS, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from gridmap.grid.metric import Metric

# Kinds of defect, in the order in which they are listed.
KINDS = (
    "missing_code",
    "duplicate_code",
    "wrong_prefix",
    "orphan",
    "invalid_geometry",
    "childless_parent",
    "child_outside_parent",
    "overlap",
    "hole",
    "slit",
    "edge_mismatch",
)
# Kinds that refuse an edition; the others are published with a warning and become gaps (DESIGN 4, Cells).
REFUSING = frozenset({"missing_code", "duplicate_code", "wrong_prefix", "orphan", "invalid_geometry"})


def check_cells(
    cells: gpd.GeoDataFrame,
    *,
    metric: Metric,
    territory: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    gap_width: float = 1.0,
    code_lengths: Mapping[str, int] | None = None,
) -> gpd.GeoDataFrame:
    """Return every defect of `cells` (code, level, parent, name, geometry), one a row; none if the nest is exact.

    Columns: `kind` (one of KINDS; those of REFUSING refuse an edition), `level`, `code`, `other` (the second cell, or
    the parent; missing where there is none), `measure` in `unit` (m2, m, or nothing), `hint` (the code of a sentence
    of `words` that takes the row's columns as inputs), `geometry` (where, in the cells' CRS). Ordered by kind, level,
    code, other, place: the order of the cells does not matter.

    - codes and parents: see `checks.codes`; with `code_lengths` (digits of a code at each level) prefixes are looked at
    - invalid_geometry: at the point of the fault. Such a cell takes part in nothing else, nor does its surroundings
    - overlap: the ground of two cells of a level, in m2
    - slit: a gap between two cells narrower than `gap_width` metres, in m2. A narrow spit of a cell borders none
    - hole: ground of a parent in no cell of the level below, or of the `territory` in no top cell, in m2
    - edge_mismatch: edges of the cell that lack a vertex of the other's, in m
    - child_outside_parent: ground of a cell outside the parent it states, in m2; `other` is the cell of the parent's
      level in which it lies, missing where there is none. Strips narrower than `gap_width` do not count. Also a cell
      in two cells of a level above its parent's: `other` is each but that with the largest part

    Widths are those of the plane of the cells' CRS, stretched to metres; areas and lengths are measured in `metric`.
    Rounding is no defect: what is on average narrower than 1 mm is no ground. Source: DESIGN 4, Cells.

    `territory` needs a CRS and is transformed to the cells'; both are best given in one CRS, since a long straight
    edge of one is not straight in another. Raises ArgumentError for a territory without a CRS, and for a `gap_width`
    that is negative or not finite.
    """
    if not (np.isfinite(gap_width) and gap_width >= 0):
        raise ArgumentError("grid.gap_width", argument="gap_width", given=gap_width)
    table = table_of(cells)
    plane = Plane(metric, np.asarray(cells.total_bounds))
    shapes, sound = shape_defects(table)
    levels = list(_levels(table, sound, plane, gap_width))
    defects = [*code_defects(table, code_lengths), *shapes]
    defects += _level_defects(levels, plane, _ground(territory, cells, plane), gap_width)
    return _in_order(defects, plane, cells)


def _levels(table: pd.DataFrame, sound: NDArray[np.bool_], plane: Plane, gap_width: float) -> Iterator[Level]:
    """Yield the levels in use, from the top."""
    for name in LEVELS:
        here = (table["level"] == name).to_numpy()
        if here.any():
            rows, unknown = table[here & sound], np.asarray(table["geometry"][here & ~sound], dtype=object)
            hulls = shapely.convex_hull(plane.into(unknown[np.isfinite(shapely.length(unknown))]))
            yield Level(
                name=name,
                codes=rows["code"].to_numpy(),
                parents=rows["parent"].to_numpy(),
                shapes=plane.into(np.asarray(rows["geometry"], dtype=object)),
                unknown=hulls,
                gap=max(gap_width, NEAR),
            )


def _level_defects(
    levels: list[Level], plane: Plane, territory: shapely.Geometry | None, width: float
) -> Iterator[pd.DataFrame]:
    astray: set[str] = set()
    for depth, level in enumerate(levels):
        defects, slits = partition_defects(level, plane, width)
        yield from defects
        upper = levels[depth - 1] if depth else None
        if upper is not None:
            yield holes(level, slits, with_children(upper, level), upper, plane)
            strays = outside_parent(level, upper, width)
            yield strays.defects(level, upper, plane)
            # Who nests in a parent that nests cannot lie in two cells further up.
            doubtful = np.union1d(strays.rows, np.flatnonzero([parent in astray for parent in level.parents]))
            for far in levels[: depth - 1]:
                yield straddling(level, doubtful, far, width).defects(level, far, plane)
            astray = {code for code in level.codes[doubtful] if isinstance(code, str)}
        elif territory is not None:
            yield holes(level, slits, territory, None, plane)


def _ground(
    territory: gpd.GeoDataFrame | gpd.GeoSeries | None, cells: gpd.GeoDataFrame, plane: Plane
) -> shapely.Geometry | None:
    if territory is None:
        return None
    if territory.crs is None:
        raise ArgumentError("grid.missing_crs", argument="territory")
    shapes = np.asarray(territory.geometry.to_crs(cells.crs), dtype=object)
    return shapely.union_all(shapely.make_valid(plane.into(shapes)))


def _in_order(defects: list[pd.DataFrame], plane: Plane, cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the defects measured, typed and in order."""
    rows = pd.concat([found("", None, None, None, np.array([], dtype=object)), *defects], ignore_index=True)
    shapes = np.asarray(rows["geometry"], dtype=object)
    rows["measure"] = rows["measure"].astype(float)
    for unit, measure in (("m2", plane.area), ("m", plane.length)):
        mask = (rows["unit"] == unit).to_numpy()
        rows.loc[mask, "measure"] = measure(shapes[mask])
    bounds = np.nan_to_num(shapely.bounds(shapes))
    rows = rows.assign(
        rank=rows["kind"].map({kind: rank for rank, kind in enumerate(KINDS)}),
        depth=rows["level"].map({level: depth for depth, level in enumerate(LEVELS)}),
        x=bounds[:, 0],
        y=bounds[:, 1],
    ).sort_values(["rank", "depth", "code", "other", "x", "y"], na_position="first", ignore_index=True)
    for name in ("kind", "level", "code", "other", "unit", "hint"):
        rows[name] = rows[name].astype(TEXT)
    return gpd.GeoDataFrame(rows[list(COLUMNS)], geometry="geometry", crs=cells.crs)
