"""Every arrow of the plan and every ban holds, and is seen to hold: one violation of each is planted and caught."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.planting import FILES, FLOORS, PURE_ROOMS, broken_contracts, broken_rules, copy_house, plant

# An import of `second` by `first` goes up, or sideways.
UPWARDS = [
    (low, high)
    for depth, floor in enumerate(FLOORS)
    for low in floor
    for high in (room for above in FLOORS[: depth + 1] for room in above)
    if low != high
]
# Per contract: the module that breaks it, and what it imports.
FORBIDDEN = {
    "doors": ("gridmap.office.planted_door", "api"),
    "api": ("api.planted_cli", "gridmap.cli"),
    "layers see gridmap.layer alone": ("layers.planted_errors", "gridmap.errors"),
    "layers apart": ("layers.planted_sibling", "layers.streetlights"),
    "layers by name": ("gridmap.store.planted_layers", "layers"),
    "sqlalchemy only in store": ("gridmap.office.planted_sqlalchemy", "sqlalchemy"),
    "alembic only in store": ("gridmap.cli.planted_alembic", "alembic"),
    "sqlite3 only in store": ("gridmap.intake.planted_sqlite3", "sqlite3"),
    "fastapi only in api": ("gridmap.office.planted_fastapi", "fastapi"),
    "urllib only in api": ("gridmap.intake.planted_urllib", "urllib"),
    "socket only in api": ("gridmap.store.planted_socket", "socket"),
    "typer only in cli": ("gridmap.office.planted_typer", "typer"),
    "rich only in cli": ("gridmap.intake.planted_rich", "rich"),
}
FORBIDDEN |= {
    f"{room} reads no {module}": (f"gridmap.{room}.planted_{module}", module)
    for room in PURE_ROOMS
    for module in ("os", "pathlib", "socket", "sqlite3", "random", "time", "pyogrio")
}
FORBIDDEN |= {
    f"{room} reads no settings": (f"gridmap.{room}.planted_settings", "gridmap.settings") for room in PURE_ROOMS
}

BANNED_IN_PURE_ROOMS = {
    "os": "import os\n",
    "pathlib": "from pathlib import Path\n",
    "socket": "import socket\n",
    "sqlite3": "import sqlite3\n",
    "random": "import random\n",
    "time": "from time import monotonic\n",
    "today": "import datetime as dt\n\nTODAY = dt.date.today()\n",
    "now": "import datetime as dt\n\nNOW = dt.datetime.now(tz=dt.UTC)\n",
    "pandas_now": "import pandas as pd\n\nNOW = pd.Timestamp.now()\n",
    "read_file": "import geopandas as gpd\n\nCELLS = gpd.read_file('cells.geojson')\n",
    "settings": "from gridmap.settings import read_settings\n",
}
BANNED_ANYWHERE = {
    "T201": ("gridmap/office/planted_print.py", "print('said')\n"),
    "DTZ005": ("gridmap/store/planted_naive.py", "import datetime as dt\n\nNOW = dt.datetime.now()\n"),
    "DTZ001": ("api/planted_naive.py", "import datetime as dt\n\nNOON = dt.datetime(2015, 12, 31, 12)\n"),
    "NPY002": ("gridmap/grid/planted_global.py", "import numpy as np\n\nX = np.random.rand(3)\n"),
    "TID252": ("gridmap/intake/planted_relative.py", "from . import raw\n"),
    "TRY003": (
        "gridmap/maps/planted_sentence.py",
        "from gridmap.errors import ArgumentError\n\nraise ArgumentError('this is a sentence for people')\n",
    ),
    "EM102": (
        "gridmap/maps/planted_fstring.py",
        "from gridmap.errors import ArgumentError\n\nNAME = 'x'\nraise ArgumentError(f'grid.{NAME}')\n",
    ),
    "S608": ("gridmap/store/planted_sql.py", "NAME = 'x'\nQUERY = f'select * from {NAME} where a = 1'\n"),
    "FIX002": ("gridmap/maps/planted_todo.py", "# TODO: later\n"),
}


@pytest.fixture(scope="module")
def sound_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_house(tmp_path_factory.mktemp("sound"))


@pytest.fixture(scope="module")
def said_of_arrows(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a house in which every room imports every room above and beside it."""
    house = copy_house(tmp_path_factory.mktemp("arrows"))
    for low, high in UPWARDS:
        importer = low if low in FILES else f"{low}.planted"
        plant(house, {importer.replace(".", "/") + ".py": f"\nimport {high}\n"})
    return broken_contracts(house)


@pytest.fixture(scope="module")
def said_of_imports(tmp_path_factory: pytest.TempPathFactory) -> str:
    house = copy_house(tmp_path_factory.mktemp("imports"))
    for importer, imported in FORBIDDEN.values():
        plant(house, {importer.replace(".", "/") + ".py": f"import {imported}\n"})
    return broken_contracts(house)


@pytest.fixture(scope="module")
def rules_broken(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    house = copy_house(tmp_path_factory.mktemp("rules"))
    for room in PURE_ROOMS:
        plant(house, {f"gridmap/{room}/planted_{name}.py": text for name, text in BANNED_IN_PURE_ROOMS.items()})
    plant(house, {f"gridmap/store/planted_{name}.py": text for name, text in BANNED_IN_PURE_ROOMS.items()})
    plant(house, dict(BANNED_ANYWHERE.values()))
    return broken_rules(house)


def test_the_house_as_it_is_keeps_every_contract(sound_house: Path) -> None:
    assert broken_contracts(sound_house) == ""


@pytest.mark.parametrize(("low", "high"), UPWARDS, ids=lambda room: room.removeprefix("gridmap."))
def test_an_import_that_goes_up_or_sideways_is_caught(said_of_arrows: str, low: str, high: str) -> None:
    importer = low if low in FILES else f"{low}.planted"
    assert f"{importer} -> {high} (l." in said_of_arrows


@pytest.mark.parametrize("rule", FORBIDDEN)
def test_an_import_that_a_room_may_not_make_is_caught(said_of_imports: str, rule: str) -> None:
    importer, imported = FORBIDDEN[rule]
    assert f"{importer} -> {imported} (l.1)" in said_of_imports


def test_a_room_without_a_floor_is_caught(tmp_path: Path) -> None:
    house = copy_house(tmp_path)
    plant(house, {"gridmap/cellar.py": "\n"})
    assert "gridmap.cellar" in broken_contracts(house)


@pytest.mark.parametrize("room", PURE_ROOMS)
@pytest.mark.parametrize("name", BANNED_IN_PURE_ROOMS)
def test_a_pure_room_that_reaches_outside_is_caught(rules_broken: set[tuple[str, str]], room: str, name: str) -> None:
    assert (f"gridmap/{room}/planted_{name}.py", "TID251") in rules_broken


@pytest.mark.parametrize("name", BANNED_IN_PURE_ROOMS)
def test_what_is_banned_in_pure_rooms_is_allowed_in_store(rules_broken: set[tuple[str, str]], name: str) -> None:
    assert (f"gridmap/store/planted_{name}.py", "TID251") not in rules_broken


@pytest.mark.parametrize("rule", BANNED_ANYWHERE)
def test_what_is_banned_anywhere_is_caught(rules_broken: set[tuple[str, str]], rule: str) -> None:
    assert (BANNED_ANYWHERE[rule][0], rule) in rules_broken
