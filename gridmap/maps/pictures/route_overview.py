"""Routes too many to be told apart: each stop is a dot, and each cell says how many call there."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gridmap.maps.fonts import drawing
from gridmap.maps.frames import shapes
from gridmap.maps.pictures.coverage import draw_borders
from gridmap.maps.pictures.sheet import (
    LEGEND_EMS,
    Caption,
    Format,
    add_legend,
    finish,
    label_cells,
    metric,
    new_sheet,
    wrapped,
)
from gridmap.maps.routes import RouteMap, left_reason
from gridmap.maps.style import INK, PAPER
from gridmap.words import say

_DOT: dict[str, Any] = {"marker": "o", "ls": "none", "ms": 4.5, "mec": INK, "mew": 0.9}
_Entry = tuple[Artist, str]


def draw_overview(scene: RouteMap, caption: Caption, form: Format) -> bytes:
    """Return a picture of where routes call: dots, hollow where a stop was left out, and the counts of each cell.

    A route counts in every cell where it has a stop. The cells of the middle level are named, those of the big level
    stand in the legend. Raises NotFoundError for a missing glyph.
    """
    cells = metric(scene.cells, "cells")
    stops = scene.stops.to_crs(cells.crs)
    placed = stops[np.array([shape is not None for shape in shapes(stops)], dtype=bool)]
    planned = placed["left_out"].isna().to_numpy(dtype=bool)
    with drawing():
        figure, axes = new_sheet(scene.title, caption, [float(one) for one in cells.total_bounds])
        draw_borders(axes, cells)
        _dots(axes, placed[planned], INK)
        _dots(axes, placed[~planned], PAPER)
        entries = _entries(stops, int(planned.sum()), scene.lang)
        for name, said in _told(cells, placed, "big", scene.lang):
            entries.append(_line(say("maps.legend_line", scene.lang, label=name, count=said)))
        entries += [_line(note) for note in _notes(scene, len(stops) - len(placed))]
        add_legend(figure, say("maps.routes_legend", scene.lang, count=f"{len(scene.routes):,}"), entries)
        _name(axes, cells, placed, scene.lang)
        return finish(figure, form)


def calls_in(cells: gpd.GeoDataFrame, stops: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return how many routes call in each of `cells` (of one level, by row) and at how many stops; both in one CRS."""
    planned = stops[stops["route"].notna().to_numpy(dtype=bool)]
    points = np.asarray(planned.geometry.array, dtype=object)
    row, of = shapely.STRtree(cells.geometry.to_numpy()).query(points, predicate="intersects")
    found = pd.DataFrame({"at": of, "stop": row, "route": planned["route"].to_numpy()[row]})
    each = found.sort_values("at").drop_duplicates("stop").groupby("at")
    counts = pd.DataFrame({"routes": each["route"].nunique(), "stops": each["stop"].size()})
    return counts.reindex(range(len(cells)), fill_value=0)


def _told(cells: gpd.GeoDataFrame, placed: gpd.GeoDataFrame, level: str, lang: str) -> list[tuple[str, str]]:
    """Return the name of each cell of a level where a route calls, and how many do."""
    own = cells[cells["level"] == level]
    counts = calls_in(own, placed)
    return [
        (str(name), say("maps.routes_calls", lang, routes=f"{routes:,}", stops=f"{stops:,}"))
        for name, routes, stops in zip(own["name"], counts["routes"].tolist(), counts["stops"].tolist(), strict=True)
        if stops
    ]


def _name(axes: Axes, cells: gpd.GeoDataFrame, stops: gpd.GeoDataFrame, lang: str) -> None:
    named = cells[(cells["level"] == "middle") & cells["name"].notna()]
    told = dict(_told(cells, stops, "middle", lang))
    labels = [[f"{name}\n{told[name]}", told[name]] if name in told else [str(name)] for name in named["name"]]
    label_cells(axes, named, labels, [INK] * len(named))


def _dots(axes: Axes, stops: gpd.GeoDataFrame, fill: str) -> None:
    xy = shapely.get_coordinates(np.asarray(stops.geometry.array, dtype=object))
    axes.plot(xy[:, 0], xy[:, 1], mfc=fill, zorder=1.2, **_DOT)


def _entries(stops: gpd.GeoDataFrame, planned: int, lang: str) -> list[_Entry]:
    entries: list[_Entry] = [(Line2D([], [], mfc=INK, **_DOT), say("maps.routes_stops", lang, count=f"{planned:,}"))]
    for code, count in sorted(stops["left_out"].value_counts().items()):
        said = say("maps.routes_left_plain", lang, why=left_reason(code, lang), count=f"{count:,}")
        entries.append((Line2D([], [], mfc=PAPER, **_DOT), wrapped(said, LEGEND_EMS)))
    return entries


def _notes(scene: RouteMap, nowhere: int) -> list[str]:
    notes = [say("maps.routes_many", scene.lang)]
    if nowhere:
        notes.append(say("maps.routes_nowhere", scene.lang, count=f"{nowhere:,}"))
    if scene.routes["part"].any():
        notes.append(say("maps.routes_part", scene.lang))
    return notes


def _line(text: str) -> _Entry:
    return Patch(fill=False, ec="none"), wrapped(text, LEGEND_EMS)
