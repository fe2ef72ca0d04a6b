"""How gridmap looks: the one place for the values that every map, page and sheet is drawn with.

A layer brings its own colour and shape (`gridmap.layer.Style`); what is common to all stands here. Calm base: cells
are quiet lines, so that findings are loud.
"""

from __future__ import annotations

from dataclasses import dataclass

# Rims of markers and borders of cells: one dark grey.
INK = "#37474F"
PAPER = "#FFFFFF"

MARKER_PX = 6.0
RIM_PX = 0.8
ROAD_PX = 1.6


@dataclass(frozen=True, slots=True)
class Line:
    """A line: `#rrggbb`, width in screen pixels, opacity from 0 to 1."""

    colour: str
    width_px: float
    opacity: float


CELL_BORDERS = {
    "big": Line(INK, 2.5, 0.80),
    "middle": Line(INK, 1.2, 0.60),
    "small": Line(INK, 0.5, 0.45),
}


def rgba(colour: str, opacity: float = 1.0) -> tuple[int, int, int, int]:
    """Return `#rrggbb` as red, green, blue and alpha, each 0 to 255."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue, round(255 * opacity)
