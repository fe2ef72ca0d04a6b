"""What has changed: of each subject a mark, which is another one after each change that was committed."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, event, insert, select

from gridmap.store.tables import revision

if TYPE_CHECKING:
    from gridmap.store.engine import Transaction

SUBJECTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "grid": frozenset({"office", "edition", "cell", "closure", "defect"}),
        "registers": frozenset({"batch", "feature", "version", "version_box", "private", "link", "erasure"}),
        "roster": frozenset(
            {"cadre", "cadre_version", "cadre_private", "unit_version", "assignment", "absence", "stand_in"}
        ),
        "rules": frozenset({"calendar_day", "duty", "exemption", "category", "service_item"}),
        "visits": frozenset({"visit", "visit_private"}),
        "issues": frozenset({"issue", "issue_event", "issue_feature", "issue_private"}),
        "ledger": frozenset({"ledger_erasure", "photo", "programme", "programme_issue"}),
        "plans": frozenset({"plan", "plan_route", "plan_stop", "sheet", "sheet_stop"}),
    }
)
"""The tables of each subject; `ledger`: what else is in it beside visits and issues."""
LEDGER = ("visits", "issues", "ledger")

# Tables of which nothing is said here: who may come in, what was done, what the service keeps for itself.
UNMARKED = frozenset(
    {
        *("account", "session", "token", "attempt", "audit", "audit_head"),
        *("job", "job_file", "answered", "lease", "revision"),
    }
)

_SUBJECT = {table: subject for subject, tables in SUBJECTS.items() for table in tables}
_CHANGE = re.compile(
    r"\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+(?:ONLY\s+)?"
    r'(?:["`\[]?\w+["`\]]?\s*\.\s*)?["`\[]?(\w+)',
    re.IGNORECASE,
)


def marks(tx: Transaction) -> dict[str, str]:
    """Return the mark of each subject that has ever changed; a transaction that only reads asks for them once."""
    if tx.marks is not None and not tx.writes:
        return tx.marks
    rows = tx.connection.execute(select(revision.c.subject, revision.c.mark).order_by(revision.c.subject))
    tx.marks = {row.subject: row.mark for row in rows}
    return tx.marks


def watch(connection: Connection) -> set[str]:
    """Return a set into which every subject comes that a statement of this connection changes from now on."""
    touched: set[str] = set()

    @event.listens_for(connection, "before_cursor_execute")
    def _note(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        touched.update(_changed(statement))

    return touched


def renew(connection: Connection, subjects: Iterable[str] = SUBJECTS) -> None:
    """Give subjects, or all, a new mark, which nobody can foresee: two stores never share one by chance."""
    rows = [{"subject": subject, "mark": secrets.token_hex(8)} for subject in sorted(subjects)]
    if rows:
        connection.execute(delete(revision).where(revision.c.subject.in_([row["subject"] for row in rows])))
        connection.execute(insert(revision), rows)


@lru_cache(maxsize=1024)
def _changed(statement: str) -> frozenset[str]:
    """Return the subjects whose tables a statement may change. One that changes no row counts, too: that is safe."""
    names = (name.lower() for name in _CHANGE.findall(statement))
    return frozenset(_SUBJECT[name] for name in names if name in _SUBJECT)
