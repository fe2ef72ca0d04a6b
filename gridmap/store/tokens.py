"""Tokens as kept: a digest, what it acts for, until when. A revoked one stays, so that its use in the past is known."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pandas as pd
from sqlalchemy import ColumnElement, select, update

from gridmap.errors import NotFoundError
from gridmap.people.person import AccountRole
from gridmap.store.accounts import scope_kept, scope_of
from gridmap.store.engine import Transaction
from gridmap.store.frames import insert_one, instants, text
from gridmap.store.tables import account, token

LISTED = ("id", "label", "account", "role", "scope", "created_at", "expires_at", "revoked_at")


@dataclass(frozen=True, slots=True)
class Token:
    """A token as kept: it acts for an account, or with a role and a scope of its own (null = everywhere)."""

    id: int
    hash: str = field(repr=False)
    account_id: int | None
    role: AccountRole | None
    scope: frozenset[str] | None
    expires_at: dt.datetime
    revoked_at: dt.datetime | None


def add_token(
    tx: Transaction,
    token_hash: str,
    *,
    label: str,
    account_id: int | None,
    role: AccountRole | None,
    scope: frozenset[str] | None,
    at: dt.datetime,
    expires_at: dt.datetime,
) -> int:
    """Keep a new token, made at the instant `at`, and return its number."""
    row = {
        "hash": token_hash,
        "label": label,
        "account_id": account_id,
        "role": role,
        "scope": scope_kept(scope),
        "created_at": at,
        "expires_at": expires_at,
    }
    return insert_one(tx.connection, token, row)


def find_token(tx: Transaction, token_hash: str) -> Token | None:
    """Return the token of a digest, null if there is none."""
    return _one(tx, token.c.hash == token_hash)


def token_of(tx: Transaction, number: int) -> Token | None:
    """Return the token of a number, null if there is none."""
    return _one(tx, token.c.id == number)


def revoke(tx: Transaction, number: int, *, at: dt.datetime) -> bool:
    """Revoke a token at the instant `at`; return whether it was not revoked before. Raises NotFoundError."""
    kept = tx.connection.execute(select(token.c.revoked_at).where(token.c.id == number)).first()
    if kept is None:
        raise NotFoundError("store.unknown_token", token=number)
    if kept.revoked_at is not None:
        return False
    tx.connection.execute(update(token).where(token.c.id == number).values(revoked_at=at))
    return True


def tokens(tx: Transaction) -> pd.DataFrame:
    """Return every token, by number: LISTED, none of what it is known by."""
    named = {"account": account.c.name, **{name: token.c[name] for name in LISTED if name != "account"}}
    statement = select(*(named[name].label(name) for name in LISTED)).join_from(token, account, isouter=True)
    rows = tx.connection.execute(statement.order_by(token.c.id)).all()
    frame = pd.DataFrame({name: text([row[place] for row in rows]) for place, name in enumerate(LISTED)})
    times = {name: instants(frame[name].tolist()) for name in LISTED if name.endswith("_at")}
    return frame.assign(id=frame["id"].astype("int64"), **times)


def _one(tx: Transaction, wanted: ColumnElement[bool]) -> Token | None:
    names = ("id", "hash", "account_id", "role", "scope", "expires_at", "revoked_at")
    row = tx.connection.execute(select(*(token.c[name] for name in names)).where(wanted)).first()
    if row is None:
        return None
    number, kept, whose, role, scope, expires_at, revoked_at = row
    return Token(number, kept, whose, role, scope_of(scope), expires_at, revoked_at)
