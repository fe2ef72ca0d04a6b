"""Errand: the map page of a day as it is looked at over the network: nothing is written, so nothing is put out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gridmap.errors import NotFoundError
from gridmap.maps.pages.render import render
from gridmap.maps.pages.routes import render_routes
from gridmap.maps.pages.scripts import scripts
from gridmap.office.evening import evening
from gridmap.office.map_scene import Wanted, look
from gridmap.office.mapping import page_of
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person

VIEWS = ("gaps", "coverage", "issues", "routes")
# What each page shows first; the others are a switch away.
_SHOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "gaps": ("gaps", "answers", "load", "coverage", "features", "issues"),
        "coverage": ("coverage", "answers", "load", "features", "issues", "gaps"),
        "issues": ("issues", "answers", "load", "coverage", "features", "gaps"),
    }
)


@dataclass(frozen=True, slots=True)
class MapPage:
    """A page that fetches nothing, and the texts of the scripts in it: all that has to run."""

    text: str = field(repr=False)
    scripts: tuple[str, ...] = field(repr=False)


def map_page(person: Person, office: Office, view: str, wanted: Wanted, *, lang: str = "en") -> MapPage:
    """Return the map page of a view of a day.

    It shows what `mapping.draw_map` does, cut to the person's scope; of routes those of `evening.evening`. Raises
    NotFoundError for another view, a day without a grid or without a route, an unknown cell; RefusedError for what
    lies out of scope.
    """
    refuse_unless(person, "read")
    if view not in VIEWS:
        raise NotFoundError("office.no_view", view=view, allowed=", ".join(VIEWS))
    if view == "routes":
        held = evening(person, office, wanted.on, lang=lang)
        if held is None:
            raise NotFoundError("office.no_plan", on=wanted.on)
        text = render_routes(held.scene.drawn).decode()
    else:
        page = page_of(office, look(person, office, wanted), lang, views=_SHOWN[view])
        text = render(page, private=bool(wanted.private)).decode()
    return MapPage(text, scripts(text))
