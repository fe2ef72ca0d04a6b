"""How gridmap looks: the one place for the values that every map, page and sheet is drawn with.

A layer brings its own colour and shape (`gridmap.layer.Style`); what is common to all stands here. Calm base: cells
are quiet lines, so that findings are loud.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from gridmap.layer import Shape

# Rims of markers and borders of cells: one dark grey.
INK = "#37474F"
PAPER = "#FFFFFF"
# What a map stands on, and the colours of the text and the controls around it: each `var(--name)` of a page. Text is
# read at 4.5:1 and a part at 3:1 on paper and ground alike; `line` only parts, and tells nothing.
PAGE = MappingProxyType(
    {
        "paper": PAPER,
        "ground": "#F6F7F5",
        "text": "#263238",
        "quiet": "#455A64",
        "act": "#00606B",
        "alert": "#8A3A00",
        "focus": "#B35C00",
        "rim": "#607D8B",
        "line": "#CFD8DC",
    }
)

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
# One pale tint a person; neighbours differ, names tell who.
PEOPLE = ("#CFE3EC", "#F3E3C3", "#D9E8CF", "#EAD6E3", "#D5D9EE", "#F5D9CE", "#DDE8E6", "#ECE6D2")

Draw = Literal["area", "outline", "line", "point"]


@dataclass(frozen=True, slots=True)
class GapStyle:
    """How one kind of gap is drawn: `#rrggbb`, as a hatched area, an outline, a line or a marker; widths in px."""

    colour: str
    draw: Draw
    width_px: float = 2.0
    dash: tuple[int, ...] = ()


# Okabe-Ito, its three light ones darker until they stand out 3:1 from paper and ground.
_VERMILION, _BLUE, _GREEN, _BLACK = "#D55E00", "#0072B2", "#009E73", "#000000"
_AMBER, _SKY, _MAUVE = "#B87900", "#2F8FCC", "#C0619A"

# Apart also by what is drawn: colour never stands alone.
GAPS: Mapping[str, GapStyle] = MappingProxyType(
    {
        "uncovered_area": GapStyle(_VERMILION, "area"),
        "overlap": GapStyle(_MAUVE, "area"),
        "unattended_cell": GapStyle(_BLACK, "outline", 3.0),
        "unlinked_feature": GapStyle(_AMBER, "point"),
        "unvisited": GapStyle(_BLUE, "point"),
        "overdue_duty": GapStyle(_VERMILION, "point"),
        "unlit_road": GapStyle(_BLACK, "line", 4.0, (8, 6)),
        "dark_road": GapStyle(_VERMILION, "line", 4.0),
        "overdue_issue": GapStyle(_MAUVE, "point"),
        "overloaded_cadre": GapStyle(_AMBER, "outline", 3.0, (10, 4)),
        "out_of_reach": GapStyle(_SKY, "area"),
    }
)
OTHER_GAP = GapStyle(_VERMILION, "point")
# Where there is no colour: matplotlib's letters for the hatch of an area, the shape of a point as layers name them.
GAP_HATCHES = MappingProxyType({"uncovered_area": "////", "overlap": "xxxx", "out_of_reach": "...."})
GAP_SHAPES = MappingProxyType(
    {
        "unlinked_feature": "triangle",
        "unvisited": "circle",
        "overdue_duty": "pentagon",
        "overdue_issue": "diamond",
    }
)
OTHER_HATCH, OTHER_SHAPE = "++++", "cross"
NO_DATA_HATCH = "////"

# Open issues: the colour is the time left (Okabe-Ito, the lightness falls with the time; none is hollow), the shape is
# the state.
TIME_LEFT = MappingProxyType({"overdue": "#D55E00", "soon": "#E69F00", "later": "#56B4E9", "none": ""})
ISSUE_SHAPES: Mapping[str, Shape] = MappingProxyType(
    {"reported": "triangle", "filed": "square", "assigned": "diamond", "in_progress": "circle", "done": "cross"}
)


@dataclass(frozen=True, slots=True)
class RouteStyle:
    """How the route of one cadre is drawn: `#rrggbb` and a dash in screen pixels (none = a whole line)."""

    colour: str
    dash: tuple[int, ...]


ROUTE_PX = 3.2
# Okabe-Ito without its yellow, which white paper swallows; dashes that a copier keeps apart. Seven and five have no
# common divisor: thirty-five people differ.
_ROUTE_COLOURS = (_BLUE, _VERMILION, _GREEN, _BLACK, _MAUVE, _AMBER, _SKY)
_ROUTE_DASHES: tuple[tuple[int, ...], ...] = ((), (10, 5), (2, 6), (14, 5, 2, 5), (6, 3, 2, 3, 2, 3))


def route_style(number: int) -> RouteStyle:
    """Return how the route of a number (from 0) is drawn."""
    return RouteStyle(_ROUTE_COLOURS[number % len(_ROUTE_COLOURS)], _ROUTE_DASHES[number % len(_ROUTE_DASHES)])


# Why a stop was left out, as one letter within its hollow mark, by the reason's code in `routes`.
LEFT_OUT = MappingProxyType(
    {
        "unreachable": "U",
        "too_far": "T",
        "outside_windows": "W",
        "no_shift": "N",
        "outbid": "O",
        "full": "F",
        "in_a_run": "R",
        "worthless": "Z",
        "windows_taken": "C",
        "unplaced": "P",
        "nobody": "B",
        "by_hand": "H",
    }
)
LEFT_OUT_ELSE = "X"

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


def page_style() -> str:
    """Return the values that all pages share as a rule of CSS: colours, fonts, sizes."""
    fonts = ", ".join(font if "-" in font else f'"{font}"' for font in FONTS)
    colours = "".join(f"--{name}: {value}; " for name, value in PAGE.items())
    return f":root {{ {colours}--fonts: {fonts}; --reading: {READING_PX}px; --label: {LABEL_PX}px; }}"


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours `#rrggbb` by WCAG 2: 1 for the same, 21 for black on white."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def blended(colour: str, under: str, opacity: float) -> str:
    """Return the colour that one sees where `colour` lies on `under`."""
    pairs = zip(rgba(colour)[:3], rgba(under)[:3], strict=True)
    return "#" + "".join(f"{round(opacity * over + (1 - opacity) * low):02X}" for over, low in pairs)


def _luminance(colour: str) -> float:
    parts = [part / 255 for part in rgba(colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def rgba(colour: str, opacity: float = 1.0) -> tuple[int, int, int, int]:
    """Return `#rrggbb` as red, green, blue and alpha, each 0 to 255."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue, round(255 * opacity)
