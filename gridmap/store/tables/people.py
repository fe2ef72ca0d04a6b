"""The roster: who there is, who answers for which cell, who is away."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table

from gridmap.store.tables.base import metadata
from gridmap.store.types import Day, text_column

cadre = Table(
    "cadre",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("number", "public", nullable=False, unique=True),
)

cadre_version = Table(
    "cadre_version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("cadre_id", ForeignKey("cadre.id"), nullable=False, index=True),
    text_column("name", "public", nullable=False),
    text_column("tier", "public", nullable=False),
    text_column("unit", "public"),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
)

# The telephone and the like, apart from the versions, so that it can be erased.
cadre_private = Table(
    "cadre_private",
    metadata,
    Column("cadre_id", ForeignKey("cadre.id", ondelete="CASCADE"), primary_key=True),
    text_column("field", "public", primary_key=True),
    text_column("mark", "public", nullable=False),
    text_column("value", "personal", nullable=False),
)

unit_version = Table(
    "unit_version",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("unit", "public", nullable=False, index=True),
    text_column("chief", "public"),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
)

assignment = Table(
    "assignment",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("cell", "public", nullable=False, index=True),
    text_column("holder", "public", nullable=False),
    text_column("who", "public", nullable=False),
    text_column("part", "public", nullable=False),
    text_column("kind", "public", nullable=False),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
)

absence = Table(
    "absence",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("cadre", "public", nullable=False),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
)

stand_in = Table(
    "stand_in",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("cadre", "public", nullable=False),
    text_column("stand_in", "public", nullable=False),
    text_column("cell", "public"),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
)
