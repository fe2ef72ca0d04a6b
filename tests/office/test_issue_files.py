"""A register of issues comes in as late entries: once, continued, and never rewriting what is kept."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gridmap.errors import ArgumentError, ConflictError, RefusedError
from gridmap.ledger.categories import Category
from gridmap.office.importing import Source
from gridmap.office.issue_files import IssueSource, IssuesReport, import_issues
from gridmap.office.undoing import undo_import
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.store import categories, issues
from tests.office.conftest import CLOCK, Sheet

HEADER = ("编号", "类别", "来源", "责任单位", "登记时间", "办理期限", "办结时间", "办理结果", "内容", "经度", "纬度")
LAMP = (
    "1",
    "路灯不亮",
    "来电",
    "城管办",
    "2015-03-02 08:00",
    "2015-03-16 18:00",
    None,
    None,
    "灯不亮",
    114.4825,
    22.5925,
)
ROAD = ("2", "road", "自查", None, "2015-04-01", None, "2015-04-03 10:00", "已解决", None, None, None)
MIDDLE = "4403070100011"
PUBLIC = Person("nobody", "public")


@pytest.fixture
def with_categories(office: Office) -> Office:
    """An office that knows two categories."""
    kinds = (
        Category("streetlight_out", "路灯不亮", "streetlight out", "work_days", 10),
        Category("road", "道路", "road", "work_days", 5),
    )
    with office.writing_whole() as tx:
        categories.keep_categories(tx, {one.name: one for one in kinds}, on=dt.date(2015, 1, 1))
    return office


def bring(office: Office, path: Path, **given: Any) -> IssuesReport:
    strict = given.pop("strict", False)
    dry_run = given.pop("dry_run", False)
    source = IssueSource(Source(path, crs="EPSG:4326"), **given)
    return import_issues(LOCAL_ADMINISTRATOR, office, source, strict=strict, dry_run=dry_run)


def kept(office: Office, **asked: Any) -> pd.DataFrame:
    with office.reading_whole() as tx:
        return issues.issues(tx, **asked).drop(columns="geometry").set_index("number")


def counted(report: IssuesReport, *names: str) -> tuple[int, ...]:
    return tuple(report.counts[name] for name in names)


def test_issues_come_in_with_their_history(with_categories: Office, sheet: Sheet) -> None:
    report = bring(with_categories, sheet("issues.xlsx", HEADER, LAMP, ROAD))
    assert report.faults == ()
    assert counted(report, "added", "events", "unplaced", "unlinked") == (2, 9, 1, 1)
    found = kept(with_categories)
    assert found.loc["2015-00001", ["state", "category", "source", "unit", "cell"]].tolist() == [
        "assigned",
        "streetlight_out",
        "phone",
        "城管办",
        "440307010001101",
    ]
    assert found.loc["2015-00002", ["state", "result", "source"]].tolist() == ["closed", "solved", "own_check"]
    assert found.loc["2015-00001", "due_at"] == pd.Timestamp("2015-03-16 10:00", tz="UTC")


def test_what_came_late_still_gives_the_state_of_its_past(with_categories: Office, sheet: Sheet) -> None:
    bring(with_categories, sheet("issues.xlsx", HEADER, (*ROAD[:3], "城管办", *ROAD[4:])))
    before = kept(with_categories, on_end=dt.datetime(2015, 4, 2, tzinfo=dt.UTC))
    assert before["state"].tolist() == ["assigned"]
    assert kept(with_categories, as_of=CLOCK.now() - dt.timedelta(hours=1)).empty


def test_the_same_file_twice_keeps_nothing_twice(with_categories: Office, sheet: Sheet) -> None:
    path = sheet("issues.xlsx", HEADER, LAMP, ROAD)
    bring(with_categories, path)
    again = bring(with_categories, path)
    assert again.batch is None
    assert counted(again, "added", "continued", "unchanged", "events") == (0, 0, 2, 0)


def test_an_issue_that_was_open_gains_the_steps_taken_since(with_categories: Office, sheet: Sheet) -> None:
    bring(with_categories, sheet("march.xlsx", HEADER, LAMP))
    closed = (*LAMP[:6], "2015-03-10 09:00", "solved", *LAMP[8:])
    report = bring(with_categories, sheet("april.xlsx", HEADER, closed))
    assert counted(report, "added", "continued", "events") == (0, 1, 3)
    assert kept(with_categories)["state"].tolist() == ["closed"]


def test_what_is_kept_is_never_rewritten(with_categories: Office, sheet: Sheet) -> None:
    bring(with_categories, sheet("march.xlsx", HEADER, LAMP))
    moved = (*LAMP[:4], "2015-03-01 08:00", *LAMP[5:])
    report = bring(with_categories, sheet("april.xlsx", HEADER, moved))
    assert [(fault.code, fault.row) for fault in report.faults] == [("office.issue_differs", 2)]
    assert counted(report, "unchanged", "events", "rejected") == (0, 0, 1)
    assert report.fault_sheet is not None


@pytest.mark.parametrize("end", [(None, None), ("2015-03-10 09:00", "rejected"), ("2015-03-10 09:00", "explained")])
def test_an_end_that_is_kept_is_never_taken_back(with_categories: Office, sheet: Sheet, end: tuple[str, str]) -> None:
    bring(with_categories, sheet("april.xlsx", HEADER, (*LAMP[:6], "2015-03-10 09:00", "solved", *LAMP[8:])))
    report = bring(with_categories, sheet("may.xlsx", HEADER, (*LAMP[:6], *end, *LAMP[8:])))
    assert [fault.code for fault in report.faults] == ["office.issue_differs"]
    assert report.counts["events"] == 0


def test_a_unit_that_is_named_later_is_a_step_more(with_categories: Office, sheet: Sheet) -> None:
    bring(with_categories, sheet("march.xlsx", HEADER, (*LAMP[:3], None, *LAMP[4:])))
    assert bring(with_categories, sheet("april.xlsx", HEADER, LAMP)).counts["events"] == 1
    assert kept(with_categories)[["state", "unit"]].to_numpy().tolist() == [["assigned", "城管办"]]


def test_an_issue_worked_on_here_is_not_continued_by_a_file(with_categories: Office, sheet: Sheet) -> None:
    bring(with_categories, sheet("march.xlsx", HEADER, LAMP))
    with with_categories.writing_whole() as tx:
        last = issues.events(tx).tail(1)
        issues.append(tx, last.assign(event="a", act="start", state="in_progress"))
    closed = (*LAMP[:6], "2015-03-10 09:00", "solved", *LAMP[8:])
    report = bring(with_categories, sheet("april.xlsx", HEADER, closed))
    assert [fault.code for fault in report.faults] == ["office.issue_moved_on"]
    assert kept(with_categories)["state"].tolist() == ["in_progress"]


def test_a_row_without_coordinates_lies_in_the_cell_that_it_names(with_categories: Office, sheet: Sheet) -> None:
    header = (*HEADER[:9], "网格编码")
    rows = [(number, *ROAD[1:9], cell) for number, cell in (("1", MIDDLE), ("2", "440307099999999"), ("3", None))]
    report = bring(with_categories, sheet("issues.xlsx", header, *rows))
    assert [(fault.code, fault.row, fault.column) for fault in report.faults] == [("office.issue_cell", 3, "cell")]
    assert kept(with_categories)["cell"].tolist() == [MIDDLE, None]


BAD = {
    "intake.not_instant": {4: "soon"},
    "intake.issue_future": {4: "2016-01-01 08:00"},
    "intake.issue_closed_early": {6: "2015-03-01 08:00", 7: "solved"},
    "intake.issue_no_result": {6: "2015-03-10 08:00"},
    "intake.not_choice": {1: "weather"},
    "intake.required": {1: None},
    "intake.place_outside": {9: 104.0},
}


@pytest.mark.parametrize("code", BAD)
def test_a_bad_row_stays_out_with_its_fault(with_categories: Office, sheet: Sheet, code: str) -> None:
    bad = [BAD[code].get(at, value) for at, value in enumerate(LAMP)]
    report = bring(with_categories, sheet("issues.xlsx", HEADER, ROAD, bad))
    assert [(fault.code, fault.row) for fault in report.faults] == [(code, 3)]
    assert counted(report, "added", "rejected") == (1, 1)


def test_what_somebody_said_stands_in_no_message_and_in_no_list(with_categories: Office, sheet: Sheet) -> None:
    bring(with_categories, sheet("issues.xlsx", HEADER, LAMP))
    assert not kept(with_categories).astype(str).apply(lambda held: held.str.contains("灯不亮")).any(axis=None)
    with with_categories.reading_whole() as tx:
        said = issues.private(tx, kept(with_categories)["issue"])
    assert said[["field", "value"]].to_numpy().tolist() == [["text", "灯不亮"]]


def test_words_of_another_ledger_are_told_by_the_caller(with_categories: Office, sheet: Sheet) -> None:
    row = ("7", "LAMP", "App", None, "2015-03-02 08:00", None, "2015-03-03", None, None, None, None)
    words = {"category": {"Lamp": "streetlight_out"}, "source": {"*": "phone"}, "result": {"-": "explained"}}
    report = bring(with_categories, sheet("issues.xlsx", HEADER, row), words=words)
    assert report.faults == ()
    assert kept(with_categories)[["category", "source", "result"]].to_numpy().tolist() == [
        ["streetlight_out", "phone", "explained"]
    ]
    for wrong in ({"result": {"x": "gone"}}, {"unit": {"x": "y"}}):
        with pytest.raises(ArgumentError):
            bring(with_categories, sheet("issues.xlsx", HEADER, row), words=wrong)


def test_a_dry_run_and_a_strict_refusal_keep_nothing(with_categories: Office, sheet: Sheet) -> None:
    path = sheet("issues.xlsx", HEADER, LAMP, (*LAMP[:1], "weather", *LAMP[2:]))
    assert bring(with_categories, path, dry_run=True).batch is None
    report = bring(with_categories, path, strict=True)
    assert (report.refused, report.batch) == (True, None)
    assert kept(with_categories).empty


def test_issues_that_a_file_brought_are_not_undone(with_categories: Office, sheet: Sheet) -> None:
    batch = bring(with_categories, sheet("issues.xlsx", HEADER, LAMP)).batch
    assert batch is not None
    with pytest.raises(ConflictError, match="issues"):
        undo_import(LOCAL_ADMINISTRATOR, with_categories, batch)


def test_without_categories_or_the_right_nothing_comes_in(office: Office, sheet: Sheet) -> None:
    path = sheet("issues.xlsx", HEADER, LAMP)
    with pytest.raises(ArgumentError, match="categor"):
        bring(office, path)
    with pytest.raises(RefusedError):
        import_issues(PUBLIC, office, IssueSource(Source(path)))
