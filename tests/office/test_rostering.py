"""A roster comes in; who answers then, and who is told the telephone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from gridmap.errors import ArgumentError, NotFoundError, RefusedError
from gridmap.grid.grid import Grid
from gridmap.office import answering
from gridmap.office.answering import who, who_at, who_of_feature
from gridmap.office.auditing import read_audit
from gridmap.office.grids import publish_grid
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.rostering import find_in_roster, import_roster, list_roster
from gridmap.office.taking_in import FileReport
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.store import people
from tests.office.conftest import LENGTHS, SOUTH, STEP, WEST, Sheet, village_cells

DAY, MAY = dt.date(2015, 3, 1), dt.date(2015, 5, 3)
HEADER = ("工号", "姓名", "层级", "所在部门", "联系电话", "责任网格", "起", "负责人")
BIG, MIDDLE, SMALL, OTHER = "440307010001", "4403070100011", "440307010001101", "440307010001102"
PHONE = "13800000007"
ROWS = (
    ("1", "周书记", "主要领导", "党政办", None, BIG, "2015-01-01", None),
    ("2", "吴主任", "科级干部", "城管办", None, None, None, "是"),
    (None, None, None, "城管办", None, MIDDLE, "2015-01-01", None),
    ("7", "李一", "网格员", "王母社区", PHONE, SMALL, "2015-01-01", None),
    ("8", "赵二", "网格员", "王母社区", None, None, None, None),
)


def roster_file(tmp_path: Path, *rows: tuple[object, ...], name: str = "名册.xlsx") -> Path:
    """A roster of four cadres and a unit; Li is away for a week in May, Zhao stands in."""
    book = openpyxl.Workbook()
    sheets = {
        "人员": [HEADER, *(rows or ROWS)],
        "请假": [("姓名", "起", "止"), ("李一", "2015-05-01", "2015-05-08")],
        "代岗": [("请假人", "代岗人", "起", "止"), ("李一", "赵二", "2015-05-01", "2015-05-08")],
    }
    book.remove(book.active)
    for title, lines in sheets.items():
        page = book.create_sheet(title)
        for line in lines:
            page.append(list(line))
    path = tmp_path / name
    book.save(path)
    return path


def take(office: Office, path: Path, *, on: dt.date = DAY, **more: bool) -> FileReport:
    return import_roster(LOCAL_ADMINISTRATOR, office, path, on=on, **more)


@pytest.fixture
def staffed(office: Office, tmp_path: Path) -> Office:
    """The village's office with its roster."""
    assert take(office, roster_file(tmp_path)).faults == ()
    return office


def test_the_same_file_twice_changes_nothing(office: Office, tmp_path: Path) -> None:
    path = roster_file(tmp_path)
    first, again = take(office, path), take(office, path, on=MAY)
    assert first.kept
    assert first.counts == {
        "cadres": 4,
        "units": 3,
        "phones": 1,
        "added": 5,
        "ended": 0,
        "unchanged": 0,
        "rejected": 0,
    }
    assert not again.kept
    assert again.counts["unchanged"] == 5
    assert len(read_audit(LOCAL_ADMINISTRATOR, office).query("subject == 'roster'")) == 1


def test_a_dry_run_counts_and_keeps_nothing(office: Office, tmp_path: Path) -> None:
    report = take(office, roster_file(tmp_path), dry_run=True)
    assert report.counts["added"] == 5
    assert not report.kept
    assert list_roster(LOCAL_ADMINISTRATOR, office, on=DAY).empty


def test_a_bad_row_comes_out_and_strict_refuses_the_file(office: Office, tmp_path: Path) -> None:
    path = roster_file(tmp_path, *ROWS, ("9", "钱三", "网格员", "王母社区", None, "灯塔", None, None))
    refused = take(office, path, strict=True)
    assert refused.refused
    assert refused.counts["added"] == 0
    taken = take(office, path)
    assert taken.counts["rejected"] == 1
    assert taken.fault_sheet is not None
    assert taken.fault_sheet.exists()
    assert len(list_roster(LOCAL_ADMINISTRATOR, office, on=DAY)) == 3


def test_the_chain_says_who_answers_and_why(staffed: Office) -> None:
    head = who(LOCAL_ADMINISTRATOR, staffed, SMALL, on=DAY)
    assert (head.name, head.how, head.since, head.at) == ("李一", "head", "2015-01-01", SMALL)
    assert head.chain["how"].tolist() == ["head", "chief", "head", "team"]
    assert head.chain["name"].tolist() == ["李一", "吴主任", "周书记", None]


def test_who_is_away_is_stood_in_for(staffed: Office) -> None:
    answer = who(LOCAL_ADMINISTRATOR, staffed, SMALL, on=MAY)
    assert (answer.name, answer.how, answer.chain["absent_name"].iloc[0]) == ("赵二", "stand_in", "李一")


def test_a_cell_without_a_head_falls_to_its_parent(staffed: Office) -> None:
    answer = who(LOCAL_ADMINISTRATOR, staffed, OTHER, on=DAY)
    assert (answer.name, answer.unit, answer.how, answer.at) == ("吴主任", "城管办", "parent", MIDDLE)


def test_nobody_at_all_is_the_team(office: Office) -> None:
    answer = who(LOCAL_ADMINISTRATOR, office, SMALL, on=DAY)
    assert (answer.cadre, answer.how, answer.at) == (None, "team", None)


def test_a_place_answers_as_its_cell(staffed: Office) -> None:
    answer = who_at(LOCAL_ADMINISTRATOR, staffed, WEST + STEP / 2, SOUTH + STEP / 2, on=DAY)
    assert (answer.cell, answer.name) == (SMALL, "李一")
    with pytest.raises(NotFoundError, match="m away"):
        who_at(LOCAL_ADMINISTRATOR, staffed, WEST - STEP, SOUTH, on=DAY)
    with pytest.raises(ArgumentError, match="longitude"):
        who_at(LOCAL_ADMINISTRATOR, staffed, 22.0, 114.0, on=DAY)


def test_a_feature_answers_as_its_cell(staffed: Office, sheet: Sheet) -> None:
    rows = [("S1", "百货", WEST + STEP / 2, SOUTH + STEP / 2), ("S2", "杂货", None, None)]
    path = sheet("shops.xlsx", ("商户编号", "名称", "经度", "纬度"), *rows)
    import_register(LOCAL_ADMINISTRATOR, staffed, "businesses", Source(path, crs="EPSG:4326"), Terms(on=DAY))
    assert who_of_feature(LOCAL_ADMINISTRATOR, staffed, "businesses", "S1", on=DAY).name == "李一"
    with pytest.raises(NotFoundError, match="no cell"):
        who_of_feature(LOCAL_ADMINISTRATOR, staffed, "businesses", "S2", on=DAY)
    with pytest.raises(NotFoundError, match="S3"):
        who_of_feature(LOCAL_ADMINISTRATOR, staffed, "businesses", "S3", on=DAY)
    with pytest.raises(RefusedError):
        who_of_feature(Person("a", "reader"), staffed, "care_places", "C1", on=DAY)


def test_a_telephone_needs_a_reason_that_the_audit_keeps_first(staffed: Office) -> None:
    assert who(LOCAL_ADMINISTRATOR, staffed, SMALL, on=DAY).phone is None
    with pytest.raises(ArgumentError, match="reason"):
        who(LOCAL_ADMINISTRATOR, staffed, SMALL, on=DAY, reveal=["phone"])
    with pytest.raises(ArgumentError, match="phone"):
        who(LOCAL_ADMINISTRATOR, staffed, SMALL, on=DAY, reveal=["home"], reason="x")
    with pytest.raises(RefusedError):
        who(Person("a", "clerk"), staffed, SMALL, on=DAY, reveal=["phone"], reason="x")
    told = who(LOCAL_ADMINISTRATOR, staffed, SMALL, on=DAY, reveal=["phone"], reason="a burst pipe")
    assert told.phone == PHONE
    kept = read_audit(LOCAL_ADMINISTRATOR, staffed).query("action == 'reveal'")
    assert "a burst pipe" in str(kept["detail"].iloc[0])
    assert PHONE not in read_audit(LOCAL_ADMINISTRATOR, staffed).to_string() + repr(told)


def test_the_list_is_masked_unless_revealed(staffed: Office) -> None:
    listed = list_roster(LOCAL_ADMINISTRATOR, staffed, on=DAY)
    assert listed["cell"].tolist() == [BIG, MIDDLE, SMALL]
    assert listed["name"].tolist() == ["周书记", "吴主任", "李一"]
    assert "phone" not in listed
    told = list_roster(LOCAL_ADMINISTRATOR, staffed, on=DAY, reveal=["phone"], reason="a round call")
    assert told["phone"].iloc[2] == PHONE


def test_findings_name_the_cell_and_the_cadre(staffed: Office) -> None:
    found = find_in_roster(LOCAL_ADMINISTRATOR, staffed, on=DAY)
    assert OTHER in found.loc[found["kind"] == "no_head", "cell"].tolist()
    assert SMALL not in found.loc[found["kind"] == "no_head", "cell"].tolist()


def test_an_edition_ends_the_assignments_whose_code_is_gone(staffed: Office) -> None:
    cells = village_cells()
    narrower = cells[~cells["code"].isin([SMALL])]
    report = publish_grid(
        LOCAL_ADMINISTRATOR, staffed, Grid(narrower, LENGTHS), name="2015-06", valid_from=dt.date(2015, 6, 1)
    )
    assert report.ended["cell"].tolist() == [SMALL]
    assert SMALL in list_roster(LOCAL_ADMINISTRATOR, staffed, on=MAY)["cell"].tolist()
    assert SMALL not in list_roster(LOCAL_ADMINISTRATOR, staffed, on=dt.date(2015, 6, 1))["cell"].tolist()


def test_without_a_grid_nobody_is_found(empty_office: Office, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="grid import"):
        take(empty_office, roster_file(tmp_path))
    with pytest.raises(NotFoundError):
        who(LOCAL_ADMINISTRATOR, empty_office, SMALL, on=DAY)
    with pytest.raises(NotFoundError):
        find_in_roster(LOCAL_ADMINISTRATOR, empty_office, on=DAY)


@pytest.mark.parametrize("code", ["4403", ""])
def test_an_unknown_cell_is_not_found(staffed: Office, code: str) -> None:
    with pytest.raises(NotFoundError):
        who(LOCAL_ADMINISTRATOR, staffed, code, on=DAY)


def test_a_public_account_sees_nothing_and_one_with_a_scope_its_cells(staffed: Office) -> None:
    with pytest.raises(RefusedError):
        who(Person("p", "public"), staffed, SMALL, on=DAY)
    narrow = Person("c", "cadre", scope=frozenset({MIDDLE}))
    assert who(narrow, staffed, SMALL, on=DAY).name == "李一"
    with pytest.raises(RefusedError):
        who(narrow, staffed, "440307010002101", on=DAY)


def test_answers_of_an_edition_are_those_of_its_roster(staffed: Office) -> None:
    with staffed.reading_whole() as tx:
        assert people.roster(tx).cadres["cadre"].tolist() == ["1", "2", "7", "8"]
        answers = answering.answers_on(staffed, tx, 1, DAY)
    assert answers.at[SMALL, "cadre"] == "7"
