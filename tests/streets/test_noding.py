"""Roads become a network: cut where they cross, joined where they nearly meet, with every fault at its place."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmap.errors import ArgumentError
from gridmap.streets.network import Network
from tests.streets.town import CRS, EAST, NORTH, blocks, roads


def test_streets_are_cut_at_every_crossing() -> None:
    network = Network(blocks(3, 2))
    assert network.nodes == 4 * 3
    assert len(network.edges) == 3 * 3 + 4 * 2
    assert (network.edges["metres"] == 100).all()


def test_no_metre_is_lost_or_won() -> None:
    drawn = roads([(0, 0), (50, 80), (120, 10)], [(0, 60), (130, 20)], [(10, -20), (60, 90)])
    assert Network(drawn).edges["metres"].sum() == pytest.approx(drawn.length.sum())


def test_a_crossing_without_a_corner_is_joined_and_told() -> None:
    network = Network(roads([(0, 50), (200, 50)], [(100, 0), (100, 100)]))
    assert network.nodes == 5
    (fault,) = network.faults.to_dict("records")
    assert (fault["kind"], fault["road"], fault["other"]) == ("crossing", 0, 1)
    assert shapely.get_coordinates(fault["geometry"]).tolist() == [[EAST + 100, NORTH + 50]]


def test_a_crossing_at_a_corner_of_both_is_no_fault() -> None:
    network = Network(roads([(0, 50), (100, 50), (200, 50)], [(100, 0), (100, 50), (100, 100)]))
    assert len(network.edges) == 4
    assert len(network.faults) == 0


def test_a_bridge_crosses_without_meeting() -> None:
    crossing = roads([(0, 50), (200, 50)], [(100, 0), (100, 100)])
    network = Network(crossing, level=pd.Series(["", "1"]))
    assert len(network.edges) == 2
    assert network.faults["kind"].tolist() == ["island"]


def test_a_bridge_meets_the_road_that_it_ends_on() -> None:
    ramp = roads([(0, 0), (100, 0), (200, 0)], [(100, 0), (100, 80)])
    network = Network(ramp, level=pd.Series([None, "1"]))
    assert len(network.edges) == 3
    assert len(network.faults) == 0


def test_an_end_that_misses_a_road_by_less_than_a_metre_is_joined_and_told() -> None:
    network = Network(roads([(0, 0), (200, 0)], [(100, 0.4), (100, 80)]))
    (fault,) = network.faults.to_dict("records")
    assert (fault["kind"], fault["road"], fault["other"]) == ("dangle", 1, 0)
    assert fault["metres"] == pytest.approx(0.4)
    assert sorted(network.edges["metres"].round(2)) == [0.4, 79.6, 100.0, 100.0]


def test_two_ends_that_miss_each_other_are_joined_once() -> None:
    network = Network(roads([(0, 0), (100, 0)], [(100.5, 0), (200, 0)]))
    assert network.faults["kind"].tolist() == ["dangle"]
    assert len(network.edges) == 3


def test_an_end_a_metre_and_more_away_is_another_place() -> None:
    network = Network(roads([(0, 0), (200, 0)], [(100, 1.1), (100, 80)]))
    assert network.faults["kind"].tolist() == ["island"]
    assert network.faults["metres"].tolist() == pytest.approx([78.9])


def test_an_end_that_juts_out_over_its_crossing_is_told() -> None:
    network = Network(roads([(0, 0), (200, 0)], [(100, -0.6), (100, 80)]))
    assert network.faults["kind"].tolist() == ["crossing", "dangle"]
    assert network.faults["metres"].tolist() == pytest.approx([0, 0.6])


def test_a_road_that_crosses_itself_is_cut_there() -> None:
    network = Network(roads([(0, 0), (100, 100), (100, 0), (0, 100)]))
    assert len(network.edges) == 3


def test_ends_a_centimetre_apart_meet() -> None:
    network = Network(roads([(0, 0), (100, 0)], [(100.005, 0), (200, 0)]))
    assert len(network.faults) == 0
    assert network.nodes == 3


@pytest.mark.parametrize("shapes", [[], [None], [shapely.LineString()]])
def test_no_road_is_no_network(shapes: list[shapely.Geometry | None]) -> None:
    network = Network(gpd.GeoSeries(shapes, crs=CRS))
    assert network.nodes == 0
    assert len(network.edges) == len(network.faults) == 0


def test_the_answer_is_in_the_crs_of_the_roads() -> None:
    network = Network(blocks(1, 1).to_crs(4326))
    assert network.edges.crs == network.faults.crs == "EPSG:4326"
    assert network.edges["metres"].to_numpy() == pytest.approx(100, abs=0.01)


def test_what_is_no_direction_and_no_series_of_these_roads_is_refused() -> None:
    with pytest.raises(ArgumentError, match="sideways is no direction"):
        Network(blocks(1, 1), oneway=pd.Series(["sideways", None, None, None]))
    with pytest.raises(ArgumentError, match="index of the 4 roads"):
        Network(blocks(1, 1), classes=pd.Series(["local"]))


places = st.tuples(st.integers(0, 20), st.integers(0, 20))
strokes = st.lists(places, min_size=2, max_size=4, unique=True)


@given(st.lists(strokes, min_size=1, max_size=8))
def test_the_edges_are_the_ground_of_the_roads_and_cross_no_more(drawn: list[list[tuple[int, int]]]) -> None:
    """Against shapely's own noding: the same ground; no two edges cross inside."""
    lines = roads(*[[(x * 10.0, y * 10.0) for x, y in stroke] for stroke in drawn])
    network = Network(lines)
    whole = shapely.union_all(lines.to_numpy())
    joined = shapely.union_all(network.edges.geometry.to_numpy())
    assert shapely.hausdorff_distance(whole, joined) < 1.0
    edges = network.edges.geometry.to_numpy()
    one, other = shapely.STRtree(edges).query(edges, predicate="crosses")
    # Cut places are rounded to a hair: what crosses does so within a centimetre of an end of both.
    met = shapely.intersection(edges[one], edges[other])
    ends = shapely.boundary(edges)
    assert (shapely.distance(met, ends[one]) < 0.02).all()
