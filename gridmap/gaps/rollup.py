"""Gaps counted: small cells sum to their middle cell, those to the big cell, those to the office."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from gridmap.grid.codes import LEVELS
from gridmap.grid.grid import Grid

COLUMNS = ("cell", "level", "kind", "count", "measure", "unit")
OFFICE = "office"
# The cell of the row that counts, at one level, what is in no cell of that level.
NOWHERE = "none"


def rollup(gaps: gpd.GeoDataFrame, grid: Grid) -> pd.DataFrame:
    """Return how many gaps of each kind there are, by cell: columns cell, level, kind, count, measure (in unit).

    Levels in use in `grid` from the office (cell "") down, in each the cells that have a gap by code, then the row
    `none` for gaps in no cell of that level (outside all cells, or of a cell of a higher level), kinds as in `gaps`.
    The rows of each level sum to the office's. A gap of several cells counts once, at the cell its columns name.
    Measures are those of the gaps: features of unattended cells of two levels stand in both.
    """
    used = [level for level in LEVELS if (grid.cells["level"] == level).any()]
    kinds = {kind: place for place, kind in enumerate(dict.fromkeys(gaps["kind"]))}
    parts = [_counted(gaps, pd.Series("", index=gaps.index), OFFICE)]
    parts += [_counted(gaps, gaps[level].fillna(NOWHERE), level) for level in used]
    rows = pd.concat(parts, ignore_index=True)
    levels = {level: place for place, level in enumerate((OFFICE, *used))}
    order = rows.assign(
        depth=rows["level"].map(levels), last=rows["cell"] == NOWHERE, place=rows["kind"].map(kinds)
    ).sort_values(["depth", "last", "cell", "place", "unit"], kind="stable")
    return rows.loc[order.index].reset_index(drop=True)


def _counted(gaps: gpd.GeoDataFrame, cells: pd.Series, level: str) -> pd.DataFrame:
    held = pd.DataFrame(
        {"cell": cells.astype(object), "kind": gaps["kind"], "unit": gaps["unit"], "measure": gaps["measure"]}
    )
    counted = held.groupby(["cell", "kind", "unit"], sort=False)["measure"].agg(["size", "sum"]).reset_index()
    return counted.rename(columns={"size": "count", "sum": "measure"}).assign(level=level)[list(COLUMNS)]
