"""What every picture has around its map: title, day, legend, scale bar, north, source."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from math import floor, log10
from typing import Literal
from unicodedata import east_asian_width

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure, SubFigure
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from shapely.geometry.base import BaseGeometry

from gridmap.errors import ArgumentError
from gridmap.maps.fonts import require_glyphs
from gridmap.maps.frames import require_map, shapes
from gridmap.maps.style import INK, PAPER
from gridmap.words import DEFAULT_LANGUAGE, say

Format = Literal["png", "svg"]

_A4_INCHES = (11.69, 8.27)
_DPI = 150
_MAP = (0.03, 0.10, 0.69, 0.765)  # left, bottom, width, height as shares of the sheet
_SIDE = 0.74
_TITLE_PT, _TEXT_PT = 16.0, 9.5
_TITLE_EMS = 55.0
LEGEND_EMS = 17.0
_LATIN_EMS = 0.56
# What stays on one line: a run of Latin letters or one Chinese character, with the stops and spaces behind it, and a
# number with its total or its per cent.
_WORD = re.compile(
    r"(?:[^\s\u2e80-\uffff]+(?: / [\d,]+)?(?: %[^\s\u2e80-\uffff]*)?|[\u2e80-\uffff]|\s)[，。；：、！？）\s]*"
)
_MARGIN = 0.04
_BAR_SHARE = 0.22
_METRES = 1000.0
# No dates, no names of programs: the same frames give the same bytes.
_METADATA = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands around a map, whatever it shows.

    `place` is the office's name, `source` where the data come from and which version, `instant` as known when (aware;
    null = now, and the sheet does not say), `made_up` whether the geometry is nobody's.
    """

    place: str
    on: dt.date
    source: str
    lang: str = DEFAULT_LANGUAGE
    instant: dt.datetime | None = None
    made_up: bool = False


def metric(frame: gpd.GeoDataFrame, argument: str) -> gpd.GeoDataFrame:
    """Return `frame` in metres: as it is if its CRS is projected, else in the UTM zone it lies in.

    Raises ArgumentError, naming `argument`, for a frame without CRS, without rows, or with a row without geometry.
    """
    placed = require_map(frame, argument)
    bare = sum(shape is None for shape in shapes(placed))
    if bare or placed.empty:
        raise ArgumentError("maps.no_geometry", argument=argument, count=bare)
    return placed if placed.crs.is_projected else placed.to_crs(placed.estimate_utm_crs())


def new_sheet(title: str, caption: Caption, bounds: Sequence[float]) -> tuple[Figure, Axes]:
    """Return an A4 sheet with its title and footer, and axes in metres that show `bounds` at equal scale."""
    figure = Figure(figsize=_A4_INCHES, dpi=_DPI, facecolor="white")
    FigureCanvasAgg(figure)
    lines = wrapped(title, _TITLE_EMS)
    figure.text(0.03, 0.97, lines, size=_TITLE_PT, weight="bold", va="top", linespacing=1.25)
    under = 0.925 - 0.035 * lines.count("\n")
    figure.text(0.03, under, _day(caption), size=_TEXT_PT + 1, color=INK, va="top")
    footer = [say("maps.page.source", caption.lang, name=caption.source)]
    if caption.made_up:
        footer.append(say("maps.page.made_up", caption.lang))
    figure.text(0.97, 0.03, "\n".join(footer), size=_TEXT_PT - 1, color=INK, ha="right", va="bottom")
    axes = figure.add_axes(_MAP)
    axes.set_axis_off()
    west, south, east, north = bounds
    shape = _MAP[2] * _A4_INCHES[0] / (_MAP[3] * _A4_INCHES[1])
    high = max(north - south, (east - west) / shape, 1.0) * (1 + 2 * _MARGIN)
    middle = (west + east) / 2, (south + north) / 2
    axes.set_xlim(middle[0] - high * shape / 2, middle[0] + high * shape / 2)
    axes.set_ylim(middle[1] - high / 2, middle[1] + high / 2)
    _scale_bar(axes, caption.lang)
    return figure, axes


def add_legend(figure: Figure, title: str, entries: Sequence[tuple[Artist, str]]) -> None:
    """Put the legend beside the map: a handle and what it means each, in the order given."""
    legend = figure.legend(
        [handle for handle, _ in entries],
        [label for _, label in entries],
        title="\n".join(wrapped(line, LEGEND_EMS) for line in title.split("\n")),
        loc="upper left",
        bbox_to_anchor=(_SIDE, 0.87),
        frameon=False,
        fontsize=_TEXT_PT,
        title_fontsize=_TEXT_PT + 1,
        alignment="left",
        handlelength=2.4,
        handleheight=1.5,
        labelspacing=0.75,
        borderaxespad=0.0,
    )
    legend.get_title().set(fontweight="bold", linespacing=1.3)


def finish(figure: Figure, form: Format) -> bytes:
    """Return the sheet as PNG (150 dots an inch) or SVG. Raises NotFoundError for a character that no font has."""
    require_glyphs(_texts(figure))
    written = BytesIO()
    figure.savefig(written, format=form, metadata=_METADATA[form])
    return written.getvalue()


def outline(shape: BaseGeometry) -> Path:
    """Return the rings of an area as one path, its holes left open."""
    rings = [np.asarray(ring.coords)[:, :2] for ring in _rings(shapely.orient_polygons(shape))]
    return Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))


def label_cells(axes: Axes, cells: gpd.GeoDataFrame, labels: Sequence[Sequence[str]], colours: Sequence[str]) -> None:
    """Write into each cell the first of its labels that lies within it; none overlaps another, the greatest cell first.

    `labels` and `colours` go with the rows of `cells`, the frame in the metres of `axes`; dark ones get a white rim.
    """
    figure = axes.figure
    # Before any is measured: matplotlib would only warn.
    require_glyphs([*_texts(figure), *(one for each in labels for one in each)])
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]  # the canvas is Agg's
    back = axes.transData.inverted()
    taken: list[BaseGeometry] = []
    for row in np.argsort(-cells.geometry.area.to_numpy(), kind="stable"):
        shape = cells.geometry.iloc[row]
        x, y = shapely.get_coordinates(shapely.maximum_inscribed_circle(shape, tolerance=1.0))[0]
        for label in labels[row]:
            text = axes.text(
                float(x), float(y), label, size=8, color=colours[row], ha="center", va="center", zorder=1.5
            )
            if colours[row] == INK:
                text.set_path_effects([withStroke(linewidth=2.5, foreground=PAPER)])
            box = shapely.box(*Bbox(back.transform(text.get_window_extent(renderer))).extents)
            if shape.covers(box) and not any(box.intersects(other) for other in taken):
                taken.append(box)
                break
            text.remove()


def wrapped(text: str, ems: float) -> str:
    """Return `text` in lines of at most `ems` widths of a Chinese character, broken after a space or such a one."""
    lines, left = [""], ems
    for word in _WORD.findall(text):
        width = sum(1.0 if east_asian_width(one) in "WF" else _LATIN_EMS for one in word.rstrip())
        if width > left and lines[-1]:
            lines.append("")
            left = ems
        lines[-1] += word
        left -= width + _LATIN_EMS * (len(word) - len(word.rstrip()))
    return "\n".join(line.rstrip() for line in lines)


def counted(count: int, of: int, lang: str) -> str:
    """Return n of N and then the share: "1,729 / 1,811 (95.5 %)"; of none the share is n/a, a word."""
    if not of:
        return say("maps.share_none", lang, count=f"{count:,}", of=f"{of:,}")
    return say("maps.page.of", lang, n=f"{count:,}", total=f"{of:,}", share=percent(count, of))


def percent(count: int, of: int) -> str:
    """Return the share in per cent with one decimal; only all is 100, only none is 0."""
    if count in {0, of}:
        return "100" if count else "0"
    return f"{min(max(100 * count / of, 0.1), 99.9):.1f}"


def _texts(figure: Figure | SubFigure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text)]


def _day(caption: Caption) -> str:
    day = caption.on.isoformat()
    if caption.instant is None:
        return f"{caption.place} · {say('maps.page.on', caption.lang, day=day)}"
    if caption.instant.tzinfo is None:
        raise ArgumentError("maps.page_instant", argument="instant")
    known = say("maps.page.as_known", caption.lang, day=day, instant=f"{caption.instant:%Y-%m-%d %H:%M}")
    return f"{caption.place} · {known}"


def _scale_bar(axes: Axes, lang: str) -> None:
    """Draw a bar of a round length below the map, and an arrow that says where north is."""
    west, east = axes.get_xlim()
    length = round_length((east - west) * _BAR_SHARE)
    across = axes.get_xaxis_transform()
    for start, colour in ((0.0, INK), (0.5, "white")):
        axes.barh(
            -0.045, length / 2, 0.012, left=west + start * length, color=colour, edgecolor=INK, lw=0.8,
            transform=across, clip_on=False,
        )  # fmt: skip
    said = say("maps.kilometres", lang, count=f"{length / _METRES:g}") if length >= _METRES else None
    said = said or say("maps.metres", lang, count=f"{length:g}")
    axes.text(west + length * 1.04, -0.045, said, transform=across, size=_TEXT_PT, va="center", color=INK)
    axes.annotate(
        say("maps.north", lang), xy=(0.985, 0.985), xytext=(0.985, 0.915), xycoords="axes fraction", size=_TEXT_PT,
        ha="center", color=INK, arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1.2},
    )  # fmt: skip


def round_length(most: float) -> float:
    """Return the greatest of 1, 2 and 5 times a power of ten that is at most `most`, both in metres."""
    power = floor(log10(most))
    lengths = [step * 10.0**exponent for exponent in (power - 1, power) for step in (1, 2, 5)]
    return max(length for length in lengths if length <= most)


def _rings(shape: BaseGeometry) -> list[shapely.LinearRing]:
    areas = [part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon)]
    return [ring for area in areas for ring in (area.exterior, *area.interiors)]
