"""Coordinate systems of OGC API Features: those offered, the order of their axes, shapes brought to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from gridmap.errors import ArgumentError

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
_EVERYWHERE = (4326, 4490, 3857)
# CGCS2000 / 3-degree Gauss-Kruger: one zone a central meridian, from 75 E (4534) to 135 E (4554).
_CHINA = (72.0, 18.0, 136.5, 54.0)
_FIRST_ZONE, _FIRST_MERIDIAN, _ZONE = 4534, 75, 3
_NORTH_UTM, _SOUTH_UTM, _UTM_ZONE = 32600, 32700, 6
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class System:
    """A system that rows are given in. `turned`: its first axis is the one to the north."""

    uri: str
    code: int | None
    turned: bool

    @property
    def same(self) -> bool:
        """Return whether its coordinates are degrees of longitude and latitude, in either order."""
        return self.code in {None, 4326, 4490}

    def given(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return shapes of CRS84 in this system, its axes in their order."""
        moved = shapes if self.same else _moved(shapes, 4326, self.code)
        return _swapped(moved) if self.turned else moved

    def planar(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return shapes of CRS84 in this system, the axis to the east first."""
        return shapes if self.same else _moved(shapes, 4326, self.code)

    def taken(self, shape: shapely.Geometry) -> shapely.Geometry:
        """Return a shape of this system, its axes in their order, in CRS84."""
        one = np.array([shape], dtype=object)
        one = _swapped(one) if self.turned else one
        found: shapely.Geometry = (one if self.same else _moved(one, self.code, 4326))[0]
        if not np.isfinite(shapely.get_coordinates(found)).all():
            raise ArgumentError("api.filter_value", argument="filter")
        return found


def systems(bounds: Box | None) -> dict[str, System]:
    """Return the systems of an office within these bounds (degrees; null: not known), by URI, the default first.

    Metres are those of CGCS2000's Gauss-Kruger zones in China, of UTM elsewhere.
    """
    local = () if bounds is None else (_metric(bounds),)
    found = [System(CRS84, None, turned=False)]
    found += [System(f"{_EPSG}{code}", code, turned=_turned(code)) for code in (*_EVERYWHERE, *local)]
    return {one.uri: one for one in found}


def system(uri: str | None, offered: dict[str, System], argument: str) -> System:
    """Return a system by its URI (null: the default). Raises ArgumentError for one that is not offered."""
    if uri is None:
        return offered[CRS84]
    if uri not in offered:
        raise ArgumentError("api.ogc_crs", argument=argument, allowed=", ".join(offered))
    return offered[uri]


def _metric(bounds: Box) -> int:
    lon, lat = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    west, south, east, north = _CHINA
    if west <= lon <= east and south <= lat <= north:
        return _FIRST_ZONE + min(max(round((lon - _FIRST_MERIDIAN) / _ZONE), 0), 20)
    zone = min(int((lon + 180) // _UTM_ZONE) + 1, 60)
    return (_NORTH_UTM if lat >= 0 else _SOUTH_UTM) + zone


@lru_cache
def _turned(code: int) -> bool:
    return CRS.from_epsg(code).axis_info[0].direction == "north"


@lru_cache
def _transformer(source: int | None, target: int | None) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _moved(shapes: NDArray[np.object_], source: int | None, target: int | None) -> NDArray[np.object_]:
    transformer = _transformer(source, target)
    moved: NDArray[np.object_] = shapely.transform(
        shapes, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
    )
    return moved


def _swapped(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    turned: NDArray[np.object_] = shapely.transform(shapes, lambda xy: xy[:, ::-1])
    return turned
