"""A store in a database from before a migration is brought up with all it holds, or left as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gridmap.errors import StoreError
from gridmap.store import audit, copies, jobs, revisions, triggers
from gridmap.store.backends import guards
from gridmap.store.backends.postgres import connected, set_scope
from gridmap.store.engine import Store
from gridmap.store.migrations import HEAD
from gridmap.store.pouring import digest
from gridmap.store.scope import EVERYWHERE
from gridmap.store.tables import metadata
from gridmap.store.upgrade import revision, upgrade
from tests.cluster import OWNER, SERVER, Cluster
from tests.store.conftest import FOUNDED
from tests.store.quarter import OWN, settle

# What 0006 has brought, taken away again.
WITHOUT_0006 = (
    "DROP TABLE job_file, job, answered, revision",
    "ALTER TABLE account DROP COLUMN identity, ALTER COLUMN password_hash SET NOT NULL",
    "UPDATE alembic_version SET version_num = '0005'",
)
BROUGHT = {"job_file", "job", "answered", "revision", "account"}


@pytest.fixture
def older(postgres: Cluster, founded: str) -> Iterator[str]:
    """The name of a store as it was before 0006: rows of every table that lies in cells, and an account that serves."""
    name = postgres.new_database(founded)
    with closing(Store.open(postgres.url(name, OWNER))) as store:
        settle(store)
        with store.writing(EVERYWHERE) as tx:
            audit.append(tx, at=FOUNDED, account="local", action="look", subject="a", detail={})
        store.admit(SERVER)
    postgres.run(*WITHOUT_0006, database=name)
    yield name
    postgres.drop(name)


def rows(url: str) -> dict[str, str]:
    with connected(url, "read") as connection:
        set_scope(connection, None)
        return {one.name: digest(connection, one) for one in metadata.sorted_tables if one.name not in BROUGHT}


def test_an_older_store_is_brought_up_with_all_it_holds(older: str, postgres: Cluster, tmp_path: Path) -> None:
    url = postgres.url(older, OWNER)
    before = rows(url)
    with pytest.raises(StoreError) as refused:
        Store.open(url)
    assert refused.value.code == "store.behind"
    kept = upgrade(url, FOUNDED, folder=tmp_path)
    assert kept is not None
    assert (revision(kept), revision(url)) == ("0005", HEAD)
    assert rows(url) == before
    with closing(Store.open(postgres.url(older, SERVER))) as served:
        with served.reading(EVERYWHERE) as tx:
            assert triggers.wrong(tx.connection) == ()
            assert audit.verify(tx).ok
            assert revisions.marks(tx), "what there is has its marks"
        with served.writing(EVERYWHERE) as tx:
            jobs.add_job(tx, "x", kind="plan", asked={}, account="a", at=FOUNDED)
        with served.reading(OWN) as tx:
            assert tx.connection.exec_driver_sql("SELECT count(*) FROM visit").scalar() == 1


def test_the_copy_made_first_is_the_way_back(older: str, postgres: Cluster, tmp_path: Path) -> None:
    url = postgres.url(older, OWNER)
    before = rows(url)
    kept = upgrade(url, FOUNDED, folder=tmp_path)
    assert kept is not None
    with closing(Store.open(url)) as store, store.writing(EVERYWHERE) as tx:
        tx.connection.exec_driver_sql("DELETE FROM visit_private")
    copies.restore(url, kept, at=FOUNDED, account="local", folder=tmp_path / "home")
    after = rows(url)
    assert {name for name in before if before[name] != after[name]} == {"audit", "audit_head"}


def test_an_upgrade_that_fails_changes_nothing(older: str, postgres: Cluster, tmp_path: Path) -> None:
    url = postgres.url(older, OWNER)
    before = rows(url)
    postgres.run("CREATE VIEW answered AS SELECT 1 AS one", database=older)
    with pytest.raises(StoreError, match="A backup is at") as failed:
        upgrade(url, FOUNDED, folder=tmp_path)
    assert revision(Path(str(failed.value.inputs["backup"]))) == revision(url) == "0005"
    assert rows(url) == before
    with connected(url, "read") as connection:
        assert guards.wrong(connection) == ()
