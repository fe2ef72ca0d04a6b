"""All rows of one store poured into another, from a file to a database or back, and compared row by row.

The copy of a store in a database is a store file: one kind of copy, which either can be restored from.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely
from sqlalchemy import Connection, MetaData, Select, Table, delete, select, type_coerce
from sqlalchemy.types import TypeDecorator, TypeEngine

from gridmap.errors import ConflictError, StoreError
from gridmap.store import triggers
from gridmap.store.address import called
from gridmap.store.backends import postgres
from gridmap.store.connect import make_engine, told
from gridmap.store.dialects import on_postgres
from gridmap.store.frames import insert_many
from gridmap.store.migrating import migrate
from gridmap.store.migrations import HEAD
from gridmap.store.snapshot import settle, sync, unfinished
from gridmap.store.tables import metadata, version, version_box

_ROWS = 5000
"""How many rows are held at a time."""


def to_file(url: str, target: Path) -> None:
    """Copy the store of a database into the new store file `target` (mode 0600), as of one instant, or not at all.

    A store with older tables gives a file with the same. Its rows are compared before the file has its name. Raises
    ConflictError if `target` is there, StoreError if it cannot be written or a row is not the same.
    """
    if target.exists():
        raise ConflictError("store.target_exists", file=target.name)
    with unfinished(target) as part:
        with postgres.connected(url, "read") as source:
            postgres.set_scope(source, None)
            migrate(part, to=postgres.revision_of(source))
            with told(part), _file(part) as copy:
                _pour(source, copy, name=target.name)
        with told(part):
            settle(part)
        sync(part)
        part.rename(target)
    sync(target.parent)


def to_new_database(source: Path, url: str) -> None:
    """Copy a store file with the newest tables into an empty database.

    Nobody writes the file meanwhile. Raises as `to_database`, ConflictError if the database holds a store already,
    StoreError if it holds other tables.
    """
    postgres.refuse_used(url)
    to_database(source, url)


def to_database(source: Path, url: str) -> None:
    """Put the rows of a store file with the newest tables in the place of all that a database keeps, in one go.

    A database that holds no store yet gets the tables. Its account must own them. Raises StoreError if a row is not the
    same afterwards: nothing is changed then.
    """
    if not postgres.holds_store(url):
        postgres.refuse_used(url)
        migrate(url)
    with told(source), _file(source) as rows, postgres.connected(url, "write") as target:
        postgres.set_scope(target, None)
        _pour(rows, target, name=called(url))
        target.exec_driver_sql("ANALYZE")


@contextlib.contextmanager
def _file(path: Path) -> Iterator[Connection]:
    engine = make_engine(path, "BEGIN IMMEDIATE")
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _pour(source: Connection, target: Connection, *, name: str) -> None:
    """Make every table of `target` hold the rows of `source`. StoreError, naming the store, if one differs."""
    triggers.drop(target)
    tables = _tables(source if on_postgres(target) else target)
    for table in reversed(tables):
        target.execute(delete(table))
    for table in tables:
        for rows in _read(source, table):
            insert_many(target, table, dict(zip(table.c.keys(), zip(*rows, strict=True), strict=True)))
    if not on_postgres(target):
        _keep_boxes(target)
    differing = [table.name for table in tables if digest(source, table) != digest(target, table)]
    if differing:
        raise StoreError("store.not_alike", file=name, tables=", ".join(differing))
    triggers.create(target)


def _tables(file: Connection) -> Sequence[Table]:
    """Return the tables of a store file, those that others point at first: ours, or those of its older revision."""
    if file.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one() == HEAD:
        return metadata.sorted_tables
    older = MetaData()
    ours = [row[0] for row in file.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")]
    apart = ("version_box", "alembic_version", "sqlite_")
    older.reflect(file, only=[name for name in ours if not name.startswith(apart)])
    return older.sorted_tables


def digest(connection: Connection, table: Table) -> str:
    """Return the SHA-256 of all rows of a table in the order of its key, the same on every database."""
    told = hashlib.sha256()
    for rows in _read(connection, table):
        for row in rows:
            told.update(orjson.dumps([value.hex() if isinstance(value, bytes) else value for value in row]))
    return told.hexdigest()


def _read(connection: Connection, table: Table) -> Iterator[Sequence[Sequence[Any]]]:
    columns = [type_coerce(column, _kept(column.type)) for column in table.c]
    chosen: Select[Any] = select(*columns).order_by(*table.primary_key.columns)
    yield from connection.execute(chosen.execution_options(yield_per=_ROWS)).partitions()


def _kept(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return the type in which a database keeps a column, which our own types are made upon."""
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind


def _keep_boxes(target: Connection) -> None:
    target.execute(delete(version_box))
    placed = select(version.c.id, version.c.geometry).where(version.c.geometry.is_not(None)).order_by(version.c.id)
    for rows in target.execute(placed.execution_options(yield_per=_ROWS)).partitions():
        bounds = shapely.bounds(shapely.from_wkb(np.array([row.geometry for row in rows], dtype=object))).T.tolist()
        box = dict(zip(("min_x", "min_y", "max_x", "max_y"), bounds, strict=True))
        insert_many(target, version_box, {"id": [row.id for row in rows], **box})
