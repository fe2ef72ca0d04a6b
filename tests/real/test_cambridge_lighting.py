"""Cambridge by night: unlit kilometres with every lamp working, dark ones after an outage, against samples."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gridmap.streets.lighting import Lighting, dark_stretches

CITY = "EPSG:26986"
STEP = 0.25


@pytest.fixture(scope="module")
def streets(real_data: Path) -> gpd.GeoSeries:
    return gpd.read_file(real_data / "cambridge" / "street_centerlines.geojson").geometry.to_crs(CITY)


@pytest.fixture(scope="module")
def lights(real_data: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(real_data / "cambridge" / "street_lights.geojson").set_index("PoleID").to_crs(CITY)


@pytest.fixture(scope="module")
def works(lights: gpd.GeoDataFrame) -> np.ndarray:
    """An outage that struck 800 of 5,100 lamps, by a seed."""
    return np.random.default_rng(2015).random(len(lights)) >= 800 / 5100


def far_by_sampling(streets: gpd.GeoSeries, lamps: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for samples of the streets: the part of a street, the metres each stands for, and the nearest lamp's."""
    parts = shapely.get_parts(streets.to_numpy())
    count = np.maximum(1, np.ceil(shapely.length(parts) / STEP).astype(int))
    part = np.repeat(np.arange(len(parts)), count)
    stands_for = np.repeat(shapely.length(parts) / count, count)
    turn = np.arange(len(part)) - np.repeat(np.cumsum(count) - count, count)
    places = shapely.get_coordinates(shapely.line_interpolate_point(parts[part], (turn + 0.5) * stands_for))
    return part, stands_for, cKDTree(shapely.get_coordinates(lamps.geometry.to_numpy())).query(places)[0]


def stretches_by_sampling(streets: gpd.GeoSeries, lamps: gpd.GeoDataFrame) -> np.ndarray:
    """Return the metres of each dark stretch: neighbouring far samples, joined where two ends alone meet."""
    part, stands_for, away = far_by_sampling(streets, lamps)
    next_to = np.flatnonzero(part[1:] == part[:-1])
    pairs = [np.stack([next_to, next_to + 1], axis=1)]
    first = np.flatnonzero(np.diff(part, prepend=-1))
    ends = np.stack([first, np.append(first[1:], len(part)) - 1], axis=1).reshape(-1)
    parts = shapely.get_parts(streets.to_numpy())
    spots = np.concatenate([[line.coords[0][:2], line.coords[-1][:2]] for line in parts])
    meeting = cKDTree(spots).query_ball_point(spots, 0.01)
    pairs += [ends[np.array([met])] for met in meeting if len(met) == 2]
    both = np.concatenate(pairs)
    both = both[(away[both] > 25).all(axis=1)]
    graph = coo_array((np.ones(len(both)), both.T), shape=(len(part), len(part)))
    group = connected_components(graph, directed=False)[1]
    metres = np.bincount(group, weights=np.where(away > 25, stands_for, 0.0))
    return metres[metres > 0]


def test_with_every_lamp_working_the_unlit_metres_are_those_of_samples(
    streets: gpd.GeoSeries, lights: gpd.GeoDataFrame
) -> None:
    found = dark_stretches(streets, lights, shortest=0)
    _, stands_for, away = far_by_sampling(streets, lights)
    assert found["length_m"].sum() == pytest.approx(stands_for[away > 25].sum(), rel=1e-3)
    assert found["length_m"].sum() / 1000 == pytest.approx(49.4, abs=0.1)
    assert streets.length.sum() / 1000 == pytest.approx(251.6, abs=0.1)


def test_stretches_of_forty_metres_and_more_are_those_of_samples(
    streets: gpd.GeoSeries, lights: gpd.GeoDataFrame
) -> None:
    found = dark_stretches(streets, lights).drop_duplicates("stretch")["stretch_m"]
    sampled = stretches_by_sampling(streets, lights)
    assert abs((sampled >= 40).sum() - len(found)) <= 4  # those within a few samples of 40 m
    assert np.sort(found)[-200:] == pytest.approx(np.sort(sampled)[-200:], abs=4 * STEP)
    assert found.sum() / 1000 == pytest.approx(44.4, abs=0.1)


def test_after_an_outage_the_dark_metres_are_those_of_samples(
    streets: gpd.GeoSeries, lights: gpd.GeoDataFrame, works: np.ndarray
) -> None:
    found = dark_stretches(streets, lights[works], shortest=0, all_lamps=lights)
    _, stands_for, near_working = far_by_sampling(streets, lights[works])
    _, _, near_any = far_by_sampling(streets, lights)
    metres = found.groupby("kind")["length_m"].sum()
    assert metres["unlit"] == pytest.approx(stands_for[near_any > 25].sum(), rel=1e-3)
    assert metres["dark"] == pytest.approx(stands_for[(near_working > 25) & (near_any <= 25)].sum(), rel=3e-3)
    dark = set().union(*found.loc[found["kind"] == "dark", "beside"])
    assert dark
    assert not dark & set(lights.index[works])


def test_lamp_after_lamp_going_out_is_the_outage(
    streets: gpd.GeoSeries, lights: gpd.GeoDataFrame, works: np.ndarray
) -> None:
    lighting = Lighting(streets, lights)
    for pole in lights.index[~works]:
        lighting.relight(pole, working=False)
    columns = ["road", "from_m", "to_m", "stretch", "stretch_m"]
    assert lighting.stretches()[columns].equals(dark_stretches(streets, lights[works])[columns])


def test_degrees_tell_the_same_metres(streets: gpd.GeoSeries, lights: gpd.GeoDataFrame) -> None:
    planar, degrees = (dark_stretches(street, lights, shortest=0) for street in (streets, streets.to_crs(4326)))
    assert degrees["length_m"].sum() == pytest.approx(planar["length_m"].sum(), rel=1e-3)
