"""The XML inside an xlsx, looked at before calamine sees it."""

from __future__ import annotations

from pathlib import Path

from gridmap.intake.limits import Limits
from gridmap.intake.parsers import archive


def inspect(path: Path, limits: Limits) -> None:
    """Inflate every member within the limits."""
    archive.inspect(path, limits)
