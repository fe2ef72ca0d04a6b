"""Errand: collections as vector tiles, each row that its reader may see, and never where a home is.

From zoom 13 on a tile shows rows, all that meet it. Below, points are told as counts of cells; homes are so at every
zoom. Rows that lie nowhere on the map are told by `describe`.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

import geopandas as gpd
import pandas as pd

from gridmap.errors import NotFoundError
from gridmap.layer import Layer
from gridmap.maps.tiles.counts import per_cell
from gridmap.maps.tiles.encode import encode
from gridmap.maps.tiles.prepared import Prepared
from gridmap.office.collected import WGS84, collected
from gridmap.office.collections import Collection, Column, collection
from gridmap.office.derived import GROUND, SUBJECTS, Slot, derived
from gridmap.office.grids import kept_grid
from gridmap.office.homes import tells_a_home
from gridmap.office.listing import cells_seen
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.store import grids
from gridmap.store.tiles import cuts_tiles, features_tile

Place = tuple[int, int, int]
"""Zoom, column from the west, row from the north."""
FIRST_ROWS = 13
"""The first zoom at which points are shown one by one."""
DEEPEST = 22
MOST = 16
"""How many collections one tile holds at the most."""
# Below the zoom on the left, points are counted by cells of this level: what is some 5 to 20 pixels wide there.
_COUNTED = ((9, "big"), (11, "middle"), (FIRST_ROWS, "small"))
_COUNTS = (Column("code"), Column("count", "integer"))
_COUNTABLE = frozenset({"point", "any"})
_UNTOLD = frozenset({"reason"})
_NO_CELLS = gpd.GeoDataFrame({"code": pd.Series(dtype="str")}, geometry=[], crs=WGS84)
_NO_PAIRS = pd.DataFrame({"cell": pd.Series(dtype="str"), "ancestor": pd.Series(dtype="str")})
_BY_MINUTE = frozenset({"gaps", "issues"})
_ROUTES = frozenset({"route_legs", "route_stops"})
_KEPT_TILES, _KEPT_BYTES = 512, 32 << 20


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


@dataclass(frozen=True, slots=True, eq=False)
class _Recent:
    """The tiles used last of a collection, by name and place. Threads may share it."""

    kept: OrderedDict[tuple[str, Place], bytes] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def tile(self, name: str, at: Place, make: Callable[[], bytes]) -> bytes:
        """Return the tile that is kept, or what `make` makes."""
        with self.lock:
            if (name, at) in self.kept:
                self.kept.move_to_end((name, at))
                return self.kept[name, at]
        made = make()
        with self.lock:
            self.kept[name, at] = made
            held = sum(map(len, self.kept.values()))
            while len(self.kept) > _KEPT_TILES or held > _KEPT_BYTES:
                held -= len(self.kept.popitem(last=False)[1])
        return made


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    """A collection ready for tiles: its rows from zoom 13 on, its counts below, by level."""

    columns: tuple[Column, ...]
    rows: Prepared
    counts: Mapping[str, Prepared]
    size: int
    unplaced: int
    recent: _Recent = field(default_factory=_Recent)

    def tile(self, name: str, at: Place) -> bytes:
        """Return what a tile holds of the collection, under this name."""
        level = next((level for below, level in _COUNTED if at[0] < below), None)
        shown = self.rows if level is None else self.counts[level]
        return self.recent.tile(name, at, lambda: encode({name: shown}, *at))


def tile(person: Person, office: Office, asked: Tiling, at: Place) -> bytes:
    """Return a tile (Mapbox Vector Tile 2.1), a layer for each collection that has something there; b"" for none.

    Raises NotFoundError for a tile that is none (zoom 0 to 22), a collection that does not exist for `person`, more
    than 16 of them, a cell that the grid of the day does not have.
    """
    refuse_unless(person, "read")
    z, x, y = at
    if not (0 <= z <= DEEPEST and 0 <= x < 1 << z and 0 <= y < 1 << z):
        raise NotFoundError("office.no_tile", last=DEEPEST)
    return b"".join(_part(person, office, asked, name, at) for name in _names(asked))


def describe(person: Person, office: Office, asked: Tiling) -> list[Described]:
    """Return what tiles tell of each collection. Raises NotFoundError as `tile` does."""
    refuse_unless(person, "read")
    layers = {name: _layer(person, office, asked, name) for name in _names(asked)}
    return [Described(name, one.columns, one.size, one.unplaced) for name, one in layers.items()]


def depends(person: Person, office: Office, asked: Tiling) -> tuple[tuple[str, ...], bool]:
    """Return on what tiles depend: the subjects of the office, and whether the clock alone may change them."""
    refuse_unless(person, "read")
    wanted = [_wanted(person, office, asked, name) for name in _names(asked)]
    subjects = dict.fromkeys(subject for one in wanted for subject in _subjects(one))
    return tuple(subjects), any(one.name in _BY_MINUTE for one in wanted)


def _names(asked: Tiling) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(asked.names))
    if len(names) > MOST:
        raise NotFoundError("office.many_collections", most=MOST)
    return names


def _wanted(person: Person, office: Office, asked: Tiling, name: str) -> Collection:
    return collection(person, office, f"cells_{asked.level or 'small'}" if name == "cells" else name)


def _subjects(wanted: Collection) -> tuple[str, ...]:
    if wanted.name in _ROUTES:
        return (*SUBJECTS, "plans")
    return GROUND if wanted.layer is not None or wanted.level is not None else SUBJECTS


def _part(person: Person, office: Office, asked: Tiling, name: str, at: Place) -> bytes:
    wanted = _wanted(person, office, asked, name)
    layer = wanted.layer
    if layer is None or at[0] < FIRST_ROWS or tells_a_home(layer) or not cuts_tiles(office.store):
        return _layer(person, office, asked, name).tile(name, at)
    slot = ("cut tiles", *_slot(person, asked, wanted))
    recent = derived(office, slot, _Recent, subjects=_subjects(wanted), by_minute=False)
    return recent.tile(name, at, lambda: _cut(person, office, asked, layer, at))


def _cut(person: Person, office: Office, asked: Tiling, layer: Layer, at: Place) -> bytes:
    """Let the database cut a tile of a layer that tells no home: the rows are those of `list_features`."""
    members = None if asked.under is None else kept_grid(person, office, on=asked.on).members(asked.under)
    with office.reading(person) as tx:
        edition = grids.edition_on(tx, asked.on)
        seen = cells_seen(person, office, tx, layer, asked.on)
        codes = members if seen is None else seen if members is None else seen.intersection(members)
        number = None if edition is None else edition.id
        return features_tile(tx, layer, at, on=asked.on, edition_id=number, codes=codes)


def _slot(person: Person, asked: Tiling, wanted: Collection) -> Slot:
    return (wanted.name, asked.on, asked.level, asked.under, person.role, person.scope, person.cadre)


def _layer(person: Person, office: Office, asked: Tiling, name: str) -> _Layer:
    wanted = _wanted(person, office, asked, name)
    return derived(
        office,
        ("tiles", *_slot(person, asked, wanted)),
        lambda: _made(person, office, asked, wanted),
        subjects=_subjects(wanted),
        as_of=asked.as_of,
        by_minute=wanted.name in _BY_MINUTE,
    )


def _made(person: Person, office: Office, asked: Tiling, wanted: Collection) -> _Layer:
    rows = collected(person, office, wanted.name, on=asked.on, as_of=asked.as_of, under=asked.under, homes=False)
    rows = rows.set_axis(rows["id"].to_numpy(dtype=object))
    columns = (Column("id"), *(one for one in wanted.columns if one.name not in _UNTOLD and "_name" not in one.name))
    shown = Prepared.of(rows[[*(one.name for one in columns), "geometry"]])
    if wanted.shape not in _COUNTABLE:
        levels = dict.fromkeys((level for _, level in _COUNTED), shown)
        return _Layer(columns, shown, levels, len(rows), len(shown.unplaced))
    drawn = rows.geometry.geom_type.isin(("Point", "MultiPoint")) | rows.geometry.isna()
    others = rows.loc[~drawn, [*(one.name for one in columns), "geometry"]]
    by_level = _by_level(person, office, asked, rows[drawn])
    counts = {level: Prepared.of(_together(found, others)) for level, found in by_level.items()}
    if wanted.layer is None or not tells_a_home(wanted.layer):
        return _Layer((*columns, *_COUNTS), shown, counts, len(rows), len(shown.unplaced))
    small = by_level["small"]
    return _Layer(_COUNTS, counts["small"], counts, len(rows), int(small.loc[small.geometry.isna(), "count"].sum()))


def _together(counts: gpd.GeoDataFrame, others: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return counts if others.empty else gpd.GeoDataFrame(pd.concat([others, counts]), crs=WGS84)


def _by_level(person: Person, office: Office, asked: Tiling, rows: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """Return the counts of rows by the cells of each level, on the grid of the day; without one all are in no cell."""
    with office.reading(person) as tx:
        edition = grids.edition_on(tx, asked.on)
        grid = None if edition is None else office.grid(tx, edition.id)
    found = {}
    for level in (level for _, level in _COUNTED):
        by = asked.level or level
        cells = _NO_CELLS if grid is None else grid.level(by).to_crs(WGS84)
        if by in rows:  # a gap names its cells of all levels
            linked = rows.assign(cell=rows[by])
        else:
            pairs = _NO_PAIRS if grid is None else grid.closure()
            above = pairs[pairs["ancestor"].isin(cells["code"])].set_index("cell")["ancestor"]
            linked = rows.assign(cell=rows["cell"].map(above))
        found[level] = per_cell(linked, cells)
    return found
