"""Issues go out as a workbook and come in again: unchanged they pass, an edited cell names the step to take."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from gridmap.errors import ArgumentError, RefusedError
from gridmap.ledger.categories import Category
from gridmap.office.importing import Source
from gridmap.office.issue_files import IssueSource, IssuesReport, _spelled, export_issues, import_issues
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.store import categories, issues
from gridmap.words import LANGUAGES
from tests.office.conftest import Sheet

HEADER = ("number", "category", "source", "unit", "opened", "due", "closed", "result", "text", "reporter", "lon", "lat")
SECRET = "the lamp at my window"
LAMP = (
    "1",
    "lamp",
    "phone",
    "城管办",
    "2015-03-02 08:00:05",
    "2015-03-16",
    None,
    None,
    SECRET,
    "Mr Ho",
    114.4825,
    22.5925,
)
ROAD = ("2", "road", "自查", None, "2015-04-01", None, "2015-04-03 10:00", "已解决", None, None, None, None)
EVIL = ("3", "road", "自查", '=HYPERLINK("http://x")', "2015-05-01", None, None, None, None, None, None, None)


@pytest.fixture
def with_issues(office: Office, sheet: Sheet) -> Office:
    """An office that keeps three issues; the unit of one is written like a formula."""
    kinds = (
        Category("lamp", "路灯不亮", "lamp out", "work_days", 10),
        Category("road", "道路", "road", "work_days", 5),
    )
    with office.writing_whole() as tx:
        categories.keep_categories(tx, {one.name: one for one in kinds}, on=dt.date(2015, 1, 1))
    path = sheet("issues.xlsx", HEADER, LAMP, ROAD, EVIL)
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["D4"].data_type = "s"
    book.save(path)
    bring(office, path)
    return office


def bring(office: Office, path: Path) -> IssuesReport:
    return import_issues(LOCAL_ADMINISTRATOR, office, IssueSource(Source(path, crs="EPSG:4326")))


def sent_out(office: Office, tmp_path: Path, lang: str = "en") -> Path:
    target = tmp_path / "out.xlsx"
    assert export_issues(LOCAL_ADMINISTRATOR, office, target, lang=lang) == 3
    return target


def edited(path: Path, row: int, header: str, value: object) -> Path:
    """Change a cell as a clerk would."""
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    (column,) = [cell.column for cell in page[1] if cell.value == header]
    page.cell(row, column, value)  # type: ignore[arg-type]
    book.save(path)
    return path


def history(office: Office) -> pd.DataFrame:
    with office.reading_whole() as tx:
        return issues.events(tx)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_comes_in_as_it_went_out_changes_nothing(with_issues: Office, tmp_path: Path, lang: str) -> None:
    before = history(with_issues)
    report = bring(with_issues, sent_out(with_issues, tmp_path, lang))
    assert report.faults == ()
    assert (report.counts["unchanged"], report.counts["events"], report.batch) == (3, 0, None)
    pd.testing.assert_frame_equal(history(with_issues), before)


AS_EXCEL_KEEPS_IT = dt.datetime(2015, 3, 9, 10, 0)  # noqa: DTZ001 a cell has no zone
EDITS = [
    (2, "state", "closed", "intake.issue_edited", "close 2015-00001"),
    (2, "category", "road", "intake.issue_edited", "file 2015-00001"),
    (2, "unit", "水务办", "intake.issue_edited", "hand-over 2015-00001"),
    (4, "holder", "7", "intake.issue_edited", "hand-over 2015-00003"),
    (2, "due", "2015-03-20", "intake.issue_edited", "set-deadline 2015-00001"),
    (2, "closed", AS_EXCEL_KEEPS_IT, "intake.issue_edited", "close 2015-00001"),
    (3, "result", "explained", "intake.issue_edited", "close 2015-00002"),
    (3, "reported", "2015-04-02", "intake.issue_fixed", "note"),
    (3, "source", "phone", "intake.issue_fixed", "note"),
    (2, "lon", 114.4900, "intake.issue_fixed", "note"),
    (2, "issue", "0f0f", "intake.issue_unknown", "kept here"),
]


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_cell_is_a_fault_that_names_the_step(
    with_issues: Office, tmp_path: Path, edit: tuple[int, str, object, str, str]
) -> None:
    row, header, value, code, told = edit
    before = history(with_issues)
    report = bring(with_issues, edited(sent_out(with_issues, tmp_path), row, header, value))
    assert [(fault.code, fault.row) for fault in report.faults] == [(code, row)]
    assert told in report.faults[0].say()
    assert report.counts["unchanged"] == 2
    pd.testing.assert_frame_equal(history(with_issues), before)


def test_a_row_added_at_the_end_is_a_new_issue(with_issues: Office, tmp_path: Path) -> None:
    path = sent_out(with_issues, tmp_path)
    for header, value in (("number", "B-1"), ("category", "lamp out"), ("reported", "2015-06-01 09:00")):
        edited(path, 5, header, value)
    report = bring(with_issues, path)
    assert (report.faults, report.counts["added"], report.counts["unchanged"]) == ((), 1, 3)


def test_the_workbook_holds_no_formula_and_nothing_that_people_said(with_issues: Office, tmp_path: Path) -> None:
    page = openpyxl.load_workbook(sent_out(with_issues, tmp_path)).worksheets[0]
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    (evil,) = [cell for cell in cells if cell.value == EVIL[3]]
    assert evil.quotePrefix
    assert not any(text in str(cell.value) for cell in cells for text in (SECRET, "Mr Ho"))


def test_an_hour_that_the_clock_shows_twice_is_written_with_its_offset() -> None:
    from zoneinfo import ZoneInfo

    twice = pd.Series(pd.to_datetime(["2015-11-01 05:30", "2015-11-01 06:30", None], utc=True))
    assert _spelled(twice, ZoneInfo("America/New_York")).tolist() == [
        "2015-11-01 01:30:00",
        "2015-11-01 01:30:00-0500",
        None,
    ]


def test_an_export_needs_the_right_and_the_ending(with_issues: Office, tmp_path: Path) -> None:
    with pytest.raises(RefusedError):
        export_issues(Person("reader", "reader"), with_issues, tmp_path / "out.xlsx")
    with pytest.raises(ArgumentError, match="xlsx"):
        export_issues(LOCAL_ADMINISTRATOR, with_issues, tmp_path / "out.csv")
