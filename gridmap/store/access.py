"""Who may come in after a copy was brought back: access is as it is now, never as it was when the copy was made.

A copy knows tokens that have been revoked since, accounts that have been disabled and passwords that have been changed;
sessions in it may be somebody else's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Table, delete, insert, select, update

from gridmap.store.engine import Transaction
from gridmap.store.tables import account, answered, attempt, office, session, token

_Rows = Sequence[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Access:
    """The accounts and tokens of an office, which its founding tells apart from others."""

    founded: tuple[str, dt.datetime]
    accounts: _Rows = field(repr=False)
    tokens: _Rows = field(repr=False)


def access(tx: Transaction) -> Access:
    """Return who may come into an office."""
    return Access(_founded(tx), _rows(tx, account), _rows(tx, token))


def bring_access(tx: Transaction, present: Access | None, *, at: dt.datetime) -> int:
    """Make the access of a copy that of the `present` store; return how many tokens of the copy no longer hold.

    Every session ends, every delay and every answer to a post with a key is forgotten. If there is no present store
    that can be read, or it is of another office, the accounts stay as they are in the copy and all its tokens are
    revoked at the instant `at`: which of them have been meanwhile is not known.
    """
    live = set(tx.connection.execute(select(token.c.hash).where(token.c.revoked_at.is_(None))).scalars())
    for table in (session, attempt, answered):
        tx.connection.execute(delete(table))
    if present is None or present.founded != _founded(tx):
        tx.connection.execute(update(token).where(token.c.revoked_at.is_(None)).values(revoked_at=at))
        return len(live)
    for table in (token, account):
        tx.connection.execute(delete(table))
    for table, rows in ((account, present.accounts), (token, present.tokens)):
        if rows:
            tx.connection.execute(insert(table), [dict(row) for row in rows])
    return len(live - {row["hash"] for row in present.tokens if row["revoked_at"] is None})


def _founded(tx: Transaction) -> tuple[str, dt.datetime]:
    name, created_at = tx.connection.execute(select(office.c.name, office.c.created_at)).one()
    return name, created_at


def _rows(tx: Transaction, table: Table) -> _Rows:
    return [dict(row) for row in tx.connection.execute(select(table).order_by(table.c.id)).mappings()]
