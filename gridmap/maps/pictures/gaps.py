"""Gaps by kind, as a picture: what should be covered and is not, over quiet cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from shapely.geometry.base import BaseGeometry

from gridmap.gaps.shape import COLUMNS, NAMES
from gridmap.maps.fonts import drawing
from gridmap.maps.frames import require_columns, shapes
from gridmap.maps.pictures.coverage import draw_borders
from gridmap.maps.pictures.sheet import (
    Caption,
    Format,
    add_legend,
    counted,
    finish,
    label_cells,
    metric,
    new_sheet,
    outline,
)
from gridmap.maps.style import GAP_HATCHES, GAP_SHAPES, GAPS, INK, OTHER_GAP, OTHER_HATCH, OTHER_SHAPE, PAPER, GapStyle
from gridmap.words import known, say

# gridmap's shapes as matplotlib names its markers.
MARKERS = {"circle": "o", "square": "s", "triangle": "^", "diamond": "D", "star": "*", "pentagon": "p", "cross": "X"}
_MOST_NAMES = 80
_POINTS = 0.75  # a screen pixel of 96 an inch, in points
_LEAST_SHARE = 0.012  # of the map's width: a smaller area is marked by a ring, else nobody sees it


def draw_gaps(gaps: gpd.GeoDataFrame, cells: gpd.GeoDataFrame, caption: Caption, *, form: Format = "png") -> bytes:
    """Return a picture of gaps over the borders of cells, each kind with its colour, hatch, dash or shape.

    `gaps` is as `gaps.shape` says, `cells` has the columns code, level, name, geometry; both in any stated CRS. The
    title counts the gaps and the small cells that have one; the legend says how many of each kind, their sum where they
    have a unit, and how many have no place to be drawn at. Raises ArgumentError for a frame without CRS or columns,
    or without cells; NotFoundError for a missing glyph.
    """
    require_columns(gaps, "gaps", COLUMNS)
    require_columns(cells, "cells", ("code", "level", "name"))
    placed = metric(cells, "cells")
    drawn = gaps.set_geometry(gpd.GeoSeries(shapes(gaps), index=gaps.index, crs=gaps.crs)).to_crs(placed.crs)
    with drawing():
        bounds = np.vstack([placed.total_bounds, *([drawn.total_bounds] if drawn.geometry.notna().any() else [])])
        seen = [*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0)]
        figure, axes = new_sheet(_title(drawn, placed, caption.lang), caption, seen)
        draw_borders(axes, placed)
        entries = []
        for kind, of_kind in _by_kind(drawn):
            for shape in of_kind.geometry[of_kind.geometry.notna()]:
                _draw(axes, shape, kind)
            entries.append((_handle(kind), _line(kind, of_kind, caption.lang)))
        nowhere = int(drawn.geometry.isna().sum())
        if nowhere:
            entries.append((Patch(fill=False, ec="none"), say("maps.gaps_nowhere", caption.lang, count=f"{nowhere:,}")))
        add_legend(figure, say("maps.gaps_legend", caption.lang, count=f"{len(drawn):,}"), entries)
        name_cells(axes, placed)
        return finish(figure, form)


def name_cells(axes: Axes, cells: gpd.GeoDataFrame) -> None:
    """Name the cells of the lowest level that are few enough to be read."""
    counts = cells["level"].value_counts()
    level = next((one for one in ("small", "middle") if 0 < counts.get(one, 0) <= _MOST_NAMES), "big")
    named = cells[(cells["level"] == level) & cells["name"].notna()]
    label_cells(axes, named, [[str(name)] for name in named["name"]], [INK] * len(named))


def _by_kind(gaps: gpd.GeoDataFrame) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    """The gaps of each kind there is, areas of the list's head first so that lines and points lie above them."""
    there = set(gaps["kind"])
    for kind in [*(name for name in NAMES if name in there), *sorted(there - set(NAMES))]:
        yield kind, gaps[gaps["kind"] == kind]


def _title(gaps: gpd.GeoDataFrame, cells: gpd.GeoDataFrame, lang: str) -> str:
    small = cells.loc[cells["level"] == "small", "code"]
    touched = counted(int(small.isin(gaps["small"].dropna()).sum()), len(small), lang)
    if gaps.empty:
        return say("maps.gaps_title_none", lang, cells=f"{len(small):,}")
    kinds = gaps["kind"].value_counts(sort=False)
    most = min(kinds.index, key=lambda kind: (-kinds[kind], kind))
    return say(
        "maps.gaps_title", lang, count=f"{len(gaps):,}", cells=touched, most=_kind(most, lang), of=f"{kinds[most]:,}"
    )


def _kind(kind: str, lang: str) -> str:
    code = f"gaps.kind.{kind}"
    return say(code, lang) if known(code) else kind


def _line(kind: str, gaps: gpd.GeoDataFrame, lang: str) -> str:
    """One line of the legend: the kind, how many, and their sum by unit."""
    sums = gaps[gaps["unit"] != ""].groupby("unit", sort=True)["measure"].sum()
    # That every one of so many features is one says nothing.
    telling = {unit: total for unit, total in sums.items() if unit != "features" or total != len(gaps)}
    said = [f"{total:,.0f} {say(f'gaps.unit.{unit}', lang)}" for unit, total in telling.items()]
    count = " · ".join([f"{len(gaps):,}", *said])
    return say("maps.legend_line", lang, label=_kind(kind, lang), count=count)


def _draw(axes: Axes, shape: BaseGeometry, kind: str) -> None:
    style = GAPS.get(kind, OTHER_GAP)
    width = style.width_px * _POINTS
    if shapely.get_dimensions(shape) == 2 and style.draw != "point":
        axes.add_patch(PathPatch(outline(shape), **_area(kind, style)))
        if style.draw == "area" and _small(axes, shape):
            axes.plot(
                *shapely.get_coordinates(shape.representative_point())[0],
                "o",
                ms=11,
                mfc="none",
                mec=style.colour,
                mew=2,
            )
    elif shapely.get_dimensions(shape) == 1 and style.draw != "point":
        for part in shapely.get_parts(shape):
            x, y = shapely.get_coordinates(part).T
            axes.plot(x, y, color=style.colour, lw=width, ls=_dash(style), solid_capstyle="round")
    else:
        x, y = shapely.get_coordinates(shape if shape.geom_type == "Point" else shape.representative_point())[0]
        axes.plot(x, y, **_marker(kind, style))


def _small(axes: Axes, shape: BaseGeometry) -> bool:
    west, south, east, north = shape.bounds
    left, right = axes.get_xlim()
    return bool(max(east - west, north - south) < _LEAST_SHARE * (right - left) or shape.area == 0)


def _area(kind: str, style: GapStyle) -> dict[str, Any]:
    hatch = GAP_HATCHES.get(kind, OTHER_HATCH) if style.draw == "area" else None
    width = style.width_px * _POINTS if style.draw == "outline" else 1.2
    return {"fill": False, "ec": style.colour, "hatch": hatch, "lw": width, "ls": _dash(style)}


def _dash(style: GapStyle) -> str | tuple[int, list[float]]:
    return (0, [part / style.width_px for part in style.dash]) if style.dash else "solid"


def _marker(kind: str, style: GapStyle) -> dict[str, Any]:
    shape = GAP_SHAPES.get(kind, OTHER_SHAPE)
    return {"marker": MARKERS[shape], "ms": 7.0, "mfc": style.colour, "mec": PAPER, "mew": 0.8, "ls": "none"}


def _handle(kind: str) -> Artist:
    """What stands for a kind in the legend."""
    style = GAPS.get(kind, OTHER_GAP)
    if style.draw == "line":
        return Line2D([], [], color=style.colour, lw=style.width_px * _POINTS, ls=_dash(style))
    if style.draw == "point":
        return Line2D([], [], **_marker(kind, style))
    return Patch(**_area(kind, style))
