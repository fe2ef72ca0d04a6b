"""GeoJSON and TopoJSON."""

from __future__ import annotations

from collections.abc import Iterator

from gridmap.intake.job import Job
from gridmap.intake.parts import Part


def inspect(job: Job) -> None:
    """Look."""


def parse(job: Job) -> Iterator[Part]:
    """Yield each layer."""
    from gridmap.intake.parsers import vector

    for layer in vector.layers(job.path, job):
        yield vector.read(job.path, layer, job)
