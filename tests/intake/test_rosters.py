"""A roster as an office keeps it: posts, units, absences and stand-ins, and every fault of every row in one pass."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gridmap.errors import FaultsError, FileError
from gridmap.intake.rosters import RosterFile, read_roster
from tests.intake.sheets import Rows, workbook

ON = dt.date(2015, 3, 1)
HEADER = ("工号", "姓名", "层级", "所在部门", "联系电话", "责任网格", "角色", "挂点类型", "起", "止", "负责人")
CELLS = pd.DataFrame(
    {"code": ["440301001", "440301002", "440301003"], "name": ["码头", "市场", "市场"]},
    dtype=object,
)
KNOWN = pd.DataFrame({"cadre": ["90"], "name": ["老周"], "unit": ["党政办"]}, dtype=object)
LI = ("7", "李一", "网格员", "党政办", 13800000007, "码头", "网格长", "包点", "2015-01-01", None, None)
WU = ("8", "吴二", "科级干部", "党政办", None, "440301002、440301003", "成员", "挂点", None, None, "是")


def read(tmp_path: Path, *rows: tuple[object, ...], **sheets: Rows) -> RosterFile:
    path = workbook(tmp_path / "名册.xlsx", {"人员": [HEADER, *rows], **sheets})
    return read_roster(path, cells=CELLS, codes=["440399"], known=KNOWN, on=ON)


def rows_of(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in frame.itertuples(index=False, name=None)]


def codes(found: RosterFile) -> list[tuple[int | None, str]]:
    return [(fault.row, fault.code.removeprefix("intake.")) for fault in found.faults]


def post(
    name: str | None, number: str | None = None, *, unit: str | None = "城管办", cells: str | None = None, **more: Any
) -> Any:
    held = {"工号": number, "姓名": name, "层级": "网格员", "所在部门": unit, "责任网格": cells} | more
    return tuple(held.get(header) for header in HEADER)


def test_a_row_is_a_cadre_and_his_posts(tmp_path: Path) -> None:
    found = read(tmp_path, LI, WU)
    assert found.faults == ()
    assert rows_of(found.cadres) == [("7", "李一", "grid_worker", "党政办"), ("8", "吴二", "section", "党政办")]
    assert rows_of(found.units) == [("党政办", "8")]
    assert rows_of(found.assignments) == [
        ("440301001", "cadre", "7", "head", "charge", "2015-01-01", None),
        ("440301002", "cadre", "8", "member", "sponsor", None, None),
        ("440301003", "cadre", "8", "member", "sponsor", None, None),
    ]
    assert found.phones == {"7": "13800000007"}
    assert found.rows == 2


def test_a_telephone_is_in_no_repr(tmp_path: Path) -> None:
    assert "13800000007" not in repr(read(tmp_path, LI))


def test_a_unit_without_a_name_holds_the_cell(tmp_path: Path) -> None:
    found = read(tmp_path, post(None, unit="城管办", cells="码头", 层级=None))
    assert found.faults == ()
    assert rows_of(found.assignments) == [("440301001", "unit", "城管办", "head", "charge", None, None)]
    assert found.cadres.empty


def test_without_a_number_a_cadre_is_known_by_unit_and_name(tmp_path: Path) -> None:
    found = read(tmp_path, post("赵三"), post("老周", unit="党政办"))
    assert found.cadres["cadre"].tolist() == ["90", "城管办/赵三"]


def test_two_of_one_name_and_unit_need_numbers(tmp_path: Path) -> None:
    assert codes(read(tmp_path, post("赵三"), post("赵三"))) == [(3, "roster_namesake")]
    assert codes(read(tmp_path, post("赵三", "1"), post("赵三", "2"))) == []


def test_one_telephone_is_one_cadre_with_two_posts(tmp_path: Path) -> None:
    phone = {"联系电话": "13800000001"}
    found = read(tmp_path, post("赵三", cells="码头", **phone), post("赵三", cells="440301002", **phone))
    assert found.faults == ()
    assert found.assignments["cell"].tolist() == ["440301001", "440301002"]


@pytest.mark.parametrize("between", ["、", "\uff0c", ",", "\uff1b", ";", "\n"])  # also full-width ones
def test_cells_are_split_by_any_usual_sign(tmp_path: Path, between: str) -> None:
    found = read(tmp_path, post("赵三", cells=f"码头{between}440301002"))
    assert found.assignments["cell"].tolist() == ["440301001", "440301002"]


def test_a_cell_of_another_edition_is_named_by_code(tmp_path: Path) -> None:
    assert read(tmp_path, post("赵三", cells="440399")).assignments["cell"].tolist() == ["440399"]


def test_every_fault_of_every_row_comes_in_one_pass(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        LI,
        post("钱一", "1", cells="市场"),
        post("钱二", "2", cells="灯塔、440301009"),
        post("钱三", "3", 层级="局长", 起="2015-05-01", 止="2015-05-01"),
        post(None, unit=None, cells="码头"),
        post("李二", "7", unit="党政办"),
        post("钱四", "4", unit="党政办", 负责人="是"),
        post("钱五", "5", unit="党政办", 负责人="是"),
        LI,
    )
    assert codes(found) == [
        (3, "roster_cell_ambiguous"),
        (4, "roster_cell_unknown"),
        (4, "roster_cell_unknown"),
        (5, "not_choice"),
        (5, "roster_days"),
        (6, "roster_nobody"),
        (7, "roster_differs"),
        (9, "roster_two_chiefs"),
        (10, "roster_twice"),
    ]
    assert [one.row for one in found.refused] == [3, 4, 5, 6, 7, 9, 10]
    assert found.cadres["cadre"].tolist() == ["4", "7"]


def test_absences_and_stand_ins_are_known_by_their_headers(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        LI,
        WU,
        请假=[("姓名", "起", "止"), ("李一", "2015-05-01", "2015-05-08")],
        代岗=[("请假人", "代岗人", "网格", "起", "止"), ("李一", "8", "码头", "2015-05-01", None)],
        备注=[("随便", "写写"), ("一", "二")],
    )
    assert found.faults == ()
    assert rows_of(found.absences) == [("7", "2015-05-01", "2015-05-08")]
    assert rows_of(found.stand_ins) == [("7", "8", "440301001", "2015-05-01", None)]
    assert "备注" in found.unread


def test_who_is_away_must_be_known_and_one(tmp_path: Path) -> None:
    away = [("姓名", "起", "止"), ("无人", "2015-05-01", "2015-05-08"), ("赵三", "2015-05-01", "2015-05-08")]
    found = read(tmp_path, post("赵三", "1"), post("赵三", "2"), 请假=away)
    assert codes(found) == [(2, "roster_person_unknown"), (3, "roster_namesakes")]
    assert found.absences.empty


def test_a_sheet_that_lacks_the_tier_says_so(tmp_path: Path) -> None:
    path = workbook(tmp_path / "名册.xlsx", {"人员": [("姓名", "责任网格"), ("李一", "码头")]})
    with pytest.raises(FaultsError, match="tier"):
        read_roster(path, cells=CELLS, known=KNOWN, on=ON)


def test_a_file_that_is_no_roster_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "账.xlsx", {"账": [("收入", "支出"), (1, 2)]})
    with pytest.raises(FileError, match="roster"):
        read_roster(path, cells=CELLS, known=KNOWN, on=ON)
