"""Shapes and their parts: single points, lines and areas, and whose they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import GeometryType

Shapes = NDArray[np.object_]
Rows = NDArray[np.int64]
POINT, LINE, AREA = 1, 2, 3
"""The kinds of shape of a tile, by their numbers there."""
NOWHERE = 0
COLLECTION = 7
KINDS = np.array([POINT, LINE, LINE, AREA, POINT, LINE, AREA, COLLECTION, NOWHERE])
"""The kind by the type number of shapely (the last: missing)."""
_GATHERED_BY: Mapping[int, Callable[..., Shapes]] = {
    POINT: shapely.multipoints,
    LINE: shapely.multilinestrings,
    AREA: shapely.multipolygons,
}


def kinds_of(shapes: Shapes) -> Rows:
    """Return the kind of each shape: POINT, LINE, AREA, COLLECTION, or NOWHERE if missing."""
    kinds: Rows = KINDS[shapely.get_type_id(shapes)]
    return kinds


def single_parts(shapes: Shapes) -> tuple[Shapes, Rows]:
    """Return the single points, lines, rings and areas of the shapes, in their order, and whose they are.

    An owner is the position of a shape. Missing and empty ones have none.
    """
    owners = np.arange(len(shapes))
    while True:
        parts, at = shapely.get_parts(shapes, return_index=True)
        owners = owners[at]
        if not (shapely.get_type_id(parts) >= GeometryType.MULTIPOINT).any():
            there = ~shapely.is_empty(parts)
            return parts[there], owners[there]
        shapes = parts


def gathered(parts: Shapes, owners: Rows) -> tuple[Shapes, Rows]:
    """Return one shape of many parts for each owner, and the owners in their order; the parts are of one kind."""
    own, at = np.unique(owners, return_inverse=True)
    if not len(own):
        return np.empty(0, dtype=object), own
    made: Shapes = _GATHERED_BY[int(kinds_of(parts[:1])[0])](parts, indices=at)
    return made, own


def areas_of(shapes: Shapes) -> Shapes:
    """Return the areas alone of each shape, as valid as they were; an empty one where it has none."""
    parts, owners = single_parts(shapes)
    flat = kinds_of(parts) == AREA
    found = np.full(len(shapes), shapely.Polygon(), dtype=object)
    areas, own = gathered(parts[flat], owners[flat])
    found[own] = areas
    return found


def made_valid(shapes: Shapes) -> Shapes:
    """Return the valid shapes of the same rings, by the even-odd rule.

    GEOS cannot tell it of parts that shrank to a line or a point ("mixed-dimension"): these count by their structure,
    outer rings less their holes.
    """
    try:
        made: Shapes = shapely.make_valid(shapes)
    except shapely.errors.GEOSException:
        if len(shapes) == 1:
            return np.array(shapely.make_valid(shapes, method="structure"), dtype=object)
        made = np.concatenate([made_valid(shapes[i : i + 1]) for i in range(len(shapes))])
    return made
