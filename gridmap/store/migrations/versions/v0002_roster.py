"""The roster: cadres and units over time, who holds which cell, who is away and who stands in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables, in the order in which they point at each other."""
    op.create_table("cadre", _id(), _text("number"), sa.UniqueConstraint("number", name=op.f("uq_cadre_number")))
    op.create_table(
        "cadre_version",
        _id(),
        sa.Column("cadre_id", sa.Integer(), _of_cadre("cadre_version"), nullable=False),
        _text("name"),
        _text("tier"),
        _text("unit", nullable=True),
        *_days(),
    )
    op.create_index(op.f("ix_cadre_version_cadre_id"), "cadre_version", ["cadre_id"])
    op.create_table(
        "cadre_private",
        sa.Column("cadre_id", sa.Integer(), _of_cadre("cadre_private", ondelete="CASCADE"), nullable=False),
        _text("field"),
        _text("mark"),
        _text("value"),
        sa.PrimaryKeyConstraint("cadre_id", "field", name=op.f("pk_cadre_private")),
    )
    op.create_table("unit_version", _id(), _text("unit"), _text("chief", nullable=True), *_days())
    op.create_index(op.f("ix_unit_version_unit"), "unit_version", ["unit"])
    posts = [_text(name) for name in ("cell", "holder", "who", "part", "kind")]
    op.create_table("assignment", _id(), *posts, *_days())
    op.create_index(op.f("ix_assignment_cell"), "assignment", ["cell"])
    op.create_table("absence", _id(), _text("cadre"), *_days())
    op.create_table("stand_in", _id(), _text("cadre"), _text("stand_in"), _text("cell", nullable=True), *_days())


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _days() -> tuple[sa.Column[str], sa.Column[str]]:
    return (
        sa.Column("valid_from", sa.String(10), nullable=False),
        sa.Column("valid_to", sa.String(10), nullable=True),
    )


def _of_cadre(table: str, *, ondelete: str | None = None) -> sa.ForeignKey:
    return sa.ForeignKey("cadre.id", name=op.f(f"fk_{table}_cadre_id"), ondelete=ondelete)
