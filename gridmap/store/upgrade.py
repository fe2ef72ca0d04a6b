"""Bring a store to the newest tables. A backup is made first: it is the only way back.

Alembic's batch mode rebuilds a table by dropping it. With foreign keys on, that would delete the rows that point at it;
in any case it drops the triggers. So foreign keys are off, all triggers go first and come again last, and what points
at nothing is looked for before the one transaction commits. PostgreSQL changes a table in its place and keeps to its
foreign keys.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from gridmap.errors import StoreError
from gridmap.store import migrations, triggers
from gridmap.store.address import Address, called
from gridmap.store.backends import postgres
from gridmap.store.connect import APPLICATION_ID, make_engine, told, uri
from gridmap.store.snapshot import dated, snapshot

SCRIPTS = Path(migrations.__file__).parent


def head(scripts: Path = SCRIPTS) -> str:
    """Return the newest revision of the migrations in the folder `scripts`."""
    return revisions(scripts)[-1]


def revisions(scripts: Path = SCRIPTS) -> tuple[str, ...]:
    """Return every revision of the migrations in the folder `scripts`, oldest first."""
    from alembic.script import ScriptDirectory  # slow to load, and seldom needed

    walked = ScriptDirectory(str(scripts)).walk_revisions()
    return tuple(reversed([script.revision for script in walked]))


def revision(path: Address) -> str:
    """Return the revision of the store. Raises StoreError if it is absent, damaged or no gridmap store."""
    if isinstance(path, str):
        return postgres.revision(path)
    if not path.is_file():
        raise StoreError("store.absent", file=path.name)
    with told(path), contextlib.closing(sqlite3.connect(uri(path, "rw"), uri=True)) as connection:
        (mark,) = connection.execute("PRAGMA application_id").fetchone()
        if mark != APPLICATION_ID:
            raise StoreError("store.not_a_store", file=path.name)
        (found,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(found)


def at_head(path: Address) -> bool:
    """Return whether the store has the newest tables. Raises StoreError as `revision` does, or if it is newer."""
    found = revision(path)
    if found == migrations.HEAD:
        return True
    if found not in revisions():
        raise StoreError("store.newer", file=called(path), revision=found, known=migrations.HEAD)
    return False


def upgrade(path: Path, at: datetime, *, scripts: Path = SCRIPTS) -> Path | None:
    """Bring the store file to the newest revision of `scripts`, as of the aware instant `at`.

    Returns the path of the backup made first, or None if there was nothing to do. A migration that fails leaves the
    file as it was: StoreError then names the backup. StoreError too if the file is absent, not ours, or newer.
    """
    found, known = revision(path), revisions(scripts)
    if found not in known:
        raise StoreError("store.newer", file=path.name, revision=found, known=known[-1])
    if found == known[-1]:
        return None
    backup = dated(path, at, found)
    snapshot(path, backup)
    try:
        migrate(path, scripts)
    except Exception as error:
        raise StoreError("store.upgrade_failed", file=path.name, revision=found, backup=str(backup)) from error
    return backup


def migrate(path: Address, scripts: Path = SCRIPTS) -> None:
    """Run the migrations that the store has not seen yet, all in one transaction, without a backup.

    Raises StoreError if the database refuses, or if afterwards a row points at nothing or a trigger is amiss.
    """
    with _migrating(path) as connection:
        triggers.drop(connection)
        _run(connection, scripts)
        triggers.create(connection)
        _assert_whole(connection, path)


@contextlib.contextmanager
def _migrating(path: Address) -> Iterator[Connection]:
    if isinstance(path, str):
        with postgres.migrating(path) as connection:
            yield connection
    else:
        with told(path), _rebuilding(path) as connection:
            yield connection


@contextlib.contextmanager
def _rebuilding(path: Path) -> Iterator[Connection]:
    engine = make_engine(path, "BEGIN IMMEDIATE", foreign_keys=False)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _run(connection: Connection, scripts: Path) -> None:
    from alembic import command  # as above
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    command.upgrade(config, "head")


def _assert_whole(connection: Connection, path: Address) -> None:
    astray = [] if isinstance(path, str) else connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if astray:
        tables = ", ".join(sorted({str(row[0]) for row in astray}))
        raise StoreError("store.astray", file=called(path), count=len(astray), tables=tables)
    amiss = triggers.wrong(connection)
    if amiss:
        raise StoreError("store.triggers", file=called(path), triggers=", ".join(amiss))
