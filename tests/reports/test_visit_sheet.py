"""The visiting sheet for paper."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from gridmap.reports.visit_sheet import COLUMNS, SheetStop, initials, write_visit_sheet


@pytest.mark.parametrize(
    ("name", "short"),
    [("张三", "张*"), ("欧阳修文", "欧*"), ("Anna Smith", "A. S."), ("anna", "A."), ("", ""), ("  ", "")],
)
def test_initials_do_not_tell_the_name(name: str, short: str) -> None:
    assert initials(name) == short


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_row_a_stop_with_room_to_write_and_no_formula(tmp_path: Path, lang: str) -> None:
    stops = [SheetStop(1, "shops", "=1+1", "=HYPERLINK()", "a\x07b"), SheetStop(2, "shops", "0012")]
    target = tmp_path / "sheet.xlsx"
    write_visit_sheet(target, stops, number="2015-0001", cell="44", on=dt.date(2015, 3, 12), lang=lang)
    page = openpyxl.load_workbook(target).worksheets[0]
    assert page.title == "2015-0001"
    first = list(page[4])
    assert [cell.value for cell in first] == ["1", "shops", "=1+1", "=HYPERLINK()", "a\ufffdb", None, None, None]
    assert {cell.data_type for cell in first if cell.value} == {"s"}
    assert page["C5"].value == "0012"
    assert (page.max_row, page.max_column) == (5, len(COLUMNS))
    assert page.print_title_rows == "$1:$3"
