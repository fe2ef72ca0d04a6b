"""Zip archives: what the directory says, and what the members really hold."""

from __future__ import annotations

from pathlib import Path

from gridmap.intake.limits import Limits


def inspect(path: Path, limits: Limits) -> None:
    """Refuse."""
