"""The categories of issues as kept: rules that are data, each in force on its days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict

from sqlalchemy import insert, or_, select, update

from gridmap.ledger.categories import Category
from gridmap.store.engine import Transaction
from gridmap.store.tables import category


def categories(tx: Transaction, on: dt.date) -> dict[str, Category]:
    """Return the categories in force on the day `on`, by name, in the order in which they were first kept."""
    holds = (category.c.valid_from <= on, or_(category.c.valid_to.is_(None), category.c.valid_to > on))
    rows = tx.connection.execute(select(category.c.name, category.c.rule).where(*holds).order_by(category.c.id))
    return {row.name: Category(**row.rule) for row in rows}


def keep_categories(
    tx: Transaction, kinds: Mapping[str, Category], *, on: dt.date, complete: bool = False
) -> dict[str, int]:
    """Keep the categories from the day `on`; return how many are `added`, `changed`, `unchanged`, `ended`.

    One that is kept otherwise ends on that day and begins anew. `complete`: those in force that are not given end.
    """
    open_ = select(category.c.id, category.c.name, category.c.rule, category.c.valid_from)
    rows = tx.connection.execute(open_.where(category.c.valid_to.is_(None))).all()
    kept = {row.name: row for row in rows}
    counts = {"added": 0, "changed": 0, "unchanged": 0, "ended": 0}
    for name, kind in kinds.items():
        rule = asdict(kind)
        if name in kept and kept[name].rule == rule:
            counts["unchanged"] += 1
            continue
        if name in kept:
            _end(tx, kept[name].id, max(on, kept[name].valid_from))
        counts["changed" if name in kept else "added"] += 1
        tx.connection.execute(insert(category), {"name": name, "rule": rule, "valid_from": on})
    for name, row in kept.items() if complete else ():
        if name not in kinds:
            _end(tx, row.id, max(on, row.valid_from))
            counts["ended"] += 1
    return counts


def _end(tx: Transaction, number: int, on: dt.date) -> None:
    tx.connection.execute(update(category).where(category.c.id == number).values(valid_to=on))
