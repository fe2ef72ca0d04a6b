"""A collection as a layer of tiles: its rows from zoom 13 on, below its points as counts of cells; homes always so.

What all tiles share is made once and held ready, until something changes that it depends on. Of a layer that is too
large for that the database cuts each tile by itself, where it can.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.layer import Layer
from gridmap.maps.tiles.counts import per_cell
from gridmap.maps.tiles.encode import encode
from gridmap.maps.tiles.prepared import Prepared
from gridmap.office.collected import WGS84, collected
from gridmap.office.collections import Collection, Column
from gridmap.office.derived import GROUND, SUBJECTS, Slot, derived
from gridmap.office.grids import kept_grid
from gridmap.office.homes import tells_a_home
from gridmap.office.listing import cells_seen
from gridmap.office.wiring import Office
from gridmap.people.person import Person
from gridmap.store import grids
from gridmap.store.tiles import cuts_tiles, features_tile

T = TypeVar("T")
Place = tuple[int, int, int]
"""Zoom, column from the west, row from the north."""
FIRST_ROWS = 13
"""The first zoom at which points are shown one by one."""
# Below the zoom on the left, points are counted by cells of this level: what is some 5 to 20 pixels wide there.
_COUNTED = ((9, "big"), (11, "middle"), (FIRST_ROWS, "small"))
_COUNTS = (Column("code"), Column("count", "integer"))
_COUNTABLE = frozenset({"point", "any"})
_UNTOLD = frozenset({"reason"})
_NO_CELLS = gpd.GeoDataFrame({"code": pd.Series(dtype="str")}, geometry=[], crs=WGS84)
_NO_PAIRS = pd.DataFrame({"cell": pd.Series(dtype="str"), "ancestor": pd.Series(dtype="str")})
_BY_MINUTE = frozenset({"gaps", "issues"})
_ROUTES = frozenset({"route_legs", "route_stops"})


@dataclass(frozen=True, slots=True)
class Tiling:
    """What is asked of tiles: the collections, the day, what was known at `as_of` (null: now), which cells.

    `level`: of which cells `cells` are, and by which cells things are counted (null: small cells, as the zoom asks).
    `under`: only what lies in this cell or below it.
    """

    names: tuple[str, ...]
    on: dt.date
    as_of: dt.datetime | None = None
    level: str | None = None
    under: str | None = None


@dataclass(frozen=True, slots=True)
class Described:
    """A collection as tiles tell it: its columns, how many rows it has, and how many of them no tile can show."""

    name: str
    columns: tuple[Column, ...]
    rows: int
    unplaced: int


@dataclass(frozen=True, slots=True)
class TileLayer:
    """A collection as somebody may see it, under the `name` that tiles give it."""

    person: Person
    office: Office
    asked: Tiling
    name: str
    wanted: Collection

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects of the office that it depends on."""
        if self.wanted.name in _ROUTES:
            return (*SUBJECTS, "plans")
        return GROUND if self._lies_on_the_ground else SUBJECTS

    @property
    def by_minute(self) -> bool:
        """Whether the clock alone may change it."""
        return self.wanted.name in _BY_MINUTE

    @property
    def sight(self) -> Hashable:
        """What tells apart for whom there are other rows: where nothing is sensitive, the scope alone."""
        person, layer = self.person, self.wanted.layer
        if self._lies_on_the_ground and not (layer is not None and layer.sensitive):
            return person.scope
        return person.role, person.scope, person.cadre

    def tile(self, at: Place) -> bytes:
        """Return what a tile holds of it; b"" for nothing."""
        level = next((level for below, level in _COUNTED if at[0] < below), None)
        if self._countable and (level is not None or self._home):
            return encode({self.name: self._counts(level or "small")}, *at)
        rows = self._rows()
        if rows is None and self.wanted.layer is not None:
            return self._cut(self.wanted.layer, at)
        return b"" if rows is None else encode({self.name: rows}, *at)

    def described(self) -> Described:
        """Return what tiles tell of it."""
        return self._kept(f"tiles told {self.name}", self._describe)

    @property
    def _lies_on_the_ground(self) -> bool:
        return self.wanted.layer is not None or self.wanted.level is not None

    @property
    def _home(self) -> bool:
        return self.wanted.layer is not None and tells_a_home(self.wanted.layer)

    @property
    def _countable(self) -> bool:
        return self.wanted.shape in _COUNTABLE

    @property
    def _columns(self) -> tuple[Column, ...]:
        told = (one for one in self.wanted.columns if one.name not in _UNTOLD and "_name" not in one.name)
        return (Column("id"), *told)

    def _kept(self, what: str, make: Callable[[], T]) -> T:
        asked = self.asked
        slot: Slot = (what, self.wanted.name, asked.on, asked.level, asked.under, self.sight)
        return derived(self.office, slot, make, subjects=self.subjects, as_of=asked.as_of, by_minute=self.by_minute)

    def _rows(self) -> Prepared | None:
        """Return the rows ready for tiles; null where the database cuts them."""

        def make() -> Prepared | None:
            if self.wanted.layer is not None:
                with self.office.reading(self.person) as tx:
                    if cuts_tiles(tx, self.wanted.layer):
                        return None
            return Prepared.of(self._told(self._collected()))

        return self._kept("tile rows", make)

    def _counts(self, level: str) -> Prepared:
        """Return the points as counts of cells, and the other rows as they are, ready for tiles."""

        def make() -> Prepared:
            rows = self._collected()
            points = _are_points(rows)
            counted, others = self._per_cell(rows[points], level), self._told(rows[~points])
            return Prepared.of(counted if others.empty else gpd.GeoDataFrame(pd.concat([others, counted]), crs=WGS84))

        return self._kept(f"tile counts {level}", make)

    def _describe(self) -> Described:
        rows = self._collected()
        if self._countable and self._home:
            counted = self._per_cell(rows[_are_points(rows)], "small")
            return Described(self.name, _COUNTS, len(rows), int(counted.loc[counted.geometry.isna(), "count"].sum()))
        columns = (*self._columns, *_COUNTS) if self._countable else self._columns
        return Described(self.name, columns, len(rows), len(Prepared.of(rows[["geometry"]]).unplaced))

    def _collected(self) -> gpd.GeoDataFrame:
        asked = self.asked
        rows = collected(
            self.person, self.office, self.wanted.name, on=asked.on, as_of=asked.as_of, under=asked.under, homes=False
        )
        return rows.set_axis(rows["id"].to_numpy(dtype=object))

    def _told(self, rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return rows[[*(one.name for one in self._columns), "geometry"]]

    def _per_cell(self, rows: gpd.GeoDataFrame, level: str) -> gpd.GeoDataFrame:
        """Return the counts of rows by the cells of a level on the day; without a grid all are in no cell."""
        with self.office.reading(self.person) as tx:
            edition = grids.edition_on(tx, self.asked.on)
            grid = None if edition is None else self.office.grid(tx, edition.id)
        by = self.asked.level or level
        cells = _NO_CELLS if grid is None else grid.level(by).to_crs(WGS84)
        if by in rows:  # a gap names its cells of all levels
            return per_cell(rows.assign(cell=rows[by]), cells)
        pairs = _NO_PAIRS if grid is None else grid.closure()
        above = pairs[pairs["ancestor"].isin(cells["code"])].set_index("cell")["ancestor"]
        return per_cell(rows.assign(cell=rows["cell"].map(above)), cells)

    def _cut(self, layer: Layer, at: Place) -> bytes:
        """Let the database cut a tile of a layer that tells no home: the rows are those of `list_features`."""
        person, office, asked = self.person, self.office, self.asked
        members = None if asked.under is None else kept_grid(person, office, on=asked.on).members(asked.under)
        with office.reading(person) as tx:
            edition = grids.edition_on(tx, asked.on)
            seen = cells_seen(person, office, tx, layer, asked.on)
            codes = members if seen is None else seen if members is None else seen.intersection(members)
            number = None if edition is None else edition.id
            return features_tile(tx, layer, at, on=asked.on, edition_id=number, codes=codes)


def _are_points(rows: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (rows.geometry.geom_type.isin(("Point", "MultiPoint")) | rows.geometry.isna()).to_numpy()
    return found
