"""Frames to rows and back, a column at a time: a row at a time is what makes a store slow.

A value is `plain` on its way in (a Python str, int, float, bool, or None for null; a geometry as 2D WKB) and `typed` in
a frame (object, Int64, float64, boolean; days as ISO text). Private values are kept as JSON text, so that each comes
back in its type. No error of this file shows a value: it may be personal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Integer,
    Table,
    TableClause,
    Text,
    cast,
    column,
    func,
    insert,
    select,
    type_coerce,
)

from gridmap.errors import ArgumentError, StoreError
from gridmap.layer import Field
from gridmap.store.dialects import is_walled, on_postgres

Objects: TypeAlias = NDArray[np.object_]

CRS = "EPSG:4326"
_DTYPES: Mapping[str, Any] = {
    "text": "object",
    "choice": "object",
    "day": "object",
    "integer": "Int64",
    "number": "float64",
    "boolean": "boolean",
}


def objects(values: Iterable[object]) -> Objects:
    """Return the values as a one-dimensional object array, whatever they are."""
    held = list(values)
    array = np.empty(len(held), dtype=object)
    array[:] = held
    return array


def plain(column: pd.Series, one: Field) -> Objects:
    """Return the values of a field as plain Python ones, null as None.

    Raises ArgumentError where the column is not of the field's type, or a number is infinite; it names no value.
    """
    try:
        cast = column.astype(_DTYPES[one.type])
    except (TypeError, ValueError):
        raise ArgumentError("store.column_type", field=one.name, type=one.type) from None
    text = _DTYPES[one.type] == "object"
    if text and pd.api.types.infer_dtype(cast, skipna=True) not in ("string", "empty"):
        raise ArgumentError("store.column_type", field=one.name, type=one.type)
    if one.type == "number" and np.isinf(cast.to_numpy()).any():
        raise ArgumentError("store.column_type", field=one.name, type=one.type)
    return nullable(cast)


def typed(values: Sequence[object] | Objects, one: Field) -> pd.Series:
    """Return plain values as the column of a frame. Raises StoreError where the store holds another type."""
    try:
        return pd.Series(values, dtype=_DTYPES[one.type])
    except (TypeError, ValueError):
        raise StoreError("store.kept_type", field=one.name, type=one.type) from None


def there(values: Objects) -> NDArray[np.bool_]:
    """Return which of the plain values are not null."""
    return np.asarray(values != np.array(None, dtype=object), dtype=bool)


def pick(values: Objects, at: NDArray[np.intp]) -> Objects:
    """Return the value at each position, None where the position is -1."""
    return np.append(values, np.array([None], dtype=object))[at]


def text(values: Sequence[object] | Objects) -> pd.Series:
    """Return a text column: object, null as None."""
    return pd.Series(values, dtype=object)


def nullable(column: pd.Series) -> Objects:
    """Return the values of a column as they are, null as None."""
    values = np.array(column.astype(object), dtype=object)
    values[column.isna().to_numpy()] = None
    return values


def instants(values: Sequence[object]) -> pd.Series:
    """Return a column of UTC instants, null as NaT."""
    return pd.Series(values, dtype="datetime64[us, UTC]")


def to_wkb(places: gpd.GeoSeries) -> Objects:
    """Return 2D little-endian WKB, equal for equal geometries; null and empty give None.

    Raises ArgumentError unless the places are in EPSG:4326.
    """
    if places.crs is None or not places.crs.equals(CRS):
        raise ArgumentError("store.not_wgs84", crs=str(places.crs))
    held = places.to_numpy()
    wkb = np.array(shapely.to_wkb(held, output_dimension=2, byte_order=1), dtype=object)
    wkb[shapely.is_missing(held) | shapely.is_empty(held)] = None
    return wkb


def to_frame(columns: Mapping[str, object], wkb: Sequence[object] | Objects) -> gpd.GeoDataFrame:
    """Return the columns with the decoded geometry (EPSG:4326, null as None) as their last one."""
    return gpd.GeoDataFrame(dict(columns), geometry=shapely.from_wkb(objects(wkb)), crs=CRS)


def to_json(columns: Mapping[str, Objects], count: int) -> list[str]:
    """Return one JSON object a row, sorted by name, without its nulls."""
    names = sorted(columns)
    if not names:
        return ["{}"] * count
    rows = zip(*(columns[name] for name in names), strict=True)
    return [
        orjson.dumps({name: value for name, value in zip(names, row, strict=True) if value is not None}).decode()
        for row in rows
    ]


def to_json_values(values: Objects) -> list[str]:
    """Return the JSON text of each value."""
    return [orjson.dumps(value).decode() for value in values]


def from_json(texts: Sequence[Any]) -> list[Any]:
    """Return what each JSON text holds, all read in one go."""
    read: list[Any] = orjson.loads("[" + ",".join(texts) + "]")
    return read


def raw(column: ColumnElement[object]) -> ColumnElement[str]:
    """Return the column as the database keeps it: frames decode a whole column at once."""
    return type_coerce(column, Text)


def turned(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    """Return the `width` columns of the rows, empty ones where there is no row."""
    return [[row[number] for row in rows] for number in range(width)]


_HIGHEST_ID = TableClause("highest_id", column("name"), column("last"))
_HIGHEST_COUNT = TableClause("highest_count", column("name"), column("begin"), column("last"))


def next_number(connection: Connection, table: Table) -> int:
    """Return the number that the next new row of a table is given: one more than the highest, whoever asks."""
    if on_postgres(connection):
        highest = select(func.next_number(table.name))
    elif is_walled(connection):
        highest = select(_HIGHEST_ID.c.last + 1).where(_HIGHEST_ID.c.name == table.name)
    else:
        highest = select(func.max(table.c.id) + 1)
    return int(connection.execute(highest).scalar() or 1)


def last_count(connection: Connection, table: Table, begin: str) -> int:
    """Return the highest count of the numbers of a table ("2015-00001") that begin so, whoever asks; 0 if none does."""
    number = table.c.number
    if on_postgres(connection):
        highest = select(func.last_count(table.name, begin))
    elif is_walled(connection):
        whose = (_HIGHEST_COUNT.c.name == table.name, _HIGHEST_COUNT.c.begin == begin)
        highest = select(_HIGHEST_COUNT.c.last).where(*whose)
    else:
        count = func.max(cast(func.substr(number, len(begin) + 1), Integer))
        highest = select(count).where(number.startswith(begin, autoescape=True))
    return int(connection.execute(highest).scalar() or 0)


def insert_one(connection: Connection, table: Table, values: Mapping[str, object]) -> int:
    """Insert one row and return the number it was given."""
    key = connection.execute(insert(table).values(values)).inserted_primary_key
    if key is None:  # pragma: no cover  every table of the store numbers its rows
        raise StoreError("store.damaged", file="")
    return int(key[0])


def insert_many(connection: Connection, table: Table | TableClause, columns: Mapping[str, Iterable[object]]) -> None:
    """Insert the columns as rows, straight through the driver.

    Values are given as the database keeps them (days as ISO text, geometries as WKB, JSON as text). A column that says
    the same all along may be endless.
    """
    if isinstance(table, Table) and on_postgres(connection):
        _insert_arrays(connection, table, columns)
        return
    statement, order = _insertion(table, tuple(columns), connection.dialect)
    rows = list(zip(*(columns[name] for name in order), strict=True))
    if rows:
        connection.exec_driver_sql(statement, rows)


def _insert_arrays(connection: Connection, table: Table, columns: Mapping[str, Iterable[object]]) -> None:
    """Insert the columns as one array each: PostgreSQL takes many rows at once much faster than one after the other."""
    rows = list(zip(*columns.values(), strict=True))
    if not rows:
        return
    arrays = dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))
    if "id" not in arrays and table.primary_key.columns.keys() == ["id"]:
        first = next_number(connection, table)
        arrays["id"] = list(range(first, first + len(rows)))
    connection.exec_driver_sql(_unnesting(table, tuple(arrays), connection.dialect), tuple(arrays.values()))


@lru_cache(maxsize=256)
def _unnesting(table: Table, names: tuple[str, ...], dialect: Dialect) -> str:
    quote = dialect.identifier_preparer.quote
    arrays = ", ".join(f"%s::{table.c[name].type.compile(dialect)}[]" for name in names)
    return f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, names))}) SELECT * FROM unnest({arrays})"  # noqa: S608  names of our own tables


@lru_cache(maxsize=256)
def _insertion(table: TableClause, names: tuple[str, ...], dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    """Return the insert of these columns as text, and in which order it takes them: made once, not once a batch."""
    compiled = insert(table).compile(dialect=dialect, column_keys=list(names))
    return str(compiled), tuple(compiled.positiontup or names)


def same(value: object, count: int) -> Iterable[object]:
    """Return a column that holds one value all along."""
    return repeat(value, count)
