"""Errands: what is missing on a day, and how much is covered, by cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import geopandas as gpd
import pandas as pd

from gridmap.office.gap_day import GapDay, lying_in
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person


def find(
    person: Person,
    office: Office,
    *,
    on: dt.date,
    as_of: dt.datetime | None = None,
    kinds: Iterable[str] | None = None,
    under: str | None = None,
) -> gpd.GeoDataFrame:
    """Return the gaps of a day in the shape of `gaps.shape`, EPSG:4326, and `responsible_name` (null = nobody's).

    `as_of` (null = now) leaves out what the ledger was told later. `kinds` names those asked for (null = all), `under`
    keeps what lies in a cell of any level or below it. A sensitive layer has gaps only for those who may reveal, a
    sensitive duty or category also for those responsible: nobody else gets even a count. A person with a scope gets
    what lies in it. Raises NotFoundError for a day without a grid, an unknown cell and a kind that nobody computes.
    """
    refuse_unless(person, "read")
    day = GapDay(person, office, on, as_of)
    gaps = day.gaps(kinds)
    if under is not None:
        gaps = lying_in(gaps, day.ground.grid.members(under))
    names = {} if day.ground.roster is None else day.ground.roster.cadres.set_index("cadre")["name"].to_dict()
    return gaps.assign(responsible_name=gaps["responsible"].map(names).astype(object))


def coverage(person: Person, office: Office, *, on: dt.date) -> pd.DataFrame:
    """Return the coverage of a day by cell and level, as `gaps.coverage.coverage` counts it.

    A sensitive layer counts only for those who may reveal; a person with a scope gets its cells alone. Raises
    NotFoundError for a day without a grid.
    """
    refuse_unless(person, "read")
    day = GapDay(person, office, on)
    counted = day.coverage
    return counted.copy() if day.seen is None else counted[counted.index.isin(day.seen)]
