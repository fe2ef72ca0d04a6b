"""Which metres of the streets no working lamp lights: by hand, by sampling, and what must not matter."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import shapely.ops
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap
from gridmap.errors import ArgumentError, NotFoundError
from gridmap.streets.lighting import Lighting, dark_stretches

CRS = "EPSG:4547"
EAST, NORTH = 548_000.0, 2_498_000.0
COLUMNS = ["road", "from_m", "to_m", "length_m", "stretch", "stretch_m", "geometry"]


def roads(*drawn: list[tuple[float, float]]) -> gpd.GeoSeries:
    """Roads through places measured in metres from a corner of the town."""
    return gpd.GeoSeries([shapely.LineString(np.add(xy, (EAST, NORTH))) for xy in drawn], crs=CRS)


def lamps(*places: tuple[float, float]) -> gpd.GeoSeries:
    return gpd.GeoSeries([shapely.Point(EAST + x, NORTH + y) for x, y in places], crs=CRS)


def stretches(found: gpd.GeoDataFrame) -> list[float]:
    return sorted(found.drop_duplicates("stretch")["stretch_m"])


@pytest.mark.parametrize("offset", [0.0, 4.0, 15.0, 24.9])
@pytest.mark.parametrize("spacing", [60.0, 95.5])
def test_between_lamps_a_straight_road_is_dark_for_the_spacing_less_what_each_lights(
    offset: float, spacing: float
) -> None:
    """dark = S - 2 * sqrt(R^2 - d^2), to a millimetre."""
    count = 5
    row = lamps(*((spacing * at, offset) for at in range(count)))
    found = dark_stretches(roads([(0, 0), (spacing * (count - 1), 0)]), row, radius=25, shortest=0)
    assert len(found) == count - 1
    assert found["length_m"].to_numpy() == pytest.approx(spacing - 2 * math.sqrt(625 - offset**2), abs=1e-3)
    assert found["from_m"].iloc[0] == pytest.approx(math.sqrt(625 - offset**2), abs=1e-3)


def test_a_road_without_lamps_is_dark_from_end_to_end() -> None:
    found = gridmap.dark_stretches(roads([(0, 0), (30, 40), (60, 0)]), lamps())
    assert list(found.columns) == COLUMNS
    assert found[["from_m", "to_m", "stretch_m"]].to_numpy().tolist() == [[0, 100, 100]]
    assert shapely.equals_exact(found.geometry[0], roads([(0, 0), (30, 40), (60, 0)])[0], tolerance=1e-6)


def test_a_lamp_at_the_very_radius_lights_nothing_and_cuts_nothing() -> None:
    found = dark_stretches(roads([(0, 0), (100, 0)]), lamps((50, 25)))
    assert stretches(found) == [100]


def test_a_lit_town_has_no_stretch() -> None:
    found = dark_stretches(roads([(0, 0), (40, 0)]), lamps((20, 5)))
    assert found.empty
    assert list(found.columns) == COLUMNS
    assert found.crs == CRS


@pytest.mark.parametrize(("length", "reported"), [(39.999, 0), (40.0, 1), (40.001, 1)])
def test_a_stretch_is_reported_from_the_shortest_on(length: float, reported: int) -> None:
    assert len(dark_stretches(roads([(0, 0), (length, 0)]), lamps())) == reported


def test_pieces_that_touch_where_two_ends_meet_are_one_stretch_whatever_their_directions() -> None:
    found = dark_stretches(roads([(0, 0), (30, 0)], [(60, 0), (30.009, 0)]), lamps())
    assert stretches(found) == pytest.approx([59.991])
    assert found["road"].tolist() == [0, 1]
    assert found["stretch"].tolist() == [0, 0]


@pytest.mark.parametrize("third", [[(30, 0), (30, 20)], [(30, 20), (30, 0)]])
def test_where_three_ends_meet_none_is_joined(third: list[tuple[float, float]]) -> None:
    assert dark_stretches(roads([(0, 0), (30, 0)], [(30, 0), (60, 0)], third), lamps()).empty


def test_ends_two_centimetres_apart_do_not_meet() -> None:
    assert dark_stretches(roads([(0, 0), (30, 0)], [(30.02, 0), (60, 0)]), lamps()).empty


def test_a_lit_joint_joins_nothing() -> None:
    found = dark_stretches(roads([(0, 0), (50, 0)], [(50, 0), (100, 0)]), lamps((50, 24)), shortest=40)
    assert stretches(found) == pytest.approx([43, 43])
    assert found["stretch"].tolist() == [0, 1]


def test_a_ring_is_one_stretch_over_the_place_where_it_closes() -> None:
    square = [(0, 0), (30, 0), (30, 30), (0, 30), (0, 0)]
    assert stretches(dark_stretches(roads(square), lamps((15, 35)))) == pytest.approx([60])
    whole = dark_stretches(roads(square), lamps())
    assert whole[["from_m", "to_m", "stretch_m"]].to_numpy().tolist() == [[0, 120, 120]]


def test_a_multi_line_counts_on_from_part_to_part() -> None:
    parts = roads([(0, 0), (50, 0)], [(80, 0), (130, 0)]).to_numpy()
    road = gpd.GeoSeries([shapely.MultiLineString(list(parts))], index=["avenue"], crs=CRS)
    found = dark_stretches(road, lamps())
    assert found[["from_m", "to_m"]].to_numpy().tolist() == [[0, 50], [50, 100]]
    assert found["road"].tolist() == ["avenue", "avenue"]
    assert found["stretch"].tolist() == [0, 1]


def test_what_has_no_length_or_no_place_takes_no_part() -> None:
    drawn = [*roads([(0, 0), (50, 0)], [(7, 7), (7, 7)]), None, shapely.LineString()]
    found = dark_stretches(
        gpd.GeoSeries(drawn, index=list("abcd"), crs=CRS), gpd.GeoSeries([None, shapely.Point()], crs=CRS)
    )
    assert found["road"].tolist() == ["a"]
    assert dark_stretches(gpd.GeoSeries([None], crs=CRS), lamps((0, 0))).empty
    assert dark_stretches(gpd.GeoSeries([], crs=CRS), lamps()).empty


def test_a_radius_and_a_shortest_for_each_road() -> None:
    pair = roads([(0, 0), (100, 0)], [(0, 200), (100, 200)])
    found = dark_stretches(pair, lamps((0, 0), (0, 200)), radius=pd.Series([60.0, 20.0]), shortest=pd.Series([10, 90]))
    assert found[["road", "from_m"]].to_numpy().tolist() == [[0, 60]]
    swapped = dark_stretches(pair, lamps((0, 0), (0, 200)), radius=pd.Series({1: 20.0, 0: 60.0}), shortest=0)
    assert swapped["from_m"].tolist() == [60, 20]


def test_of_several_shortest_on_one_stretch_the_smallest_counts() -> None:
    pair = roads([(0, 0), (30, 0)], [(30, 0), (60, 0)])
    assert len(dark_stretches(pair, lamps(), shortest=pd.Series([50.0, 500.0]))) == 2
    assert dark_stretches(pair, lamps(), shortest=pd.Series([70.0, 500.0])).empty


def test_with_own_road_a_lamp_lights_the_nearest_street_alone() -> None:
    side_by_side = roads([(0, 0), (100, 0)], [(0, 20), (60, 20)], [(60, 20), (100, 20)])
    lamp = lamps((55, 5))
    both = dark_stretches(side_by_side, lamp, shortest=0)
    assert both.groupby("road")["length_m"].sum().tolist() == pytest.approx(
        [100 - 2 * math.sqrt(600), 35, 25], abs=1e-3
    )
    own = dark_stretches(side_by_side, lamp, shortest=0, own_road=True)
    assert own.groupby("road")["length_m"].sum().tolist() == pytest.approx([100 - 2 * math.sqrt(600), 60, 40])
    continued = dark_stretches(side_by_side, lamps((55, 15)), shortest=0, own_road=True)
    assert continued["length_m"].sum() == pytest.approx(200 - 2 * math.sqrt(600))


def test_the_split_tells_metres_beside_dark_lamps_from_metres_without() -> None:
    every = gpd.GeoSeries(lamps((100, 7), (250, 0)).to_numpy(), index=["L1", "L2"], crs=CRS)
    found = dark_stretches(roads([(0, 0), (250, 0)]), every.loc[["L2"]], all_lamps=every)
    assert found["kind"].tolist() == ["unlit", "dark", "unlit"]
    assert found["length_m"].tolist() == pytest.approx([76, 48, 101])
    assert found["beside"].tolist() == [(), ("L1",), ()]
    assert stretches(found) == pytest.approx([225])
    assert found["stretch"].tolist() == [0, 0, 0]


def test_degrees_are_measured_in_metres() -> None:
    street, lamp = roads([(0, 0), (200, 0)]), lamps((100, 0))
    found = dark_stretches(street.to_crs(4326), lamp)
    assert found.crs == "EPSG:4326"
    assert found["length_m"].tolist() == pytest.approx([75, 75], rel=1e-3)
    assert shapely.equals_exact(
        found.to_crs(CRS).geometry.to_numpy(),
        dark_stretches(street, lamp.to_crs(4326)).geometry.to_numpy(),
        tolerance=0.02,
    ).all()


# A town of a few crooked streets whose ends often meet, and lamps beside them.
places = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda at: (60.0 * at[0], 60.0 * at[1]))
streets_drawn = st.lists(
    st.lists(places, min_size=2, max_size=4).filter(lambda line: len(set(line)) > 1), min_size=1, max_size=6
)
lamps_put = st.lists(st.tuples(st.floats(-30, 270), st.floats(-30, 270)), max_size=12)


@settings(deadline=None, max_examples=60)
@given(streets_drawn, lamps_put)
def test_sampling_every_decimetre_agrees(
    drawn: list[list[tuple[float, float]]], put: list[tuple[float, float]]
) -> None:
    """Lit and dark sum to the length, and each dark part is what samples find, to 0.2 m for each of its ends."""
    town = roads(*drawn)
    found = dark_stretches(town, lamps(*put), shortest=0)
    rows = dict(list(found.groupby("road")))
    lit = shapely.MultiPoint(lamps(*put).to_list())
    for road, line in town.items():
        at = np.arange(0.05, line.length, 0.1)
        far = shapely.distance(shapely.line_interpolate_point(line, at), lit) > 25 if put else np.ones(len(at), bool)
        part = rows.get(road, found.iloc[:0])
        assert part["length_m"].sum() == pytest.approx(far.sum() * 0.1, abs=0.2 * (len(part) + 1))
        inside = ((at[:, None] > part["from_m"].to_numpy() + 0.1) & (at[:, None] < part["to_m"].to_numpy() - 0.1)).any(
            1
        )
        assert far[inside].all()
        assert part["length_m"].to_numpy() == pytest.approx(part.length.to_numpy(), abs=1e-6)
        assert (part["from_m"].to_numpy()[1:] > part["to_m"].to_numpy()[:-1]).all()


@settings(deadline=None, max_examples=60)
@given(streets_drawn, lamps_put, st.tuples(st.floats(-30, 270), st.floats(-30, 270)))
def test_one_more_working_lamp_never_adds_dark_metres(
    drawn: list[list[tuple[float, float]]], put: list[tuple[float, float]], more: tuple[float, float]
) -> None:
    for own_road in (False, True):
        before = dark_stretches(roads(*drawn), lamps(*put), shortest=0, own_road=own_road)
        after = dark_stretches(roads(*drawn), lamps(*put, more), shortest=0, own_road=own_road)
        sums = [
            found.groupby("road")["length_m"].sum().reindex(range(len(drawn)), fill_value=0)
            for found in (before, after)
        ]
        assert (sums[1] <= sums[0] + 1e-6).all()


@settings(deadline=None, max_examples=60)
@given(streets_drawn, lamps_put, st.data())
def test_neither_splitting_nor_reversing_nor_order_changes_the_stretches(
    drawn: list[list[tuple[float, float]]], put: list[tuple[float, float]], data: st.DataObject
) -> None:
    """Roads are cut where no other end lies, turned round, and given in another order: the stretches are the same."""
    town = roads(*drawn)
    taken = [shapely.Point(line.coords[end]) for line in town for end in (0, -1)]
    changed = []
    for line in town:
        cut = line.length * data.draw(st.floats(0.1, 0.9))
        place = line.interpolate(cut)
        pieces = [line]
        if shapely.distance(place, taken).min() > 1:
            pieces = [shapely.ops.substring(line, 0, cut), shapely.ops.substring(line, cut, line.length)]
            taken.append(place)
        changed += [shapely.reverse(piece) if data.draw(st.booleans()) else piece for piece in pieces]
    other = gpd.GeoSeries(data.draw(st.permutations(changed)), crs=CRS)
    for shortest in (0, 40):
        before = dark_stretches(town, lamps(*put), shortest=shortest)
        after = dark_stretches(other, lamps(*put), shortest=shortest)
        assert after["length_m"].sum() == pytest.approx(before["length_m"].sum(), abs=1e-5)
        assert stretches(after) == pytest.approx(stretches(before), abs=1e-5)


@settings(deadline=None, max_examples=60)
@given(streets_drawn, lamps_put.filter(len), st.data())
def test_a_lamp_that_changed_is_looked_at_as_the_whole_town_would_be(
    drawn: list[list[tuple[float, float]]], put: list[tuple[float, float]], data: st.DataObject
) -> None:
    town = roads(*drawn)
    works = np.array(data.draw(st.lists(st.booleans(), min_size=len(put), max_size=len(put))))
    lighting = Lighting(town, lamps(*put), works)
    before = lighting.stretches(split=True)
    lamp = data.draw(st.integers(0, len(put) - 1))
    around = lighting.relight(lamp, working=not works[lamp], split=True)
    works[lamp] = not works[lamp]
    after = Lighting(town, lamps(*put), works).stretches(split=True)
    again = lighting.stretches(split=True)
    columns = ["road", "from_m", "to_m", "kind", "beside", "stretch_m"]
    assert again[columns].equals(after[columns])
    seen = set(around[columns].itertuples(index=False, name=None))
    assert seen <= set(after[columns].itertuples(index=False, name=None))
    unseen = set(after[columns].itertuples(index=False, name=None)) - seen
    assert unseen <= set(before[columns].itertuples(index=False, name=None))


def test_a_lamp_far_from_every_road_changes_nothing() -> None:
    lighting = Lighting(roads([(0, 0), (100, 0)]), lamps((0, 500)))
    assert lighting.relight(0, working=False).empty
    assert stretches(lighting.stretches()) == [100]


def test_an_unknown_lamp_is_named() -> None:
    with pytest.raises(NotFoundError, match="lamp 7"):
        Lighting(roads([(0, 0), (100, 0)]), lamps((0, 0))).relight(7, working=True)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("radius", 0.0),
        ("radius", math.inf),
        ("radius", pd.Series([25.0], index=["elsewhere"])),
        ("shortest", -1.0),
        ("shortest", math.nan),
    ],
)
def test_a_limit_out_of_range_is_refused(argument: str, value: object) -> None:
    with pytest.raises(ArgumentError, match=argument):
        dark_stretches(roads([(0, 0), (100, 0)]), lamps(), **{argument: value})


def test_a_road_that_leads_to_no_place_does_not_bend_the_plane_of_the_others() -> None:
    street = roads([(0, 0), (200, 0)]).to_crs(4326)
    lost = gpd.GeoSeries([*street, shapely.LineString([(0, 0), (np.inf, 0)])], crs=4326)
    assert dark_stretches(lost, lamps((100, 0))).equals(dark_stretches(street, lamps((100, 0))))


def test_what_is_no_line_no_point_or_nowhere_is_refused() -> None:
    with pytest.raises(ArgumentError, match="roads"):
        dark_stretches(lamps((0, 0)), lamps())
    with pytest.raises(ArgumentError, match="lamps"):
        dark_stretches(roads([(0, 0), (1, 0)]), roads([(0, 0), (1, 0)]))
    with pytest.raises(ArgumentError, match="lamps"):
        dark_stretches(roads([(0, 0), (1, 0)]), gpd.GeoSeries([shapely.Point(0, 0)]))
    with pytest.raises(ArgumentError, match="roads"):
        dark_stretches(gpd.GeoSeries([shapely.LineString([(0, 0), (1, 0)])]), lamps())


@pytest.mark.parametrize("working", [np.array([True]), np.array([1, 0])])
def test_one_truth_value_a_lamp(working: np.ndarray) -> None:
    with pytest.raises(ArgumentError, match="2 lamps"):
        Lighting(roads([(0, 0), (1, 0)]), lamps((0, 0), (1, 1)), working)
