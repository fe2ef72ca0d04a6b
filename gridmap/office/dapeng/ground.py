"""The ground: a lattice of blocks bent into a coast in the south and east, the seven communities, and where town is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

CRS = "EPSG:4547"  # CGCS2000, metres
OFFICE_CODE = "440307010"
COLUMNS, ROWS = 80, 68  # blocks
FINE = 2  # pieces a block's side is bent into
_ORIGIN = (546_600.0, 2_497_300.0)
_BLOCK = (122.0, 118.0)  # metres
_TOWN = 0.30  # from this density on a block is built
# A strip along a reservoir that no cell holds: columns and rows of blocks, half-open.
RESERVOIR = ((46, 52), (55, 57))

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Place:
    """The heart of a community: its place on the lattice, how dense its town is, and how wide in blocks."""

    code: str
    u: float
    v: float
    density: float
    spread: float


# Public codes of the communities; where they lie is made up, roughly as in Dapeng.
PLACES = (
    Place("440307010001", 44, 29, 0.8, 4.6),
    Place("440307010002", 60, 13, 1.0, 5.2),
    Place("440307010003", 67, 46, 0.6, 4.4),
    Place("440307010004", 13, 21, 0.7, 4.6),
    Place("440307010005", 17, 49, 0.8, 4.8),
    Place("440307010006", 32, 43, 1.3, 6.0),
    Place("440307010007", 33, 8, 0.8, 4.6),
)


def at(u: NDArray[np.number], v: NDArray[np.number]) -> Floats:
    """Return coordinates in metres, shape (..., 2), of places on the lattice (u east, v north, in blocks)."""
    south = np.exp(-v / 15) * (420 * np.sin(0.14 * u + 0.6) + 120 * np.sin(0.37 * u + 2.0))
    east = (u / COLUMNS) ** 4 * (1 - np.exp(-v / 12)) * (330 * np.sin(0.13 * v + 1.0) + 90 * np.sin(0.33 * v))
    x = _ORIGIN[0] + _BLOCK[0] * u + 170 * np.sin(0.10 * v + 0.4) + 30 * np.sin(0.35 * v + 0.08 * u) + east
    y = _ORIGIN[1] + _BLOCK[1] * v + 120 * np.sin(0.11 * u + 2.2) + 26 * np.sin(0.38 * u + 0.1 * v) + south
    return np.stack([x, y], axis=-1)


def blocks() -> tuple[Whole, Whole]:
    """Return column and row of every block, row by row."""
    row, column = np.divmod(np.arange(COLUMNS * ROWS), COLUMNS)
    return column, row


def density(u: NDArray[np.number], v: NDArray[np.number]) -> Floats:
    """Return how densely built a place of the lattice is, 0 on the hills, above 1 in the middle of town."""
    return np.asarray(sum(p.density * np.exp(-((u - p.u) ** 2 + (v - p.v) ** 2) / (2 * p.spread**2)) for p in PLACES))


def built(u: NDArray[np.number], v: NDArray[np.number]) -> NDArray[np.bool_]:
    """Return whether a place is town."""
    return np.asarray(density(u, v) >= _TOWN)


def nearest(u: NDArray[np.number], v: NDArray[np.number], seeds: Floats) -> Whole:
    """Return the number of the nearest seed (rows of u, v) of each place; of two as near, the first."""
    return np.asarray(np.argmin((u[:, None] - seeds[:, 0]) ** 2 + (v[:, None] - seeds[:, 1]) ** 2, axis=1))


def community(u: NDArray[np.number], v: NDArray[np.number]) -> Whole:
    """Return the number, in PLACES, of the community of each place."""
    return nearest(u, v, np.array([(p.u, p.v) for p in PLACES]))


def line(start: tuple[float, float], end: tuple[float, float]) -> shapely.LineString:
    """Return the bent line along the lattice, through the corners of its pieces."""
    (u0, v0), (u1, v1) = start, end
    count = max(1, round((abs(u1 - u0) + abs(v1 - v0)) * FINE))
    steps = np.arange(count + 1) / count
    return shapely.LineString(at(u0 + (u1 - u0) * steps, v0 + (v1 - v0) * steps))


def pieces(column: Whole, row: Whole) -> NDArray[np.object_]:
    """Return the polygons of the pieces of blocks, shape (len(column), FINE * FINE)."""
    ring = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])
    south, west = np.divmod(np.arange(FINE * FINE), FINE)
    u = (column[:, None, None] * FINE + west[None, :, None] + ring[:, 0]) / FINE
    v = (row[:, None, None] * FINE + south[None, :, None] + ring[:, 1]) / FINE
    return np.asarray(shapely.polygons(at(u, v)))


def territory() -> shapely.Geometry:
    """Return the office's polygon, the strip along the reservoir included."""
    return shapely.coverage_union_all(pieces(*blocks()).ravel())
