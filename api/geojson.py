"""Frames as GeoJSON (RFC 7946)."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import orjson
from fastapi import Response

from api.paging import plain, records

MEDIA = "application/geo+json"
GEOJSON: dict[int | str, dict[str, Any]] = {
    200: {"description": "a FeatureCollection", "content": {MEDIA: {"schema": {"type": "object"}}}}
}


def collection(rows: gpd.GeoDataFrame, *, key: str) -> Response:
    """Return the rows (EPSG:4326) as a FeatureCollection, each under its `key`, with its other columns beside."""
    others = records(rows.drop(columns=rows.geometry.name))
    features = [
        {"type": "Feature", "id": told[key], "geometry": shape, "properties": told}
        for told, shape in zip(others, plain(rows.geometry), strict=True)
    ]
    return Response(orjson.dumps({"type": "FeatureCollection", "features": features}), media_type=MEDIA)
