"""A visiting sheet is printed with numbers and initials, and entered by its numbers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from gridmap.errors import ArgumentError, ConflictError, NotFoundError, RefusedError
from gridmap.office.auditing import read_audit
from gridmap.office.sheets import enter_sheet, list_sheets, make_sheet
from gridmap.office.undoing import undo_import
from gridmap.office.visit_files import VisitSource, import_visits
from gridmap.office.visiting import record
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.store import visits as kept_visits
from gridmap.store.duties import keep_duty
from tests.office.visited import BIG, SMALL, at, settle, visit

LI, CLERK = Person("li", "cadre", None, "7"), Person("c", "clerk")
DUTY = {"zh": "走访", "en": "calls", "subject": {"layer": "households"}, "period": "month"}
EVENING = at("2015-12-31T18:00")


@pytest.fixture
def village_office(office: Office, tmp_path: Path) -> Office:
    settle(office, tmp_path)
    return office


def printed(path: Path) -> list[list[str | None]]:
    return [[cell.value or None for cell in row] for row in openpyxl.load_workbook(path).worksheets[0].iter_rows()]


def test_the_sheet_bears_initials_and_no_address_of_a_home(village_office: Office, tmp_path: Path) -> None:
    target = tmp_path / "sheet.xlsx"
    layers = ["households", "businesses"]
    made = make_sheet(CLERK, village_office, target, cell=BIG, layers=layers, lang="zh")
    assert (made.number, made.stops, made.features) == ("2015-0001", 3, 3)
    title, keys, header, *rows = printed(target)
    assert "2015-0001" in str(title[0])
    assert "见到" in str(keys[0])
    assert header == ["站点", "数据类别", "对象编号", "名称", "地点", "走访结果", "时间", "备注"]
    assert [row[:5] for row in rows] == [
        ["1", "户籍家庭", "H1", "张*", None],
        ["2", "户籍家庭", "H2", "A. S.", None],
        ["3", "个体工商户", "S1", "百货", None],
    ]
    (kept,) = read_audit(LOCAL_ADMINISTRATOR, village_office).query("subject == 'sheet 2015-0001'")["detail"]
    assert kept == {"cell": BIG, "on": "2015-12-31", "stops": 3, "layers": layers}
    assert list_sheets(CLERK, village_office)["number"].tolist() == ["2015-0001"]


def test_who_answers_there_has_the_addresses_and_others_need_a_reason(village_office: Office, tmp_path: Path) -> None:
    target = tmp_path / "sheet.xlsx"
    make_sheet(LI, village_office, target, cell=SMALL, layers=["households"])
    assert printed(target)[3][:5] == ["1", "households", "H1", "张*", "王母路1号"]
    said = {"cell": SMALL, "layers": ["households"], "reveal": True}
    with pytest.raises(ArgumentError, match="reason"):
        make_sheet(LOCAL_ADMINISTRATOR, village_office, target, **said)
    with pytest.raises(RefusedError):
        make_sheet(CLERK, village_office, target, **said, reason="a round")
    make_sheet(LOCAL_ADMINISTRATOR, village_office, target, **said, reason="a round")
    assert printed(target)[3][4] == "王母路1号"
    assert "a round" in str(
        read_audit(LOCAL_ADMINISTRATOR, village_office).query("action == 'reveal'")["detail"].iloc[0]
    )


def test_what_a_duty_still_asks_for_stands_first(village_office: Office, tmp_path: Path) -> None:
    record(
        LOCAL_ADMINISTRATOR,
        village_office,
        [visit("a", at=at("2015-12-05T19:30")), visit("s", "S1", layer="businesses")],
    )
    target = tmp_path / "sheet.xlsx"
    layers = ["businesses", "households"]
    make_sheet(CLERK, village_office, target, cell=BIG, layers=layers)
    assert [row[2] for row in printed(target)[3:]] == ["H2", "S1", "H1"]
    with village_office.writing_whole() as tx:
        keep_duty(tx, "calls", DUTY, on=dt.date(2015, 1, 1))
    make_sheet(CLERK, village_office, target, cell=BIG, layers=layers, most=1, on=dt.date(2015, 12, 31))
    assert [row[2] for row in printed(target)[3:]] == ["H2"]


def test_a_sensitive_layer_and_an_empty_cell(village_office: Office, tmp_path: Path) -> None:
    target = tmp_path / "sheet.xlsx"
    with pytest.raises(RefusedError):
        make_sheet(CLERK, village_office, target, cell=BIG, layers=["care_places"])
    assert make_sheet(LI, village_office, target, cell=BIG, layers=["care_places"]).stops == 1
    with pytest.raises(NotFoundError):
        make_sheet(CLERK, village_office, target, cell=BIG, layers=["streetlights"])
    with pytest.raises(NotFoundError):
        make_sheet(CLERK, village_office, target, cell="44", layers=["households"])
    with pytest.raises(RefusedError):
        make_sheet(Person("r", "reader"), village_office, target, cell=BIG, layers=["households"])
    with pytest.raises(ArgumentError):
        make_sheet(CLERK, village_office, tmp_path / "sheet.pdf", cell=BIG, layers=["households"])
    assert len(list_sheets(CLERK, village_office)) == 1


def test_a_sheet_is_entered_by_its_numbers_once(village_office: Office, tmp_path: Path) -> None:
    made = make_sheet(CLERK, village_office, tmp_path / "s.xlsx", cell=BIG, layers=["households"])
    for _ in range(2):
        entry = enter_sheet(CLERK, village_office, made.number, lead="李一", at=EVENING, companions=["8"])
        entry.take("1 见")
        entry.take("2 a 18:20, 明天再来")
        report = record(CLERK, village_office, entry.visits())
    assert (report.recorded, report.repeated) == (0, 2)
    with village_office.reading_whole() as tx:
        rows = kept_visits.visits(tx)
        assert list(kept_visits.notes(tx, rows["visit"]).values()) == ["明天再来"]
    assert rows[["key", "outcome", "lead", "sheet"]].to_numpy().tolist() == [
        ["H1", "met", "7", made.number],
        ["H2", "absent", "7", made.number],
    ]
    with pytest.raises(NotFoundError, match="2015-0009"):
        enter_sheet(CLERK, village_office, "2015-0009", lead="7", at=EVENING)


def test_a_filled_sheet_comes_back_as_a_file(village_office: Office, tmp_path: Path) -> None:
    target = tmp_path / "sheet.xlsx"
    make_sheet(CLERK, village_office, target, cell=BIG, layers=["households", "businesses"], lang="zh")
    book = openpyxl.load_workbook(target)
    page = book.worksheets[0]
    page["F4"], page["G4"], page["F6"], page["G6"] = "见", "18:05", "无", "18:10"
    book.save(target)
    source = VisitSource(target, lead="李一", day=dt.date(2015, 12, 31))
    done = import_visits(CLERK, village_office, source)
    assert (done.report.faults, done.report.recorded, done.blank) == ((), 2, 1)


def test_an_import_whose_features_stand_on_a_sheet_stays(village_office: Office, tmp_path: Path) -> None:
    make_sheet(CLERK, village_office, tmp_path / "s.xlsx", cell=BIG, layers=["households"])
    with pytest.raises(ConflictError, match="2 stops"):
        undo_import(LOCAL_ADMINISTRATOR, village_office, 1)
