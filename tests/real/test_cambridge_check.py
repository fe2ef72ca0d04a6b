"""The check on cells that nobody here drew: Cambridge's census nest is exact, its police grid is not."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridmap.grid.check import check_cells
from gridmap.grid.metric import Metric
from gridmap.grid.repair import repair_cells

GEOID = {"big": 11, "middle": 12, "small": 15}
SYSTEMS = pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:26986"])


def level_of(frame, code, level, parents):
    return gpd.GeoDataFrame(
        {"code": frame[code].astype(object), "level": level, "parent": parents, "name": frame[code]},
        geometry=frame.geometry.to_numpy(),
        crs=frame.crs,
    )


def stacked(*levels):
    return gpd.GeoDataFrame(pd.concat(levels, ignore_index=True), crs=levels[0].crs)


def mostly_in(frame, upper, code):
    """Return for each row the code of the upper cell that holds most of it."""
    shared = [shapely.area(shapely.intersection(shape, upper.geometry.to_numpy())) for shape in frame.geometry]
    return upper[code].to_numpy()[np.argmax(shared, axis=1)]


def read(folder: Path, name: str):
    return gpd.read_file(folder / "cambridge" / f"{name}.geojson")


@pytest.fixture
def census(real_data):
    names = {"big": "tracts", "middle": "block_groups", "small": "blocks"}
    levels, above = [], None
    for level, name in names.items():
        frame = read(real_data, f"census2020_adj_{name}")
        parents = None if above is None else frame["GEOID20"].str.slice(0, GEOID[above])
        levels.append(level_of(frame, "GEOID20", level, parents))
        above = level
    return stacked(*levels)


@pytest.fixture
def police(real_data):
    sectors, cars, walks = (read(real_data, f"police_{name}") for name in ("sectors", "car_routes", "walking_routes"))
    sectors["SECTOR"] = sectors["SECTOR"].astype(str)
    return stacked(
        level_of(sectors, "SECTOR", "big", None),
        level_of(cars, "CAR_RTE", "middle", mostly_in(cars, sectors, "SECTOR")),
        level_of(walks, "WALK_RTE", "small", mostly_in(walks, cars, "CAR_RTE")),
    )


def metric_of(cells):
    return Metric(cells.crs, cells.total_bounds)


@SYSTEMS
@pytest.mark.parametrize("gap_width", [0.0, 1.0, 5.0])
def test_the_census_nest_has_no_defect(census, crs, gap_width):
    cells = census.to_crs(crs)
    assert check_cells(cells, metric=metric_of(cells), gap_width=gap_width, code_lengths=GEOID).empty


def test_three_edges_of_the_census_that_border_no_slit_are_flagged_by_shapely_alone(census):
    blocks = census[census["level"] == "small"].to_crs("EPSG:26986")
    flagged = shapely.coverage_invalid_edges(blocks.geometry.to_numpy(), 1.0)
    assert (~shapely.is_empty(flagged)).sum() == 3
    assert check_cells(blocks, metric=metric_of(blocks)).empty


@SYSTEMS
def test_the_police_grid_is_no_tree(police, real_data, crs):
    """Routes are counted by `other`: the car route or the sector in which a second part of them lies."""
    cells = police.to_crs(crs)
    defects = check_cells(cells, metric=metric_of(cells), territory=read(real_data, "city_boundary"))
    strays = defects[defects["kind"] == "child_outside_parent"]
    level = cells.dropna(subset="code").set_index("code")["level"]
    pairs = (
        strays.assign(upper=strays["other"].map(level)).groupby(["level", "upper"])["code"].agg(["count", "nunique"])
    )
    assert pairs.to_dict("index") == {
        ("middle", "big"): {"count": 1, "nunique": 1},
        ("small", "big"): {"count": 1, "nunique": 1},
        ("small", "middle"): {"count": 5, "nunique": 5},
    }
    assert set(strays.loc[strays["level"] == "small", "code"]) == {"10C", "12C", "7B", "C10", "C12"}
    assert strays.loc[strays["level"] == "middle", "code"].tolist() == ["6R"]
    assert (defects["kind"] == "missing_code").sum() == police["code"].isna().sum() == 2
    assert set(defects["kind"]) == {"child_outside_parent", "missing_code", "hole"}


@SYSTEMS
def test_20600_square_metres_of_the_city_lie_in_no_sector(police, real_data, crs):
    cells = police.to_crs(crs)
    defects = check_cells(cells, metric=metric_of(cells), territory=read(real_data, "city_boundary"))
    holes = defects[defects["kind"] == "hole"]
    assert set(holes["hint"]) == {"grid.hint_hole_of_territory"}
    assert holes["measure"].sum() == pytest.approx(20_600, rel=0.01)


@SYSTEMS
def test_repair_finds_nothing_to_mend_in_either(census, police, crs):
    for cells in (census.to_crs(crs), police.to_crs(crs)):
        mended, changes = repair_cells(cells, metric=metric_of(cells))
        assert changes.empty
        assert shapely.equals_identical(mended.geometry.to_numpy(), cells.geometry.to_numpy()).all()


def test_blocks_drawn_each_by_itself_are_mended_and_every_square_metre_is_told(census):
    """The blocks of a dozen tracts are shrunk or grown by up to 10 cm, as if nobody had looked at the neighbours."""
    cells = census.to_crs("EPSG:26986")
    tracts = set(cells["code"][cells["level"] == "big"].sort_values().iloc[:12])
    cells = cells[cells["code"].str.slice(0, GEOID["big"]).isin(tracts)].reset_index(drop=True)
    small = np.flatnonzero(cells["level"] == "small")
    by = np.random.default_rng(1).uniform(-0.1, 0.1, len(small))
    shapes = cells.geometry.to_numpy().copy()
    drawn = shapely.buffer(shapes[small], by, join_style="mitre")
    shapes[small] = np.where(shapely.is_valid(drawn), drawn, shapes[small])
    cells = cells.set_geometry(gpd.GeoSeries(shapes, crs=cells.crs))
    assert {"overlap", "slit"} <= set(check_cells(cells, metric=metric_of(cells))["kind"])
    mended, changes = repair_cells(cells, metric=metric_of(cells))
    assert check_cells(mended, metric=metric_of(mended), code_lengths=GEOID).empty
    assert mended.geometry.area.sum() - cells.geometry.area.sum() == pytest.approx(
        changes["gained_m2"].sum() - changes["lost_m2"].sum(), abs=1e-3
    )
