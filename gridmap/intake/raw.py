"""The raw content of one file: sheets of text, or features with their attributes, after every check of a hostile file.

Nothing here knows layers or headers: what a cell or an attribute means is decided by the readers of registers.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from gridmap.errors import FileError
from gridmap.intake import doors, sandbox
from gridmap.intake.kinds import BOOLEAN, DAY, EMPTY, ERROR, INSTANT, NUMBER, TEXT
from gridmap.intake.limits import Limits

__all__ = [
    "BOOLEAN",
    "DAY",
    "EMPTY",
    "ERROR",
    "INSTANT",
    "NUMBER",
    "TEXT",
    "Contents",
    "Features",
    "Limits",
    "Sheet",
    "read",
    "read_contents",
]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, or a csv (its `name` is empty).

    `cells` has the columns `c0..cN` (text, null where empty) and `k0..kN` (int8 kind, `gridmap.intake.kinds`); its
    first row is row 1 of the sheet. `merged` are ranges (first row, first column, last row, last column), from 0,
    both ends included. A number's text is its shortest exact form, whole numbers without `.0`.
    """

    name: str
    cells: pa.Table
    merged: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Features:
    """One layer of a vector file.

    `fields` are the attributes as the file gives them (dates and instants as text). `geometry` is binary WKB in the
    file's own coordinates, null where a feature has none, bytes that are no WKB where it has one that cannot be read.
    `crs` is what the file states (`EPSG:4326`, WKT, PROJJSON), None if it states nothing.
    """

    name: str
    fields: pa.Table
    geometry: pa.Array
    crs: str | None


@dataclass(frozen=True, slots=True)
class Contents:
    """What one file holds: its format's name, the SHA-256 (hex) of the bytes that were read, sheets or features."""

    format: str
    digest: str
    parts: tuple[Sheet, ...] | tuple[Features, ...]


def read(
    path: Path, *, limits: Limits | None = None, encoding: str | None = None, layer: str | None = None
) -> tuple[Sheet, ...] | tuple[Features, ...]:
    """Return the sheets or the feature layers of the file: see `read_contents`."""
    return read_contents(path, limits=limits, encoding=encoding, layer=layer).parts


def read_contents(
    path: Path, *, limits: Limits | None = None, encoding: str | None = None, layer: str | None = None
) -> Contents:
    """Read one file in a process of its own that has no network, bounded memory and bounded processor time.

    `encoding` is that of a csv or of a Shapefile's attributes, found out if None; `layer` the one sheet or layer to
    read, all if None. Formats: xlsx, xls, csv, GeoJSON, TopoJSON, GeoPackage, Shapefile (its sidecars beside it, or
    zipped), GeoParquet, OSM .pbf. Raises FileError, naming what is there and what is allowed, for any other file.
    """
    limits = limits or Limits()
    try:
        with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
            taken = doors.take(path, Path(folder), limits)
            parts = sandbox.parse(taken, Path(folder), limits, stem=_stem(path), encoding=encoding, layer=layer)
    except FileError as error:
        raise FileError(error.code, **{"file": path.name, **error.inputs}) from None
    return Contents(taken.format.name, taken.digest, _shaped(parts))


def _shaped(parts: list[sandbox.Part]) -> tuple[Sheet, ...] | tuple[Features, ...]:
    if all(part.kind == "sheet" for part in parts):
        return tuple(Sheet(part.name, part.table, part.merged) for part in parts)
    return tuple(
        Features(part.name, part.table.drop_columns([sandbox.GEOMETRY]), _geometry(part.table), part.crs)
        for part in parts
        if part.kind == "features"
    )


def _stem(path: Path) -> str:
    return path.name.removesuffix(path.suffix).removesuffix(".osm")


def _geometry(table: pa.Table) -> pa.Array:
    return table.column(sandbox.GEOMETRY).combine_chunks()
