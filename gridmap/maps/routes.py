"""Routes of an evening as maps show them: whose they are, where they lead, in which order, and what was left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from gridmap.errors import ArgumentError
from gridmap.maps.basemap import Basemap
from gridmap.maps.frames import require_columns, require_map
from gridmap.maps.style import LEFT_OUT, LEFT_OUT_ELSE
from gridmap.words import LANGUAGES, say

ROUTE_COLUMNS = ("id", "who", "companion", "begin", "back", "metres", "start", "part")
STOP_COLUMNS = (
    "route",
    "position",
    "what",
    "key",
    "issue",
    "cell",
    "priority",
    "why",
    "arrive",
    "leave",
    "left_out",
    "left_why",
)

Spot = tuple[float, float]
Box = tuple[float, float, float, float]
_SIDES = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, 1), (1, -1), (-1, 1), (-1, -1))
_RINGS, _STEP = 2, 8.0  # points or pixels: half of a round mark and its rim


@dataclass(frozen=True, eq=False)
class RouteMap:
    """The routes of a plan for the day `on`, as a map may show them.

    `routes`: id, who (a name), companion (a name or null), begin and back (aware, on the office's clock), metres, start
    (a point in the frame's CRS, or null), part (bool: some of its stops are not shown), geometry (the ground in the
    order walked; null = not shown). `stops`: route (null = left out), position, what (layer in words, by language),
    key, issue, cell (its name), priority, why (sentences, by language), arrive and leave (as begin), left_out (the code
    of the reason without its room; null = on a route), left_why (a sentence, by language), geometry (a point; null = it
    has none). `cells`: code, level, name, geometry, `roads`: geometry; both are the ground below.

    All frames may be in any stated CRS. `source`: which plan this is. `made_up`: the geometry is nobody's.
    `basemap` lies under the page.
    """

    title: str
    lang: str
    on: dt.date
    routes: gpd.GeoDataFrame
    stops: gpd.GeoDataFrame
    cells: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    source: str = ""
    made_up: bool = False
    basemap: Basemap | None = None


def check(scene: RouteMap) -> None:
    """Check that routes can be drawn. Raises ArgumentError for an unknown language, a frame without CRS or columns."""
    if scene.lang not in LANGUAGES:
        raise ArgumentError("maps.page_choice", argument="lang", given=scene.lang, allowed=", ".join(LANGUAGES))
    require_columns(scene.routes, "routes", ROUTE_COLUMNS)
    require_columns(scene.stops, "stops", STOP_COLUMNS)
    require_columns(scene.cells, "cells", ("code", "level", "name"))
    require_map(scene.roads, "roads")


def letter(left_out: str) -> str:
    """Return the letter that stands for a reason of `routes`."""
    return LEFT_OUT.get(left_out, LEFT_OUT_ELSE)


def left_reason(left_out: str, lang: str) -> str:
    """Return in a few words why stops of a reason of `routes` were left out; no input of it is said."""
    return say(f"routes.{left_out}_plain", lang)


def order_label(numbers: Sequence[int]) -> str:
    """Return order numbers as one mark bears them: "3", "3–5", "3, 7"."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def together(places: NDArray[np.float64], apart: float) -> list[list[int]]:
    """Return which of `places` (n x 2) share a mark: each joins the first before it that is nearer than `apart`."""
    groups: list[list[int]] = []
    for at, place in enumerate(places):
        near = (group for group in groups if float(np.hypot(*(places[group[0]] - place))) < apart)
        group = next(near, None)
        if group is None:
            groups.append([at])
        else:
            group.append(at)
    return groups


def free_spot(at: Spot, half: Spot, taken: Sequence[Box], within: Box) -> Spot:
    """Return where a mark of half the size `half` (across, up) covers none of `taken`: at `at`, else close beside it.

    Boxes are west, south, east, north. Where all around is taken, or not `within`, it stands at `at`.
    """
    spots = [at]
    for ring in range(1, _RINGS + 1):
        across, up = ring * (half[0] + _STEP), ring * (half[1] + _STEP)
        spots += [(at[0] + x * across, at[1] + y * up) for x, y in _SIDES]
    return next((spot for spot in spots if is_free(spot, half, taken, within)), at)


def is_free(spot: Spot, half: Spot, taken: Sequence[Box], within: Box) -> bool:
    """Return whether a mark of half the size `half` lies `within` and covers none of `taken`."""
    west, south, east, north = spot[0] - half[0], spot[1] - half[1], spot[0] + half[0], spot[1] + half[1]
    inside = within[0] <= west and within[1] <= south and east <= within[2] and north <= within[3]
    return inside and not any(east > box[0] and west < box[2] and north > box[1] and south < box[3] for box in taken)
