"""Cambridge as an office, from the terminal: census cells, and lights, streets, homes, shops, care places in them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from gridmap.cli.main import app
from gridmap.office.listing import list_links
from gridmap.office.wiring import open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.real.test_cambridge_intake import DWELLINGS, PREMISES

Run = Callable[..., Any]
LENGTHS = "11,12,15"


@pytest.fixture(scope="module")
def cambridge(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The city's files in a folder of our own: fault sheets are written beside what is imported."""
    folder = tmp_path_factory.mktemp("cambridge")
    for path in (real_data / "cambridge").iterdir():
        shutil.copyfile(path, folder / path.name)
    return folder


@pytest.fixture(scope="module")
def run(cambridge: Path) -> Run:
    """Run a command on the office of Cambridge and return what it says as JSON."""
    home = str(cambridge / "home")

    def invoke(*words: str) -> Any:
        said = CliRunner().invoke(app, [*words, "--home", home], catch_exceptions=False)
        assert said.exit_code in {0, 1}, said.output
        return json.loads(said.stdout) if "--json" in words else said.stdout

    invoke("init", "--name", "Cambridge", "--zone", "America/New_York", "--lengths", LENGTHS)
    return invoke


@pytest.fixture(scope="module")
def city(run: Run, cambridge: Path) -> dict[str, dict[str, Any]]:
    """What each import said."""
    levels = {"big": "tracts", "middle": "block_groups", "small": "blocks"}
    files = [f"--level={level}={cambridge}/census2020_adj_{name}.geojson" for level, name in levels.items()]
    grid = run(
        "grid",
        "import",
        *files,
        "--code",
        "GEOID20",
        "--on",
        "2014-01-01",
        "--territory",
        str(cambridge / "city_boundary.geojson"),
        "--json",
    )
    day = ("--on", "2014-07-01", "--json")
    parcels = ("--places", f"{cambridge / 'parcels_fy2014.topojson'}:ML", "--crs", "EPSG:4326", "--map", "ML=place_key")
    property_file = str(cambridge / "property_fy2014.csv")
    return {
        "grid": grid,
        "streetlights": run("import", "streetlights", str(cambridge / "street_lights.geojson"), *day),
        "roads": run(
            "import",
            "roads",
            str(cambridge / "street_centerlines.geojson"),
            "--map",
            "GlobalID=road_no",
            "--map",
            "Street=name",
            *day,
        ),
        "households": run(
            "import",
            "households",
            property_file,
            *parcels,
            "--map",
            "ML + Location + UseDescription=household_no",
            "--where",
            f"UseDescription={'|'.join(DWELLINGS)}",
            *day,
        ),
        "businesses": run(
            "import",
            "businesses",
            property_file,
            *parcels,
            "--map",
            "ML + Location + UseCode + StyleDesc=business_no",
            "--map",
            "Location=name",
            "--map",
            "UseDescription=trade",
            "--where",
            f"UseDescription={'|'.join(PREMISES)}",
            *day,
        ),
        "care_places": run(
            "import", "care_places", str(cambridge / "elderly_facilities.geojson"), "--map", "GlobalID=care_no", *day
        ),
    }


def test_the_census_nest_is_published_without_a_defect(city: dict[str, dict[str, Any]]) -> None:
    assert city["grid"] == {
        "edition": 1,
        "cells": 1164,
        "defects": 0,
        "refusing": 0,
        "linked": 0,
        "unlinked": 0,
        "ended": [],
    }


def test_6109_of_6117_lights_are_in_a_block_and_the_others_know_their_nearest(
    city: dict[str, dict[str, Any]], run: Run
) -> None:
    lights = city["streetlights"]
    assert (lights["added"], lights["rejected"], lights["unlinked"]) == (6117, 0, 8)


def test_every_light_stands_in_the_block_that_a_spatial_join_finds(
    city: dict[str, dict[str, Any]], run: Run, cambridge: Path
) -> None:
    listed = run("list", "streetlights", "--on", "2014-07-01", "--json")
    kept = pd.Series({one["properties"]["key"]: one["properties"]["cell"] for one in listed["features"]})
    blocks = gpd.read_file(cambridge / "census2020_adj_blocks.geojson")
    lights = gpd.read_file(cambridge / "street_lights.geojson")
    joined = lights.sjoin(blocks[["GEOID20", "geometry"]], how="left", predicate="intersects")
    oracle = joined.groupby(joined["PoleID"].astype(str))["GEOID20"].min()
    assert kept.reindex(oracle.index).fillna("-").tolist() == oracle.fillna("-").tolist()


def test_the_pieces_of_the_streets_sum_to_the_streets(city: dict[str, dict[str, Any]], cambridge: Path) -> None:
    assert (city["roads"]["added"], city["roads"]["rejected"]) == (2643, 0)
    with open_office(cambridge / "home") as office:
        pieces = list_links(LOCAL_ADMINISTRATOR, office, "roads", on=pd.Timestamp("2014-07-01").date())
    lines = gpd.read_file(cambridge / "street_centerlines.geojson").set_index("GlobalID").to_crs(26986).length
    summed = pieces.groupby("key")["length_m"].sum()
    assert np.allclose(summed, lines[summed.index], rtol=2e-4)


def test_about_25_200_households_and_950_businesses_are_linked(city: dict[str, dict[str, Any]]) -> None:
    homes, shops = city["households"], city["businesses"]
    assert homes["added"] == pytest.approx(25_200, rel=0.02)
    assert shops["added"] == pytest.approx(950, rel=0.06)
    assert homes["unlinked"] < 0.01 * homes["added"]
    assert homes["fault_sheet"], "rows whose key stands twice come out"


def test_elderly_facilities_are_care_places(city: dict[str, dict[str, Any]]) -> None:
    assert city["care_places"]["added"] == 23


def test_the_city_again_changes_nothing(city: dict[str, dict[str, Any]], run: Run, cambridge: Path) -> None:
    again = run("import", "streetlights", str(cambridge / "street_lights.geojson"), "--on", "2014-09-01", "--json")
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 6117)
