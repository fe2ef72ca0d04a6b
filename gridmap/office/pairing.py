"""Errands: issues that are likely one and the same; jobs offered in reach of those who look for work."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from gridmap.ledger.duplicates import likely
from gridmap.ledger.issues import NOT_OPEN
from gridmap.ledger.reach import OFFERED, WANTED, consenting, offers_in_reach
from gridmap.office.issue_lists import Wanted, listed_on
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.store import grids, issues
from gridmap.store.engine import Transaction


def list_duplicates(person: Person, office: Office, *, name: str | None = None) -> pd.DataFrame:
    """Return the pairs that are likely one issue, nearest first: number, other, category, distance_m, days.

    `name`: those of one issue (its number or UUID). They are proposed: whoever knows says `duplicate`. Issues without a
    place, and pairs of which one does not exist for `person`, are not there.
    """
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        rows = listed_on(tx, person, office)
        pairs = likely(_metric(office, tx, rows)) if rows.geometry.notna().any() else pd.DataFrame()
        wanted = None if name is None else issues.find(tx, [name]).get(name, "")
    by_uuid = rows.set_index("issue")
    if pairs.empty:
        return pd.DataFrame(columns=["number", "other", "category", "distance_m", "days"])
    if wanted is not None:
        pairs = pairs[(pairs["issue"] == wanted) | (pairs["other"] == wanted)].reset_index(drop=True)
    return pd.DataFrame(
        {
            "number": pairs["issue"].map(by_uuid["number"]),
            "other": pairs["other"].map(by_uuid["number"]),
            "category": pairs["issue"].map(by_uuid["category"]),
            "distance_m": pairs["distance_m"],
            "days": pairs["days"],
        }
    )


def list_jobs(person: Person, office: Office, *, metres: float) -> pd.DataFrame:
    """Return the open job offers within `metres` of each who looks for work and agreed to be shown, nearest first.

    Columns: offer and seeker (numbers), offer_cell, distance_m. Nobody who did not agree is there, nor counted.
    """
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        rows = listed_on(tx, person, office, wanted=Wanted(categories=(OFFERED, WANTED)))
        rows = rows[~rows["state"].isin(NOT_OPEN)]
        agreed = consenting(issues.events(tx, issues=rows["issue"].tolist()))
        placed = rows[rows.geometry.notna()]
        pairs = offers_in_reach(_metric(office, tx, placed), consent=agreed, metres=metres) if len(placed) else None
    by_uuid = rows.set_index("issue")
    if pairs is None:
        return pd.DataFrame(columns=["offer", "seeker", "offer_cell", "distance_m"])
    return pd.DataFrame(
        {
            "offer": pairs["offer"].map(by_uuid["number"]),
            "seeker": pairs["seeker"].map(by_uuid["number"]),
            "offer_cell": pairs["offer"].map(by_uuid["cell"]),
            "distance_m": pairs["distance_m"],
        }
    )


def _metric(office: Office, tx: Transaction, rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the rows in the metric CRS of the grid in force today, or in the one that fits them without a grid."""
    edition = grids.edition_on(tx, office.clock.today())
    if edition is None:
        return rows.to_crs(rows.estimate_utm_crs())
    return rows.to_crs(office.grid(tx, edition.id).metric.planar)
