"""Excel workbooks of a frame, for clerks: readable headers, codes that stay text, no formula out of anybody's words."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from gridmap.errors import ArgumentError
from gridmap.files import whole_file
from gridmap.layer import Layer, header, spoken
from gridmap.words import DEFAULT_LANGUAGE, say

_WGS84 = "EPSG:4326"
_DEGREES = "0.0000000"
_COORDINATES = frozenset({"lon", "lat"})
_LONGEST_TEXT = 32767  # what one cell of Excel holds
_FIRST_DAY = "1900-03-01"  # before it Excel counts a 29 February that never was
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_DAYS = frozenset({"valid_from", "valid_to"})
_NARROWEST, _WIDEST = 8, 48
_ROWS_MEASURED = 200
_DAY_WIDTH = 14  # a narrower column shows a day as ####
_BOLD = Font(bold=True)
_TEXT_FORMAT = 49  # Excel's number for "@": what is typed over it stays text as well

Maker = Callable[[object], object]


def write_workbook(
    frame: pd.DataFrame, layer: Layer | None, target: Path, *, on: dt.date, lang: str = DEFAULT_LANGUAGE
) -> None:
    """Write the frame's rows as an xlsx workbook, whole or not at all.

    One sheet holds the rows under a frozen header in `lang`; another says the day `on` and the counts. Text is always
    text: codes keep their digits, and nothing that begins with = + - @ becomes a formula. Choices and booleans stand in
    the words of `lang`, days as Excel days. Points give a column of longitude and one of latitude (EPSG:4326); other
    shapes have no column. Missing values are empty cells; characters that no workbook can hold become U+FFFD.
    Raises ArgumentError for a text longer than a cell holds, and for points without CRS.
    """
    table = _with_coordinates(frame)
    columns = [_values(table[name]) for name in table.columns]
    for name, values in zip(table.columns, columns, strict=True):
        _refuse_long(str(name), values)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(spoken(layer, lang) if layer else say("reports.rows", lang))
    try:
        _write_rows(sheet, table, columns, layer, lang)
        _write_note(book, frame, on, lang)
        with whole_file(target) as path:
            book.save(path)
    except BaseException:
        for page in book.worksheets:
            page.close()
        raise


def _write_rows(
    sheet: WriteOnlyWorksheet, table: pd.DataFrame, columns: list[list[object]], layer: Layer | None, lang: str
) -> None:
    headers = [header(str(name), layer, lang) for name in table.columns]
    sheet.freeze_panes = "A2"
    _set_up(sheet, f"A1:{get_column_letter(len(headers))}{len(table) + 1}")
    for i, (said, values) in enumerate(zip(headers, columns, strict=True), start=1):
        sheet.column_dimensions[get_column_letter(i)].width = _width([said, *values[:_ROWS_MEASURED]])
    cells = _Cells(sheet)
    makers = [_maker(str(name), table[name], layer, cells, lang) for name in table.columns]
    sheet.append([cells.head(said) for said in headers])
    for row in zip(*columns, strict=True):
        sheet.append([None if value is None else make(value) for make, value in zip(makers, row, strict=True)])


def _set_up(sheet: WriteOnlyWorksheet, whole: str) -> None:
    """Let the rows be filtered by their header, and printed across A4: no column cut off, a header on each page."""
    sheet.auto_filter.ref = whole
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _with_coordinates(frame: pd.DataFrame) -> pd.DataFrame:
    """The table to write: longitude and latitude instead of a geometry of points, nothing instead of another."""
    if not isinstance(frame, gpd.GeoDataFrame):
        return frame
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    placed = _placed(frame)
    if placed.any() and frame.geometry[placed].geom_type.eq("Point").all():
        if frame.crs is None:
            raise ArgumentError("reports.missing_crs", argument="frame")
        points = np.array(frame.geometry.to_crs(_WGS84).array, dtype=object)
        table["lon"], table["lat"] = shapely.get_x(points), shapely.get_y(points)
    return table


def _placed(frame: gpd.GeoDataFrame) -> np.ndarray:
    return np.asarray(frame.geometry.notna() & ~frame.geometry.is_empty)


def _values(column: pd.Series) -> list[object]:
    values = np.array(column.astype(object), dtype=object)
    values[column.isna().to_numpy()] = None
    kept: list[object] = values.tolist()
    return kept


def _refuse_long(name: str, values: list[object]) -> None:
    for row, value in enumerate(values, start=2):
        if isinstance(value, str) and len(value) > _LONGEST_TEXT:
            raise ArgumentError("reports.text_too_long", column=name, row=row, length=len(value), allowed=_LONGEST_TEXT)


class _Cells:
    """What makes the cells of a sheet that Excel must not read its own way."""

    def __init__(self, sheet: object) -> None:
        self._sheet = sheet
        self._plain, self._quoted = StyleArray(), StyleArray()
        self._plain.numFmtId = self._quoted.numFmtId = _TEXT_FORMAT
        self._quoted.quotePrefix = 1

    def text(self, value: object) -> Cell:
        """Return a cell typed and formatted as text, quoted where it looks like a formula."""
        text = ILLEGAL_CHARACTERS_RE.sub("\ufffd", str(value))
        cell = Cell(self._sheet, 1, 1, text, self._quoted if text.startswith(_FORMULA_STARTS) else self._plain)
        cell.data_type = "s"  # openpyxl has taken "=..." for a formula and "#N/A" for an error
        return cell

    def head(self, value: object) -> object:
        """Return a cell of the header: text, bold."""
        cell = self.text(value)
        cell.font = _BOLD
        return cell

    def degrees(self, value: object) -> object:
        """Return a cell that shows a centimetre and keeps 16 digits, so that the place comes back within a hair."""
        cell = Cell(self._sheet, 1, 1, value)
        cell.number_format = _DEGREES
        return cell


def _maker(name: str, column: pd.Series, layer: Layer | None, cells: _Cells, lang: str) -> Maker:
    """What turns a value of this column into what the sheet takes."""
    field = layer.by_name.get(name) if layer else None
    if field is not None and field.type == "choice":
        words = {choice.value: spoken(choice, lang) for choice in field.choices}
        return lambda value: cells.text(words.get(str(value), value))
    if name in _COORDINATES:
        return cells.degrees
    if pd.api.types.is_bool_dtype(column.dtype):
        yes, no = say("reports.yes", lang), say("reports.no", lang)
        return lambda value: cells.text(yes if value else no)
    if pd.api.types.is_numeric_dtype(column.dtype):
        return lambda value: value
    if name in _DAYS or (field is not None and field.type == "day"):
        # A day before those that Excel counts rightly stays text.
        return lambda value: dt.date.fromisoformat(str(value)) if str(value) >= _FIRST_DAY else cells.text(value)
    return cells.text


def _width(values: Sequence[object]) -> int:
    """A column's width in characters; Chinese ones take two."""
    longest = max(
        sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in str(value or "")[:_WIDEST])
        for value in values
    )
    return min(max(longest + 2, _NARROWEST), _WIDEST)


def _write_note(book: Workbook, frame: pd.DataFrame, on: dt.date, lang: str) -> None:
    sheet = book.create_sheet(say("reports.note", lang))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = _WIDEST, _DAY_WIDTH
    lines: list[tuple[str, object]] = [("reports.note_day", on), ("reports.note_rows", len(frame))]
    if isinstance(frame, gpd.GeoDataFrame):
        lines.append(("reports.note_unplaced", len(frame) - int(_placed(frame).sum())))
    for code, value in lines:
        sheet.append([say(code, lang), value])
