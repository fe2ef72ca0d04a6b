"""Open issues, as a picture: the colour is the time left, the shape the state; by cell unless one sees the streets."""

from __future__ import annotations

import datetime as dt
from math import ceil, sqrt
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from shapely import MultiPolygon, Polygon

from gridmap.maps.fonts import drawing
from gridmap.maps.frames import require_columns, shapes
from gridmap.maps.issues import OPEN_STATES, open_issues
from gridmap.maps.pictures.coverage import draw_borders
from gridmap.maps.pictures.gaps import MARKERS, name_cells
from gridmap.maps.pictures.sheet import Caption, Format, add_legend, counted, finish, metric, new_sheet
from gridmap.maps.style import INK, ISSUE_SHAPES, PAPER, TIME_LEFT
from gridmap.words import say

# Up to this width in metres of the ground a sheet shows streets, and each issue at its place.
STREETS_M = 2500.0
_SIZE_PT, _STEP_PT = 6.8, 8.0
_INCH_PT = 72.0
_FILL = 1.1  # how much of the square within that circle its issues may take: a marker is less wide than its step


def draw_issues(
    issues: gpd.GeoDataFrame,
    cells: gpd.GeoDataFrame,
    caption: Caption,
    *,
    now: dt.datetime,
    form: Format = "png",
) -> bytes:
    """Return a picture of the open issues at the aware instant `now` over the borders of cells.

    `issues` has the columns of `maps.issues`, `cells` code, level, name, geometry; both in any stated CRS. On a sheet
    wider than STREETS_M the issues of a cell stand together in it, the most urgent first; those that do not fit are
    counted there. Else each stands at its place, one without a place in its cell. Raises ArgumentError for a frame
    without CRS or columns, or without cells; NotFoundError for a missing glyph.
    """
    require_columns(cells, "cells", ("code", "level", "name"))
    placed = metric(cells, "cells")
    rows = open_issues(issues, now).to_crs(placed.crs)
    with drawing():
        figure, axes = new_sheet(_title(rows, placed, caption.lang), caption, placed.total_bounds)
        draw_borders(axes, placed)
        name_cells(axes, placed)
        points = np.full(len(rows), None, dtype=object)
        if _width(axes) <= STREETS_M:
            points = shapely.centroid(shapes(rows))
        at_place = np.array([one is not None for one in points], dtype=bool)
        for row, point in zip(rows[at_place].iloc[::-1].itertuples(), points[at_place][::-1], strict=True):
            axes.plot(point.x, point.y, **_marker(row.state, row.time_left))
        shown = placed.set_index("code").geometry
        for code, of_cell in rows[~at_place].groupby("cell", sort=True):
            if code in shown.index:
                _draw_group(axes, shown[code], of_cell)
        nowhere = int((~at_place & ~rows["cell"].isin(shown.index)).sum())
        title = say("maps.issues_legend", caption.lang, count=f"{len(rows):,}")
        add_legend(figure, title, _entries(rows, nowhere, caption.lang))
        return finish(figure, form)


def _title(rows: gpd.GeoDataFrame, cells: gpd.GeoDataFrame, lang: str) -> str:
    if rows.empty:
        return say("maps.issues_title_none", lang)
    overdue = int((rows["time_left"] == "overdue").sum())
    small = cells.loc[cells["level"] == "small", "code"]
    touched = counted(int(small.isin(rows["cell"].dropna()).sum()), len(small), lang)
    late = counted(overdue, len(rows), lang)
    return say("maps.issues_title", lang, count=f"{len(rows):,}", overdue=late, cells=touched)


def _entries(rows: gpd.GeoDataFrame, nowhere: int, lang: str) -> list[tuple[Artist, str]]:
    left, state = rows["time_left"].value_counts(), rows["state"].value_counts()
    entries: list[tuple[Artist, str]] = [
        (
            Line2D([], [], **_look("circle", fill)),
            _line(say(f"maps.time_left_{name}", lang), left.get(name, 0), lang),
        )
        for name, fill in TIME_LEFT.items()
    ]
    entries += [
        (Line2D([], [], **_look(ISSUE_SHAPES[name], "")), _line(say(f"ledger.state.{name}", lang), state[name], lang))
        for name in OPEN_STATES
        if name in state.index
    ]
    if nowhere:
        entries.append((Patch(fill=False, ec="none"), say("maps.issues_nowhere", lang, count=f"{nowhere:,}")))
    return entries


def _line(label: str, count: int, lang: str) -> str:
    return say("maps.legend_line", lang, label=label, count=f"{count:,}")


def _draw_group(axes: Axes, cell: Polygon | MultiPolygon, rows: pd.DataFrame) -> None:
    """Draw the issues of a cell in rows around the widest place in it; how many did not fit, below them."""
    circle = shapely.maximum_inscribed_circle(cell, tolerance=1.0)
    x, y = shapely.get_coordinates(circle)[0]
    step = _width(axes) / (axes.get_window_extent().width / axes.figure.dpi * _INCH_PT) * _STEP_PT
    across = max(1, int(circle.length * sqrt(2) * _FILL / step))
    shown = rows if len(rows) <= across**2 else rows.head(max(1, across * (across - 1)))
    columns = min(across, ceil(sqrt(len(shown))))
    high = ceil(len(shown) / columns)
    looks = zip(shown["state"], shown["time_left"], strict=True)
    for at, (state, left) in reversed(list(enumerate(looks))):
        right, down = at % columns - (columns - 1) / 2, at // columns - (high - 1) / 2
        axes.plot(x + right * step, y - down * step, **_marker(state, left))
    if len(shown) < len(rows):
        text = axes.text(x, y - (high + 1) / 2 * step, f"+{len(rows) - len(shown)}", size=8, ha="center", va="center")
        text.set(zorder=1.9, color=INK, weight="bold", path_effects=[withStroke(linewidth=2.5, foreground=PAPER)])


def _width(axes: Axes) -> float:
    west, east = axes.get_xlim()
    return float(east - west)


def _marker(state: str, left: str) -> dict[str, Any]:
    return _look(ISSUE_SHAPES[state], TIME_LEFT[left])


def _look(shape: str, fill: str) -> dict[str, Any]:
    return {"marker": MARKERS[shape], "ms": _SIZE_PT, "mfc": fill or PAPER, "mec": INK, "mew": 0.8, "ls": "none"}
