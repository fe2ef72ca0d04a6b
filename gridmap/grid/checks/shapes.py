"""Defects of single cells: geometry that is missing, no polygon, or not valid."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import shapely
from shapely import GeometryType

from gridmap.grid.checks.found import found

_PLACE = re.compile(r"\[(\S+) (\S+)\]$")
_AREAL = (GeometryType.POLYGON, GeometryType.MULTIPOLYGON)


def shape_defects(cells: pd.DataFrame) -> tuple[list[pd.DataFrame], np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Return the defects of the geometry of `cells`, and for each cell whether its geometry is sound.

    Sound is a polygon or multi-polygon, not empty, valid (OGC Simple Features: closed rings that cross nothing), with
    finite coordinates. The place of an invalid one is the point at which GEOS finds it so, else the cell itself.
    """
    shapes = np.asarray(cells["geometry"], dtype=object)
    areal = np.isin(shapely.get_type_id(shapes), _AREAL)
    nothing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    valid = np.asarray(shapely.is_valid(shapes))
    sound = areal & valid & ~nothing
    sorts = (
        ("no_geometry", nothing),
        ("no_polygon", ~nothing & ~areal),
        ("invalid_geometry", ~nothing & areal & ~valid),
    )
    defects = []
    for hint, mask in sorts:
        bad = cells[mask]
        places = np.empty(len(bad), dtype=object)
        places[:] = [_crossing(shape) for shape in shapes[mask]]
        defects.append(found("invalid_geometry", bad["level"], bad["code"], None, places, hint=hint))
    return defects, sound


def _crossing(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    if shape is None or shapely.is_valid(shape):
        return shape
    place = _PLACE.search(shapely.is_valid_reason(shape))
    point = None if place is None else shapely.Point(float(place[1]), float(place[2]))
    return shape if point is None or not np.isfinite(shapely.get_coordinates(point)).all() else point
