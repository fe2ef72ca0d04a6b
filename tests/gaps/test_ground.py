"""Uncovered ground and overlaps: each piece once, measured, placed, and somebody's."""

from __future__ import annotations

import pytest
from shapely import LineString, Polygon, box

from gridmap.gaps.registry import find_gaps
from gridmap.words import say
from tests.gaps.conftest import BIG, EAST, EASTERN, NORTH, WEST, Look, block, hamlet

FIRST, SECOND, THIRD = f"{WEST}01", f"{WEST}02", f"{EASTERN}01"


def test_an_exact_grid_has_neither(look: Look) -> None:
    assert find_gaps(look(territory=block(0, 0, 2, 2)), ["uncovered_area", "overlap"]).empty


def test_a_hole_of_a_middle_cell_is_that_cells(look: Look) -> None:
    view = look(hamlet(**{f"c{FIRST}": block(0, 0, 0.5)}), own={f"c{WEST}": ("li", True, None)})
    gaps = find_gaps(view, ["uncovered_area"])
    assert len(gaps) == 1
    gap = gaps.iloc[0]
    assert (gap["small"], gap["middle"], gap["big"]) == (None, WEST, BIG)
    assert gap["measure"] == pytest.approx(5_000, abs=0.01)
    assert (gap["unit"], gap["responsible"], gap["since"]) == ("m2", "li", "2015-01-01")
    assert say(gap["reason"], **gap["inputs"]) == f"5,000 m2 of cell {WEST} lie in none of the cells below it"


def test_a_hole_of_the_territory_is_in_no_cell_and_nobodys(look: Look) -> None:
    gap = find_gaps(look(territory=block(0, 0, 3, 2)), ["uncovered_area"]).iloc[0]
    assert (gap["small"], gap["middle"], gap["big"], gap["responsible"]) == (None, None, None, None)
    assert gap["measure"] == pytest.approx(20_000, abs=0.1)
    assert gap["reason"] == "gaps.hole_of_territory"


def test_a_slit_lies_in_the_cell_above_both(look: Look) -> None:
    """A slit of 0.3 m between two small cells of one middle cell is 30 m2 of it."""
    slim = Polygon(box(EAST, NORTH, EAST + 100, NORTH + 99.7))
    gap = find_gaps(look(hamlet(**{f"c{FIRST}": slim})), ["uncovered_area"]).iloc[0]
    assert (gap["small"], gap["middle"]) == (None, WEST)
    assert gap["measure"] == pytest.approx(30, abs=0.01)
    assert (gap["inputs"]["code"], gap["inputs"]["other"]) == (FIRST, SECOND)
    assert gap["reason"] == "gaps.slit"


def test_ground_that_two_cells_claim_counts_once_at_the_lowest_code(look: Look) -> None:
    view = look(hamlet(**{f"c{SECOND}": block(0, 0.9, 1, 1.1)}), own={f"c{FIRST}": ("li", True, None)})
    gaps = find_gaps(view, ["overlap"])
    assert len(gaps) == 1
    gap = gaps.iloc[0]
    assert (gap["small"], gap["middle"], gap["big"]) == (FIRST, WEST, BIG)
    assert gap["measure"] == pytest.approx(1_000, abs=0.01)
    assert (gap["unit"], gap["responsible"], gap["subject"]) == ("m2", "li", f"{FIRST} {SECOND}")


def test_an_overlap_of_two_levels_stays_with_the_small_cells(look: Look) -> None:
    """Where middle cells overlap as their small cells do, the ground is told once."""
    cells = hamlet(**{f"c{FIRST}": block(0, 0, 1.1), f"c{SECOND}": block(0, 1, 1.1)}).cells
    cells.loc[cells["code"] == WEST, "geometry"] = block(0, 0, 1.1, 2)
    view = look(type(hamlet())(cells, {"big": 12, "middle": 13, "small": 15}))
    assert {"middle", "small"} == set(view.defects.loc[view.defects["kind"] == "overlap", "level"])
    gaps = find_gaps(view, ["overlap"])
    assert gaps["small"].tolist() == [FIRST, SECOND]
    assert gaps["measure"].sum() == pytest.approx(2_000, abs=0.01)


def test_several_pieces_between_the_same_cells_have_subjects_of_their_own(look: Look) -> None:
    bitten = block(0, 0).difference(block(0.1, 0.9, 0.1, 0.2)).difference(block(0.5, 0.9, 0.1, 0.2))
    gaps = find_gaps(look(hamlet(**{f"c{FIRST}": bitten})), ["uncovered_area"])
    assert len(gaps) == 2
    assert gaps["subject"].is_unique
    assert not gaps.geometry.intersects(LineString([(EAST, NORTH), (EAST + 200, NORTH)])).any()
