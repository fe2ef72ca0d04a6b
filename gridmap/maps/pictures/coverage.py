"""Coverage by cell, as a picture: which share of what should be covered is."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch, PathPatch

from gridmap.errors import ArgumentError
from gridmap.maps.classes import COVERAGE
from gridmap.maps.fonts import drawing
from gridmap.maps.frames import require_columns
from gridmap.maps.pictures.sheet import (
    Caption,
    Format,
    add_legend,
    counted,
    finish,
    label_cells,
    metric,
    new_sheet,
    outline,
    percent,
)
from gridmap.maps.style import CELL_BORDERS, INK, NO_DATA_HATCH, PAPER, SCALE, contrast
from gridmap.words import say

_COLUMNS = ("code", "level", "name", "covered", "eligible")
_NO_DATA, _NOT_APPLICABLE = -1, -2
_HALF = 0.5
_DASH = "–"


def draw_coverage(
    cells: gpd.GeoDataFrame, what: str, caption: Caption, *, level: str = "small", form: Format = "png"
) -> bytes:
    """Return a picture of the coverage of the cells of one level, the borders of higher ones above it.

    `cells` has the columns code, level, name, covered, eligible (counts of things; missing = no data, eligible 0 =
    nothing to cover here, not applicable), geometry in any stated CRS, all levels that are to be seen. `what` says in
    the caption's language what is covered ("households visited"). The title counts covered of eligible over the cells
    that have data, and the cells below half. Raises ArgumentError for a frame without CRS, columns or cells of
    `level`, or for a count covered that is negative or above the eligible ones; NotFoundError for a missing glyph.
    """
    require_columns(cells, "cells", _COLUMNS)
    placed = metric(cells, "cells")
    drawn = placed[placed["level"] == level].reset_index(drop=True)
    if drawn.empty:
        raise ArgumentError("maps.no_cells", argument="cells", level=level)
    classes = coverage_classes(drawn)
    what = what[:1].upper() + what[1:]
    with drawing():
        figure, axes = new_sheet(_title(drawn, classes, what, level, caption.lang), caption, placed.total_bounds)
        for shape, number in zip(drawn.geometry, classes, strict=True):
            axes.add_patch(PathPatch(outline(shape), lw=0, **_fill(int(number))))
        draw_borders(axes, placed)
        entries = [(_swatch(number), line) for number, line in _lines(classes, caption.lang)]
        heading = say(f"maps.cells_{level}", caption.lang)
        add_legend(
            figure,
            say("maps.coverage_legend", caption.lang, what=what, cells=heading, count=f"{len(drawn):,}"),
            entries,
        )
        counts = zip(drawn["covered"].fillna(0).astype(int), drawn["eligible"].fillna(0).astype(int), strict=True)
        labels = [_labels(*row) for row in zip(drawn["name"], counts, classes, strict=True)]
        label_cells(axes, drawn, labels, [_ink(int(number)) for number in classes])
        return finish(figure, form)


def coverage_classes(cells: gpd.GeoDataFrame) -> np.ndarray:
    """Return each cell's class of `classes.COVERAGE`; -1 where a count is missing, -2 where nothing is eligible.

    Raises ArgumentError for a count covered that is negative or above the eligible ones, naming the cell.
    """
    covered, eligible = (cells[name].astype("Float64") for name in ("covered", "eligible"))
    wrong = ((covered < 0) | (covered > eligible)).fillna(value=False)
    if wrong.any():
        raise ArgumentError("maps.covered_above", argument="cells", code=cells.loc[wrong, "code"].iloc[0])
    share = covered / eligible.where(eligible > 0)
    found = COVERAGE.of(share)
    found[(eligible == 0).fillna(value=False).to_numpy(dtype=bool)] = _NOT_APPLICABLE
    return found


def draw_borders(axes: Axes, cells: gpd.GeoDataFrame) -> None:
    """Draw the borders of each level that `cells` (in the metres of `axes`) holds, the greatest on top."""
    for level, border in reversed(CELL_BORDERS.items()):
        for shape in cells.geometry[cells["level"] == level]:
            axes.add_patch(
                PathPatch(
                    outline(shape), fill=False, ec=border.colour, lw=border.width_px * 0.75, alpha=border.opacity,
                    joinstyle="round",
                )
            )  # fmt: skip


def _title(cells: gpd.GeoDataFrame, classes: np.ndarray, what: str, level: str, lang: str) -> str:
    known = cells[classes != _NO_DATA]
    covered, eligible = int(known["covered"].fillna(0).sum()), int(known["eligible"].sum())
    behind = (known["covered"] < _HALF * known["eligible"]).sum()
    counted_in = int((classes >= 0).sum())
    return say(
        "maps.coverage_title",
        lang,
        what=what,
        covered=counted(covered, eligible, lang),
        cells=say(f"maps.cells_{level}", lang),
        behind=counted(int(behind), counted_in, lang),
    )


def _fill(number: int) -> dict[str, Any]:
    if number == _NO_DATA:
        return {"fc": PAPER, "ec": INK, "hatch": NO_DATA_HATCH, "alpha": 0.7}
    return {"fc": PAPER if number == _NOT_APPLICABLE else SCALE[number], "ec": "none"}


def _swatch(number: int) -> Patch:
    fill = _fill(number)
    return Patch(**{**fill, "ec": INK, "lw": 0.6})


def _ink(number: int) -> str:
    """Black or white, whichever reads better on the class's colour (WCAG's relative luminance)."""
    if number < 0:
        return INK
    return PAPER if contrast(SCALE[number], PAPER) > contrast(SCALE[number], "#000000") else "#000000"


def _labels(name: object, counts: tuple[int, int], number: int) -> list[str]:
    """What may stand in a cell, the longest first."""
    if number == _NO_DATA:
        return [name] if isinstance(name, str) and name else []
    share = _DASH if number == _NOT_APPLICABLE else f"{percent(*counts)} %"
    return [f"{name}\n{share}", share] if isinstance(name, str) and name else [share]


def _lines(classes: np.ndarray, lang: str) -> list[tuple[int, str]]:
    """The legend's lines: every class with its count, best first, then what is in none if there is any."""
    said = [(number, COVERAGE.label(number, lang)) for number in reversed(range(len(COVERAGE)))]
    said += [
        (_NO_DATA, say("maps.page.no_data", lang)),
        (_NOT_APPLICABLE, f"{_DASH} {say('maps.page.not_applicable', lang)}"),
    ]
    counts = [(number, label, int((classes == number).sum())) for number, label in said]
    return [
        (number, say("maps.legend_line", lang, label=label, count=f"{count:,}"))
        for number, label, count in counts
        if number >= 0 or count
    ]
