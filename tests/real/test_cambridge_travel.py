"""Ways on the streets of Cambridge: what hangs together, and legs as long as the matrix says."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridmap.streets.network import Network
from gridmap.streets.travel import UNREACHABLE, Travel

METRIC = 26986


@pytest.fixture(scope="module")
def streets(real_data: Path) -> gpd.GeoSeries:
    return gpd.read_file(real_data / "cambridge" / "street_centerlines.geojson").to_crs(METRIC).geometry


@pytest.fixture(scope="module")
def network(streets: gpd.GeoSeries) -> Network:
    return Network(streets)


def test_the_streets_meet_where_the_city_says_they_do(network: Network, real_data: Path) -> None:
    """The city keeps its own table of crossings: where three edges and more meet is one of them."""
    crossings = gpd.read_file(real_data / "cambridge" / "intersections.geojson").to_crs(METRIC)
    edges = network.edges
    degree = pd.concat([edges["tail"], edges["head"]]).value_counts()
    busy = edges[edges["tail"].isin(degree.index[degree >= 3])]
    starts = gpd.GeoSeries(shapely.get_point(busy.geometry.to_numpy(), 0), crs=METRIC)
    near = crossings.sindex.nearest(starts, return_all=False, return_distance=True)[1]
    assert len(busy) > 1000
    assert np.mean(near < 1.0) > 0.99


def test_no_metre_of_street_is_lost(network: Network, streets: gpd.GeoSeries) -> None:
    assert network.edges["metres"].sum() == pytest.approx(streets.length.sum(), rel=1e-9)
    assert set(network.faults["kind"]) <= {"crossing", "dangle", "island"}
    islands = network.faults[network.faults["kind"] == "island"]
    assert islands["metres"].sum() < 0.001 * streets.length.sum()


def test_every_leg_is_as_long_as_the_matrix_says(network: Network, real_data: Path) -> None:
    lamps = gpd.read_file(real_data / "cambridge" / "street_lights.geojson").to_crs(METRIC).geometry
    places = lamps.sample(60, random_state=7).reset_index(drop=True)
    travel = Travel(network, places)
    order = [one for one in range(60) if travel.metres[0, one] != UNREACHABLE]
    legs = travel.legs(order)
    told = [travel.metres[pair] for pair in pairwise(order)]
    assert legs.length.to_numpy() == pytest.approx(told, abs=1.0)
    assert (travel.metres == travel.metres.T).all()
