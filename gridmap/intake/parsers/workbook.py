"""Workbooks, xlsx and xls, by calamine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum

from gridmap.errors import FileError
from gridmap.intake.job import Job
from gridmap.intake.parsers import error_cells, spreadsheet_xml
from gridmap.intake.parsers.error_cells import Errors
from gridmap.intake.parts import Part

if TYPE_CHECKING:
    from gridmap.intake.parsers.columns import Cell


def inspect(job: Job) -> None:
    """Refuse what would cost the parser too much: for xlsx by its bytes, for xls by opening it in little memory."""
    if job.format == "xlsx":
        spreadsheet_xml.inspect(job.path, job.limits)
        return
    with CalamineWorkbook.from_path(str(job.path)) as book:
        for name in _names(book, job):
            _check(book.get_sheet_by_name(name), job)


def parse(job: Job) -> Iterator[Part]:
    """Yield each worksheet, hidden ones too, as it stands; the first row is row 1.

    Cells that show an error keep its text in an xlsx; in an xls calamine gives them as empty.
    """
    from gridmap.intake.parsers.columns import table_of

    errors = error_cells.found(job.path) if job.format == "xlsx" else {}
    with CalamineWorkbook.from_path(str(job.path)) as book:
        for name in _names(book, job):
            sheet = book.get_sheet_by_name(name)
            _check(sheet, job)
            yield Part("sheet", name, table_of(_rows(sheet, errors.get(name, {})), job.limits), _merged(sheet))


def _names(book: CalamineWorkbook, job: Job) -> list[str]:
    names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    job.limits.check("sheets", len(names))
    if job.layer is None:
        return names
    if job.layer not in names:
        raise FileError("intake.layer", layer=job.layer, allowed=", ".join(names))
    return [job.layer]


def _check(sheet: CalamineSheet, job: Job) -> None:
    if sheet.end is not None:
        row, column = sheet.end
        job.limits.check_size(row + 1, column + 1)


def _rows(sheet: CalamineSheet, errors: Errors) -> Iterator[list[Cell]]:
    # calamine gives the empty rows above the first cell, but not the empty columns left of it.
    left: list[Cell] = [None] * (sheet.start[1] if sheet.start else 0)
    for number, row in enumerate(sheet.iter_rows()):
        cells = [*left, *row]
        for column, text in errors.get(number, {}).items():
            if column < len(cells):
                cells[column] = text
        yield cells


def _merged(sheet: CalamineSheet) -> tuple[tuple[int, int, int, int], ...]:
    ranges = sheet.merged_cell_ranges or []
    return tuple((first, left, last, right) for (first, left), (last, right) in ranges)
