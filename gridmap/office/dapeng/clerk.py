"""The household register as a clerk keeps it: title rows, merged cells, dates in many hands, and some bad rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from gridmap.layer import Layer, header, spoken
from gridmap.words import say

_FIRST_ROW = 3  # below the title and the headers
_WRONG_EVERY = 60  # rows


def write_households(frame: pd.DataFrame, path: Path, layer: Layer, lang: str) -> None:
    """Write the register, its rows by cell, with five rows between them that cannot be used."""
    days = [_written(number, day, lang) for number, day in enumerate(frame["registered_on"])]
    frame = frame.assign(registered_on=pd.Series(days, dtype="object", index=frame.index))
    frame = frame.sort_values(["cell", "household_no"], na_position="first", kind="stable")
    names = [str(name) for name in frame.columns]
    values = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    rows = [*_with_bad_rows([dict(zip(names, row, strict=True)) for row in values], lang)]
    book = Workbook()
    sheet: Worksheet = book.worksheets[0]
    sheet.title = spoken(layer, lang)
    sheet.append([say("dapeng.title", lang)])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(names))
    sheet.append([header(name, layer, lang) for name in names])
    for row in rows:
        sheet.append(list(row.values()))
    _merge_equal(sheet, [row["cell"] for row in rows], names.index("cell") + 1)
    sheet.append([say("dapeng.total", lang), *[None] * (names.index("people") - 1), int(frame["people"].sum())])
    sheet.append([say("dapeng.note", lang)])
    book.save(path)


def _written(number: int, day: str, lang: str) -> object:
    """A day as different hands write it: with dots, with slashes or in words, or as Excel's own."""
    at = dt.date.fromisoformat(day)
    if number % 4 == 0:
        return at
    if number % 4 == 1:
        return say("dapeng.day", lang, year=at.year, month=at.month, day=at.day)
    return f"{at.year}.{at.month}.{at.day}" if number % 4 == 2 else f"{at.year}/{at.month:02}/{at.day:02}"


def _with_bad_rows(rows: Sequence[dict[str, object]], lang: str) -> Iterator[dict[str, object]]:
    """The rows, and between them five that cannot be used, each in a way of its own."""
    placed = next((row for row in rows if row["lon"] is not None), {"lon": 1.0, "lat": 1.0})
    wrong: list[dict[str, object]] = [
        {"household_no": None},
        {"household_no": rows[0]["household_no"] if rows else None},
        {"registered_on": "2015.13.45"},
        {"people": say("dapeng.some", lang)},
        {"lon": placed["lat"], "lat": placed["lon"]},
    ]
    for number, row in enumerate(rows, start=1):
        yield row
        if number % _WRONG_EVERY == 0 and wrong:
            yield row | {"household_no": f"X{number:05}"} | wrong.pop(0)


def _merge_equal(sheet: Worksheet, codes: Sequence[object], column: int) -> None:
    """Write a code that holds for several rows once, in a merged block."""
    start = _FIRST_ROW
    for code, group in groupby(codes):
        end = start + len(list(group)) - 1
        if code is not None and end > start:
            sheet.merge_cells(start_row=start, end_row=end, start_column=column, end_column=column)
        start = end + 1
