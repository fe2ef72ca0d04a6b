"""What callers give to be linked: frames checked at the door, brought into the cells' CRS, turned into coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from gridmap.errors import ArgumentError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

_POINTS = ("Point",)
_LINES = ("LineString", "LinearRing", "MultiLineString")
_AREAS = ("Polygon", "MultiPolygon")
_KINDS = {kind.value: name for kind, name in (
    (shapely.GeometryType.POINT, "Point"),
    (shapely.GeometryType.LINESTRING, "LineString"),
    (shapely.GeometryType.LINEARRING, "LinearRing"),
    (shapely.GeometryType.POLYGON, "Polygon"),
    (shapely.GeometryType.MULTIPOINT, "MultiPoint"),
    (shapely.GeometryType.MULTILINESTRING, "MultiLineString"),
    (shapely.GeometryType.MULTIPOLYGON, "MultiPolygon"),
    (shapely.GeometryType.GEOMETRYCOLLECTION, "GeometryCollection"),
)}


def points_xy(
    points: gpd.GeoSeries | gpd.GeoDataFrame, crs: CRS, argument: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the coordinates of `points` in `crs`; NaN where a geometry is missing or empty.

    Raises ArgumentError for a missing CRS or geometry that is no Point.
    """
    there = _in_crs(points, crs, argument, _POINTS)
    return shapely.get_x(there), shapely.get_y(there)


def areas_xy(
    areas: gpd.GeoSeries | gpd.GeoDataFrame, crs: CRS, argument: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a point within each of `areas`, taken in `crs`; NaN where missing, empty or not finite.

    Raises ArgumentError for a missing CRS or geometry that is no Polygon or MultiPolygon.
    """
    there = shapely.point_on_surface(_finite(_in_crs(areas, crs, argument, _AREAS)))
    return shapely.get_x(there), shapely.get_y(there)


def lines_in(lines: gpd.GeoSeries | gpd.GeoDataFrame, crs: CRS, argument: str) -> NDArray[np.object_]:
    """Return `lines` in `crs`; None where missing, empty or not finite.

    Raises ArgumentError for a missing CRS or geometry that is no LineString, LinearRing or MultiLineString.
    """
    return _finite(_in_crs(lines, crs, argument, _LINES))


def _in_crs(
    things: gpd.GeoSeries | gpd.GeoDataFrame, crs: CRS, argument: str, allowed: tuple[str, ...]
) -> NDArray[np.object_]:
    if not isinstance(things, gpd.GeoSeries | gpd.GeoDataFrame):
        raise ArgumentError("grid.not_geometries", argument=argument, given=type(things).__name__)
    shapes: gpd.GeoSeries = things.geometry
    if shapes.crs is None:
        raise ArgumentError("grid.missing_crs", argument=argument)
    _check_kinds(shapes.to_numpy(), argument, allowed)
    same = shapes.crs is crs or shapes.crs == crs
    return np.asarray(shapes.to_numpy() if same else shapes.to_crs(crs).to_numpy(), dtype=object)


def _check_kinds(shapes: NDArray[np.object_], argument: str, allowed: tuple[str, ...]) -> None:
    counts = np.bincount(shapely.get_type_id(shapes) + 1, minlength=len(_KINDS) + 1)[1:]
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
    return np.where(keep, shapely.force_2d(shapes), None)
