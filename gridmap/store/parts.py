"""A part of a long list, read behind the row that the part before ended with (keyset)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list is read: `most` rows by a column, from low to high or `down`, nulls last.

    `after`: what the last row of the part before had in that column, and its name.
    """

    by: str
    down: bool = False
    after: tuple[Any, str] | None = None
    most: int = 100


def cut(statement: Select[str], part: Part, value: ColumnElement[Any], name: ColumnElement[str]) -> Select[str]:
    """Return the statement for the rows of a part and one more, if there is one; `name` tells rows apart."""
    order = [value.desc() if part.down else value.asc()] if value is name else _by(value, name, down=part.down)
    if part.after is not None:
        statement = statement.where(_behind(part, value, name))
    return statement.order_by(*order).limit(part.most + 1)


def _by(value: ColumnElement[Any], name: ColumnElement[str], *, down: bool) -> list[ColumnElement[Any]]:
    return [(value.desc() if down else value.asc()).nulls_last(), name.asc()]


def _behind(part: Part, value: ColumnElement[Any], name: ColumnElement[str]) -> ColumnElement[bool]:
    had, last = part.after or (None, "")
    if had is None:
        return and_(value.is_(None), name > last)
    beyond = value < had if part.down else value > had
    return beyond if value is name else or_(beyond, and_(value == had, name > last), value.is_(None))
