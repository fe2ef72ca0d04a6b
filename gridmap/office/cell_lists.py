"""Errands: the cells of a day with who answers for each; the cells of an edition with their geometry; its defects."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import pandas as pd

from gridmap.errors import NotFoundError
from gridmap.grid.grid import Grid
from gridmap.office.answering import answers_on, roster_of
from gridmap.office.derived import derived
from gridmap.office.gapping import coverage
from gridmap.office.wiring import Office
from gridmap.people.access import ANSWERING, cells_in_scope, refuse_unless, responsible_cells
from gridmap.people.person import Person
from gridmap.people.roster import Roster
from gridmap.store import grids

CELL_COLUMNS = ("code", "level", "parent", "name", "edition", "attended", "who", "who_name", "how", "at", "since")


@dataclass(frozen=True, eq=False)
class AnsweredGrid:
    """The grid of the day `on`: its edition, who answers for each cell (`people.answers.who_answers`), the roster."""

    on: dt.date
    edition: int
    grid: Grid
    answers: pd.DataFrame
    roster: Roster

    @cached_property
    def names(self) -> dict[str, str]:
        """The names of the cadres."""
        return dict(zip(self.roster.cadres["cadre"], self.roster.cadres["name"], strict=True))

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes of all cells."""
        return frozenset(self.grid.cells["code"])

    def seen(self, person: Person, under: str | None = None) -> frozenset[str]:
        """Return the cells in the scope of a person, below a cell. Raises NotFoundError for one he has not."""
        codes = self.codes if person.scope is None else cells_in_scope(person, self.grid.closure())
        if under is None:
            return codes
        below = codes.intersection(self.grid.members(under)) if under in self.codes else frozenset()
        if not below:
            raise NotFoundError("store.unknown_cell", cell=under, on=self.on.isoformat())
        return below

    def own(self, person: Person) -> frozenset[str]:
        """Return the cells where a person answers, as a leader or cadre: there nothing is masked for him."""
        if person.role not in ANSWERING:
            return frozenset()
        closure = self.grid.closure()
        return responsible_cells(person, self.answers, closure) & cells_in_scope(person, closure)


def answered_grid(office: Office, on: dt.date) -> AnsweredGrid:
    """Return the grid of a day with who answers, kept for the next who asks. NotFoundError for a day without one."""

    def made() -> AnsweredGrid:
        with office.reading_whole() as tx:
            edition = grids.edition_on(tx, on)
            if edition is None:
                raise NotFoundError("office.no_edition", on=on)
            answers = answers_on(office, tx, edition.id, on)
            return AnsweredGrid(on, edition.id, office.grid(tx, edition.id), answers, roster_of(office, tx))

    return derived(office, ("answered", on), made, subjects=("grid", "roster"), by_minute=False)


def own_cells(person: Person, office: Office, on: dt.date) -> frozenset[str]:
    """Return the cells where a person answers on a day, as a leader or cadre; none on a day without a grid."""
    try:
        return answered_grid(office, on).own(person)
    except NotFoundError:
        return frozenset()


def list_cells(
    person: Person, office: Office, *, on: dt.date, under: str | None = None, level: str | None = None
) -> gpd.GeoDataFrame:
    """Return the cells of a day in the person's scope, by code: CELL_COLUMNS and geometry, EPSG:4326.

    `who` (null: the coordinating team), `how`, `at` and `since` as `people.answers.who_answers` gives them; `under` and
    `level` keep those below a cell and those of a level. Raises NotFoundError for a day without a grid and a cell that
    does not exist for the person.
    """
    refuse_unless(person, "read")
    day = answered_grid(office, on)
    cells = day.grid.cells
    kept = cells["code"].isin(day.seen(person, under))
    if level is not None:
        kept &= cells["level"] == level
    rows = cells[kept].sort_values("code", ignore_index=True)
    answers = day.answers.reindex(rows["code"])
    return gpd.GeoDataFrame(
        rows.assign(
            edition=day.edition,
            attended=answers["attended"].eq(True).to_numpy(dtype=bool),
            who=answers["cadre"].to_numpy(dtype=object),
            who_name=[day.names.get(cadre) for cadre in answers["cadre"]],
            **{name: answers[name].to_numpy(dtype=object) for name in ("how", "at", "since")},
        )[[*CELL_COLUMNS, "geometry"]]
    )


def coverage_below(
    person: Person, office: Office, *, on: dt.date, under: str | None = None, level: str | None = None
) -> pd.DataFrame:
    """Return the rows of `gapping.coverage` as a list, with `code` and `name`; `under` and `level` as `list_cells`.

    The office (code "") and what is in no cell (`none`) are there without `under`, for persons without a scope.
    """
    rows = coverage(person, office, on=on)
    day = answered_grid(office, on)
    if under is not None:
        rows = rows[rows.index.isin(day.seen(person, under))]
    if level is not None:
        rows = rows[rows["level"] == level]
    names = day.grid.cells.set_index("code")["name"]
    rows = rows.reset_index()
    rows.insert(1, "name", rows["code"].map(names).astype(object))
    return rows


def edition_cells(person: Person, office: Office, edition: int) -> gpd.GeoDataFrame:
    """Return the cells of an edition in the person's scope, by code: code, level, parent, name, geometry, EPSG:4326.

    An edition never changes: what was got once need not be asked for again. NotFoundError for one that is not there.
    """
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        grid = office.grid(tx, edition)
    seen = cells_in_scope(person, grid.closure())
    return grid.cells[grid.cells["code"].isin(seen)].sort_values("code", ignore_index=True)


def list_defects(person: Person, office: Office, *, on: dt.date) -> gpd.GeoDataFrame:
    """Return the defects with which the edition of a day was published, in their order, and `number` (1, 2, ...).

    Columns of `store.grids.defects`, EPSG:4326. A person with a scope gets those of its cells. NotFoundError for a day
    without a grid.
    """
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        edition = grids.edition_on(tx, on)
        if edition is None:
            raise NotFoundError("office.no_edition", on=on)
        grid, found = office.grid(tx, edition.id), grids.defects(tx, edition.id)
    found.insert(0, "number", range(1, len(found) + 1))
    if person.scope is None:
        return found
    seen = cells_in_scope(person, grid.closure())
    return found[found[["code", "other"]].isin(seen).any(axis=1)].reset_index(drop=True)
