"""gridmap: who answers for this place, what is uncovered, what is still open, where to go tonight.

The names below are loaded when first used, so that a process that needs one room pays for one room.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_EXPORTS = {
    "Grid": "gridmap.grid.grid",
    "Lighting": "gridmap.streets.lighting",
    "dark_stretches": "gridmap.streets.lighting",
    "read_grid": "gridmap.intake.grids",
    "read_register": "gridmap.intake.registers",
}

if TYPE_CHECKING:
    from gridmap.grid.grid import Grid as Grid
    from gridmap.intake.grids import read_grid as read_grid
    from gridmap.intake.registers import read_register as read_register
    from gridmap.streets.lighting import Lighting as Lighting
    from gridmap.streets.lighting import dark_stretches as dark_stretches

__all__ = ["Grid", "Lighting", "__version__", "dark_stretches", "read_grid", "read_register"]


def __getattr__(name: str) -> object:
    if name not in _EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_EXPORTS[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
