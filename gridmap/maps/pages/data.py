"""The data island of a page: all that its script draws and says, as one JSON text."""

from __future__ import annotations

from gridmap.grid.codes import LEVELS
from gridmap.maps.basemap import Basemap
from gridmap.maps.pages.cells import cell_data
from gridmap.maps.pages.page import Page
from gridmap.maps.pages.things import gap_data, json, layer_data
from gridmap.maps.style import CELL_BORDERS, INK, PEOPLE, SCALE_OPACITY
from gridmap.words import LANGUAGES, say

# What the script says: `maps.page.NAME`. The braces of a sentence are filled in by the script.
TEXTS = (
    "answers", "answers_line", "as_known", "away", "basemap", "coverage", "gap_since", "gaps", "hectares", "how",
    "issues", "layers", "legend", "levels", "load", "made_up", "nobody",
    "nothing", "nothing_open", "no_data", "not_applicable", "of", "on", "this_language", "features", "own_head",
    "parent_answers", "print", "responsible", "since", "source", "tints", "to_do", "view", "whole", "yes", "no",
)  # fmt: skip
_BRACES = ("n", "total", "share", "day", "instant", "name", "who")


def island(page: Page) -> str:
    """Return the JSON of a page (checked before): no `<` stands in it."""
    return json(
        {
            "lang": page.lang,
            "title": page.title,
            "on": page.on.isoformat(),
            "instant": None if page.instant is None else page.instant.strftime("%Y-%m-%d %H:%M"),
            "source": page.source,
            "covered": page.covered,
            "madeUp": page.made_up,
            "views": [view for view in page.views if view != "issues" or page.issues],
            "levels": [level for level in LEVELS if level in set(page.cells["level"])],
            "texts": {lang: _texts(lang) for lang in LANGUAGES},
            "style": {
                "ink": INK,
                "people": PEOPLE,
                "opacity": SCALE_OPACITY,
                "borders": {
                    level: {"color": line.colour, "weight": line.width_px, "opacity": line.opacity}
                    for level, line in CELL_BORDERS.items()
                },
            },
            "cells": cell_data(page.cells),
            "layers": [
                *(layer_data(layer, frame) for layer, frame in page.features.values()),
                *(layer_data(layer, frame) | {"byCell": True} for layer, frame in page.issues.values()),
            ],
            "gaps": None if page.gaps is None else gap_data(page.gaps),
            "basemap": None if page.basemap is None else basemap_data(page.basemap),
        }
    )


def _texts(lang: str) -> dict[str, str]:
    braces = {brace: f"{{{brace}}}" for brace in _BRACES}
    levels = {f"cells_{level}": say(f"maps.cells_{level}", lang) for level in LEVELS}
    return levels | {name: say(f"maps.page.{name}", lang, **braces) for name in TEXTS}


def basemap_data(basemap: Basemap) -> dict[str, object]:
    """Return a basemap as the scripts of pages lay it: its name, its datum, its pieces."""
    pieces = [{"uri": piece.uri, "bounds": list(piece.bounds)} for piece in basemap.pieces]
    return {"name": basemap.name, "datum": basemap.datum, "pieces": pieces}
