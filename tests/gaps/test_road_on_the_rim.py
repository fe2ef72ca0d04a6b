"""A dark stretch of a road along the rim of the cells is in a cell, as the road itself is."""

from __future__ import annotations

import pytest
from shapely import LineString, Point
from shapely.affinity import rotate

from gridmap.gaps.registry import find_gaps
from gridmap.grid.grid import Grid
from tests.gaps.conftest import EAST, NORTH, WEST, Look, hamlet


@pytest.mark.parametrize("angle", [7.3, 17.3, 33.1, 71.9])
@pytest.mark.parametrize("corner", [0, 100])
def test_a_stretch_beside_the_rim_by_rounding_is_in_the_cell(look: Look, angle: float, corner: float) -> None:
    """The hamlet is turned, so that points between two corners of its rim do not lie on it to the last bit."""
    pivot = (EAST, NORTH)
    cells = hamlet().cells
    cells["geometry"] = cells.geometry.apply(lambda shape: rotate(shape, angle, origin=pivot))
    rim = rotate(LineString([(EAST, NORTH + corner), (EAST, NORTH + corner + 100)]), angle, origin=pivot)
    lamps = {f"L{y}": rotate(Point(EAST + 1, NORTH + corner + y), angle, origin=pivot) for y in (0, 7)}
    view = look(Grid(cells, {"big": 12, "middle": 13, "small": 15}), roads={"R1": rim}, streetlights=lamps)
    view.features["streetlights"]["status"] = "working"
    gaps = find_gaps(view, ["unlit_road"])
    assert gaps["small"].isin([f"{WEST}01", f"{WEST}02"]).tolist() == [True]
