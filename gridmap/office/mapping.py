"""Errand: a map of a day that works from a file, and the pictures that go on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from gridmap.errors import ArgumentError
from gridmap.files import whole_file
from gridmap.gaps.coverage import coverage as coverage_of
from gridmap.gaps.registry import find_gaps
from gridmap.gaps.view import View
from gridmap.maps.basemap import Basemap, read_tiles
from gridmap.maps.basemap_scan import read_scan
from gridmap.maps.pages.page import Page
from gridmap.maps.pages.render import render
from gridmap.maps.pictures.coverage import draw_coverage
from gridmap.maps.pictures.gaps import draw_gaps
from gridmap.maps.pictures.sheet import Caption
from gridmap.office.auditing import note
from gridmap.office.gapping import view_on
from gridmap.office.homes import tells_a_home
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.store import batches, grids
from gridmap.words import say

PICTURES = {".png": "png", ".svg": "svg"}
VIEWS = ("gaps", "coverage")


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


@dataclass(frozen=True, slots=True)
class Ground:
    """A local basemap file, the datum it is drawn in (asked for, never guessed), and a scan's control points."""

    path: Path
    crs: str
    points: Path | None = None

    def read(self, bounds: tuple[float, float, float, float]) -> Basemap:
        """Return what of it meets `bounds` (west, south, east, north; degrees)."""
        if self.points is not None:
            return read_scan(self.path, self.points, self.crs)
        return read_tiles(self.path, bounds, self.crs)


def draw_map(
    person: Person, office: Office, target: Path, wanted: Wanted, *, lang: str = "en", ground: Ground | None = None
) -> int:
    """Write a map page that needs no network to `target`, whole or not at all; return how many gaps it shows.

    It shows the cells with who answers and how much they carry, what share has a head of its own, the layers whose
    place tells no home, and the gaps. Raises NotFoundError for a day without a grid or an unknown cell.
    """
    refuse_unless(person, "export")
    scene = _look(person, office, wanted)
    cells = scene.cells(lang)
    west, south, east, north = cells.to_crs(4326).total_bounds
    page = Page(
        title=scene.title(lang),
        lang=lang,
        on=wanted.on,
        cells=cells,
        instant=office.clock.now().astimezone(office.clock.zone),
        features={name: (office.layers[name], rows) for name, rows in scene.features().items()},
        gaps=scene.gaps(),
        basemap=None if ground is None else ground.read((west, south, east, north)),
        source=scene.source(lang),
        covered=say("office.map_covered", lang),
        made_up=bool(office.settings.demo_instant),
    )
    written = render(page, private=bool(wanted.private))
    _note(person, office, wanted, target)
    with whole_file(target) as path:
        path.write_bytes(written)
    return 0 if page.gaps is None else len(page.gaps)


def draw_picture(
    person: Person, office: Office, target: Path, wanted: Wanted, *, view: str = "gaps", lang: str = "en"
) -> None:
    """Write a picture of the gaps or of the coverage of a day to `target` (PNG or SVG), whole or not at all.

    Raises ArgumentError for another ending or view, NotFoundError as `draw_map`.
    """
    refuse_unless(person, "export")
    form = PICTURES.get(target.suffix)
    if form is None or view not in VIEWS:
        raise ArgumentError(
            "office.picture", file=target.name, view=view, allowed=", ".join(PICTURES), views=", ".join(VIEWS)
        )
    scene = _look(person, office, wanted)
    caption = Caption(
        place=office.store.office().name,
        on=wanted.on,
        source=scene.source(lang),
        lang=lang,
        made_up=bool(office.settings.demo_instant),
    )
    if view == "gaps":
        picture = draw_gaps(scene.gaps(), scene.cells(lang), caption, form="png" if form == "png" else "svg")
    else:
        covered = say("office.map_covered", lang)
        picture = draw_coverage(scene.cells(lang), covered, caption, form="png" if form == "png" else "svg")
    _note(person, office, wanted, target)
    with whole_file(target) as path:
        path.write_bytes(picture)


@dataclass(frozen=True, eq=False)
class _Scene:
    """The office on a day, and how a map may tell of it."""

    office: Office
    view: View
    found: gpd.GeoDataFrame
    figures: pd.DataFrame
    wanted: Wanted
    edition: str
    newest: int

    def title(self, lang: str) -> str:
        return say("office.map_title", lang, office=self.office.store.office().name, count=len(self.gaps()))

    def source(self, lang: str) -> str:
        return say("office.map_source", lang, edition=self.edition, batch=self.newest)

    def cells(self, lang: str) -> gpd.GeoDataFrame:
        """The cells with what the page says of each; below the cell asked for, if one is."""
        cells = self.view.grid.cells
        if self.wanted.under is not None:
            cells = cells[cells["code"].isin(self.view.grid.members(self.wanted.under))]
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

    def features(self) -> Mapping[str, gpd.GeoDataFrame]:
        """The layers that others may see, and those named as private; below the cell asked for."""
        held = {}
        for name, rows in self.view.features.items():
            if tells_a_home(self.office.layers[name]) and name not in self.wanted.private:
                continue
            within = rows if self.wanted.under is None else rows[rows["cell"].isin(self._within())]
            held[name] = within[within.geometry.notna()]
        return held

    def gaps(self) -> gpd.GeoDataFrame:
        """The gaps and who answers; on a map for others the place of one that tells a home is left out.

        So is that of an issue that stands for a home; the issue itself says nothing of it.
        """
        found = self.found
        if self.wanted.under is not None:
            found = found[found[["small", "middle", "big"]].isin(self._within()).any(axis=1)].reset_index(drop=True)
        homes = {name for name, layer in self.office.layers.items() if tells_a_home(layer)} - set(self.wanted.private)
        hidden = found["subject"].str.split(" ").str[0].isin(homes).to_numpy(dtype=bool)
        at_home = [not homes.isdisjoint(inputs.get("layers", ())) for inputs in found["inputs"]]
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

    def _within(self) -> frozenset[str]:
        return frozenset(self.view.grid.members(self.wanted.under or ""))

    def _names(self) -> dict[str, str]:
        roster = self.view.roster
        return {} if roster is None else dict(zip(roster.cadres["cadre"], roster.cadres["name"], strict=True))

    def _todo(self, codes: pd.Series) -> np.ndarray:
        own = pd.concat([self.found[level] for level in ("small", "middle", "big")])
        return codes.map(own.value_counts()).fillna(0).astype("int64").to_numpy()


def _look(person: Person, office: Office, wanted: Wanted) -> _Scene:
    if wanted.private:
        refuse_unless(person, "reveal")
        if not wanted.reason.strip():
            raise ArgumentError("office.reveal_reason")
    # With a reader's eyes, unless a sensitive layer is asked for by name: else it gives a map not even a count.
    secret = any(office.layers[name].sensitive for name in wanted.private)
    eyes = person if secret else replace(person, role="reader")
    with office.store.reading() as tx:
        view = view_on(eyes, office, tx, on=wanted.on)
        edition = grids.edition_on(tx, wanted.on)
        newest = batches.batches(tx)["id"].max()
    if wanted.under is not None:
        view.grid.chain(wanted.under)
    return _Scene(
        office=office,
        view=view,
        found=find_gaps(view),
        figures=coverage_of(view),
        wanted=wanted,
        edition=edition.name if edition else "",
        newest=0 if pd.isna(newest) else int(newest),
    )


def _note(person: Person, office: Office, wanted: Wanted, target: Path) -> None:
    detail = {"on": wanted.on.isoformat(), "private": sorted(wanted.private), "reason": wanted.reason.strip()}
    with office.store.writing() as tx:
        note(tx, person, action="map", subject=target.suffix, detail=detail | {"cell": wanted.under})
