"""Each planted defect is found with its kind and place, and nothing else is; a clean nest has none."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.errors import ArgumentError
from gridmap.grid.check import KINDS, REFUSING, check_cells
from gridmap.words import say
from tests.grid.planted import LENGTHS, METRES, frame, local, metric_of, polygon, recoded, redrawn, town

slow = settings(max_examples=20, deadline=None)


def check(cells, **options):
    return check_cells(cells, metric=metric_of(cells), **options)


def only(defects, kind, code, other=None):
    """Return the single row of `defects`, which must be of this kind, code and other."""
    assert defects[["kind", "code", "other"]].astype(object).where(defects.notna(), None).to_numpy().tolist() == [
        [kind, code, other]
    ]
    return defects.iloc[0]


def territory(*places):
    return gpd.GeoSeries([polygon(*places)], crs=METRES)


with np.errstate(invalid="ignore"):  # GEOS remarks on it
    NOT_A_PLACE = shapely.transform(polygon((0, 0), (1, 0), (1, 1)), lambda xy: np.where(xy == xy.max(), np.nan, xy))
WHOLE = ((0, 0), (400, 0), (400, 400), (0, 400))


@pytest.fixture
def nest():
    """Sixteen small cells in four middle cells in one big cell, 400 m wide."""
    return town()


def test_a_clean_nest_has_no_defect(nest):
    assert check(nest, territory=territory(*WHOLE), code_lengths=LENGTHS).empty


def test_a_clean_nest_in_degrees_has_no_defect(nest):
    cells = nest.to_crs(4490)
    whole = gpd.GeoSeries([cells.geometry.iloc[-1]], crs=cells.crs)
    assert check(cells, territory=whole, code_lengths=LENGTHS).empty


def test_an_overlap_of_38_square_metres(nest):
    wider = polygon((99.62, 0), (200, 0), (200, 100), (99.62, 100))
    row = only(check(redrawn(nest, c01a21=wider)), "overlap", "01a11", "01a21")
    assert (row["measure"], row["unit"]) == (pytest.approx(38.0, abs=1e-6), "m2")
    assert row["geometry"].equals_exact(polygon((99.62, 0), (100, 0), (100, 100), (99.62, 100)).normalize(), 1e-6) or (
        row["geometry"].symmetric_difference(shapely.box(*local(99.62, 0), *local(100, 100))).area < 1e-6
    )


def test_a_cell_within_another_overlaps_it(nest):
    island = frame(["01a99"], ["small"], ["01a"], [polygon((40, 40), (60, 40), (60, 60), (40, 60))])
    cells = pd.concat([nest, island], ignore_index=True)
    assert only(check(cells), "overlap", "01a11", "01a99")["measure"] == pytest.approx(400)


def test_a_slit_of_30_centimetres(nest):
    narrower = polygon((100.3, 0), (200, 0), (200, 100), (100.3, 100))
    row = only(check(redrawn(nest, c01a21=narrower)), "slit", "01a11", "01a21")
    assert (row["measure"], row["unit"]) == (pytest.approx(30.0), "m2")
    assert row["geometry"].symmetric_difference(shapely.box(*local(100, 0), *local(100.3, 100))).area < 1e-6


@pytest.mark.parametrize("crs", [4490, 4326, 3857, 2263])
def test_a_slit_is_as_wide_in_any_system(nest, crs):
    narrower = polygon((100.3, 100), (200, 100), (200, 200), (100.3, 200))
    cells = redrawn(nest, c01a22=narrower)
    if crs == 2263:  # feet, elsewhere on earth
        moved = shapely.transform(cells.geometry.to_numpy(), lambda xy: (xy - local(0, 0)) / 0.3048006096 + 980_000)
        cells = cells.set_geometry(gpd.GeoSeries(moved, crs=crs), crs=crs)
    else:
        cells = cells.to_crs(crs)
    row = only(check(cells, gap_width=0.35), "slit", "01a12", "01a22")
    assert row["measure"] == pytest.approx(30.0, rel=2e-3)
    assert "slit" not in set(check(cells, gap_width=0.25)["kind"])


def test_a_gap_wider_than_the_gap_width_is_a_hole_of_its_parent(nest):
    """The edges at its ends lack its corners: they are told too, since the hole may be filled by any neighbour."""
    defects = check(redrawn(nest, c01a22=polygon((102, 100), (200, 100), (200, 200), (102, 200))))
    assert defects[["kind", "code", "other"]].iloc[0].tolist()[:2] == ["hole", "01a"]
    assert defects["measure"].iloc[0] == pytest.approx(200)
    assert defects[["kind", "code", "other"]].iloc[1:].to_numpy().tolist() == [
        ["edge_mismatch", "01a21", "01a22"],
        ["edge_mismatch", "01c21", "01a22"],
    ]


def test_an_open_slit_between_two_cells_alone():
    cells = frame(
        ["1", "2"],
        ["small"] * 2,
        [None] * 2,
        [polygon(*WHOLE), polygon((400.4, 0), (500, 0), (500, 400), (400.4, 400))],
    )
    assert only(check(cells), "slit", "1", "2")["measure"] == pytest.approx(160)


def test_a_narrow_spit_borders_no_slit():
    """A cell's narrow tongue between two others is ground, not a gap."""
    cells = frame(
        ["1", "2", "3"],
        ["small"] * 3,
        [None] * 3,
        [
            polygon((0, 0), (100, 0), (100, 50), (0, 50)),
            polygon((0, 50.4), (100, 50.4), (100, 100), (0, 100)),
            polygon((100, 0), (200, 0), (200, 100), (100, 100), (100, 50.4), (0, 50.4), (0, 50), (100, 50)),
        ],
    )
    assert check(cells).empty


def test_a_bend_of_the_outline_is_no_slit():
    """Two cells whose outlines part at an angle are narrow near the corner they share: the outline is drawn so."""
    cells = frame(
        ["1", "2"],
        ["small"] * 2,
        [None] * 2,
        [polygon((0, 0), (100, 0), (0, 100)), polygon((0, 0), (0, -100), (100, -20))],
    )
    assert check(cells).empty


def test_a_t_junction(nest):
    """01a21 and 01a22 meet 01a11 and 01a12 half way: their edge has a vertex that 01a11 lacks."""
    low, high = (
        polygon((100, 0), (200, 0), (200, 100), (100, 50)),
        polygon((100, 50), (200, 100), (200, 200), (100, 200), (100, 100)),
    )
    row = only(check(redrawn(nest, c01a21=low, c01a22=high)), "edge_mismatch", "01a11", "01a21")
    assert (row["measure"], row["unit"]) == (pytest.approx(100), "m")
    assert row["geometry"].equals(shapely.LineString([local(100, 0), local(100, 100)]))


def test_vertices_off_by_rounding_are_a_mismatch_not_a_slit(nest):
    off = polygon((100.0001, 0), (200, 0), (200, 100), (100.0001, 100))
    defects = check(redrawn(nest, c01a21=off))
    assert set(defects["kind"]) == {"edge_mismatch"}
    assert {"01a11", "01a21"} <= set(defects["code"]) | set(defects["other"])


def test_a_self_crossing_is_found_at_its_point(nest):
    bow = polygon((0, 0), (100, 100), (100, 0), (0, 100))
    row = only(check(redrawn(nest, c01a11=bow), territory=territory(*WHOLE)), "invalid_geometry", "01a11")
    assert row["geometry"].equals(shapely.Point(local(50, 50)))


@pytest.mark.parametrize(
    ("shape", "hint"),
    [
        (None, "no_geometry"),
        (shapely.Polygon(), "no_geometry"),
        (shapely.LineString([local(0, 0), local(1, 1)]), "no_polygon"),
        (NOT_A_PLACE, "invalid_geometry"),
    ],
)
def test_what_is_no_ground_is_invalid(nest, shape, hint):
    defects = check(redrawn(nest, c01a11=shape))
    assert ("invalid_geometry", "01a11", f"grid.hint_{hint}") in set(
        defects[["kind", "code", "hint"]].itertuples(index=False, name=None)
    )
    assert set(defects["kind"]) <= {"invalid_geometry", "hole"}


def test_a_child_in_the_wrong_parent(nest):
    row = only(check(recoded(nest, "01a11", parent="01b")), "child_outside_parent", "01a11", "01a")
    assert row["measure"] == pytest.approx(10_000)
    assert row["geometry"].equals(nest.geometry[nest["code"] == "01a11"].iloc[0])


def test_a_child_beyond_all_parents(nest):
    longer = polygon((0, -5), (100, -5), (100, 0), (100, 100), (0, 100))
    row = only(check(redrawn(nest, c01a11=longer)), "child_outside_parent", "01a11")
    assert (row["measure"], row["hint"]) == (pytest.approx(500), "grid.hint_child_outside_all")


def test_a_strip_narrower_than_the_gap_width_is_not_outside(nest):
    longer = polygon((0, -0.8), (100, -0.8), (100, 0), (100, 100), (0, 100))
    cells = redrawn(nest, c01a11=longer)
    assert check(cells).empty
    assert only(check(cells, gap_width=0.5), "child_outside_parent", "01a11")["measure"] == pytest.approx(80)


def test_a_cell_in_two_cells_two_levels_up():
    """A small cell across the border of two big cells is told for the middle and for the big level."""
    cells = town(columns=8)
    wider = polygon((300, 0), (410, 0), (410, 100), (300, 100))
    smaller = polygon((410, 0), (500, 0), (500, 100), (410, 100))
    defects = check(redrawn(cells, c01b21=wider, c02a11=smaller))
    found = defects[defects["kind"] == "child_outside_parent"]
    assert found[["level", "code", "other"]].to_numpy().tolist() == [
        ["small", "01b21", "02"],
        ["small", "01b21", "02a"],
    ]
    assert set(defects["kind"]) == {"child_outside_parent", "edge_mismatch"}


def test_an_orphan(nest):
    assert only(check(recoded(nest, "01a11", parent="09z"), code_lengths=LENGTHS), "orphan", "01a11", "09z")[
        "hint"
    ] == ("grid.hint_orphan")
    assert only(check(recoded(nest, "01a11", parent=None)), "orphan", "01a11")["hint"] == "grid.hint_no_parent"


def test_a_parent_at_the_wrong_level_is_none(nest):
    only(check(recoded(nest, "01a11", parent="01")), "orphan", "01a11", "01")


def test_a_duplicate_code(nest):
    row = only(check(recoded(nest, "01a11", code="01a12")), "duplicate_code", "01a12")
    assert row["measure"] == 2
    assert row["geometry"].bounds == (*local(0, 0), *local(100, 200))


def test_a_wrong_prefix(nest):
    cells = recoded(nest, "01a11", code="01b99")
    only(check(cells, code_lengths=LENGTHS), "wrong_prefix", "01b99", "01a")
    assert check(cells).empty


def test_a_code_of_the_wrong_length(nest):
    row = only(check(recoded(nest, "01a11", code="01a111"), code_lengths=LENGTHS), "wrong_prefix", "01a111", "01a")
    assert (row["hint"], row["measure"]) == ("grid.hint_wrong_length", 5)


@pytest.mark.parametrize("nothing", [None, "", np.nan])
def test_a_missing_code_is_no_cell_of_the_tree(nest, nothing):
    row = only(
        check(recoded(nest, "01a11", code=nothing, parent="09z"), code_lengths=LENGTHS), "missing_code", None, "09z"
    )
    assert row["geometry"].equals(nest.geometry[nest["code"] == "01a11"].iloc[0])


def test_a_hole_of_the_territory(nest):
    row = only(check(nest, territory=territory((0, 0), (400, 0), (400, 410), (0, 400))), "hole", None)
    assert (row["measure"], row["hint"]) == (pytest.approx(2000), "grid.hint_hole_of_territory")
    assert row["geometry"].equals(polygon((0, 400), (400, 400), (400, 410)))


def test_a_narrow_hole_of_the_territory_counts_too(nest):
    assert only(check(nest, territory=territory((0, 0), (400, 0), (400, 400.1), (0, 400.1))), "hole", None)[
        "measure"
    ] == pytest.approx(40)


def test_a_hole_of_a_parent_is_told_under_its_code(nest):
    row = only(check(nest[nest["code"] != "01a22"]), "hole", "01a")
    assert row["level"] == "middle"
    assert row["geometry"].equals(shapely.box(*local(100, 100), *local(200, 200)))


def test_a_lake_in_a_cell_is_no_hole_unless_it_is_a_parents_ground():
    lake = polygon((40, 40), (60, 40), (60, 60), (40, 60))
    shore = polygon(*WHOLE).difference(lake)
    alone = frame(["1"], ["small"], [None], [shore])
    assert check(alone).empty
    assert only(check(alone, territory=territory(*WHOLE)), "hole", None)["measure"] == pytest.approx(400)
    nested = frame(["1", "11"], ["middle", "small"], [None, "1"], [shore, shore])
    assert check(nested).empty


def test_a_childless_parent_is_that_alone(nest):
    only(check(nest[nest["parent"] != "01a"]), "childless_parent", "01a")


def test_levels_not_in_use_are_passed_over(nest):
    small = recoded(nest[nest["level"] == "small"], "01a11", parent=None)
    assert check(small).empty
    two = nest[nest["level"] != "middle"].assign(
        parent=lambda cells: cells["code"].str[:2].where(cells["level"] == "small")
    )
    assert check(two).empty


def test_no_cells_have_no_defect_but_the_whole_territory_is_uncovered(nest):
    assert check(nest.iloc[:0]).empty
    cells = nest[nest["level"] == "big"].assign(geometry=[None])
    defects = check(cells, territory=territory(*WHOLE))
    assert defects["kind"].tolist() == ["invalid_geometry", "hole"]


def test_a_territory_and_a_gap_width_must_be_usable(nest):
    with pytest.raises(ArgumentError) as caught:
        check(nest, territory=gpd.GeoSeries([polygon(*WHOLE)]))
    assert (caught.value.code, caught.value.inputs["argument"]) == ("grid.missing_crs", "territory")
    for width in (-1.0, np.nan, np.inf):
        with pytest.raises(ArgumentError) as caught:
            check(nest, gap_width=width)
        assert caught.value.code == "grid.gap_width"


def test_a_territory_comes_in_any_crs(nest):
    assert check(nest, territory=territory(*WHOLE).to_crs(32649).buffer(-2)).empty


def broken():
    """Return a town with a defect of every kind, far apart."""
    cells = town(columns=8, rows=8)
    cells = redrawn(
        cells,
        c01a21=polygon((99.62, 0), (200, 0), (200, 100), (99.62, 100)),
        c01d21=polygon((300.3, 200), (400, 200), (400, 300), (300.3, 300)),
        c02b11=polygon((600, 0), (700, 100), (700, 0), (600, 100)),
        c03a21=polygon((100, 400), (200, 400), (200, 500), (100, 450)),
        c03a22=polygon((100, 450), (200, 500), (200, 600), (100, 600), (100, 500)),
    )
    cells = recoded(cells, "04a11", parent="04b")
    cells = recoded(cells, "04d11", parent="09z")
    cells = recoded(cells, "04d12", code="04d22")
    cells = recoded(cells, "04c11", code=None)
    cells = recoded(cells, "02d11", code="01x11")
    cells = cells[cells["code"] != "03d22"]
    return pd.concat([cells, cells[cells["code"] == "04"].assign(code="05")], ignore_index=True)


def test_every_kind_at_once_in_one_pass_whatever_the_order_of_the_cells():
    cells = broken()
    defects = check(cells, code_lengths=LENGTHS)
    assert list(dict.fromkeys(defects["kind"])) == list(KINDS)
    shuffled = cells.sample(frac=1, random_state=7)
    again = check(shuffled, code_lengths=LENGTHS)
    pd.testing.assert_frame_equal(defects.drop(columns="geometry"), again.drop(columns="geometry"))
    assert shapely.equals(defects.geometry.to_numpy(), again.geometry.to_numpy()).all()


def test_every_hint_can_be_said_with_its_rows_own_columns():
    defects = check(broken(), code_lengths=LENGTHS)
    for row in defects.drop(columns="geometry").to_dict("records"):
        for lang in ("zh", "en"):
            sentence = say(row["hint"], lang, **row)
            assert "{" not in sentence
            assert "nan" not in sentence.replace("finance", "")


def test_refusing_kinds_are_those_of_codes_orphans_and_geometry():
    assert {"missing_code", "duplicate_code", "wrong_prefix", "orphan", "invalid_geometry"} == REFUSING
    assert set(KINDS) >= REFUSING


corner_moves = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).uniform(-30, 30, (5, 5, 2)))


@slow
@given(corner_moves, st.sampled_from([METRES, "EPSG:4326"]))
def test_any_clean_nest_has_no_defect(offsets, crs):
    cells = town(offsets=offsets).to_crs(crs)
    whole = gpd.GeoSeries(cells.geometry[cells["level"] == "big"], crs=crs)
    assert check(cells, territory=whole, code_lengths=LENGTHS).empty


@slow
@given(corner_moves, st.integers(0, 15), st.sampled_from(["overlap", "slit", "hole"]))
def test_a_planted_defect_is_found_at_its_place(offsets, number, kind):
    """A cell drawn larger overlaps, drawn a little smaller leaves a slit, left out leaves a hole."""
    cells = town(offsets=offsets)
    cell = cells.geometry[number]
    others = shapely.union_all(np.delete(cells.geometry.to_numpy()[:16], number))
    if kind == "hole":
        place, cells = cell, cells.drop(number)
    else:
        changed = cell.buffer(0.2 if kind == "overlap" else -0.2, join_style="mitre")
        place = others.intersection(changed) if kind == "overlap" else cell.difference(changed)
        cells.loc[number, "geometry"] = changed
    defects = check(cells)
    found = defects[defects["kind"] == kind]
    assert len(found)
    assert set(defects["kind"]) <= {kind, "hole", "edge_mismatch"}
    assert shapely.union_all(found.geometry.to_numpy()).difference(place.buffer(0.01)).area < 1e-6


def test_without_a_gap_width_no_gap_is_a_slit_and_overlaps_are_still_found(nest):
    wider = polygon((99.62, 0), (200, 0), (200, 100), (99.62, 100))
    narrower = polygon((300.3, 200), (400, 200), (400, 300), (300.3, 300))
    defects = check(redrawn(nest, c01a21=wider, c01d21=narrower), gap_width=0.0)
    assert {"overlap", "hole"} <= set(defects["kind"])
    assert "slit" not in set(defects["kind"])
