"""What has come into the ledger since one looked: its entries are only ever added, each with a higher number."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Table, select

from gridmap.store.engine import Transaction
from gridmap.store.tables import issue, issue_event, visit

Entry = tuple[int, str | None]
_BEFORE_ALL: Entry = (0, None)


@dataclass(frozen=True, slots=True)
class Head:
    """The last entries of the ledger: number and UUID of a visit, and of an event of an issue."""

    visit: Entry
    event: Entry


def head(tx: Transaction) -> Head:
    """Return the last entries that the transaction sees."""
    return Head(_last(tx, visit), _last(tx, issue_event))


def follows(tx: Transaction, known: Head) -> bool:
    """Return whether the ledger still is what it was at `known`, and what came after; not so where a copy came back."""
    return _is_there(tx, visit, known.visit) and _is_there(tx, issue_event, known.event)


def issues_since(tx: Transaction, known: Head) -> list[str]:
    """Return the UUIDs of the issues to which something has happened since `known`."""
    statement = select(issue.c.uuid).join(issue_event, issue_event.c.issue_id == issue.c.id)
    return list(tx.connection.execute(statement.where(issue_event.c.id > known.event[0]).distinct()).scalars())


def any_later(tx: Transaction, now: dt.datetime, since: Head | None = None) -> bool:
    """Return whether an entry (null: of all; else after `since`) says that it was recorded after the aware instant."""
    numbers = (0, 0) if since is None else (since.visit[0], since.event[0])
    return any(
        tx.connection.execute(select(table.c.id).where(table.c.recorded_at > now, table.c.id > first).limit(1)).first()
        for table, first in zip((visit, issue_event), numbers, strict=True)
    )


def _last(tx: Transaction, table: Table) -> Entry:
    row = tx.connection.execute(select(table.c.id, table.c.uuid).order_by(table.c.id.desc()).limit(1)).first()
    return _BEFORE_ALL if row is None else (row.id, row.uuid)


def _is_there(tx: Transaction, table: Table, entry: Entry) -> bool:
    if entry == _BEFORE_ALL:
        return True
    return tx.connection.execute(select(table.c.uuid).where(table.c.id == entry[0])).scalar() == entry[1]
