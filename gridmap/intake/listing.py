"""A listing: one table of a file with its headers found, whatever the file was."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridmap.errors import FileError
from gridmap.intake import kinds, texts
from gridmap.intake.hstore import unpack
from gridmap.intake.raw import Features, Sheet
from gridmap.intake.texts import Column, Mask
from gridmap.words import spellings

_HEADER_WITHIN = 30  # rows: title, unit and date lines above a header are few
_EXACT = 1e15  # above it a float is no longer every whole number of 15 digits
_OSM_TAGS = "other_tags"
_NOTE = r"^(?:" + "|".join(spellings.NOTES) + r")[::]"  # colons: what `flat` leaves is plain

Target = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows under headers.

    `rows` counts as the file's reader counts: a sheet's first row is 1, a vector file's first feature is 1. `shapes`
    holds WKB (bytes, None where a feature has none) in `crs`, or is None where the file is no vector file.
    """

    name: str
    headers: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: NDArray[np.int64]
    shapes: NDArray[np.object_] | None = None
    crs: str | None = None

    def take(self, rows: Mask) -> Listing:
        """Return the listing with the rows of the mask alone."""
        return replace(
            self,
            columns=tuple(column.take(rows) for column in self.columns),
            rows=self.rows[rows],
            shapes=None if self.shapes is None else self.shapes[rows],
        )


def from_sheet(sheet: Sheet, target: Target) -> Listing | None:
    """Return the listing in a sheet, or None where no row of it has a header that `target` knows.

    Merged cells hold their value everywhere. The header is the row, or pair of rows, under which most targets stand
    (the single row and the upper one win a tie). Blank rows, rows that sum up (合计), rows that sign the sheet and
    repetitions of the header are left out.
    """
    columns = _unmerge(sheet)
    head = [column.texts[:_HEADER_WITHIN].to_pylist() for column in columns]
    lines = [list(line) for line in zip(*head, strict=True)]
    best, last = 0, -1
    headers: tuple[str, ...] = ()
    for span in (1, 2):
        for end in range(span - 1, len(lines)):
            titles = lines[end] if span == 1 else _joined(lines[end - 1], lines[end], target)
            score = len({target(title) for title in titles if title} - {None})
            if score > best:
                best, last, headers = score, end, tuple(" ".join((title or "").split()) for title in titles)
    if not best:
        return None
    below = np.arange(sheet.cells.num_rows) > last
    listing = Listing(sheet.name, headers, columns, np.arange(1, sheet.cells.num_rows + 1)).take(below)
    return listing.take(_is_row(listing, lines[last]))


def from_features(features: Features, wanted: Callable[[str], bool]) -> Listing:
    """Return the listing of a vector layer: its attributes, `wanted` ones of its OSM tags, and its shapes as WKB."""
    names = list(features.fields.column_names)
    columns = [_attribute(features.fields.column(name)) for name in names]
    if _OSM_TAGS in names:
        packed = columns[names.index(_OSM_TAGS)].texts.to_pylist()
        for tag, values in unpack(packed, lambda tag: tag not in names and wanted(tag)).items():
            names.append(tag)
            columns.append(_attribute(pa.chunked_array([pa.array(values, pa.string())])))
    shapes = np.asarray(features.geometry.to_numpy(zero_copy_only=False), dtype=object)
    rows = np.arange(1, len(shapes) + 1)
    return Listing(features.name, tuple(names), tuple(columns), rows, shapes=shapes, crs=features.crs)


def drawn(layers: list[Features]) -> list[Features]:
    """Return the layers that have shapes; all of them if none has. The others are tables beside a map: styles, say."""
    return [layer for layer in layers if layer.geometry.null_count < len(layer.geometry)] or layers


def _joined(upper: Sequence[str | None], lower: Sequence[str | None], target: Target) -> list[str | None]:
    """Return the headers of two rows taken together: the upper one counts where the lower is empty or needs it."""
    titles: list[str | None] = []
    for above, below in zip(upper, lower, strict=True):
        both = f"{above}{below}" if above and below and above != below else None
        titles.append(both if both and target(both) else below or above)
    return titles


def _is_row(listing: Listing, header: Sequence[str | None]) -> Mask:
    """Return which rows of a sheet are rows of the register."""
    columns = [column.texts for column in listing.columns]
    first = pc.coalesce(*columns)
    spelled = texts.flat(first)
    total = pc.is_in(pc.utf8_rtrim(spelled, ":"), value_set=pa.array(sorted(spellings.TOTALS)))
    note = texts.matches(spelled, _NOTE)
    repeated = np.ones(len(first), dtype=np.bool_)
    for column, title in zip(columns, header, strict=True):
        repeated &= texts.as_mask(pc.equal(column, title)) if title else ~texts.filled(column)
    return np.asarray(texts.filled(first) & ~texts.as_mask(total) & ~note & ~repeated)


def _unmerge(sheet: Sheet) -> tuple[Column, ...]:
    """Return the columns of a sheet, the value of each merged block in all of its cells."""
    count, width = sheet.cells.num_rows, sheet.cells.num_columns // 2
    names = range(width)
    columns = [
        Column(
            texts.trim(sheet.cells.column(f"c{name}").combine_chunks().cast(pa.string())),
            np.asarray(sheet.cells.column(f"k{name}").to_numpy(), dtype=np.int8),
        )
        for name in names
    ]
    blocks = [(top, left, min(bottom, count - 1), min(right, width - 1)) for top, left, bottom, right in sheet.merged]
    blocks = [block for block in blocks if block[0] <= block[2] and block[1] <= block[3]]
    if sum((bottom - top + 1) * (right - left + 1) for top, left, bottom, right in blocks) > count * width:
        raise FileError("intake.merged_overlap", sheet=sheet.name)
    if not blocks:
        return tuple(columns)
    values = {name: texts.objects(columns[name].texts).copy() for name in names}
    marks = {name: columns[name].kinds.copy() for name in names}
    for top, left, bottom, right in blocks:
        for name in range(left, right + 1):
            values[name][top : bottom + 1] = values[left][top]
            marks[name][top : bottom + 1] = marks[left][top]
    return tuple(Column(pa.array(values[name], pa.string()), marks[name]) for name in names)


def _attribute(chunks: pa.ChunkedArray) -> Column:
    """Return an attribute of a vector file as texts with kinds, so that one path reads all files."""
    values = chunks.combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    code, words = kinds.TEXT, values
    if pa.types.is_boolean(values.type):
        code = kinds.BOOLEAN
    elif pa.types.is_floating(values.type):
        code, words = kinds.NUMBER, _numerals(values)
    elif pa.types.is_integer(values.type):
        code = kinds.NUMBER
    elif pa.types.is_nested(values.type) or pa.types.is_binary(values.type):
        words = pa.array([None if value is None else str(value) for value in values.to_pylist()], pa.string())
    words = texts.trim(words.cast(pa.string()))
    return Column(words, np.where(texts.filled(words), code, kinds.EMPTY).astype(np.int8))


def _numerals(values: pa.Array) -> pa.Array:
    """Return floats as texts that lose nothing, whole ones without ".0"; NaN, GDAL's word for nothing, becomes null."""
    floats = np.asarray(values.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    return pa.array([_numeral(value) for value in floats.tolist()], pa.string())


def _numeral(value: float) -> str | None:
    if math.isnan(value):
        return None
    return str(int(value)) if abs(value) < _EXACT and value.is_integer() else repr(value)
