"""`gridmap gaps` and `gridmap coverage`: a list that explains itself, and the same as JSON and as a file."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gridmap.cli.gaps import kind_name
from gridmap.cli.main import app
from gridmap.grid.grid import Grid
from gridmap.office.grids import publish_grid
from gridmap.office.setup import found_office
from gridmap.office.wiring import open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.cli.conftest import Run
from tests.office.conftest import CLOCK, LENGTHS, village_cells

SMALL = "440307010001101"
ON = ("--on", "2015-03-01")


@pytest.fixture
def run_village(tmp_path: Path) -> Run:
    """Run a command on the office of a village whose cells nobody holds."""
    home = tmp_path / "village"
    found_office(LOCAL_ADMINISTRATOR, home, name="village", clock=CLOCK)
    with open_office(home, clock=CLOCK) as office:
        grid = Grid(village_cells(), LENGTHS)
        publish_grid(LOCAL_ADMINISTRATOR, office, grid, name="2015", valid_from=dt.date(2015, 1, 1))
    return lambda *words: CliRunner().invoke(app, [*words, "--home", str(home)], catch_exceptions=False)


def test_each_gap_is_a_line_with_its_reason(run_village: Run) -> None:
    said = run_village("gaps", *ON, "--cell", SMALL)
    assert said.exit_code == 0
    assert f"cell {SMALL} has no head in force; 0 features lie in it" in said.stdout
    assert "1 gaps on 2015-03-01" in said.stdout


def test_gaps_as_json_are_a_map_with_the_sentence(run_village: Run) -> None:
    said = json.loads(run_village("gaps", *ON, "--kind", "unattended_cell", "--json").stdout)
    assert said["type"] == "FeatureCollection"
    assert len(said["features"]) == 14
    first = said["features"][0]
    assert first["geometry"]["type"] == "Polygon"
    assert first["properties"]["inputs"]["features"] == 0
    assert first["properties"]["why"].startswith("cell ")


def test_without_a_gap_that_is_said(run_village: Run) -> None:
    assert "No gap." in run_village("gaps", *ON, "--kind", "overlap").stdout


def test_gaps_go_into_a_file(run_village: Run, tmp_path: Path) -> None:
    target = tmp_path / "gaps.geojson"
    assert str(target) in run_village("gaps", *ON, "--out", str(target)).stdout
    assert len(json.loads(target.read_bytes())["features"]) == 14


def test_an_unknown_kind_ends_with_what_there_is(run_village: Run) -> None:
    said = run_village("gaps", *ON, "--kind", "dragons")
    assert said.exit_code == 3
    assert "unattended_cell" in said.stderr


def test_coverage_prints_a_row_a_cell_of_the_level(run_village: Run) -> None:
    rows = json.loads(run_village("coverage", *ON, "--level", "small", "--json").stdout)
    assert rows[0]["code"] == SMALL
    assert {row["attended_cells"] for row in rows} == {0}
    assert "small cells" in run_village("coverage", *ON).stdout
    assert run_village("coverage", "--level", "street").exit_code == 2


def test_a_kind_is_called_by_its_word_and_a_new_one_by_its_name() -> None:
    assert kind_name("dark_road") == "dark road"
    assert kind_name("treeless_cell") == "treeless_cell"
