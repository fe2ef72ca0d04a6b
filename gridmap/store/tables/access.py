"""Who may come in. Of a password, a session and a token the store holds a hash alone."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Integer, Table

from gridmap.store.tables.base import metadata
from gridmap.store.types import Instant, Json, text_column

account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("name", "public", nullable=False, unique=True),
    text_column("role", "public", nullable=False),
    text_column("scope", "public", kind=Json()),
    text_column("cadre", "public"),
    # Null where the office's identity provider alone lets the account in.
    text_column("password_hash", "sensitive"),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    # Who it is for the identity provider: its issuer and subject, as one text.
    text_column("identity", "sensitive", unique=True),
)

session = Table(
    "session",
    metadata,
    text_column("token_hash", "sensitive", primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

# A token acts for an account, or by itself with a role and a scope.
token = Table(
    "token",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("hash", "sensitive", nullable=False, unique=True),
    Column("account_id", ForeignKey("account.id"), index=True),
    text_column("role", "public"),
    text_column("scope", "public", kind=Json()),
    text_column("label", "public", nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    CheckConstraint("(account_id IS NULL) <> (role IS NULL)", name="whose"),
)

# Sign-ins that failed in a row, by what was typed and where from: digests, for either may tell of a person.
attempt = Table(
    "attempt",
    metadata,
    text_column("account_hash", "personal", primary_key=True),
    text_column("address_hash", "personal", primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Instant, nullable=False, index=True),
)
