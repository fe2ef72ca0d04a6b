"""Which layers tell where somebody lives."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from gridmap.layer import Layer


def tells_a_home(layer: Layer) -> bool:
    """Return whether the place of a feature is personal: the layer is sensitive, or its address is not public."""
    address = layer.by_name.get("address")
    return layer.sensitive or (address is not None and address.mark != "public")


def without_places(rows: gpd.GeoDataFrame, hidden: pd.Series) -> gpd.GeoDataFrame:
    """Return the rows, those that are `hidden` without their geometry."""
    shapes = rows.geometry.to_numpy().copy()
    shapes[hidden.to_numpy(dtype=bool)] = None
    return rows.set_geometry(gpd.GeoSeries(shapes, index=rows.index, crs=rows.crs))
