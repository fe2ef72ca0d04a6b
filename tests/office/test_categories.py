"""Categories and service items are workbooks: out, edited, in again; only what was edited changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from gridmap.errors import ArgumentError, RefusedError
from gridmap.office.categories import (
    export_categories,
    export_service_items,
    import_categories,
    import_service_items,
    list_categories,
    list_service_items,
    write_city_template,
)
from gridmap.office.importing import Terms
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.words import LANGUAGES
from tests.office.conftest import Sheet

ON = dt.date(2015, 3, 1)
LATER = dt.date(2015, 6, 1)
HEADER = ("name", "zh", "en", "unit", "clock", "length", "urgent", "quantity")
LAMP = ("lamp", "路灯不亮", "lamp out", "城管办", "work_days", 5, "否", "路灯（盏）")
CALL = ("call", "一键通", "one-key call", None, "紧急工作时", 2, "√", None)
Row = dict[str, object]


def bring(office: Office, path: Path, **terms: object) -> tuple[dict[str, int], list[tuple[str, int | None, str]]]:
    report = import_categories(LOCAL_ADMINISTRATOR, office, path, Terms(**{"on": ON, **terms}))  # type: ignore[arg-type]
    return dict(report.counts), [(fault.code, fault.row, fault.column) for fault in report.faults]


def listed(office: Office, on: dt.date = ON) -> dict[str, Row]:
    frame = list_categories(LOCAL_ADMINISTRATOR, office, on=on)
    return {row["name"]: row for row in frame.astype(object).where(frame.notna(), None).to_dict("records")}


def edit(path: Path, change: Callable[[object], None]) -> Path:
    """Open a workbook as a clerk would, change its first sheet and save it."""
    book = openpyxl.load_workbook(path)
    change(book.worksheets[0])
    book.save(path)
    return path


@pytest.fixture
def with_two(office: Office, sheet: Sheet) -> Office:
    counts, faults = bring(office, sheet("类别.xlsx", HEADER, LAMP, CALL))
    assert (counts["added"], faults) == (2, [])
    return office


def test_categories_come_in_from_a_workbook(with_two: Office) -> None:
    found = listed(with_two)
    assert found["lamp"] == {
        "name": "lamp",
        "zh": "路灯不亮",
        "en": "lamp out",
        "group": None,
        "unit": "城管办",
        "clock": "work_days",
        "length": 5.0,
        "urgent": False,
        "sensitive": False,
        "quantity": "lamps",
    }
    assert (found["call"]["clock"], found["call"]["urgent"]) == ("urgent_hours", True)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_workbook_that_comes_in_as_it_went_out_changes_nothing(with_two: Office, tmp_path: Path, lang: str) -> None:
    target = tmp_path / "out.xlsx"
    assert export_categories(LOCAL_ADMINISTRATOR, with_two, target, on=ON, lang=lang) == 2
    counts, faults = bring(with_two, target, on=LATER, complete=True)
    assert (counts, faults) == ({"added": 0, "changed": 0, "unchanged": 2, "ended": 0, "rejected": 0}, [])


def test_only_the_edited_cell_changes_and_from_its_day_on(with_two: Office, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    export_categories(LOCAL_ADMINISTRATOR, with_two, target, on=ON)

    def edit_length(page) -> None:  # type: ignore[no-untyped-def]
        (column,) = [cell.column for cell in page[1] if cell.value == "length"]
        page.cell(2, column, 3)

    counts, _ = bring(with_two, edit(target, edit_length), on=LATER)
    assert (counts["changed"], counts["unchanged"]) == (1, 1)
    before, after = listed(with_two), listed(with_two, LATER)
    assert (before["lamp"]["length"], after["lamp"]["length"]) == (5.0, 3.0)
    assert {**before["lamp"], "length": 3.0} == after["lamp"]
    assert before["call"] == after["call"]


def test_a_row_says_only_what_its_columns_say(with_two: Office, sheet: Sheet) -> None:
    bring(with_two, sheet("部分.xlsx", ("name", "unit", "en"), ("lamp", None, None)), on=LATER)
    after = listed(with_two, LATER)["lamp"]
    assert (after["unit"], after["en"], after["length"], after["quantity"]) == (None, "lamp out", 5.0, "lamps")


def test_every_fault_of_every_row_is_told(with_two: Office, sheet: Sheet) -> None:
    rows = [
        ("Lamp 2", "灯", "lamp", None, "work_days", 5, None, None),
        ("new", "新", None, None, "work_days", None, None, None),
        ("odd", "怪", "odd", None, "lunar_days", 5, None, None),
        ("none", "零", "none", None, "work_days", 0, None, None),
        ("fine", "好", "fine", None, "natural_days", 3, None, None),
    ]
    counts, faults = bring(with_two, sheet("错.xlsx", HEADER, *rows))
    assert faults == [
        ("ledger.category_name", 2, "name"),
        ("intake.category_empty", 3, "en"),
        ("intake.category_empty", 3, "length"),
        ("intake.not_choice", 4, "clock"),
        ("ledger.not_a_length", 5, "length"),
    ]
    assert (counts["added"], counts["rejected"]) == (1, 4)


def test_complete_ends_what_the_file_lacks(with_two: Office, sheet: Sheet) -> None:
    counts, _ = bring(with_two, sheet("全.xlsx", HEADER, LAMP), on=LATER, complete=True)
    assert counts["ended"] == 1
    assert set(listed(with_two, LATER)) == {"lamp"}
    assert set(listed(with_two)) == {"lamp", "call"}


def test_nothing_that_a_workbook_brought_acts_as_a_formula(office: Office, sheet: Sheet, tmp_path: Path) -> None:
    evil = ("evil", '=HYPERLINK("http://x","y")', "+1+1", "@SUM(A1)", "work_days", 5, None, None)
    path = sheet("恶.xlsx", HEADER, evil)

    def as_text(page) -> None:  # type: ignore[no-untyped-def]
        for cell in page[2][1:4]:
            cell.data_type = "s"

    bring(office, edit(path, as_text))
    target = tmp_path / "out.xlsx"
    export_categories(LOCAL_ADMINISTRATOR, office, target, on=ON)
    page = openpyxl.load_workbook(target).worksheets[0]
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n"}
    quoted = {cell.value: cell.quotePrefix for cell in page[2] if cell.data_type == "s"}
    assert [quoted[text] for text in evil[1:4]] == [True, True, True]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_classes_of_digital_city_management_come_in_whole(office: Office, tmp_path: Path, lang: str) -> None:
    target = tmp_path / "city.xlsx"
    count = write_city_template(LOCAL_ADMINISTRATOR, target, on=ON, lang=lang)
    counts, faults = bring(office, target)
    assert (counts["added"], faults) == (count, [])
    assert len({row["group"] for row in listed(office).values()}) == 10


def test_service_items_are_kept_apart_from_issues(office: Office, sheet: Sheet, tmp_path: Path) -> None:
    path = sheet(
        "事项.xlsx",
        ("事项编码", "事项名称", "办理部门"),
        ("001", "居住证办理", "社区服务中心"),
        ("002", "老年优待证", None),
    )
    report = import_service_items(LOCAL_ADMINISTRATOR, office, path, Terms(on=ON))
    assert (report.counts["added"], report.kept) == (2, True)
    target = tmp_path / "items.xlsx"
    assert export_service_items(LOCAL_ADMINISTRATOR, office, target, on=ON) == 2
    again = import_service_items(LOCAL_ADMINISTRATOR, office, target, Terms(on=LATER, complete=True))
    assert (again.counts["unchanged"], again.kept) == (2, False)
    bring_less = sheet("少.xlsx", ("事项编码", "事项名称"), ("001", "居住证办理"))
    assert (
        import_service_items(LOCAL_ADMINISTRATOR, office, bring_less, Terms(on=LATER, complete=True)).counts["ended"]
        == 1
    )
    kept = list_service_items(LOCAL_ADMINISTRATOR, office, on=LATER)
    assert kept[["number", "department"]].to_numpy().tolist() == [["001", "社区服务中心"]]


def test_rules_are_changed_by_those_who_may(with_two: Office, sheet: Sheet, tmp_path: Path) -> None:
    for role in ("clerk", "reader"):
        person = Person("someone", role)  # type: ignore[arg-type]
        with pytest.raises(RefusedError):
            import_categories(person, with_two, sheet("x.xlsx", HEADER, LAMP), Terms(on=ON))
        with pytest.raises(RefusedError):
            import_service_items(person, with_two, sheet("x.xlsx", HEADER, LAMP), Terms(on=ON))
    with pytest.raises(ArgumentError, match="xlsx"):
        export_categories(LOCAL_ADMINISTRATOR, with_two, tmp_path / "out.csv", on=ON)
