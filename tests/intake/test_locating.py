from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmap.errors import ArgumentError
from gridmap.intake import locating
from tests.intake.sheets import column

DAPENG = (114.4, 22.5, 114.6, 22.7)


def codes(problems):
    return {
        problem.code.partition(".")[2]: np.flatnonzero(problem.where).tolist()
        for problem in problems
        if problem.where.any()
    }


def degrees(x, y, crs="EPSG:4326", bounds=DAPENG):
    return locating.to_degrees(locating.from_lonlat(column(*x), column(*y)), crs, bounds)


def test_each_fault_of_a_place_has_its_own_name():
    x = ["114.5", None, "114.5", "abc", "NaN", "1e400", "22.6", "114.5", "114.9", "500"]
    y = ["22.6", None, None, "22.6", "22.6", "22.6", "114.5", "inf", "22.6", "22.6"]
    located = degrees(x, y)
    assert codes(located.problems) == {
        "place_half": [2],
        "place_not_number": [3],
        "place_not_finite": [4, 5, 7],
        "place_swapped": [6],
        "place_outside": [8],
        "place_range": [9],
    }
    assert [shape is not None for shape in located.shapes] == [True] + [False] * 9
    assert located.written[6] == "22.6, 114.5"


def test_without_bounds_only_degrees_out_of_range_tell_swapped_coordinates():
    assert codes(degrees(["22.6", "22.6"], ["114.5", "22.6"], bounds=None).problems) == {"place_swapped": [0]}


def test_swapped_metres_are_known_by_the_office_they_would_lie_in():
    x, y = gpd.GeoSeries.from_xy([114.5], [22.6], crs=4326).to_crs(4547).get_coordinates().to_numpy()[0].tolist()
    located = degrees([y, x], [x, y], crs="EPSG:4547")
    assert codes(located.problems) == {"place_swapped": [0]}
    assert located.shapes[1].distance(shapely.Point(114.5, 22.6)) < 1e-7


def test_map_offsets_are_taken_away():
    plain, shifted = degrees(["114.5"], ["22.6"]), degrees(["114.5"], ["22.6"], "gcj02")
    metres = plain.shapes[0].distance(shifted.shapes[0]) * 111_000
    assert 300 < metres < 800


@given(st.lists(st.tuples(st.floats(), st.floats()), min_size=1, max_size=20))
def test_every_place_is_in_the_office_or_has_exactly_one_problem(pairs):
    located = degrees([x for x, _ in pairs], [y for _, y in pairs])
    faults = np.sum([problem.where for problem in located.problems], axis=0)
    placed = np.array([shape is not None for shape in located.shapes])
    assert (placed + faults == 1).all()
    west, south, east, north = DAPENG
    assert all(west <= shape.x <= east and south <= shape.y <= north for shape in located.shapes[placed])


def test_wkt_of_points_lines_and_polygons_is_read_and_nothing_else():
    deep = "GEOMETRYCOLLECTION (" * 100_000
    written = column(
        "POINT (114.5 22.6)", "point z (1 2 3)", None, deep, "POINT (1", "LINESTRING EMPTY", "MULTIPOINT (1 2)"
    )
    located = locating.from_wkt(written)
    assert codes(located.problems) == {"place_wkt": [3, 4]}
    assert [shape is not None for shape in located.shapes] == [True, True, False, False, False, True, True]


def test_empty_shapes_are_no_place_and_heights_are_dropped():
    located = locating.to_degrees(
        locating.from_wkt(column("POINT EMPTY", "POINT Z (114.5 22.6 30)")), "EPSG:4326", None
    )
    assert located.shapes[0] is None
    assert not located.shapes[1].has_z
    assert codes(located.problems) == {}


def test_broken_geometry_of_a_vector_file_is_a_fault():
    open_ring = bytes.fromhex(
        "0103000000010000000200000000000000000000000000000000000000000000000000f03f000000000000f03f"
    )
    shapes = np.array([shapely.to_wkb(shapely.Point(1, 2)), None, open_ring], dtype=object)
    located = locating.from_wkb(shapes)
    assert codes(located.problems) == {"geometry_broken": [2]}
    assert located.written[0] == "1, 2"


def shapes_of(*wkts):
    return np.array([None if one is None else shapely.from_wkt(one) for one in wkts], dtype=object)


BOWTIE = "POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))"
SQUARE = "POLYGON ((0 0, 0 2, 2 2, 2 0, 0 0))"


def test_a_point_layer_takes_areas_by_a_point_within_them():
    fitted, problems = locating.fitting(
        shapes_of(
            "POINT (1 2)", "MULTIPOINT (3 4)", "MULTIPOINT (3 4, 5 6)", SQUARE, BOWTIE, "LINESTRING (0 0, 1 1)", None
        ),
        "point",
    )
    assert codes(problems) == {"wrong_geometry": [2, 5]}
    assert fitted[1] == shapely.Point(3, 4)
    assert shapely.from_wkt(SQUARE).contains(fitted[3])
    assert fitted[4].geom_type == "Point"
    assert fitted[6] is None


def test_line_and_area_layers_take_their_own_kind_alone():
    given_shapes = shapes_of("LINESTRING (0 0, 1 1)", SQUARE, "POINT (0 0)", BOWTIE)
    assert codes(locating.fitting(given_shapes, "line")[1]) == {"wrong_geometry": [1, 2, 3]}
    fitted, problems = locating.fitting(given_shapes, "area")
    assert codes(problems) == {"wrong_geometry": [0, 2], "geometry_invalid": [3]}
    assert [shape is not None for shape in fitted] == [False, True, False, False]
    assert problems[0].inputs == {"found": "point, linestring", "allowed": "area"}


@pytest.fixture
def parcels():
    shapes = shapes_of(SQUARE, "POINT (5 5)", "POINT (6 6)", "POINT (5 5)", "POINT (7 7)", None)
    return pd.DataFrame({"key": ["7-18", "7-19", "7-19", "Ａ 1", None, "7-20"], "geometry": shapes})


def test_a_text_joins_the_place_of_its_name_in_any_width_or_case(parcels):
    located = locating.join(column("7-18", "a1", "9-99", None, " 7-18 ").texts, parcels, "key")
    assert [shape is not None for shape in located.shapes] == [True, True, False, False, True]
    assert located.problems == ()


def test_a_name_of_several_places_is_a_fault_that_says_how_many(parcels):
    (problem,) = locating.join(column("7-19", "7-18").texts, parcels, "key").problems
    assert problem.code == "intake.place_ambiguous"
    assert problem.inputs == {"count": 2}
    assert problem.where.tolist() == [True, False]


def test_the_same_place_said_twice_is_not_ambiguous(parcels):
    again = pd.concat([parcels.iloc[:1], parcels.iloc[:1]], ignore_index=True)
    assert locating.join(column("7-18").texts, again, "key").problems == ()


def test_a_crs_is_asked_for_and_the_callers_goes_over_the_files():
    with pytest.raises(ArgumentError) as caught:
        locating.ask_crs(None, None, "shops.csv")
    assert caught.value.code == "intake.missing_crs"
    assert locating.ask_crs("gcj02", "EPSG:4326", "shops.geojson") == "gcj02"
    assert locating.ask_crs(None, "EPSG:4547", "shops.shp") == "EPSG:4547"
    with pytest.raises(ArgumentError):
        locating.ask_crs("EPSG:0", None, "shops.csv")
