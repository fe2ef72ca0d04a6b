"""The slow and certain way to link points, and cells of every awkward kind to link them to."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmarks.partition import partition
from gridmap.grid.grid import Grid

CRS = "EPSG:4547"


def as_cells(shapes: NDArray[np.object_], rng: np.random.Generator, codes: list[str] | None = None) -> gpd.GeoDataFrame:
    """Return `shapes` as small cells in random row order; codes are numbers in a random order of their own."""
    count = len(shapes)
    code = np.array(codes or [f"{number:04d}" for number in range(count)], dtype=object)[rng.permutation(count)]
    frame = gpd.GeoDataFrame({"code": code, "level": "small", "parent": None, "name": ""}, geometry=shapes, crs=CRS)
    return frame.iloc[rng.permutation(count)]


def oracle(cells: gpd.GeoDataFrame, x: NDArray[np.float64], y: NDArray[np.float64]) -> list[str]:
    """Return the lowest code of the cells that STRtree + intersects find for each point, "" if none."""
    cells = cells[cells["code"].fillna("") != ""]
    placed = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    points = shapely.points(x[placed], y[placed])
    at, cell = shapely.STRtree(cells.geometry.to_numpy()).query(points, predicate="intersects")
    found = [""] * len(x)
    for point, code in zip(placed[at], cells["code"].to_numpy()[cell], strict=True):
        found[point] = min(found[point] or code, code)
    return found


def awkward_points(cells: gpd.GeoDataFrame, rng: np.random.Generator, each: int = 40) -> tuple[NDArray, NDArray]:
    """Return points on vertices, on and beside edges, on the hull, outside, far away, huge, not finite, twice."""
    shapes = cells.geometry.to_numpy()
    west, south, east, north = shapely.total_bounds(shapes)
    size = max(east - west, north - south)
    lines = shapely.boundary(shapes)
    vertices = shapely.get_coordinates(shapes)
    on_edge = shapely.get_coordinates(shapely.line_interpolate_point(lines, rng.random(len(lines)), normalized=True))
    middle = (vertices[1:] + vertices[:-1]) / 2
    hull = shapely.get_coordinates(shapely.convex_hull(shapely.multipoints(vertices)))
    around = rng.uniform([west - size / 5, south - size / 5], [east + size / 5, north + size / 5], (4 * each, 2))
    corners = np.array([[west, south], [east, north], [west, north], [east, south]])
    nudged = rng.choice(np.concatenate([vertices, on_edge, corners]), 2 * each)
    far = np.array([[1e9, 1e9], [-1e300, 1e300], [np.inf, 0], [np.nan, south], [west, -np.inf], [0, 0], [1e308, 0]])
    points = np.concatenate(
        [
            *(rng.choice(kind, min(each, len(kind)), replace=False) for kind in (vertices, on_edge, middle, hull)),
            np.nextafter(nudged, rng.choice([-np.inf, np.inf], nudged.shape)),
            nudged + rng.normal(scale=size * 1e-6, size=nudged.shape),
            around,
            corners,
            far,
        ]
    )
    points = np.concatenate([points, points[:each]])[rng.permutation(len(points) + each)]
    return points[:, 0], points[:, 1]


def agrees(cells: gpd.GeoDataFrame, rng: np.random.Generator, each: int = 40) -> None:
    """Assert that the grid links awkward points to the codes of the oracle."""
    x, y = awkward_points(cells, rng, each)
    found = Grid(cells).link(gpd.GeoSeries(shapely.points(x, y), crs=CRS))
    assert list(found.fillna("")) == oracle(cells, x, y)


def _jittered(count: int, rng: np.random.Generator) -> NDArray[np.object_]:
    return partition(count, int(rng.integers(4, 40)), int(rng.integers(1 << 30))).geometry.to_numpy()


def _voronoi(count: int, rng: np.random.Generator) -> NDArray[np.object_]:
    cells = shapely.voronoi_polygons(shapely.multipoints(rng.uniform(0, 1000, (max(count, 2), 2))))
    return shapely.get_parts(cells)


def _straight_cuts(count: int, rng: np.random.Generator) -> NDArray[np.object_]:
    """Long straight edges: a square cut by lines from side to side."""
    cuts = max(2, int(count**0.5))
    ends = rng.uniform(0, 1000, (cuts, 2))
    across = [
        shapely.LineString([(0, a), (1000, b)] if flat else [(a, 0), (b, 1000)])
        for (a, b), flat in zip(ends, rng.random(cuts) < 0.5, strict=True)
    ]
    noded = shapely.union_all([shapely.box(0, 0, 1000, 1000).exterior, *across])
    return shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))


def _holed(count: int, rng: np.random.Generator) -> NDArray[np.object_]:
    """Cells with holes, some of them filled by another cell, some open."""
    shapes = []
    for number in range(-(-count // 2)):
        x, y = 40 * (number % 20), 40 * (number // 20)
        inner = shapely.Point(x + 20, y + 20).buffer(float(rng.uniform(2, 15)), quad_segs=int(rng.integers(1, 8)))
        shapes.append(shapely.difference(shapely.box(x, y, x + 40, y + 40), inner))
        if rng.random() < 0.7:
            shapes.append(inner)
    return np.array(shapes, dtype=object)


def _islands(count: int, rng: np.random.Generator) -> NDArray[np.object_]:
    """Multipolygons of specks far apart, overlapping where they meet."""
    centres = rng.uniform(0, 1e5, (count, 3, 2))
    specks = shapely.buffer(shapely.points(centres), rng.uniform(1, 3000, (count, 3)), quad_segs=3)
    return shapely.union_all(specks, axis=1)


def _overlapping(count: int, rng: np.random.Generator) -> NDArray[np.object_]:
    """Wide cells over one another, covering whole stretches without an edge there, duplicates among them."""
    low = rng.uniform(0, 100, (count, 2))
    high = low + rng.uniform(1, 100, (count, 2))
    boxes = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    boxes[rng.integers(count)] = boxes[rng.integers(count)]
    return boxes


def _splinters(count: int, rng: np.random.Generator) -> NDArray[np.object_]:
    """Triangles as long as the whole and thinner than a pixel."""
    a, b = rng.uniform(0, 1000, (2, count, 2))
    c = b + rng.normal(scale=rng.choice([1e-9, 1e-3, 1.0]), size=(count, 2))
    return shapely.polygons(np.stack([a, b, c], axis=1))


KINDS = (_jittered, _voronoi, _straight_cuts, _holed, _islands, _overlapping, _splinters)
kinds = st.sampled_from(KINDS)
