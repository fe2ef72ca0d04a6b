"""A village that is visited: its roster, its households and shops, and visits as a test writes them down."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl

from gridmap.ledger.visits import Visit
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.rostering import import_roster
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.office.conftest import SOUTH, STEP, WEST

ZONE = ZoneInfo("Asia/Shanghai")
FOUNDED = dt.date(2015, 3, 1)
BIG, MIDDLE, SMALL, OTHER = "440307010001", "4403070100011", "440307010001101", "440307010001102"
FAR = "440307010002101"  # a small cell of the other big cell
HEADER = ("工号", "姓名", "层级", "所在部门", "责任网格", "起")
PEOPLE = (
    ("1", "周书记", "主要领导", "党政办", BIG, "2015-01-01"),
    ("7", "李一", "网格员", "王母社区", SMALL, "2015-01-01"),
    ("8", "赵二", "网格员", "王母社区", OTHER, "2015-01-01"),
    ("9", "钱三", "网格员", "葵涌社区", FAR, "2015-01-01"),
    ("5", "社康医生", "挂点团队", "社康中心", None, None),
)


def middle_of(column: int, row: int) -> tuple[float, float]:
    """The middle of a block of the village, in degrees."""
    return WEST + (column + 0.5) * STEP, SOUTH + (row + 0.5) * STEP


def book(path: Path, *rows: tuple[object, ...]) -> Path:
    """Write rows into a workbook of one sheet."""
    made = openpyxl.Workbook()
    assert made.active is not None
    for row in rows:
        made.active.append(list(row))
    made.save(path)
    return path


def settle(office: Office, folder: Path) -> None:
    """Bring in the roster, three households, a shop without a place and a care place, all from 2015-03-01."""
    assert import_roster(LOCAL_ADMINISTRATOR, office, book(folder / "r.xlsx", HEADER, *PEOPLE), on=FOUNDED).faults == ()
    here, next_, far = middle_of(0, 0), middle_of(0, 1), middle_of(2, 0)
    households = (
        ("户编号", "户主", "地址", "经度", "纬度"),
        ("H1", "张三", "王母路1号", *here),
        ("H2", "Anna Smith", "王母路2号", *next_),
        ("H3", "欧阳修文", "葵涌路3号", *far),
    )
    shops = (("商户编号", "名称", "经度", "纬度"), ("S1", "百货", *here), ("S2", "杂货", None, None))
    care = (("关爱编号", "姓名", "经度", "纬度"), ("C1", "陈婆", *here))
    for layer, rows in (("households", households), ("businesses", shops), ("care_places", care)):
        source = Source(book(folder / f"{layer}.xlsx", *rows), crs="EPSG:4326")
        assert import_register(LOCAL_ADMINISTRATOR, office, layer, source, Terms(on=FOUNDED)).faults == ()


def at(text: str) -> dt.datetime:
    """An instant on the office's clock."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


def visit(name: str, key: str | None = "H1", **said: Any) -> Visit:
    """A visit with an id made of its name: Li at household H1 on an evening in March, met."""
    given: dict[str, Any] = {"at": at("2015-03-12T19:30"), "lead": "7", "outcome": "met", "key": key}
    given |= {"layer": None if key is None else "households"} | said
    return Visit(id=uid(name), **given)


def uid(name: str) -> str:
    """The UUID that stands for a name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))
