"""Programmes (专项): named sets of issues."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
from sqlalchemy import func, select

from gridmap.errors import ConflictError, NotFoundError
from gridmap.store.dialects import among
from gridmap.store.engine import Transaction
from gridmap.store.frames import insert_many, insert_one, text, turned
from gridmap.store.tables import issue, programme, programme_issue


def begin(tx: Transaction, name: str, *, note: str | None = None) -> None:
    """Begin a programme. Raises ConflictError if there is one of this name."""
    if tx.connection.execute(select(programme.c.id).where(programme.c.name == name)).scalar() is not None:
        raise ConflictError("store.programme_exists", programme=name)
    insert_one(tx.connection, programme, {"name": name, "note": note})


def put(tx: Transaction, name: str, uuids: Collection[str]) -> int:
    """Put issues, by UUID, into a programme; return how many were not in it yet. NotFoundError if there is none."""
    number = _number(tx, name)
    within = select(programme_issue.c.issue_id).where(programme_issue.c.programme_id == number)
    new = select(issue.c.id).where(among(issue.c.uuid, uuids), issue.c.id.not_in(within)).order_by(issue.c.id)
    ids = list(tx.connection.execute(new).scalars())
    insert_many(tx.connection, programme_issue, {"programme_id": [number] * len(ids), "issue_id": ids})
    return len(ids)


def issues_of(tx: Transaction, name: str) -> list[str]:
    """Return the UUIDs of the issues of a programme, by number. NotFoundError if there is none of this name."""
    statement = (
        select(issue.c.uuid)
        .join(programme_issue, programme_issue.c.issue_id == issue.c.id)
        .where(programme_issue.c.programme_id == _number(tx, name))
        .order_by(issue.c.number)
    )
    return list(tx.connection.execute(statement).scalars())


def programmes(tx: Transaction) -> pd.DataFrame:
    """Return the programmes by name: programme, note, issues (how many)."""
    statement = (
        select(programme.c.name, programme.c.note, func.count(programme_issue.c.issue_id))
        .join_from(programme, programme_issue, programme_issue.c.programme_id == programme.c.id, isouter=True)
        .group_by(programme.c.id)
        .order_by(programme.c.name)
    )
    names, notes, counts = turned(tx.connection.execute(statement).all(), 3)
    return pd.DataFrame({"programme": text(names), "note": text(notes), "issues": pd.Series(counts, dtype="int64")})


def programmes_of(tx: Transaction, uuid: str) -> list[str]:
    """Return the names of the programmes that an issue is in."""
    statement = (
        select(programme.c.name)
        .join(programme_issue, programme_issue.c.programme_id == programme.c.id)
        .join(issue, issue.c.id == programme_issue.c.issue_id)
        .where(issue.c.uuid == uuid)
        .order_by(programme.c.name)
    )
    return list(tx.connection.execute(statement).scalars())


def _number(tx: Transaction, name: str) -> int:
    number = tx.connection.execute(select(programme.c.id).where(programme.c.name == name)).scalar()
    if number is None:
        raise NotFoundError("store.unknown_programme", programme=name)
    return int(number)
