"""What the running service keeps for itself: who does a job, what was asked and answered, what has changed."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, Table

from gridmap.store.tables.base import metadata
from gridmap.store.types import Instant, Json, text_column

# Who does a recurring job, until when: one at a time.
lease = Table(
    "lease",
    metadata,
    text_column("name", "public", primary_key=True),
    text_column("holder", "public", nullable=False),
    Column("until", Instant, nullable=False),
)

# What takes longer than a request. A worker holds one until `lease_until` and says again and again that it lives.
job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("uuid", "public", nullable=False, unique=True),
    text_column("kind", "public", nullable=False),
    text_column("asked", "public", kind=Json(), nullable=False),
    text_column("account", "public", nullable=False, index=True),
    text_column("state", "public", nullable=False, index=True),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    text_column("result", "public", kind=Json()),
    # The error's code and inputs, without a personal value.
    text_column("error", "public", kind=Json()),
    Column("cancel", Boolean, nullable=False),
    text_column("holder", "public"),
    Column("lease_until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("ended_at", Instant),
)

# The file that a job reads (part `in`), gone when the job ends; the file that it gives back (part `out`), for a day.
job_file = Table(
    "job_file",
    metadata,
    Column("job_id", ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    text_column("part", "public", primary_key=True),
    text_column("name", "public", nullable=False),
    Column("content", LargeBinary, nullable=False),
)

# What was answered to a post with a key: the same key again gets the same answer, another body a refusal.
answered = Table(
    "answered",
    metadata,
    text_column("key_hash", "sensitive", primary_key=True),
    text_column("account", "public", nullable=False),
    text_column("request_hash", "sensitive", nullable=False),
    # Null while the first request is still at work.
    Column("status", Integer),
    text_column("body", "personal"),
    Column("at", Instant, nullable=False, index=True),
)

# Of each subject a mark that is another one after each change: grid, registers, roster, rules, ledger, plans.
revision = Table(
    "revision",
    metadata,
    text_column("subject", "public", primary_key=True),
    text_column("mark", "public", nullable=False),
)
