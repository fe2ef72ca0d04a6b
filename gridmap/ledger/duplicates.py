"""Which issues are likely one and the same: proposed to a person, never merged (DESIGN 4, Issues)."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.errors import ArgumentError
from gridmap.ledger.issues import NOT_COUNTED, NOT_OPEN

COLUMNS = ("issue", "other", "distance_m", "days")
METRES, DAYS = 50.0, 30.0


def likely(issues: gpd.GeoDataFrame, *, metres: float = METRES, days: float = DAYS) -> pd.DataFrame:
    """Return the pairs of issues that are likely the same, nearest first: COLUMNS, on a fresh index.

    `issue` is open and was reported after `other` (at the same instant: the higher UUID is the later), which is of the
    same category, at most `metres` away, and then was open or had been closed for at most `days` (elapsed, a day is 24
    hours). `days` in the frame: how long it had been closed, 0 while it was open. Rejected issues and known duplicates
    are in no pair, nor is an issue without a category or without a place.

    `issues` has ISSUE_COLUMNS, its geometry in a metric CRS (the grid's): else ArgumentError.
    """
    metric(issues)
    placed = issues[~issues["state"].isin(NOT_COUNTED) & issues.geometry.notna() & issues["category"].notna()]
    placed = placed.sort_values(["reported_at", "issue"], ignore_index=True)
    shapes = placed.geometry.to_numpy()
    earlier, later = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=metres)
    category, ended = placed["category"].to_numpy(dtype=object), placed["closed_at"]
    is_open = ~placed["state"].isin(NOT_OPEN).to_numpy()
    keep = (earlier < later) & (category[earlier] == category[later]) & is_open[later]
    earlier, later = earlier[keep], later[keep]
    reported = placed["reported_at"].iloc[later].reset_index(drop=True)
    gap = (reported - ended.iloc[earlier].reset_index(drop=True)).dt.total_seconds().to_numpy() / 86400
    gap = np.nan_to_num(gap, nan=0.0).clip(min=0.0)
    uuids = placed["issue"].to_numpy(dtype=object)
    pairs = pd.DataFrame(
        {
            "issue": uuids[later],
            "other": uuids[earlier],
            "distance_m": shapely.distance(shapes[earlier], shapes[later]),
            "days": gap,
        }
    )
    near = pairs[pairs["days"] <= days]
    return near.sort_values(["distance_m", "days", "issue", "other"], ignore_index=True)[list(COLUMNS)]


def metric(issues: gpd.GeoDataFrame) -> None:
    """Raise ArgumentError unless the geometry of `issues` is in a metric CRS."""
    if issues.crs is None or not issues.crs.is_projected:
        raise ArgumentError("ledger.not_metric", argument="issues", crs="-" if issues.crs is None else issues.crs.name)
