"""The grid as kept: editions by day, their cells, the closure of what lies under what, and their defects."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import ColumnElement, Select, Table, func, or_, select, update

from gridmap.errors import ConflictError, NotFoundError
from gridmap.store.engine import Transaction
from gridmap.store.frames import insert_many, insert_one, instants, nullable, raw, same, text, to_frame, to_wkb, turned
from gridmap.store.tables import cell, closure, defect, edition

_CELL_COLUMNS = ("code", "level", "parent", "name")
_DEFECT_TEXTS = ("kind", "level", "code", "other", "unit")


@dataclass(frozen=True, slots=True)
class Edition:
    """The grid as in force on the days [valid_from, valid_to); `valid_to` is None while no later one is published."""

    id: int
    name: str
    valid_from: dt.date
    valid_to: dt.date | None


def publish(
    tx: Transaction,
    cells: gpd.GeoDataFrame,
    closure: pd.DataFrame,
    defects: gpd.GeoDataFrame,
    *,
    name: str,
    valid_from: dt.date,
    territory: shapely.Geometry | None,
    at: dt.datetime,
    account: str,
) -> int:
    """Keep a new edition in force from `valid_from`, end the one in force until then, and return its number.

    `cells` has code, level, parent, name, geometry; `closure` has cell, ancestor; `defects` has kind, level, code,
    other, measure, unit, geometry (null where it has no place). All frames and `territory` are in EPSG:4326.

    Raises ConflictError if an edition begins on or after that day, ArgumentError for another CRS.
    """
    _refuse_later(tx, valid_from)
    in_force = edition_on(tx, valid_from)
    if in_force is not None:
        tx.connection.execute(update(edition).where(edition.c.id == in_force.id).values(valid_to=valid_from))
    values = {"name": name, "valid_from": valid_from, "territory": territory, "recorded_at": at, "account": account}
    number = insert_one(tx.connection, edition, values)
    _keep_cells(tx, number, cells)
    _keep_closure(tx, number, closure)
    _keep_defects(tx, number, defects)
    return number


def _refuse_later(tx: Transaction, valid_from: dt.date) -> None:
    later = tx.connection.execute(
        select(edition.c.name, edition.c.valid_from)
        .where(edition.c.valid_from >= valid_from)
        .order_by(edition.c.valid_from.desc())
        .limit(1)
    ).first()
    if later is not None:
        raise ConflictError("store.later_edition", edition=later.name, begins=later.valid_from, day=valid_from)


def _keep_cells(tx: Transaction, number: int, cells: gpd.GeoDataFrame) -> None:
    columns = {column: nullable(cells[column]) for column in _CELL_COLUMNS}
    whole = {"edition_id": same(number, len(cells)), **columns, "geometry": to_wkb(cells.geometry)}
    insert_many(tx.connection, cell, whole)


def _keep_closure(tx: Transaction, number: int, pairs: pd.DataFrame) -> None:
    columns = {column: nullable(pairs[column]) for column in ("ancestor", "cell")}
    insert_many(tx.connection, closure, {"edition_id": same(number, len(pairs)), **columns})


def _keep_defects(tx: Transaction, number: int, defects: gpd.GeoDataFrame) -> None:
    columns = {column: nullable(defects[column]) for column in (*_DEFECT_TEXTS, "measure")}
    whole = {"edition_id": same(number, len(defects)), **columns, "geometry": to_wkb(defects.geometry)}
    insert_many(tx.connection, defect, whole)


def edition_on(tx: Transaction, on: dt.date) -> Edition | None:
    """Return the edition in force on the day `on`; None before the first."""
    row = tx.connection.execute(_ending_after(on).where(edition.c.valid_from <= on)).first()
    return None if row is None else Edition(*row)


def overlapping(tx: Transaction, from_day: dt.date, to_day: dt.date | None) -> list[Edition]:
    """Return the editions in force on some day of [from_day, to_day), oldest first; None means without end."""
    statement = _ending_after(from_day)
    if to_day is not None:
        statement = statement.where(edition.c.valid_from < to_day)
    return [Edition(*row) for row in tx.connection.execute(statement.order_by(edition.c.valid_from))]


def _ending_after(day: dt.date) -> Select[Any]:
    columns = (edition.c.id, edition.c.name, edition.c.valid_from, edition.c.valid_to)
    return select(*columns).where(or_(edition.c.valid_to.is_(None), edition.c.valid_to > day))


def editions(tx: Transaction) -> pd.DataFrame:
    """Return every edition, oldest first.

    Columns: id, name, valid_from and valid_to (ISO text, null while open), recorded_at (UTC), account, and how many
    cells and defects it has.
    """
    counts = [
        select(func.count()).select_from(table).where(table.c.edition_id == edition.c.id).scalar_subquery()
        for table in (cell, defect)
    ]
    statement = select(
        edition.c.id,
        edition.c.name,
        raw(edition.c.valid_from),
        raw(edition.c.valid_to),
        edition.c.recorded_at,
        edition.c.account,
        *counts,
    ).order_by(edition.c.valid_from)
    columns = turned(tx.connection.execute(statement).all(), 8)
    return pd.DataFrame(
        {
            "id": pd.Series(columns[0], dtype="int64"),
            "name": text(columns[1]),
            "valid_from": text(columns[2]),
            "valid_to": text(columns[3]),
            "recorded_at": instants(columns[4]),
            "account": text(columns[5]),
            "cells": pd.Series(columns[6], dtype="int64"),
            "defects": pd.Series(columns[7], dtype="int64"),
        }
    )


def cells(tx: Transaction, edition_id: int) -> gpd.GeoDataFrame:
    """Return the cells of an edition in EPSG:4326, by code: code, level, parent (null at the top), name, geometry.

    Raises NotFoundError for an edition that is not there.
    """
    _known(tx, edition_id)
    return _read(tx, cell, edition_id, _CELL_COLUMNS, cell.c.code)


def codes(tx: Transaction) -> frozenset[str]:
    """Return the code of every cell of every edition."""
    return frozenset(tx.connection.execute(select(cell.c.code).distinct()).scalars())


def defects(tx: Transaction, edition_id: int) -> gpd.GeoDataFrame:
    """Return the defects an edition was published with, in EPSG:4326 and in the order they were given.

    Columns: kind, level, code, other, measure (in `unit`: m, m2 or null), unit, geometry. Raises NotFoundError for an
    edition that is not there.
    """
    _known(tx, edition_id)
    frame = _read(tx, defect, edition_id, (*_DEFECT_TEXTS, "measure"), defect.c.id)
    frame["measure"] = frame["measure"].astype("float64")
    return frame[["kind", "level", "code", "other", "measure", "unit", "geometry"]]


def territory(tx: Transaction, edition_id: int) -> shapely.Geometry | None:
    """Return the office's polygon of an edition in EPSG:4326, None if it was published without one.

    Raises NotFoundError for an edition that is not there.
    """
    return shapely.from_wkb(_known(tx, edition_id))


def _known(tx: Transaction, edition_id: int) -> bytes | None:
    row = tx.connection.execute(select(edition.c.territory).where(edition.c.id == edition_id)).first()
    if row is None:
        raise NotFoundError("store.unknown_edition", edition=edition_id)
    wkb: bytes | None = row.territory
    return wkb


def _read(
    tx: Transaction, table: Table, edition_id: int, names: tuple[str, ...], order: ColumnElement[object]
) -> gpd.GeoDataFrame:
    wanted = [table.c[name] for name in (*names, "geometry")]
    rows = tx.connection.execute(select(*wanted).where(table.c.edition_id == edition_id).order_by(order)).all()
    *columns, wkb = turned(rows, len(wanted))
    return to_frame({name: text(values) for name, values in zip(names, columns, strict=True)}, wkb)
