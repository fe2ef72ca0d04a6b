"""What a map page shows: plain frames and a few words, and the checks that they can be shown to others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import geopandas as gpd

from gridmap.errors import ArgumentError
from gridmap.gaps.shape import COLUMNS
from gridmap.layer import Layer
from gridmap.maps.basemap import Basemap
from gridmap.maps.frames import require_map
from gridmap.words import LANGUAGES

VIEWS = ("answers", "load", "coverage", "features", "issues", "gaps")
"""What to look at: who answers, how many features he has, what share is covered, what is there, open, missing."""

CELL_COLUMNS = ("code", "level", "parent", "name")


@dataclass(frozen=True, eq=False)
class Page:
    """One map page, for the day `on`, as known at `instant` (aware; null = the page does not say).

    `cells`: code, level, parent (missing at the top), name, geometry; and where they are known: `answers` (the name of
    who answers), `since` (ISO day), `attended` (bool: own head or stand-in in force), `load` (features, 0 and more),
    `covered` and `eligible` (counts; missing = no data, eligible 0 = not applicable), `todo` (a sentence: what needs
    doing). `features` by layer name: the layer and its features with the columns `cell` and the layer's fields; all
    fields that are not public are dropped. `gaps`: the columns of `gaps.shape`, and `responsible_name` where known;
    a reason that is no code of words stands as it is. `issues`: layers as `maps.issues.issue_layers` makes them, whose
    features stand together in their cell, the first look of the style first, until streets are seen. Frames may be in
    any stated CRS.

    `views`: which of VIEWS the switch offers, the first one is shown first; `issues` only where there are some.
    `covered`: what is covered, in words, for the legend. `source`: where the data come from, and which version.
    `made_up`: the geometry is nobody's.
    """

    title: str
    lang: str
    on: dt.date
    cells: gpd.GeoDataFrame
    instant: dt.datetime | None = None
    features: Mapping[str, tuple[Layer, gpd.GeoDataFrame]] = field(default_factory=lambda: MappingProxyType({}))
    issues: Mapping[str, tuple[Layer, gpd.GeoDataFrame]] = field(default_factory=lambda: MappingProxyType({}))
    gaps: gpd.GeoDataFrame | None = None
    basemap: Basemap | None = None
    source: str = ""
    covered: str = ""
    made_up: bool = False
    views: tuple[str, ...] = VIEWS


def check(page: Page, *, private: bool) -> None:
    """Check that a page can be drawn, and that it shows a sensitive layer only if it is `private`.

    Raises ArgumentError for an unknown language or view, a frame without CRS or columns, no cells, a naive instant, a
    sensitive layer on a page that is not private.
    """
    if page.lang not in LANGUAGES:
        raise ArgumentError("maps.page_choice", argument="lang", given=page.lang, allowed=", ".join(LANGUAGES))
    for view in page.views or ("",):
        if view not in VIEWS:
            raise ArgumentError("maps.page_choice", argument="views", given=view, allowed=", ".join(VIEWS))
    if page.instant is not None and page.instant.tzinfo is None:
        raise ArgumentError("maps.page_instant", argument="instant")
    _require(page.cells, "cells", CELL_COLUMNS)
    if page.cells.empty:
        raise ArgumentError("maps.page_no_cells", argument="cells")
    for layer, frame in page.issues.values():
        _require(frame, f"issues[{layer.name}]", (layer.key, "cell"))
    for layer, frame in page.features.values():
        _require(frame, f"features[{layer.name}]", (layer.key,))
        if layer.sensitive and not private:
            raise ArgumentError("maps.page_sensitive", argument="features", layer=layer.name)
    if page.gaps is not None:
        _require(page.gaps, "gaps", COLUMNS)


def _require(frame: gpd.GeoDataFrame, argument: str, columns: tuple[str, ...]) -> None:
    require_map(frame, argument)
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise ArgumentError("maps.page_columns", argument=argument, missing=", ".join(missing))
