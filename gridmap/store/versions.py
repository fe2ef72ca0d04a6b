"""Versions as read: the rows that some conditions choose, decoded a column at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from gridmap.errors import ArgumentError
from gridmap.layer import Layer
from gridmap.store.dialects import on_postgres
from gridmap.store.engine import Transaction
from gridmap.store.frames import Objects, from_json, objects, pick, raw, text, to_frame, turned, typed
from gridmap.store.tables import feature, link, private, version, version_box

Box = tuple[float, float, float, float]
Columns = dict[str, pd.Series]

VERSIONS = version.join(feature, feature.c.id == version.c.feature_id)


def in_force(on: dt.date) -> ColumnElement[bool]:
    """Return the condition that a version holds on the day `on`; one that is zero days long never does."""
    return and_(version.c.valid_from <= on, or_(version.c.valid_to.is_(None), version.c.valid_to > on))


def boxes(tx: Transaction, bbox: Box) -> Select[tuple[int]]:
    """Return the versions whose box meets (west, south, east, north), degrees. Raises ArgumentError if it is no box."""
    west, south, east, north = bbox
    if not (west <= east and south <= north):
        raise ArgumentError("store.bbox", bbox=bbox)
    if on_postgres(tx.connection):
        return select(func.versions_in(west, south, east, north))
    box = version_box.c
    return select(box.id).where(box.max_x >= west, box.min_x <= east, box.max_y >= south, box.min_y <= north)


class Found:
    """The versions of a layer that meet the conditions, sorted by key; columns are decoded as they are asked for.

    `among` narrows them to the versions that each of these queries gives.
    """

    def __init__(
        self,
        tx: Transaction,
        layer: Layer,
        where: Sequence[ColumnElement[bool]] = (),
        among: Sequence[Select[tuple[int]]] = (),
    ) -> None:
        self._tx = tx
        self._layer = layer
        # Without statistics SQLite would look up the layer first and read all of it: given versions, hide that index.
        whose = feature.c.layer.concat("") if among else feature.c.layer
        conditions = (whose == layer.name, *where, *(version.c.id.in_(ids) for ids in among))
        self._chosen = select(version.c.id).select_from(VERSIONS).where(*conditions)
        columns = (
            version.c.id,
            version.c.feature_id,
            feature.c.key,
            raw(version.c.valid_from),
            raw(version.c.valid_to),
            raw(version.c.fields),
            version.c.cell,
            version.c.cell_reason,
            raw(version.c.geometry),
        )
        statement = select(*columns).select_from(VERSIONS).where(*conditions).order_by(feature.c.key)
        rows = turned(tx.connection.execute(statement).all(), len(columns))
        self._ids, self._features, self._keys, self._begins, self._ends, self._fields, *self._place = rows

    def ids(self) -> Columns:
        """Return the columns feature_id and version_id."""
        numbers = {"feature_id": self._features, "version_id": self._ids}
        return {name: pd.Series(ids, dtype="int64") for name, ids in numbers.items()}

    def key(self) -> Columns:
        """Return the column key."""
        return {"key": text(self._keys)}

    def days(self) -> Columns:
        """Return the columns valid_from and valid_to: ISO text, null while open."""
        return {"valid_from": text(self._begins), "valid_to": text(self._ends)}

    def said(self) -> Columns:
        """Return the columns cell and cell_reason, as the register gave them."""
        return {"cell": text(self._place[0]), "cell_reason": text(self._place[1])}

    def fields(self, names: Sequence[str]) -> Columns:
        """Return the named fields of the layer, each in its type; private ones are read for these names only."""
        public = from_json(self._fields)
        private_values = self._private([name for name in names if self._layer.by_name[name].mark != "public"])
        columns = {}
        for name in names:
            one = self._layer.by_name[name]
            if name == self._layer.key:
                columns[name] = text(self._keys)
            elif one.mark == "public":
                columns[name] = typed([row.get(name) for row in public], one)
            else:
                columns[name] = typed(private_values[name], one)
        return columns

    def _private(self, names: Sequence[str]) -> dict[str, Objects]:
        values = {name: np.full(len(self._ids), None, dtype=object) for name in names}
        if not names:
            return values
        statement = select(private.c.version_id, private.c.field, private.c.value).where(
            private.c.version_id.in_(self._chosen), private.c.field.in_(names)
        )
        ids, fields, kept = turned(self._tx.connection.execute(statement).all(), 3)
        rows = pd.Index(self._ids, dtype="int64").get_indexer(pd.Index(ids, dtype="int64"))
        held = pd.DataFrame({"row": rows, "field": text(fields), "value": text(from_json(kept))})
        for name, some in held.groupby("field"):
            values[str(name)][some["row"].to_numpy()] = some["value"].to_numpy()
        return values

    def linked(self, edition_id: int | None) -> Columns:
        """Return the columns cell and link_how in an edition; of several pieces the longest in a cell, then the lowest.

        Both are null where there is no link.
        """
        statement = (
            select(link.c.version_id, link.c.code, link.c.how, link.c.length_m, link.c.part)
            .where(link.c.edition_id == edition_id, link.c.version_id.in_(self._chosen))
            .order_by(link.c.code.is_(None), link.c.length_m.desc().nulls_last(), link.c.code, link.c.part)
        )
        ids, codes, hows, *_ = turned(self._tx.connection.execute(statement).all(), 5)
        held = pd.Index(ids, dtype="int64")
        first = ~held.duplicated()
        at = held[first].get_indexer(pd.Index(self._ids, dtype="int64"))
        return {name: text(pick(objects(values)[first], at)) for name, values in (("cell", codes), ("link_how", hows))}

    def frame(self, columns: Columns) -> gpd.GeoDataFrame:
        """Return the columns with the geometry of the rows, EPSG:4326."""
        return to_frame(columns, self._place[2])
