"""The gap map of the demo office is the same map, whether the office is kept in a file or in a database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from gridmap.office.dapeng.size import Size
from gridmap.office.demo import make_demo
from gridmap.office.front import VIEWS, Looked, front
from gridmap.office.map_pages import map_page
from gridmap.office.map_scene import Wanted
from gridmap.office.mapping import draw_picture
from gridmap.office.moving import move_office
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.settings import DATABASE_VARIABLE
from tests.cluster import OWNER, Cluster

WANGMU = Person("leader of Wangmu", "leader", frozenset({"440307010006"}))


@pytest.fixture(scope="module")
def both(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Office]]:
    """The demo office with a hundred households, and its copy, moved into a database."""
    folder = tmp_path_factory.mktemp("both")
    name = postgres.new_database()
    make_demo(LOCAL_ADMINISTRATOR, folder / "file", size=Size().scaled(100))
    copytree(folder / "file", folder / "moved")
    move_office(LOCAL_ADMINISTRATOR, folder / "moved", database=postgres.url(name, OWNER))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATABASE_VARIABLE, postgres.url(name, OWNER))
        moved = open_office(folder / "moved")
    with open_office(folder / "file") as file, moved:
        yield file, moved
    postgres.drop(name)


def island(text: str) -> dict[str, Any]:
    """The data of a page, its geometry and all."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


@pytest.mark.parametrize("person", [LOCAL_ADMINISTRATOR, WANGMU], ids=["everywhere", "one cell"])
@pytest.mark.parametrize("view", VIEWS)
def test_the_page_holds_the_same_data_and_is_the_same_bytes(
    both: tuple[Office, Office], view: str, person: Person
) -> None:
    on = both[0].clock.today()
    here, there = (map_page(person, office, view, Wanted(on)).text for office in both)
    data = island(here)
    assert data == island(there)
    assert here == there
    assert len(data["gaps"]["kind"]) > 100
    assert sum(shape is not None for shape in data["gaps"]["shape"]) > 50


@pytest.mark.parametrize("view", ["gaps", "coverage", "issues"])
def test_the_picture_is_the_same_bytes(both: tuple[Office, Office], tmp_path: Path, view: str) -> None:
    pictures = []
    for number, office in enumerate(both):
        target = tmp_path / f"{number}.png"
        draw_picture(LOCAL_ADMINISTRATOR, office, target, Wanted(office.clock.today()), view=view)
        pictures.append(target.read_bytes())
    assert pictures[0] == pictures[1]
    assert len(pictures[0]) > 20_000


@pytest.mark.parametrize("view", VIEWS)
def test_the_office_s_own_page_draws_the_same(both: tuple[Office, Office], view: str) -> None:
    here, there = (front(WANGMU, office, Looked(view, office.clock.today())) for office in both)
    assert (here.title, here.cells, here.borders, here.marks, here.legend) == (
        there.title,
        there.cells,
        there.borders,
        there.marks,
        there.legend,
    )
    assert here.rows.equals(there.rows)
