"""What a store is kept in: a file of SQLite, or a database of PostgreSQL with PostGIS. Same tables, same answers."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Connection

from gridmap.store.address import Address

if TYPE_CHECKING:
    from gridmap.store.scope import Scope


class Backend(Protocol):
    """One store as its database keeps it: connections for reading and writing, errors told, what was erased removed."""

    def told(self) -> AbstractContextManager[None]:
        """Raise database errors as StoreError, naming the store and what to do."""
        ...

    def connect(self, scope: Scope, *, writing: bool) -> Connection:
        """Return a connection whose transactions read one snapshot, or hold the one writer's place."""
        ...

    def enter(self, connection: Connection, scope: Scope) -> None:
        """Narrow the transaction that has just begun to the rows that lie in `scope`."""
        ...

    def scrub(self) -> None:
        """Remove what was erased from where the database keeps it."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


def backend(address: Address, *, wait: float) -> Backend:
    """Return what keeps the store at this address; a writer or reader waits `wait` seconds for a lock."""
    if isinstance(address, str):
        from gridmap.store.backends.postgres import Postgres  # its driver is an extra

        return Postgres(address, wait=wait)
    from gridmap.store.backends.sqlite import Sqlite

    return Sqlite(address, wait=wait)
