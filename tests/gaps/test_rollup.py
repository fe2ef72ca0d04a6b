"""Counting gaps upwards loses none and counts none twice."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.gaps.cells import chains
from gridmap.gaps.rollup import NOWHERE, OFFICE, rollup
from gridmap.gaps.shape import gap_frame, no_gaps
from tests.gaps.conftest import BIG, BLOCKS, EASTERN, WEST, hamlet

HAMLET = hamlet()
PLACES = [None, BIG, WEST, EASTERN, *BLOCKS]


def gaps_at(found: list[tuple[str | None, str, float]]) -> gpd.GeoDataFrame:
    places, kinds, measures = [list(column) for column in zip(*found, strict=True)] if found else ([], [], [])
    nothing = [None] * len(found)
    columns: dict[str, object] = {
        "kind": kinds,
        "subject": [str(number) for number in range(len(found))],
        **chains(HAMLET, places),
        "measure": measures,
        "unit": "m2",
        "since": "2015-01-01",
        "responsible": nothing,
        "reason": "gaps.unplaced",
        "inputs": [{} for _ in found],
        "geometry": nothing,
    }
    return gap_frame(columns, HAMLET.crs)


def count(rows: pd.DataFrame, cell: str, level: str, kind: str = "overlap") -> int:
    return int(rows[(rows["cell"] == cell) & (rows["level"] == level) & (rows["kind"] == kind)]["count"].sum())


def test_small_cells_sum_to_their_middle_cell_and_so_on_up() -> None:
    small = [(code, "overlap", 2.0) for code in BLOCKS]
    rows = rollup(gaps_at([*small, (WEST, "overlap", 1.0), (None, "overlap", 5.0)]), HAMLET)
    assert [count(rows, code, "small") for code in BLOCKS] == [1, 1, 1, 1]
    assert (count(rows, WEST, "middle"), count(rows, EASTERN, "middle")) == (3, 2)
    assert (count(rows, BIG, "big"), count(rows, "", OFFICE)) == (5, 6)
    assert [count(rows, NOWHERE, level) for level in ("big", "middle", "small")] == [1, 1, 2]
    assert rows.loc[rows["cell"] == WEST, "measure"].tolist() == [5.0]


def test_without_gaps_there_are_no_rows() -> None:
    assert rollup(no_gaps(HAMLET.crs), HAMLET).empty


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(PLACES),
            st.sampled_from(["overlap", "uncovered_area"]),
            st.integers(0, 1_000_000).map(float),
        ),
        max_size=20,
    )
)
def test_the_rows_of_each_level_sum_to_the_office(found: list[tuple[str | None, str, float]]) -> None:
    rows = rollup(gaps_at(found), HAMLET)
    sums = rows.groupby(["level", "kind"])[["count", "measure"]].sum()
    for kind in set(rows["kind"]):
        office = sums.loc[(OFFICE, kind)].tolist()
        assert office == [sum(one[1] == kind for one in found), sum(one[2] for one in found if one[1] == kind)]
        for level in ("big", "middle", "small"):
            assert sums.loc[(level, kind)].tolist() == pytest.approx(office)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.just("overlap"), st.just(1.0)), max_size=20))
def test_the_order_of_the_gaps_does_not_matter(found: list[tuple[str | None, str, float]]) -> None:
    mixed = gaps_at(found).sample(frac=1, random_state=7)
    pd.testing.assert_frame_equal(rollup(gaps_at(found), HAMLET), rollup(mixed, HAMLET))
