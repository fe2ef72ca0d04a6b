"""A village that has lived through a year: visits of a campaign, issues and their ends, look-backs, a programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gridmap.grid.grid import Grid
from gridmap.ledger.issues import Event
from gridmap.office.clock import FixedClock
from gridmap.office.duties import keep_default_duties
from gridmap.office.grids import publish_grid
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.issues import Report, act, keep_default_categories, report
from gridmap.office.rostering import import_roster
from gridmap.office.setup import found_office
from gridmap.office.visiting import record
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.store import programmes
from tests.office.conftest import CLOCK, LENGTHS, village_cells
from tests.office.visited import FOUNDED, HEADER, PEOPLE, ZONE, at, book, middle_of, uid, visit

HERE, NEXT, FAR_PLACE = middle_of(0, 0), middle_of(0, 1), middle_of(2, 0)
STAFF = (
    *PEOPLE,
    ("6", "孙四", "社区干部", "义务联络员", None, None),
    ("4", "吴局", "科级干部", "城市建设办", None, None),
)
HOLDERS = ("start", "finish")
HOMES = (
    ("户编号", "户主", "地址", "应走访", "经度", "纬度"),
    ("H1", "张三", "王母路1号", "是", *HERE),
    ("H2", "李四", "王母路2号", "是", *NEXT),
    ("H3", "王五", "葵涌路3号", "是", *FAR_PLACE),
    ("H4", "赵六", "王母路4号", "否", *HERE),
)
FACTORIES = (("企业编号", "企业名称", "经度", "纬度"), ("E1", "电子厂", *HERE), ("E2", "玩具厂", *FAR_PLACE))
LAMPS = (
    ("灯杆编号", "状态", "经度", "纬度"),
    ("L1", "正常", *HERE),
    ("L2", "不亮", *HERE),
    ("L3", "不明", *NEXT),
    ("L4", None, *FAR_PLACE),
)
CARE = (("关爱编号", "姓名", "经度", "纬度"), ("C1", "陈婆", *HERE))


def on_clock(office: Office, text: str) -> Office:
    """The office as its clock stood at that moment: what is entered then is recorded then."""
    return replace(office, clock=FixedClock(at(text), ZONE))


def told(name: str, when: str, **said: object) -> Report:
    given: dict[str, object] = {
        "id": uid(name),
        "at": at(when),
        "source": "visit",
        "by": "7",
        "category": "streetlight",
    }
    place = {"lon": HERE[0], "lat": HERE[1]} if not {"features", "cell", "lon"} & said.keys() else {}
    return Report(**(given | place | said))  # type: ignore[arg-type]


def steps(name: str, *taken: tuple[str, str, dict[str, object]]) -> list[Event]:
    """The steps of an issue; its holder is 吴局, and the office's clerk checks what he finishes."""
    private = ("note", "reply")
    return [
        Event(
            uid(f"{name} {number}"),
            uid(name),
            step,
            at(when),
            "4" if step in HOLDERS else None,
            {key: value for key, value in said.items() if key not in private},
            {key: str(value) for key, value in said.items() if key in private},
        )
        for number, (step, when, said) in enumerate(taken)
    ]


def life(name: str, day: str, end: str, **quantities: float) -> list[Event]:
    """An issue filed on the evening of a day and closed on another."""
    solved = {"result": "solved", "reply": "done", "quantities": quantities}
    return steps(
        name,
        ("file", f"{day}T20:00", {"category": "streetlight"}),
        ("assign", f"{day}T20:10", {"unit": "城市建设办", "holder": "4"}),
        ("start", f"{day}T20:20", {}),
        ("finish", f"{end}T09:00", {"quantities": quantities}),
        ("close", f"{end}T10:00", solved),
    )


def found(home: Path, folder: Path) -> None:
    """Make the office of the village in `home`, and let its year happen."""
    found_office(LOCAL_ADMINISTRATOR, home, name="village", clock=CLOCK)
    with open_office(home, clock=CLOCK) as office:
        grid = Grid(village_cells(), LENGTHS)
        publish_grid(LOCAL_ADMINISTRATOR, office, grid, name="2015", valid_from=dt.date(2015, 1, 1))
        live(office, folder)


def live(office: Office, folder: Path, staff: Sequence[tuple[object, ...]] = STAFF) -> None:
    """Bring the registers in, then let the year happen."""
    me = LOCAL_ADMINISTRATOR
    assert import_roster(me, office, book(folder / "r.xlsx", HEADER, *staff), on=FOUNDED).faults == ()
    registers = (("households", HOMES), ("enterprises", FACTORIES), ("streetlights", LAMPS), ("care_places", CARE))
    for layer, rows in registers:
        source = Source(book(folder / f"{layer}.xlsx", *rows), crs="EPSG:4326")
        assert import_register(me, office, layer, source, Terms(on=FOUNDED)).faults == ()
    keep_default_categories(me, office, on=FOUNDED)
    keep_default_duties(me, office, on=FOUNDED)
    spring = on_clock(office, "2015-06-30T23:00")
    record(me, spring, [visit("a"), visit("b", "H2", outcome="absent"), visit("c", "H3", lead="9")])
    record(me, spring, [visit("d", "H4", at=at("2015-04-02T20:00"), outcome="absent")])
    report(
        me,
        spring,
        [told("lamp", "2015-05-04T19:00", features=(("streetlights", "L1"),)), told("road", "2015-05-04T19:30")],
    )
    act(me, spring, life("lamp", "2015-05-04", "2015-05-05", lamps=1))
    act(me, spring, steps("road", ("file", "2015-05-04T20:00", {"category": "streetlight"})))
    late = on_clock(office, "2015-12-30T23:00")
    report(me, late, [told("water", "2015-11-20T10:00", source="phone", lon=FAR_PLACE[0], lat=FAR_PLACE[1])])
    report(me, late, [told("twin", "2015-10-20T10:00", source="phone")])
    act(me, late, steps("twin", ("duplicate", "2015-10-20T11:00", {"of": uid("road")})))
    back = {"at": at("2015-11-12T19:30"), "looks_back": uid("lamp")}
    answers = {
        f"labour_monthly/{name}": value
        for name, value in (("in_production", "yes"), ("wages_paid", "yes"), ("major_hazard", "no"))
    }
    record(
        me,
        late,
        [
            visit("e", "H1", **back),
            visit("f", "H1", **(back | {"at": at("2015-11-19T19:30")})),
            visit(
                "g", "E1", layer="enterprises", lead="6", at=at("2015-10-13T10:00"), mode="inspection", answers=answers
            ),
            visit("h", "C1", layer="care_places", lead="5", at=at("2015-10-14T10:00")),
        ],
    )
    with office.writing_whole() as tx:
        programmes.begin(tx, "下沙专项")
        programmes.put(tx, "下沙专项", [uid("lamp"), uid("road"), uid("twin")])
