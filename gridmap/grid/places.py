"""What callers give to be linked: frames checked at the door, brought into the cells' CRS, turned into coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from gridmap.errors import ArgumentError
from gridmap.grid.parts import in_parts

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

_SHAPES_AT_ONCE = 1 << 15
_POINTS = ("Point",)
_LINES = ("LineString", "LinearRing", "MultiLineString")
_AREAS = ("Polygon", "MultiPolygon")
_KINDS = {
    int(shapely.GeometryType[name.upper()]): name
    for name in (*_POINTS, *_LINES, *_AREAS, "MultiPoint", "GeometryCollection")
}


def points_xy(
    points: gpd.GeoSeries | gpd.GeoDataFrame, crs: CRS, argument: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the coordinates of `points` in `crs`; NaN where a geometry is missing or empty.

    Raises ArgumentError for a missing CRS or geometry that is no Point.
    """
    shapes = _shapes(points, argument)
    x, y, kind = _read(shapes.to_numpy())
    _check_kinds(kind[kind > shapely.GeometryType.POINT], argument, _POINTS)  # the missing are -1
    if _same(shapes.crs, crs):
        return x, y
    u, v = Transformer.from_crs(shapes.crs, crs, always_xy=True).transform(x, y)
    return np.asarray(u), np.asarray(v)


def areas_xy(
    areas: gpd.GeoSeries | gpd.GeoDataFrame, crs: CRS, argument: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a point within each of `areas`, taken in `crs`; NaN where missing, empty or not finite.

    Raises ArgumentError for a missing CRS or geometry that is no Polygon or MultiPolygon.
    """
    return inner_xy(_in_crs(areas, crs, argument, _AREAS))


def inner_xy(areas: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a point within each of `areas`; NaN where missing, empty or not finite."""
    inner = shapely.point_on_surface(_finite(areas))
    return shapely.get_x(inner), shapely.get_y(inner)


def lines_in(lines: gpd.GeoSeries | gpd.GeoDataFrame, crs: CRS, argument: str) -> NDArray[np.object_]:
    """Return `lines` in `crs`; None where missing, empty or not finite.

    Raises ArgumentError for a missing CRS or geometry that is no LineString, LinearRing or MultiLineString.
    """
    return _finite(_in_crs(lines, crs, argument, _LINES))


def _read(shapes: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int32]]:
    """Return the lower left corner of geometries and their kind (-1 if missing); NaN where missing or empty.

    A point's corner is the point: its bounds are read in half the time of its x, then its y.
    """
    x, y, kind = np.empty(len(shapes)), np.empty(len(shapes)), np.empty(len(shapes), dtype=np.int32)

    def read(part: slice) -> None:
        x[part], y[part] = shapely.bounds(shapes[part]).T[:2]
        shapely.get_type_id(shapes[part], out=kind[part])

    in_parts(read, len(shapes), _SHAPES_AT_ONCE)
    return x, y, kind


def _in_crs(
    things: gpd.GeoSeries | gpd.GeoDataFrame, crs: CRS, argument: str, allowed: tuple[str, ...]
) -> NDArray[np.object_]:
    shapes = _shapes(things, argument)
    _check_kinds(shapely.get_type_id(shapes.to_numpy()), argument, allowed)
    return np.asarray((shapes if _same(shapes.crs, crs) else shapes.to_crs(crs)).to_numpy(), dtype=object)


def _shapes(things: gpd.GeoSeries | gpd.GeoDataFrame, argument: str) -> gpd.GeoSeries:
    if not isinstance(things, gpd.GeoSeries | gpd.GeoDataFrame):
        raise ArgumentError("grid.not_geometries", argument=argument, given=type(things).__name__)
    if things.geometry.crs is None:
        raise ArgumentError("grid.missing_crs", argument=argument)
    return things.geometry


def _same(given: CRS, wanted: CRS) -> bool:
    return given is wanted or bool(given == wanted)


def _check_kinds(kinds: NDArray[np.int32], argument: str, allowed: tuple[str, ...]) -> None:
    counts = np.bincount(kinds + 1, minlength=len(_KINDS) + 1)[1:]
    wrong = {name: counts[kind] for kind, name in _KINDS.items() if counts[kind] and name not in allowed}
    if wrong:
        raise ArgumentError(
            "grid.wrong_geometry",
            argument=argument,
            count=int(sum(wrong.values())),
            kinds=", ".join(wrong),
            allowed=", ".join(allowed),
        )


def _finite(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return `shapes` in two dimensions, None for the empty ones and for those with a coordinate that is not finite."""
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    keep = np.zeros(len(shapes), dtype=bool)
    keep[owner] = True
    keep[owner[~np.isfinite(xy).all(axis=1)]] = False
    finite = np.asarray(shapely.force_2d(shapes), dtype=np.object_)
    finite[~keep] = None
    return finite
