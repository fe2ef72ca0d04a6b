"""Coordinate systems: every one that pyproj takes, and the two Chinese map offsets that it does not know.

`gcj02` shifts WGS 84 by some 500 m within China; the maps of Gaode and Tencent use it. `bd09` bends gcj02 once more by
some 800 m; Baidu uses it. Neither has an official text. The formulas and constants are those in common public use
(published in 2013 by googollee/eviltransform and Artoria2e5/PRCoords), to which map pictures agree within metres.

CGCS2000 (EPSG:4490, and its Gauss-Kruger zones such as EPSG:4547) and WGS 84 are taken as one: they coincide within
some decimetres, and pyproj's own transformation between them moves nothing. Coordinates are always (x, y), which is
(longitude, latitude) or (easting, northing), whatever order the definition of a system names its axes in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from gridmap.errors import ArgumentError

WGS84 = CRS.from_epsg(4326)
OFFSETS = ("gcj02", "bd09")

Floats: TypeAlias = NDArray[np.float64]
LonLat: TypeAlias = tuple[Floats, Floats]

# Krasovsky 1940: semi-major axis in metres, first eccentricity squared.
_A = 6378245.0
_EE = 0.00669342162296594323
# Degrees: west, south, east, north of the rectangle in which gcj02 differs from WGS 84.
_CHINA = (72.004, 0.8293, 137.8347, 55.8271)
_BD_SHIFT = (0.0065, 0.0060)
_BD_WAVES = 3000.0
# Each round shrinks the error at least fortyfold (gcj02: four hundredfold): eight are exact to the last digits.
_ROUNDS = 8


def parse_crs(crs: object, argument: str = "crs") -> CRS | str:
    """Return what `crs` names: "gcj02" or "bd09" (in any case), else the pyproj CRS (EPSG code, WKT, PROJ text, CRS).

    Raises ArgumentError, naming `argument`: `grid.missing_crs` for None or blank text (it is asked for, never
    guessed), `grid.unknown_crs` for a name nobody knows, `grid.unplaced_crs` for a local system that says nothing of
    where on earth it lies.
    """
    if crs is None or (isinstance(crs, str) and not crs.strip()):
        raise ArgumentError("grid.missing_crs", argument=argument)
    if isinstance(crs, str) and crs.strip().lower() in OFFSETS:
        return crs.strip().lower()
    try:
        parsed = CRS.from_user_input(crs)
    except CRSError:
        raise ArgumentError("grid.unknown_crs", argument=argument, given=str(crs)) from None
    try:
        Transformer.from_crs(parsed, WGS84, always_xy=True)
    except ProjError:
        raise ArgumentError("grid.unplaced_crs", argument=argument, given=parsed.name) from None
    return parsed


def to_wgs84(lon: ArrayLike, lat: ArrayLike, crs: object) -> LonLat:
    """Return longitudes and latitudes of EPSG:4326, in degrees, of coordinates in `crs`; shape kept, NaN stays NaN.

    `lon` and `lat` are the first and second coordinate (easting and northing in a projected `crs`). From `gcj02` and
    `bd09` the exact inverse of `from_wgs84` is iterated (far below 1 mm). Raises ArgumentError as `parse_crs` does.
    """
    system = parse_crs(crs)
    x, y = _floats(lon, lat)
    if isinstance(system, CRS):
        return _floats(*Transformer.from_crs(system, WGS84, always_xy=True).transform(x, y))
    with np.errstate(invalid="ignore", over="ignore"):  # infinite and absurd coordinates come out as such
        return _gcj02_to_wgs84(x, y) if system == "gcj02" else _gcj02_to_wgs84(*_inverse(_gcj02_to_bd09, x, y))


def from_wgs84(lon: ArrayLike, lat: ArrayLike, crs: object) -> LonLat:
    """Return coordinates in `crs` of longitudes and latitudes of EPSG:4326, in degrees; shape kept, NaN stays NaN.

    `gcj02` is WGS 84 itself outside 72.004 to 137.8347 degrees east, 0.8293 to 55.8271 degrees north: the rectangle
    of the public formula, which takes in neighbours of China. `bd09` is bent from gcj02 everywhere. At the
    rectangle's edge, abroad or at sea, gcj02 jumps by up to a kilometre, and has no inverse in the jump.
    Raises ArgumentError as `parse_crs` does.
    """
    system = parse_crs(crs)
    x, y = _floats(lon, lat)
    if isinstance(system, CRS):
        return _floats(*Transformer.from_crs(WGS84, system, always_xy=True).transform(x, y))
    with np.errstate(invalid="ignore", over="ignore"):
        gcj02 = _wgs84_to_gcj02(x, y)
        return gcj02 if system == "gcj02" else _gcj02_to_bd09(*gcj02)


def transform_frame(frame: gpd.GeoDataFrame, source: object = None, target: object = WGS84) -> gpd.GeoDataFrame:
    """Return `frame` with its geometry in `target`, a real CRS; rows, index and missing geometry stay as they are.

    `source` says what the coordinates are, over whatever the frame itself says (a GeoJSON file holding gcj02 is
    labelled EPSG:4326 by its format); None takes the frame's own CRS. Heights pass through unchanged from gcj02, bd09.

    Raises ArgumentError: neither `source` nor the frame names a CRS, a name nobody knows, or a `target` that is
    gcj02 or bd09 (nothing is kept in them).
    """
    system = parse_crs(frame.crs if source is None else source, "source")
    goal = parse_crs(target, "target")
    if not isinstance(goal, CRS):
        raise ArgumentError("grid.offset_target", argument="target", given=goal)
    if isinstance(system, CRS):
        return frame.set_crs(system, allow_override=True).to_crs(goal)

    def shift(xyz: Floats) -> Floats:
        return np.column_stack((*to_wgs84(xyz[:, 0], xyz[:, 1], system), xyz[:, 2]))

    moved = shapely.transform(frame.geometry.to_numpy(), shift, include_z=True)
    return frame.set_geometry(gpd.GeoSeries(moved, index=frame.index, crs=WGS84, name=frame.geometry.name)).to_crs(goal)


def _floats(x: ArrayLike, y: ArrayLike) -> LonLat:
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def _in_china(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    west, south, east, north = _CHINA
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _wgs84_to_gcj02(lon: Floats, lat: Floats) -> LonLat:
    inside = _in_china(lon, lat)
    x, y = _gcj02_shifted(lon, lat)
    return np.where(inside, x, lon), np.where(inside, y, lat)


def _gcj02_to_wgs84(lon: Floats, lat: Floats) -> LonLat:
    x, y = _inverse(_gcj02_shifted, lon, lat)
    inside = _in_china(x, y)
    return np.where(inside, x, lon), np.where(inside, y, lat)


def _gcj02_shifted(lon: Floats, lat: Floats) -> LonLat:
    """Return lon, lat with the offset of gcj02, wherever they lie: metres of a polynomial and waves, as degrees."""
    x, y = lon - 105.0, lat - 35.0
    sine = partial(_waves, ((20, 6 * x), (20, 2 * x)))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    east = east + sine(((20, x), (40, x / 3), (150, x / 12), (300, x / 30)))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north = north + sine(((20, y), (40, y / 3), (160, y / 12), (320, y / 30)))
    bend = 1.0 - _EE * np.sin(np.radians(lat)) ** 2
    metres_east = np.radians(_A * np.cos(np.radians(lat)) / np.sqrt(bend))
    metres_north = np.radians(_A * (1.0 - _EE) / bend**1.5)
    return lon + east / metres_east, lat + north / metres_north


def _waves(*groups: tuple[tuple[float, Floats], ...]) -> Floats:
    waves = [height * np.sin(np.pi * turns) for group in groups for height, turns in group]
    return np.asarray(sum(waves) * 2.0 / 3.0)


def _gcj02_to_bd09(lon: Floats, lat: Floats) -> LonLat:
    radius = np.hypot(lon, lat) + 2e-5 * np.sin(np.radians(lat) * _BD_WAVES)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(np.radians(lon) * _BD_WAVES)
    return radius * np.cos(angle) + _BD_SHIFT[0], radius * np.sin(angle) + _BD_SHIFT[1]


def _inverse(forward: Callable[[Floats, Floats], LonLat], lon: Floats, lat: Floats) -> LonLat:
    x, y = lon, lat
    for _ in range(_ROUNDS):
        there_x, there_y = forward(x, y)
        x, y = x - (there_x - lon), y - (there_y - lat)
    return x, y
