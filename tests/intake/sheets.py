"""Sheets and files that a test writes down as rows of plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pyarrow as pa

from gridmap.intake import kinds
from gridmap.intake.raw import Sheet
from gridmap.intake.texts import Column

Value = str | int | float | bool | dt.date | None
Rows = Sequence[Sequence[Value]]


def spelled(value: Value) -> tuple[str | None, int]:
    """Return the text and the kind of a cell, as the parsers give them."""
    if value is None:
        return None, kinds.EMPTY
    if isinstance(value, bool):
        return str(value).lower(), kinds.BOOLEAN
    if isinstance(value, dt.date):
        return value.isoformat(), kinds.DAY
    if isinstance(value, int | float):
        return repr(value).removesuffix(".0"), kinds.NUMBER
    return value, kinds.TEXT


def column(*values: Value) -> Column:
    cells = [spelled(value) for value in values]
    return Column(pa.array([text for text, _ in cells], pa.string()), as_kinds([kind for _, kind in cells]))


def as_kinds(marks: Sequence[int]):
    return pa.array(marks, pa.int8()).to_numpy()


def sheet(rows: Rows, merged: Sequence[tuple[int, int, int, int]] = (), name: str = "") -> Sheet:
    width = max(map(len, rows))
    full = [[*row, *[None] * (width - len(row))] for row in rows]
    held = {}
    for at in range(width):
        cells = [spelled(row[at]) for row in full]
        held[f"c{at}"] = pa.array([text for text, _ in cells], pa.string())
        held[f"k{at}"] = pa.array([kind for _, kind in cells], pa.int8())
    return Sheet(name, pa.table(held), tuple(merged))


def workbook(path: Path, sheets: dict[str, Rows], merged: dict[str, Sequence[str]] | None = None) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
        for block in (merged or {}).get(name, ()):
            page.merge_cells(block)
    book.save(path)
    return path
