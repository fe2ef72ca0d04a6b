"""What a kind of gap looks at: the office on one day, as plain frames."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

import geopandas as gpd
import pandas as pd

from gridmap.grid.grid import Grid
from gridmap.people.roster import Roster


@dataclass(frozen=True, slots=True)
class Limits:
    """From what size on a finding is one.

    `lamp_radius_m`: how far a working lamp lights, `dark_from_m`: how long a stretch must be, both by road class
    ("" for all others). `load`: the most features for a cadre of each tier; a tier that is absent has no limit.
    `reach_m`: the longest walk to a service window, in metres.
    """

    lamp_radius_m: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({"": 25.0}))
    dark_from_m: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({"": 40.0}))
    load: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    reach_m: float = 1000.0


@dataclass(frozen=True, eq=False)
class View:
    """The office on the day `on`.

    `grid` in force since `edition_from`; `territory` and `defects` (of `Grid.check`) as kept with the edition, both in
    the grid's CRS. `features` and `links` by layer: as `store.registers.features` (key, fields, cell, valid_from,
    geometry, in the grid's CRS) and `store.links.links` (key, part, code, how, nearest, distance_m, length_m) give
    them. `answers` as `people.answers.who_answers` gives it (a row a cell, index: code); `load` as
    `people.load.load_of` (a row a cadre). `roster` tells since when a cell has been unattended; without it that is
    `edition_from`. `declared`: the gap kinds that each layer declares; null = each declares every kind.
    """

    on: dt.date
    grid: Grid
    edition_from: dt.date
    territory: gpd.GeoSeries | None
    defects: gpd.GeoDataFrame
    features: Mapping[str, gpd.GeoDataFrame]
    links: Mapping[str, pd.DataFrame]
    answers: pd.DataFrame
    load: pd.DataFrame
    limits: Limits = field(default_factory=Limits)
    roster: Roster | None = None
    declared: Mapping[str, Collection[str]] | None = None
    # What the ledger says by the end of that day; null = it was not asked. `duties` as `office.duties.states_on` gives
    # them (the columns of `ledger.states`, `cell`, `answering`) of duties with a target: the periods of that day, those
    # in grace, and as many before as `since` is to look back. `issues` as `ledger.issues.ISSUE_COLUMNS`, geometry in
    # the grid's CRS, and `runs_since`: when the deadline last began to run again (NaT = it ran all along). `moment`:
    # the end of that day, or the instant of knowledge if that is earlier, in the zone whose days are meant.
    duties: pd.DataFrame | None = None
    issues: gpd.GeoDataFrame | None = None
    moment: dt.datetime | None = None

    def layers_with(self, kind: str) -> list[str]:
        """Return the layers at hand that declare the gap kind."""
        if self.declared is None:
            return list(self.features)
        return [layer for layer in self.features if kind in self.declared.get(layer, ())]


class Kind(Protocol):
    """One kind of gap."""

    name: str
    layers: tuple[str, ...] | None
    """The layers it looks at; none = it looks at cells or people alone; null = whatever layers there are.

    One that looks at the ledger says so in `ledger`: of `duties`, `issues`; without it, it looks at neither.
    """

    def find(self, view: View) -> gpd.GeoDataFrame:
        """Return the gaps of this kind, as `gaps.shape.gap_frame` makes them."""
