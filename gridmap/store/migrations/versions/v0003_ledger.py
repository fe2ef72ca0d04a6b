"""The ledger: calendar, duties, categories, visits, issues with their events, programmes, printed sheets, leases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gridmap.store.migrations.dialects import place

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables, in the order in which they point at each other."""
    _rules()
    _visits()
    _issues()
    _beside()


def _rules() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        _text("source"),
        _instant("recorded_at"),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    for table in ("duty", "category"):
        op.create_table(table, _id(), _text("name"), _text("rule"), *_days())
        op.create_index(op.f(f"ix_{table}_name"), table, ["name"])
    op.create_table("exemption", _id(), _text("duty"), _text("subject"), _text("reason"), *_days())
    op.create_index(op.f("ix_exemption_duty"), "exemption", ["duty"])
    op.create_table("service_item", _id(), _text("number"), _text("name"), _text("department", nullable=True), *_days())


def _visits() -> None:
    op.create_table(
        "visit",
        _id(),
        _text("uuid"),
        _instant("at"),
        _instant("recorded_at"),
        _text("account"),
        _text("lead"),
        _text("companions"),
        _points_at("feature", "visit", nullable=True),
        _text("cell", nullable=True),
        _text("mode"),
        _text("outcome"),
        *(_text(name, nullable=True) for name in ("corrects", "looks_back", "sheet", "answering")),
        sa.Column("elsewhere", sa.Boolean(), nullable=False),
        _text("digest"),
        sa.UniqueConstraint("uuid", name=op.f("uq_visit_uuid")),
    )
    for column in ("at", "lead", "feature_id", "cell", "corrects"):
        op.create_index(op.f(f"ix_visit_{column}"), "visit", [column])
    op.create_table(
        "visit_private",
        _points_at("visit", "visit_private"),
        _text("field"),
        _text("mark"),
        _text("value"),
        sa.PrimaryKeyConstraint("visit_id", "field", name=op.f("pk_visit_private")),
    )


def _issues() -> None:
    op.create_table(
        "issue",
        _id(),
        _text("uuid"),
        _text("number"),
        sa.Column("geometry", sa.LargeBinary()),
        _text("cell", nullable=True),
        _points_at("batch", "issue", nullable=True),
        sa.UniqueConstraint("uuid", name=op.f("uq_issue_uuid")),
        sa.UniqueConstraint("number", name=op.f("uq_issue_number")),
    )
    op.create_index(op.f("ix_issue_cell"), "issue", ["cell"])
    op.create_index(op.f("ix_issue_batch_id"), "issue", ["batch_id"])
    place("issue")
    op.create_table(
        "issue_feature",
        _points_at("issue", "issue_feature"),
        _points_at("feature", "issue_feature"),
        sa.PrimaryKeyConstraint("issue_id", "feature_id", name=op.f("pk_issue_feature")),
    )
    op.create_index(op.f("ix_issue_feature_feature_id"), "issue_feature", ["feature_id"])
    op.create_table(
        "issue_event",
        _id(),
        _text("uuid"),
        _points_at("issue", "issue_event"),
        _text("act"),
        _text("state"),
        _instant("at"),
        _instant("recorded_at"),
        _text("account"),
        *(
            _text(name, nullable=True)
            for name in ("actor", "category", "source", "unit", "holder", "follower", "leader")
        ),
        sa.Column("due_at", sa.BigInteger()),
        _text("result", nullable=True),
        _text("said"),
        sa.UniqueConstraint("uuid", name=op.f("uq_issue_event_uuid")),
    )
    op.create_index(op.f("ix_issue_event_issue_id"), "issue_event", ["issue_id"])
    op.create_index(op.f("ix_issue_event_recorded_at"), "issue_event", ["recorded_at"])
    op.create_table(
        "issue_private",
        _points_at("issue_event", "issue_private", "event_id"),
        _text("field"),
        _text("mark"),
        _text("value"),
        sa.PrimaryKeyConstraint("event_id", "field", name=op.f("pk_issue_private")),
    )
    op.create_table(
        "ledger_erasure",
        _id(),
        *(_text(name) for name in ("kind", "uuid", "field", "reason", "account")),
        _instant("at"),
    )
    op.create_table(
        "photo",
        _id(),
        _points_at("issue", "photo"),
        _text("digest"),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=False),
        _instant("recorded_at"),
        _text("account"),
    )
    op.create_index(op.f("ix_photo_issue_id"), "photo", ["issue_id"])


def _beside() -> None:
    op.create_table(
        "programme",
        _id(),
        _text("name"),
        _text("note", nullable=True),
        sa.UniqueConstraint("name", name=op.f("uq_programme_name")),
    )
    op.create_table(
        "programme_issue",
        _points_at("programme", "programme_issue"),
        _points_at("issue", "programme_issue"),
        sa.PrimaryKeyConstraint("programme_id", "issue_id", name=op.f("pk_programme_issue")),
    )
    op.create_index(op.f("ix_programme_issue_issue_id"), "programme_issue", ["issue_id"])
    op.create_table(
        "sheet",
        _id(),
        _text("number"),
        _text("cell", nullable=True),
        sa.Column("on_day", sa.String(10), nullable=False),
        _instant("recorded_at"),
        _text("account"),
        sa.UniqueConstraint("number", name=op.f("uq_sheet_number")),
    )
    op.create_table(
        "sheet_stop",
        _points_at("sheet", "sheet_stop"),
        sa.Column("stop", sa.Integer(), nullable=False),
        _points_at("feature", "sheet_stop"),
        sa.PrimaryKeyConstraint("sheet_id", "stop", name=op.f("pk_sheet_stop")),
    )
    op.create_table(
        "lease",
        _text("name"),
        _text("holder"),
        _instant("until"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _instant(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _days() -> tuple[sa.Column[str], sa.Column[str]]:
    return (
        sa.Column("valid_from", sa.String(10), nullable=False),
        sa.Column("valid_to", sa.String(10), nullable=True),
    )


def _points_at(target: str, table: str, column: str = "", *, nullable: bool = False) -> sa.Column[int]:
    name = column or f"{target}_id"
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_{table}_{name}"))
    return sa.Column(name, sa.Integer(), key, nullable=nullable)
