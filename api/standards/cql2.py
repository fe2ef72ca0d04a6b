"""Filters in CQL2 on the rows of a frame: which rows fit, looked at a column at a time.

A comparison with nothing is neither true nor false, as in SQL; a row stays where the whole filter is true. The frame
is what the errand gave to the person who asks: a filter finds nothing by what he may not see.
Source: OGC 21-065r2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from api.standards.cql2_like import fits
from api.standards.cql2_read import Json
from api.standards.cql2_times import OPEN, TIMES, Span, when
from api.standards.cql2_values import (
    NULL,
    SUMS,
    Bools,
    Value,
    alike,
    column,
    folded,
    literal,
    moment,
    need,
    reckoned,
    shape,
)
from gridmap.errors import ArgumentError

_COMPARED: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {"=": np.equal, "<>": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}
)
_SHAPES: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "s_contains": shapely.contains,
        "s_crosses": shapely.crosses,
        "s_disjoint": shapely.disjoint,
        "s_equals": shapely.equals,
        "s_intersects": shapely.intersects,
        "s_overlaps": shapely.overlaps,
        "s_touches": shapely.touches,
        "s_within": shapely.within,
    }
)
_TWO, _THREE = 2, 3
_BOXES = {4, 6}


@dataclass(frozen=True, slots=True)
class Truth:
    """Where it is true, and where it is false; where it is neither, nobody knows."""

    true: Bools
    false: Bools


@dataclass(frozen=True, eq=False)
class Filter:
    """What a filter is looked at with: the rows, the kind of each column that may be asked for, the office's zone.

    `placed` brings a shape from the system of the filter to that of the rows.
    """

    rows: gpd.GeoDataFrame
    kinds: Mapping[str, str]
    zone: ZoneInfo
    placed: Callable[[shapely.Geometry], shapely.Geometry]

    def matching(self, asked: Json) -> NDArray[np.bool_]:
        """Return which rows fit. Raises ArgumentError for a filter that cannot be looked at on these rows."""
        try:
            found = self._truth(asked).true
        except shapely.errors.ShapelyError:
            raise ArgumentError("api.filter_value", argument="filter") from None
        return np.broadcast_to(found, (len(self.rows),))

    def _truth(self, asked: Json) -> Truth:
        if isinstance(asked, bool):
            return Truth(np.array(asked), np.array(not asked))
        if isinstance(asked, dict) and "property" in asked:
            told = need(self._value(asked), "boolean")
            return self._known(told.values.astype(bool), told)
        name, args = _call(asked)
        if name in {"and", "or"}:
            return reduce(_both if name == "and" else _either, [self._truth(one) for one in args])
        if name == "not":
            (inner,) = (self._truth(one) for one in _counted(args, 1))
            return Truth(inner.false, inner.true)
        return self._predicate(name, args)

    def _predicate(self, name: str, args: list[Json]) -> Truth:
        if name in _COMPARED:
            return self._compared(name, *self._values(args, _TWO))
        if name in _SHAPES:
            left, right = (need(one, "shape") for one in self._values(args, _TWO))
            return self._known(_SHAPES[name](left.values, right.values), left, right)
        if name in TIMES:
            first, second = (self._span(one) for one in _counted(args, _TWO))
            return self._known(when(name, first, second, self.zone), *first, *second)
        said = {"isnull": self._none, "between": self._between, "in": self._among, "like": self._like}.get(name)
        if said is None:
            raise ArgumentError("api.filter_function", argument="filter", allowed=_allowed())
        return said(args)

    def _none(self, args: list[Json]) -> Truth:
        (value,) = self._values(args, 1)
        return Truth(value.none, ~value.none)

    def _between(self, args: list[Json]) -> Truth:
        value, low, high = self._values(args, _THREE)
        return _both(self._compared(">=", value, low), self._compared("<=", value, high))

    def _among(self, args: list[Json]) -> Truth:
        one, many = _counted(args, _TWO)
        if not isinstance(many, list) or not many:
            raise ArgumentError("api.filter_value", argument="filter")
        value = self._value(one)
        return reduce(_either, [self._compared("=", value, self._value(other)) for other in many])

    def _like(self, args: list[Json]) -> Truth:
        value, pattern = (need(one, "text") for one in self._values(args, _TWO))
        if pattern.values.ndim:
            raise ArgumentError("api.filter_value", argument="filter")
        if "null" in {value.kind, pattern.kind}:
            return self._known(np.array(False), NULL)
        fit = fits(pattern.values.item())
        told = np.array([fit(one) for one in np.atleast_1d(value.values)], dtype=bool).reshape(value.values.shape)
        return self._known(told, value)

    def _compared(self, sign: str, left: Value, right: Value) -> Truth:
        left, right = alike(left, right, self.zone)
        if "null" in {left.kind, right.kind}:
            return self._known(np.array(False), NULL)
        if left.kind == "shape":
            raise ArgumentError("api.filter_kinds", argument="filter", left=left.kind, right=right.kind)
        return self._known(np.asarray(_COMPARED[sign](left.values, right.values), dtype=bool), left, right)

    @staticmethod
    def _known(told: Bools, *of: Value) -> Truth:
        """Return what is told, as far as there is something in all that it is told of."""
        there = ~reduce(np.logical_or, [value.none for value in of])
        told = np.asarray(told, dtype=bool)
        return Truth(told & there, ~told & there)

    def _values(self, args: list[Json], count: int) -> list[Value]:
        return [self._value(one) for one in _counted(args, count)]

    def _value(self, asked: Json) -> Value:
        """Return what stands in a filter as a value. Raises ArgumentError for what is none."""
        if not isinstance(asked, dict):
            return literal(asked)
        if "property" in asked:
            return self._column(asked["property"])
        if "op" in asked:
            return self._made(asked)
        if "date" in asked or "timestamp" in asked:
            return moment(asked.get("date", asked.get("timestamp")))
        return shape(self.placed(_box(asked["bbox"]) if "bbox" in asked else _shape(asked)))

    def _made(self, asked: Json) -> Value:
        """Return what a function or a sum makes of its parts."""
        name, args = _call(asked)
        if name in SUMS:
            return reckoned(name, *self._values(args, _TWO))
        if name in {"casei", "accenti"}:
            (value,) = self._values(args, 1)
            return folded(value, name)
        told = self._truth(asked)
        return Value("boolean", told.true, ~(told.true | told.false))

    def _column(self, name: object) -> Value:
        if not isinstance(name, str) or name not in self.kinds:
            raise ArgumentError("api.filter_property", argument="filter", allowed=", ".join(self.kinds))
        return column(self.rows[name], self.kinds[name])

    def _span(self, asked: Json) -> Span:
        """Return an instant, a day or an interval as its two ends; an open end has none."""
        if not isinstance(asked, dict) or "interval" not in asked:
            value = self._value(asked)
            value = moment(value.values.item()) if value.kind == "text" and not value.values.ndim else value
            return Span(need(value, "day", "instant"), value)
        begin, end = _counted(asked["interval"], _TWO)
        return Span(*(self._end(one) for one in (begin, end)))

    def _end(self, asked: Json) -> Value:
        if asked == "..":
            return OPEN
        return moment(asked) if isinstance(asked, str) else need(self._value(asked), "day", "instant")


def _both(left: Truth, right: Truth) -> Truth:
    return Truth(left.true & right.true, left.false | right.false)


def _either(left: Truth, right: Truth) -> Truth:
    return Truth(left.true | right.true, left.false & right.false)


def _call(asked: Json) -> tuple[str, list[Json]]:
    if not isinstance(asked, dict) or not isinstance(asked.get("op"), str) or not isinstance(asked.get("args"), list):
        raise ArgumentError("api.filter_predicate", argument="filter")
    return asked["op"].lower(), asked["args"]


def _counted(args: Json, count: int) -> list[Json]:
    if not isinstance(args, list) or len(args) != count:
        raise ArgumentError("api.filter_arguments", argument="filter", count=count)
    return args


def _allowed() -> str:
    return ", ".join(one.upper() for one in ("casei", "accenti", *_SHAPES, *TIMES))


def _box(numbers: Json) -> shapely.Geometry:
    if not isinstance(numbers, list) or len(numbers) not in _BOXES or not all(map(_finite, numbers)):
        raise ArgumentError("api.filter_value", argument="filter")
    half = len(numbers) // 2
    return shapely.box(numbers[0], numbers[1], numbers[half], numbers[half + 1])


def _finite(one: object) -> bool:
    return isinstance(one, int | float) and abs(one) < float("inf")


def _shape(geometry: Json) -> shapely.Geometry:
    """Return a shape from its GeoJSON. Raises ArgumentError for what is none."""
    try:
        made = shapely.geometry.shape(geometry)
    except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise ArgumentError("api.filter_value", argument="filter") from None
    if not np.isfinite(shapely.get_coordinates(made)).all():
        raise ArgumentError("api.filter_value", argument="filter")
    return made
