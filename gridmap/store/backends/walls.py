"""Row-level security in PostgreSQL: which rows a transaction sees and touches, and what the serving role may do."""

from __future__ import annotations

from sqlalchemy import Connection


def create(connection: Connection) -> None:
    """Set the walls."""


def drop(connection: Connection) -> None:
    """Take the walls off."""


def wrong(connection: Connection) -> tuple[str, ...]:
    """Return the names of what is amiss."""
    return () if connection.in_transaction() else ("walls",)


def admit(connection: Connection, role: str) -> None:
    """Give a role the rights of who serves the office."""
