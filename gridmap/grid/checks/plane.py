"""Local metres: the cells' own coordinates, stretched so that one unit is one metre, and the widths that count there."""

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
# Metres: longest edge that is projected as one; its bow against the projected line is below a millimetre.
_LONGEST_EDGE = 100.0


class Plane:
    """The coordinates of the cells, each axis stretched to metres at the centre of the cells.

    Topology is a matter of the cells' own CRS: a vertex on a straight edge of longitudes and latitudes leaves that edge
    by centimetres when both are projected. A stretch keeps straight lines straight and equal vertices equal, so widths
    can be asked in metres: exact at the centre, within 1 % over one degree of latitude. `measure` gives exact areas.
    """

    def __init__(self, metric: Metric, bounds: NDArray[np.float64]) -> None:
        self._metric = metric
        self._scale = _scale(metric, bounds)

    def into(self, geometries: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return `geometries` (in the cells' CRS) in local metres; z is dropped."""
        return self._stretched(geometries, self._scale)

    def back(self, geometries: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return `geometries` (in local metres) in the cells' CRS."""
        return self._stretched(geometries, 1.0 / self._scale)

    def area(self, geometries: NDArray[np.object_]) -> NDArray[np.float64]:
        """Return areas of `geometries` (in the cells' CRS) in square metres; 0 where missing."""
        return np.nan_to_num(self._metric.area(self._short_edges(geometries)))

    def length(self, geometries: NDArray[np.object_]) -> NDArray[np.float64]:
        """Return lengths of `geometries` (in the cells' CRS) in metres; 0 where missing."""
        return np.nan_to_num(self._metric.length(self._short_edges(geometries)))

    def _short_edges(self, geometries: NDArray[np.object_]) -> NDArray[np.object_]:
        return np.asarray(shapely.segmentize(geometries, _LONGEST_EDGE / self._scale.max()), dtype=object)

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


def _scale(metric: Metric, bounds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return metres per unit of either axis at the centre of `bounds`."""
    if metric.planar is metric.crs or not np.isfinite(bounds).all():
        return np.ones(2)
    x, y = (bounds[0] + bounds[2]) / 2.0, (bounds[1] + bounds[3]) / 2.0
    step = 1e-5
    to_x, to_y = metric.xy_to_metres(np.array([x - step, x + step, x, x]), np.array([y, y, y - step, y + step]))
    scale = np.hypot(to_x[1::2] - to_x[::2], to_y[1::2] - to_y[::2]) / (2.0 * step)
    return scale if np.isfinite(scale).all() and (scale > 0).all() else np.ones(2)
