"""The load of a cadre: small cells, their area, and what lies in them."""

from __future__ import annotations

import pandas as pd
import pytest

from gridmap.grid.grid import Grid
from gridmap.people.answers import who_answers
from gridmap.people.load import load_of
from gridmap.people.roster import Roster
from tests.people.conftest import CADRES, HARBOUR, ON, PIER, QUAY, SHED, SIDE, STALLS, away, head, roster, stand_in

LINKS = {
    "shops": pd.DataFrame({"key": ["A", "B", "C", "D"], "code": [PIER, PIER, STALLS, None]}, dtype=object),
    "roads": pd.DataFrame({"key": ["R", "R", "R"], "code": [PIER, SHED, STALLS]}, dtype=object),
}


def load(grid: Grid, held: Roster) -> pd.DataFrame:
    return load_of(grid, held, who_answers(grid, held, ON), LINKS)


def test_everybody_has_a_row_with_tier_and_unit(harbour: Grid) -> None:
    found = load(harbour, roster())
    assert found.index.tolist() == [cadre for cadre, *_ in CADRES]
    assert found.columns.tolist() == ["tier", "unit", "cells", "area_m2", "features", "shops", "roads"]
    assert found.loc["bo", ["tier", "unit"]].tolist() == ["community", "police"]
    assert not found[["cells", "area_m2", "features"]].any(axis=None)


def test_it_counts_the_small_cells_he_answers_for_and_what_lies_there(harbour: Grid) -> None:
    found = load(harbour, roster([head(PIER, "cui"), head(STALLS, "du")])).loc["cui"]
    assert found[["cells", "shops", "roads", "features"]].tolist() == [1, 2, 1, 3]
    assert found["area_m2"] == pytest.approx(SIDE * SIDE)


def test_what_falls_to_him_from_below_is_his_load_and_higher_cells_are_none(harbour: Grid) -> None:
    found = load(harbour, roster([head(PIER, "cui"), head(QUAY, "bo"), head(HARBOUR, "an")]))
    assert found.loc[["cui", "bo", "an"], "cells"].tolist() == [1, 1, 1]
    assert found.loc["an", "shops"] == 1


def test_a_road_through_several_of_his_cells_is_one_road(harbour: Grid) -> None:
    found = load(harbour, roster([head(PIER, "cui"), head(SHED, "cui"), head(STALLS, "du")]))
    assert found.loc[["cui", "du"], "roads"].tolist() == [1, 1]


def test_the_stand_in_bears_the_load(harbour: Grid) -> None:
    found = load(harbour, roster([head(PIER, "cui")], [away("cui")], [stand_in("cui", "du")]))
    assert found.loc[["cui", "du"], "cells"].tolist() == [0, 1]


def test_what_the_coordinating_team_answers_for_is_nobodys_load(harbour: Grid) -> None:
    found = load(harbour, roster([head(PIER, "cui")]))
    assert found["cells"].sum() == 1
    assert found["shops"].sum() == 2


def test_without_layers_there_are_no_features(harbour: Grid) -> None:
    held = roster([head(PIER, "cui")])
    found = load_of(harbour, held, who_answers(harbour, held, ON), {})
    assert found["features"].tolist() == [0] * len(CADRES)
