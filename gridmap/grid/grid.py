"""The grid: cells of three levels, what they are told apart by, and everything that can be asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from gridmap.errors import ArgumentError, Fault, FaultsError, InputError
from gridmap.grid.check import check_cells
from gridmap.grid.codes import LEVELS
from gridmap.grid.link import Linker
from gridmap.grid.link_lines import cut_lines
from gridmap.grid.metric import Metric
from gridmap.grid.nearest import Nearest
from gridmap.grid.nest import Nest
from gridmap.grid.places import areas_xy, lines_in, points_xy
from gridmap.grid.repair import repair_cells

COLUMNS = ("code", "level", "parent", "name", "geometry")
_SHOWN_VALUES = 5


class Grid:
    """Cells of three levels: a GeoDataFrame with the columns code, level, parent, name, geometry, in one CRS.

    `level` is big, middle or small; codes and parents are text; a top cell's parent is missing. Further columns are
    kept. The frame is copied, its index replaced by 0, 1, 2, ... `code_lengths` gives the digits of a code at each
    level where codes name their parents (DESIGN 4); without it `check` looks at no prefix.

    Only what makes the frame unreadable is refused here, so that a grid with defects can be made, checked and
    repaired. Raises ArgumentError, or FaultsError with all of several faults: no GeoDataFrame, a missing column, a
    missing CRS (it is asked for and never guessed), an unknown level, codes or parents that are not text.
    """

    def __init__(self, cells: gpd.GeoDataFrame, code_lengths: Mapping[str, int] | None = None) -> None:
        _check(cells)
        self._cells: gpd.GeoDataFrame = cells.reset_index(drop=True).set_geometry("geometry")
        self.code_lengths = None if code_lengths is None else dict(code_lengths)

    def __reduce__(self) -> tuple[type[Grid], tuple[gpd.GeoDataFrame, dict[str, int] | None]]:
        return Grid, (self._cells, self.code_lengths)  # what is built on demand is not copied

    def __len__(self) -> int:
        return len(self._cells)

    def __repr__(self) -> str:
        counts = self._cells["level"].value_counts()
        levels = ", ".join(f"{level}={counts.get(level, 0)}" for level in LEVELS)
        return f"Grid({levels}, crs={self.crs.name!r})"

    @property
    def cells(self) -> gpd.GeoDataFrame:
        """The cells of all levels, in the order given, in their own CRS (a copy: the grid itself never changes)."""
        return self._cells.copy()

    @property
    def crs(self) -> CRS:
        """The CRS of the cells. Everything that is linked is transformed to it; the cells never are."""
        return CRS.from_user_input(self._cells.crs)

    @cached_property
    def metric(self) -> Metric:
        """The planar system in which areas and lengths of this grid are measured, in metres."""
        return Metric(self.crs, self._cells.total_bounds)

    def level(self, name: str) -> gpd.GeoDataFrame:
        """Return the cells of level `name` (big, middle, small). Raises ArgumentError for another name."""
        if name not in LEVELS:
            raise ArgumentError("grid.unknown_level", argument="name", given=name, allowed=", ".join(LEVELS))
        return self._cells[self._cells["level"] == name].copy()

    def chain(self, code: str) -> tuple[str, ...]:
        """Return the codes from `code` up to its big cell. Raises NotFoundError for an unknown code."""
        return self._nest.chain(code)

    def parent(self, code: str) -> str | None:
        """Return the code of the parent; None for a top cell or an orphan. Raises NotFoundError for an unknown code."""
        return self._nest.parent(code)

    def children(self, code: str) -> tuple[str, ...]:
        """Return the codes whose parent is `code`, in string order. Raises NotFoundError for an unknown code."""
        return self._nest.children(code)

    def members(self, root: str) -> tuple[str, ...]:
        """Return `root` and every code below it, in string order. Raises NotFoundError for an unknown code."""
        return self._nest.members(root)

    def closure(self) -> pd.DataFrame:
        """Return every pair (cell, ancestor, depth), each cell being its own ancestor at depth 0, sorted by cell."""
        return self._nest.closure()

    def link(self, points: gpd.GeoSeries | gpd.GeoDataFrame, snap: float = 0.0) -> pd.Series[str]:
        """Return the code of the small cell that each point belongs to, on the index of `points`.

        A point belongs to the cell whose closed polygon holds it (`shapely.intersects_xy` in the cells' CRS, to which
        the points are transformed); on a shared edge, and where cells overlap, to the lowest code in string order.
        Row order never matters. Missing where no cell holds the point, where its geometry is missing or empty, and
        where a coordinate is not finite. Cells without a code or without a finite polygon take no part.
        `snap` in metres: a point outside all cells, but no farther than that from one, is linked to the nearest (of
        several, to the lowest code). Source: DESIGN 4, Linking.

        Raises ArgumentError for a missing CRS, geometry that is no point, a negative or NaN `snap`.
        """
        x, y = points_xy(points, self.crs, "points")
        return self._linked(x, y, snap, points.index)

    def link_areas(self, areas: gpd.GeoSeries | gpd.GeoDataFrame, snap: float = 0.0) -> pd.Series[str]:
        """Return the code of the small cell that holds a representative point of each area, on the index of `areas`.

        The point is taken within the area, in the cells' CRS. Else as `link`; geometry must be Polygon or MultiPolygon.
        """
        x, y = areas_xy(areas, self.crs, "areas")
        return self._linked(x, y, snap, areas.index)

    def link_lines(self, lines: gpd.GeoSeries | gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return `lines` cut by the small cells: columns line, part, code, from_m, length_m, geometry.

        One row a piece, lines in the order given, pieces along the line: `line` is the caller's index label, `part`
        counts from 0, `from_m` and `length_m` are metres along the line (`metric`); they sum to the line's length.
        `geometry` is in the cells' CRS, z dropped. A piece on a shared edge, or where cells overlap, goes to the lowest
        code; a piece outside all cells has none. A multi-line counts on from part to part. Missing, empty or not
        finite lines, and those without length, give no rows. Source: DESIGN 4, Linking.

        Raises ArgumentError for a missing CRS and for geometry that is no LineString, LinearRing or MultiLineString.
        """
        return cut_lines(lines_in(lines, self.crs, "lines"), lines.index, self._linker, self.metric, self.crs)

    def nearest(self, points: gpd.GeoSeries | gpd.GeoDataFrame) -> pd.DataFrame:
        """Return the nearest small cell of each point: columns code and distance_m (metres, 0 inside).

        Index, order, ties and missing rows as in `link`; where the code is missing, the distance is NaN.
        Raises ArgumentError for a missing CRS and for geometry that is no point.
        """
        x, y = points_xy(points, self.crs, "points")
        at, distance = self._nearest.find(x, y, np.inf)
        return pd.DataFrame({"code": self._linker.codes_at(at), "distance_m": distance}, index=points.index)

    def check(
        self, territory: gpd.GeoDataFrame | gpd.GeoSeries | None = None, gap_width: float = 1.0
    ) -> gpd.GeoDataFrame:
        """Return every defect of the grid, one a row, with its place, measure and hint: see `check_cells`."""
        return check_cells(
            self._cells, metric=self.metric, territory=territory, gap_width=gap_width, code_lengths=self.code_lengths
        )

    def repair(self, width: float = 1.0) -> tuple[Grid, gpd.GeoDataFrame]:
        """Return a new grid without slits and slivers up to `width` metres, and every change: see `repair_cells`."""
        cells, changes = repair_cells(self._cells, metric=self.metric, width=width)
        return Grid(cells, self.code_lengths), changes

    @cached_property
    def _nest(self) -> Nest:
        return Nest(self._cells)

    @cached_property
    def _linker(self) -> Linker:
        small = self._cells[self._cells["level"] == "small"]
        return Linker(small["code"], small.geometry.to_numpy())

    @cached_property
    def _nearest(self) -> Nearest:
        return Nearest(self._linker, self.metric)

    def _linked(self, x: np.ndarray, y: np.ndarray, snap: float, index: pd.Index) -> pd.Series[str]:
        if not snap >= 0:
            raise ArgumentError("grid.snap", argument="snap", given=snap)
        at = self._linker.find(x, y)
        if snap > 0:
            out = np.flatnonzero(at < 0)
            at[out] = self._nearest.find(x[out], y[out], snap)[0]
        return pd.Series(self._linker.codes_at(at), index=index, name="code")


def _check(cells: gpd.GeoDataFrame) -> None:
    """Raise for everything that makes `cells` unreadable, all in one pass."""
    if not isinstance(cells, gpd.GeoDataFrame):
        raise ArgumentError("grid.not_a_frame", argument="cells", given=type(cells).__name__)
    missing = [name for name in COLUMNS if name not in cells.columns]
    faults: list[tuple[str, dict[str, object]]] = []
    if missing:
        faults.append(("grid.missing_columns", {"missing": ", ".join(missing), "columns": ", ".join(COLUMNS)}))
    if "geometry" in cells.columns and cells.set_geometry("geometry").crs is None:
        faults.append(("grid.missing_crs", {}))
    if "level" in cells.columns:
        unknown = sorted({str(level) for level in cells["level"].unique() if level not in LEVELS})
        if unknown:
            given = ", ".join(unknown[:_SHOWN_VALUES])
            faults.append(("grid.unknown_level", {"given": given, "allowed": ", ".join(LEVELS)}))
    faults += [
        ("grid.not_text", {"column": name})
        for name in ("code", "parent")
        if name in cells.columns and not cells[name].dropna().map(lambda value: isinstance(value, str)).all()
    ]
    if faults:
        raise _as_error(faults)


def _as_error(faults: list[tuple[str, dict[str, object]]]) -> InputError:
    if len(faults) == 1:
        return ArgumentError(faults[0][0], argument="cells", **faults[0][1])
    return FaultsError(
        [
            Fault(code, column=str(inputs.pop("column", "")), inputs={"argument": "cells", **inputs})
            for code, inputs in faults
        ]
    )
