"""The tiles of a database hold what those of a file hold: the same rows, attributes, and places within a unit.

So do those of layers too large to be held ready, which PostGIS cuts by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import mapbox_vector_tile
import orjson
import pytest
import shapely

from gridmap.errors import NotFoundError
from gridmap.grid.grid import Grid
from gridmap.maps.tiles.squares import tiles_over
from gridmap.office.derived import Derived
from gridmap.office.grids import publish_grid
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.setup import found_office
from gridmap.office.tiling import Tiling, describe, tile
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.settings import DATABASE_VARIABLE
from gridmap.store import tiles
from tests.cluster import OWNER, Cluster
from tests.office.conftest import CLOCK, LENGTHS, SOUTH, STEP, WEST, village_cells
from tests.office.lived import live
from tests.office.visited import BIG, SMALL

TODAY = CLOCK.today()
WHOLE = (WEST - STEP, SOUTH - STEP, WEST + 6 * STEP, SOUTH + 6 * STEP)
LAYERS = ("enterprises", "roads", "streetlights")
PEOPLE = (Person("a", "reader"), Person("b", "planner", frozenset({SMALL})), Person("c", "reader", frozenset({BIG})))


def roads(folder: Path) -> Source:
    """Return a street through the village, one of a few centimetres, and one apart."""
    lines = {
        "long": [(WEST, SOUTH + STEP / 3), (WEST + 3.1 * STEP, SOUTH + STEP / 2), (WEST + STEP, SOUTH + 2.2 * STEP)],
        "speck": [(WEST + STEP / 2, SOUTH + STEP / 2), (WEST + STEP / 2 + 1e-7, SOUTH + STEP / 2)],
        "away": [(WEST - STEP, SOUTH - STEP), (WEST - STEP / 2, SOUTH - STEP / 2)],
    }
    rows = [
        {
            "type": "Feature",
            "properties": {"road_no": key, "name": key, "width": 7.5},
            "geometry": shapely.geometry.mapping(shape),
        }
        for key, shape in ((key, shapely.LineString(line)) for key, line in lines.items())
    ]
    path = folder / "roads.geojson"
    path.write_bytes(orjson.dumps({"type": "FeatureCollection", "features": rows}))
    return Source(path)


def happen(office: Office, folder: Path) -> None:
    """Publish the grid, let the year happen, bring the roads in."""
    grid = Grid(village_cells(), LENGTHS)
    publish_grid(LOCAL_ADMINISTRATOR, office, grid, name="2015", valid_from=dt.date(2015, 1, 1))
    folder.mkdir()
    live(office, folder)
    done = import_register(LOCAL_ADMINISTRATOR, office, "roads", roads(folder), Terms(on=dt.date(2015, 1, 1)))
    assert done.faults == ()


@pytest.fixture(scope="module")
def twins(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Office]]:
    """The village after its year, made twice by the same errands: in a file, in a database."""
    folder = tmp_path_factory.mktemp("twins")
    name = postgres.new_database()
    found_office(LOCAL_ADMINISTRATOR, folder / "file", name="village", clock=CLOCK)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATABASE_VARIABLE, postgres.url(name, OWNER))
        url = postgres.url(name, OWNER)
        found_office(LOCAL_ADMINISTRATOR, folder / "home", name="village", clock=CLOCK, database=url)
        kept = open_office(folder / "home", clock=CLOCK)
    with open_office(folder / "file", clock=CLOCK) as file, kept:
        happen(file, folder / "a")
        happen(kept, folder / "b")
        yield file, kept
    postgres.drop(name)


@pytest.fixture(params=["held ready", "cut by PostGIS"])
def way(request: pytest.FixtureRequest, twins: tuple[Office, Office], monkeypatch: pytest.MonkeyPatch) -> str:
    """How the database's layers become tiles; nothing is kept of the other way."""
    if request.param == "cut by PostGIS":
        monkeypatch.setattr(tiles, "HELD", 0)
    for office in twins:
        monkeypatch.setattr(office, "derived", Derived())
    return str(request.param)


def rows(office: Office, person: Person, asked: Tiling, at: tuple[int, int, int]) -> dict[str, tuple[dict, object]]:
    """Return the attributes and the shape of each row of a tile, by layer and id."""
    read = mapbox_vector_tile.decode(tile(person, office, asked, at), default_options={"y_coord_down": True})
    return {
        f"{name} {row['properties'].get('id')}": (row["properties"], shapely.geometry.shape(row["geometry"]))
        for name, layer in read.items()
        for row in layer["features"]
    }


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.account)
@pytest.mark.parametrize("under", [None, BIG, SMALL])
@pytest.mark.usefixtures("way")
def test_both_stores_give_the_same_tiles(twins: tuple[Office, Office], person: Person, under: str | None) -> None:
    asked, seen = Tiling(LAYERS, TODAY, under=under), set()
    for z in (13, 14, 16):
        for at in tiles_over((WEST, SOUTH, WEST + 2 * STEP, SOUTH + STEP), z):
            here, there = (rows(office, person, asked, at) for office in twins)
            assert {name: facts for name, (facts, _) in here.items()} == {
                name: facts for name, (facts, _) in there.items()
            }
            assert all(shapely.hausdorff_distance(here[name][1], there[name][1]) <= 2 for name in here)
            seen |= set(here)
    assert {"streetlights L1", "streetlights L2", "enterprises E1", "roads speck"} <= seen


@pytest.mark.usefixtures("way")
def test_both_stores_count_the_same_and_tell_no_home(twins: tuple[Office, Office]) -> None:
    asked = Tiling((*LAYERS, "households", "gaps", "issues", "cells"), TODAY)
    for z in (9, 12, 13, 15):
        for at in tiles_over(WHOLE, z) if z < 15 else tiles_over((WEST, SOUTH) * 2, z):
            here, there = (rows(office, PEOPLE[0], asked, at) for office in twins)
            assert {name: facts for name, (facts, _) in here.items()} == {
                name: facts for name, (facts, _) in there.items()
            }
    assert describe(PEOPLE[0], twins[0], asked) == describe(PEOPLE[0], twins[1], asked)


def test_a_cell_that_is_not_there_is_told_by_both(twins: tuple[Office, Office]) -> None:
    for office in twins:
        with pytest.raises(NotFoundError):
            tile(PEOPLE[0], office, Tiling(("streetlights",), TODAY, under="nowhere"), (14, 0, 0))


def test_a_change_shows_in_the_next_tile(twins: tuple[Office, Office], way: str, tmp_path: Path) -> None:
    key = {"held ready": "O1", "cut by PostGIS": "O2"}[way]
    for number, office in enumerate(twins):
        place = (WEST + STEP / 4, SOUTH + STEP / 4)
        (at,) = tiles_over(place * 2, 15)
        asked = Tiling(("organisations",), TODAY)
        assert f"organisations {key}" not in rows(office, PEOPLE[0], asked, at)
        path = tmp_path / f"{number}.csv"
        path.write_text(f"单位编号,名称,经度,纬度\n{key},学校,{place[0]},{place[1]}\n", encoding="utf-8")
        done = import_register(
            LOCAL_ADMINISTRATOR, office, "organisations", Source(path, crs="EPSG:4326"), Terms(TODAY)
        )
        assert done.faults == ()
        assert f"organisations {key}" in rows(office, PEOPLE[0], asked, at)


def test_only_a_database_cuts_and_only_what_is_too_large(twins: tuple[Office, Office], way: str) -> None:
    cut = []
    for office in twins:
        with office.reading(PEOPLE[0]) as tx:
            cut.append(tiles.cuts_tiles(tx, office.layers["streetlights"]))
    assert cut == [False, way == "cut by PostGIS"]
