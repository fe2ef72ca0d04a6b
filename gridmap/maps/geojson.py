"""GeoJSON of a frame, as RFC 7946 asks for it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import orjson
import shapely

from gridmap.files import whole_file
from gridmap.maps.frames import attributes, plain, require_map, shapes

WGS84 = "EPSG:4326"
# About a centimetre: finer than any survey of an office, and half the bytes.
CENTIMETRE = 7


def to_geojson(frame: gpd.GeoDataFrame, *, decimals: int | None = None) -> bytes:
    """Return the frame as a GeoJSON FeatureCollection in UTF-8, its columns as properties, its index left out.

    Coordinates are longitude and latitude of EPSG:4326, whatever the frame's CRS; rings turn as RFC 7946 asks
    (outer ones counter-clockwise). `decimals` rounds them (`CENTIMETRE` = 7); null writes them in full. Missing values
    are null, days ISO text; a missing or empty geometry is null. Raises ArgumentError for a frame without CRS.
    """
    placed = require_map(frame).to_crs(WGS84)
    drawn = shapely.orient_polygons(shapes(placed))
    if decimals is not None:
        drawn = shapely.transform(drawn, lambda xy: np.round(xy, decimals))
    columns = attributes(placed)
    names = [str(name) for name in columns.columns]
    rows = zip(*(plain(columns.iloc[:, i]) for i in range(len(names))), strict=True) if names else [()] * len(placed)
    features = [
        {
            "type": "Feature",
            "properties": dict(zip(names, row, strict=True)),
            "geometry": geometry,
        }
        for row, geometry in zip(rows, _geometries(drawn), strict=True)
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": features}, option=orjson.OPT_SERIALIZE_NUMPY)


def _geometries(drawn: np.ndarray) -> list[object]:
    """What orjson writes for each shape: arrays of flat polygons, as cells are, for shapely's own text takes longer."""
    flat = (shapely.get_type_id(drawn) == shapely.GeometryType.POLYGON) & ~shapely.has_z(drawn)
    made = np.empty(len(drawn), dtype=object)
    made[~flat] = [
        None if text is None else orjson.Fragment(text) for text in shapely.to_geojson(drawn[~flat]).tolist()
    ]
    if flat.any():
        _, places, (rings, areas) = shapely.to_ragged_array(drawn[flat], include_z=False)
        lines = [places[start:end] for start, end in pairwise(rings.tolist())]
        made[flat] = [{"type": "Polygon", "coordinates": lines[start:end]} for start, end in pairwise(areas.tolist())]
    return made.tolist()


def write_geojson(frame: gpd.GeoDataFrame, target: Path, *, decimals: int | None = None) -> None:
    """Write what `to_geojson` gives to `target`, whole or not at all."""
    written = to_geojson(frame, decimals=decimals)
    with whole_file(target) as path:
        path.write_bytes(written)
