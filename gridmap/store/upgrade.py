"""Bring a store to the newest tables. A backup is made first: it is the only way back."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import datetime
from pathlib import Path

from gridmap.errors import StoreError
from gridmap.store import migrations
from gridmap.store.address import Address, called
from gridmap.store.backends import postgres
from gridmap.store.connect import APPLICATION_ID, told, uri
from gridmap.store.migrating import SCRIPTS, migrate, revisions
from gridmap.store.pouring import to_file
from gridmap.store.snapshot import dated, snapshot


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


def upgrade(path: Address, at: datetime, *, folder: Path = Path(), scripts: Path = SCRIPTS) -> Path | None:
    """Bring the store to the newest revision of `scripts`, as of the aware instant `at`.

    Returns the path of the backup made first, or None if there was nothing to do; that of a database goes below
    `folder`. A migration that fails leaves the store as it was: StoreError then names the backup. StoreError too if it
    is absent, not ours, or newer.
    """
    found, known = revision(path), revisions(scripts)
    if found not in known:
        raise StoreError("store.newer", file=called(path), revision=found, known=known[-1])
    if found == known[-1]:
        return None
    if isinstance(path, Path):
        backup = dated(path, at, found)
        snapshot(path, backup)
    else:
        backup = dated(folder / f"{called(path)}.db", at, found)
        to_file(path, backup)
    try:
        migrate(path, scripts)
    except Exception as error:
        raise StoreError("store.upgrade_failed", file=called(path), revision=found, backup=str(backup)) from error
    return backup
