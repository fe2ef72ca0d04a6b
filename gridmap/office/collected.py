"""Errand: the rows of a collection on a day, as a map that several look at may tell of them.

The place of what tells a home is there only for leaders and cadres who answer for it today; so is which home it is
that a gap or an issue stands for. All else is what the errands of each kind give to the person who asks.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridmap.errors import NotFoundError
from gridmap.layer import Layer
from gridmap.office.answering import answers_on, roster_of
from gridmap.office.collections import LEVELS, Collection, collection
from gridmap.office.derived import SUBJECTS, derived
from gridmap.office.gapping import find
from gridmap.office.grids import kept_grid
from gridmap.office.homes import tells_a_home
from gridmap.office.issue_lists import list_issues
from gridmap.office.listing import list_features
from gridmap.office.route_rows import route_legs, route_stops
from gridmap.office.wiring import Office
from gridmap.people.access import ANSWERING, cells_in_scope, refuse_unless, responsible_cells
from gridmap.people.person import Person
from gridmap.store import grids
from gridmap.words import say

WGS84 = "EPSG:4326"
_LEVELS = ("small", "middle", "big")
_SUBJECTS = (*SUBJECTS, "plans")


@dataclass(frozen=True, slots=True)
class Collecting:
    """What is asked of a collection: who asks, the day, what was known at `as_of` (null: now), the language.

    `homes`: he is shown the homes that he answers for.
    """

    person: Person
    office: Office
    on: dt.date
    as_of: dt.datetime | None
    lang: str
    homes: bool


def collected(
    person: Person,
    office: Office,
    name: str,
    *,
    on: dt.date,
    as_of: dt.datetime | None = None,
    under: str | None = None,
    lang: str = "en",
    homes: bool = True,
) -> gpd.GeoDataFrame:
    """Return the rows of a collection on a day: `id` (text, unique), its columns, geometry (EPSG:4326); by id.

    `as_of` (null: now) leaves out of gaps and issues what was recorded later. `under` keeps what lies in a cell of any
    level or below it. Without `homes` no home has a place, whoever asks. It belongs to all who ask alike: change
    nothing in it. Raises NotFoundError for a collection that does not exist for `person`, a day without a grid and an
    unknown cell.
    """
    refuse_unless(person, "read")
    wanted = collection(person, office, name)
    asked = Collecting(person, office, on, as_of, lang, homes)
    # Kept for the pages that follow: what may be seen by whom is in it, so that it is kept by who he is.
    slot = ("collected", name, on, under, lang, homes, person.role, person.scope, person.cadre)
    return derived(office, slot, lambda: _worked_out(asked, wanted, under), subjects=_SUBJECTS, as_of=as_of)


def _worked_out(asked: Collecting, wanted: Collection, under: str | None) -> gpd.GeoDataFrame:
    rows = _of_layer(asked, wanted.layer) if wanted.layer is not None else _OTHERS[wanted.name](asked)
    if under is not None:
        grid = kept_grid(asked.person, asked.office, on=asked.on)
        members = grid.members(under)
        if wanted.cells:
            rows = rows[rows[list(wanted.cells)].isin(members).any(axis=1)]
        else:
            rows = rows[rows.intersects(grid.cells.set_index("code").to_crs(WGS84).geometry[under])]
    named = rows[["id", *(one.name for one in wanted.columns), "geometry"]]
    return named.sort_values("id", kind="stable").reset_index(drop=True)


def bounds(person: Person, office: Office, *, on: dt.date) -> tuple[float, float, float, float]:
    """Return the box of the grid in force on a day (west, south, east, north; degrees); NotFoundError without one."""
    west, south, east, north = kept_grid(person, office, on=on).cells.to_crs(WGS84).total_bounds
    return float(west), float(south), float(east), float(north)


def _cells_of(level: str) -> Callable[[Collecting], gpd.GeoDataFrame]:
    def cells(asked: Collecting) -> gpd.GeoDataFrame:
        person, office = asked.person, asked.office
        with office.reading(person) as tx:
            edition = grids.edition_on(tx, asked.on)
            if edition is None:
                raise NotFoundError("office.no_edition", on=asked.on)
            grid = office.grid(tx, edition.id)
            answers = answers_on(office, tx, edition.id, asked.on)
            names = _names(roster_of(office, tx).cadres)
        held = grid.level(level).to_crs(WGS84)
        held = held[held["code"].isin(cells_in_scope(person, grid.closure()))]
        said = answers.reindex(held["code"])
        return held.assign(
            id=held["code"],
            cadre=said["cadre"].to_numpy(dtype=object),
            cadre_name=[names.get(cadre) for cadre in said["cadre"]],
            how=said["how"].to_numpy(dtype=object),
            since=said["since"].to_numpy(dtype=object),
            attended=said["attended"].eq(True).to_numpy(dtype=bool),
        )

    return cells


def _of_layer(asked: Collecting, layer: Layer) -> gpd.GeoDataFrame:
    rows = list_features(asked.person, asked.office, layer.name, on=asked.on)
    if tells_a_home(layer):
        rows = _without_places(rows, ~rows["cell"].isin(_own_cells(asked)).to_numpy(dtype=bool))
    return rows.assign(id=rows["key"])


def _gaps(asked: Collecting) -> gpd.GeoDataFrame:
    found = find(asked.person, asked.office, on=asked.on, as_of=asked.as_of).to_crs(WGS84)
    foreign = ~found[list(_LEVELS)].isin(_own_cells(asked)).any(axis=1).to_numpy(dtype=bool)
    homes = _homes(asked.office)
    kinds = found["subject"].str.split(" ").str[0]
    hidden = foreign & kinds.isin(homes).to_numpy(dtype=bool)
    stands = np.array([not homes.isdisjoint(inputs.get("layers", ())) for inputs in found["inputs"]], dtype=bool)
    reasons = zip(found["reason"], found["inputs"], hidden, strict=True)
    told = found.assign(
        subject=found["subject"].where(~hidden, kinds).to_numpy(dtype=object),
        reason=[_reason(code, inputs, asked.lang, secret=secret) for code, inputs, secret in reasons],
    )
    shown = _without_places(told, hidden | (foreign & stands))
    return shown.assign(id=_digests(shown))


def _reason(code: str, inputs: Mapping[str, object], lang: str, *, secret: bool) -> str:
    return say("office.map_hidden", lang) if secret else say(code, lang, **inputs)


def _digests(gaps: gpd.GeoDataFrame) -> list[str]:
    """Return a name of each gap, made of nothing but what is shown of it: the same as long as it is the same gap."""
    shown = gaps[["kind", "subject", *_LEVELS]].astype(object)
    plain = shown.where(shown.notna(), None)
    counts = plain.groupby(list(plain.columns), dropna=False).cumcount()
    rows = zip(*(plain[name] for name in plain.columns), counts.tolist(), strict=True)
    return [f"{row[0]}-{hashlib.sha256(orjson.dumps(row)).hexdigest()[:16]}" for row in rows]


def _issues(asked: Collecting) -> gpd.GeoDataFrame:
    rows = list_issues(asked.person, asked.office, on=asked.on, as_of=asked.as_of)
    homes = _homes(asked.office)
    at_home = np.array([not homes.isdisjoint(layer for layer, _ in held) for held in rows["features"]], dtype=bool)
    foreign = ~rows["cell"].isin(_own_cells(asked)).to_numpy(dtype=bool)
    points = rows.set_geometry(gpd.GeoSeries(shapely.point_on_surface(rows.geometry), index=rows.index, crs=rows.crs))
    return _without_places(points, at_home & foreign).assign(id=rows["number"])


def _without_places(rows: gpd.GeoDataFrame, hidden: NDArray[np.bool_]) -> gpd.GeoDataFrame:
    """Return the rows, those `hidden` without their place."""
    shown = np.array(rows.geometry.array, dtype=object)
    shown[hidden] = None
    return rows.set_geometry(gpd.GeoSeries(shown, index=rows.index, crs=rows.crs))


def _homes(office: Office) -> frozenset[str]:
    return frozenset(name for name, layer in office.layers.items() if tells_a_home(layer))


def _own_cells(asked: Collecting) -> frozenset[str]:
    """Return the cells in which homes are shown to the person: those where he answers today, and all below them."""
    person, office = asked.person, asked.office
    today = office.clock.today()
    if not asked.homes or person.role not in ANSWERING or person.cadre is None:
        return frozenset()
    with office.reading(person) as tx:
        edition = grids.edition_on(tx, today)
        if edition is None:
            return frozenset()
        closure = office.grid(tx, edition.id).closure()
        own = responsible_cells(person, answers_on(office, tx, edition.id, today), closure)
    return own & cells_in_scope(person, closure)


def _names(cadres: pd.DataFrame) -> dict[str, str]:
    return dict(zip(cadres["cadre"], cadres["name"], strict=True))


_OTHERS: Mapping[str, Callable[[Collecting], gpd.GeoDataFrame]] = MappingProxyType(
    {
        **{f"cells_{level}": _cells_of(level) for level in LEVELS},
        "gaps": _gaps,
        "issues": _issues,
        "route_legs": lambda asked: route_legs(asked.person, asked.office, asked.on),
        "route_stops": lambda asked: route_stops(asked.person, asked.office, asked.on),
    }
)
