"""The store of one office: opened, read in one snapshot, written in one transaction."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, insert, select

from gridmap.errors import ArgumentError, ConflictError, StoreError
from gridmap.store import revisions
from gridmap.store.address import Address, called
from gridmap.store.audit_keys import AuditKey
from gridmap.store.backends import backend, postgres
from gridmap.store.connect import WAIT_SECONDS
from gridmap.store.migrating import migrate
from gridmap.store.migrations import HEAD
from gridmap.store.scope import EVERYWHERE, Scope
from gridmap.store.snapshot import FILE_MODE, own_folder, unfinished
from gridmap.store.tables import office
from gridmap.store.types import microseconds
from gridmap.store.upgrade import at_head, revision


@dataclass(frozen=True, slots=True)
class Office:
    """Whose store it is: the office's name, its time zone (IANA name), and when the store was made (UTC)."""

    name: str
    zone: str
    created_at: datetime


class Transaction:
    """One unit of reading or writing. Queries of the store room take it; nothing else looks inside."""

    __slots__ = ("connection", "kept", "key", "marks", "scope", "writes")

    def __init__(self, connection: Connection, scope: Scope, key: AuditKey | None = None, *, writes: bool) -> None:
        self.connection = connection
        self.scope = scope
        self.key = key
        self.writes = writes
        self.kept = True
        self.marks: dict[str, str] | None = None
        """What `revisions.marks` has read."""

    def rollback(self) -> None:
        """Let nothing of this transaction be kept: its end rolls back (a dry run)."""
        self.kept = False


class Store:
    """One office's store, in a file or a database. Made by `create` or `open`; safe to share between threads.

    `close` it at the end.
    """

    def __init__(self, address: Address, *, wait: float = WAIT_SECONDS) -> None:
        self.address = address
        self._backend = backend(address, wait=wait)
        self.key: AuditKey | None = None
        """What the audit is signed with."""

    @property
    def path(self) -> Path:
        """The store's file. Raises StoreError where it is kept in a database."""
        if isinstance(self.address, str):
            raise StoreError("store.no_file", file=called(self.address))
        return self.address

    @classmethod
    def create(cls, address: Address, *, name: str, zone: str, at: datetime) -> Store:
        """Make the store of the office `name` in the IANA time zone `zone`, as of the aware instant `at`.

        A file is 0600 and its folder 0700; a database is there already, empty, and of the account in its address.
        Raises ConflictError if a store is there, ArgumentError for an unknown zone or a naive instant, StoreError if
        the folder holds other files and is open to others, or the database holds other tables or has no PostGIS.
        """
        _check_zone(zone)
        whose = Office(name, zone, at)
        if isinstance(address, str):
            microseconds(at)
            postgres.refuse_used(address)
            migrate(address)
            _found(address, whose)
        else:
            _create_file(address, whose)
        return cls.open(address)

    @classmethod
    def open(cls, address: Address, *, wait: float = WAIT_SECONDS, key: AuditKey | None = None) -> Store:
        """Open the store; a writer or reader waits `wait` seconds for a lock; `key` signs the audit.

        Raises StoreError if it is absent, no gridmap store, damaged, behind this program's tables or newer.
        """
        if not at_head(address):
            raise StoreError("store.behind", file=called(address), revision=revision(address), known=HEAD)
        if isinstance(address, Path) and address.stat().st_mode & 0o077:
            address.chmod(FILE_MODE)  # as after a copy by hand
        store = cls(address, wait=wait)
        store.key = key
        return store

    @contextmanager
    def writing(self, scope: Scope) -> Iterator[Transaction]:
        """Hold the one writer's place: commits once at a clean end, rolls back at any exception.

        `scope`: the root cells of who acts, or EVERYWHERE. Raises StoreError if the place is not free in time, or the
        disk or file refuses.
        """
        with self._transaction(scope, writing=True) as transaction:
            yield transaction

    @contextmanager
    def reading(self, scope: Scope) -> Iterator[Transaction]:
        """Read one snapshot, taken on entry: what others commit meanwhile is not seen. Writing raises StoreError.

        `scope`: the root cells of who asks, or EVERYWHERE.
        """
        with self._transaction(scope, writing=False) as transaction:
            yield transaction

    @contextmanager
    def _transaction(self, scope: Scope, *, writing: bool) -> Iterator[Transaction]:
        kept_in = self._backend
        with kept_in.told(), kept_in.connect(scope, writing=writing) as connection, connection.begin() as deed:
            # Takes a reader's snapshot; and no program writes into tables that another one has upgraded since.
            found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
            if found != HEAD:
                raise StoreError("store.newer", file=called(self.address), revision=found, known=HEAD)
            kept_in.enter(connection, scope)
            transaction = Transaction(connection, scope, self.key, writes=writing)
            touched = revisions.watch(connection) if writing else None
            yield transaction
            if not transaction.kept:
                deed.rollback()
            elif touched:
                revisions.renew(connection, touched)

    def office(self) -> Office:
        """Return whose store it is."""
        with self.reading(EVERYWHERE) as transaction:
            row = transaction.connection.execute(select(office.c.name, office.c.zone, office.c.created_at)).one()
        return Office(row.name, row.zone, row.created_at)

    def admit(self, role: str) -> None:
        """Give an account of the database server the rights to work with the store, and none over its tables.

        Raises StoreError where the store is a file, or the server has no such role or it could pass the walls.
        """
        if not isinstance(self.address, str):
            raise StoreError("store.no_role", role=role)
        postgres.admit(self.address, role)

    def scrub(self) -> None:
        """Remove what was erased from where the store is kept. Call after an erasure commits.

        In a file it is gone at once, and from its log; a database frees its room (see docs). Raises StoreError while
        another connection reads or writes longer than the wait.
        """
        self._backend.scrub()

    def close(self) -> None:
        """Close every connection."""
        self._backend.close()


def _create_file(path: Path, whose: Office) -> None:
    if path.exists():
        raise ConflictError("store.exists", file=path.name)
    own_folder(path.parent)
    with unfinished(path) as part:
        migrate(part)
        _found(part, whose)
        try:
            os.link(part, path)  # unlike a rename, never over a store made meanwhile
        except FileExistsError:
            raise ConflictError("store.exists", file=path.name) from None


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ArgumentError("store.unknown_zone", argument="zone", value=zone) from None


def _found(address: Address, whose: Office) -> None:
    store = Store(address)
    try:
        with store.writing(EVERYWHERE) as transaction:
            row = {"id": 1, "name": whose.name, "zone": whose.zone, "created_at": whose.created_at}
            transaction.connection.execute(insert(office), row)
    finally:
        store.close()
