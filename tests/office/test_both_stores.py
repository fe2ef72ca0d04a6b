"""The same office kept in a file and in a database answers the same, to the last bit, to everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gridmap.office.copying import backup, restore
from gridmap.office.dapeng.size import Size
from gridmap.office.demo import make_demo
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.settings import DATABASE_VARIABLE, write_settings
from gridmap.store.pouring import digest
from gridmap.store.scope import EVERYWHERE
from gridmap.store.tables import metadata
from tests.answers import answers, assert_same
from tests.cluster import OWNER, Cluster

DAYS = (dt.date(2015, 6, 30), dt.date(2015, 12, 31))
FEW = 7
"""Of which cells it is asked who is responsible, where not of all."""
# What is stamped by the real clock, or made of files that are.
STAMPED = {"audit", "audit_head", "batch", "office", "revision"}


@pytest.fixture(scope="module")
def twins(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Office]]:
    """The demo office with a hundred households, made twice by the same errands: in a file, in a database."""
    folder = tmp_path_factory.mktemp("twins")
    name = postgres.new_database()
    make_demo(LOCAL_ADMINISTRATOR, folder / "file", size=Size().scaled(100))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATABASE_VARIABLE, postgres.url(name, OWNER))
        make_demo(LOCAL_ADMINISTRATOR, folder / "home", size=Size().scaled(100), database=postgres.url(name, OWNER))
        kept = open_office(folder / "home")
    with open_office(folder / "file") as file, kept:
        yield file, kept
    postgres.drop(name)


def people(office: Office) -> list[Person]:
    """Somebody for everything, and one who sees a part: with each role that may read."""
    with office.store.reading(EVERYWHERE) as tx:
        roots = tx.connection.exec_driver_sql("SELECT code FROM cell WHERE level = 'middle' ORDER BY code").scalars()
        root = next(iter(roots))
    narrow = [Person(f"a {role}", role, frozenset({root})) for role in ("planner", "leader", "clerk")]
    return [LOCAL_ADMINISTRATOR, *narrow]


@pytest.mark.parametrize("on", DAYS)
def test_everybody_is_answered_the_same(twins: tuple[Office, Office], on: dt.date) -> None:
    file, kept = twins
    for person in people(file):
        every = 1 if person == LOCAL_ADMINISTRATOR and on == DAYS[-1] else FEW
        assert assert_same(*(answers(person, one, on, every=every) for one in (file, kept))) > 100


def test_every_row_is_the_same(twins: tuple[Office, Office]) -> None:
    digests = []
    for office in twins:
        with office.store.reading(EVERYWHERE) as tx:
            digests.append({one.name: digest(tx.connection, one) for one in metadata.sorted_tables})
    here, there = digests
    assert {name for name in here if here[name] != there[name]} <= STAMPED


def test_settings_keep_the_address_without_its_password(twins: tuple[Office, Office], postgres: Cluster) -> None:
    kept = twins[1]
    assert kept.settings.database.startswith(f"postgresql+psycopg://{OWNER}@127.0.0.1:{postgres.port}/")
    assert postgres.password not in (kept.home / "settings.toml").read_text(encoding="utf-8")
    assert not (kept.home / "office.db").exists()


def test_a_copy_of_the_database_is_an_office_in_a_file(twins: tuple[Office, Office], tmp_path: Path) -> None:
    kept = twins[1]
    copy = backup(LOCAL_ADMINISTRATOR, kept, tmp_path / "kept.db")
    restore(LOCAL_ADMINISTRATOR, tmp_path / "moved", copy)
    write_settings(tmp_path / "moved", replace(kept.settings, database=""))
    with open_office(tmp_path / "moved") as moved:
        assert_same(*(answers(LOCAL_ADMINISTRATOR, one, DAYS[-1], every=FEW) for one in (kept, moved)))
