"""Which jobs are offered within reach of those who look for one, and agreed to be shown."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.ledger.duplicates import metric
from gridmap.ledger.issues import NOT_OPEN

OFFERED, WANTED = "job_offered", "job_wanted"
COLUMNS = ("offer", "seeker", "distance_m")


def consenting(events: pd.DataFrame) -> frozenset[str]:
    """Return the issues (UUIDs) whose report, in a frame of EVENT_COLUMNS, says `consent`: true."""
    reports = events[events["act"] == "report"]
    agreed = [said.get("consent") is True for said in reports["said"]]
    return frozenset(reports["issue"].to_numpy(dtype=object)[agreed])


def offers_in_reach(issues: gpd.GeoDataFrame, *, consent: frozenset[str], metres: float) -> pd.DataFrame:
    """Return the open offers within `metres` of each open issue of somebody who looks for work: COLUMNS, nearest first.

    Only seekers whose issue is in `consent` are there at all. `issues` has ISSUE_COLUMNS, its geometry in a metric CRS:
    else ArgumentError; an issue without a place is in no pair.
    """
    metric(issues)
    there = issues[~issues["state"].isin(NOT_OPEN) & issues.geometry.notna()]
    offers = there[there["category"] == OFFERED]
    seekers = there[(there["category"] == WANTED) & there["issue"].isin(consent)]
    shapes, wanted = offers.geometry.to_numpy(), seekers.geometry.to_numpy()
    seeker, offer = shapely.STRtree(shapes).query(wanted, predicate="dwithin", distance=metres)
    pairs = pd.DataFrame(
        {
            "offer": offers["issue"].to_numpy(dtype=object)[offer],
            "seeker": seekers["issue"].to_numpy(dtype=object)[seeker],
            "distance_m": shapely.distance(shapes[offer], wanted[seeker]),
        }
    )
    return pairs.sort_values(["distance_m", "offer", "seeker"], ignore_index=True)[list(COLUMNS)]
