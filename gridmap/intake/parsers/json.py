"""GeoJSON and TopoJSON: the bytes first, then GDAL."""

from __future__ import annotations

from collections.abc import Iterator

from gridmap.intake.job import Job
from gridmap.intake.parsers import json_bytes
from gridmap.intake.parts import Part


def inspect(job: Job) -> None:
    """Refuse what would nest too deep or unfold too far: see `json_bytes`."""
    json_bytes.inspect(job.path, job.limits, in_one_geometry=job.format == "geojson")


def parse(job: Job) -> Iterator[Part]:
    """Yield the layer of a GeoJSON, each object of a TopoJSON."""
    from gridmap.intake.parsers import geojson_shapes, vector

    for part in vector.read_all(job.path, job):
        yield geojson_shapes.restored(part, job.path) if job.format == "geojson" else part
