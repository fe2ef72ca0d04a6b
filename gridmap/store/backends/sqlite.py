"""A store in a file of SQLite."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from gridmap.errors import StoreError
from gridmap.store.backends.sqlite_wall import build, enter
from gridmap.store.connect import make_engine, told

if TYPE_CHECKING:
    from gridmap.store.scope import Scope


class Sqlite:
    """One store file."""

    def __init__(self, path: Path, *, wait: float) -> None:
        self._path = path
        self._writer = make_engine(path, "BEGIN IMMEDIATE", wait=wait)
        self._reader = make_engine(path, "BEGIN", read_only=True, wait=wait)
        # Narrow transactions have connections of their own, so that the wall costs others nothing.
        self._narrow_writer = build(make_engine(path, "BEGIN IMMEDIATE", wait=wait), read_only=False)
        self._narrow_reader = build(make_engine(path, "BEGIN", read_only=True, wait=wait), read_only=True)

    def told(self) -> AbstractContextManager[None]:
        """Raise database errors as StoreError, naming the file."""
        return told(self._path)

    def connect(self, scope: Scope, *, writing: bool) -> Connection:
        """Return a connection of the readers, or of the one writer; behind the wall unless the scope is everywhere."""
        if scope is None:
            return (self._writer if writing else self._reader).connect()
        return (self._narrow_writer if writing else self._narrow_reader).connect()

    def enter(self, connection: Connection, scope: Scope) -> None:
        """Narrow the transaction that has just begun to the rows that lie in `scope`."""
        if scope is not None:
            enter(connection, scope)

    def scrub(self) -> None:
        """Rewrite the file and empty its log.

        Deleting alone is not enough, even with secure_delete: when pages are split, stale copies of rows remain in
        their unused parts.
        """
        with told(self._path), self._writer.connect() as connection:
            driver = connection.connection.driver_connection
            if driver is None:  # pragma: no cover  a closed connection never comes out of the pool
                raise StoreError("store.cannot_open", file=self._path.name)
            driver.execute("VACUUM")
            (held, *_) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if held:
            raise StoreError("store.busy", file=self._path.name)

    def close(self) -> None:
        """Close every connection; the last one to close folds the log into the file."""
        for engine in (self._reader, self._narrow_reader, self._narrow_writer, self._writer):
            engine.dispose()
