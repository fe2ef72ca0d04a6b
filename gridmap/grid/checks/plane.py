"""Local metres: the cells' own coordinates, stretched so that a unit is a metre, and what counts as ground there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridmap.grid.metric import Metric

# Metres: what is thinner, on average, is rounding of coordinates and no ground at all.
SLIVER = 0.001
# Metres: how near a vertex lies to an edge that it belongs on. A gap of mean width SLIVER is up to twice as wide.
NEAR = 2 * SLIVER
# Steps in degrees and other units (of about a metre, half a foot) over which the local scale is taken.
_STEP_DEGREES, _STEP = 1e-5, 0.5


class Plane:
    """The coordinates of the cells, each axis stretched to metres at the centre of the cells.

    Topology is a matter of the cells' own CRS: a vertex on a straight edge of longitudes and latitudes leaves that edge
    by centimetres when both are projected. A stretch keeps straight lines straight and equal vertices equal, so widths
    can be asked in metres: exact at the centre, within 1 % over one degree of latitude.
    """

    def __init__(self, metric: Metric, bounds: NDArray[np.float64]) -> None:
        self._metric = metric
        centre = np.array([[(bounds[0] + bounds[2]) / 2.0, (bounds[1] + bounds[3]) / 2.0]])
        self._scale = np.hypot(*self._axes(centre).T).ravel() if np.isfinite(centre).all() else np.ones(2)

    def into(self, geometries: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return `geometries` (in the cells' CRS) in local metres; z is dropped."""
        return self._stretched(geometries, self._scale)

    def back(self, geometries: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return `geometries` (in local metres) in the cells' CRS."""
        return self._stretched(geometries, 1.0 / self._scale)

    def area(self, geometries: NDArray[np.object_]) -> NDArray[np.float64]:
        """Return areas of `geometries` (in the cells' CRS) in square metres; 0 where there is none.

        The planar area in the cells' CRS, times the scale at the centroid: right to 1e-6 over 10 km, and for the
        thinnest strips between long edges too, of which projected vertices would make something else.
        """
        area = np.nan_to_num(shapely.area(geometries))
        some = area > 0.0
        axes = self._axes(shapely.get_coordinates(shapely.centroid(geometries[some])))
        area[some] *= np.abs(axes[:, 0, 0] * axes[:, 1, 1] - axes[:, 0, 1] * axes[:, 1, 0])
        return area

    def length(self, geometries: NDArray[np.object_]) -> NDArray[np.float64]:
        """Return lengths of `geometries` (in the cells' CRS) in metres; 0 where missing."""
        return np.nan_to_num(self._metric.length(geometries))

    def _axes(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return for each of `places` (n, 2; in the cells' CRS) where a unit along x and along y leads (n, 2, 2)."""
        if self._metric.planar is self._metric.crs:
            return np.broadcast_to(np.eye(2), (len(places), 2, 2))
        step = _STEP_DEGREES if self._metric.crs.is_geographic else _STEP
        ends = (places[:, None, None] + np.array([[[-step, 0], [step, 0]], [[0, -step], [0, step]]])).reshape(-1, 2)
        metres = np.column_stack(self._metric.xy_to_metres(ends[:, 0], ends[:, 1])).reshape(-1, 2, 2, 2)
        return np.asarray((metres[:, :, 1] - metres[:, :, 0]) / (2.0 * step))

    @staticmethod
    def _stretched(geometries: NDArray[np.object_], scale: NDArray[np.float64]) -> NDArray[np.object_]:
        flat = np.asarray(geometries, dtype=object)
        if (scale == 1.0).all():
            return flat
        return np.asarray(shapely.transform(flat, lambda xy: xy * scale), dtype=object)


def polygons_of(geometries: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Return every polygon within `geometries` that has ground (mean width at least SLIVER), and whose row it was."""
    parts, rows = shapely.get_parts(np.asarray(geometries, dtype=object), return_index=True)
    nested = shapely.get_type_id(parts) == shapely.GeometryType.MULTIPOLYGON
    if nested.any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        rows = rows[inner]
    ground = 2.0 * shapely.area(parts) > SLIVER * shapely.length(parts)
    return parts[ground], rows[ground]


def is_wide(polygons: NDArray[np.object_], width: float) -> NDArray[np.bool_]:
    """Return for each polygon (local metres) whether a square of `width` metres fits in, about as a disc would."""
    return ~shapely.is_empty(shapely.buffer(polygons, -max(width, SLIVER) / 2.0, join_style="mitre"))


def opened(polygons: NDArray[np.object_], width: float) -> NDArray[np.object_]:
    """Return `polygons` (local metres) without what is narrower than `width` metres; corners stay sharp."""
    eroded = shapely.buffer(polygons, -width / 2.0, join_style="mitre")
    return np.asarray(shapely.buffer(eroded, width / 2.0, join_style="mitre"), dtype=object)


def gathered(parts: NDArray[np.object_], keys: NDArray[np.intp]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Return one geometry a key (a multi-part where there are several), and the keys in order."""
    order = np.argsort(keys, kind="stable")
    parts, keys = parts[order], keys[order]
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.array([], dtype=int)
    groups = np.split(parts, starts[1:])
    joined = [group[0] if len(group) == 1 else shapely.union_all(group) for group in groups if len(group)]
    return np.array(joined, dtype=object), keys[starts]
