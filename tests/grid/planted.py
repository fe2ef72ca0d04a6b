"""A small clean town in three levels, and the ways in which tests break it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from gridmap.grid.metric import Metric

METRES = "EPSG:4547"
ORIGIN = (500_000.0, 2_500_000.0)
SIDE = 100.0
LENGTHS = {"big": 2, "middle": 3, "small": 5}


def town(columns=4, rows=4, offsets=None):
    """Return a nest of `columns` x `rows` small cells of 100 m, 2 x 2 a middle cell, 2 x 2 of those a big cell.

    Codes: big `01`, middle `01a`, small `01a11`: column and row within the middle cell. `offsets` (rows + 1,
    columns + 1, 2) moves the corners, in metres.
    """
    corners = np.stack(np.meshgrid(np.arange(columns + 1.0), np.arange(rows + 1.0)), axis=-1) * SIDE + ORIGIN
    if offsets is not None:
        corners = corners + offsets
    cells = []
    for row in range(rows):
        for column in range(columns):
            big = f"{1 + row // 4 * -(-columns // 4) + column // 4:02d}"
            middle = big + "abcd"[row // 2 % 2 * 2 + column // 2 % 2]
            ring = corners[[row, row, row + 1, row + 1], [column, column + 1, column + 1, column]]
            code = f"{middle}{column % 2 + 1}{row % 2 + 1}"
            cells.append((code, "small", middle, shapely.Polygon(ring)))
    for level, digits in (("middle", 3), ("big", 2)):
        for code in sorted({cell[0][:digits] for cell in cells}):
            inner = [cell[3] for cell in cells if cell[1] == "small" and cell[0].startswith(code)]
            parent = code[:2] if level == "middle" else None
            cells.append((code, level, parent, shapely.coverage_union_all(inner)))
    code, level, parent, shapes = zip(*cells, strict=True)
    return frame(code, level, parent, shapes)


def frame(code, level, parent, shapes, crs=METRES):
    return gpd.GeoDataFrame(
        {"code": list(code), "level": list(level), "parent": list(parent), "name": list(code)},
        geometry=list(shapes),
        crs=crs,
    )


def metric_of(cells):
    return Metric(cells.crs, cells.total_bounds)


def local(x, y):
    """Return a place of the town, metres from its lower left corner, in its CRS."""
    return ORIGIN[0] + x, ORIGIN[1] + y


def polygon(*places):
    return shapely.Polygon([local(*place) for place in places])


def redrawn(cells, **shapes):
    """Return the cells with other geometry for the codes named `c<code>`."""
    changed = cells.copy()
    for name, shape in shapes.items():
        changed.loc[changed["code"] == name[1:], "geometry"] = shape
    return changed


def recoded(cells, code, /, **values):
    """Return the cells with other values in the row of `code`."""
    changed = cells.copy()
    for column, value in values.items():
        changed.loc[cells["code"] == code, column] = value
    return changed
