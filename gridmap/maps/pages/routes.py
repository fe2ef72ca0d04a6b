"""The page of an evening's routes: one HTML file that a browser opens with no network."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely

from gridmap.grid.codes import LEVELS
from gridmap.maps.frames import plain, shapes
from gridmap.maps.geojson import WGS84
from gridmap.maps.pages.borders import borders
from gridmap.maps.pages.cells import DECIMETRE, fragments, rounded
from gridmap.maps.pages.data import basemap_data
from gridmap.maps.pages.shell import shell
from gridmap.maps.pages.things import json
from gridmap.maps.routes import RouteMap, check, left_reason, letter
from gridmap.maps.style import CELL_BORDERS, INK, ROUTE_PX, route_style
from gridmap.words import LANGUAGES, say

# What the script says: `maps.page.NAME`. The braces of a sentence are filled in by the script.
TEXTS = (
    "basemap", "cell", "routes", "legend", "left_out", "made_up", "no_place", "none_left", "on", "part", "print",
    "priority", "route_line", "source", "start", "this_language", "times", "whole", "with",
)  # fmt: skip
_BRACES = ("n", "day", "name", "metres", "who", "from", "to")
# Degrees within which rounded borders of two levels are one.
_TOUCHING = 2e-6


def render_routes(scene: RouteMap) -> bytes:
    """Return the page of routes as UTF-8 HTML that works from a file, with no network and no address of any host.

    One colour and one dash a person, arrows, order numbers in white circles, left-out stops hollow with the letter of
    their reason; a card for each stop. The same routes give the same bytes. What must not be seen must not be in
    `scene`: nothing is left out here. Raises ArgumentError as `maps.routes.check`, NotFoundError where the scripts were
    not built.
    """
    check(scene)
    return shell(scene.title, scene.lang, _island(scene), script="routes.js", styles=("routes.css",))


def _island(scene: RouteMap) -> str:
    return json(
        {
            "lang": scene.lang,
            "title": scene.title,
            "on": scene.on.isoformat(),
            "source": scene.source,
            "madeUp": scene.made_up,
            "basemap": None if scene.basemap is None else basemap_data(scene.basemap),
            "texts": {lang: _texts(lang) for lang in LANGUAGES},
            "style": {
                "ink": INK,
                "px": ROUTE_PX,
                "borders": {
                    level: {"color": line.colour, "weight": line.width_px, "opacity": line.opacity}
                    for level, line in CELL_BORDERS.items()
                },
            },
            "cells": _cells(scene.cells),
            "roads": fragments(rounded(shapes(scene.roads.to_crs(WGS84)))),
            "routes": _routes(scene.routes),
            "stops": _stops(scene.stops.to_crs(WGS84), scene.routes["id"].tolist()),
            "letters": _letters(scene.stops),
        }
    )


def _texts(lang: str) -> dict[str, str]:
    braces = {brace: f"{{{brace}}}" for brace in _BRACES}
    return {name: say(f"maps.page.{name}", lang, **braces) for name in TEXTS}


def _cells(cells: gpd.GeoDataFrame) -> dict[str, object]:
    placed = cells.to_crs(WGS84)
    drawn = rounded(shapes(placed))
    lowest = next((level for level in reversed(LEVELS) if level in set(placed["level"])), "")
    labelled = np.array([shape is not None for shape in drawn]) & (placed["level"] == lowest).to_numpy()
    lines = borders(
        placed.set_geometry(gpd.GeoSeries(drawn, index=placed.index, crs=WGS84))[labelled | True], _TOUCHING
    )
    names = placed["name"].fillna(placed["code"])
    return {
        "borders": {level: orjson.Fragment(shapely.to_geojson(line)) for level, line in lines.items()},
        "name": plain(names[labelled]),
        "label": _places(shapely.point_on_surface(drawn[labelled])),
    }


def _routes(routes: gpd.GeoDataFrame) -> list[dict[str, object]]:
    starts = gpd.GeoDataFrame(geometry=routes["start"].to_numpy(dtype=object), crs=routes.crs).to_crs(WGS84)
    told = zip(
        *(plain(routes[name]) for name in ("who", "companion", "metres", "part")),
        _clock(routes["begin"]),
        _clock(routes["back"]),
        _places(shapes(starts)),
        fragments(rounded(shapes(routes.to_crs(WGS84)))),
        strict=True,
    )
    return [
        {
            "who": who,
            "companion": companion,
            "metres": metres,
            "part": part,
            "begin": begin,
            "back": back,
            "start": start,
            "ground": ground,
            "colour": route_style(number).colour,
            "dash": list(route_style(number).dash),
        }
        for number, (who, companion, metres, part, begin, back, start, ground) in enumerate(told)
    ]


def _stops(stops: gpd.GeoDataFrame, ids: list[int]) -> dict[str, object]:
    kept = ("position", "what", "key", "issue", "cell", "priority", "why", "left_why")
    return {
        **{name: plain(stops[name]) for name in kept},
        "route": [None if route is None else ids.index(int(str(route))) for route in plain(stops["route"])],
        "arrive": _clock(stops["arrive"]),
        "leave": _clock(stops["leave"]),
        "letter": [None if code is None else letter(str(code)) for code in plain(stops["left_out"])],
        "at": _places(shapes(stops)),
    }


def _letters(stops: pd.DataFrame) -> dict[str, dict[str, str]]:
    codes = sorted(set(stops["left_out"].dropna()))
    return {letter(code): {lang: left_reason(code, lang) for lang in LANGUAGES} for code in codes}


def _clock(instants: pd.Series) -> list[object]:
    """Return times of day as the clock shows them, null where there is none."""
    return plain(instants.dt.strftime("%H:%M"))


def _places(points: np.ndarray) -> list[list[float] | None]:
    return [
        None if one is None else [round(float(at), DECIMETRE) for at in shapely.get_coordinates(one)[0]]
        for one in points
    ]
