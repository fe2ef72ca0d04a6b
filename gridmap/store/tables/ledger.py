"""The ledger: visits, issues and their events, each with what is personal of it in side rows."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, Table

from gridmap.store.tables.base import metadata
from gridmap.store.types import Geometry, Instant, Json, text_column

visit = Table(
    "visit",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("uuid", "public", nullable=False, unique=True),
    Column("at", Instant, nullable=False, index=True),
    Column("recorded_at", Instant, nullable=False),
    text_column("account", "public", nullable=False),
    text_column("lead", "public", nullable=False, index=True),
    text_column("companions", "public", kind=Json(), nullable=False),
    Column("feature_id", ForeignKey("feature.id"), index=True),
    text_column("cell", "public", index=True),
    text_column("mode", "public", nullable=False),
    # Of a household it tells who is at home, and when.
    text_column("outcome", "personal", nullable=False),
    text_column("corrects", "public", index=True),
    text_column("looks_back", "public"),
    text_column("sheet", "public"),
    text_column("answering", "public"),
    Column("elsewhere", Boolean, nullable=False),
    # Of everything the visitor said: the same visit sent twice is known by it.
    text_column("digest", "public", nullable=False),
)

visit_private = Table(
    "visit_private",
    metadata,
    Column("visit_id", ForeignKey("visit.id"), primary_key=True),
    text_column("field", "public", primary_key=True),
    text_column("mark", "public", nullable=False),
    text_column("value", "personal", nullable=False),
)

issue = Table(
    "issue",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("uuid", "public", nullable=False, unique=True),
    text_column("number", "public", nullable=False, unique=True),
    Column("geometry", Geometry),
    text_column("cell", "public", index=True),
    Column("batch_id", ForeignKey("batch.id"), index=True),
)

issue_feature = Table(
    "issue_feature",
    metadata,
    Column("issue_id", ForeignKey("issue.id"), primary_key=True),
    Column("feature_id", ForeignKey("feature.id"), primary_key=True, index=True),
)

# Append-only. What an event leaves alone is null; what it empties is the empty text.
issue_event = Table(
    "issue_event",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("uuid", "public", nullable=False, unique=True),
    Column("issue_id", ForeignKey("issue.id"), nullable=False, index=True),
    text_column("act", "public", nullable=False),
    text_column("state", "public", nullable=False),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False, index=True),
    text_column("account", "public", nullable=False),
    text_column("actor", "public"),
    text_column("category", "public"),
    text_column("source", "public"),
    text_column("unit", "public"),
    text_column("holder", "public"),
    text_column("follower", "public"),
    text_column("leader", "public"),
    Column("due_at", Instant),
    text_column("result", "public"),
    text_column("said", "public", kind=Json(), nullable=False),
)

issue_private = Table(
    "issue_private",
    metadata,
    Column("event_id", ForeignKey("issue_event.id"), primary_key=True),
    text_column("field", "public", primary_key=True),
    text_column("mark", "public", nullable=False),
    text_column("value", "personal", nullable=False),
)

# What was erased of visits and issues, by their UUID: a copy that is brought back is cleaned of it.
ledger_erasure = Table(
    "ledger_erasure",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("kind", "public", nullable=False),
    text_column("uuid", "public", nullable=False),
    text_column("field", "public", nullable=False),
    text_column("reason", "public", nullable=False),
    text_column("account", "public", nullable=False),
    Column("at", Instant, nullable=False),
)

photo = Table(
    "photo",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("issue_id", ForeignKey("issue.id"), nullable=False, index=True),
    text_column("digest", "public", nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("picture", LargeBinary, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    text_column("account", "public", nullable=False),
)

programme = Table(
    "programme",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("name", "public", nullable=False, unique=True),
    text_column("note", "public"),
)

programme_issue = Table(
    "programme_issue",
    metadata,
    Column("programme_id", ForeignKey("programme.id"), primary_key=True),
    Column("issue_id", ForeignKey("issue.id"), primary_key=True, index=True),
)
