"""The visiting sheet for paper: numbered stops, with room for the outcome, the time and a note."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from gridmap.files import whole_file
from gridmap.words import DEFAULT_LANGUAGE, say

COLUMNS = ("stop", "layer", "key", "name", "address", "outcome", "time", "note")
_WIDTHS = (6, 12, 16, 16, 36, 12, 10, 36)
_HEADER_ROW = 3
_LINE = Side(style="thin", color="808080")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


@dataclass(frozen=True, slots=True)
class SheetStop:
    """One stop as printed: the layer in words, the key, initials or a public name, an address where it may stand."""

    stop: int
    layer: str
    key: str
    name: str = ""
    address: str = ""


def write_visit_sheet(
    target: Path, stops: Sequence[SheetStop], *, number: str, cell: str, on: dt.date, lang: str = DEFAULT_LANGUAGE
) -> None:
    """Write the sheet `number` of a cell for a day as an xlsx for one side of A4 and its overflow, whole or not at all.

    A title and a line with the keys of quick entry, then a row a stop under headers that an import of visits reads. All
    text is text: nothing becomes a formula; characters that no workbook can hold become U+FFFD.
    """
    book = Workbook()
    page = book.worksheets[0]
    page.title = number
    _put(page, 1, 1, say("reports.visit_title", lang, number=number, cell=cell, on=on)).font = Font(bold=True, size=14)
    _put(page, 2, 1, say("reports.visit_keys", lang))
    for at, name in enumerate(COLUMNS, start=1):
        _put(page, _HEADER_ROW, at, say(f"reports.visit_{name}", lang), box=True).font = Font(bold=True)
        page.column_dimensions[get_column_letter(at)].width = _WIDTHS[at - 1]
    for row, stop in enumerate(stops, start=_HEADER_ROW + 1):
        page.row_dimensions[row].height = 24
        told = (str(stop.stop), stop.layer, stop.key, stop.name, stop.address, "", "", "")
        for at, value in enumerate(told, start=1):
            _put(page, row, at, value, box=True)
    _for_paper(page)
    with whole_file(target) as path:
        book.save(path)


def initials(name: str) -> str:
    """Return a name as a sheet may bear it: 张*, A. S.; empty for an empty one."""
    words = name.split()
    if not words:
        return ""
    if words[0][0].isascii():
        return " ".join(f"{word[0].upper()}." for word in words)
    return f"{words[0][0]}*"


def _put(page: Worksheet, row: int, column: int, value: str, *, box: bool = False) -> Cell:
    cell = page.cell(row, column)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)
    cell.data_type = "s"  # openpyxl takes what begins with "=" for a formula
    cell.number_format = "@"
    cell.alignment = Alignment(vertical="center", wrap_text=box)
    if box:
        cell.border = _BOX
    return cell


def _for_paper(page: Worksheet) -> None:
    page.freeze_panes = page.cell(_HEADER_ROW + 1, 1)
    page.print_title_rows = f"1:{_HEADER_ROW}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
