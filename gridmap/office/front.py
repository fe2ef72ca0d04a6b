"""Errand: what the office's own page shows of a day: cells of a level with one figure each, drawn and as rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from gridmap.errors import RefusedError
from gridmap.grid.codes import LEVELS
from gridmap.ledger.indicators import cell_at
from gridmap.maps.classes import COVERAGE, Classes, count_classes
from gridmap.maps.inline import Plane, areas, labels, path, plane_of, spots
from gridmap.maps.style import CELL_BORDERS, GAPS, OTHER_GAP, SCALE, SCALE_MANY, TIME_LEFT, Line, page_style
from gridmap.office.cell_lists import answered_grid, coverage_below, list_cells
from gridmap.office.gap_lists import WantedGaps, list_gaps
from gridmap.office.issue_lists import Wanted, kinds_on
from gridmap.office.issue_seen import list_seen_issues
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.store import batches, grids
from gridmap.words import known, say

VIEWS = ("gaps", "coverage", "issues")
_DRAWN = ("outline", "line", "area")
_BLANK = "#FFFFFF"


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked at: a view of a day; the cells of a level (null: the next one), below a cell (null: all)."""

    view: str
    on: dt.date
    level: str | None = None
    cell: str | None = None
    lang: str = "en"
    issues: Wanted = field(default_factory=lambda: Wanted(states=["open"]))
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Something drawn over the cells: a `path`, or a spot `at` (pixels)."""

    path: str
    at: tuple[int, int] | None
    colour: str
    width: float
    dash: str
    title: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A cell as it is drawn: its path, what it is filled with (null: hatched, no data), where its name has room."""

    code: str
    path: str
    fill: str | None
    at: tuple[int, int] | None


@dataclass(frozen=True, eq=False)
class Front:
    """A view of a day.

    `title` states the finding. `rows`: code, name, who, how, since, n, of (null: does not apply), worst; a row a drawn
    cell, in the same order. `legend`: colour and words of each class, and how many cells are of it. `things`: the gaps
    or the issues behind the figures, with `kind_name` or `category_name`.
    """

    title: str
    level: str
    levels: tuple[str, ...]
    rows: pd.DataFrame = field(repr=False)
    cells: tuple[Drawn, ...] = field(repr=False)
    borders: tuple[tuple[str, Line], ...] = field(repr=False)
    marks: tuple[Mark, ...] = field(repr=False)
    legend: tuple[tuple[str | None, str, int], ...]
    height: int
    bar: tuple[int, int]
    things: pd.DataFrame | None = field(default=None, repr=False)
    kinds: Mapping[str, str] = field(default_factory=dict)


def source_line(person: Person, office: Office, on: dt.date, lang: str) -> str:
    """Return where what is shown of a day comes from: the edition of the grid, the newest import."""
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        edition, newest = grids.edition_on(tx, on), batches.batches(tx)["id"].max()
    name = edition.name if edition else "–"
    return say("office.map_source", lang, edition=name, batch=0 if pd.isna(newest) else int(newest))


def style_rule() -> str:
    """Return the values that the page shares with every map, as a rule of CSS."""
    return page_style()


def front(person: Person, office: Office, asked: Looked) -> Front:
    """Return a view of a day, as far as it exists for the person.

    Raises NotFoundError for a day without a grid and a cell that it does not have, RefusedError for who may not read
    and for a scope without a cell on that day.
    """
    below = list_cells(person, office, on=asked.on, under=asked.cell)
    levels = tuple(level for level in LEVELS if level in set(below["level"]))
    if not levels:
        raise RefusedError("people.empty_scope", on=asked.on)
    level = _level(below, levels, asked)
    cells = below[below["level"] == level].reset_index(drop=True)
    rows = pd.DataFrame(cells[["code", "name", "how", "since"]]).assign(who=cells["who_name"])
    counted = _COUNTED[asked.view](person, office, replace(asked, level=level), rows)
    plane = plane_of(cells.to_crs(4326).total_bounds)
    shapes = areas(plane, cells.to_crs(4326).geometry.to_numpy())
    names = [name if isinstance(name, str) else code for name, code in zip(rows["name"], rows["code"], strict=True)]
    drawn = tuple(
        Drawn(code, path(shape), fill, at)
        for code, shape, fill, at in zip(rows["code"], shapes, counted.fills, labels(shapes, names), strict=True)
    )
    lines = [(path(shape), CELL_BORDERS[level]) for shape in shapes]
    above = below[below["level"].isin(LEVELS[: LEVELS.index(level)])]
    for high, shape in zip(above["level"], plane.placed(above.to_crs(4326).geometry.to_numpy()), strict=True):
        lines.append((path(shape.simplify(0.5)), CELL_BORDERS[high]))
    return Front(
        title=counted.title,
        level=level,
        levels=levels,
        rows=counted.rows,
        cells=drawn,
        borders=tuple(lines),
        marks=counted.marks(plane),
        legend=counted.legend,
        height=plane.height,
        bar=plane.bar(),
        things=counted.things,
        kinds=counted.kinds,
    )


def _level(below: gpd.GeoDataFrame, levels: tuple[str, ...], asked: Looked) -> str:
    if asked.level in levels:
        return str(asked.level)
    # The first level on which there is something to compare.
    return next((level for level in levels if (below["level"] == level).sum() > 1), levels[-1])


@dataclass(frozen=True, eq=False)
class _Counted:
    title: str
    rows: pd.DataFrame
    fills: list[str | None]
    legend: tuple[tuple[str | None, str, int], ...]
    things: pd.DataFrame | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    over: gpd.GeoDataFrame | None = None

    def marks(self, plane: Plane) -> tuple[Mark, ...]:
        """What is drawn over the cells: rows of `over` with colour, width, dash, title."""
        if self.over is None or self.over.empty:
            return ()
        shapes = self.over.to_crs(4326).geometry.to_numpy()
        told = zip(
            plane.placed(shapes),
            spots(plane, np.array([s if s.geom_type == "Point" else None for s in shapes], dtype=object)),
            self.over["colour"],
            self.over["width"],
            self.over["dash"],
            self.over["title"],
            strict=True,
        )
        return tuple(Mark(path(shape.simplify(0.5)), at, *look) for shape, at, *look in told)


def _ending(found: int, rows: pd.DataFrame) -> str:
    """Return how the title's code ends: nothing found; in the one cell that is looked at; in which cell most of it."""
    return "_none" if not found else "_one" if len(rows) == 1 else ""


def _of_counts(rows: pd.DataFrame, lang: str) -> tuple[list[str | None], tuple[tuple[str | None, str, int], ...]]:
    """Return the colour of each row by its `n`, nothing being white, and the legend; one row compares with none."""
    if len(rows) == 1:
        return [_BLANK], ()
    classes = count_classes(rows["n"])
    of = classes.of(rows["n"])
    fills: list[str | None] = [
        _BLANK if n == 0 else _colour(classes, at, SCALE_MANY) for n, at in zip(rows["n"], of, strict=True)
    ]
    legend: list[tuple[str | None, str, int]] = [(_BLANK, "0", int((rows["n"] == 0).sum()))]
    for at in range(len(classes)):
        label = classes.label(at, lang)
        if at == 0:
            top = int(classes.borders[1]) - 1 if len(classes) > 1 else int(rows["n"].max())
            label = "1" if top == 1 else say("maps.class_counts", lang, low=1, high=f"{top:,}")
            if top < 1:
                continue
        legend.append((_colour(classes, at, SCALE_MANY), label, int(((of == at) & (rows["n"] > 0)).sum())))
    return fills, tuple(legend)


def _colour(classes: Classes, at: int, scale: tuple[str, ...]) -> str:
    last = len(classes) - 1
    return scale[round(at * (len(scale) - 1) / last) if last else 0]


def _counts(codes: pd.Series, found: pd.Series) -> np.ndarray:
    return codes.map(found.value_counts()).fillna(0).astype("int64").to_numpy()


def _most(rows: pd.DataFrame) -> str:
    first = rows.sort_values(["n", "code"], ascending=[False, True]).iloc[0]
    return str(first["name"] or first["code"])


def _gaps(person: Person, office: Office, asked: Looked, rows: pd.DataFrame) -> _Counted:
    level, lang = str(asked.level), asked.lang
    wanted = WantedGaps(None if asked.kind is None else [asked.kind], asked.cell)
    found = list_gaps(person, office, wanted, on=asked.on, lang=lang)
    found = found.assign(kind_name=[_kind(kind, lang) for kind in found["kind"]])
    worst = found.groupby([level, "kind_name"]).size().sort_values(ascending=False, kind="stable").reset_index()
    first = worst.drop_duplicates(level).set_index(level)["kind_name"]
    rows = rows.assign(n=_counts(rows["code"], found[level]), of=None, worst=rows["code"].map(first).astype(object))
    fills, legend = _of_counts(rows, lang)
    styles = [GAPS.get(kind, OTHER_GAP) for kind in found["kind"]]
    kept = np.array([one.draw in _DRAWN for one in styles], dtype=bool) & found.geometry.notna().to_numpy(dtype=bool)
    over = found.assign(
        colour=[one.colour for one in styles],
        width=[one.width_px if one.draw != "area" else 1.5 for one in styles],
        dash=[" ".join(map(str, one.dash)) for one in styles],
        title=found["kind_name"],
    )[kept]
    within = int((rows["n"] > 0).sum())
    code = f"office.front_gaps{_ending(within, rows)}"
    title = say(code, lang, n=f"{len(found):,}", cells=within, of=len(rows), most=_most(rows), top=rows["n"].max())
    kinds = {kind: _kind(kind, lang) for kind in GAPS}
    return _Counted(title, rows, fills, legend, found, kinds, gpd.GeoDataFrame(over))


def _kind(kind: str, lang: str) -> str:
    return say(f"gaps.kind.{kind}", lang) if known(f"gaps.kind.{kind}") else kind


def _coverage(person: Person, office: Office, asked: Looked, rows: pd.DataFrame) -> _Counted:
    level, lang = str(asked.level), asked.lang
    counted = coverage_below(person, office, on=asked.on, under=asked.cell, level=level).set_index("code")
    n, of = (counted[name].reindex(rows["code"]).to_numpy() for name in ("attended", "linked"))
    rows = rows.assign(n=n, of=of, worst=None)
    share = pd.Series(n, dtype="Float64") / pd.Series(of, dtype="Float64").where(pd.Series(of) > 0)
    classes = COVERAGE.of(share)
    fills: list[str | None] = [None if at < 0 else SCALE[at] for at in classes]
    legend: list[tuple[str | None, str, int]] = [
        (SCALE[at], COVERAGE.label(at, lang), int((classes == at).sum())) for at in range(len(COVERAGE))
    ]
    legend.append((None, say("maps.page.not_applicable", lang), int((classes < 0).sum())))
    total, all_of = int(np.nansum(n)), int(np.nansum(of))
    said = f"{100 * total / all_of:.1f}" if all_of else "–"
    behind = int(((classes >= 0) & (share < 0.5).fillna(value=False).to_numpy(dtype=bool)).sum())
    inputs = {"n": f"{total:,}", "of": f"{all_of:,}", "share": said, "cells": behind}
    return _Counted(say("office.front_coverage", lang, **inputs), rows, fills, tuple(legend))


def _issues(person: Person, office: Office, asked: Looked, rows: pd.DataFrame) -> _Counted:
    level, lang = str(asked.level), asked.lang
    found = list_seen_issues(person, office, on=asked.on, wanted=asked.issues)
    if asked.cell is not None:
        found = found[found["cell"].isin(answered_grid(office, asked.on).grid.members(asked.cell))]
    held = kinds_on(person, office, on=asked.on)
    names = {name: kind.zh if lang == "zh" else kind.en for name, kind in held.items()}
    found = found.assign(category_name=[names.get(one, one) for one in found["category"]])
    found = found.sort_values(["overdue", "due_at", "number"], ascending=[False, True, True], na_position="last")
    at = cell_at(found["cell"], answered_grid(office, asked.on).grid, level)
    late = found["overdue"].astype(bool)
    over_due = _counts(rows["code"], at[late])
    worst = [say("office.front_late", lang, n=n) if n else None for n in over_due]
    rows = rows.assign(n=_counts(rows["code"], at), of=None, worst=pd.Series(worst, index=rows.index, dtype=object))
    fills, legend = _of_counts(rows, lang)
    over = found[late & found.geometry.notna()]
    over = over.assign(
        geometry=over.geometry.representative_point(),
        colour=TIME_LEFT["overdue"],
        width=2.0,
        dash="",
        title=[f"{category} {number}" for category, number in zip(over["category_name"], over["number"], strict=True)],
    )
    code = f"office.front_issues{_ending(len(found), rows)}"
    inputs = {"n": f"{len(found):,}", "late": f"{int(late.sum()):,}", "most": _most(rows), "top": rows["n"].max()}
    return _Counted(say(code, lang, **inputs), rows, fills, legend, found, names, gpd.GeoDataFrame(over))


_COUNTED: Mapping[str, Callable[[Person, Office, Looked, pd.DataFrame], _Counted]] = {
    "gaps": _gaps,
    "coverage": _coverage,
    "issues": _issues,
}
