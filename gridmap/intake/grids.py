"""Read a grid: cells of three levels from one file, or from one file a level; and the territory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd

from gridmap.errors import ArgumentError, Fault, FaultsError, InputError
from gridmap.grid.codes import CODE_LENGTHS, LEVELS, TEXT, parents_by_cover, parents_by_prefix
from gridmap.grid.crs import transform_frame
from gridmap.grid.grid import Grid
from gridmap.intake.limits import Limits
from gridmap.intake.texts import flat_one
from gridmap.intake.vectors import attributes, find_column, read_vectors
from gridmap.words import spellings

Parents = Literal["prefix", "column", "covers"]
ByLevel: TypeAlias = str | Mapping[str, str]
_PARENTS: tuple[Parents, ...] = ("prefix", "column", "covers")
_SHOWN = 5


def read_grid(
    source: Path | str | Mapping[str, Path],
    *,
    crs: str | None = None,
    levels: Mapping[str, str] | None = None,
    code: ByLevel = "code",
    name: ByLevel = "name",
    parent: ByLevel | None = None,
    lengths: Mapping[str, int] | None = None,
    parents: Parents = "prefix",
    level_column: str = "level",
    encoding: str | None = None,
    limits: Limits | None = None,
) -> Grid:
    """Read the cells of a grid from vector files, in the coordinate system of its smallest level.

    `source`: one file a level (`{"big": path, "middle": path, "small": path}`, any of them), or one file that says the
    level in `level_column` or has one layer a level, named as the level. `levels` says what the file's own words for
    levels mean (`{"ward": "small"}`); the usual ones are known. `code`, `name` and `parent` name columns, one for all
    levels or one a level; the usual headers (`gridmap.words.spellings`) need not be named, and a file without names
    gives none. `parents`: "prefix" by `lengths` (digits of a code at each level, default 12, 13, 15), "column"
    by `parent`, "covers" by the cell above that holds a representative point. `crs` goes over what a file states.

    A grid with defects is read; `Grid.check` tells them. Raises FileError for a file that cannot be read,
    ArgumentError, or FaultsError with all of several: a missing column, an unknown level, a CRS that nobody states
    (it is asked for and never guessed), a `parents` that is none of the three.
    """
    if parents not in _PARENTS:
        raise ArgumentError("intake.grid_parents", argument="parents", given=parents, allowed=", ".join(_PARENTS))
    columns = {"code": code, "name": name, "parent": (parent or "parent") if parents == "column" else None}
    reader = _Reader(crs, levels or {}, columns, encoding, limits)
    if isinstance(source, Mapping):
        frames = reader.one_a_level(source)
    else:
        frames = reader.one_for_all(Path(source), level_column)
    _raise_all(reader.problems)
    cells = _together(frames)
    if parents == "covers":
        cells["parent"] = parents_by_cover(cells)
    if parents != "prefix":
        return Grid(cells)
    digits = CODE_LENGTHS if lengths is None else lengths
    cells["parent"] = parents_by_prefix(cells["code"], cells["level"], digits)
    return Grid(cells, digits)


def read_territory(path: Path, *, crs: str | None = None, limits: Limits | None = None) -> gpd.GeoDataFrame:
    """Return the areas of a vector file in EPSG:4326: the territory of an office (column `geometry` alone).

    Raises as `read_vectors` does; ArgumentError where the file holds no area.
    """
    layers = read_vectors(path, crs=crs, limits=limits)
    areas = [transform_frame(frame[["geometry"]]) for frame in layers.values()]
    land = pd.concat(areas, ignore_index=True)
    land = land[land.geometry.geom_type.isin(["Polygon", "MultiPolygon"])].reset_index(drop=True)
    if land.empty:
        raise ArgumentError("intake.no_area", argument="territory", file=path.name)
    return gpd.GeoDataFrame(land, geometry="geometry", crs=areas[0].crs)


class _Reader:
    """The columns asked for, and every problem met on the way."""

    def __init__(
        self,
        crs: str | None,
        levels: Mapping[str, str],
        columns: Mapping[str, ByLevel | None],
        encoding: str | None,
        limits: Limits | None,
    ) -> None:
        self.crs, self.columns, self.encoding, self.limits = crs, columns, encoding, limits
        self.spelled = {word: level for level, words in spellings.LEVELS.items() for word in words}
        self.spelled |= {flat_one(word): level for word, level in levels.items()}
        self.problems: list[InputError] = []
        for level in levels.values():
            self._check_level(level, "levels")

    def one_a_level(self, source: Mapping[str, Path]) -> list[gpd.GeoDataFrame]:
        """Return the cells of each file, whose level is known."""
        frames = []
        for level, path in source.items():
            if self._check_level(level, "source"):
                frames += [self._cells(frame, level, Path(path).name) for frame in self._layers(Path(path)).values()]
        return frames

    def one_for_all(self, path: Path, level_column: str) -> list[gpd.GeoDataFrame]:
        """Return the cells of one file level by level: by its level column, else by the names of its layers."""
        frames = []
        for name, frame in self._layers(path).items():
            column = find_column(frame, _wanted(level_column, "level"))
            if column is None and flat_one(name) in self.spelled:
                frames.append(self._cells(frame, self.spelled[flat_one(name)], path.name))
            elif column is None:
                self._no_column(frame, "level_column", level_column, path.name)
            else:
                levels = frame[column].map(lambda text: self.spelled.get(flat_one(text)) if text else None)
                self._check_values(frame[column][levels.isna()], path.name)
                frames += [self._cells(frame[levels == level], level, path.name) for level in LEVELS]
        return frames

    def _layers(self, path: Path) -> dict[str, gpd.GeoDataFrame]:
        try:
            return read_vectors(path, crs=self.crs, encoding=self.encoding, limits=self.limits)
        except InputError as problem:
            self.problems.append(problem)
            return {}

    def _cells(self, frame: gpd.GeoDataFrame, level: str, file: str) -> gpd.GeoDataFrame:
        held = {}
        for column, asked in self.columns.items():
            wanted = asked.get(level) if isinstance(asked, Mapping) else asked
            found = find_column(frame, _wanted(wanted, column)) if wanted else None
            if wanted and found is None and column != "name" and not (column == "parent" and level == LEVELS[0]):
                self._no_column(frame, column, wanted, file)
            held[column] = pd.Series(np.nan, index=frame.index) if found is None else frame[found]
        table = pd.DataFrame(held).astype(TEXT).assign(level=level)
        return gpd.GeoDataFrame(table[["code", "level", "parent", "name"]], geometry=frame.geometry, crs=frame.crs)

    def _check_level(self, level: str, argument: str) -> bool:
        if level not in LEVELS:
            allowed = ", ".join(LEVELS)
            self.problems.append(ArgumentError("intake.grid_level", argument=argument, given=level, allowed=allowed))
        return level in LEVELS

    def _check_values(self, unknown: pd.Series[str], file: str) -> None:
        given = [str(value) if value else "-" for value in unknown.unique()]
        if given:
            shown, allowed = ", ".join(given[:_SHOWN]), ", ".join(LEVELS)
            self.problems.append(ArgumentError("intake.grid_level_value", file=file, given=shown, allowed=allowed))

    def _no_column(self, frame: gpd.GeoDataFrame, argument: str, given: str, file: str) -> None:
        there = attributes(frame)
        self.problems.append(
            ArgumentError("intake.no_column", argument=argument, file=file, given=given, columns=there)
        )


def _wanted(asked: str, usual: str) -> tuple[str, ...]:
    """Return the headers to look for: the usual ones too, unless the caller asks for one of his own."""
    known = spellings.CELL_HEADERS[usual]
    return (asked, *known) if asked == usual else (asked,)


def _together(frames: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Return the cells of all levels from the top down, in the CRS of the smallest (linking happens there)."""
    ordered = sorted((frame for frame in frames if len(frame)), key=lambda frame: LEVELS.index(frame["level"].iloc[0]))
    last = (ordered or frames)[-1]
    cells = pd.concat([frame.to_crs(last.crs) for frame in ordered] or [last], ignore_index=True)
    return gpd.GeoDataFrame(cells, geometry="geometry", crs=last.crs)


def _raise_all(problems: list[InputError]) -> None:
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise FaultsError([Fault(problem.code, inputs=problem.inputs) for problem in problems])
