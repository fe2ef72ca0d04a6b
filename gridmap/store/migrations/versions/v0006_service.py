"""The service: jobs, answers kept by their key, marks of what has changed; accounts of an identity provider."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_SUBJECTS = ("grid", "registers", "roster", "rules", "ledger", "plans")


def upgrade() -> None:
    """Make the tables, in the order in which they point at each other."""
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), primary_key=True),
        *(_text(name) for name in ("uuid", "kind", "asked", "account", "state")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("done", "total")),
        *(_text(name, nullable=True) for name in ("result", "error")),
        sa.Column("cancel", sa.Boolean(), nullable=False),
        _text("holder", nullable=True),
        _instant("lease_until", nullable=True),
        _instant("created_at"),
        *(_instant(name, nullable=True) for name in ("started_at", "ended_at")),
        sa.UniqueConstraint("uuid", name=op.f("uq_job_uuid")),
    )
    key = sa.ForeignKey("job.id", name=op.f("fk_job_file_job_id"), ondelete="CASCADE")
    op.create_table(
        "job_file",
        sa.Column("job_id", sa.Integer(), key, primary_key=True),
        sa.Column("part", sa.Text(), primary_key=True),
        _text("name"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "answered",
        sa.Column("key_hash", sa.Text(), primary_key=True),
        _text("account"),
        _text("request_hash"),
        sa.Column("status", sa.Integer()),
        _text("body", nullable=True),
        _instant("at"),
    )
    marks = op.create_table("revision", sa.Column("subject", sa.Text(), primary_key=True), _text("mark"))
    # What there is already has a mark too, so that what is worked out of it can be kept.
    op.bulk_insert(marks, [{"subject": one, "mark": secrets.token_hex(8)} for one in _SUBJECTS])
    for table, column in (("job", "account"), ("job", "state"), ("answered", "at")):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    with op.batch_alter_table("account") as account:
        account.alter_column("password_hash", existing_type=sa.Text(), nullable=True)
        account.add_column(_text("identity", nullable=True))
        account.create_unique_constraint(op.f("uq_account_identity"), ["identity"])


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)
