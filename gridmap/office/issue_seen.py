"""Errand: the issues of a day as a list for whoever asks from afar; the place of a home is no part of it."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import shapely

from gridmap.office.cell_lists import own_cells
from gridmap.office.homes import tells_a_home, without_places
from gridmap.office.issue_lists import EVERYTHING, Wanted, list_issues
from gridmap.office.wiring import Office
from gridmap.people.person import Person


def list_seen_issues(
    person: Person,
    office: Office,
    *,
    on: dt.date | None = None,
    as_of: dt.datetime | None = None,
    wanted: Wanted = EVERYTHING,
    bbox: tuple[float, float, float, float] | None = None,
) -> gpd.GeoDataFrame:
    """Return the issues of `list_issues`, each with its place where that is no secret.

    Of one that stands for a home it is one, but for leaders and cadres where they answer today: elsewhere the geometry
    is null, and no `bbox` (west, south, east, north; degrees) finds it.
    """
    rows = list_issues(person, office, on=on, as_of=as_of, wanted=wanted)
    homes = {name for name, layer in office.layers.items() if tells_a_home(layer)}
    at_home = rows["features"].map(lambda held: not homes.isdisjoint(layer for layer, _ in held)).astype(bool)
    foreign = ~rows["cell"].isin(own_cells(person, office, office.clock.today()))
    rows = without_places(rows, at_home & foreign)
    return rows if bbox is None else rows[rows.intersects(shapely.box(*bbox))].reset_index(drop=True)
