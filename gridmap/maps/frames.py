"""What every map file asks of a frame before it is written."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.errors import ArgumentError


def require_map(frame: object, argument: str = "frame") -> gpd.GeoDataFrame:
    """Return `frame` if it can be put on a map: a GeoDataFrame that states its CRS.

    Raises ArgumentError naming `argument`; a missing CRS is asked for, never guessed.
    """
    if not isinstance(frame, gpd.GeoDataFrame):
        raise ArgumentError("maps.not_a_frame", argument=argument, given=type(frame).__name__)
    if frame.crs is None:
        raise ArgumentError("maps.missing_crs", argument=argument)
    return frame


def require_columns(frame: object, argument: str, columns: Sequence[str]) -> gpd.GeoDataFrame:
    """Return `frame` if it can be put on a map and has `columns`.

    Raises ArgumentError naming `argument` and every column that is missing.
    """
    placed = require_map(frame, argument)
    missing = [name for name in columns if name not in placed.columns]
    if missing:
        raise ArgumentError("maps.page_columns", argument=argument, missing=", ".join(missing))
    return placed


def attributes(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the columns beside the geometry, in their order."""
    return pd.DataFrame(frame.drop(columns=frame.geometry.name))


def shapes(frame: gpd.GeoDataFrame) -> np.ndarray:
    """Return the geometries as an array of its own, in the frame's order and CRS; empty ones are missing (None)."""
    kept = np.array(frame.geometry.array, dtype=object)
    kept[shapely.is_empty(kept)] = None
    return kept


def plain(column: pd.Series) -> list[object]:
    """Return the values as plain Python ones: whatever is missing (NaN, NA, NaT, None) is None."""
    values = np.array(column.astype(object), dtype=object)
    values[column.isna().to_numpy()] = None
    kept: list[object] = values.tolist()
    return kept
