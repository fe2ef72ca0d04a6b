"""The squares of the web's map: where a tile lies, and which tiles cover a place."""

from __future__ import annotations

from collections.abc import Iterator
from math import asinh, isfinite, pi, radians, tan

from gridmap.errors import ArgumentError

HALF = 20037508.342789244
"""Half the side of the world in metres of EPSG:3857."""
POLE = 85.0511287798066
"""The latitude at which the map of the web ends."""
DEEPEST = 30
Square = tuple[float, float, float, float]


def tile_bounds(z: int, x: int, y: int) -> Square:
    """Return west, south, east, north of a tile in metres of EPSG:3857, `y` counted from the north.

    Raises ArgumentError for a zoom outside 0 to 30, or a column or row that the zoom has not.
    """
    _check_zoom(z)
    if not (0 <= x < 1 << z and 0 <= y < 1 << z):
        raise ArgumentError("maps.tile_place", argument="x, y", given=f"{z}/{x}/{y}", last=(1 << z) - 1)
    side = 2 * HALF / (1 << z)
    return x * side - HALF, HALF - (y + 1) * side, (x + 1) * side - HALF, HALF - y * side


def tiles_over(bounds: Square, z: int) -> Iterator[tuple[int, int, int]]:
    """Yield zoom, column and row of each tile that meets `bounds`, row by row from the north.

    `bounds` are west, south, east, north in degrees of EPSG:4326, longitudes within 180; west greater than east
    crosses the antimeridian (RFC 7946). What lies beyond the map's poles falls to its last rows; a side on the edge
    of two tiles belongs to the tile in the east or south. Raises ArgumentError for a zoom outside 0 to 30 or bounds
    that are none.
    """
    _check_zoom(z)
    west, south, east, north = bounds
    if not (all(map(isfinite, bounds)) and -180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise ArgumentError("maps.basemap_bounds", argument="bounds", given=str(bounds))
    first, last = _column(west, z), _column(east, z)
    columns = [range(first, last + 1)] if west <= east else [range(last + 1), range(max(first, last + 1), 1 << z)]
    rows = range(_row(north, z), _row(south, z) + 1)
    return ((z, x, y) for y in rows for part in columns for x in part)


def _check_zoom(z: int) -> None:
    if not 0 <= z <= DEEPEST:
        raise ArgumentError("maps.tile_zoom", argument="z", given=z, last=DEEPEST)


def _column(lon: float, z: int) -> int:
    return min(int((lon + 180) / 360 * (1 << z)), (1 << z) - 1)


def _row(lat: float, z: int) -> int:
    share = 0.5 - asinh(tan(radians(max(-POLE, min(POLE, lat))))) / (2 * pi)
    return max(0, min(int(share * (1 << z)), (1 << z) - 1))
