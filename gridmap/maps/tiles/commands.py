"""Shapes as the commands of a tile: whole numbers of its own grid, x to the east and y to the south.

Source: Mapbox Vector Tile 2.1, 4.3: MoveTo, LineTo and ClosePath with their count, then steps from vertex to vertex
(zigzag) through the whole feature; ClosePath moves nothing. An outer ring has a positive area where y goes down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridmap.maps.tiles.parts import AREA, LINE, POINT, Rows, Shapes, areas_of, kinds_of, made_valid, single_parts
from gridmap.maps.tiles.prepared import Places
from gridmap.maps.tiles.squares import Square
from gridmap.maps.tiles.varints import Numbers, zigzag

_MOVE, _LINE, _CLOSE = 1, 2, 15
# Wide enough that rounding, which moves a vertex by up to 0.71, leaves an area: inside a circle of this polygon.
_WIDENED = 0.75
_SEGMENTS = 4


@dataclass(frozen=True, slots=True)
class Grid:
    """The grid of one tile: its square in metres of EPSG:3857, `extent` units a side, `buffer` units around it."""

    square: Square
    extent: int
    buffer: int

    @property
    def unit(self) -> float:
        """One unit in metres."""
        return (self.square[2] - self.square[0]) / self.extent

    @property
    def grown(self) -> Square:
        """The square with its buffer, in metres."""
        west, south, east, north = self.square
        more = self.buffer * self.unit
        return west - more, south - more, east + more, north + more

    def units(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return places in units of the tile, not yet rounded."""
        units = np.empty_like(metres)
        units[:, 0] = (metres[:, 0] - self.square[0]) * (1 / self.unit)
        units[:, 1] = (metres[:, 1] - self.square[3]) * (-1 / self.unit)
        return units


@dataclass(frozen=True, slots=True)
class Commands:
    """The commands of many features, one after the other: the position of each feature's shape, and how many it has."""

    at: Rows
    numbers: Numbers
    counts: Rows


def commands(places: Places, grid: Grid) -> Commands:
    """Return the commands of all shapes that a tile shows, in their order.

    A vertex lies within half a unit, each way, of where the shape or its cut at the buffer has it. What is narrower
    than a unit and would vanish is drawn up to three units wide: no feature of the tile is lost.
    """
    if places.kind == POINT:
        return _points(*places.points_in(grid.grown), grid)
    near = places.near(grid.grown)
    draw = {LINE: _lines, AREA: _areas}[places.kind]
    return draw(places.shapes[near], places.bounds[:, near].T, near, grid)


def _points(metres: NDArray[np.float64], own: Rows, grid: Grid) -> Commands:
    vertices = _rounded(grid.units(metres.T)).astype(np.int64)
    first = np.flatnonzero(np.diff(own, prepend=-1))  # those of one shape stand together
    at, counts = own[first], np.diff(first, append=len(own))
    sizes = 1 + 2 * counts
    numbers = np.empty(int(sizes.sum()), dtype=np.uint64)
    moves = np.zeros(len(numbers), dtype=np.bool_)
    moves[np.cumsum(sizes) - sizes] = True
    numbers[moves], numbers[~moves] = _command(_MOVE, counts), _steps(vertices, own).ravel()
    return Commands(at, numbers, sizes)


def _lines(shapes: Shapes, bounds: NDArray[np.float64], near: Rows, grid: Grid) -> Commands:
    cut = _cut(shapes, bounds, grid)
    # What lies on the very edge of the buffer is for clip_by_rect outside, and would be in no tile where that is 0.
    edge = np.flatnonzero(shapely.is_empty(cut))
    cut[edge] = shapely.intersection(shapes[edge], shapely.box(*grid.grown))
    parts, own = single_parts(cut)
    lines = kinds_of(parts) == LINE
    xy, path = shapely.get_coordinates(parts[lines], return_index=True)
    own = own[lines]
    vertices, path = _without_repeats(_rounded(grid.units(xy)), path)
    long = np.bincount(path, minlength=len(own)) > 1
    # A line that shrank to a point is one unit long.
    lost = np.setdiff1d(own, own[long])
    first = np.searchsorted(path, np.searchsorted(own, lost))
    vertices = np.insert(vertices, first + 1, vertices[first] + [1, 0], axis=0)
    path = np.insert(path, first + 1, path[first])
    return _paths(vertices, path, own, near, closed=False)


def _areas(shapes: Shapes, bounds: NDArray[np.float64], near: Rows, grid: Grid) -> Commands:
    exact = shapely.transform(_cut(shapes, bounds, grid), grid.units)
    drawn = shapely.transform(exact, _rounded)
    broken = np.flatnonzero(~shapely.is_valid(drawn))
    drawn[broken] = _mended(exact[broken])
    parts, own = single_parts(drawn)
    flat = kinds_of(parts) == AREA
    parts, own = parts[flat], own[flat]
    rings, ring_of = shapely.get_rings(shapely.orient_polygons(parts, exterior_cw=False), return_index=True)
    xy, path = shapely.get_coordinates(rings, return_index=True)
    vertices, path = _without_repeats(xy, path)
    # The last vertex of a ring is its first: ClosePath says so.
    kept = np.append(path[1:] == path[:-1], False)[: len(path)]
    return _paths(vertices[kept], path[kept], own[ring_of], near, closed=True)


def _cut(shapes: Shapes, bounds: NDArray[np.float64], grid: Grid) -> Shapes:
    """The shapes inside the buffer: as they are where they lie inside, empty where nothing is."""
    west, south, east, north = grid.grown
    inside = ((bounds >= [west, south, -np.inf, -np.inf]) & (bounds <= [np.inf, np.inf, east, north])).all(axis=1)
    cut = shapes.copy()
    try:
        cut[~inside] = shapely.clip_by_rect(shapes[~inside], west, south, east, north)
    except shapely.errors.GEOSException:
        # Of a sliver at the edge it makes rings of three points, and refuses them; the intersection takes longer.
        cut[~inside] = shapely.intersection(made_valid(shapes[~inside]), shapely.box(west, south, east, north))
    return cut


def _mended(exact: Shapes) -> Shapes:
    """Areas that plain rounding breaks, rounded so that they stay valid; a vanishing one is widened first."""
    sound = areas_of(made_valid(exact))
    rounded = shapely.set_precision(sound, 1)
    gone = np.flatnonzero(shapely.is_empty(rounded) & ~shapely.is_empty(sound))
    rounded[gone] = shapely.set_precision(shapely.buffer(sound[gone], _WIDENED, quad_segs=_SEGMENTS), 1)
    return rounded


def _rounded(units: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.floor(units + 0.5)


def _without_repeats(xy: NDArray[np.float64], path: Rows) -> tuple[NDArray[np.int64], Rows]:
    """The vertices as whole numbers, those that stay where the one before them in the path is left out."""
    whole = xy.astype(np.int64)
    kept = np.ones(len(path), dtype=bool)
    kept[1:] = (whole[1:] != whole[:-1]).any(axis=1) | (path[1:] != path[:-1])
    return whole[kept], path[kept]


def _steps(vertices: NDArray[np.int64], feature: Rows) -> Numbers:
    """The way from vertex to vertex of each feature, from the tile's north-west corner on."""
    steps = vertices.copy()
    steps[1:] -= np.where((feature[1:] == feature[:-1])[:, None], vertices[:-1], 0)
    return zigzag(steps)


def _command(kind: int, counts: Rows) -> Numbers:
    return (counts << 3 | kind).astype(np.uint64)


def _paths(xy: NDArray[np.int64], path: Rows, own: Rows, near: Rows, *, closed: bool) -> Commands:
    """The commands of lines or rings: `path` is the one of each vertex, `own` the shape of each path.

    Each path is MoveTo, its first vertex, LineTo, the others, and ClosePath for a ring; one of a single vertex is none.
    """
    sizes = np.bincount(path, minlength=len(own))
    there = sizes > 1
    kept = there[path]
    xy, own, sizes = xy[kept], own[there], sizes[there]
    counts = 2 * sizes + 2 + closed
    ends = np.cumsum(counts)
    starts = ends - counts
    numbers = np.empty(int(counts.sum()), dtype=np.uint64)
    within = np.arange(len(xy)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    at = np.repeat(starts, sizes) + 2 * within + np.where(within == 0, 1, 2)
    steps = _steps(xy, np.repeat(own, sizes))
    numbers[at], numbers[at + 1] = steps[:, 0], steps[:, 1]
    numbers[starts] = _command(_MOVE, np.ones_like(sizes))
    numbers[starts + 3] = _command(_LINE, sizes - 1)
    if closed:
        numbers[ends - 1] = _CLOSE
    features, first = np.unique(own, return_index=True)
    return Commands(near[features], numbers, np.add.reduceat(counts, first) if len(first) else counts)
