"""Run the migrations on a store, all in one transaction.

Alembic's batch mode rebuilds a table by dropping it. With foreign keys on, that would delete the rows that point at it;
in any case it drops the triggers. So foreign keys are off, all triggers go first and come again last, and what points
at nothing is looked for before the one transaction commits. PostgreSQL changes a table in its place and keeps to its
foreign keys.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection

from gridmap.errors import StoreError
from gridmap.store import migrations, triggers
from gridmap.store.address import Address, called
from gridmap.store.backends import postgres
from gridmap.store.connect import make_engine, told

SCRIPTS = Path(migrations.__file__).parent


def head(scripts: Path = SCRIPTS) -> str:
    """Return the newest revision of the migrations in the folder `scripts`."""
    return revisions(scripts)[-1]


def revisions(scripts: Path = SCRIPTS) -> tuple[str, ...]:
    """Return every revision of the migrations in the folder `scripts`, oldest first."""
    from alembic.script import ScriptDirectory  # slow to load, and seldom needed

    walked = ScriptDirectory(str(scripts)).walk_revisions()
    return tuple(reversed([script.revision for script in walked]))


def migrate(path: Address, scripts: Path = SCRIPTS, *, to: str = "head") -> None:
    """Run the migrations that the store has not seen yet, all in one transaction, without a backup.

    `to`: up to which revision. Raises StoreError if the database refuses, or if afterwards a row points at nothing or a
    trigger is amiss.
    """
    with _migrating(path) as connection:
        triggers.drop(connection)
        _run(connection, scripts, to)
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


def _run(connection: Connection, scripts: Path, to: str) -> None:
    from alembic import command  # as above
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    command.upgrade(config, to)


def _assert_whole(connection: Connection, path: Address) -> None:
    astray = [] if isinstance(path, str) else connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if astray:
        tables = ", ".join(sorted({str(row[0]) for row in astray}))
        raise StoreError("store.astray", file=called(path), count=len(astray), tables=tables)
    amiss = triggers.wrong(connection)
    if amiss:
        raise StoreError("store.triggers", file=called(path), triggers=", ".join(amiss))
