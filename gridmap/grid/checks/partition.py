"""Defects within one level: overlaps, slits, and shared edges whose vertices differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridmap.grid.checks.found import Unit, found
from gridmap.grid.checks.plane import NEAR, SLIVER, Plane, gathered, is_wide, opened, polygons_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridmap.grid.checks.level import Level

# The walls of a slit are at least so many times as long as its open mouths; a wider wedge is the outline's own shape.
_WALLS_TO_MOUTHS = 10.0


@dataclass(frozen=True)
class Places:
    """Places in local metres where two cells of a level disagree: `first` and `second` are rows of the level."""

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    shapes: NDArray[np.object_]

    def rows(self, kind: str, level: Level, plane: Plane, unit: Unit) -> pd.DataFrame:
        """Return the places as defects, each under the code that is lower in string order."""
        codes = level.codes[self.first], level.codes[self.second]
        swap = ~lower_code(*codes)
        code, other = np.where(swap, codes[1], codes[0]), np.where(swap, codes[0], codes[1])
        return found(kind, level.name, code, other, plane.back(self.shapes), unit=unit)


def overlaps(level: Level) -> Places:
    """Return where the inside of two cells meets: one place a pair, of mean width SLIVER at least.

    Only cells with unmatched edges are asked: of two that overlap, at least one has an edge within the other.
    """
    rows = np.flatnonzero(level.suspect)
    left, right = level.tree.query(level.shapes[rows], predicate="intersects")
    pairs = np.sort(np.column_stack([rows[left], right]), axis=1)
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    parts, pair = polygons_of(shapely.intersection(level.shapes[pairs[:, 0]], level.shapes[pairs[:, 1]]))
    shapes, at = gathered(parts, pair)
    return Places(pairs[at, 0], pairs[at, 1], shapes)


def slits(level: Level, width: float) -> Places:
    """Return the gaps narrower than `width` metres between two cells: places outside all cells that have ground.

    No square of `width` fits into a slit; two cells at least are its walls, of which the two longest are named; the
    walls are ten times as long as the mouths by which it opens (to a wider gap, or outwards). So neither a cell's own
    narrow spit, nor a notch in one cell, nor a bend of the outline is a slit.
    """
    closed = polygons_of(np.array([_gaps(level.outline)], dtype=object))[0]
    closed = closed[~is_wide(closed, width)]
    # A gap may run on as a hairline between two edges that differ by rounding: that is no part of it.
    parts = polygons_of(opened(np.concatenate([closed, _open_gaps(level, closed, width)]), SLIVER))[0]
    parts = parts[~level.beside_unknown(parts)]
    if not len(parts):
        return Places(np.array([], dtype=np.intp), np.array([], dtype=np.intp), parts)
    walls = walls_of(level, parts)
    first, second = walls.groupby("part").nth(0), walls.groupby("part").nth(1)
    pair = first.merge(second, on="part", suffixes=("", "_2"))
    both = walls.groupby("part")["length"].sum().loc[pair["part"]].to_numpy()
    mouths = shapely.length(parts[pair["part"]]) - both
    pair = pair[(both >= _WALLS_TO_MOUTHS * mouths) & (pair["length_2"].to_numpy() > 2 * NEAR)]
    return Places(pair["cell"].to_numpy(), pair["cell_2"].to_numpy(), parts[pair["part"]])


def walls_of(level: Level, parts: NDArray[np.object_]) -> pd.DataFrame:
    """Return the cells along the rim of each of `parts`: part, cell, length (metres), code.

    The longest of a part comes first; of those equal to the micrometre, the lowest code.
    """
    near, cell = level.tree.query(parts, predicate="dwithin", distance=NEAR)
    rims = shapely.intersection(shapely.buffer(parts, NEAR)[near], shapely.boundary(level.shapes[cell]))
    walls = pd.DataFrame({"part": near, "cell": cell, "length": np.round(shapely.length(rims), 6)})
    walls["code"] = level.codes[cell]
    return walls.sort_values(
        ["part", "length", "code", "cell"], ascending=[True, False, True, True], na_position="first"
    )


def _gaps(outline: shapely.Geometry) -> shapely.Geometry:
    """Return what `outline` encloses and does not cover."""
    parts = shapely.get_parts(outline)
    if not shapely.get_num_interior_rings(parts).any():
        return shapely.MultiPolygon()
    return shapely.difference(shapely.union_all(shapely.polygons(shapely.get_exterior_ring(parts))), outline)


def _open_gaps(level: Level, closed: NDArray[np.object_], width: float) -> NDArray[np.object_]:
    """Return the narrow parts of the outside along unmatched edges, but for the `closed` gaps.

    Narrow is what opening with a square of `width` removes. Around the edges a window of the outside is looked at,
    wide enough that its own border makes nothing narrow where it matters.
    """
    near = shapely.buffer(level.edges[level.suspect], 1.1 * width, quad_segs=2)  # few corners: near is near enough
    zone = np.array([shapely.union_all(near)], dtype=object)
    outside = shapely.difference(shapely.buffer(zone, 2.0 * width, join_style="mitre"), level.outline)
    narrow = shapely.intersection(shapely.difference(outside, opened(outside, width)), zone)
    return polygons_of(shapely.difference(narrow, shapely.union_all(closed)))[0]


def mismatches(level: Level, explained: NDArray[np.object_]) -> Places:
    """Return the edges of a cell (`first`) that lack a vertex of another (`second`, the lowest code of those with it).

    A vertex belongs on an edge that it lies on within NEAR metres and does not end. Vertices at one of the `explained`
    places (overlaps, slits) are part of that defect. One place a pair: all such edges of the one cell.
    """
    suspects = np.flatnonzero(level.suspect)
    segments, owner = _segments(level.edges[suspects], suspects)
    beside = np.unique(level.tree.query(shapely.buffer(segments, NEAR))[1])
    xy, at = shapely.get_coordinates(level.shapes[beside], return_index=True)
    vertex, vertex_owner = np.asarray(shapely.points(xy), dtype=object), beside[at]
    point, segment = shapely.STRtree(segments).query(vertex, predicate="dwithin", distance=NEAR)
    ends = shapely.get_coordinates(segments).reshape(-1, 2, 2)[segment]
    apart = (ends != xy[point][:, None, :]).any(axis=2).all(axis=1) & (vertex_owner[point] != owner[segment])
    point, segment = point[apart], segment[apart]
    if len(explained):
        known = shapely.STRtree(explained).query(vertex[point], predicate="dwithin", distance=NEAR)[0]
        point, segment = np.delete(point, known), np.delete(segment, known)
    lowest = pd.DataFrame({"segment": segment, "owner": vertex_owner[point]})
    lowest["x"], lowest["y"] = xy[point].T
    lowest["code"] = level.codes[lowest["owner"]]
    lowest = lowest.sort_values(["code", "owner"], na_position="first").drop_duplicates(["segment", "x", "y"])
    lowest = lowest.drop_duplicates(["segment", "owner"])
    pairs = pd.MultiIndex.from_arrays([owner[lowest["segment"]], lowest["owner"]])
    number, pair = pd.factorize(pairs, sort=True)
    shapes, _ = gathered(segments[lowest["segment"]], number.astype(np.intp))
    return Places(
        pair.get_level_values(0).to_numpy(dtype=np.intp), pair.get_level_values(1).to_numpy(dtype=np.intp), shapes
    )


def _segments(lines: NDArray[np.object_], rows: NDArray[np.intp]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Return the single segments of `lines`, and whose they are."""
    parts, of = shapely.get_parts(lines, return_index=True)
    xy, at = shapely.get_coordinates(parts, return_index=True)
    same = at[:-1] == at[1:]
    pairs = np.stack([xy[:-1][same], xy[1:][same]], axis=1)
    return np.asarray(shapely.linestrings(pairs), dtype=object), rows[of[at[:-1][same]]]


def partition_defects(level: Level, plane: Plane, width: float) -> tuple[list[pd.DataFrame], NDArray[np.object_]]:
    """Return the defects of `level` as a partition, and its slits (local metres), which are no holes.

    `width` in metres is the gap width below which a gap between two cells is a slit.
    """
    across, between = overlaps(level), slits(level, width)
    unmatched = mismatches(level, np.concatenate([across.shapes, between.shapes]))
    edges = found(
        "edge_mismatch",
        level.name,
        level.codes[unmatched.first],
        level.codes[unmatched.second],
        plane.back(unmatched.shapes),
        unit="m",
    )
    return [across.rows("overlap", level, plane, "m2"), between.rows("slit", level, plane, "m2"), edges], between.shapes


def lower_code(first: NDArray[np.object_], second: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return for each pair of codes whether the first is not the higher one; no code is the lowest."""
    pairs = zip(first, second, strict=True)
    return np.array([one is None or (two is not None and one <= two) for one, two in pairs], dtype=bool)
