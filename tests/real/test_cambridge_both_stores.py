"""Cambridge kept in a file and in a database: the same links, gaps and coverage, to the last bit."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gridmap.cli.main import app
from gridmap.office import gapping, listing
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.settings import DATABASE_VARIABLE
from tests.answers import assert_same
from tests.cluster import OWNER, Cluster

DAY = dt.date(2014, 7, 1)
LEVELS = {"big": "tracts", "middle": "block_groups", "small": "blocks"}
LAYERS = {
    "streetlights": ("street_lights.geojson",),
    "roads": ("street_centerlines.geojson", "--map", "GlobalID=road_no", "--map", "Street=name"),
    "care_places": ("elderly_facilities.geojson", "--map", "GlobalID=care_no"),
}


@pytest.fixture(scope="module")
def files(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The city's files in a folder of our own: fault sheets are written beside what is imported."""
    folder = tmp_path_factory.mktemp("cambridge")
    names = [*(f"census2020_adj_{name}.geojson" for name in LEVELS.values()), "city_boundary.geojson"]
    for name in (*names, *(file for file, *_ in LAYERS.values())):
        shutil.copyfile(real_data / "cambridge" / name, folder / name)
    return folder


def found(files: Path, home: Path, *kept_in: str) -> None:
    """Found the office of the city from the terminal: census cells, and what stands in them."""

    def run(*words: str) -> None:
        said = CliRunner().invoke(app, [*words, "--home", str(home)], catch_exceptions=False)
        assert said.exit_code in {0, 1}, said.output

    run("init", "--name", "Cambridge", "--zone", "America/New_York", "--lengths", "11,12,15", *kept_in)
    cells = [f"--level={level}={files}/census2020_adj_{name}.geojson" for level, name in LEVELS.items()]
    territory = ("--territory", str(files / "city_boundary.geojson"))
    run("grid", "import", *cells, "--code", "GEOID20", "--on", "2014-01-01", *territory)
    for layer, (file, *more) in LAYERS.items():
        run("import", layer, str(files / file), *more, "--on", DAY.isoformat())


@pytest.fixture(scope="module")
def twins(postgres: Cluster, files: Path) -> Iterator[tuple[Office, Office]]:
    """The city's office, made twice by the same commands: in a file, in a database."""
    url = postgres.url(postgres.new_database(), OWNER)
    found(files, files / "file")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATABASE_VARIABLE, url)
        found(files, files / "home", "--database", url)
        kept = open_office(files / "home")
    with open_office(files / "file") as file, kept:
        yield file, kept


def asked(office: Office) -> dict[str, object]:
    """What is linked, what is missing and how much is there, for the whole city."""
    return {
        "gaps": gapping.find(LOCAL_ADMINISTRATOR, office, on=DAY),
        "coverage": gapping.coverage(LOCAL_ADMINISTRATOR, office, on=DAY),
        **{f"links {layer}": listing.list_links(LOCAL_ADMINISTRATOR, office, layer, on=DAY) for layer in LAYERS},
    }


def test_links_gaps_and_coverage_are_the_same_in_both_stores(twins: tuple[Office, Office]) -> None:
    file, kept = twins
    assert isinstance(kept.store.address, str)
    assert not isinstance(file.store.address, str)
    here, there = asked(file), asked(kept)
    assert assert_same(here, there) > 10_000
