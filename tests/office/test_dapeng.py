"""The made-up Dapeng: the same for the same seed, its counts those asked for, its files as offices have them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from gridmap.errors import ArgumentError
from gridmap.grid.grid import Grid
from gridmap.intake.grids import read_grid
from gridmap.intake.registers import Register, read_register
from gridmap.intake.rosters import read_roster
from gridmap.office.dapeng.files import Files, write_dapeng
from gridmap.office.dapeng.made import Dapeng, dapeng
from gridmap.office.dapeng.names import Names
from gridmap.office.dapeng.people import people
from gridmap.office.dapeng.size import Size
from gridmap.office.demo import FROM
from gridmap.office.wiring import load_layers

LAYERS = load_layers()
OF_ONE = ("businesses", "organisations", "enterprises", "rentals", "care_places", "streetlights")
HAMLET = Size(300, 40, 30, 90, 5, 9, 20, 45, 700, 60)


@pytest.fixture(scope="module")
def made() -> Dapeng:
    return dapeng(7)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return write_dapeng(tmp_path_factory.mktemp("dapeng"), 7, LAYERS, size=HAMLET, lang="zh")


@pytest.fixture(scope="module")
def registers(files: Files) -> dict[str, Register]:
    return {one.layer: read_register(one.path, LAYERS[one.layer], crs=one.crs) for one in files.registers}


def test_the_same_seed_gives_the_same_and_another_seed_another(made: Dapeng) -> None:
    again, other = dapeng(7), dapeng(8)
    for name, features in made.features.items():
        assert_frame_equal(again.features[name], features)
        assert not other.features[name].equals(features)


@pytest.mark.parametrize("size", [Size(), HAMLET])
def test_the_counts_are_those_asked_for(size: Size) -> None:
    features = dapeng(7, size).features
    homes = features["households"]
    assert (homes["eligible"].sum(), len(homes)) == (size.households, size.households + size.elsewhere)
    assert (homes["eligible"] != homes["away"]).all()
    assert {name: len(features[name]) for name in OF_ONE} == {name: getattr(size, name) for name in OF_ONE}
    assert (features["streetlights"]["status"] == "dark").sum() == size.dark
    assert features["care_places"]["people"].sum() == size.beneficiaries


def test_the_register_of_lamps_knows_no_state_and_the_survey_finds_it(
    registers: dict[str, Register], files: Files
) -> None:
    assert set(registers["streetlights"].frame["status"]) == {"unknown"}
    found = read_register(files.survey, LAYERS["streetlights"]).frame
    assert (len(found), (found["status"] == "dark").sum()) == (HAMLET.streetlights, HAMLET.dark)


def test_one_count_changed_leaves_the_other_layers(made: Dapeng) -> None:
    more = dapeng(7, replace(Size(), households=5000))
    for name in OF_ONE:
        assert_frame_equal(more.features[name], made.features[name])


@pytest.mark.parametrize("wrong", [{"dark": 6000}, {"households": -1}, {"beneficiaries": 3}])
def test_counts_that_contradict_each_other_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ArgumentError, match=next(iter(wrong))):
        replace(Size(), **wrong)


def test_a_size_is_scaled_by_its_households() -> None:
    ten = Size().scaled(22190)
    assert (ten.households, ten.businesses, ten.streetlights) == (22190, 16550, 5100)


def test_its_cells_nest_without_defect_but_the_strip_that_no_cell_holds(made: Dapeng) -> None:
    grid = Grid(made.cells)
    assert len(grid.level("big")) == 7
    assert grid.check().empty
    assert grid.check(made.territory)["kind"].tolist() == ["hole"]


def test_pengcheng_has_its_seven_groups() -> None:
    cells = dapeng(7, HAMLET, lang="zh").cells
    groups = cells.loc[cells["parent"] == "440307010002", "name"]
    assert groups.tolist() == [f"鹏城{one}" for one in "东南 东北 西南 西北 乌冲 四和 较场尾".split()]


def test_all_premises_and_all_lamps_but_those_on_the_pier_lie_in_a_cell(made: Dapeng) -> None:
    grid = Grid(made.cells)
    for name, features in made.features.items():
        if name != "roads":
            outside = grid.link(features.dropna(subset=["geometry"])).isna().sum()
            assert outside == (3 if name == "streetlights" else 0)


def test_streets_meet_at_their_ends_and_hang_together(made: Dapeng) -> None:
    roads = made.features["roads"].geometry
    assert roads.is_valid.all()
    assert not roads.duplicated().any()
    crossing = roads.sindex.query(roads, predicate="crosses")
    assert not crossing.size, "streets are noded"
    assert roads.union_all().buffer(0.5).geom_type == "Polygon"


def test_lamps_stand_beside_their_street_and_some_streets_have_none(made: Dapeng) -> None:
    lamps = made.features["streetlights"].dropna(subset=["street"])
    streets = made.features["roads"].dissolve("name").geometry
    away = lamps.distance(streets.loc[lamps["street"]], align=False)
    assert away.max() < 4.5
    assert away.gt(2.5).mean() > 0.98, "but at the bends of a road"
    assert len(set(streets.index) - set(lamps["street"])) > 20


@pytest.mark.parametrize("name", ["roads", "households", *OF_ONE])
def test_features_have_the_fields_of_their_layer_and_a_key_of_their_own(made: Dapeng, name: str) -> None:
    layer, features = LAYERS[name], made.features[name]
    assert set(features.columns) <= {"cell", "geometry", *layer.by_name}
    assert features[layer.key].is_unique


def test_files_come_back_whole_and_bad_rows_beside_them(files: Files, registers: dict[str, Register]) -> None:
    grid = read_grid(files.cells)
    assert grid.check().empty
    bad = {name: len(register.faults) for name, register in registers.items()}
    assert {name: count for name, count in bad.items() if count} == {
        "households": 5,
        "businesses": 3,
        "streetlights": 2,
    }
    assert len({fault.code for fault in registers["households"].faults}) == 5
    assert len(registers["households"].frame) == HAMLET.households + HAMLET.elsewhere
    assert len(registers["businesses"].frame) == HAMLET.businesses


def test_the_roster_is_read_without_fault_and_some_cells_have_no_head(made: Dapeng, files: Files) -> None:
    known = pd.DataFrame({"cadre": [], "name": [], "unit": []}, dtype=object)
    cells = read_grid(files.cells).cells
    read = read_roster(files.roster, cells=cells[["code", "name"]], known=known, on=FROM)
    assert not read.faults
    assert set(read.cadres["tier"]) == {"principal", "leadership", "section", "community", "grid_worker"}
    assert (len(read.absences), len(read.stand_ins)) == (3, 2)
    small = set(made.cells.loc[made.cells["level"] == "small", "code"])
    assert len(small - set(read.assignments["cell"])) == 2
    assert (read.cadres["unit"] == "社康中心").sum() == 7
    assert (read.cadres["unit"] == "义务联络员").sum() == HAMLET.liaisons
    assert len(people(made.cells, Names("zh")).posts) > 100


def test_a_large_register_comes_in_several_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridmap.office.dapeng.files._WORKBOOK_ROWS", 200)
    monkeypatch.setattr("gridmap.office.dapeng.files._FILE_ROWS", 200)
    made = write_dapeng(tmp_path, 7, LAYERS, size=HAMLET)
    homes = [one.path.name for one in made.registers if one.layer == "households"]
    assert homes == ["households-1.csv", "households-2.csv"]


def test_the_language_changes_names_and_no_place(made: Dapeng) -> None:
    other = dapeng(2015, lang="zh")
    for name, frame in dapeng(2015, lang="en").features.items():
        assert (frame.geometry.to_wkb() == other.features[name].geometry.to_wkb()).equals(frame.geometry.notna()), name
