"""Printed sheets and plans of routes."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table

from gridmap.store.tables.base import metadata
from gridmap.store.types import Day, Geometry, Instant, Json, text_column

# Printed sheets: which feature a stop number stands for, so that a sheet is entered by its numbers.
sheet = Table(
    "sheet",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("number", "public", nullable=False, unique=True),
    text_column("cell", "public"),
    Column("on_day", Day, nullable=False, info={"mark": "public"}),
    Column("recorded_at", Instant, nullable=False),
    text_column("account", "public", nullable=False),
)

sheet_stop = Table(
    "sheet_stop",
    metadata,
    Column("sheet_id", ForeignKey("sheet.id"), primary_key=True),
    Column("stop", Integer, primary_key=True),
    Column("feature_id", ForeignKey("feature.id"), nullable=False),
)

# Plans of an evening or a week: who goes where, in which order; what was left out has no route.
plan = Table(
    "plan",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("number", "public", nullable=False, unique=True),
    Column("on_day", Day, nullable=False, info={"mark": "public"}),
    Column("recorded_at", Instant, nullable=False),
    text_column("account", "public", nullable=False),
    # How it was asked for: mode, seed, iterations, filters.
    text_column("asked", "public", kind=Json(), nullable=False),
    Column("replaces", ForeignKey("plan.id")),
)

plan_route = Table(
    "plan_route",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan_id", ForeignKey("plan.id"), nullable=False, index=True),
    text_column("cadre", "public", nullable=False),
    text_column("companion", "public"),
    Column("start", Geometry, nullable=False),
    Column("begin", Instant, nullable=False),
    Column("finish", Instant, nullable=False),
    Column("back", Instant, nullable=False),
    Column("metres", Integer, nullable=False),
    Column("ground", Geometry),
    Column("sheet_id", ForeignKey("sheet.id")),
)

plan_stop = Table(
    "plan_stop",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan_id", ForeignKey("plan.id"), nullable=False, index=True),
    Column("route_id", ForeignKey("plan_route.id"), index=True),
    Column("position", Integer),
    Column("feature_id", ForeignKey("feature.id"), index=True),
    Column("issue_id", ForeignKey("issue.id")),
    text_column("cell", "public"),
    Column("place", Geometry),
    Column("priority", Integer, nullable=False),
    # Each reason of the priority: a code of words, its points, its inputs.
    text_column("reasons", "personal", kind=Json(), nullable=False),
    Column("service", Integer, nullable=False),
    # When somebody wants to be visited tells when somebody is at home.
    text_column("windows", "personal", kind=Json(), nullable=False),
    text_column("cadres", "public", kind=Json(), nullable=False),
    Column("arrive", Instant),
    Column("begin", Instant),
    Column("leave", Instant),
    text_column("left_out", "public", kind=Json()),
    Column("locked", Boolean, nullable=False),
)
