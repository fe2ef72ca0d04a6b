"""The grid holds whatever can be read, refuses the rest with every reason at once, and knows who lies in whom."""

from __future__ import annotations

import copy
import pickle

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.partition import partition
from gridmap.errors import ArgumentError, FaultsError, NotFoundError
from gridmap.grid.codes import LEVELS, parents_by_cover, parents_by_prefix
from gridmap.grid.grid import Grid
from gridmap.grid.nest import Nest

ROWS = [
    ("440307010001", "big", None),
    ("4403070100011", "middle", "440307010001"),
    ("4403070100012", "middle", "440307010001"),
    ("440307010001101", "small", "4403070100011"),
    ("440307010001102", "small", "4403070100011"),
    ("440307010001201", "small", "4403070100012"),
]


def frame(rows: list[tuple[str | None, str, str | None]], crs: object = "EPSG:4547") -> gpd.GeoDataFrame:
    code, level, parent = zip(*rows, strict=True)
    boxes = [shapely.box(i, 0, i + 1, 1) for i in range(len(rows))]
    columns = {"code": code, "level": level, "parent": parent, "name": code}
    return gpd.GeoDataFrame(columns, geometry=boxes, crs=crs)


@pytest.fixture
def village() -> Grid:
    return Grid(frame(ROWS))


def test_levels_and_size(village: Grid) -> None:
    assert [len(village.level(level)) for level in LEVELS] == [1, 2, 3]
    assert len(village) == 6
    assert repr(village) == "Grid(big=1, middle=2, small=3, crs='CGCS2000 / 3-degree Gauss-Kruger CM 114E')"
    with pytest.raises(ArgumentError, match="'?tiny'? is unknown; use one of big, middle, small"):
        village.level("tiny")


def test_chain_goes_from_the_cell_up_to_its_big_cell(village: Grid) -> None:
    assert village.chain("440307010001201") == ("440307010001201", "4403070100012", "440307010001")
    assert village.parent("4403070100012") == "440307010001"
    assert village.parent("440307010001") is None


def test_children_and_members_are_in_string_order(village: Grid) -> None:
    assert village.children("4403070100011") == ("440307010001101", "440307010001102")
    assert village.children("440307010001101") == ()
    assert village.members("4403070100011") == ("4403070100011", "440307010001101", "440307010001102")
    assert village.members("440307010001") == tuple(sorted(code for code, _, _ in ROWS))


def test_membership_is_the_stated_parent_never_a_prefix() -> None:
    grid = Grid(frame([("1", "big", None), ("12", "big", None), ("121", "middle", "1")]))
    assert grid.members("12") == ("12",)
    assert grid.members("1") == ("1", "121")


def test_closure_holds_each_cell_with_itself_and_every_ancestor(village: Grid) -> None:
    closure = village.closure()
    assert list(closure.columns) == ["cell", "ancestor", "depth"]
    pairs = [(row.cell, row.ancestor, row.depth) for row in closure.itertuples()]
    assert pairs == [
        (code, ancestor, depth) for code, _, _ in sorted(ROWS) for depth, ancestor in enumerate(village.chain(code))
    ]


@pytest.mark.parametrize("ask", ["chain", "parent", "children", "members"])
def test_an_unknown_code_is_not_found(village: Grid, ask: str) -> None:
    with pytest.raises(NotFoundError, match="cell 99: the grid has no such code"):
        getattr(village, ask)("99")


def test_a_parent_at_the_same_level_or_below_counts_for_nothing() -> None:
    grid = Grid(frame([("a", "middle", "b"), ("b", "middle", "a"), ("c", "small", "c"), ("d", "big", "c")]))
    assert [grid.chain(code) for code in "abcd"] == [("a",), ("b",), ("c",), ("d",)]
    assert grid.closure()["depth"].eq(0).all()


def test_duplicate_null_and_orphan_codes_are_held_for_the_check_to_tell() -> None:
    grid = Grid(frame([("a", "big", None), (None, "big", None), ("m", "middle", "z"), ("m", "middle", "a")]))
    assert len(grid) == 4
    assert grid.parent("m") == "a"
    assert grid.members("a") == ("a", "m")


cells_of_any_kind = st.lists(
    st.tuples(
        st.sampled_from([None, "", *"abcdefgh"]), st.sampled_from(LEVELS), st.sampled_from([None, "", *"abcdefghz"])
    ),
    min_size=1,
    max_size=12,
)


@given(cells_of_any_kind, st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_nest_agrees_with_walking_up_whatever_the_parents_are(
    rows: list[tuple[str | None, str, str | None]], shuffle
) -> None:
    nest = Nest(pd.DataFrame(rows, columns=["code", "level", "parent"]))
    mixed = list(rows)
    shuffle.shuffle(mixed)
    closure = nest.closure()
    pd.testing.assert_frame_equal(closure, Nest(pd.DataFrame(mixed, columns=["code", "level", "parent"])).closure())
    codes = sorted({code for code, _, _ in rows if code})
    for code in codes:
        chain = nest.chain(code)
        assert len(chain) <= len(LEVELS)
        assert chain == tuple(closure.loc[closure["cell"] == code, "ancestor"])
        assert nest.members(code) == tuple(other for other in codes if code in nest.chain(other))
        assert all(nest.parent(child) == code for child in nest.children(code))


def test_a_missing_crs_is_asked_for_and_never_guessed() -> None:
    with pytest.raises(ArgumentError, match="cells: no coordinate system is stated.*never guessed"):
        Grid(frame(ROWS, crs=None))


def test_one_fault_is_an_argument_error_and_names_the_argument() -> None:
    for bad, said in [
        (pd.DataFrame(frame(ROWS)), "cells: DataFrame is no GeoDataFrame"),
        (frame(ROWS).drop(columns=["parent", "name"]), "cells: no column parent, name"),
        (
            frame(ROWS).replace({"level": {"small": "tiny"}}),
            "cells: level tiny is unknown; use one of big, middle, small",
        ),
        (frame(ROWS).assign(code=range(6)), "cells: column code holds values that are not text"),
        (frame(ROWS).assign(parent=1.0), "cells: column parent holds values that are not text"),
    ]:
        with pytest.raises(ArgumentError, match=said):
            Grid(bad)


def test_all_faults_are_told_at_once() -> None:
    bad = frame(ROWS, crs=None).drop(columns="name").assign(code=range(6), level="tiny")
    with pytest.raises(FaultsError) as told:
        Grid(bad)
    assert [fault.code for fault in told.value.faults] == [
        "grid.missing_columns",
        "grid.missing_crs",
        "grid.unknown_level",
        "grid.not_text",
    ]
    for language in ("en", "zh"):
        assert len(told.value.say(language).splitlines()) == 5


def test_the_grid_does_not_change_with_the_frame_it_came_from_nor_with_those_it_gives() -> None:
    given = frame(ROWS)
    given.index = list("uvwxyz")
    grid = Grid(given)
    given.loc["u", "code"] = "changed"
    taken = grid.cells
    taken.loc[0, "code"] = "changed"
    grid.level("big")["code"] = "changed"
    assert list(grid.cells["code"]) == [code for code, _, _ in ROWS]
    assert list(grid.cells.index) == list(range(6))


def test_further_columns_are_kept() -> None:
    assert list(Grid(frame(ROWS).assign(unit="north")).cells["unit"]) == ["north"] * 6


def test_a_copied_grid_answers_alike(village: Grid) -> None:
    points = gpd.GeoSeries([shapely.Point(3.5, 0.5)], crs="EPSG:4547")
    village.link(points)
    for twin in (copy.deepcopy(village), pickle.loads(pickle.dumps(village))):
        assert list(twin.link(points)) == ["440307010001101"]
        assert twin.crs == village.crs


def test_an_empty_grid_is_a_grid() -> None:
    empty = Grid(frame(ROWS).iloc[:0])
    assert len(empty.closure()) == 0
    assert empty.link(gpd.GeoSeries([shapely.Point(0, 0)], crs="EPSG:4547")).isna().all()


def test_check_and_repair_are_asked_of_the_grid() -> None:
    exact = Grid(partition(30, 8, 5, LEVELS))
    assert len(exact.check()) == 0
    mended, changes = exact.repair()
    assert isinstance(mended, Grid)
    assert len(changes) == 0


class TestParents:
    def test_by_prefix_at_the_default_lengths(self) -> None:
        cells = frame(ROWS)
        parents = parents_by_prefix(cells["code"], cells["level"])
        assert list(parents.fillna("")) == [parent or "" for _, _, parent in ROWS]

    def test_by_prefix_at_census_lengths(self) -> None:
        cells = frame(
            [("25017354800", "big", None), ("250173548001", "middle", None), ("250173548001004", "small", None)]
        )
        parents = parents_by_prefix(cells["code"], cells["level"], {"big": 11, "middle": 12, "small": 15})
        assert list(parents.fillna("")) == ["", "25017354800", "250173548001"]

    def test_a_level_not_in_use_is_passed_over(self) -> None:
        cells = frame([("440307010001", "big", None), ("440307010001101", "small", None)])
        assert parents_by_prefix(cells["code"], cells["level"])[1] == "440307010001"

    def test_a_code_of_the_wrong_length_and_a_missing_one_have_no_parent(self) -> None:
        cells = frame([("440307010001", "big", None), ("4403070100", "middle", None), (None, "middle", None)])
        cells.index = [7, 7, 7]
        parents = parents_by_prefix(cells["code"], cells["level"])
        assert parents.isna().all()
        assert list(parents.index) == [7, 7, 7]

    @pytest.mark.parametrize("lengths", [{"big": 12, "small": 15}, {"big": 12, "middle": 12, "small": 15}, {"big": 0}])
    def test_lengths_grow_and_miss_no_level_in_use(self, lengths: dict[str, int]) -> None:
        cells = frame(ROWS)
        with pytest.raises(ArgumentError, match="lengths: "):
            parents_by_prefix(cells["code"], cells["level"], lengths)

    def test_by_cover_is_by_prefix_where_cells_lie_in_their_parents(self) -> None:
        cells = partition(200, 12, 3, LEVELS).sample(frac=1, random_state=1)
        parents = parents_by_cover(cells)
        pd.testing.assert_series_equal(parents, parents_by_prefix(cells["code"], cells["level"]))
        assert parents.equals(cells["parent"].astype(parents.dtype))

    def test_by_cover_where_parents_overlap_takes_the_lowest_code(self) -> None:
        cells = frame([("b", "big", None), ("a", "big", None), ("s", "small", None), ("t", "small", None)])
        cells.geometry = [shapely.box(0, 0, 4, 4), shapely.box(1, 0, 3, 4), shapely.box(1, 1, 2, 2), None]
        parents = parents_by_cover(cells)
        assert parents[2] == "a"
        assert np.array_equal(parents.isna(), [True, True, False, True])
