"""The fault sheet: the bad rows of a register, given back to whoever brought it."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from gridmap.errors import Fault
from gridmap.intake.rows import Refused
from gridmap.words import say

_COLUMNS = ("sheet", "row", "column", "value", "reason")
_WIDTHS = (16, 8, 20, 30, 90)
_LONGEST = 32_767  # characters that a cell holds
_LONGEST_TITLE = 31
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
    _list_faults(book.create_sheet(say("intake.sheet_title", lang)), faults, lang)
    for name, rows in groupby(refused, key=lambda one: one.sheet):
        sheet = book.create_sheet(_title(name or path.stem))
        _give_back(sheet, list(rows), [fault for fault in faults if fault.sheet == name], lang)
    return _keep(book, path.with_name(f"{path.stem}.faults.xlsx"))


def _list_faults(sheet: Worksheet, faults: Iterable[Fault], lang: str) -> None:
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDE", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append([_text(sheet, say(f"intake.sheet_{name}", lang), bold=True) for name in _COLUMNS])
    for fault in faults:
        row = "" if fault.row is None else str(fault.row)
        line = (fault.sheet, row, fault.column, fault.value or "", _reason(fault, lang))
        sheet.append([_text(sheet, text) for text in line])


def _give_back(sheet: Worksheet, rows: Sequence[Refused], faults: Sequence[Fault], lang: str) -> None:
    """Write the refused rows of one sheet: its headers, then its row number and what is wrong in it."""
    sheet.freeze_panes = "A2"
    reasons: dict[int | None, list[str]] = {}
    faulty: set[tuple[int | None, str]] = set()
    for fault in faults:
        reasons.setdefault(fault.row, []).append(f"{fault.column}: {_reason(fault, lang)}")
        faulty.update((fault.row, header) for header in (fault.column, *re.split(r", | \+ ", fault.column)))
    beside = [say("intake.sheet_row", lang), say("intake.sheet_reason", lang)]
    sheet.append([_text(sheet, header, bold=True) for header in (*rows[0].headers, *beside)])
    for one in rows:
        line = [
            _text(sheet, text or "", marked=(one.row, header) in faulty)
            for header, text in zip(one.headers, one.cells, strict=True)
        ]
        sheet.append([*line, _text(sheet, str(one.row)), _text(sheet, "\n".join(reasons.get(one.row, ())))])


def _reason(fault: Fault, lang: str) -> str:
    """Return what is wrong, with the value even if it is personal: the sheet goes to whoever wrote it."""
    return replace(fault, personal=False).reason(lang)


def _text(sheet: Worksheet, text: str, *, bold: bool = False, marked: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, _UNPRINTABLE.sub("", text)[:_LONGEST])
    cell.data_type = "s"  # openpyxl takes what begins with "=" for a formula
    cell.number_format = "@"
    cell.quotePrefix = True
    cell.font = Font(bold=bold)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if marked:
        cell.fill = _FAULTY
    return cell


def _title(name: str) -> str:
    return _NOT_IN_A_TITLE.sub(" ", name)[:_LONGEST_TITLE]


def _keep(book: Workbook, target: Path) -> Path:
    """Write beside the target, then take its place, so that a crash leaves the old file or the new one."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".gridmap-", suffix=".xlsx")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            book.save(file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return target
