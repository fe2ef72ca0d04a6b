"""One level of a grid while it is checked: its sound cells in local metres, and what is worked out once for all."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridmap.grid.checks.plane import NEAR

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Level:
    """The cells of one level whose geometry is sound.

    `codes` and `parents` are text, None where there is none; `shapes` are polygons in local metres; `gap` is the width
    in metres below which a gap is looked at; `unknown` are the hulls of the cells whose geometry is not sound.
    """

    codes: NDArray[np.object_]
    parents: NDArray[np.object_]
    shapes: NDArray[np.object_]
    gap: float
    name: str = ""
    unknown: NDArray[np.object_] = field(default_factory=lambda: np.array([], dtype=object))

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The index of the cells' boxes."""
        return shapely.STRtree(self.shapes)

    @cached_property
    def edges(self) -> NDArray[np.object_]:
        """The edges of each cell that match no other cell's or run along a gap: empty for almost every cell."""
        return np.asarray(shapely.coverage_invalid_edges(self.shapes, self.gap), dtype=object)

    @cached_property
    def suspect(self) -> NDArray[np.bool_]:
        """Whether a cell has such edges."""
        return ~shapely.is_empty(self.edges)

    @cached_property
    def families(self) -> tuple[NDArray[np.object_], NDArray[np.object_], NDArray[np.intp]]:
        """The parents' codes, the union of the children of each, and the number of each cell's family.

        Cells without a code or a parent are one family, with the code None.
        """
        parents = pd.Series(self.parents, dtype=object).where(pd.Series(self.codes, dtype=object).notna())
        number, codes = pd.factorize(parents, use_na_sentinel=False)
        order = np.argsort(number, kind="stable")
        starts = np.searchsorted(number[order], np.arange(1, len(codes)))
        groups = np.split(order, starts) if len(codes) else []
        unions = np.array([self._union(group) for group in groups], dtype=object)
        return np.array([None if pd.isna(code) else code for code in codes], dtype=object), unions, number

    @cached_property
    def outline(self) -> shapely.Geometry:
        """The ground of all cells together."""
        _, unions, number = self.families
        doubtful = np.bincount(number[self.suspect], minlength=len(unions)) > 0
        matched = shapely.coverage_union_all(unions[~doubtful])
        return shapely.union_all([matched, *unions[doubtful]]) if doubtful.any() else matched

    def _union(self, rows: NDArray[np.intp]) -> shapely.Geometry:
        if self.suspect[rows].any():
            return shapely.union_all(self.shapes[rows])
        return shapely.coverage_union_all(self.shapes[rows])

    def beside_unknown(self, places: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Return for each of `places` whether it meets the hull of a cell without sound geometry."""
        beside = np.zeros(len(places), dtype=bool)
        if len(self.unknown):
            beside[shapely.STRtree(self.unknown).query(places, predicate="dwithin", distance=NEAR)[0]] = True
        return beside


def same_ground(first: NDArray[np.object_], second: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return for each pair whether the vertices are the same: the quick way to see that the ground is."""
    return np.asarray(shapely.equals_exact(_plain(first), _plain(second), 0.0))


def _plain(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return multi-polygons of one part as that polygon, all in the normal order of vertices."""
    single = (shapely.get_type_id(geometries) == shapely.GeometryType.MULTIPOLYGON) & (
        shapely.get_num_geometries(geometries) == 1
    )
    return np.asarray(
        shapely.normalize(np.where(single, shapely.get_geometry(geometries, 0), geometries)), dtype=object
    )
