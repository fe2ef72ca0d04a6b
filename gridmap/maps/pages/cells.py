"""The cells of a page as plain data: shapes, who answers, figures, and the class of each in each view."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely

from gridmap.grid.codes import LEVELS
from gridmap.maps.classes import COVERAGE, Classes, count_classes
from gridmap.maps.frames import plain, shapes
from gridmap.maps.geojson import WGS84
from gridmap.maps.pages.borders import borders
from gridmap.maps.style import PEOPLE, SCALE, SCALE_MANY
from gridmap.words import LANGUAGES

# About a decimetre: a tenth of a pixel at the deepest zoom.
DECIMETRE = 6
# Degrees within which rounded borders of two levels are one.
_TOUCHING = 2e-6
NO_DATA, NOT_APPLICABLE = -1, -2
_TEXTS = ("code", "level", "parent", "name", "answers", "since", "attended", "load", "covered", "eligible", "todo")
_M2_IN_HA = 10_000
# A name stands at the centroid if that is as far from the edges as this share of what can be had.
_CENTRAL = 0.6


def rounded(geometries: np.ndarray) -> np.ndarray:
    """Return geometries of degrees rounded to about a decimetre; missing ones stay missing."""
    return np.asarray(shapely.transform(geometries, lambda xy: np.round(xy, DECIMETRE)), dtype=object)


def fragments(geometries: np.ndarray) -> list[orjson.Fragment | None]:
    """Return geometries as GeoJSON to be put into JSON as it is; None where missing."""
    texts = shapely.to_geojson(geometries)
    return [None if text is None else orjson.Fragment(text) for text in np.atleast_1d(texts).tolist()]


def cell_data(cells: gpd.GeoDataFrame) -> dict[str, object]:
    """Return the cells (see `Page.cells`) column by column, big ones first, with borders and classes."""
    at_level = cells["level"].map({level: number for number, level in enumerate(LEVELS)})
    ordered = cells.assign(at_level=at_level).sort_values(["at_level", "code"], kind="stable").reset_index(drop=True)
    placed = ordered.to_crs(WGS84)
    drawn = rounded(shapes(placed))
    data: dict[str, object] = {name: plain(ordered[name]) for name in _TEXTS if name in ordered.columns}
    data["shape"] = fragments(drawn)
    data["label"] = [_middle(one) for one in drawn]
    data["hectares"] = [None if one is None else round(one.area / _M2_IN_HA, 2) for one in _in_metres(ordered)]
    round_cells = placed.set_geometry(gpd.GeoSeries(drawn, crs=WGS84, index=placed.index))
    lines = borders(round_cells[round_cells.geometry.notna()], _TOUCHING)
    data["borders"] = {level: orjson.Fragment(shapely.to_geojson(line)) for level, line in lines.items()}
    data["classes"] = _classes(ordered)
    if "answers" in ordered.columns:
        data["tint"] = _tints(ordered, drawn)
    return data


def _in_metres(cells: gpd.GeoDataFrame) -> np.ndarray:
    return shapes(cells.to_crs(cells.estimate_utm_crs()) if cells.crs.is_geographic else cells)


def _middle(shape: shapely.Geometry | None) -> list[float] | None:
    """Where a name fits best in the largest part: its centroid, or where that is near an edge the widest place."""
    if shape is None:
        return None
    part = max(shapely.get_parts(shape), key=shapely.area)
    width = max(part.bounds[2] - part.bounds[0], part.bounds[3] - part.bounds[1])
    widest = shapely.maximum_inscribed_circle(part, tolerance=width / 100)
    centre = part.centroid
    central = part.contains(centre) and centre.distance(part.boundary) >= _CENTRAL * widest.length
    return [round(float(at), DECIMETRE) for at in (centre if central else widest).coords[0]]


def _classes(cells: gpd.GeoDataFrame) -> dict[str, dict[str, object]]:
    """The classes of `load` and `coverage` by level: loads differ in size from level to level."""
    found: dict[str, dict[str, object]] = {"load": {}, "coverage": {}}
    for level, rows in cells.groupby("level", sort=False):
        if "load" in cells.columns:
            classes = count_classes(rows["load"])
            found["load"][str(level)] = _said(classes, classes.of(rows["load"]), SCALE_MANY)
        if {"covered", "eligible"} <= set(cells.columns):
            covered, eligible = (pd.to_numeric(rows[name]).astype("Float64") for name in ("covered", "eligible"))
            of = COVERAGE.of(covered / eligible.where(eligible > 0))
            of[eligible.eq(0).fillna(value=False).to_numpy(dtype=bool)] = NOT_APPLICABLE
            found["coverage"][str(level)] = _said(COVERAGE, of, SCALE)
    return found


def _said(classes: Classes, of: np.ndarray, scale: tuple[str, ...]) -> dict[str, object]:
    last = len(classes) - 1
    spread = [scale[round(number * (len(scale) - 1) / last) if last else 0] for number in range(len(classes))]
    labels = {lang: [classes.label(number, lang) for number in range(len(classes))] for lang in LANGUAGES}
    return {"of": of.tolist(), "labels": labels, "colours": spread}


def _tints(cells: gpd.GeoDataFrame, drawn: np.ndarray) -> list[int | None]:
    """A tint a cell by who answers; people whose cells of one level touch get different ones, as far as tints go."""
    tree = shapely.STRtree(drawn)
    left, right = tree.query(drawn, predicate="intersects")
    level, who = cells["level"].to_numpy(), cells["answers"].to_numpy(dtype=object)
    near: dict[object, set[object]] = {}
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        if level[one] == level[other] and who[one] != who[other]:
            near.setdefault(who[one], set()).add(who[other])
    tint: dict[object, int] = {}
    for number, name in enumerate(dict.fromkeys(plain(cells["answers"]))):
        taken = {tint[other] for other in near.get(name, ()) if other in tint}
        free = [one for one in range(len(PEOPLE)) if one not in taken]
        tint[name] = free[number % len(free)] if free else number % len(PEOPLE)
    return [None if name is None else tint[name] for name in plain(cells["answers"])]
