"""What stands in a filter: columns, literals, what is reckoned from them; each of one kind, or nothing."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridmap.errors import ArgumentError

Kind = Literal["text", "number", "boolean", "day", "instant", "shape", "null"]
Array = NDArray[Any]
Bools = NDArray[np.bool_]

_TIMES = frozenset({"day", "instant"})
_NAMED = {"integer": "number", "choice": "text"}


@dataclass(frozen=True, slots=True)
class Value:
    """Values of one kind, one a row or one for all rows. `none`: where there is none.

    Text is held as `str` (empty where none), a number as float64, a day as datetime64[D], an instant as datetime64[us]
    in UTC, a shape as shapely's.
    """

    kind: Kind
    values: Array
    none: Bools


NULL = Value("null", np.array(None, dtype=object), np.array(True))


def column(rows: pd.Series, declared: str) -> Value:
    """Return a column of a frame as values of the kind that is declared of it."""
    kind: Any = _NAMED.get(declared, declared)
    none = rows.isna().to_numpy(dtype=bool)
    if kind == "shape":
        held = rows.to_numpy(dtype=object)
        return Value(kind, held, none | shapely.is_empty(held))
    if kind == "number":
        return Value(kind, pd.to_numeric(rows, errors="coerce").to_numpy(dtype=float, na_value=np.nan), none)
    if kind == "instant":
        return Value(kind, pd.to_datetime(rows, utc=True).dt.tz_localize(None).to_numpy("datetime64[us]"), none)
    if kind == "day":
        return Value(kind, np.array([_iso(one) for one in rows], dtype="datetime64[D]"), none)
    filled = rows.astype(object).where(~none, False if kind == "boolean" else "")
    return Value(kind, filled.to_numpy(dtype=bool if kind == "boolean" else object), none)


def _iso(one: object) -> str:
    return "NaT" if pd.isna(one) else str(one)[:10]  # type: ignore[call-overload]


def literal(one: object) -> Value:
    """Return one value for all rows. Raises ArgumentError for what is no value."""
    if one is None:
        return NULL
    there = np.array(False)
    if isinstance(one, bool):
        return Value("boolean", np.array(one), there)
    if isinstance(one, int | float) and abs(one) < float("inf"):
        return Value("number", np.array(float(one)), there)
    if isinstance(one, str):
        return Value("text", np.array(one, dtype=object), there)
    raise ArgumentError("api.filter_value", argument="filter")


def moment(text: object) -> Value:
    """Return a day or an instant from its ISO text. Raises ArgumentError for another text."""
    there = np.array(False)
    if not isinstance(text, str):
        raise ArgumentError("api.filter_moment", argument="filter")
    try:
        text = text.upper().removesuffix("T")  # GDAL ends a day so
        if "T" not in text:
            return Value("day", np.array(dt.date.fromisoformat(text), dtype="datetime64[D]"), there)
        at = dt.datetime.fromisoformat(text)
        at = at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)
        return Value("instant", np.array(at.replace(tzinfo=None), dtype="datetime64[us]"), there)
    except (ValueError, OverflowError):
        raise ArgumentError("api.filter_moment", argument="filter") from None


def shape(geometry: shapely.Geometry) -> Value:
    """Return a shape for all rows."""
    shapely.prepare(geometry)
    held = np.empty((), dtype=object)
    held[()] = geometry
    return Value("shape", held, np.array(shapely.is_empty(geometry)))


def alike(left: Value, right: Value, zone: ZoneInfo) -> tuple[Value, Value]:
    """Return two values as ones of the same kind: a day beside an instant is its first one, in the office's zone.

    A text beside a day or instant is read as one, and 1 or 0 beside a boolean. Raises ArgumentError for kinds that
    have nothing in common.
    """
    if "null" in {left.kind, right.kind} or left.kind == right.kind:
        return left, right
    if left.kind == "text" and right.kind in _TIMES and left.values.ndim == 0:
        return alike(moment(left.values.item()), right, zone)
    if right.kind == "text" and left.kind in _TIMES and right.values.ndim == 0:
        return alike(left, moment(right.values.item()), zone)
    if {left.kind, right.kind} == _TIMES:
        return instant(left, zone), instant(right, zone)
    if {left.kind, right.kind} == {"boolean", "number"}:
        return _truth(left), _truth(right)
    raise ArgumentError("api.filter_kinds", argument="filter", left=left.kind, right=right.kind)


def _truth(value: Value) -> Value:
    """Return a boolean, or 1 and 0 as one. Raises ArgumentError for another number."""
    if value.kind == "number" and not np.isin(value.values[~value.none], (0.0, 1.0)).all():
        raise ArgumentError("api.filter_kinds", argument="filter", left="boolean", right=value.kind)
    return Value("boolean", value.values.astype(bool), value.none)


def instant(value: Value, zone: ZoneInfo) -> Value:
    """Return days as their first instants, in a zone; instants as they are."""
    if value.kind == "instant":
        return value
    days = pd.Series(np.atleast_1d(value.values).astype("datetime64[us]"))
    local = days.dt.tz_localize(zone, ambiguous="NaT", nonexistent="shift_forward").dt.tz_convert("UTC")
    begun = local.dt.tz_localize(None).to_numpy("datetime64[us]").reshape(value.values.shape)
    return Value("instant", begun, value.none)


def need(value: Value, *kinds: Kind) -> Value:
    """Return the value if it is of one of these kinds, or null. Raises ArgumentError for another one."""
    if value.kind not in {*kinds, "null"}:
        raise ArgumentError("api.filter_kind", argument="filter", kind=value.kind, allowed=", ".join(kinds))
    return value


def _whole(left: Array, right: Array) -> Array:
    return np.trunc(left / right)


_SUMS: Mapping[str, Callable[[Array, Array], Array]] = MappingProxyType(
    {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "%": np.fmod, "div": _whole, "^": np.power}
)
SUMS = frozenset(_SUMS)


def reckoned(sign: str, left: Value, right: Value) -> Value:
    """Return what arithmetic makes of numbers; none where it makes none (division by zero)."""
    for one in (left, right):
        need(one, "number")
    if "null" in {left.kind, right.kind}:
        return NULL
    with np.errstate(all="ignore"):
        made = np.asarray(_SUMS[sign](left.values, right.values))
    return Value("number", made, left.none | right.none | ~np.isfinite(made))


def folded(value: Value, name: str) -> Value:
    """Return text without what CASEI (capitals) or ACCENTI (accents) takes no account of."""
    need(value, "text")
    if value.kind == "null":
        return value
    fold = str.casefold if name == "casei" else _bare
    made = np.array([fold(one) for one in np.atleast_1d(value.values)], dtype=object).reshape(value.values.shape)
    return Value("text", made, value.none)


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(one for one in apart if not unicodedata.combining(one)))
