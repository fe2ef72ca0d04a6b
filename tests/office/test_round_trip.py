"""A register goes out as a workbook, is edited in a spreadsheet and comes in again: only edited cells change."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridmap.office.exporting import export_features
from gridmap.office.importing import ImportReport, Source, Terms, import_register
from gridmap.office.listing import list_features
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.words import LANGUAGES
from tests.office.conftest import SOUTH, STEP, WEST

MARCH, APRIL = dt.date(2015, 3, 1), dt.date(2015, 4, 1)
CRS = "EPSG:4326"
PRIVATE = ("head", "phone", "address", "away")
EVIL = ('=HYPERLINK("http://x","y")', "+86 755", "-1+1", "@SUM(1+1)*cmd|' /C calc'!A0", "001", "1E5", "是")
HOUSEHOLDS = (
    ("户编号", "户主", "联系电话", "地址", "人数", "人户分离", "应走访", "登记日期", "经度", "纬度"),
    ("0001", "甲", "13800000001", "=A1", 3, "否", "是", "2014-05-06", WEST + 1 / 300, SOUTH + 1 / 700),
    ("0002", "乙", None, "二号", None, None, "否", None, WEST + STEP * 1.5, SOUTH + STEP / 3),
    ("0003", None, None, None, 2, "是", "是", "1900-01-15", None, None),
)
BUSINESSES = (
    ("商户编号", "名称", "类别", "行业", "证照齐全", "经营者", "经度", "纬度"),
    *(
        (f"S{number:03}", text, "小作坊", text, "√", "丙", WEST + STEP * number / 7, SOUTH + STEP / 9)
        for number, text in enumerate(EVIL, start=1)
    ),
)


def book(path: Path, rows: tuple[tuple[object, ...], ...]) -> Path:
    """Write rows whose texts are texts, as a clerk types them behind an apostrophe."""
    made = openpyxl.Workbook()
    page = made.worksheets[0]
    for row in rows:
        page.append(list(row))
    for cell in (cell for row in page.iter_rows() for cell in row):
        cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    made.save(path)
    return path


def take(office: Office, path: Path, layer: str, on: dt.date, *, clear: bool = False) -> ImportReport:
    report = import_register(LOCAL_ADMINISTRATOR, office, layer, Source(path, crs=CRS), Terms(on, clear=clear))
    assert report.faults == ()
    return report


def rows_of(office: Office, layer: str, on: dt.date) -> pd.DataFrame:
    fields = [one.name for one in office.layers[layer].fields if one.mark != "public"]
    rows: gpd.GeoDataFrame = list_features(
        LOCAL_ADMINISTRATOR, office, layer, on=on, reveal=fields, reason="a round trip"
    )
    return rows.drop(columns=["valid_from", "valid_to"]).set_index("key")


def sent_out(office: Office, layer: str, target: Path, lang: str = "en", *, whole: bool = False) -> Path:
    reveal = [one.name for one in office.layers[layer].fields if one.mark != "public"] if whole else []
    export_features(
        LOCAL_ADMINISTRATOR, office, layer, target, on=MARCH, reveal=reveal, reason="a round trip", lang=lang
    )
    return target


def edited(path: Path, row: int, header: str, value: object) -> Path:
    made = openpyxl.load_workbook(path)
    page = made.worksheets[0]
    (column,) = [cell.column for cell in page[1] if cell.value == header]
    page.cell(row, column).value = value  # type: ignore[assignment]
    made.save(path)
    return path


@pytest.fixture
def registers(office: Office, tmp_path: Path) -> Office:
    """An office whose households lack this and that, and whose shops bear names that look like formulas."""
    for layer, rows in (("households", HOUSEHOLDS), ("businesses", BUSINESSES)):
        assert take(office, book(tmp_path / f"{layer}.xlsx", rows), layer, MARCH).counts["added"] == len(rows) - 1
    return office


@pytest.mark.parametrize("layer", ["households", "businesses"])
def test_what_comes_in_as_it_went_out_changes_nothing(registers: Office, tmp_path: Path, layer: str) -> None:
    before = rows_of(registers, layer, MARCH)
    for lang in LANGUAGES:
        for whole in (True, False):
            path = sent_out(registers, layer, tmp_path / "out.xlsx", lang, whole=whole)
            report = take(registers, path, layer, APRIL, clear=True)
            assert (report.counts["unchanged"], report.batch) == (len(before), None)
    pd.testing.assert_frame_equal(rows_of(registers, layer, APRIL), before)


def test_only_the_edited_cells_change_and_what_is_masked_stays(registers: Office, tmp_path: Path) -> None:
    path = sent_out(registers, "households", tmp_path / "out.xlsx")
    edited(edited(path, 2, "people", 5), 4, "to be visited", "no")
    report = take(registers, path, "households", APRIL)
    assert (report.counts["changed"], report.counts["unchanged"]) == (2, 1)
    before, after = (rows_of(registers, "households", day) for day in (MARCH, APRIL))
    expected = before.copy()
    expected.loc["0001", "people"] = 5
    expected.loc["0003", "eligible"] = False
    pd.testing.assert_frame_equal(after, expected)
    assert after.loc["0001", list(PRIVATE)].tolist() == ["甲", "13800000001", "=A1", False]


def test_an_emptied_cell_clears_only_if_that_is_asked_for(registers: Office, tmp_path: Path) -> None:
    path = edited(sent_out(registers, "businesses", tmp_path / "out.xlsx"), 2, "trade", None)
    assert take(registers, path, "businesses", APRIL).batch is None
    assert take(registers, path, "businesses", APRIL, clear=True).counts["changed"] == 1
    before, after = (rows_of(registers, "businesses", day) for day in (MARCH, APRIL))
    assert after.loc["S001", "trade"] is None
    pd.testing.assert_frame_equal(after.drop(index="S001"), before.drop(index="S001"))


def test_a_moved_point_moves_its_row_alone(registers: Office, tmp_path: Path) -> None:
    path = edited(sent_out(registers, "businesses", tmp_path / "out.xlsx"), 3, "lon", WEST + STEP * 2.5)
    assert take(registers, path, "businesses", APRIL).counts["changed"] == 1
    before, after = (rows_of(registers, "businesses", day) for day in (MARCH, APRIL))
    assert before.loc["S002", "cell"] != after.loc["S002", "cell"]
    assert after.loc["S002", "geometry"].x == WEST + STEP * 2.5
    pd.testing.assert_frame_equal(after.drop(index="S002"), before.drop(index="S002"))


@pytest.mark.parametrize("layer", ["households", "businesses"])
def test_no_cell_that_goes_out_is_a_formula(registers: Office, tmp_path: Path, layer: str) -> None:
    pages = openpyxl.load_workbook(sent_out(registers, layer, tmp_path / "out.xlsx", whole=True)).worksheets
    cells = [cell for page in pages for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    risky = [cell for cell in cells if cell.data_type == "s" and str(cell.value).startswith(("=", "+", "-", "@"))]
    assert risky
    assert all(cell.quotePrefix for cell in risky)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn", "Zs", "Zl", "Zp", "Cf")), min_size=1
    )
)
def test_any_text_comes_back_as_the_text_it_was(office: Office, tmp_path: Path, text: str) -> None:
    rows = (BUSINESSES[0][:2], ("S1", text))
    take(office, book(tmp_path / "in.xlsx", rows), "businesses", MARCH)
    kept = rows_of(office, "businesses", MARCH).loc["S1", "name"]
    path = sent_out(office, "businesses", tmp_path / "out.xlsx")
    assert take(office, path, "businesses", MARCH).batch is None
    assert openpyxl.load_workbook(path).worksheets[0]["B2"].value == kept
