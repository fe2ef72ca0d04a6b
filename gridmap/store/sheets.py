"""Printed visiting sheets as kept: which feature each stop number stands for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd
from sqlalchemy import func, select

from gridmap.errors import NotFoundError
from gridmap.store.engine import Transaction
from gridmap.store.frames import insert_many, insert_one, instants, last_count, raw, same, text, turned
from gridmap.store.tables import feature, sheet, sheet_stop


def keep_sheet(
    tx: Transaction,
    stops: Sequence[tuple[str, str] | None],
    *,
    cell: str | None,
    on: dt.date,
    at: dt.datetime,
    account: str,
) -> str:
    """Keep a sheet made for the day `on`, and return its number ("2015-0001", counted by year).

    `stops`: the layer and key of each stop, which are numbered from 1; one that stands for no feature (null) has a
    number and no entry. `at` (aware) is when it was made. Raises NotFoundError for a feature that no register has.
    """
    begin = f"{on.year}-"
    count = last_count(tx.connection, sheet, begin)
    number = f"{begin}{count + 1:04}"
    values = {"number": number, "cell": cell, "on_day": on, "recorded_at": at, "account": account}
    made = insert_one(tx.connection, sheet, values)
    numbered = {order: stop for order, stop in enumerate(stops, start=1) if stop is not None}
    ids = _ids(tx, list(numbered.values()))
    columns = {"sheet_id": same(made, len(ids)), "stop": list(numbered), "feature_id": ids}
    insert_many(tx.connection, sheet_stop, columns)
    return number


def stops(tx: Transaction, number: str) -> dict[int, tuple[str, str]]:
    """Return the layer and key of each stop of a sheet, by stop. NotFoundError for an unknown number."""
    found = tx.connection.execute(select(sheet.c.id).where(sheet.c.number == number)).scalar()
    if found is None:
        raise NotFoundError("store.unknown_sheet", sheet=number)
    statement = (
        select(sheet_stop.c.stop, feature.c.layer, feature.c.key)
        .join(feature, feature.c.id == sheet_stop.c.feature_id)
        .where(sheet_stop.c.sheet_id == found)
        .order_by(sheet_stop.c.stop)
    )
    return {stop: (layer, key) for stop, layer, key in tx.connection.execute(statement)}


def sheets(tx: Transaction) -> pd.DataFrame:
    """Return every sheet, the newest first: number, cell, on (ISO text), recorded_at (UTC), account, stops."""
    count = select(func.count()).where(sheet_stop.c.sheet_id == sheet.c.id).scalar_subquery()
    columns = (sheet.c.number, sheet.c.cell, raw(sheet.c.on_day), sheet.c.recorded_at, sheet.c.account, count)
    numbers, cells, days, made, accounts, counts = turned(
        tx.connection.execute(select(*columns).order_by(sheet.c.id.desc())).all(), len(columns)
    )
    return pd.DataFrame(
        {
            "number": text(numbers),
            "cell": text(cells),
            "on": text(days),
            "recorded_at": instants(made),
            "account": text(accounts),
            "stops": pd.Series(counts, dtype="int64"),
        }
    )


def _ids(tx: Transaction, stops: Sequence[tuple[str, str]]) -> list[int]:
    held: dict[tuple[str, str], int] = {}
    for layer in {layer for layer, _ in stops}:
        keys = [key for of, key in stops if of == layer]
        statement = select(feature.c.key, feature.c.id).where(feature.c.layer == layer, feature.c.key.in_(keys))
        held |= {(layer, key): number for key, number in tx.connection.execute(statement)}
    for layer, key in stops:
        if (layer, key) not in held:
            raise NotFoundError("store.unknown_key", layer=layer, key=key)
    return [held[stop] for stop in stops]
