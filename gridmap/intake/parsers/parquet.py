"""GeoParquet by Arrow alone."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gridmap.errors import FileError
from gridmap.intake.formats import PARQUET
from gridmap.intake.job import Job
from gridmap.intake.parsers.features import gathered
from gridmap.intake.parts import Part

_TAIL = 8
_FOOTER_BYTES = 16 * 1024 * 1024
_BATCH = 8_192
_DEFAULT_CRS = "OGC:CRS84"  # GeoParquet 1.1: what a column without `crs` means


def inspect(job: Job) -> None:
    """Refuse a file that does not end as it began, or whose footer is out of all proportion."""
    size = job.path.stat().st_size
    with job.path.open("rb") as file:
        file.seek(max(size - _TAIL, 0), os.SEEK_SET)
        tail = file.read()
    if tail[4:] != PARQUET or int.from_bytes(tail[:4], "little") > min(_FOOTER_BYTES, size):
        raise FileError("intake.unreadable", format="geoparquet", problem="footer")


def parse(job: Job) -> Iterator[Part]:
    """Yield the one layer; its geometry must be WKB, the `bbox` column that covers it is left out.

    Texts stay in their dictionaries until what they unfold to is known to be within `unzipped_bytes`.
    """
    with pq.ParquetFile(job.path) as plain:
        schema, about = plain.schema_arrow, plain.metadata
    job.limits.check_size(about.num_rows, about.num_columns)
    name, crs, covering = _geometry(about.metadata or {})
    nested = [one.name for one in schema if pa.types.is_nested(one.type) and one.name not in covering]
    if nested:
        raise FileError("intake.parquet_nested", columns=", ".join(nested))
    kept = [one for one in schema.names if one not in covering]
    with pq.ParquetFile(job.path, read_dictionary=_texts(schema, kept)) as file:
        unfolded = pa.schema([_plain(schema.field(one)) for one in kept])
        batches = _unfolded(file.iter_batches(_BATCH, columns=kept, use_threads=False), unfolded, job)
        table = gathered(batches, unfolded, name, job.limits)
    yield Part("features", job.stem, table, crs=crs)


def _geometry(metadata: Mapping[bytes, bytes]) -> tuple[str, str | None, set[str]]:
    """Return the geometry column, what is said of its CRS, and the columns that only cover it."""
    if b"geo" not in metadata:
        raise FileError("intake.parquet_geo")
    geo = json.loads(metadata[b"geo"])
    name = geo["primary_column"]
    column = geo["columns"][name]
    if column["encoding"] != "WKB":
        raise FileError("intake.parquet_encoding", found=column["encoding"])
    crs = column.get("crs", _DEFAULT_CRS)
    covering = {path[0] for path in column.get("covering", {}).get("bbox", {}).values()}
    return name, crs if crs is None or isinstance(crs, str) else _authority(crs), covering


def _authority(crs: dict[str, dict[str, str]]) -> str:
    identity = crs.get("id", {})
    return f"{identity['authority']}:{identity['code']}" if identity else json.dumps(crs)


def _texts(schema: pa.Schema, names: list[str]) -> list[str]:
    variable = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    return [name for name in names if any(check(schema.field(name).type) for check in variable)]


def _plain(field: pa.Field) -> pa.Field:
    return field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field


def _unfolded(batches: Iterator[pa.RecordBatch], schema: pa.Schema, job: Job) -> Iterator[pa.RecordBatch]:
    size = 0
    for batch in batches:
        columns = []
        for column in batch.columns:
            if pa.types.is_dictionary(column.type):
                size += pc.sum(pc.binary_length(column.dictionary).take(column.indices)).as_py() or 0
            else:
                size += column.nbytes
            if size > job.limits.unzipped_bytes:
                raise FileError("intake.unzipped_bytes", allowed=job.limits.unzipped_bytes)
            columns.append(column.dictionary_decode() if pa.types.is_dictionary(column.type) else column)
        yield pa.record_batch(columns, names=batch.schema.names).cast(schema)
