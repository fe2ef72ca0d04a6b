"""Errands on the grid: check it, publish it as an edition, hand it out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from gridmap.errors import NotFoundError
from gridmap.grid.check import REFUSING
from gridmap.grid.grid import Grid
from gridmap.office.auditing import note
from gridmap.office.linking import link_versions
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless, refuse_unless_everywhere
from gridmap.people.person import Person
from gridmap.people.roster import ASSIGNMENT_COLUMNS
from gridmap.store import grids, links, people, registers
from gridmap.store.engine import Transaction

WGS84 = "EPSG:4326"


@dataclass(frozen=True, slots=True)
class GridReport:
    """What publishing a grid did: the edition (null if it was refused), its defects, and the rows linked anew.

    `ended`: the assignments whose code the edition does not have, as they were; they end on its first day. Columns of
    `people.roster`.
    """

    edition: int | None
    cells: int
    defects: gpd.GeoDataFrame
    linked: int
    unlinked: int
    ended: pd.DataFrame

    @property
    def refusing(self) -> int:
        """How many of the defects refuse an edition."""
        return int(self.defects["kind"].isin(REFUSING).sum())


def publish_grid(
    person: Person,
    office: Office,
    grid: Grid,
    *,
    name: str,
    valid_from: dt.date,
    territory: gpd.GeoDataFrame | None = None,
) -> GridReport:
    """Keep `grid` as the edition in force from `valid_from`, and link every row that is in force then or later.

    Code defects, orphans and invalid geometry refuse the edition; other defects are kept with it and become gaps. The
    grid may be in any CRS that `Grid` takes; it is kept in EPSG:4326. Raises ConflictError where an edition begins on
    or after `valid_from`.
    """
    refuse_unless_everywhere(person, "publish")
    defects = grid.check(territory, gap_width=office.settings.gap_width_m)
    if defects["kind"].isin(REFUSING).any():
        return GridReport(None, len(grid.cells), defects, 0, 0, pd.DataFrame(columns=list(ASSIGNMENT_COLUMNS)))
    kept = Grid(grid.cells.to_crs(WGS84))
    land = None if territory is None else territory.to_crs(WGS84).union_all()
    with office.reading(person) as tx:
        token, found = _link_all(office, tx, kept, valid_from)
    at = office.clock.now()
    with office.writing(person) as tx:
        if _state(office, tx) != token:
            token, found = _link_all(office, tx, kept, valid_from)
        edition = grids.publish(
            tx,
            kept.cells,
            kept.closure(),
            defects.to_crs(WGS84),
            name=name,
            valid_from=valid_from,
            territory=land,
            at=at,
            account=person.account,
        )
        links.write_links(tx, found.assign(edition_id=edition))
        ended = people.end_assignments(tx, kept.cells["code"].tolist(), on=valid_from)
        counts = {"cells": len(kept.cells), "defects": len(defects), "ended": len(ended)}
        detail = {"name": name, "valid_from": valid_from.isoformat(), **counts}
        note(tx, person, action="publish", subject=f"edition {edition}", detail=detail)
    linked = int(found.loc[found["code"].notna(), "version_id"].nunique())
    rows = int(found["version_id"].nunique())
    return GridReport(edition, len(kept.cells), defects, linked, rows - linked, ended)


def kept_grid(person: Person, office: Office, *, on: dt.date) -> Grid:
    """Return the grid in force on a day. Raises NotFoundError if there is none."""
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        edition = grids.edition_on(tx, on)
        if edition is None:
            raise NotFoundError("office.no_edition", on=on)
        return office.grid(tx, edition.id)


def kept_territory(person: Person, office: Office, *, on: dt.date) -> gpd.GeoDataFrame | None:
    """Return the territory given with the edition in force on a day, EPSG:4326; null if none was given."""
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        edition = grids.edition_on(tx, on)
        land = None if edition is None else grids.territory(tx, edition.id)
    return None if land is None else gpd.GeoDataFrame(geometry=[land], crs=WGS84)


def list_editions(person: Person, office: Office) -> pd.DataFrame:
    """Return the editions: id, name, valid_from, valid_to."""
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        return grids.editions(tx)


def _state(office: Office, tx: Transaction) -> tuple[tuple[int, ...], ...]:
    return tuple(registers.token(tx, name) for name in office.layers)


def _link_all(
    office: Office, tx: Transaction, grid: Grid, valid_from: dt.date
) -> tuple[tuple[tuple[int, ...], ...], pd.DataFrame]:
    """Links (by version_id) of every version in force on or after `valid_from`, and the state they were made on."""
    versions = links.versions_to_link(tx, from_day=valid_from, to_day=None)
    return _state(office, tx), link_versions(office.layers, versions, 0, grid, snap=office.settings.snap_m)
