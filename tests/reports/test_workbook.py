"""Workbooks as Excel and as a register reader see them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from gridmap.errors import ArgumentError
from gridmap.reports.workbook import write_workbook
from layers.businesses import LAYER as BUSINESSES
from layers.roads import LAYER as ROADS

ON = dt.date(2015, 12, 31)


@pytest.fixture
def street_of_shops() -> gpd.GeoDataFrame:
    """A shop with everything, and one of which only the number and a hostile name are known."""
    return gpd.GeoDataFrame(
        {
            "business_no": ["0440307010001234567", "2"],
            "name": ["海味店", "=HYPERLINK('x')"],
            "kind": ["small_stall", None],
            "licensed": pd.array([True, None], dtype="boolean"),
            "staff": pd.array([3, None], dtype="Int64"),
            "area": [25.5, float("nan")],
            "opened_on": ["2014-05-06", None],
            "cell": ["440307999001101", None],
            "valid_from": ["2015-01-01", "2015-01-01"],
        },
        geometry=[shapely.Point(114.5, 22.6), None],
        crs="EPSG:4326",
    )


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "shops.xlsx"


def test_a_sheet_can_be_filtered_and_printed_and_shows_its_day(tmp_path: Path) -> None:
    target = tmp_path / "rows.xlsx"
    write_workbook(pd.DataFrame({"code": ["1", "2"], "name": ["a", "b"]}), None, target, on=dt.date(2015, 12, 31))
    rows, note = openpyxl.load_workbook(target).worksheets
    assert rows.auto_filter.ref == "A1:B3"
    assert all(cell.font.b for cell in rows[1])
    assert not rows["A2"].font.b
    assert rows.print_title_rows == "$1:$1"
    assert (rows.page_setup.orientation, rows.page_setup.fitToWidth, rows.page_setup.fitToHeight) == ("landscape", 1, 0)
    assert rows.sheet_properties.pageSetUpPr.fitToPage
    assert note.column_dimensions["B"].width >= len("2015-12-31") + 2, "else Excel shows ####"


def _sheet(book: Path, number: int = 0) -> Worksheet:
    return openpyxl.load_workbook(book).worksheets[number]


def _rows(book: Path) -> list[list[object]]:
    return [[cell.value for cell in row] for row in _sheet(book).iter_rows()]


def test_headers_choices_and_booleans_are_in_the_readers_language(
    street_of_shops: gpd.GeoDataFrame, book: Path
) -> None:
    write_workbook(street_of_shops, BUSINESSES, book, on=ON, lang="zh")
    headers, first, _ = _rows(book)
    assert headers[:5] == ["商户编号", "名称", "场所类别", "证照齐全", "从业人数"]
    assert headers[7:] == ["所属网格", "生效日期", "经度", "纬度"]
    assert first[2:4] == ["小档口", "是"]
    write_workbook(street_of_shops, BUSINESSES, book, on=ON, lang="en")
    headers, first, _ = _rows(book)
    assert headers[0] == "business number"
    assert first[2:4] == ["small stall", "yes"]


def test_codes_keep_every_digit_as_text_in_cells_that_stay_text(street_of_shops: gpd.GeoDataFrame, book: Path) -> None:
    write_workbook(street_of_shops, BUSINESSES, book, on=ON)
    for cell in (_sheet(book)["A2"], _sheet(book)["H2"]):
        assert (cell.data_type, cell.number_format) == ("s", "@")
    assert _sheet(book)["A2"].value == "0440307010001234567"


def test_missing_values_are_empty_cells(street_of_shops: gpd.GeoDataFrame, book: Path) -> None:
    write_workbook(street_of_shops, BUSINESSES, book, on=ON)
    assert _rows(book)[2] == ["2", "=HYPERLINK('x')", *[None] * 6, dt.datetime(2015, 1, 1), None, None]  # noqa: DTZ001


def test_numbers_are_numbers_and_days_are_days(street_of_shops: gpd.GeoDataFrame, book: Path) -> None:
    write_workbook(street_of_shops, BUSINESSES, book, on=ON)
    sheet = _sheet(book)
    assert (sheet["E2"].value, sheet["F2"].value, sheet["J2"].value) == (3, 25.5, 114.5)
    assert sheet["G2"].is_date
    assert sheet["G2"].value.date() == dt.date(2014, 5, 6)


def test_a_day_that_excel_miscounts_stays_text(street_of_shops: gpd.GeoDataFrame, book: Path) -> None:
    street_of_shops["opened_on"] = ["1900-02-28", "1900-03-01"]
    write_workbook(street_of_shops, BUSINESSES, book, on=ON)
    assert _sheet(book)["G2"].value == "1900-02-28"
    assert _sheet(book)["G3"].value.date() == dt.date(1900, 3, 1)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_what_looks_like_a_formula_is_quoted_text(book: Path, start: str) -> None:
    write_workbook(pd.DataFrame({"name": [f"{start}1+1"]}), None, book, on=ON)
    cell = _sheet(book)["A2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "海味店", "1.5E+3", "TRUE"])
def test_other_text_is_plain_text(book: Path, text: str) -> None:
    write_workbook(pd.DataFrame({"name": [text]}), None, book, on=ON)
    cell = _sheet(book)["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", False)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1), min_size=1))
def test_any_text_reads_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    book = tmp_path_factory.mktemp("book") / "texts.xlsx"
    write_workbook(pd.DataFrame({"name": pd.Series(texts, dtype=object)}), None, book, on=ON)
    sheet = openpyxl.load_workbook(book).worksheets[0]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == texts
    assert {row[0].data_type for row in sheet.iter_rows()} == {"s"}


def test_a_character_that_no_workbook_holds_is_replaced(book: Path) -> None:
    write_workbook(pd.DataFrame({"name": ["a\x00b\x0bc"]}), None, book, on=ON)
    assert _sheet(book)["A2"].value == "a\ufffdb\ufffdc"


def test_a_text_too_long_for_a_cell_is_refused_and_not_cut(book: Path) -> None:
    write_workbook(pd.DataFrame({"name": ["x" * 32767]}), None, book, on=ON)
    with pytest.raises(ArgumentError, match="row 3, column name: 32768 characters"):
        write_workbook(pd.DataFrame({"name": ["short", "x" * 32768]}), None, book, on=ON)


def test_headers_stay_in_sight_and_columns_fit_chinese(street_of_shops: gpd.GeoDataFrame, book: Path) -> None:
    street_of_shops["name"] = ["大鹏湾海鲜干货批发零售店", "x" * 300]
    write_workbook(street_of_shops, BUSINESSES, book, on=ON, lang="zh")
    sheet = _sheet(book)
    assert sheet.freeze_panes == "A2"
    widths = {letter: sheet.column_dimensions[letter].width for letter in "ABE"}
    assert widths == {"A": 21, "B": 48, "E": 10}


def test_a_note_says_the_day_and_the_counts(street_of_shops: gpd.GeoDataFrame, book: Path) -> None:
    write_workbook(street_of_shops, BUSINESSES, book, on=ON, lang="zh")
    note = {row[0].value: row[1].value for row in _sheet(book, 1).iter_rows()}
    assert note["数据日期"].date() == ON
    assert (note["行数"], note["其中无位置"]) == (2, 1)


def test_coordinates_are_degrees_whatever_the_frame_uses(street_of_shops: gpd.GeoDataFrame, book: Path) -> None:
    write_workbook(street_of_shops.to_crs("EPSG:4547"), BUSINESSES, book, on=ON)
    assert [_sheet(book)[name].value for name in ("J2", "K2")] == pytest.approx([114.5, 22.6])


def test_coordinates_show_a_centimetre_and_keep_the_digits_of_a_workbook(
    street_of_shops: gpd.GeoDataFrame, book: Path
) -> None:
    """Rounded ones came back as another place; a workbook holds 16 digits, far below a hair."""
    street_of_shops.geometry = [shapely.Point(114.61336240000017, 22.417921200000123), None]
    write_workbook(street_of_shops, BUSINESSES, book, on=ON)
    assert _sheet(book)["J2"].number_format == "0.0000000"
    row = CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python()[1]
    assert row[-2:] == pytest.approx([114.61336240000017, 22.417921200000123], abs=1e-12, rel=0)


def test_lines_have_no_column(book: Path) -> None:
    line = shapely.LineString([(0, 0), (1, 1)])
    write_workbook(gpd.GeoDataFrame({"road_no": ["1"]}, geometry=[line], crs="EPSG:4326"), ROADS, book, on=ON)
    assert _rows(book) == [["road number"], ["1"]]


def test_points_without_crs_are_asked_for_it(street_of_shops: gpd.GeoDataFrame, book: Path) -> None:
    with pytest.raises(ArgumentError, match="states no coordinate system"):
        write_workbook(street_of_shops.set_crs(None, allow_override=True), BUSINESSES, book, on=ON)
    assert not book.exists()


def test_no_rows_make_a_sheet_of_headers(street_of_shops: gpd.GeoDataFrame, book: Path) -> None:
    write_workbook(street_of_shops.iloc[:0], BUSINESSES, book, on=ON)
    assert len(_rows(book)) == 1


def test_the_reader_that_offices_files_go_through_sees_text_as_text(
    street_of_shops: gpd.GeoDataFrame, book: Path
) -> None:
    write_workbook(street_of_shops, BUSINESSES, book, on=ON, lang="zh")
    rows = CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python()
    assert rows[1][:3] == ["0440307010001234567", "海味店", "小档口"]
    assert rows[1][6] == dt.date(2014, 5, 6)
    assert rows[2][1] == "=HYPERLINK('x')"
