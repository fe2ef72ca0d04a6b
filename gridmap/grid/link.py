"""Linking points: which cell a point belongs to, exactly, through the lookup grid."""

from __future__ import annotations

from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from gridmap.grid.codes import TEXT
from gridmap.grid.parts import in_parts
from gridmap.grid.pixels import NONE, Pixels

if TYPE_CHECKING:
    from numpy.typing import NDArray

_POINTS_AT_ONCE = 1 << 20


class Linker:
    """The cells of one level, ready to be asked for: sorted by code, found through a lookup grid.

    Cells without a code (missing or empty) and without a finite, non-empty polygon take no part. A cell is named by its
    position among those that do (`codes`, `cells`); NONE is no cell. Threads may ask together.
    """

    def __init__(self, codes: pd.Series[str], geometries: NDArray[np.object_]) -> None:
        text = codes.to_numpy(dtype=object, na_value="")
        takes_part = np.flatnonzero((text != "") & _finite_polygons(geometries))
        order = takes_part[np.argsort(text[takes_part].astype(str), kind="stable")]
        self.codes: NDArray[np.object_] = text[order]
        self.cells: NDArray[np.object_] = geometries[order]
        # A prepared polygon builds its index while it is asked: two threads that ask it together break the process.
        self._one_at_a_time = Lock()
        self._names = pa.array(self.codes, type=pa.large_string())

    def find(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int32]:
        """Return the position of the first cell whose closed polygon holds each point (cells' CRS), NONE if none."""
        found = np.empty(len(x), dtype=np.int32)
        pixels = self._pixels

        def find(part: slice) -> None:
            found[part] = self._find(pixels, x[part], y[part])

        in_parts(find, len(x), _POINTS_AT_ONCE)
        return found

    def codes_at(self, at: NDArray[np.integer]) -> pd.api.extensions.ExtensionArray:
        """Return the codes of positions as text, missing for NONE."""
        names = self._names.take(pa.array(at, mask=at < 0))
        text: pd.api.extensions.ExtensionArray = TEXT.__from_arrow__(names)  # type: ignore[attr-defined]  # no stub
        return text

    @cached_property
    def sound(self) -> NDArray[np.object_]:
        """The cells for cutting: where one is invalid, the valid area of the same rings (by the even-odd rule)."""
        valid = shapely.is_valid(self.cells)
        if valid.all():
            return self.cells
        sound = self.cells.copy()
        sound[~valid] = shapely.make_valid(self.cells[~valid])
        return sound

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The index of the cells by their bounds."""
        return shapely.STRtree(self.cells)

    @cached_property
    def _pixels(self) -> Pixels:
        shapely.prepare(self.cells)
        return Pixels(self.cells)

    def _find(self, pixels: Pixels, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int32]:
        found = pixels.lookup(x, y)
        todo = np.flatnonzero(found < NONE)
        pixel = -2 - found[todo]
        found[todo] = pixels.otherwise[pixel]
        turn, end = pixels.start[pixel], pixels.start[pixel + 1]
        while len(todo):
            cell = pixels.candidates[turn]
            # Points of one cell after the other: its index stays at hand. 16 bits sort in a tenth of the time of 32.
            near = np.argsort(cell.astype(np.uint16), kind="stable")
            cell, todo, turn, end = cell[near], todo[near], turn[near], end[near]
            with self._one_at_a_time:
                hit = shapely.intersects_xy(self.cells[cell], x[todo], y[todo])
            found[todo[hit]] = cell[hit]
            turn += 1
            left = ~hit & (turn < end)
            todo, turn, end = todo[left], turn[left], end[left]
        return found


def _finite_polygons(geometries: NDArray[np.object_]) -> NDArray[np.bool_]:
    kind = shapely.get_type_id(geometries)
    takes_part = np.isin(kind, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    takes_part &= ~shapely.is_empty(geometries)
    xy, owner = shapely.get_coordinates(geometries, return_index=True)
    takes_part[owner[~np.isfinite(xy).all(axis=1)]] = False
    return takes_part
