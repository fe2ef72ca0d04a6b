"""Sessions, and sign-ins that failed: by digests alone, so that a copy of the store opens no door."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, delete, insert, select, update

from gridmap.store.engine import Transaction
from gridmap.store.tables import attempt, session


@dataclass(frozen=True, slots=True)
class Session:
    """A session as kept: whose it is, when it was last seen, when it ends at the latest (UTC)."""

    token_hash: str = field(repr=False)
    account_id: int
    seen_at: dt.datetime
    expires_at: dt.datetime


def add_session(tx: Transaction, token_hash: str, *, account_id: int, at: dt.datetime, expires_at: dt.datetime) -> None:
    """Keep a new session, made and seen at the instant `at`."""
    row = {
        "token_hash": token_hash,
        "account_id": account_id,
        "created_at": at,
        "seen_at": at,
        "expires_at": expires_at,
    }
    tx.connection.execute(insert(session), row)


def find_session(tx: Transaction, token_hash: str) -> Session | None:
    """Return the session of a digest, null if there is none."""
    columns = (session.c.token_hash, session.c.account_id, session.c.seen_at, session.c.expires_at)
    row = tx.connection.execute(select(*columns).where(session.c.token_hash == token_hash)).first()
    return None if row is None else Session(*row)


def keep_seen(tx: Transaction, token_hash: str, *, at: dt.datetime) -> None:
    """Keep that a session was seen at the instant `at`."""
    tx.connection.execute(update(session).where(session.c.token_hash == token_hash).values(seen_at=at))


def end_session(tx: Transaction, token_hash: str) -> None:
    """End a session, if there is one."""
    tx.connection.execute(delete(session).where(session.c.token_hash == token_hash))


def drop_over(tx: Transaction, *, expired_at: dt.datetime, seen_before: dt.datetime, tried_before: dt.datetime) -> None:
    """Drop the sessions that are over at `expired_at` or not seen since, and attempts that no longer count."""
    over = (session.c.expires_at <= expired_at) | (session.c.seen_at <= seen_before)
    tx.connection.execute(delete(session).where(over))
    tx.connection.execute(delete(attempt).where(attempt.c.last_at <= tried_before))


def attempts(tx: Transaction, account_hash: str, address_hash: str) -> tuple[int, dt.datetime] | None:
    """Return how many sign-ins of an account from an address failed in a row, and when the last; null = none."""
    row = tx.connection.execute(
        select(attempt.c.count, attempt.c.last_at).where(*_pair(account_hash, address_hash))
    ).first()
    return None if row is None else (row[0], row[1])


def keep_attempts(tx: Transaction, account_hash: str, address_hash: str, *, count: int, at: dt.datetime) -> None:
    """Keep that `count` sign-ins have failed in a row, the last at the instant `at`; 0 forgets them."""
    tx.connection.execute(delete(attempt).where(*_pair(account_hash, address_hash)))
    if count:
        row = {"account_hash": account_hash, "address_hash": address_hash, "count": count, "last_at": at}
        tx.connection.execute(insert(attempt), row)


def _pair(account_hash: str, address_hash: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return attempt.c.account_hash == account_hash, attempt.c.address_hash == address_hash
