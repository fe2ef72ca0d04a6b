"""Tiles read back: by mapbox-vector-tile, by GDAL, and command by command as the specification says."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import mapbox_vector_tile
import numpy as np
import pyogrio
import shapely
from mapbox_vector_tile.Mapbox import vector_tile_pb2

TILE = (15, 26811, 14271)
"""A tile at Dapeng."""


def decoded(written: bytes, layer: str = "things") -> list[dict]:
    """The features of a layer: geometry in units with y to the south, properties, id."""
    if not written:
        return []
    features = mapbox_vector_tile.decode(written, default_options={"y_coord_down": True})[layer]["features"]
    return [feature | {"geometry": shapely.geometry.shape(feature["geometry"])} for feature in features]


def by_gdal(written: bytes, tile: tuple[int, int, int], folder: Path, layer: str = "things") -> gpd.GeoDataFrame:
    """A layer as GDAL's driver MVT places it on the ground, the buffer included."""
    path = folder / "tile.pbf"
    path.write_bytes(written)
    z, x, y = map(str, tile)
    return pyogrio.read_dataframe(path, layer=layer, Z=z, X=x, Y=y, CLIP="NO")


def message(written: bytes) -> vector_tile_pb2.tile:
    """The protobuf message itself."""
    read = vector_tile_pb2.tile()
    read.ParseFromString(written)
    return read


def paths(geometry: list[int]) -> list[np.ndarray]:
    """The vertices of each MoveTo and what follows it; fails where a command has no place in a tile."""
    found, cursor, at = [], np.zeros(2, dtype=int), 0
    while at < len(geometry):
        command, count = geometry[at] & 7, geometry[at] >> 3
        at += 1
        if command == 7:
            assert count == 1
            continue
        assert command in {1, 2}
        assert count > 0
        steps = np.array([(n >> 1) ^ -(n & 1) for n in geometry[at : at + 2 * count]]).reshape(-1, 2)
        at += 2 * count
        line = cursor + np.cumsum(steps, axis=0)
        cursor = line[-1]
        if command == 1:
            found.append(line)
        else:
            assert (steps != 0).any(axis=1).all(), "a LineTo that stays where it is"
            found[-1] = np.vstack([found[-1], line])
    return found


def turned(ring: np.ndarray) -> float:
    """The area of a ring by the surveyor's formula, y to the south: positive for an outer one."""
    closed = np.vstack([ring, ring[:1]])
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(closed.tolist())) / 2


def in_metres(shape: shapely.Geometry, square: tuple[float, float, float, float], extent: int) -> shapely.Geometry:
    """A shape in units of a tile, on the ground in EPSG:3857."""
    unit = (square[2] - square[0]) / extent
    return shapely.transform(shape, lambda xy: xy * [unit, -unit] + [square[0], square[3]])
