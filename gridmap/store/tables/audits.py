"""The audit and its head."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Integer, Table

from gridmap.store.tables.base import metadata
from gridmap.store.types import Instant, Json, text_column

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    text_column("account", "public", nullable=False),
    text_column("action", "public", nullable=False),
    text_column("subject", "public", nullable=False),
    text_column("detail", "public", kind=Json(), nullable=False),
    text_column("previous", "public", nullable=False),
    text_column("hash", "public", nullable=False, unique=True),
)

# What the chain has reached: a last row that vanishes is seen by comparing with it. Triggers move it, forward only.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one"), primary_key=True),
    Column("count", Integer, nullable=False),
    text_column("hash", "public", nullable=False),
)
