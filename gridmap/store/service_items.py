"""The items of the service counter as kept: shown on its card, never counted as issues."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from sqlalchemy import insert, or_, select, update

from gridmap.store.engine import Transaction
from gridmap.store.frames import nullable, text, turned
from gridmap.store.tables import service_item

COLUMNS = ("number", "name", "department")


def service_items(tx: Transaction, on: dt.date) -> pd.DataFrame:
    """Return the items in force on the day `on`, by number: COLUMNS as text, null where unknown."""
    holds = (service_item.c.valid_from <= on, or_(service_item.c.valid_to.is_(None), service_item.c.valid_to > on))
    statement = select(*(service_item.c[name] for name in COLUMNS)).where(*holds).order_by(service_item.c.number)
    rows = tx.connection.execute(statement).all()
    held = turned(rows, len(COLUMNS))
    return pd.DataFrame({name: text(values) for name, values in zip(COLUMNS, held, strict=True)})


def keep_service_items(tx: Transaction, items: pd.DataFrame, *, on: dt.date, complete: bool = False) -> dict[str, int]:
    """Keep items (COLUMNS) from the day `on`; return how many are `added`, `changed`, `unchanged`, `ended`.

    One that is kept otherwise ends on that day and begins anew. `complete`: those in force that are not given end.
    """
    rows = tx.connection.execute(select(service_item).where(service_item.c.valid_to.is_(None))).all()
    kept = {row.number: row for row in rows}
    counts = {"added": 0, "changed": 0, "unchanged": 0, "ended": 0}
    given = zip(*(nullable(items[name]) for name in COLUMNS), strict=True)
    for number, *about in given:
        before = kept.pop(number, None)
        if before is not None and [before.name, before.department] == about:
            counts["unchanged"] += 1
            continue
        if before is not None:
            _end(tx, before.id, max(on, before.valid_from))
        counts["added" if before is None else "changed"] += 1
        values = dict(zip(COLUMNS, (number, *about), strict=True))
        tx.connection.execute(insert(service_item).values(**values, valid_from=on))
    for row in kept.values() if complete else ():
        _end(tx, row.id, max(on, row.valid_from))
        counts["ended"] += 1
    return counts


def _end(tx: Transaction, number: int, on: dt.date) -> None:
    tx.connection.execute(update(service_item).where(service_item.c.id == number).values(valid_to=on))
