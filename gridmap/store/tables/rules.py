"""Rules as data: the calendar, duties and their exemptions, categories, the items of the counter."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, Table

from gridmap.store.tables.base import metadata
from gridmap.store.types import Day, Instant, Json, text_column

# A day whose kind the office's own notice or table states; every other day is as the calendar's source has it.
calendar_day = Table(
    "calendar_day",
    metadata,
    Column("day", Day, primary_key=True, info={"mark": "public"}),
    Column("working", Boolean, nullable=False),
    text_column("source", "public", nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

# Rules are data: the whole rule is one JSON, in force on its days.
duty = Table(
    "duty",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("name", "public", nullable=False, index=True),
    text_column("rule", "public", kind=Json(), nullable=False),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
)

exemption = Table(
    "exemption",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("duty", "public", nullable=False, index=True),
    text_column("subject", "public", nullable=False),
    text_column("reason", "sensitive", nullable=False),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
)

category = Table(
    "category",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("name", "public", nullable=False, index=True),
    text_column("rule", "public", kind=Json(), nullable=False),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
)

# The items of the service counter: shown on its card, never counted as issues.
service_item = Table(
    "service_item",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("number", "public", nullable=False),
    text_column("name", "public", nullable=False),
    text_column("department", "public"),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
)
