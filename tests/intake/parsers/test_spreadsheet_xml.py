"""What a sheet would unfold to is found from its bytes: never less than calamine lays out."""

from __future__ import annotations

from io import BytesIO

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

from gridmap.intake.limits import Limits
from gridmap.intake.parsers.spreadsheet_xml import _Extent, _furthest

places = st.tuples(st.integers(1, 300_000), st.integers(1, 512))


@given(st.lists(places, min_size=1, max_size=20))
def test_the_furthest_reference_is_found(cells: list[tuple[int, int]]) -> None:
    text = "".join(f'<c r="{get_column_letter(column)}{row}" s="1"><v>1</v></c>' for row, column in cells).encode()
    assert _furthest(text) == (
        len(cells),
        len(cells),
        max(row for row, _ in cells),
        max(column for _, column in cells),
    )


def test_single_quotes_blanks_and_line_breaks_hide_nothing() -> None:
    assert _furthest(b"<c r='AB12'/>")[2:] == (12, 28)
    assert _furthest(b"<c s='1'\nr='AB12'/>")[2:] == (12, 28)
    assert _furthest(b"<c  r =\t'AB12'/>")[2:] == (12, 28)


def test_cells_and_rows_without_references_are_counted() -> None:
    extent = _Extent(Limits())
    extent.add(b"<sheetData><row>" + b"<c><v>1</v></c>" * 30)
    extent.add(b"<c/>" * 12 + b"</row><row><c/></row><x:row/>")
    assert (extent.columns, extent.rows) == (42, 3)


@settings(max_examples=20)
@given(st.sets(st.tuples(st.integers(1, 60), st.integers(1, 60)), min_size=1, max_size=12))
def test_calamine_never_lays_out_more_than_was_found(cells: set[tuple[int, int]]) -> None:
    book, data = openpyxl.Workbook(), BytesIO()
    for row, column in cells:
        book.active.cell(row, column, row * column)
    book.save(data)
    data.seek(0)
    end = CalamineWorkbook.from_filelike(data).get_sheet_by_index(0).end
    extent = _Extent(Limits())
    with openpyxl.reader.excel.ZipFile(data) as held:
        extent.add(held.read("xl/worksheets/sheet1.xml"))
    assert end == (extent.last_row - 1, extent.last_column - 1)
