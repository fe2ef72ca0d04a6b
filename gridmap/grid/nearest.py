"""The nearest cell of a point that lies in none, in metres."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridmap.grid.link import Linker
    from gridmap.grid.metric import Metric


class Nearest:
    """The cells of a linker in the metric plane of their grid."""

    def __init__(self, linker: Linker, metric: Metric) -> None:
        self._linker = linker
        self._metric = metric
        self._tree = shapely.STRtree(metric.to_metres(linker.cells))

    def find(
        self, x: NDArray[np.float64], y: NDArray[np.float64], within: float
    ) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Return the nearest cell of each point (cells' CRS) and its distance in metres, 0 inside.

        Of several equally near, the lowest. NONE and NaN where no cell is within that many metres (the limit itself
        is within), and for a point that has no finite place in the metric plane.
        """
        found = self._linker.find(x, y)
        distance = np.where(found >= 0, 0.0, np.nan)
        out = np.flatnonzero(found < 0)
        u, v = self._metric.xy_to_metres(x[out], y[out])
        placed = np.isfinite(u) & np.isfinite(v)
        out, points = out[placed], shapely.points(u[placed], v[placed])
        # The tree's own limit leaves out what lies exactly on it.
        limit = None if np.isinf(within) else np.nextafter(within, np.inf)
        (which, cell), far = self._tree.query_nearest(points, max_distance=limit, return_distance=True)
        near = far <= within
        which, cell, far = which[near], cell[near], far[near]
        order = np.lexsort((cell, which))[::-1]  # the lowest cell is written last, and stays
        found[out[which[order]]] = cell[order]
        distance[out[which]] = far
        return found, distance
