"""A frame made ready for tiles: on the map of the web once, found by place, its attributes as tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.affinity import translate

from gridmap.maps.frames import attributes, require_map, shapes
from gridmap.maps.tiles.parts import (
    AREA,
    COLLECTION,
    LINE,
    NOWHERE,
    POINT,
    Rows,
    Shapes,
    areas_of,
    gathered,
    kinds_of,
    made_valid,
    single_parts,
)
from gridmap.maps.tiles.squares import HALF, POLE, Square
from gridmap.maps.tiles.values import Values, values_of
from gridmap.maps.tiles.varints import Numbers

_WGS84 = "EPSG:4326"
_WEB = "EPSG:3857"
_FAR = 1.5  # times round the world: what lies further is no place


@dataclass(frozen=True, slots=True)
class Places:
    """Shapes of one kind in metres of EPSG:3857, the row of the frame of each, and where each lies."""

    kind: int
    shapes: Shapes
    rows: Rows
    bounds: NDArray[np.float64] = field(init=False)
    """West, south, east, north: a row each, for to look at 100,000 of them takes less time than to ask a tree."""
    points: tuple[NDArray[np.float64], Rows] = field(init=False)
    """Of points alone: each single one (x, y), and whose it is."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "bounds", np.ascontiguousarray(shapely.bounds(self.shapes).reshape(-1, 4).T))
        there = self.shapes if self.kind == POINT else self.shapes[:0]
        xy, own = shapely.get_coordinates(there, return_index=True)
        object.__setattr__(self, "points", (np.ascontiguousarray(xy.T), own))

    def near(self, square: Square) -> Rows:
        """Return the positions of the shapes whose bounds meet a square, in their order."""
        west, south, east, north = self.bounds
        return _meeting((west, south, east, north), square)

    def points_in(self, square: Square) -> tuple[NDArray[np.float64], Rows]:
        """Return the single points in a square, as `points` has them."""
        (x, y), own = self.points
        found = _meeting((x, y, x, y), square)
        return self.points[0][:, found], own[found]


def _meeting(bounds: tuple[NDArray[np.float64], ...], square: Square) -> Rows:
    west, south, east, north = bounds
    met = (west <= square[2]) & (east >= square[0]) & (south <= square[3]) & (north >= square[1])
    return np.flatnonzero(met)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A frame ready for any number of tiles; threads may share it. Made by `Prepared.of`.

    `unplaced` are the positions of the rows that no tile shows: without a geometry, with an empty one, wholly
    beyond the map's poles (85.05 degrees), or with a coordinate that is not finite or over 1.5 times round the world.
    """

    places: tuple[Places, ...]
    values: Values
    ids: Numbers | None
    unplaced: Rows

    @classmethod
    def of(cls, frame: gpd.GeoDataFrame, argument: str = "frame") -> Self:
        """Make a frame ready, in any CRS; its columns become attributes: give only those the reader may see.

        The id of a feature is the label of its row where all labels are whole numbers from 0 on, else it has none.
        Heights are left out. An invalid area counts as the valid one of the same rings (even-odd rule), one without
        any extent as the line or point that it is. Longitudes beyond 180 come round on the other side. Raises
        ArgumentError naming `argument` for a frame without CRS and for a value that no tile holds.
        """
        placed = require_map(frame, argument)
        drawn = _on_the_web(placed)
        kinds = kinds_of(drawn)
        return cls(
            tuple(_places(drawn, kinds)),
            values_of(attributes(placed), argument),
            _ids(placed.index),
            np.flatnonzero(kinds == NOWHERE),
        )


def _ids(index: pd.Index) -> Numbers | None:
    if pd.api.types.is_integer_dtype(index.dtype) and not index.hasnans and (len(index) == 0 or index.min() >= 0):
        return index.to_numpy(dtype=np.uint64)
    return None


def _places(drawn: Shapes, kinds: Rows) -> list[Places]:
    """The shapes by kind, areas first, so that lines and points lie above them; a collection is one of each kind."""
    mixed = np.flatnonzero(kinds == COLLECTION)
    parts, owners = single_parts(drawn[mixed])
    found = []
    for kind in (AREA, LINE, POINT):
        own = kinds_of(parts) == kind
        more, at = gathered(parts[own], owners[own])
        rows = np.concatenate([np.flatnonzero(kinds == kind), mixed[at]])
        order = np.argsort(rows, kind="stable")
        if len(rows):
            found.append(Places(kind, np.concatenate([drawn[kinds == kind], more])[order], rows[order]))
    return found


def _on_the_web(frame: gpd.GeoDataFrame) -> Shapes:
    """The geometries in metres of EPSG:3857, valid and flat; None where there is nothing to draw."""
    if frame.crs == _WEB:
        drawn = _sound(shapely.force_2d(shapes(frame)), 2 * HALF * _FAR)
    else:
        degrees = _sound(shapely.force_2d(shapes(frame.to_crs(_WGS84))), 360 * _FAR)
        drawn = shapely.transform(_between_poles(degrees), _mercator)
    return _round_the_world(drawn)


def _sound(drawn: Shapes, far: float) -> Shapes:
    """The shapes with no coordinate beyond `far` or NaN, rings as lines, invalid areas mended."""
    xy, own = shapely.get_coordinates(drawn, return_index=True)
    drawn[own[~(np.abs(xy) <= far).all(axis=1)]] = None
    rings = shapely.get_type_id(drawn) == shapely.GeometryType.LINEARRING
    drawn[rings] = [shapely.LineString(ring.coords) for ring in drawn[rings]]
    broken = np.flatnonzero(~shapely.is_valid(drawn) & np.isin(kinds_of(drawn), (AREA, COLLECTION)))
    sound = made_valid(drawn[broken])
    flat = areas_of(sound)
    only = (kinds_of(drawn[broken]) == AREA) & ~shapely.is_empty(flat)
    drawn[broken] = np.where(only, flat, sound)
    return drawn


def _between_poles(degrees: Shapes) -> Shapes:
    bounds = shapely.bounds(degrees).reshape(-1, 4)
    out = np.flatnonzero((bounds[:, 1] < -POLE) | (bounds[:, 3] > POLE))
    degrees[out] = _within(degrees[out], bounds[out], -POLE, POLE)
    return degrees


def _within(drawn: Shapes, bounds: NDArray[np.float64], south: float, north: float) -> Shapes:
    """Cut shapes at two latitudes; None where nothing is left."""
    cut = np.empty(len(drawn), dtype=object)
    for i, (west, _, east, _) in enumerate(bounds):
        cut[i] = shapely.intersection(drawn[i], shapely.box(west - 1, south, east + 1, north))
    cut[shapely.is_empty(cut)] = None
    return cut


def _mercator(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Longitude and latitude on the sphere of EPSG:3857, in metres; longitudes go on beyond 180."""
    x = degrees[:, 0] * (HALF / 180)
    y = np.arcsinh(np.tan(np.radians(degrees[:, 1]))) * (HALF / np.pi)
    return np.column_stack([x, y])


def _round_the_world(drawn: Shapes) -> Shapes:
    """Bring what lies beyond the antimeridian back into the world, in parts where it lies across."""
    bounds = shapely.bounds(drawn).reshape(-1, 4)
    for i in np.flatnonzero((bounds[:, 0] < -HALF) | (bounds[:, 2] > HALF)):
        drawn[i] = _turned(drawn[i], bounds[i])
    return drawn


def _turned(shape: shapely.Geometry, bounds: NDArray[np.float64]) -> shapely.Geometry | None:
    _, south, _, north = bounds
    world = shapely.box(-HALF, south - 1, HALF, north + 1)
    turns = np.arange(np.floor((bounds[0] + HALF) / (2 * HALF)), np.ceil((bounds[2] + HALF) / (2 * HALF)) + 1)
    pieces = [shapely.intersection(world, translate(shape, xoff=-2 * HALF * turn)) for turn in turns]
    whole = shapely.union_all([piece for piece in pieces if not shapely.is_empty(piece)])
    return None if shapely.is_empty(whole) else whole
