"""Column types: one form for each instant, day and geometry, on every database.

Instants are UTC microseconds since 1970 (SQLite's own DateTime would drop the offset), days are local ISO dates of the
office's zone, geometries are 2D WKB in EPSG:4326.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson
import shapely
from sqlalchemy import BigInteger, Column, Dialect, LargeBinary, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from gridmap.errors import ArgumentError
from gridmap.layer import Mark

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def microseconds(value: object) -> int:
    """Return the UTC microseconds since 1970 of an aware datetime. ArgumentError if it is naive, or no datetime."""
    if not isinstance(value, dt.datetime) or value.tzinfo is None:
        raise ArgumentError("store.naive_instant", value=value)
    return (value - _EPOCH) // _MICROSECOND


class Instant(TypeDecorator[dt.datetime]):
    """An aware datetime, kept as UTC microseconds. Naive datetimes are refused with ArgumentError."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> int | None:
        """Return the microseconds of `value`; null stays null."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> dt.datetime | None:
        """Return the aware UTC datetime; null stays null."""
        return None if value is None else _EPOCH + value * _MICROSECOND


class Day(TypeDecorator[dt.date]):
    """A local day, kept as ISO text so that text order is time order. Instants are refused with ArgumentError."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: dt.date | None, dialect: Dialect) -> str | None:
        """Return the ISO text of `value`; null stays null."""
        if value is None:
            return None
        if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
            raise ArgumentError("store.not_a_day", value=value)
        return value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> dt.date | None:
        """Return the date; null stays null."""
        return None if value is None else dt.date.fromisoformat(value)


class Geometry(TypeDecorator[bytes]):
    """A geometry in EPSG:4326. Takes a shapely geometry or WKB; gives WKB, so that frames decode a column at once."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: shapely.Geometry | bytes | None, dialect: Dialect) -> bytes | None:
        """Return 2D little-endian WKB; null stays null."""
        if value is None or isinstance(value, bytes):
            return value
        wkb: bytes = shapely.to_wkb(value, output_dimension=2, byte_order=1)
        return wkb


class Json(TypeDecorator[Any]):
    """Plain data, kept as JSON text with sorted keys, so that equal data is equal text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """Return the JSON text; null stays null."""
        return None if value is None else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        """Return the plain data; null stays null."""
        return None if value is None else orjson.loads(value)


def text_column(
    name: str, mark: Mark, *constraints: Any, kind: TypeEngine[Any] | None = None, **options: Any
) -> Column[Any]:
    """Return a text column with its mark. Every stored text column is made here: an unmarked one fails the build."""
    return Column(name, kind or Text(), *constraints, info={"mark": mark}, **options)
