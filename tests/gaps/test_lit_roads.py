"""Roads without light in the hamlet: which are gaps, of which half, where, since when, by which figures."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridmap.gaps import lit_roads
from gridmap.gaps.kinds.dark_road import KIND as DARK_ROAD
from gridmap.gaps.kinds.unlit_road import KIND as UNLIT_ROAD
from gridmap.gaps.registry import find_gaps
from gridmap.gaps.shape import COLUMNS
from gridmap.gaps.view import Limits, View
from gridmap.words import LANGUAGES, say

EAST, NORTH = 548_000.0, 2_498_000.0
WEST_1, WEST_2, EAST_1 = "440307010001101", "440307010001102", "440307010001201"


def street(*xy: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString(np.add(xy, (EAST, NORTH)))


def pole(x: float, y: float) -> shapely.Point:
    return shapely.Point(EAST + x, NORTH + y)


@pytest.fixture
def evening(look: object) -> View:
    """Sea Street runs east through two cells, a lane north of it; one lamp works, two do not, one is not known."""
    usual: View = look()
    roads = gpd.GeoDataFrame(
        {
            "key": ["R1", "R2", "R3"],
            "name": ["Sea Street", None, "Lane"],
            "road_class": ["local", None, "lane"],
            "valid_from": ["2015-01-05", "2015-02-01", "2015-03-01"],
        },
        geometry=[street((0, 20), (150, 20)), street((150, 20), (190, 20)), street((10, 150), (90, 150))],
        crs=usual.grid.crs,
    )
    lamps = gpd.GeoDataFrame(
        {
            "key": ["L1", "L2", "L3", "L4"],
            "status": ["working", "dark", "dark", None],
            "valid_from": ["2015-01-01", "2015-06-01", "2015-07-01", "2015-05-01"],
        },
        geometry=[pole(0, 20), pole(75, 20), pole(110, 13), pole(170, 20)],
        crs=usual.grid.crs,
    )
    return replace(usual, features={"roads": roads, "streetlights": lamps}, links={})


def test_metres_beside_lamps_that_do_not_work_are_dark(evening: View) -> None:
    """Dark from L1's reach at 25 m to the end at 190 m; of it 50 to 134 beside L2 and L3, 145 to 190 beside L4."""
    (gap,) = DARK_ROAD.find(evening).itertuples()
    assert (gap.kind, gap.subject, gap.unit) == ("dark_road", "roads R1 50.0", "m")
    assert gap.measure == pytest.approx(84 + 45)
    assert (gap.small, gap.middle, gap.big) == (WEST_1, WEST_1[:13], WEST_1[:12])
    assert (gap.responsible, gap.since) == ("chief", "2015-07-01")
    assert {name: gap.inputs[name] for name in ("name", "lamps", "dark", "unknown", "radius", "shortest")} == {
        "name": "Sea Street", "lamps": 3, "dark": 2, "unknown": 1, "radius": 25, "shortest": 40,
    }  # fmt: skip
    assert gap.inputs["poles"] == ["L2", "L3", "L4"]
    assert gap.inputs["stretch_m"] == pytest.approx(165)
    assert gap.geometry.length == pytest.approx(gap.measure)


def test_metres_without_any_lamp_are_unlit(evening: View) -> None:
    gaps = UNLIT_ROAD.find(evening)
    assert list(gaps.columns) == list(COLUMNS)
    assert gaps["subject"].tolist() == ["roads R1 25.0", "roads R3 0.0"]
    assert gaps["measure"].tolist() == pytest.approx([25 + 11, 80])
    assert gaps["small"].tolist() == [WEST_1, WEST_2]
    assert gaps["since"].tolist() == ["2015-01-05", "2015-03-01"]
    assert [inputs["poles"] for inputs in gaps["inputs"]] == [[], []]


def test_both_halves_sum_to_the_dark_stretches(evening: View) -> None:
    gaps = find_gaps(evening, ["unlit_road", "dark_road"])
    assert gaps["measure"].sum() == pytest.approx(165 + 80)


def test_a_stretch_begins_where_its_last_road_did_and_never_before_the_edition(evening: View) -> None:
    late = evening.features["roads"].assign(valid_from=["2014-01-01", "2015-09-09", "2014-01-01"])
    view = replace(evening, features={**evening.features, "roads": late})
    assert DARK_ROAD.find(view)["since"].tolist() == ["2015-09-09"]
    assert UNLIT_ROAD.find(view)["since"].tolist() == ["2015-01-01", "2015-01-01"]


def test_limits_go_by_the_class_of_the_road(evening: View) -> None:
    view = replace(evening, limits=Limits(dark_from_m={"": 40.0, "lane": 81.0}))
    assert UNLIT_ROAD.find(view)["subject"].tolist() == ["roads R1 25.0"]
    wide = replace(evening, limits=Limits(lamp_radius_m={"lane": 10.0}, dark_from_m={"local": 500.0}))
    assert UNLIT_ROAD.find(wide)["subject"].tolist() == ["roads R1 25.0", "roads R3 0.0"]


def test_a_road_outside_all_cells_is_in_none_and_the_team_above_answers(evening: View) -> None:
    away = evening.features["roads"].iloc[[2]].set_geometry([street((900, 0), (990, 0))])
    (gap,) = UNLIT_ROAD.find(replace(evening, features={**evening.features, "roads": away})).itertuples()
    assert (gap.small, gap.big, gap.responsible) == (None, None, None)


def test_a_register_without_the_columns_makes_every_lamp_one_of_unknown_status(evening: View) -> None:
    bare = {layer: rows[["key", "valid_from", "geometry"]] for layer, rows in evening.features.items()}
    (gap,) = DARK_ROAD.find(replace(evening, features=bare)).itertuples()
    assert (gap.inputs["lamps"], gap.inputs["unknown"], gap.inputs["name"]) == (4, 4, "R1")


def test_where_roads_declare_no_such_gap_or_no_lamps_are_kept_there_is_none(evening: View) -> None:
    assert UNLIT_ROAD.find(replace(evening, declared={"roads": ("unlinked_feature",)})).empty
    assert UNLIT_ROAD.find(replace(evening, features={"roads": evening.features["roads"]})).empty
    lit = evening.features["streetlights"].iloc[[0, 0]].set_geometry([pole(50, 150), pole(90, 20)])
    assert DARK_ROAD.find(replace(evening, features={**evening.features, "streetlights": lit})).empty


def test_both_kinds_look_once_at_a_view_and_let_it_go(evening: View, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    lighting = lit_roads.Lighting
    monkeypatch.setattr(lit_roads, "Lighting", lambda *given: looked.append(1) or lighting(*given))
    view = replace(evening)
    find_gaps(view, ["unlit_road", "dark_road"])
    assert looked == [1]
    gone = weakref.ref(view)
    del view
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_gap_says_what_one_can_check(evening: View, lang: str) -> None:
    said = [say(gap.reason, lang, **gap.inputs) for gap in find_gaps(evening, ["unlit_road", "dark_road"]).itertuples()]
    assert "36.0" in said[0]
    assert "129.0" in said[2]
    assert "Sea Street" in said[2]
