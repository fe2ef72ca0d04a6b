"""Where tiles lie, and which cover a place."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from gridmap.errors import ArgumentError
from gridmap.maps import basemap
from gridmap.maps.tiles.squares import HALF, tile_bounds, tiles_over

TO_WEB = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
LON, LAT = (st.integers(-n * 1000, n * 1000).map(lambda n: n / 1000) for n in (179, 85))


def test_the_only_tile_of_zoom_0_is_the_world() -> None:
    assert tile_bounds(0, 0, 0) == (-HALF, -HALF, HALF, HALF)


def test_tiles_lie_where_those_of_a_basemap_do() -> None:
    west, south, east, north = basemap.tile_bounds((15, 26811, 14257))
    assert tile_bounds(15, 26811, 14257) == pytest.approx(
        (*TO_WEB.transform(west, south), *TO_WEB.transform(east, north)), abs=1e-6
    )


@settings(deadline=None)
@given(
    LON, LAT, st.integers(0, 50).map(lambda n: n / 1000), st.integers(0, 50).map(lambda n: n / 1000), st.integers(0, 14)
)
def test_the_tiles_over_bounds_are_those_that_meet_them(
    lon: float, lat: float, wide: float, high: float, z: int
) -> None:
    bounds = (lon, lat, min(lon + wide, 180.0), min(lat + high, 85.05))
    area = shapely.box(*TO_WEB.transform(*bounds[:2]), *TO_WEB.transform(*bounds[2:]))
    tiles = list(tiles_over(bounds, z))
    squares = [shapely.box(*tile_bounds(*tile)) for tile in tiles]
    assert len(set(tiles)) == len(tiles)
    assert shapely.intersects(squares, area.buffer(1e-6)).all()
    assert shapely.union_all(squares).buffer(1e-6).covers(area)


def test_a_side_on_an_edge_belongs_to_the_east_and_the_south() -> None:
    assert list(tiles_over((0, 0, 0, 0), 1)) == [(1, 1, 1)]


def test_bounds_from_east_to_west_cross_the_antimeridian_and_name_no_tile_twice() -> None:
    assert list(tiles_over((179, 1, -179, 1), 3)) == [(3, 0, 3), (3, 7, 3)]
    assert list(tiles_over((1, 1, -1, 1), 1)) == [(1, 0, 0), (1, 1, 0)]
    assert list(tiles_over((1, 1, 0, 1), 1)) == [(1, 0, 0), (1, 1, 0)]


def test_the_poles_fall_to_the_last_rows() -> None:
    assert list(tiles_over((0, 90, 0, 90), 2)) == [(2, 2, 0)]
    assert list(tiles_over((180, -90, 180, -90), 2)) == [(2, 3, 3)]


@pytest.mark.parametrize("bounds", [(0, 1, 0, 0), (0, float("nan"), 1, 1), (-181, 0, 0, 0), (0, 0, float("inf"), 1)])
def test_bounds_that_are_none_are_refused_at_once(bounds: tuple[float, float, float, float]) -> None:
    with pytest.raises(ArgumentError, match="bounds"):
        tiles_over(bounds, 5)


@pytest.mark.parametrize("z", [-1, 31])
def test_a_zoom_that_is_none_is_refused(z: int) -> None:
    for ask in (lambda: tile_bounds(z, 0, 0), lambda: tiles_over((0, 0, 1, 1), z)):
        with pytest.raises(ArgumentError, match="0 to 30"):
            ask()


@pytest.mark.parametrize("place", [(2, 4, 0), (2, 0, 4), (2, -1, 0)])
def test_a_tile_that_is_none_is_refused(place: tuple[int, int, int]) -> None:
    with pytest.raises(ArgumentError, match="0 to 3"):
        tile_bounds(*place)
