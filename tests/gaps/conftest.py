"""A hamlet of four blocks of 100 m by 100 m, two a row, and the View of it on one day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridmap.gaps.view import Limits, View
from gridmap.grid.grid import Grid
from gridmap.people.roster import (
    ABSENCE_COLUMNS,
    ASSIGNMENT_COLUMNS,
    CADRE_COLUMNS,
    STAND_IN_COLUMNS,
    UNIT_COLUMNS,
    Roster,
)

CRS = "EPSG:4547"
EAST, NORTH = 548_000.0, 2_498_000.0
ON = dt.date(2015, 12, 31)
BIG, WEST, EASTERN = "440307010001", "4403070100011", "4403070100012"
BLOCKS = {f"{WEST}01": (0, 0), f"{WEST}02": (0, 1), f"{EASTERN}01": (1, 0), f"{EASTERN}02": (1, 1)}

Look = Callable[..., View]


def block(column: float, row: float, width: float = 1, height: float = 1) -> shapely.Polygon:
    """A rectangle measured in blocks of 100 m from the south-west corner of the hamlet."""
    x, y = EAST + 100 * column, NORTH + 100 * row
    return shapely.box(x, y, x + 100 * width, y + 100 * height)


def hamlet(**drawn: shapely.Polygon) -> Grid:
    """The hamlet; a block named by its code (`c` before it) is drawn as given."""
    rows = [(BIG, "big", None, block(0, 0, 2, 2))]
    rows += [(code, "middle", BIG, block(column, 0, 1, 2)) for column, code in enumerate((WEST, EASTERN))]
    rows += [(code, "small", code[:13], drawn.get(f"c{code}", block(*at))) for code, at in BLOCKS.items()]
    cells = gpd.GeoDataFrame(rows, columns=["code", "level", "parent", "geometry"], crs=CRS)
    return Grid(cells.assign(name=cells["code"]), {"big": 12, "middle": 13, "small": 15})


def answers(grid: Grid, **own: tuple[str | None, bool, str | None]) -> pd.DataFrame:
    """Who answers: everywhere `chief` of the big cell but where `own` (cadre, attended, absent) says otherwise."""
    rows = []
    for code, level in zip(grid.cells["code"], grid.cells["level"], strict=True):
        cadre, attended, absent = own.get(f"c{code}", ("chief", level == "big", None))
        rows.append((code, level, cadre, attended, absent, "2015-01-01"))
    columns = ["code", "level", "cadre", "attended", "absent", "since"]
    return pd.DataFrame(rows, columns=columns).set_index("code")


def features(grid: Grid, places: Mapping[str, shapely.Geometry | None], since: str = "2015-02-01") -> gpd.GeoDataFrame:
    """Rows of a register by key."""
    frame = gpd.GeoDataFrame({"key": sorted(places)}, geometry=[places[key] for key in sorted(places)], crs=grid.crs)
    return frame.assign(valid_from=since)


def links(grid: Grid, rows: gpd.GeoDataFrame) -> pd.DataFrame:
    """Links of points, or of lines, as the store keeps them."""
    if (rows.geom_type == "LineString").any():
        pieces = grid.link_lines(rows.set_index("key").geometry).rename(columns={"line": "key"})
        how = pd.Series("inside", index=pieces.index).mask(pieces["code"].isna(), "outside")
        code = pieces["code"].astype(object).where(pieces["code"].notna(), None)
        return pd.DataFrame(
            pieces[["key", "part", "length_m"]].assign(code=code, how=how, nearest=None, distance_m=np.nan)
        )
    code, near = grid.link(rows.geometry), grid.nearest(rows.geometry)
    how = pd.Series("inside", index=rows.index).mask(code.isna(), "outside").mask(rows.geometry.isna(), "unplaced")
    outside = how == "outside"
    return pd.DataFrame(
        {
            "key": rows["key"],
            "part": 0,
            "code": code.astype(object).where(code.notna(), None),
            "how": how,
            "nearest": near["code"].where(outside, None),
            "distance_m": near["distance_m"].where(outside),
            "length_m": np.nan,
        }
    )


def roster(
    assignments: list[tuple[object, ...]] | None = None,
    absences: list[tuple[object, ...]] | None = None,
    stand_ins: list[tuple[object, ...]] | None = None,
) -> Roster:
    """A roster of Li and Wang."""
    cadres = [("li", "李", "grid_worker", "office"), ("wang", "王", "grid_worker", "office")]
    return Roster(
        pd.DataFrame(cadres, columns=list(CADRE_COLUMNS)),
        pd.DataFrame([], columns=list(UNIT_COLUMNS), dtype=object),
        pd.DataFrame(assignments or [], columns=list(ASSIGNMENT_COLUMNS), dtype=object),
        pd.DataFrame(absences or [], columns=list(ABSENCE_COLUMNS), dtype=object),
        pd.DataFrame(stand_ins or [], columns=list(STAND_IN_COLUMNS), dtype=object),
    )


@pytest.fixture
def look() -> Look:
    """Makes the View of a hamlet: its grid, answers, features by layer, and whatever else differs from the usual."""

    def make(  # noqa: PLR0917 - each test names the few that it is about
        grid: Grid | None = None,
        own: Mapping[str, tuple[str | None, bool, str | None]] | None = None,
        territory: shapely.Geometry | None = None,
        load: pd.DataFrame | None = None,
        limits: Limits | None = None,
        roster: Roster | None = None,
        declared: Mapping[str, tuple[str, ...]] | None = None,
        **layers: Mapping[str, shapely.Geometry | None],
    ) -> View:
        here = grid or hamlet()
        land = None if territory is None else gpd.GeoSeries([territory], crs=CRS)
        rows = {layer: features(here, places) for layer, places in layers.items()}
        nobody = pd.DataFrame({"tier": [], "features": []}, index=pd.Index([], name="cadre"))
        return View(
            on=ON,
            grid=here,
            edition_from=dt.date(2015, 1, 1),
            territory=land,
            defects=here.check(land),
            features=rows,
            links={layer: links(here, frame) for layer, frame in rows.items()},
            answers=answers(here, **(own or {})),
            load=nobody if load is None else load,
            limits=limits or Limits(),
            roster=roster,
            declared=declared,
        )

    return make
