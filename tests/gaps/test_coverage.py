"""Coverage in figures: every level sums to the office."""

from __future__ import annotations

import pandas as pd
from shapely import LineString, Point

from gridmap.gaps.coverage import coverage
from gridmap.gaps.rollup import NOWHERE, OFFICE
from tests.gaps.conftest import BIG, EAST, EASTERN, NORTH, WEST, Look

FIRST, SECOND, THIRD = f"{WEST}01", f"{WEST}02", f"{EASTERN}01"
HOMES = {
    "H1": Point(EAST + 5, NORTH + 5),
    "H2": Point(EAST + 6, NORTH + 5),
    "H3": Point(EAST + 150, NORTH + 5),
    "H4": None,
}


def test_each_cell_counts_what_lies_in_it_and_the_office_all(look: Look) -> None:
    rows = coverage(look(households=HOMES, own={f"c{FIRST}": ("li", True, None)}))
    counted = rows["layer:households"]
    assert [int(counted[code]) for code in (FIRST, THIRD, WEST, EASTERN, BIG, "", NOWHERE)] == [2, 1, 2, 1, 3, 4, 1]
    assert (rows.loc["", "features"], rows.loc["", "linked"], rows.loc[NOWHERE, "linked"]) == (4, 3, 0)
    assert (rows.loc["", "attended"], rows.loc["", "attended_cells"], rows.loc["", "small_cells"]) == (2, 1, 4)
    assert rows.loc[EASTERN, "attended"] == 0
    assert rows["level"].tolist() == [OFFICE, "big", "middle", "middle", *["small"] * 4, NOWHERE]


def test_every_level_and_what_is_in_no_cell_sum_to_the_office(look: Look) -> None:
    rows = coverage(look(households=HOMES, streetlights={"L1": Point(EAST + 5, NORTH + 5)}))
    numbers = rows.drop(columns="level")
    for level in ("big", "middle", "small"):
        whole = numbers[rows["level"] == level].sum() + numbers.loc[NOWHERE]
        pd.testing.assert_series_equal(whole, numbers.loc[""], check_names=False)


def test_a_small_cell_without_a_lamp_is_counted(look: Look) -> None:
    rows = coverage(look(streetlights={"L1": Point(EAST + 5, NORTH + 5), "L2": Point(EAST + 6, NORTH + 5)}))
    found = [int(rows.loc[code, "cells_without_lamp"]) for code in (FIRST, SECOND, WEST, EASTERN, "", NOWHERE)]
    assert found == [0, 1, 1, 2, 3, 0]


def test_an_office_without_anything_has_zeros(look: Look) -> None:
    rows = coverage(look())
    assert rows["features"].sum() == 0
    assert "road_m" not in rows.columns


def test_the_metres_of_a_road_count_where_they_are(look: Look) -> None:
    road = LineString([(EAST - 10, NORTH + 5), (EAST + 110, NORTH + 5)])
    rows = coverage(look(roads={"R1": road}, streetlights={"L1": Point(EAST + 5, NORTH + 5)}))
    assert rows.loc[[FIRST, THIRD, NOWHERE, ""], "road_m"].round(6).tolist() == [100, 10, 10, 120]
