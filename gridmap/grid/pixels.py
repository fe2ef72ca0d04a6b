"""The lookup grid: a raster in which most pixels know their cell, and the others the few cells worth testing.

A pixel that no edge of a polygon passes lies wholly inside or wholly outside it, so that every point of the pixel has
one answer. The raster is found by a scanline fill: for each polygon and row, the pixels that its edges really pass,
and from the crossings of the row's middle, which of the runs between them lie inside. Nothing is compared with an
edge nearer than half a pixel, so rounding cannot decide; what lies nearer is left to an exact test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from gridmap.grid.parts import in_threads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

NONE = -1
# More pixels make fewer exact tests and a dearer grid; at most 64 MB of it.
_PIXELS_PER_CELL, _PIXELS_PER_VERTEX = 4096, 8
_FEWEST_PIXELS, _MOST_PIXELS, _MOST_PASSED = 1 << 10, 1 << 24, 1 << 24
# Rows and columns are computed with an error below 1e-11 of a pixel; edges are widened by far more.
_PAD = 1e-7
_PIXELS_AT_ONCE = 1 << 18
_POINTS_AT_ONCE = 1 << 16  # what a core keeps in its own cache


class Frame(NamedTuple):
    """Where the raster lies: its lower left corner, pixels per unit of length, columns and rows."""

    x: float
    y: float
    per_unit: float
    columns: int
    rows: int


class Pixels:
    """The lookup grid of `cells`: finite polygons in one plane, the first one first in right.

    `label` holds for each pixel the lowest cell that covers it, NONE, or -2 - n for the n-th undecided pixel: its
    candidates are `candidates[start[n]:start[n + 1]]`, ascending, and `otherwise[n]` is the answer if none holds the
    point. Memory: 4 bytes a pixel and 4 for each cell of each undecided pixel.
    """

    def __init__(self, cells: NDArray[np.object_]) -> None:
        self.frame = _frame(cells)
        self.label: NDArray[np.int32] = np.full(self.frame.columns * self.frame.rows, NONE, dtype=np.int32)
        passed: list[Ints] = []
        chunks = in_threads(lambda chunk: _trace(cells, chunk, self.frame), list(_chunks(cells, self.frame)))
        for touched, runs in reversed(chunks):
            self._fill(runs)
            passed.append(touched)
        self._settle(passed, len(cells))

    def lookup(self, x: Floats, y: Floats) -> NDArray[np.int32]:
        """Return the label at each point; NONE outside the raster and for NaN."""
        label = np.full(len(x), NONE, dtype=np.int32)
        for start in range(0, len(x), _POINTS_AT_ONCE):
            few = slice(start, start + _POINTS_AT_ONCE)
            self._look(x[few], y[few], label[few])
        return label

    def _look(self, x: Floats, y: Floats, label: NDArray[np.int32]) -> None:
        frame = self.frame
        with np.errstate(over="ignore", invalid="ignore"):  # as far away as floats go is outside
            u, v = (x - frame.x) * frame.per_unit, (y - frame.y) * frame.per_unit
        within = (u >= 0) & (v >= 0) & (u < frame.columns) & (v < frame.rows)  # False for NaN
        if within.all():
            self.label.take(self._place(u, v), mode="clip", out=label)  # half the time of self.label[place]
        else:
            label[within] = self.label.take(self._place(u[within], v[within]), mode="clip")

    def _place(self, u: Floats, v: Floats) -> NDArray[np.int32]:
        place = v.astype(np.int32)
        place *= self.frame.columns
        place += u.astype(np.int32)
        return place

    def _fill(self, runs: NDArray[np.int32]) -> None:
        """Write the runs (first pixel, length, cell; by cell) from the last cell to the first: the lowest stays."""
        runs = runs[:, ::-1]
        for part in _portions(runs[1], _PIXELS_AT_ONCE):
            first, length, cell = runs[:, part]
            self.label[_count_up(first, length)] = np.repeat(cell, length)

    def _settle(self, passed: list[Ints], cells: int) -> None:
        """Turn the (pixel, cell) pairs of edges passing through into the undecided pixels and their candidates."""
        pairs = np.concatenate(passed) if passed else np.empty(0, dtype=np.int64)
        pairs.sort(kind="stable")
        pixel, cell = _split(pairs, cells)
        # A cell that covers the pixel without an edge in it ends the search: what comes after it has no right.
        cover = self.label[pixel]
        keep = (cover == NONE) | (cell < cover)
        pixel, cell = pixel[keep], cell[keep]
        first = np.ones(len(pixel), dtype=bool)
        first[1:] = pixel[1:] != pixel[:-1]
        undecided = pixel[first]
        self.candidates: NDArray[np.int32] = cell.astype(np.int32)
        self.start = np.append(np.flatnonzero(first), len(pixel))
        self.otherwise = self.label[undecided]
        self.label[undecided] = -2 - np.arange(len(undecided), dtype=np.int32)


def _frame(cells: NDArray[np.object_]) -> Frame:
    if not len(cells):
        return Frame(0.0, 0.0, 1.0, 1, 1)
    west, south, east, north = (float(bound) for bound in shapely.total_bounds(cells))
    width, height = east - west, north - south
    wanted = len(cells) * _PIXELS_PER_CELL + int(shapely.get_num_coordinates(cells).sum()) * _PIXELS_PER_VERTEX
    wanted = min(max(wanted, _FEWEST_PIXELS), _MOST_PIXELS)
    side = max(
        (width / wanted) ** 0.5 * height**0.5,
        max(width, height) / wanted,  # a raster much longer than wide
        float(shapely.length(cells).sum()) / _MOST_PASSED,  # edges that wind through most of the pixels
    )
    per_unit = 1.0 / side if side > 0 else 1.0
    return Frame(west, south, per_unit, int(width * per_unit) + 1, int(height * per_unit) + 1)


def _chunks(cells: NDArray[np.object_], frame: Frame) -> Iterator[slice]:
    """Give slices of `cells` of bounded work, so that memory stays bounded too."""
    work = shapely.get_num_coordinates(cells) + shapely.length(cells) * (2 * frame.per_unit)
    yield from _portions(work.astype(np.int64), _PIXELS_AT_ONCE)


def _trace(cells: NDArray[np.object_], chunk: slice, frame: Frame) -> tuple[Ints, NDArray[np.int32]]:
    """Return where the edges of a `chunk` of cells pass, and what they enclose.

    The first: (pixel, cell) pairs, each joined to one number. The second: the runs of pixels wholly inside a cell, as
    rows first pixel, length, cell, by cell.
    """
    u, v, edge, owner = _edges(cells[chunk], frame)
    # One sort puts the pixels of each cell and row in order, their crossings with them.
    both = _passed(u, v, edge, owner, frame)
    both.sort(kind="stable")  # four times as quick here: the cells come one after the other
    key = both >> 1
    last = np.ones(len(key), dtype=bool)
    last[:-1] = key[1:] != key[:-1]
    # Rings are closed, so each row of a cell has an even number of crossings, and the count may run on.
    inside = (np.cumsum(both & 1)[last] & 1).astype(bool)
    key = key[last]
    length = np.diff(key, append=key[-1:]) - 1
    run = inside & (length > 0)
    cell, pixel = _split(key, frame.rows * frame.columns)
    cell += chunk.start
    runs = np.stack([pixel[run] + 1, length[run], cell[run]]).astype(np.int32)
    return _join(pixel, cell, len(cells)), runs


def _edges(cells: NDArray[np.object_], frame: Frame) -> tuple[Floats, Floats, Ints, Ints]:
    """Return the vertices in pixels (u, v), and for each edge its first vertex (the next one ends it) and its cell."""
    parts, cell = shapely.get_parts(cells, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    u, v = (xy[:, 0] - frame.x) * frame.per_unit, (xy[:, 1] - frame.y) * frame.per_unit
    edge = np.flatnonzero(ring[1:] == ring[:-1])
    return u, v, edge, cell[part[ring[edge]]]


def _passed(u: Floats, v: Floats, edge: Ints, owner: Ints, frame: Frame) -> Ints:
    """Return one number for each pixel an edge passes: cell, pixel, and whether it crosses the row's middle there."""
    u0, u1, v0, v1 = u[edge], u[edge + 1], v[edge], v[edge + 1]
    low, high = np.minimum(v0, v1), np.maximum(v0, v1)
    first = np.maximum(low - _PAD, 0).astype(np.int64)
    rows = np.minimum(high + _PAD, frame.rows - 1).astype(np.int64) - first + 1
    each = np.repeat(np.arange(len(edge)), rows)
    row = _count_up(first, rows)
    u0, u1, v0, v1, low, high = u0[each], u1[each], v0[each], v1[each], low[each], high[each]
    rise = v1 - v0
    flat = rise == 0
    rise[flat] = 1.0
    slope = (u1 - u0) / rise
    enter = np.where(flat, u0, u0 + (np.clip(row - _PAD, low, high) - v0) * slope)
    leave = np.where(flat, u1, u0 + (np.clip(row + (1 + _PAD), low, high) - v0) * slope)
    middle = row + 0.5
    crosses = (v0 <= middle) != (v1 <= middle)
    at = np.where(crosses, u0 + (middle - v0) * slope, 0.0).astype(np.int64)
    west = np.maximum(np.minimum(enter, leave) - _PAD, 0).astype(np.int64)
    columns = np.minimum(np.maximum(enter, leave) + _PAD, frame.columns - 1).astype(np.int64) - west + 1
    line = _join(owner[each], row * frame.columns, frame.rows * frame.columns)
    passed = _count_up(line + west, columns) << 1
    # The middle is crossed in one of the pixels just listed: mark it.
    start = np.cumsum(columns) - columns
    passed[(start + np.clip(at - west, 0, columns - 1))[crosses]] |= 1
    return passed


def _join(high: Ints, low: Ints, lows: int) -> Ints:
    """Return one number that sorts by `high`, then by `low` (0 up to below `lows`)."""
    return high << lows.bit_length() | low


def _split(joined: Ints, lows: int) -> tuple[Ints, Ints]:
    """Return what `_join` has joined."""
    bits = lows.bit_length()
    return joined >> bits, joined & ((1 << bits) - 1)


def _count_up(first: NDArray[np.integer], length: NDArray[np.integer]) -> Ints:
    """Return first, first + 1, ... (`length` numbers) for each pair, one after the other."""
    ends = np.cumsum(length, dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(first - (ends - length), length)


def _portions(work: NDArray[np.integer], most: int) -> Iterator[slice]:
    """Give consecutive slices of `work` that sum to about `most` each (at least one item a slice)."""
    done = np.cumsum(work, dtype=np.int64)
    start = 0
    while start < len(done):
        before = int(done[start - 1]) if start else 0
        end = max(int(np.searchsorted(done, before + most, side="right")), start + 1)
        yield slice(start, end)
        start = end
