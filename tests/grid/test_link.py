"""A point belongs to the small cell whose closed polygon holds it; on a shared edge, to the lowest code."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmarks.partition import partition
from gridmap.errors import ArgumentError
from gridmap.grid.grid import Grid
from tests.grid.oracle import CRS, agrees, as_cells, awkward_points, kinds, oracle

Shapes = Callable[[int, np.random.Generator], NDArray[np.object_]]


def points(*places: tuple[float, float] | None, crs: object = CRS) -> gpd.GeoSeries:
    return gpd.GeoSeries([None if place is None else shapely.Point(place) for place in places], crs=crs)


def grid_of(shapes: list[shapely.Geometry | None], codes: list[str | None]) -> Grid:
    columns = {"code": codes, "level": "small", "parent": None, "name": ""}
    return Grid(gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS))


@pytest.fixture
def two_blocks() -> Grid:
    """Two blocks of 100 m beside each other; the one in the west has the higher code, and comes first."""
    return grid_of([shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)], ["b", "a"])


class TestRule:
    def test_the_cell_that_holds_the_point(self, two_blocks: Grid) -> None:
        assert list(two_blocks.link(points((50, 50), (150, 50)))) == ["b", "a"]

    def test_polygons_are_closed_and_a_shared_edge_goes_to_the_lowest_code(self, two_blocks: Grid) -> None:
        found = two_blocks.link(points((100, 50), (100, 0), (0, 0), (200, 100), (0, 50)))
        assert list(found) == ["a", "a", "b", "a", "b"]

    def test_codes_compare_as_text(self) -> None:
        square = shapely.box(0, 0, 1, 1)
        assert list(grid_of([square] * 3, ["9", "10", "2"]).link(points((0.5, 0.5)))) == ["10"]

    def test_outside_missing_empty_and_not_finite_are_missing_and_no_error(self, two_blocks: Grid) -> None:
        places = [shapely.Point(-1, 50), None, shapely.Point(), shapely.Point(np.nan, 1), shapely.Point(1e300, 1)]
        found = two_blocks.link(gpd.GeoSeries(places, crs=CRS))
        assert found.isna().all()
        assert found.dtype == "str"

    def test_the_index_of_the_caller_comes_back(self, two_blocks: Grid) -> None:
        for index in (
            pd.Index([7, 3, 7]),
            pd.Index(list("zay"), name="lamp"),
            pd.MultiIndex.from_tuples([(2, "b"), (1, "a"), (2, "b")]),
        ):
            asked = points((50, 50), None, (150, 50)).set_axis(index)
            for found in (two_blocks.link(asked), two_blocks.link(asked.to_frame("geometry"), snap=5)):
                assert found.index.equals(index)
                assert list(found.fillna("")) == ["b", "", "a"]

    def test_points_are_transformed_to_the_cells_and_cells_never(self, two_blocks: Grid) -> None:
        there = grid_of([shapely.box(500_000, 2_500_000, 500_100, 2_500_100)], ["a"])
        asked = points((500_050, 2_500_050), (500_101, 2_500_050)).to_crs("EPSG:4326")
        assert list(there.link(asked).fillna("")) == ["a", ""]
        assert two_blocks.link(points((0, 95), crs="EPSG:4326")).isna().all()

    def test_only_small_cells_with_a_code_and_a_finite_polygon_take_part(self) -> None:
        square = shapely.box(0, 0, 1, 1)
        grid = grid_of(
            [square, square, square.exterior, None, shapely.Polygon(), shapely.Polygon([(0, 0), (1, np.inf), (1, 1)])],
            [None, "", "c", "d", "e", "f"],
        )
        assert grid.link(points((0.5, 0.5)), snap=10).isna().all()
        big = grid.cells.iloc[:1].assign(code="a", level="big")
        assert Grid(big).link(points((0.5, 0.5))).isna().all()

    def test_a_self_crossing_cell_holds_what_its_rings_enclose(self) -> None:
        bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
        assert list(grid_of([bow], ["a"]).link(points((0.3, 1), (1, 0.3), (1, 1))).fillna("")) == ["a", "", "a"]

    def test_a_duplicate_code_is_one_cell_in_two_places(self) -> None:
        grid = grid_of([shapely.box(0, 0, 1, 1), shapely.box(5, 0, 6, 1)], ["a", "a"])
        assert list(grid.link(points((0.5, 0.5), (5.5, 0.5), (3, 0)), snap=2)) == ["a", "a", "a"]

    def test_areas_go_by_a_point_within_them(self, two_blocks: Grid) -> None:
        areas = gpd.GeoSeries(
            [
                shapely.box(90, 10, 140, 20),
                shapely.MultiPolygon([shapely.box(-9, 0, -8, 1), shapely.box(10, 0, 90, 90)]),
                shapely.Polygon(),
                None,
                shapely.box(300, 0, 310, 10),
                shapely.Polygon([(0, 0), (1, np.inf), (1, 1)]),
            ],
            crs=CRS,
        )
        assert list(two_blocks.link_areas(areas).fillna("")) == ["a", "b", "", "", "", ""]
        assert list(two_blocks.link_areas(areas, snap=105).fillna("")) == ["a", "b", "", "", "a", ""]


class TestSnap:
    def test_within_the_distance_a_point_outside_goes_to_the_nearest(self, two_blocks: Grid) -> None:
        asked = points((-3, 50), (203, 50), (-3.001, 50), (50, 50))
        assert list(two_blocks.link(asked, snap=3).fillna("")) == ["b", "a", "", "b"]
        assert list(two_blocks.link(asked, snap=np.inf)) == ["b", "a", "b", "b"]

    def test_of_equally_near_cells_the_lowest_code(self, two_blocks: Grid) -> None:
        assert list(two_blocks.link(points((100, -2), (100, 102)), snap=5)) == ["a", "a"]

    @pytest.mark.parametrize("snap", [-1, -1e-9, np.nan, -np.inf])
    def test_a_negative_distance_and_none_are_refused(self, two_blocks: Grid, snap: float) -> None:
        with pytest.raises(ArgumentError, match=r"snap: .* is no distance; give metres, 0 or more"):
            two_blocks.link(points((0, 0)), snap=snap)

    def test_the_distance_is_in_metres_though_cells_are_in_degrees(self) -> None:
        cells = grid_of([shapely.box(500_000, 2_500_000, 500_100, 2_500_100)], ["a"]).cells.to_crs("EPSG:4326")
        asked = points((500_110, 2_500_050), (500_112, 2_500_050))
        near = Grid(cells).nearest(asked)
        assert list(near["distance_m"].round(2)) == [10.0, 12.0]
        assert list(Grid(cells).link(asked, snap=11).fillna("")) == ["a", ""]

    def test_nearest_is_zero_inside_and_missing_without_a_place(self, two_blocks: Grid) -> None:
        near = two_blocks.nearest(points((50, 50), (103, 104), None, (1e300, 0)).set_axis(list("wxyz")))
        assert list(near.index) == list("wxyz")
        assert list(near["code"].fillna("")) == ["b", "a", "", near["code"].fillna("")["z"]]
        assert list(near["distance_m"][:2]) == [0.0, 4.0]
        assert np.isnan(near["distance_m"]["y"])

    def test_where_no_cell_takes_part_there_is_no_nearest(self) -> None:
        near = grid_of([shapely.box(0, 0, 1, 1)], [None]).nearest(points((0, 0)))
        assert near.isna().all(axis=None)

    @given(kinds, st.integers(2, 40), st.integers(0, 1 << 30))
    @settings(max_examples=25)
    def test_nearest_agrees_with_measuring_every_distance(self, shapes: Shapes, count: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        cells = as_cells(shapes(count, rng), rng)
        x, y = awkward_points(cells, rng, 5)
        near = np.abs(x) + np.abs(y) < 1e7
        x, y = x[near], y[near]
        found = Grid(cells).nearest(gpd.GeoSeries(shapely.points(x, y), crs=CRS))
        away = shapely.distance(shapely.points(x, y)[:, None], cells.geometry.to_numpy())
        held = shapely.intersects_xy(cells.geometry.to_numpy(), x[:, None], y[:, None])
        away[held] = -1  # held is nearer than a distance that rounds to 0
        assert np.allclose(found["distance_m"], away.min(axis=1).clip(0), rtol=1e-12, atol=1e-9)
        lowest = [min(cells["code"].to_numpy()[row == row.min()]) for row in away]
        assert list(found["code"]) == lowest


class TestRefused:
    def test_geometry_that_is_no_point_is_counted_and_named(self, two_blocks: Grid) -> None:
        line, area = shapely.LineString([(0, 0), (1, 1)]), shapely.box(0, 0, 1, 1)
        asked = gpd.GeoSeries([shapely.Point(0, 0), line, area, shapely.MultiPoint([(0, 0)]), line, None], crs=CRS)
        said = "points: 4 rows hold LineString, Polygon, MultiPoint; allowed is Point"
        with pytest.raises(ArgumentError, match=said):
            two_blocks.link(asked)
        with pytest.raises(ArgumentError, match=said):
            two_blocks.nearest(asked)
        with pytest.raises(ArgumentError, match="areas: 4 rows hold Point, LineString, MultiPoint; allowed is Polygon"):
            two_blocks.link_areas(asked)
        with pytest.raises(ArgumentError, match="lines: 3 rows hold Point, Polygon, MultiPoint; allowed is LineString"):
            two_blocks.link_lines(asked)

    @pytest.mark.parametrize("ask", ["link", "nearest", "link_areas", "link_lines"])
    def test_a_missing_crs_is_asked_for(self, two_blocks: Grid, ask: str) -> None:
        with pytest.raises(ArgumentError, match="never guessed"):
            getattr(two_blocks, ask)(points((0, 0), crs=None))
        with pytest.raises(ArgumentError, match="DataFrame holds no geometries"):
            getattr(two_blocks, ask)(pd.DataFrame({"x": [1]}))


class TestOracle:
    @given(kinds, st.integers(2, 120), st.integers(0, 1 << 30))
    @settings(max_examples=60)
    def test_every_kind_of_cells_agrees_with_the_tree(self, shapes: Shapes, count: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        agrees(as_cells(shapes(count, rng), rng), rng)

    @given(st.integers(0, 1 << 30))
    @settings(max_examples=6)
    def test_five_hundred_cells_of_mixed_kinds_agree(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        shapes = np.concatenate([kind(70, rng) for kind in rng.permutation(np.array(kinds.elements, dtype=object))])
        agrees(as_cells(shapes[:500], rng), rng, each=200)

    @given(st.integers(0, 1 << 30), st.sampled_from([1e-9, 1e-3, 1e3, 1e9]), st.sampled_from([0.0, 1e7, -1e12]))
    @settings(max_examples=20)
    def test_neither_the_size_nor_the_place_of_the_cells_matters(self, seed: int, scale: float, shift: float) -> None:
        rng = np.random.default_rng(seed)
        shapes = shapely.transform(
            partition(20, 16, seed).geometry.to_numpy(), lambda xy: (xy - 500_000) * scale + shift
        )
        agrees(as_cells(shapes, rng), rng)

    @pytest.mark.parametrize("count", [0, 1, 2])
    def test_hardly_any_cells(self, count: int) -> None:
        rng = np.random.default_rng(count)
        cells = as_cells(np.array([shapely.box(i, 0, i + 1, 1) for i in range(3)]), rng)
        x, y = awkward_points(cells, rng)
        cells = cells.iloc[:count]
        found = Grid(cells).link(gpd.GeoSeries(shapely.points(x, y), crs=CRS))
        assert list(found.fillna("")) == oracle(cells, x, y)

    def test_a_flat_and_a_needle_cell(self) -> None:
        rng = np.random.default_rng(0)
        flat = shapely.Polygon([(0, 0), (10, 0), (5, 0)])
        needle = shapely.Polygon([(0, 0), (1e6, 1e-3), (1e6, 0)])
        for shapes in ([flat], [needle], [flat, needle]):
            agrees(as_cells(np.array(shapes, dtype=object), rng), rng)

    def test_a_cell_beside_a_long_slanting_edge_is_found_in_the_pixels_that_the_edge_does_not_pass(self) -> None:
        """The bounds of a long edge hold many pixels that it never passes: those belong to whoever covers them."""
        rng = np.random.default_rng(4)
        half = [shapely.Polygon([(0, 0), (1000, 1000), (0, 1000)]), shapely.Polygon([(0, 0), (1000, 0), (1000, 1000)])]
        dots = list(shapely.buffer(shapely.points(rng.uniform(0, 1000, (60, 2))), 0.5))
        agrees(as_cells(np.array(half + dots, dtype=object), rng), rng, each=400)

    def test_a_wide_cell_over_many_small_ones_is_a_candidate_where_only_their_edges_pass(self) -> None:
        rng = np.random.default_rng(5)
        small = partition(100, 30, 9).geometry.to_numpy()
        wide = shapely.box(*shapely.total_bounds(small)).buffer(50)
        for codes in ([f"{n:04d}" for n in range(101)], [f"{n:04d}" for n in range(1, 101)] + ["9999"]):
            cells = as_cells(np.append(small, wide), np.random.default_rng(1), codes)
            agrees(cells, rng, each=300)

    def test_many_points_are_linked_in_parts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        cells = partition(60, 20, 2)
        rng = np.random.default_rng(3)
        x, y = (rng.uniform(low, high, 5000) for low, high in cells.total_bounds.reshape(2, 2).T)
        monkeypatch.setattr("gridmap.grid.link._POINTS_AT_ONCE", 999)
        monkeypatch.setattr("gridmap.grid.pixels._POINTS_AT_ONCE", 100)
        monkeypatch.setattr("gridmap.grid.pixels._PIXELS_AT_ONCE", 1000)
        monkeypatch.setattr("gridmap.grid.parts.FEWEST_ROWS", 700)
        found = Grid(cells).link(gpd.GeoSeries(shapely.points(x, y), crs=CRS))
        assert list(found.fillna("")) == oracle(cells, x, y)

    def test_a_coarse_raster_is_right_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for fewest, most, passed in ((1, 1, 1), (1, 7, 1 << 20), (1, 100, 10)):
            monkeypatch.setattr("gridmap.grid.pixels._FEWEST_PIXELS", fewest)
            monkeypatch.setattr("gridmap.grid.pixels._MOST_PIXELS", most)
            monkeypatch.setattr("gridmap.grid.pixels._MOST_PASSED", passed)
            rng = np.random.default_rng(most)
            agrees(as_cells(partition(40, 12, most).geometry.to_numpy(), rng), rng)


def test_threads_may_ask_one_grid_together() -> None:
    """Prepared polygons build their index while they are asked; asked by two threads at once they broke the process."""
    cells = partition(200, 60, 8)
    rng = np.random.default_rng(8)
    x, y = (rng.uniform(low, high, 10_000) for low, high in cells.total_bounds.reshape(2, 2).T)
    asked = gpd.GeoSeries(shapely.points(x, y), crs=CRS)
    wanted = oracle(cells, x, y)
    for _ in range(3):
        grid = Grid(cells)
        with ThreadPoolExecutor(4) as pool:
            for found in pool.map(lambda _, grid=grid: grid.link(asked), range(8)):
                assert list(found.fillna("")) == wanted
