"""Vector layers by GDAL, as Arrow columns."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyogrio import list_drivers, list_layers, read_info
from pyogrio.raw import open_arrow

from gridmap.errors import FileError
from gridmap.intake.job import Job
from gridmap.intake.parsers.features import gathered
from gridmap.intake.parts import Part

_BATCH = 8_192
_UNNAMED = "wkb_geometry"


def read_all(path: Path, job: Job, *, encoding: str | None = None, **options: str) -> Iterator[Part]:
    """Yield every layer, or the one asked for; the layer that GDAL names after the copy is named `job.stem`.

    FileError for a layer that is not there, for more than allowed of anything, and if GDAL has loaded any driver but
    the allowed ones. `options` are GDAL's open options.
    """
    if not set(list_drivers()) <= set(job.drivers):
        raise FileError("intake.drivers")
    layers = {job.stem if name == path.stem else str(name): str(name) for name, _ in list_layers(path)}
    job.limits.check("sheets", len(layers))
    if job.layer is not None and job.layer not in layers:
        raise FileError("intake.layer", layer=job.layer, allowed=", ".join(layers))
    for name, layer in layers.items():
        if job.layer in {None, name}:
            yield _read(path, layer, name, job, {"encoding": encoding, **options})


def _read(path: Path, layer: str, name: str, job: Job, options: dict[str, str | None]) -> Part:
    about = read_info(path, layer=layer, **options)
    # GDAL takes the number of rows from the file where it states one: a first check, the batches are counted again.
    job.limits.check_size(max(about["features"], 0), len(about["fields"]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a ring that is not closed and the like: said of the row, later
        source = open_arrow(
            path,
            layer=layer,
            batch_size=_BATCH,
            use_pyarrow=True,
            datetime_as_string=True,
            **options,
        )
        with source as (meta, reader):
            geometry = meta["geometry_name"] or _UNNAMED
            rows: Iterator[pa.RecordBatch] = iter(reader)
            table = gathered(rows, reader.schema, geometry, job.limits, left_out=[meta["fid_column"]])
    return Part("features", name, table, crs=meta["crs"])
