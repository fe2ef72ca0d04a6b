"""A new office's store, and the instants of its first day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gridmap.store.engine import Store
from tests.cluster import OWNER, Cluster, Lent

FOUNDED = datetime(2015, 4, 1, 12, tzinfo=UTC)
IN_A_FILE, IN_A_DATABASE = "file", "database"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that takes `store` on both kinds, unless it is about the file (`pytest.mark.of_the_file`)."""
    if "kept_in" in metafunc.fixturenames and metafunc.definition.get_closest_marker("of_the_file") is None:
        metafunc.parametrize("kept_in", [IN_A_FILE, IN_A_DATABASE])


@pytest.fixture
def noon() -> datetime:
    """Return noon of the day the office began (UTC)."""
    return FOUNDED


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return the folder of an office that is not there yet."""
    return tmp_path / "home"


@pytest.fixture
def kept_in() -> str:
    """Return what the store is kept in: a file, or a database."""
    return IN_A_FILE


@pytest.fixture
def store(kept_in: str, home: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    """Return the store of a new office."""
    if kept_in == IN_A_DATABASE:
        lent: Lent = request.getfixturevalue("lent")
        made = Store.open(lent.cluster.url(lent.lend(), OWNER))
        yield made
        made.close()
    else:
        made = Store.create(home / "office.db", name="Dapeng", zone="Asia/Shanghai", at=FOUNDED)
        yield made
        made.close()


@pytest.fixture(scope="session")
def founded(postgres: Cluster) -> str:
    """Return the name of a database that holds a new office, for copies."""
    name = postgres.new_database()
    Store.create(postgres.url(name, OWNER), name="Dapeng", zone="Asia/Shanghai", at=FOUNDED).close()
    return name


@pytest.fixture(scope="session")
def lent(postgres: Cluster, founded: str) -> Iterator[Lent]:
    """Return the database of a new office that the tests use one after the other."""
    made = Lent.of(postgres, founded)
    yield made
    made.end()
