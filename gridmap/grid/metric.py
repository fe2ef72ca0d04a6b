"""Metres: the planar system in which the areas and lengths of a grid are measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import CRS, Proj, Transformer
from pyproj.crs import GeographicCRS, ProjectedCRS
from pyproj.crs.coordinate_operation import LambertAzimuthalEqualAreaConversion
from pyproj.exceptions import ProjError

from gridmap.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# A plane whose areas are further from the truth than this share is not measured in (Web Mercator at 42 degrees: 81 %).
_AREA_ERROR = 0.01


class Metric:
    """The planar system in metres for things in `crs` within `bounds`.

    `crs` is the system of the things, `planar` the one measured in. They are the same where `crs` is projected in
    metres and true to scale (areas within 1 % at the centre, so UTM, Gauss-Kruger, national grids and local systems in
    metres, but not Web Mercator). Else `planar` is a Lambert azimuthal equal-area system on the ellipsoid of `crs`,
    centred on `bounds` (minx, miny, maxx, maxy in `crs`; not finite: centred on 0, 0): areas are exact, distances
    within 1e-5 of the truth up to 50 km from the centre. Straight edges stay straight between projected vertices.

    Raises ArgumentError for a local system that is not in metres.
    """

    def __init__(self, crs: CRS, bounds: Sequence[float] | NDArray[np.float64]) -> None:
        self.crs = crs
        centre = _centre(np.asarray(bounds, dtype=float))
        self.planar = crs if _measures(crs, centre) else _equal_area(crs, centre)
        self._same = self.planar is crs
        self._there = None if self._same else Transformer.from_crs(crs, self.planar, always_xy=True)

    def __repr__(self) -> str:
        return f"Metric({self.crs.name!r} -> {self.planar.name!r})"

    def to_metres(self, geometries: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return `geometries` (shapely, in `crs`) in `planar`; missing and empty ones stay so, z is dropped."""
        return self._geometries(geometries, "FORWARD")

    def from_metres(self, geometries: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return `geometries` (shapely, in `planar`) in `crs`; missing and empty ones stay so, z is dropped."""
        return self._geometries(geometries, "INVERSE")

    def xy_to_metres(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return coordinates of `crs` (x or longitude first) in `planar`, in metres; not finite where impossible."""
        return self._xy(x, y, "FORWARD")

    def xy_from_metres(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return coordinates of `planar` (metres) in `crs` (x or longitude first); not finite where impossible."""
        return self._xy(x, y, "INVERSE")

    def area(self, geometries: NDArray[np.object_]) -> NDArray[np.float64]:
        """Return the areas of `geometries` (shapely, in `crs`) in square metres; NaN where missing."""
        return np.asarray(shapely.area(self.to_metres(geometries)))

    def length(self, geometries: NDArray[np.object_]) -> NDArray[np.float64]:
        """Return the lengths of `geometries` (shapely, in `crs`) in metres; NaN where missing."""
        return np.asarray(shapely.length(self.to_metres(geometries)))

    def _geometries(self, geometries: NDArray[np.object_], direction: str) -> NDArray[np.object_]:
        flat = np.asarray(geometries, dtype=np.object_)
        if self._same:
            return np.asarray(shapely.force_2d(flat), dtype=np.object_)
        xy = shapely.get_coordinates(flat)
        there = np.column_stack(self._xy(xy[:, 0], xy[:, 1], direction))
        return np.asarray(shapely.set_coordinates(shapely.force_2d(flat), there), dtype=np.object_)

    def _xy(
        self, x: NDArray[np.float64], y: NDArray[np.float64], direction: str
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        if self._there is None:
            return np.array(x, dtype=float), np.array(y, dtype=float)
        start = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        u, v = self._there.transform(*start, direction=direction)
        if direction == "INVERSE":
            # PROJ's inverse of this projection is a short series, a millimetre off at 200 km: step back by its error.
            again = self._there.transform(u, v)
            with np.errstate(invalid="ignore"):  # what is not finite stays so
                x, y = 2 * start[0] - again[0], 2 * start[1] - again[1]
            u, v = self._there.transform(x, y, direction=direction)
        return np.asarray(u), np.asarray(v)


def _centre(bounds: NDArray[np.float64]) -> tuple[float, float]:
    if bounds.shape != (4,) or not np.isfinite(bounds).all():
        return 0.0, 0.0
    return float(bounds[0] + bounds[2]) / 2, float(bounds[1] + bounds[3]) / 2


def _measures(crs: CRS, centre: tuple[float, float]) -> bool:
    if crs.is_geographic or crs.is_geocentric:
        return False
    in_metres = all(axis.unit_conversion_factor == 1.0 for axis in crs.axis_info[:2])
    if not crs.is_projected:
        if not in_metres:
            raise ArgumentError("grid.local_not_in_metres", argument="crs", crs=crs.name)
        return True
    return in_metres and _true_to_scale(crs, centre)


def _true_to_scale(crs: CRS, centre: tuple[float, float]) -> bool:
    try:
        plane = Proj(crs)
        scale = plane.get_factors(*plane(*centre, inverse=True)).areal_scale
    except ProjError:
        return True  # no place on earth, so nothing to compare with
    return bool(abs(scale - 1.0) <= _AREA_ERROR)


def _equal_area(crs: CRS, centre: tuple[float, float]) -> CRS:
    base = crs.geodetic_crs
    geographic = GeographicCRS(datum=base.datum) if base is not None and base.datum is not None else GeographicCRS()
    longitude, latitude = Transformer.from_crs(crs, geographic, always_xy=True).transform(*centre)
    if not (np.isfinite(longitude) and np.isfinite(latitude)) or abs(latitude) > 90:
        longitude, latitude = 0.0, 0.0
    return ProjectedCRS(
        conversion=LambertAzimuthalEqualAreaConversion(latitude, longitude),
        geodetic_crs=geographic,
        name="equal area about the cells",
    )
