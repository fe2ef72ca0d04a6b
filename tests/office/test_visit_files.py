"""A sheet of visits comes in as clerks write it; the same sheet twice records nothing twice."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from gridmap.errors import FaultsError, NotFoundError, RefusedError
from gridmap.office.visit_files import VisitsImported, VisitSource, import_visits
from gridmap.office.visit_lists import export_visits
from gridmap.office.visiting import record
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.store import visits as kept_visits
from gridmap.store.duties import keep_duty
from tests.office.test_visiting import FORM
from tests.office.visited import BIG, book, settle, uid, visit

HEADER = ("走访日期", "时间", "走访人", "随行人员", "户编号", "走访结果", "走访方式", "备注")


@pytest.fixture
def village_office(office: Office, tmp_path: Path) -> Office:
    settle(office, tmp_path)
    return office


def bring(office: Office, path: Path, **said: object) -> VisitsImported:
    return import_visits(LOCAL_ADMINISTRATOR, office, VisitSource(path, **said), lang="zh")


def read(office: Office) -> pd.DataFrame:
    with office.reading_whole() as tx:
        return kept_visits.visits(tx)


def reasons(report: VisitsImported) -> list[tuple[int | None, str, str]]:
    return [(fault.row, fault.column, fault.code) for fault in report.report.faults]


def test_a_sheet_as_clerks_write_it(village_office: Office, tmp_path: Path) -> None:
    rows = [
        (dt.date(2015, 3, 12), dt.time(19, 30), "李一", None, "H1", "见到", None, "门口有狗"),
        ("2015年3月12日", "19:45", "7", "赵二、周书记", "H2", "无人", "入户", None),
        ("2015.3.12", "20:10:00", "赵二", None, "H3", "锁", "电话", None),
    ]
    path = book(tmp_path / "visits.xlsx", ("王母社区走访登记表",), HEADER, *rows)
    done = bring(village_office, path)
    assert reasons(done) == []
    assert (done.rows, done.report.recorded, done.report.flagged) == (3, 3, 1)
    kept = read(village_office)
    assert kept["key"].tolist() == ["H1", "H2", "H3"]
    assert kept["outcome"].tolist() == ["met", "absent", "locked"]
    assert kept["mode"].tolist() == ["home", "home", "phone"]
    assert kept["companions"].tolist() == [(), ("8", "1"), ()]
    assert kept["at"].tolist() == [pd.Timestamp(f"2015-03-12T{time}Z") for time in ("11:30", "11:45", "12:10")]
    again = bring(village_office, path)
    assert (again.report.recorded, again.report.repeated, again.fault_sheet) == (0, 3, None)


def test_bad_rows_come_out_with_every_fault_and_the_rest_goes_in(village_office: Office, tmp_path: Path) -> None:
    rows = [
        ("2015-03-12", "19:30", "李一", None, "H1", "见到", None, None),
        ("2015-03-12", "25:30", "王五", None, "H1", "不清楚", "坐船", None),
        ("2015-03-12", "19:40", "李一", "钱七", "H9", "见到", None, None),
        ("2016-03-12", "19:40", "李一", None, "H1", "见到", None, None),
        (None, None, "李一", None, "H2", "见到", None, None),
        (None, None, None, None, "H3", None, None, None),
        ("2015-03-12", "19:30", "7", None, "H1", "见到", None, None),
        ("2015-03-12", "19:50", None, None, None, "见到", None, None),
    ]
    path = book(tmp_path / "visits.xlsx", HEADER, *rows)
    done = bring(village_office, path)
    assert reasons(done) == [
        (3, "时间", "intake.not_instant"),
        (3, "走访人", "intake.visit_nobody"),
        (3, "走访结果", "intake.not_choice"),
        (3, "走访方式", "intake.not_choice"),
        (4, "随行人员", "intake.visit_nobody"),
        (5, "走访日期", "ledger.visit_future"),
        (6, "走访日期", "intake.required"),
        (8, "id", "intake.duplicate_key"),
        (9, "走访人", "intake.required"),
        (9, "key", "intake.required"),
    ]
    assert (done.rows, done.blank, done.report.recorded) == (7, 1, 1)
    assert "不清楚" not in str([fault.say("zh") for fault in done.report.faults])
    assert done.fault_sheet is not None
    returned = openpyxl.load_workbook(done.fault_sheet).worksheets[1]
    assert [row[4].value for row in returned.iter_rows(min_row=2)] == ["H1", "H9", "H1", "H2", "H1", None]
    strict = import_visits(LOCAL_ADMINISTRATOR, village_office, VisitSource(path), strict=True)
    assert strict.refused
    assert len(read(village_office)) == 1


def test_faults_that_only_the_store_can_tell_stand_beside_the_others(village_office: Office, tmp_path: Path) -> None:
    record(LOCAL_ADMINISTRATOR, village_office, [visit("a")])
    header = ("走访编号", "走访时间", "走访人工号", "数据类别", "对象编号", "走访结果", "网格编码", "更正走访编号")
    rows = [
        (uid("a"), "2015-03-12 19:30", "7", "户籍家庭", "H1", "无人", None, None),
        (uid("b").upper(), "2015-03-12 19:30", "7", "个体工商户", "S9", "见到", None, None),
        (None, "2015-03-12 19:30", "1", None, None, "见到", BIG, None),
        (None, "2015-03-12 19:31", "1", None, None, "见到", "4403", None),
        (None, "2015-03-12 19:32", "7", "households", "H1", "无人", None, uid("a")),
        (None, "2015-03-12 19:33", "7", "灯塔", "H1", "无人", None, None),
    ]
    done = bring(village_office, book(tmp_path / "visits.xlsx", header, *rows))
    assert reasons(done) == [
        (2, "走访编号", "office.visit_differs"),
        (3, "对象编号", "office.no_feature"),
        (5, "网格编码", "store.unknown_cell"),
        (7, "数据类别", "intake.not_choice"),
    ]
    kept = read(village_office)
    assert sorted(kept["outcome"]) == ["absent", "met"]
    assert kept["corrects"].dropna().tolist() == [uid("a")]


def test_what_a_row_leaves_out_is_said_once(village_office: Office, tmp_path: Path) -> None:
    path = book(tmp_path / "visits.csv.xlsx", ("编号", "结果", "时间"), ("S1", "见到", None), ("S2", "无人", "10:15"))
    said = {"layer": "businesses", "lead": "李一", "day": dt.date(2015, 3, 12), "time": dt.time(9, 30)}
    done = bring(village_office, path, **said)
    assert reasons(done) == []
    kept = read(village_office)
    assert kept["at"].tolist() == [pd.Timestamp("2015-03-12T01:30Z"), pd.Timestamp("2015-03-12T02:15Z")]
    assert kept["key"].tolist() == ["S1", "S2"]
    with pytest.raises(NotFoundError, match="王五"):
        bring(village_office, path, **(said | {"lead": "王五"}))
    with pytest.raises(NotFoundError):
        bring(village_office, path, **(said | {"layer": "lighthouses"}))


def test_a_form_is_answered_under_its_question_or_its_name(village_office: Office, tmp_path: Path) -> None:
    with village_office.writing_whole() as tx:
        keep_duty(tx, "wages", FORM, on=dt.date(2015, 3, 1))
    header = ("走访时间", "走访人", "商户编号", "走访结果")
    first = book(tmp_path / "a.xlsx", (*header, "是否发放工资"), ("2015-03-12 10:00", "李一", "S1", "见到", "是"))
    second = book(tmp_path / "b.xlsx", (*header, "wages/paid"), ("2015-04-12 10:00", "李一", "S1", "见到", "yes"))
    wrong = book(tmp_path / "c.xlsx", (*header, "wages/paid"), ("2015-04-13 10:00", "李一", "S1", "见到", "拖欠三月"))
    assert bring(village_office, first).report.recorded == 1
    assert bring(village_office, second).report.recorded == 1
    done = bring(village_office, wrong)
    assert reasons(done) == [(2, "wages/paid", "intake.not_choice")]
    assert "拖欠三月" not in done.report.faults[0].say("zh")
    assert read(village_office)["answers"].tolist() == [{"wages/paid": "yes"}] * 2


def test_a_dry_run_counts_and_keeps_nothing(village_office: Office, tmp_path: Path) -> None:
    path = book(tmp_path / "v.xlsx", HEADER, ("2015-03-12", "19:30", "李一", None, "H1", "见到", None, None))
    done = import_visits(LOCAL_ADMINISTRATOR, village_office, VisitSource(path), dry_run=True)
    assert done.report.recorded == 1
    assert read(village_office).empty


def test_what_went_out_comes_in_again_and_changes_nothing(village_office: Office, tmp_path: Path) -> None:
    said = [visit("a", companions=("8",), note="=门口有狗"), visit("b", "S1", layer="businesses", mode="inspection")]
    record(LOCAL_ADMINISTRATOR, village_office, [*said, visit("c", key=None, cell=BIG)])
    for lang in ("zh", "en"):
        target = tmp_path / f"out-{lang}.xlsx"
        shown = {"reveal": ["outcome", "at", "note", "answers"], "reason": "a round trip", "lang": lang}
        export_visits(LOCAL_ADMINISTRATOR, village_office, target, **shown)
        done = bring(village_office, target)
        assert (reasons(done), done.report.repeated, done.report.recorded) == ([], 3, 0)


def test_who_may_bring_a_sheet_and_what_it_needs(village_office: Office, tmp_path: Path) -> None:
    path = book(tmp_path / "v.xlsx", HEADER, ("2015-03-12", "19:30", "赵二", None, "H1", "见到", None, None))
    with pytest.raises(RefusedError):
        import_visits(Person("r", "reader"), village_office, VisitSource(path))
    with pytest.raises(RefusedError, match="took part"):
        import_visits(Person("li", "cadre", None, "7"), village_office, VisitSource(path))
    with pytest.raises(FaultsError, match="走访结果"):
        bring(village_office, book(tmp_path / "w.xlsx", HEADER[:5], ("2015-03-12", "19:30", "李一", None, "H1")))
