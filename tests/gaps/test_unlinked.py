"""Features in no cell: why, how far from one, and of which layers."""

from __future__ import annotations

import json

import pytest
from shapely import LineString, Point

from gridmap.gaps.kinds.unlinked_feature import KIND
from gridmap.words import say
from tests.gaps.conftest import EAST, EASTERN, NORTH, Look


def test_what_is_in_a_cell_is_no_gap(look: Look) -> None:
    assert KIND.find(look(streetlights={"L1": Point(EAST + 5, NORTH + 5)})).empty


def test_outside_all_cells_the_nearest_one_and_its_distance_are_told(look: Look) -> None:
    gap = KIND.find(look(streetlights={"L1": Point(EAST + 205, NORTH + 50)})).iloc[0]
    assert (gap["small"], gap["middle"], gap["big"], gap["responsible"]) == (None, None, None, None)
    assert (gap["subject"], gap["measure"], gap["unit"]) == ("streetlights L1", 1, "features")
    assert gap["inputs"]["distance_m"] == pytest.approx(5)
    assert say(gap["reason"], **gap["inputs"]).endswith(f"5.0 m from the nearest, {EASTERN}01")
    assert gap.geometry.equals(Point(EAST + 205, NORTH + 50))


def test_without_coordinates_and_cell_it_has_no_place(look: Look) -> None:
    gap = KIND.find(look(households={"H1": None})).iloc[0]
    assert gap["reason"] == "gaps.unplaced"
    assert gap["geometry"] is None
    assert gap["inputs"]["nearest"] is gap["inputs"]["distance_m"] is None, "JSON has no NaN"
    json.dumps(gap["inputs"], allow_nan=False)


def test_a_cell_that_the_grid_does_not_have_is_a_reason_of_its_own(look: Look) -> None:
    view = look(households={"H1": None})
    view.links["households"]["how"] = "unknown_cell"
    assert KIND.find(view).iloc[0]["reason"] == "gaps.unknown_cell"


def test_a_line_is_one_only_if_no_piece_of_it_is_in_a_cell(look: Look) -> None:
    into = LineString([(EAST + 190, NORTH + 5), (EAST + 250, NORTH + 5)])
    away = LineString([(EAST + 300, NORTH), (EAST + 320, NORTH)])
    gaps = KIND.find(look(roads={"R1": into, "R2": away}))
    assert gaps["subject"].tolist() == ["roads R2"]
    assert gaps["reason"][0] == "gaps.line_outside"
    assert gaps["inputs"][0]["length_m"] == pytest.approx(20)


def test_it_holds_since_the_later_of_row_and_edition(look: Look) -> None:
    view = look(households={"H1": None, "H2": None})
    view.features["households"]["valid_from"] = ["2014-05-01", "2015-06-01"]
    assert KIND.find(view)["since"].tolist() == ["2015-01-01", "2015-06-01"]


def test_only_layers_that_declare_the_kind_are_looked_at(look: Look) -> None:
    declared = {"households": ("unlinked_feature",), "roads": ("dark_road",)}
    view = look(households={"H1": None}, roads={"R1": None}, hydrants={"Y1": None}, declared=declared)
    assert KIND.find(view)["subject"].tolist() == ["households H1"]
