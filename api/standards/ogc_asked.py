"""What a request asks of a collection: the day, the box, the span of time, properties, a filter, an order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from starlette.datastructures import QueryParams

from api.access.asking import Asking
from api.standards.cql2 import Filter
from api.standards.cql2_read import Json, read_json, read_text
from api.standards.cql2_times import OPEN, Span, when
from api.standards.cql2_values import Value, column, moment
from api.standards.ogc_crs import System
from gridmap.errors import ArgumentError
from gridmap.office.collections import Collection

GEOMETRY = "geometry"
_COUNTS = {4: (0, 1, 2, 3), 6: (0, 1, 3, 4)}
_TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Interval:
    """From when to when: days or instants as `cql2_values.moment` reads them; open where null."""

    begin: Value | None
    end: Value | None

    def day(self, asked: Asking) -> dt.date:
        """Return the day on which rows are looked at: the last one of the span, at the most today."""
        today = asked.office.clock.today()
        if self.end is None:
            return today
        at = self.end.values.item()
        last: dt.date = at
        if isinstance(at, dt.datetime):
            last = at.replace(tzinfo=dt.UTC).astimezone(asked.office.clock.zone).date()
        return last if self.begin is self.end else min(last, today)


def interval(text: str | None) -> Interval | None:
    """Return what `datetime` asks for. Raises ArgumentError for another text."""
    if text is None:
        return None
    begin, slash, end = text.partition("/")
    try:
        if not slash:
            at = moment(begin)
            return Interval(at, at)
        found = Interval(*(None if one in {"", ".."} else moment(one) for one in (begin, end)))
    except ArgumentError:
        raise ArgumentError("api.ogc_datetime", argument="datetime") from None
    if found.begin is None and found.end is None:
        raise ArgumentError("api.ogc_datetime", argument="datetime")
    return found


def box(text: str | None, system: System) -> tuple[float, float, float, float] | None:
    """Return what `bbox` asks for, east before north. Raises ArgumentError for no box in this system."""
    if text is None:
        return None
    try:
        numbers = [float(one) for one in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in _COUNTS or not np.isfinite(numbers).all():
        raise ArgumentError("api.ogc_bbox", argument="bbox")
    west, south, east, north = (numbers[at] for at in _COUNTS[len(numbers)])
    if system.turned:
        west, south, east, north = south, west, north, east
    if south > north or (west > east and not system.same):
        raise ArgumentError("api.ogc_bbox", argument="bbox")
    return west, south, east, north


def in_box(rows: gpd.GeoDataFrame, bounds: tuple[float, float, float, float], system: System) -> NDArray[np.bool_]:
    """Return which rows touch a box; one whose west is east of its east reaches over 180 degrees."""
    west, south, east, north = bounds
    shapes = system.planar(rows.geometry.to_numpy(dtype=object))
    if west <= east:
        return np.asarray(shapely.intersects(shapes, shapely.box(west, south, east, north)), dtype=bool)
    halves = shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)
    return np.asarray(shapely.intersects(shapes, shapely.union_all(halves)), dtype=bool)


def in_time(rows: gpd.GeoDataFrame, wanted: Collection, asked: Asking, span: Interval) -> NDArray[np.bool_]:
    """Return which rows hold at some time of a span."""
    if wanted.times is None:
        return np.ones(len(rows), dtype=bool)
    types = {one.name: one.type for one in wanted.columns}
    first, last = wanted.times
    begin = column(rows[first], types[first])
    end = _ends(column(rows[last], types[last]), last) if last else OPEN
    sought = Span(*(OPEN if one is None else one for one in (span.begin, span.end)))
    told = when("t_intersects", Span(begin, end), sought, asked.office.clock.zone)
    return np.asarray(told & ~begin.none, dtype=bool)


def _ends(end: Value, name: str) -> Value:
    """Return the last day or instant of each row, far ahead where it is open; `valid_to` is the day after it."""
    last = end.values - np.timedelta64(1, "D") if name == "valid_to" else end.values
    far = np.datetime64("9998-12-31").astype(last.dtype)
    return Value(end.kind, np.where(end.none, far, last), np.zeros_like(end.none))


def in_filter(
    rows: gpd.GeoDataFrame, kinds: Mapping[str, str], asked: Asking, read: Json, system: System
) -> NDArray[np.bool_]:
    """Return which rows fit a filter whose shapes stand in `system`."""
    return Filter(rows, kinds, asked.office.clock.zone, system.taken).matching(read)


# `cql-text` is what GDAL asks for: the name of a draft.
READERS: Mapping[str, Callable[[str], Json]] = {"cql2-text": read_text, "cql-text": read_text, "cql2-json": read_json}


def equal(properties: Mapping[str, str], kinds: Mapping[str, str]) -> Json:
    """Return, as a filter, that properties have the values given as text. Raises ArgumentError for another kind."""
    return {"op": "and", "args": [_equal(name, text, kinds[name]) for name, text in properties.items()]}


def _equal(name: str, text: str, kind: str) -> Json:
    value: object = text
    try:
        if kind in {"integer", "number"}:
            value = float(text)
        elif kind == "boolean":
            value = _TRUTHS[text.lower()]
        elif kind in {"day", "instant"}:
            moment(text)
    except (ValueError, KeyError, ArgumentError):
        raise ArgumentError("api.ogc_property", argument=name, kind=kind) from None
    return {"op": "=", "args": [{"property": name}, value]}


def properties(query: QueryParams, known: frozenset[str], kinds: Mapping[str, str]) -> dict[str, str]:
    """Return the properties that a query asks for by value. Raises ArgumentError for a parameter that there is not."""
    askable = [name for name, kind in kinds.items() if kind != "shape"]
    strange = [name for name in query if name not in known and name not in askable]
    if strange:
        allowed = ", ".join([*sorted(known), *(name for name in askable if name not in known)])
        raise ArgumentError("api.ogc_parameter", allowed=allowed)
    return {name: text for name, text in query.items() if name not in known}
