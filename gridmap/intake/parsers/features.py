"""Batches of features to one table, each batch checked before the next is read."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from gridmap.intake.limits import Limits
from gridmap.intake.parts import GEOMETRY

_BYTES_A_VERTEX = 16  # two doubles; heads of rings and parts make it an upper bound


def gathered(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, geometry: str, limits: Limits, *, left_out: Iterable[str] = ()
) -> pa.Table:
    """Return the attributes and, under `GEOMETRY`, the WKB of the column `geometry` (null throughout if there is none).

    FileError as soon as `rows`, `columns`, `cells`, `text`, `geometry_vertices` or `vertices` is passed.
    """
    held: list[pa.RecordBatch] = []
    rows = vertices = 0
    for batch in batches:
        rows += batch.num_rows
        limits.check_size(rows, batch.num_columns)
        if geometry in batch.schema.names:
            vertices += _vertices(batch.column(geometry), limits)
            limits.check("vertices", vertices)
        _check_texts(batch, rows - batch.num_rows, limits)
        held.append(batch)
    table = pa.Table.from_batches(held, schema)
    wkb = table.column(geometry) if geometry in table.column_names else pa.nulls(rows, pa.binary())
    fields = table.drop_columns([one for one in (geometry, *left_out) if one in table.column_names])
    return fields.append_column(pa.field(GEOMETRY, pa.binary()), wkb.cast(pa.binary()))


def _vertices(wkb: pa.Array, limits: Limits) -> int:
    sizes = pc.binary_length(wkb)
    limits.check("geometry_vertices", (pc.max(sizes).as_py() or 0) // _BYTES_A_VERTEX)
    return (pc.sum(sizes).as_py() or 0) // _BYTES_A_VERTEX


def _check_texts(batch: pa.RecordBatch, above: int, limits: Limits) -> None:
    for column in batch.columns:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            lengths = pc.utf8_length(column)
            longest = pc.max(lengths).as_py() or 0
            limits.check("text", longest, row=above + pc.index(lengths, longest).as_py() + 1)
