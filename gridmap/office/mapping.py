"""Errand: a map of a day that works from a file, and the pictures that go on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gridmap.errors import ArgumentError
from gridmap.files import whole_file
from gridmap.maps.basemap import Basemap, read_tiles
from gridmap.maps.basemap_scan import read_scan
from gridmap.maps.issues import issue_layers
from gridmap.maps.pages.page import VIEWS as PAGE_VIEWS
from gridmap.maps.pages.page import Page
from gridmap.maps.pages.render import render
from gridmap.maps.pictures.coverage import draw_coverage
from gridmap.maps.pictures.gaps import draw_gaps
from gridmap.maps.pictures.issues import draw_issues
from gridmap.maps.pictures.sheet import Caption, Format
from gridmap.office.auditing import note
from gridmap.office.map_scene import MapScene, Wanted, look
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.words import say

__all__ = ["PICTURES", "VIEWS", "Ground", "Wanted", "draw_map", "draw_picture"]

PICTURES = {".png": "png", ".svg": "svg"}
VIEWS = ("gaps", "coverage", "issues", "duties")


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
    place tells no home, the open issues by state and time left, and the gaps. Raises NotFoundError for a day without a
    grid or an unknown cell.
    """
    refuse_unless(person, "export")
    scene = look(person, office, wanted)
    page = page_of(office, scene, lang)
    if ground is not None:
        west, south, east, north = page.cells.to_crs(4326).total_bounds
        page = replace(page, basemap=ground.read((west, south, east, north)))
    written = render(page, private=bool(wanted.private))
    _note(person, office, wanted, target)
    with whole_file(target) as path:
        path.write_bytes(written)
    return 0 if page.gaps is None else len(page.gaps)


def page_of(office: Office, scene: MapScene, lang: str, *, views: tuple[str, ...] = PAGE_VIEWS) -> Page:
    """Return the page of a scene, without a basemap; `views` as in `Page`."""
    return Page(
        title=scene.title(lang, views[0]),
        lang=lang,
        on=scene.wanted.on,
        cells=scene.cells(lang),
        instant=office.clock.now().astimezone(office.clock.zone),
        features={name: (office.layers[name], rows) for name, rows in scene.features().items()},
        issues=issue_layers(scene.issues(), scene.categories, scene.now),
        gaps=scene.gaps(),
        source=scene.source(lang),
        covered=say("office.map_covered", lang),
        made_up=bool(office.settings.demo_instant),
        views=views,
    )


def draw_picture(
    person: Person, office: Office, target: Path, wanted: Wanted, *, view: str = "gaps", lang: str = "en"
) -> None:
    """Write a picture of a day to `target` (PNG or SVG), whole or not at all: one of VIEWS.

    `issues`: the open ones by the time left and by state; `duties`: which share of the subjects in each small cell has
    met its duties in their newest period, exempt ones left out.

    Raises ArgumentError for another ending or view, NotFoundError as `draw_map`.
    """
    refuse_unless(person, "export")
    form = PICTURES.get(target.suffix)
    if form is None or view not in VIEWS:
        raise ArgumentError(
            "office.picture", file=target.name, view=view, allowed=", ".join(PICTURES), views=", ".join(VIEWS)
        )
    scene = look(person, office, wanted)
    caption = Caption(
        place=office.store.office().name,
        on=wanted.on,
        source=scene.source(lang),
        lang=lang,
        made_up=bool(office.settings.demo_instant),
    )
    picture = _DRAWN[view](scene, caption, "png" if form == "png" else "svg")
    _note(person, office, wanted, target)
    with whole_file(target) as path:
        path.write_bytes(picture)


def _gaps(scene: MapScene, caption: Caption, form: Format) -> bytes:
    return draw_gaps(scene.gaps(), scene.cells(caption.lang), caption, form=form)


def _coverage(scene: MapScene, caption: Caption, form: Format) -> bytes:
    covered = say("office.map_covered", caption.lang)
    return draw_coverage(scene.cells(caption.lang), covered, caption, form=form)


def _issues(scene: MapScene, caption: Caption, form: Format) -> bytes:
    return draw_issues(scene.issues(), scene.bare_cells(), caption, now=scene.now, form=form)


def _duties(scene: MapScene, caption: Caption, form: Format) -> bytes:
    return draw_coverage(scene.duties(), say("office.map_duties", caption.lang), caption, form=form)


_DRAWN: Mapping[str, Callable[[MapScene, Caption, Format], bytes]] = dict(
    zip(VIEWS, (_gaps, _coverage, _issues, _duties), strict=True)
)


def _note(person: Person, office: Office, wanted: Wanted, target: Path) -> None:
    detail = {"on": wanted.on.isoformat(), "private": sorted(wanted.private), "reason": wanted.reason.strip()}
    with office.writing(person) as tx:
        note(tx, person, action="map", subject=target.suffix, detail=detail | {"cell": wanted.under})
