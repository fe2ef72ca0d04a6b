"""The first tables: office, editions and cells, registers with their links, audit, erasures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gridmap.store.connect import APPLICATION_ID
from gridmap.store.migrations.dialects import on_postgres, place

revision = "0001"
down_revision = None

_FIRST = "0" * 64


def upgrade() -> None:
    """Make the tables, in the order in which they point at each other."""
    if not on_postgres():
        op.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    _office()
    _grid()
    _features()
    _versions()
    _side_rows()
    _audit()
    _erasure()
    for table in ("cell", "defect", "version"):
        place(table)


def _office() -> None:
    op.create_table(
        "office",
        _id(),
        _text("name"),
        _text("zone"),
        _instant("created_at"),
        sa.CheckConstraint("id = 1", name=op.f("ck_office_one")),
    )


def _grid() -> None:
    op.create_table(
        "edition",
        _id(),
        _text("name"),
        _day("valid_from"),
        _day("valid_to", nullable=True),
        sa.Column("territory", sa.LargeBinary()),
        _instant("recorded_at"),
        _text("account"),
    )
    op.create_table(
        "cell",
        _id(),
        _points_at("edition", "cell", "edition_id"),
        _text("code"),
        _text("level"),
        _text("parent", nullable=True),
        _text("name", nullable=True),
        sa.Column("geometry", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("edition_id", "code", name=op.f("uq_cell_edition_id_code")),
    )
    op.create_table(
        "closure",
        _points_at("edition", "closure", "edition_id"),
        _text("ancestor"),
        _text("cell"),
        sa.PrimaryKeyConstraint("edition_id", "ancestor", "cell", name=op.f("pk_closure")),
    )
    _defects()


def _defects() -> None:
    op.create_table(
        "defect",
        _id(),
        _points_at("edition", "defect", "edition_id"),
        _text("kind"),
        _text("level", nullable=True),
        _text("code", nullable=True),
        _text("other", nullable=True),
        sa.Column("measure", sa.Float()),
        _text("unit", nullable=True),
        sa.Column("geometry", sa.LargeBinary()),
    )
    op.create_index(op.f("ix_defect_edition_id"), "defect", ["edition_id"])


def _features() -> None:
    op.create_table(
        "batch",
        _id(),
        _text("layer"),
        _text("file"),
        _text("digest"),
        _day("on_day"),
        _instant("recorded_at"),
        _text("account"),
        _text("counts"),
        _instant("undone_at", nullable=True),
    )
    op.create_index(op.f("ix_batch_layer"), "batch", ["layer"])
    op.create_table(
        "feature",
        _id(),
        _text("layer"),
        _text("key"),
        sa.UniqueConstraint("layer", "key", name=op.f("uq_feature_layer_key")),
    )


def _versions() -> None:
    op.create_table(
        "version",
        _id(),
        _points_at("feature", "version", "feature_id"),
        _day("valid_from"),
        _day("valid_to", nullable=True),
        _points_at("batch", "version", "batch_id"),
        _points_at("batch", "version", "ended_by", nullable=True),
        _text("fields"),
        sa.Column("geometry", sa.LargeBinary()),
        _text("cell", nullable=True),
        _text("cell_reason", nullable=True),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_version_days_in_order")),
    )
    op.create_index(op.f("ix_version_batch_id"), "version", ["batch_id"])
    op.create_index(op.f("ix_version_ended_by"), "version", ["ended_by"])
    op.create_index(op.f("ix_version_feature_id_valid_from"), "version", ["feature_id", "valid_from"])
    if not on_postgres():
        # The bounding box of each placed version, found by an R*Tree, which metadata cannot declare.
        op.execute("CREATE VIRTUAL TABLE version_box USING rtree(id, min_x, max_x, min_y, max_y)")


def _side_rows() -> None:
    op.create_table(
        "private",
        _points_at("version", "private", "version_id", ondelete="CASCADE"),
        _text("field"),
        _text("mark"),
        _text("value"),
        sa.PrimaryKeyConstraint("version_id", "field", name=op.f("pk_private")),
    )
    op.create_table(
        "link",
        _points_at("version", "link", "version_id", ondelete="CASCADE"),
        _points_at("edition", "link", "edition_id"),
        sa.Column("part", sa.Integer(), nullable=False),
        _text("code", nullable=True),
        _text("how"),
        _text("nearest", nullable=True),
        sa.Column("distance_m", sa.Float()),
        sa.Column("length_m", sa.Float()),
        sa.Column("differs", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "edition_id", "part", name=op.f("pk_link")),
    )
    op.create_index(op.f("ix_link_edition_id_code"), "link", ["edition_id", "code"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), nullable=False),
        _instant("at"),
        _text("account"),
        _text("action"),
        _text("subject"),
        _text("detail"),
        _text("previous"),
        _text("hash"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_hash")),
    )
    head = op.create_table(
        "audit_head",
        _id(),
        sa.Column("count", sa.Integer(), nullable=False),
        _text("hash"),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one")),
    )
    op.bulk_insert(head, [{"id": 1, "count": 0, "hash": _FIRST}])


def _erasure() -> None:
    op.create_table(
        "erasure",
        _id(),
        _points_at("feature", "erasure", "feature_id"),
        _text("field"),
        _day("before", nullable=True),
        _text("reason"),
        _text("account"),
        _instant("at"),
    )
    op.create_index(op.f("ix_erasure_feature_id"), "erasure", ["feature_id"])


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(10), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _points_at(
    target: str, table: str, name: str, *, nullable: bool = False, ondelete: str | None = None
) -> sa.Column[int]:
    reference = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_{table}_{name}"), ondelete=ondelete)
    return sa.Column(name, sa.Integer(), reference, nullable=nullable)
