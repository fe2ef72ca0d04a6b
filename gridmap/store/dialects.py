"""Where the databases differ in what a query says."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, LargeBinary, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

POSTGRES = "postgresql"
# What the connection of a narrow transaction in a file holds in its `info`: the wall around its scope.
WALL = "gridmap_wall"


def on_postgres(connection: Connection) -> bool:
    """Return whether the connection is one to PostgreSQL."""
    return connection.dialect.name == POSTGRES


def is_walled(connection: Connection) -> bool:
    """Return whether the connection, to a file, shows what lies in a scope and hides the rest."""
    return WALL in connection.info


class array_values(GenericFunction[str]):  # noqa: N801  named as functions of the database are
    """The values of a JSON array, as rows of one column `value`."""

    type = Text()
    inherit_cache = True


@compiles(array_values)
def _values(element: array_values, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(array_values, POSTGRES)
def _values_there(element: array_values, compiler: SQLCompiler, **options: Any) -> str:
    (array,) = element.clauses
    return f"json_array_elements_text(CAST({compiler.process(array, **options)} AS JSON))"


class as_bytes(GenericFunction[bytes]):  # noqa: N801  as above
    """The bytes of a text, whatever they are."""

    type = LargeBinary()
    inherit_cache = True


@compiles(as_bytes)
def _bytes(element: as_bytes, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS BLOB)"


@compiles(as_bytes, POSTGRES)
def _bytes_there(element: as_bytes, compiler: SQLCompiler, **options: Any) -> str:
    return f"convert_to({compiler.process(element.clauses, **options)}, 'UTF8')"
