"""Errand: the routes of an evening as the office's own page shows them: drawn, and each stop as a row in its order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely

from gridmap.maps.inline import Plane, path, plane_of, spots
from gridmap.maps.style import CELL_BORDERS, Line, route_style
from gridmap.office.evening import Evening, evening
from gridmap.office.wiring import Office
from gridmap.people.person import Person
from gridmap.words import say

_SIMPLE = 0.3


@dataclass(frozen=True, slots=True)
class Call:
    """A stop of a route: its number, when (local times), what it is, initials or public name, where and why."""

    stop: int
    times: str
    what: str
    who: str
    cell: str
    why: str


@dataclass(frozen=True, slots=True)
class RouteDrawn:
    """The route of one cadre: whose it is in a line, its look and way in pixels, its stops in their order.

    `part`: some of its stops are not shown, nor is its way then.
    """

    title: str
    colour: str
    dash: str
    path: str
    part: bool
    calls: tuple[Call, ...]


@dataclass(frozen=True, eq=False)
class RouteFront:
    """The routes of an evening; `stops`: where each number stands (pixels), and in which colour."""

    title: str
    routes: tuple[RouteDrawn, ...]
    stops: tuple[tuple[int, int, int, str], ...] = field(repr=False)
    borders: tuple[tuple[str, Line], ...] = field(repr=False)
    height: int
    bar: tuple[int, int]


def route_front(person: Person, office: Office, on: dt.date, *, lang: str = "en") -> RouteFront | None:
    """Return the routes of an evening, as `evening.evening` lets the person see them; null where there is none."""
    held = evening(person, office, on, lang=lang)
    if held is None:
        return None
    drawn = held.scene.drawn
    plane = plane_of(held.scene.bounds)
    planned = held.scene.planned()
    rows = held.scene.rows().loc[planned.index]
    number = {route: at for at, route in enumerate(drawn.routes["id"])}
    placed = spots(plane, planned.geometry.to_numpy())
    stops = tuple(
        (*at, int(position), route_style(number[route]).colour)
        for at, position, route in zip(placed, planned["position"], planned["route"], strict=True)
        if at is not None
    )
    calls = [
        Call(int(row.route_stop), f"{row.route_arrive}–{row.route_leave}", _what(row), _who(held, one), row.cell, why)
        for row, one, why in zip(
            rows.itertuples(index=False), planned.itertuples(index=False), rows["route_why"], strict=True
        )
    ]
    of = pd.Series(calls, index=planned["route"].to_numpy(), dtype=object)
    ways = plane.placed(drawn.routes.geometry.to_numpy())
    routes = tuple(
        RouteDrawn(
            title=_line(row, lang),
            colour=route_style(at).colour,
            dash=" ".join(map(str, route_style(at).dash)),
            path="" if way is None else path(way.simplify(_SIMPLE)),
            part=bool(row.part),
            calls=tuple(of[of.index == row.id]),
        )
        for at, (row, way) in enumerate(zip(drawn.routes.itertuples(index=False), ways, strict=True))
    )
    return RouteFront(drawn.title, routes, stops, _borders(held, plane), plane.height, plane.bar())


def _what(row: object) -> str:
    named = getattr(row, "key", None) or getattr(row, "route_issue", None) or ""
    return f"{getattr(row, 'layer', '')} {named}".strip()


def _who(held: Evening, stop: object) -> str:
    name, where = held.lines.get((getattr(stop, "layer", ""), getattr(stop, "key", "")), ("", ""))
    return " · ".join(one for one in (name, where) if one)


def _line(row: object, lang: str) -> str:
    told = {name: getattr(row, name) for name in ("who", "begin", "back", "metres")}
    companion = getattr(row, "companion", None)
    who = told["who"] if not companion else f"{told['who']}, {companion}"
    return say(
        "office.front_route",
        lang,
        who=who,
        begin=f"{told['begin']:%H:%M}",
        back=f"{told['back']:%H:%M}",
        kilometres=f"{told['metres'] / 1000:.1f}",
    )


def _borders(held: Evening, plane: Plane) -> tuple[tuple[str, Line], ...]:
    cells = held.scene.drawn.cells
    cut = shapely.clip_by_rect(cells.geometry.to_numpy(), *plane.seen())
    placed = plane.placed(np.asarray(cut, dtype=object))
    return tuple(
        (path(shape.simplify(_SIMPLE)), CELL_BORDERS[level])
        for level, shape in zip(cells["level"], placed, strict=True)
    )
