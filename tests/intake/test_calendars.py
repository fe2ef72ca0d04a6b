"""A year's notice is read as an office keeps it, and every bad row of it is named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest

from gridmap.errors import FaultsError, FileError
from gridmap.intake.calendars import read_calendar

Notice = Callable[..., Path]


@pytest.fixture
def notice(tmp_path: Path) -> Notice:
    """Writes rows into a workbook and returns its path."""

    def write(*rows: Sequence[object]) -> Path:
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in rows:
            book.active.append(list(row))
        path = tmp_path / "notice.xlsx"
        book.save(path)
        return path

    return write


def test_a_notice_says_of_each_day_whether_it_is_worked(notice: Notice) -> None:
    rows = [
        ("2027年放假安排",),
        ("日期", "安排", "节日"),
        ("2027-01-01", "放假", "元旦"),
        (dt.date(2027, 1, 3), "补班", None),
    ]
    read = read_calendar(notice(*rows))
    assert dict(read.days) == {dt.date(2027, 1, 1): False, dt.date(2027, 1, 3): True}
    assert (read.rows, read.faults, read.unread) == (2, (), ("节日",))


@pytest.mark.parametrize(
    ("said", "works"), [("是", True), ("否", False), ("√", True), ("×", False), (True, True), ("no", False)]
)
def test_yes_and_no_are_answers(notice: Notice, said: object, works: bool) -> None:
    read = read_calendar(notice(("day", "working"), ("2027/1/4", said)))
    assert dict(read.days) == {dt.date(2027, 1, 4): works}


def test_a_csv_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "us.csv"
    path.write_text("date,is_workday\n2015-07-03,no\n2015-11-26,no\n", encoding="utf-8")
    assert dict(read_calendar(path).days) == {dt.date(2015, 7, 3): False, dt.date(2015, 11, 26): False}


def test_bad_rows_are_named_and_say_nothing(notice: Notice) -> None:
    read = read_calendar(
        notice(
            ("日期", "是否上班"),
            ("2027-02-30", "是"),
            ("2027-02-07", "也许"),
            (None, "是"),
            ("2027-02-08", "否"),
            ("2027-02-08", "否"),
            ("2027-02-08", "是"),
        )
    )
    assert dict(read.days) == {dt.date(2027, 2, 8): False}
    assert [(fault.row, fault.column, fault.code) for fault in read.faults] == [
        (2, "日期", "intake.not_day"),
        (3, "是否上班", "intake.not_choice"),
        (4, "日期", "intake.required"),
        (7, "是否上班", "intake.calendar_differs"),
    ]
    assert [one.row for one in read.refused] == [2, 3, 4, 7]


def test_a_file_without_days_or_without_their_kind_is_refused(notice: Notice) -> None:
    with pytest.raises(FileError):
        read_calendar(notice(("a", "b"), (1, 2)))
    with pytest.raises(FaultsError) as raised:
        read_calendar(notice(("日期", "是否放假"), ("2027-01-01", "是")))
    assert [fault.column for fault in raised.value.faults] == ["working"]
