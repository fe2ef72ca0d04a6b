"""Who works in the village: a roster as a clerk writes it, for tests of visits, issues and duties."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl

from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.rostering import import_roster
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.office.conftest import SOUTH, STEP, WEST

NEW_YEAR = dt.date(2015, 1, 1)
BIG, MIDDLE, SMALL, OTHER = "440307010001", "4403070100011", "440307010001101", "440307010001102"
SECRETARY, CHIEF, WORKER, STAND_IN, LAMPS, LIGHTER = "1", "2", "7", "8", "20", "21"
LIGHTS = "城市建设办"
_HEADER = ("工号", "姓名", "层级", "所在部门", "责任网格", "起", "负责人")
_STAFF = (
    (SECRETARY, "周书记", "主要领导", "党政办", BIG, "2015-01-01", None),
    (CHIEF, "吴主任", "科级干部", "王母社区", MIDDLE, "2015-01-01", "是"),
    (WORKER, "李一", "网格员", "王母社区", SMALL, "2015-01-01", None),
    (STAND_IN, "赵二", "网格员", "王母社区", None, None, None),
    (LAMPS, "孙主任", "科级干部", LIGHTS, None, None, "是"),
    (LIGHTER, "钱工", "科级干部", LIGHTS, None, None, None),
)


def staff_village(office: Office, folder: Path) -> None:
    """Bring the village's roster in: 李一 heads SMALL and is away in the first week of May, 赵二 stands in."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    sheets = {
        "人员": (_HEADER, *_STAFF),
        "请假": (("姓名", "起", "止"), ("李一", "2015-05-01", "2015-05-08")),
        "代岗": (("请假人", "代岗人", "起", "止"), ("李一", "赵二", "2015-05-01", "2015-05-08")),
    }
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(list(row))
    path = folder / "roster.xlsx"
    book.save(path)
    assert import_roster(LOCAL_ADMINISTRATOR, office, path, on=NEW_YEAR).faults == ()


def light_village(office: Office, folder: Path, *, dark: int, working: int = 0) -> list[str]:
    """Put lamps along a line through SMALL, 10 m apart, and return the numbers of the dark ones."""
    book = openpyxl.Workbook()
    book.active.append(["灯杆编号", "状态", "经度", "纬度"])
    for number in range(dark + working):
        status = "不亮" if number < dark else "正常"
        book.active.append([f"L{number}", status, WEST + 0.0005 + number * 0.0001, SOUTH + STEP / 2])
    path = folder / "lamps.xlsx"
    book.save(path)
    import_register(LOCAL_ADMINISTRATOR, office, "streetlights", Source(path, crs="EPSG:4326"), Terms(on=NEW_YEAR))
    return [f"L{number}" for number in range(dark)]
