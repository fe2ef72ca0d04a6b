"""Lines are cut by the cells into pieces that sum to them, each in the lowest cell that holds it, or in none."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely import LineString, MultiLineString

from benchmarks.partition import partition
from gridmap.grid.grid import Grid
from tests.grid.oracle import CRS, as_cells, kinds

Shapes = Callable[[int, np.random.Generator], NDArray[np.object_]]


def lines(*shapes: shapely.Geometry | None) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes), crs=CRS)


def told(pieces: gpd.GeoDataFrame) -> list[tuple[int, int, str, float, float]]:
    """Return the rows as line, part, code ("" for none), from, length."""
    shown = pieces.drop(columns="geometry").fillna({"code": ""}).round(9)
    return [tuple(row) for row in shown.itertuples(index=False)]


@pytest.fixture
def two_blocks() -> Grid:
    """Two blocks of 100 m beside each other; the one in the west has the higher code."""
    columns = {"code": ["b", "a"], "level": "small", "parent": None, "name": ""}
    blocks = [shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)]
    return Grid(gpd.GeoDataFrame(columns, geometry=blocks, crs=CRS))


def test_a_street_through_both_blocks_has_a_piece_in_each_and_one_outside(two_blocks: Grid) -> None:
    pieces = two_blocks.link_lines(lines(LineString([(50, 50), (250, 50)])))
    assert told(pieces) == [(0, 0, "b", 0, 50), (0, 1, "a", 50, 100), (0, 2, "", 150, 50)]
    assert [shape.wkt for shape in pieces.geometry] == [
        "LINESTRING (50 50, 100 50)",
        "LINESTRING (100 50, 200 50)",
        "LINESTRING (200 50, 250 50)",
    ]


def test_a_piece_on_a_shared_edge_goes_to_the_lowest_code(two_blocks: Grid) -> None:
    street = LineString([(100, -10), (100, 60), (100, 90), (80, 90)])
    assert told(two_blocks.link_lines(lines(street))) == [(0, 0, "", 0, 10), (0, 1, "a", 10, 90), (0, 2, "b", 100, 20)]
    border = LineString([(0, 0), (100, 0), (200, 0)])
    assert told(two_blocks.link_lines(lines(border))) == [(0, 0, "b", 0, 100), (0, 1, "a", 100, 100)]


def test_a_touch_in_a_point_is_no_piece(two_blocks: Grid) -> None:
    at_a_corner, at_an_edge = LineString([(-10, 10), (10, -10)]), LineString([(50, 150), (50, 100)])
    pieces = two_blocks.link_lines(lines(at_a_corner, at_an_edge))
    assert told(pieces) == [(0, 0, "", 0, round(800**0.5, 9)), (1, 0, "", 0, 50)]


def test_a_line_that_goes_back_over_itself_keeps_all_its_length(two_blocks: Grid) -> None:
    there_and_back = LineString([(90, 50), (110, 50), (90, 50), (110, 50)])
    pieces = two_blocks.link_lines(lines(there_and_back))
    assert told(pieces) == [(0, 0, "b", 0, 10), (0, 1, "a", 10, 20), (0, 2, "b", 30, 20), (0, 3, "a", 50, 10)]


def test_closed_and_self_crossing_lines_and_parts_of_multilines_in_order(two_blocks: Grid) -> None:
    ring = shapely.box(90, 40, 110, 60).exterior
    eight = LineString([(10, 10), (30, 30), (30, 10), (10, 30)])
    many = MultiLineString([[(150, 10), (160, 10)], [(10, 10), (20, 10)], [(20, 10), (30, 10)]])
    pieces = two_blocks.link_lines(lines(ring, eight, many))
    sums = pieces.groupby("line")["length_m"].sum()
    assert list(sums) == pytest.approx([80, 2 * 800**0.5 + 20, 30])
    assert told(pieces[pieces["line"] == 2]) == [(2, 0, "a", 0, 10), (2, 1, "b", 10, 10), (2, 2, "b", 20, 10)]
    assert set(pieces[pieces["line"] == 0]["code"]) == {"a", "b"}


def test_missing_empty_not_finite_and_pointlike_lines_give_no_rows(two_blocks: Grid) -> None:
    pointlike, endless = LineString([(5, 5), (5, 5)]), LineString([(0, 0), (np.inf, 1)])
    pieces = two_blocks.link_lines(lines(None, LineString(), MultiLineString(), pointlike, endless))
    assert len(pieces) == 0
    assert list(pieces.columns) == ["line", "part", "code", "from_m", "length_m", "geometry"]
    assert pieces.crs == CRS
    assert len(two_blocks.link_lines(lines())) == 0


def test_repeated_vertices_and_heights_change_nothing(two_blocks: Grid) -> None:
    plain = LineString([(50, 50), (60, 50), (150, 50)])
    repeated = LineString([(50, 50, 1), (50, 50, 2), (60, 50, 3), (150, 50, 4), (150, 50, 5)])
    pieces = two_blocks.link_lines(lines(plain, repeated))
    assert told(pieces[pieces["line"] == 0].assign(line=1)) == told(pieces[pieces["line"] == 1])
    assert not pieces.has_z.any()


def test_the_label_of_the_caller_names_the_line(two_blocks: Grid) -> None:
    street = LineString([(90, 50), (110, 50)])
    for index in (pd.Index(["x", "x", "a"]), pd.MultiIndex.from_tuples([(1, "b"), (0, "a"), (1, "b")])):
        pieces = two_blocks.link_lines(lines(street, None, street).set_axis(index).to_frame("geometry"))
        assert list(pieces["line"]) == [index[0], index[0], index[2], index[2]]
        assert list(pieces["part"]) == [0, 1, 0, 1]


def test_lengths_are_metres_though_cells_are_in_degrees() -> None:
    cells = partition(100, 20, 1)
    west, south, east, north = cells.total_bounds
    street = lines(LineString([(west + 10, south + 10), (east + 50, north - 300)]))
    metres = Grid(cells).link_lines(street)
    degrees = Grid(cells.to_crs("EPSG:4490")).link_lines(street)
    assert list(degrees["code"].fillna("")) == list(metres["code"].fillna(""))
    # What is straight in degrees bends by 2 cm in the plane of EPSG:4547 over this length, and meets other edges there.
    assert np.allclose(degrees["length_m"], metres["length_m"], atol=0.05)
    assert degrees.crs == "EPSG:4490"
    assert np.allclose(degrees.to_crs(CRS).length, metres["length_m"], atol=0.05)


def test_an_invalid_cell_cuts_by_what_its_rings_enclose() -> None:
    columns = {"code": ["a", None], "level": "small", "parent": None, "name": ""}
    bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    grid = Grid(gpd.GeoDataFrame(columns, geometry=[bow, shapely.box(0, 0, 9, 9)], crs=CRS))
    assert told(grid.link_lines(lines(LineString([(0.5, -1), (0.5, 3)])))) == [
        (0, 0, "", 0, 1.5),
        (0, 1, "a", 1.5, 1),
        (0, 2, "", 2.5, 1.5),
    ]


def test_a_line_shorter_than_rounding_is_one_piece() -> None:
    cells = partition(9, 8, 0)
    edge = shapely.get_coordinates(cells.geometry.iloc[4].exterior)[1]
    for step in (1e-9, 1e-7, 1e-5):
        tiny = LineString([edge - step, edge + step])
        pieces = Grid(cells).link_lines(lines(tiny))
        assert pieces["length_m"].sum() == pytest.approx(tiny.length, rel=1e-9)


def random_lines(cells: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoSeries:
    """Return walks over the cells, walks along their edges, and the edges of one cell, forwards and backwards."""
    shapes = cells.geometry.to_numpy()
    west, south, east, north = shapely.total_bounds(shapes)
    walks = [
        LineString(rng.uniform([2 * west - east, south], [east, 2 * north - south], (int(rng.integers(2, 6)), 2)))
        for _ in range(6)
    ]
    vertices = shapely.get_coordinates(shapes)
    hops = [LineString(rng.choice(vertices, 4)) for _ in range(4)]
    rings = shapely.get_exterior_ring(shapely.get_parts(shapes))
    borders = [ring if rng.random() < 0.5 else shapely.reverse(ring) for ring in rng.choice(rings, 4)]
    return lines(*walks, *hops, *borders, MultiLineString([walks[0], hops[0]]))


@given(kinds, st.integers(2, 40), st.integers(0, 1 << 30))
@settings(max_examples=40)
def test_pieces_sum_to_the_line_and_lie_in_their_cell(shapes: Shapes, count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    cells = as_cells(shapes(count, rng), rng)
    drawn = random_lines(cells, rng)
    grid = Grid(cells)
    pieces = grid.link_lines(drawn)
    size = float(np.abs(cells.total_bounds).max())

    sums = pieces.groupby("line")["length_m"].sum().reindex(range(len(drawn)), fill_value=0)
    assert np.allclose(sums, drawn.length, rtol=1e-12, atol=1e-12 * size)
    assert np.allclose(pieces.length, pieces["length_m"], rtol=1e-9, atol=1e-9 * size)
    start = pieces.groupby("line")["length_m"].cumsum() - pieces["length_m"]
    assert np.allclose(pieces["from_m"], start, rtol=1e-9, atol=1e-9 * size)

    # What is left of a piece outside its own cell, or inside any cell for a piece without one, is rounding.
    by_code = cells.drop_duplicates("code").set_index("code").geometry
    placed = pieces[pieces["code"].notna()]
    near = np.array([shape.buffer(1e-9 * size) for shape in by_code.loc[placed["code"]]], dtype=object)
    assert shapely.covers(near, placed.geometry.to_numpy()).all()
    outside = pieces[pieces["code"].isna()]
    inner = shapely.buffer(shapely.union_all(cells.geometry.to_numpy()), -1e-9 * size)
    assert not shapely.length(shapely.intersection(outside.geometry.to_numpy(), inner)).any()


@given(kinds, st.integers(2, 40), st.integers(0, 1 << 30))
@settings(max_examples=20)
def test_neither_row_order_nor_direction_matters(shapes: Shapes, count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    cells = as_cells(shapes(count, rng), rng)
    drawn = random_lines(cells, rng)
    pieces = Grid(cells).link_lines(drawn)
    mixed = Grid(cells.sample(frac=1, random_state=seed % 1000)).link_lines(drawn)
    pd.testing.assert_frame_equal(pd.DataFrame(pieces), pd.DataFrame(mixed))
    back = Grid(cells).link_lines(gpd.GeoSeries(shapely.reverse(drawn.to_numpy()), crs=CRS))
    for found in (pieces, back):
        found["code"] = found["code"].fillna("")
    # An edge as long as this is shared to rounding only: compare by code and line.
    one, other = (found.groupby(["line", "code"])["length_m"].sum() for found in (pieces, back))
    one, other = one.align(other, fill_value=0.0)
    assert np.allclose(one, other, atol=1e-6 * float(drawn.length.max()))
