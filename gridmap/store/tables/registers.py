"""Registers: a row is a `version` of a `feature`, in force on the days [valid_from, valid_to).

A change ends one version and begins another; a correction on the day a version began leaves it zero days long, so it
is never in force and yet is kept. Personal and sensitive fields stand in side rows (`private`) that can be erased while
everything that points at the version stays whole.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    UniqueConstraint,
    column,
    table,
)

from gridmap.store.tables.base import metadata
from gridmap.store.types import Day, Geometry, Instant, Json, text_column

batch = Table(
    "batch",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("layer", "public", nullable=False, index=True),
    text_column("file", "public", nullable=False),
    text_column("digest", "public", nullable=False),
    Column("on_day", Day, nullable=False, info={"mark": "public"}),
    Column("recorded_at", Instant, nullable=False),
    text_column("account", "public", nullable=False),
    text_column("counts", "public", kind=Json(), nullable=False),
    Column("undone_at", Instant),
)

feature = Table(
    "feature",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("layer", "public", nullable=False),
    text_column("key", "public", nullable=False),
    UniqueConstraint("layer", "key"),
)

version = Table(
    "version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("feature_id", ForeignKey("feature.id"), nullable=False),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
    Column("batch_id", ForeignKey("batch.id"), nullable=False, index=True),
    Column("ended_by", ForeignKey("batch.id"), index=True),
    text_column("fields", "public", kind=Json(), nullable=False),
    Column("geometry", Geometry),
    text_column("cell", "public"),
    text_column("cell_reason", "public"),
    CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="days_in_order"),
    Index("ix_version_feature_id_valid_from", "feature_id", "valid_from"),
)

# The boxes of the placed versions, in degrees: an R*Tree of SQLite, so the migration makes it and not the metadata.
version_box = table("version_box", *(column(name) for name in ("id", "min_x", "max_x", "min_y", "max_y")))

private = Table(
    "private",
    metadata,
    Column("version_id", ForeignKey("version.id", ondelete="CASCADE"), primary_key=True),
    text_column("field", "public", primary_key=True),
    text_column("mark", "public", nullable=False),
    text_column("value", "personal", nullable=False),
)

link = Table(
    "link",
    metadata,
    Column("version_id", ForeignKey("version.id", ondelete="CASCADE"), primary_key=True),
    Column("edition_id", ForeignKey("edition.id"), primary_key=True),
    Column("part", Integer, primary_key=True),
    text_column("code", "public"),
    text_column("how", "public", nullable=False),
    text_column("nearest", "public"),
    Column("distance_m", Float),
    Column("length_m", Float),
    Column("differs", Boolean, nullable=False),
    Index("ix_link_edition_id_code", "edition_id", "code"),
)

erasure = Table(
    "erasure",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("feature_id", ForeignKey("feature.id"), nullable=False, index=True),
    text_column("field", "public", nullable=False),
    # Of which versions: those that ended on or before this day (retention); null: of all.
    Column("before", Day, info={"mark": "public"}),
    text_column("reason", "public", nullable=False),
    text_column("account", "public", nullable=False),
    Column("at", Instant, nullable=False),
)
