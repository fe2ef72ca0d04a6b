"""Ways between doors: whole metres and seconds, the ground they lie on, and what there is no way for."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyroutingkit
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.errors import ArgumentError
from gridmap.streets.fast import FastWays
from gridmap.streets.network import Network
from gridmap.streets.services import nearest_service
from gridmap.streets.travel import UNREACHABLE, Travel
from tests.streets.town import CRS, blocks, doors, roads


def test_the_walk_from_door_to_street_counts_at_both_ends() -> None:
    travel = Travel(Network(blocks(3, 2)), doors((10, 6), (190, 212)))
    assert travel.metres.tolist() == [[0, 6 + 90 + 200 + 90 + 12], [398, 0]]
    assert travel.seconds[0, 1] == round(398 / 1.2)


def test_two_doors_of_one_street_need_not_go_to_a_crossing() -> None:
    assert Travel(Network(blocks(1, 1)), doors((20, 0), (75, 3))).metres[0, 1] == 58


def test_doors_at_one_place_are_no_way_apart() -> None:
    assert Travel(Network(blocks(1, 1)), doors((20, 8), (20, 8))).metres.tolist() == [[0, 0], [0, 0]]


def test_beyond_300_metres_from_the_streets_a_door_is_unreachable() -> None:
    near, far = (50.0, -300.0), (50.0, -300.1)
    travel = Travel(Network(blocks(1, 1)), doors((50, 0), near, far, None))
    assert travel.metres[0].tolist() == [0, 300, UNREACHABLE, UNREACHABLE]
    assert travel.snapped.edge[2:].tolist() == [-1, -1]
    assert (np.diagonal(travel.metres) == 0).all()


def test_on_an_island_there_is_no_way() -> None:
    travel = Travel(Network(roads([(0, 0), (100, 0)], [(0, 50), (100, 50)])), doors((0, 0), (0, 50)))
    assert travel.metres[0, 1] == travel.seconds[0, 1] == UNREACHABLE
    with pytest.raises(ArgumentError, match="no way from place 0 to place 1"):
        travel.legs([0, 1])


def test_a_one_way_binds_vehicles_and_not_those_on_foot() -> None:
    network = Network(blocks(1, 1), oneway=pd.Series(["forward", None, None, None]))
    ends = doors((10, 0), (90, 0))
    assert Travel(network, ends, "car").metres.tolist() == [[0, 80], [320, 0]]
    assert Travel(network, ends, "ebike").metres.tolist() == [[0, 80], [320, 0]]
    assert Travel(network, ends).metres.tolist() == [[0, 80], [80, 0]]
    back = Network(blocks(1, 1), oneway=pd.Series(["backward", None, None, None]))
    assert Travel(back, ends, "car").metres.tolist() == [[0, 320], [80, 0]]


def test_the_quickest_way_is_taken_and_its_own_metres_are_told() -> None:
    """A lane straight through, 100 m at 1 m/s; a road around it, 300 m at 10 m/s."""
    network = Network(
        roads([(0, 0), (100, 0)], [(0, 0), (0, 100), (100, 100), (100, 0)]), classes=pd.Series(["lane", "arterial"])
    )
    ends = doors((0, 0), (100, 0))
    travel = Travel(network, ends, "car", speeds={"lane": 1.0, "arterial": 10.0})
    assert (travel.metres[0, 1], travel.seconds[0, 1]) == (300, 30)
    assert travel.legs([0, 1]).length.tolist() == [300.0]
    assert Travel(network, ends).metres[0, 1] == 100


def test_a_door_snaps_to_the_nearest_street_that_its_mode_may_use() -> None:
    network = Network(
        roads([(0, 0), (100, 0)], [(0, 40), (100, 40)], [(0, 0), (0, 40)]), classes=pd.Series(["path", "", ""])
    )
    ends = doors((50, 5), (100, 40))
    assert Travel(network, ends).metres[0, 1] == 5 + 50 + 40 + 100
    assert Travel(network, ends, "car").metres[0, 1] == 35 + 50


def test_the_search_ends_where_time_does() -> None:
    travel = Travel(Network(blocks(4, 1)), doors((0, 0), (120, 0), (400, 0)), within=120)
    assert travel.metres[0].tolist() == [0, 120, UNREACHABLE]


def test_no_places_and_no_streets() -> None:
    assert Travel(Network(blocks(1, 1)), doors()).metres.shape == (0, 0)
    nothing = Network(gpd.GeoSeries([], crs=CRS))
    assert Travel(nothing, doors((0, 0), (9, 9))).metres.tolist() == [[0, UNREACHABLE], [UNREACHABLE, 0]]


def test_an_unknown_mode_and_an_impossible_speed_are_refused() -> None:
    network = Network(blocks(1, 1))
    with pytest.raises(ArgumentError, match="'swim'"):
        Travel(network, doors((0, 0)), "swim")
    with pytest.raises(ArgumentError, match="no speeds"):
        Travel(network, doors((0, 0)), speeds={"": -1.0})


door = st.tuples(st.floats(0, 400), st.floats(0, 300))


@settings(max_examples=60)
@given(st.lists(door, min_size=2, max_size=6), st.integers(0, 2**16))
def test_each_leg_is_as_long_as_the_matrix_says(places: list[tuple[float, float]], chance: int) -> None:
    """With a third of the streets missing; to the whole metre, whatever is rounded on the way."""
    kept = np.random.default_rng(chance).random(9) > 0.33
    streets = blocks(4, 3)[kept]
    if not kept.any():
        return
    travel = Travel(Network(streets), doors(*places))
    assert (travel.metres == travel.metres.T).all()
    for start, end in pairwise(range(len(places))):
        if travel.metres[start, end] != UNREACHABLE:
            (leg,) = travel.legs([start, end])
            assert leg.length == pytest.approx(travel.metres[start, end], abs=1.0)
            assert shapely.get_coordinates(leg)[[0, -1]] == pytest.approx(
                shapely.get_coordinates(doors(places[start], places[end]).to_numpy())
            )


@settings(max_examples=60)
@given(st.lists(door, min_size=3, max_size=6))
def test_no_detour_is_shorter_than_the_way(places: list[tuple[float, float]]) -> None:
    metres = Travel(Network(blocks(4, 3)), doors(*places)).metres
    detour = (metres[:, :, None] + metres[None, :, :]).min(axis=1)
    assert (metres <= detour + 2).all()  # three roundings to a whole metre


@settings(max_examples=60)
@given(st.lists(door, min_size=1, max_size=5), st.lists(door, min_size=1, max_size=3))
def test_the_nearest_service_is_the_least_of_all_ways(
    homes: list[tuple[float, float]], windows: list[tuple[float, float]]
) -> None:
    network = Network(blocks(4, 3))
    found = nearest_service(network, doors(*windows), doors(*homes))
    every = Travel(network, doors(*homes, *windows)).metres[: len(homes), len(homes) :]
    apart = [home not in windows for home in homes]
    assert found["metres"][apart].to_numpy() == pytest.approx(every.min(axis=1)[apart], abs=1.0)
    named = every[np.arange(len(homes)), found["service"].astype(int)]
    assert named[apart] == pytest.approx(every.min(axis=1)[apart], abs=1.0)


def test_where_there_is_no_way_to_a_service_none_is_named() -> None:
    apart = Network(roads([(0, 0), (100, 0)], [(0, 50), (100, 50)]))
    found = nearest_service(apart, doors((0, 0)), doors((10, 0), (0, 50), None))
    assert found["service"].tolist() == [0, None, None]
    assert found["metres"].isna().tolist() == [False, True, True]
    assert nearest_service(apart, doors(), doors((0, 0)))["service"].tolist() == [None]


@settings(max_examples=60)
@given(st.lists(door, min_size=1, max_size=8), st.integers(0, 2**16))
def test_prepared_ways_answer_the_same(places: list[tuple[float, float]], chance: int) -> None:
    streets = blocks(4, 3)[np.random.default_rng(chance).random(9) > 0.3]
    if streets.empty:
        return
    network = Network(streets)
    plain = Travel(network, doors(*places, None))
    fast = Travel(network, doors(*places, None), ways=FastWays(network))
    assert fast.metres.tolist() == plain.metres.tolist()
    assert fast.seconds.tolist() == plain.seconds.tolist()
    short = Travel(network, doors(*places, None), ways=FastWays(network), within=200)
    assert short.metres.tolist() == Travel(network, doors(*places, None), within=200).metres.tolist()


def test_prepared_ways_of_a_ring_and_of_two_streets_between_the_same_crossings() -> None:
    network = Network(
        roads([(0, 0), (0, 90), (90, 90), (0, 0)], [(0, 0), (-100, 0)], [(0, 0), (-50, 60), (-100, 0), (-100, -9)])
    )
    places = doors((0, 0), (0, 80), (60, 60), (-50, 0), (-50, 60), (-100, -9))
    assert (Travel(network, places, ways=FastWays(network)).metres == Travel(network, places).metres).all()


def test_more_prepared_places_than_one_search_asks_for() -> None:
    network = Network(blocks(9, 9))
    places = doors(*np.random.default_rng(1).uniform(0, 900, (150, 2)).tolist())
    assert (Travel(network, places, ways=FastWays(network)).metres == Travel(network, places).metres).all()


def test_without_streets_there_is_nothing_to_prepare() -> None:
    nothing = Network(gpd.GeoSeries([], crs=CRS))
    travel = Travel(nothing, doors((0, 0), (9, 9)), ways=FastWays(nothing), within=60)
    assert travel.metres.tolist() == [[0, UNREACHABLE], [UNREACHABLE, 0]]


def test_prepared_ways_are_cut_where_the_streets_lie(tmp_path: Path) -> None:
    """Places handed over in the wrong order would be cut at random, and a large network never be prepared."""
    network = Network(blocks(9, 9))
    tail, head, _ = network.ends
    ends = np.array([[*tail, *head], [*head, *tail]], dtype=np.uint32)
    east, north = (np.array(list(column), dtype=np.float32) for column in network.places.T)
    wanted = pyroutingkit.CCHTopology()
    wanted.build(ends[0], ends[1], north, east, network.nodes)
    folders = [tmp_path / "ours", tmp_path / "wanted"]
    for folder in folders:
        folder.mkdir()
    FastWays(network)._kit.save_topology(str(folders[0]))
    wanted.save(str(folders[1]))
    ours, theirs = ((folder / "order").read_bytes() for folder in folders)
    assert ours == theirs


def test_ways_of_several_speeds_are_not_prepared() -> None:
    network = Network(blocks(1, 1), classes=pd.Series(["lane", "", "", ""]))
    with pytest.raises(ArgumentError, match="several speeds"):
        FastWays(network, "ebike")
