"""What a map of a day shows of an office, and how it may tell of it: no home, unless it is asked for with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.errors import ArgumentError, RefusedError
from gridmap.gaps.kinds.out_of_reach import SERVICES, WINDOW
from gridmap.gaps.view import View
from gridmap.ledger.categories import Category
from gridmap.maps.pictures.sheet import counted
from gridmap.office.gap_day import GapDay, lying_in
from gridmap.office.homes import tells_a_home
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.store import batches, categories, grids, service_items
from gridmap.words import say


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a map is to show: the day, and below which cell (null = all).

    Of the layers whose place tells a home only those named in `private`, with a reason: such a map is for those who are
    responsible and never for others.
    """

    on: dt.date
    under: str | None = None
    private: Sequence[str] = field(default=())
    reason: str = ""


@dataclass(frozen=True, eq=False)
class MapScene:
    """The office on a day, and how a map may tell of it."""

    office: Office
    day: GapDay
    categories: Mapping[str, Category]
    services: Sequence[str]
    wanted: Wanted
    edition: str
    newest: int

    @property
    def view(self) -> View:
        """The office on the day."""
        return self.day.view

    @cached_property
    def found(self) -> gpd.GeoDataFrame:
        """All gaps of the day."""
        return self.day.gaps()

    @cached_property
    def figures(self) -> pd.DataFrame:
        """The coverage by cell."""
        return self.day.coverage

    @property
    def now(self) -> dt.datetime:
        """The instant at which deadlines are looked at."""
        assert self.view.moment is not None, "it is there with the issues"
        return self.view.moment

    def title(self, lang: str, view: str = "gaps") -> str:
        """The office's name and what a view finds: how many gaps, what share is covered, how many issues are open."""
        inputs = {"office": self.office.store.office().name}
        if view == "coverage":
            cells = self.bare_cells()
            small = self.figures.reindex(cells.loc[cells["level"] == "small", "code"])[["attended", "linked"]].sum()
            share = counted(int(small["attended"]), int(small["linked"]), lang)
            return say("office.map_title_coverage", lang, **inputs, share=share)
        if view == "issues":
            found = self.issues()
            late = int((found["due_at"] < self.now).sum())
            return say("office.map_title_issues", lang, **inputs, count=f"{len(found):,}", late=f"{late:,}")
        return say("office.map_title", lang, **inputs, count=f"{len(self.gaps()):,}")

    def source(self, lang: str) -> str:
        """The edition of the grid and the newest import."""
        return say("office.map_source", lang, edition=self.edition, batch=self.newest)

    def cells(self, lang: str) -> gpd.GeoDataFrame:
        """The cells with what the page says of each: see `bare_cells`."""
        cells = self.bare_cells()
        codes = cells["code"]
        answers, figures = self.view.answers.reindex(codes), self.figures.reindex(codes)
        names = self._names()
        counts = self._todo(codes)
        return cells.assign(
            answers=[names.get(cadre) for cadre in answers["cadre"]],
            since=answers["since"].to_numpy(dtype=object),
            attended=answers["attended"].eq(True).to_numpy(dtype=bool),
            load=figures["features"].to_numpy(),
            covered=figures["attended"].to_numpy(),
            eligible=figures["linked"].to_numpy(),
            todo=[say("office.map_todo", lang, count=count) if count else None for count in counts],
        )

    def bare_cells(self) -> gpd.GeoDataFrame:
        """The cells in the person's scope; below the cell asked for, if one is."""
        return self._cut(self.view.grid.cells, "code")

    def issues(self) -> gpd.GeoDataFrame:
        """The issues; on a map for others one that stands for a home has no place, it counts in its cell."""
        assert self.view.issues is not None, "every kind of gap was asked for"
        rows = self._cut(self.view.issues)
        at_home = [not self._homes.isdisjoint(layer for layer, _ in held) for held in rows["features"]]
        points = shapely.point_on_surface(rows.geometry.to_numpy())
        points[np.array(at_home, dtype=bool)] = None
        return rows.set_geometry(gpd.GeoSeries(points, index=rows.index, crs=rows.crs)).reset_index(drop=True)

    def duties(self) -> gpd.GeoDataFrame:
        """The cells; `eligible`: the subjects with a duty in its newest period, `covered`: those that have met it."""
        assert self.view.duties is not None, "every kind of gap was asked for"
        begun = self.view.duties[self.view.duties["begin"] <= self.wanted.on.isoformat()]
        newest = begun.sort_values("begin", kind="stable").drop_duplicates(["duty", "layer", "subject"], keep="last")
        asked = newest[newest["state"] != "exempt"]
        cells = self.bare_cells()
        return cells.assign(
            eligible=cells["code"].map(asked["cell"].value_counts()).fillna(0).astype("int64"),
            covered=cells["code"]
            .map(asked.loc[asked["state"] == "met", "cell"].value_counts())
            .fillna(0)
            .astype("int64"),
        )

    def features(self) -> Mapping[str, gpd.GeoDataFrame]:
        """The layers that others may see, and those named as private; below the cell asked for."""
        held = {}
        for name, rows in self.view.features.items():
            if tells_a_home(self.office.layers[name]) and name not in self.wanted.private:
                continue
            within = self._cut(rows)
            held[name] = self._served(name, within[within.geometry.notna()])
        return held

    def _served(self, layer: str, rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """The features of a layer; of a service window with the items of its counter, which are no issues."""
        if layer != SERVICES or not self.services or "kind" not in rows:
            return rows
        items = f"{len(self.services)}: {', '.join(self.services)}"
        return rows.assign(services=rows["kind"].eq(WINDOW).map({True: items, False: None}))

    def gaps(self) -> gpd.GeoDataFrame:
        """The gaps and who answers; on a map for others the place of one that tells a home is left out.

        So is that of an issue that stands for a home; the issue itself says nothing of it.
        """
        found = self.found if self.shown is None else lying_in(self.found, self.shown)
        hidden = found["subject"].str.split(" ").str[0].isin(self._homes).to_numpy(dtype=bool)
        at_home = [not self._homes.isdisjoint(inputs.get("layers", ())) for inputs in found["inputs"]]
        shown = found.geometry.to_numpy().copy()
        shown[hidden | np.array(at_home, dtype=bool)] = None
        subject = found["subject"].where(~hidden, found["subject"].str.split(" ").str[0])
        names = self._names()
        return found.set_geometry(gpd.GeoSeries(shown, index=found.index, crs=found.crs)).assign(
            subject=subject.to_numpy(dtype=object),
            reason=found["reason"].where(~hidden, "office.map_hidden").to_numpy(dtype=object),
            inputs=[{} if secret else inputs for secret, inputs in zip(hidden, found["inputs"], strict=True)],
            responsible_name=[names.get(cadre) for cadre in found["responsible"]],
        )

    @property
    def _homes(self) -> frozenset[str]:
        """The layers whose place tells a home that the map does not show."""
        homes = (name for name, layer in self.office.layers.items() if tells_a_home(layer))
        return frozenset(homes) - set(self.wanted.private)

    @cached_property
    def shown(self) -> frozenset[str] | None:
        """The cells that lie in the person's scope and below the one asked for; null: all, and what is in none."""
        seen, under = self.day.seen, self.wanted.under
        if under is None:
            return seen
        below = frozenset(self.day.ground.grid.members(under))
        return below if seen is None else below & seen

    def _cut(self, rows: gpd.GeoDataFrame, by: str = "cell") -> gpd.GeoDataFrame:
        return rows if self.shown is None else gpd.GeoDataFrame(rows[rows[by].isin(self.shown)])

    def _names(self) -> dict[str, str]:
        roster = self.view.roster
        return {} if roster is None else dict(zip(roster.cadres["cadre"], roster.cadres["name"], strict=True))

    def _todo(self, codes: pd.Series) -> np.ndarray:
        own = pd.concat([self.found[level] for level in ("small", "middle", "big")])
        return codes.map(own.value_counts()).fillna(0).astype("int64").to_numpy()


def look(person: Person, office: Office, wanted: Wanted) -> MapScene:
    """Return what a map is to show. Raises NotFoundError for a day without a grid or an unknown cell.

    Raises RefusedError where nothing of it lies in the person's scope. Layers that tell a home need the right to reveal
    and a reason: else RefusedError or ArgumentError.
    """
    if wanted.private:
        refuse_unless(person, "reveal")
        if not wanted.reason.strip():
            raise ArgumentError("office.reveal_reason")
    # With a reader's eyes, unless a sensitive layer is asked for by name: else it gives a map not even a count.
    secret = any(office.layers[name].sensitive for name in wanted.private)
    eyes = person if secret else replace(person, role="reader")
    day = GapDay(eyes, office, wanted.on)
    grid = day.ground.grid
    with office.reading_whole() as tx:
        edition = grids.edition_on(tx, wanted.on)
        newest = batches.batches(tx)["id"].max()
        kinds = categories.categories(tx, wanted.on)
        services = service_items.service_items(tx, wanted.on)["name"]
    if wanted.under is not None:
        grid.chain(wanted.under)
    scene = MapScene(
        office=office,
        day=day,
        categories=kinds,
        services=tuple(services),
        wanted=wanted,
        edition=edition.name if edition else "",
        newest=0 if pd.isna(newest) else int(newest),
    )
    if scene.shown is not None and not scene.shown:
        if wanted.under is None:
            raise RefusedError("people.empty_scope", on=wanted.on)
        raise RefusedError("people.out_of_scope", role=person.role, act="read", cell=wanted.under)
    return scene
