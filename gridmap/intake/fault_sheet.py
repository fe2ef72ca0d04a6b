"""The fault sheet: the bad rows of a register, given back to whoever brought it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from copy import copy
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from gridmap.errors import Fault
from gridmap.files import whole_file
from gridmap.intake.rows import Refused
from gridmap.words import say

_COLUMNS = ("sheet", "row", "column", "value", "reason")
_WIDTHS = (16, 8, 20, 30, 90)
_LONGEST = 32_767  # characters that a cell holds
_LONGEST_TITLE = 31
_LINES = 1_000_000  # of a list of faults; a sheet holds few more
# What XML cannot hold, and what a spreadsheet forbids in a sheet's name.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")
_FAULTY = PatternFill("solid", fgColor="FFF2CC")


def write_fault_sheet(
    path: Path, faults: Sequence[Fault], *, refused: Sequence[Refused] = (), lang: str = "en"
) -> Path:
    """Write the faults of the file `path` beside it, as `<name>.faults.xlsx`, and return where.

    The first sheet has one line a fault: sheet, row, column, the value as it stands in the file (personal ones too:
    this goes back to its uploader), what is wrong and what is allowed. `refused` (`Register.refused`) adds the rows
    themselves under their own headers, faulty cells marked, so that they can be mended there and brought again.
    Every cell is text: nothing that a file brought can act as a formula. Whole or not at all, and readable by its
    owner alone (0600).
    """
    book = Workbook(write_only=True)
    for start in range(0, max(len(faults), 1), _LINES):
        _list_faults(_Page(book, say("intake.sheet_title", lang), _WIDTHS), faults[start : start + _LINES], lang)
    for name, rows in groupby(refused, key=lambda one: one.sheet):
        _give_back(
            _Page(book, _title(name or path.stem)), list(rows), [fault for fault in faults if fault.sheet == name], lang
        )
    return _keep(book, path.with_name(f"{path.stem}.faults.xlsx"))


def _list_faults(page: _Page, faults: Iterable[Fault], lang: str) -> None:
    page.append([say(f"intake.sheet_{name}", lang) for name in _COLUMNS], bold=True)
    for fault in faults:
        row = "" if fault.row is None else str(fault.row)
        page.append((fault.sheet, row, fault.column, fault.value or "", _reason(fault, lang)))


def _give_back(page: _Page, rows: Sequence[Refused], faults: Sequence[Fault], lang: str) -> None:
    """Write the refused rows of one sheet: its headers, then its row number and what is wrong in it."""
    reasons: dict[int | None, list[str]] = {}
    faulty: set[tuple[int | None, str]] = set()
    for fault in faults:
        reasons.setdefault(fault.row, []).append(f"{fault.column}: {_reason(fault, lang)}")
        faulty.update((fault.row, header) for header in (fault.column, *re.split(r", | \+ ", fault.column)))
    beside = [say("intake.sheet_row", lang), say("intake.sheet_reason", lang)]
    page.append((*rows[0].headers, *beside), bold=True)
    for one in rows:
        marked = {at for at, header in enumerate(one.headers) if (one.row, header) in faulty}
        texts = (text or "" for text in one.cells)
        page.append((*texts, str(one.row), "\n".join(reasons.get(one.row, ()))), marked=marked)


def _reason(fault: Fault, lang: str) -> str:
    """Return what is wrong, with the value even if it is personal: the sheet goes to whoever wrote it."""
    return replace(fault, personal=False).reason(lang)


class _Page:
    """A sheet of text cells. Styles are made once: openpyxl takes longer over one than over writing the cell."""

    def __init__(self, book: Workbook, title: str, widths: Sequence[int] = ()) -> None:
        self.sheet = book.create_sheet(title)
        self.sheet.freeze_panes = "A2"
        for at, width in enumerate(widths, start=1):
            self.sheet.column_dimensions[get_column_letter(at)].width = width
        self.plain = self._styled(Font())
        self.bold = self._styled(Font(bold=True))
        self.marked = self._styled(Font(), _FAULTY)

    def append(self, texts: Iterable[str], *, bold: bool = False, marked: Collection[int] = ()) -> None:
        """Write a row of texts, those at the `marked` positions in colour."""
        usual = self.bold if bold else self.plain
        self.sheet.append([self._text(self.marked if at in marked else usual, text) for at, text in enumerate(texts)])

    def _styled(self, font: Font, fill: PatternFill | None = None) -> WriteOnlyCell:
        cell = WriteOnlyCell(self.sheet)
        cell.number_format = "@"
        cell.quotePrefix = True
        cell.font = font
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        if fill:
            cell.fill = fill
        return cell

    @staticmethod
    def _text(like: WriteOnlyCell, text: str) -> WriteOnlyCell:
        cell = copy(like)
        cell.value = _UNPRINTABLE.sub("", text)[:_LONGEST]
        cell.data_type = "s"  # openpyxl takes what begins with "=" for a formula
        return cell


def _title(name: str) -> str:
    return _NOT_IN_A_TITLE.sub(" ", name)[:_LONGEST_TITLE]


def _keep(book: Workbook, target: Path) -> Path:
    try:
        with whole_file(target) as path:
            book.save(path)
    except BaseException:
        for sheet in book.worksheets:
            sheet.close()
        raise
    return target
