"""The attributes of a layer: each value written once, each feature naming its values by number."""

from __future__ import annotations

import datetime as dt
import struct
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.errors import ArgumentError
from gridmap.maps.frames import plain
from gridmap.maps.tiles.varints import field, varint

NONE = -1


@dataclass(frozen=True, slots=True)
class Values:
    """The columns of a frame as fields of a layer: `keys`, `written` (each value once), `codes` (key x row; NONE)."""

    keys: tuple[bytes, ...]
    written: NDArray[np.object_]
    codes: NDArray[np.int64]


def values_of(columns: pd.DataFrame, argument: str) -> Values:
    """Return the columns as tables: text, whole numbers, floats, flags; days and instants as ISO text; null left out.

    Raises ArgumentError naming `argument`, the column and the kind for any other value, two columns of one name, and
    a whole number of more than 64 bits.
    """
    keys = [str(name) for name in columns.columns]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise ArgumentError("maps.tile_columns", argument=argument, columns=", ".join(twice))
    table: dict[bytes, int] = {}
    codes = np.full((len(keys), len(columns)), NONE, dtype=np.int64)
    for i, key in enumerate(keys):
        own, different = _different(columns.iloc[:, i])
        numbers = [table.setdefault(field(4, _value(value, argument, key)), len(table)) for value in different]
        codes[i] = np.array([*numbers, NONE], dtype=np.int64)[own]
    written = np.empty(len(table), dtype=object)
    written[:] = list(table)
    return Values(tuple(field(3, _text(key, argument, key)) for key in keys), written, codes)


def _different(column: pd.Series) -> tuple[NDArray[np.int64], list[object]]:
    """Return the number of each row's value (NONE for null), and the values that are different, as plain ones."""
    mixed = column.dtype == object and pd.api.types.infer_dtype(column, skipna=True) != "string"
    if isinstance(column.dtype, pd.CategoricalDtype) or mixed:
        seen: dict[tuple[type, object], int] = {}
        # True, 1 and 1.0 are equal, but not the same value of a tile.
        own = [
            NONE if value is None else seen.setdefault((type(value), _hashed(value)), len(seen))
            for value in plain(column)
        ]
        return np.array(own, dtype=np.int64), [value for _, value in seen]
    codes, different = pd.factorize(column)
    return codes.astype(np.int64), plain(pd.Series(different))


def _hashed(value: object) -> object:
    """The value itself, or the kind of one that no tile can hold: it need not be hashable."""
    return value if isinstance(value, bool | int | float | str | dt.date | np.generic) else type(value)


def _value(value: object, argument: str, key: str) -> bytes:
    """A message Value. Source: Mapbox Vector Tile 2.1, 4.1 and its schema."""
    if isinstance(value, str):
        return field(1, _text(value, argument, key))
    if isinstance(value, bool | np.bool_):
        return b"\x38" + varint(int(value))
    if isinstance(value, int | np.integer) and -(2**63) <= int(value) < 2**64:
        whole = int(value)
        return b"\x28" + varint(whole) if whole >= 0 else b"\x30" + varint(-2 * whole - 1)
    if isinstance(value, float | np.floating):
        return b"\x19" + struct.pack("<d", float(value))
    if isinstance(value, dt.date):
        return field(1, value.isoformat().encode())
    kind = value.__name__ if isinstance(value, type) else type(value).__name__
    raise ArgumentError("maps.tile_value", argument=argument, column=key, kind=kind)


def _text(text: str, argument: str, key: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise ArgumentError("maps.tile_text", argument=argument, column=ascii(key)) from None
