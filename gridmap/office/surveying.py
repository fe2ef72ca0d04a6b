"""Errand: every street of a cell once, in evenings: a walk for a survey of lamps."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd

from gridmap.errors import NotFoundError
from gridmap.office.route_plans import network_on
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless, refuse_unless_in
from gridmap.people.person import Person
from gridmap.store import grids
from gridmap.streets.walk import edges_within, walk


def survey_walk(person: Person, office: Office, cell: str, *, on: dt.date, budget_m: float) -> gpd.GeoDataFrame:
    """Return a walk over every street whose middle lies in a cell, an evening a row, in their order; EPSG:4326.

    Columns: evening (from 1), metres, street_m (of them, surveyed), geometry. `budget_m`: the most metres of an
    evening. Raises NotFoundError for a day without a grid, an unknown cell and a cell without a street, ArgumentError
    for a street longer than the budget.
    """
    refuse_unless(person, "plan")
    with office.reading(person) as tx:
        edition = grids.edition_on(tx, on)
        if edition is None:
            raise NotFoundError("office.no_edition", on=on)
        grid = office.grid(tx, edition.id)
        area = grid.cells.loc[grid.cells["code"] == cell, "geometry"]
        if area.empty:
            raise NotFoundError("store.unknown_cell", cell=cell, on=on.isoformat())
        refuse_unless_in(person, "plan", cell, grid.closure())
        network = network_on(office, tx, on)
    edges = edges_within(network, area.to_crs(network.crs).iloc[0])
    if not len(edges):
        raise NotFoundError("office.no_street_in", cell=cell, on=on)
    parts = walk(network, edges).evenings(budget_m)
    columns = {
        "evening": range(1, len(parts) + 1),
        "metres": [part.metres_m for part in parts],
        "street_m": [part.street_m for part in parts],
    }
    return gpd.GeoDataFrame(columns, geometry=[part.ground() for part in parts], crs=network.crs)
