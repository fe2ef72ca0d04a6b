"""The registers: who stands in a layer on a day, and how many there are. Writing them is in `batches` and `links`.

`on` is the day asked about: a version is in force on the days [valid_from, valid_to). Frames are in EPSG:4326; days in
them are ISO text, null (None) where a version has no end yet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import Select, func, literal, select

from gridmap.errors import NotFoundError
from gridmap.layer import Layer
from gridmap.store.dialects import among
from gridmap.store.engine import Transaction
from gridmap.store.erasure import check_private
from gridmap.store.frames import text, turned
from gridmap.store.grids import Edition, edition_on
from gridmap.store.tables import batch, cell, closure, edition, feature, link, private, version
from gridmap.store.versions import VERSIONS, Box, Found, boxes, in_force


def token(tx: Transaction, layer_name: str) -> tuple[int, ...]:
    """Return numbers that change whenever the layer or the grid does: a plan made under other ones is out of date.

    They change with every batch of the layer and edition that is written or undone, and with every erasure.
    """
    values = select(func.count()).select_from(private.join(VERSIONS, private.c.version_id == version.c.id))
    statements: tuple[Select[Any], ...] = (
        select(func.max(batch.c.id)).where(batch.c.layer == layer_name),
        select(func.count(batch.c.undone_at)).where(batch.c.layer == layer_name),
        select(func.max(edition.c.id)),
        values.where(feature.c.layer == layer_name),
    )
    return tuple(int(tx.connection.execute(statement).scalar() or 0) for statement in statements)


def current(tx: Transaction, layer: Layer, *, keys: Sequence[str] | None = None) -> gpd.GeoDataFrame:
    """Return the newest version of every feature of the layer, ended ones too, by key: what an import is planned on.

    `keys` keeps those keys.

    Columns: feature_id, version_id, key, valid_from, valid_to, every field of the layer (private ones too: the frame is
    for `changes.plan` alone), cell and cell_reason as the register gave them, geometry (null where unplaced).
    """
    newest = (
        select(func.max(version.c.id))
        .select_from(VERSIONS)
        .where(feature.c.layer == layer.name, *([] if keys is None else [among(feature.c.key, keys)]))
        .group_by(version.c.feature_id)
    )
    found = Found(tx, layer, [version.c.id.in_(newest)])
    fields = found.fields([one.name for one in layer.fields])
    return found.frame(found.ids() | found.key() | found.days() | fields | found.said())


def features(
    tx: Transaction,
    layer: Layer,
    *,
    on: dt.date,
    reveal: Sequence[str] = (),
    bbox: Box | None = None,
    under: str | None = None,
    keys: Sequence[str] | None = None,
) -> gpd.GeoDataFrame:
    """Return the features of a layer in force on the day `on`, sorted by key.

    Columns: key, the public fields in their types, of the private fields those named in `reveal`, cell and link_how
    (the link in the edition of that day, null where there is none; of a line its longest piece in a cell, the lowest
    code if two are as long), valid_from, valid_to, geometry (null where unplaced).

    `bbox` (west, south, east, north, in degrees) keeps what touches the box; `under` keeps what has a link, a line any
    piece, in that cell or below it; `keys` keeps those keys, and asks nothing of keys that are not there.

    Raises ArgumentError for a name in `reveal` that is public or unknown and for a box that is none, NotFoundError for
    a cell that the edition of that day does not have.
    """
    check_private(layer, reveal)
    held = edition_on(tx, on)
    where = [in_force(on), *([] if keys is None else [among(feature.c.key, keys)])]
    chosen = [] if bbox is None else [boxes(tx, bbox)]
    if under is not None:
        chosen.append(_members(tx, held, under, on))
    found = Found(tx, layer, where, chosen)
    fields = found.fields([one.name for one in layer.fields if one.mark == "public" or one.name in reveal])
    frame = found.frame(found.key() | fields | found.linked(held.id if held else None) | found.days())
    if bbox is None:
        return frame
    return frame.loc[frame.intersects(shapely.box(*bbox))].reset_index(drop=True)


def _members(tx: Transaction, held: Edition | None, root: str, on: dt.date) -> Select[tuple[int]]:
    """Return the versions that have a link in the cell `root` or below it."""
    number = held.id if held else None
    there = select(cell.c.id).where(cell.c.edition_id == number, cell.c.code == root)
    if tx.connection.execute(there).first() is None:
        raise NotFoundError("store.unknown_cell", cell=root, on=on.isoformat())
    below = select(closure.c.cell).where(closure.c.edition_id == number, closure.c.ancestor == root)
    members = below.union(select(literal(root)))
    return select(link.c.version_id).where(link.c.edition_id == number, link.c.code.in_(members))


def tally(tx: Transaction, *, on: dt.date) -> pd.DataFrame:
    """Return the counts of the day `on` by layer: layer, features, placed (with a geometry), linked (in a cell)."""
    held = edition_on(tx, on)
    in_a_cell = (
        select(link.c.version_id)
        .where(link.c.edition_id == (held.id if held else None), link.c.code.is_not(None))
        .distinct()
        .subquery()
    )
    statement = (
        select(feature.c.layer, func.count(), func.count(version.c.geometry), func.count(in_a_cell.c.version_id))
        .select_from(VERSIONS.outerjoin(in_a_cell, in_a_cell.c.version_id == version.c.id))
        .where(in_force(on))
        .group_by(feature.c.layer)
        .order_by(feature.c.layer)
    )
    layers, *counts = turned(tx.connection.execute(statement).all(), 4)
    named = zip(("features", "placed", "linked"), counts, strict=True)
    return pd.DataFrame({"layer": text(layers)} | {name: pd.Series(values, dtype="int64") for name, values in named})
