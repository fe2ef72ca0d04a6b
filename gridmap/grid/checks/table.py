"""The frame that checks and repairs work on: plain columns, codes missing rather than blank."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd


def table_of(cells: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return code, level, parent (objects, None where missing or blank) and geometry of `cells`, numbered from 0."""
    return pd.DataFrame(
        {
            "code": _text(cells["code"]),
            "level": pd.Series(np.asarray(cells["level"], dtype=object), dtype=object),
            "parent": _text(cells["parent"]),
            "geometry": np.asarray(cells.geometry, dtype=object),
        }
    )


def _text(values: pd.Series[str]) -> pd.Series[str]:
    text = np.array(values, dtype=object)
    text[pd.isna(text) | (text == "")] = None
    return pd.Series(text, dtype=object)
