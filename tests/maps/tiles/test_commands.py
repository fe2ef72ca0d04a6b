"""Shapes in tiles: what is decoded is the source, cut and rounded, and stands as the specification says."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.maps.tiles.encode import encode
from gridmap.maps.tiles.squares import tile_bounds
from tests.maps.tiles.reading import TILE, decoded, in_metres, message, paths, turned

EXTENT, BUFFER = 256, 16
BOX = shapely.box(-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
WIDENED = 0.75 + 0.5**0.5 + 1e-3
"""How far from its source a shape may lie that would vanish."""

places = st.one_of(
    st.integers(-40, EXTENT + 40).map(float),
    st.integers(-80, 2 * EXTENT).map(lambda n: n / 2),
    st.floats(-3 * EXTENT, 4 * EXTENT).map(lambda n: round(n, 6)),
    st.floats(100, 103).map(lambda n: round(n, 6)),
)
corners = st.tuples(places, places)


def is_area(shape: shapely.Geometry) -> bool:
    return shape.area > 1e-6 and shape.is_valid


def joined(shapes: list[shapely.Geometry]) -> shapely.Geometry:
    """Some areas with others cut out of them: holes, parts, slivers, cuts to the border."""
    half = (len(shapes) + 1) // 2
    left = shapely.union_all(shapes[:half]) - shapely.union_all(shapes[half:])
    return flat(left)


def flat(shape: shapely.Geometry) -> shapely.Geometry:
    """The areas of a shape, without the lines and points where it touches."""
    return shapely.union_all([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])


boxes = st.tuples(corners, corners).map(lambda two: shapely.box(*np.sort(two, axis=0).ravel())).filter(is_area)
triangles = st.tuples(corners, corners, corners).map(shapely.Polygon).filter(is_area)
areas = st.lists(st.one_of(boxes, triangles), min_size=1, max_size=6).map(joined).filter(is_area)
lines = st.lists(st.lists(corners, min_size=2, max_size=5), min_size=1, max_size=3).map(shapely.MultiLineString)


def drawn(shapes: list[shapely.Geometry]) -> tuple[bytes, list[shapely.Geometry]]:
    """The tile of shapes in its units, and those shapes as they are after the way to the ground and back."""
    square = tile_bounds(*TILE)
    frame = gpd.GeoDataFrame(geometry=[in_metres(shape, square, EXTENT) for shape in shapes], crs="EPSG:3857")
    return encode({"things": frame}, *TILE, extent=EXTENT, buffer=BUFFER), shapes


def within_half_a_unit(found: shapely.Geometry, cut: shapely.Geometry) -> bool:
    """Whether each vertex has a point of the cut's outline within half a unit, each way."""
    xy = shapely.get_coordinates(found)
    near = shapely.box(*(xy - 0.5 - 1e-6).T, *(xy + 0.5 + 1e-6).T)
    return bool(shapely.intersects(near, cut).all() and (xy == np.round(xy)).all())


@settings(deadline=None, max_examples=150)
@given(areas)
def test_areas_are_the_source_cut_at_the_buffer_within_half_a_unit(area: shapely.Geometry) -> None:
    written, _ = drawn([area])
    cut = flat(area & BOX)
    if cut.area < 1e-6:
        return
    (feature,) = decoded(written)
    found = feature["geometry"]
    assert found.is_valid
    assert found.area > 0
    may_vanish = cut.buffer(-(0.5**0.5) - 1e-3).is_empty
    far = WIDENED if may_vanish else 0.5**0.5 + 1e-3
    assert may_vanish or within_half_a_unit(found, cut.boundary)
    assert (found - cut.buffer(far)).area < 1e-6
    assert (cut - found - cut.boundary.buffer(far)).area < 1e-6


@settings(deadline=None, max_examples=60)
@given(areas)
def test_outer_rings_come_first_and_turn_clockwise_on_the_screen_and_holes_the_other_way(
    area: shapely.Geometry,
) -> None:
    written, _ = drawn([area])
    for feature in message(written).layers[0].features if written else []:
        assert feature.type == 3
        rings = paths(list(feature.geometry))
        sizes = [turned(ring) for ring in rings]
        assert sizes[0] > 0
        assert 0 not in sizes
        outer = None
        for ring, size in zip(rings, sizes, strict=True):
            assert (ring[0] != ring[-1]).any()
            if size > 0:
                outer = shapely.Polygon(ring)
            else:
                assert outer.buffer(1e-9).covers(shapely.Polygon(ring))


def test_a_ring_with_a_hole_and_an_island_in_it_keeps_both() -> None:
    nest = shapely.box(10, 10, 200, 200) - shapely.box(50, 50, 150, 150) | shapely.box(80, 80, 100, 100)
    (feature,) = decoded(drawn([nest])[0])
    assert feature["geometry"].equals(nest)
    assert feature["geometry"].geom_type == "MultiPolygon"


def test_neighbours_keep_their_common_border_without_a_slit() -> None:
    seam = [(100.3, 0.4), (101.2, 50.6), (99.4, 120.5), (100.5, 200.2)]
    west, east = shapely.Polygon([(20, 0), *seam, (20, 200)]), shapely.Polygon([(180, 0), *seam, (180, 200)])
    one, other = (feature["geometry"] for feature in decoded(drawn([west, east])[0]))
    assert (one & other).area == 0
    assert (one | other).geom_type == "Polygon"
    assert not (one | other).interiors


def test_an_area_around_the_whole_tile_fills_it_and_its_buffer() -> None:
    (feature,) = decoded(drawn([shapely.box(-9000, -9000, 9000, 9000)])[0])
    assert feature["geometry"].equals(BOX)


@pytest.mark.parametrize(
    "tiny",
    [
        shapely.box(10.1, 10.1, 10.2, 10.2),
        shapely.box(10.4, 10.4, 10.6, 10.6),
        shapely.box(10.4, 10, 10.45, 200),
        shapely.Polygon([(10.2, 10.3), (200.2, 200.3), (200.3, 200.3)]),
        shapely.box(EXTENT + BUFFER - 0.1, 10, EXTENT + 90, 40),
    ],
)
def test_an_area_that_rounding_would_lose_is_drawn_up_to_three_units_wide(tiny: shapely.Geometry) -> None:
    (feature,) = decoded(drawn([tiny])[0])
    assert feature["geometry"].is_valid
    assert feature["geometry"].area >= 0.5
    assert tiny.buffer(WIDENED).covers(feature["geometry"])


@settings(deadline=None, max_examples=100)
@given(lines)
def test_lines_are_the_source_cut_at_the_buffer_within_half_a_unit(line: shapely.Geometry) -> None:
    written, _ = drawn([line])
    cut = line & BOX
    found = decoded(written)
    if cut.length < 1e-6:
        return
    (geometry,) = [feature["geometry"] for feature in found]
    if max(np.ptp(shapely.get_coordinates(part), axis=0).max() for part in shapely.get_parts(cut)) > 1.01:
        assert within_half_a_unit(geometry, cut)
    for feature in message(written).layers[0].features:
        assert feature.type == 2
        assert all(len(path) > 1 for path in paths(list(feature.geometry)))
    lost = shapely.union_all([part for part in shapely.get_parts(cut) if part.length > 1.5])
    assert (lost - geometry.buffer(0.5**0.5 + 1e-3)).length < 1e-3


def test_a_line_that_rounding_would_lose_is_one_unit_long() -> None:
    (feature,) = decoded(drawn([shapely.LineString([(10.1, 20.1), (10.2, 20.2)])])[0])
    assert feature["geometry"].equals(shapely.LineString([(10, 20), (11, 20)]))


def test_of_a_line_in_parts_only_the_lost_ones_go_as_long_as_another_stays() -> None:
    parts = shapely.MultiLineString([[(10, 10), (50, 60)], [(70.1, 70.1), (70.2, 70.2)]])
    (feature,) = decoded(drawn([parts])[0])
    assert feature["geometry"].equals(shapely.LineString([(10, 10), (50, 60)]))


@settings(deadline=None, max_examples=80)
@given(st.lists(st.lists(corners, min_size=1, max_size=4), min_size=1, max_size=5))
def test_points_are_rounded_and_those_beyond_the_buffer_left_to_other_tiles(things: list[list]) -> None:
    written, _ = drawn([shapely.MultiPoint(thing) for thing in things])
    found = decoded(written)
    edge = [BUFFER + EXTENT, -BUFFER]
    doubtful = any(abs(value - side) < 1e-4 for thing in things for xy in thing for value in xy for side in edge)
    if doubtful:
        return
    inside = {i: [xy for xy in thing if BOX.covers(shapely.Point(xy))] for i, thing in enumerate(things)}
    expected = {i: xy for i, xy in inside.items() if xy}
    assert [feature["id"] for feature in found] == list(expected)
    for feature, xy in zip(found, expected.values(), strict=True):
        assert np.abs(shapely.get_coordinates(feature["geometry"]) - xy).max() <= 0.5 + 1e-6


def test_all_kinds_of_shape_stand_in_one_layer_areas_first_and_points_last() -> None:
    point, line, area = shapely.Point(10, 10), shapely.LineString([(20, 20), (60, 20)]), shapely.box(80, 80, 90, 90)
    ring = shapely.LinearRing([(5, 5), (9, 5), (9, 9)])
    both = shapely.GeometryCollection(
        [shapely.Point(1, 1), shapely.GeometryCollection([area, shapely.MultiPoint([(2, 2)])])]
    )
    found = decoded(drawn([point, line, area, ring, both])[0])
    assert [(feature["id"], feature["geometry"].geom_type) for feature in found] == [
        (2, "Polygon"),
        (4, "Polygon"),
        (1, "LineString"),
        (3, "LineString"),
        (0, "Point"),
        (4, "MultiPoint"),
    ]


def test_an_invalid_area_counts_as_the_valid_one_of_its_rings() -> None:
    tie = shapely.Polygon([(10, 10), (50, 50), (50, 10), (10, 50)])
    (feature,) = decoded(drawn([tie])[0])
    assert feature["geometry"].is_valid
    assert feature["geometry"].equals(shapely.make_valid(tie))


def test_an_area_without_extent_is_the_line_that_it_is() -> None:
    flat = shapely.Polygon([(10, 10), (50, 10), (30, 10)])
    (feature,) = decoded(drawn([flat])[0])
    assert feature["geometry"].length == 40


def test_an_area_of_which_a_part_shrinks_to_a_point_on_the_ground_keeps_the_others() -> None:
    """GEOS refuses to mend it by the even-odd rule."""
    speck = shapely.Polygon([(4e-16, 9e-16), (0, 0), (0, 9e-16)])
    (one, other) = decoded(drawn([speck | shapely.box(10, 10, 20, 20), shapely.box(0, 0, 5, 5)])[0])
    assert one["geometry"].equals(shapely.box(10, 10, 20, 20))
    assert other["geometry"].equals(shapely.box(0, 0, 5, 5))


def test_a_sliver_at_the_edge_of_the_buffer_that_the_quick_cut_refuses_is_cut_all_the_same() -> None:
    sliver = joined(
        [
            shapely.Polygon([(0, 185), (969, 0), (0, 29)]),
            shapely.Polygon([(0, 37), (0, 36), (450, 14)]),
            shapely.Polygon([(0, 30), (969, 0), (0, 29)]),
        ]
    )
    (feature,) = decoded(drawn([sliver])[0])
    assert feature["geometry"].is_valid
    assert (feature["geometry"] ^ (sliver & BOX)).area < feature["geometry"].length
