"""One job of the parsing process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gridmap.intake.limits import Limits


@dataclass(frozen=True, slots=True)
class Job:
    """What to parse: the copy's name in the working folder, its format, and what the caller said about it.

    `stem` is the file's own name, for a layer that has no other. `drivers` are the GDAL drivers that may be loaded.
    """

    format: str
    path: Path
    limits: Limits
    encoding: str | None = None
    layer: str | None = None
    stem: str = ""
    drivers: tuple[str, ...] = ()
