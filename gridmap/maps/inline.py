"""A map as plain shapes for a page without a script: paths in pixels, that whoever writes the page puts into an SVG."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, floor, log10, radians

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

WIDTH = 720
_TALLEST, _MARGIN, _SIMPLE = 620, 10, 0.5
_METRES_A_DEGREE = 111_320.0
_BAR_PX = 160
# Of a text of 12 px: how wide signs are, how high a line with what is around it.
_WIDE, _NARROW, _LINE, _LATIN = 12, 7, 15, "\u2e80"


@dataclass(frozen=True, slots=True)
class Plane:
    """The paper: where the north-west corner lies (degrees) and how many pixels a degree is across and down."""

    west: float
    north: float
    across: float
    down: float
    height: int

    def placed(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return shapes (EPSG:4326) in pixels; missing ones stay missing."""
        turn = np.array([self.across, -self.down])
        at = np.array([self.west, self.north])
        moved = shapely.transform(shapes, lambda xy: (xy - at) * turn + _MARGIN)
        return np.asarray(moved, dtype=object)

    def seen(self) -> tuple[float, float, float, float]:
        """Return what the whole paper shows: west, south, east, north, in degrees."""
        beside, above = _MARGIN / self.across, _MARGIN / self.down
        east, south = self.west - beside + WIDTH / self.across, self.north + above - self.height / self.down
        return self.west - beside, south, east, self.north + above

    def bar(self) -> tuple[int, int]:
        """Return a round length in metres and how many pixels it is."""
        metres_a_pixel = _METRES_A_DEGREE / self.down
        longest = metres_a_pixel * _BAR_PX
        power = 10 ** floor(log10(longest))
        metres = max(step * power for step in (1, 2, 5) if step * power <= longest)
        return int(metres), round(metres / metres_a_pixel)


def plane_of(bounds: Iterable[float]) -> Plane:
    """Return the paper on which `bounds` (west, south, east, north; degrees) fills the width, or the height."""
    west, south, east, north = bounds
    wide, tall = max(east - west, 1e-5), max(north - south, 1e-5)
    shrink = cos(radians((south + north) / 2))
    down = min((WIDTH - 2 * _MARGIN) / (wide * shrink), (_TALLEST - 2 * _MARGIN) / tall)
    beside = (WIDTH - 2 * _MARGIN - wide * shrink * down) / 2
    return Plane(west - beside / (down * shrink), north, down * shrink, down, round(tall * down) + 2 * _MARGIN)


def areas(plane: Plane, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return polygons that tile the ground (EPSG:4326) in pixels, simpler, their edges still shared."""
    placed = plane.placed(shapes)
    return np.asarray(shapely.coverage_simplify(placed, _SIMPLE), dtype=object)


def path(shape: BaseGeometry | None) -> str:
    """Return a shape in pixels as the path of an SVG; a point is none."""
    if shape is None or shape.is_empty:
        return ""
    drawn = []
    for part in shapely.get_parts(shape):
        closed = part.geom_type == "Polygon"
        lines = shapely.get_rings(part) if closed else [part] if part.geom_type == "LineString" else []
        drawn += [_line(line, closed=closed) for line in lines]
    return "".join(drawn)


def labels(shapes: NDArray[np.object_], texts: Iterable[str]) -> list[tuple[int, int] | None]:
    """Return where two lines of 12 px stand in areas in pixels; null where they have no room or meet others before."""
    taken: list[BaseGeometry] = []
    found: list[tuple[int, int] | None] = []
    for shape, text in zip(shapes, texts, strict=True):
        spot = shape.representative_point()
        half = sum(_WIDE if sign > _LATIN else _NARROW for sign in text) / 2
        own = shapely.box(spot.x - half, spot.y - _LINE, spot.x + half, spot.y + _LINE)
        west, south, east, north = shape.bounds
        room = 2 * half < east - west and north - south > 2 * _LINE
        if room and not any(own.intersects(other) for other in taken):
            taken.append(own)
            found.append((round(spot.x), round(spot.y)))
        else:
            found.append(None)
    return found


def spots(plane: Plane, points: NDArray[np.object_]) -> list[tuple[int, int] | None]:
    """Return where points (EPSG:4326) stand, in pixels; null where there is none."""
    placed = plane.placed(points)
    return [None if one is None or one.is_empty else (round(one.x), round(one.y)) for one in placed]


def _line(line: BaseGeometry, *, closed: bool) -> str:
    rounded = np.round(shapely.get_coordinates(line), 1)
    kept = rounded[:-1] if closed else rounded
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept) + ("Z" if closed else "")
