"""Plans: who goes where on an evening, in which order, and what was left out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables, in the order in which they point at each other."""
    op.create_table(
        "plan",
        _id(),
        _text("number"),
        sa.Column("on_day", sa.String(10), nullable=False),
        _instant("recorded_at"),
        _text("account"),
        _text("asked"),
        _points_at("plan", "plan", "replaces", nullable=True),
        sa.UniqueConstraint("number", name=op.f("uq_plan_number")),
    )
    op.create_table(
        "plan_route",
        _id(),
        _points_at("plan", "plan_route", "plan_id"),
        _text("cadre"),
        _text("companion", nullable=True),
        sa.Column("start", sa.LargeBinary(), nullable=False),
        *(_instant(name) for name in ("begin", "finish", "back")),
        sa.Column("metres", sa.Integer(), nullable=False),
        sa.Column("ground", sa.LargeBinary()),
        _points_at("sheet", "plan_route", "sheet_id", nullable=True),
    )
    op.create_index(op.f("ix_plan_route_plan_id"), "plan_route", ["plan_id"])
    op.create_table(
        "plan_stop",
        _id(),
        _points_at("plan", "plan_stop", "plan_id"),
        _points_at("plan_route", "plan_stop", "route_id", nullable=True),
        sa.Column("position", sa.Integer()),
        _points_at("feature", "plan_stop", "feature_id", nullable=True),
        _points_at("issue", "plan_stop", "issue_id", nullable=True),
        _text("cell", nullable=True),
        sa.Column("place", sa.LargeBinary()),
        sa.Column("priority", sa.Integer(), nullable=False),
        _text("reasons"),
        sa.Column("service", sa.Integer(), nullable=False),
        _text("windows"),
        _text("cadres"),
        *(_instant(name, nullable=True) for name in ("arrive", "begin", "leave")),
        _text("left_out", nullable=True),
        sa.Column("locked", sa.Boolean(), nullable=False),
    )
    for column in ("plan_id", "route_id", "feature_id"):
        op.create_index(op.f(f"ix_plan_stop_{column}"), "plan_stop", [column])


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _points_at(target: str, table: str, column: str, *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_{table}_{column}"))
    return sa.Column(column, sa.Integer(), key, nullable=nullable)
