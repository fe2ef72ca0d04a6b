"""GeoParquet of a frame, for analysts."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from gridmap.files import whole_file
from gridmap.maps.frames import require_map


def write_geoparquet(frame: gpd.GeoDataFrame, target: Path) -> None:
    """Write the frame to `target` as GeoParquet 1.1 (zstd, with bounding boxes to filter by), whole or not at all.

    The CRS, the column types and the nulls stay as they are; the index is left out. Raises ArgumentError for a frame
    without CRS.
    """
    placed = require_map(frame)
    with whole_file(target) as path:
        placed.to_parquet(path, index=False, compression="zstd", schema_version="1.1.0", write_covering_bbox=True)
