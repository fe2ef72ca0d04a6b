"""Cambridge: streetlights, streets and parcels of a real city, linked to its census blocks."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridmap.grid.codes import parents_by_cover, parents_by_prefix
from gridmap.grid.grid import Grid

LEVELS = {"big": "tracts", "middle": "block_groups", "small": "blocks"}
LENGTHS = {"big": 11, "middle": 12, "small": 15}
CITY = "EPSG:26986"


@pytest.fixture(scope="module")
def cambridge(real_data: Path) -> Path:
    return real_data / "cambridge"


@pytest.fixture(scope="module")
def census(cambridge: Path) -> Grid:
    """The clean nest of 33 tracts, 87 block groups and 1044 blocks."""
    parts = []
    for level, name in LEVELS.items():
        part = gpd.read_file(cambridge / f"census2020_adj_{name}.geojson")
        parts.append(gpd.GeoDataFrame({"code": part["GEOID20"], "level": level}, geometry=part.geometry))
    cells = gpd.pd.concat(parts, ignore_index=True)
    cells["parent"] = parents_by_prefix(cells["code"], cells["level"], LENGTHS)
    return Grid(cells.assign(name=cells["code"]), LENGTHS)


@pytest.fixture(scope="module")
def lights(cambridge: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(cambridge / "street_lights.geojson")


@pytest.fixture(scope="module")
def streets(cambridge: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(cambridge / "street_centerlines.geojson")


def by_join(things: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> list[str]:
    """Return the lowest code that a spatial join finds for each thing, "" if none."""
    pairs = gpd.sjoin(things[["geometry"]], cells[["code", "geometry"]], predicate="intersects")
    return list(pairs.groupby(level=0)["code"].min().reindex(things.index, fill_value=""))


def test_6109_of_6117_lights_lie_in_a_block_and_each_in_the_one_a_join_finds(
    census: Grid, lights: gpd.GeoDataFrame
) -> None:
    found = census.link(lights)
    assert len(found) == 6117
    assert found.notna().sum() == 6109
    assert list(found.fillna("")) == by_join(lights, census.level("small"))
    assert census.level("small")["code"].isin(found).sum() == 1044 - 175


def test_the_eight_others_are_within_seven_metres_of_a_block(census: Grid, lights: gpd.GeoDataFrame) -> None:
    near = census.nearest(lights)
    out = near[near["distance_m"] > 0]
    assert len(out) == 8
    assert out["distance_m"].max() < 7
    metric = census.level("small").to_crs(CITY).set_index("code").geometry
    measured = lights.to_crs(CITY).loc[out.index].distance(metric.loc[out["code"]], align=False)
    assert np.allclose(out["distance_m"], measured, rtol=1e-3, atol=1e-3)
    assert census.link(lights, snap=7).notna().all()
    assert census.link(lights, snap=0.01).isna().sum() == 8


def test_vertices_and_edge_points_of_every_block_go_to_the_lowest_code(census: Grid) -> None:
    blocks = census.level("small")
    vertices = shapely.get_coordinates(blocks.geometry.to_numpy())
    between = (vertices[1:] + vertices[:-1]) / 2
    rng = np.random.default_rng(1)
    places = np.concatenate([vertices, between, np.nextafter(vertices, rng.choice([-200, 200], vertices.shape))])
    asked = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*places.T), crs=blocks.crs)
    assert list(census.link(asked).fillna("")) == by_join(asked, blocks)


def test_pieces_of_the_streets_sum_to_them(census: Grid, streets: gpd.GeoDataFrame) -> None:
    pieces = census.link_lines(streets)
    sums = pieces.groupby("line")["length_m"].sum()
    assert np.allclose(sums, census.metric.length(streets.geometry.to_numpy()), rtol=1e-12)
    assert sums.sum() == pytest.approx(251_600, rel=1e-3)
    assert sums.sum() == pytest.approx(streets.to_crs(CITY).length.sum(), rel=1e-4)
    blocks = census.level("small").set_index("code").geometry
    placed = pieces[pieces["code"].notna()]
    near = shapely.buffer(blocks.to_numpy(), 1e-11)[blocks.index.get_indexer(placed["code"])]
    assert shapely.covers(near, placed.geometry.to_numpy()).all()


def test_areas_go_by_a_point_within_them(census: Grid, cambridge: Path) -> None:
    areas = gpd.read_file(cambridge / "neighborhoods.geojson")
    found = census.link_areas(areas)
    held = census.level("small").set_index("code").geometry.loc[found]
    assert areas.intersects(held, align=False).all()


def test_parents_by_prefix_and_by_cover_agree(census: Grid) -> None:
    cells = census.cells
    covered = parents_by_cover(cells)
    assert covered.equals(cells["parent"])
    assert len(census.closure()) == 33 + 2 * 87 + 3 * 1044
    assert sum(len(census.members(code)) for code in census.level("big")["code"]) == len(cells)
