"""The days whose kind the office's own notice or table states."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import delete, insert, select

from gridmap.store.engine import Transaction
from gridmap.store.tables import calendar_day


def calendar_days(tx: Transaction) -> dict[dt.date, bool]:
    """Return each day that is stated, with whether it is a working day, in their order."""
    statement = select(calendar_day.c.day, calendar_day.c.working).order_by(calendar_day.c.day)
    return {row.day: row.working for row in tx.connection.execute(statement)}


def keep_days(tx: Transaction, days: Mapping[dt.date, bool], *, source: str, at: dt.datetime) -> dict[str, int]:
    """Keep what `source` states of the days from the instant `at` on; other days stay as they are.

    Returns how many days are `added` (not stated before), `changed` (stated otherwise) and `unchanged`.
    """
    kept = calendar_days(tx)
    new = {day: works for day, works in days.items() if kept.get(day) is not works}
    if new:
        tx.connection.execute(delete(calendar_day).where(calendar_day.c.day.in_(list(new))))
        rows = [{"day": day, "working": works, "source": source, "recorded_at": at} for day, works in new.items()]
        tx.connection.execute(insert(calendar_day), rows)
    changed = sum(day in kept for day in new)
    return {"added": len(new) - changed, "changed": changed, "unchanged": len(days) - len(new)}
