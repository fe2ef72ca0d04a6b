"""Links as kept: for each version and each edition that overlap, one row a piece."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import pandas as pd
from sqlalchemy import ColumnElement, FromClause, and_, bindparam, delete, or_, select

from gridmap.layer import Field, Layer
from gridmap.store.engine import Transaction
from gridmap.store.frames import Objects, insert_many, plain, raw, text, to_frame, turned, typed
from gridmap.store.grids import edition_on
from gridmap.store.tables import edition, feature, link, version
from gridmap.store.versions import VERSIONS, in_force

_COLUMNS = (
    Field("part", "", "", "integer"),
    Field("code", "", ""),
    Field("how", "", ""),
    Field("nearest", "", ""),
    Field("distance_m", "", "", "number"),
    Field("length_m", "", "", "number"),
    Field("differs", "", "", "boolean"),
)
_NUMBER = Field("number", "", "", "integer")


def links(tx: Transaction, layer: Layer, *, on: dt.date) -> pd.DataFrame:
    """Return the links of the features in force on the day `on`, in the edition of that day, by key and part.

    Columns: key, part, code (null outside all cells), how, nearest, distance_m, length_m (metres, null where they do
    not apply), differs.
    """
    held = edition_on(tx, on)
    statement = (
        select(feature.c.key, *(link.c[one.name] for one in _COLUMNS))
        .select_from(VERSIONS.join(link, link.c.version_id == version.c.id))
        .where(feature.c.layer == layer.name, in_force(on), link.c.edition_id == (held.id if held else None))
        .order_by(feature.c.key, link.c.part)
    )
    keys, *columns = turned(tx.connection.execute(statement).all(), 1 + len(_COLUMNS))
    named = zip(_COLUMNS, columns, strict=True)
    return pd.DataFrame({"key": text(keys)} | {one.name: typed(values, one) for one, values in named})


def keep_links(tx: Transaction, links: pd.DataFrame, version_ids: Objects) -> None:
    """Insert one link a row of `links`, for the version that `version_ids` names."""
    if links.empty:
        return
    columns = {one.name: plain(links[one.name], one) for one in _COLUMNS}
    numbers = {"version_id": version_ids, "edition_id": plain(links["edition_id"], _NUMBER)}
    insert_many(tx.connection, link, numbers | columns)


def write_links(tx: Transaction, links: pd.DataFrame) -> None:
    """Keep the links, in place of those that their versions have in the same editions.

    Columns: version_id, edition_id, part, code (null outside all cells), how, nearest, distance_m, length_m (metres),
    differs.
    """
    if links.empty:
        return
    pairs = links[["version_id", "edition_id"]].drop_duplicates()
    old = delete(link).where(link.c.version_id == bindparam("version"), link.c.edition_id == bindparam("edition"))
    named = [{"version": int(version), "edition": int(number)} for version, number in pairs.itertuples(index=False)]
    tx.connection.execute(old, named)
    keep_links(tx, links, plain(links["version_id"], _NUMBER))


def versions_to_link(tx: Transaction, *, from_day: dt.date, to_day: dt.date | None) -> gpd.GeoDataFrame:
    """Return the versions of all layers in force on some day of [from_day, to_day); None means without end.

    Columns: version_id, layer, cell and cell_reason as the register gave them, geometry (null where unplaced).
    """
    where = [_ends_after(from_day), _ends_after(version.c.valid_from)]
    if to_day is not None:
        where.append(version.c.valid_from < to_day)
    return _versions(tx, VERSIONS, and_(*where))[["version_id", "layer", "cell", "cell_reason", "geometry"]]


def versions_without_link(tx: Transaction) -> gpd.GeoDataFrame:
    """Return each version beside each edition that it overlaps and has no link in.

    There are some after an undo: a version that was ended before an edition was published holds again. Columns as of
    `versions_to_link`, and edition_id.
    """
    overlap = and_(
        _ends_after(edition.c.valid_from),
        _ends_after(version.c.valid_from),
        or_(edition.c.valid_to.is_(None), edition.c.valid_to > version.c.valid_from),
    )
    missing = ~select(link.c.part).where(link.c.version_id == version.c.id, link.c.edition_id == edition.c.id).exists()
    return _versions(tx, VERSIONS.join(edition, overlap), missing, edition.c.id)


def _ends_after(day: dt.date | ColumnElement[dt.date]) -> ColumnElement[bool]:
    return or_(version.c.valid_to.is_(None), version.c.valid_to > day)


def _versions(
    tx: Transaction, source: FromClause, where: ColumnElement[bool], number: ColumnElement[int] = version.c.batch_id
) -> gpd.GeoDataFrame:
    columns = (
        version.c.id,
        feature.c.layer,
        number,
        version.c.cell,
        version.c.cell_reason,
        raw(version.c.geometry),
    )
    statement = select(*columns).select_from(source).where(where).order_by(version.c.id, number)
    ids, layers, numbers, cells, reasons, wkb = turned(tx.connection.execute(statement).all(), len(columns))
    return to_frame(
        {
            "version_id": pd.Series(ids, dtype="int64"),
            "layer": text(layers),
            "edition_id": pd.Series(numbers, dtype="int64"),
            "cell": text(cells),
            "cell_reason": text(reasons),
        },
        wkb,
    )
