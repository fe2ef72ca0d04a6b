"""The store of one office: opened, read in one snapshot, written in one transaction."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, Engine, insert, select

from gridmap.errors import ArgumentError, ConflictError, StoreError
from gridmap.store.connect import WAIT_SECONDS, make_engine, told
from gridmap.store.migrations import HEAD
from gridmap.store.scope import EVERYWHERE, Scope
from gridmap.store.snapshot import FILE_MODE, own_folder, unfinished
from gridmap.store.tables import office
from gridmap.store.upgrade import at_head, migrate, revision


@dataclass(frozen=True, slots=True)
class Office:
    """Whose store it is: the office's name, its time zone (IANA name), and when the store was made (UTC)."""

    name: str
    zone: str
    created_at: datetime


class Transaction:
    """One unit of reading or writing. Queries of the store room take it; nothing else looks inside."""

    __slots__ = ("connection", "kept", "scope")

    def __init__(self, connection: Connection, scope: Scope) -> None:
        self.connection = connection
        self.scope = scope
        self.kept = True

    def rollback(self) -> None:
        """Let nothing of this transaction be kept: its end rolls back (a dry run)."""
        self.kept = False


class Store:
    """One office's store file. Made by `create` or `open`; safe to share between threads; `close` it at the end."""

    def __init__(self, path: Path, *, wait: float = WAIT_SECONDS) -> None:
        self.path = path
        self._writer = make_engine(path, "BEGIN IMMEDIATE", wait=wait)
        self._reader = make_engine(path, "BEGIN", read_only=True, wait=wait)

    @classmethod
    def create(cls, path: Path, *, name: str, zone: str, at: datetime) -> Store:
        """Make the store of the office `name` in the IANA time zone `zone`, as of the aware instant `at`.

        The file is 0600 and its folder 0700. Raises ConflictError if a store is there, ArgumentError for an unknown
        zone or a naive instant, StoreError if the folder holds other files and is open to others.
        """
        _check_zone(zone)
        if path.exists():
            raise ConflictError("store.exists", file=path.name)
        own_folder(path.parent)
        with unfinished(path) as part:
            migrate(part)
            _found(part, Office(name, zone, at))
            try:
                os.link(part, path)  # unlike a rename, never over a store made meanwhile
            except FileExistsError:
                raise ConflictError("store.exists", file=path.name) from None
        return cls.open(path)

    @classmethod
    def open(cls, path: Path, *, wait: float = WAIT_SECONDS) -> Store:
        """Open the store; a writer or reader waits `wait` seconds for a lock.

        Raises StoreError if the file is absent, no gridmap store, damaged, behind this program's tables or newer.
        """
        if not at_head(path):
            raise StoreError("store.behind", file=path.name, revision=revision(path), known=HEAD)
        if path.stat().st_mode & 0o077:
            path.chmod(FILE_MODE)  # as after a copy by hand
        return cls(path, wait=wait)

    @contextmanager
    def writing(self, scope: Scope) -> Iterator[Transaction]:
        """Hold the one writer's place: commits once at a clean end, rolls back at any exception.

        `scope`: the root cells of who acts, or EVERYWHERE. Raises StoreError if the place is not free in time, or the
        disk or file refuses.
        """
        with _transaction(self._writer, self.path, scope) as transaction:
            yield transaction

    @contextmanager
    def reading(self, scope: Scope) -> Iterator[Transaction]:
        """Read one snapshot, taken on entry: what others commit meanwhile is not seen. Writing raises StoreError.

        `scope`: the root cells of who asks, or EVERYWHERE.
        """
        with _transaction(self._reader, self.path, scope) as transaction:
            yield transaction

    def office(self) -> Office:
        """Return whose store it is."""
        with self.reading(EVERYWHERE) as transaction:
            row = transaction.connection.execute(select(office.c.name, office.c.zone, office.c.created_at)).one()
        return Office(row.name, row.zone, row.created_at)

    def scrub(self) -> None:
        """Rewrite the file and empty its log, so that what was erased is in neither. Call after an erasure commits.

        Deleting alone is not enough, even with secure_delete: when pages are split, stale copies of rows remain in
        their unused parts. Raises StoreError while another connection reads or writes longer than the wait.
        """
        with told(self.path), self._writer.connect() as connection:
            driver = connection.connection.driver_connection
            if driver is None:  # pragma: no cover  a closed connection never comes out of the pool
                raise StoreError("store.cannot_open", file=self.path.name)
            driver.execute("VACUUM")
            (held, *_) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if held:
            raise StoreError("store.busy", file=self.path.name)

    def close(self) -> None:
        """Close every connection; the last one to close folds the log into the file."""
        self._reader.dispose()
        self._writer.dispose()


@contextmanager
def _transaction(engine: Engine, path: Path, scope: Scope) -> Iterator[Transaction]:
    with told(path), engine.connect() as connection, connection.begin() as deed:
        # Takes a reader's snapshot; and no program writes into tables that another one has upgraded since.
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
        if found != HEAD:
            raise StoreError("store.newer", file=path.name, revision=found, known=HEAD)
        transaction = Transaction(connection, scope)
        yield transaction
        if not transaction.kept:
            deed.rollback()


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ArgumentError("store.unknown_zone", argument="zone", value=zone) from None


def _found(path: Path, whose: Office) -> None:
    engine = make_engine(path, "BEGIN IMMEDIATE")
    try:
        with told(path), engine.begin() as connection:
            row = {"id": 1, "name": whose.name, "zone": whose.zone, "created_at": whose.created_at}
            connection.execute(insert(office), row)
    finally:
        engine.dispose()
