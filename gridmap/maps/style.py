"""How gridmap looks: the one place for the values that every map, page and sheet is drawn with.

A layer brings its own colour and shape (`gridmap.layer.Style`); what is common to all stands here. Calm base: cells
are quiet lines, so that findings are loud.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

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


# One sequential scale (viridis), low is dark: it survives grey printing and colour blindness. Six classes.
SCALE = ("#440154", "#414487", "#2A788E", "#22A884", "#7AD151", "#FDE725")
# For counts where many is what needs attention: the other way round.
SCALE_MANY = SCALE[::-1]
SCALE_OPACITY = 0.62

Draw = Literal["area", "outline", "line", "point"]


@dataclass(frozen=True, slots=True)
class GapStyle:
    """How one kind of gap is drawn: `#rrggbb`, as a hatched area, an outline, a line or a marker; width and dash in px."""

    colour: str
    draw: Draw
    width_px: float = 2.0
    dash: tuple[int, ...] = ()


# Okabe-Ito, apart also by what is drawn: colour never stands alone.
GAPS: Mapping[str, GapStyle] = MappingProxyType(
    {
        "uncovered_area": GapStyle("#D55E00", "area"),
        "overlap": GapStyle("#CC79A7", "area"),
        "unattended_cell": GapStyle("#000000", "outline", 3.0),
        "unlinked_feature": GapStyle("#E69F00", "point"),
        "unvisited": GapStyle("#0072B2", "point"),
        "overdue_duty": GapStyle("#D55E00", "point"),
        "unlit_road": GapStyle("#000000", "line", 4.0, (8, 6)),
        "dark_road": GapStyle("#D55E00", "line", 4.0),
        "overdue_issue": GapStyle("#CC79A7", "point"),
        "overloaded_cadre": GapStyle("#E69F00", "outline", 3.0, (10, 4)),
        "out_of_reach": GapStyle("#56B4E9", "area"),
    }
)
OTHER_GAP = GapStyle("#D55E00", "point")

FONTS = (
    "system-ui",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "sans-serif",
)
READING_PX = 14
LABEL_PX = 12


def rgba(colour: str, opacity: float = 1.0) -> tuple[int, int, int, int]:
    """Return `#rrggbb` as red, green, blue and alpha, each 0 to 255."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue, round(255 * opacity)


# Coverage by class, the least covered first: YlGnBu (ColorBrewer 2.0) from its dark end, falling evenly in grey too.
COVERAGE_COLOURS = ("#253494", "#2C7FB8", "#41B6C4", "#7FCDBB", "#C7E9B4", "#FFFFCC")
NO_DATA_HATCH = "////"


@dataclass(frozen=True, slots=True)
class GapLook:
    """How a kind of gap is drawn: its colour (Okabe and Ito's, told apart by the colour blind) and what is beside it.

    An area has a `hatch` (matplotlib's letters; none: an outline alone), a line its width and maybe dashes, a point a
    `shape` as layers name them.
    """

    colour: str
    shape: str
    hatch: str = ""
    width_px: float = 2.0
    dashed: bool = False


GAP_LOOKS = {
    "uncovered_area": GapLook("#D55E00", "square", hatch="\\\\\\"),
    "overlap": GapLook("#CC79A7", "diamond", hatch="xxx"),
    "unattended_cell": GapLook("#000000", "square", width_px=3.0),
    "unlinked_feature": GapLook("#E69F00", "triangle"),
    "unvisited": GapLook("#0072B2", "circle"),
    "overdue_duty": GapLook("#D55E00", "pentagon"),
    "unlit_road": GapLook("#000000", "line", width_px=4.0, dashed=True),
    "dark_road": GapLook("#D55E00", "line", width_px=4.0),
    "overdue_issue": GapLook("#CC79A7", "diamond"),
    "overloaded_cadre": GapLook("#E69F00", "square", hatch="..", width_px=3.0),
    "out_of_reach": GapLook("#56B4E9", "star"),
}
# A kind that somebody adds is drawn like this until it has a look of its own.
OTHER_GAP = GapLook("#009E73", "cross", hatch="++")

# Families with Chinese, the first that is installed is taken; the pages name the same ones.
FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "Noto Sans SC",
)
