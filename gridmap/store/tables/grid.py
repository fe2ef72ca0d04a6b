"""The office, its editions and their cells."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Float, ForeignKey, Integer, Table, UniqueConstraint

from gridmap.store.tables.base import metadata
from gridmap.store.types import Day, Geometry, Instant, text_column

office = Table(
    "office",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one"), primary_key=True),
    text_column("name", "public", nullable=False),
    text_column("zone", "public", nullable=False),
    Column("created_at", Instant, nullable=False),
)

edition = Table(
    "edition",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("name", "public", nullable=False),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
    Column("territory", Geometry),
    Column("recorded_at", Instant, nullable=False),
    text_column("account", "public", nullable=False),
)

cell = Table(
    "cell",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("edition_id", ForeignKey("edition.id"), nullable=False),
    text_column("code", "public", nullable=False),
    text_column("level", "public", nullable=False),
    text_column("parent", "public"),
    text_column("name", "public"),
    Column("geometry", Geometry, nullable=False),
    UniqueConstraint("edition_id", "code"),
)

closure = Table(
    "closure",
    metadata,
    Column("edition_id", ForeignKey("edition.id"), primary_key=True),
    text_column("ancestor", "public", primary_key=True),
    text_column("cell", "public", primary_key=True),
)

defect = Table(
    "defect",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("edition_id", ForeignKey("edition.id"), nullable=False, index=True),
    text_column("kind", "public", nullable=False),
    text_column("level", "public"),
    text_column("code", "public"),
    text_column("other", "public"),
    Column("measure", Float),
    text_column("unit", "public"),
    Column("geometry", Geometry),
)
