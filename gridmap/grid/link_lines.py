"""Linking lines: each line cut by the cells into pieces that sum to it.

Each straight segment is cut on its own, by what of it lies in each cell, so that lines that touch, cross or repeat
themselves lose nothing. The cuts are shares of the segment; a piece between two cuts belongs to the lowest cell that
holds its middle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.grid.pixels import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from gridmap.grid.link import Linker
    from gridmap.grid.metric import Metric

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

# Two cells cut a segment at their shared edge in places that differ by rounding: the same cut.
_SAME_CUT, _ULPS = 1e-9, 16


class Segments(NamedTuple):
    """Straight segments with length, in the order of their lines: ends (x0, y0, x1, y1), line, path, metres."""

    ends: Floats
    line: Ints
    path: Ints
    metres: Floats


class Pieces(NamedTuple):
    """Parts of segments, in order: the segment, from which to which share of it, the cell."""

    segment: Ints
    start: Floats
    end: Floats
    cell: NDArray[np.int32]


def cut_lines(
    lines: NDArray[np.object_], labels: pd.Index, linker: Linker, metric: Metric, crs: CRS
) -> gpd.GeoDataFrame:
    """Return `lines` (finite, in the cells' CRS `crs`, None for missing) cut by the cells: see `Grid.link_lines`."""
    segments = _segments(lines, metric)
    pieces = _cut(segments, linker)
    return _as_frame(segments, pieces, labels, linker, crs)


def _segments(lines: NDArray[np.object_], metric: Metric) -> Segments:
    paths, line = shapely.get_parts(lines, return_index=True)
    xy, path = shapely.get_coordinates(paths, return_index=True)
    u, v = metric.xy_to_metres(xy[:, 0], xy[:, 1])
    long = (path[1:] == path[:-1]) & (xy[1:] != xy[:-1]).any(axis=1)
    first = np.flatnonzero(long)
    metres = np.hypot(u[first + 1] - u[first], v[first + 1] - v[first])
    return Segments(np.hstack([xy[first], xy[first + 1]]), line[path[first]], path[first], metres)


def _cut(segments: Segments, linker: Linker) -> Pieces:
    """Return the segments cut where they enter or leave a cell, each part with its cell."""
    shares = _shares(segments, linker)
    count = len(segments.line)
    ends = np.arange(count)
    at = np.concatenate([shares.start, shares.end, np.zeros(count), np.ones(count)])
    of = np.concatenate([shares.segment, shares.segment, ends, ends])
    order = np.lexsort((at, of))
    at, of = at[order], of[order]
    part = np.flatnonzero((of[1:] == of[:-1]) & (np.diff(at) > _rounding(segments, of)[of[1:]]))
    # What lies between two kept parts is no wider than rounding: each part runs on to the next one's start.
    first = np.ones(len(part), dtype=bool)
    first[1:] = of[part[1:]] != of[part[:-1]]
    start = np.where(first, 0.0, at[part])
    end = np.where(np.append(first[1:], True), 1.0, np.append(at[part[1:]], 1.0))
    middle = (at[part] + at[part + 1]) / 2
    return Pieces(of[part], start, end, _lowest(of[part], middle, shares))


def _rounding(segments: Segments, cut: Ints) -> Floats:
    """Return the share of each segment below which two cuts are one; `cut` names the segment of each cut."""
    low, high = segments.ends[:, :2], segments.ends[:, 2:]
    ulps = _ULPS * np.finfo(float).eps * np.abs(segments.ends).max(axis=1)
    share = np.maximum(_SAME_CUT, ulps / np.abs(high - low).max(axis=1))
    # However short the segment, its widest part is kept.
    return np.asarray(np.minimum(share, 0.5 / np.bincount(cut, minlength=len(share))))


def _shares(segments: Segments, linker: Linker) -> Pieces:
    """Return what of each segment lies in each cell; shares of several cells may overlap."""
    straight = np.asarray(shapely.linestrings(segments.ends.reshape(-1, 2, 2)), dtype=np.object_)
    segment, cell = linker.tree.query(straight)
    whole = shapely.covers(linker.sound[cell], straight[segment])
    cut = np.flatnonzero(~whole)
    inside = shapely.intersection(linker.sound[cell[cut]], straight[segment[cut]])
    part, of = shapely.get_parts(inside, return_index=True)
    share = shapely.length(part) > 0  # a touch in a point is none
    part, of = part[share], cut[of[share]]
    ends = segments.ends[segment[of]]
    one, other = (_share(ends, shapely.get_coordinates(shapely.get_point(part, at))) for at in (0, -1))
    return Pieces(
        np.concatenate([segment[whole], segment[of]]),
        np.concatenate([np.zeros(whole.sum()), np.minimum(one, other)]),
        np.concatenate([np.ones(whole.sum()), np.maximum(one, other)]),
        np.concatenate([cell[whole], cell[of]]).astype(np.int32),
    )


def _share(ends: Floats, xy: Floats) -> Floats:
    """Return where on its segment each point lies, 0 to 1, by the longer of the two directions."""
    step = ends[:, 2:] - ends[:, :2]
    axis = (np.abs(step[:, 1]) > np.abs(step[:, 0])).astype(np.intp)
    row = np.arange(len(xy))
    return np.clip((xy[row, axis] - ends[row, axis]) / step[row, axis], 0.0, 1.0)


def _lowest(part_of: Ints, middle: Floats, shares: Pieces) -> NDArray[np.int32]:
    """Return the lowest cell with a share that holds the middle of each part (`part_of`: its segment)."""
    order = np.argsort(shares.segment, kind="stable")
    segment = shares.segment[order]
    low = np.searchsorted(segment, part_of, side="left")
    count = np.searchsorted(segment, part_of, side="right") - low
    part = np.repeat(np.arange(len(part_of)), count)
    share = order[np.arange(len(part)) + np.repeat(low - (np.cumsum(count) - count), count)]
    holds = (shares.start[share] <= middle[part]) & (middle[part] <= shares.end[share])
    last = np.iinfo(np.int32).max
    lowest = np.full(len(part_of), last, dtype=np.int32)
    np.minimum.at(lowest, part[holds], shares.cell[share[holds]])
    lowest[lowest == last] = NONE
    return lowest


def _as_frame(segments: Segments, pieces: Pieces, labels: pd.Index, linker: Linker, crs: CRS) -> gpd.GeoDataFrame:
    """Join the parts that follow one another in one path and one cell, and measure them."""
    of = pieces.segment
    line, path = segments.line[of], segments.path[of]
    new = np.ones(len(of), dtype=bool)
    new[1:] = (path[1:] != path[:-1]) | (pieces.cell[1:] != pieces.cell[:-1])
    first = np.flatnonzero(new)
    piece = np.cumsum(new) - 1
    metres = np.bincount(piece, (pieces.end - pieces.start) * segments.metres[of], minlength=len(first))
    of_line = line[first]
    head = np.flatnonzero(np.diff(of_line, prepend=-1))  # the first piece of each line
    counts = np.diff(np.append(head, len(of_line)))
    before = np.cumsum(metres) - metres
    return gpd.GeoDataFrame(
        {
            "line": labels.take(of_line),
            "part": np.arange(len(of_line)) - np.repeat(head, counts),
            "code": linker.codes_at(pieces.cell[first]),
            "from_m": before - np.repeat(before[head], counts),
            "length_m": metres,
        },
        geometry=_geometry(segments, pieces, piece, new),
        crs=crs,
    )


def _geometry(segments: Segments, pieces: Pieces, piece: Ints, new: NDArray[np.bool_]) -> NDArray[np.object_]:
    ends = segments.ends[pieces.segment]
    start = _point(ends, pieces.start)
    end = _point(ends, pieces.end)
    xy = np.concatenate([start[new], end])
    of = np.concatenate([piece[new], piece])
    order = np.argsort(of, kind="stable")
    return np.asarray(shapely.linestrings(xy[order], indices=of[order]), dtype=object)


def _point(ends: Floats, share: Floats) -> Floats:
    """Return the point at `share` of each segment; its ends exactly."""
    share = share[:, None]
    point = ends[:, :2] + (ends[:, 2:] - ends[:, :2]) * share
    return np.where(share == 1.0, ends[:, 2:], point)
