"""What has changed: of each subject a mark, which is another one after each change that was committed."""

from __future__ import annotations

from sqlalchemy import select

from gridmap.store.engine import Transaction
from gridmap.store.tables import revision


def marks(tx: Transaction) -> dict[str, str]:
    """Return the mark of each subject that has ever changed."""
    rows = tx.connection.execute(select(revision.c.subject, revision.c.mark).order_by(revision.c.subject))
    return {row.subject: row.mark for row in rows}
