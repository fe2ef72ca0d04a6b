"""Cambridge's own files: the census nest, the lights, homes and shops from property joined to parcels."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridmap.errors import ArgumentError, FaultsError
from gridmap.intake.grids import read_grid, read_territory
from gridmap.intake.places import read_places
from gridmap.intake.registers import read_register
from layers import businesses, care_places, households, roads, streetlights

CITY = (-71.17, 42.34, -71.05, 42.42)
DWELLINGS = (
    "CONDOMINIUM|SNGL-FAM-RES|TWO-FAM-RES|THREE-FM-RES|CNDO LUX|CONDO-BLDG|4-8-UNIT-APT|>8-UNIT-APT|MULTI UNIT CNDO|"
    "SINGLE FAM W/AUXILIARY APT|MULT-RES-1FAM|MULT-RES-2FAM|MULT-RES-3FAM|MULT-RES-4-8-APT|MULTIUSE-RES|BOARDING-HSE|"
    "MXD SNGL-FAM-RES|MXD TWO-FAM-RES|MXD THREE-FM-RES|MXD 4-8-UNIT-APT|MXD >8-UNIT-APT|MXD CONDOMINIUM|"
    "Housing Authority|ASSISTED-LIV|FRAT-SORORTY|DORM-RS-HALL|Rectory, Parsonage"
).split("|")
PREMISES = (
    "RETAIL-STORE|RETAIL-CONDO|RETAIL-OFFIC|EATING-ESTBL|SUPERMARKET|SH-CNTR/MALL|AUTO-REPAIR|AUTO-SALES|AUTO-SUPPLY|"
    "OFFICE-CONDO|GEN-OFFICE|INV-OFFICE|HIGH-TECH|WAREHOUSE|MANUFACTURNG|CLEAN-MANUF|"
    "INDUST-CONDO"
).split("|")


@pytest.fixture(scope="module")
def cambridge(real_data: Path) -> Path:
    return real_data / "cambridge"


@pytest.fixture(scope="module")
def parcels(cambridge):
    return read_places(cambridge / "parcels_fy2014.topojson", "ML", crs="EPSG:4326")


def test_the_census_nest_is_one_tree_by_prefix(cambridge):
    files = {"big": "tracts", "middle": "block_groups", "small": "blocks"}
    source = {level: cambridge / f"census2020_adj_{name}.geojson" for level, name in files.items()}
    grid = read_grid(source, code="GEOID20", lengths={"big": 11, "middle": 12, "small": 15})
    assert grid.cells["level"].value_counts().to_dict() == {"small": 1044, "middle": 87, "big": 33}
    assert all(len(grid.chain(code)) == 3 for code in grid.level("small")["code"])


def test_the_police_grid_is_read_with_its_defects(cambridge):
    files = {"big": "sectors", "middle": "car_routes", "small": "walking_routes"}
    source = {level: cambridge / f"police_{name}.geojson" for level, name in files.items()}
    codes = {"big": "SECTOR", "middle": "CAR_RTE", "small": "WALK_RTE"}
    grid = read_grid(source, code=codes, parents="covers")
    assert len(grid) == 5 + 9 + 38
    assert grid.level("small")["parent"].notna().all()


def test_the_territory_is_the_citys_boundary(cambridge):
    land = read_territory(cambridge / "city_boundary.geojson")
    assert land.to_crs(26986).area.sum() == pytest.approx(18.46e6, rel=0.01)


def test_parcels_without_a_stated_system_are_asked_for_it(cambridge):
    with pytest.raises(ArgumentError) as caught:
        read_places(cambridge / "parcels_fy2014.topojson", "ML")
    assert caught.value.code == "intake.missing_crs"


def test_every_light_comes_in_by_the_layers_own_headers(cambridge):
    register = read_register(cambridge / "street_lights.geojson", streetlights.LAYER, bounds=CITY)
    assert (register.rows, len(register.frame), register.faults) == (6117, 6117, ())
    assert {"pole", "lamp", "led", "heads", "owner", "street"} <= set(register.given)
    assert register.frame["lamp"].isna().sum() == 1278
    assert register.frame.geometry.notna().all()


def test_centre_lines_come_in_as_roads(cambridge):
    mapping = {"GlobalID": roads.LAYER.key, "Street": "name"}
    register = read_register(cambridge / "street_centerlines.geojson", roads.LAYER, mapping=mapping, bounds=CITY)
    assert (register.rows, len(register.frame), register.faults) == (2643, 2643, ())
    assert register.frame.to_crs(26986).length.sum() == pytest.approx(251_600, rel=0.001)


def test_about_25_200_households_come_in_from_property_on_its_parcels(cambridge, parcels):
    register = read_register(
        cambridge / "property_fy2014.csv",
        households.LAYER,
        mapping={"ML": "place_key", "ML + Location + UseDescription": "household_no"},
        where={"UseDescription": DWELLINGS},
        known=parcels,
        bounds=CITY,
    )
    assert register.rows == pytest.approx(25_200, rel=0.01)
    assert len(register.frame) == pytest.approx(register.rows, rel=0.005)
    assert register.frame.geometry.isna().mean() < 0.005
    assert set(register.frame.geometry.dropna().geom_type) == {"Point"}
    assert {fault.code for fault in register.faults} == {"intake.duplicate_key", "intake.place_ambiguous"}
    assert "UseCode" in register.unread


def test_about_950_businesses_come_in_from_the_same_file(cambridge, parcels):
    register = read_register(
        cambridge / "property_fy2014.csv",
        businesses.LAYER,
        mapping={
            "ML": "place_key",
            "ML + Location + UseCode + StyleDesc": "business_no",
            "Location": "name",
            "UseDescription": "trade",
        },
        where={"UseDescription": PREMISES},
        known=parcels,
        bounds=CITY,
    )
    assert register.rows == pytest.approx(950, rel=0.05)
    assert len(register.frame) > 0.98 * register.rows
    assert register.frame.geometry.notna().mean() > 0.98


def test_the_property_file_without_a_mapping_says_what_it_lacks(cambridge):
    with pytest.raises(FaultsError) as caught:
        read_register(cambridge / "property_fy2014.csv", households.LAYER)
    assert "UseDescription" in str(caught.value)


def test_homes_for_the_elderly_come_in_as_care_places(cambridge):
    mapping = {"GlobalID": care_places.LAYER.key, "SITE_NAME": "name"}
    register = read_register(cambridge / "elderly_facilities.geojson", care_places.LAYER, mapping=mapping, bounds=CITY)
    assert (register.rows, len(register.frame), register.faults) == (23, 23, ())
