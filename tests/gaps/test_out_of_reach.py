"""Homes too far on foot from every service window of the hamlet."""

from __future__ import annotations

import pandas as pd
import shapely

from gridmap.gaps.registry import find_gaps
from gridmap.gaps.view import Limits, View
from gridmap.grid.grid import Grid
from tests.gaps.conftest import EAST, NORTH, WEST, Look, features, hamlet

KIND = ["out_of_reach"]


def at(x: float, y: float) -> shapely.Point:
    return shapely.Point(EAST + x, NORTH + y)


def line(*xy: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([(EAST + x, NORTH + y) for x, y in xy])


def place(look: Look, grid: Grid, **more: object) -> View:
    """A street along the middle of the lower blocks, a window at its west end, three homes."""
    view = look(
        grid,
        households={"near": at(60, 40), "far": at(190, 50), "nowhere": None},
        organisations={"hall": at(10, 50), "school": at(180, 50)},
        roads={"street": line((0, 50), (200, 50))},
        limits=Limits(reach_m=100.0),
        **more,
    )
    view.features["organisations"]["kind"] = ["service_window", "school"]
    view.features["organisations"]["valid_from"] = "2015-03-01"
    return view


def test_a_home_whose_walk_is_over_the_limit_is_out_of_reach(look: Look) -> None:
    (gap,) = find_gaps(place(look, hamlet()), KIND).to_dict("records")
    assert gap["subject"] == "households far"
    assert gap["inputs"]["service"] == "hall"
    assert round(gap["inputs"]["metres"]) == 180
    assert gap["since"] == "2015-03-01"
    assert gap["reason"] == "gaps.far_from_window"
    assert gap["middle"] != WEST


def test_where_there_is_no_way_the_home_is_out_of_reach_too(look: Look) -> None:
    view = place(look, hamlet())
    apart = features(view.grid, {"street": line((0, 50), (100, 50)), "other": line((150, 50), (200, 50))})
    view.features["roads"] = apart  # type: ignore[index]
    (gap,) = find_gaps(view, KIND).to_dict("records")
    assert gap["reason"] == "gaps.no_way_to_window"
    assert pd.isna(gap["inputs"]["metres"])


def test_without_a_window_or_a_street_nothing_is_said(look: Look) -> None:
    view = place(look, hamlet())
    view.features["organisations"]["kind"] = "school"
    assert find_gaps(view, KIND).empty
    view = place(look, hamlet())
    del view.features["roads"]  # type: ignore[attr-defined]
    assert find_gaps(view, KIND).empty


def test_only_layers_that_declare_it_are_looked_at(look: Look) -> None:
    view = place(look, hamlet(), declared={"households": (), "organisations": (), "roads": ()})
    assert find_gaps(view, KIND).empty
