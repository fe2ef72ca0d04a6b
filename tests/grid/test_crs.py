"""Coordinate systems: the Chinese offsets against an oracle, exact inverses, and no guessing."""

from __future__ import annotations

import warnings

import geopandas as gpd
import numpy as np
import prcoords
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Geod

from gridmap.errors import ArgumentError
from gridmap.grid.crs import from_wgs84, parse_crs, to_wgs84, transform_frame

DAPENG = (114.478, 22.596)
SHENZHEN_LOCAL = (
    'PROJCS["Shenzhen local",GEOGCS["CGCS2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",114],PARAMETER["scale_factor",1],'
    'PARAMETER["false_easting",120000],PARAMETER["false_northing",-2470000],UNIT["metre",1]]'
)
# Every place from which the offset does not lead over the edge of the rectangle.
CHINA = st.tuples(st.floats(72.1, 137.7), st.floats(0.9, 55.7))
quick = settings(max_examples=200, deadline=None)


def metres_between(a, b):
    return Geod(ellps="WGS84").inv(a[0], a[1], b[0], b[1])[2]


@quick
@given(CHINA)
def test_gcj02_and_bd09_equal_the_oracle_within_a_micrometre(place):
    lon, lat = place
    expected_gcj = prcoords.wgs_gcj((lat, lon))
    expected_bd = prcoords.wgs_bd((lat, lon))
    assert metres_between(from_wgs84(lon, lat, "gcj02"), expected_gcj[::-1]) < 1e-6
    assert metres_between(from_wgs84(lon, lat, "bd09"), expected_bd[::-1]) < 1e-6


@quick
@given(CHINA, st.sampled_from(["gcj02", "bd09"]))
def test_the_way_there_and_back_is_exact_to_a_millimetre(place, system):
    assert metres_between(to_wgs84(*from_wgs84(*place, system), system), place) < 1e-3


@quick
@given(CHINA)
def test_the_inverse_equals_the_oracles_iterated_one(place):
    lon, lat = place
    expected = prcoords.gcj_wgs_bored((lat, lon))
    assert metres_between(to_wgs84(lon, lat, "gcj02"), expected[::-1]) < 1e-2


@pytest.mark.parametrize("place", [(-71.1, 42.37), (24.94, 60.17), (139.0, 35.7), (100.0, -5.0), (72.0, 30.0)])
def test_outside_china_gcj02_is_wgs84_itself(place):
    assert from_wgs84(*place, "gcj02") == place
    assert to_wgs84(*place, "gcj02") == place
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = prcoords.wgs_bd((place[1], place[0]))
    assert metres_between(from_wgs84(*place, "bd09"), expected[::-1]) < 1e-6
    assert metres_between(to_wgs84(*from_wgs84(*place, "bd09"), "bd09"), place) < 1e-3


def test_the_offset_at_dapeng_is_larger_than_a_small_cell():
    assert metres_between(from_wgs84(*DAPENG, "gcj02"), DAPENG) == pytest.approx(576, abs=20)


@pytest.mark.parametrize("system", ["gcj02", "bd09", "EPSG:4490", "EPSG:4547"])
def test_arrays_keep_their_shape_and_nan_stays_nan(system):
    lon = np.array([[114.4, np.nan], [114.6, np.inf]])
    lat = np.array([[22.5, 22.6], [22.7, 1e300]])
    there = from_wgs84(lon, lat, system)
    assert there[0].shape == there[1].shape == (2, 2)
    assert np.isfinite(there[0]).tolist() == [[True, False], [True, False]]


def test_cgcs2000_and_wgs84_are_taken_as_one():
    assert to_wgs84(*DAPENG, "EPSG:4490") == DAPENG
    assert metres_between(to_wgs84(*from_wgs84(*DAPENG, 4547), "EPSG:4547"), DAPENG) < 1e-6


def test_coordinates_are_easting_northing_though_epsg_4547_names_northing_first():
    easting, northing = from_wgs84(114.0, 22.6, "EPSG:4547")
    assert easting == pytest.approx(500_000)
    assert 2_000_000 < northing < 3_000_000


def test_a_local_system_comes_by_wkt():
    x, y = from_wgs84(114.0, 22.6, SHENZHEN_LOCAL)
    assert x == pytest.approx(120_000)
    assert metres_between(to_wgs84(x, y, SHENZHEN_LOCAL), (114.0, 22.6)) < 1e-6


@pytest.mark.parametrize("name", ["GCJ02", " bd09 "])
def test_offset_names_are_read_in_any_case(name):
    assert parse_crs(name) == name.strip().lower()


@pytest.mark.parametrize(
    ("given_crs", "code"),
    [
        (None, "grid.missing_crs"),
        ("  ", "grid.missing_crs"),
        ("gcj-02", "grid.unknown_crs"),
        ("EPSG:999999", "grid.unknown_crs"),
        ('LOCAL_CS["yard",UNIT["metre",1]]', "grid.unplaced_crs"),
    ],
)
def test_a_crs_is_asked_for_never_guessed(given_crs, code):
    with pytest.raises(ArgumentError) as caught:
        parse_crs(given_crs, "cells")
    assert caught.value.code == code
    assert all(str(caught.value.say(lang)).startswith("cells") for lang in ("zh", "en"))


@pytest.fixture
def houses():
    """Three houses of Dapeng, one of them without a place, on an index of their own."""
    places = [shapely.Point(*DAPENG, 12.5), None, shapely.Point(114.5, 22.6)]
    return gpd.GeoDataFrame({"name": ["a", "b", "c"]}, geometry=places, index=[7, 7, 3])


@pytest.mark.parametrize("system", ["gcj02", "bd09"])
def test_a_frame_in_an_offset_becomes_a_frame_in_a_real_crs(houses, system):
    shifted = houses.set_geometry(
        shapely.transform(
            houses.geometry.to_numpy(),
            lambda x, y, z: (*from_wgs84(x, y, system), z),
            include_z=True,
            interleaved=False,
        )
    ).set_crs("EPSG:4326")  # as GeoJSON labels it
    back = transform_frame(shifted, system)
    assert back.crs == CRS.from_epsg(4326)
    assert back.index.tolist() == [7, 7, 3]
    assert back.geometry.isna().tolist() == [False, True, False]
    assert shapely.get_z(back.geometry.iloc[0]) == 12.5
    placed = back.geometry.notna().to_numpy()
    assert (shapely.distance(back.geometry.to_numpy()[placed], houses.geometry.to_numpy()[placed]) < 1e-8).all()


def test_a_frame_without_a_crs_is_refused_and_a_stated_source_wins(houses):
    with pytest.raises(ArgumentError) as caught:
        transform_frame(houses)
    assert caught.value.code == "grid.missing_crs"
    assert transform_frame(houses, "EPSG:4490", "EPSG:4547").crs == CRS.from_epsg(4547)
    assert transform_frame(houses.set_crs(3857), "EPSG:4326").geometry.iloc[2].x == 114.5


def test_nothing_is_kept_in_an_offset(houses):
    with pytest.raises(ArgumentError) as caught:
        transform_frame(houses.set_crs(4326), target="bd09")
    assert caught.value.code == "grid.offset_target"
