"""The made-up town: a town on a coast, the same for the same seed, and registers as offices have them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
import shapely
from pandas.testing import assert_frame_equal

from gridmap.grid.grid import Grid
from gridmap.intake.grids import read_grid
from gridmap.intake.registers import Register, read_register
from gridmap.office.town import Town, town
from gridmap.office.town_files import TownFiles, write_town
from gridmap.office.wiring import load_layers
from gridmap.words import LANGUAGES

LAYERS = load_layers()
FRAMES = ("cells", "households", "businesses", "streetlights", "roads")


@pytest.fixture(scope="module")
def harbour() -> Town:
    return town(7)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> TownFiles:
    return write_town(tmp_path_factory.mktemp("town"), 7, LAYERS, lang="zh")


@pytest.fixture(scope="module")
def registers(files: TownFiles) -> dict[str, Register]:
    return {one.layer: read_register(one.path, LAYERS[one.layer], crs=one.crs) for one in files.registers}


@pytest.mark.parametrize("frame", FRAMES)
def test_the_same_seed_gives_the_same_town_and_another_seed_another(harbour: Town, frame: str) -> None:
    assert_frame_equal(getattr(town(7), frame), getattr(harbour, frame))
    assert getattr(town(8), frame).to_wkb().to_dict("list") != getattr(harbour, frame).to_wkb().to_dict("list")


@pytest.mark.parametrize("frame", FRAMES)
def test_only_names_depend_on_the_language(harbour: Town, frame: str) -> None:
    """Streets once came in the order of their names, and with them the dark lamps."""
    chinese = getattr(town(7, lang="zh"), frame)
    assert chinese.geometry.geom_equals(getattr(harbour, frame).geometry, align=False).sum() == chinese.geometry.count()
    if "status" in chinese:
        assert (chinese["status"] == harbour.streetlights["status"]).all()


@pytest.mark.parametrize("seed", range(5))
def test_its_cells_are_a_nest_of_three_levels_without_defect(seed: int) -> None:
    grid = Grid(town(seed).cells)
    assert [len(grid.level(level)) for level in ("big", "middle", "small")] == [3, 9, 54]
    assert grid.check().empty


def test_all_its_lamps_but_those_on_the_pier_stand_in_a_cell(harbour: Town) -> None:
    outside = Grid(harbour.cells).link(harbour.streetlights).isna()
    assert outside.sum() == 3
    assert harbour.streetlights.loc[outside, "status"].unique().tolist() == ["unknown"]


def test_its_lamps_stand_beside_a_street_and_some_streets_have_none(harbour: Town) -> None:
    ashore = harbour.streetlights.dropna(subset=["street"])
    streets = harbour.roads.dissolve("name").geometry
    distance = ashore.geometry.distance(streets.loc[ashore["street"]], align=False)
    assert distance.between(3.5, 4.5).all()
    unlit = set(harbour.roads["name"]) - set(ashore["street"])
    assert len(unlit) == 14 + 3, "the lanes, and three streets"


def test_its_doors_are_on_land_at_the_front_of_their_block(harbour: Town) -> None:
    grid, streets = Grid(harbour.cells), harbour.roads.union_all()
    for premises in (harbour.households.dropna(subset=["geometry"]), harbour.businesses):
        assert grid.link(premises).notna().all()
        assert premises.distance(streets).between(3, 30).all()


def test_a_household_has_coordinates_or_the_code_of_its_cell(harbour: Town) -> None:
    homes = harbour.households
    assert (homes.geometry.isna() == homes["cell"].notna()).all()
    assert homes.geometry.isna().sum() == len(homes) // 10
    assert set(homes["cell"].dropna()) <= set(harbour.cells.query("level == 'small'")["code"])


def test_a_town_may_be_asked_for_in_another_size() -> None:
    hamlet = town(7, households=30, shops=4)
    assert (len(hamlet.households), len(hamlet.businesses)) == (30, 4)


def test_it_lies_in_open_sea_under_codes_of_no_real_office(harbour: Town) -> None:
    west, south, east, north = harbour.cells.to_crs("EPSG:4326").total_bounds
    assert 114.6 < west < east < 114.65
    assert 22.40 < south < north < 22.45
    assert harbour.cells["code"].str.startswith("440307999").all()


@pytest.mark.parametrize("frame", FRAMES[1:])
def test_its_features_have_the_fields_of_their_layer_and_a_key_of_their_own(harbour: Town, frame: str) -> None:
    layer, features = LAYERS[frame], getattr(harbour, frame)
    assert set(features.columns) <= {"cell", "geometry", *layer.by_name}
    assert features[layer.key].is_unique


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_named_in_the_language_asked_for(lang: str) -> None:
    names = town(7, lang=lang).roads["name"]
    assert names.str.isascii().all() == (lang == "en")


def test_the_cells_come_back_from_their_file(files: TownFiles) -> None:
    grid = read_grid(files.cells)
    assert len(grid.cells) == 66
    assert grid.check().empty


def test_the_household_register_has_five_kinds_of_bad_row(registers: dict[str, Register]) -> None:
    """A number that is missing or taken, a day that is none, a count in words, longitude and latitude swapped."""
    households = registers["households"]
    assert len(households.frame) == 400
    assert len({fault.code for fault in households.faults}) == len(households.faults) == households.rows - 400 == 5


def test_the_household_register_looks_as_clerks_leave_it(files: TownFiles) -> None:
    sheet = openpyxl.load_workbook(files.registers[2].path).worksheets[0]
    assert sheet.max_row == 2 + 405 + 2, "a title and headers, the rows, a total and a note"
    assert "A1:J1" in {str(block) for block in sheet.merged_cells.ranges}
    assert len(sheet.merged_cells.ranges) > 5
    assert {type(row[0].value).__name__ for row in sheet["G3:G60"]} == {"str", "datetime"}


def test_a_household_without_coordinates_gets_the_code_of_its_merged_block(registers: dict[str, Register]) -> None:
    frame = registers["households"].frame
    unplaced = frame[frame.geometry.isna()]
    assert len(unplaced) == 40
    assert unplaced["cell"].str.fullmatch("440307999[0-9]{6}").all()


def test_the_shops_are_in_gb18030_and_in_the_coordinates_of_phone_maps(
    harbour: Town, files: TownFiles, registers: dict[str, Register]
) -> None:
    text = files.registers[3].path.read_bytes().decode("gb18030")
    assert text.startswith("商户编号,名称")
    kept = registers["businesses"].frame.set_index("business_no").to_crs(harbour.businesses.crs)
    meant = harbour.businesses.set_index("business_no").geometry.loc[kept.index]
    assert kept.distance(meant).max() < 0.2
    assert (len(kept), len(registers["businesses"].faults)) == (117, 3)


def test_two_lamps_are_refused_and_the_rest_keeps_its_status(harbour: Town, registers: dict[str, Register]) -> None:
    lamps = registers["streetlights"]
    assert [fault.row for fault in lamps.faults] == [21, 41]
    meant = harbour.streetlights.set_index("pole")["status"]
    assert (lamps.frame.set_index("pole")["status"] == meant.loc[lamps.frame["pole"]]).all()


def test_the_roads_come_in_whole_and_those_on_the_border_stay_in_their_cell(
    harbour: Town, files: TownFiles, registers: dict[str, Register]
) -> None:
    """Rounded coordinates once put a border street out of all cells."""
    roads = registers["roads"]
    assert not roads.faults
    assert isinstance(roads.frame, gpd.GeoDataFrame)
    length = shapely.length(roads.frame.to_crs(harbour.roads.crs).geometry.array).sum()
    assert length == pytest.approx(harbour.roads.length.sum(), rel=1e-6)
    assert read_grid(files.cells).link_lines(roads.frame)["code"].notna().all()


def test_writing_the_town_again_replaces_its_files(tmp_path: Path) -> None:
    write_town(tmp_path, 7, LAYERS)
    write_town(tmp_path, 8, LAYERS)
    assert len(list(tmp_path.iterdir())) == 5
