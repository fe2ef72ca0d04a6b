"""Where the databases differ in what a query says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

import orjson
from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Connection,
    Dialect,
    Integer,
    LargeBinary,
    Text,
    TypeDecorator,
    bindparam,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement, GenericFunction
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeEngine

POSTGRES = "postgresql"
# What the connection of a narrow transaction in a file holds in its `info`: the wall around its scope.
WALL = "gridmap_wall"


def on_postgres(connection: Connection) -> bool:
    """Return whether the connection is one to PostgreSQL."""
    return connection.dialect.name == POSTGRES


def is_walled(connection: Connection) -> bool:
    """Return whether the connection, to a file, shows what lies in a scope and hides the rest."""
    return WALL in connection.info


class Values(TypeDecorator[Iterable[object]]):
    """Many texts, or numbers, as one parameter: an array in PostgreSQL, the text of a JSON array in a file."""

    impl = Text
    cache_ok = True

    def __init__(self, *, numbers: bool) -> None:
        super().__init__()
        self.numbers = numbers

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that the database is given."""
        kept: TypeEngine[Any] = ARRAY(Integer if self.numbers else Text) if dialect.name == POSTGRES else Text()
        return dialect.type_descriptor(kept)

    def process_bind_param(self, value: Iterable[object] | None, dialect: Dialect) -> object:
        """Return the values as the database is given them."""
        held = list(value or ())
        return held if dialect.name == POSTGRES else orjson.dumps(held).decode()


class _Among(FunctionElement[bool]):
    """Whether a column is one of the values of a parameter."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Self:
        """Stay as it is within a condition: compared with 1, as SQLAlchemy has it, no index would serve it."""
        return self


def among(chosen: ColumnElement[Any], values: Iterable[object]) -> ColumnElement[bool]:
    """Return that a column of texts or numbers is one of `values`: one parameter, however many there are."""
    return _Among(chosen, bindparam(None, list(values), type_=_values_of(chosen), unique=True))


def among_given(chosen: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Return what `among` does, of values that the statement is given as the parameter `name`."""
    return _Among(chosen, bindparam(name, type_=_values_of(chosen)))


def _values_of(chosen: ColumnElement[Any]) -> Values:
    return Values(numbers=isinstance(chosen.type, Integer))


@compiles(_Among)
def _among(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    chosen, values = (compiler.process(one, **options) for one in element.clauses)
    return f"{chosen} IN (SELECT value FROM json_each({values}))"  # noqa: S608  a column and a bound parameter


@compiles(_Among, POSTGRES)
def _among_there(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    # Of a subquery the planner does not know how many rows it has, and behind the walls it then goes one by one.
    chosen, values = (compiler.process(one, **options) for one in element.clauses)
    return f"{chosen} = ANY ({values})"


class as_bytes(GenericFunction[bytes]):  # noqa: N801  named as functions of the database are
    """The bytes of a text, whatever they are."""

    type = LargeBinary()
    inherit_cache = True


@compiles(as_bytes)
def _bytes(element: as_bytes, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS BLOB)"


@compiles(as_bytes, POSTGRES)
def _bytes_there(element: as_bytes, compiler: SQLCompiler, **options: Any) -> str:
    return f"convert_to({compiler.process(element.clauses, **options)}, 'UTF8')"
