"""How a store file is opened: one set of pragmas, explicit transactions, and database errors told in our own words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import StatementError

from gridmap.errors import GridmapError, StoreError
from gridmap.words import known

Begin = Literal["BEGIN", "BEGIN IMMEDIATE"]

WAIT_SECONDS = 30.0
# "gmap" in the file's header: what tells a store of ours from any other SQLite file.
APPLICATION_ID = 0x676D6170

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "trusted_schema=OFF",
    # Sorted or spilled rows may hold personal values: they never go into a temporary file.
    "temp_store=MEMORY",
    "cache_size=-64000",
    # After a great import the log gives its room on the disk back.
    "journal_size_limit=67108864",
)

# https://www.sqlite.org/rescode.html, primary result codes
_TOLD = {
    sqlite3.SQLITE_BUSY: "store.busy",
    sqlite3.SQLITE_LOCKED: "store.busy",
    sqlite3.SQLITE_READONLY: "store.read_only",
    sqlite3.SQLITE_PERM: "store.read_only",
    sqlite3.SQLITE_IOERR: "store.disk",
    sqlite3.SQLITE_CORRUPT: "store.damaged",
    sqlite3.SQLITE_FULL: "store.full",
    sqlite3.SQLITE_CANTOPEN: "store.cannot_open",
    sqlite3.SQLITE_NOTADB: "store.not_a_store",
}


def uri(path: Path, mode: Literal["ro", "rw"]) -> str:
    """Return the SQLite URI of a file that must be there already, so that no call creates one by accident."""
    return f"{path.absolute().as_uri()}?mode={mode}"


def make_engine(
    path: Path,
    begin: Begin,
    *,
    read_only: bool = False,
    foreign_keys: bool = True,
    wait: float = WAIT_SECONDS,
) -> Engine:
    """Return an engine on the store file `path`, whose every transaction starts with `begin`.

    `wait` is how many seconds a statement waits for a lock. Parameters never stand in its errors or logs, for they
    may be personal. The driver begins and commits nothing by itself.
    """

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(uri(path, "rw"), uri=True, timeout=wait, isolation_level=None, check_same_thread=False)

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _settle(connection: sqlite3.Connection, _record: object) -> None:
        switches = (f"foreign_keys={int(foreign_keys)}", f"query_only={int(read_only)}")
        for pragma in (*_PRAGMAS, *switches):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Raise database errors as StoreError, naming the file and what to do; other errors pass as they are.

    An error of our own that a column type raised comes out of the database library's wrapping.
    """
    try:
        yield
    except StatementError as error:
        if isinstance(error.orig, GridmapError):
            raise error.orig from None
        _tell(error.orig, path, error)
        raise
    except sqlite3.Error as error:
        _tell(error, path, error)
        raise


def _tell(cause: BaseException | None, path: Path, error: BaseException) -> None:
    code = getattr(cause, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_CONSTRAINT_TRIGGER and known(str(cause)):
        raise StoreError(str(cause), file=path.name) from error
    said = None if code is None else _TOLD.get(code & 0xFF)
    if said is not None:
        raise StoreError(said, file=path.name) from error
