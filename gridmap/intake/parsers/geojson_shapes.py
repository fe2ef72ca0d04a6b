"""The geometries of a GeoJSON that GDAL drops without a word: they must not read as features without a place."""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from gridmap.intake.parts import GEOMETRY, Part

_FEATURES = re.compile(r'"features"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")
_POINT = struct.Struct("<BIdd")
_NOWHERE = pa.array([_POINT.pack(1, 1, nan, nan) for nan in (math.nan, -math.nan)], pa.binary())
# No WKB at all, and a point that is not empty and yet has no place: readers of rows name both.
UNREADABLE = b""
NOT_FINITE = _POINT.pack(1, 1, math.nan, 0.0)


def restored(part: Part, path: Path) -> Part:
    """Return the layer with `UNREADABLE` or `NOT_FINITE` where the file gives a geometry and GDAL nothing or NaN."""
    wkb = part.table.column(GEOMETRY)
    lost, nowhere = pc.is_null(wkb).to_numpy(), pc.is_in(wkb, _NOWHERE).to_numpy()
    if not (lost | nowhere).any():
        return part
    given = list(_given(path.read_text("utf-8-sig", "replace")))
    if len(given) != len(wkb):
        return part  # one bare feature or geometry, not a collection
    values = wkb.to_pylist()
    for row in (lost | nowhere).nonzero()[0].tolist():
        if given[row]:
            values[row] = UNREADABLE if lost[row] else NOT_FINITE
    field = part.table.schema.field(GEOMETRY)
    column = part.table.schema.get_field_index(GEOMETRY)
    return replace(part, table=part.table.set_column(column, field, pa.array(values, pa.binary())))


def _given(text: str) -> Iterator[bool]:
    """Yield for each feature whether it states a geometry that is not empty; one feature at a time is in memory."""
    start = _FEATURES.search(text)
    if start is None:
        return
    decoder = json.JSONDecoder()
    at = _after(text, start.end())
    while text[at : at + 1] == "{":
        feature, at = decoder.raw_decode(text, at)
        at = _after(text, at)
        geometry = feature.get("geometry")
        yield isinstance(geometry, dict) and bool(geometry.get("coordinates") or geometry.get("geometries"))


def _after(text: str, at: int) -> int:
    between = _BETWEEN.match(text, at)
    return between.end() if between else at
