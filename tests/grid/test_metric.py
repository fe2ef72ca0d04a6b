"""Areas and lengths are measured in metres, whatever the cells' own system is."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Geod, Transformer

from gridmap.errors import ArgumentError
from gridmap.grid.metric import Metric

LOCAL = 'LOCAL_CS["site",LOCAL_DATUM["d",0],UNIT["{unit}",{size}],AXIS["x",EAST],AXIS["y",NORTH]]'
DAPENG = np.array([shapely.box(114.45, 22.55, 114.55, 22.65)], dtype=object)


def metric(crs: object, bounds: tuple[float, float, float, float]) -> Metric:
    return Metric(CRS.from_user_input(crs), bounds)


@pytest.mark.parametrize(
    ("crs", "x", "y"),
    [
        ("EPSG:4547", 548_000, 2_498_000),
        ("EPSG:26986", 234_000, 902_000),
        ("EPSG:32650", 243_000, 2_500_000),
        ("EPSG:3067", 385_000, 6_672_000),
        (LOCAL.format(unit="metre", size=1), 0, 0),
    ],
)
def test_a_system_projected_in_metres_is_its_own_metric(crs: str, x: float, y: float) -> None:
    own = metric(crs, (x, y, x + 1000, y + 1000))
    assert own.planar is own.crs
    box = np.array([shapely.box(x, y, x + 10, y + 10), None, shapely.Point()], dtype=object)
    assert own.area(box)[0] == 100
    assert list(own.to_metres(box)) == list(box)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:4269"])
def test_degrees_are_measured_with_true_areas_and_lengths(crs: str) -> None:
    geod = Geod(ellps="GRS80")
    true_area, _ = geod.geometry_area_perimeter(DAPENG[0])
    plane = metric(crs, (114.45, 22.55, 114.55, 22.65))
    fine = shapely.segmentize(DAPENG, 0.001)
    assert plane.area(fine)[0] == pytest.approx(true_area, rel=1e-6)
    street = np.array([shapely.LineString([(114.5, 22.6), (114.53, 22.62)])], dtype=object)
    assert plane.length(street)[0] == pytest.approx(geod.geometry_length(street[0]), rel=1e-5)


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:2249", "EPSG:2326"])
def test_a_plane_in_feet_or_untrue_to_scale_is_not_measured_in(crs: str) -> None:
    boston = shapely.box(-71.1, 42.36, -71.09, 42.37)
    place = DAPENG[0] if crs == "EPSG:2326" else boston
    to = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    there = shapely.transform(place, to.transform, interleaved=False)
    true_area, _ = Geod(ellps="WGS84").geometry_area_perimeter(place)
    assert metric(crs, there.bounds).area(np.array([there]))[0] == pytest.approx(true_area, rel=2e-3)


def test_a_local_system_not_in_metres_is_refused() -> None:
    with pytest.raises(ArgumentError, match="crs: the local system site is not in metres"):
        metric(LOCAL.format(unit="foot", size=0.3048), (0, 0, 1, 1))


@pytest.mark.parametrize("bounds", [(np.nan,) * 4, (0, 1e300, 0, 1e300), (0, 0, np.inf, 0)])
def test_cells_without_a_place_still_have_a_metric(bounds: tuple[float, float, float, float]) -> None:
    assert metric("EPSG:4326", bounds).planar.is_projected


@pytest.fixture(scope="module")
def delta() -> Metric:
    """The metric of a province: up to 200 km from its centre."""
    return metric("EPSG:4326", (113, 21, 116, 24))


@given(st.lists(st.tuples(st.floats(113, 116), st.floats(21, 24)), min_size=1, max_size=5))
@settings(max_examples=30)
def test_there_and_back_is_the_same_place(delta: Metric, places: list[tuple[float, float]]) -> None:
    x, y = np.array(places).T
    back = delta.xy_from_metres(*delta.xy_to_metres(x, y))
    assert np.allclose(back, (x, y), atol=1e-11, rtol=0)
    shapes = np.array([shapely.Point(x[0], y[0], 7), None, shapely.Point()], dtype=object)
    there = delta.from_metres(delta.to_metres(shapes))
    assert shapely.equals_exact(there[0], shapely.Point(x[0], y[0]), 1e-11)
    assert there[1] is None
    assert there[2].is_empty


def test_what_has_no_finite_place_stays_without_one(delta: Metric) -> None:
    nowhere = np.array([np.nan, np.inf, 1e300])
    for way in (delta.xy_to_metres, delta.xy_from_metres):
        assert not np.isfinite(way(nowhere, nowhere)).any()
