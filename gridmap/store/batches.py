"""Batches: what one import writes, all of it or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import func, select, update

from gridmap.errors import ConflictError
from gridmap.layer import Layer
from gridmap.store.changes import Plan
from gridmap.store.dialects import among, on_postgres
from gridmap.store.engine import Transaction
from gridmap.store.frames import (
    Objects,
    insert_many,
    insert_one,
    instants,
    next_number,
    nullable,
    objects,
    plain,
    raw,
    same,
    text,
    there,
    to_json,
    to_json_values,
    to_wkb,
    turned,
)
from gridmap.store.links import keep_links
from gridmap.store.tables import batch, feature, private, version, version_box

_MANY = 1_000  # rows of one import


def new_batch(
    tx: Transaction, *, layer: str, file: str, digest: str, on: dt.date, at: dt.datetime, account: str
) -> int:
    """Record that the file `file` (its name; `digest` is the SHA-256 of its bytes) is imported; return its number.

    `on` is the day from which its rows hold, `at` the aware instant of the import. Numbers rise with time.
    """
    values = {"layer": layer, "file": file, "digest": digest, "on_day": on, "recorded_at": at, "account": account}
    return insert_one(tx.connection, batch, values | {"counts": {}})


def set_counts(tx: Transaction, batch_id: int, counts: Mapping[str, int]) -> None:
    """Keep what the batch did, in numbers."""
    tx.connection.execute(update(batch).where(batch.c.id == batch_id).values(counts=dict(counts)))


def batches(tx: Transaction, *, as_of: dt.datetime | None = None) -> pd.DataFrame:
    """Return every batch, the newest first.

    Columns: id, layer, file, digest, on (ISO text), recorded_at and undone_at (UTC, NaT while it stands), account,
    counts (a mapping). `as_of` leaves out what was recorded after that instant, undoing too.
    """
    columns = [raw(c) if c is batch.c.on_day else c for c in batch.c]
    statement = select(*columns).order_by(batch.c.id.desc())
    if as_of is not None:
        statement = statement.where(batch.c.recorded_at <= as_of)
    rows = tx.connection.execute(statement).all()
    held = dict(zip(batch.c.keys(), turned(rows, len(columns)), strict=True))
    texts = {name: text(held[name]) for name in ("layer", "file", "digest")}
    undone = instants(held["undone_at"])
    return pd.DataFrame(
        {
            "id": pd.Series(held["id"], dtype="int64"),
            **texts,
            "on": text(held["on_day"]),
            "recorded_at": instants(held["recorded_at"]),
            "account": text(held["account"]),
            "counts": text(held["counts"]),
            "undone_at": undone if as_of is None else undone.where(undone <= as_of),
        }
    )


def apply(tx: Transaction, layer: Layer, plan: Plan, links: pd.DataFrame, *, batch_id: int, on: dt.date) -> None:
    """Write what `plan` says, from the day `on`: rows that end, rows that begin, and their links.

    `links` has a row (position in `plan.rows()`), edition_id, part, code, how, nearest, distance_m, length_m, differs.
    Raises ConflictError (`store.plan_out_of_date`) if rows that it ends or begins were changed since it was made.
    """
    _end(tx, [*plan.changed["version_id"].tolist(), *plan.closed["version_id"].tolist()], batch_id, on)
    rows = plan.rows()
    first = next_number(tx.connection, version)
    ids = objects(range(first, first + len(rows)))
    heads = {"id": ids, "feature_id": _features(tx, layer, rows)}
    every = {"valid_from": same(on.isoformat(), len(rows)), "batch_id": same(batch_id, len(rows))}
    insert_many(tx.connection, version, heads | every | _said(layer, rows))
    _keep_boxes(tx, rows, ids)
    _keep_private(tx, layer, rows, ids)
    keep_links(tx, links, ids[links["row"].to_numpy(dtype=np.intp)])
    if len(rows) > _MANY and on_postgres(tx.connection):
        # Until tables are counted anew, a database reads them as if they were small; who owns none of them may not.
        tx.connection.exec_driver_sql("ANALYZE feature, version, link, private")


def _end(tx: Transaction, ids: Sequence[int], batch_id: int, on: dt.date) -> None:
    ending = update(version).where(among(version.c.id, ids), version.c.valid_to.is_(None))
    done = tx.connection.execute(ending.values(valid_to=on, ended_by=batch_id))
    _refuse_stale(len(ids) - done.rowcount)


def _refuse_stale(rows: int) -> None:
    if rows:
        raise ConflictError("store.plan_out_of_date", rows=rows)


def _features(tx: Transaction, layer: Layer, rows: gpd.GeoDataFrame) -> Objects:
    """Return the feature of each row, making those that are new.

    Raises ConflictError if one of them has a row without an end already.
    """
    keys = nullable(rows["key"])
    known = select(feature.c.key, feature.c.id).where(feature.c.layer == layer.name, among(feature.c.key, keys))
    kept = dict(zip(*turned(tx.connection.execute(known).all(), 2), strict=True))
    still_open = select(func.count()).where(among(version.c.feature_id, kept.values()), version.c.valid_to.is_(None))
    _refuse_stale(tx.connection.execute(still_open).scalar_one())
    ids = objects(kept.get(key) for key in keys)
    new = ~there(ids)
    count, first = int(new.sum()), next_number(tx.connection, feature)
    ids[new] = range(first, first + count)
    insert_many(tx.connection, feature, {"id": ids[new], "layer": same(layer.name, count), "key": keys[new]})
    return ids


def _said(layer: Layer, rows: gpd.GeoDataFrame) -> dict[str, Iterable[object]]:
    """Return what the rows say in public, as the columns of `version`."""
    public = [one for one in layer.fields if one.mark == "public" and one.name != layer.key]
    return {
        "fields": to_json({one.name: plain(rows[one.name], one) for one in public}, len(rows)),
        "geometry": to_wkb(rows.geometry),
        "cell": nullable(rows["cell"]),
        "cell_reason": nullable(rows["cell_reason"]),
    }


def _keep_boxes(tx: Transaction, rows: gpd.GeoDataFrame, ids: Objects) -> None:
    if on_postgres(tx.connection):
        return  # which has an index of its own on the places
    places = rows.geometry.to_numpy()
    placed = ~(shapely.is_missing(places) | shapely.is_empty(places))
    bounds = shapely.bounds(places[placed]).reshape(-1, 4).T.tolist()
    box = dict(zip(("min_x", "min_y", "max_x", "max_y"), bounds, strict=True))
    insert_many(tx.connection, version_box, {"id": ids[placed], **box})


def _keep_private(tx: Transaction, layer: Layer, rows: gpd.GeoDataFrame, ids: Objects) -> None:
    for one in layer.fields:
        if one.mark == "public":
            continue
        values = plain(rows[one.name], one)
        given = there(values)
        count = int(given.sum())
        columns = {
            "version_id": ids[given],
            "field": same(one.name, count),
            "mark": same(one.mark, count),
            "value": to_json_values(values[given]),
        }
        insert_many(tx.connection, private, columns)
