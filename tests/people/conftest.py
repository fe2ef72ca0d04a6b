"""A harbour of one big cell, two middle ones and three small ones, and rosters of the few who work there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridmap.grid.grid import Grid
from gridmap.people.roster import (
    ABSENCE_COLUMNS,
    ASSIGNMENT_COLUMNS,
    CADRE_COLUMNS,
    STAND_IN_COLUMNS,
    UNIT_COLUMNS,
    Roster,
)

ON = dt.date(2015, 6, 15)
HARBOUR, QUAY, MARKET = "1", "11", "12"
PIER, SHED, STALLS = "111", "112", "121"
SIDE = 100.0
# Who works there: cadre, name, tier, unit.
CADRES = (
    ("an", "安某", "leadership", "office"),
    ("bo", "柏某", "community", "police"),
    ("cui", "崔某", "grid_worker", "office"),
    ("du", "杜某", "grid_worker", "office"),
    ("fu", "傅某", "grid_worker", "office"),
)
UNITS = (("office", "an"), ("police", "bo"), ("lamps", None))

Row = Sequence[object]


def head(cell: str, who: str, begin: str = "2015-01-01", end: str | None = None) -> Row:
    """A cadre heads a cell."""
    return (cell, "cadre", who, "head", "charge", begin, end)


def unit(cell: str, who: str, begin: str = "2015-01-01", end: str | None = None) -> Row:
    """A unit holds a cell."""
    return (cell, "unit", who, "head", "charge", begin, end)


def away(cadre: str, begin: str = "2015-06-01", end: str | None = None) -> Row:
    return (cadre, begin, end)


def stand_in(cadre: str, who: str, cell: str | None = None, begin: str = "2015-06-01", end: str | None = None) -> Row:
    return (cadre, who, cell, begin, end)


def roster(
    assignments: Sequence[Row] = (),
    absences: Sequence[Row] = (),
    stand_ins: Sequence[Row] = (),
    *,
    cadres: Sequence[Row] = CADRES,
    units: Sequence[Row] = UNITS,
) -> Roster:
    """A roster of the few who work there."""
    frames = (
        (cadres, CADRE_COLUMNS),
        (units, UNIT_COLUMNS),
        (assignments, ASSIGNMENT_COLUMNS),
        (absences, ABSENCE_COLUMNS),
        (stand_ins, STAND_IN_COLUMNS),
    )
    return Roster(*(pd.DataFrame(list(rows), columns=list(names), dtype=object) for rows, names in frames))


@pytest.fixture(scope="session")
def harbour() -> Grid:
    """Pier and shed in the quay, stalls in the market, all in the harbour; each small cell is 100 m by 100 m."""
    shapes = {code: shapely.box(at * SIDE, 0, (at + 1) * SIDE, SIDE) for at, code in enumerate((PIER, SHED, STALLS))}
    shapes |= {QUAY: shapely.box(0, 0, 2 * SIDE, SIDE), MARKET: shapes[STALLS]}
    shapes |= {HARBOUR: shapely.box(0, 0, 3 * SIDE, SIDE)}
    codes = [HARBOUR, QUAY, MARKET, PIER, SHED, STALLS]
    cells = gpd.GeoDataFrame(
        {
            "code": codes,
            "level": ["big", "middle", "middle", "small", "small", "small"],
            "parent": [code[:-1] or None for code in codes],
            "name": codes,
        },
        geometry=[shapes[code] for code in codes],
        crs="EPSG:4547",
    )
    return Grid(cells)
