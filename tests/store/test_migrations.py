"""Migrations give exactly the declared tables; a rebuilt table loses neither the rows that point at it nor triggers."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, NullPool, create_engine, insert, inspect

from gridmap.errors import ArgumentError, StoreError
from gridmap.store import audit, triggers
from gridmap.store.connect import make_engine
from gridmap.store.engine import Store
from gridmap.store.migrating import SCRIPTS, head, migrate, revisions
from gridmap.store.migrations import HEAD
from gridmap.store.scope import EVERYWHERE
from gridmap.store.tables import batch, edition, feature, link, metadata, private, version
from gridmap.store.upgrade import at_head, revision, upgrade

pytestmark = pytest.mark.of_the_file

REBUILD = """
from alembic import op
import sqlalchemy as sa

revision, down_revision = "planted", "0006"

def upgrade():
    for table in ("version", "audit", "feature"):
        with op.batch_alter_table(table, recreate="always") as rebuilt:
            rebuilt.add_column(sa.Column("planted", sa.Text()))
"""

FAILS_LATE = (
    REBUILD
    + """
    op.execute("DELETE FROM private")
    op.execute("SELECT planted FROM nowhere")
"""
)

LEAVES_ORPHANS = (
    REBUILD
    + """
    op.execute("DELETE FROM version")
"""
)

MAKES_A_TRIGGER = (
    REBUILD
    + """
    op.execute("CREATE TRIGGER stray AFTER INSERT ON feature BEGIN SELECT 1; END")
"""
)


def planted(tmp_path: Path, script: str) -> Path:
    """Return a folder of migrations that has one more than the product's."""
    folder = tmp_path / "migrations"
    shutil.copytree(SCRIPTS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "planted.py").write_text(script, encoding="utf-8")
    return folder


def dump(path: Path) -> list[str]:
    """Return the whole content of a store file as SQL."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def rows(path: Path, table: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()


def shape(engine: Engine) -> dict[str, object]:
    """Return all that the database says about its tables, but for the R*Tree and alembic's own."""
    said = inspect(engine)
    shapes: dict[str, object] = {}
    for name in said.get_table_names():
        if name.startswith("version_box") or name == "alembic_version":
            continue
        columns = [(c["name"], str(c["type"]), c["nullable"], c["primary_key"]) for c in said.get_columns(name)]
        parts = (
            [said.get_pk_constraint(name)],
            said.get_foreign_keys(name),
            said.get_unique_constraints(name),
            said.get_check_constraints(name),
            said.get_indexes(name),
        )
        shapes[name] = (columns, *(sorted(map(str, part)) for part in parts))
    return shapes


@pytest.fixture
def lamp(store: Store, noon: datetime) -> Path:
    """Return a store file in which one streetlight stands, with a private value, a link and an audit row."""
    day = noon.date()
    with store.writing(EVERYWHERE) as tx:
        said = {"layer": "streetlights", "file": "x.csv", "digest": "0", "on_day": day, "account": "local"}
        named = {"name": "2015", "valid_from": day, "recorded_at": noon, "account": "local"}
        piece = {"version_id": 1, "edition_id": 1, "part": 0, "code": "A1", "how": "within", "differs": False}
        for table, row in (
            (batch, {**said, "recorded_at": noon, "counts": {}}),
            (edition, named),
            (feature, {"layer": "streetlights", "key": "L1"}),
            (version, {"feature_id": 1, "valid_from": day, "batch_id": 1, "fields": {"status": "dark"}}),
            (private, {"version_id": 1, "field": "phone", "mark": "personal", "value": "13800000000"}),
            (link, piece),
        ):
            tx.connection.execute(insert(table), row)
        audit.append(tx, at=noon, account="local", action="import", subject="batch 1", detail={})
    store.close()
    return store.path


class TestTables:
    def test_migrations_give_exactly_the_declared_tables(self, store: Store) -> None:
        declared = create_engine("sqlite://")
        metadata.create_all(declared)
        migrated = create_engine(f"sqlite:///{store.path}", poolclass=NullPool)
        assert shape(migrated) == shape(declared)
        declared.dispose()

    def test_a_column_that_is_declared_and_not_migrated_is_seen(self, store: Store) -> None:
        with sqlite3.connect(store.path) as connection:
            connection.execute("ALTER TABLE feature ADD COLUMN planted TEXT")
        connection.close()
        declared = create_engine("sqlite://")
        metadata.create_all(declared)
        migrated = create_engine(f"sqlite:///{store.path}", poolclass=NullPool)
        assert shape(migrated) != shape(declared)
        declared.dispose()

    def test_the_box_of_each_version_is_an_r_tree(self, store: Store) -> None:
        with store.reading(EVERYWHERE) as tx:
            made = tx.connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'version_box'").scalar()
        assert made == "CREATE VIRTUAL TABLE version_box USING rtree(id, min_x, max_x, min_y, max_y)"

    def test_every_trigger_is_there_and_no_other(self, store: Store) -> None:
        with store.reading(EVERYWHERE) as tx:
            assert triggers.wrong(tx.connection) == ()

    def test_the_head_known_without_the_migration_tool_is_the_head(self) -> None:
        assert head() == HEAD
        assert revisions()[0] == "0001"

    def test_a_new_store_is_at_head(self, store: Store) -> None:
        assert at_head(store.path)
        assert revision(store.path) == HEAD


class TestUpgrade:
    def test_at_head_there_is_nothing_to_do(self, lamp: Path, noon: datetime) -> None:
        assert upgrade(lamp, noon) is None
        assert not (lamp.parent / "backups").exists()

    def test_a_rebuilt_table_keeps_what_points_at_it(self, lamp: Path, tmp_path: Path, noon: datetime) -> None:
        before = {table: rows(lamp, table) for table in ("private", "link", "batch", "audit_head")}
        upgrade(lamp, noon, scripts=planted(tmp_path, REBUILD))
        assert {table: rows(lamp, table) for table in before} == before
        assert len(rows(lamp, "private")) == len(rows(lamp, "link")) == 1
        (kept,) = rows(lamp, "version")
        assert kept[-1] is None
        assert revision(lamp) == "planted"

    def test_a_rebuilt_audit_is_still_append_only_and_whole(self, lamp: Path, tmp_path: Path, noon: datetime) -> None:
        upgrade(lamp, noon, scripts=planted(tmp_path, REBUILD))
        engine = make_engine(lamp, "BEGIN IMMEDIATE")
        with engine.connect() as connection:
            assert triggers.wrong(connection) == ()
        engine.dispose()
        with closing(sqlite3.connect(lamp)) as raw, pytest.raises(sqlite3.IntegrityError, match="append_only"):
            raw.execute("DELETE FROM audit")

    def test_with_foreign_keys_on_the_same_rebuild_would_lose_rows(self, lamp: Path) -> None:
        """Why migrations switch them off: what a table is rebuilt by deletes its children and drops its triggers."""
        with closing(sqlite3.connect(lamp, isolation_level=None)) as raw:
            raw.execute("PRAGMA foreign_keys = ON")
            raw.execute("DROP TABLE version")
            assert raw.execute("SELECT count(*) FROM private").fetchone() == (0,)

    def test_the_backup_made_first_is_the_way_back(self, lamp: Path, tmp_path: Path, noon: datetime) -> None:
        before = dump(lamp)
        backup = upgrade(lamp, noon, scripts=planted(tmp_path, REBUILD))
        assert backup == lamp.parent / "backups" / "office-20150401T120000Z-0006.db"
        assert dump(backup) == before
        assert dump(lamp) != before

    @pytest.mark.parametrize("script", [FAILS_LATE, LEAVES_ORPHANS, MAKES_A_TRIGGER])
    def test_a_migration_that_fails_leaves_the_file_as_it_was(
        self, lamp: Path, tmp_path: Path, noon: datetime, script: str
    ) -> None:
        before = dump(lamp)
        with pytest.raises(StoreError, match="A backup is at") as failed:
            upgrade(lamp, noon, scripts=planted(tmp_path, script))
        assert dump(lamp) == before
        assert revision(lamp) == "0006"
        assert dump(Path(str(failed.value.inputs["backup"]))) == before

    def test_rows_left_pointing_at_nothing_are_counted(self, lamp: Path, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="2 rows of link, private"):
            migrate(lamp, planted(tmp_path, LEAVES_ORPHANS))

    def test_a_trigger_that_is_not_ours_is_named(self, lamp: Path, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="stray"):
            migrate(lamp, planted(tmp_path, MAKES_A_TRIGGER))

    def test_a_naive_instant_is_refused_before_anything(self, lamp: Path, tmp_path: Path, noon: datetime) -> None:
        with pytest.raises(ArgumentError, match="time zone"):
            upgrade(lamp, noon.replace(tzinfo=None), scripts=planted(tmp_path, REBUILD))
        assert revision(lamp) == "0006"

    def test_a_newer_file_is_not_touched(self, lamp: Path, tmp_path: Path, noon: datetime) -> None:
        upgrade(lamp, noon, scripts=planted(tmp_path, REBUILD))
        with pytest.raises(StoreError, match="newer program"):
            upgrade(lamp, noon)
        with pytest.raises(StoreError, match="newer program"):
            at_head(lamp)

    def test_waits_for_a_writer(self, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            "gridmap.store.migrating.make_engine", lambda path, begin, **_: make_engine(path, begin, wait=0)
        )
        with store.writing(EVERYWHERE), pytest.raises(StoreError) as refused:
            migrate(store.path, planted(tmp_path, REBUILD))
        assert refused.value.code == "store.busy"
