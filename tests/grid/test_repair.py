"""What repair closes, check no longer finds; every change is told, and nothing else changes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.errors import ArgumentError
from gridmap.grid.check import check_cells
from gridmap.grid.repair import repair_cells
from tests.grid.planted import LENGTHS, METRES, frame, local, metric_of, polygon, recoded, redrawn, town

slow = settings(max_examples=10, deadline=None)


def check(cells, **options):
    return check_cells(cells, metric=metric_of(cells), **options)


def repair(cells, width=1.0):
    return repair_cells(cells, metric=metric_of(cells), width=width)


def area_of(cells, code):
    return cells.geometry[cells["code"] == code].area.sum()


def changes_of(changes):
    rounded = changes[["gained_m2", "lost_m2"]].round(3)
    return {code: tuple(row) for code, row in zip(changes["code"], rounded.to_numpy().tolist(), strict=True)}


@pytest.fixture
def nest():
    return town()


def test_a_clean_nest_comes_back_to_the_last_bit(nest):
    mended, changes = repair(nest)
    assert changes.empty
    assert list(changes.columns) == ["code", "level", "gained_m2", "lost_m2", "geometry"]
    pd.testing.assert_frame_equal(pd.DataFrame(mended), pd.DataFrame(nest))
    assert shapely.equals_identical(mended.geometry.to_numpy(), nest.geometry.to_numpy()).all()


def test_a_slit_goes_to_the_cell_with_the_longest_wall_then_to_the_lowest_code(nest):
    broken = redrawn(nest, c01a21=polygon((100.3, 0), (200, 0), (200, 100), (100.3, 100)))
    mended, changes = repair(broken)
    assert check(mended).empty
    assert changes_of(changes)["01a11"] == (30.0, 0.0)
    assert changes[changes["code"] == "01a11"].geometry.iloc[0].symmetric_difference(
        shapely.box(*local(100, 0), *local(100.3, 100))
    ).area == pytest.approx(0, abs=1e-6)
    assert area_of(mended, "01a21") == pytest.approx(9970)


def test_a_slit_stays_with_the_parent_that_holds_it(nest):
    """The slit lies in 01b, whose cell was drawn too small: 01a's cell does not get it, though its code is lower."""
    broken = redrawn(nest, c01b11=polygon((200.3, 0), (300, 0), (300, 100), (200.3, 100)))
    mended, changes = repair(broken)
    assert check(mended).empty
    assert {code for code, change in changes_of(changes).items() if change != (0.0, 0.0)} == {"01b11"}
    assert area_of(mended, "01b11") == pytest.approx(10_000)
    assert area_of(mended, "01b") == pytest.approx(40_000)


def test_a_slit_of_all_levels_is_closed_at_all_levels(nest):
    """Big, middle and small cells were drawn with one gap between them: no parent holds it."""
    east = nest["code"].str[:3].isin(["01b", "01d"])
    moved = nest[nest["level"] != "big"].copy()
    moved.loc[east, "geometry"] = moved.geometry[east].translate(0.4)
    moved.loc[moved["level"] == "middle", "parent"] = None
    assert set(check(moved)["kind"]) == {"slit"}
    mended, changes = repair(moved)
    assert check(mended).empty
    assert changes[changes["level"] == "middle"]["gained_m2"].sum() == pytest.approx(160)
    assert changes[changes["level"] == "small"]["gained_m2"].sum() == pytest.approx(160)


def test_a_narrow_overlap_goes_to_the_lower_code(nest):
    broken = redrawn(nest, c01a21=polygon((99.62, 0), (200, 0), (200, 100), (99.62, 100)))
    mended, changes = repair(broken)
    assert check(mended).empty
    assert changes_of(changes)["01a21"] == (0.0, 38.0)
    assert area_of(mended, "01a11") == pytest.approx(10_000)


def test_a_narrow_overlap_across_two_parents_goes_to_the_one_that_holds_it(nest):
    broken = redrawn(nest, c01a21=polygon((100, 0), (200.4, 0), (200.4, 100), (100, 100)))
    mended, changes = repair(broken)
    assert check(mended).empty
    assert changes_of(changes)["01a21"] == (0.0, 40.0)
    assert "01b11" not in {code for code, change in changes_of(changes).items() if change != (0.0, 0.0)}


def test_a_t_junction_gets_its_vertex_and_no_ground_moves(nest):
    broken = redrawn(
        nest,
        c01a21=polygon((100, 0), (200, 0), (200, 100), (100, 50)),
        c01a22=polygon((100, 50), (200, 100), (200, 200), (100, 200), (100, 100)),
    )
    mended, changes = repair(broken)
    assert check(mended).empty
    assert changes_of(changes) == {"01a11": (0.0, 0.0)}
    assert changes.geometry.is_empty.all()


def test_what_is_wider_than_the_width_stays(nest):
    """A wide overlap, hole or slit takes a decision: repair leaves it, and mends what is narrow beside it."""
    broken = redrawn(
        nest,
        c01a21=polygon((95, 0), (200, 0), (200, 99.5), (95, 99.5)),
        c01d21=polygon((305, 200), (400, 200), (400, 300), (305, 300)),
    )
    mended, changes = repair(broken)
    left = check(mended)
    assert set(left["kind"]) == {"overlap", "hole"}
    assert left[left["kind"] == "overlap"]["measure"].tolist() == pytest.approx([497.5], abs=3)
    assert left[left["kind"] == "hole"]["measure"].tolist() == pytest.approx([500])
    assert changes["gained_m2"].sum() == pytest.approx(50, abs=3)
    assert check(repair(broken, width=6.0)[0]).empty


def test_three_cells_in_one_wide_overlap_all_keep_it():
    squares = [polygon((x, x), (x + 50, x), (x + 50, x + 50), (x, x + 50)) for x in (0, 10, 20)]
    mended, _ = repair(frame(["1", "2", "3"], ["small"] * 3, [None] * 3, squares))
    assert mended.geometry.area.tolist() == pytest.approx([2500] * 3)
    assert mended.geometry.intersection(mended.geometry.iloc[0]).area.tolist() == pytest.approx([2500, 1600, 900])


def test_a_thin_cell_within_another_is_not_swallowed():
    strip = polygon((10, 40), (90, 40), (90, 40.5), (10, 40.5))
    mended, _ = repair(
        frame(["1", "2"], ["small"] * 2, [None] * 2, [polygon((0, 0), (100, 0), (100, 100), (0, 100)), strip])
    )
    assert not mended.geometry.is_empty.any()


def test_lakes_islands_and_cells_of_several_parts_survive():
    lake = polygon((20, 20), (60, 20), (60, 60), (20, 60))
    island = polygon((30, 30), (50, 30), (50, 50), (30, 50))
    shore = shapely.MultiPolygon([polygon((0, 0), (100, 0), (100, 100), (0, 100)).difference(lake), island])
    east = polygon((100.5, 0), (200, 0), (200, 100), (100.5, 100))
    mended, changes = repair(frame(["1", "2"], ["small"] * 2, [None] * 2, [shore, east]))
    assert changes_of(changes) == {"1": (50.0, 0.0)}
    assert shapely.get_num_geometries(mended.geometry.iloc[0]) == 2
    assert mended.geometry.iloc[0].area == pytest.approx(shore.area + 50)
    assert not mended.geometry.iloc[0].intersects(lake.difference(island.buffer(0.01)).buffer(-0.01))


def test_nothing_but_geometry_changes_and_nothing_moves_to_another_parent(nest):
    broken = redrawn(nest, c01b11=polygon((199.6, 0), (300, 0), (300, 100), (199.6, 100))).assign(note="kept")
    broken.index = pd.Index(np.arange(len(broken))[::-1] // 2, name="row")
    mended, _ = repair(broken)
    pd.testing.assert_frame_equal(
        pd.DataFrame(mended.drop(columns="geometry")), pd.DataFrame(broken.drop(columns="geometry"))
    )
    assert mended.crs == broken.crs


def test_bad_codes_and_bad_shapes_are_left_alone(nest):
    broken = recoded(nest, "01d11", code=None)
    broken = recoded(broken, "01d21", code="01d22")
    broken = redrawn(
        broken,
        c01a11=polygon((0, 0), (100, 100), (100, 0), (0, 100)),
        c01b21=polygon((300.3, 0), (400, 0), (400, 100), (300.3, 100)),
        c01c11=None,
    )
    mended, changes = repair(broken)
    assert changes_of(changes)["01b11"] == (30.0, 0.0)
    assert set(check(mended)["kind"]) == {"missing_code", "duplicate_code", "invalid_geometry", "hole"}
    assert shapely.equals_identical(mended.geometry.iloc[0], broken.geometry.iloc[0])


@pytest.mark.parametrize("width", [0.0, -1.0, np.nan, np.inf])
def test_a_width_is_above_zero(nest, width):
    with pytest.raises(ArgumentError) as caught:
        repair(nest, width)
    assert caught.value.code == "grid.repair_width"


def test_no_cells_need_no_repair(nest):
    assert [len(part) for part in repair(nest.iloc[:0])] == [0, 0]


def test_the_lowest_code_and_not_the_first_row_wins(nest):
    broken = redrawn(nest, c01a21=polygon((100.3, 0), (200, 0), (200, 100), (100.3, 100)))
    turned = broken.iloc[::-1]
    first, again = repair(broken)[0], repair(turned)[0].iloc[::-1]
    assert shapely.equals(first.geometry.to_numpy(), again.geometry.to_numpy()).all()


@slow
@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.integers(0, 15), st.sampled_from([-0.35, -0.1, 0.1, 0.35])), min_size=1, max_size=5),
    st.sampled_from([METRES, "EPSG:4490"]),
)
def test_repair_leaves_a_nest_without_defect_and_tells_every_square_metre(seed, drawn, crs):
    """Cells of a random nest are drawn a little too large or too small."""
    cells = town(offsets=np.random.default_rng(seed).uniform(-30, 30, (5, 5, 2)))
    for number, by in drawn:
        cells.loc[number, "geometry"] = cells.geometry[number].buffer(by, join_style="mitre")
    cells = cells.to_crs(crs)
    mended, changes = repair(cells, width=1.5)
    left = check(mended, code_lengths=LENGTHS)
    assert left.empty, left.drop(columns="geometry").to_string()
    metric = metric_of(cells)
    grown = metric.area(mended.geometry.to_numpy()).sum() - metric.area(cells.geometry.to_numpy()).sum()
    assert grown == pytest.approx(changes["gained_m2"].sum() - changes["lost_m2"].sum(), abs=0.1)
    same = ~cells["code"].isin(changes["code"]).to_numpy()
    assert shapely.equals_identical(mended.geometry.to_numpy()[same], cells.geometry.to_numpy()[same]).all()
