"""Undoing an import: its rows go, the rows it ended hold again, unless something stands on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import Select, delete, func, or_, select, union, update

from gridmap.errors import ConflictError, NotFoundError
from gridmap.store.dialects import among, on_postgres
from gridmap.store.engine import Transaction
from gridmap.store.issues import stands_on as issues_stand_on
from gridmap.store.plans import stands_on as plans_stand_on
from gridmap.store.tables import batch, erasure, feature, issue, link, private, version, version_box
from gridmap.store.visits import stands_on

Dependent = Callable[[Transaction, int], ConflictError | None]


def undo(tx: Transaction, batch_id: int, *, at: dt.datetime) -> dict[str, int]:
    """Take back what a batch did, as of the aware instant `at`, and return the counts: removed, reopened, features.

    The rows it made go (their private values and links too), the rows it ended have no end again, features that are
    left without any row go. The batch itself is kept, with the instant it was undone. A row that holds again has no
    link in an edition published since: see `links.versions_without_link`.

    Raises NotFoundError for an unknown batch, ConflictError if it was undone already or if something stands on its rows
    (`DEPENDENTS`; the error lists what).
    """
    _check(tx, batch_id)
    touched = [row.feature_id for row in tx.connection.execute(_touched(batch_id))]
    made = select(version.c.id).where(version.c.batch_id == batch_id)
    boxes = [] if on_postgres(tx.connection) else [(version_box, version_box.c.id)]
    for table, column in (*boxes, (private, private.c.version_id), (link, link.c.version_id)):
        tx.connection.execute(delete(table).where(column.in_(made)))
    removed = tx.connection.execute(delete(version).where(version.c.batch_id == batch_id)).rowcount
    ended = update(version).where(version.c.ended_by == batch_id)
    reopened = tx.connection.execute(ended.values(valid_to=None, ended_by=None)).rowcount
    gone = tx.connection.execute(
        delete(feature).where(
            among(feature.c.id, touched),
            feature.c.id.not_in(select(version.c.feature_id)),
            feature.c.id.not_in(select(erasure.c.feature_id)),  # the record of an erasure outlives its rows
        )
    ).rowcount
    tx.connection.execute(update(batch).where(batch.c.id == batch_id).values(undone_at=at))
    return {"removed": removed, "reopened": reopened, "features": gone}


def _check(tx: Transaction, batch_id: int) -> None:
    found = tx.connection.execute(select(batch.c.undone_at).where(batch.c.id == batch_id)).first()
    if found is None:
        raise NotFoundError("store.unknown_batch", batch=batch_id)
    if found.undone_at is not None:
        raise ConflictError("store.undone_already", batch=batch_id, at=found.undone_at.isoformat())
    for dependent in DEPENDENTS:
        conflict = dependent(tx, batch_id)
        if conflict is not None:
            raise conflict


def _touched(batch_id: int) -> Select[tuple[int]]:
    """Return the features whose rows the batch made or ended."""
    both = or_(version.c.batch_id == batch_id, version.c.ended_by == batch_id)
    return select(version.c.feature_id).where(both).distinct()


def newer_versions(tx: Transaction, batch_id: int) -> ConflictError | None:
    """Return the conflict that lists the later batches which made or ended rows of the same features, if there are."""
    columns = (version.c.batch_id, version.c.ended_by)
    later = union(
        *(
            select(version.c.feature_id, column.label("batch")).where(
                column > batch_id, version.c.feature_id.in_(_touched(batch_id))
            )
            for column in columns
        )
    ).subquery()
    statement = select(later.c.batch, func.count()).group_by(later.c.batch).order_by(later.c.batch)
    found = tx.connection.execute(statement).all()
    if not found:
        return None
    rows = tx.connection.execute(select(func.count(later.c.feature_id.distinct()))).scalar()
    listed_batches = ", ".join(f"{number} ({count})" for number, count in found)
    return ConflictError("store.undo_depends", batch=batch_id, rows=rows, batches=listed_batches)


def issues_brought(tx: Transaction, batch_id: int) -> ConflictError | None:
    """Return the conflict that the batch brought issues, if it did: what is in the ledger stays there."""
    count = tx.connection.execute(select(func.count()).where(issue.c.batch_id == batch_id)).scalar_one()
    return ConflictError("store.undo_issues", batch=batch_id, issues=count) if count else None


# What may stand on a batch's rows; a room that keeps such things adds its own question here.
DEPENDENTS: list[Dependent] = [newer_versions, stands_on, issues_stand_on, plans_stand_on, issues_brought]
