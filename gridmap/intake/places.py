"""Read the places that the rows of a register may be joined to: parcels, buildings, doors."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.errors import ArgumentError
from gridmap.grid.crs import transform_frame
from gridmap.intake.limits import Limits
from gridmap.intake.vectors import attributes, find_column, read_vectors


def read_places(
    path: Path,
    column: str,
    *,
    crs: str | None = None,
    layer: str | None = None,
    encoding: str | None = None,
    limits: Limits | None = None,
) -> gpd.GeoDataFrame:
    """Return the places of a vector file in EPSG:4326: `key` (the text in `column`) and `geometry`.

    What has no key or no shape is left out; a key that stands twice stays twice, and is ambiguous where it is joined.
    Raises FileError as `read_vectors`, ArgumentError for a column that no layer of the file has and for a missing CRS.
    """
    layers = read_vectors(path, crs=crs, layer=layer, encoding=encoding, limits=limits)
    found = [(frame, held) for frame in layers.values() if (held := find_column(frame, (column,))) is not None]
    if not found:
        there = "; ".join(attributes(frame) for frame in layers.values())
        raise ArgumentError("intake.no_column", argument="column", file=path.name, given=column, columns=there)
    places = [
        transform_frame(gpd.GeoDataFrame({"key": frame[held]}, geometry=frame.geometry, crs=frame.crs))
        for frame, held in found
    ]
    known = pd.concat(places, ignore_index=True)
    shapes = known.geometry.to_numpy()
    placed = known["key"].notna().to_numpy() & ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    return gpd.GeoDataFrame(known[placed].reset_index(drop=True), geometry="geometry", crs=places[0].crs)
