"""GeoPackages: an SQLite file is a program, so its schema is read before GDAL opens it.

The one place outside `gridmap.store` that opens SQLite: read-only, to refuse what would run when a table is read.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

from gridmap.errors import FileError
from gridmap.intake.job import Job
from gridmap.intake.parts import Part

# The triggers of the GeoPackage standard and of GDAL, by all that they may do: keep the spatial index and the count
# of rows, refuse bad tile matrices. Every program that writes a GeoPackage writes them; none runs on reading.
_STANDARD_NAME = re.compile(r"rtree_.+_(insert|update\d?|delete)|trigger_(insert|delete)_feature_count_.+|gpkg_\w+")
_STANDARD_STATEMENT = re.compile(
    r"(INSERT\s+(OR\s+REPLACE\s+)?INTO|DELETE\s+FROM|UPDATE)\s+[\"'\[]?(rtree_|gpkg_ogr_contents\b)|SELECT\s+RAISE\s*\(",
    re.IGNORECASE,
)
_BODY = re.compile(r"\bBEGIN\b(.*)\bEND\s*;?\s*$", re.IGNORECASE | re.DOTALL)
_INDEX = re.compile(r"\bUSING\s+rtree\s*\(", re.IGNORECASE)
_GENERATED = (2, 3)  # `hidden` of pragma table_xinfo


def inspect(job: Job) -> None:
    """Refuse views, virtual tables but the spatial index, generated columns, triggers that are not the standard's."""
    with closing(sqlite3.connect(f"file:{job.path}?mode=ro&immutable=1", uri=True)) as file:
        file.execute("PRAGMA trusted_schema = OFF")
        file.execute("PRAGMA cell_size_check = ON")
        schema = file.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master").fetchall()
        for kind, name, sql in schema:
            if (kind == "view") or (kind == "trigger" and not _is_standard(name, sql)):
                raise FileError("intake.gpkg_program", kind=kind, name=name)
            if kind == "table" and "VIRTUAL" in sql.upper().split("(")[0].split() and not _INDEX.search(sql):
                raise FileError("intake.gpkg_program", kind="virtual table", name=name)
            if kind == "table" and _generates(file, name):
                raise FileError("intake.gpkg_program", kind="generated column", name=name)


def parse(job: Job) -> Iterator[Part]:
    """Yield each layer, tables without geometry too."""
    from gridmap.intake.parsers import vector

    yield from vector.read_all(job.path, job, IMMUTABLE="YES")


def _is_standard(name: str, sql: str) -> bool:
    body = _BODY.search(sql)
    if body is None or not _STANDARD_NAME.fullmatch(name):
        return False
    statements = [one.strip() for one in body[1].split(";")]
    return all(_STANDARD_STATEMENT.match(one) for one in statements if one)


def _generates(file: sqlite3.Connection, table: str) -> bool:
    found = file.execute("SELECT hidden FROM pragma_table_xinfo(?)", (table,))
    return any(hidden in _GENERATED for (hidden,) in found)
