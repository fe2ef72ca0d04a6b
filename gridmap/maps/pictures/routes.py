"""Routes of an evening, as a picture for paper: legible without colour, whoever goes where in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from shapely.geometry.base import BaseGeometry

from gridmap.maps.fonts import drawing
from gridmap.maps.frames import shapes
from gridmap.maps.pictures.coverage import draw_borders
from gridmap.maps.pictures.gaps import name_cells
from gridmap.maps.pictures.route_marks import Marks
from gridmap.maps.pictures.route_overview import draw_overview
from gridmap.maps.pictures.sheet import LEGEND_EMS, Caption, Format, add_legend, finish, metric, new_sheet, wrapped
from gridmap.maps.routes import RouteMap, check, left_reason, letter, order_label, together
from gridmap.maps.style import INK, PAPER, ROUTE_PX, RouteStyle, route_style
from gridmap.words import say

_POINTS = 0.75  # a screen pixel of 96 an inch, in points
_ROAD = "#CFD8DC"
_APART = 0.021  # of the map's width: nearer marks share one
_EVERY = 0.075  # of the map's width, from arrow to arrow
_METRES = 1000.0
_MOST = 12  # routes that can be told apart on one sheet
_LINES, _LINE = 44.0, 1.75  # of text in the legend, and of one entry with the space below it
_Entry = tuple[Artist, str]


def draw_routes(scene: RouteMap, place: str, *, form: Format = "png") -> bytes:
    """Return a picture of routes on their streets; `place` is the office's name.

    One colour and one dash a person, whose name stands at the start; arrows, order numbers in white circles, left-out
    stops hollow with the letter of their reason; the legend says it all. Of more than twelve routes it says where they
    call (`route_overview`). Raises ArgumentError as `maps.routes.check`, NotFoundError for a missing glyph.
    """
    check(scene)
    caption = Caption(place=place, on=scene.on, source=scene.source, lang=scene.lang, made_up=scene.made_up)
    if len(scene.routes) > _MOST:
        return draw_overview(scene, caption, form)
    cells = metric(scene.cells, "cells")
    routes, stops, roads = (frame.to_crs(cells.crs) for frame in (scene.routes, scene.stops, scene.roads))
    starts = gpd.GeoSeries(scene.routes["start"].to_numpy(dtype=object), crs=scene.routes.crs).to_crs(cells.crs)
    with drawing():
        figure, axes = new_sheet(scene.title, caption, _bounds([routes.geometry, stops.geometry, starts], cells))
        axes.set_clip_on(True)
        _draw_lines(axes, roads.geometry, color=_ROAD, lw=1.6, zorder=0.5)
        draw_borders(axes, cells)
        entries: list[_Entry] = []
        shown = [
            (route, stops[stops["route"].eq(route.id).fillna(value=False).to_numpy(dtype=bool)], route_style(number))
            for number, route in enumerate(routes.assign(start=starts.to_numpy()).itertuples(index=False))
        ]
        for route, own, look in shown:
            _draw_route(axes, route, look)
            entries.append((_handle(look), wrapped(_line(route, len(own), scene.lang), LEGEND_EMS)))
        left = stops[stops["left_out"].notna().to_numpy(dtype=bool)]
        _draw_marks(axes, shown, left)
        others = _entries(left, scene.lang)
        if routes["part"].any():
            others.append((Patch(fill=False, ec="none"), wrapped(say("maps.routes_part", scene.lang), LEGEND_EMS)))
        entries = [*_at_most(entries, others, scene.lang), *others]
        add_legend(figure, say("maps.routes_legend", scene.lang, count=f"{len(routes):,}"), entries)
        _clip(axes)
        name_cells(axes, _within(axes, cells))
        return finish(figure, form)


def _draw_marks(axes: Axes, shown: Sequence[tuple[Any, gpd.GeoDataFrame, RouteStyle]], left: gpd.GeoDataFrame) -> None:
    """Draw what must be read: numbers cover nothing and are not covered, letters stand beside them, then names."""
    marks = Marks(axes)
    for _, own, look in shown:
        _draw_numbers(axes, marks, own, look)
    places = [_named_at(route, own) for route, own, _ in shown]
    for place in places:
        if place is not None:
            marks.taken(shapely.get_coordinates(place)[0])
    _draw_left(axes, marks, left)
    for (route, _, _), place in zip(shown, places, strict=True):
        if place is not None:
            marks.name(shapely.get_coordinates(place)[0], route.who)


def _at_most(entries: list[_Entry], others: list[_Entry], lang: str) -> list[_Entry]:
    """Return as many entries of routes as find room beside the map with the others, and how many more there are."""

    def lines(some: list[_Entry]) -> float:
        return sum(label.count("\n") + _LINE for _, label in some)

    kept, room = list(entries), _LINES - lines(others)
    while kept and lines(kept) + (_LINE if len(kept) < len(entries) else 0) > room:
        kept.pop()
    if len(kept) == len(entries):
        return kept
    more = say("maps.routes_more", lang, count=f"{len(entries) - len(kept):,}")
    return [*kept, (Patch(fill=False, ec="none"), wrapped(more, LEGEND_EMS))]


def _bounds(series: list[gpd.GeoSeries], cells: gpd.GeoDataFrame) -> list[float]:
    """Return what is to be seen: routes, stops and starts; the cells where there is none of them."""
    drawn = pd.concat([one[one.notna() & ~one.is_empty] for one in series])
    shown = cells.geometry if drawn.empty else gpd.GeoSeries(drawn, crs=cells.crs)
    return [float(one) for one in shown.total_bounds]


def _within(axes: Axes, cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the parts of the cells that lie within the map."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    parts = cells.set_geometry(cells.intersection(shapely.box(west, south, east, north)))
    return parts[(shapely.get_dimensions(shapes(parts)) == 2) & ~parts.is_empty]


def _clip(axes: Axes) -> None:
    """Keep what is drawn within the map, marks and all."""
    for one in (*axes.lines, *axes.patches, *axes.texts, *axes.collections):
        if one.get_transform().contains_branch(axes.transData):
            one.set_clip_path(axes.patch)


def _draw_lines(axes: Axes, lines: gpd.GeoSeries, **look: Any) -> None:
    for shape in lines[lines.notna()]:
        for part in shapely.get_parts(shape):
            x, y = shapely.get_coordinates(part).T
            axes.plot(x, y, solid_capstyle="round", **look)


def _draw_route(axes: Axes, route: Any, look: RouteStyle) -> None:  # noqa: ANN401 - a row of a frame
    if route.geometry is not None and not route.geometry.is_empty:
        dashes = (0, [part / ROUTE_PX for part in look.dash]) if look.dash else "solid"
        _draw_lines(
            axes,
            gpd.GeoSeries([route.geometry]),
            color=look.colour,
            lw=ROUTE_PX * _POINTS,
            ls=dashes,
            zorder=3,
        )
        _draw_arrows(axes, route.geometry, look.colour)
    if route.start is not None and not route.start.is_empty:
        axes.plot(route.start.x, route.start.y, "s", ms=15, mfc=look.colour, mec=PAPER, mew=1.2, zorder=5)


def _draw_numbers(axes: Axes, marks: Marks, stops: gpd.GeoDataFrame, look: RouteStyle) -> None:
    placed = _placed(stops)
    xy = shapely.get_coordinates(np.asarray(placed.geometry.array, dtype=object))
    for group in together(xy, _width(axes) * _APART):
        marks.badge(xy[group[0]], order_label([int(placed["position"].iloc[at]) for at in group]), look.colour, "solid")


def _named_at(route: Any, stops: gpd.GeoDataFrame) -> BaseGeometry | None:  # noqa: ANN401 - a row of a frame
    """Return where a route is named: at its start, or at its first stop that is shown."""
    if route.start is not None and not route.start.is_empty:
        start: BaseGeometry = route.start
        return start
    placed = _placed(stops)
    return placed.geometry.iloc[0] if len(placed) else None


def _draw_arrows(axes: Axes, ground: BaseGeometry, colour: str) -> None:
    every = _width(axes) * _EVERY
    for part in shapely.get_parts(ground):
        for along in np.arange(every / 2, part.length, every):
            before, at = (part.interpolate(max(along - back, 0.0)) for back in (every / 20, 0.0))
            axes.annotate(
                "", (at.x, at.y), xytext=(before.x, before.y), zorder=4,
                arrowprops={"arrowstyle": "-|>,head_length=0.5,head_width=0.28", "color": colour, "lw": 0.8},
            )  # fmt: skip


def _draw_left(axes: Axes, marks: Marks, left: gpd.GeoDataFrame) -> None:
    placed = _placed(left)
    xy = shapely.get_coordinates(np.asarray(placed.geometry.array, dtype=object))
    for group in together(xy, _width(axes) * _APART):
        letters = sorted({letter(placed["left_out"].iloc[at]) for at in group})
        marks.badge(xy[group[0]], "".join(letters), INK, "dashed")


def _placed(stops: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return stops[np.array([shape is not None for shape in shapes(stops)], dtype=bool)]


def _width(axes: Axes) -> float:
    west, east = axes.get_xlim()
    return float(east - west)


def _handle(look: RouteStyle) -> Artist:
    dashes = (0, [part / ROUTE_PX for part in look.dash]) if look.dash else "solid"
    return Line2D([], [], color=look.colour, lw=ROUTE_PX * _POINTS, ls=dashes)


def _line(route: Any, stops: int, lang: str) -> str:  # noqa: ANN401 - a row of a frame
    return say(
        "maps.routes_line",
        lang,
        who=route.who if not route.companion else f"{route.who} · {route.companion}",
        stops=stops,
        kilometres=f"{route.metres / _METRES:.1f}",
        begin=f"{route.begin:%H:%M}",
        back=f"{route.back:%H:%M}",
    )


def _entries(left: gpd.GeoDataFrame, lang: str) -> list[_Entry]:
    """Return the legend of the start and of what was left out: each letter with its reason and how many."""
    entries: list[_Entry] = [
        (Line2D([], [], marker="s", ms=8, mfc=INK, mec=PAPER, ls="none"), say("maps.routes_start", lang))
    ]
    for code, count in sorted(left["left_out"].value_counts().items()):
        said = say("maps.routes_left", lang, letter=letter(code), why=left_reason(code, lang), count=f"{count:,}")
        mark = Line2D([], [], marker="o", ms=9, mfc=PAPER, mec=INK, ls="none")
        entries.append((mark, wrapped(said, LEGEND_EMS)))
    nowhere = sum(shape is None for shape in shapes(left))
    if nowhere:
        entries.append((Patch(fill=False, ec="none"), say("maps.routes_nowhere", lang, count=f"{nowhere:,}")))
    return entries
