from __future__ import annotations

import stat

import openpyxl
import pytest

from gridmap.errors import Fault
from gridmap.intake.fault_sheet import write_fault_sheet
from gridmap.intake.registers import read_register
from gridmap.intake.rows import Refused
from tests.intake.layers_of_tests import SHOPS
from tests.intake.sheets import workbook


def rows_of(path):
    return {page.title: list(page.values) for page in openpyxl.load_workbook(path)}


@pytest.fixture
def register_with_faults(tmp_path):
    path = workbook(
        tmp_path / "店铺.xlsx",
        {
            "王母": [
                ["编号", "店名", "经营者", "从业人数"],
                ["S1", "a", "张三", "三"],
                ["S2", "b", 4.4e17, 2],
                ["S3", "c", None, 1],
            ]
        },
    )
    return path, read_register(path, SHOPS)


def test_each_fault_has_a_line_with_the_true_value_and_what_is_allowed(register_with_faults):
    path, register = register_with_faults
    sheet = write_fault_sheet(path, register.faults, lang="zh")
    assert sheet == path.with_name("店铺.faults.xlsx")
    assert rows_of(sheet) == {
        "错误清单": [
            ("工作表", "行号", "列", "填写值", "错误及允许内容"),
            ("王母", "2", "从业人数", "三", "三 不是整数"),
            (
                "王母",
                "3",
                "经营者",
                "440000000000000000",
                "440000000000000000：长数字在第 15 位之后已被表格软件截断；请将该列设为文本格式后重新填写",
            ),
        ]
    }


def test_refused_rows_come_back_under_their_headers_with_faulty_cells_marked(register_with_faults):
    path, register = register_with_faults
    sheet = write_fault_sheet(path, register.faults, refused=register.refused, lang="en")
    assert rows_of(sheet)["王母"] == [
        ("编号", "店名", "经营者", "从业人数", "row", "what is wrong and what is allowed"),
        ("S1", "a", "张三", "三", "2", "从业人数: 三 is no whole number"),
        ("S2", "b", "440000000000000000", "2", "3", rows_of(sheet)["王母"][2][5]),
    ]
    page = openpyxl.load_workbook(sheet)["王母"]
    assert [cell.fill.fill_type for cell in page[2]] == [None, None, None, "solid", None, None]


def test_a_mended_fault_sheet_can_be_brought_again(register_with_faults):
    path, register = register_with_faults
    sheet = write_fault_sheet(path, register.faults, refused=register.refused)
    book = openpyxl.load_workbook(sheet)
    book["王母"]["D2"], book["王母"]["C3"] = "3", "李四"
    book.save(sheet)
    again = read_register(sheet, SHOPS)
    assert again.faults == ()
    assert again.frame[["code", "owner", "staff"]].to_numpy().tolist() == [["S1", "张三", 3], ["S2", "李四", 2]]


@pytest.mark.parametrize("value", ["=1+1", "=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\x00=1", "a\x0bb"])
def test_nothing_that_a_file_brought_acts_as_a_formula(tmp_path, value):
    fault = Fault("intake.not_number", sheet="=s", row=2, column="=c", value=value)
    sheet = write_fault_sheet(tmp_path / "a.csv", [fault], refused=[Refused("=s", 2, ("=c",), (value,))])
    cells = [cell for page in openpyxl.load_workbook(sheet) for row in page for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix and cell.number_format == "@" for cell in cells)


def test_sheet_names_that_excel_forbids_and_long_values_are_cut_to_fit(tmp_path):
    name = "a/b:c[d]*?" + "x" * 40
    refused = [Refused(name, 2, ("h",), ("y" * 40_000,)), Refused("", 2, ("h",), (None,))]
    book = rows_of(write_fault_sheet(tmp_path / "a.csv", [], refused=refused))
    assert list(book) == ["faults", "a b c d   " + "x" * 21, "a"]
    assert len(book["a b c d   " + "x" * 21][1][0]) == 32_767


def test_the_sheet_replaces_an_older_one_whole_and_only_its_owner_may_read_it(tmp_path):
    old = tmp_path / "a.faults.xlsx"
    old.write_text("old")
    sheet = write_fault_sheet(tmp_path / "a.csv", [Fault("intake.not_number", row=2, column="c", value="x")])
    assert sheet == old
    assert stat.S_IMODE(sheet.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["a.faults.xlsx"]


def test_a_failed_writing_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("openpyxl.Workbook.save", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_fault_sheet(tmp_path / "a.csv", [])
    assert list(tmp_path.iterdir()) == []
