"""Vector layers by GDAL, as Arrow columns."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gridmap.errors import FileError
from gridmap.intake.job import Job
from gridmap.intake.parts import GEOMETRY, Part

# pyogrio would load them only to find out that they are there.
for _unneeded in ("geopandas", "pandas", "pyproj", "shapely"):
    sys.modules.setdefault(_unneeded, None)  # type: ignore[arg-type]

from pyogrio import list_drivers, list_layers, read_info  # noqa: E402
from pyogrio.raw import open_arrow  # noqa: E402

_BATCH = 16_384
_BYTES_A_VERTEX = 16
_UNNAMED = "wkb_geometry"


def layers(path: Path, job: Job) -> list[str]:
    """Return the names of the layers to read; FileError for one that is not there, or too many.

    Also refuses to go on if GDAL has loaded any driver beyond the allowed ones.
    """
    if not set(list_drivers()) <= set(job.drivers):
        raise FileError("intake.drivers")
    names = [str(name) for name, _ in list_layers(path)]
    if len(names) > job.limits.sheets:
        raise FileError("intake.sheets", found=len(names), allowed=job.limits.sheets)
    if job.layer is None:
        return names
    known = {job.stem if name == path.stem else name: name for name in names}
    if job.layer not in known:
        raise FileError("intake.layer", layer=job.layer, allowed=", ".join(known))
    return [known[job.layer]]


def read_all(path: Path, job: Job, *, encoding: str | None = None, **options: Any) -> Iterator[Part]:
    """Yield every layer of the file, or the one asked for; a layer that GDAL names after the copy is named `job.stem`."""
    for layer in layers(path, job):
        name = job.stem if layer == path.stem else layer
        yield read(path, layer, job, name=name, encoding=encoding, **options)


def read(path: Path, layer: str, job: Job, *, name: str, encoding: str | None = None, **options: Any) -> Part:
    """Return one layer; FileError as soon as `rows`, `columns`, `cells`, `text`, or vertices pass their limit."""
    about = read_info(path, layer=layer, encoding=encoding, **options)
    columns = len(about["fields"])
    _check("columns", columns, job)
    _check("rows", about["features"], job)
    _check("cells", about["features"] * columns, job)
    batches: list[pa.RecordBatch] = []
    rows = vertices = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a ring that is not closed and the like: said of the row, later
        source = open_arrow(
            path,
            layer=layer,
            encoding=encoding,
            batch_size=_BATCH,
            use_pyarrow=True,
            datetime_as_string=True,
            **options,
        )
        with source as (about, reader):
            geometry = about["geometry_name"] or _UNNAMED
            for batch in reader:
                rows += batch.num_rows
                _check("rows", rows, job)
                _check("cells", rows * max(columns, 1), job)
                vertices += _count_vertices(batch, geometry, job)
                _check("vertices", vertices, job)
                _check_text(batch, job)
                batches.append(batch)
            table = pa.Table.from_batches(batches, reader.schema)
    return Part("features", name, _shaped(table, geometry, about["fid_column"]), crs=about["crs"])


def _shaped(table: pa.Table, geometry: str, fid: str) -> pa.Table:
    wkb = table.column(geometry) if geometry in table.column_names else pa.nulls(len(table), pa.binary())
    fields = table.drop_columns([one for one in (geometry, fid) if one in table.column_names])
    return fields.append_column(pa.field(GEOMETRY, pa.binary()), wkb.cast(pa.binary()))


def _check(limit: str, found: int, job: Job) -> None:
    allowed = getattr(job.limits, limit)
    if found > allowed:
        raise FileError(f"intake.{limit}", found=found, allowed=allowed)


def _count_vertices(batch: pa.RecordBatch, geometry: str, job: Job) -> int:
    if geometry not in batch.schema.names:
        return 0
    sizes = pc.binary_length(batch.column(geometry))
    _check("geometry_vertices", (pc.max(sizes).as_py() or 0) // _BYTES_A_VERTEX, job)
    return (pc.sum(sizes).as_py() or 0) // _BYTES_A_VERTEX


def _check_text(batch: pa.RecordBatch, job: Job) -> None:
    for column in batch.columns:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            _check("text", pc.max(pc.binary_length(column)).as_py() or 0, job)
