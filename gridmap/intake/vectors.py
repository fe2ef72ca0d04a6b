"""The layers of a vector file as plain frames: attributes as text, shapes in a real coordinate system."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS

from gridmap.errors import FileError
from gridmap.grid.crs import WGS84, parse_crs, transform_frame
from gridmap.intake import raw
from gridmap.intake.limits import Limits
from gridmap.intake.listing import drawn, from_features
from gridmap.intake.locating import ask_crs
from gridmap.intake.texts import flat_header, objects, without_brackets


def read_vectors(
    path: Path,
    *,
    crs: str | None = None,
    layer: str | None = None,
    encoding: str | None = None,
    limits: Limits | None = None,
) -> dict[str, gpd.GeoDataFrame]:
    """Return each layer of the file by name: attributes as text (object, None where empty) and `geometry`.

    A table without shapes is passed over beside a layer that has some. The shapes are as drawn, without z, open rings
    closed; they are in `crs`, else in the system that the file states; gcj02 and bd09 become EPSG:4326. Raises
    FileError for a file that is no vector file, ArgumentError for a CRS that nobody knows or that neither the caller
    nor the file states.
    """
    parts = raw.read(path, limits=limits, encoding=encoding, layer=layer)
    features = drawn([part for part in parts if isinstance(part, raw.Features)])
    if not features:
        raise FileError("intake.no_features", file=path.name)
    return {part.name: _frame(part, crs, path.name) for part in features}


def find_column(frame: gpd.GeoDataFrame, wanted: tuple[str, ...]) -> str | None:
    """Return the attribute whose header is among `wanted`, compared as headers are; the first wanted wins."""
    held = {without_brackets(flat_header(name)): name for name in reversed(frame.columns) if name != "geometry"}
    held |= {flat_header(name): name for name in reversed(frame.columns) if name != "geometry"}
    return next((held[flat_header(name)] for name in wanted if flat_header(name) in held), None)


def attributes(frame: gpd.GeoDataFrame) -> str:
    """Return the names of the attributes, for a message."""
    return ", ".join(str(name) for name in frame.columns if name != "geometry")


def _frame(features: raw.Features, crs: str | None, file: str) -> gpd.GeoDataFrame:
    listing = from_features(features, lambda _: False)
    system = parse_crs(ask_crs(crs, listing.crs, file))
    shapes = shapely.force_2d(shapely.from_wkb(listing.shapes, on_invalid="fix"))
    held = {name: objects(one.texts) for name, one in zip(listing.headers, listing.columns, strict=True)}
    held.pop("geometry", None)
    table = pd.DataFrame(held, index=pd.RangeIndex(len(listing.rows)), dtype=object)
    if isinstance(system, CRS):
        return gpd.GeoDataFrame(table, geometry=shapes, crs=system)
    return transform_frame(gpd.GeoDataFrame(table, geometry=shapes, crs=WGS84), system)
