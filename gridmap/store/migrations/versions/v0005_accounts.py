"""Accounts: who may come in, with which rights, and what was tried."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables, in the order in which they point at each other."""
    op.create_table(
        "account",
        _id(),
        _text("name"),
        _text("role"),
        _text("scope", nullable=True),
        _text("cadre", nullable=True),
        _text("password_hash"),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        _instant("created_at"),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.Text(), primary_key=True),
        _of_account("session"),
        *(_instant(name) for name in ("created_at", "seen_at", "expires_at")),
    )
    op.create_table(
        "token",
        _id(),
        _text("hash"),
        _of_account("token", nullable=True),
        _text("role", nullable=True),
        _text("scope", nullable=True),
        _text("label"),
        _instant("created_at"),
        _instant("expires_at"),
        _instant("revoked_at", nullable=True),
        sa.UniqueConstraint("hash", name=op.f("uq_token_hash")),
        sa.CheckConstraint("(account_id IS NULL) <> (role IS NULL)", name=op.f("ck_token_whose")),
    )
    op.create_table(
        "attempt",
        sa.Column("account_hash", sa.Text(), primary_key=True),
        sa.Column("address_hash", sa.Text(), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
        _instant("last_at"),
    )
    for table, column in (
        ("session", "account_id"),
        ("session", "expires_at"),
        ("token", "account_id"),
        ("attempt", "last_at"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _of_account(table: str, *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey("account.id", name=op.f(f"fk_{table}_account_id"))
    return sa.Column("account_id", sa.Integer(), key, nullable=nullable)
